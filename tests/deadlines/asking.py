"""Questions put to the clocks in one line, as the tests of this folder ask them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING

from atmp_insure.deadlines.bare_count import bare_count
from atmp_insure.deadlines.choices import convention_choices
from atmp_insure.deadlines.clock import Event
from atmp_insure.deadlines.conventions import CONVENTIONS
from atmp_insure.deadlines.day_names import iso_text
from atmp_insure.deadlines.due import accepted_options, due
from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.deadlines.question import Question, read_event, read_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.deadlines.clock import Counted
    from atmp_insure.deadlines.due import Deadline
    from atmp_insure.deadlines.law import DeadlineLaw
    from atmp_insure.deadlines.territory import TerritoryCalendar

FIRST_DAY, LAST_DAY = date(2018, 1, 1), date(2027, 12, 31)


@cache
def product_law() -> DeadlineLaw:
    """The product's clocks, read once: parameters of tests are named after them."""
    return installed_deadlines(None)


def ask(law: DeadlineLaw, rule: str, event: str, region: str = "FR", **options: str) -> Deadline:
    """The answer of a rule."""
    territory = law.territory(region)
    at = read_event(event, territory)
    on = read_event(options["declared"], territory).day if "declared" in options else at.day
    accepted = accepted_options(law, law.rule_version(rule, on).sourced.value, territory)
    return due(law, rule, Question(at, territory, read_facts(options, accepted, law, territory, rule)))


def asked(law: DeadlineLaw, rule: str, event: str, region: str = "FR", **options: str) -> tuple[str, str]:
    """The legal and the safe date of a rule, as JSON writes them."""
    return both(ask(law, rule, event, region, **options).counted)


def counted(
    law: DeadlineLaw, convention: str, event: str, length: int, region: str = "FR", **options: str
) -> tuple[str, str]:
    """The legal and the safe date of a bare count."""
    territory, chosen = law.territory(region), CONVENTIONS[convention]
    accepted = (*chosen.options, *convention_choices(chosen, territory))
    facts = read_facts(options, accepted, law, territory, convention)
    return both(bare_count(law, chosen, length, Question(read_event(event, territory), territory, facts)).counted)


def both(answer: Counted) -> tuple[str, str]:
    """The two dates of a count."""
    return "-" if answer.due is None else iso_text(answer.due), (
        "-" if answer.safe_due is None else iso_text(answer.safe_due)
    )


def days(first: date = FIRST_DAY, last: date = LAST_DAY, step: int = 1) -> Iterator[date]:
    """Every day of a span, both ends included."""
    for number in range(0, (last - first).days + 1, step):
        yield first + timedelta(days=number)


def at_hour(day: date, hour: int, minute: int, territory: TerritoryCalendar) -> Event:
    """A moment of a day in local time."""
    return Event(day, datetime.combine(day, time(hour, minute), territory.zone))
