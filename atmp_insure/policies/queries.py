"""Every question about policies: the stack of one, those of a company, where they stand, who insures a product."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import aliased, selectinload

from atmp_insure.db.scope import unscoped
from atmp_insure.documents.models import Document
from atmp_insure.kernel.errors import NotFound
from atmp_insure.parties.agreement_models import Agreement, AgreementProduct, AgreementVersion, VersionState
from atmp_insure.policies.models import Policy, PolicyStanding, PolicyTransaction
from atmp_insure.underwriting.accumulation import Insured

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from atmp_insure.db.base import Base
    from atmp_insure.db.session import ScopedSession

_WITH_STACK = selectinload(Policy.transactions).options(
    selectinload(PolicyTransaction.charges), selectinload(PolicyTransaction.papers)
)
_LOCKED = (
    select(Policy).with_for_update(of=Policy).options(_WITH_STACK).execution_options(populate_existing=True)
)  # fmt: skip
_YEAR = timedelta(days=365)
_AT_ONCE = 200  # policies whose stacks are read together


def standings() -> Select[PolicyStanding]:
    """Where all policies stand."""
    return select(PolicyStanding)


def get_policy(session: ScopedSession, policy_id: int) -> Policy:
    """A policy with its transactions, their charges and their papers.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    found = session.scalar(select(Policy).where(Policy.id == policy_id).options(_WITH_STACK))
    if found is None:
        raise NotFound("Ce contrat n'existe pas, ou vous ne pouvez pas le voir.")
    return found


def locked_policy(session: ScopedSession, policy_id: int) -> Policy:
    """A policy, locked against whoever else writes on it, with its stack as it stands.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    ahead: Policy | None = _read_ahead(session).pop((Policy, policy_id), None)
    found = ahead or session.scalar(_LOCKED.where(Policy.id == policy_id))
    if found is None:
        raise NotFound("Ce contrat n'existe pas, ou vous ne pouvez pas le voir.")
    return found


def locked_policies(session: ScopedSession, policy_ids: Collection[int]) -> dict[int, Policy]:
    """Those of some policies that the actor may see, locked like one, by their numbers; always in one order."""
    found = session.scalars(_LOCKED.where(Policy.id.in_(policy_ids)).order_by(Policy.id))
    return {one.id: one for one in found}


def lock_ahead(session: ScopedSession, policy_ids: Collection[int]) -> None:
    """Lock policies that this transaction is about to write on one by one, reading them and their standings at once.

    What is read under the lock stays true until the transaction itself writes: each is taken once.
    """
    ahead, standing = _read_ahead(session), PolicyStanding.policy_id
    ahead.clear()  # what an item that failed left behind was read under the lock of an earlier chunk
    for policy in locked_policies(session, policy_ids).values():
        ahead[Policy, policy.id] = policy
    for row in session.scalars(standings().where(standing.in_(policy_ids))):
        ahead[PolicyStanding, row.policy_id] = row


def _read_ahead(session: ScopedSession) -> dict[tuple[type[Base], int], Any]:
    found: dict[tuple[type[Base], int], Any] = session.info.setdefault("policies read ahead", {})
    return found


def policies_named(session: ScopedSession, references: Collection[str]) -> dict[str, Policy]:
    """The policies of some references, with their stacks."""
    statement = select(Policy).where(Policy.reference.in_(references)).options(_WITH_STACK)
    return {one.reference: one for one in session.scalars(statement)}


def find_policy_of_quote(session: ScopedSession, quote_id: int) -> Policy | None:
    """The policy that was issued from a quote, or that an act gave the terms of it, unless that was taken back."""
    taken_back = aliased(PolicyTransaction)
    used = select(PolicyTransaction.policy_id).where(
        PolicyTransaction.quote_id == quote_id,
        ~exists().where(
            taken_back.policy_id == PolicyTransaction.policy_id,
            taken_back.reverses_number == PolicyTransaction.number,
        ),
    )  # fmt: skip
    return session.scalar(select(Policy).where(or_(Policy.quote_id == quote_id, Policy.id.in_(used))))


def list_living_of(session: ScopedSession, company_id: int, product: str, on: date) -> Sequence[PolicyStanding]:
    """The policies of a company and a product that begin by a day and have not ended then."""
    statement = standings().where(
        PolicyStanding.company_id == company_id, PolicyStanding.product == product, ~PolicyStanding.is_void,
        PolicyStanding.began_on <= on, or_(PolicyStanding.ended_on.is_(None), PolicyStanding.ended_on > on),
    )  # fmt: skip
    return session.scalars(statement.order_by(PolicyStanding.id)).all()


@unscoped("an accumulation counts the companies of a group that the actor does not see")
def insured_wages(session: ScopedSession, companies: Collection[int], first_day: date) -> Insured:
    """What policies cover of some companies on some day of the year that begins on a day."""
    ended_on, wages = PolicyStanding.ended_on, func.sum(PolicyStanding.wages_eur)
    statement = select(PolicyStanding.company_id, PolicyStanding.product, wages).where(
        PolicyStanding.company_id.in_(companies), ~PolicyStanding.is_void,
        PolicyStanding.began_on < first_day + _YEAR, or_(ended_on.is_(None), ended_on > first_day),
    )  # fmt: skip
    rows = session.execute(statement.group_by(PolicyStanding.company_id, PolicyStanding.product))
    used = select(Policy.quote_id).where(Policy.company_id.in_(companies)).union(
        select(PolicyTransaction.quote_id).where(PolicyTransaction.company_id.in_(companies))
    )  # fmt: skip
    quote_ids = frozenset(number for number in session.scalars(used) if number is not None)
    return Insured({(company, product): total for company, product, total in rows}, quote_ids)


def find_standing(session: ScopedSession, policy_id: int) -> PolicyStanding | None:
    """Where a policy stands."""
    ahead: PolicyStanding | None = _read_ahead(session).pop((PolicyStanding, policy_id), None)
    return ahead or session.scalar(select(PolicyStanding).where(PolicyStanding.policy_id == policy_id))


def find_filed(session: ScopedSession, transaction: PolicyTransaction, kind: str) -> int | None:
    """The document of a kind that is filed with a transaction, if the actor may see it."""
    filed = [one.document_id for one in transaction.papers]
    statement = select(Document.id).where(Document.id.in_(filed), Document.kind == kind, Document.erased_at.is_(None))
    return session.scalar(statement.order_by(Document.id).limit(1))


def kinds_filed(session: ScopedSession, transaction: PolicyTransaction) -> set[str]:
    """The kinds of the documents that are filed with a transaction."""
    filed = [one.document_id for one in transaction.papers]
    return set(session.scalars(select(Document.kind).where(Document.id.in_(filed))))


def list_standings_of(session: ScopedSession, company_id: int, most: int) -> Sequence[PolicyStanding]:
    """The policies of a company, the latest year first."""
    statement = select(PolicyStanding).where(PolicyStanding.company_id == company_id)
    return session.scalars(statement.order_by(PolicyStanding.year_last_day.desc(), PolicyStanding.id).limit(most)).all()


def list_insurers_of(session: ScopedSession, product: str, on: date) -> Sequence[AgreementVersion]:
    """The versions of insurers' agreements under which a product may be issued on a day, the latest signed first.

    An agreement with an insurer says who bears which share; one with a broker does not.
    """
    in_force = select(Agreement.id).where(or_(Agreement.last_day.is_(None), Agreement.last_day >= on))
    covers = select(AgreementProduct.version_id).where(AgreementProduct.product == product)
    statement = select(AgreementVersion.id, AgreementVersion.agreement_id).where(
        AgreementVersion.agreement_id.in_(in_force), AgreementVersion.state == VersionState.SIGNED,
        AgreementVersion.first_day <= on, AgreementVersion.shares.any(),
    )  # fmt: skip
    rows = session.execute(statement.order_by(AgreementVersion.first_day, AgreementVersion.number)).all()
    latest = {agreement_id: version_id for version_id, agreement_id in rows}  # the last that began
    sold = set(session.scalars(covers)) & set(latest.values())
    versions = select(AgreementVersion).where(AgreementVersion.id.in_(sorted(sold)))
    parts = selectinload(AgreementVersion.shares), selectinload(AgreementVersion.agreement)
    return session.scalars(versions.order_by(AgreementVersion.id.desc()).options(*parts)).all()


def list_due(session: ScopedSession, product: str, first_due_on: date, last_due_on: date) -> Sequence[PolicyStanding]:
    """The policies of a product whose next main due date lies between two days, both included."""
    eve = timedelta(days=1)
    statement = standings().where(
        PolicyStanding.product == product, PolicyStanding.year_last_day >= first_due_on - eve,
        PolicyStanding.year_last_day <= last_due_on - eve,
    )  # fmt: skip
    return session.scalars(statement.order_by(PolicyStanding.year_last_day, PolicyStanding.id)).all()


def count_ending(session: ScopedSession, first: date, last: date) -> int:
    """How many policies that go on have their last opened year end between two days, both included."""
    statement = select(func.count(PolicyStanding.id)).where(
        ~PolicyStanding.is_void, PolicyStanding.ended_on.is_(None), PolicyStanding.year_last_day >= first,
        PolicyStanding.year_last_day <= last,
    )  # fmt: skip
    return session.scalar(statement) or 0


def list_in_force(
    session: ScopedSession, product: str, on: date, broker_id: int | None, insurer_id: int | None
) -> Sequence[PolicyStanding]:
    """The policies of a product that have begun and not ended on a day, of a broker and a leading insurer if any."""
    statement = standings().where(
        PolicyStanding.product == product, ~PolicyStanding.is_void, PolicyStanding.began_on <= on,
        or_(PolicyStanding.ended_on.is_(None), PolicyStanding.ended_on > on),
    )  # fmt: skip
    if broker_id is not None:
        statement = statement.where(PolicyStanding.broker_id == broker_id)
    if insurer_id is not None:
        statement = statement.where(PolicyStanding.insurer_id == insurer_id)
    return session.scalars(statement.order_by(PolicyStanding.id)).all()


@unscoped("a rebuild reads every policy")
def all_policies(session: ScopedSession) -> Iterator[Policy]:
    """Every policy with its stack, some at a time."""
    last_id = 0
    while True:
        statement = select(Policy).where(Policy.id > last_id).order_by(Policy.id).limit(_AT_ONCE).options(_WITH_STACK)
        batch = session.scalars(statement).all()
        if not batch:
            return
        yield from batch
        last_id = batch[-1].id
        session.expunge_all()
