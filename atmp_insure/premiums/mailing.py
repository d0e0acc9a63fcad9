"""Mails about premiums: calls with their letter, reminders; written into the outbox for whom the policy names."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.db.scope import unscoped
from atmp_insure.documents.letters import mail_text
from atmp_insure.documents.models import MailState, OutgoingMail
from atmp_insure.documents.outgoing import write_mail
from atmp_insure.formatting import short_day
from atmp_insure.kernel.french import french_euros
from atmp_insure.parties.queries import get_company
from atmp_insure.policies.revision_queries import find_addressee
from atmp_insure.premiums.call_letter import spaced

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from decimal import Decimal

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.models import Policy
    from atmp_insure.policies.state import PolicyState
    from atmp_insure.premiums.models import PremiumCall

CALL, REMINDER = "premium_call", "premium_reminder"


def mail_call(
    session: ScopedSession, call: PremiumCall, told: tuple[Policy, PolicyState], document_id: int, office: str
) -> OutgoingMail | None:
    """Send a call with its letter; None: nobody of the company has an e-mail address, it is to be posted."""
    policy, state = told
    company = get_company(session, call.company_id)
    to = find_addressee(session, company, state.terms.contact_id)
    if to is None or to.email is None:
        return None
    text = mail_text(
        CALL, addressee=to.name, policy=policy, company=company, call=call, is_call=call.total_eur >= 0,
        total=french_euros(Fraction(abs(call.total_eur))), office=office,
    )  # fmt: skip
    return write_mail(
        session, CALL, to.email, *text, key=f"premium_calls:{call.id}", now=call.called_at,
        company_id=call.company_id, document_ids=(document_id,),
    )  # fmt: skip


def mail_reminder(
    session: ScopedSession, told: tuple[Policy, PolicyState], debts: Iterable[tuple[PremiumCall, Decimal]], office: str,
    now: datetime,
) -> OutgoingMail | None:  # fmt: skip
    """Remind a client of what is due; None: nobody of the company has an e-mail address."""
    policy, state = told
    company = get_company(session, policy.company_id)
    to = find_addressee(session, company, state.terms.contact_id)
    if to is None or to.email is None:
        return None
    found = list(debts)
    text = mail_text(
        REMINDER, addressee=to.name, policy=policy, company=company, office=office,
        debts=[
            (call.name, short_day(call.due_on), french_euros(Fraction(left_eur)), spaced(call.reference))
            for call, left_eur in found
        ],
    )  # fmt: skip
    key = f"{REMINDER}:{found[0][0].id}"  # a call is reminded of once
    return write_mail(session, REMINDER, to.email, *text, key=key, now=now, company_id=policy.company_id)


@unscoped("whoever reads a call sees how it was sent, not the mail itself")
def mail_state(session: ScopedSession, mail_id: int) -> tuple[MailState, datetime | None]:
    """Where the mail of a call stands, and when it left; None: not yet."""
    statement = select(OutgoingMail.state, OutgoingMail.sent_at).where(OutgoingMail.id == mail_id)
    state, sent_at = session.execute(statement).one()
    return state, sent_at
