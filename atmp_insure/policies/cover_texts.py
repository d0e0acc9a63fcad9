"""What a policy covers, in sentences: from when to when, on which basis, and whether it covers on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.guarantees.catalogue.clauses import Clause
from atmp_insure.guarantees.written import DAYS, YEARS, count_text
from atmp_insure.policies.paper_days import FIRST_HOUR, LAST_HOUR, day_fr, due_day, eve
from atmp_insure.policies.state import Standing

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.guarantees.product import ProductVersion
    from atmp_insure.policies.state import PolicyState
    from atmp_insure.policies.terms import PolicyTerms


def cover_days(state: PolicyState, product: ProductVersion) -> tuple[str, ...]:
    """From when to when, on which basis, after what waiting period, with what run-off.

    Source: general conditions, articles 3, 4 and 9; special conditions.
    """
    year, trigger = state.years[0], product.trigger
    waiting = (
        f"Un délai de carence de {count_text(trigger.waiting_days, DAYS)} court de la prise d'effet."
        if trigger.waiting_days
        else "Il n'y a pas de délai de carence."
    )
    run_off = (
        "aussi longtemps qu'ils pèsent sur le taux"
        if trigger.run_off_years is None
        else f"pendant {count_text(trigger.run_off_years, YEARS)} de tarification au plus après l'année d'assurance"
    )
    return (
        (
            f"Le contrat prend effet le {day_fr(year.first_day)} {FIRST_HOUR}. La première année d'assurance finit le "
            f"{day_fr(year.last_day)} {LAST_HOUR}."
        ),
        (
            f"Fait déclencheur de la garantie : {trigger.basis.label}. {waiting} Les sinistres garantis sont "
            f"indemnisés {run_off}, même après la fin du contrat (article {Clause.RUN_OFF.value} des conditions "
            "générales)."
        ),
    )


def insured_causes(terms: PolicyTerms) -> str:
    """What the policy insures against, inside a sentence.

    Source: special conditions.
    """
    diseases = " ou des maladies professionnelles" if terms.diseases else ""
    return f"la hausse de cotisation que provoqueraient des accidents du travail{diseases} graves"


def standing_sentence(state: PolicyState, on: date) -> str:
    """Whether what happens on a day is covered, and otherwise why not.

    Source: art. L.113-3, L.113-8 and L.113-15 Code des assurances.
    """
    began = f"le {day_fr(state.began_on)} {FIRST_HOUR}"
    match state.standing(on):
        case Standing.COMING:
            return f"Le contrat prendra effet {began}. Ce qui survient avant n'est pas garanti."
        case Standing.VOID:
            return "Le contrat est nul (article L.113-8 du code des assurances) : il ne garantit rien."
        case Standing.ENDED:
            last = day_fr(eve(state.ended_on or on))
            return (
                f"Le contrat a pris fin le {last} {LAST_HOUR}. Ce qui survient depuis n'est pas garanti ; les "
                "sinistres garantis antérieurs continuent d'être indemnisés."
            )
        case Standing.SUSPENDED:
            since = day_fr(state.suspended_on or on)
            return (
                f"La garantie est suspendue depuis le {since} {FIRST_HOUR} (article L.113-3 du code des assurances) : "
                "ce qui survient pendant la suspension n'est pas garanti."
            )
        case Standing.TO_RENEW:
            return (
                f"Le contrat, qui a pris effet {began}, est en vigueur : reconduit tacitement depuis le "
                f"{day_fr(due_day(state.year))}."
            )
    noon = " ; la garantie, qui était suspendue, a repris ce jour à midi" if state.resumed_on == on else ""
    return (
        f"Le contrat, qui a pris effet {began}, est en vigueur ; son année d'assurance finit le "
        f"{day_fr(state.year.last_day)} {LAST_HOUR}{noon}."
    )
