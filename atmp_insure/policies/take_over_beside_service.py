"""What comes with a policy that is taken over: the mandate by which it is debited, and the days that wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.access.roles import Role
from atmp_insure.diary.deadline_models import DeadlineState
from atmp_insure.diary.deadline_queries import list_deadlines_about
from atmp_insure.diary.deadline_service import TypedDeadline, add_typed_deadline
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.parties import account_service
from atmp_insure.parties.account_queries import AccountOwner
from atmp_insure.parties.account_service import NewAccount
from atmp_insure.parties.mandate_service import SignedMandate, record_mandate
from atmp_insure.parties.partner_models import AccountPurpose
from atmp_insure.policies import take_over_queries as queries

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.models import Company
    from atmp_insure.policies.book import FormerPolicy
    from atmp_insure.policies.book_other_rows import MandateRow
    from atmp_insure.policies.models import Policy
    from atmp_insure.policies.take_over_origin_service import TakeOver

_MANDATE_TEXT = "Mandat repris de l'ancien système, qui en garde le texte signé."


def record_former_mandate(session: ScopedSession, company: Company, former: FormerPolicy, taken: TakeOver) -> None:
    """Record the mandate of a policy under the reference it has; it serves once its account is confirmed."""
    row = former.mandate
    if row is None:
        return
    known = queries.mandates_named(session, [row.rum]).get(row.rum)
    if known is not None:
        if known.company_id != company.id:
            said = f"le mandat {row.rum} est celui d'une autre entreprise"
            raise InvalidInput.one(said, "Vérifier la RUM", place=row.place)
        return
    owner = AccountOwner(company_id=company.id)
    account = account_service.find_given_account(session, owner, AccountPurpose.PREMIUMS, row.iban)
    if account is None:
        account = account_service.propose_account(
            session, owner, company.name, _account(row, company, taken), taken.now
        )
    origin = f"reprise n° {taken.found.id}, {row.place}"
    signed = SignedMandate(row.signatory or row.holder, _MANDATE_TEXT, row.signed_on, origin, row.rum)
    record_mandate(session, account, signed, taken.now)


def _account(row: MandateRow, company: Company, taken: TakeOver) -> NewAccount:
    return NewAccount(
        AccountPurpose.PREMIUMS, row.holder or company.name, row.iban, "", taken.reason(row.place), taken.person_id
    )


def record_former_deadlines(session: ScopedSession, policy: Policy, former: FormerPolicy, taken: TakeOver) -> None:
    """Keep the days that the book gives, each once; one that was said to be without object comes back with it."""
    subject = subject_of(policy)
    alive = [one for one in list_deadlines_about(session, subject) if one.state is not DeadlineState.VOID]
    known = {(one.label, one.due_on) for one in alive}
    for row in former.deadlines:
        if (row.label, row.due_on) not in known:
            reason = row.reason or taken.reason(row.place)
            typed = TypedDeadline(row.label, row.due_on, reason, policy.company_id, subject, Role.MANAGER)
            add_typed_deadline(session, typed, taken.now)


def subject_of(policy: Policy) -> str:
    """What is about a policy, in the diary."""
    return f"policies:{policy.id}"
