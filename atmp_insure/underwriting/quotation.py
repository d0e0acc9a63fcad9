"""The whole answer to a file: exposure, what one accident would cost, the price of each variant, the decision.

The command, the pages and the API all come here with the same question, and so give the same figures.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from atmp_insure.guarantees.vocabulary import Frequency
from atmp_insure.kernel.errors import MissingParameter
from atmp_insure.underwriting.decision import Declared, Verdict, VerdictReason, decision
from atmp_insure.underwriting.illustration import illustrations
from atmp_insure.underwriting.pricing import Draw, Variant, price

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.guarantees.product import ProductVersion
    from atmp_insure.underwriting.decision import Decision
    from atmp_insure.underwriting.exposure import Exposure
    from atmp_insure.underwriting.illustration import Illustration
    from atmp_insure.underwriting.pricing import Price, Tariff


@dataclass(frozen=True, slots=True)
class QuoteQuestion:
    """What is asked of a file.

    Attributes:
        first_day: of the policy year.
        variants: none: those that the product offers.
        draw: None: the seed of the file (`file_seed`).
    """

    first_day: date
    variants: tuple[Variant, ...] = ()
    declared: Declared = field(default_factory=Declared)
    draw: Draw | None = None


@dataclass(frozen=True, slots=True)
class Quotation:
    """The answer.

    Attributes:
        price: None when no price can be made; the decision says why.
    """

    exposure: Exposure
    question: QuoteQuestion
    tariff: Tariff
    price: Price | None
    illustrations: tuple[Illustration, ...]
    decision: Decision

    @property
    def warnings(self) -> tuple[str, ...]:
        """What must be said with every figure: estimates and unsettled points, each once."""
        given = self.tariff
        said = [*given.product.warnings, *(one.warning for one in given.assumptions.citations.values() if one.warning)]
        if self.price is not None:
            said += [text for section in self.price.sections for text in section.frequencies.warnings]
        return tuple(dict.fromkeys(said))


def quotation(found: Exposure, question: QuoteQuestion, tariff: Tariff) -> Quotation:
    """The answer to a file.

    Raises:
        InvalidInput: variants that the product does not sell.

    Source: `docs/pricing.md`; product version.
    """
    variants = question.variants or offered_variants(tariff.product)
    found = replace(found, modes=tariff.product.eligibility.modes)
    first = decision(found, (), question.declared, tariff.product, question.first_day)
    if first.verdict is Verdict.REFUSE:
        return Quotation(found, question, tariff, None, (), first)
    draw = question.draw or Draw(file_seed(found, question.first_day))
    try:
        priced = price(found, variants, question.first_day, tariff, draw)
    except MissingParameter as error:
        return _without_price(found, question, tariff, error)
    shown = illustrations(found.insurable, priced, question.first_day, tariff)
    decided = decision(found, priced.variants, question.declared, tariff.product, question.first_day)
    return Quotation(found, question, tariff, priced, shown, decided)


def _without_price(found: Exposure, question: QuoteQuestion, tariff: Tariff, error: MissingParameter) -> Quotation:
    """No price, because the law or the statistics lack a value: an underwriter looks at the file."""
    said = f"Le prix ne peut pas être calculé : {error.statement}."
    missing = VerdictReason("missing_parameter", Verdict.REFER, said, error.remedy, "barèmes")
    decided = decision(found, (), question.declared, tariff.product, question.first_day)
    raised = type(decided)(Verdict.REFER, (missing, *decided.reasons))
    return Quotation(found, question, tariff, None, (), raised)


def offered_variants(product: ProductVersion) -> tuple[Variant, ...]:
    """The variants that a product offers by itself: every guarantee, each deductible without exception, paid yearly.

    Source: product version.
    """
    every = frozenset(one.code for one in product.guarantees)
    return tuple(
        Variant(every, one.deductible, Frequency.YEARLY, product.limits)
        for one in product.deductibles
        if not one.by_exception
    )


def file_seed(found: Exposure, first_day: date) -> int:
    """The seed of a file: the same for whoever asks, on the screen, by the API or by the command.

    Source: a choice of this product; the quote stores it.
    """
    digits = "".join(one for one in found.siren if one.isdigit())
    return int(f"{digits}{first_day:%Y%m%d}")
