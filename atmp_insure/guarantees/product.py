"""A product version: what is sold from a day on. Frozen values that `loader.py` reads from `config/product/`.

Rates, shares and surcharges are fractions (9 % is 9/100), amounts are euros. A version that a quote has used is never
changed: the next one takes its place from its own first day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.kernel.labelled import Label

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from fractions import Fraction

    from atmp_insure.guarantees.vocabulary import Cause, DeductibleKind, Frequency, TriggerBasis, WhilePending
    from atmp_insure.regulation.values import Citation, DatedValues
    from atmp_insure.regulation.vocabulary import Mode


@dataclass(frozen=True, slots=True)
class Deductible:
    """What stays with the client, per section and rate year, whatever the number of claims.

    Attributes:
        value: a fraction of wages, a fraction of the contribution at the base rate, or euros.
    """

    kind: DeductibleKind
    value: Fraction


@dataclass(frozen=True, slots=True)
class DeductibleChoice:
    """A deductible that the product offers; others, and those marked, are by exception (dérogation)."""

    deductible: Deductible
    by_exception: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """What is never exceeded (plafonds), in euros; None: no limit.

    Attributes:
        section_year_eur: per section and rate year.
        year_eur: all sections together, per rate year.
        policy_eur: for all that one policy year pays.
    """

    section_year_eur: Fraction | None = None
    year_eur: Fraction | None = None
    policy_eur: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Something that is never covered, with the clause that says so.

    Attributes:
        code: stable name.
        clause: its article in the policy, as `5.3`.
        text_fr: the clause.
        citation: what it rests on.
    """

    code: str
    clause: str
    text_fr: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class GuaranteeTerms:
    """One guarantee of the catalogue as this version sells it.

    Attributes:
        code: of the catalogue.
        is_optional: whether a client may leave it out.
        causes: accidents, diseases, or both.
        includes_death: whether death is insured with it (IP4).
        fee_share: the largest part of what was recovered that is refunded as fees; None but for contestation fees.
        tax_class: of `InsuranceTax`.
    """

    code: str
    is_optional: bool
    causes: frozenset[Cause]
    includes_death: bool
    fee_share: Fraction | None
    tax_class: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Trigger:
    """When a claim belongs to the cover.

    Attributes:
        waiting_days: of the first policy year, from its first day, in which nothing is covered.
        run_off_years: rate years after the policy year in which its claims are still paid; None: to their end.
    """

    basis: TriggerBasis
    waiting_days: int
    run_off_years: int | None


@dataclass(frozen=True, slots=True)
class RecourseTerms:
    """What the cover asks of recourses."""

    while_pending: WhilePending
    must_be_engaged: bool


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who may be covered.

    Attributes:
        smallest_headcount: of the enterprise.
        modes: of the sections: those without a rate of their own are never covered.
        schemes: régimes whose employers may be covered: `general`.
    """

    smallest_headcount: int
    modes: frozenset[Mode]
    schemes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Loadings:
    """What is added to the expected cost, as fractions.

    Attributes:
        capital: cost of capital: of what a bad year (99.5 %) pays beyond the mean; at most 1
        management: of the premium without tax: running the office.
        insurer_margin: of the premium without tax.
        broker_commission: of the premium without tax, unless the broker's agreement says otherwise.
    """

    capital: Fraction
    management: Fraction
    insurer_margin: Fraction
    broker_commission: Fraction

    @property
    def of_premium(self) -> Fraction:
        """All that is a part of the premium without tax."""
        return self.management + self.insurer_margin + self.broker_commission


@dataclass(frozen=True, slots=True)
class Authority:
    """Above what a quote is referred to the underwriter (or, by its agreement, to the insurer).

    Attributes:
        largest_wages_eur: yearly wages of all insured sections.
        largest_percentile_eur: what a policy year pays at most with 99.5 % certainty.
        open_grave_claims: known grave claims of the accounts from which an underwriter looks at the file.
        headcount_margin: persons around a threshold of mode within which an underwriter looks at it.
        temporary_share: of temporary workers in headcount from which an underwriter looks at it.
        largest_discount: a discretionary discount that a broker may give alone, a fraction of the premium.
    """

    largest_wages_eur: Fraction
    largest_percentile_eur: Fraction
    open_grave_claims: int
    headcount_margin: int
    temporary_share: Fraction
    largest_discount: Fraction


@dataclass(frozen=True, slots=True)
class ProductVersion:
    """All that a version says.

    Attributes:
        product: code, as agreements name it.
        version: its name, as `2026-1`.
        label_fr: name of the product.
        first_day: first day on which covers of this version may begin.
        last_day: last such day; None: until the next version.
        guarantees: in the order of the catalogue.
        limits: when nothing else is agreed.
        instalments: surcharge by frequency, a fraction of the premium without tax.
        minimum_premium_eur: without tax, for a policy year.
        validity_days: how long a quote may be accepted.
        citations: source of each part of the file, by its key; warnings show in every quote.
    """

    product: str
    version: str
    label_fr: Label
    first_day: date
    last_day: date | None
    guarantees: tuple[GuaranteeTerms, ...]
    trigger: Trigger
    recourse: RecourseTerms
    deductibles: tuple[DeductibleChoice, ...]
    limits: Limits
    exclusions: tuple[Exclusion, ...]
    eligibility: Eligibility
    loadings: Loadings
    authority: Authority
    instalments: Mapping[Frequency, Fraction]
    minimum_premium_eur: Fraction
    validity_days: int
    citations: Mapping[str, Citation]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What must be said of the version, in French, each once."""
        return tuple(dict.fromkeys(one.warning for one in self.citations.values() if one.warning))

    def terms_of(self, code: str) -> GuaranteeTerms | None:
        """The terms of a guarantee; None when this version does not sell it."""
        return next((one for one in self.guarantees if one.code == code), None)


@dataclass(frozen=True, slots=True)
class InsuranceTax:
    """Rates of the tax on insurance contracts by class, each a dated series of fractions.

    Source: art. 991 and 1001 CGI.
    """

    rates: Mapping[str, DatedValues[Fraction]]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that may be sold: versions of products, oldest first, and the tax.

    The versions are checked: their days do not overlap, their guarantees exist, their classes have a tax.
    """

    versions: tuple[ProductVersion, ...]
    tax: InsuranceTax

    def products(self) -> tuple[str, ...]:
        """Codes of the products."""
        return tuple(dict.fromkeys(one.product for one in self.versions))

    def label_of(self, product: str) -> Label:
        """The name of a product in French; its code when it is no longer sold."""
        return next((one.label_fr for one in self.versions if one.product == product), Label(product))

    def version_on(self, product: str, on: date) -> ProductVersion | None:
        """The version under which a cover that begins on a day is sold; None when there is none."""
        begun = [one for one in self.versions if one.product == product and one.first_day <= on]
        if not begun:
            return None
        latest = begun[-1]
        return latest if latest.last_day is None or on <= latest.last_day else None

    def version(self, product: str, version: str) -> ProductVersion | None:
        """A version by its name."""
        return next((one for one in self.versions if (one.product, one.version) == (product, version)), None)
