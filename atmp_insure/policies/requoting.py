"""From what a policy says to what a later quote prices: only what differs becomes a change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from atmp_insure.policies.changes import (
    ChangeCover,
    ChangeDeductible,
    ChangeInstalments,
    ChangeLimits,
    ChangePrice,
    ChangeProductVersion,
    CloseSection,
    Leaving,
    OpenSection,
    RereadSection,
)
from atmp_insure.policies.terms import SectionOrigin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.policies.changes import Change
    from atmp_insure.policies.terms import InsuredSection, PolicyTerms


def quoted_changes(terms: PolicyTerms, quoted: PolicyTerms) -> tuple[Change, ...]:
    """The changes that lead from the terms of a policy to those that a quote prices; none when nothing differs.

    Who bears it, who brings it, who is written to and which account is debited are not what a quote prices: they stay.

    Source: special conditions; product version.
    """
    return (
        *_versioned(terms, quoted),
        *_sections(terms, quoted),
        *cover_differences(terms, quoted),
        *_instalments(terms, quoted),
    )


def cover_differences(terms: PolicyTerms, wanted: PolicyTerms) -> tuple[Change, ...]:
    """The changes of cover and price that lead from terms to others.

    Source: special conditions.
    """
    found: list[Change] = []
    if (wanted.guarantees, wanted.diseases) != (terms.guarantees, terms.diseases):
        found.append(ChangeCover(wanted.guarantees, wanted.diseases, wanted.rates))
    if wanted.deductible != terms.deductible:
        found.append(ChangeDeductible(wanted.deductible, wanted.rates))
    if wanted.limits != terms.limits:
        found.append(ChangeLimits(wanted.limits, wanted.rates))
    if wanted.minimum_eur != terms.minimum_eur or (not found and wanted.rates != terms.rates):
        found.append(ChangePrice(wanted.rates, wanted.minimum_eur))
    return tuple(found)


def _versioned(terms: PolicyTerms, quoted: PolicyTerms) -> Iterator[Change]:
    """The version comes at the minimum that the policy has: another one is a change of price, that shows as such."""
    if quoted.product_version != terms.product_version:
        yield ChangeProductVersion(quoted.product_version, terms.minimum_eur)


def _sections(terms: PolicyTerms, quoted: PolicyTerms) -> Iterator[Change]:
    """What comes in first: the last section that is known may leave once another is there."""
    for one in quoted.sections:
        known = terms.section(one.key)
        if known is None:
            yield OpenSection(_come(one))
        elif (known.risk_code, known.headcount, known.wages_eur) != (one.risk_code, one.headcount, one.wages_eur):
            yield RereadSection(one.siret, one.section, one.risk_code, one.headcount, one.wages_eur)
    for one in terms.sections:
        if quoted.section(one.key) is None:
            yield CloseSection(one.siret, one.section, Leaving.CLOSED)


def _come(section: InsuredSection) -> InsuredSection:
    return replace(section, origin=SectionOrigin.OPENED)


def _instalments(terms: PolicyTerms, quoted: PolicyTerms) -> Iterator[Change]:
    if (quoted.frequency, quoted.surcharge) != (terms.frequency, terms.surcharge):
        yield ChangeInstalments(quoted.frequency, quoted.surcharge)
