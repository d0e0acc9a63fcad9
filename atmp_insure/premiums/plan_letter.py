"""The letter of a payment plan as the client reads it: what it owes, what it pays by which day, what follows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.french import french_euros
from atmp_insure.policies.paper_days import day_fr
from atmp_insure.premiums.call_letter import spaced
from atmp_insure.underwriting.quote_tables import Table
from atmp_insure.underwriting.quote_texts import NOT_SET

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from atmp_insure.policies.paper_frame import Frame
    from atmp_insure.premiums.call_letter import Payee
    from atmp_insure.premiums.models import PremiumCall
    from atmp_insure.premiums.payment_plans import PlannedAmount


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed.

    Attributes:
        calls: each with what was left of it.
        tolerance_days: after its day, how long an amount may still be paid.
    """

    name: str
    calls: Sequence[tuple[PremiumCall, Decimal]]
    amounts: Sequence[PlannedAmount]
    tolerance_days: int

    @property
    def total(self) -> str:
        """All that is owed, as it is written."""
        return french_euros(sum((Fraction(left_eur) for _call, left_eur in self.calls), Fraction(0)))


@dataclass(frozen=True, slots=True)
class PlanLetter:
    """A payment plan.

    Attributes:
        opening: what was agreed.
        following: how to pay and what follows, one paragraph each.
    """

    frame: Frame
    references: tuple[tuple[str, str], ...]
    subject: str
    opening: tuple[str, ...]
    debts: Table
    amounts: Table
    following: tuple[str, ...]


def plan_letter(frame: Frame, agreed: Agreed, payee: Payee) -> PlanLetter:
    """The letter of a plan.

    Source: practice of the office; art. L.113-3 Code des assurances (the premium stays owed from its due date).
    """
    return PlanLetter(
        frame=replace(frame, signatory="", signatory_role=""),
        references=(("Contrat", frame.reference), ("Numéro", agreed.name)),
        subject=f"Échéancier de paiement {agreed.name}, contrat {frame.reference}",
        opening=((
            f"À votre demande, nous vous accordons de payer les primes ci-dessous, soit {agreed.total}, aux dates "
            "suivantes. Ces primes restent dues depuis leur échéance."
        ),),
        debts=Table(
            caption="Primes dues", headings=("Appel", "Échéance", "Référence à rappeler", "Reste dû"),
            rows=tuple(
                (call.name, day_fr(call.due_on), spaced(call.reference), french_euros(Fraction(left_eur)))
                for call, left_eur in agreed.calls
            ),
            total=("Total", "", "", agreed.total), right=(3,),
        ),
        amounts=Table(
            caption="Échéancier", headings=("À payer au plus tard le", "Montant"),
            rows=tuple((day_fr(one.due_on), french_euros(Fraction(one.amount_eur))) for one in agreed.amounts),
            total=("Total", agreed.total), right=(1,),
        ),
        following=(_paying(payee), (
            "Tant que chaque montant est payé à sa date, nous n'engageons ni relance, ni mise en demeure, ni "
            "suspension pour ces primes. Le délai d'une mise en demeure déjà envoyée n'est pas interrompu."
        ), (
            f"Si un montant n'est pas payé {agreed.tolerance_days} jours après sa date, cet échéancier prend fin et la "
            "procédure reprend (article L.113-3 du code des assurances)."
        )),
    )  # fmt: skip


def _paying(payee: Payee) -> str:
    if not payee.iban or not payee.holder:
        return f"Payez par virement (coordonnées bancaires {NOT_SET}es), en rappelant la référence de chaque appel."
    return f"Payez par virement au compte de {payee.holder}, IBAN {spaced(payee.iban)}, en rappelant ces références."
