"""The letters of a policy: its renewal, the notice of new terms, its termination."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Refused
from atmp_insure.kernel.french import begun, french_euros
from atmp_insure.policies.changes_table import changes_table
from atmp_insure.policies.charges import negated
from atmp_insure.policies.ending_texts import Ending, ending_paragraphs, ending_subject
from atmp_insure.policies.paper_changes import told_changes
from atmp_insure.policies.paper_clauses import new_wording
from atmp_insure.policies.paper_days import day_fr, due_day, first_ending_due, period_fr
from atmp_insure.policies.paper_values import RenewalLetter, Situation, TerminationLetter, references_of, state_before
from atmp_insure.policies.premium_lines import charged_premium, total_of
from atmp_insure.policies.premium_tables import premium_table
from atmp_insure.policies.renewal_texts import may_end_sentence, renewed_sentence
from atmp_insure.policies.transactions import Renewal, Termination, total_eur

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from atmp_insure.policies.ending_grounds import EndingGround
    from atmp_insure.policies.paper_frame import Frame
    from atmp_insure.policies.state import PolicyState
    from atmp_insure.policies.transactions import Charge, Entry, InsuranceYear, Transaction


def renewal_letter(frame: Frame, found: Situation, entry: Entry, *, is_notice: bool = False) -> RenewalLetter:
    """The letter of a new policy year, or the notice of its new terms before it begins.

    Raises:
        Refused: the client could not end the policy rather than accept the terms of the notice.

    Source: art. L.113-12 and L.113-15 Code des assurances; art. R.113-4 (amount and date of the premium).
    """
    content, before, state = entry.content, state_before(found), found.state
    assert isinstance(content, Renewal)
    days = period_fr(content.year.first_day, content.year.last_day)
    named = "Nouvelles conditions de" if is_notice else "Renouvellement de"
    lines = charged_premium(entry.charges)
    last_day = found.last_day_to_send(content.year.first_day if is_notice else due_day(content.year))
    if is_notice:
        _require_free(before, content.year, last_day, frame.dated)
    return RenewalLetter(
        frame=frame,
        references=references_of(frame, found, ("Année", days)),
        is_notice=is_notice,
        subject=f"{named} votre contrat {frame.reference} au {day_fr(content.year.first_day)}",
        opening_fr=renewed_sentence(content.year, is_notice=is_notice, changes=bool(content.changes)),
        changes=told_changes(content.changes, before.terms, content.year.first_day, frame),
        compared=changes_table(before.terms, state.terms, frame),
        wording=new_wording(content.changes, found.product, state.terms),
        premium=premium_table(f"Prime de l'année d'assurance, {days}", lines),
        premium_fr=(
            f"La prime de cette année d'assurance est de {french_euros(total_of(lines))}, taxe comprise. Elle "
            "est provisionnelle : elle sera régularisée sur la masse salariale définitive."
        ),
        ending_fr=may_end_sentence(content.year, last_day, is_notice=is_notice),
    )


def _require_free(before: PolicyState, year: InsuranceYear, last_day: date, dated: date) -> None:
    """New terms bind at a due date only who could leave by then (art. L.113-12 Code des assurances)."""
    if first_ending_due(before.began_on, before.year) > year.first_day:
        raise Refused(
            f"Le client ne peut pas encore résilier au {day_fr(year.first_day)}, avant un an de contrat : de nouvelles "
            "conditions demandent un avenant signé."
        )
    if dated > last_day:
        raise Refused(
            f"Les nouvelles conditions s'annoncent au plus tard le {day_fr(last_day)}, dernier jour où le client peut "
            "résilier : reconduire aux conditions en cours, ou les proposer pour l'échéance suivante."
        )


def termination_letter(
    frame: Frame, found: Situation, transaction: Transaction, ground: EndingGround
) -> TerminationLetter:
    """The letter that ends a policy: ground, last day covered, premium given back or kept, claims that stay covered.

    Source: by ground, see `ending_texts`.
    """
    content, charges = transaction.entry.content, transaction.entry.charges
    assert isinstance(content, Termination)
    lines = charged_premium(negated(charges))
    ending = Ending(
        reference=frame.reference, ground=ground, ends_on=transaction.effective_on, refunding=content.refunding,
        voids=content.voids, before=state_before(found), refunded_eur=-total_eur(charges), refunded_days=_days(charges),
    )  # fmt: skip
    return TerminationLetter(
        frame=frame,
        references=references_of(frame, found, ("Motif", begun(ground.label_fr))),
        subject=ending_subject(ending),
        paragraphs=ending_paragraphs(ending),
        refund=premium_table("Prime rendue, ligne par ligne", lines) if lines else None,
    )


def _days(charges: Sequence[Charge]) -> tuple[date, date] | None:
    if not charges:
        return None
    return min(one.first_day for one in charges), max(one.last_day for one in charges)
