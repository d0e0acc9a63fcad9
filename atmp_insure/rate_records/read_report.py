"""What `atmp records read` prints at a terminal: what was read in each file, in counts, never people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.rate_records.finding_text import finding_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.rate_records.account_update import AccountUpdate
    from atmp_insure.rate_records.documents import Document


def read_report(documents: Sequence[Document], updates: Sequence[AccountUpdate] = ()) -> str:
    """Two lines for each document, then what was noticed in reading it; then what newer accounts change."""
    told = []
    for document in documents:
        place = document.establishment
        lines = getattr(document, "lines", ())
        values = len(document.places) + sum(len(line.places) for line in lines)
        about = [f"SIRET {place.siret}"] if place.siret else []
        about += [f"code risque {place.risk_code}"] if place.risk_code else []
        about += [f"{len(lines)} lignes"] if hasattr(document, "lines") else []
        about += [f"{values} valeurs lues", f"{len(document.ignored)} éléments laissés de côté"]
        about += ["à relire avant de l'enregistrer"] if document.to_review else []
        told += [f"{_title(document)}   {document.file}", f"  {' · '.join(about)}"]
        told += [f"  {finding_line(finding)}" for finding in document.findings]
    for found in updates:
        counts = f"{len(found.new)} nouvelles, {len(found.changed)} changées, {len(found.vanished)} disparues"
        told.append(f"Mise à jour   {found.former.file} → {found.newer.file} : {counts}, {found.unchanged} inchangées")
        told += [f"  {finding_line(finding)}" for finding in found.findings]
    return "\n".join(told)


def _title(document: Document) -> str:
    title = document.title_fr
    return title[:1].upper() + title[1:]
