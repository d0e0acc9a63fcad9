"""What an employer account says against itself and against the tables. Each check states a difference, and no more."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.rate_records.charged_claims import third_party_share
from atmp_insure.rate_records.documents import Finding, Severity
from atmp_insure.rate_records.wording import day_fr, differs_fr, euros_fr, list_fr
from atmp_insure.rating.unit import ZERO
from atmp_insure.regulation.vocabulary import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.rate_records.documents import AccountLine, EmployerAccount
    from atmp_insure.regulation.law import Law
    from atmp_insure.regulation.vocabulary import CostCategory

TOLERANCE_EUR = Fraction(1)  # for each line: papers round to the euro
YEARS_FED = (2, 3, 4)  # an account weighs on the rates of the second, third and fourth year after it
_ROUNDED_THIRDS = {  # the shares of the law before 2024, as papers round them, in percent
    **dict.fromkeys(map(Fraction, ("33", "33.3", "33.33")), Fraction(1, 3)),
    **dict.fromkeys(map(Fraction, ("66", "66.6", "66.66", "66.7", "66.67", "67")), Fraction(2, 3)),
}


def account_findings(account: EmployerAccount, law: Law) -> Iterator[Finding]:
    """Every difference inside one account.

    Source: art. D.242-6-6 and D.242-6-7 CSS (value of the risk).
    """
    for line in account.lines:
        yield from line_cost_differs(account, line)
        yield from unknown_average_cost(account, line, law)


def total_differs(account: EmployerAccount) -> Iterator[Finding]:
    """The lines do not add up to the total printed below them.

    Source: art. D.242-6-6 CSS (the value of the risk is the sum of the costs of the claims).
    """
    if account.total is None:
        return
    lines_eur = sum((line.value_eur for line in account.lines if line.value_eur is not None), ZERO)
    if abs(lines_eur - account.total.amount_eur) <= TOLERANCE_EUR * max(len(account.lines), 1):
        return
    said = (
        f"Le {account.title_fr} imprime un total de {euros_fr(account.total.amount_eur)} ; ses lignes font "
        f"{euros_fr(lines_eur)}, {differs_fr(euros_fr(abs(lines_eur - account.total.amount_eur)))}"
    )
    yield Finding(Severity.ERROR, "total_differs", said, account.total.place, account.file, "art. D.242-6-6 CSS")


def line_cost_differs(account: EmployerAccount, line: AccountLine) -> Iterator[Finding]:
    """A line charges another amount than its costs, less the third party's share, times the temporary-work share.

    Source: art. D.242-6-6 and D.242-6-7 CSS; art. R.242-6-1 CSS (temporary work). Accounts print that share on the IP
    cost, or on both costs since claims classified in 2024: either is accepted.
    """
    charged = ((line.it_category, line.it_cost_eur), (line.ip_category, line.ip_cost_eur))
    unpriced = any(category is not None and cost is None for category, cost in charged)
    if line.value_eur is None or unpriced or line.is_never_charged:
        return
    printed_eur = line.value_eur
    if _is_charged_whole(line, printed_eur):
        return  # a share is printed and the whole cost kept: `line_checks` says which share
    it_eur, ip_eur = (cost if cost is not None else ZERO for _, cost in charged)
    kept = 1 - third_party_share(line)
    shares = {_share(percent) for percent in (line.agency_percent, line.user_percent) if percent} or {Fraction(1)}
    expected = [amount * kept for share in shares for amount in (it_eur + ip_eur * share, (it_eur + ip_eur) * share)]
    if line.user_percent:  # before the claims of 2024 the user company bore nothing of the IT
        expected += [ip_eur * share * kept for share in shares]
    gap = min(abs(amount - printed_eur) for amount in expected)
    if gap <= TOLERANCE_EUR:
        return
    said = (
        f"La ligne du sinistre du {_day(line)} impute {euros_fr(printed_eur)} au {account.title_fr} ; ses coûts, après "
        f"recours contre tiers et partage du travail temporaire, donnent un autre montant, {differs_fr(euros_fr(gap))}"
    )
    place = line.places.get("value_eur", line.place)
    yield Finding(Severity.ERROR, "line_cost_differs", said, place, account.file, "art. D.242-6-6 et D.242-6-7 CSS")


def unknown_average_cost(account: EmployerAccount, line: AccountLine, law: Law) -> Iterator[Finding]:
    """A line prints a cost that is in none of the schedules of the rates that the account feeds.

    Source: art. D.242-6-8 CSS; yearly arrêtés (average costs).
    """
    ctn = line.establishment.ctn or account.establishment.ctn
    for category, cost_eur, name in (
        (line.it_category, line.it_cost_eur, "it_cost_eur"),
        (line.ip_category, line.ip_cost_eur, "ip_cost_eur"),
    ):
        if category is None or cost_eur is None or ctn is None:
            continue
        known = _schedules(line.account_year, ctn, category, law)
        if not known or cost_eur in known.values():
            continue
        shown = list_fr([f"{euros_fr(cost)} au barème {year}" for year, cost in known.items()])
        said = (
            f"Le {account.title_fr} porte {euros_fr(cost_eur)} pour la catégorie {category} du sinistre du "
            f"{_day(line)} ; le coût moyen du comité {ctn} est de {shown}, {differs_fr(_least_gap(cost_eur, known))}"
        )
        yield Finding(
            Severity.ERROR, "average_cost_differs", said, line.places[name], account.file, "art. D.242-6-8 CSS"
        )


def _is_charged_whole(line: AccountLine, printed_eur: Fraction) -> bool:
    has_share = bool(line.third_party_percent or line.agency_percent or line.user_percent)
    return has_share and abs(printed_eur - (line.it_cost_eur or ZERO) - (line.ip_cost_eur or ZERO)) <= TOLERANCE_EUR


def _schedules(account_year: int, ctn: str, category: CostCategory, law: Law) -> dict[int, Fraction]:
    """The cost of a category on the schedules that can price an account, those that are known."""
    cells = {
        year: law.find_average_cost(year, ctn, None, category, scope=Scope.GENERAL)
        for year in (account_year + after for after in YEARS_FED)
    }
    return {year: cell.value for year, cell in cells.items() if cell is not None}


def _least_gap(cost_eur: Fraction, known: dict[int, Fraction]) -> str:
    return euros_fr(min(abs(cost_eur - cost) for cost in known.values()))


def _share(percent: Fraction) -> Fraction:
    return _ROUNDED_THIRDS.get(percent, percent / 100)


def _day(line: AccountLine) -> str:
    return day_fr(line.claim.occurred_on) if line.claim.occurred_on else "(date inconnue)"
