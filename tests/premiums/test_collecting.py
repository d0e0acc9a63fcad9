"""What of a call is collected for each insurer: in proportion, and never a cent lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from atmp_insure.premiums.client_account import Moved, account_lines
from atmp_insure.premiums.collecting import collected_of

parts = st.dictionaries(st.integers(1, 9), st.integers(-(10**7), 10**7), max_size=6)


@given(parts, st.fractions(0, 1))
def test_parts_add_up_to_what_is_paid_and_to_what_was_called_once_all_of_it_is(
    called: dict[int, int], share: object
) -> None:
    total = sum(called.values())
    size = abs(total)
    settled = int(size * share)  # type: ignore[operator]
    found = collected_of(called, settled)
    assert found.keys() == called.keys()
    if total:
        assert sum(found.values()) == (settled if total > 0 else -settled)
        assert set(collected_of(called, 0).values()) <= {0}
    assert collected_of(called, size) == called


def test_two_insurers_share_what_is_paid_as_they_share_what_is_called() -> None:
    called = {1: 60_000, 2: 40_000, 3: 5_400, 4: 3_600}
    assert collected_of(called, 54_500) == {1: 30_000, 2: 20_000, 3: 2_700, 4: 1_800}
    assert collected_of(called, 1) == {1: 0, 2: 0, 3: 0, 4: 1}
    assert collected_of({1: -600, 2: -54}, 327) == {1: -300, 2: -27}


def test_an_account_reads_day_by_day_what_is_called_before_what_is_paid() -> None:
    day = date(2027, 1, 1)
    moves = [Moved(day, "EN-000001", 1, Decimal(-40)), Moved(day, "AP-2027-000001", 1, Decimal(100), day)]
    moves.append(Moved(date(2026, 12, 1), "AP-2026-000009", 9, Decimal(10), day))
    lines = account_lines(moves, Decimal(0))
    assert [(one.moved.name, int(one.balance_eur)) for one in lines] == [
        ("AP-2026-000009", 10), ("AP-2027-000001", 110), ("EN-000001", 70),
    ]  # fmt: skip
