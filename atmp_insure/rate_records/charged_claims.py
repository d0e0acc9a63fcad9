"""The claims charged to an account year, as the engine takes them, from the best paper that says something of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.rate_records.documents import Nature
from atmp_insure.rating.unit import ClaimLine
from atmp_insure.regulation.vocabulary import CostCategory, TemporaryWorkerRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from atmp_insure.rate_records.documents import AccountLine, CalculationSheet
    from atmp_insure.rate_records.unit_papers import UnitPapers

ONE = Fraction(1)
PRINTED_VALUE_REF = "valeur du risque imprimée de {year}"


class Origin(StrEnum):
    """The paper that the claims of an account year come from, best first."""

    ACCOUNT = "account"
    COUNTS = "counts"
    PRINTED_VALUE = "printed_value"


@dataclass(frozen=True, slots=True)
class ChargedYear:
    """The claims of one account year, and what must be said of where they come from ("" when nothing)."""

    account_year: int
    origin: Origin
    claims: tuple[ClaimLine, ...]
    said_fr: str = ""


def charged_year(papers: UnitPapers, sheet: CalculationSheet, account_year: int) -> ChargedYear | None:
    """The claims that a sheet should count for an account year; None when no paper says anything of that year.

    Source: art. D.242-6-6 and D.242-6-7 CSS (what is charged to an account); the account prevails over the sheet.
    """
    if papers.account(account_year) is not None:
        return ChargedYear(
            account_year, Origin.ACCOUNT, account_claims(papers.lines(account_year), papers.claim_refs())
        )
    counted = {category: years.get(account_year) for category, years in sheet.claims_by_category.items()}
    if any(count is not None for count in counted.values()) and _agrees(counted, sheet, account_year):
        said = f"Compte employeur {account_year} non fourni : nombres de sinistres de la {sheet.title_fr}."
        return ChargedYear(account_year, Origin.COUNTS, tuple(_counted_claims(counted, account_year)), said)
    printed = sheet.risk_value_by_year.get(account_year)
    if printed is None:
        return None
    said = f"Compte employeur {account_year} non fourni : valeur du risque imprimée sur la {sheet.title_fr}."
    # The engine asks for a category, which an amount given as such does not use.
    whole = ClaimLine(PRINTED_VALUE_REF.format(year=account_year), account_year, CostCategory.IT1, cost_eur=printed)
    return ChargedYear(account_year, Origin.PRINTED_VALUE, (whole,), said)


def account_claims(lines: Iterable[AccountLine], refs: Mapping[str, str]) -> tuple[ClaimLine, ...]:
    """The costs of account lines; a commuting accident is never charged.

    Source: art. D.242-6-4 CSS (commuting accidents left out); art. D.242-6-6 CSS (IT and IP costs add up).
    """
    return tuple(
        ClaimLine(
            ref=refs[line.claim_key],
            account_year=line.account_year,
            category=category,
            third_party_share=third_party_share(line),
            temporary_worker_role=temporary_worker_role(line),
        )
        for line in lines
        if line.claim.nature is not Nature.COMMUTING
        for category in line.categories
    )


def third_party_share(line: AccountLine) -> Fraction:
    """Part of a claim's cost that a liable third party takes off, between 0 and 1.

    Source: art. D.242-6-7 CSS (recourse against third parties).
    """
    return min((line.third_party_percent or Fraction(0)) / 100, ONE)


def temporary_worker_role(line: AccountLine) -> TemporaryWorkerRole | None:
    """Whether the account is the agency's or the user company's; None when no temporary worker is concerned.

    A line that prints both shares is that of the company whose share gives the printed value.

    Source: art. L.241-5-1 and R.242-6-1 CSS.
    """
    agency, user = line.agency_percent or Fraction(0), line.user_percent or Fraction(0)
    if not agency or not user:
        return TemporaryWorkerRole.AGENCY if agency else TemporaryWorkerRole.USER if user else None
    cost_eur = (line.it_cost_eur or Fraction(0)) + (line.ip_cost_eur or Fraction(0))
    printed = line.value_eur or Fraction(0)
    distances = {
        TemporaryWorkerRole.USER: abs(printed - cost_eur * user / 100),
        TemporaryWorkerRole.AGENCY: abs(printed - cost_eur * agency / 100),
    }
    return min(distances, key=lambda role: distances[role])


def _agrees(counted: Mapping[CostCategory, int | None], sheet: CalculationSheet, account_year: int) -> bool:
    """Whether numbers of claims give the value of the risk printed beside them: they leave out third-party shares."""
    printed = sheet.risk_value_by_year.get(account_year)
    costs = sheet.average_costs_eur
    if printed is None or any(count and category not in costs for category, count in counted.items()):
        return True  # nothing to compare with
    whole = sum((costs[category] * count for category, count in counted.items() if count), Fraction(0))
    return abs(whole - printed) <= sum(count for count in counted.values() if count)  # papers round to the euro


def _counted_claims(counted: Mapping[CostCategory, int | None], account_year: int) -> Iterable[ClaimLine]:
    return (
        ClaimLine(f"{category} {account_year}", account_year, category, count=Fraction(count))
        for category, count in counted.items()
        if count
    )
