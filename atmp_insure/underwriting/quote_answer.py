"""A quotation as JSON carries it: for the command, for the API, and as it is kept with a quote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from atmp_insure.guarantees.catalogue import GUARANTEES
from atmp_insure.kernel.money import euros_text
from atmp_insure.kernel.rates import intermediate_text, notified_text
from atmp_insure.underwriting.decision import finding_key
from atmp_insure.underwriting.draws import STREAM
from atmp_insure.underwriting.loss_distribution import PERCENTILES

if TYPE_CHECKING:
    from fractions import Fraction

    from atmp_insure.guarantees.product import Deductible, Limits, ProductVersion
    from atmp_insure.underwriting.decision import VerdictReason
    from atmp_insure.underwriting.exposure import Exposure, SectionExposure
    from atmp_insure.underwriting.frequency import Frequencies
    from atmp_insure.underwriting.illustration import Illustration
    from atmp_insure.underwriting.loss_distribution import LossDistribution
    from atmp_insure.underwriting.premium import Premium
    from atmp_insure.underwriting.pricing import PricedVariant, Variant
    from atmp_insure.underwriting.quotation import Quotation


def quote_answer(found: Quotation) -> dict[str, Any]:
    """The document of a quotation; money and rates are strings, keys ending in `_share` fractions."""
    tariff, price = found.tariff, found.price
    return {
        "product": tariff.product.product,
        "product_version": tariff.product.version,
        "starts_on": found.question.first_day.isoformat(),
        "decision": found.decision.verdict.value,
        "reasons": [_reason(one) for one in found.decision.reasons],
        "exposure": _exposure(found.exposure),
        "findings": [
            {
                "key": finding_key(one), "code": one.code, "severity": one.severity.value, "message_fr": one.message_fr,
                "place": one.place, "file": one.file,
                "estimated_saving_eur": _euros(one.estimated_saving_eur),
            }
            for one in found.exposure.findings
        ],
        "impact": [_illustration(one) for one in found.illustrations],
        "frequencies": [] if price is None else [
            {"section": section.key, **_frequencies(expected.frequencies)}
            for section, expected in zip(found.exposure.insurable, price.sections, strict=True)
        ],
        "variants": [] if price is None else [_variant(one, found) for one in price.variants],
        "premium": None if price is None else _premium(price.variants[0].premium),
        "price": [] if price is None else _guarantees(price.variants[0]),
        "seed": None if price is None else str(price.draw.seed),
        "scenarios": {} if price is None else {
            "stream": STREAM,
            "drawn": price.draw.scenarios,
            "enumerated": 1 + len(price.simulated.cells),
            "expected_claims": _share(price.expected_claims),
        },
        "versions": {
            "statistics": str(tariff.statistics.year),
            "assumptions": tariff.assumptions.version,
            "horizon_rate_year": None if price is None else price.sections[0].question.last_rate_year,
        },
        "terms": _terms(tariff.product),
        "warnings": list(found.warnings),
    }  # fmt: skip


def _reason(one: VerdictReason) -> dict[str, str]:
    return {
        "code": one.code, "verdict": one.verdict.value, "text_fr": one.text_fr, "remedy_fr": one.remedy_fr,
        "source": one.source,
    }  # fmt: skip


def _exposure(found: Exposure) -> dict[str, Any]:
    return {
        "siren": found.siren,
        "company": found.company,
        "naf": found.naf,
        "sections": [_section(one) for one in found.sections],
        "unusable_sections": [{"key": one.key, "missing_fr": one.missing_fr} for one in found.unusable],
        "known_claims": [
            {
                "ref": one.ref, "name_fr": one.name, "section": one.section_key,
                "nature": None if one.claim.nature is None else one.claim.nature.value,
                "occurred_on": None if one.claim.occurred_on is None else one.claim.occurred_on.isoformat(),
                "lines": [{"category": kind.value, "account_year": year} for kind, year in one.claim.charges],
            }
            for one in found.grave
        ],
        "missing_papers": list(found.missing_papers),
    }  # fmt: skip


def _section(one: SectionExposure) -> dict[str, Any]:
    return {
        "key": one.key, "siret": one.siret, "section": one.section, "risk_code": one.risk_code, "ctn": one.ctn,
        "mode": one.mode.value, "own_share": _share(one.rate.individual_share),
        "rate_year": one.last_rate.rate_year, "notified_percent": notified_text(one.last_rate.notified_percent),
        "rates": [
            {
                "rate_year": rate.rate_year, "notified_percent": notified_text(rate.notified_percent),
                "recomputed_percent":
                    None if rate.recomputed_percent is None else notified_text(rate.recomputed_percent),
                "status": rate.status.value,
            }
            for rate in one.rates
        ],
        "wages_eur": {str(year): euros_text(amount) for year, amount in sorted(one.wages_by_year.items())},
        "headcount": _share(one.headcount), "company_headcount": _share(one.company_headcount),
        "temporary_workers": _share(one.temporary_workers),
        "account_years": list(one.history.years),
        "grave_claims": {cause.value: count for cause, count in one.history.claims.items()},
        "ordinary_claims": {kind.value: _share(number) for kind, number in one.ordinary.items()},
        "change_fr": list(one.change_fr),
    }  # fmt: skip


def _terms(product: ProductVersion) -> dict[str, Any]:
    """What the cover says, as it stood when the quote was made."""
    sold = [(one, product.terms_of(one.code)) for one in GUARANTEES]
    return {
        "product_fr": product.label_fr,
        "guarantees": [
            {
                "guarantee": one.code, "label_fr": one.label_fr, "clauses_fr": list(one.wording(product, terms)),
                "is_optional": terms.is_optional,
            }
            for one, terms in sold
            if terms is not None
        ],
        "exclusions": [
            {"code": one.code, "clause": one.clause, "text_fr": one.text_fr} for one in product.exclusions
        ],
        "basis_fr": product.trigger.basis.label,
        "waiting_days": product.trigger.waiting_days,
        "run_off_years": product.trigger.run_off_years,
        "while_recourse_pending_fr": product.recourse.while_pending.label,
        "recourse_must_be_engaged": product.recourse.must_be_engaged,
        "validity_days": product.validity_days,
    }  # fmt: skip


def _frequencies(found: Frequencies) -> dict[str, Any]:
    return {
        "expected": [
            {"cause": cause.value, "event": event.value, "per_year": _share(number)}
            for (cause, event), number in found.expected.items()
        ],
        "factors": {cause.value: _share(factor) for cause, factor in found.factors.items()},
        "trace": [step.plain() for step in found.trace],
    }


def _illustration(one: Illustration) -> dict[str, Any]:
    count = len(one.years[0].paid_eur) if one.years else 0
    return {
        "section": one.section_key, "event": one.event.value, "account_year": one.account_year,
        "total_excess_eur": euros_text(one.total_eur),
        "share_of_wages_percent": notified_text(one.share_of_wages * 100),
        "indemnities_eur": [euros_text(one.paid_eur(at)) for at in range(count)],
        "years": [
            {
                "rate_year": year.rate_year, "contribution_wages_eur": euros_text(year.wages_eur),
                "with_percent": notified_text(year.with_percent),
                "without_percent": notified_text(year.without_percent),
                "excess_eur": euros_text(year.excess_eur),
                "indemnities_eur": [euros_text(amount) for amount in year.paid_eur],
            }
            for year in one.years
        ],
    }  # fmt: skip


def _variant(one: PricedVariant, found: Quotation) -> dict[str, Any]:
    return {
        **variant_terms(one.variant),
        "price": _guarantees(one),
        "loss": _loss(one.whole),
        "premium": _premium(one.premium),
        "range": {"low_total_eur": euros_text(one.low_eur), "high_total_eur": euros_text(one.high_eur)},
        "ratios": _ratios(one.premium, found.exposure),
    }


def variant_terms(one: Variant) -> dict[str, Any]:
    """What a variant covers, as JSON carries it."""
    return {
        "guarantees": sorted(one.guarantees),
        "diseases": one.diseases,
        "deductible": _deductible(one.deductible),
        "limits": _limits(one.limits),
        "instalments": one.frequency.value,
        "discount_share": _share(one.discount),
    }


def _deductible(one: Deductible) -> dict[str, str]:
    return {"kind": one.kind.value, "value": _share(one.value)}


def _limits(one: Limits) -> dict[str, str | None]:
    return {
        "section_year_eur": _euros(one.section_year_eur),
        "year_eur": _euros(one.year_eur),
        "policy_eur": _euros(one.policy_eur),
    }


def _guarantees(one: PricedVariant) -> list[dict[str, Any]]:
    nets = {line.code: line for line in one.premium.lines}
    return [
        {
            "guarantee": priced.code, "label_fr": priced.label_fr, **_loss(priced.own),
            "net_eur": euros_text(nets[priced.code].net_eur), "tax_eur": euros_text(nets[priced.code].tax_eur),
        }
        for priced in one.guarantees
    ]  # fmt: skip


def _loss(one: LossDistribution) -> dict[str, Any]:
    return {
        "expected_eur": euros_text(one.expected_eur),
        "standard_error_eur": euros_text(one.standard_error_eur),
        "percentiles_eur": {
            _share(chance): euros_text(amount)
            for chance, amount in zip(PERCENTILES, one.percentiles_eur, strict=True)
        },
        "chance_of_payment_share": _share(one.chance_of_payment),
    }  # fmt: skip


def _premium(one: Premium) -> dict[str, Any]:
    return {
        "lines": [
            {
                "code": line.code, "label_fr": line.label_fr, "net_eur": euros_text(line.net_eur),
                "surcharge_eur": euros_text(line.surcharge_eur), "tax_rate_share": _share(line.tax_rate),
                "tax_eur": euros_text(line.tax_eur), "total_eur": euros_text(line.total_eur),
            }
            for line in one.lines
        ],
        "technical_eur": euros_text(one.technical_eur), "discount_eur": euros_text(one.discount_eur),
        "net_eur": euros_text(one.net_eur), "surcharge_eur": euros_text(one.surcharge_eur),
        "tax_eur": euros_text(one.tax_eur), "total_eur": euros_text(one.total_eur),
        "commission_eur": euros_text(one.commission_eur), "calls_eur": [euros_text(amount) for amount in one.calls_eur],
        "trace": [step.plain() for step in one.trace],
    }  # fmt: skip


def _ratios(one: Premium, found: Exposure) -> dict[str, str | None]:
    """The premium against wages, people and contributions of the insured sections."""
    sections = found.insurable
    wages = sum(section.last_wages_eur for section in sections)
    heads = sum(section.headcount for section in sections)
    paid = sum(section.last_wages_eur * section.last_rate.notified_percent / 100 for section in sections)
    return {
        "percent_of_wages_percent": notified_text(one.total_eur * 100 / wages) if wages else None,
        "per_employee_eur": euros_text(one.total_eur / heads) if heads else None,
        "percent_of_contributions_percent": notified_text(one.total_eur * 100 / paid) if paid else None,
    }


def _euros(amount: Fraction | None) -> str | None:
    return None if amount is None else euros_text(amount)


def _share(value: Fraction) -> str:
    """A number at ten decimals at most, without the zeros that say nothing."""
    return intermediate_text(value).rstrip("0").rstrip(".")
