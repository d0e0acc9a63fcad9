"""From what a cover would pay to what it costs: margin for capital, loadings, minimum, discount, instalments, tax.

The premium is rounded once, and its lines share it to the cent, so that a guarantee more or a deductible less never
lowers it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.labelled import Label
from atmp_insure.kernel.money import round_cents, share_by_largest_remainder, split_evenly, whole_cents
from atmp_insure.rating.trace import Step, Unit
from atmp_insure.rating.unit import ONE, ZERO

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from atmp_insure.guarantees.product import InsuranceTax, Loadings
    from atmp_insure.guarantees.vocabulary import Frequency
    from atmp_insure.rating.trace import Quantity
    from atmp_insure.underwriting.loss_distribution import LossDistribution

MINIMUM = "minimum_premium"
ADDED_ON_AVERAGE = " : ce que la garantie ajoute en moyenne"  # after the name of the guarantee, in the steps
PRICING_METHOD = "docs/pricing.md"  # where the steps of a premium are reasoned out


@dataclass(frozen=True, slots=True)
class PricedGuarantee:
    """One guarantee of a cover, in the order of the catalogue.

    Attributes:
        own: distribution of what it adds.
        with_former: distribution of what it pays together with the guarantees before it.
    """

    code: str
    label_fr: str
    tax_class: str
    own: LossDistribution
    with_former: LossDistribution


@dataclass(frozen=True, slots=True)
class PremiumLine:
    """A line of the premium, without tax and instalments' surcharge, and its tax.

    Attributes:
        code: of the guarantee, or `MINIMUM` for what the minimum premium adds.
        net_eur: after the discount.
    """

    code: str
    label_fr: str
    net_eur: Fraction
    surcharge_eur: Fraction
    tax_rate: Fraction
    tax_eur: Fraction

    @property
    def total_eur(self) -> Fraction:
        """With surcharge and tax."""
        return self.net_eur + self.surcharge_eur + self.tax_eur


@dataclass(frozen=True, slots=True)
class PremiumBasis:
    """What turns a loss into a premium.

    Attributes:
        commission: of the broker, a fraction of the premium without tax; None: that of the product.
        discount: discretionary, a fraction of the premium without tax.
        territory_share: part of the tax that is due where the risk lies: 1, or 1/2 in Guyane.
    """

    loadings: Loadings
    minimum_eur: Fraction
    tax: InsuranceTax
    due_on: date
    frequency: Frequency
    surcharge: Fraction
    commission: Fraction | None = None
    discount: Fraction = ZERO
    territory_share: Fraction = ONE

    @property
    def broker_commission(self) -> Fraction:
        """The commission that the premium holds."""
        return self.loadings.broker_commission if self.commission is None else self.commission

    @property
    def of_premium(self) -> Fraction:
        """All that is a part of the premium without tax."""
        return self.loadings.management + self.loadings.insurer_margin + self.broker_commission


@dataclass(frozen=True, slots=True)
class Premium:
    """A yearly premium.

    Attributes:
        technical_eur: before minimum and discount, without tax.
        discount_eur: taken off, never below the minimum.
        net_eur: without tax and surcharge; lines add up to it.
        calls_eur: what is called each time, with surcharge and tax, the first first.
    """

    lines: tuple[PremiumLine, ...]
    technical_eur: Fraction
    discount_eur: Fraction
    net_eur: Fraction
    surcharge_eur: Fraction
    tax_eur: Fraction
    commission_eur: Fraction
    calls_eur: tuple[Fraction, ...]
    trace: tuple[Step, ...]

    @property
    def total_eur(self) -> Fraction:
        """With surcharge and tax."""
        return self.net_eur + self.surcharge_eur + self.tax_eur


def premium(guarantees: Sequence[PricedGuarantee], basis: PremiumBasis) -> Premium:
    """The yearly premium of a cover.

    Each guarantee bears what it adds: to the expected loss, and to the capital that a bad year would need, the
    99.5 percentile less the mean. The sum over (1 − loadings) is the technical premium.

    Raises:
        InvalidInput: loadings and commission leave nothing of the premium.

    Source: `docs/pricing.md`; art. 991 CGI (the tax bears on the premium and the surcharge of instalments).
    """
    if basis.of_premium >= 1:
        raise InvalidInput.one(
            "les chargements et la commission prennent toute la prime", "Réduire la commission", place="commission"
        )
    weights, technical = _technical(guarantees, basis)
    technical_eur = round_cents(technical)
    before_eur = max(basis.minimum_eur, technical_eur)
    discounted_eur = max(basis.minimum_eur, round_cents(technical_eur * (1 - basis.discount)))
    nets = _shared(discounted_eur, min(technical_eur, discounted_eur), weights)
    lines = tuple(_line(code, net, guarantees, basis) for code, net in nets.items())
    surcharge_eur = sum((line.surcharge_eur for line in lines), ZERO)
    tax_eur = sum((line.tax_eur for line in lines), ZERO)
    total = discounted_eur + surcharge_eur + tax_eur
    found = Premium(
        lines=lines,
        technical_eur=technical_eur,
        discount_eur=before_eur - discounted_eur,
        net_eur=discounted_eur,
        surcharge_eur=surcharge_eur,
        tax_eur=tax_eur,
        commission_eur=round_cents(discounted_eur * basis.broker_commission),
        calls_eur=tuple(Fraction(one, 100) for one in split_evenly(whole_cents(total), basis.frequency.calls)),
        trace=(),
    )
    return _traced(found, guarantees, basis)


def _technical(guarantees: Sequence[PricedGuarantee], basis: PremiumBasis) -> tuple[dict[str, Fraction], Fraction]:
    """What each guarantee adds to the technical premium, and that premium, exact."""
    before, weights = ZERO, {}
    for one in guarantees:
        charge = _charge(one.with_former, basis.loadings.capital)
        weights[one.code] = max(ZERO, charge - before) / (1 - basis.of_premium)
        before = max(before, charge)
    return weights, before / (1 - basis.of_premium)


def _charge(loss: LossDistribution, capital: Fraction) -> Fraction:
    """Expected loss and margin for capital; both never fall when payments rise, for `capital` is at most 1."""
    return loss.expected_eur + capital * (loss.percentiles_eur[-1] - loss.expected_eur)


def _shared(net_eur: Fraction, of_guarantees_eur: Fraction, weights: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The premium by line; what the minimum adds is a line of its own."""
    cents = share_by_largest_remainder(whole_cents(of_guarantees_eur), weights) if any(weights.values()) else {}
    lines = {code: Fraction(cents.get(code, 0), 100) for code in weights}
    added = net_eur - sum(lines.values(), ZERO)
    return {**lines, MINIMUM: added} if added else lines


def _line(code: str, net_eur: Fraction, guarantees: Sequence[PricedGuarantee], basis: PremiumBasis) -> PremiumLine:
    """A line with its tax; the complement to the minimum is taxed like the first guarantee."""
    one = next((found for found in guarantees if found.code == code), guarantees[0])
    label = one.label_fr if one.code == code else Label("Complément de prime minimale")
    rate = basis.tax.rates[one.tax_class].at(basis.due_on).value * basis.territory_share
    surcharge_eur = round_cents(net_eur * basis.surcharge)
    return PremiumLine(code, label, net_eur, surcharge_eur, rate, round_cents((net_eur + surcharge_eur) * rate))


def _traced(found: Premium, guarantees: Sequence[PricedGuarantee], basis: PremiumBasis) -> Premium:
    """The premium with the steps that led to it."""
    return replace(found, trace=(*_loss_steps(guarantees), *_premium_steps(found, guarantees[-1].with_former, basis)))


def _loss_steps(guarantees: Sequence[PricedGuarantee]) -> Iterator[Step]:
    for one in guarantees:
        inputs: dict[str, Quantity] = {
            "expected_eur": (one.own.expected_eur, Unit.EUR),
            "standard_error_eur": (one.own.standard_error_eur, Unit.EUR),
            "percentile_995_eur": (one.own.percentiles_eur[-1], Unit.EUR),
            "chance_of_payment_share": (one.own.chance_of_payment, Unit.SHARE),
        }
        label = f"{one.label_fr}{ADDED_ON_AVERAGE}"
        yield Step("expected_loss", label, (one.own.expected_eur, Unit.EUR), inputs, PRICING_METHOD)


def _premium_steps(found: Premium, last: LossDistribution, basis: PremiumBasis) -> tuple[Step, ...]:
    return (
        Step(
            "technical_premium", Label("Prime technique : prime pure, coût du capital, chargements"),
            (found.technical_eur, Unit.EUR),
            {
                "expected_eur": (last.expected_eur, Unit.EUR),
                "percentile_995_eur": (last.percentiles_eur[-1], Unit.EUR),
                "capital_share": (basis.loadings.capital, Unit.SHARE),
                "loadings_share": (basis.of_premium, Unit.SHARE),
            },
            PRICING_METHOD,
        ),
        Step(
            "net_premium", Label("Prime nette : remise déduite, au moins la prime minimale"), (found.net_eur, Unit.EUR),
            {
                "discount_share": (basis.discount, Unit.SHARE),
                "discount_eur": (found.discount_eur, Unit.EUR),
                "minimum_eur": (basis.minimum_eur, Unit.EUR),
            },
            "produit",
        ),
        Step(
            "total_premium", Label("Prime avec fractionnement et taxe"), (found.total_eur, Unit.EUR),
            {
                "surcharge_eur": (found.surcharge_eur, Unit.EUR),
                "tax_eur": (found.tax_eur, Unit.EUR),
            },
            "art. 991 et 1001 CGI",
        ),
    )  # fmt: skip
