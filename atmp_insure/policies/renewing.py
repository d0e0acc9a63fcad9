"""How many policies are renewed at once: on which terms, with which notice, and what stands in the way of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.labelled import Labelled
from atmp_insure.policies.changes import ChangePrice, ChangeProductVersion
from atmp_insure.policies.grounds import last_day_to_send
from atmp_insure.policies.revising import UNDECIDED, RevisionState

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.guarantees.product import ProductVersion
    from atmp_insure.policies.changes import Change
    from atmp_insure.policies.grounds import Ground
    from atmp_insure.policies.terms import PolicyTerms, PremiumRate

_DAY = timedelta(days=1)


class RenewalObstacle(Labelled):
    """Why a policy is not renewed with the others; the stored code, and what it means in French."""

    VOID = "void", "contrat nul"
    ENDED = "ended", "contrat terminé, ou résilié pour cette échéance"
    SUSPENDED = "suspended", "garantie suspendue : la prime reste impayée"
    RENEWED = "renewed", "déjà renouvelé"
    LATE_NOTICE = "late_notice", "nouvelles conditions à moins de deux mois de l'échéance"
    REVISION_OPEN = "revision_open", "révision annuelle non tranchée"
    REVISION_UNTOLD = "revision_untold", "conditions de la révision non notifiées au client"
    NOT_SOLD = "not_sold", "produit sans version à la date d'échéance"


@dataclass(frozen=True, slots=True)
class RenewalTerms:
    """On which terms policies are renewed.

    Attributes:
        with_new_version: whether the version of the product that is sold on the due date takes the place of theirs.
        index: by which their prices are multiplied, `1` for none: `1.03` is three percent more.
    """

    with_new_version: bool = False
    index: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class RenewalStanding:
    """What decides of a renewal, as the lists of policies and of revisions know it.

    Attributes:
        revision: where the revision for its due date stands; None: it is not revised.
        is_untold: whether the terms of that revision wait to be sent to the client.
    """

    year_last_day: date
    product_version: str
    suspended_on: date | None = None
    ended_on: date | None = None
    is_void: bool = False
    revision: RevisionState | None = None
    is_untold: bool = False

    def terms(self, asked: RenewalTerms) -> RenewalTerms:
        """The terms asked for all, unless a revision decided of this one."""
        return asked if self.revision in {None, RevisionState.DROPPED} else RenewalTerms()


def renewal_obstacles(
    standing: RenewalStanding, terms: RenewalTerms, sold: ProductVersion | None, ground: Ground, on: date
) -> tuple[RenewalObstacle, ...]:
    """What stands in the way of a policy, the gravest first; empty: it is renewed.

    Args:
        sold: the version of the product that is sold on its due date.
        ground: of termination at the due date by the insured: new terms reach the client while it can still end.
        on: the day on which notices leave.

    Source: art. L.113-12 Code des assurances; special conditions (tacit renewal).
    """
    due_on, found, terms = standing.year_last_day + _DAY, [], standing.terms(terms)
    if standing.is_void:
        found.append(RenewalObstacle.VOID)
    if standing.ended_on is not None and standing.ended_on <= due_on:
        found.append(RenewalObstacle.ENDED)
    if standing.suspended_on is not None:
        found.append(RenewalObstacle.SUSPENDED)
    if standing.revision in UNDECIDED:
        found.append(RenewalObstacle.REVISION_OPEN)
    if standing.is_untold:
        found.append(RenewalObstacle.REVISION_UNTOLD)
    if terms.with_new_version and sold is None:
        found.append(RenewalObstacle.NOT_SOLD)
    if needs_notice(standing.product_version, terms, sold) and on > last_day_to_send(ground, due_on):
        found.append(RenewalObstacle.LATE_NOTICE)
    return tuple(found)


def needs_notice(product_version: str, terms: RenewalTerms, sold: ProductVersion | None) -> bool:
    """Whether the client must hear of new terms two months before: another price, or other conditions.

    Source: art. L.113-12 Code des assurances; a choice of this product (`docs/policies.md`).
    """
    changes_version = terms.with_new_version and sold is not None and sold.version != product_version
    return terms.index != 1 or changes_version


def renewal_changes(policy: PolicyTerms, terms: RenewalTerms, sold: ProductVersion | None) -> tuple[Change, ...]:
    """What changes as a policy is renewed; nothing by tacit renewal.

    Source: special conditions; product version.
    """
    changes: list[Change] = []
    minimum_eur = policy.minimum_eur
    if terms.with_new_version and sold is not None and sold.version != policy.product_version:
        minimum_eur = sold.minimum_premium_eur
        changes.append(ChangeProductVersion(sold.version, minimum_eur))
    if terms.index != 1:
        changes.append(ChangePrice(_indexed(policy.rates, terms.index), minimum_eur))
    return tuple(changes)


def _indexed(rates: tuple[PremiumRate, ...], index: Fraction) -> tuple[PremiumRate, ...]:
    return tuple(replace(one, rate=one.rate * index) for one in rates)
