"""Every question about bank accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Select, select

from atmp_insure.access.models import Approval
from atmp_insure.kernel.errors import NotFound
from atmp_insure.parties.mandate_models import SepaMandate
from atmp_insure.parties.partner_models import AccountState, BankAccount

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.partner_models import AccountPurpose


@dataclass(frozen=True, slots=True)
class AccountOwner:
    """Whose account it is: a company or an organisation."""

    company_id: int | None = None
    organisation_id: int | None = None


def owner_of(account: BankAccount) -> AccountOwner:
    """Whose account it is."""
    return AccountOwner(account.company_id, account.organisation_id)


def accounts() -> Select[BankAccount]:
    """All bank accounts."""
    return select(BankAccount)


def get_account(session: ScopedSession, account_id: int) -> BankAccount:
    """A bank account.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    account = session.get(BankAccount, account_id)
    if account is None:
        raise NotFound("Ce compte n'existe pas, ou vous ne pouvez pas le voir.")
    return account


def list_accounts(session: ScopedSession, owner: AccountOwner) -> Sequence[BankAccount]:
    """The accounts of a company or an organisation, those given last first."""
    return session.scalars(select(BankAccount).where(_of(owner)).order_by(BankAccount.id.desc())).all()


def list_accounts_among(session: ScopedSession, account_ids: Collection[int | None]) -> Sequence[BankAccount]:
    """Some accounts, by their numbers, as far as the actor sees them."""
    return session.scalars(select(BankAccount).where(BankAccount.id.in_(account_ids)).order_by(BankAccount.id)).all()


def list_accounts_for(session: ScopedSession, owner: AccountOwner, purpose: AccountPurpose) -> Sequence[BankAccount]:
    """The accounts of an owner for one purpose, those given last first."""
    statement = select(BankAccount).where(_of(owner), BankAccount.purpose == purpose)
    return session.scalars(statement.order_by(BankAccount.id.desc())).all()


def find_account_in_use(session: ScopedSession, owner: AccountOwner, purpose: AccountPurpose) -> BankAccount | None:
    """The confirmed account of an owner for one purpose: the only one that money may go to or come from."""
    statement = select(BankAccount).where(
        _of(owner), BankAccount.purpose == purpose, BankAccount.state == AccountState.IN_USE
    )
    return session.scalars(statement.order_by(BankAccount.id.desc()).limit(1)).first()


def find_account_of_iban(
    session: ScopedSession, owner: AccountOwner, purpose: AccountPurpose, iban_digest: bytes
) -> BankAccount | None:
    """The account of an owner for a purpose that has an IBAN, in use or awaiting its confirmation."""
    known = list_accounts_for(session, owner, purpose)
    alive = {AccountState.IN_USE, AccountState.PROPOSED}
    return next((one for one in known if one.iban_digest == iban_digest and one.state in alive), None)


def list_same_iban(session: ScopedSession, account: BankAccount) -> Sequence[BankAccount]:
    """The accounts of others that have the same IBAN: a sign of an error, or worse."""
    statement = select(BankAccount).where(BankAccount.iban_digest == account.iban_digest, ~_of(owner_of(account)))
    return session.scalars(statement.order_by(BankAccount.id)).all()


def find_request(session: ScopedSession, account: BankAccount) -> Approval | None:
    """The request for a second pair of eyes on an account; None when the actor may not see it."""
    return session.get(Approval, account.approval_id) if account.approval_id is not None else None


def _of(owner: AccountOwner) -> ColumnElement[bool]:
    if owner.company_id is not None:
        return (BankAccount.company_id == owner.company_id) & BankAccount.company_id.is_not(None)
    return (BankAccount.organisation_id == owner.organisation_id) & BankAccount.organisation_id.is_not(None)


def list_mandates_of(session: ScopedSession, company_id: int) -> Sequence[SepaMandate]:
    """The mandates that a client signed, the latest first."""
    statement = select(SepaMandate).where(SepaMandate.company_id == company_id)
    return session.scalars(statement.order_by(SepaMandate.signed_on.desc(), SepaMandate.id.desc())).all()
