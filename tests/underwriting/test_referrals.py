"""A quote outside the rules: handed over, decided within one's authority or by two, by the insurer; nothing is lost."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.models import Approval, ApprovalState
from atmp_insure.access.roles import Role
from atmp_insure.db.actor import system
from atmp_insure.db.scope import OutOfScope
from atmp_insure.diary.deadline_models import Task, TaskState
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.underwriting import queries, referral_service, service
from atmp_insure.underwriting.decision import Verdict
from atmp_insure.underwriting.models import DecisionKind, QuoteDecision
from atmp_insure.underwriting.quote_course import QuoteState
from tests.underwriting.desk import GRANTED, NOW, REFUSED, WHY_REFERRED, WITH_CONDITIONS, Quoting

if TYPE_CHECKING:
    from atmp_insure.db.actor import Actor
    from atmp_insure.underwriting.referral_service import Answered

WAGES = Decimal("6034750.00")  # insured wages of the metalworks
CENT = Decimal("0.01")


def to_insurer(quoting: Quoting, quote: int, by: Actor | None = None) -> None:
    with quoting.database.writing(by or quoting.underwriter) as session:
        referral_service.refer_to_insurer(session, queries.get_quote(session, quote), "Trois sinistres graves.", NOW)


def standing(quoting: Quoting, quote: int) -> tuple[QuoteState, str | None]:
    found = quoting.quote(quote)
    return found.state, found.waits_for


def awaiting(quoting: Quoting) -> tuple[int, int]:
    with quoting.database.reading(quoting.underwriter) as session:
        return queries.count_awaiting(session, "underwriter"), queries.count_awaiting(session, "insurer")


def test_a_quote_to_refer_goes_to_the_underwriters_with_the_words_of_whoever_made_it(quoting: Quoting) -> None:
    before = awaiting(quoting)
    quote = quoting.referred()
    assert standing(quoting, quote) == (QuoteState.REFERRED, "underwriter")
    [task] = quoting.all(Task)
    assert (task.title, task.detail, task.team) == (
        f"Statuer sur le devis {quoting.quote(quote).reference}", "Client de dix ans.", Role.UNDERWRITER,
    )  # fmt: skip
    assert awaiting(quoting) == (before[0] + 1, before[1])


@pytest.mark.parametrize("verdict", [Verdict.ACCEPT, Verdict.REFUSE])
def test_only_a_quote_to_refer_is_referred_and_only_one_that_waits_is_decided(
    quoting: Quoting, verdict: Verdict
) -> None:
    quote = quoting.quoted(verdict)
    before = standing(quoting, quote)
    with quoting.database.writing(quoting.broker) as session, pytest.raises(Refused, match="pas à soumettre"):
        referral_service.refer_quote(session, queries.get_quote(session, quote), "", NOW)
    with pytest.raises(Refused, match="n'attend pas de décision"):
        quoting.decided(quote)
    with pytest.raises(Refused, match="n'attend pas le service souscription"):
        to_insurer(quoting, quote)
    with pytest.raises(Refused, match="Aucune décision"):
        quoting.applied(quote)
    assert standing(quoting, quote) == before
    assert quoting.count(Task) == (0,)


def test_a_quote_is_referred_once(quoting: Quoting) -> None:
    quote = quoting.referred()
    with quoting.database.writing(quoting.broker) as session, pytest.raises(Refused, match="pas à soumettre"):
        referral_service.refer_quote(session, queries.get_quote(session, quote), "encore", NOW)
    assert quoting.count(Task) == (1,)


def test_a_broker_decides_nothing_not_even_for_its_own_client(quoting: Quoting) -> None:
    quote = quoting.referred()
    quoting.may_accept(quoting.broker, WAGES)
    with pytest.raises(OutOfScope):
        quoting.decided(quote, by=quoting.broker)
    with pytest.raises(OutOfScope):
        to_insurer(quoting, quote, quoting.broker)
    decision = quoting.decided(quote)
    quoting.may_accept(quoting.second, WAGES)
    quoting.accord(decision, quoting.second)
    with quoting.database.writing(quoting.broker) as session, pytest.raises(OutOfScope):
        referral_service.apply_decision(session, queries.get_quote(session, quote), NOW)
    assert standing(quoting, quote) == (QuoteState.REFERRED, "underwriter")


def test_within_their_authority_an_underwriter_decides_alone_and_the_conditions_are_kept(quoting: Quoting) -> None:
    quote = quoting.referred()
    quoting.may_accept(quoting.underwriter, WAGES)
    quoting.decided(quote, WITH_CONDITIONS)
    assert standing(quoting, quote) == (QuoteState.READY, None)
    rules, decided = quoting.quote(quote).decisions
    assert (rules.kind, rules.verdict, rules.reasons[0]["text_fr"]) == (DecisionKind.RULES, "refer", WHY_REFERRED)
    assert (decided.kind, decided.verdict, decided.decided_by) == (
        DecisionKind.UNDERWRITER, "accept", "bureau.underwriter",
    )  # fmt: skip
    assert decided.conditions == "Plan de prévention signé avant la prise d'effet."
    assert decided.reasons[0]["text_fr"] == GRANTED.reason
    assert (decided.applied_at, decided.approval_id) == (NOW, None)
    with pytest.raises(Refused, match="n'attend pas de décision"):
        quoting.decided(quote, REFUSED)


@pytest.mark.parametrize(("up_to", "alone"), [(WAGES, True), (WAGES - CENT, False), (None, False)])
def test_authority_is_counted_on_insured_wages_to_the_cent(
    quoting: Quoting, up_to: Decimal | None, alone: bool
) -> None:
    quote = quoting.referred()
    if up_to is not None:
        quoting.may_accept(quoting.underwriter, up_to)
    assert (quoting.decided(quote).applied_at is not None) is alone
    assert standing(quoting, quote)[0] is (QuoteState.READY if alone else QuoteState.REFERRED)
    assert quoting.count(Approval) == (0 if alone else 1,)


def test_above_it_another_person_whose_own_authority_suffices_agrees_and_then_it_takes_effect(
    quoting: Quoting,
) -> None:
    quote = quoting.referred()
    decision = quoting.decided(quote, WITH_CONDITIONS)
    with pytest.raises(Refused, match="attend déjà sa seconde validation"):
        quoting.decided(quote, REFUSED)
    with pytest.raises(Refused, match="pas encore donné"):
        quoting.applied(quote)
    quoting.may_accept(quoting.underwriter, WAGES)
    with pytest.raises(Refused, match="autre personne"):
        quoting.accord(decision, quoting.underwriter)
    quoting.may_accept(quoting.second, WAGES - CENT)
    with pytest.raises(Refused, match="votre propre plafond"):
        quoting.accord(decision, quoting.second)
    quoting.may_accept(quoting.second, WAGES)
    quoting.accord(decision, quoting.second)
    assert standing(quoting, quote) == (QuoteState.REFERRED, "underwriter")
    quoting.applied(quote)
    assert standing(quoting, quote) == (QuoteState.READY, None)
    assert [one.applied_at for one in quoting.quote(quote).decisions] == [NOW, NOW]
    assert [one.state for one in quoting.all(Approval)] == [ApprovalState.USED]
    with pytest.raises(Refused, match="Aucune décision"):
        quoting.applied(quote)


def test_an_accord_that_is_refused_leaves_the_quote_to_be_decided_again_and_both_decisions_stay(
    quoting: Quoting,
) -> None:
    quote = quoting.referred()
    first = quoting.decided(quote)
    quoting.accord(first, quoting.second, granted=False)
    with pytest.raises(Refused, match="Aucune décision"):
        quoting.applied(quote)
    assert quoting.decided(quote, REFUSED).applied_at == NOW  # nobody needs an authority to refuse
    assert standing(quoting, quote) == (QuoteState.REFUSED, None)
    assert [(one.verdict, one.applied_at) for one in quoting.quote(quote).decisions] == [
        ("refer", NOW), ("accept", None), ("refuse", NOW),
    ]  # fmt: skip


def test_an_accord_serves_for_the_decision_that_was_shown_and_for_no_later_version(quoting: Quoting) -> None:
    quote = quoting.referred()
    decision = quoting.decided(quote)
    quoting.may_accept(quoting.second, WAGES)
    newer = quoting.kept(quoting.quote(quote).submission_id, Verdict.REFER)
    quoting.accord(decision, quoting.second)
    for one in (quote, newer):
        with pytest.raises(Refused, match="Aucune décision"):
            quoting.applied(one)
    assert [standing(quoting, one)[0] for one in (quote, newer)] == [QuoteState.REPLACED, QuoteState.TO_REFER]


def test_a_decision_says_why(quoting: Quoting) -> None:
    quote = quoting.referred()
    with pytest.raises(InvalidInput, match="motif absent"):
        quoting.decided(quote, replace(GRANTED, reason=" \n"))
    assert quoting.count(QuoteDecision, Approval) == (1, 0)


def test_a_referred_quote_goes_on_to_the_insurer_whose_answer_is_recorded(quoting: Quoting) -> None:
    quote = quoting.referred()
    quoting.may_accept(quoting.underwriter, WAGES)
    to_insurer(quoting, quote)
    assert standing(quoting, quote) == (QuoteState.REFERRED, "insurer")
    with pytest.raises(Refused, match="n'attend pas le service souscription"):
        to_insurer(quoting, quote)
    assert quoting.decided(quote, WITH_CONDITIONS).kind is DecisionKind.INSURER
    assert standing(quoting, quote) == (QuoteState.READY, None)
    reference = quoting.quote(quote).reference
    assert [one.title for one in quoting.all(Task)] == [
        f"Statuer sur le devis {reference}", f"Obtenir la réponse de l'assureur sur le devis {reference}",
    ]  # fmt: skip


def test_what_the_insurer_answered_needs_a_second_person_above_one_s_authority_too(quoting: Quoting) -> None:
    quote = quoting.referred()
    to_insurer(quoting, quote)
    decision = quoting.decided(quote)
    assert (decision.kind, decision.applied_at) == (DecisionKind.INSURER, None)
    assert standing(quoting, quote) == (QuoteState.REFERRED, "insurer")


def to_do(quoting: Quoting) -> list[str]:
    """Whose answer is still asked for: the key of a task names whom its quote waits for."""
    return [one.key.rpartition(":")[2] for one in quoting.all(Task) if one.state is TaskState.OPEN]


@pytest.mark.parametrize("answered", [GRANTED, REFUSED], ids=["granted", "refused"])
def test_once_decided_nobody_is_asked_to_decide_any_more(quoting: Quoting, answered: Answered) -> None:
    quote = quoting.referred()
    assert to_do(quoting) == ["underwriter"]
    quoting.may_accept(quoting.underwriter, WAGES)
    quoting.decided(quote, answered)
    [task] = quoting.all(Task)
    assert (task.state, task.ended_by, task.ended_reason) == (TaskState.DONE, "bureau.underwriter", None)


def test_a_decision_is_still_to_be_taken_while_it_awaits_its_second_accord(quoting: Quoting) -> None:
    quote = quoting.referred()
    decision = quoting.decided(quote)
    assert to_do(quoting) == ["underwriter"]
    quoting.may_accept(quoting.second, WAGES)
    quoting.accord(decision, quoting.second)
    quoting.applied(quote)
    assert to_do(quoting) == []


def test_handed_on_to_the_insurer_it_is_the_insurer_s_answer_that_is_to_be_had(quoting: Quoting) -> None:
    quote = quoting.referred()
    to_insurer(quoting, quote)
    assert to_do(quoting) == ["insurer"]
    quoting.may_accept(quoting.underwriter, WAGES)
    quoting.decided(quote)
    assert to_do(quoting) == []


@pytest.mark.parametrize("end", ["replaced", "closed"])
def test_a_quote_that_ends_undecided_leaves_no_task(quoting: Quoting, end: str) -> None:
    quote = quoting.referred()
    file = quoting.quote(quote).submission_id
    if end == "replaced":
        quoting.kept(file)
    else:
        with quoting.database.writing(quoting.broker) as session:
            service.close_submission(session, queries.get_submission(session, file), "sans suite", NOW)
    [task] = quoting.all(Task)
    assert (task.state, task.ended_reason) == (TaskState.DROPPED, "Ce devis n'est plus en vigueur.")


def test_a_decision_that_awaits_its_accord_is_not_handed_on_to_the_insurer(quoting: Quoting) -> None:
    quote = quoting.referred()
    quoting.decided(quote)
    with pytest.raises(Refused, match="seconde validation"):
        to_insurer(quoting, quote)
    assert standing(quoting, quote) == (QuoteState.REFERRED, "underwriter")


def test_a_quote_without_any_price_is_not_granted(quoting: Quoting) -> None:
    quote = quoting.referred()
    with quoting.database.writing(system("test")) as session:
        found = queries.get_quote(session, quote)
        found.answer_text = json.dumps(found.answer | {"variants": []})
    for answered, refused in ((GRANTED, True), (REFUSED, False)):
        with quoting.database.writing(quoting.underwriter) as session:
            found = queries.get_quote(session, quote)
            with pytest.raises(Refused, match="pas de prix") if refused else nullcontext():
                referral_service.decide_quote(session, found, answered, NOW)
    assert standing(quoting, quote) == (QuoteState.REFUSED, None)
