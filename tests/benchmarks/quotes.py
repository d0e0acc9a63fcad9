"""What a price costs: a policy year of three sections simulated and paid, and a whole quotation."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from atmp_insure.underwriting.cells import PolicyYear
from atmp_insure.underwriting.expected_chain import Outlook, expected_section
from atmp_insure.underwriting.frequency import FrequencyQuestion, frequencies
from atmp_insure.underwriting.pricing import Draw
from atmp_insure.underwriting.quotation import QuoteQuestion, quotation
from atmp_insure.underwriting.simulated_year import simulated_year
from atmp_insure.underwriting.statistics import Level
from tests.underwriting.builders import DAY, EVERYTHING, a_tariff, exposure_of, percent_of_wages, three_sections

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.underwriting.exposure import SectionExposure
    from atmp_insure.underwriting.frequency import Frequencies
    from atmp_insure.underwriting.pricing import Tariff

SCENARIOS = 50_000


def bench_quotes(timed: Callable[[Callable[[], object]], list[float]]) -> dict[str, list[float]]:
    """Seconds of each run: the loss of a policy year, and the whole answer to two files.

    Args:
        timed: runs a piece of work several times and gives the seconds of each.
    """
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # one core, as the target says
    tariff, found = a_tariff(), three_sections()
    outlook = Outlook(PolicyYear(DAY, tariff.product.trigger.basis), tariff.assumptions, Level.CENTRAL, tariff.law)
    sections = [expected_section(one, at, _frequencies(one, tariff), outlook) for at, one in enumerate(found.insurable)]
    notified = [one.last_rate.notified_percent for one in found.insurable]

    def loss() -> object:
        year = simulated_year(sections, notified, 1, SCENARIOS, tariff.law)
        terms = year.terms(percent_of_wages("0.30"), tariff.product.limits, None)
        return year.distribution(year.paid(EVERYTHING, terms))

    alone = exposure_of("metalworks")
    question = QuoteQuestion(DAY, draw=Draw(1, SCENARIOS))
    return {
        "loss of a policy year, three sections, 50 000 scenarios": timed(loss),
        "quotation of one section, three variants": timed(lambda: quotation(alone, question, tariff)),
        "quotation of three sections, three variants": timed(lambda: quotation(found, question, tariff)),
    }


def _frequencies(one: SectionExposure, tariff: Tariff) -> Frequencies:
    asked = FrequencyQuestion(one.ctn, None, one.headcount, one.temporary_workers, DAY.year, one.history)
    return frequencies(asked, tariff.statistics, tariff.assumptions, Level.CENTRAL)
