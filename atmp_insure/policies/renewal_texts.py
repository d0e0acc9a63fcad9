"""How a policy goes on from year to year, in sentences, and until when either side may end it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.policies.paper_days import LAST_HOUR, day_fr, due_day, due_day_fr, first_ending_due, period_fr

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from atmp_insure.policies.state import PolicyState
    from atmp_insure.policies.transactions import InsuranceYear


def renewal_clause(state: PolicyState, last_day_to_send: Callable[[date], date]) -> str:
    """Duration and tacit renewal, with the first due date on which either side may end the policy.

    Source: art. L.113-12, L.113-14 and L.113-15 Code des assurances.
    """
    year = state.years[0]
    due = first_ending_due(state.began_on, year)
    return (
        f"Le contrat dure jusqu'au {day_fr(year.last_day)} {LAST_HOUR}. Il est ensuite reconduit tacitement à son "
        f"échéance principale, le {due_day_fr(year)} de chaque année, pour un an ; la durée de la tacite reconduction "
        "ne peut en aucun cas, nonobstant toute clause contraire, être supérieure à une année (article L.113-15 du "
        "code des assurances). Chaque partie peut le résilier à l'échéance principale, une fois un an écoulé, en "
        "notifiant sa décision à l'autre deux mois au moins avant cette échéance (article L.113-12) : pour l'échéance "
        f"du {day_fr(due)}, au plus tard le {day_fr(last_day_to_send(due))}. Le souscripteur le fait par lettre ou "
        "tout autre support durable, ou par l'un des autres moyens de l'article L.113-14 ; l'assureur, par lettre "
        "recommandée."
    )


def renewed_sentence(year: InsuranceYear, *, is_notice: bool, changes: bool) -> str:
    """What a new policy year brings, before its details.

    Source: art. L.113-15 Code des assurances; special conditions.
    """
    days = period_fr(year.first_day, year.last_day)
    if not changes:
        kept = "aux mêmes conditions et aux mêmes taux de prime"
        return f"Votre contrat {'sera' if is_notice else 'est'} reconduit pour l'année d'assurance {days}, {kept}."
    if is_notice:
        return (
            f"À la prochaine échéance principale de votre contrat, pour l'année d'assurance {days}, nous vous "
            "proposons les changements suivants. Tout le reste demeure inchangé."
        )
    return (
        f"Votre contrat est reconduit pour l'année d'assurance {days}, avec les changements suivants. Tout le reste "
        "demeure inchangé."
    )


def may_end_sentence(year: InsuranceYear, last_day: date, *, is_notice: bool) -> str:
    """The right to end the policy, for the due date that opens a year (notice), or for the one that ends it (letter).

    Args:
        last_day: on which the notice may be sent.

    Source: art. L.113-12 and L.113-14 Code des assurances.
    """
    due = year.first_day if is_notice else due_day(year)
    means = "par lettre ou tout autre support durable, ou par l'un des autres moyens de l'article L.113-14"
    return (
        f"Vous pouvez résilier le contrat à l'échéance principale du {day_fr(due)}, en nous le notifiant au plus tard "
        f"le {day_fr(last_day)}, {means} (article L.113-12 du code des assurances). "
        + (
            "Sans notification de votre part à cette date, le contrat est reconduit à ces nouvelles conditions."
            if is_notice
            else "À défaut, il sera de nouveau reconduit pour un an."
        )
    )
