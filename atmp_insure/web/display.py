"""What components show, as frozen values: a state, a clock, an event, a step of a calculation, a run, a side panel."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime


class Tone(StrEnum):
    """How a state feels; it gives the colour and the sign, and the word always stands beside them."""

    NEUTRAL = "neutral"
    INFO = "info"
    GOOD = "good"
    CARE = "care"
    BAD = "bad"

    @property
    def sign(self) -> str:
        """The icon of the tone."""
        return _SIGNS[self]


_SIGNS = {
    Tone.NEUTRAL: "circle",
    Tone.INFO: "circle-dot",
    Tone.GOOD: "circle-check",
    Tone.CARE: "alert-triangle",
    Tone.BAD: "circle-x",
}


@dataclass(frozen=True, slots=True)
class State:
    """The state of a thing, in a word."""

    label: str
    tone: Tone = Tone.NEUTRAL
    sign: str = ""


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """An entry of the side menu."""

    label: str
    url: str
    icon: str
    active: bool = False
    children: tuple[NavigationItem, ...] = ()
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Something to open."""

    label: str
    url: str
    detail: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline of the page: what is due, when, by which rule."""

    label: str
    due_on: date
    rule: str = ""
    url: str = ""
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class SidePanel:
    """The side of a page: next step, clocks, people, papers."""

    next_step: Link | None = None
    reason: str = ""
    clocks: tuple[Clock, ...] = ()
    people: tuple[Link, ...] = ()
    papers: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A field that an event changed."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of a history, told as a sentence; `who` stays empty when the sentence names them."""

    at: datetime
    who: str
    sentence: str
    icon: str = "circle-dot"
    changes: tuple[Change, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A note that somebody wrote; `readers` says for whom, each tag leads to the notes that carry it there.

    Attributes:
        released: by whom it was opened to them, once it was between lawyer and client; empty: it was not.
        release_url: where the viewer opens it to others; empty: not by them.
    """

    key: str
    at: datetime
    who: str
    text: str
    readers: str = ""
    is_pinned: bool = False
    tags: tuple[Link, ...] = ()
    released: str = ""
    release_url: str = ""


@dataclass(frozen=True, slots=True)
class TraceStep:
    """A step of a calculation, as it is read: texts are ready."""

    label: str
    value: str
    inputs: tuple[tuple[str, str], ...] = ()
    source: str = ""
    source_url: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a figure was found."""

    title: str
    value: str
    steps: tuple[TraceStep, ...]
    version: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """An item of a run that failed: what it is, why, what to do."""

    item: str
    message: str
    remedy: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is.

    Attributes:
        label: what it does.
        state: its state in a word.
        done: items finished, the failed ones included.
        total: items selected.
        failed: items that failed.
        is_over: nothing more will happen by itself.
        poll_url: the partial that shows it again; asked every two seconds until it is over.
        failures: the first of them.
        acts: what may be done now.
    """

    label: str
    state: State
    done: int
    total: int
    failed: int = 0
    is_over: bool = False
    poll_url: str = ""
    failures: tuple[Failure, ...] = ()
    acts: tuple[Link, ...] = ()

    @property
    def share_percent(self) -> int:
        """Finished items in a hundred, rounded down so that 100 means the end."""
        return 100 * self.done // self.total if self.total else 100
