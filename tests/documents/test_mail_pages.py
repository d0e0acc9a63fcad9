"""The pages of outgoing mail: read by those of the office who may, each reading written; links kept from most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from atmp_insure.access.logs import ReadingLogEntry
from atmp_insure.access.roles import Role
from atmp_insure.documents import queries
from atmp_insure.documents.models import MailState
from atmp_insure.documents.outgoing import write_mail
from tests.application import a_person, an_application, signed_in
from tests.db.builders import a_company
from tests.documents.shelf import NOW, TESTER, put_away

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from atmp_insure.db.engine import Database
    from atmp_insure.documents.vault import Vault


@pytest.fixture
def app(embedded: Database, tmp_path: Path) -> Flask:
    return an_application(embedded, tmp_path)


def a_mail(database: Database, event: str = "notice", state: MailState = MailState.WAITING, **more: object) -> int:
    with database.writing(TESTER) as session:
        mail = write_mail(
            session, event, "claire@exemple.invalid", f"Objet {event}", "Le texte du courriel", key=event, now=NOW,
            **more,  # type: ignore[arg-type]
        )  # fmt: skip
        mail.state, mail.error = state, "550 no such user" if state is MailState.FAILED else None
        return mail.id


def test_a_mail_is_read_and_the_reading_written(app: Flask, embedded: Database, vault: Vault) -> None:
    seen = put_away(embedded, vault, a_company(embedded)).document
    number = a_mail(embedded, document_ids=[seen.id])
    client = signed_in(app, a_person(embedded, "m.manager", Role.MANAGER))
    listed = client.get("/documents/mail").text
    assert "Objet notice" in listed
    assert "Rien ne part." in listed  # no relay in the settings
    page = client.get(f"/documents/mail/{number}").text
    assert "Le texte du courriel" in page
    assert "Feuille de calcul du taux" in page
    with embedded.reading(TESTER) as session:
        [reading] = session.scalars(select(ReadingLogEntry))
    assert (reading.actor, reading.action, reading.subject) == ("m.manager", "read", f"outgoing_mail:{number}")
    broker = signed_in(app, a_person(embedded, "e.employeur", Role.EMPLOYER, company_id=1))
    assert broker.get("/documents/mail").status_code == 403
    assert broker.get(f"/documents/mail/{number}").status_code == 403


def test_the_text_of_a_mail_that_opens_an_account_is_for_those_who_manage_users(app: Flask, embedded: Database) -> None:
    number = a_mail(embedded, "reset")
    manager = signed_in(app, a_person(embedded, "m.manager", Role.MANAGER))
    assert "Le texte du courriel" not in manager.get(f"/documents/mail/{number}").text
    administrator = signed_in(app, a_person(embedded, "a.admin", Role.ADMINISTRATOR))
    assert "Le texte du courriel" in administrator.get(f"/documents/mail/{number}").text


def test_a_mail_that_failed_is_found_by_its_state_and_sent_again(app: Flask, embedded: Database) -> None:
    number = a_mail(embedded, "failed", MailState.FAILED)
    a_mail(embedded, "sent", MailState.SENT)
    client = signed_in(app, a_person(embedded, "m.manager", Role.MANAGER))
    listed = client.get("/documents/mail?state=failed").text
    assert "Objet failed" in listed
    assert "Objet sent" not in listed
    assert client.post(f"/documents/mail/{number}/resend").status_code == 302
    with embedded.reading(TESTER) as session:
        assert queries.get_mail(session, number).state is MailState.WAITING
    assert client.post(f"/documents/mail/{number + 1}/resend").status_code == 409
    assert client.get("/documents/mail/99").status_code == 404
    auditor = signed_in(app, a_person(embedded, "a.auditeur", Role.AUDITOR))
    assert auditor.post(f"/documents/mail/{number}/resend").status_code == 403
