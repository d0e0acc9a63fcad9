"""Documents of `atmp rating`: shape and types checked with marshmallow, turned into frozen questions.

Every fault names its JSON path and says what to write; the rules of the trade are checked by the engine.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from marshmallow import fields

from atmp_insure.document_fields import (
    ByKey,
    Day,
    Document,
    EveryYearOr,
    Flag,
    Number,
    Reference,
    RiskCode,
    Word,
    Year,
    euros,
    headcount,
    list_of,
    load,
    percent,
)
from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.kernel.yearly import Yearly
from atmp_insure.rating.impact import Cover, ImpactQuestion
from atmp_insure.rating.unit import ClaimLine, GivenValues, PreviousUnit, RateQuestion, TariffUnit, last_known_year
from atmp_insure.regulation.law import SURCHARGE_NAMES
from atmp_insure.regulation.vocabulary import (
    CONSTRUCTION_COMMITTEE,
    NATIONAL_COMMITTEES,
    SUB_SECTORS,
    Activity,
    CostCategory,
    Scope,
    TemporaryWorkerRole,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


def average_costs() -> ByKey:
    """Average costs by category, in euros."""
    return ByKey(Number(0, 10**9, decimals=2), keys=tuple(category.value for category in CostCategory))


def surcharges() -> ByKey:
    """Surcharges M1 to M4, in percent."""
    return ByKey(Number(0, 200), keys=SURCHARGE_NAMES)


class ClaimDocument(Document):
    """A claim line."""

    ref = Reference(required=True)
    account_year = Year(required=True)
    category = Word(tuple(category.value for category in CostCategory), required=True)
    third_party_share = Number(0, 1)
    temporary_worker_role = Word(tuple(role.value for role in TemporaryWorkerRole))
    classified_year = Year()
    cost_eur = Number(0, 10**10, decimals=2)


class PreviousUnitDocument(Document):
    """A unit merged into the one rated."""

    rate_percent = percent(required=True)
    wages_eur = euros(required=True)


class UnitDocument(Document):
    """Keys of the unit, common to all documents."""

    scope = Word(tuple(scope.value for scope in Scope))
    construction = Flag()
    ctn = Word(NATIONAL_COMMITTEES, required=True)
    sub_sector = Word(tuple(activity.value for activity in SUB_SECTORS))
    risk_code = RiskCode()
    created_on = Day()
    headcount_history = ByKey(headcount())
    previous_rate_percent = percent()


class RateDocument(UnitDocument):
    """A document of `atmp rating rate`."""

    rate_year = Year(required=True)
    headcount = headcount(required=True)
    wages_eur = ByKey(euros(), required=True)
    claims = list_of(ClaimDocument, required=True)
    previous_units = list_of(PreviousUnitDocument)
    collective_rate_percent = percent()
    average_costs_eur = average_costs()
    surcharges = surcharges()


class CoverDocument(Document):
    """The cover of an impact."""

    deductible_percent_of_wages = percent()
    annual_limit_eur = euros()


class ImpactDocument(UnitDocument):
    """A document of `atmp rating impact`."""

    first_rate_year = Year(required=True)
    last_rate_year = Year()
    headcount = EveryYearOr(headcount(), required=True)
    wages_eur = EveryYearOr(euros(), required=True)
    contribution_wages_eur = EveryYearOr(euros())
    surcharges = EveryYearOr(surcharges())
    average_costs_eur = EveryYearOr(average_costs())
    collective_rate_percent = EveryYearOr(percent())
    calculated_without_percent = EveryYearOr(percent())
    base_claims = list_of(ClaimDocument)
    studied_claims = list_of(ClaimDocument, required=True)
    cover = fields.Nested(CoverDocument)


class ChangeDocument(Document):
    """A document of `atmp rating change`."""

    before = fields.Nested(RateDocument, required=True)
    after = fields.Nested(RateDocument, required=True)


def rate_question(document: object, place: str = "") -> RateQuestion:
    """The question of a document of `atmp rating rate`.

    Raises:
        InvalidInput: every fault of the document, each with its JSON path under `place`.
    """
    loaded = load(RateDocument(), document, place)
    rate_year, history = loaded["rate_year"], loaded.get("headcount_history")
    _check_headcounts(loaded["headcount"], history, last_known_year(rate_year), place)
    previous_units = tuple(PreviousUnit(**unit) for unit in loaded.get("previous_units") or ())
    if previous_units and not any(unit.wages_eur for unit in previous_units):
        raise InvalidInput.one(
            "aucun salaire pour pondérer les taux",
            "Donner les salaires de la dernière année connue",
            place=_under(place, "previous_units"),
        )
    return RateQuestion(
        rate_year=rate_year,
        unit=_unit(loaded),
        headcount=loaded["headcount"],
        wages_eur=loaded["wages_eur"],
        claims=_claims(loaded["claims"]),
        headcount_history=history,
        previous_rate_percent=loaded.get("previous_rate_percent"),
        previous_units=previous_units,
        given=GivenValues(
            _costs(loaded.get("average_costs_eur")),
            loaded.get("surcharges") or {},
            loaded.get("collective_rate_percent"),
        ),
    )


def impact_question(document: object) -> ImpactQuestion:
    """The question of a document of `atmp rating impact`.

    Raises:
        InvalidInput: every fault of the document, each with its JSON path.
    """
    loaded = load(ImpactDocument(), document)
    empty: Yearly[Any] = Yearly()
    cover = loaded.get("cover") or {}
    return ImpactQuestion(
        unit=_unit(loaded),
        first_rate_year=loaded["first_rate_year"],
        last_rate_year=loaded.get("last_rate_year"),
        headcount=loaded["headcount"],
        wages_eur=loaded["wages_eur"],
        studied_claims=_claims(loaded["studied_claims"]),
        base_claims=_claims(loaded.get("base_claims") or []),
        previous_rate_percent=loaded.get("previous_rate_percent"),
        contribution_wages_eur=loaded.get("contribution_wages_eur") or empty,
        given=_given_by_year(loaded),
        calculated_without_percent=loaded.get("calculated_without_percent") or empty,
        headcount_history=loaded.get("headcount_history"),
        cover=Cover(cover.get("deductible_percent_of_wages") or Fraction(0), cover.get("annual_limit_eur")),
    )


def change_questions(document: object) -> tuple[RateQuestion, RateQuestion]:
    """Both questions of a document of `atmp rating change`: before, after.

    Raises:
        InvalidInput: every fault of the document, each with its JSON path.
    """
    load(ChangeDocument(), document)
    both = document if isinstance(document, dict) else {}
    return rate_question(both["before"], "before"), rate_question(both["after"], "after")


def _unit(loaded: Mapping[str, Any]) -> TariffUnit:
    construction = loaded.get("construction")
    sub_sector = loaded.get("sub_sector")
    return TariffUnit(
        ctn=loaded["ctn"],
        scope=Scope(loaded.get("scope") or Scope.GENERAL),
        construction=loaded["ctn"] == CONSTRUCTION_COMMITTEE if construction is None else construction,
        sub_sector=Activity(sub_sector) if sub_sector else None,
        risk_code=loaded.get("risk_code"),
        created_on=loaded.get("created_on"),
    )


def _claims(lines: list[dict[str, Any]]) -> tuple[ClaimLine, ...]:
    return tuple(
        ClaimLine(
            ref=line["ref"],
            account_year=line["account_year"],
            category=CostCategory(line["category"]),
            third_party_share=line.get("third_party_share") or Fraction(0),
            temporary_worker_role=TemporaryWorkerRole(role) if (role := line.get("temporary_worker_role")) else None,
            classified_year=line.get("classified_year"),
            cost_eur=line.get("cost_eur"),
        )
        for line in lines
    )


def _costs(costs: Mapping[str, Fraction] | None) -> dict[CostCategory, Fraction]:
    return {CostCategory(category): cost_eur for category, cost_eur in (costs or {}).items()}


def _given_by_year(loaded: Mapping[str, Any]) -> Yearly[GivenValues]:
    """The three yearly tables of the document, brought together year by year."""
    empty: Yearly[Any] = Yearly()
    costs = loaded.get("average_costs_eur") or empty
    surcharges = loaded.get("surcharges") or empty
    collective = loaded.get("collective_rate_percent") or empty

    def values(year: int) -> GivenValues:
        return GivenValues(_costs(costs.at(year)), surcharges.at(year) or {}, collective.at(year))

    named = {*costs.by_year, *surcharges.by_year, *collective.by_year}
    every = GivenValues(_costs(costs.every), surcharges.every or {}, collective.every)
    return Yearly(every, {year: values(year) for year in named})


def _check_headcounts(count: Fraction, history: Mapping[int, Fraction] | None, year: int, place: str) -> None:
    if history is not None and history.get(year, count) != count:
        raise InvalidInput(
            [
                Fault(
                    f"headcount_history.{year} diffère de headcount",
                    f"headcount est l'effectif de {year} (N-2) : donner la même valeur, ou ne pas répéter l'année",
                    _under(place, f"headcount_history.{year}"),
                )
            ]
        )


def _under(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
