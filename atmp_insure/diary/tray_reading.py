"""What a letter seems to be and whose, by the words and numbers of its first pages; each proposal has its reason.

Pure: it proposes, a person decides. A kind needs words that such letters carry; a company, a SIREN or a SIRET with a
right key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.kernel.french import search_text
from atmp_insure.kernel.identifiers import is_siren, is_siret

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NUMBER = re.compile(r"(?<![0-9])((?:[0-9][\s.]?){13}[0-9]|(?:[0-9][\s.]?){8}[0-9])(?![0-9])")
# kind → what such a letter says; the first kind that is recognised wins, so the narrower come first
_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("medical_report", ("rapport d'evaluation des sequelles", "rapport medical", "barometre d'incapacite")),
    ("medical_certificate", ("certificat medical initial", "certificat medical final", "certificat de prolongation")),
    ("rate_notice", ("notification du taux", "notification de votre taux", "taux de cotisation notifie")),
    ("calculation_sheet", ("feuille de calcul",)),
    ("employer_account", ("compte employeur",)),
    ("accident_declaration", ("declaration d'accident du travail", "declaration d'accident de travail")),
    ("reservations", ("lettre de reserves", "reserves motivees")),
    ("court_paper", ("tribunal judiciaire", "cour d'appel", "pole social", "greffe")),
    (
        "fund_decision",
        ("prise en charge", "taux d'incapacite permanente", "decision relative", "commission de recours amiable",
         "questionnaire", "consultation du dossier", "caisse primaire"),
    ),
    ("premium_call", ("appel de prime", "avis d'echeance")),
    ("invoice", ("facture",)),
    ("mandate", ("mandat",)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was recognised in a letter.

    Attributes:
        kind: a kind of paper; None when nothing says it.
        sirens: companies named by number, in the order they stand.
        reasons: why, in French.
    """

    kind: str | None
    sirens: tuple[str, ...]
    reasons: tuple[str, ...]


def recognised(pages: Sequence[str], file_name: str = "") -> Recognised:
    """What the first pages of a letter, and its file name, say of it."""
    kind, why = _kind([*pages, file_name])
    numbers = list(_numbers(pages))
    reasons = [*([why] if why else []), *(f"{said} page {page}" for _, said, page in numbers)]
    sirens = tuple(dict.fromkeys(siren for siren, _, _ in numbers))
    return Recognised(kind, sirens, tuple(dict.fromkeys(reasons)))


def _kind(texts: Sequence[str]) -> tuple[str | None, str]:
    plain = [search_text(text) for text in texts]
    for kind, phrases in _WORDS:
        for at, text in enumerate(plain):
            found = next((phrase for phrase in phrases if search_text(phrase) in text), None)
            if found is not None:
                where = f"page {at + 1}" if at < len(texts) - 1 else "dans le nom du fichier"
                return kind, f"« {found} » {where}"
    return None, ""


def _numbers(pages: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    """Each SIREN, what it was read as, and its page."""
    for page, text in enumerate(pages, 1):
        for found in _NUMBER.finditer(text):
            digits = re.sub(r"[\s.]", "", found[1])
            if is_siret(digits):
                yield digits[:9], f"SIRET {digits}", page
            elif is_siren(digits):
                yield digits, f"SIREN {digits}", page
