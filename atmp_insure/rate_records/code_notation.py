"""The ways papers write codes (SIRET, section, risk code, committee, category, mode, nature), and their one meaning."""

from __future__ import annotations

import re

from atmp_insure.rate_records.documents import Nature
from atmp_insure.rate_records.labels import normal_label
from atmp_insure.rate_records.notation import Illegible, one_spaced, quoted
from atmp_insure.regulation.vocabulary import NATIONAL_COMMITTEES, CostCategory, Mode, normal_risk_code

_NIC_LENGTH = 5
_SIRET_LENGTH = 14
_EXCEL_DAMAGE = r"[0-9](?:[.,][0-9]+)?[Ee]\+?[0-9]+"
_EXCEL_ROUNDED = r"[1-9][0-9]{4,8}0{8,9}"  # what is left once `1,23457E+13` is shown in full
_SPECIAL_MARK = re.compile(r"\bCS\b|sp[ée]cial", re.IGNORECASE)
_DENIALS = frozenset({"non", "hors", "sans", "refus", "refusee", "pas"})
_CATEGORY = re.compile(r"(?:CCM)?(IT|IP)?([0-9])(?:\.0)?", re.ASCII)


def siret(text: str, siren_from: str | None = None) -> str:
    """The fourteen digits of a SIRET.

    Args:
        siren_from: a SIRET whose SIREN a NIC alone (five digits) follows.

    Raises:
        Illegible: a spreadsheet has replaced the number by `1,23457E+13` (its digits are lost), or not fourteen digits.
    """
    spaceless = "".join(text.split()).removeprefix("'")
    if len(spaceless) == _SIRET_LENGTH and spaceless.isascii() and spaceless.isdigit() and spaceless[-5:] != "00000":
        return spaceless
    if re.fullmatch(_EXCEL_DAMAGE, spaceless, re.ASCII) or re.fullmatch(_EXCEL_ROUNDED, spaceless, re.ASCII):
        raise Illegible(
            f"SIRET {quoted(text)} abîmé par le tableur, ses chiffres sont perdus",
            "Télécharger à nouveau le document, sans l'enregistrer depuis un tableur",
        )
    bare = spaceless.removesuffix(".0").replace(".", "").replace("-", "")
    if siren_from is not None and len(bare) == _NIC_LENGTH and bare.isascii() and bare.isdigit():
        return siren_from[:-_NIC_LENGTH] + bare
    if not (len(bare) == 14 and bare.isascii() and bare.isdigit()):
        raise Illegible(f"{quoted(text)} n'est pas un SIRET", _siret_remedy(bare))
    return bare


def _siret_remedy(digits: str) -> str:
    if digits.isascii() and digits.isdigit() and 8 < len(digits) < 14:
        return "Remettre les zéros de tête qu'un tableur a retirés : 14 chiffres, SIREN puis NIC"
    return "Écrire ses 14 chiffres : SIREN puis NIC"


def section(text: str) -> str:
    """A section of an establishment, two digits: a spreadsheet turns `01` into 1."""
    bare = one_spaced(text).removesuffix(".0")
    return bare.zfill(2) if bare.isdigit() else bare


def risk_code(text: str) -> tuple[str, bool]:
    """A risk code as the arrêtés print it, and whether the paper adds the B of administrative staff.

    Raises:
        Illegible: not a risk code.
    """
    bare = "".join(text.split()).replace("-", "").upper()
    code = normal_risk_code(bare)
    if code is not None:
        return code, False
    code = normal_risk_code(bare.removesuffix("B")) if bare.endswith("B") else None
    if code is None:
        raise Illegible(f"{quoted(text)} n'est pas un code risque", "Écrire par exemple 28.1AD")
    return code, True


def marks_support_staff(text: str) -> bool:
    """Whether the column "Bureau" says that the section is the one of administrative staff."""
    return one_spaced(text).upper() in {"B", "OUI", "X", "BUREAU"}


def committee(text: str) -> str:
    """A national committee (CTN), one letter: `C`, or `CC` as old forms print it.

    Raises:
        Illegible: not a committee.
    """
    bare = one_spaced(text).upper().removeprefix("CTN").strip()
    letters = set(bare)
    if len(letters) != 1 or len(bare) > 2 or bare[0] not in NATIONAL_COMMITTEES:
        raise Illegible(f"{quoted(text)} n'est pas un comité technique national", "Écrire une lettre de A à I")
    return bare[0]


def temporary_category(text: str) -> CostCategory | None:
    """An IT category: `1`, `IT1`, `CCM IT 1`; 0 says that the line has none."""
    return _category(text, "IT")


def permanent_category(text: str) -> CostCategory | None:
    """An IP category: `3`, `IP3`, `CCM IP 3`; 0 says that the line has none."""
    return _category(text, "IP")


def _category(text: str, kind: str) -> CostCategory | None:
    match = _CATEGORY.fullmatch(re.sub(r"\s", "", text).upper())
    if match is not None and match[1] in (None, kind):
        if match[2] == "0":
            return None
        if (name := f"{kind}{match[2]}") in CostCategory.__members__:
            return CostCategory(name)
    known = ", ".join(category for category in CostCategory if category.startswith(kind))
    raise Illegible(f"{quoted(text)} n'est pas une catégorie {kind}", f"Écrire {known}, ou laisser vide")


def mode(text: str) -> Mode:
    """A tarification mode, as sheets name it: "collectif", "mixte", "individuel", "réel", "propre"."""
    words_said = one_spaced(text).lower()
    for stems, found in (
        (("collecti",), Mode.COLLECTIVE),
        (("mixte",), Mode.MIXED),
        (("individuel", "réel", "reel", "propre"), Mode.INDIVIDUAL),
    ):
        if any(stem in words_said for stem in stems):
            return found
    raise Illegible(f"{quoted(text)} n'est pas un mode de tarification", "Écrire collectif, mixte ou individuel")


def nature(text: str) -> Nature:
    """The nature of a claim: AT, MP, or a commuting accident under its several names."""
    word = one_spaced(text).upper()
    if names_special_account(text):  # the special account is one of diseases
        return Nature.DISEASE
    if word in {"TR", "TJ", "TRJ", "TRAJET", "ACCIDENT DE TRAJET"}:
        return Nature.COMMUTING
    if word in {"AT", "ACCIDENT", "ACCIDENT DU TRAVAIL"}:
        return Nature.ACCIDENT
    if word in {"MP", "MALADIE", "MALADIE PROFESSIONNELLE"}:
        return Nature.DISEASE
    raise Illegible(f"{quoted(text)} n'est pas une nature de sinistre", "Écrire AT, MP ou TR")


def names_special_account(text: str) -> bool:
    """Whether a text puts a disease on the special account: "MP CS", "maladie inscrite au compte spécial"."""
    if _SPECIAL_MARK.search(text) is None:
        return False
    words_said = normal_label(text).split()
    named = "cs" in words_said or "compte special" in " ".join(words_said)
    return named and not _DENIALS.intersection(words_said)


def marks_special_account(text: str) -> bool:
    """Whether a column kept for the special account, or for remarks, marks the line."""
    return one_spaced(text).upper() in {"OUI", "O", "X", "1"} or names_special_account(text)
