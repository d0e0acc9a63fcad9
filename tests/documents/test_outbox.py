"""The outbox: what is written leaves once, under one identifier, whatever the relay and the process do."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from atmp_insure.access.logs import ReadingLogEntry
from atmp_insure.db import checkpoints
from atmp_insure.documents import queries
from atmp_insure.documents.models import Document, MailState, OutgoingMail
from atmp_insure.documents.outgoing import LINK_REMOVED, resend_mail, write_mail
from atmp_insure.documents.sending import TAKEN_FOR, WAITS, Post, SendingRound, send_due_mail
from atmp_insure.kernel.errors import ExternalServiceError, NotFound, Refused
from atmp_insure.settings import MailSettings
from tests.db.builders import a_company
from tests.documents.papers import a_pdf
from tests.documents.shelf import NOW, OFFICE, STRANGER, TESTER, doctor_of, of_company, put_away

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from atmp_insure.db.engine import Database
    from atmp_insure.documents.vault import Vault


class Killed(BaseException):
    """The process dies here."""


class Relayed:
    """A relay that keeps what it is given, and refuses whom it is told to."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refusals: dict[str, str] = {}

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - named by aiosmtpd
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def a_relay(port: int) -> Iterator[Relayed]:
    relayed = Relayed()
    controller = Controller(relayed, hostname="127.0.0.1", port=port, enable_SMTPUTF8=False)
    controller.start()
    try:
        yield relayed
    finally:
        controller.stop()


@pytest.fixture
def post(database: Database, vault: Vault) -> Post:
    settings = MailSettings(host="127.0.0.1", port=free_port(), start_tls=False, sender="bureau@exemple.invalid")
    return Post(database, vault, settings, "Bureau de démonstration")


def written(database: Database, key: str = "a", to: str = "claire@exemple.invalid", **more: Any) -> int:
    with database.writing(TESTER) as session:
        event = more.pop("event", "notice")
        return write_mail(session, event, to, "Votre taux « 2027 »", "Bonjour,\nvoici.\n", key=key, now=NOW, **more).id


def mail_of(database: Database, mail_id: int) -> OutgoingMail:
    with database.reading(TESTER) as session:
        return queries.get_mail(session, mail_id)


def test_a_mail_leaves_whole_with_its_attachment(post: Post) -> None:
    company = a_company(post.database)
    done = put_away(post.database, post.vault, company, a_pdf("joint"))
    number = written(post.database, document_ids=[done.document.id], company_id=company)
    with a_relay(post.settings.port) as relay:
        assert send_due_mail(post, NOW) == SendingRound(sent=1)
    [message] = relay.messages
    mail = mail_of(post.database, number)
    assert message["Message-ID"] == f"<{mail.message_id}>"
    assert (message["To"], message["Subject"]) == ("claire@exemple.invalid", "Votre taux « 2027 »")
    assert message["From"] == "Bureau de démonstration <bureau@exemple.invalid>"
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == "Bonjour,\nvoici.\n"
    [attached] = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("feuille.pdf", a_pdf("joint"))
    assert (mail.state, mail.sent_at, mail.attempts) == (MailState.SENT, NOW, 1)
    with post.database.reading(TESTER) as session:
        [reading] = session.scalars(select(ReadingLogEntry))
    assert (reading.actor, reading.action) == ("système:outgoing mail", "exported")


def test_without_a_relay_mail_waits_and_can_be_read(post: Post) -> None:
    number = written(post.database)
    silent = Post(post.database, post.vault, MailSettings(), "Bureau")
    assert send_due_mail(silent, NOW) == SendingRound()
    assert mail_of(post.database, number).state is MailState.WAITING
    assert mail_of(post.database, number).body == "Bonjour,\nvoici.\n"


def test_a_relay_that_is_down_costs_no_attempt_and_mail_leaves_when_it_is_back(post: Post) -> None:
    number = written(post.database)
    with pytest.raises(ExternalServiceError, match="injoignable"):
        send_due_mail(post, NOW)
    assert (mail_of(post.database, number).attempts, mail_of(post.database, number).due_at) == (0, NOW)
    with a_relay(post.settings.port) as relay:
        assert send_due_mail(post, NOW + timedelta(minutes=1)).sent == 1
        assert send_due_mail(post, NOW + timedelta(minutes=2)) == SendingRound()
    assert len(relay.messages) == 1


def test_a_refusal_for_now_is_tried_again_later_and_later_then_left_to_a_person(post: Post) -> None:
    number = written(post.database, to="pleine@exemple.invalid")
    other = written(post.database, key="b")
    moment = NOW
    with a_relay(post.settings.port) as relay:
        relay.refusals["pleine@exemple.invalid"] = "452 mailbox full"
        assert send_due_mail(post, moment) == SendingRound(sent=1, postponed=1)  # one refusal holds nobody else back
        for wait in WAITS:
            assert send_due_mail(post, moment + wait - timedelta(seconds=1)) == SendingRound()
            moment += wait
            expected = SendingRound(failed=1) if wait == WAITS[-1] else SendingRound(postponed=1)
            assert send_due_mail(post, moment) == expected
        mail = mail_of(post.database, number)
        assert (mail.state, mail.attempts) == (MailState.FAILED, len(WAITS) + 1)
        assert mail.error is not None
        assert "452" in mail.error
        relay.refusals.clear()
        with post.database.writing(OFFICE) as session:
            resend_mail(session, queries.get_mail(session, number), moment)
        assert send_due_mail(post, moment).sent == 1
    assert mail_of(post.database, other).state is MailState.SENT
    with pytest.raises(Refused, match="est parti"), post.database.writing(OFFICE) as session:
        resend_mail(session, queries.get_mail(session, number), moment)


def test_a_refusal_for_good_is_not_tried_again(post: Post) -> None:
    number = written(post.database, to="inconnue@exemple.invalid")
    with a_relay(post.settings.port) as relay:
        relay.refusals["inconnue@exemple.invalid"] = "550 no such user"
        assert send_due_mail(post, NOW) == SendingRound(failed=1)
    assert mail_of(post.database, number).error == "Destinataire refusé (550 no such user)."


@pytest.mark.parametrize("point", ["mail: taken", "mail: handed over"])
def test_a_process_killed_while_sending_leaves_a_mail_that_goes_once_for_its_reader(
    post: Post, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = written(post.database)

    def die(name: str) -> None:
        if name == point:
            raise Killed

    with a_relay(post.settings.port) as relay:
        monkeypatch.setattr(checkpoints, "_watchers", [die])
        with pytest.raises(Killed):
            send_due_mail(post, NOW)
        monkeypatch.setattr(checkpoints, "_watchers", [])
        assert send_due_mail(post, NOW + TAKEN_FOR - timedelta(seconds=1)) == SendingRound()  # perhaps still being sent
        assert send_due_mail(post, NOW + TAKEN_FOR).sent == 1
    assert len({message["Message-ID"] for message in relay.messages}) == 1
    assert len(relay.messages) == (1 if point == "mail: taken" else 2)
    assert mail_of(post.database, number).state is MailState.SENT


def test_an_attempt_that_lasted_too_long_does_not_undo_the_one_that_followed(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = written(post.database)
    later = NOW + TAKEN_FOR

    def be_overtaken(name: str) -> None:
        if name == "mail: handed over":
            monkeypatch.setattr(checkpoints, "_watchers", [])
            assert send_due_mail(post, later).sent == 1

    with a_relay(post.settings.port):
        monkeypatch.setattr(checkpoints, "_watchers", [be_overtaken])
        send_due_mail(post, NOW)
    assert mail_of(post.database, number).sent_at == later


def test_a_link_that_opens_an_account_is_not_kept_once_sent(post: Post) -> None:
    number = written(post.database, event="reset")
    with a_relay(post.settings.port) as relay:
        send_due_mail(post, NOW)
    assert "voici" in str(relay.messages[0])
    assert mail_of(post.database, number).body == LINK_REMOVED


def test_an_attachment_erased_or_damaged_meanwhile_stops_the_mail_and_says_so(post: Post) -> None:
    company = a_company(post.database)
    done = put_away(post.database, post.vault, company)
    number = written(post.database, document_ids=[done.document.id])
    post.vault.store.delete(done.version.address)
    with a_relay(post.settings.port) as relay:
        assert send_due_mail(post, NOW) == SendingRound(failed=1)
    assert relay.messages == []
    assert (mail_of(post.database, number).error or "").startswith(
        "Pièce jointe : Le contenu de ce document est absent"
    )


def test_one_attaches_what_one_sees_and_never_a_medical_paper(database: Database, vault: Vault) -> None:
    company = a_company(database)
    plain = put_away(database, vault, company).document
    medical = put_away(database, vault, company, kind="medical_report", file_ref="accident:1").document

    def attach(actor: Any, document: Document) -> None:
        with database.writing(actor) as session:
            write_mail(session, "x", "a@b", "s", "b", key=actor.name, now=NOW, document_ids=[document.id])

    with pytest.raises(NotFound):
        attach(STRANGER, plain)
    with pytest.raises(NotFound):
        attach(OFFICE, medical)
    with pytest.raises(Refused, match="médicale ne part pas"):
        attach(doctor_of("accident:1"), medical)
    attach(of_company(company), plain)


def test_asked_for_twice_it_is_one_mail_and_a_stranger_sees_none(database: Database) -> None:
    assert written(database) == written(database)
    with database.reading(STRANGER) as session:
        assert session.scalars(queries.mails()).all() == []
        with pytest.raises(NotFound):
            queries.get_mail(session, 1)
    with database.reading(OFFICE) as session:
        assert len(session.scalars(queries.mails()).all()) == 1


def test_an_address_that_no_message_can_carry_fails_plainly(post: Post) -> None:
    number = written(post.database, to="élodie@exemple.invalid")
    with a_relay(post.settings.port):
        assert send_due_mail(post, NOW) == SendingRound(failed=1)
    assert mail_of(post.database, number).error == "Adresse que le relais n'accepte pas."
