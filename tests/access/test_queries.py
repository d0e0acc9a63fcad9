"""Every public query of every domain, asked by someone whom nothing was granted of what it looks for.

Queries are found by import: a new one fails here until `CASES` says how to ask it, or `NO_ROWS` why it reads nothing.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Select

import atmp_insure
from atmp_insure.access import queries as access
from atmp_insure.access.change_log import record_reading
from atmp_insure.access.models import (
    Approval,
    AuthorityLimit,
    Grant,
    Passkey,
    PersonalToken,
    SavedFilter,
    Substitution,
    UserState,
    WebSession,
)
from atmp_insure.access.roles import Right, Role
from atmp_insure.db import run_queries as runs
from atmp_insure.db import session as sessions
from atmp_insure.db.actor import NOBODY, Actor, ScopeGrant, system
from atmp_insure.db.leases import JobRun, JobState
from atmp_insure.db.runs import ItemState, Run, RunItem, RunState
from atmp_insure.db.scope import outside_scope
from atmp_insure.db.work_queue import QueueEntry
from atmp_insure.diary import queries as diary
from atmp_insure.diary.models import Note, NoteReaders, NoteTag
from atmp_insure.documents import queries as documents
from atmp_insure.documents.models import DocumentVersion, OutgoingMail
from atmp_insure.documents.outgoing import write_mail
from atmp_insure.kernel.errors import NotFound
from tests.db.builders import a_company, a_document, a_user, an_organisation
from tests.diary.cases import DIARY, add_diary
from tests.diary.cases import NO_ROWS as DIARY_NO_ROWS
from tests.engines import a_database
from tests.ledger.cases import LEDGER, add_entries
from tests.ledger.cases import NO_ROWS as LEDGER_NO_ROWS
from tests.parties.cases import EVERYONE_KNOWS, PARTIES, add_parties
from tests.parties.cases import NO_ROWS as PARTIES_NO_ROWS
from tests.parties.cases import OFFICE_KNOWS as PARTIES_OFFICE_KNOWS
from tests.policies.cases import NO_ROWS as POLICIES_NO_ROWS
from tests.policies.cases import POLICIES, add_policy
from tests.policies.take_over_cases import OFFICE_KNOWS as BOOKS_OFFICE_KNOWS
from tests.policies.take_over_cases import TAKE_OVERS, add_book
from tests.premiums.cases import PREMIUMS, add_premiums
from tests.premiums.commission_cases import COMMISSIONS, add_commissions
from tests.rate_records.desk.cases import RATE_RECORDS, add_rate_records
from tests.underwriting.cases import NO_ROWS as QUOTES_NO_ROWS
from tests.underwriting.cases import QUOTES, add_quotes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from atmp_insure.db.engine import Database
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.documents.models import Document

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ALL_RIGHTS = frozenset(right.value for right in Right)
OWNER = Actor("propriétaire", user_id=1, grants=(ScopeGrant(ALL_RIGHTS, everywhere=True),))
IN_OFFICE = "in the office without a right"
# every right there is, but for other companies, other organisations and other files
FOREIGNERS = {
    "of another organisation": Actor("a", user_id=77, grants=(ScopeGrant(ALL_RIGHTS, organisation_id=2),)),
    "of another company": Actor("b", user_id=77, grants=(ScopeGrant(ALL_RIGHTS, company_id=2),)),
    "of another establishment": Actor("c", user_id=77, grants=(ScopeGrant(ALL_RIGHTS, establishment_id=2),)),
    "named to another file": Actor("d", user_id=77, grants=(ScopeGrant(ALL_RIGHTS, file_ref="accident:2"),)),
    IN_OFFICE: Actor("e", user_id=77, grants=(ScopeGrant(frozenset(), everywhere=True),)),
    "nobody": NOBODY,
}

# query → asking it for what exists; `first` is the document of the other company, as its owner holds it
CASES: dict[Callable[..., Any], Callable[[ScopedSession, Any], Any]] = {
    access.get_user: lambda session, _: access.get_user(session, 1),
    access.find_user_by_email: lambda session, _: access.find_user_by_email(session, "camille@exemple.invalid"),
    access.list_grants_of: lambda session, _: access.list_grants_of(session, 1),
    access.get_grant: lambda session, _: access.get_grant(session, 1, 1),
    access.users: lambda *_: access.users(),
    access.list_organisations: lambda session, _: [row for row in access.list_organisations(session) if row.id == 1],
    access.list_open_sessions: lambda session, _: access.list_open_sessions(session, 1),
    access.list_passkeys: lambda session, _: access.list_passkeys(session, 1),
    access.list_tokens: lambda session, _: access.list_tokens(session, 1),
    access.get_token: lambda session, _: access.get_token(session, 1, 1),
    access.list_limits: lambda session, _: access.list_limits(session, 1),
    access.list_substitutions: lambda session, _: access.list_substitutions(session, 1),
    access.approvals: lambda *_: access.approvals(),
    access.get_approval: lambda session, _: access.get_approval(session, 1),
    access.changes: lambda *_: access.changes(),
    access.readings: lambda *_: access.readings(),
    access.list_changes_of_all: lambda session, _: access.list_changes_of_all(session, ["companies:1"]),
    access.list_saved_filters: lambda session, _: access.list_saved_filters(session, 1, "users"),
    access.names_of_users: lambda session, _: access.names_of_users(session),
    access.list_active_users: lambda session, _: access.list_active_users(session),
    documents.documents: lambda *_: documents.documents(),
    documents.get_document: lambda session, _: documents.get_document(session, 1),
    documents.get_version: lambda session, _: documents.get_version(session, 1, 1),
    documents.list_due_documents: lambda session, _: documents.list_due_documents(session, date(2026, 1, 1)),
    documents.list_twins: documents.list_twins,
    documents.mails: lambda *_: documents.mails(),
    documents.get_mail: lambda session, _: documents.get_mail(session, 1),
    documents.list_documents_of: lambda session, _: documents.list_documents_of(session, 1, 9),
    documents.titles_of: lambda session, _: documents.titles_of(session, [1]),
    documents.list_attached: lambda session, _: documents.list_attached(session, OutgoingMail(document_ids=[1, 2])),
    diary.notes: lambda *_: diary.notes(),
    diary.notes_on: lambda *_: diary.notes_on("documents:1"),
    diary.get_note: lambda session, _: diary.get_note(session, 1),
    diary.list_notes: lambda session, _: diary.list_notes(session, "documents:1", "x"),
    diary.list_tags: lambda session, _: diary.list_tags(session, "x", 9),
    diary.list_seen: lambda session, _: diary.list_seen(session, ["documents:1"]),
    diary.list_history: lambda session, first: diary.list_history(session, [first]),
    diary.list_readings: lambda session, _: diary.list_readings(session, "documents:1"),
    **PARTIES,
    **RATE_RECORDS,
    **DIARY,
    **QUOTES,
    **POLICIES,
    **LEDGER,
    **PREMIUMS,
    **COMMISSIONS,
    **TAKE_OVERS,
    runs.get_run: lambda session, _: runs.get_run(session, 1),
    runs.list_failures: lambda session, _: runs.list_failures(session, 1),
    runs.runs: lambda *_: runs.runs([RunState.DONE_WITH_ERRORS], "k"),
    runs.run_items: lambda *_: runs.run_items(1),
    runs.queue_entries: lambda *_: runs.queue_entries(),
    runs.list_queue_entries: lambda session, _: runs.list_queue_entries(session, [1]),
    runs.job_runs: lambda *_: runs.job_runs(),
}
OFFICE_KNOWS = {
    "list_organisations",
    "company_ids",
    "organisation_ids",
    *PARTIES_OFFICE_KNOWS,
    *BOOKS_OFFICE_KNOWS,
}  # without any further right
NO_ROWS = {
    **PARTIES_NO_ROWS,
    **DIARY_NO_ROWS,
    **QUOTES_NO_ROWS,
    **POLICIES_NO_ROWS,
    **LEDGER_NO_ROWS,
    access.in_force: "sorts grants that its caller already holds",
    documents.in_state: "a criterion: the query that uses it is filtered",
    diary.tagged: "a criterion: the query that uses it is filtered",
    diary.carrying: "a criterion: the query that uses it is filtered",
}


def query_functions() -> list[Callable[..., Any]]:
    """Every public function of every module whose name ends with « queries »."""
    found: list[Callable[..., Any]] = []
    for module in pkgutil.walk_packages(atmp_insure.__path__, "atmp_insure."):
        if module.name.endswith("queries"):
            loaded = importlib.import_module(module.name)
            functions = inspect.getmembers(loaded, inspect.isfunction)
            found += [one for name, one in functions if one.__module__ == module.name and not name.startswith("_")]
    return found


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def full(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database that these tests share: they only read it, in sessions that could not write."""
    with a_database(request.param) as database:
        yield filled(database)


def filled(database: Database) -> Database:
    """A row of everything, all of it of organisation, company, establishment, file and user 1."""
    organisation = an_organisation(database)
    an_organisation(database, "Autre courtage")
    company = a_company(database, "000000018", reached_by=(organisation,))
    owner, other = a_user(database), a_user(database, "dominique")
    papers = [a_document(database, company, title, file_ref="accident:1") for title in ("Compte", "Double")]
    assert (organisation, company, owner, papers) == (1, 1, 1, [1, 2])
    record_reading(database, system("test"), "read", "documents:1", "un papier")
    with database.writing(system("test")) as session, outside_scope("test"):
        add_parties(session, company, organisation)
        add_rate_records(session, company, 1)
        add_diary(session, company, owner)
        add_quotes(session, company)
        policy = add_policy(session, company)
        add_book(session, policy)
        add_entries(session, company)
        add_premiums(session, company, policy.id, document_id=papers[0])
        add_commissions(session, company)
        session.add_all(_versions(papers))
        session.add_all(_of_user(owner, other))
        tag = NoteTag(tag="x", search_tag="x", company_id=company, readers=NoteReaders.OFFICE, author_id=owner)
        session.add(Note(subject="documents:1", company_id=company, text="x", author_id=owner, author_name="Camille",
                         written_at=NOW, tags=[tag]))  # fmt: skip
        run = Run(kind="k", key="k", parameters={}, state=RunState.DONE_WITH_ERRORS, item_count=1, started_by="x",
                  started_at=NOW)  # fmt: skip
        session.add(run)
        session.flush()
        session.add(QueueEntry(kind="k", key="k", payload={}, company_id=company, due_at=NOW))
        session.add(JobRun(job="k", worker="x", started_at=NOW, state=JobState.DONE))
        session.add(RunItem(run_id=run.id, position=0, subject="x", company_id=company, payload={},
                            state=ItemState.FAILED))  # fmt: skip
        write_mail(session, "test", "x@exemple.invalid", "x", "x", key="k", now=NOW, company_id=company)
        documents.get_document(session, 1).keep_until = date(2020, 1, 1)
        session.flush()
    return database


def _versions(papers: list[int]) -> list[DocumentVersion]:
    return [
        DocumentVersion(document_id=paper, number=1, file_name="x.pdf", media_type="application/pdf", byte_count=1,
                        address="same", object_key=b"x", received_at=NOW, received_by="x", channel="x")
        for paper in papers
    ]  # fmt: skip


def _of_user(owner: int, other: int) -> list[Any]:
    today = NOW.date()
    return [
        Grant(user_id=owner, role=Role.MANAGER, first_day=today, granted_by="x", granted_at=NOW),
        WebSession(token_digest=b"x", user_id=owner, security_version=1, browser="x", created_at=NOW, seen_at=NOW),
        Passkey(user_id=owner, credential_id=b"x", public_key=b"x", sign_count=0, label="x", created_at=NOW),
        PersonalToken(user_id=owner, name="x", token_digest=b"x", scopes=[], last_day=today, created_at=NOW),
        AuthorityLimit(user_id=owner, act="x", largest_eur=1, first_day=today, given_by="x"),
        Substitution(user_id=owner, substitute_id=other, first_day=today, last_day=today),
        Approval(act="x", subject="x", fingerprint=b"x", reason="x", requested_by_id=owner, requested_at=NOW),
        SavedFilter(user_id=owner, list_name="users", name="x", query="x"),
    ]


def first_paper(database: Database) -> Document:
    """The document of the other company, as its owner holds it."""
    with database.reading(OWNER) as session:
        return documents.get_document(session, 1)


def answered(database: Database, actor: Actor, ask: Callable[[ScopedSession, Any], Any], paper: Document) -> list[Any]:
    """What a query gives, as a list; empty when it says that nothing is there."""
    with database.reading(actor) as session:
        try:
            given = ask(session, paper)
        except NotFound:
            return []
        if isinstance(given, Select):
            given = session.scalars(given).all()
        if given is None:
            return []
        return list(given) if hasattr(given, "__iter__") else [given]


def names_of_answering(database: Database, who: str) -> set[str]:
    """The queries that tell someone what they should not know."""
    actor, paper = FOREIGNERS[who], first_paper(database)
    answering = {query.__name__ for query, ask in CASES.items() if answered(database, actor, ask, paper)}
    return answering - EVERYONE_KNOWS - (OFFICE_KNOWS if who == IN_OFFICE else set())


def test_every_public_query_has_its_case_here() -> None:
    known = {*CASES, *NO_ROWS}
    missing = [f"{one.__module__}.{one.__name__}" for one in query_functions() if one not in known]
    assert missing == [], "say in CASES how a foreign actor asks it"
    assert len(known) == len(query_functions())


def test_whoever_may_see_all_of_it_is_answered_by_every_query(full: Database) -> None:
    paper = first_paper(full)
    silent = [query.__name__ for query, ask in CASES.items() if not answered(full, OWNER, ask, paper)]
    assert silent == []


@pytest.mark.parametrize("who", FOREIGNERS, ids=lambda who: who.replace(" ", "-"))
def test_a_foreign_actor_is_answered_nothing_by_any_query(full: Database, who: str) -> None:
    assert names_of_answering(full, who) == set()


@pytest.mark.parametrize("who", FOREIGNERS, ids=lambda who: who.replace(" ", "-"))
def test_on_postgresql_the_same_holds_with_the_criteria_switched_off(
    full: Database, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions.ScopedSession, "loader_criteria", ())
    seen = names_of_answering(full, who)
    if full.is_embedded:
        assert len(seen) > len(CASES) / 2  # the embedded engine has one wall: the test sees it come down
    else:
        assert seen == set()


def test_active_users_are_the_ones_that_the_world_holds(full: Database) -> None:
    with full.reading(OWNER) as session:
        assert {user.state for user in access.list_active_users(session)} == {UserState.ACTIVE}
