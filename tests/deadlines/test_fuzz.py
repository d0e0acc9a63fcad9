"""No question gives a traceback: each is answered, or refused with status 2 and a line."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atmp_insure.deadlines import answers, wording
from atmp_insure.deadlines.bare_count import bare_count
from atmp_insure.deadlines.choices import convention_choices
from atmp_insure.deadlines.conventions import CONVENTIONS
from atmp_insure.deadlines.due import accepted_options, due
from atmp_insure.deadlines.icalendar_file import icalendar_file
from atmp_insure.deadlines.question import (
    DAY_OPTIONS,
    OTHER_OPTIONS,
    Question,
    read_event,
    read_facts,
    read_length,
    read_options,
)
from atmp_insure.deadlines.sequences import plan, step_names
from atmp_insure.kernel.errors import AtmpInsureError
from tests.deadlines.asking import product_law

if TYPE_CHECKING:
    from tests.deadlines.conftest import Deadlines

LAW = product_law()
MANY = settings(deadline=None, max_examples=500)
FEW = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
moments = st.one_of(
    st.text(max_size=20),
    st.dates().map(str),
    st.datetimes().map(lambda moment: moment.isoformat(timespec="minutes")),
    st.sampled_from(
        ["2024-02-30", "2024-03-31T02:30", "9999-12-31T23:59-14:00", "0001-01-01T00:00+14:00", "2024-06-31"]
    ),
)
option_names = st.sampled_from(sorted({*DAY_OPTIONS, *OTHER_OPTIONS, *LAW.choices, "file_complete", "cra", "x"}))
option_values = st.one_of(moments, st.sampled_from(["971", "abroad", "cnam", "moved", "5", "-1", "working", "ignored"]))
options = st.lists(st.builds("{}={}".format, option_names, option_values), max_size=3)
regions = st.one_of(st.sampled_from(sorted(LAW.territories)), st.text(max_size=4))


@MANY
@given(st.sampled_from(sorted(LAW.rules)), moments, regions, options)
def test_any_question_to_a_rule_is_answered_or_refused(rule: str, event: str, region: str, told: list[str]) -> None:
    with suppress(AtmpInsureError):
        territory = LAW.territory(region)
        at = read_event(event, territory)
        accepted = accepted_options(LAW, LAW.rule_version(rule, at.day).sourced.value, territory)
        facts = read_facts(read_options(told), accepted, LAW, territory, rule)
        answer = due(LAW, rule, Question(at, territory, facts))
        assert answers.deadline_answer(answer)["rule"] == rule
        assert wording.deadline_text(answer)


@MANY
@given(st.sampled_from(sorted(CONVENTIONS)), moments, st.text(max_size=8) | st.integers(-5, 10**7).map(str), options)
def test_any_count_is_answered_or_refused(name: str, event: str, length: str, told: list[str]) -> None:
    territory, convention = LAW.territory("AM"), CONVENTIONS[name]
    with suppress(AtmpInsureError):
        accepted = (*convention.options, *convention_choices(convention, territory))
        facts = read_facts(read_options(told), accepted, LAW, territory, name)
        question = Question(read_event(event, territory), territory, facts)
        answer = bare_count(LAW, convention, read_length(length), question)
        assert answers.count_answer(answer)["convention"] == name
        assert wording.count_text(answer)


@MANY
@given(
    st.sampled_from(sorted(LAW.sequences)), moments, regions, st.dictionaries(st.integers(0, 15), moments, max_size=3)
)
def test_any_calendar_is_answered_or_refused(name: str, event: str, region: str, told: dict[int, str]) -> None:
    with suppress(AtmpInsureError):
        territory = LAW.territory(region)
        at = read_event(event, territory)
        steps = step_names(LAW, name, at.day)
        known = {steps[number % len(steps)]: read_event(text, territory) for number, text in told.items()}
        found = plan(LAW, name, Question(at, territory), known)
        assert answers.plan_answer(found)["sequence"] == name
        assert wording.plan_text(found)
        assert icalendar_file(found).startswith(b"BEGIN:VCALENDAR")


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@FEW
@given(st.sampled_from(["due", "count", "calendar", "rules", "zzz"]), words, moments, words)
def test_any_command_line_leaves_with_status_0_or_2(
    deadlines: Deadlines, command: str, name: str, event: str, option: str
) -> None:
    left = deadlines(command, name, "--event", event, "--option", option)
    assert left.status in {0, 2}
    assert left.status == 0 or left.err
