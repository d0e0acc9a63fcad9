"""The rate of many units at once: the rules of `rate.py` over arrays, for one rate year.

Numbers pass through float64 under a proven bound. Every quantity is a sum of products of non-negative terms; with u =
2⁻⁵³ the calculated rate carries at most 32 roundings, so that

    |computed − exact| ≤ 32 u × (individual rate + collective rate) + O(u²)     (the code allows 64 u)

A row whose rate lies within that bound of a rounding boundary, of the sixth decimal shown or of a limit of the cap is
computed again by the exact engine; so is a row that the arrays cannot settle. The limits themselves are whole
hundredths, exact. A float stands for the decimal number that `repr` writes: what was read is what is computed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from atmp_insure.kernel.errors import AtmpInsureError, MissingParameter
from atmp_insure.kernel.rounding import RoundingMode, scaled_integer
from atmp_insure.rating.price_list import PriceList
from atmp_insure.rating.rate import rate
from atmp_insure.rating.unit import ClaimLine, GivenValues, RateQuestion, triennium
from atmp_insure.regulation.law import first_of
from atmp_insure.regulation.vocabulary import FIRST_RATE_YEAR, CostCategory, Mode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from atmp_insure.rating.rate import YearRate
    from atmp_insure.rating.unit import TariffUnit
    from atmp_insure.regulation.law import CapRule, Law

    Floats = NDArray[np.float64]

MODES = (Mode.COLLECTIVE, Mode.MIXED, Mode.INDIVIDUAL)
LIMITS = (None, "lower", "upper")
CATEGORIES = tuple(CostCategory)
BLOCK = 16_384  # rows whose working arrays stay in the processor's cache
ROUNDINGS = 64 * 2.0**-53  # twice the bound proven above
MOST = {"headcount": 1e7, "wages": 1e12, "counts": 1e6, "rate": 100.0}


@dataclass(frozen=True, slots=True)
class PortfolioYear:
    """Units of one rate year, column by column; n rows.

    Attributes:
        profiles: the distinct units (committee, scope, risk code ...) that rows refer to.
        profile: (n) position of each row's unit.
        headcount: (n) enterprise headcount of N-2.
        wages_eur: (3, n) wages of N-4, N-3 and N-2; NaN when not given.
        counts: (3, 10, n) number of claims by account year and category IT1 .. IT6, IP1 .. IP4; decimals are shares.
        previous_rate_percent: (n) NaN when there is none: no cap.
        collective_rate_percent: (n) NaN: the dated table of risk codes.
    """

    rate_year: int
    profiles: tuple[TariffUnit, ...]
    profile: NDArray[np.intp]
    headcount: Floats
    wages_eur: Floats
    counts: Floats
    previous_rate_percent: Floats
    collective_rate_percent: Floats


@dataclass(frozen=True, slots=True)
class PortfolioRates:
    """Rates of a portfolio year; rows in error hold zeros and their message.

    Attributes:
        mode: position in `MODES`.
        calculated_millionths: calculated rate at six decimals (half-even), in 10⁻⁶ percent.
        limit: position in `LIMITS`.
        rate_hundredths: notified rate, in 10⁻² percent.
        errors: message by row, in French.
        redone: number of rows computed again by the exact engine.
    """

    mode: NDArray[np.int8]
    calculated_millionths: NDArray[np.int64]
    limit: NDArray[np.int8]
    rate_hundredths: NDArray[np.int64]
    errors: dict[int, str]
    redone: int


@dataclass(frozen=True, slots=True)
class _Tables:
    """What the law says of each profile, as arrays over profiles; NaN where it does not know."""

    costs: Floats  # (10, profiles)
    unknown_cost: NDArray[np.bool_]  # (10, profiles)
    mixed_from: Floats  # in hundredths of an employee, like the three that follow
    individual_from: Floats
    slope: Floats
    constant: Floats
    collective: Floats
    collective_only: NDArray[np.bool_]
    capped: NDArray[np.bool_]  # (3 modes, profiles)
    rule: CapRule
    m1: float
    m2_factor: float
    m34: float


def portfolio_rates(portfolio: PortfolioYear, law: Law) -> PortfolioRates:
    """Rates of all rows: in float64 under the bound, exactly where the bound does not settle a digit.

    Source: as `atmp_insure.rating.rate`; art. D.242-6-2 to D.242-6-15 and D.242-30 to D.242-38 CSS.
    """
    rows = portfolio.headcount.shape[0]
    result = PortfolioRates(
        np.zeros(rows, np.int8), np.zeros(rows, np.int64), np.zeros(rows, np.int8), np.zeros(rows, np.int64), {}, 0
    )
    doubtful: list[NDArray[np.intp]] = []
    tables = _tables(portfolio, law)
    for first in range(0, rows, BLOCK):
        block = slice(first, min(rows, first + BLOCK))
        doubt = _rate_block(portfolio, tables, block, result) if tables else np.ones(block.stop - first, np.bool_)
        if doubt.any():
            doubtful.append(np.flatnonzero(doubt) + first)
    redone = _redo(portfolio, np.concatenate(doubtful), law, result) if doubtful else 0
    return PortfolioRates(
        result.mode, result.calculated_millionths, result.limit, result.rate_hundredths, result.errors, redone
    )


def _rate_block(portfolio: PortfolioYear, tables: _Tables, block: slice, result: PortfolioRates) -> NDArray[np.bool_]:
    """Rate a block of rows into `result`; True for the rows that the bound does not settle."""
    profile = portfolio.profile[block]
    with np.errstate(all="ignore"):  # what divides by zero or is not a number is in doubt, and told below
        hundredths, doubt = _truncated_hundredths(portfolio.headcount[block])
        individual = hundredths >= tables.individual_from[profile]
        mixed = (hundredths >= tables.mixed_from[profile]) & ~individual
        if tables.collective_only.any():
            free = ~tables.collective_only[profile]
            individual, mixed = individual & free, mixed & free
        share = np.where(mixed, tables.slope[profile] * hundredths + tables.constant[profile], individual)
        rated = mixed | individual
        net, unknown = _net_individual(portfolio, tables, block, profile)
        net = np.where(rated, net, 0.0)
        collective = portfolio.collective_rate_percent[block]
        collective = np.where(np.isnan(collective), tables.collective[profile], collective)
        collective = np.where(individual, 0.0, collective)
        calculated = share * net + (1.0 - share) * collective
        bound = ROUNDINGS * (net + collective)
        doubt |= _out_of_range(portfolio, block) | (unknown & rated) | ~np.isfinite(calculated)
        doubt |= _near_half(calculated, 100.0, bound) | _near_half(calculated, 1e6, bound)
        mode = mixed + 2 * individual
        limit, hundredths_of_rate, limit_doubt = _cap_block(
            portfolio.previous_rate_percent[block], tables.rule, tables.capped[mode, profile], calculated, bound
        )
        doubt |= limit_doubt
        settled = np.where(doubt, 0.0, calculated)
        result.mode[block] = mode
        result.calculated_millionths[block] = np.rint(settled * 1e6)
        result.limit[block] = limit
        result.rate_hundredths[block] = np.where(doubt, 0.0, hundredths_of_rate)
    return doubt


def _net_individual(
    portfolio: PortfolioYear, tables: _Tables, block: slice, profile: NDArray[np.intp]
) -> tuple[Floats, NDArray[np.bool_]]:
    """Net individual rates of a block, and the rows with a claim whose cost is not known."""
    counts = portfolio.counts[:, :, block]
    value = np.zeros(profile.shape[0])
    unknown = np.zeros(profile.shape[0], np.bool_)
    for category in range(len(CATEGORIES)):
        number = counts[0, category] + counts[1, category] + counts[2, category]
        value += number * tables.costs[category, profile]
        if tables.unknown_cost[category].any():
            unknown |= tables.unknown_cost[category, profile] & (number != 0)
    wages = portfolio.wages_eur[:, block]
    gross = value * 100.0 / (wages[0] + wages[1] + wages[2])
    return (gross + tables.m1) * tables.m2_factor + tables.m34, unknown


def _cap_block(
    previous: Floats, rule: CapRule, capped: NDArray[np.bool_], calculated: Floats, bound: Floats
) -> tuple[NDArray[np.int8], Floats, NDArray[np.bool_]]:
    """Limit applied, notified rate in hundredths, and the rows too close to a limit to tell."""
    rounded = np.floor(calculated * 100.0 + 0.5)
    hundredths = np.rint(previous * 100.0)
    held = capped & ~np.isnan(previous)
    in_points = hundredths <= float(rule.previous_up_to * 100)
    upper = np.where(in_points, previous + float(rule.points_up), previous * float(rule.factor_up))
    lower = np.where(in_points, previous - float(rule.points_down), previous * float(rule.factor_down))
    whole_upper = np.where(in_points, hundredths + float(rule.points_up * 100), _scaled(hundredths, rule.factor_up))
    whole_lower = np.where(in_points, hundredths - float(rule.points_down * 100), _scaled(hundredths, rule.factor_down))
    above, below = held & (calculated > upper), held & (calculated < lower)
    limit = (2 * above + below).astype(np.int8)
    rate_hundredths = np.where(held, np.minimum(np.maximum(rounded, whole_lower), whole_upper), rounded)
    near = np.minimum(np.abs(calculated - upper), np.abs(calculated - lower)) <= bound + ROUNDINGS * np.abs(upper)
    return limit, rate_hundredths, held & (near | (hundredths / 100.0 != previous))


def _scaled(hundredths: Floats, factor: Fraction) -> Floats:
    """hundredths × factor rounded half up to a whole hundredth; exact, the operands being small whole numbers."""
    return np.floor((2 * factor.numerator * hundredths + factor.denominator) / (2 * factor.denominator))


def _truncated_hundredths(headcount: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Headcounts in hundredths, the rest dropped, and the rows where the float does not tell which side it is on."""
    scaled = headcount * 100.0
    nearest = np.rint(scaled)
    exact = nearest / 100.0 == headcount
    return np.where(exact, nearest, np.floor(scaled)), ~exact & (np.abs(scaled - nearest) < 1e-5)


def _near_half(values: Floats, scale: float, bound: Floats) -> NDArray[np.bool_]:
    """Whether a value lies within the bound of a half unit of the last decimal kept."""
    shifted = values * scale + 0.5
    return np.abs(shifted - np.rint(shifted)) <= bound * (2.0 * scale) + ROUNDINGS * np.abs(shifted)


def _out_of_range(portfolio: PortfolioYear, block: slice) -> NDArray[np.bool_]:
    counts = portfolio.counts[:, :, block]
    previous, collective = portfolio.previous_rate_percent[block], portfolio.collective_rate_percent[block]
    wages, headcount = portfolio.wages_eur[:, block], portfolio.headcount[block]
    inside = (headcount >= 0) & (headcount <= MOST["headcount"])
    inside &= (counts.min(axis=(0, 1)) >= 0) & (counts.max(axis=(0, 1)) <= MOST["counts"])
    return (
        ~inside
        | _bad(wages[0], MOST["wages"])
        | _bad(wages[1], MOST["wages"])
        | _bad(wages[2], MOST["wages"])
        | _bad(previous, MOST["rate"])
        | _bad(collective, MOST["rate"])
    )


def _bad(values: Floats, most: float) -> NDArray[np.bool_]:
    return (values < 0) | (values > most)


def _tables(portfolio: PortfolioYear, law: Law) -> _Tables | None:
    """The law by profile; None when the arrays cannot serve: unknown surcharges, or another rounding policy."""
    rate_year = portfolio.rate_year
    if rate_year < FIRST_RATE_YEAR:
        return None
    on = first_of(rate_year)
    policy = law.rounding.at(on).value
    names = ("m1", "m2", "m3", "m4")
    surcharges = [law.find_surcharge(rate_year, name) for name in names]
    known = [found.value for found in surcharges if found is not None]
    if len(known) < len(names) or not policy.is_exact_inside or policy.notified.decimals != 2:
        return None
    if policy.notified.mode is not RoundingMode.HALF_UP:
        return None
    m1, m2, m3, m4 = known
    caps, modes, shares = law.caps.at(on).value, law.tariff_modes.at(on).value, law.mixed_shares.at(on).value
    units = portfolio.profiles
    costs = np.array([[_cost(unit, category, rate_year, law) for unit in units] for category in CATEGORIES])
    keys = [(unit.scope, unit.construction) for unit in units]
    codes = law.collective_only_codes
    listed = codes.at(on).value if codes.entries and on >= codes.entries[0].first_day else frozenset()
    rules = [caps[unit.scope] for unit in units]
    if any(replace(rule, modes=rules[0].modes) != rules[0] for rule in rules):
        return None
    return _Tables(
        costs=np.nan_to_num(costs),
        unknown_cost=np.isnan(costs),
        mixed_from=np.array([float(modes[key].mixed_from * 100) for key in keys]),
        individual_from=np.array([float(modes[key].individual_from * 100) for key in keys]),
        slope=np.array([float(shares[key].slope / shares[key].divisor / 100) for key in keys]),
        constant=np.array([float(shares[key].constant / shares[key].divisor) for key in keys]),
        collective=np.array([_collective(unit, rate_year, law) for unit in units]),
        collective_only=np.array([unit.risk_code in listed for unit in units]),
        capped=np.array([[mode in rule.modes for rule in rules] for mode in MODES]),
        rule=rules[0],
        m1=float(m1),
        m2_factor=float(1 + m2 / 100),
        m34=float(m3 + m4),
    )


def _cost(unit: TariffUnit, category: CostCategory, rate_year: int, law: Law) -> float:
    try:
        return float(_average_cost(unit, category, rate_year, law))
    except MissingParameter:
        return float("nan")


def _average_cost(unit: TariffUnit, category: CostCategory, rate_year: int, law: Law) -> Fraction:
    found = PriceList(law, unit, rate_year, {}).average_cost(category)
    return found.value * (1 - law.abatement(rate_year, unit.risk_code, category))


def _collective(unit: TariffUnit, rate_year: int, law: Law) -> float:
    found = law.find_collective_rate(rate_year, unit.risk_code, unit.scope) if unit.risk_code else None
    return float("nan") if found is None else float(found.value.rate_percent)


def _redo(portfolio: PortfolioYear, rows: NDArray[np.intp], law: Law, result: PortfolioRates) -> int:
    """Compute rows again with the exact engine; what it refuses becomes the row's message."""
    for row in rows.tolist():
        fault = _range_fault(portfolio, row)
        try:
            exact = exact_rate(portfolio, row, law) if fault is None else None
        except AtmpInsureError as error:
            fault, exact = " ".join(str(error).split()), None
        if exact is None:
            result.errors[row] = fault or ""
            result.mode[row], result.limit[row] = 0, 0
            continue
        result.mode[row] = MODES.index(exact.mode)
        result.calculated_millionths[row] = scaled_integer(exact.calculated_percent, 10**6, RoundingMode.HALF_EVEN)
        result.limit[row] = LIMITS.index(None if exact.limit_applied is None else exact.limit_applied.value)
        result.rate_hundredths[row] = scaled_integer(exact.rate_percent, 100, RoundingMode.HALF_UP)
    return len(rows) - len(result.errors)


def exact_rate(portfolio: PortfolioYear, row: int, law: Law) -> YearRate:
    """The rate of one row by the exact engine.

    Raises:
        InvalidInput, MissingParameter: as `atmp_insure.rating.rate.rate`.

    Source: as `atmp_insure.rating.rate`.
    """
    years = triennium(portfolio.rate_year)
    counts = portfolio.counts[:, :, row]
    previous = portfolio.previous_rate_percent[row]
    collective = portfolio.collective_rate_percent[row]
    wages = portfolio.wages_eur[:, row]
    question = RateQuestion(
        rate_year=portfolio.rate_year,
        unit=portfolio.profiles[int(portfolio.profile[row])],
        headcount=_decimal(portfolio.headcount[row]),
        wages_eur={year: _decimal(wages[at]) for at, year in enumerate(years) if not np.isnan(wages[at])},
        claims=tuple(
            ClaimLine(category.value, year, category, count=_decimal(counts[at, column]))
            for at, year in enumerate(years)
            for column, category in enumerate(CATEGORIES)
            if counts[at, column]
        ),
        previous_rate_percent=None if np.isnan(previous) else _decimal(previous),
        given=GivenValues(collective_rate_percent=None if np.isnan(collective) else _decimal(collective)),
    )
    return rate(question, law)


def _decimal(value: np.float64) -> Fraction:
    """The decimal number that a float stands for: the shortest one that reads back as it."""
    return Fraction(repr(float(value)))


def _range_fault(portfolio: PortfolioYear, row: int) -> str | None:
    """What is out of all proportion in a row, in French; None when nothing is."""
    headcount = portfolio.headcount[row]
    checks = (
        ("headcount", (headcount,), MOST["headcount"], True),
        ("wages_1 à wages_3", portfolio.wages_eur[:, row], MOST["wages"], False),
        ("nombres de sinistres", portfolio.counts[:, :, row].ravel(), MOST["counts"], True),
        ("previous_rate_percent", (portfolio.previous_rate_percent[row],), MOST["rate"], False),
        ("collective_rate_percent", (portfolio.collective_rate_percent[row],), MOST["rate"], False),
    )
    for name, values, most, needed in checks:
        for value in values:
            if np.isnan(value) and needed:
                return f"{name} : valeur absente. Donner un nombre."
            if value < 0 or value > most:
                return f"{name} : {float(value):g} hors des limites. Donner un nombre de 0 à {most:g}."
    return None
