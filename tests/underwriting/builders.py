"""Companies of the samples as a quote sees them, and what prices them; papers are read once for the whole run.

Numbers are given as they are written (`"0.30"`, `20`) and become exact; a test states only what matters to it.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from atmp_insure.guarantees.catalogue import GUARANTEES
from atmp_insure.guarantees.product import Deductible, Limits
from atmp_insure.guarantees.vocabulary import Cause, DeductibleKind, Frequency, InsuredEvent
from atmp_insure.rate_records.readers import read_files
from atmp_insure.rate_records.reconciliation import reconcile
from atmp_insure.regulation.loader import installed_law
from atmp_insure.underwriting.exposure import exposure
from atmp_insure.underwriting.loader import installed_tariff_book
from atmp_insure.underwriting.loss_distribution import LossDistribution
from atmp_insure.underwriting.pricing import Draw, Variant, price
from atmp_insure.underwriting.statistics import Estimate
from tests.samples.generate import HERE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atmp_insure.guarantees.product import ProductVersion
    from atmp_insure.rate_records.reconciliation import Reconciliation, UnitReconciliation
    from atmp_insure.underwriting.exposure import Exposure, SectionExposure
    from atmp_insure.underwriting.pricing import Price, PricedVariant, Tariff
    from atmp_insure.underwriting.statistics import Assumptions
    from atmp_insure.underwriting.tariff_book import TariffBook

K = TypeVar("K")
DAY = date(2027, 1, 1)
READ_ON = date(2026, 1, 31)
CODES = tuple(one.code for one in GUARANTEES)
SAMPLES = ("metalworks", "shop", "small", "multi_site", "builder", "alsace_builder", "temporary_user")
EVERYTHING = frozenset((event, cause) for event in InsuredEvent for cause in Cause)
GOLDEN = Path(__file__).parent / "golden"
FEW = 200  # scenarios: enough where figures are compared on common draws


def golden(name: str) -> list[dict[str, str]]:
    """Rows of a golden table; each has its source."""
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows, name
    assert all(row["source"] and None not in row for row in rows), name
    return rows


def summed(parts: Iterable[tuple[K, Fraction]]) -> dict[K, Fraction]:
    """What parts of one name add up to, name by name."""
    found: dict[K, Fraction] = {}
    for key, number in parts:
        found[key] = found.get(key, Fraction(0)) + number
    return found


def papers_of(slug: str, *parts: str) -> list[str]:
    """Paths of the papers of a sample company; with parts of names, those only."""
    files = sorted(path for path in (HERE / slug).iterdir())
    return [str(path) for path in files if not parts or any(part in path.name for part in parts)]


@cache
def units_of(slug: str, *parts: str) -> tuple[UnitReconciliation, ...]:
    """The reconciled units of a sample company."""
    return _reconciled(slug, *parts).units


@cache
def exposure_of(slug: str, *parts: str) -> Exposure:
    """What the papers of a sample company tell; with parts of names, from those papers only."""
    found = _reconciled(slug, *parts)
    return exposure(found.units, found.findings, installed_law(None).law)


@cache
def _reconciled(slug: str, *parts: str) -> Reconciliation:
    files = [(Path(path).name, Path(path).read_bytes()) for path in papers_of(slug, *parts)]
    return reconcile(read_files(files, READ_ON).documents, installed_law(None).law)


def three_sections() -> Exposure:
    """One company of three sections: a workshop at its own rate, a shop and a warehouse at mixed rates."""
    found = exposure_of("metalworks")
    others = [one for slug in ("shop", "temporary_user") for one in exposure_of(slug).sections]
    return replace(found, sections=(*found.sections, *others))


def changed(found: Exposure, **facts: Any) -> Exposure:
    """An exposure whose sections all have some facts changed."""
    return replace(found, sections=tuple(replace(one, **facts) for one in found.sections))


def without_claims(found: Exposure) -> Exposure:
    """A company that never had, and is never expected to have, a grave claim: nobody works there."""
    return changed(found, headcount=Fraction(0))


def level_wages(section: SectionExposure, wages_eur: int) -> SectionExposure:
    """A section that always paid the same wages and starts without any previous rate: no cap in its first year."""
    wages = dict.fromkeys(section.wages_by_year, Fraction(wages_eur))
    return replace(section, wages_by_year=wages, chain=replace(section.chain, previous_rate_percent=None))


@cache
def book() -> TariffBook:
    """What is installed, without any office's overlay."""
    return installed_tariff_book(None)


def a_product(**parts: Any) -> ProductVersion:
    """The product of 2027, some of its parts changed."""
    return replace(book().tariff("taux_atmp", DAY).product, **parts)


def a_tariff(*, assumptions: Assumptions | None = None, **parts: Any) -> Tariff:
    """The tariff of 2027, with parts of its product changed."""
    found = book().tariff("taux_atmp", DAY)
    return replace(found, product=a_product(**parts), assumptions=assumptions or found.assumptions)


def prompt() -> Assumptions:
    """Accounts that bear everything at once, but an incapacity a year later: few sorts of claims, so a cheap test."""
    whole = Fraction(1)
    given = book().tariff("taux_atmp", DAY).assumptions
    return replace(given, stoppage_delay={0: whole}, incapacity_delay={1: whole}, death_delay={0: whole})


def an_estimate(value: str, given: Estimate) -> Estimate:
    """A figure without any range."""
    exact = Fraction(value)
    return Estimate(exact, exact, exact, given.citation)


def all_optional() -> tuple[Any, ...]:
    """The guarantees of the product, each of which a client may leave out."""
    return tuple(replace(one, is_optional=True) for one in a_product().guarantees)


def percent_of_wages(percent: str) -> Deductible:
    """A deductible in percent of wages, as `0.30`."""
    return Deductible(DeductibleKind.PERCENT_OF_WAGES, Fraction(percent) / 100)


def a_variant(
    *,
    guarantees: Iterable[str] = CODES,
    deductible: Deductible | str = "0.30",
    frequency: Frequency = Frequency.YEARLY,
    limits: Limits | None = None,
    diseases: bool = True,
    discount: str | Fraction = "0",
) -> Variant:
    """Every guarantee, a deductible of 0,30 % of wages, paid once a year, the limits of the product."""
    return Variant(
        frozenset(guarantees),
        percent_of_wages(deductible) if isinstance(deductible, str) else deductible,
        frequency,
        a_product().limits if limits is None else limits,
        diseases,
        Fraction(discount),
    )


def priced(
    found: Exposure, *variants: Variant, tariff: Tariff | None = None, seed: int = 1, scenarios: int = FEW
) -> Price:
    """The price of some variants of a cover that begins on 1 January 2027, on few scenarios."""
    return price(found, variants or (a_variant(),), DAY, tariff or a_tariff(), Draw(seed, scenarios))


@cache
def a_priced_variant() -> PricedVariant:
    """Metalworks, every guarantee, 0,30 % of wages."""
    [found] = priced(exposure_of("metalworks"), tariff=a_tariff(assumptions=prompt())).variants
    return found


def a_loss(expected_eur: str = "0", percentile_eur: str | None = None) -> LossDistribution:
    """A distribution of which the mean and the worst percentile matter."""
    mean = Fraction(expected_eur)
    worst = mean if percentile_eur is None else Fraction(percentile_eur)
    return LossDistribution(mean, Fraction(0), Fraction(0), (Fraction(0), Fraction(0), worst), Fraction(1, 10), 1_000)
