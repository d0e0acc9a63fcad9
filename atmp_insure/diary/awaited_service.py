"""Use cases on awaited letters: expected, announced by a portal, opened, taken, kept in the vault, lost, set aside.

Opening an official notice may start a clock: nothing here opens one, it only keeps that somebody did.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right, Role
from atmp_insure.db.once import add_once
from atmp_insure.db.scope import unscoped
from atmp_insure.deadlines.clock import Event
from atmp_insure.deadlines.day_names import day_of
from atmp_insure.deadlines.due import due
from atmp_insure.deadlines.question import Question
from atmp_insure.deadlines.territory import MAINLAND
from atmp_insure.diary import watch_queries as queries
from atmp_insure.diary.deadline_models import DeadlineState, LiveDeadline, Priority
from atmp_insure.diary.deadline_service import Clocked, end_deadlines_of, follow_deadline, prove_done
from atmp_insure.diary.task_service import NewTask, ask_task
from atmp_insure.diary.tray_models import Channel
from atmp_insure.diary.watch_models import STILL_AWAITED, AwaitedLetter, AwaitedState, WatchedChannel
from atmp_insure.documents.service import deposit_document
from atmp_insure.kernel.errors import Fault, InvalidInput, Refused
from atmp_insure.kernel.paris import PARIS, paris_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.deadlines.law import DeadlineLaw
    from atmp_insure.documents.accepted_files import AcceptedFile
    from atmp_insure.documents.service import NewDocument
    from atmp_insure.documents.vault import Vault

RATE_NOTICE = "rate_notice"
_WINDOW, _PURGE = "lucie_window", "lucie_purge"
# channel and kind of an announced letter → the contest that its availability may start
CONTESTS: Mapping[tuple[Channel, str], str] = {
    (Channel.ACCOUNT, RATE_NOTICE): "rate_contest_electronic",
    (Channel.LUCIE, "fund_decision"): "lucie_letter",
}


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter to await.

    Attributes:
        label: what it is, without any name of a person.
        expected_on: from which day its absence is worth a question.
        available_on: the day it was made available; None while it is only expected.
        key: equal for the same letter expected twice by a rule; None for one written by hand.
    """

    kind: str
    label: str
    expected_on: date | None = None
    available_on: date | None = None
    mailed_at: datetime | None = None
    reason: str = ""
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is done, with the clocks that it may start, and the territory that they count in."""

    clocks: DeadlineLaw
    now: datetime
    region: str = MAINLAND


def await_letter(session: ScopedSession, watch: WatchedChannel, new: NewLetter, moment: Moment) -> AwaitedLetter:
    """Expect a letter, or keep that a portal announces it: its clocks then run.

    Raises:
        OutOfScope: the actor does not write the diary of this company.
        Refused: the channel is watched no more.
        InvalidInput: no label, neither of the two days, or a letter made available on a day to come.
    """
    require_right_there(session, Right.WRITE_DIARY, watch.company_id, watch.establishment_id)
    if watch.closed_at is not None:
        raise Refused("Ce canal n'est plus suivi ; le suivre de nouveau pour y écrire.")
    if not new.label.strip():
        raise InvalidInput.one("lettre sans nom", "Dire ce qu'elle est, sans nom de personne", place="label")
    if new.expected_on is None and new.available_on is None:
        raise InvalidInput.one(
            "jour absent", "Donner le jour où elle est attendue, ou celui où elle est disponible", place="expected_on"
        )
    if new.available_on is not None and new.available_on > paris_day(moment.now):
        raise InvalidInput.one("mise à disposition à venir", "L'inscrire comme attendue", place="available_on")
    letter = _row(session, watch, new, moment.now)
    session.add(letter)
    session.flush()
    _run_clocks(session, letter, moment)
    return letter


@unscoped("a rule expects a letter for whoever follows the company")
def expect_letter(session: ScopedSession, watch: WatchedChannel, new: NewLetter, now: datetime) -> bool:
    """Expect a letter that a rule says should come; expected twice, it is one. Tells whether it is new."""
    row = _row(session, watch, new, now)
    return add_once(session, row, select(AwaitedLetter).where(AwaitedLetter.key == new.key))[1]


def _row(session: ScopedSession, watch: WatchedChannel, new: NewLetter, now: datetime) -> AwaitedLetter:
    day = new.available_on or new.expected_on
    assert day is not None
    return AwaitedLetter(
        key=new.key, watch_id=watch.id, company_id=watch.company_id, establishment_id=watch.establishment_id,
        channel=watch.channel, kind=new.kind, label=new.label.strip(), reason=new.reason.strip() or None,
        state=AwaitedState.EXPECTED if new.available_on is None else AwaitedState.AVAILABLE, sort_on=day,
        expected_on=new.expected_on, available_on=new.available_on, mailed_at=new.mailed_at, created_at=now,
        created_by=session.actor.name,
    )  # fmt: skip


def announce(
    session: ScopedSession, letter: AwaitedLetter, available_on: date, mailed_at: datetime | None, moment: Moment
) -> None:
    """Keep that an expected letter is on its portal; told again, its day is corrected and its clocks move.

    Raises:
        OutOfScope: the actor does not write the diary of this company.
        Refused: it is awaited no more.
        InvalidInput: a day to come, or after its first reading.
    """
    _require_awaited(session, letter)
    if available_on > paris_day(moment.now):
        raise InvalidInput.one("mise à disposition à venir", "Attendre ce jour pour la noter", place="available_on")
    if letter.first_read_at is not None and paris_day(letter.first_read_at) < available_on:
        raise InvalidInput.one(
            "mise à disposition après la première lecture", "Corriger l'un des deux jours", place="available_on"
        )
    letter.available_on, letter.sort_on = available_on, available_on
    letter.mailed_at = mailed_at or letter.mailed_at
    if letter.state is AwaitedState.EXPECTED:
        letter.state = AwaitedState.AVAILABLE
    session.flush()
    _run_clocks(session, letter, moment)


def note_first_reading(session: ScopedSession, letter: AwaitedLetter, read_at: datetime, moment: Moment) -> None:
    """Keep who first opened a letter on its portal, and when: the clock of a rate starts there.

    Raises:
        OutOfScope: the actor does not write the diary of this company.
        Refused: it is awaited no more, or not on its portal yet.
        InvalidInput: a moment to come, or before it was available.
    """
    _require_on_portal(session, letter)
    assert letter.available_on is not None
    if read_at > moment.now:
        raise InvalidInput.one("lecture à venir", "Donner le moment où la lettre a été ouverte", place="read_at")
    if paris_day(read_at) < letter.available_on:
        raise InvalidInput.one(
            f"lecture avant la mise à disposition du {letter.available_on:%d/%m/%Y}", "Corriger ce jour",
            place="read_at",
        )  # fmt: skip
    letter.first_read_at, letter.first_read_by = read_at, session.actor.name
    letter.state = AwaitedState.READ
    session.flush()
    _run_clocks(session, letter, moment)


def note_download(session: ScopedSession, letter: AwaitedLetter, taken_at: datetime, moment: Moment) -> None:
    """Keep when a letter was taken from its portal: it may vanish there soon after. Taken, it was opened.

    Raises:
        OutOfScope: the actor does not write the diary of this company.
        Refused: it is awaited no more, or not on its portal yet.
        InvalidInput: a moment to come, or before it was available or read.
    """
    _require_on_portal(session, letter)
    if letter.first_read_at is None:
        note_first_reading(session, letter, taken_at, moment)
    elif taken_at > moment.now or taken_at < letter.first_read_at:
        raise InvalidInput.one("téléchargement à venir, ou avant la lecture", "Corriger ce moment", place="read_at")
    letter.downloaded_at = taken_at
    session.flush()
    _run_clocks(session, letter, moment)


def set_aside(session: ScopedSession, letter: AwaitedLetter, reason: str, now: datetime) -> None:
    """Await a letter no more, with the reason: its clocks are without object.

    Raises:
        OutOfScope: the actor does not write the diary of this company.
        Refused: it is awaited no more already.
        InvalidInput: no reason.
    """
    _require_awaited(session, letter)
    if not reason.strip():
        raise InvalidInput.one("motif absent", "Dire pourquoi cette lettre n'est plus attendue", place="reason")
    _end(session, letter, AwaitedState.SET_ASIDE, reason, now)
    end_deadlines_of(session, _subject(letter), reason, now)


@unscoped("a paper that comes ends what was awaited, whoever files it")
def note_kept(session: ScopedSession, company_id: int, kind: str, document_id: int, moment: Moment) -> None:
    """A paper of a company is in the vault: the letter of its kind that was awaited is this one.

    The one that lies on a portal comes before one that is only expected, the oldest first; one paper is one letter.
    """
    found = queries.list_awaited_of_kind(session, company_id, kind)
    if found:
        keep(session, found[0], document_id, moment)


@unscoped("a paper that comes ends what was awaited, whoever files it")
def note_rate_notified(
    session: ScopedSession, company_id: int, rate_year: int, document_id: int, moment: Moment
) -> None:
    """The sheet of a notified rate is in the vault: the notice expected for its year has come."""
    for letter in queries.list_expected_by(session, company_id, f":{rate_year}"):
        if letter.kind == RATE_NOTICE:
            keep(session, letter, document_id, moment)


@unscoped("a paper that comes ends what was awaited, whoever files it")
def keep(session: ScopedSession, letter: AwaitedLetter, document_id: int, moment: Moment) -> None:
    """An awaited letter is a document of the vault: what would have made it vanish is answered, its contest runs on."""
    letter.document_id = document_id
    _end(session, letter, AwaitedState.KEPT, "", moment.now)
    for rule in (_WINDOW, _PURGE):
        prove_done(session, moment.clocks, _key(letter, rule), document_id, moment.now)


def keep_file(
    session: ScopedSession, vault: Vault, letter: AwaitedLetter, new: NewDocument, file: AcceptedFile, *, moment: Moment
) -> None:
    """Put an awaited letter itself into the vault.

    Raises:
        OutOfScope: the actor writes neither the diary nor the papers of this company.
        Refused: it is awaited no more.
        InvalidInput: a medical paper, which goes by the mail tray into its file.
    """
    _require_awaited(session, letter)
    put = deposit_document(session, vault, new, file, moment.now)
    keep(session, letter, put.document.id, moment)


@unscoped("a paper taken out of its file is awaited again, whoever takes it")
def note_taken_back(session: ScopedSession, document_id: int) -> None:
    """A paper is in the vault no more: the letter that it was is awaited as before, and its deadlines open again."""
    for letter in queries.list_kept_as(session, document_id):
        letter.state, letter.document_id = letter.state_by_days, None
        letter.ended_at, letter.ended_by = None, None
        answered = select(LiveDeadline).where(
            LiveDeadline.subject == _subject(letter), LiveDeadline.proof_document_id == document_id
        )
        for deadline in session.scalars(answered):
            deadline.state, deadline.answered_on, deadline.outcome = DeadlineState.OPEN, None, None
            deadline.ended_at, deadline.ended_by, deadline.ended_reason = None, None, None
            deadline.proof_document_id = None
    session.flush()


@unscoped("a letter vanishes for whoever awaited it")
def note_lost(session: ScopedSession, letter: AwaitedLetter, now: datetime) -> None:
    """A letter left its portal before it was kept: the team asks its sender for a copy; its contest runs on."""
    said = "La lettre a quitté le portail avant d'être copiée au coffre."
    _end(session, letter, AwaitedState.LOST, said, now)
    ask_task(session, NewTask(
        title=f"Demander à la caisse une copie de la lettre perdue : {letter.label}", due_on=paris_day(now),
        team=Role.CLAIMS_HANDLER, company_id=letter.company_id, subject=_subject(letter),
        key=f"awaited:{letter.id}:lost", origin="letter_lost", priority=Priority.URGENT,
    ), now)  # fmt: skip


def has_vanished(letter: AwaitedLetter, clocks: DeadlineLaw, on: date) -> bool:
    """Whether a letter of LUCIE is shown there no more: its days are over, or it was downloaded and wiped.

    Source: article de praticien (rules `lucie_window` and `lucie_purge`, unsettled).
    """
    return any(_last_day(clocks, run) < on for run in _vanishings(letter))


@dataclass(frozen=True, slots=True)
class _Run:
    """A clock of a letter."""

    rule: str
    event: Event
    label: str
    team: Role


def _vanishings(letter: AwaitedLetter) -> list[_Run]:
    """What makes a letter of LUCIE leave its portal."""
    runs = []
    if letter.channel is Channel.LUCIE and letter.available_on is not None:
        runs.append(
            _Run(_WINDOW, Event(letter.available_on), f"Copier au coffre : {letter.label}", Role.CLAIMS_HANDLER)
        )
    if letter.channel is Channel.LUCIE and letter.downloaded_at is not None:
        at = letter.downloaded_at.astimezone(PARIS)
        label = f"Copier au coffre avant effacement : {letter.label}"
        runs.append(_Run(_PURGE, Event(at.date(), at), label, Role.CLAIMS_HANDLER))
    return runs


def _last_day(clocks: DeadlineLaw, run: _Run) -> date:
    counted = due(clocks, run.rule, Question(run.event, clocks.territory(MAINLAND))).counted.due
    assert counted is not None  # both rules have a length
    return day_of(counted)


def _run_clocks(session: ScopedSession, letter: AwaitedLetter, moment: Moment) -> None:
    """The contest that availability or reading starts, and what makes the letter vanish."""
    runs = _vanishings(letter)
    contest = CONTESTS.get((letter.channel, letter.kind))
    if contest is not None and letter.available_on is not None:
        label = f"Contester, ou y renoncer : {letter.label}"
        runs.append(_Run(contest, Event(letter.available_on), label, Role.LAWYER))
    read_on = {} if letter.first_read_at is None else {"consulted": paris_day(letter.first_read_at)}
    for run in runs:
        act = Clocked(
            key=_key(letter, run.rule), rule=run.rule, event_on=run.event.day, event_at=run.event.at,
            region=moment.region, subject=_subject(letter), company_id=letter.company_id,
            establishment_id=letter.establishment_id, team=run.team, label=run.label,
            days=read_on if run.rule == contest else None,
        )  # fmt: skip
        _follow(session, act, moment)


def _follow(session: ScopedSession, act: Clocked, moment: Moment) -> None:
    try:
        follow_deadline(session, moment.clocks, act, moment.now)
    except InvalidInput as error:  # a day before the rules existed
        told = (Fault(one.message, one.remedy, "available_on", one.source) for one in error.faults)
        raise InvalidInput(told) from error


def _key(letter: AwaitedLetter, rule: str) -> str:
    return f"awaited:{letter.id}:{rule}"


def _subject(letter: AwaitedLetter) -> str:
    return f"awaited_letters:{letter.id}"


def _require_awaited(session: ScopedSession, letter: AwaitedLetter) -> None:
    require_right_there(session, Right.WRITE_DIARY, letter.company_id, letter.establishment_id)
    session.refresh(letter, with_for_update={"of": AwaitedLetter})
    if letter.state not in STILL_AWAITED:
        raise Refused("Cette lettre n'est plus attendue : sa page dit ce qu'elle est devenue.")


def _require_on_portal(session: ScopedSession, letter: AwaitedLetter) -> None:
    _require_awaited(session, letter)
    if letter.state is AwaitedState.EXPECTED:
        raise Refused("Cette lettre n'est qu'attendue : noter d'abord le jour où elle est disponible.")


def _end(session: ScopedSession, letter: AwaitedLetter, state: AwaitedState, reason: str, now: datetime) -> None:
    letter.state, letter.ended_at, letter.ended_by = state, now, session.actor.name
    letter.ended_reason = reason.strip() or None
    session.flush()
