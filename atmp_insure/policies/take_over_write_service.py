"""Taking a book of policies over, policy by policy: written once however often it is asked, and taken back as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.diary.deadline_service import end_deadlines_of
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.kernel.paris import paris_day
from atmp_insure.parties import import_service
from atmp_insure.parties import queries as parties
from atmp_insure.parties.body_models import ImportKind
from atmp_insure.policies import take_over_queries as queries
from atmp_insure.policies.models import Policy
from atmp_insure.policies.queries import locked_policy, policies_named
from atmp_insure.policies.stack_service import stack_of
from atmp_insure.policies.state import counting
from atmp_insure.policies.take_over_beside_service import (
    record_former_deadlines,
    record_former_mandate,
    subject_of,
)
from atmp_insure.policies.take_over_course import Course, KnownStack
from atmp_insure.policies.take_over_judging_service import judged
from atmp_insure.policies.take_over_origin_service import reverse_taken, write_taken
from atmp_insure.policies.take_over_service import book_of
from atmp_insure.policies.transactions import Opening

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.file_rows import FileRow
    from atmp_insure.parties.models import Company
    from atmp_insure.policies.book import FormerPolicy
    from atmp_insure.policies.book_sheets import BookSheet
    from atmp_insure.policies.take_over_judging_service import Judged
    from atmp_insure.policies.take_over_origin_service import TakeOver


class Taker(Protocol):
    """What takes the rows of a sheet over, for one policy: asked again with the same rows, it does nothing more."""

    def __call__(self, session: ScopedSession, policy: Policy, rows: Sequence[FileRow], taken: TakeOver, /) -> None:
        """Take them over.

        Raises:
            InvalidInput: a row is in fault.
            Refused: a rule does not allow it.
        """


def take_over_policy(session: ScopedSession, taken: TakeOver, reference: str, takers: Mapping[BookSheet, Taker]) -> str:
    """Take one policy of a book over, with its company, mandate and deadlines; tell in a few words what was done.

    Args:
        takers: of the sheets that another part of the product takes over; the rows of the others stay kept.

    Raises:
        OutOfScope: the actor may not take a book over.
        InvalidInput: every fault of the policy, with its place in the workbook.
        Refused: the policy lives here by now, or says otherwise and the book does not correct.
    """
    require_right_there(session, Right.TAKE_OVER_POLICIES, None)
    former = book_of(session, taken.found).book.policies[reference]
    [first] = judged(session, taken.found, [former], taken.rules)
    if first.course is None:
        raise InvalidInput(first.faults)
    if first.policy is not None:
        locked_policy(session, first.policy.id)
    company = _company(session, former, taken)
    record_former_mandate(session, company, former, taken)
    [found] = judged(session, taken.found, [former], taken.rules)  # with its mandate, if it has one
    policy = _written(session, company, found, taken)
    record_former_deadlines(session, policy, former, taken)
    _hand_over(session, policy, former, taken, takers)
    assert found.course is not None
    return found.course.done


def _company(session: ScopedSession, former: FormerPolicy, taken: TakeOver) -> Company:
    if former.company is not None:
        context = import_service.context_of(taken.found, paris_day(taken.now))
        import_service.write_row(session, ImportKind.COMPANIES, former.company, context, taken.now)
    company = parties.find_company(session, former.siren)
    assert company is not None, "a policy without a company has a fault"
    return company


def take_over_company(session: ScopedSession, taken: TakeOver, number: int) -> str:
    """Take over the company of a row of a book, that no policy of it names.

    Raises:
        OutOfScope: the actor may not write companies.
        InvalidInput: the row is in fault.
    """
    context = import_service.context_of(taken.found, paris_day(taken.now))
    row = next(one for one in book_of(session, taken.found).book.companies if one.number == number)
    return import_service.write_row(session, ImportKind.COMPANIES, row, context, taken.now)


def _written(session: ScopedSession, company: Company, found: Judged, taken: TakeOver) -> Policy:
    """The policy of a book with its transactions; those of an earlier take-over are taken back first."""
    if found.course in {Course.DIFFERS, Course.ACTED}:
        raise Refused(f"Contrat {found.former.reference} : {found.course.label}.")
    policy = found.policy or _new_policy(session, company, found, taken)
    if found.course is Course.SAME:
        return policy
    if found.course is Course.REWRITE:
        reverse_taken(session, policy, taken)
    write_taken(session, policy, found.entries, taken)
    return policy


def _new_policy(session: ScopedSession, company: Company, found: Judged, taken: TakeOver) -> Policy:
    opening = found.entries[0].entry.content
    assert isinstance(opening, Opening), "the first line of a policy begins it"
    policy = Policy(
        company_id=company.id, reference=found.former.reference, product=opening.terms.product, quote_id=None,
        created_at=taken.now, created_by=session.actor.name, transactions=[],
    )  # fmt: skip
    session.add(policy)
    session.flush()
    return policy


def _hand_over(
    session: ScopedSession, policy: Policy, former: FormerPolicy, taken: TakeOver, takers: Mapping[BookSheet, Taker]
) -> None:
    rows = book_of(session, taken.found).rows
    for sheet, kept in former.kept.items():
        if sheet in takers:
            numbers = {one.number for one in kept}
            takers[sheet](session, policy, [one for one in rows[sheet] if one.number in numbers], taken)


def take_back_policy(session: ScopedSession, taken: TakeOver, reference: str) -> str:
    """Take back what a book wrote of a policy: every transaction is reversed, its deadlines are without object.

    Raises:
        OutOfScope: the actor may not take a book over.
        Refused: something was recorded on the policy since.
    """
    require_right_there(session, Right.TAKE_OVER_POLICIES, None)
    policy = locked_policy(session, policies_named(session, [reference])[reference].id)
    known = KnownStack(stack_of(policy), queries.called_elsewhere(session, [policy.id]).get(policy.id, frozenset()))
    act = known.first_new_act
    if act is not None:
        raise Refused(
            f"Le contrat {reference} vit ici depuis la transaction n° {act.number} ({act.kind.label} au "
            f"{act.effective_on:%d/%m/%Y}) : sa reprise reste, et se corrige par un avenant."
        )
    own = {row.number for row in policy.transactions for paper in row.papers if paper.document_id == taken.book_id}
    if not own & {one.number for one in counting(known.stack)}:
        return "déjà annulé, ou repris depuis par un autre classeur"
    reverse_taken(session, policy, taken)
    end_deadlines_of(session, subject_of(policy), f"Reprise n° {taken.found.id} annulée", taken.now)
    return "annulé"
