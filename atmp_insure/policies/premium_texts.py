"""How the premium of a policy is found, called and paid, in sentences; what an endorsement costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.guarantees.written import percent_text
from atmp_insure.kernel.french import french_euros

if TYPE_CHECKING:
    from fractions import Fraction

    from atmp_insure.policies.paper_frame import Frame
    from atmp_insure.policies.state import PolicyState


UNPAID = (
    "À défaut de paiement d'une prime ou d'une fraction de prime dans les dix jours de son échéance, la garantie peut "
    "être suspendue trente jours après l'envoi d'une mise en demeure, et le contrat résilié dix jours après "
    "l'expiration de ce délai (article L.113-3 du code des assurances)."
)


def premium_clauses(frame: Frame, state: PolicyState) -> tuple[str, ...]:
    """How the premium is found, called, paid and set right.

    Source: special conditions (premium as a rate on wages, minimum premium, régularisation); art. L.113-3.
    """
    terms = state.terms
    surcharge = (
        f"avec une majoration de {percent_text(terms.surcharge)} pour frais de fractionnement, comprise dans la prime"
        if terms.surcharge
        else "sans majoration"
    )
    calls = "en une fois" if terms.frequency.calls == 1 else f"en {terms.frequency.calls} appels"
    return (
        (
            "La prime nette est le produit du taux de chaque garantie par la masse salariale, "
            f"{french_euros(terms.wages_eur)} pour une année entière. Elle est appelée sur cette masse à titre "
            "provisionnel, puis régularisée sur la masse salariale réellement soumise à cotisation. Pour une année "
            "entière, la prime nette n'est jamais inférieure à la prime minimale de "
            f"{french_euros(terms.minimum_eur)}, hors taxe. Les taux sont écrits avec les décimales qui redonnent la "
            "prime."
        ),
        (
            f"Paiement {terms.frequency.label}, {calls}, {surcharge} ; règlement "
            f"{frame.mandate_name(terms.mandate_id)}. {UNPAID}"
        ),
    )


def charged_sentence(total_eur: Fraction) -> str:
    """What an endorsement costs or gives back, in a sentence.

    Source: none; the charges of the transaction.
    """
    if total_eur > 0:
        return f"Cet avenant donne lieu à un complément de prime de {french_euros(total_eur)}, taxe comprise."
    if total_eur < 0:
        return f"Cet avenant donne lieu à une ristourne de prime de {french_euros(-total_eur)}, taxe comprise."
    return "Cet avenant ne donne lieu ni à complément ni à ristourne de prime."
