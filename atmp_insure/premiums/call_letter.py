"""The premium call as the client reads it: what for, how much, by when, how to pay, what follows if it is not paid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.formatting import grouped_identifier
from atmp_insure.kernel.french import french_euros
from atmp_insure.policies.paper_days import day_fr, period_fr
from atmp_insure.policies.paper_frame import insurers_text
from atmp_insure.policies.premium_lines import LINE_NAMES, PremiumLine
from atmp_insure.policies.premium_tables import premium_table
from atmp_insure.policies.premium_texts import UNPAID
from atmp_insure.underwriting.quote_texts import NOT_SET

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atmp_insure.policies.paper_frame import Frame
    from atmp_insure.policies.state import PolicyState
    from atmp_insure.premiums.models import PremiumCall, PremiumCallLine
    from atmp_insure.underwriting.quote_tables import Table

_GROUP = 4  # how many characters of a reference are read at once


@dataclass(frozen=True, slots=True)
class Payee:
    """Where clients pay, and how they are told before a direct debit.

    Attributes:
        holder, iban: of the account; empty: not set.
        notice_days: days between the notice of a direct debit and the debit itself.
        broker: who collects for the insurer; empty: clients pay the office.
    """

    holder: str
    iban: str
    notice_days: int
    broker: str = ""


@dataclass(frozen=True, slots=True)
class CallLetter:
    """A premium call, or a credit note.

    Attributes:
        paying: how it is paid or given back, one paragraph each.
        legal: what the law and the contract say of it.
    """

    frame: Frame
    references: tuple[tuple[str, str], ...]
    subject: str
    opening_fr: str
    lines: Table
    paying: tuple[str, ...]
    legal: tuple[str, ...]


def call_letter(frame: Frame, state: PolicyState, call: PremiumCall, payee: Payee) -> CallLetter:
    """The letter of a call.

    Source: art. R.113-4 (date and amount of the premium), L.113-3 (unpaid premium) Code des assurances; art. 991 CGI
        (tax); ISO 11649 (reference); SEPA rulebooks (notice of a direct debit).
    """
    is_call = call.total_eur >= 0
    total = french_euros(Fraction(abs(call.total_eur)))
    days = period_fr(call.year_first_day, call.year_last_day)
    named = "Appel de prime" if is_call else "Avoir de prime"
    due = (("Échéance", day_fr(call.due_on)), ("Référence", spaced(call.reference))) if is_call else ()
    return CallLetter(
        frame=replace(frame, signatory="", signatory_role=""),  # the office's; underwriting signs what it agreed to
        references=(("Contrat", frame.reference), ("Numéro", call.name), ("Année d'assurance", days), *due),
        subject=f"{named} {call.name}, contrat {frame.reference}",
        opening_fr=_opening(call, total, days),
        lines=premium_table(named, _lines(call.lines)),
        paying=_paying(frame, state, call, payee) if is_call else (_given_back(total),),
        legal=_legal(frame, state, is_call=is_call),
    )


def spaced(reference: str) -> str:
    """A reference as it is read aloud: `RF18 AP20 2700 0012`.

    Source: ISO 11649 (presentation in groups of four).
    """
    return " ".join(reference[at : at + _GROUP] for at in range(0, len(reference), _GROUP))


def _lines(rows: Iterable[PremiumCallLine]) -> tuple[PremiumLine, ...]:
    """The lines of a call, those of one guarantee and rate together, in the order of the catalogue."""
    summed: dict[tuple[str, Fraction], list[Fraction]] = {}
    for one in rows:
        found = summed.setdefault((one.code, Fraction(one.tax_rate)), [Fraction(0)] * 3)
        for at, amount_eur in enumerate((one.net_eur, one.surcharge_eur, one.tax_eur)):
            found[at] += Fraction(amount_eur)
    order = list(LINE_NAMES)
    return tuple(
        PremiumLine(code, net, surcharge, rate, tax)
        for (code, rate), (net, surcharge, tax) in sorted(
            summed.items(), key=lambda item: (order.index(item[0][0]), item[0][1])
        )
    )


def _opening(call: PremiumCall, total: str, days: str) -> str:
    if call.total_eur < 0:
        return (
            f"Ce qui a été appelé pour l'année d'assurance {days} dépasse ce que votre contrat doit : {total}, taxe "
            "comprise, vous sont rendus."
        )
    if call.instalments == 1 or call.instalment == 0:
        return f"Voici la prime de l'année d'assurance {days} qui reste à appeler : {total}, taxe comprise."
    return (
        f"Voici la prime de l'année d'assurance {days} appelée à l'échéance {call.instalment} sur {call.instalments} : "
        f"{total}, taxe comprise. Ce montant tient compte de ce qui a déjà été appelé."
    )


def _paying(frame: Frame, state: PolicyState, call: PremiumCall, payee: Payee) -> tuple[str, ...]:
    total = french_euros(Fraction(call.total_eur))
    if state.terms.mandate_id is not None:
        on = max(call.due_on, frame.dated + timedelta(days=payee.notice_days))  # announced before it is taken
        mandate = frame.mandate_name(state.terms.mandate_id)
        return (
            (
                f"Cette somme sera réglée {mandate}, le {day_fr(on)}. Le présent avis vaut notification préalable de "
                "ce prélèvement."
            ),
        )
    if payee.broker:
        return (
            (
                f"À régler à votre courtier, {payee.broker}, qui l'encaisse pour l'assureur : {total}, au plus tard le "
                f"{day_fr(call.due_on)}, en rappelant la référence {spaced(call.reference)}."
            ),
        )
    return (
        (
            f"À payer au plus tard le {day_fr(call.due_on)} : {total}, par virement {_account(payee)}, en rappelant la "
            f"référence {spaced(call.reference)}."
        ),
    )


def _account(payee: Payee) -> str:
    if not payee.iban or not payee.holder:
        return f"(coordonnées bancaires {NOT_SET}es)"
    return f"au compte de {payee.holder}, IBAN {grouped_identifier(payee.iban)}"


def _given_back(total: str) -> str:
    return f"Ces {total} s'imputent sur ce qui resterait à payer au titre du contrat ; le surplus vous est versé."


def _legal(frame: Frame, state: PolicyState, *, is_call: bool) -> tuple[str, ...]:
    insurers = insurers_text(frame, state.terms.shares)
    by = f"Prime {'perçue' if is_call else 'rendue'} au nom et pour le compte de {insurers}."
    number = f"sous le n° {frame.office_orias}" if frame.office_orias else f"(numéro {NOT_SET})"
    orias = f" {frame.office.name} est immatriculé à l'ORIAS {number}."
    return (UNPAID, by + orias) if is_call else (by + orias,)
