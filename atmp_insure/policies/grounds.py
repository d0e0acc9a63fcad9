"""Why and when a policy may be ended: the legal grounds, from which day each takes effect, what becomes of the premium.

Days are those of the calendar; a notice that ends on a day ends at 24 h: the first day without cover is the next.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.kernel.labelled import Label, Labelled
from atmp_insure.policies.issuing import next_year

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from atmp_insure.policies.state import PolicyState
    from atmp_insure.policies.transactions import Refunding
    from atmp_insure.regulation.values import Citation, DatedValues

DUE_DATE = "due_date_insured"  # the ground that leaves a client its notice, when terms change at a due date
_DAY = timedelta(days=1)
_UNSAID = Label()


class EndedBy(Labelled):
    """Who may rely on a ground."""

    INSURED = "insured", "le souscripteur"
    INSURER = "insurer", "l'assureur"
    EITHER = "either", "l'un ou l'autre"
    LAW = "law", "de plein droit"


class CountedFrom(Labelled):
    """From which day a notice is counted."""

    SENDING = "sending", "l'envoi de la notification"
    RECEIPT = "receipt", "la réception de la notification"


class Effect(Labelled):
    """When a termination takes effect."""

    DUE_DATE = "due_date", "à l'échéance principale"
    AFTER_NOTICE = "after_notice", "à l'expiration du préavis"
    ON_EVENT = "on_event", "le jour de l'événement"
    CHOSEN = "chosen", "à la date convenue"


@dataclass(frozen=True, slots=True)
class Ground:
    """A legal ground, as the text of a day has it.

    Attributes:
        within_months: to act, counted from the event; None: no such limit.
        years_before: of cover, before the first day on which it may take effect.
        voids: whether the policy never covered anything.
        asks_for: the fact that the notice must name; empty: none.
        forms: in which the notice may be given.
    """

    code: str
    label_fr: Label
    by: EndedBy
    counted_from: CountedFrom
    effect: Effect
    refunding: Refunding
    notice_months: int = 0
    notice_days: int = 0
    within_months: int | None = None
    years_before: int = 0
    voids: bool = False
    asks_for: Label = _UNSAID
    forms: Label = _UNSAID
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class Grounds:
    """The grounds there are, each in the versions of its text, in the order of the file."""

    by_code: Mapping[str, DatedValues[Ground]]

    def on(self, code: str, day: date) -> Ground:
        """A ground as its text is on a day.

        Raises:
            InvalidInput: no such ground.
            MissingParameter: its text is not known for that day.
        """
        known = self.by_code.get(code)
        if known is None:
            raise InvalidInput.one(f"motif « {code} » inconnu", "En choisir un de la liste", place="ground")
        return known.at(day).value

    def latest(self) -> list[Ground]:
        """Each as its latest text has it."""
        return [dated.entries[-1].sourced.value for dated in self.by_code.values()]

    def labels(self) -> dict[str, Label]:
        """Their names, by code."""
        return {one.code: one.label_fr for one in self.latest()}


@dataclass(frozen=True, slots=True)
class Notice:
    """What is known of a notice of termination.

    Attributes:
        sent_on: day it was sent.
        received_on: day it was received; None: not known yet.
        event_on: day of the fact on which it rests.
        wanted_on: first day without cover that was agreed, where the ground lets one choose.
    """

    sent_on: date
    received_on: date | None = None
    event_on: date | None = None
    wanted_on: date | None = None


def ends_on(ground: Ground, notice: Notice, state: PolicyState) -> date:
    """The first day without cover.

    At the due date: the first main due date that leaves the whole notice, and comes after the years of cover that the
    ground asks for. After a notice: the day after its last one. On the event: the day after it.

    Raises:
        InvalidInput: a day that the ground needs is missing, or contradicts it; each fault names its field.

    Source: art. L.113-3, L.113-4, L.113-9, L.113-12, L.113-16 and R.113-10 Code des assurances, by ground.
    """
    faults = tuple(_faults(ground, notice))
    if faults:
        raise InvalidInput(faults)
    match ground.effect:
        case Effect.DUE_DATE:
            return _due_date(ground, notice.sent_on, state)
        case Effect.AFTER_NOTICE:
            begun = notice.received_on if ground.counted_from is CountedFrom.RECEIPT else notice.sent_on
            assert begun is not None
            return added(begun, ground.notice_months) + timedelta(days=ground.notice_days) + _DAY
        case Effect.ON_EVENT:
            assert notice.event_on is not None
            return notice.event_on + _DAY
        case Effect.CHOSEN:
            assert notice.wanted_on is not None
            return notice.wanted_on


def last_day_to_send(ground: Ground, due_on: date) -> date:
    """The last day on which a notice may be sent to end a policy on a main due date.

    The notice is counted back from the eve of the due date, the last day covered: 31 October for 1 January.

    Source: art. L.113-12 Code des assurances; the reading of « deux mois au moins » is the prudent one.
    """
    return added(due_on - _DAY, -ground.notice_months) - timedelta(days=ground.notice_days)


def added(day: date, months: int) -> date:
    """The same day some months later (or earlier), or the last day of that month when it has no such day.

    The last day of a month stays one: two months before 31 December is 31 October, before 28 February 31 December.

    Source: art. 641 Code de procédure civile, by analogy.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    length = monthrange(year, month + 1)[1]
    is_last = day.day == monthrange(day.year, day.month)[1]
    return date(year, month + 1, length if is_last and months < 0 else min(day.day, length))


def _due_date(ground: Ground, sent_on: date, state: PolicyState) -> date:
    year = state.year
    earliest = added(state.began_on, 12 * ground.years_before)
    while True:
        due_on = year.last_day + _DAY
        if sent_on <= last_day_to_send(ground, due_on) and due_on >= earliest:
            return due_on
        year = next_year(year)


def _faults(ground: Ground, notice: Notice) -> Iterator[Fault]:
    needs_receipt = ground.effect is Effect.AFTER_NOTICE and ground.counted_from is CountedFrom.RECEIPT
    if needs_receipt and notice.received_on is None:
        yield Fault("date de réception absente", "Le préavis court de la réception : la donner", "received_on")
    if notice.received_on is not None and notice.received_on < notice.sent_on:
        yield Fault("notification reçue avant d'être envoyée", "Corriger l'une des deux dates", "received_on")
    if (ground.within_months is not None or ground.effect is Effect.ON_EVENT) and notice.event_on is None:
        yield Fault("date de l'événement absente", "La donner : le délai court de ce jour", "event_on")
    elif ground.within_months is not None and notice.event_on is not None:
        last = added(notice.event_on, ground.within_months)
        if notice.sent_on > last:
            yield Fault(
                f"notification envoyée le {notice.sent_on:%d/%m/%Y}, après le délai pour agir ({last:%d/%m/%Y})",
                "Choisir un autre motif", "sent_on",
            )  # fmt: skip
    if ground.effect is Effect.CHOSEN and notice.wanted_on is None:
        yield Fault("date d'effet absente", "Donner le premier jour sans garantie", "wanted_on")
