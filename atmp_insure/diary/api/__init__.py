"""The resources of the diary: what its pages do, from deadlines to complaints, with the same services."""

from __future__ import annotations

from atmp_insure.diary.api import (
    awaited,
    complaint_acts,
    complaint_letters,
    complaints,
    deadlines,
    letters,
    notes,
    requests,
    tasks,
    watches,
)

assert complaint_acts.resources is complaint_letters.resources is complaints.resources, "they share one address"

RESOURCES = (
    deadlines.resources, tasks.resources, letters.resources, watches.resources, awaited.resources,
    requests.resources, complaints.resources, notes.resources, notes.tags,
)  # fmt: skip
