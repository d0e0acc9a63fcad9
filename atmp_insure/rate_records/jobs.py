"""What the worker and the commands know of rate records: the projections that can be rebuilt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.db.projections import Projection, Row
from atmp_insure.db.types import key_ring_of
from atmp_insure.rate_records.known_rates import FINDING_COLUMNS, RATE_COLUMNS, all_known_rates
from atmp_insure.rate_records.loader import open_office
from atmp_insure.rate_records.models import RateFinding, RateYear
from atmp_insure.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.rate_records.office import Office


def _office(session: ScopedSession) -> Office:
    return open_office(read_settings().config_overlay, key_ring_of(session.get_bind().dialect), {})


def _rates(session: ScopedSession) -> Iterator[Row]:
    for known in all_known_rates(session, _office(session)):
        yield from known.rates


def _findings(session: ScopedSession) -> Iterator[Row]:
    for known in all_known_rates(session, _office(session)):
        yield from known.findings


RATE_YEARS = Projection("rate_years", RateYear, RATE_COLUMNS, _rates)
RATE_FINDINGS = Projection("rate_findings", RateFinding, FINDING_COLUMNS, _findings)
