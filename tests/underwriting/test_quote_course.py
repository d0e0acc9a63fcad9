"""The course of a quote: what may be done in each state, and that nothing else moves one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from atmp_insure.kernel.errors import Refused
from atmp_insure.underwriting.quote_course import (
    COURSE,
    FIRST_STATES,
    LIVE_STATES,
    QuoteAct,
    QuoteState,
    is_open_to,
    step,
)

UNDERWRITING = Path(__file__).parents[2] / "atmp_insure" / "underwriting"
READY, TO_REFER, REFERRED = QuoteState.READY, QuoteState.TO_REFER, QuoteState.REFERRED
REFUSED, SENT, ACCEPTED = QuoteState.REFUSED, QuoteState.SENT, QuoteState.ACCEPTED
LAPSED, REPLACED = QuoteState.LAPSED, QuoteState.REPLACED
MOVES = {
    READY: {QuoteAct.SEND: SENT, QuoteAct.LAPSE: LAPSED, QuoteAct.REPLACE: REPLACED},
    TO_REFER: {QuoteAct.REFER: REFERRED, QuoteAct.LAPSE: LAPSED, QuoteAct.REPLACE: REPLACED},
    REFERRED: {
        QuoteAct.GRANT: READY, QuoteAct.DECLINE: REFUSED, QuoteAct.LAPSE: LAPSED, QuoteAct.REPLACE: REPLACED,
    },
    SENT: {QuoteAct.ACCEPT: ACCEPTED, QuoteAct.LAPSE: LAPSED, QuoteAct.REPLACE: REPLACED},
    REFUSED: {}, ACCEPTED: {}, LAPSED: {}, REPLACED: {},
}  # fmt: skip


@pytest.mark.parametrize("act", QuoteAct, ids=lambda act: act.value)
@pytest.mark.parametrize("state", QuoteState, ids=lambda state: state.value)
def test_an_act_leads_where_the_course_says_or_is_refused_with_its_reason(state: QuoteState, act: QuoteAct) -> None:
    if act in MOVES[state]:
        assert step(state, act) is MOVES[state][act]
    else:
        with pytest.raises(Refused, match=re.escape(COURSE[act].refused_fr)):
            step(state, act)
    assert is_open_to(state, act) is (act in MOVES[state])


def test_a_quote_that_is_over_moves_no_more_and_every_state_can_be_reached() -> None:
    assert set(LIVE_STATES) == {state for state, moves in MOVES.items() if moves}
    assert set(FIRST_STATES.values()) | {one.after for one in COURSE.values()} == set(QuoteState)


def test_nothing_but_a_step_moves_a_quote() -> None:
    moved = re.compile(r"quote\.state\b.*[^=!<>]=[^=]|locked\.state\b.*[^=!<>]=[^=]|other\.state\b.*[^=!<>]=[^=]")
    lines = [line for path in UNDERWRITING.rglob("*.py") for line in path.read_text("utf-8").splitlines()]
    found = [line.strip() for line in lines if moved.search(line)]
    assert found
    assert [line for line in found if "step(" not in line and "==" not in line] == []
