"""`atmp quote`: exposure, what one accident would cost, price of each variant, decision, from papers alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from atmp_insure.command_line import NEEDS_ATTENTION, print_json, received
from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.guarantees.product import Deductible
from atmp_insure.guarantees.vocabulary import DeductibleKind, Frequency
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.numbers import NotANumber, exact_number
from atmp_insure.rate_records.last_days import with_last_days
from atmp_insure.rate_records.readers import read_files
from atmp_insure.rate_records.reconciliation import reconcile
from atmp_insure.rate_records.saved_mappings import installed_mappings
from atmp_insure.regulation.loader import installed_law
from atmp_insure.settings import read_settings
from atmp_insure.underwriting.decision import Verdict
from atmp_insure.underwriting.exposure import exposure
from atmp_insure.underwriting.loader import installed_tariff_book
from atmp_insure.underwriting.pricing import MOST_SCENARIOS, SCENARIOS, Draw, Variant
from atmp_insure.underwriting.quotation import QuoteQuestion, file_seed, quotation
from atmp_insure.underwriting.quote_answer import quote_answer
from atmp_insure.underwriting.quote_report import quote_report

if TYPE_CHECKING:
    from atmp_insure.guarantees.product import ProductVersion


class PercentType(click.ParamType[Fraction]):
    """A percent of wages, with a decimal point: `0.30`."""

    name = "POURCENT"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Fraction:
        """The fraction that the percent is."""
        if isinstance(value, Fraction):
            return value
        try:
            return exact_number(str(value)) / 100
        except NotANumber as error:
            raise InvalidInput.one(str(error), error.remedy, source="--deductible") from error


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the options of the command ask for."""

    product: str
    starts_on: datetime
    deductibles: tuple[Fraction, ...]
    guarantees: tuple[str, ...]
    instalments: str
    naf: str | None
    seed: int | None
    scenarios: int
    as_json: bool


@click.command(help="Tarifer une garantie à partir des documents d'un client.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--product", required=True, help="Code du produit, par exemple taux_atmp.")
@click.option("--starts-on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Premier jour de la garantie.")
@click.option(
    "--deductible", "deductibles", type=PercentType(), multiple=True, help="Franchise, % de la masse salariale."
)
@click.option("--guarantee", "guarantees", multiple=True, help="Garantie à prendre ; toutes sans cela.")
@click.option("--instalments", type=click.Choice([one.value for one in Frequency]), default=Frequency.YEARLY.value)
@click.option("--naf", help="Code NAF de l'activité principale.")
@click.option("--seed", type=click.IntRange(0), help="Graine des tirages ; celle du dossier sans cela.")
@click.option("--scenarios", type=click.IntRange(1, MOST_SCENARIOS), default=SCENARIOS, help="Scénarios tirés.")
@click.option("--json", "as_json", is_flag=True, help="Écrire un document JSON.")
@click.pass_context
def quote(ctx: click.Context, /, files: tuple[str, ...], **options: Any) -> None:
    """Quote from papers; status 1 when the file is not simply accepted."""
    wanted, overlay = Wanted(**options), read_settings().config_overlay
    law, first_day = installed_law(overlay).law, wanted.starts_on.date()
    book = installed_tariff_book(overlay)
    tariff = book.tariff(wanted.product, first_day)
    reading = read_files(received(files), date.today(), installed_mappings())  # noqa: DTZ011 - a civil day
    if not reading.documents:
        raise InvalidInput(reading.faults)
    reconciliation = with_last_days(reconcile(reading.documents, law), installed_deadlines(overlay))
    found = exposure(reconciliation.units, reconciliation.findings, law, naf=wanted.naf)
    draw = Draw(file_seed(found, first_day) if wanted.seed is None else wanted.seed, wanted.scenarios)
    answer = quotation(found, QuoteQuestion(first_day, _variants(tariff.product, wanted), draw=draw), tariff)
    if wanted.as_json:
        print_json(quote_answer(answer))
    else:
        click.echo(quote_report(answer))
    if reading.faults:
        raise InvalidInput(reading.faults)
    if answer.decision.verdict is not Verdict.ACCEPT:
        ctx.exit(NEEDS_ATTENTION)


def _variants(product: ProductVersion, wanted: Wanted) -> tuple[Variant, ...]:
    """The variants asked for by options; none: those that the product offers."""
    frequency = {one.value: one for one in Frequency}[wanted.instalments]
    if not wanted.deductibles and not wanted.guarantees and frequency is Frequency.YEARLY:
        return ()
    guarantees = frozenset(wanted.guarantees) or frozenset(one.code for one in product.guarantees)
    asked = [Deductible(DeductibleKind.PERCENT_OF_WAGES, share) for share in wanted.deductibles]
    offered = [one.deductible for one in product.deductibles if not one.by_exception]
    return tuple(Variant(guarantees, one, frequency, product.limits) for one in asked or offered)
