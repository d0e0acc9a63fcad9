"""The papers of a policy as ready texts and figures, which `policy_pdf` only lays out.

`contract_papers`, `policy_letters`, `cover_letters` and `adjustment_letter` make them from the state of the policy, its
transaction and its product version.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.formatting import grouped_identifier

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from atmp_insure.guarantees.product import InsuranceTax, ProductVersion
    from atmp_insure.policies.paper_clauses import Wording
    from atmp_insure.policies.paper_frame import Frame
    from atmp_insure.policies.paper_parties import Pairs
    from atmp_insure.policies.state import PolicyState
    from atmp_insure.underwriting.quote_tables import Table


@dataclass(frozen=True, slots=True)
class Situation:
    """A policy as a paper tells it.

    Attributes:
        before: as the transaction found it; None: it begins the policy.
        state: as the transaction leaves it.
        product: the version that `state` names.
        last_day_to_send: the last day on which a notice ends the policy on a main due date.
    """

    before: PolicyState | None
    state: PolicyState
    product: ProductVersion
    tax: InsuranceTax
    last_day_to_send: Callable[[date], date]


@dataclass(frozen=True, slots=True)
class Signed:
    """What the accepted quote adds to the special conditions.

    Attributes:
        known_claims: those that are excluded because they were known; None: none was.
        conditions: on which the underwriter or the insurer agreed; empty: none.
    """

    known_claims: Table | None
    conditions: str = ""


@dataclass(frozen=True, slots=True)
class SpecialConditions:
    """The special conditions (conditions particulières).

    Attributes:
        first_charges: premium of a first policy year that is not a whole one; None: the yearly premium.
        is_shared: whether several insurers bear the policy.
        signed: None: the policy was taken over, not signed from a quote.
        unconfirmed: what the insurer's text has still to confirm.
    """

    frame: Frame
    references: Pairs
    parties: Pairs
    is_shared: bool
    cover_fr: tuple[str, ...]
    renewal_fr: str
    cover: Table
    sections: Table
    rates: Table
    premium: Table
    first_charges: Table | None
    premium_fr: tuple[str, ...]
    wording: Wording
    signed: Signed | None
    unconfirmed: tuple[str, ...]
    leader: str


@dataclass(frozen=True, slots=True)
class EndorsementPaper:
    """An endorsement (avenant), with what it changes, and what it costs or gives back.

    Attributes:
        wording: clauses that take the place of the former ones; None: they stay.
    """

    frame: Frame
    references: Pairs
    number: int
    effect_fr: str
    changes: tuple[str, ...]
    compared: Table | None
    wording: Wording | None
    charges: Table | None
    charged_fr: str
    leader: str


@dataclass(frozen=True, slots=True)
class RenewalLetter:
    """The letter of a new policy year.

    Attributes:
        is_notice: whether it is written before that year, of terms that change.
        wording: clauses that take the place of the former ones; None: they stay.
    """

    frame: Frame
    references: Pairs
    is_notice: bool
    subject: str
    opening_fr: str
    changes: tuple[str, ...]
    compared: Table | None
    wording: Wording | None
    premium: Table
    premium_fr: str
    ending_fr: str


@dataclass(frozen=True, slots=True)
class TerminationLetter:
    """The letter by which a policy ends, on its legal ground."""

    frame: Frame
    references: Pairs
    subject: str
    paragraphs: tuple[str, ...]
    refund: Table | None


@dataclass(frozen=True, slots=True)
class CoverLetter:
    """The letter by which cover is suspended, or comes back.

    Attributes:
        with_remedies: whether it says where to complain.
    """

    frame: Frame
    references: Pairs
    subject: str
    paragraphs: tuple[str, ...]
    with_remedies: bool


@dataclass(frozen=True, slots=True)
class AdjustmentLetter:
    """The letter by which the premium of a policy year is set right on the wages paid."""

    frame: Frame
    references: Pairs
    subject: str
    opening_fr: str
    sections: Table
    lines: Table
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate of cover (attestation d'assurance) on a day.

    Attributes:
        is_covered: whether what happens on that day is covered.
    """

    frame: Frame
    references: Pairs
    on_fr: str
    is_covered: bool
    standing_fr: str
    insurers: str
    insures_fr: str
    cover: Table
    sections: Table


def references_of(frame: Frame, found: Situation, own: tuple[str, str]) -> Pairs:
    """What stands at the head of every paper: policy, client, product, and what is its own.

    Source: none; references.
    """
    return (
        ("Contrat", frame.reference),
        ("Votre SIREN", grouped_identifier(frame.client.siren)),
        ("Produit", f"{found.product.label_fr}, version {found.product.version}"),
        own,
    )


def state_before(found: Situation) -> PolicyState:
    """The policy as a transaction found it, which is not its first.

    Source: none; the walk over the transactions.
    """
    assert found.before is not None
    return found.before
