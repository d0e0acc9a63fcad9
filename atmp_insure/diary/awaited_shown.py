"""What the page of an awaited letter says: its clocks, what opening it would start, the next step to note."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.deadlines.clock import Event
from atmp_insure.deadlines.day_names import day_of
from atmp_insure.deadlines.due import due
from atmp_insure.deadlines.question import Facts, Question
from atmp_insure.deadlines.territory import MAINLAND
from atmp_insure.diary import deadline_queries
from atmp_insure.diary.awaited_service import CONTESTS, RATE_NOTICE
from atmp_insure.diary.tray_models import Channel
from atmp_insure.diary.watch_forms import AnnounceForm, DownloadForm, KeepForm, ReadingForm
from atmp_insure.diary.watch_models import SEEN, AwaitedState
from atmp_insure.documents.service import NewDocument
from atmp_insure.documents.shown import kinds
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.diary.awaited_service import Moment
    from atmp_insure.diary.deadline_models import LiveDeadline
    from atmp_insure.diary.watch_models import AwaitedLetter, ChannelLook
    from atmp_insure.web.forms import Form


@dataclass(frozen=True, slots=True)
class Clocks:
    """The deadlines of an awaited letter, and the territory that they count in."""

    deadlines: Sequence[LiveDeadline]
    region: str


def clocks_of(session: ScopedSession, letter: AwaitedLetter) -> Clocks:
    """The deadlines that a letter started, the nearest first."""
    found = deadline_queries.list_deadlines_about(session, f"awaited_letters:{letter.id}")
    return Clocks(found, next((one.region for one in found if one.region), MAINLAND))


@dataclass(frozen=True, slots=True)
class Consequence:
    """What opening a notice on a day starts, beside leaving it closed.

    Attributes:
        opened_due_on: the last legal day to contest, opened on that day.
        unread_due_on: the last legal day to contest, if nobody opens it.
        safe_on: the day to contest by whatever happens.
        warnings: what no text settles.
    """

    on: date
    opened_due_on: date
    unread_due_on: date
    safe_on: date
    warnings: tuple[str, ...]


def if_opened(letter: AwaitedLetter, moment: Moment, on: date) -> Consequence | None:
    """What opening an electronic rate notice on a day would start; None for any other letter, or once it is opened.

    Source: CSS art. L.242-5 al. 4 and 5 ; Cass. avis, 5 octobre 2023, n° 23-70.009.
    """
    is_notice = letter.channel is Channel.ACCOUNT and letter.kind == RATE_NOTICE
    if not is_notice or letter.state is not AwaitedState.AVAILABLE or letter.available_on is None:
        return None
    rule = CONTESTS[letter.channel, letter.kind]
    territory = moment.clocks.territory(moment.region)
    opened = due(moment.clocks, rule, Question(Event(letter.available_on), territory, Facts(days={"consulted": on})))
    unread = due(moment.clocks, rule, Question(Event(letter.available_on), territory))
    dates = (opened.counted.due, unread.counted.due, unread.counted.safe_due)
    if any(found is None for found in dates):
        return None
    opened_on, unread_on, safe_on = (day_of(found) for found in dates if found is not None)
    return Consequence(on, opened_on, unread_on, safe_on, unread.warnings)


def forms_of(letter: AwaitedLetter, region: str, faulty: Form | None) -> Mapping[str, Form]:
    """The forms of a letter, by what they note; the one that was refused keeps what was typed."""
    made: dict[str, Form] = {
        "announce": AnnounceForm.of(letter, region),
        "read": ReadingForm(formdata=None),
        "download": DownloadForm(formdata=None),
        "keep": KeepForm(formdata=None),
    }
    return {name: faulty if faulty is not None and type(faulty) is type(form) else form for name, form in made.items()}


def document_of(letter: AwaitedLetter) -> NewDocument:
    """The document that a letter becomes in the vault."""
    return NewDocument(kinds()[letter.kind], letter.company_id, letter.label, establishment_id=letter.establishment_id)


def after_look(look: ChannelLook) -> str:
    """What is said once a look is kept."""
    if look.outcome in SEEN:
        return _("Relevé noté ; le prochain est prévu.")
    return _("Incident noté ; l'équipe est prévenue, et le canal reste à relever.")
