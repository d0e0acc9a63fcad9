"""What the rows beside the policies say in a book: sections, mandates, deadlines, and what is kept for others."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.guarantees.vocabulary import InsuredEvent
from atmp_insure.kernel.identifiers import compact_iban, is_iban
from atmp_insure.policies.book_cells import amount_in, codes_text, needed_amount, needed_day, needed_text, one_of
from atmp_insure.policies.book_sheets import BookSheet
from atmp_insure.policies.terms import InsuredSection

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from atmp_insure.parties.file_rows import RowReader


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section that a policy insures from the day of one of its lines."""

    place: str
    reference: str
    on: date
    section: InsuredSection


@dataclass(frozen=True, slots=True)
class MandateRow:
    """A mandate by which premiums are debited."""

    place: str
    reference: str
    rum: str
    signed_on: date
    iban: str
    holder: str
    signatory: str


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """A day by which something must be done."""

    place: str
    reference: str
    label: str
    due_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A row that another part of the product will take over: its number, and the amount that control totals add up."""

    place: str
    reference: str
    number: int
    amount_eur: Fraction = Fraction(0)


def read_section(reader: RowReader) -> SectionRow:
    """A line of `Sections`.

    Source: none; the template of this product.
    """
    on, wages_eur = needed_day(reader, "on"), needed_amount(reader, "wages_eur")
    section = InsuredSection(
        siret=reader.siret(), section=needed_text(reader, "section").zfill(2), risk_code=reader.text("risk_code"),
        wages_eur=wages_eur, headcount=Fraction(reader.number("headcount") or 0), first_day=on,
    )  # fmt: skip
    return SectionRow(reader.place, needed_text(reader, "reference"), on, section)


def read_mandate(reader: RowReader) -> MandateRow:
    """A line of `Mandats`.

    Source: none; the template of this product.
    """
    iban = compact_iban(reader.text("iban"))
    if not is_iban(iban):
        reader.refuse("iban", "cet IBAN n'a pas la bonne clé ou la bonne longueur", "Le relire sur le RIB")
    return MandateRow(
        place=reader.place, reference=needed_text(reader, "reference"), rum=needed_text(reader, "rum"),
        signed_on=needed_day(reader, "signed_on"), iban=iban, holder=reader.text("holder"),
        signatory=reader.text("signatory"),
    )  # fmt: skip


def read_deadline(reader: RowReader) -> DeadlineRow:
    """A line of `Échéances`.

    Source: none; the template of this product.
    """
    return DeadlineRow(
        reader.place, needed_text(reader, "reference"), needed_text(reader, "label"), needed_day(reader, "due_on"),
        reader.text("reason"),
    )  # fmt: skip


def _read_balance(reader: RowReader) -> KeptRow:
    needed_day(reader, "as_of")
    amount = needed_amount(reader, "balance_eur")
    return KeptRow(reader.place, needed_text(reader, "reference"), reader.row.number, amount)


def _read_claim(reader: RowReader) -> KeptRow:
    needed_text(reader, "claim")
    needed_day(reader, "occurred_on")
    if one_of(reader, "event", InsuredEvent) is None:
        reader.refuse("event", "événement absent", f"Écrire l'un de : {codes_text(InsuredEvent)}")
    if reader.text("siret"):
        reader.siret()
    amount_in(reader, "provision_eur")
    paid = amount_in(reader, "paid_eur") or Fraction(0)
    return KeptRow(reader.place, needed_text(reader, "reference"), reader.row.number, paid)


def _read_case(reader: RowReader) -> KeptRow:
    needed_text(reader, "case")
    needed_text(reader, "subject")
    needed_day(reader, "opened_on")
    return KeptRow(reader.place, needed_text(reader, "reference"), reader.row.number)


KEPT_READERS: dict[BookSheet, Callable[[RowReader], KeptRow]] = {
    BookSheet.BALANCES: _read_balance,
    BookSheet.CLAIMS: _read_claim,
    BookSheet.CASES: _read_case,
}
