"""The report of `atmp quote` at a terminal, in French: decision, exposure, one accident, prices, what was assumed."""

from __future__ import annotations

import textwrap
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.guarantees.written import deductible_text
from atmp_insure.kernel.french import french_euros, french_number, french_percent, french_points
from atmp_insure.rating.terminal import table
from atmp_insure.underwriting.decision import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from atmp_insure.guarantees.product import Deductible
    from atmp_insure.underwriting.decision import Decision
    from atmp_insure.underwriting.exposure import Exposure
    from atmp_insure.underwriting.illustration import Illustration
    from atmp_insure.underwriting.pricing import PricedVariant
    from atmp_insure.underwriting.quotation import Quotation

WIDTH = 100
_MARKS = {Verdict.REFUSE: "✗", Verdict.REFER: "▲", Verdict.ACCEPT: "·"}


def quote_report(found: Quotation) -> str:
    """The whole report."""
    product = found.tariff.product
    lines = [
        found.exposure.company or found.exposure.siren,
        f"{product.label_fr}, version {product.version}, début le {found.question.first_day:%d/%m/%Y}",
        "━" * WIDTH,
        *_decision(found.decision),
        *_exposure(found.exposure),
    ]
    if found.price is not None:
        lines += [*_illustrations(found.illustrations), *_variants(found.price.variants)]
        draw = found.price.draw
        lines += _title("Comment ce prix est calculé")
        lines += [
            (f"  Graine {draw.seed}, {_counted(draw.scenarios)} scénarios de plusieurs sinistres tirés ; "
            f"aucun et un seul sinistre énumérés ({_counted(len(found.price.simulated.cells))} cas)."),
            f"  Sinistres graves attendus par an : {french_number(found.price.expected_claims)}.",
        ]  # fmt: skip
    lines += [*_title("Ce qui est estimé ou reste à confirmer"), *_bullets(found.warnings)]
    return "\n".join(lines)


def _counted(number: int) -> str:
    return french_number(Fraction(number))


def _title(text: str) -> list[str]:
    return ["", text, ""]


def _bullets(texts: Sequence[str], mark: str = "•") -> Iterator[str]:
    for text in texts:
        yield textwrap.fill(text, WIDTH, initial_indent=f"  {mark} ", subsequent_indent="    ")


def _decision(found: Decision) -> Iterator[str]:
    yield from _title(f"Décision : {found.verdict.label}")
    for reason in found.reasons:
        remedy = f" {reason.remedy_fr}." if reason.remedy_fr else ""
        yield from _bullets([f"{reason.text_fr}{remedy} ({reason.source})"], _MARKS[reason.verdict])


def _exposure(found: Exposure) -> Iterator[str]:
    yield from _title("Sections")
    rows = [
        (
            "Section",
            "Tarification",
            "Taux",
            "Part du taux individuel",
            "Effectif",
            "Masse salariale",
            "Sinistres graves",
        )
    ]
    rows += [
        (
            one.key, one.mode.label, french_percent(one.last_rate.notified_percent),
            french_percent(one.rate.individual_share * 100, 0), french_number(one.headcount, 2),
            french_euros(one.last_wages_eur, 0), str(sum(one.history.claims.values())),
        )
        for one in found.sections
    ]  # fmt: skip
    yield from (f"  {line}" for line in table(rows))


def _illustrations(found: Sequence[Illustration]) -> Iterator[str]:
    yield from _title("Ce que coûterait un seul accident")
    rows = [("Section", "Événement", "Années", "Surcotisation", "En % de la masse salariale", "Plus forte hausse")]
    rows += [
        (
            one.section_key, one.event.label, str(sum(1 for year in one.years if year.excess_eur)),
            french_euros(one.total_eur, 0),
            french_percent(one.share_of_wages * 100, 1),
            french_points(max((year.with_percent - year.without_percent for year in one.years), default=one.total_eur)),
        )
        for one in found
    ]  # fmt: skip
    yield from (f"  {line}" for line in table(rows))


def _variants(found: Sequence[PricedVariant]) -> Iterator[str]:
    yield from _title("Prix par an, selon la franchise")
    rows = [("Franchise", "Prime pure", "Erreur", "99,5 %", "Paie", "Prime nette", "Taxe", "Total", "Fourchette")]
    rows += [
        (
            deductible_text(one.variant.deductible), french_euros(one.whole.expected_eur, 0),
            french_euros(one.whole.standard_error_eur, 0), french_euros(one.whole.percentiles_eur[-1], 0),
            french_percent(one.whole.chance_of_payment * 100, 0), french_euros(one.premium.net_eur),
            french_euros(one.premium.tax_eur), french_euros(one.premium.total_eur),
            f"{french_euros(one.low_eur, 0)} à {french_euros(one.high_eur, 0)}",
        )
        for one in found
    ]  # fmt: skip
    yield from (f"  {line}" for line in table(rows))
    for one in found:
        yield from _title(f"Garantie par garantie ({_deductible(one.variant.deductible)})")
        yield from (f"  {line}" for line in table(_guarantee_rows(one)))


def _deductible(one: Deductible) -> str:
    return f"franchise : {deductible_text(one)}" if one.value else deductible_text(one)


def _guarantee_rows(one: PricedVariant) -> list[tuple[str, ...]]:
    lines = {line.code: line for line in one.premium.lines}
    rows: list[tuple[str, ...]] = [("Garantie", "Prime pure", "90 %", "95 %", "99,5 %", "Paie", "Prime nette")]
    for priced in one.guarantees:
        amounts = (french_euros(amount, 0) for amount in (priced.own.expected_eur, *priced.own.percentiles_eur))
        chance = french_percent(priced.own.chance_of_payment * 100, 1)
        rows.append((priced.label_fr, *amounts, chance, french_euros(lines.pop(priced.code).net_eur)))
    rows += [(line.label_fr, "", "", "", "", "", french_euros(line.net_eur)) for line in lines.values()]
    return rows
