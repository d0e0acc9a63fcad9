"""Premiums as pages show them: the state of a call, what a policy owes and was called of, year by year."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from atmp_insure.documents.models import MailState
from atmp_insure.kernel.paris import paris_day
from atmp_insure.parties.agreement_queries import get_version
from atmp_insure.parties.partner_queries import names_of_organisations
from atmp_insure.policies.premium_lines import LINE_NAMES
from atmp_insure.premiums import mailing, payment_queries, queries
from atmp_insure.premiums.booking import euros
from atmp_insure.premiums.call_states import CallState, call_state
from atmp_insure.premiums.client_account import Moved, account_lines
from atmp_insure.premiums.money_shown import other_moves
from atmp_insure.premiums.service import owed_years
from atmp_insure.web.display import State, Tone
from atmp_insure.web.environment import today
from atmp_insure.web.languages import said_day
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.models import Policy
    from atmp_insure.policies.transactions import InsuranceYear
    from atmp_insure.premiums.calling import Amounts
    from atmp_insure.premiums.client_account import AccountLine
    from atmp_insure.premiums.due_calls import DueCall
    from atmp_insure.premiums.instalments import Instalment
    from atmp_insure.premiums.models import PremiumCall, PremiumCallPaper

_ZERO, _ORDER = Decimal(0), list(LINE_NAMES)
_TONES = {
    CallState.TO_COME: Tone.INFO, CallState.DUE: Tone.CARE, CallState.SETTLED: Tone.GOOD,
    CallState.TO_GIVE_BACK: Tone.CARE,
}  # fmt: skip
STATES: Mapping[CallState, State] = {one: State(one.label, tone) for one, tone in _TONES.items()}


@dataclass(frozen=True, slots=True)
class ShownCall:
    """A call with what is left of it.

    Attributes:
        left_eur: what is not settled of it, never below zero.
    """

    call: PremiumCall
    left_eur: Decimal
    state: State


@dataclass(frozen=True, slots=True)
class ShownYear:
    """A policy year between what it owes and what was called of it, with its instalments."""

    year: InsuranceYear
    owed_eur: Decimal
    called_eur: Decimal
    instalments: tuple[Instalment, ...]


def state_of(total_eur: Decimal, left_eur: Decimal | None, due_on: date) -> State:
    """The state of a call today."""
    return STATES[call_state(total_eur, left_eur or _ZERO, due_on, today())]


def shown_calls(session: ScopedSession, calls: Iterable[PremiumCall]) -> list[ShownCall]:
    """Calls, each with what is left of it."""
    found = list(calls)
    left = queries.left_of(session, {one.reference for one in found})
    return [
        ShownCall(one, left.get(one.reference, _ZERO), state_of(one.total_eur, left.get(one.reference), one.due_on))
        for one in found
    ]


def shown_years(session: ScopedSession, policy: Policy) -> list[ShownYear]:
    """The years of a policy, the last first."""
    return [
        ShownYear(one.year, _sum(one.owed.values()), _sum(one.called.values()), one.parts)
        for one in reversed(owed_years(session, policy))
    ]


def _sum(amounts: Iterable[Amounts]) -> Decimal:
    return euros(sum(one.total for one in amounts))


LineRow = tuple[str, Decimal, Decimal, Decimal, Decimal]  # name, net, surcharge, tax, total


def due_rows(due: DueCall) -> list[LineRow]:
    """The lines of a call that is to be made."""
    return [
        (LINE_NAMES[line.code], euros(one.net), euros(one.surcharge), euros(one.tax), euros(one.total))
        for line, one in sorted(due.lines.items(), key=lambda item: _ORDER.index(item[0].code))
    ]


def called_rows(call: PremiumCall) -> list[LineRow]:
    """The lines of a call that was made."""
    return [
        (LINE_NAMES[one.code], one.net_eur, one.surcharge_eur, one.tax_eur,
         one.net_eur + one.surcharge_eur + one.tax_eur)
        for one in sorted(call.lines, key=lambda line: _ORDER.index(line.code))
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownAccount:
    """The account of a client.

    Attributes:
        balance_eur: above zero: the client owes it, due or to come.
        due_eur: what of it is due today.
        unallocated_eur: payments and credit notes that settle nothing yet.
    """

    lines: tuple[AccountLine, ...]
    balance_eur: Decimal
    due_eur: Decimal
    unallocated_eur: Decimal


def client_account(session: ScopedSession, company_id: int, calls: Iterable[ShownCall]) -> ShownAccount:
    """The account of a client from its calls and its payments."""
    kept = list(calls)
    payments = payment_queries.list_payments_of(session, company_id)
    moves = [Moved(one.call.called_on, one.call.name, one.call.id, one.call.total_eur, one.call.due_on) for one in kept]
    moves += [
        Moved(one.received_on, one.name, one.id, -one.amount_eur if one.reverses_id is None else one.amount_eur)
        for one in payments
    ]
    lines = account_lines([*moves, *other_moves(session, company_id)], _ZERO)
    balance_eur = lines[-1].balance_eur if lines else _ZERO
    owed = [one for one in kept if one.call.total_eur >= 0]
    left_eur = sum((one.left_eur for one in owed), _ZERO)
    due_eur = sum((one.left_eur for one in owed if one.call.due_on <= today()), _ZERO)
    return ShownAccount(lines, balance_eur, due_eur, left_eur - balance_eur)


def insurers_of(session: ScopedSession, calls: Iterable[PremiumCall]) -> dict[int, str]:
    """The insurers that share the premiums of some calls, the leader of the last first."""
    versions = [line.agreement_version_id for call in calls for line in call.lines]
    shares = [
        (not share.is_leader, share.organisation_id)
        for one in dict.fromkeys(reversed(versions))
        for share in get_version(session, one).shares
    ]
    numbers = list(dict.fromkeys(number for _rank, number in sorted(shares, key=lambda share: share[0])))
    names = names_of_organisations(session, numbers)
    return {one: names[one] for one in numbers}


def sent_text(session: ScopedSession, paper: PremiumCallPaper | None) -> str:
    """How the document of a call left: by mail, on which day, or still to be posted."""
    if paper is None:
        return "–"
    if paper.mail_id is None:
        return _("à poster : personne de l'entreprise n'a d'adresse électronique")
    state, sent_at = mailing.mail_state(session, paper.mail_id)
    if sent_at is not None:
        return _("courriel du %(day)s", day=said_day(paris_day(sent_at)))
    return _("courriel en échec : voir le courrier sortant") if state is MailState.FAILED else _("courriel à partir")
