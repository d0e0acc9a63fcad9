"""A row behind every page of the application, so that each may be opened; and which routes are no page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from atmp_insure.access import service
from atmp_insure.access.models import Approval, AuthorityLimit, TicketPurpose, User
from atmp_insure.access.queries import get_user
from atmp_insure.access.roles import Reach, Role
from atmp_insure.db.leases import JobRun, JobState
from atmp_insure.db.runs import ItemState, Run, RunItem, RunState
from atmp_insure.db.scope import outside_scope
from atmp_insure.db.work_queue import EntryState, QueueEntry
from atmp_insure.diary import request_service
from atmp_insure.diary.models import Note, NoteReaders
from atmp_insure.documents.kinds import document_kinds
from atmp_insure.documents.outgoing import write_mail
from atmp_insure.documents.vault import open_vault
from atmp_insure.kernel.paris import paris_day
from atmp_insure.ledger.chart import AccountKey, AccountRole, Journal
from atmp_insure.ledger.entries import Posting, Transfer
from atmp_insure.ledger.loader import installed_chart
from atmp_insure.ledger.service import Books, post
from atmp_insure.parties.body_models import PartyImport
from atmp_insure.policies.queries import get_policy
from atmp_insure.settings import RequestSettings, SiteSettings
from atmp_insure.underwriting.models import QuoteSending
from atmp_insure.underwriting.sending_service import link_digest
from tests.application import Person, a_person
from tests.db.builders import TESTER, a_company, an_organisation
from tests.diary.cases import add_diary
from tests.documents.papers import a_pdf
from tests.documents.shelf import put_away
from tests.ledger.cases import add_entries
from tests.parties.furniture import furnish_parties
from tests.policies.cases import add_policy
from tests.policies.take_over_cases import add_book
from tests.premiums.cases import add_premiums
from tests.premiums.commission_cases import add_commissions
from tests.rate_records.desk.conftest import SIREN, Desk
from tests.underwriting.cases import add_quotes

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database
    from atmp_insure.documents.vault import Vault
    from atmp_insure.settings import Settings

# GET routes that are no page: what they are instead
NO_PAGES = {
    "assets.file": "a style sheet, a script, an image",
    "languages.choose": "leads back to the page that one was on",
    "health.live": "asked by the supervisor",
    "health.ready": "asked by the supervisor",
    "health.metrics": "asked by Prometheus",
    "api.openapi": "the document that the page of the API shows",
    "documents.download": "the file itself",
    "documents.page_image": "an image on the page of a document",
    "runs.show_progress": "the part of a run's page that is asked again while it works",
    "rate_records.explain_rate": "of a year that was recomputed alone; the page is that of a premium, which is walked",
    "rate_records.explain_simulation": "of a year that was simulated alone; the page is that of a premium",
    "rate_records.print_simulation": "a PDF",
    "diary.read_feed": "asked by a calendar",
    "history.offer_tags": "words offered as one types",
    "imports.download_model": "a file to fill in",
    "quotes.print_quote": "a PDF",
    "policies.print_paper": "a PDF",
    "policies.print_certificate": "a PDF",
    "fec.download_fec": "the file itself",
    "opening.download_model": "a file to fill in",
    "brokers.download_model": "a file to fill in",
    "take_overs.download_model": "a workbook to fill in",
    "quotes.download": "a PDF",
}
TO_PROGRAMS = "api_"  # before the name of each resource: its routes answer programs
FOR_VISITORS = frozenset(
    {"diary.show_link", "quotes.show_link", "sign_in.sign_in", "sign_in.forgotten", "sign_in.choose_password"}
)
AFTER_PASSWORD = "sign_in.ask_code"
NOW = datetime.now(UTC)
# numbers of rows of which the house holds one
FIRST_OF_THEIR_TABLE = (
    "awaited_id", "complaint_id", "deadline_id", "deposit_id", "letter_id", "paper_id", "request_id",
    "quote_id", "requested_paper_id", "submission_id", "task_id", "watch_id",
)  # fmt: skip
TOTP_SECRET = "JBSWY3DPEHPK3PXP"


@dataclass(frozen=True)
class House:
    """Who signs in, and which rows there are.

    Attributes:
        viewer: holds every role of the office.
        with_code: is asked for a code after the password.
        values: argument of a route → a row that exists, or a plain value.
    """

    viewer: Person
    with_code: Person
    values: dict[str, Any]


def is_page(endpoint: str) -> bool:
    """Whether a GET route shows a page."""
    return endpoint not in NO_PAGES and not endpoint.startswith(TO_PROGRAMS)


def furnished(database: Database, settings: Settings) -> House:
    """The application with a row of everything that has a page."""
    viewer = a_person(database, "alex.admin", *(role for role in Role if role.reach is Reach.OFFICE))
    colleague = a_person(database, "camille.exemple", Role.CLAIMS_HANDLER)
    vault = open_vault(settings, database.key_ring)
    organisation_id = an_organisation(database)
    company_id = a_company(database, SIREN, reached_by=(organisation_id,))
    a_life_in_the_office(database, viewer, colleague)
    document_id = a_paper(database, vault, company_id)
    values = {
        **furnish_parties(database, company_id, colleague.user_id, document_id),
        "user_id": colleague.user_id, "subject": f"users:{colleague.user_id}", "name": "users", "rate_year": 2024,
        "ctn": "A", "token": a_token(database), "company_id": company_id, "run_id": some_work(database, company_id),
        "link_token": a_link(database, company_id), "quote_token": a_quote_link(database, company_id),
        "document_id": document_id, "mail_id": a_mail(database, company_id),
        "note_id": a_secret(database, viewer, organisation_id, company_id),
        "approval_id": a_request(database, colleague, company_id), "unit": "01-28.1AD", "at": 0,
        "policy_id": 1, "revision_id": 1, "endorsement": "cover", "number": 1, "book_id": a_book(database),
        "ledger_account_id": 1, "entry_id": 1, "fec_year": 2026, "match_id": 1, "call_id": 1, "payment_id": 1,
        "notice_id": 1,
        "statement_id": 1, "line_id": 1, "refund_id": 1, "item_id": a_small_remainder(database, company_id),
        "write_off_id": 1, "remittance_id": 1, "bordereau_id": 1, "transfer_id": 1, "plan_id": 1,
        "product_code": "taux_atmp", "product_version": "2027-1",
        **dict.fromkeys(FIRST_OF_THEIR_TABLE, 1),
    }  # fmt: skip
    with database.writing(TESTER) as session, outside_scope("test"):  # an address of a calendar is its owner's alone
        add_diary(session, company_id, viewer.user_id, "Contester le taux")
    Desk(database, vault, company_id).kept("feuille_calcul_2025.xlsx", "feuille_calcul_2026.csv")
    return House(viewer, a_person_with_code(database), values)


def a_life_in_the_office(database: Database, viewer: Person, colleague: Person) -> None:
    """What stands on the page of a person beside their roles: a limit, a substitute."""
    today = paris_day(NOW)
    with database.writing(TESTER) as session:
        session.add(
            AuthorityLimit(user_id=colleague.user_id, act="pay", largest_eur=5000, first_day=today, given_by="test")
        )
        away, substitute = get_user(session, colleague.user_id), get_user(session, viewer.user_id)
        service.substitute(session, away, substitute, today, today + timedelta(days=7))


def a_person_with_code(database: Database) -> Person:
    """Someone who set an authenticator up."""
    person = a_person(database, "claude.exemple", Role.UNDERWRITER)
    with database.writing(TESTER) as session:
        session.get_one(User, person.user_id).totp_secret = TOTP_SECRET
    return person


def a_token(database: Database) -> str:
    """The link of an invitation that nobody followed yet."""
    with database.writing(TESTER) as session:
        new = service.NewUser("dominique.invite", "Dominique Invité", "dominique.invite@exemple.invalid")
        return service.make_ticket(session, service.create_user(session, new, NOW), TicketPurpose.INVITATION, NOW)


def a_quote_link(database: Database, company_id: int) -> str:
    """The link by which a client reads its quote."""
    with database.writing(TESTER) as session, outside_scope("test"):
        add_quotes(session, company_id)
        policy = add_policy(session, company_id)
        add_entries(session, company_id)
        add_premiums(session, company_id, policy.id)
        add_commissions(session, company_id)
        sending = session.get_one(QuoteSending, 1)
        sending.token_digest = link_digest(session, sending.token)
        return sending.token


def a_small_remainder(database: Database, company_id: int) -> int:
    """What is left of a premium and small enough to be written off."""
    with database.writing(TESTER) as session:
        client, on = AccountKey(AccountRole.CLIENT, company_id), paris_day(NOW)
        transfer = Transfer(client, AccountKey(AccountRole.PREMIUM_CALLED, 1), Decimal(2))
        posting = Posting(Journal.PREMIUMS, on, "reste", on, "reste", "reste", (transfer,))
        [entry] = post(session, [posting], Books(installed_chart(None, on), NOW)).values()
        return entry.items[0].id


def a_book(database: Database) -> int:
    """The book of another system that brought the policy."""
    with database.writing(TESTER) as session, outside_scope("test"):
        add_book(session, get_policy(session, 1))
        return session.scalar(select(func.max(PartyImport.id))) or 0


def a_secret(database: Database, viewer: Person, organisation_id: int, company_id: int) -> int:
    """A note between lawyer and client, of which the viewer, a lawyer too, may lift the secret."""
    with database.writing(TESTER) as session:
        grant = service.NewGrant(Role.LAWYER, paris_day(NOW), None, organisation_id)
        service.grant_role(session, get_user(session, viewer.user_id), grant, NOW)
        note = Note(
            subject=f"companies:{company_id}", company_id=company_id, text="Moyen à soulever.", author_name="Me",
            readers=NoteReaders.LAWYERS, author_id=viewer.user_id, written_at=NOW,
        )  # fmt: skip
        session.add(note)
        session.flush()
        return note.id


def a_link(database: Database, company_id: int) -> str:
    """The link by which a person sends the papers that they are asked for."""
    kinds = document_kinds()
    asked = [(kinds["calculation_sheet"], "Feuille 2026"), (kinds["other"], "Liste des SIRET")]
    new = request_service.NewRequest(
        company_id, f"companies:{company_id}", "Camille", "camille@exemple.invalid", "Étude", paris_day(NOW), asked
    )
    with database.writing(TESTER) as session:
        practice = request_service.RequestPractice(SiteSettings(), RequestSettings(), NOW)
        return request_service.ask_for_papers(session, new, practice).token


def a_paper(database: Database, vault: Vault, company_id: int) -> int:
    """A document of two pages, as it was put away."""
    content = a_pdf("Feuille de calcul du taux", "Seconde page")
    return put_away(database, vault, company_id, content, title="Feuille 2026").document.id


def a_mail(database: Database, company_id: int) -> int:
    """A mail that waits to leave."""
    with database.writing(TESTER) as session:
        text = "Bonjour,\n\nVotre feuille de calcul est arrivée.\n\nBureau de démonstration"
        mail = write_mail(
            session, "test", "employeur@exemple.invalid", "Votre feuille de calcul", text, key="page", now=NOW,
            company_id=company_id,
        )  # fmt: skip
        return mail.id


def a_request(database: Database, colleague: Person, company_id: int) -> int:
    """A request for a second pair of eyes, made by a colleague."""
    with database.writing(TESTER) as session:
        row = Approval(
            act="pay", subject=f"companies:{company_id}", fingerprint=b"x", amount_eur=12000, company_id=company_id,
            reason="Indemnité au-delà du plafond", requested_by_id=colleague.user_id, requested_at=NOW,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def some_work(database: Database, company_id: int) -> int:
    """A run with a failed line, work in the queue, a job that ran; gives the run."""
    with database.writing(TESTER) as session:
        run = Run(
            kind="reencrypt", key="page", parameters={}, state=RunState.DONE_WITH_ERRORS, item_count=2,
            started_by="Alex Admin", started_at=NOW, ended_at=NOW,
        )  # fmt: skip
        session.add(run)
        session.flush()
        for position, state in enumerate((ItemState.DONE, ItemState.FAILED)):
            error = "Le fichier n'est plus lisible. Le déposer à nouveau." if state is ItemState.FAILED else None
            session.add(
                RunItem(run_id=run.id, position=position, subject=f"documents:{position}", company_id=company_id,
                        payload={}, state=state, error=error)
            )  # fmt: skip
        session.add(QueueEntry(kind="reencrypt", key="page", payload={}, due_at=NOW, state=EntryState.FAILED,
                               attempts=5, error="La base ne répond pas."))  # fmt: skip
        session.add(JobRun(job="seal_logs", worker="test", started_at=NOW, ended_at=NOW, state=JobState.DONE,
                           summary="change_log : 12 ligne(s) scellée(s)"))  # fmt: skip
        return run.id
