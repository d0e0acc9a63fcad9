"""The papers that make or attest a policy: special conditions, endorsements and their numbers, certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.policies.changes_table import changes_table
from atmp_insure.policies.charges import days_of
from atmp_insure.policies.cover_texts import cover_days, insured_causes, standing_sentence
from atmp_insure.policies.paper_changes import told_changes
from atmp_insure.policies.paper_clauses import new_wording, to_confirm, wording_of
from atmp_insure.policies.paper_days import FIRST_HOUR, day_fr, period_fr
from atmp_insure.policies.paper_frame import Frame, insurers_text, leader_name
from atmp_insure.policies.paper_parties import parties_of
from atmp_insure.policies.paper_tables import cover_table, sections_table
from atmp_insure.policies.paper_values import (
    Certificate,
    EndorsementPaper,
    Signed,
    Situation,
    SpecialConditions,
    references_of,
    state_before,
)
from atmp_insure.policies.premium_lines import charged_days, charged_premium, yearly_premium
from atmp_insure.policies.premium_tables import premium_table, rates_table
from atmp_insure.policies.premium_texts import charged_sentence, premium_clauses
from atmp_insure.policies.renewal_texts import renewal_clause
from atmp_insure.policies.state import counting
from atmp_insure.policies.transactions import Endorsement, TransactionKind, total_eur

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from atmp_insure.policies.transactions import Transaction


def special_conditions(
    frame: Frame, found: Situation, transaction: Transaction, signed: Signed | None
) -> SpecialConditions:
    """The special conditions of a policy that begins.

    Source: art. L.112-4, L.113-12 and L.113-15 Code des assurances (what a policy states).
    """
    terms, first_year = found.state.terms, found.state.years[0]
    yearly = yearly_premium(terms, found.tax, transaction.effective_on)
    charged = charged_premium(transaction.entry.charges)
    is_whole = (first_year.last_day - first_year.first_day).days + 1 == days_of(first_year)
    caption = f"Prime de la première période, {period_fr(first_year.first_day, first_year.last_day)}"
    return SpecialConditions(
        frame=frame,
        references=references_of(frame, found, ("Prise d'effet", f"{day_fr(first_year.first_day)} {FIRST_HOUR}")),
        parties=parties_of(frame, found.state),
        is_shared=len(terms.shares) > 1,
        cover_fr=cover_days(found.state, found.product),
        renewal_fr=renewal_clause(found.state, found.last_day_to_send),
        cover=cover_table(terms, found.product),
        sections=sections_table(terms.sections),
        rates=rates_table(terms),
        premium=premium_table("Prime d'une année entière", yearly),
        first_charges=None if is_whole or not charged else premium_table(caption, charged),
        premium_fr=premium_clauses(frame, found.state),
        wording=wording_of(found.product, terms),
        signed=signed,
        unconfirmed=to_confirm(found.product, terms),
        leader=leader_name(frame, terms.shares),
    )


def endorsement(frame: Frame, found: Situation, transaction: Transaction, number: int) -> EndorsementPaper:
    """An endorsement: its number, each change as a sentence, before and after, the charges.

    Source: art. L.112-3 Code des assurances (any change of the policy is an endorsement signed by both).
    """
    content, before = transaction.entry.content, state_before(found)
    assert isinstance(content, Endorsement)
    charges = transaction.entry.charges
    lines, days = charged_premium(charges), charged_days(charges)
    return EndorsementPaper(
        frame=frame,
        references=references_of(frame, found, ("Avenant", f"n° {number}")),
        number=number,
        effect_fr=f"{day_fr(transaction.effective_on)} {FIRST_HOUR}",
        changes=told_changes(content.changes, before.terms, transaction.effective_on, frame),
        compared=changes_table(before.terms, found.state.terms, frame),
        wording=new_wording(content.changes, found.product, found.state.terms),
        charges=premium_table(f"Prime de cet avenant, {days}", lines) if lines else None,
        charged_fr=charged_sentence(total_eur(charges)),
        leader=leader_name(frame, found.state.terms.shares),
    )


def endorsement_number(stack: Sequence[Transaction], number: int) -> int:
    """The rank of an endorsement among those that count, in the order in which they were first recorded.

    One that comes in before others leaves them their numbers, though they are applied again after it.

    Raises:
        ValueError: the transaction is no endorsement that counts.

    Source: a choice of this product.
    """
    replayed = {one.number: one.entry.replays for one in stack}
    counted = [one.number for one in counting(stack) if one.kind is TransactionKind.ENDORSE]
    return sorted(counted, key=lambda one: _origin(one, replayed)).index(number) + 1


def _origin(number: int, replayed: Mapping[int, int | None]) -> int:
    former = replayed[number]
    return number if former is None else _origin(former, replayed)


def certificate(frame: Frame, found: Situation, on: date) -> Certificate:
    """What is certified of a policy on a day: for whom, what is covered, and whether cover is suspended.

    Source: art. L.112-2 and L.112-3 Code des assurances (the policy alone binds the parties).
    """
    state = found.state
    return Certificate(
        frame=frame,
        references=references_of(frame, found, ("Attestation au", day_fr(on))),
        on_fr=day_fr(on),
        is_covered=state.covers(on),
        standing_fr=standing_sentence(state, on),
        insurers=insurers_text(frame, state.terms.shares),
        insures_fr=insured_causes(state.terms),
        cover=cover_table(state.terms, found.product),
        sections=sections_table(state.terms.sections),
    )
