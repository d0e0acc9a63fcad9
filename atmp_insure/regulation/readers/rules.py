"""The rules of the tariff, one reader a file: from an entry's payload to the typed value that the engine asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.kernel.rounding import EXACT, Rounding, RoundingMode
from atmp_insure.regulation.law import (
    AdditionalContribution,
    CapRule,
    HeadcountFreeze,
    HeadcountMethod,
    MixedShareFormula,
    ModeThresholds,
    RoundingPolicy,
    TemporaryWorkShare,
)
from atmp_insure.regulation.vocabulary import (
    SUB_SECTORS,
    Activity,
    CostCategory,
    Mode,
    Scope,
    TemporaryWorkerRole,
    normal_risk_code,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from atmp_insure.regulation.readers.dated_file import Cell, Entry, Row

_ROUNDED_STEPS = ("gross", "net", "mixed", "limit", "notified")


def single_number(entry: Entry) -> Fraction:
    """An entry that is one number."""
    entry.expect("value")
    return entry.payload["value"].number()


def single_integer(entry: Entry) -> int:
    """An entry that is one whole number."""
    entry.expect("value")
    return entry.payload["value"].integer()


def month_and_day(entry: Entry) -> tuple[int, int]:
    """A day of the year, `05-01`."""
    entry.expect("value")
    cell = entry.payload["value"]
    month, _, day = cell.text.partition("-")
    if not (month.isdigit() and day.isdigit() and 1 <= int(month) <= 12 and 1 <= int(day) <= 28):
        raise cell.refuse(f"« {cell.text} » n'est pas un jour de l'année", "Écrire MM-JJ")
    return int(month), int(day)


def _scope_key(row: Row) -> tuple[Scope, bool]:
    scope = Scope(row["scope"].word(member.value for member in Scope))
    return scope, row["construction"].word(("yes", "no")) == "yes"


def tariff_modes(entry: Entry) -> Mapping[tuple[Scope, bool], ModeThresholds]:
    """Headcount thresholds by scope and construction."""
    rows = entry.table("scope", "construction", "mixed_from", "individual_from")
    return {
        _scope_key(row): ModeThresholds(row["mixed_from"].number(), row["individual_from"].number()) for row in rows
    }


def mixed_shares(entry: Entry) -> Mapping[tuple[Scope, bool], MixedShareFormula]:
    """Formula of the individual share by scope and construction."""
    rows = entry.table("scope", "construction", "slope", "constant", "divisor", "formula")
    return {
        _scope_key(row): MixedShareFormula(
            row["slope"].number(), row["constant"].number(), row["divisor"].number(), row["formula"].text
        )
        for row in rows
    }


def caps(entry: Entry) -> Mapping[Scope, CapRule]:
    """Limits of the yearly change by scope."""
    rules = {}
    for row in entry.table("scope", "modes", "previous_up_to", "points_up", "points_down", "factor_up", "factor_down"):
        words = row["modes"].text.split()
        modes = frozenset(Mode(_part(row["modes"], word).word(member.value for member in Mode)) for word in words)
        scope = Scope(row["scope"].word(member.value for member in Scope))
        limits = (
            row[name].number() for name in ("previous_up_to", "points_up", "points_down", "factor_up", "factor_down")
        )
        rules[scope] = CapRule(modes, *limits)
    return rules


def _part(cell: Cell, text: str) -> Cell:
    return type(cell)(text, cell.place)


def temporary_incapacity_categories(entry: Entry) -> tuple[tuple[CostCategory, int], ...]:
    """First prescribed day of each IT category, in order."""
    rows = entry.table("category", "from_days")
    return tuple((_category(row["category"]), row["from_days"].integer()) for row in rows)


def permanent_incapacity_categories(entry: Entry) -> tuple[tuple[CostCategory, Fraction], ...]:
    """First percentage of each IP category, in order."""
    rows = entry.table("category", "from_percent")
    return tuple((_category(row["category"]), row["from_percent"].number()) for row in rows)


def _category(cell: Cell) -> CostCategory:
    return CostCategory(cell.word(member.value for member in CostCategory))


def headcount_freeze(entry: Entry) -> HeadcountFreeze:
    """The five-year freeze."""
    entry.expect("years", "start_headcount_year")
    return HeadcountFreeze(entry.payload["years"].integer(), entry.payload["start_headcount_year"].integer())


def headcount_counting(entry: Entry) -> HeadcountMethod:
    """How the headcount of a year is counted."""
    entry.expect("method", "decimals")
    return HeadcountMethod(entry.payload["method"].word(("monthly", "quarterly")), entry.payload["decimals"].integer())


def temporary_work_shares(entry: Entry) -> tuple[TemporaryWorkShare, ...]:
    """Shares of agency and user company; they must add up to the whole cost."""
    shares = []
    for row in entry.table("category", "classified_from", "classified_until", "agency", "user"):
        agency, user = row["agency"].ratio(), row["user"].ratio()
        if agency < 0 or user < 0 or agency + user != 1:
            raise row["agency"].refuse("les deux parts ne font pas 1", "Corriger agency ou user")
        shares.append(
            TemporaryWorkShare(
                row["category"].word(("IT", "IP1", "IP2", "IP3", "IP4")),
                None if row["classified_from"].is_blank else row["classified_from"].integer(),
                None if row["classified_until"].is_blank else row["classified_until"].integer(),
                {TemporaryWorkerRole.AGENCY: agency, TemporaryWorkerRole.USER: user},
            )
        )
    return tuple(shares)


def abatements(entry: Entry) -> Mapping[tuple[str, CostCategory], Fraction]:
    """Part of the average cost that is taken off, by risk code and category."""
    found = {}
    for row in entry.table("risk_code", "categories", "abatement"):
        abatement = row["abatement"].number()
        if not 0 <= abatement <= 1:
            raise row["abatement"].refuse(
                f"abattement « {row['abatement'].text} » hors de 0 à 1", "Écrire une fraction"
            )
        for word in row["categories"].text.split():
            found[_risk_code(row["risk_code"]), _category(_part(row["categories"], word))] = abatement
    return found


def collective_only_codes(entry: Entry) -> frozenset[str]:
    """Risk codes at the collective rate whatever the headcount."""
    entry.expect("codes")
    cell = entry.payload["codes"]
    return frozenset(_risk_code(_part(cell, word)) for word in cell.text.split())


def construction_activities(entry: Entry) -> Mapping[str, Activity]:
    """Group of activities of each construction risk code."""
    names = tuple(activity.value for activity in SUB_SECTORS)
    entry.expect(*names)
    return {
        _risk_code(_part(entry.payload[name], word)): Activity(name)
        for name in names
        for word in entry.payload[name].text.split()
    }


def _risk_code(cell: Cell) -> str:
    code = normal_risk_code(cell.text)
    if code is None:
        raise cell.refuse(f"« {cell.text} » n'est pas un code risque", "Écrire par exemple 28.1AD")
    return code


def rounding(entry: Entry) -> RoundingPolicy:
    """Rounding of each step."""
    steps = {}
    for row in entry.table("step", "mode", "decimals"):
        mode = RoundingMode(row["mode"].word(member.value for member in RoundingMode))
        step = row["step"].word(_ROUNDED_STEPS)
        steps[step] = EXACT if mode is RoundingMode.NONE else Rounding(mode, row["decimals"].integer())
    missing = [step for step in _ROUNDED_STEPS if step not in steps]
    if missing:
        raise entry.payload["table"].refuse(f"étape absente : {missing[0]}", f"Écrire {', '.join(_ROUNDED_STEPS)}")
    return RoundingPolicy(**steps)


def additional_contributions(entry: Entry) -> AdditionalContribution:
    """Levels and minimum of the additional contribution."""
    entry.expect("initial", "late", "persistent", "minimum_months", "minimum_eur")
    cells = entry.payload
    return AdditionalContribution(
        cells["initial"].number(),
        cells["late"].number(),
        cells["persistent"].number(),
        cells["minimum_months"].integer(),
        cells["minimum_eur"].number(),
    )
