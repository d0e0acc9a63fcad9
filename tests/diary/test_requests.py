"""Papers asked of a party: the mail, the link without account, what came, reminders, the end."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from atmp_insure.access.roles import Role, rights_of
from atmp_insure.db.actor import Actor, ScopeGrant
from atmp_insure.db.scheduled_job import JobContext
from atmp_insure.db.scope import OutOfScope
from atmp_insure.diary import request_queries as queries
from atmp_insure.diary import request_service as service
from atmp_insure.diary.deadline_models import Task
from atmp_insure.diary.jobs import remind_requests
from atmp_insure.diary.request_models import DocumentRequest, PaperNeed, RequestState
from atmp_insure.documents.accepted_files import accepted
from atmp_insure.documents.kinds import document_kinds
from atmp_insure.documents.models import Document, OutgoingMail
from atmp_insure.documents.vault import open_vault
from atmp_insure.kernel.errors import InvalidInput, NotFound, Refused
from atmp_insure.settings import Settings
from tests.application import a_person, an_application, signed_in
from tests.db.builders import TESTER, a_company, an_organisation, broker_of
from tests.diary.test_deadlines import clocks
from tests.documents.papers import a_pdf

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HANDLER = Actor("gestionnaire", user_id=None, grants=(ScopeGrant(rights_of(Role.CLAIMS_HANDLER), everywhere=True),))
KINDS = document_kinds()
SHEET, ACCOUNT = KINDS["calculation_sheet"], KINDS["employer_account"]
DUE = date(2026, 11, 30)
NEW = service.NewRequest(
    1, "companies:1", "Camille Exemple", "camille@exemple.invalid", "Pour étudier votre taux.", DUE,
    ((SHEET, "Feuille de calcul 2026"), (ACCOUNT, "Compte employeur 2024")),
)  # fmt: skip


def practice(now: datetime = NOW) -> service.RequestPractice:
    settings = Settings(environment="test")
    return service.RequestPractice(settings.site, settings.requests, now)


def asked(database: Database, new: service.NewRequest = NEW) -> str:
    """The token of the link of a request about two papers."""
    a_company(database)
    with database.writing(HANDLER) as session:
        return service.ask_for_papers(session, new, practice()).token


def found(database: Database) -> DocumentRequest:
    with database.reading(HANDLER) as session:
        return queries.get_request(session, 1)


def sent(
    database: Database, folder: Path, token: str, paper: int = 1, *, now: datetime = NOW, content: bytes = b""
) -> int:
    """A file sent by the link for a paper; gives how many were new."""
    file = accepted("feuille.pdf", content or a_pdf("Feuille de calcul"), 10**8)
    vault = open_vault(Settings(environment="test", data_dir=folder), database.key_ring)
    with database.writing(TESTER) as session:
        shelf = service.ReceivingShelf(vault, KINDS, practice(now))
        return service.receive_papers(session, shelf, service.find_request_of(session, token), {paper: [file]})


def mails(database: Database) -> list[OutgoingMail]:
    with database.reading(TESTER) as session:
        return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def tasks(database: Database) -> list[Task]:
    with database.reading(TESTER) as session:
        return list(session.scalars(select(Task).order_by(Task.id)))


def reminded(database: Database, *days: date) -> None:
    for day in days:
        now = datetime(day.year, day.month, day.day, 6, 10, tzinfo=UTC)
        remind_requests(JobContext(database, Settings(environment="test"), day, now))


def judged(database: Database, paper: int, *, remark: str = "", waived: bool = False, now: datetime = NOW) -> None:
    with database.writing(HANDLER) as session:
        one = queries.get_request(session, 1).papers[paper - 1]
        if waived:
            service.waive_paper(session, one, remark, NOW)
        elif remark:
            service.refuse_paper(session, one, remark, practice(now), clocks().territory("FR"))
        else:
            service.accept_paper(session, one, NOW)


def test_the_mail_names_each_paper_the_screen_where_it_lies_and_the_link(database: Database) -> None:
    token = asked(database)
    (mail,) = mails(database)
    assert (mail.recipient, mail.event, mail.company_id) == ("camille@exemple.invalid", "document_request", 1)
    assert f"/deposit/{token}" in mail.body
    assert "- Feuille de calcul 2026\n  Où la trouver : net-entreprises.fr" in mail.body
    assert "écran « Éléments de calcul du taux »" in mail.body


def test_the_token_is_not_readable_in_the_database(embedded: Database) -> None:
    token = asked(embedded)
    with embedded.engine.connect() as connection:
        row = connection.exec_driver_sql("SELECT token, token_digest FROM document_requests").one()
    assert token not in str(row)


def test_a_paper_comes_by_the_link_into_the_vault_of_its_company(database: Database, tmp_path: Path) -> None:
    token = asked(database)
    assert sent(database, tmp_path, token) == 1
    paper = found(database).papers[0]
    assert (paper.state, len(paper.files)) == (PaperNeed.RECEIVED, 1)
    with database.reading(TESTER) as session:
        document = session.get_one(Document, paper.files[0].document_id)
    assert (document.company_id, document.kind, document.title) == (1, "calculation_sheet", "Feuille de calcul 2026")
    assert [one.title for one in tasks(database)] == ["Examiner les pièces reçues"]


def test_the_same_file_sent_twice_is_one_file_and_one_task(database: Database, tmp_path: Path) -> None:
    token = asked(database)
    content = a_pdf("Feuille")
    assert [sent(database, tmp_path, token, content=content) for _ in range(2)] == [1, 0]
    assert len(tasks(database)) == 1


def test_with_the_last_paper_accepted_the_request_is_complete_and_its_link_closes(
    database: Database, tmp_path: Path
) -> None:
    token = asked(database)
    sent(database, tmp_path, token)
    judged(database, 1)
    assert found(database).state is RequestState.OPEN
    judged(database, 2, remark="déjà au dossier", waived=True)
    assert found(database).state is RequestState.COMPLETE
    with pytest.raises(Refused, match="close"):
        sent(database, tmp_path, token, 2)


def test_a_refused_paper_is_missing_again_and_the_next_mail_says_why(database: Database, tmp_path: Path) -> None:
    token = asked(database)
    sent(database, tmp_path, token)
    judged(database, 1, remark="page 2 illisible")
    assert found(database).papers[0].state is PaperNeed.MISSING
    with database.writing(HANDLER) as session:
        service.remind_now(session, queries.get_request(session, 1), practice())
    assert "La pièce reçue ne convient pas : page 2 illisible" in mails(database)[-1].body
    sent(database, tmp_path, token, content=a_pdf("Feuille, lisible"))
    paper = found(database).papers[0]
    assert (paper.state, paper.remark, len(paper.files)) == (PaperNeed.RECEIVED, None, 2)


@pytest.mark.parametrize(
    ("refused_at", "asked_again_on"),
    [
        (datetime(2026, 12, 3, 9, 0, tzinfo=UTC), date(2026, 12, 4)),  # a Thursday
        (datetime(2026, 12, 4, 9, 0, tzinfo=UTC), date(2026, 12, 7)),  # a Friday: Monday is the next working day
        (datetime(2026, 12, 24, 9, 0, tzinfo=UTC), date(2026, 12, 28)),  # Christmas, then a weekend
    ],
)
def test_a_paper_refused_after_all_had_come_is_asked_for_again_on_the_next_working_day(
    database: Database, tmp_path: Path, refused_at: datetime, asked_again_on: date
) -> None:
    token = asked(database)
    for paper in (1, 2):
        sent(database, tmp_path, token, paper, content=a_pdf(str(paper)))
    reminded(database, date(2026, 12, 1))  # nothing is missing: no reminder is planned any more
    judged(database, 1, remark="page 2 illisible", now=refused_at)
    assert found(database).next_reminder_on == asked_again_on
    reminded(database, asked_again_on - timedelta(days=1))
    assert len(mails(database)) == 1
    reminded(database, asked_again_on, asked_again_on)
    assert "La pièce reçue ne convient pas : page 2 illisible" in mails(database)[-1].body
    assert (len(mails(database)), found(database).next_reminder_on) == (2, asked_again_on + timedelta(days=7))


def test_a_refusal_before_the_day_asked_for_is_told_once_then_that_day_is_waited_for(
    database: Database, tmp_path: Path
) -> None:
    token = asked(database)
    sent(database, tmp_path, token)
    judged(database, 1, remark="page 2 illisible")  # on Friday 20 November, for the 30th
    reminded(database, *(date(2026, 11, day) for day in range(21, 31)))
    assert (len(mails(database)), found(database).next_reminder_on) == (2, date(2026, 12, 1))


def test_a_refusal_is_told_even_after_the_last_reminder_and_silence_then_is_told_anew(
    database: Database, tmp_path: Path
) -> None:
    token = asked(database)
    reminded(database, *(date(2026, 12, day) for day in (1, 8, 15, 22)))
    assert (len(mails(database)), len(tasks(database))) == (4, 1)
    late = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
    sent(database, tmp_path, token, now=late)
    judged(database, 1, remark="page 2 illisible", now=late)
    reminded(database, date(2027, 1, 5))
    assert "page 2 illisible" in mails(database)[-1].body
    reminded(database, date(2027, 1, 12), date(2027, 1, 19))
    assert (len(mails(database)), [one.origin for one in tasks(database)]) == (
        5, ["papers_missing", "papers_received", "papers_missing"],
    )  # fmt: skip


@pytest.mark.parametrize(("on", "written"), [(date(2026, 11, 30), 0), (date(2026, 12, 1), 1)])
def test_what_is_missing_is_asked_for_again_the_day_after(database: Database, on: date, written: int) -> None:
    asked(database)
    reminded(database, on, on)
    assert len(mails(database)) - 1 == written


def test_after_the_last_reminder_whoever_asked_is_told(database: Database) -> None:
    asked(database)
    reminded(database, date(2026, 12, 1), date(2026, 12, 8), date(2026, 12, 15))
    assert (len(mails(database)), tasks(database)) == (4, [])
    reminded(database, date(2026, 12, 22), date(2026, 12, 29))
    assert len(mails(database)) == 4
    assert [one.title for one in tasks(database)] == ["Pièces demandées, jamais reçues : appeler, ou clore la demande"]


def by_hand(database: Database, on: date) -> None:
    with database.writing(HANDLER) as session:
        now = datetime(on.year, on.month, on.day, 9, 0, tzinfo=UTC)
        service.remind_now(session, queries.get_request(session, 1), practice(now))


def test_a_person_reminds_as_often_as_they_wish_while_the_link_is_open(database: Database) -> None:
    """The number of reminders bounds the job, which nobody watches; the page promises that a mail leaves."""
    asked(database)
    reminded(database, *(date(2026, 12, day) for day in (1, 8, 15, 22)))
    assert len(mails(database)) == 4
    by_hand(database, date(2026, 12, 28))
    by_hand(database, date(2026, 12, 28))
    by_hand(database, date(2027, 1, 29))
    assert (len(mails(database)), found(database).reminders) == (7, 6)
    with pytest.raises(Refused, match="ne reçoit plus de pièces"):
        by_hand(database, date(2027, 1, 30))  # a mail would lead to a closed link
    assert len(mails(database)) == 7


def test_nothing_is_asked_for_again_once_all_came(database: Database, tmp_path: Path) -> None:
    token = asked(database)
    for paper in (1, 2):
        sent(database, tmp_path, token, paper, content=a_pdf(str(paper)))
    reminded(database, date(2026, 12, 1))
    assert len(mails(database)) == 1
    with database.writing(HANDLER) as session, pytest.raises(Refused, match="Rien ne manque"):
        service.remind_now(session, queries.get_request(session, 1), practice())


@pytest.mark.parametrize(("on", "is_open"), [(date(2027, 1, 29), True), (date(2027, 1, 30), False)])
def test_the_link_closes_sixty_days_after_the_day_asked_for(
    database: Database, tmp_path: Path, on: date, is_open: bool
) -> None:
    token = asked(database)
    now = datetime(on.year, on.month, on.day, 9, 0, tzinfo=UTC)
    if is_open:
        assert sent(database, tmp_path, token, now=now) == 1
    else:
        with pytest.raises(Refused, match="close"):
            sent(database, tmp_path, token, now=now)


def test_a_link_takes_nothing_for_the_papers_of_another_request(database: Database, tmp_path: Path) -> None:
    token = asked(database)
    with database.writing(HANDLER) as session:
        service.ask_for_papers(session, NEW, practice())
    with pytest.raises(NotFound):
        sent(database, tmp_path, token, 3)
    with pytest.raises(NotFound, match="aucune demande"):
        sent(database, tmp_path, "x" * 43)


@pytest.mark.parametrize(
    ("field", "value", "refusal"),
    [
        ("addressee", " ", "destinataire absent"),
        ("email", "camille", "adresse « camille » incomplète"),
        ("purpose", "", "objet absent"),
        ("due_on", date(2026, 11, 19), "jour passé"),
        ("papers", (), "aucune pièce"),
        ("papers", ((SHEET, "x"),) * 41, "41 pièces"),
        ("papers", ((SHEET, "x" * 201),), "trop long"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_and_writes_no_mail(
    database: Database, field: str, value: object, refusal: str
) -> None:
    with pytest.raises(InvalidInput, match=refusal):
        asked(database, replace(NEW, **{field: value}))  # type: ignore[arg-type]
    assert mails(database) == []


def test_a_foreign_broker_neither_asks_nor_sees(database: Database) -> None:
    asked(database)
    broker = broker_of(an_organisation(database), rights=rights_of(Role.BROKER))
    with database.writing(broker) as session:
        assert list(session.scalars(queries.requests())) == []
        with pytest.raises(OutOfScope):
            service.ask_for_papers(session, NEW, practice())


def test_a_closed_request_keeps_its_reason_and_is_judged_no_more(database: Database, tmp_path: Path) -> None:
    token = asked(database)
    sent(database, tmp_path, token)
    with database.writing(HANDLER) as session:
        request = queries.get_request(session, 1)
        with pytest.raises(InvalidInput, match="motif absent"):
            service.close_request(session, request, " ", NOW)
        service.close_request(session, request, "le client renonce", NOW)
    with pytest.raises(Refused, match="close"):
        judged(database, 1)
    assert (found(database).ended_reason, found(database).next_reminder_on) == ("le client renonce", None)


@pytest.fixture
def visitor(embedded: Database, tmp_path: Path) -> FlaskClient:
    return an_application(embedded, tmp_path).test_client()


def test_whoever_holds_the_link_sees_what_is_missing_and_no_paper(embedded: Database, visitor: FlaskClient) -> None:
    token = asked(embedded, replace(NEW, due_on=date(2099, 1, 1)))
    page = visitor.get(f"/deposit/{token}").text
    assert "Feuille de calcul 2026" in page
    assert "écran « Feuille de calcul »" in page
    assert "/documents/" not in page
    assert "camille@exemple.invalid" not in page
    assert visitor.get("/deposit/nothing").status_code == 404


def test_files_come_by_the_page_and_a_wrong_one_is_named_while_nothing_is_kept(
    embedded: Database, visitor: FlaskClient
) -> None:
    token = asked(embedded, replace(NEW, due_on=date(2099, 1, 1)))
    wrong = {"paper-1": (io.BytesIO(a_pdf("x")), "a.pdf"), "paper-2": (io.BytesIO(b"MZ"), "virus.exe")}
    answer = visitor.post(f"/deposit/{token}", data=wrong)
    assert (answer.status_code, "virus.exe" in answer.text) == (422, True)
    assert found(embedded).papers[0].state is PaperNeed.MISSING
    right = {"paper-1": (io.BytesIO(a_pdf("x")), "a.pdf")}
    assert "Fichiers reçus : 1" in visitor.post(f"/deposit/{token}", data=right, follow_redirects=True).text
    assert visitor.post(f"/deposit/{token}").status_code == 422


def test_a_handler_asks_on_the_page_for_the_last_sheets_and_accounts(embedded: Database, tmp_path: Path) -> None:
    a_company(embedded)
    app = an_application(embedded, tmp_path)
    client = signed_in(app, a_person(embedded, "gestion", Role.CLAIMS_HANDLER))
    page = client.get("/requests/new?siren=000000018&preset=underwriting").text
    ticked = re.findall(r'value="([a-z_]+:[0-9]{4})" checked', page)
    assert len(ticked) == 6
    answer = client.post("/requests/new", data={
        "siren": "000000018", "addressee": "Camille", "email": "camille@exemple.invalid", "purpose": "Étude",
        "due_on": "2099-01-01", "papers": ticked, "others": "Liste des SIRET\n\nEffectif",
    }, follow_redirects=True)  # fmt: skip
    assert answer.status_code == 200
    assert [one.label for one in found(embedded).papers][-2:] == ["Liste des SIRET", "Effectif"]
    assert len(found(embedded).papers) == 8
