"""A million policies of six years for the office of `invented`, with where each stands; seeded, without a clock."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING

from atmp_insure.kernel.french import search_text
from tests.benchmarks.lists.invented import (
    BROKERS,
    COMPANIES,
    DAYS,
    INSURERS,
    LAST_DAY,
    LAW_FIRMS,
    Table,
    broker_of,
    moment,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.benchmarks.lists.invented import Row

POLICIES = 1_000_000
_AHEAD = 45  # days before its first day on which a policy may be issued
_GUARANTEES = ("IT6 IP2 IP3 IP4", "IT6 IP2", "IP2 IP3 IP4", "IP3 IP4")


def reference(number: int) -> str:
    """The reference of a policy, as its papers show it."""
    return f"P-{number:06}"


def company_of_policy(number: int) -> int:
    """The company of a policy; a company changes product or insurer now and then."""
    return 1 + number * 7919 % COMPANIES


def policies() -> Table:
    """The policies themselves; their transactions are not read by lists."""
    rows = (
        (at, company_of_policy(at), reference(at), "taux_atmp", None, moment(LAST_DAY), "collegue.1")
        for at in range(1, POLICIES + 1)
    )
    return Table("policies", ("id", "company_id", "reference", "product", "quote_id", "created_at", "created_by"), rows)


def standings() -> Table:
    """Where each stands: most in force or ended, few coming, to renew, suspended or void."""

    def rows() -> Iterator[Row]:
        dice = random.Random(7)
        for number in range(1, POLICIES + 1):
            yield (number, number, company_of_policy(number), reference(number), search_text(reference(number)),
                   "taux_atmp", *_standing(number, dice))  # fmt: skip

    columns = (
        "id", "policy_id", "company_id", "reference", "search_reference", "product", "product_version", "broker_id",
        "insurer_id", "began_on", "year_first_day", "year_last_day", "suspended_on", "ended_on", "is_void", "ground",
        "net_eur", "wages_eur", "section_count", "guarantees", "transaction_count",
    )  # fmt: skip
    return Table("policy_standings", columns, rows())


def _standing(number: int, dice: random.Random) -> Row:
    company = company_of_policy(number)
    began = LAST_DAY + timedelta(days=_AHEAD - dice.randrange(DAYS))
    ended, suspended, last_day = None, None, date(max(began.year, LAST_DAY.year), 12, 31)
    drawn = dice.random()
    if drawn < 0.35 and began < LAST_DAY:  # it ended, some years ago or not long since
        ended = began + timedelta(days=1 + dice.randrange((LAST_DAY - began).days))
        last_day = date(ended.year, 12, 31)
    elif drawn < 0.36 and began < LAST_DAY:
        suspended = LAST_DAY - timedelta(days=dice.randrange(30))
        suspended = max(suspended, began)
    elif drawn < 0.39 and began.year < LAST_DAY.year:
        last_day = date(LAST_DAY.year - 1, 12, 31)  # to renew
    wages = dice.randrange(400_000, 40_000_000)
    return (
        f"{last_day.year}-1", broker_of(company), BROKERS + LAW_FIRMS + 1 + company % INSURERS, began,
        max(began, date(last_day.year, 1, 1)), last_day, suspended, ended, drawn > 0.997,
        "due_date_insured" if ended else None, wages // 4, wages * 100, dice.choice((1, 1, 1, 2, 3, 6)),
        dice.choice(_GUARANTEES), dice.randrange(1, 9),
    )  # fmt: skip
