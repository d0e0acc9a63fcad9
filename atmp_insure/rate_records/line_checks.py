"""What a line of an account says against its own dates, days and shares, with the lines that should stand instead.

Each check states a difference. `LineFinding` also says what the engine counts for the line, what the paper charges, and
what the texts quoted give: `savings.py` turns that into euros.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from atmp_insure.kernel.french import french_number, french_percent
from atmp_insure.rate_records.charged_claims import (
    account_claims,
    printed_claim,
    temporary_worker_role,
    third_party_share,
)
from atmp_insure.rate_records.documents import Finding, Nature, Severity
from atmp_insure.rate_records.wording import day_fr, differs_fr, euros_fr, list_fr
from atmp_insure.rating.claim_cost import temporary_work_share
from atmp_insure.rating.unit import ZERO, ClaimLine, rates_counting
from atmp_insure.regulation.vocabulary import CONSTRUCTION_COMMITTEE, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.rate_records.documents import AccountLine
    from atmp_insure.rate_records.unit_papers import UnitPapers
    from atmp_insure.regulation.law import Law
    from atmp_insure.regulation.vocabulary import CostCategory

LAWYER = "à faire examiner par un avocat."
TOLERANCE_EUR = Fraction(1)
DECEMBER = 12


class LineFinding(NamedTuple):
    """A finding on a line, with the claim lines that it opposes.

    Attributes:
        counted: what the recomputation counts for this line.
        charged: what the paper charges.
        due: what stands when the texts quoted are applied.
    """

    line: AccountLine
    finding: Finding
    counted: tuple[ClaimLine, ...]
    charged: tuple[ClaimLine, ...]
    due: tuple[ClaimLine, ...]


class _Place(NamedTuple):
    """A line with the account that prints it and the claim lines that it stands for."""

    file: str
    title_fr: str
    line: AccountLine
    counted: tuple[ClaimLine, ...]

    @property
    def named(self) -> str:
        """The line as a sentence begins."""
        occurred_on = self.line.claim.occurred_on
        when = f" du {day_fr(occurred_on)}" if occurred_on else ""
        return f"Le sinistre{when}, imputé au {self.title_fr},"

    def finding(self, code: str, said: str, value: str, basis: str, severity: Severity = Severity.ERROR) -> Finding:
        """A finding placed on one value of the line."""
        return Finding(severity, code, said, self.line.places.get(value, self.line.place), self.file, basis)


def line_findings(papers: UnitPapers, law: Law, scope: Scope) -> Iterator[LineFinding]:
    """Every difference inside the lines of the accounts of a unit.

    Source: art. D.242-6-4, D.242-6-6 and D.242-6-7 CSS; art. R.242-6-1 CSS (temporary work).
    """
    places = list(_places(papers))
    for place in places:
        yield from commuting_accident_charged(place)
        yield from special_account_charged(place)
        if place.line.is_never_charged:
            continue
        yield from it_category_differs(place, law)
        yield from ip_category_differs(place, law, scope)
        yield from wrong_account_year(place)
        yield from third_party_share_left(place)
        yield from temporary_worker_charged_in_full(place)
        yield from temporary_share_differs(place, law)
    yield from claims_charged_twice(places)


def _places(papers: UnitPapers) -> Iterator[_Place]:
    refs = papers.claim_refs()
    years = {year for account in papers.accounts for year in account.account_years}
    retained = {year: papers.accounts_of(year) for year in years}
    for account in papers.accounts:
        for line in account.lines:
            if retained[line.account_year].get(line.establishment.siret) is not account:
                continue  # another paper of the same year is retained
            yield _Place(account.file, account.title_fr, line, account_claims([line], refs))


def commuting_accident_charged(place: _Place) -> Iterator[LineFinding]:
    """A commuting accident has a cost: the surcharge M1 pays for it, no account.

    Source: art. D.242-6-4 and L.411-2 CSS.
    """
    line = place.line
    if line.claim.nature is not Nature.COMMUTING or not line.value_eur:
        return
    said = (
        f"{place.named} est noté comme accident de trajet ; un tel accident n'est imputé à aucun compte, "
        f"{differs_fr(euros_fr(line.value_eur))}"
    )
    finding = place.finding("commuting_accident_charged", said, "value_eur", "art. D.242-6-4 et L.411-2 CSS")
    yield LineFinding(line, finding, (), _charged_all_the_same(line), ())


def special_account_charged(place: _Place) -> Iterator[LineFinding]:
    """A disease that the paper puts on the special account has a cost: the surcharge M3 pays for it, no account.

    Source: order of 16 October 1995, art. 2 (special account); art. D.242-6-3 CSS (M3).
    """
    line = place.line
    if not line.special_account or not line.is_never_charged or not line.value_eur:
        return
    said = (
        f"{place.named} est une maladie que le document inscrit au compte spécial, dont les dépenses ne sont imputées "
        f"à aucun compte employeur, {differs_fr(euros_fr(line.value_eur))}"
    )
    basis = "arrêté du 16 octobre 1995, art. 2 ; art. D.242-6-3 CSS"
    finding = place.finding("special_account_charged", said, "value_eur", basis)
    yield LineFinding(line, finding, (), _charged_all_the_same(line), ())


def _charged_all_the_same(line: AccountLine) -> tuple[ClaimLine, ...]:
    """What the paper charges for a claim that is never charged: its categories, else the amount."""
    role, share = temporary_worker_role(line), third_party_share(line)
    by_category = tuple(
        ClaimLine("", line.account_year, category, third_party_share=share, temporary_worker_role=role)
        for category in line.categories
    )
    return by_category or (printed_claim(line),)


def it_category_differs(place: _Place, law: Law) -> Iterator[LineFinding]:
    """The days prescribed are not those of the IT category charged.

    More days than the category may have come after it became final (31 December of the second year): that is only told.

    Source: art. D.242-6-6 and D.242-6-7 CSS.
    """
    line = place.line
    if line.it_category is None or line.claim.absence_days is None:
        return
    categories = law.temporary_incapacity_categories.at(date(line.account_year, 1, 1)).value
    of_days = [category for category, first in categories if line.claim.absence_days >= first][-1]
    if of_days is line.it_category:
        return
    heavier = of_days < line.it_category
    said = (
        f"{place.named} porte la catégorie {line.it_category} pour {line.claim.absence_days} jours d'arrêt, qui "
        f"relèvent de {of_days} : "
        + (
            LAWYER
            if heavier
            else "à vérifier, la catégorie étant arrêtée au 31 décembre de l'année qui suit celle du compte."
        )
    )
    severity = Severity.ERROR if heavier else Severity.INFORMATION
    finding = place.finding("it_category_differs", said, "it_category", "art. D.242-6-6 et D.242-6-7 CSS", severity)
    yield LineFinding(
        line, finding, place.counted, place.counted, _recategorised(place.counted, line.it_category, of_days)
    )


def ip_category_differs(place: _Place, law: Law, scope: Scope) -> Iterator[LineFinding]:
    """The disability rate is not that of the IP category charged.

    Source: art. D.242-6-6 CSS; one single cost for IP of 10 % and over in construction outside Alsace-Moselle.
    """
    line = place.line
    if line.ip_category is None or line.ip_percent is None or line.ip_percent > 100:
        return
    categories = law.permanent_incapacity_categories.at(date(line.account_year, 1, 1)).value
    of_rate = [category for category, first in categories if line.ip_percent >= first][-1]
    same_cost = line.establishment.ctn == CONSTRUCTION_COMMITTEE and scope is Scope.GENERAL
    if of_rate is line.ip_category or (same_cost and of_rate.is_grave and line.ip_category.is_grave):
        return
    heavier = of_rate < line.ip_category
    said = (
        f"{place.named} porte la catégorie {line.ip_category} pour un taux d'incapacité de "
        f"{french_percent(line.ip_percent, 0)}, qui relève de {of_rate} : "
        + (LAWYER if heavier else "à vérifier, cette catégorie étant plus légère.")
    )
    severity = Severity.ERROR if heavier else Severity.INFORMATION
    finding = place.finding("ip_category_differs", said, "ip_category", "art. D.242-6-6 CSS", severity)
    yield LineFinding(
        line, finding, place.counted, place.counted, _recategorised(place.counted, line.ip_category, of_rate)
    )


def wrong_account_year(place: _Place) -> Iterator[LineFinding]:
    """A cost stands in another account than the year of the declaration (IT) or of the notification (IP).

    An accident of December may be declared in January. A disease counts from its declaration, which its first medical
    finding may precede by years, but which its recognition follows.

    Source: art. D.242-6-6 and D.242-6-7 CSS.
    """
    line, claim = place.line, place.line.claim
    occurred, basis = claim.occurred_on, "art. D.242-6-6 et D.242-6-7 CSS"
    if line.it_category is not None and occurred is not None:
        first = last = occurred.year
        if claim.nature is Nature.DISEASE:
            last = claim.notified_on.year if claim.notified_on else line.account_year
        elif occurred.month == DECEMBER:
            last += 1
        if not first <= line.account_year <= last:
            said = f"{place.named} relève, pour son coût d'incapacité temporaire, du compte {first} : {LAWYER}"
            finding = place.finding("wrong_account_year", said, "it_category", basis)
            moved = _moved(place.counted, first, temporary=True)
            yield LineFinding(line, finding, place.counted, place.counted, moved)
    notified = line.ip_notified_on
    if line.ip_category is None or notified is None or notified.year == line.account_year:
        return
    moved = _moved(place.counted, notified.year, temporary=False)
    if notified.year > line.account_year:
        code = "ip_cost_before_notification"
        said = f"{place.named} porte un coût d'incapacité permanente avant sa notification, le {day_fr(notified)}"
    else:
        code = "wrong_account_year"
        said = f"{place.named} porte un coût d'incapacité permanente notifiée le {day_fr(notified)}"
    said += f", qui relève du compte {notified.year} : {LAWYER}"
    yield LineFinding(line, place.finding(code, said, "ip_notified_on", basis), place.counted, place.counted, moved)


def third_party_share_left(place: _Place) -> Iterator[LineFinding]:
    """The whole cost is left although a third party bears a share of it.

    Source: art. D.242-6-7 CSS (recourse against third parties).
    """
    share, full_eur = third_party_share(place.line), _full_cost(place.line)
    if not share or full_eur is None or place.line.value_eur is None:
        return
    if not full_eur or abs(place.line.value_eur - full_eur) > TOLERANCE_EUR:
        return
    said = (
        f"{place.named} garde son coût entier ({euros_fr(full_eur)}) alors qu'un tiers en supporte "
        f"{french_number(share * 100)} %, {differs_fr(euros_fr(full_eur * share))}"
    )
    finding = place.finding("third_party_share_left", said, "value_eur", "art. D.242-6-7 CSS")
    charged = tuple(replace(claim, third_party_share=ZERO) for claim in place.counted)
    yield LineFinding(place.line, finding, place.counted, charged, place.counted)


def temporary_worker_charged_in_full(place: _Place) -> Iterator[LineFinding]:
    """The whole cost of a temporary worker's claim is left to one of the two companies.

    Source: art. L.241-5-1 and R.242-6-1 CSS.
    """
    line, full_eur = place.line, _full_cost(place.line)
    shared = [percent for percent in (line.agency_percent, line.user_percent) if percent and percent < 100]
    if not shared or third_party_share(line) or full_eur is None or line.value_eur is None:
        return
    if not full_eur or abs(line.value_eur - full_eur) > TOLERANCE_EUR:
        return
    said = (
        f"{place.named} concerne un travailleur temporaire et garde son coût entier ({euros_fr(full_eur)}), sans le "
        f"partage entre entreprise de travail temporaire et entreprise utilisatrice : {LAWYER}"
    )
    finding = place.finding("temporary_worker_charged_in_full", said, "value_eur", "art. R.242-6-1 CSS")
    charged = tuple(replace(claim, temporary_worker_role=None) for claim in place.counted)
    yield LineFinding(line, finding, place.counted, charged, place.counted)


def temporary_share_differs(place: _Place, law: Law) -> Iterator[LineFinding]:
    """The share printed for a temporary worker is that of no rate that the account feeds.

    Source: art. R.242-6-1 CSS; decree 2024-723 of 5 July 2024.
    """
    line = place.line
    printed = [percent for percent in (line.agency_percent, line.user_percent) if percent]
    roles = {claim.temporary_worker_role for claim in place.counted} - {None}
    if len(printed) != 1 or len(roles) != 1 or line.ip_category is None:
        return
    [role] = roles
    assert role is not None
    years = rates_counting(line.account_year)
    lawful = {temporary_work_share(line.ip_category, role, line.account_year, year, law) for year in years}
    if any(abs(share * 100 - printed[0]) <= TOLERANCE_EUR for share in lawful):
        return
    shares = list_fr([f"{french_number(share * 100, 2)} %" for share in sorted(lawful)])
    said = (
        f"{place.named} porte une part de {french_number(printed[0], 2)} % pour l'{role.label} ; les textes donnent "
        f"{shares} : {LAWYER}"
    )
    name = "agency_percent" if line.agency_percent else "user_percent"
    finding = place.finding("temporary_share_differs", said, name, "art. R.242-6-1 CSS")
    charged = tuple(
        replace(claim, temporary_worker_role=None, count=claim.count * printed[0] / 100) for claim in place.counted
    )
    yield LineFinding(line, finding, place.counted, charged, place.counted)


def claims_charged_twice(places: list[_Place]) -> Iterator[LineFinding]:
    """One claim charges its IT, or its IP, more than once: the same line again, or a relapse or revision.

    Source: art. D.242-6-7 CSS (neither relapse nor revision is charged; the categories are final).
    """
    for kind in ("it_category", "ip_category"):
        seen: dict[str, _Place] = {}
        for place in sorted(places, key=lambda one: one.line.account_year):
            line = place.line
            if getattr(line, kind) is None or line.is_never_charged:
                continue
            first = seen.setdefault(line.claim_key, place)
            if first is place:
                continue
            yield _charged_again(first, place, kind)


def _charged_again(first: _Place, again: _Place, kind: str) -> LineFinding:
    temporary = kind == "it_category"
    what = "temporaire" if temporary else "permanente"
    if first.line.account_year == again.line.account_year:
        code = "claim_charged_twice"
        said = f"{again.named} y figure deux fois pour son incapacité {what} : {LAWYER}"
    else:
        code = "relapse_charged"
        relapse = "une rechute n'est pas imputée" if temporary else "une révision n'est pas imputée"
        said = f"{again.named} a déjà été imputé au {first.title_fr} pour son incapacité {what} ; {relapse} : {LAWYER}"
    finding = again.finding(code, said, kind, "art. D.242-6-7 CSS")
    charged = tuple(claim for claim in again.counted if claim.category.is_temporary == temporary)
    return LineFinding(again.line, finding, charged, charged, ())


def _full_cost(line: AccountLine) -> Fraction | None:
    """Cost of the line before any share; None when a category has no printed cost."""
    priced = ((line.it_category, line.it_cost_eur), (line.ip_category, line.ip_cost_eur))
    if any(category is not None and cost is None for category, cost in priced):
        return None
    return sum((cost for category, cost in priced if category is not None and cost is not None), ZERO)


def _recategorised(claims: tuple[ClaimLine, ...], former: CostCategory, latter: CostCategory) -> tuple[ClaimLine, ...]:
    return tuple(replace(claim, category=latter) if claim.category is former else claim for claim in claims)


def _moved(claims: tuple[ClaimLine, ...], year: int, *, temporary: bool) -> tuple[ClaimLine, ...]:
    return tuple(
        replace(claim, account_year=year) if claim.category.is_temporary == temporary else claim for claim in claims
    )
