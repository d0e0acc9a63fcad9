"""What a policy insures at one moment: sections, guarantees, deductible, limits, price, and who stands behind it.

Amounts are euros, rates and shares fractions. The yearly premium follows from the rates and the wages of the sections:
a section that comes or goes changes it at the price agreed for the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.kernel.labelled import Labelled
from atmp_insure.kernel.money import round_cents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from atmp_insure.guarantees.product import Deductible, Limits
    from atmp_insure.guarantees.vocabulary import Frequency

MINIMUM_LINE = "minimum_premium"  # what the minimum premium adds, a line of its own
_WHOLE = Fraction(1)


class SectionOrigin(Labelled):
    """How a section came into a policy."""

    SIGNED = "signed", "assurée dès l'origine"
    OPENED = "opened", "ouverte en cours de contrat"
    BOUGHT = "bought", "acquise d'une autre entreprise"
    MOVED = "moved", "transférée, avec son historique"


@dataclass(frozen=True, slots=True)
class InsuredSection:
    """A section of an establishment that a policy insures.

    Attributes:
        siret: of the establishment.
        section: its number, as the papers write it.
        risk_code: as notified.
        wages_eur: of a whole year, on which the premium is provisionally called.
        headcount: persons.
        first_day: of its cover by this policy.
        history_of: SIRETs whose employer accounts it carries on, oldest first.
    """

    siret: str
    section: str
    risk_code: str
    wages_eur: Fraction
    headcount: Fraction
    first_day: date
    origin: SectionOrigin = SectionOrigin.SIGNED
    history_of: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What it is known by: `12345678900012/01`."""
        return section_key(self.siret, self.section)


def section_key(siret: str, section: str) -> str:
    """What a section is known by in a policy.

    Source: none; an identifier of this product.
    """
    return f"{siret}/{section}"


@dataclass(frozen=True, slots=True)
class InsurerShare:
    """The part of an insurer in the policy, a fraction; one of them leads (apériteur)."""

    organisation_id: int
    share: Fraction
    is_leader: bool


@dataclass(frozen=True, slots=True)
class PremiumRate:
    """The price of a guarantee: a fraction of yearly wages, without tax, and the class under which it is taxed."""

    code: str
    rate: Fraction
    tax_class: str


@dataclass(frozen=True, slots=True)
class PolicyTerms:
    """What a policy says at one moment.

    Attributes:
        product_version: under which claims of that moment are judged.
        guarantees: codes of the catalogue.
        diseases: whether occupational diseases are covered as far as the product covers them.
        rates: one by guarantee, in the order of the catalogue.
        minimum_eur: of a whole year, without tax.
        surcharge: for instalments, a fraction of the premium without tax.
        agreement_version_id: of the insurer's agreement under which it is managed.
        commission: of the broker, a fraction of the premium without tax.
        broker_id: None: the office itself.
        contact_id: to whom the office writes; None: the address of the seat.
        mandate_id: by which premiums are debited; None: the client pays by itself.
    """

    product: str
    product_version: str
    guarantees: frozenset[str]
    diseases: bool
    deductible: Deductible
    limits: Limits
    sections: tuple[InsuredSection, ...]
    rates: tuple[PremiumRate, ...]
    minimum_eur: Fraction
    frequency: Frequency
    surcharge: Fraction
    agreement_version_id: int
    shares: tuple[InsurerShare, ...]
    commission: Fraction
    broker_id: int | None = None
    contact_id: int | None = None
    mandate_id: int | None = None

    @property
    def wages_eur(self) -> Fraction:
        """Insured yearly wages."""
        return sum((one.wages_eur for one in self.sections), Fraction(0))

    @property
    def net_eur(self) -> Fraction:
        """The premium of a whole year, without surcharge and tax."""
        return sum((line.net_eur for line in yearly_lines(self)), Fraction(0))

    def section(self, key: str) -> InsuredSection | None:
        """A section by its key; None when the policy does not insure it."""
        return next((one for one in self.sections if one.key == key), None)


@dataclass(frozen=True, slots=True)
class YearlyLine:
    """A line of the premium of a whole year, without surcharge and tax."""

    code: str
    net_eur: Fraction
    tax_class: str


def yearly_lines(terms: PolicyTerms) -> tuple[YearlyLine, ...]:
    """The premium of a whole year by line, each rounded to the cent; what the minimum adds comes last.

    The complement to the minimum is taxed like the first guarantee, as on the quote.

    Source: `docs/pricing.md`; special conditions (premium as a rate on wages, minimum premium).
    """
    wages_eur = terms.wages_eur
    lines = tuple(YearlyLine(one.code, round_cents(one.rate * wages_eur), one.tax_class) for one in terms.rates)
    added = terms.minimum_eur - sum((line.net_eur for line in lines), Fraction(0))
    return (*lines, YearlyLine(MINIMUM_LINE, added, lines[0].tax_class)) if added > 0 else lines


def require_sound(terms: PolicyTerms) -> None:
    """Refuse, by `InvalidInput` with every fault, terms that no policy may have.

    Source: special conditions; art. L.121-1 Code des assurances (an insured interest is needed).
    """
    faults = tuple(_faults(terms))
    if faults:
        raise InvalidInput(faults)


def _faults(terms: PolicyTerms) -> Iterator[Fault]:
    if not terms.sections:
        yield Fault("aucune section assurée", "En assurer une au moins, ou résilier le contrat", "sections")
    keys = [one.key for one in terms.sections]
    for key in sorted({one for one in keys if keys.count(one) > 1}):
        yield Fault(f"section {key} assurée deux fois", "N'en garder qu'une", "sections")
    for one in terms.sections:
        if one.wages_eur <= 0:
            yield Fault(f"masse salariale de la section {one.key} nulle ou négative", "La corriger", "sections")
    if terms.guarantees != {one.code for one in terms.rates}:
        yield Fault("une garantie sans prix, ou un prix sans garantie", "Donner un prix à chaque garantie", "rates")
    if any(one.rate < 0 for one in terms.rates) or terms.minimum_eur < 0:
        yield Fault("prix négatif", "Le corriger", "rates")
    if sum((one.share for one in terms.shares), Fraction(0)) != _WHOLE:
        yield Fault("les parts des assureurs ne font pas 100 %", "Les corriger", "shares")
    if sum(one.is_leader for one in terms.shares) != 1:
        yield Fault("un apériteur, et un seul, est nécessaire", "Le désigner", "shares")
