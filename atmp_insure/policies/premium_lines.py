"""A premium line by line, with surcharge and tax: of a whole year, or of what one transaction charges."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.guarantees.catalogue import GUARANTEES
from atmp_insure.kernel.money import round_cents
from atmp_insure.policies.paper_days import period_fr
from atmp_insure.policies.terms import MINIMUM_LINE, yearly_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from atmp_insure.guarantees.product import InsuranceTax
    from atmp_insure.policies.terms import PolicyTerms
    from atmp_insure.policies.transactions import Charge

_ZERO = Fraction(0)
LINE_NAMES: Mapping[str, str] = {one.code: one.label_fr for one in GUARANTEES} | {
    MINIMUM_LINE: "Complément de prime minimale"
}


@dataclass(frozen=True, slots=True)
class PremiumLine:
    """A line of a premium with its surcharge of instalments and its tax."""

    code: str
    net_eur: Fraction
    surcharge_eur: Fraction
    tax_rate: Fraction
    tax_eur: Fraction

    @property
    def total_eur(self) -> Fraction:
        """With surcharge and tax."""
        return self.net_eur + self.surcharge_eur + self.tax_eur


def yearly_premium(terms: PolicyTerms, tax: InsuranceTax, on: date) -> tuple[PremiumLine, ...]:
    """The premium of a whole year by line, as it would be charged on a day.

    Source: special conditions; art. 991 and 1001 CGI (rate of the day on which the premium is due).
    """
    found = []
    for line in yearly_lines(terms):
        surcharge = round_cents(line.net_eur * terms.surcharge)
        rate = tax.rates[line.tax_class].at(on).value
        taxed = round_cents((line.net_eur + surcharge) * rate)
        found.append(PremiumLine(line.code, line.net_eur, surcharge, rate, taxed))
    return tuple(found)


def charged_premium(charges: Sequence[Charge]) -> tuple[PremiumLine, ...]:
    """What a transaction charges by line and by tax rate, in the order of the catalogue; what is taken off is negative.

    Source: none; the charges of the transaction, added up.
    """
    summed: dict[tuple[str, Fraction], tuple[Fraction, Fraction, Fraction]] = {}
    for one in charges:
        net, surcharge, tax = summed.get((one.code, one.tax_rate), (_ZERO, _ZERO, _ZERO))
        summed[one.code, one.tax_rate] = (net + one.net_eur, surcharge + one.surcharge_eur, tax + one.tax_eur)
    order = list(LINE_NAMES)
    return tuple(
        PremiumLine(code, net, surcharge, rate, taxed)
        for (code, rate), (net, surcharge, taxed) in sorted(
            summed.items(), key=lambda item: (order.index(item[0][0]), item[0][1])
        )
        if net or surcharge or taxed
    )


def total_of(lines: Sequence[PremiumLine]) -> Fraction:
    """What lines add up to, with surcharge and tax.

    Source: none; a sum.
    """
    return sum((one.total_eur for one in lines), _ZERO)


def charged_days(charges: Sequence[Charge]) -> str:
    """The days that charges are for: `du 1er juillet 2027 au 31 décembre 2027`; empty without charges.

    Source: none; the charges of the transaction.
    """
    if not charges:
        return ""
    return period_fr(min(one.first_day for one in charges), max(one.last_day for one in charges))


def short_name(code: str) -> str:
    """A line of the premium in a narrow column: `IP2` for `IP2, incapacité permanente de 10 % à 19 %`.

    Source: none; a name cut at its comma.
    """
    return LINE_NAMES[code].partition(",")[0]
