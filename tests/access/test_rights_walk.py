"""Every route, for every role and for a visitor: none without a stated right, none that shows a row outside the scope.

The walk reads the routes from the application, so a new one is walked by itself. A route with a new kind of argument
fails here until `FOREIGN` says which rows of another company it could name.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.models import Approval, Organisation, OrganisationKind, PersonalToken, User, WebSession
from atmp_insure.access.roles import Reach, Right, Role, rights_of
from atmp_insure.db.actor import system
from atmp_insure.db.reach import CompanyReach
from atmp_insure.db.scope import outside_scope
from atmp_insure.diary.models import Note, NoteReaders, NoteTag
from atmp_insure.documents.models import Confidentiality, Document
from atmp_insure.documents.outgoing import write_mail
from atmp_insure.parties.models import Company
from atmp_insure.web.request_scope import ANYONE, SIGNED_IN, needed_right
from tests.application import a_person, an_application, signed_in
from tests.diary.cases import add_diary
from tests.engines import fresh_sqlite
from tests.ledger.cases import add_entries
from tests.parties.cases import add_parties
from tests.policies.cases import add_policy
from tests.policies.take_over_cases import add_book
from tests.premiums.cases import add_premiums
from tests.premiums.commission_cases import add_commissions
from tests.rate_records.desk.cases import add_rate_records
from tests.underwriting.cases import add_quotes

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.routing import Rule

    from atmp_insure.db.engine import Database

MARK = "SECRET-D-AUTRUI"
NOW = datetime(2026, 11, 20, tzinfo=UTC)
# for each argument of a route, the row of the other company (or the plain value) that it may name
FOREIGN = {
    "user_id": "1", "grant_id": "1", "approval_id": "1", "run_id": "1", "session_id": "1", "passkey_id": "1",
    "document_id": "1", "version": "2027-1", "number": "1", "page": "1", "mail_id": "1", "rate_year": "2026",
    "ctn": "A", "name": "documents", "subject": "documents:1", "token": "x", "code": "fr", "act": None,
    "list_name": "users",
    "paper_id": "1", "deposit_id": "1", "unit": "01-28.1AD", "digest": "x", "path": "atmp/mark.svg", "job": "1",
    "company_id": "1", "establishment_id": "1", "deadline_id": "1", "letter_id": "1", "task_id": "1",
    "section_id": "1", "payroll_year_id": "1", "organisation_id": "1", "membership_id": "1", "contact_id": "1",
    "account_id": "1", "doctor_id": "1", "agreement_id": "1", "version_id": "1", "import_id": "1",
    "reach_id": "1", "body_id": "1", "kind": None, "request_id": "1", "token_id": "1", "note_id": "1",
    "requested_paper_id": "1", "watch_id": "1", "awaited_id": "1", "complaint_id": "1", "link_token": "x",
    "submission_id": "1", "quote_id": "1", "quote_token": "x", "question_id": "1", "at": "0",
    "policy_id": "1", "revision_id": "1", "endorsement": "wages", "book_id": "2",
    "ledger_account_id": "1", "entry_id": "1", "fec_year": "2026", "match_id": "1", "call_id": "1", "payment_id": "1",
    "notice_id": "1",
    "statement_id": "1", "line_id": "1",
    "refund_id": "1", "item_id": "1", "write_off_id": "1", "remittance_id": "1",
    "bordereau_id": "1", "transfer_id": "1", "plan_id": "1",
    "product": "taux_atmp", "product_code": "taux_atmp", "product_version": "2027-1",
}  # fmt: skip
# arguments that name a row of the other company, and nothing else
OF_OTHERS = {
    "document_id", "mail_id", "user_id", "run_id", "company_id", "establishment_id", "section_id", "payroll_year_id",
    "organisation_id", "membership_id", "contact_id", "account_id", "doctor_id", "agreement_id", "version_id",
    "import_id", "complaint_id", "submission_id", "quote_id", "policy_id", "revision_id", "book_id",
    "ledger_account_id", "entry_id", "call_id", "payment_id", "notice_id",
    "statement_id", "line_id", "refund_id", "item_id", "write_off_id", "remittance_id",
    "bordereau_id", "transfer_id", "plan_id",
}  # fmt: skip
REFUSALS = {302, 303, 400, 401, 403, 404, 405, 409, 410, 415, 422}
SEES_ALL = {role for role in Role if role.reach is Reach.OFFICE}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("walk")
    return House(fresh_sqlite(folder), folder)


class House:
    """An application with a company that only the office reaches, full of marked rows, and one person a role."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.app: Flask = an_application(database, folder)
        other = self._foreign_company()
        own = self._own_company()
        self.clients: dict[Role | None, FlaskClient] = {None: self.app.test_client()}
        for role in Role:
            scope = {
                Reach.OFFICE: {},
                Reach.ORGANISATION: {"organisation_id": own[0]},
                Reach.COMPANY: {"company_id": own[1]},
                Reach.FILE: {"file_ref": "accident:999"},
            }[role.reach]
            person = a_person(database, role.value, role, **scope)  # type: ignore[arg-type]
            self.clients[role] = signed_in(self.app, person)
        assert other == 1

    def _foreign_company(self) -> int:
        with self.database.writing(system("test")) as session, outside_scope("test"):
            user = User(
                sign_in="autrui", display_name=MARK, search_name="x", email=f"{MARK}@exemple.invalid", created_at=NOW
            )
            company = Company(siren="000000018", name=MARK, search_name="secret", created_at=NOW)
            session.add_all([user, company, Organisation(kind=OrganisationKind.BROKER, name=MARK, created_at=NOW)])
            session.flush()
            session.add(
                WebSession(
                    token_digest=b"x", user_id=user.id, security_version=1, browser="x", created_at=NOW, seen_at=NOW
                )
            )
            session.add(
                PersonalToken(
                    user_id=user.id, name=MARK, token_digest=b"x", scopes=[], last_day=NOW.date(), created_at=NOW
                )
            )
            for level in Confidentiality:
                session.add(
                    Document(kind="correspondence", title=MARK, search_title="secret", confidentiality=level,
                             company_id=company.id, file_ref="accident:1", received_at=NOW, received_by="x")
                )  # fmt: skip
            session.add(Note(subject="documents:1", company_id=company.id, text=MARK, author_id=user.id,
                             author_name=MARK, written_at=NOW, tags=[NoteTag(
                                 tag=MARK, search_tag="secret", company_id=company.id, readers=NoteReaders.OFFICE,
                                 author_id=user.id)]))  # fmt: skip
            session.add(Approval(act=MARK, subject=MARK, fingerprint=b"x", reason=MARK, requested_by_id=user.id,
                                 requested_at=NOW, company_id=company.id))  # fmt: skip
            write_mail(
                session, "test", f"{MARK}@exemple.invalid", MARK, MARK, key="walk", now=NOW, company_id=company.id
            )
            add_parties(session, company.id, 1, MARK)
            add_rate_records(session, company.id, 1, MARK)
            add_diary(session, company.id, user.id, MARK)
            add_quotes(session, company.id, MARK)
            policy = add_policy(session, company.id, mark=MARK)
            add_book(session, policy, MARK)
            add_entries(session, company.id, MARK)
            add_premiums(session, company.id, policy.id, MARK)
            add_commissions(session, company.id, MARK)
            return company.id

    def _own_company(self) -> tuple[int, int]:
        with self.database.writing(system("test")) as session:
            broker = Organisation(kind=OrganisationKind.BROKER, name="À nous", created_at=NOW)
            company = Company(siren="000000026", name="À nous", search_name="a nous", created_at=NOW)
            session.add_all([broker, company])
            session.flush()
            session.add(CompanyReach(organisation_id=broker.id, company_id=company.id, reason="test"))
            return broker.id, company.id


@cache
def rules_of(app: Flask) -> tuple[Rule, ...]:
    return tuple(app.url_map.iter_rules())


def address_of(app: Flask, rule: Rule) -> str:
    values = {}
    for name in rule.arguments:
        assert name in FOREIGN, f"{rule}: say in FOREIGN what « {name} » may name"
        converter = rule._converters[name]
        chosen = FOREIGN[name]
        values[name] = next(iter(converter.items)) if chosen is None else converter.to_python(chosen)  # type: ignore[attr-defined]
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(rule.endpoint, values))


def asked(client: FlaskClient, method: str, address: str) -> tuple[int, str]:
    answer = client.open(address, method=method)
    return answer.status_code, answer.get_data().decode("utf-8", "replace")  # some answers are files


def test_every_route_states_its_right_and_it_is_one_of_ours(house: House) -> None:
    known = {right.value for right in Right} | {ANYONE, SIGNED_IN}
    for rule in rules_of(house.app):
        assert needed_right(house.app, rule.endpoint) in known, rule


def test_a_visitor_sees_nothing_but_what_is_open_to_anyone(house: House) -> None:
    for rule in rules_of(house.app):
        address = address_of(house.app, rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            status, body = asked(house.clients[None], method, address)
            assert MARK not in body, rule
            if needed_right(house.app, rule.endpoint) != ANYONE:
                assert status in {302, 401}, (rule, method, status)


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_no_role_gets_through_a_route_without_its_right_nor_sees_a_foreign_row(house: House, role: Role) -> None:
    held = {right.value for right in rights_of(role)} | {ANYONE, SIGNED_IN}
    for rule in rules_of(house.app):
        if rule.endpoint == "sign_in.sign_out":
            continue  # the walk goes on
        address = address_of(house.app, rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            client = house.clients[role]
            status, body = asked(client, method, address)
            if needed_right(house.app, rule.endpoint) not in held:
                assert status == 403, (rule, method, status)
            assert status < 500, (rule, method, status)
            if role not in SEES_ALL:
                assert MARK not in body, (rule, method)
                if rule.arguments & OF_OTHERS:
                    assert status in REFUSALS, (rule, method, status)


def test_the_office_sees_the_marked_rows_so_the_walk_would_find_them(house: House) -> None:
    found = [
        rule.endpoint
        for rule in rules_of(house.app)
        if "GET" in (rule.methods or set())
        and MARK in asked(house.clients[Role.ADMINISTRATOR], "GET", address_of(house.app, rule))[1]
    ]
    assert {"access.list_users", "admin.show_table"} <= set(found)
