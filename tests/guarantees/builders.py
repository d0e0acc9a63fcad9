"""Builders of claims, covers and terms: a grave accident of March 2026, under a cover of the civil year 2026."""

from __future__ import annotations

import csv
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from atmp_insure.guarantees.catalogue import GUARANTEES
from atmp_insure.guarantees.catalogue.guarantee import ClaimFacts, CoverTerms, PaymentBasis
from atmp_insure.guarantees.product import GuaranteeTerms
from atmp_insure.guarantees.vocabulary import Cause, InsuredEvent, TriggerBasis
from atmp_insure.regulation.values import Citation, Confidence

if TYPE_CHECKING:
    from atmp_insure.guarantees.catalogue.guarantee import Answer, Guarantee

CODES = tuple(one.code for one in GUARANTEES)
INDEMNITIES = GUARANTEES[:4]
A_CITATION = Citation("un texte", Confidence.SECONDARY, date(2026, 11, 22), "fichier:1")
GOLDEN = Path(__file__).parent / "golden"


def golden(name: str) -> list[dict[str, str]]:
    """Rows of a golden table; each has its source."""
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows, name
    assert all(row["source"] for row in rows), name
    return rows


def a_claim(
    *,
    cause: Cause = Cause.ACCIDENT,
    event: InsuredEvent | None = InsuredEvent.IP4,
    occurred_on: str = "2026-03-03",
    notified_on: str | None = None,
    account_year: int | None = None,
    was_known: bool = False,
    recourse_engaged: bool = False,
    recourse_won: bool = False,
) -> ClaimFacts:
    """A claim; days as `2026-03-03`."""
    return ClaimFacts(
        cause,
        event,
        date.fromisoformat(occurred_on),
        date.fromisoformat(notified_on) if notified_on else None,
        account_year,
        was_known,
        recourse_engaged,
        recourse_won,
    )


def a_cover(
    *,
    guarantees: tuple[str, ...] = CODES,
    first_day: str = "2026-01-01",
    last_day: str = "2026-12-31",
    cover_began_on: str = "2026-01-01",
    basis: TriggerBasis = TriggerBasis.OCCURRENCE,
    waiting_days: int = 0,
    recourse_must_be_engaged: bool = False,
) -> CoverTerms:
    """The cover of a policy year."""
    return CoverTerms(
        frozenset(guarantees),
        date.fromisoformat(first_day),
        date.fromisoformat(last_day),
        date.fromisoformat(cover_began_on),
        basis,
        waiting_days,
        recourse_must_be_engaged,
    )


def some_terms(
    code: str = "IP4",
    *,
    causes: frozenset[Cause] = frozenset(Cause),
    includes_death: bool = True,
    fee_share: str | None = None,
) -> GuaranteeTerms:
    """Terms of one guarantee."""
    share = Fraction(fee_share) if fee_share is not None else None
    return GuaranteeTerms(code, False, causes, includes_death, share, "ordinary", A_CITATION)


def a_basis(excess: str, deductible: str = "0", limit: str = "", fees: str = "0") -> PaymentBasis:
    """What is paid upon, in euros; no limit when it is empty."""
    return PaymentBasis(Fraction(excess), Fraction(deductible), Fraction(limit) if limit else None, Fraction(fees))


def codes(found: Answer) -> list[str]:
    """Codes of the reasons of an answer, in their order."""
    return [reason.code for reason in found.reasons]


def asked(guarantee: Guarantee, claim: ClaimFacts, cover: CoverTerms | None = None) -> Answer:
    """What a guarantee answers, under its usual terms."""
    return guarantee.is_eligible(claim, cover or a_cover(), some_terms(guarantee.code))
