"""What the policy says of guarantees, in the articles they share: equal texts, so that a policy prints each once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.guarantees.catalogue.clauses import Clause
from atmp_insure.guarantees.catalogue.conditions import causes_text, events_text, insured_events
from atmp_insure.guarantees.vocabulary import TriggerBasis, WhilePending
from atmp_insure.guarantees.written import DAYS, count_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from atmp_insure.guarantees.product import GuaranteeTerms, ProductVersion
    from atmp_insure.guarantees.vocabulary import InsuredEvent

_COVER_PERIOD: Mapping[TriggerBasis, str] = {
    TriggerBasis.OCCURRENCE: (
        "La garantie s'applique aux accidents survenus, et aux maladies constatées pour la première fois par un "
        "médecin, pendant l'année d'assurance, premier et dernier jours compris."
    ),
    TriggerBasis.IP_NOTIFICATION: (
        "La garantie s'applique aux sinistres dont le taux d'incapacité permanente est notifié pendant l'année "
        "d'assurance, premier et dernier jours compris. L'arrêt de travail et le décès, qui ne donnent lieu à aucun "
        "taux d'incapacité, se rattachent à la date de l'accident ou de la première constatation médicale."
    ),
    TriggerBasis.ACCOUNT_LINE: (
        "La garantie s'applique aux sinistres imputés au compte employeur de l'année civile pendant laquelle l'année "
        "d'assurance commence."
    ),
}
_WHILE_PENDING: Mapping[WhilePending, str] = {
    WhilePending.WAIT: (
        "Tant qu'un recours est pendant, le versement de l'indemnité du sinistre qu'il concerne est différé jusqu'à "
        "son issue."
    ),
    WhilePending.PAY_PROVISIONALLY: (
        "Tant qu'un recours est pendant, l'indemnité du sinistre qu'il concerne est versée à titre provisoire, contre "
        "l'engagement signé de la restituer à hauteur de ce que le recours fait recouvrer."
    ),
}


def indemnity_wording(
    version: ProductVersion, terms: GuaranteeTerms, events: frozenset[InsuredEvent]
) -> tuple[str, ...]:
    """The clauses of a guarantee that indemnifies, its own first.

    Source: general conditions, articles 2 to 4, 6, 7 and 9; the exclusions, article 5, are the product version's.
    """
    own = (
        f"Garantie {terms.code}. L'événement garanti est l'imputation, au compte employeur d'une section garantie, "
        f"de : {events_text(insured_events(events, terms))}. Causes garanties : {causes_text(terms.causes)}."
    )
    return (
        Clause.INSURED_EVENTS.saying(own),
        Clause.COVER_PERIOD.saying(_COVER_PERIOD[version.trigger.basis]),
        Clause.WAITING_PERIOD.saying(_waiting_period(version.trigger.waiting_days)),
        Clause.INDEMNITY.saying(_INDEMNITY),
        Clause.RECOURSES.saying(_recourses(version)),
        Clause.RUN_OFF.saying(_run_off(version.trigger.run_off_years)),
    )


_INDEMNITY = (
    "Pour chaque section garantie et chaque année de tarification, la perte est la différence entre la cotisation due "
    "au taux notifié et celle qui aurait été due sans les sinistres garantis, chacun des deux taux étant écrêté "
    "d'après ses propres années antérieures, sur la masse salariale réellement soumise à cotisation. L'indemnité est "
    "cette perte, diminuée de la franchise, dans la limite des plafonds. La franchise s'applique une fois par section "
    "et par année, quel que soit le nombre des sinistres. L'indemnité est arrondie au centime le plus proche et "
    "n'excède jamais la perte."
)


def _waiting_period(waiting_days: int) -> str:
    if not waiting_days:
        return "La garantie s'applique dès sa prise d'effet, sans délai de carence."
    days = count_text(waiting_days, DAYS)
    return (
        f"La garantie n'est pas acquise pendant un délai de {days} à compter de la prise d'effet du contrat, ce jour "
        "compris."
    )


def _recourses(version: ProductVersion) -> str:
    engaged = (
        "Le versement de l'indemnité est subordonné à l'engagement préalable d'un recours. "
        if version.recourse.must_be_engaged
        else ""
    )
    return f"{engaged}{_WHILE_PENDING[version.recourse.while_pending]}"


def _run_off(run_off_years: int | None) -> str:
    if run_off_years is None:
        return (
            "La fin du contrat n'interrompt pas l'indemnisation des sinistres garantis, qui dure autant que leur effet "
            "sur le taux."
        )
    ordinal = "1re" if run_off_years == 1 else f"{run_off_years}e"
    return (
        "La fin du contrat n'interrompt pas l'indemnisation des sinistres garantis : elle suit leur effet sur le taux, "
        f"au plus tard jusqu'à la {ordinal} année de tarification qui suit l'année d'assurance."
    )
