"""The ways papers write numbers and dates, and their one exact meaning; the illegible says how to write it.

Pure and exact: fractions, never floats. Codes are in `code_notation.py`, labels in `labels.py`; how we write for people
is in `wording.py`.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.french import repeated
from atmp_insure.rate_records.masking import masked_claim_number
from atmp_insure.regulation.vocabulary import FIRST_RATE_YEAR

if TYPE_CHECKING:
    from collections.abc import Iterable

HUNDRED = Fraction(100)
_SPREADSHEET_ERRORS = ("#REF", "#N/A", "#NOM", "#NAME", "#VAL", "#DIV", "#NUL", "#NUM", "#NOMBRE")
_QUOTED_TEXT = r'="([^"]*)"'  # how a spreadsheet is told to keep the zeros of a code
_BLANKS = frozenset({"", "-", "–", "—", "null", "néant", "sans objet"})
_LONGEST_BLANK = 20
_UNITS = ("€", "%", "EUR", "eur", "Euros", "euros", "EUROS")
_LONGEST_AMOUNT = 40
_PLAIN_DIGITS = 12  # below the largest amount
_NUMBER = re.compile(r"([0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:[.,]([0-9]+))?", re.ASCII)
_GROUPED = r"[0-9]{1,3}(?:[.,][0-9]{3})+"
_COMMON_FRACTION = r"([1-9][0-9]?)\s?/\s?([1-9][0-9]?)"
_HIGHEST_RATE_AS_FRACTION = Fraction(3, 10)
_LARGEST = Fraction(10**12)  # more than the wages of the whole country: a slip, not a company

_LOOKS_LIKE_NIR = r"[1-478]\s?[0-9]{2}\s?[0-9]{2}\s?[0-9][0-9AB]\s?[0-9]{3}\s?[0-9]{3}(?![0-9]$)"
_EXCEL_FIRST_DAY = date(1899, 12, 30)  # serial 0 of the 1900 base, its false 29 February 1900 taken in
_EXCEL_SERIALS = range(20_000, 80_000)  # 1954 to 2119: five digits that can only be a date
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})", re.ASCII)
_ISO = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
_COMPACT_DAY = r"[0-9]{7,8}"
_TIME = r"[T ][0-9]{1,2}[:h][0-9]{2}.*"
_LONGEST_DAY = 10  # more is followed by a time of day
_YEARS = range(1990, 2101)
FIRST_AVERAGE_COST_YEAR = FIRST_RATE_YEAR - 2  # accounts from 2010 on are charged in average costs (decree 2010-753)


class Illegible(ValueError):
    """A text that does not say what its label announces; `remedy` says how to write it."""

    def __init__(self, message: str, remedy: str) -> None:
        self.remedy = remedy
        super().__init__(message)


def quoted(text: str) -> str:
    """A text of the paper as it is quoted back: never endless, and never a social security number in clear."""
    shown = repeated(text)
    if re.match(_LOOKS_LIKE_NIR, text, re.ASCII):
        shown = masked_claim_number(shown)
    return f"« {shown} »"


def one_spaced(text: str) -> str:
    """The text with every run of spaces (no-break, narrow and thin ones included) as one plain space."""
    return " ".join(text.split())


def is_blank(text: str) -> bool:
    """Whether a cell says nothing: empty, a dash, "néant"."""
    return not text or (len(text) <= _LONGEST_BLANK and one_spaced(text).lower() in _BLANKS)


def unwrapped(text: str, *, is_words: bool = False) -> str:
    """The value of a cell that a spreadsheet wraps: `="00010"` is 00010; a name may begin with any sign.

    Raises:
        Illegible: a formula, or the error of one: the value is not in the file.
    """
    if text.startswith("="):
        match = re.fullmatch(_QUOTED_TEXT, text)
        if match is None and is_words:
            return text
        if match is None:
            raise Illegible(
                f"{quoted(text)} est une formule, pas une valeur",
                "Copier puis « coller en valeurs » dans le tableur, ou télécharger à nouveau le document",
            )
        return match[1].strip()
    if text.startswith("#") and not is_words and text.upper().startswith(_SPREADSHEET_ERRORS):
        raise Illegible(f"{quoted(text)} est une erreur de calcul du tableur", "Télécharger à nouveau le document")
    return text


def number(text: str, *, in_euros: bool = False) -> Fraction:
    """The exact value of `1 234,56`, `1.234,56`, `12.5`, `(120)` or `45-`.

    The last comma or point is the decimal mark; in an amount of euros, groups of three digits after it are thousands.

    Raises:
        Illegible: not a number, a group of digits that is not of three, or more than any company could print.
    """
    if len(text) <= _PLAIN_DIGITS and text.isascii() and text.isdigit():
        return Fraction(int(text))
    bare = _without_unit(one_spaced(text)).replace("−", "-")
    negative = bare.startswith("-") or bare.endswith("-") or (bare.startswith("(") and bare.endswith(")"))
    bare = bare.strip("-() +")
    marks = [mark for mark in bare if mark in ".,"]
    if len(set(marks)) == 2:  # both present: the last one is the decimal mark, the other one separates thousands
        bare = bare.replace(next(mark for mark in ".," if mark != marks[-1]), "")
    elif (len(marks) > 1 or in_euros) and re.fullmatch(_GROUPED, bare, re.ASCII):
        bare = re.sub(r"[.,]", "", bare)
    match = _NUMBER.fullmatch(bare)
    if match is None:
        raise Illegible(f"{quoted(text)} n'est pas un nombre", "Écrire par exemple 1 234,56")
    decimals = match[2] or ""
    if len(bare) > _LONGEST_AMOUNT:
        raise Illegible(f"{quoted(text)} a trop de chiffres", "Vérifier la cellule dans le document d'origine")
    value = Fraction(int(match[1].replace(" ", "") + decimals), 10 ** len(decimals))
    if value >= _LARGEST:
        raise Illegible(
            f"{quoted(text)} dépasse toute valeur possible", "Vérifier la cellule dans le document d'origine"
        )
    return -value if negative else value


def _without_unit(bare: str) -> str:
    """The text without its unit, at an end only: `12€50` is no amount of 1250."""
    for unit in _UNITS:
        bare = bare.removesuffix(unit).removeprefix(unit)
    return bare


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
    if "/" in text and (match := re.fullmatch(_COMMON_FRACTION, one_spaced(text), re.ASCII)):
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


def rates_factor(texts: Iterable[str]) -> int:
    """What turns a column of rates, or the rates of one sheet, into percent: 100 when written in fractions, else 1.

    No rate of the tariff is below 0.30 %, and hardly any is above 30 %: `0,0345` is 3.45 %.
    """
    values = []
    for text in texts:
        if "%" in text:
            return 1
        try:
            values.append(number(unwrapped(text)))
        except Illegible:
            continue  # told with its place when the cell itself is read
    return 100 if values and 0 < max(values) <= _HIGHEST_RATE_AS_FRACTION else 1


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
    bare = text if len(text) == 4 else one_spaced(text).removesuffix(".0")
    if not is_year(bare):
        raise Illegible(f"{quoted(text)} n'est pas une année", f"Écrire une année de {_YEARS[0]} à {_YEARS[-1]}")
    return int(bare)


def account_year(text: str, today: date) -> int:
    """The year of an employer account: since the reform of 2010, and not to come.

    Raises:
        Illegible: no year, a year to come, or an account of before the reform.
    """
    found = year(text)
    if found > today.year:
        raise Illegible(f"l'exercice {found} est à venir", "Vérifier l'année dans le document d'origine")
    if found < FIRST_AVERAGE_COST_YEAR:
        raise Illegible(
            f"l'exercice {found} est d'avant la réforme de {FIRST_AVERAGE_COST_YEAR} (dépenses réelles)",
            f"Donner les comptes de {FIRST_AVERAGE_COST_YEAR} et des années suivantes",
        )
    return found


def rate_year(text: str, today: date) -> int:
    """The year of a rate: next year's at the latest.

    Raises:
        Illegible: no year, or a year whose rates nobody knows yet.
    """
    found = year(text)
    if found > today.year + 1:
        raise Illegible(f"l'année de tarification {found} est à venir", "Vérifier l'année dans le document d'origine")
    return found


def is_year(text: str) -> bool:
    """Whether a cell holds a year and nothing else."""
    bare = text.removesuffix(".0")
    return len(bare) == 4 and bare.isascii() and bare.isdigit() and int(bare) in _YEARS


def day(text: str, today: date) -> date:
    """A day: `20/06/2012`, `1/2/24`, `2012-06-20`, `20062012`, an Excel serial; a time of day is left aside.

    Args:
        today: a two-digit year later than next year belongs to the century before.
    """
    bare = one_spaced(text).removesuffix(".0")
    if len(bare) > _LONGEST_DAY:
        bare = re.sub(_TIME, "", bare, flags=re.ASCII | re.DOTALL)
    try:
        if match := _DAY_FIRST.fullmatch(bare):
            return date(_full_year(match[3], today), int(match[2]), int(match[1]))
        if bare[4:5] == "-" and (match := re.fullmatch(_ISO, bare, re.ASCII)):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if re.fullmatch(_COMPACT_DAY, bare, re.ASCII):
            digits = bare.zfill(8)  # a spreadsheet drops the zero of 01062012
            return date(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
        if bare.isascii() and bare.isdigit() and len(bare) == 5 and int(bare) in _EXCEL_SERIALS:
            return _EXCEL_FIRST_DAY + timedelta(days=int(bare))
    except ValueError:
        pass  # digits in the form of a day that no calendar has, as 31/02/2023: refused below, as any other text
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
