"""What `atmp records read` prints at a terminal: what was read in each file, in counts, never people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from atmp_insure.kernel.french import begun, french_number, french_percent
from atmp_insure.rate_records.documents import DocumentKind
from atmp_insure.rate_records.finding_text import finding_line
from atmp_insure.rate_records.wording import euros_fr, list_fr

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from atmp_insure.rate_records.account_update import AccountUpdate
    from atmp_insure.rate_records.documents import Document, UnreadPaper

_NEEDED_FOR_A_RATE = (
    (DocumentKind.CALCULATION_SHEET, "les feuilles de calcul (écran « Feuille de calcul »)"),
    (DocumentKind.EMPLOYER_ACCOUNT, "les comptes employeur annuels (écran « Éléments de calcul du taux »)"),
)


def read_report(
    documents: Sequence[Document], updates: Sequence[AccountUpdate] = (), to_key: Sequence[UnreadPaper] = ()
) -> str:
    """Some lines for each document, then what newer accounts change, then the papers that a person must key in."""
    told = [line for document in documents for line in _document(document)]
    told += [line for found in updates for line in _update(found)]
    for paper in to_key:
        images = f"en image : {paper.finding.place}" if paper.finding.place else "en image"
        about = f"{_count(paper.pages, 'page', 'pages')} · {images} · empreinte SHA-256 {paper.sha256}"
        told += [f"À saisir à la main   {paper.file}", f"  {about}"]
    return "\n".join(told)


def missing_papers_fr(documents: Iterable[Document]) -> str | None:
    """What was received and what a recomputed rate still needs; None when sheets and accounts are there."""
    kinds = Counter(document.kind for document in documents)
    missing = [said for kind, said in _NEEDED_FOR_A_RATE if not kinds[kind]]
    if not missing:
        return None
    had = list_fr([f"{kind.label} ({count})" for kind, count in kinds.items()]) if kinds else "aucun"
    effect = "aucun taux ne peut être recalculé" if not kinds[DocumentKind.CALCULATION_SHEET] else "contrôle partiel"
    return f"Documents reçus : {had}. Manquent {list_fr(missing)} : {effect}."


def _document(document: Document) -> Iterator[str]:
    title = document.title_fr
    yield f"{begun(title)}   {document.file}"
    yield f"  {' · '.join(_about(document))}"
    for section in getattr(document, "sections", ()):
        rates = list_fr([french_percent(rate) for rate in section.applied_percents] or ["aucun"])
        code = f"{section.risk_code or 'absent'}{' (bureau)' if section.support_staff else ''}"
        yield (
            f"  code risque {code} : salaires {euros_fr(section.payroll_eur)}, "
            f"effectif {french_number(section.presence, 2)}, taux appliqué {rates}"
        )
    for finding in document.findings:
        yield f"  {finding_line(finding)}"


def _about(document: Document) -> Iterator[str]:
    place = document.establishment
    lines = getattr(document, "lines", ())
    if place.siret:
        yield f"SIRET {place.siret}"
    if place.risk_code:
        yield f"code risque {place.risk_code}"
    if hasattr(document, "lines"):
        yield _count(len(lines), "ligne", "lignes")
    if hasattr(document, "stoppages"):
        yield _count(len(document.stoppages), "arrêt de travail", "arrêts de travail")
    yield _count(len(document.places) + sum(len(line.places) for line in lines), "valeur lue", "valeurs lues")
    yield _count(len(document.ignored), "élément laissé de côté", "éléments laissés de côté")
    if document.to_review:
        yield "à relire avant de l'enregistrer"


def _update(found: AccountUpdate) -> Iterator[str]:
    counts = (
        _count(len(found.new), "nouvelle", "nouvelles"),
        _count(len(found.changed), "changée", "changées"),
        _count(len(found.vanished), "disparue", "disparues"),
        _count(found.unchanged, "inchangée", "inchangées"),
    )
    yield f"Mise à jour   {found.former.file} → {found.newer.file} : lignes {', '.join(counts)}"
    for finding in found.findings:
        yield f"  {finding_line(finding)}"


def _count(number: int, one_fr: str, several_fr: str) -> str:
    return f"{number} {several_fr if number > 1 else one_fr}"
