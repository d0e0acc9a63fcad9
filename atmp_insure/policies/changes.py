"""What an endorsement (avenant) changes, one small value by kind of change, each applied to the terms before it.

A change says what it does, not what results: it is applied again, as it was signed, when something earlier comes in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from atmp_insure.kernel.errors import Refused
from atmp_insure.kernel.labelled import Labelled
from atmp_insure.policies.terms import SectionOrigin, section_key

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from atmp_insure.guarantees.product import Deductible, Limits
    from atmp_insure.guarantees.vocabulary import Frequency
    from atmp_insure.policies.terms import InsuredSection, InsurerShare, PolicyTerms, PremiumRate


class ChangeKind(Labelled):
    """A kind of change; the stored code, and its name in French."""

    OPEN_SECTION = "open_section", "section ajoutée"
    CLOSE_SECTION = "close_section", "section retirée"
    MOVE_SECTION = "move_section", "établissement transféré"
    WAGES = "wages", "masse salariale déclarée"
    EXPOSURE = "exposure", "exposition relue"
    COVER = "cover", "garanties"
    DEDUCTIBLE = "deductible", "franchise"
    LIMITS = "limits", "plafonds"
    PRICE = "price", "prix"
    PRODUCT_VERSION = "product_version", "version de produit"
    INSTALMENTS = "instalments", "fractionnement"
    BROKER = "broker", "courtier"
    INSURER = "insurer", "assureur et coassurance"
    CONTACT = "contact", "interlocuteur"
    MANDATE = "mandate", "compte débité"
    RESTATED = "restated", "état repris"


class Leaving(Labelled):
    """Why a section leaves a policy."""

    CLOSED = "closed", "établissement fermé"
    SOLD = "sold", "établissement cédé"


@dataclass(frozen=True, slots=True)
class OpenSection:
    """A section comes in: opened, or bought with the history of its employer account."""

    kind: ClassVar = ChangeKind.OPEN_SECTION
    section: InsuredSection

    def applied(self, terms: PolicyTerms, on: date) -> PolicyTerms:
        """The terms with it.

        Source: special conditions (new establishments are declared and insured at the rates agreed).
        """
        if terms.section(self.section.key) is not None:
            raise Refused(f"La section {self.section.key} est déjà assurée à cette date.")
        return replace(terms, sections=(*terms.sections, replace(self.section, first_day=on)))


@dataclass(frozen=True, slots=True)
class CloseSection:
    """A section leaves: closed, or sold, with the SIREN of whoever took it when it is known."""

    kind: ClassVar = ChangeKind.CLOSE_SECTION
    siret: str
    section: str
    leaving: Leaving
    buyer_siren: str | None = None

    def applied(self, terms: PolicyTerms, on: date) -> PolicyTerms:
        """The terms without it.

        Source: art. L.121-10 Code des assurances (the contract follows the insured interest).
        """
        gone = _known(terms, self.siret, self.section)
        kept = tuple(one for one in terms.sections if one is not gone)
        if not kept:
            raise Refused(f"{gone.key} est la dernière section assurée : résilier le contrat pour perte du risque.")
        return replace(terms, sections=kept)


@dataclass(frozen=True, slots=True)
class MoveSection:
    """An establishment moves to another SIRET and takes the history of its account with it."""

    kind: ClassVar = ChangeKind.MOVE_SECTION
    siret: str
    section: str
    to_siret: str

    def applied(self, terms: PolicyTerms, on: date) -> PolicyTerms:
        """The terms with the section at its new SIRET.

        Source: art. D.242-6-17 CSS (an establishment that is not new carries on its history).
        """
        gone = _known(terms, self.siret, self.section)
        if terms.section(section_key(self.to_siret, self.section)) is not None:
            raise Refused(f"La section {section_key(self.to_siret, self.section)} est déjà assurée à cette date.")
        moved = replace(
            gone,
            siret=self.to_siret,
            first_day=on,
            origin=SectionOrigin.MOVED,
            history_of=(*gone.history_of, gone.siret),
        )
        return replace(terms, sections=tuple(moved if one is gone else one for one in terms.sections))


@dataclass(frozen=True, slots=True)
class ChangeWages:
    """The yearly wages of a section are declared anew, on which the premium is provisionally called."""

    kind: ClassVar = ChangeKind.WAGES
    siret: str
    section: str
    wages_eur: Fraction

    def applied(self, terms: PolicyTerms, on: date) -> PolicyTerms:
        """The terms with them.

        Source: special conditions (premium as a rate on wages).
        """
        known = _known(terms, self.siret, self.section)
        paid = replace(known, wages_eur=self.wages_eur)
        return replace(terms, sections=tuple(paid if one is known else one for one in terms.sections))


@dataclass(frozen=True, slots=True)
class RereadSection:
    """A section as the rate papers of a later year tell it: another activity, other people, other wages."""

    kind: ClassVar = ChangeKind.EXPOSURE
    siret: str
    section: str
    risk_code: str
    headcount: Fraction
    wages_eur: Fraction

    def applied(self, terms: PolicyTerms, on: date) -> PolicyTerms:
        """The terms with it.

        Source: special conditions (yearly revision: headcount, sections, wages).
        """
        known = _known(terms, self.siret, self.section)
        read = replace(known, risk_code=self.risk_code, headcount=self.headcount, wages_eur=self.wages_eur)
        return replace(terms, sections=tuple(read if one is known else one for one in terms.sections))


@dataclass(frozen=True, slots=True)
class ChangeCover:
    """Guarantees come or go, at the prices that the quote of the change gave to all of them."""

    kind: ClassVar = ChangeKind.COVER
    guarantees: frozenset[str]
    diseases: bool
    rates: tuple[PremiumRate, ...]

    def applied(self, terms: PolicyTerms, on: date) -> PolicyTerms:
        """The terms with these guarantees.

        Source: special conditions.
        """
        return replace(terms, guarantees=self.guarantees, diseases=self.diseases, rates=self.rates)


@dataclass(frozen=True, slots=True)
class ChangeDeductible:
    """Another deductible, at the prices quoted with it."""

    kind: ClassVar = ChangeKind.DEDUCTIBLE
    deductible: Deductible
    rates: tuple[PremiumRate, ...]

    def applied(self, terms: PolicyTerms, on: date) -> PolicyTerms:
        """The terms with it.

        Source: special conditions.
        """
        return replace(terms, deductible=self.deductible, rates=_repriced(terms, self.rates))


@dataclass(frozen=True, slots=True)
class ChangeLimits:
    """Other limits, at the prices quoted with them."""

    kind: ClassVar = ChangeKind.LIMITS
    limits: Limits
    rates: tuple[PremiumRate, ...]

    def applied(self, terms: PolicyTerms, on: date) -> PolicyTerms:
        """The terms with them.

        Source: special conditions.
        """
        return replace(terms, limits=self.limits, rates=_repriced(terms, self.rates))


@dataclass(frozen=True, slots=True)
class ChangePrice:
    """Other prices for the same cover: a risk that grew or fell, a declaration set right, a renewal."""

    kind: ClassVar = ChangeKind.PRICE
    rates: tuple[PremiumRate, ...]
    minimum_eur: Fraction

    def applied(self, terms: PolicyTerms, on: date) -> PolicyTerms:
        """The terms at these prices.

        Source: art. L.113-4 and L.113-9 Code des assurances.
        """
        return replace(terms, rates=_repriced(terms, self.rates), minimum_eur=self.minimum_eur)


@dataclass(frozen=True, slots=True)
class ChangeProductVersion:
    """The conditions of another version of the product apply from then on."""

    kind: ClassVar = ChangeKind.PRODUCT_VERSION
    product_version: str
    minimum_eur: Fraction

    def applied(self, terms: PolicyTerms, on: date) -> PolicyTerms:
        """The terms under it.

        Source: product version.
        """
        return replace(terms, product_version=self.product_version, minimum_eur=self.minimum_eur)


@dataclass(frozen=True, slots=True)
class ChangeInstalments:
    """The premium is called more or less often."""

    kind: ClassVar = ChangeKind.INSTALMENTS
    frequency: Frequency
    surcharge: Fraction

    def applied(self, terms: PolicyTerms, on: date) -> PolicyTerms:
        """The terms with it.

        Source: product version (surcharge of instalments).
        """
        return replace(terms, frequency=self.frequency, surcharge=self.surcharge)


@dataclass(frozen=True, slots=True)
class ChangeBroker:
    """Another broker follows the policy; the commission of what was called already stays with the former one."""

    kind: ClassVar = ChangeKind.BROKER
    broker_id: int | None
    commission: Fraction

    def applied(self, terms: PolicyTerms, on: date) -> PolicyTerms:
        """The terms with it.

        Source: usages du courtage (the former broker keeps its commission to the end of the policy year).
        """
        return replace(terms, broker_id=self.broker_id, commission=self.commission)


@dataclass(frozen=True, slots=True)
class ChangeInsurer:
    """Another agreement, or other shares of the insurers: what is left of the year goes from one to the other."""

    kind: ClassVar = ChangeKind.INSURER
    agreement_version_id: int
    shares: tuple[InsurerShare, ...]

    def applied(self, terms: PolicyTerms, on: date) -> PolicyTerms:
        """The terms with them.

        Source: agreement with the insurers (convention de délégation, coassurance).
        """
        return replace(terms, agreement_version_id=self.agreement_version_id, shares=self.shares)


@dataclass(frozen=True, slots=True)
class ChangeContact:
    """The office writes to someone else."""

    kind: ClassVar = ChangeKind.CONTACT
    contact_id: int | None

    def applied(self, terms: PolicyTerms, on: date) -> PolicyTerms:
        """The terms with it.

        Source: none; correspondence.
        """
        return replace(terms, contact_id=self.contact_id)


@dataclass(frozen=True, slots=True)
class ChangeMandate:
    """Premiums are debited by another mandate, or by none."""

    kind: ClassVar = ChangeKind.MANDATE
    mandate_id: int | None

    def applied(self, terms: PolicyTerms, on: date) -> PolicyTerms:
        """The terms with it.

        Source: SEPA mandate.
        """
        return replace(terms, mandate_id=self.mandate_id)


@dataclass(frozen=True, slots=True)
class Restated:
    """Everything as another system had it from a day on: the history of a policy that was taken over."""

    kind: ClassVar = ChangeKind.RESTATED
    terms: PolicyTerms

    def applied(self, terms: PolicyTerms, on: date) -> PolicyTerms:
        """The terms that were taken over.

        Source: none; the file of the former system, kept in the vault.
        """
        return self.terms


Change = (
    OpenSection | CloseSection | MoveSection | ChangeWages | RereadSection | ChangeCover | ChangeDeductible
    | ChangeLimits | ChangePrice | ChangeProductVersion | ChangeInstalments | ChangeBroker | ChangeInsurer
    | ChangeContact | ChangeMandate | Restated
)  # fmt: skip

WITHOUT_PRICE = frozenset({ChangeKind.CONTACT, ChangeKind.MANDATE})
WITHOUT_RISK = WITHOUT_PRICE | {ChangeKind.BROKER}  # change nothing of the cover


def _known(terms: PolicyTerms, siret: str, section: str) -> InsuredSection:
    found = terms.section(section_key(siret, section))
    if found is None:
        raise Refused(f"La section {section_key(siret, section)} n'est pas assurée à cette date.")
    return found


def _repriced(terms: PolicyTerms, rates: tuple[PremiumRate, ...]) -> tuple[PremiumRate, ...]:
    """The new prices, which must be those of the guarantees there are."""
    if {one.code for one in rates} != terms.guarantees:
        raise Refused(
            "Ces prix ne sont pas ceux des garanties du contrat à cette date : refaire le devis de l'avenant."
        )
    return rates
