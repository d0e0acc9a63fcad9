"""The resources of the diary: deadlines, tasks, letters of the mail tray and notes, as the pages have them."""

from __future__ import annotations

from atmp_insure.diary.api import deadlines, letters, notes, tasks

RESOURCES = (deadlines.resources, tasks.resources, letters.resources, notes.resources)
