"""Use cases of the yearly revision: open it and ask for the papers, move it as far as it goes, decide it, end it.

A revision rests on a file of its own in which the risk is read and priced again, so that underwriters decide it as they
decide any quote. Moving one that cannot move changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right, Role
from atmp_insure.db.once import add_once
from atmp_insure.diary.request_service import NewRequest, RequestPractice, ask_for_papers
from atmp_insure.diary.task_service import NewTask, ask_anew, end_asked_about
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.kernel.paris import paris_day
from atmp_insure.parties.queries import get_company
from atmp_insure.policies import queries, revision_queries
from atmp_insure.policies.grounds import last_day_to_send
from atmp_insure.policies.quote_use_service import terms_of_quote
from atmp_insure.policies.requoting import quoted_changes
from atmp_insure.policies.revising import (
    OPEN_STATES,
    UNPRICED,
    MissingPaper,
    PriceBounds,
    RevisionReason,
    RevisionState,
    missing_papers,
    needs_notice,
    price_reasons,
    read_again,
    settled_state,
)
from atmp_insure.policies.revision_models import PolicyRevision
from atmp_insure.policies.revision_pricing import is_granted, revised_quote
from atmp_insure.policies.stack_service import latest_state, stack_of
from atmp_insure.policies.state import after_all, counting
from atmp_insure.underwriting import queries as quote_queries
from atmp_insure.underwriting import service as quote_service
from atmp_insure.underwriting.models import SubmissionState
from atmp_insure.underwriting.quote_course import QuoteState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime, timedelta

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.documents.kinds import DocumentKind
    from atmp_insure.guarantees.product import Catalogue
    from atmp_insure.policies.changes import Change
    from atmp_insure.policies.grounds import Ground
    from atmp_insure.policies.models import Policy
    from atmp_insure.policies.state import PolicyState
    from atmp_insure.rate_records.office import Office
    from atmp_insure.settings import RevisionSettings, Settings
    from atmp_insure.underwriting.models import Quote, Submission
    from atmp_insure.underwriting.service import Prepared
    from atmp_insure.underwriting.tariff_book import TariffBook

_UNDECIDED_QUOTE = {
    QuoteState.REFERRED: RevisionReason.QUOTE_TO_DECIDE, QuoteState.REFUSED: RevisionReason.QUOTE_REFUSED,
}  # fmt: skip
TASKS = "policy_revision"  # origin of the tasks that revisions ask for


@dataclass(frozen=True, slots=True)
class RevisionDesk:
    """What revisions are made with.

    Attributes:
        ground: of termination at the due date by the insured: new terms reach the client while it can still end.
        kinds: of documents, by code.
    """

    office: Office
    book: TariffBook
    settings: Settings
    ground: Ground
    kinds: Mapping[str, DocumentKind]
    now: datetime

    @property
    def on(self) -> date:
        """The day in Paris."""
        return paris_day(self.now)

    @property
    def catalogue(self) -> Catalogue:
        """The products."""
        return self.book.catalogue

    @property
    def habits(self) -> RevisionSettings:
        """The bounds of the office."""
        return self.settings.revision

    @property
    def practice(self) -> RequestPractice:
        """How the office writes to clients."""
        return RequestPractice(self.settings.site, self.settings.requests, self.now)

    @property
    def bounds(self) -> PriceBounds:
        """Beyond which a person decides."""
        rise, fall = self.habits.largest_rise_percent, self.habits.largest_fall_percent
        return PriceBounds(Fraction(rise, 100), Fraction(fall, 100))

    def is_late(self, due_on: date) -> bool:
        """Whether it is too late to tell the client of new terms."""
        return self.on > last_day_to_send(self.ground, due_on)


@dataclass(frozen=True, slots=True)
class Found:
    """What moving a revision finds.

    Attributes:
        quote: the price of the year to come, once there is one.
        changes: what it changes of the policy.
    """

    state: RevisionState
    reasons: tuple[RevisionReason, ...] = ()
    quote: Quote | None = None
    net_after_eur: Fraction | None = None
    changes: tuple[Change, ...] = field(default=())


def open_revision(session: ScopedSession, policy: Policy, desk: RevisionDesk, answer_in: timedelta) -> PolicyRevision:
    """Revise a policy for its next due date: the papers of the year are asked for, and it moves as far as it goes.

    Opened again, it is the one that exists.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        Refused: the policy has ended for that day, or is void.
        InvalidInput: no version of the product is sold on that day.
    """
    require_right_there(session, Right.WRITE_POLICIES, policy.company_id)
    state = latest_state(policy)
    due_on = state.due_on
    if settled_state(state, due_on, with_quote=False) is not None:
        raise Refused("Ce contrat est terminé pour cette échéance : il n'y a rien à réviser.")
    row = PolicyRevision(
        policy_id=policy.id, company_id=policy.company_id, due_on=due_on, answer_by=desk.on + answer_in, reasons=[],
        net_before_eur=_decimal(state.terms.net_eur), opened_at=desk.now, opened_by=session.actor.name,
        moved_at=desk.now,
    )  # fmt: skip
    revision, is_new = add_once(session, row, revision_queries.revision_of(policy.id, due_on))
    if is_new:
        revision.submission_id = _file(session, policy, state, desk).id
        _ask(session, revision, state, desk)
        advance(session, revision, desk)
    return revision


def _file(session: ScopedSession, policy: Policy, state: PolicyState, desk: RevisionDesk) -> Submission:
    """The file of the year to come, with what the client answered last time; one that is open serves."""
    wanted = policy.company_id, policy.product, state.due_on
    known = session.scalar(quote_queries.open_submissions(*wanted))
    if known is not None:
        return quote_queries.get_submission(session, known.id)
    former = quote_queries.list_submissions_of(session, policy.company_id, 1)
    new = quote_service.NewSubmission(*wanted, state.terms.broker_id)
    opened = quote_service.open_submission(session, new, desk.book, desk.now)
    needs = quote_queries.get_submission(session, former[0].id).needs if former else []
    if needs:
        said = f"Réponses du {needs[-1].written_at:%d/%m/%Y}, reprises pour la révision annuelle. {needs[-1].advice}"
        quote_service.write_needs(session, opened, needs[-1].answers, said, desk.now)
    return quote_queries.get_submission(session, opened.id)


def _ask(session: ScopedSession, revision: PolicyRevision, state: PolicyState, desk: RevisionDesk) -> None:
    """Ask the client for the papers of the year that are not there."""
    missing = missing_papers(_prepared(session, revision, desk).exposure, revision.due_on)
    company = get_company(session, revision.company_id)
    to = revision_queries.find_addressee(session, company, state.terms.contact_id)
    if not missing or to is None or to.email is None:
        return
    papers = [(desk.kinds[one.kind], paper_label(one, desk.kinds)) for one in missing]
    reference = revision.policy.reference if revision.policy else ""
    revision.request_id = ask_for_papers(session, NewRequest(
        revision.company_id, f"policies:{revision.policy_id}", to.name, to.email,
        f"La révision annuelle de votre contrat {reference}, à l'échéance du {revision.due_on:%d/%m/%Y}",
        revision.answer_by, papers,
    ), desk.practice).id  # fmt: skip
    session.flush()


def paper_label(paper: MissingPaper, kinds: Mapping[str, DocumentKind]) -> str:
    """A paper of the year, as its addressee reads it: `Feuille de calcul du taux 2027`."""
    return f"{kinds[paper.kind].label} {paper.year}"


def advance(session: ScopedSession, revision: PolicyRevision, desk: RevisionDesk) -> RevisionState:
    """Move a revision as far as papers, rules and decisions let it; gives where it stands.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
    """
    require_right_there(session, Right.WRITE_POLICIES, revision.company_id)
    session.flush()
    locked = revision_queries.locked_revision(session, revision.id)
    policy = queries.get_policy(session, locked.policy_id)
    if settle(session, locked, policy, desk.now) or locked.state not in OPEN_STATES:
        return locked.state
    if locked.state is not RevisionState.NOTIFIED:
        _move(session, locked, _found(session, locked, policy, desk), desk)
    return locked.state


def _found(session: ScopedSession, revision: PolicyRevision, policy: Policy, desk: RevisionDesk) -> Found:
    prepared = _prepared(session, revision, desk)
    if missing_papers(prepared.exposure, revision.due_on):
        if revision.request_id is None:
            return Found(RevisionState.REFERRED, (RevisionReason.NO_ADDRESS,))
        if desk.on > revision.answer_by:
            return Found(RevisionState.REFERRED, (RevisionReason.MISSING_PAPERS,))
        return Found(RevisionState.WAITING)
    state = latest_state(policy)
    submission = _submission(session, revision)
    if submission.state is not SubmissionState.OPEN:
        submission = _file(session, policy, state, desk)
        revision.submission_id = submission.id
    quote = revised_quote(session, submission, prepared, policy, desk.now)
    if quote is None:
        return Found(RevisionState.REFERRED, (RevisionReason.QUOTE_REFUSED,))
    if not quote.answer["variants"]:
        return Found(RevisionState.REFERRED, (RevisionReason.QUOTE_REFUSED,), quote)
    wanted = terms_of_quote(state.terms, quote, 0, desk.catalogue)
    changes = quoted_changes(state.terms, wanted)
    reasons: tuple[RevisionReason, ...] = ()
    if quote.state in _UNDECIDED_QUOTE:
        reasons = (_UNDECIDED_QUOTE[quote.state],)
    elif not is_granted(quote):
        at_present_price = read_again(state.terms, changes, revision.due_on)
        reasons = price_reasons(at_present_price.net_eur, wanted.net_eur, changes, desk.bounds)
    if needs_notice(changes) and desk.is_late(revision.due_on):
        reasons = (*reasons, RevisionReason.LATE_NOTICE)
    where = RevisionState.REFERRED if reasons else RevisionState.PROPOSED
    return Found(where, reasons, quote, wanted.net_eur, changes)


def _prepared(session: ScopedSession, revision: PolicyRevision, desk: RevisionDesk) -> Prepared:
    submission = _submission(session, revision)
    return quote_service.prepare(session, submission, desk.office, desk.book, desk.on)


def _submission(session: ScopedSession, revision: PolicyRevision) -> Submission:
    assert revision.submission_id is not None, "a revision opens its file with itself"
    return quote_queries.get_submission(session, revision.submission_id)


def _move(session: ScopedSession, revision: PolicyRevision, found: Found, desk: RevisionDesk) -> None:
    """Write what was found; what a person proposed in spite of the bounds stays proposed while its price does."""
    number = None if found.quote is None else found.quote.id
    is_same = number == revision.quote_id
    if is_same and revision.state is RevisionState.PROPOSED and RevisionReason.LATE_NOTICE not in found.reasons:
        return
    reasons = [one.value for one in found.reasons]
    if (revision.state, revision.reasons, is_same) == (found.state, reasons, True):
        return
    revision.state, revision.reasons, revision.moved_at = found.state, reasons, desk.now
    revision.quote_id = number
    revision.net_after_eur = None if found.net_after_eur is None else _decimal(found.net_after_eur)
    revision.is_to_tell = needs_notice(found.changes)
    _ask_people(session, revision, found, desk)
    session.flush()


def _ask_people(session: ScopedSession, revision: PolicyRevision, found: Found, desk: RevisionDesk) -> None:
    """What waits for a person is a task; what no longer does is none."""
    reference = queries.get_policy(session, revision.policy_id).reference
    end_asked_about(session, subject_of(revision), TASKS, desk.now)
    if found.state is RevisionState.REFERRED:
        said, team = f"Trancher la révision du contrat {reference}", Role.UNDERWRITER
    elif found.state is RevisionState.PROPOSED and needs_notice(found.changes):
        said, team = f"Notifier les nouvelles conditions du contrat {reference}", Role.MANAGER
    else:
        return
    last_day = max(desk.on, last_day_to_send(desk.ground, revision.due_on))
    ask_anew(session, NewTask(
        said, last_day, team, revision.company_id, subject_of(revision), key=f"{subject_of(revision)}:{found.state}",
        origin=TASKS,
    ), desk.now)  # fmt: skip


def subject_of(revision: PolicyRevision) -> str:
    """How tasks name a revision."""
    return f"policy_revisions:{revision.id}"


def propose(session: ScopedSession, revision: PolicyRevision, words: str, desk: RevisionDesk) -> None:
    """Propose terms that go beyond the bounds of the office, as a person decides.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        Refused: it does not await a decision, has no price that is accepted, or the client can no longer be told.
        InvalidInput: no reason is given.
    """
    locked = _decidable(session, revision, words)
    if locked.net_after_eur is None or UNPRICED & {*locked.reasons}:
        raise Refused("Cette révision n'a pas encore de prix accepté : statuer d'abord sur son devis.")
    if RevisionReason.LATE_NOTICE.value in locked.reasons:
        raise Refused("La date limite de notification est passée : maintenir les conditions, ou convenir d'un avenant.")
    locked.state, locked.settled_reason, locked.moved_at = RevisionState.PROPOSED, words.strip(), desk.now
    end_asked_about(session, subject_of(locked), TASKS, desk.now)
    session.flush()


def keep(session: ScopedSession, revision: PolicyRevision, words: str, desk: RevisionDesk) -> None:
    """Keep the terms of a policy for its next year, as a person decides.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        Refused: the revision has ended.
        InvalidInput: no reason is given.
    """
    locked = _decidable(session, revision, words)
    locked.settled_reason = words.strip()
    _end(session, locked, RevisionState.KEPT, desk.now)


def _decidable(session: ScopedSession, revision: PolicyRevision, words: str) -> PolicyRevision:
    require_right_there(session, Right.WRITE_POLICIES, revision.company_id)
    locked = revision_queries.locked_revision(session, revision.id)
    if locked.state not in OPEN_STATES:
        raise Refused("Cette révision est terminée.")
    if not words.strip():
        raise InvalidInput.one("motif absent", "Dire pourquoi, en une phrase", place="reason")
    return locked


def settle(session: ScopedSession, revision: PolicyRevision, policy: Policy, now: datetime) -> bool:
    """End a revision that its policy ended itself, by its own end or its renewal; tells whether it is so."""
    stack = stack_of(policy)
    state = after_all(one.entry for one in counting(stack))
    numbers = {one.number for one in counting(stack)}
    with_quote = revision.quote_id is not None and any(
        row.quote_id == revision.quote_id for row in policy.transactions if row.number in numbers
    )
    found = settled_state(state, revision.due_on, with_quote=with_quote)
    if found is None:
        _take_up_again(revision, now)
        return False
    if found is not revision.state:
        _end(session, revision, found, now)
    return True


def _take_up_again(revision: PolicyRevision, now: datetime) -> None:
    """What its policy had ended goes on once that is taken back; what a person decided stays."""
    if revision.state in OPEN_STATES or (revision.state is RevisionState.KEPT and revision.settled_reason):
        return
    if revision.notified_on is not None:
        revision.state = RevisionState.NOTIFIED
    elif revision.reasons or revision.net_after_eur is None:
        revision.state = RevisionState.REFERRED if revision.reasons else RevisionState.WAITING
    else:
        revision.state = RevisionState.PROPOSED
    revision.moved_at = now


def _end(session: ScopedSession, revision: PolicyRevision, state: RevisionState, now: datetime) -> None:
    revision.state, revision.moved_at = state, now
    end_asked_about(session, subject_of(revision), TASKS, now, dropped=f"Révision : {state.label}.")
    submission = None if revision.submission_id is None else _submission(session, revision)
    if submission is not None and submission.state is SubmissionState.OPEN:
        quote_service.close_submission(session, submission, f"Révision annuelle : {state.label}.", now)
    session.flush()


def renewal_changes_of(
    session: ScopedSession, revision: PolicyRevision, state: PolicyState, catalogue: Catalogue
) -> Sequence[Change]:
    """What a revision changes as the next policy year begins.

    Raises:
        Refused: the product version of its price is no longer installed.
    """
    assert revision.quote_id is not None, "terms that are ready have a price"
    quote = quote_queries.get_quote(session, revision.quote_id)
    return quoted_changes(state.terms, terms_of_quote(state.terms, quote, 0, catalogue))


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
