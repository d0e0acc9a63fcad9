"""What one line of an employer account weighs in the value of the risk: average cost, abatement, shares."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import MissingParameter
from atmp_insure.rating.trace import Step, Unit, text
from atmp_insure.rating.unit import ONE
from atmp_insure.regulation.law import first_of

if TYPE_CHECKING:
    from atmp_insure.rating.price_list import PriceList
    from atmp_insure.rating.trace import Quantity
    from atmp_insure.rating.unit import ClaimLine
    from atmp_insure.regulation.law import Law
    from atmp_insure.regulation.vocabulary import CostCategory, TemporaryWorkerRole


@dataclass(frozen=True, slots=True)
class LineCost:
    """A line with the euros it brings to the value of the risk of one rate year, and how they came about."""

    line: ClaimLine
    cost_eur: Fraction
    step: Step
    assumptions: tuple[str, ...]


def line_cost(line: ClaimLine, prices: PriceList) -> LineCost:
    """Cost of a line on the schedule of a rate year: average cost × (1 − abatement) × (1 − third party) × share.

    The schedule of the rate year prices all three account years. Accounts before 2010 were charged with real expenses:
    such a line needs its own amount.

    Raises:
        MissingParameter: the average cost is not known, or the account is older than the average costs.

    Source: art. D.242-6-6, D.242-6-7 and D.242-6-8 CSS; art. R.242-6-1 CSS (temporary work).
    """
    factors, said = _factors(line, prices)
    unit_cost = _unit_cost(line, prices) if all(factors.values()) else _NOTHING_BORNE
    if unit_cost.abatement:
        factors["left_by_abatement"] = ONE - unit_cost.abatement
    said += [unit_cost.assumption] if unit_cost.assumption else []
    cost_eur = prod(factors.values(), start=unit_cost.amount_eur)
    inputs: dict[str, Quantity] = {
        "ref": text(line.ref),
        "category": text(line.category.value),
        "account_year": (Fraction(line.account_year), Unit.NUMBER),
        "unit_cost_eur": (unit_cost.amount_eur, Unit.EUR),
        **{name: (factor, Unit.NUMBER if name == "count" else Unit.SHARE) for name, factor in factors.items()},
    }
    label = f"Sinistre {line.ref}, {line.category.value}, compte {line.account_year}"
    step = Step("claim_cost", label, (cost_eur, Unit.EUR), inputs, unit_cost.source)
    return LineCost(line, cost_eur, step, tuple(said))


def _factors(line: ClaimLine, prices: PriceList) -> tuple[dict[str, Fraction], list[str]]:
    """What multiplies the cost of one claim, by name, and what must be said of it."""
    factors: dict[str, Fraction] = {}
    said: list[str] = []
    if line.count != ONE:
        factors["count"] = line.count
    if line.third_party_share:
        factors["left_by_third_party"] = ONE - line.third_party_share
    if line.temporary_worker_role is not None:
        classified = line.account_year if line.classified_year is None else line.classified_year
        factors["temporary_work_share"] = temporary_work_share(
            line.category, line.temporary_worker_role, classified, prices.rate_year, prices.law
        )
        if line.classified_year is None:
            said.append(f"Sinistre {line.ref} : classement supposé fait l'année du compte ({line.account_year}).")
    return factors, said


@dataclass(frozen=True, slots=True)
class _UnitCost:
    """Cost of one claim before its shares, and the abatement of its average cost."""

    amount_eur: Fraction
    source: str
    abatement: Fraction
    assumption: str


_NOTHING_BORNE = _UnitCost(Fraction(0), "aucune part à la charge de l'unité : coût non recherché", Fraction(0), "")


def _unit_cost(line: ClaimLine, prices: PriceList) -> _UnitCost:
    if line.cost_eur is not None:
        return _UnitCost(line.cost_eur, "montant du document", Fraction(0), "")
    first_account = prices.law.average_cost_accounts.at(first_of(prices.rate_year))
    if line.account_year < first_account.value:
        raise MissingParameter(
            f"dépenses réelles du sinistre {line.ref}",
            f"le compte {line.account_year}, antérieur aux coûts moyens",
            "Donner cost_eur pour cette ligne",
        )
    found = prices.average_cost(line.category)
    abatement = prices.law.abatement(prices.rate_year, prices.unit.risk_code, line.category)
    return _UnitCost(found.value, found.source, abatement, found.assumption)


def temporary_work_share(
    category: CostCategory, role: TemporaryWorkerRole, classified_year: int, rate_year: int, law: Law
) -> Fraction:
    """Part of a temporary worker's claim that this company bears, from the year in which the claim was classified.

    Rate 2026 mixes both rules: claims classified up to 2023 follow the old one, from 2024 the half-and-half one.

    Raises:
        MissingParameter: the table has no line for this category and year.

    Source: art. L.241-5-1 and R.242-6-1 CSS; decree 2024-723 of 5 July 2024.
    """
    table = law.temporary_work_shares.at(first_of(rate_year))
    kind = "IT" if category.is_temporary else category.value
    for row in table.value:
        after = row.classified_from is None or classified_year >= row.classified_from
        before = row.classified_until is None or classified_year <= row.classified_until
        if row.category == kind and after and before:
            return row.shares[role]
    raise MissingParameter(
        f"part de travail temporaire {category.value}",
        f"un classement en {classified_year}",
        "Compléter temporary_work_shares.yaml",
    )
