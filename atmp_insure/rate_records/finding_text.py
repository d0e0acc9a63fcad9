"""A finding on one line, for a reader at a terminal: how grave, what, the text it rests on, and where it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.kernel.french import french_euros
from atmp_insure.rate_records.documents import Severity
from atmp_insure.rate_records.wording import day_fr

if TYPE_CHECKING:
    from atmp_insure.rate_records.documents import Finding

_MARKS = {Severity.ERROR: "▲", Severity.WARNING: "△", Severity.INFORMATION: "·"}


def finding_line(finding: Finding) -> str:
    """The finding, with a sign that needs no colour."""
    where = " : ".join(part for part in (finding.file, finding.place) if part)
    basis = f" ({finding.legal_basis})" if finding.legal_basis else ""
    shown = f" [{where}]" if where else ""
    said = f"{finding.severity.label} : {finding.message_fr}{_worth(finding)}"
    return f"{_MARKS[finding.severity]} {said}{basis}{shown}"


def _worth(finding: Finding) -> str:
    """What the finding is worth, and until when it can be contested."""
    saving, last_day = finding.estimated_saving_eur, finding.contest_before
    worth = "" if not saving else f" Enjeu estimé : {french_euros(saving, 0)}."
    return worth if last_day is None else f"{worth} Dernier jour pour contester : {day_fr(last_day)}."
