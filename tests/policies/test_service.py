"""A policy is issued from what the client accepted, at that price, and lives by transactions that are never changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Role
from atmp_insure.db.projections import differences
from atmp_insure.db.scope import OutOfScope
from atmp_insure.diary.deadline_models import Task, TaskState
from atmp_insure.kernel.errors import InvalidInput, NotFound, Refused
from atmp_insure.policies import issue_service, queries, service
from atmp_insure.policies.changes import ChangeBroker, ChangeContact, ChangeWages
from atmp_insure.policies.issue_service import Issuing
from atmp_insure.policies.jobs import POLICY_STANDINGS
from atmp_insure.policies.stack_service import Act
from atmp_insure.policies.state import Standing
from atmp_insure.policies.transactions import (
    Endorsement,
    Refunding,
    Renewal,
    Resumption,
    Suspension,
    Termination,
    TransactionKind,
)
from atmp_insure.underwriting.queries import get_quote
from tests.policies.builders import Y2028
from tests.policies.desk import CATALOGUE, Desk
from tests.underwriting import desk as quoting
from tests.underwriting.desk import NOW, at

if TYPE_CHECKING:
    from atmp_insure.policies.changes import Change

JANUARY, JULY = date(2027, 1, 1), date(2027, 7, 1)


def wages_of(desk: Desk, policy: int, share: Fraction) -> Change:
    """Wages of the first section, multiplied."""
    state = desk.state(policy, JANUARY)
    assert state is not None
    one = state.terms.sections[0]
    return ChangeWages(one.siret, one.section, one.wages_eur * share)


def test_a_policy_says_what_was_accepted_at_the_price_that_was_accepted(desk: Desk) -> None:
    policy = desk.policy(desk.issued())
    quote = desk.quoting.quote(policy.quote_id or 0)
    accepted = quote.acceptance
    assert accepted is not None
    variant = quote.answer["variants"][quoting.SIGNED.variant]
    assert desk.charged_eur(policy.id) == accepted.premium_eur == Decimal(variant["premium"]["total_eur"])
    charges = policy.transactions[0].charges
    lines = {line["code"]: line for line in variant["premium"]["lines"]}
    assert {one.code: str(one.net_eur) for one in charges} == {code: one["net_eur"] for code, one in lines.items()}
    assert {one.code: str(one.tax_eur) for one in charges} == {code: one["tax_eur"] for code, one in lines.items()}
    state = desk.state(policy.id, JANUARY)
    assert state is not None
    assert sorted(state.terms.guarantees) == variant["guarantees"]
    assert str(state.terms.deductible.value) == str(Fraction(variant["deductible"]["value"]))
    assert (state.year.first_day, state.year.last_day) == (JANUARY, date(2027, 12, 31))
    assert state.terms.broker_id == desk.quoting.broker_id
    assert state.terms.mandate_id == accepted.mandate_id
    assert policy.reference == f"P-{policy.reference[2:]}"
    assert len(policy.reference) == 8


def test_issuing_ends_the_task_of_the_acceptance_and_happens_once(desk: Desk) -> None:
    number = desk.accepted_quote()
    with desk.database.writing(desk.quoting.underwriter) as session:
        quote = get_quote(session, number)
        first = issue_service.issue_policy(session, quote, Issuing(desk.insurer), CATALOGUE, Act("Accepté", NOW)).id
        again = issue_service.issue_policy(session, quote, Issuing(desk.insurer), CATALOGUE, Act("Accepté", NOW)).id
    assert first == again
    asked = [one for one in desk.quoting.all(Task) if one.key == f"quote:{number}:accepted"]
    assert [one.state for one in asked] == [TaskState.DONE]


def test_a_quote_that_nobody_accepted_gives_no_policy(desk: Desk) -> None:
    quote = desk.quoting.quoted()
    with desk.database.writing(desk.quoting.underwriter) as session, pytest.raises(Refused, match="pas accepté"):
        issue_service.issue_policy(session, get_quote(session, quote), Issuing(desk.insurer), CATALOGUE, Act("x", NOW))


def test_an_unknown_agreement_is_asked_for_again(desk: Desk) -> None:
    quote = desk.accepted_quote()
    with desk.database.writing(desk.quoting.underwriter) as session, pytest.raises(InvalidInput) as error:
        issue_service.issue_policy(session, get_quote(session, quote), Issuing(10**6), CATALOGUE, Act("x", NOW))
    assert [fault.place for fault in error.value.faults] == ["agreement_version_id"]


def test_five_years_of_a_policy_told_by_its_transactions(desk: Desk) -> None:
    policy = desk.issued()
    yearly = desk.charged_eur(policy)
    desk.carried_out(policy, JULY, Endorsement((wages_of(desk, policy, Fraction(2)),)), now=at(JULY))
    desk.carried_out(policy, Y2028.first_day, Renewal(Y2028), now=at(date(2027, 11, 2)))
    desk.carried_out(policy, date(2028, 4, 1), Suspension(), now=at(date(2028, 3, 31)))
    desk.carried_out(policy, date(2028, 5, 3), Resumption(), now=at(date(2028, 5, 2)))
    state = desk.state(policy, date(2028, 4, 15))
    assert state is not None
    assert state.standing(date(2028, 4, 15)) is Standing.SUSPENDED
    assert not state.covers(date(2028, 4, 15))
    assert desk.state(policy, date(2028, 4, 15), at(date(2028, 1, 1))).covers(date(2028, 4, 15))  # type: ignore[union-attr]
    desk.carried_out(policy, date(2029, 1, 1), Termination("due_date_insured", Refunding.UNEARNED),
                     now=at(date(2028, 9, 1)))  # fmt: skip
    ended = desk.state(policy, date(2029, 1, 1))
    assert ended is not None
    assert ended.standing(date(2029, 1, 1)) is Standing.ENDED
    assert desk.state(policy, date(2028, 12, 31)).covers(date(2028, 12, 31))  # type: ignore[union-attr]
    kinds = [one.kind for one in desk.policy(policy).transactions]
    assert kinds == [
        TransactionKind.ISSUE, TransactionKind.ENDORSE, TransactionKind.RENEW, TransactionKind.SUSPEND,
        TransactionKind.RESUME, TransactionKind.TERMINATE,
    ]  # fmt: skip
    assert desk.charged_eur(policy) > yearly * 3  # one year, half a year more, then twice the wages


def test_what_comes_in_before_others_reverses_them_and_applies_them_again(desk: Desk) -> None:
    policy = desk.issued()
    desk.carried_out(policy, Y2028.first_day, Renewal(Y2028))
    rows = desk.carried_out(policy, JULY, Endorsement((wages_of(desk, policy, Fraction(2)),)))
    assert [one.kind for one in rows] == [TransactionKind.REVERSE, TransactionKind.ENDORSE, TransactionKind.RENEW]
    assert [one.act_number for one in rows] == [3, 3, 3]
    assert (rows[0].reverses_number, rows[2].replays_number) == (2, 2)
    nets = [sum(charge.net_eur for charge in row.charges) for row in rows]
    assert nets[2] == -nets[0] * 2, "twice the wages, twice the premium"
    before = desk.charged_eur(policy)
    desk.taken_back(policy, 4)
    assert desk.charged_eur(policy) != before
    state = desk.state(policy, Y2028.first_day)
    assert state is not None
    assert state.terms == desk.state(policy, JANUARY).terms  # type: ignore[union-attr]


def test_standings_say_what_a_rebuild_would_say(desk: Desk) -> None:
    policy = desk.issued()
    desk.carried_out(policy, Y2028.first_day, Renewal(Y2028))
    desk.carried_out(policy, date(2028, 3, 1), Suspension())
    with desk.database.reading(desk.by(Role.MANAGER)) as session:
        assert differences(session, POLICY_STANDINGS) == ([], [])
        standing = queries.find_standing(session, policy)
    assert standing is not None
    assert (standing.year_last_day, standing.suspended_on) == (Y2028.last_day, date(2028, 3, 1))
    for number in (3, 2, 1):
        desk.taken_back(policy, number)
    with desk.database.reading(desk.by(Role.MANAGER)) as session:
        assert queries.find_standing(session, policy) is None
        assert differences(session, POLICY_STANDINGS) == ([], [])


@pytest.mark.parametrize(
    ("role", "change", "allowed"),
    [
        (Role.UNDERWRITER, ChangeContact(None), True),
        (Role.PREMIUM_ACCOUNTANT, ChangeContact(None), True),
        (Role.CLAIMS_HANDLER, ChangeContact(None), False),
        (Role.UNDERWRITER, ChangeBroker(None, Fraction(0)), False),
        (Role.MANAGER, ChangeBroker(None, Fraction(0)), True),
    ],
)
def test_each_kind_of_change_has_its_right(desk: Desk, role: Role, change: Change, *, allowed: bool) -> None:
    policy = desk.issued()
    if allowed:
        assert desk.carried_out(policy, JULY, Endorsement((change,)), by=desk.by(role))
        return
    with pytest.raises(OutOfScope):
        desk.carried_out(policy, JULY, Endorsement((change,)), by=desk.by(role))


def test_a_broker_changes_whom_one_writes_to_and_nothing_else_and_only_its_clients(desk: Desk) -> None:
    policy = desk.issued()
    broker = desk.quoting.broker
    assert desk.carried_out(policy, JULY, Endorsement((ChangeContact(None),)), by=broker)
    with pytest.raises(OutOfScope):
        desk.carried_out(policy, JULY, Endorsement((wages_of(desk, policy, Fraction(2)),)), by=broker)
    with pytest.raises(NotFound):
        desk.carried_out(policy, JULY, Endorsement((ChangeContact(None),)), by=desk.quoting.stranger)


def test_an_act_without_reason_or_on_a_policy_that_changed_meanwhile_is_refused(desk: Desk) -> None:
    policy = desk.issued()
    wanted = service.Wanted(JULY, Endorsement((ChangeContact(None),)))
    act = Act("Vu", NOW, expected=1)
    with desk.database.writing(desk.by(Role.MANAGER)) as session:
        found = queries.get_policy(session, policy)
        with pytest.raises(InvalidInput):
            service.carry_out(session, found, wanted, replace(act, reason=" "), CATALOGUE)
        service.carry_out(session, found, wanted, act, CATALOGUE)
        with pytest.raises(Refused, match="a changé"):
            service.carry_out(session, found, wanted, act, CATALOGUE)
