"""Bank accounts: an IBAN serves nothing before a second person confirmed exactly that IBAN."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from atmp_insure.access import approvals
from atmp_insure.access.roles import Role
from atmp_insure.db.scope import OutOfScope
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.parties import account_queries, account_service
from atmp_insure.parties.account_queries import AccountOwner
from atmp_insure.parties.account_service import NewAccount
from atmp_insure.parties.partner_models import AccountPurpose, AccountState, BankAccount
from tests.db.builders import a_user
from tests.parties.desk import NOW, OTHER_SIREN, a_known_company, a_partner, of_company, of_office, of_organisation

if TYPE_CHECKING:
    from atmp_insure.db.actor import Actor
    from atmp_insure.db.engine import Database

FIRST_IBAN, SECOND_IBAN = "FR7630006000011234567890189", "FR1420041010050500013M02606"
GIVEN = NewAccount(
    AccountPurpose.PREMIUMS, "Métaux Exemple", "FR76 3000 6000 0112 3456 7890 189", "", "RIB confirmé par téléphone"
)


@pytest.fixture
def people(database: Database) -> tuple[Actor, Actor]:
    """Who gives an IBAN, and who confirms it."""
    first, second = a_user(database, "camille"), a_user(database, "dominique")
    return of_office(user_id=first), replace(of_office(user_id=second), name="dominique")


def propose(database: Database, by: Actor, owner: AccountOwner, given: NewAccount = GIVEN) -> int:
    with database.writing(by) as session:
        return account_service.propose_account(session, owner, "Métaux Exemple", given, NOW).id


def answer(database: Database, by: Actor, account: int, *, granted: bool = True) -> None:
    with database.writing(by) as session:
        found = account_queries.get_account(session, account)
        account_service.answer_account(session, found, granted=granted, reason="rappelé", now=NOW)


def in_use(database: Database, owner: AccountOwner) -> str | None:
    with database.reading(of_office()) as session:
        found = account_queries.find_account_in_use(session, owner, AccountPurpose.PREMIUMS)
        return found.iban if found is not None else None


def test_an_iban_is_used_once_a_second_person_confirmed_it(database: Database, people: tuple[Actor, Actor]) -> None:
    owner = AccountOwner(company_id=a_known_company(database))
    account = propose(database, people[0], owner)
    assert in_use(database, owner) is None
    with pytest.raises(Refused, match="autre personne"):
        answer(database, people[0], account)
    answer(database, people[1], account)
    assert in_use(database, owner) == FIRST_IBAN
    with database.reading(of_office()) as session:
        found = account_queries.get_account(session, account)
        assert (found.state, found.confirmed_by) == (AccountState.IN_USE, "dominique")
    with pytest.raises(Refused, match="déjà reçu"):
        answer(database, people[1], account)


def test_a_changed_iban_takes_the_place_of_the_older_one_when_it_is_confirmed_and_not_before(
    database: Database, people: tuple[Actor, Actor]
) -> None:
    owner = AccountOwner(company_id=a_known_company(database))
    first = propose(database, people[0], owner)
    answer(database, people[1], first)
    changed = propose(database, people[0], owner, replace(GIVEN, iban=SECOND_IBAN))
    assert in_use(database, owner) == FIRST_IBAN
    answer(database, people[1], changed)
    assert in_use(database, owner) == SECOND_IBAN
    with database.reading(of_office()) as session:
        latest, before = account_queries.list_accounts(session, owner)
        assert (before.id, before.state, latest.replaces_id) == (first, AccountState.REPLACED, first)


def test_a_refused_iban_leaves_everything_as_it_was(database: Database, people: tuple[Actor, Actor]) -> None:
    owner = AccountOwner(company_id=a_known_company(database))
    account = propose(database, people[0], owner)
    answer(database, people[1], account, granted=False)
    assert in_use(database, owner) is None
    with database.reading(of_office()) as session:
        assert account_queries.get_account(session, account).state is AccountState.REFUSED
    assert propose(database, people[0], owner)  # and another may be given


def test_an_answer_given_among_second_accords_is_applied_from_the_account(
    database: Database, people: tuple[Actor, Actor]
) -> None:
    owner = AccountOwner(company_id=a_known_company(database))
    account = propose(database, people[0], owner)
    with pytest.raises(Refused, match="Personne n'a encore"):
        apply(database, people[0], account)
    with database.writing(people[1]) as session:
        request = account_queries.find_request(session, account_queries.get_account(session, account))
        assert request is not None
        assert "FR76 •••• 0189" in request.reason
        approvals.decide_approval(session, request.id, granted=True, reason="vu", now=NOW)
    apply(database, people[0], account)
    assert in_use(database, owner) == FIRST_IBAN
    with pytest.raises(Refused, match="n'attend pas"):
        apply(database, people[0], account)


def apply(database: Database, by: Actor, account: int) -> None:
    with database.writing(by) as session:
        account_service.apply_answer(session, account_queries.get_account(session, account), NOW)


def test_a_confirmation_serves_for_exactly_what_was_shown(database: Database, people: tuple[Actor, Actor]) -> None:
    owner = AccountOwner(company_id=a_known_company(database))
    account = propose(database, people[0], owner)
    with database.writing(people[0]) as session:
        session.get_one(BankAccount, account).iban = SECOND_IBAN  # whoever would slip another IBAN in
    with pytest.raises(Refused, match="tel qu'il est"):
        answer(database, people[1], account)
    assert in_use(database, owner) is None


def test_one_iban_waits_at_a_time_and_the_one_in_use_is_not_given_again(
    database: Database, people: tuple[Actor, Actor]
) -> None:
    owner = AccountOwner(organisation_id=a_partner(database))
    account = propose(database, people[0], owner)
    with pytest.raises(InvalidInput, match="attend déjà"):
        propose(database, people[0], owner, replace(GIVEN, iban=SECOND_IBAN))
    assert propose(database, people[0], owner, replace(GIVEN, purpose=AccountPurpose.COMMISSIONS))
    answer(database, people[1], account)
    with pytest.raises(InvalidInput, match="en usage"):
        propose(database, people[0], owner)


def test_each_fault_of_an_account_is_told_beside_its_field(database: Database, people: tuple[Actor, Actor]) -> None:
    owner = AccountOwner(company_id=a_known_company(database))
    wrong = NewAccount(AccountPurpose.PREMIUMS, " ", "FR7630006000011234567890188", "ABC", " ")
    with pytest.raises(InvalidInput) as error:
        propose(database, people[0], owner, wrong)
    assert {fault.place for fault in error.value.faults} == {"holder", "iban", "bic", "proof"}


def test_the_same_iban_at_another_owner_is_seen_by_whoever_confirms(
    database: Database, people: tuple[Actor, Actor]
) -> None:
    first = AccountOwner(company_id=a_known_company(database))
    other = AccountOwner(company_id=a_known_company(database, OTHER_SIREN, "Autre Exemple"))
    propose(database, people[0], first)
    account = propose(database, people[0], other)
    with database.reading(people[1]) as session:
        same = account_queries.list_same_iban(session, account_queries.get_account(session, account))
        assert [one.company_id for one in same] == [first.company_id]


def test_an_iban_is_encrypted_and_shown_masked(database: Database, people: tuple[Actor, Actor]) -> None:
    propose(database, people[0], AccountOwner(company_id=a_known_company(database)))
    with database.snapshot() as connection:
        iban, holder = connection.execute(text("SELECT iban, holder FROM bank_accounts")).one()
    assert FIRST_IBAN.encode() not in bytes(iban)
    assert b"Exemple" not in bytes(holder)
    assert account_service.masked(FIRST_IBAN) == "FR76 •••• 0189"


def test_accounts_are_seen_by_their_owner_and_written_by_the_office(
    database: Database, people: tuple[Actor, Actor]
) -> None:
    company, partner = a_known_company(database), a_partner(database)
    mine, theirs = AccountOwner(company_id=company), AccountOwner(organisation_id=partner)
    for owner in (mine, theirs):
        propose(database, people[0], owner)
    for actor, seen in (
        (of_company(company), (1, 0)),
        (of_organisation(partner), (0, 1)),
        (of_company(company, Role.PREVENTION_ADVISER), (0, 0)),
        (of_office(Role.UNDERWRITER), (1, 1)),
    ):
        with database.reading(actor) as session:
            assert tuple(len(account_queries.list_accounts(session, one)) for one in (mine, theirs)) == seen
    with pytest.raises(OutOfScope):
        propose(database, of_company(company), mine)
