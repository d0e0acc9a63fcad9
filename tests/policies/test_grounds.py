"""When a policy ends on each legal ground: both sides of each notice, and what each ground needs to be told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from atmp_insure.kernel.errors import InvalidInput, MissingParameter
from atmp_insure.policies.grounds import Notice, added, ends_on, last_day_to_send
from atmp_insure.policies.loader import installed_grounds, load_grounds
from atmp_insure.policies.transactions import InsuranceYear, Refunding
from tests.policies.builders import Stack

if TYPE_CHECKING:
    from pathlib import Path

    from atmp_insure.policies.state import PolicyState

GROUNDS = installed_grounds(None)
SENT = date(2027, 9, 1)


def state(year: InsuranceYear | None = None) -> PolicyState:
    stack = Stack.issued() if year is None else Stack.issued(year=year)
    found = stack.on(date(2027, 12, 31))
    assert found is not None
    return found


def end(code: str, known: PolicyState | None = None, **given: date | None) -> date:
    notice = Notice(**({"sent_on": SENT} | given))  # type: ignore[arg-type]
    return ends_on(GROUNDS.on(code, notice.sent_on), notice, known or state())


@pytest.mark.parametrize(
    ("sent_on", "ends"),
    [
        (date(2027, 10, 31), date(2028, 1, 1)),  # the last day of the two months
        (date(2027, 11, 1), date(2029, 1, 1)),  # the day after: a year more
        (date(2027, 1, 2), date(2028, 1, 1)),
    ],
)
@pytest.mark.parametrize("code", ["due_date_insured", "due_date_insurer"])
def test_a_policy_ends_at_its_due_date_when_notice_was_two_months_before(code: str, sent_on: date, ends: date) -> None:
    assert end(code, sent_on=sent_on) == ends


def test_a_short_first_year_does_not_end_before_a_year_of_cover() -> None:
    short = state(InsuranceYear(date(2027, 6, 1), date(2027, 12, 31)))
    assert end("due_date_insured", short) == date(2029, 1, 1), "1 January 2028 is seven months after the first day"


@pytest.mark.parametrize(
    ("code", "given", "ends"),
    [
        ("non_payment", {}, date(2027, 10, 12)),  # forty days after 1 September: 11 October at 24 h
        ("aggravation", {"received_on": date(2027, 9, 3)}, date(2027, 9, 14)),
        ("aggravation_refused", {}, date(2027, 10, 2)),
        ("decrease_refused", {}, date(2027, 10, 2)),
        ("misdeclaration", {}, date(2027, 9, 12)),
        ("after_claim", {"received_on": date(2027, 9, 30)}, date(2027, 10, 31)),
        ("change_of_situation", {"received_on": date(2027, 9, 3), "event_on": date(2027, 7, 1)}, date(2027, 10, 4)),
        ("risk_lost", {"event_on": date(2027, 8, 31)}, date(2027, 9, 1)),
        ("mutual_agreement", {"wanted_on": date(2027, 9, 15)}, date(2027, 9, 15)),
    ],
)
def test_each_ground_has_its_day(code: str, given: dict[str, date], ends: date) -> None:
    assert end(code, None, **given) == ends


@pytest.mark.parametrize(
    ("code", "given", "place"),
    [
        ("aggravation", {}, "received_on"),
        ("aggravation", {"received_on": SENT - timedelta(days=1)}, "received_on"),
        ("change_of_situation", {"received_on": SENT}, "event_on"),
        ("risk_lost", {}, "event_on"),
        ("mutual_agreement", {}, "wanted_on"),
    ],
)
def test_a_ground_asks_for_the_day_it_needs(code: str, given: dict[str, date], place: str) -> None:
    with pytest.raises(InvalidInput) as error:
        end(code, None, **given)
    assert [fault.place for fault in error.value.faults] == [place]


def test_a_change_of_situation_is_told_within_three_months() -> None:
    known = {"received_on": SENT, "event_on": date(2027, 6, 1)}
    assert end("change_of_situation", None, **known)
    with pytest.raises(InvalidInput, match="délai pour agir"):
        end("change_of_situation", None, **(known | {"event_on": date(2027, 5, 31)}))


def test_premium_is_kept_only_where_the_law_says_so() -> None:
    kept = {one.code for one in GROUNDS.latest() if one.refunding is Refunding.KEPT}
    assert kept == {one.code for one in GROUNDS.latest() if one.voids} == {"nullity"}


def test_every_ground_has_a_source_and_says_what_is_not_settled() -> None:
    for one in GROUNDS.latest():
        assert one.citation is not None
        assert one.citation.source
        assert one.citation.confidence.value != "unsettled" or one.citation.warning, one.code


def test_a_ground_that_is_unknown_or_not_yet_law_is_told() -> None:
    with pytest.raises(InvalidInput, match="inconnu"):
        GROUNDS.on("three_clicks", SENT)
    with pytest.raises(MissingParameter):
        GROUNDS.on("non_payment", date(2000, 1, 1))


def test_two_months_back_from_the_end_of_a_month_is_the_end_of_a_month() -> None:
    assert added(date(2027, 12, 31), -2) == date(2027, 10, 31)
    assert added(date(2027, 2, 28), -2) == date(2026, 12, 31)
    assert added(date(2027, 12, 31), 2) == date(2028, 2, 29)
    assert last_day_to_send(GROUNDS.on("due_date_insured", SENT), date(2028, 7, 1)) == date(2028, 4, 30)


def test_a_file_of_grounds_that_is_wrong_says_where(tmp_path: Path) -> None:
    file = tmp_path / "grounds.yaml"
    file.write_text(
        "label: x\nunit: days\nvalues:\n  - from: 2020-01-01\n    source: x\n    confidence: official\n"
        "    checked_on: 2026-01-01\n    ground: a\n    label: a\n    by: nobody\n    counted_from: sending\n"
        "    effect: chosen\n    refunding: kept\n",
        encoding="utf-8",
    )  # fmt: skip
    with pytest.raises(InvalidInput) as error:
        load_grounds([(file, "grounds.yaml")])
    assert [(fault.source, "nobody" in fault.message) for fault in error.value.faults] == [("grounds.yaml:10", True)]
