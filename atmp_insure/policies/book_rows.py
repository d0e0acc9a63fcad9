"""What a line about a policy says in a book: a state, a suspension, a resumption, an end; each fault with its place.

Nothing here looks at what the office knows: whether an agreement or a product exists is judged in `former_terms`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.guarantees.catalogue import GUARANTEES
from atmp_insure.guarantees.product import Deductible, Limits
from atmp_insure.guarantees.vocabulary import DeductibleKind, Frequency
from atmp_insure.policies.book_cells import amount_in, needed_day, needed_text, one_of, percent_in
from atmp_insure.policies.book_sheets import NET_OF
from atmp_insure.policies.former_lines import FormerEnd, Happening
from atmp_insure.policies.former_price import FormerPremium
from atmp_insure.policies.transactions import InsuranceYear, Refunding

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.parties.file_rows import RowReader

_GROUND = "due_date_insured"  # a termination whose ground the file does not tell


@dataclass(frozen=True, slots=True)
class StateRow:
    """What a line says a policy was: product, insurer and broker as the file names them, its cover and its price.

    Attributes:
        broker: ORIAS number or name; empty: the office itself.
        surcharge: None: that of the product.
        tax: as the former system charged it; None: by the law known here.
    """

    product: str
    product_version: str
    agreement: str
    broker: str
    year: InsuranceYear
    guarantees: frozenset[str]
    diseases: bool
    deductible: Deductible
    limits: Limits
    frequency: Frequency
    surcharge: Fraction | None
    premium: FormerPremium
    commission: Fraction
    tax: Fraction | None


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A line about a policy: what happened to it, from which day."""

    place: str
    reference: str
    on: date
    happening: Happening
    siren: str
    said: StateRow | FormerEnd | None


def read_policy(reader: RowReader) -> PolicyRow:
    """A line of `Contrats`.

    Source: none; the template of this product.
    """
    happening = one_of(reader, "happening", Happening) or Happening.STATE
    said: StateRow | FormerEnd | None = None
    if happening is Happening.STATE:
        said = _state(reader)
    elif happening is Happening.TERMINATION:
        refunding = Refunding.KEPT if reader.flag("is_kept") else Refunding.UNEARNED
        said = FormerEnd(reader.text("ground") or _GROUND, refunding)
    return PolicyRow(
        reader.place, needed_text(reader, "reference"), needed_day(reader, "on"), happening, reader.siren(), said
    )


def _state(reader: RowReader) -> StateRow:
    first_day, last_day = needed_day(reader, "year_first_day"), needed_day(reader, "year_last_day")
    if last_day < first_day:
        reader.refuse("year_last_day", "l'année d'assurance finit avant de commencer", "Corriger ses deux jours")
    return StateRow(
        product=needed_text(reader, "product"),
        product_version=needed_text(reader, "product_version"),
        agreement=needed_text(reader, "agreement"),
        broker=reader.text("broker"),
        year=InsuranceYear(first_day, last_day),
        guarantees=_guarantees(reader),
        diseases=reader.flag("diseases"),
        deductible=_deductible(reader),
        limits=Limits(*(amount_in(reader, key) for key in ("section_year_eur", "year_eur", "policy_eur"))),
        frequency=one_of(reader, "frequency", Frequency) or Frequency.YEARLY,
        surcharge=percent_in(reader, "surcharge_percent"),
        premium=_premium(reader),
        commission=percent_in(reader, "commission_percent") or Fraction(0),
        tax=percent_in(reader, "tax_percent"),
    )


def _guarantees(reader: RowReader) -> frozenset[str]:
    asked = reader.text("guarantees").replace(",", " ").replace(";", " ").split()
    codes = {one.code.casefold(): one.code for one in GUARANTEES}
    for unknown in (one for one in asked if one.casefold() not in codes):
        known = ", ".join(codes.values())
        reader.refuse("guarantees", f"« {unknown} » n'est pas une garantie", f"Écrire parmi : {known}")
    if not asked:
        reader.refuse("guarantees", "aucune garantie", "Écrire par exemple IP2 IP3 IP4")
    return frozenset(codes[one.casefold()] for one in asked if one.casefold() in codes)


def _deductible(reader: RowReader) -> Deductible:
    kind = one_of(reader, "deductible_kind", DeductibleKind) or DeductibleKind.PERCENT_OF_WAGES
    in_euros = kind is DeductibleKind.EUROS
    value = Fraction(reader.number("deductible", "€" if in_euros else "%") or 0)
    return Deductible(kind, value if in_euros else value / 100)


def _premium(reader: RowReader) -> FormerPremium:
    by_guarantee = {one.code: amount_in(reader, f"{one.code}{NET_OF}") for one in GUARANTEES}
    given = {code: amount for code, amount in by_guarantee.items() if amount is not None}
    return FormerPremium(given, amount_in(reader, "net_eur"), amount_in(reader, "minimum_eur") or Fraction(0))
