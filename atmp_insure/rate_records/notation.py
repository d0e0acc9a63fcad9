"""The ways papers write numbers, dates and codes, and their one exact meaning; the illegible says how to write it.

Pure and exact: fractions, never floats. Labels are in `labels.py`; how we write for people is in `wording.py`.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.rate_records.documents import Nature
from atmp_insure.regulation.vocabulary import NATIONAL_COMMITTEES, CostCategory, Mode, normal_risk_code

if TYPE_CHECKING:
    from collections.abc import Iterable

HUNDRED = Fraction(100)
_BLANKS = frozenset({"", "-", "–", "—", "null", "néant", "sans objet"})
_LONGEST_BLANK = 20
_UNIT = r"(?:€|%|EUR|eur|Euros|euros|EUROS)"
_UNITS = re.compile(rf"^{_UNIT}|{_UNIT}$")  # at an end only: `12€50` is no amount of 1250
_NUMBER = re.compile(r"([0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:[.,]([0-9]+))?", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+", re.ASCII)
_COMMON_FRACTION = re.compile(r"([1-9][0-9]?)\s?/\s?([1-9][0-9]?)", re.ASCII)
_LARGEST = Fraction(10**12)  # more than the wages of the whole country: a slip, not a company

_EXCEL_FIRST_DAY = date(1899, 12, 30)  # serial 0 of the 1900 base, its false 29 February 1900 taken in
_EXCEL_SERIALS = range(20_000, 80_000)  # 1954 to 2119: five digits that can only be a date
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})", re.ASCII)
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_COMPACT_DAY = re.compile(r"[0-9]{7,8}", re.ASCII)
_TIME = re.compile(r"[T ][0-9]{1,2}[:h][0-9]{2}.*", re.ASCII | re.DOTALL)
_YEARS = range(1990, 2101)

_EXCEL_DAMAGE = re.compile(r"[0-9][.,][0-9]+[Ee]\+?[0-9]+", re.ASCII)
_CATEGORY = re.compile(r"(?:CCM)?(IT|IP)?([0-9])(?:\.0)?", re.ASCII)


class Illegible(ValueError):
    """A text that does not say what its label announces; `remedy` says how to write it."""

    def __init__(self, message: str, remedy: str) -> None:
        self.remedy = remedy
        super().__init__(message)


def quoted(text: str) -> str:
    """A text of the paper as it is quoted back, never endless."""
    shown = text if len(text) <= 40 else f"{text[:37]}..."
    return f"« {shown} »"


def one_spaced(text: str) -> str:
    """The text with every run of spaces (no-break, narrow and thin ones included) as one plain space."""
    return " ".join(text.split())


def is_blank(text: str) -> bool:
    """Whether a cell says nothing: empty, a dash, "néant"."""
    return not text or (len(text) <= _LONGEST_BLANK and one_spaced(text).lower() in _BLANKS)


def number(text: str, *, in_euros: bool = False) -> Fraction:
    """The exact value of `1 234,56`, `1.234,56`, `12.5`, `(120)` or `45-`.

    The last comma or point is the decimal mark; in an amount of euros, groups of three digits after it are thousands.

    Raises:
        Illegible: not a number, a group of digits that is not of three, or more than any company could print.
    """
    bare = _UNITS.sub("", one_spaced(text)).replace("−", "-")
    negative = bare.startswith("-") or bare.endswith("-") or (bare.startswith("(") and bare.endswith(")"))
    bare = bare.strip("-() +")
    marks = [mark for mark in bare if mark in ".,"]
    if len(set(marks)) == 2:  # both present: the last one is the decimal mark, the other one separates thousands
        bare = bare.replace(next(mark for mark in ".," if mark != marks[-1]), "")
    elif (len(marks) > 1 or in_euros) and _GROUPED.fullmatch(bare):
        bare = re.sub(r"[.,]", "", bare)
    match = _NUMBER.fullmatch(bare)
    if match is None:
        raise Illegible(f"{quoted(text)} n'est pas un nombre", "Écrire par exemple 1 234,56")
    value = Fraction(f"{match[1].replace(' ', '')}.{match[2] or '0'}")
    if value >= _LARGEST:
        raise Illegible(
            f"{quoted(text)} dépasse toute valeur possible", "Vérifier la cellule dans le document d'origine"
        )
    return -value if negative else value


def euros(text: str) -> Fraction:
    """An amount in euros: `4 519 €`, `4.519`, `228.0`."""
    return number(text, in_euros=True)


def positive_euros(text: str) -> Fraction:
    """An amount that cannot be negative: wages, printed costs."""
    amount = euros(text)
    if amount < 0:
        raise Illegible(f"{quoted(text)} est négatif", "Vérifier le montant dans le document d'origine")
    return amount


def percent(text: str) -> Fraction:
    """A percentage in percent: `4,52 %`, `8`, `1/3` (thirty-three and a third)."""
    if match := _COMMON_FRACTION.fullmatch(one_spaced(text)):
        return Fraction(int(match[1]), int(match[2])) * HUNDRED
    value = number(text)
    if value < 0:
        raise Illegible(f"{quoted(text)} est négatif", "Écrire un pourcentage positif")
    return value


def rate(text: str) -> Fraction:
    """A rate in percent, at most 100."""
    value = percent(text)
    if value > HUNDRED:
        raise Illegible(f"{quoted(text)} dépasse 100 %", "Vérifier le taux dans le document d'origine")
    return value


def share(text: str) -> Fraction:
    """A share between 0 and 1, written `0,77`, `77 %` or `77`."""
    value = percent(text)
    value = value / HUNDRED if "%" in text or "/" in text or value > 1 else value
    if value > 1:
        raise Illegible(f"{quoted(text)} dépasse 100 %", "Écrire une fraction entre 0 et 1, ou un pourcentage")
    return value


def column_is_in_fractions(texts: Iterable[str]) -> bool:
    """Whether a column of percentages is written in fractions (`0,08` for 8 %), decided on the whole column.

    A column of whole numbers stays in percent: an incapacity of 1 % is frequent, one of 100 % is not.
    """
    values = []
    for text in texts:
        if "%" in text or "/" in text:
            return False
        try:
            values.append(number(text))
        except Illegible:
            continue  # told with its place when the cell itself is read
    return any(value.denominator != 1 for value in values) and max(values) <= 1


def headcount(text: str) -> Fraction:
    """A headcount, decimals kept."""
    count = number(text)
    if count < 0:
        raise Illegible(f"{quoted(text)} n'est pas un effectif", "Écrire un nombre positif, par exemple 172,40")
    return count


def whole_number(text: str) -> int:
    """A count: days, claims."""
    value = number(text)
    if value < 0 or value.denominator != 1:
        raise Illegible(f"{quoted(text)} n'est pas un nombre entier", "Écrire un nombre entier positif")
    return value.numerator


def year(text: str) -> int:
    """A civil year of four digits."""
    bare = one_spaced(text).removesuffix(".0")
    if not (len(bare) == 4 and bare.isascii() and bare.isdigit() and int(bare) in _YEARS):
        raise Illegible(f"{quoted(text)} n'est pas une année", f"Écrire une année de {_YEARS[0]} à {_YEARS[-1]}")
    return int(bare)


def is_year(text: str) -> bool:
    """Whether a cell holds a year and nothing else."""
    try:
        year(text)
    except Illegible:
        return False
    return True


def day(text: str, today: date) -> date:
    """A day: `20/06/2012`, `1/2/24`, `2012-06-20`, `20062012`, an Excel serial; a time of day is left aside.

    Args:
        today: a two-digit year later than next year belongs to the century before.
    """
    bare = _TIME.sub("", one_spaced(text)).removesuffix(".0")
    try:
        if match := _ISO.fullmatch(bare):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _DAY_FIRST.fullmatch(bare):
            return date(_full_year(match[3], today), int(match[2]), int(match[1]))
        if _COMPACT_DAY.fullmatch(bare):
            digits = bare.zfill(8)  # a spreadsheet drops the zero of 01062012
            return date(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
        if bare.isascii() and bare.isdigit() and len(bare) == 5 and int(bare) in _EXCEL_SERIALS:
            return _EXCEL_FIRST_DAY + timedelta(days=int(bare))
    except ValueError:
        pass  # no such day in the calendar: said below
    raise Illegible(f"{quoted(text)} n'est pas une date", "Écrire JJ/MM/AAAA")


def past_day(text: str, today: date) -> date:
    """A day that has come: an accident is not declared in advance."""
    found = day(text, today)
    if found > today:
        raise Illegible(f"{quoted(text)} est une date à venir", "Vérifier la date dans le document d'origine")
    return found


def _full_year(digits: str, today: date) -> int:
    if len(digits) == 4:
        return int(digits)
    century = today.year - today.year % 100
    found = century + int(digits)
    return found - 100 if found > today.year + 1 else found


def words(text: str) -> str:
    """A name or a sentence, spaces tidied."""
    return one_spaced(text)


def siret(text: str) -> str:
    """The fourteen digits of a SIRET.

    Raises:
        Illegible: a spreadsheet has replaced the number by `1,23457E+13` (its digits are lost), or not fourteen digits.
    """
    bare = re.sub(r"[\s.]", "", text)
    if _EXCEL_DAMAGE.fullmatch(re.sub(r"\s", "", text)):
        raise Illegible(
            f"SIRET {quoted(text)} abîmé par le tableur, ses chiffres sont perdus",
            "Télécharger à nouveau le document, sans l'enregistrer depuis un tableur",
        )
    if not (len(bare) == 14 and bare.isascii() and bare.isdigit()):
        raise Illegible(f"{quoted(text)} n'est pas un SIRET", "Écrire ses 14 chiffres : SIREN puis NIC")
    return bare


def section(text: str) -> str:
    """A section of an establishment, two digits: a spreadsheet turns `01` into 1."""
    bare = one_spaced(text).removesuffix(".0")
    return bare.zfill(2) if bare.isdigit() else bare


def risk_code(text: str) -> tuple[str, bool]:
    """A risk code as the arrêtés print it, and whether the paper adds the B of administrative staff.

    Raises:
        Illegible: not a risk code.
    """
    bare = re.sub(r"[\s-]", "", text).upper()
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
    if word in {"TR", "TJ", "TRJ", "TRAJET", "ACCIDENT DE TRAJET"}:
        return Nature.COMMUTING
    if word in {"AT", "ACCIDENT", "ACCIDENT DU TRAVAIL"}:
        return Nature.ACCIDENT
    if word in {"MP", "MALADIE", "MALADIE PROFESSIONNELLE"}:
        return Nature.DISEASE
    raise Illegible(f"{quoted(text)} n'est pas une nature de sinistre", "Écrire AT, MP ou TR")
