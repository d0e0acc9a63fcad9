"""One line of a file of accounting entries, judged by itself: what is filled, dates, amounts, what goes together."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from atmp_insure.kernel.french import repeated
from atmp_insure.ledger.fec import COLUMNS
from atmp_insure.ledger.fec_findings import FecFinding, Rule
from atmp_insure.ledger.fec_reading import FecFields
from atmp_insure.ledger.fec_year import fec_day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from atmp_insure.ledger.fec_year import FinancialYear

_AMOUNT = re.compile(r"([+-]?[0-9]{1,15})(?:,([0-9]{1,2}))?", re.ASCII)
_CURRENCY_AMOUNT = re.compile(r"[+-]?[0-9]{1,15}(?:,[0-9]{1,4})?", re.ASCII)  # ISO 4217 has four decimals at most
_POINT = re.compile(r"[+-]?[0-9]+\.[0-9]{1,2}", re.ASCII)
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:[ .\u00a0\u202f'][0-9]{3})+(?:,[0-9]*)?", re.ASCII)
_MANY_DECIMALS = re.compile(r"[+-]?[0-9]+,[0-9]+", re.ASCII)
_REMEMBERED = 4096  # amounts come back line after line
_CHART = re.compile(r"[0-9]{3}", re.ASCII)
_DIRECTIONS = {"D": 1, "+1": 1, "C": -1, "-1": -1}
_COLUMN_OF = dict(zip(FecFields._fields, COLUMNS, strict=True))
_MANDATORY = (
    "journal", "journal_label", "number", "booked_on", "account", "account_label", "piece", "piece_on", "label",
)  # fmt: skip
_DATES = ("booked_on", "piece_on", "lettered_on", "validated_on")
_WRITE_AMOUNT_FR = "Écrire le montant avec une virgule et deux décimales au plus, sans séparateur de milliers : 1200,00"


class FecRead(NamedTuple):
    """A line as far as its values are legible.

    Attributes:
        debit_cents, credit_cents: None when an amount is illegible, and with it which side it is on.
    """

    number: int
    fields: FecFields
    has_direction: bool
    booked_on: date | None
    validated_on: date | None
    debit_cents: int | None
    credit_cents: int | None


def read_fec_line(fields: FecFields, number: int, *, has_direction: bool) -> FecRead:
    """The values of a line, of which none is guessed.

    Source: art. A.47 A-1 LPF.
    """
    debit, credit = _cents(fields.debit), _cents(fields.credit)
    if has_direction:
        debit, credit = _sides(debit, _DIRECTIONS.get(fields.credit.upper()))
    return FecRead(
        number, fields, has_direction, fec_day(fields.booked_on), fec_day(fields.validated_on), debit, credit
    )


def _sides(amount_cents: int | None, direction: int | None) -> tuple[int | None, int | None]:
    """An amount on the side that its direction says."""
    if amount_cents is None or direction is None:
        return None, None
    return (amount_cents, 0) if direction > 0 else (0, amount_cents)


@lru_cache(_REMEMBERED)
def _cents(text: str) -> int | None:
    if not text:
        return 0
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return None
    whole, decimals = found.groups(default="")
    return int(whole + decimals.ljust(2, "0"))


def line_findings(line: FecRead, year: FinancialYear | None) -> Iterator[FecFinding]:
    """All that is wrong with a line by itself.

    Args:
        year: the financial year, None when nobody knows it.

    Source: art. A.47 A-1 LPF.
    """
    yield from _empty_fields(line)
    yield from _wrong_dates(line)
    yield from amount_findings(line)
    yield from _pairs(line)
    if _CHART.match(line.fields.account) is None and line.fields.account:
        said = f"Compte « {repeated(line.fields.account)} » sans les trois chiffres du plan comptable"
        yield _finding(line, Rule.ACCOUNT, said, "Commencer le numéro par un compte du plan français", "account")
    if line.booked_on is not None:
        yield from _booking_findings(line, line.booked_on, year)


def amount_findings(line: FecRead) -> Iterator[FecFinding]:
    """The amount of a line is legible, on one side, and not below zero.

    Source: art. A.47 A-1 LPF (Debit, Credit, or Montant and Sens).
    """
    fields, debit, credit = line.fields, line.debit_cents, line.credit_cents
    sides = {"debit": "Montant"} if line.has_direction else {"debit": "Debit", "credit": "Credit"}
    for side, column in sides.items():
        text = getattr(fields, side)
        if _cents(text) is None:
            yield FecFinding(Rule.AMOUNT, amount_fault_fr(text), _WRITE_AMOUNT_FR, line.number, column)
        elif text.startswith("-") and _cents(text):
            said = f"Montant négatif « {text} »"
            yield FecFinding(
                Rule.NEGATIVE, said, "Le porter sans signe de l'autre côté, ou l'expliquer", line.number, column
            )
    if line.has_direction and fields.credit.upper() not in _DIRECTIONS:
        said = f"Sens « {repeated(fields.credit)} » inconnu"
        yield FecFinding(Rule.DIRECTION, said, "Écrire D ou C, ou +1 ou -1", line.number, "Sens")
    if debit is None or credit is None:
        return
    if debit and credit:
        said = f"Débit {fields.debit} et crédit {fields.credit} sur la même ligne"
        yield FecFinding(Rule.BOTH_AMOUNTS, said, "Faire une ligne pour le débit et une pour le crédit", line.number)
    elif not debit and not credit:
        yield FecFinding(Rule.NO_AMOUNT, "Ni débit ni crédit", "Retirer la ligne, ou donner son montant", line.number)


def amount_fault_fr(text: str) -> str:
    """Why a text is no amount, in words.

    Source: art. A.47 A-1 LPF (comma, no separator of thousands).
    """
    if _POINT.fullmatch(text):
        return f"Montant « {repeated(text)} » au point décimal"
    if _GROUPED.fullmatch(text):
        return f"Montant « {repeated(text)} » avec un séparateur de milliers"
    if _MANY_DECIMALS.fullmatch(text):
        return f"Montant « {repeated(text)} » à plus de deux décimales, ou de plus de quinze chiffres"
    return f"« {repeated(text)} » n'est pas un montant"


def _finding(line: FecRead, rule: Rule, said: str, remedy: str, field: str = "") -> FecFinding:
    return FecFinding(rule, said, remedy, line.number, _COLUMN_OF.get(field, ""))


def _empty_fields(line: FecRead) -> Iterator[FecFinding]:
    fields = line.fields
    if not all(map(fields.__getattribute__, _MANDATORY)):
        for name in _MANDATORY:
            if not getattr(fields, name):
                yield _finding(line, Rule.MANDATORY, "Champ obligatoire vide", "Le remplir sur chaque ligne", name)
    if not fields.validated_on:
        said = "Écriture sans date de validation"
        yield _finding(line, Rule.NOT_VALIDATED, said, "Valider l'écriture avant d'écrire le fichier", "validated_on")


def _wrong_dates(line: FecRead) -> Iterator[FecFinding]:
    for name in _DATES:
        text = getattr(line.fields, name)
        if text and fec_day(text) is None:
            said = f"« {repeated(text)} » n'est pas une date"
            yield _finding(line, Rule.DATE, said, "Écrire un jour du calendrier, AAAAMMJJ", name)


def _pairs(line: FecRead) -> Iterator[FecFinding]:
    """What goes together: an auxiliary account and its label, a lettering and its day, a currency and its amount."""
    fields = line.fields
    if fields.auxiliary and not fields.auxiliary_label:
        said = f"Compte auxiliaire « {repeated(fields.auxiliary)} » sans libellé"
        yield _finding(line, Rule.AUXILIARY, said, "Donner le nom du tiers", "auxiliary_label")
    if fields.auxiliary_label and not fields.auxiliary:
        said = f"Libellé auxiliaire « {repeated(fields.auxiliary_label)} » sans numéro de compte"
        yield _finding(line, Rule.AUXILIARY, said, "Donner le compte auxiliaire, ou retirer son libellé", "auxiliary")
    if fields.lettering and not fields.lettered_on:
        said = f"Lettrage « {repeated(fields.lettering)} » sans date"
        yield _finding(line, Rule.LETTERING, said, "Donner la date du lettrage", "lettered_on")
    if fields.lettered_on and not fields.lettering:
        said = f"Date de lettrage {repeated(fields.lettered_on)} sans lettrage"
        yield _finding(line, Rule.LETTERING, said, "Donner le lettrage, ou retirer sa date", "lettering")
    if fields.currency or fields.currency_amount:
        yield from _currency_findings(line)


def _currency_findings(line: FecRead) -> Iterator[FecFinding]:
    amount, currency = line.fields.currency_amount, line.fields.currency
    if not amount:
        said = f"Devise « {repeated(currency)} » sans montant"
        yield _finding(
            line, Rule.CURRENCY, said, "Donner le montant en devise, ou retirer la devise", "currency_amount"
        )
    elif _CURRENCY_AMOUNT.fullmatch(amount) is None:
        said = f"Montant en devise « {repeated(amount)} » mal formé"
        yield _finding(line, Rule.AMOUNT, said, _WRITE_AMOUNT_FR, "currency_amount")
    elif not currency and amount.strip("+-0,"):  # much software writes 0,00 where there is no currency
        said = f"Montant en devise {amount} sans devise"
        yield _finding(
            line, Rule.CURRENCY, said, "Donner le code de la devise (USD), ou retirer le montant", "currency"
        )


def _booking_findings(line: FecRead, booked_on: date, year: FinancialYear | None) -> Iterator[FecFinding]:
    """The entry falls in the year, and was not validated before its own day."""
    if year is not None and (booked_on > year.last_day or (booked_on < year.first_day and not year.is_assumed)):
        said = f"Écriture du {booked_on:%d/%m/%Y} hors de l'exercice ({_of_year_fr(year)})"
        yield _finding(line, Rule.OUTSIDE_YEAR, said, "La mettre dans le fichier de son exercice", "booked_on")
    elif year is not None and booked_on < year.first_day:
        said = f"Écriture du {booked_on:%d/%m/%Y} avant l'exercice supposé de douze mois ({_of_year_fr(year)})"
        yield _finding(
            line, Rule.BEFORE_ASSUMED_YEAR, said, "Dire le premier jour de l'exercice s'il est plus long", "booked_on"
        )
    if line.validated_on is not None and line.validated_on < booked_on:
        said = f"Écriture du {booked_on:%d/%m/%Y} validée avant sa date, le {line.validated_on:%d/%m/%Y}"
        yield _finding(
            line,
            Rule.VALIDATED_BEFORE,
            said,
            "Vérifier la date de l'écriture et celle de sa validation",
            "validated_on",
        )


def _of_year_fr(year: FinancialYear) -> str:
    return f"{year.first_day:%d/%m/%Y} - {year.last_day:%d/%m/%Y}"
