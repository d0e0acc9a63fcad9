"""The formal notice (mise en demeure) as the client reads it: what is unpaid, since when, what follows and when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.formatting import grouped_identifier
from atmp_insure.kernel.french import french_euros
from atmp_insure.policies.paper_days import day_fr, eve
from atmp_insure.policies.paper_frame import insurers_text
from atmp_insure.premiums.call_letter import spaced
from atmp_insure.underwriting.quote_tables import Table
from atmp_insure.underwriting.quote_texts import NOT_SET

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from atmp_insure.policies.paper_frame import Frame
    from atmp_insure.policies.state import PolicyState
    from atmp_insure.premiums.call_letter import Payee
    from atmp_insure.premiums.models import PremiumCall
    from atmp_insure.premiums.unpaid_clock import UnpaidClock

_ARTICLE = "article L.113-3 du code des assurances"


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a formal notice claims.

    Attributes:
        calls: each with what is left of it.
        law: paragraphs of the article that the letter must reproduce.
    """

    name: str
    calls: Sequence[tuple[PremiumCall, Decimal]]
    law: tuple[str, ...]

    @property
    def total(self) -> str:
        """All that it claims, as it is written."""
        return french_euros(sum((Fraction(left_eur) for _call, left_eur in self.calls), Fraction(0)))


@dataclass(frozen=True, slots=True)
class NoticeLetter:
    """A formal notice.

    Attributes:
        opening: what it is and what it claims.
        following: how to pay and what follows, one paragraph each.
        law: the article that it must reproduce.
    """

    frame: Frame
    references: tuple[tuple[str, str], ...]
    subject: str
    opening: tuple[str, ...]
    debts: Table
    following: tuple[str, ...]
    law: tuple[str, ...]


def notice_letter(frame: Frame, state: PolicyState, claimed: Claimed, payee: Payee, clock: UnpaidClock) -> NoticeLetter:
    """The letter of a formal notice, with the days that follow if it is posted on the day it bears.

    Source: art. L.113-3 and R.113-1 Code des assurances (it says that it is a formal notice, recalls amount and due
        date of the premium, and reproduces art. L.113-3; what it costs is borne by the insurer).
    """
    return NoticeLetter(
        frame=replace(frame, signatory="", signatory_role=""),
        references=(("Contrat", frame.reference), ("Numéro", claimed.name), ("Envoi", "lettre recommandée")),
        subject=f"Mise en demeure de payer la prime du contrat {frame.reference}",
        opening=(
            (
                f"Sauf erreur de notre part, les primes ci-dessous, soit {claimed.total}, ne nous sont pas parvenues "
                "dans les dix jours de leur échéance. La présente lettre vous est envoyée à titre de mise en demeure "
                f"de les payer ({_ARTICLE}), au nom et pour le compte de {insurers_text(frame, state.terms.shares)}."
            ),
        ),
        debts=_table(claimed),
        following=_following(frame.dated, state, claimed, payee, clock),
        law=claimed.law,
    )


def _table(claimed: Claimed) -> Table:
    return Table(
        caption="Primes impayées",
        headings=("Appel", "Échéance", "Référence à rappeler", "Reste dû"),
        rows=tuple(
            (call.name, day_fr(call.due_on), spaced(call.reference), french_euros(Fraction(left_eur)))
            for call, left_eur in claimed.calls
        ),
        total=("Total", "", "", claimed.total),
        right=(3,),
    )


def _following(dated: date, state: PolicyState, claimed: Claimed, payee: Payee, clock: UnpaidClock) -> tuple[str, ...]:
    suspended_on, terminable_on = clock.suspended_on(dated), clock.terminable_on(dated)
    fractions = (
        " La prime de votre contrat étant fractionnée, la suspension produirait ses effets, à défaut de paiement, "
        f"jusqu'à la fin de l'année d'assurance, le {day_fr(state.year.last_day)}."
        if state.terms.frequency.calls > 1
        else ""
    )
    return (
        (
            f"Payez {claimed.total} par virement {_account(payee)}. La prime est désormais payable au domicile de "
            "l'assureur ou de son mandataire, c'est-à-dire à notre bureau. Cette lettre ne vous est pas facturée."
        ),
        (
            f"À défaut de paiement entier, la garantie de votre contrat sera suspendue trente jours après l'envoi de "
            f"la présente : pour un envoi à sa date, à compter du {day_fr(suspended_on)} à 0 h, le dernier jour "
            f"garanti étant le {day_fr(eve(suspended_on))}.{fractions}"
        ),
        (
            "L'assureur aura le droit de résilier votre contrat dix jours après l'expiration de ce délai : pour le "
            f"même envoi, à partir du {day_fr(terminable_on)}. Cette résiliation vous serait notifiée par une autre "
            "lettre. La prime reste due dans tous les cas, y compris pour les jours de suspension."
        ),
        (
            "Si vous contestez cette somme, ou si votre entreprise fait l'objet d'une procédure collective, "
            "dites-le-nous sans attendre. Si votre paiement s'est croisé avec cette lettre, n'en tenez pas compte."
        ),
    )


def _account(payee: Payee) -> str:
    if not payee.iban or not payee.holder:
        return f"(coordonnées bancaires {NOT_SET}es), en rappelant la référence de chaque appel"
    return f"au compte de {payee.holder}, IBAN {grouped_identifier(payee.iban)}, en rappelant ces références"
