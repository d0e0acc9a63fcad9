"""A finding on one line, for a reader at a terminal: how grave, what, the text it rests on, and where it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.rate_records.documents import Severity

if TYPE_CHECKING:
    from atmp_insure.rate_records.documents import Finding

_MARKS = {Severity.ERROR: "▲", Severity.WARNING: "△", Severity.INFORMATION: "·"}


def finding_line(finding: Finding) -> str:
    """The finding, with a sign that needs no colour."""
    where = " : ".join(part for part in (finding.file, finding.place) if part)
    basis = f" ({finding.legal_basis})" if finding.legal_basis else ""
    shown = f" [{where}]" if where else ""
    return f"{_MARKS[finding.severity]} {finding.severity.label_fr} : {finding.message_fr}{basis}{shown}"
