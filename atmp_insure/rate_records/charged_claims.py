"""The claims charged to an account year, as the engine takes them, from the best paper that says something of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.french import french_number
from atmp_insure.rate_records.wording import list_fr
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

    The account of one establishment alone says nothing of the others that share its rate: the sheet then stands in.

    Source: art. D.242-6-6 and D.242-6-7 CSS (what is charged to an account); the account prevails over the sheet.
    """
    missing = papers.sirets_without_account(account_year)
    if missing and account_year in {*sheet.risk_value_by_year}:
        return _from_sheet(sheet, account_year, f"Compte employeur {account_year} de {list_fr(missing)} non fourni")
    if papers.account(account_year) is not None:
        return ChargedYear(
            account_year, Origin.ACCOUNT, account_claims(papers.lines(account_year), papers.claim_refs())
        )
    return _from_sheet(sheet, account_year, f"Compte employeur {account_year} non fourni")


def _from_sheet(sheet: CalculationSheet, account_year: int, why_fr: str) -> ChargedYear | None:
    """The claims of an account year by the sheet itself: its numbers of claims, else its printed value of the risk."""
    counted = {category: years.get(account_year) for category, years in sheet.claims_by_category.items()}
    if any(count is not None for count in counted.values()) and _agrees(counted, sheet, account_year):
        said = f"{why_fr} : nombres de sinistres de la {sheet.title_fr}."
        return ChargedYear(account_year, Origin.COUNTS, tuple(_counted_claims(counted, account_year)), said)
    return printed_year(sheet, account_year, why_fr)


def printed_year(sheet: CalculationSheet, account_year: int, why_fr: str) -> ChargedYear | None:
    """The value of the risk that a sheet prints for an account year, as one amount; None when it prints none.

    Source: art. D.242-6-6 CSS (value of the risk).
    """
    printed = sheet.risk_value_by_year.get(account_year)
    if printed is None:
        return None
    said = f"{why_fr} : valeur du risque imprimée sur la {sheet.title_fr}."
    # The engine asks for a category, which an amount given as such does not use.
    whole = ClaimLine(PRINTED_VALUE_REF.format(year=account_year), account_year, CostCategory.IT1, cost_eur=printed)
    return ChargedYear(account_year, Origin.PRINTED_VALUE, (whole,), said)


def account_claims(lines: Iterable[AccountLine], refs: Mapping[str, str]) -> tuple[ClaimLine, ...]:
    """The costs of account lines; neither a commuting accident nor a disease of the special account is charged.

    Source: art. D.242-6-4 CSS (commuting accidents left out); order of 16 October 1995, art. 2 (special account);
    art. D.242-6-6 CSS (IT and IP costs add up).
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
        if not line.is_never_charged
        for category in line.categories
    )


def grouped(claims: Iterable[ClaimLine]) -> tuple[ClaimLine, ...]:
    """The same costs in as few lines as there are kinds of them: ten thousand claims weigh like some dozens.

    Source: art. D.242-6-6 CSS (claims of one category have one average cost, and costs add up).
    """
    alike: dict[ClaimLine, list[ClaimLine]] = {}
    for claim in claims:
        alike.setdefault(_kind(claim), []).append(claim)
    return tuple(found[0] if len(found) == 1 else _group(kind, found) for kind, found in alike.items())


def _group(kind: ClaimLine, claims: list[ClaimLine]) -> ClaimLine:
    count = sum((claim.count for claim in claims), Fraction(0))
    return replace(kind, ref=_group_ref(kind, count), count=count)


def _kind(claim: ClaimLine) -> ClaimLine:
    """What claims must share to be weighed together: all but their name and number."""
    return replace(claim, ref="", count=ONE)


def _group_ref(kind: ClaimLine, count: Fraction) -> str:
    plural = "s" if count > 1 else ""
    return f"{french_number(count)} sinistre{plural} {kind.category} du compte {kind.account_year}"


def less(claims: Iterable[ClaimLine], taken: Iterable[ClaimLine]) -> tuple[ClaimLine, ...]:
    """Claims without some of them; an amount is taken from the printed value of its year, which holds it.

    What the claims do not hold is not taken.

    Source: art. D.242-6-6 CSS (costs add up).
    """
    left = {_kind(claim): claim for claim in grouped(claims)}
    for claim in taken:
        kind = _kind(claim)
        if kind in left:
            count = left[kind].count - claim.count
            left[kind] = replace(kind, ref=_group_ref(kind, count), count=count)
        elif claim.cost_eur is not None:
            left = {_lowered(key, claim): _lowered(held, claim) for key, held in left.items()}
    return tuple(claim for claim in left.values() if claim.count)


def _lowered(held: ClaimLine, taken: ClaimLine) -> ClaimLine:
    if held.cost_eur is None or taken.cost_eur is None or held.account_year != taken.account_year:
        return held
    return replace(held, cost_eur=max(held.cost_eur - taken.cost_eur, Fraction(0)))


def printed_claim(line: AccountLine, ref: str = "") -> ClaimLine:
    """A line as the amount that it prints, shares taken off.

    Source: art. D.242-6-6 CSS (value of the risk).
    """
    category = next(iter(line.categories), CostCategory.IT1)
    return ClaimLine(ref, line.account_year, category, cost_eur=line.value_eur or Fraction(0))


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
