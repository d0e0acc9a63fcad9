"""What `atmp records read` prints at a terminal: what was read in each file, in counts, never people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.rate_records.documents import EmployerAccount
from atmp_insure.rate_records.finding_text import finding_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.rate_records.documents import Document


def read_report(documents: Sequence[Document]) -> str:
    """Two lines for each document, then what was noticed in reading it."""
    lines = []
    for document in documents:
        place = document.establishment
        account_lines = document.lines if isinstance(document, EmployerAccount) else ()
        values = len(document.places) + sum(len(line.places) for line in account_lines)
        about = [f"SIRET {place.siret}", *([f"code risque {place.risk_code}"] if place.risk_code else [])]
        about += [f"{len(account_lines)} lignes"] if isinstance(document, EmployerAccount) else []
        about += [f"{values} valeurs lues", f"{len(document.ignored)} éléments laissés de côté"]
        lines += [f"{document.title_fr.capitalize()}   {document.file}", f"  {' · '.join(about)}"]
        lines += [f"  {finding_line(finding)}" for finding in document.findings]
    return "\n".join(lines)
