"""How often insured events happen to a client: public counts, its group, its own history by credibility, the trend.

How much a history counts is in `credibility.py`; what an event costs is the engine's business, not this one's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.guarantees.vocabulary import Cause, InsuredEvent
from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.rating.trace import Step, Unit, text
from atmp_insure.underwriting.credibility import ONE, ZERO, credibility_factor
from atmp_insure.underwriting.statistics import Level

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from atmp_insure.rating.trace import Quantity
    from atmp_insure.underwriting.credibility import Credibility
    from atmp_insure.underwriting.statistics import Assumptions, Estimate, PublicCounts, Statistics

FURTHEST_YEARS = 30  # that a trend is carried over; beyond, a year is mistyped
_GROUP_LENGTH = 3  # characters of a NAF code that name its group


@dataclass(frozen=True, slots=True)
class ClientHistory:
    """What the accounts of a client tell of its grave claims.

    Attributes:
        years: account years that are known.
        employee_years: headcount of these years, added up, temporary workers by their weight.
        claims: by cause, grave claims of these years (IT6, IP of 10 % and over, death): a claim counts once.
    """

    years: tuple[int, ...]
    employee_years: Fraction
    claims: Mapping[Cause, int]


@dataclass(frozen=True, slots=True)
class FrequencyQuestion:
    """Whose frequencies are asked.

    Attributes:
        ctn: committee, A to I.
        naf: NAF code (`25.11Z` or `2511Z`); None: not known.
        headcount: of the section.
        temporary_workers: full-time equivalents, of a user company.
        policy_year: civil year in which the cover begins.
        history: None: nothing is known.
    """

    ctn: str
    naf: str | None
    headcount: Fraction
    temporary_workers: Fraction
    policy_year: int
    history: ClientHistory | None


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Expected claims of a section in a policy year.

    Attributes:
        expected: by cause and event; IT6 without a grave incapacity of its own, so that no claim counts twice.
        factors: by cause, what the client's own history multiplies public frequencies by.
        trace: steps, with sources.
        warnings: what must be said, in French.
    """

    expected: Mapping[tuple[Cause, InsuredEvent], Fraction]
    factors: Mapping[Cause, Fraction]
    trace: tuple[Step, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rates:
    """Yearly counts per employee, of one cause.

    Attributes:
        stoppages: as public statistics count them.
        grave: new incapacities of 10 % and over.
        deaths: apart from them.
    """

    stoppages: Fraction
    grave: Fraction
    deaths: Fraction


@dataclass(frozen=True, slots=True)
class _Work:
    """What is asked, what answers rest on, and what is said on the way."""

    question: FrequencyQuestion
    statistics: Statistics
    assumptions: Assumptions
    level: Level
    steps: list[Step] = field(default_factory=list)
    warnings: dict[str, None] = field(default_factory=dict)  # in the order in which they are first said

    def say(self, code: str, label_fr: str, value: Quantity, inputs: Mapping[str, Quantity], *sources: str) -> None:
        """Add a step."""
        self.steps.append(Step(code, label_fr, value, inputs, " ; ".join(dict.fromkeys(filter(None, sources)))))

    def using(self, estimate: Estimate) -> Estimate:
        """The estimate, once its warning is noted."""
        if estimate.citation.warning:
            self.warnings[estimate.citation.warning] = None
        return estimate


def frequencies(
    question: FrequencyQuestion, statistics: Statistics, assumptions: Assumptions, level: Level
) -> Frequencies:
    """Expected claims of a section in a policy year, by cause and event; a claim counts once.

    Committee, then NAF group and client by credibility, then trend and exposure. At the low or high level every
    estimate is taken at the end that makes claims rarer or more frequent for this very client.

    Raises:
        InvalidInput: a committee that the statistics do not know, a negative headcount, a year out of all proportion.

    Source: public counts of the statistics; H. Bühlmann, credibility for Poisson counts (docs/pricing.md).
    """
    _check(question, statistics)
    work = _Work(question, statistics, assumptions, level)
    exposure = _exposure(work)
    expected: dict[tuple[Cause, InsuredEvent], Fraction] = {}
    factors: dict[Cause, Fraction] = {}
    for cause in Cause:
        _say_committee(work, cause)
        _say_group(work, cause)
        rates, events = _public_events(work, cause, level)
        _say_events(work, cause, rates, events)
        factors[cause] = _client_factor(work, cause)
        multiplier = factors[cause] * _trend_factor(work, cause) * exposure
        own = {(cause, event): frequency * multiplier for event, frequency in events.items()}
        _say_expected(work, cause, own)
        expected |= own
    return Frequencies(expected, factors, tuple(work.steps), tuple(work.warnings))


def public_rates(counts: PublicCounts, cause: Cause) -> Rates:
    """What public statistics count per employee and year.

    Source: counts of the statistics, divided by their employees.
    """
    return Rates(
        Fraction(counts.stoppages[cause], counts.employees),
        Fraction(counts.grave[cause], counts.employees),
        Fraction(counts.deaths[cause], counts.employees),
    )


def event_frequencies(
    rates: Rates, cause: Cause, assumptions: Assumptions, level: Level
) -> dict[InsuredEvent, Fraction]:
    """How counts per employee fall on insured events, so that a claim counts once: by its gravest outcome.

    IT6 is what is left of long stoppages once those of claims with a grave incapacity are taken off.

    Source: public counts; shares of the assumptions; categories of art. D.242-6-6 CSS.
    """
    long_stoppages = rates.stoppages * assumptions.long_stoppages[cause].at(level)
    already_counted = rates.grave * assumptions.stoppage_of_grave.at(level)
    return {
        InsuredEvent.IT6: max(ZERO, long_stoppages - already_counted),
        **{event: rates.grave * part.at(level) for event, part in assumptions.grave_split[cause].items()},
        InsuredEvent.DEATH: rates.deaths,
    }


def _check(question: FrequencyQuestion, statistics: Statistics) -> None:
    faults = []
    if question.ctn not in statistics.by_committee:
        known = ", ".join(sorted(statistics.by_committee))
        faults.append(
            Fault(
                f"CTN « {question.ctn[:10]} » inconnu des statistiques {statistics.year}", f"Écrire l'un de : {known}"
            )
        )
    history = question.history
    counted = (history.employee_years, *map(Fraction, history.claims.values())) if history else ()
    if min(question.headcount, question.temporary_workers, *counted) < 0:
        faults.append(Fault("effectif ou sinistres négatifs", "Donner des nombres à partir de zéro"))
    if abs(question.policy_year - statistics.year) > FURTHEST_YEARS:
        faults.append(
            Fault(
                f"année {question.policy_year} à plus de {FURTHEST_YEARS} ans des statistiques {statistics.year}",
                "Corriger l'année de la police",
            )
        )
    if faults:
        raise InvalidInput(faults)


def _exposure(work: _Work) -> Fraction:
    """Employees that count: those of the section, and temporary workers by their weight."""
    question, inputs, source = work.question, {"headcount": (work.question.headcount, Unit.NUMBER)}, ""
    exposure = question.headcount
    if question.temporary_workers:
        weight = work.using(work.assumptions.temporary_weight)
        inputs["temporary_workers"] = (question.temporary_workers, Unit.NUMBER)
        inputs["temporary_weight"] = (weight.at(work.level), Unit.SHARE)
        exposure += weight.at(work.level) * question.temporary_workers
        source = weight.citation.source
    work.say("exposure", "Effectif exposé", (exposure, Unit.NUMBER), inputs, source or "effectif déclaré")
    return exposure


@dataclass(frozen=True, slots=True)
class _Group:
    """A NAF group beside its committee: what its counts do to stoppages, and to grave claims and deaths."""

    code: str
    stoppages: Credibility
    grave: Credibility

    def moved(self, committee: Rates) -> Rates:
        """Frequencies of the committee, moved towards those of the group as far as its counts can be believed."""
        grave = self.grave.factor
        return Rates(committee.stoppages * self.stoppages.factor, committee.grave * grave, committee.deaths * grave)


def _group(work: _Work, cause: Cause, level: Level) -> _Group | None:
    """The client's group at a level; None when its NAF code is not known, or too small to have a line."""
    code = _group_code(work.question)
    statistics, ctn = work.statistics, work.question.ctn
    counts = statistics.by_group.get((ctn, code))
    if counts is None:
        return None
    committee, variance = public_rates(statistics.by_committee[ctn], cause), work.assumptions.group_variance[cause]
    stoppages = committee.stoppages * counts.employees
    grave = (committee.grave + committee.deaths) * counts.employees
    return _Group(
        code,
        _blended(stoppages, Fraction(counts.stoppages[cause]), variance, level),
        _blended(grave, Fraction(counts.grave[cause] + counts.deaths[cause]), variance, level),
    )


def _group_code(question: FrequencyQuestion) -> str:
    return (question.naf or "").replace(".", "").replace(" ", "")[:_GROUP_LENGTH]


def _public_events(work: _Work, cause: Cause, level: Level) -> tuple[Rates, dict[InsuredEvent, Fraction]]:
    """Public frequencies of a client that nothing tells apart from its group, and how they fall on events."""
    rates = public_rates(work.statistics.by_committee[work.question.ctn], cause)
    group = _group(work, cause, level)
    moved = rates if group is None else group.moved(rates)
    return moved, event_frequencies(moved, cause, work.assumptions, level)


def _client_factor(work: _Work, cause: Cause) -> Fraction:
    """What the client's own grave claims multiply its frequencies by; 1 when nothing is known of them.

    They are held against the central estimates at every level: were they held against those of the level, the dear end
    of long stoppages would make the same history look better, and incapacities cheaper.
    """
    history = work.question.history
    label = f"Historique du client, {cause.label}"
    if history is None or not history.employee_years:
        work.warnings["Historique du client inconnu : fréquences publiques seules."] = None
        inputs = {"cause": text(cause.value)}
        work.say("client", f"{label} : inconnu", (ONE, Unit.SHARE), inputs, "fréquences publiques seules")
        return ONE
    estimate = work.using(work.assumptions.client_variance)
    claims = Fraction(history.claims.get(cause, 0))
    frequency = sum(_public_events(work, cause, Level.CENTRAL)[1].values(), ZERO)
    found = _blended(frequency * history.employee_years, claims, estimate, work.level)
    inputs = {
        "cause": text(cause.value),
        "years": text(", ".join(map(str, history.years))),
        "employee_years": (history.employee_years, Unit.NUMBER),
        **_said(found),
    }
    sources = ("comptes employeur du client", estimate.citation.source)
    work.say("client", f"{label} : coefficient de crédibilité", (found.factor, Unit.SHARE), inputs, *sources)
    return found.factor


def _trend_factor(work: _Work, cause: Cause) -> Fraction:
    """Frequencies carried from the year of the statistics to the policy year, backwards too."""
    years = work.question.policy_year - work.statistics.year
    estimate = work.using(work.assumptions.trend[cause])
    factor = _at_the_end(work.level, estimate, lambda change: (1 + change) ** years)
    inputs = {
        "cause": text(cause.value),
        "statistics_year": text(str(work.statistics.year)),
        "policy_year": text(str(work.question.policy_year)),
    }
    label = f"Tendance, {cause.label}, de {work.statistics.year} à {work.question.policy_year}"
    work.say("trend", label, (factor, Unit.SHARE), inputs, estimate.citation.source)
    return factor


def _blended(expected: Fraction, observed: Fraction, variance: Estimate, level: Level) -> Credibility:
    """The credibility whose factor is that of the level; more variance serves a client or not, as its history goes."""
    ends = {
        value: credibility_factor(expected, observed, value)
        for value in (variance.central, variance.low, variance.high)
    }
    factor = _at_the_end(level, variance, lambda value: ends[value].factor)
    return next(found for found in ends.values() if found.factor == factor)


def _at_the_end(level: Level, estimate: Estimate, effect: Callable[[Fraction], Fraction]) -> Fraction:
    """What the estimate does at its middle, or the least or most that it does at any of its three figures."""
    if level is Level.CENTRAL:
        return effect(estimate.central)
    choose = min if level is Level.LOW else max
    return choose(effect(value) for value in (estimate.central, estimate.low, estimate.high))


def _said(found: Credibility) -> dict[str, Quantity]:
    return {
        "expected": (found.expected, Unit.SHARE),
        "observed": (found.observed, Unit.NUMBER),
        "variance": (found.variance, Unit.SHARE),
        "credibility": (found.weight, Unit.SHARE),
    }


def _say_committee(work: _Work, cause: Cause) -> None:
    rates = public_rates(work.statistics.by_committee[work.question.ctn], cause)
    label = f"CTN {work.question.ctn}, {cause.label} : incapacités de 10 % et plus et décès, par salarié et par an"
    inputs = {
        "cause": text(cause.value),
        "year": text(str(work.statistics.year)),
        "stoppages": (rates.stoppages, Unit.SHARE),
        "grave": (rates.grave, Unit.SHARE),
        "deaths": (rates.deaths, Unit.SHARE),
    }
    value = (rates.grave + rates.deaths, Unit.SHARE)
    work.say("committee", label, value, inputs, work.statistics.citation.source)


def _say_group(work: _Work, cause: Cause) -> None:
    question, source = work.question, work.statistics.citation.source
    group = _group(work, cause, work.level)
    inputs: dict[str, Quantity] = {"cause": text(cause.value)}
    if group is None:
        code = _group_code(question)
        why = f"groupe NAF {code} absent des statistiques du CTN {question.ctn}" if code else "code NAF inconnu"
        work.say("group", f"CTN seul : {why}", text("CTN"), inputs, source)
        return
    estimate = work.using(work.assumptions.group_variance[cause])
    inputs |= {"group": text(group.code), **_said(group.grave)}
    inputs["stoppages_credibility"] = (group.stoppages.weight, Unit.SHARE)
    inputs["stoppages_factor"] = (group.stoppages.factor, Unit.SHARE)
    label = f"Groupe NAF {group.code} dans le CTN {question.ctn}, {cause.label} : coefficient de crédibilité"
    work.say("group", label, (group.grave.factor, Unit.SHARE), inputs, source, estimate.citation.source)


def _say_events(work: _Work, cause: Cause, rates: Rates, events: Mapping[InsuredEvent, Fraction]) -> None:
    assumptions, split = work.assumptions, work.assumptions.grave_split[cause]
    estimates = [assumptions.long_stoppages[cause], assumptions.stoppage_of_grave, *split.values()]
    inputs = {
        "cause": text(cause.value),
        "stoppages": (rates.stoppages, Unit.SHARE),
        "grave": (rates.grave, Unit.SHARE),
        "long_stoppages": (assumptions.long_stoppages[cause].at(work.level), Unit.SHARE),
        "stoppage_of_grave": (assumptions.stoppage_of_grave.at(work.level), Unit.SHARE),
        **{event.value: (frequency, Unit.SHARE) for event, frequency in events.items()},
    }
    label = f"Événements garantis, {cause.label}, par salarié et par an"
    sources = [work.using(one).citation.source for one in estimates]
    work.say("events", label, (sum(events.values(), ZERO), Unit.SHARE), inputs, *sources)


def _say_expected(work: _Work, cause: Cause, own: Mapping[tuple[Cause, InsuredEvent], Fraction]) -> None:
    inputs = {"cause": text(cause.value), **{event.value: (count, Unit.SHARE) for (_, event), count in own.items()}}
    label = f"Sinistres attendus dans l'année, {cause.label}"
    work.say("expected", label, (sum(own.values(), ZERO), Unit.SHARE), inputs, "fréquence × coefficients × effectif")
