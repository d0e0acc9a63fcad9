"""What a letter of termination says: its subject, then ground, last day covered, premium and claims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.guarantees.catalogue.clauses import Clause
from atmp_insure.kernel.french import begun, french_euros
from atmp_insure.policies.ending_grounds import EndingGround, opening_of
from atmp_insure.policies.paper_days import FIRST_HOUR, LAST_HOUR, day_fr, eve, period_fr
from atmp_insure.policies.transactions import Refunding

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from atmp_insure.policies.state import PolicyState


@dataclass(frozen=True, slots=True)
class Ending:
    """A policy that ends.

    Attributes:
        reference: of the policy.
        ends_on: first day without cover.
        before: the policy as the termination found it.
        refunded_eur: premium given back, with surcharge and tax.
        refunded_days: first and last day for which it is given back; None: none is.
    """

    reference: str
    ground: EndingGround
    ends_on: date
    refunding: Refunding
    voids: bool
    before: PolicyState
    refunded_eur: Fraction
    refunded_days: tuple[date, date] | None


def ending_subject(ending: Ending) -> str:
    """What the letter is about: `Résiliation de votre contrat P-000012 au 31 décembre 2027`.

    Source: none; wording of this product.
    """
    if ending.voids:
        return f"Nullité de votre contrat {ending.reference}"
    named = "Fin" if not (ending.ground.by_insured or ending.ground.by_insurer) else "Résiliation"
    return f"{named} de votre contrat {ending.reference} au {day_fr(eve(ending.ends_on))}"


def ending_paragraphs(ending: Ending) -> tuple[str, ...]:
    """The body of the letter: the ground, the last day covered, the premium, the claims.

    Source: art. L.113-3, L.113-4, L.113-8, L.113-9, L.113-12, L.121-1 and L.121-10 Code des assurances, by ground.
    """
    ground = ending.ground
    opening = opening_of(ground)
    article = f" ({ground.article})" if ground.article else ""
    said = [one.format(reference=ending.reference, ground=f"{ground.label_fr}{article}") for one in opening]
    if ending.voids:
        return (*said, _premium(ending))
    return (*said, _last_day(ending), _premium(ending), _run_off(ending))


def _last_day(ending: Ending) -> str:
    last = f"Le contrat prend fin le {day_fr(eve(ending.ends_on))} {LAST_HOUR}."
    suspended_on = ending.before.suspended_on
    if suspended_on is not None and suspended_on < ending.ends_on:
        return (
            f"{last} La garantie, suspendue depuis le {day_fr(suspended_on)} {FIRST_HOUR}, n'a pas repris : le dernier "
            f"jour garanti est le {day_fr(eve(suspended_on))}."
        )
    return f"{last} C'est le dernier jour garanti : ce qui survient ensuite ne l'est plus."


def _premium(ending: Ending) -> str:
    if ending.voids:
        return (
            "Les primes payées restent acquises à l'assureur, qui a droit, à titre de dommages et intérêts, au "
            "paiement de toutes les primes échues."
        )
    if ending.refunding is Refunding.KEPT:
        return "La prime échue reste acquise à l'assureur : aucune somme n'est à vous rendre."
    if ending.refunded_days is None or not ending.refunded_eur:
        return (
            "Le contrat finit avec l'année d'assurance : aucune prime n'est à rendre. La prime de l'année reste à "
            "régulariser sur la masse salariale définitive."
        )
    return (
        f"La portion de prime {period_fr(*ending.refunded_days)}, pendant laquelle le risque n'est plus couru, vous "
        f"est rendue : {french_euros(ending.refunded_eur)}, taxe comprise, sous déduction de ce qui resterait dû. La "
        "prime des jours garantis reste à régulariser sur la masse salariale définitive."
    )


def _run_off(ending: Ending) -> str:
    since = f"jusqu'au {day_fr(eve(ending.before.suspended_on or ending.ends_on))} inclus"
    return begun(
        f"les sinistres garantis qui se rattachent à la période de garantie, {since}, continuent d'être indemnisés "
        f"après la fin du contrat (article {Clause.RUN_OFF.value} des conditions générales) : continuez à nous les "
        "déclarer et à nous transmettre vos notifications de taux."
    )
