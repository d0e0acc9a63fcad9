"""Writing a letter from an object's page: who may, and where; looked at before it is kept; kept once; sent if asked."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import docx
import pytest
from sqlalchemy import select

from atmp_insure.access.models import Organisation
from atmp_insure.access.roles import Role
from atmp_insure.documents import word_letters
from atmp_insure.documents.models import Confidentiality, Document, OutgoingMail
from tests.application import a_person, an_application, signed_in, texts
from tests.db.builders import a_company, a_document, an_organisation
from tests.documents.shelf import TESTER
from tests.documents.test_letters import pages

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database

on_one_engine = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # forms and texts: nothing is kept
SIREN = "000000018"
LETTER = {
    "kind": "correspondence", "addressee": "Courtage Exemple\n33000 Bordeaux", "our_reference": "C-12",
    "references": "Contrat : TX-1", "subject": "Pièces du dossier", "greeting": "Madame, Monsieur",
    "body": "Il nous manque la feuille 2026.", "signatory": "Camille", "signatory_role": "Gestionnaire",
}  # fmt: skip
FROM_PAPER = "/letters/new?about=documents:1"


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Flask:
    return an_application(database, tmp_path, ATMP_SITE__OFFICE_ADDRESS="12 rue X | 69000 Lyon")


@pytest.fixture
def company(database: Database) -> int:
    """A company that the broker and the law firm (organisations 1 and 2) follow, with a paper."""
    broker, firm = an_organisation(database), an_organisation(database, "Cabinet Exemple", "law_firm")
    number = a_company(database, SIREN, reached_by=(broker, firm))
    a_document(database, number, file_ref="accident:7")
    return number


@pytest.fixture
def handler(app: Flask, database: Database, company: int) -> FlaskClient:
    return signed_in(app, a_person(database, "g.gestion", Role.CLAIMS_HANDLER))


@pytest.fixture
def lawyer(app: Flask, database: Database, company: int) -> FlaskClient:
    return signed_in(app, a_person(database, "l.avocat", Role.LAWYER, organisation_id=2))


def plain(html: str) -> str:
    return texts(html).replace("&#39;", "'")


def papers(database: Database) -> list[Document]:
    with database.reading(TESTER) as session:
        found = session.scalars(select(Document).where(Document.kind != "employer_account").order_by(Document.id))
        return list(found)


def mails(database: Database) -> list[OutgoingMail]:
    with database.reading(TESTER) as session:
        return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def test_a_letter_is_written_about_a_paper_looked_at_kept_and_read_again(
    handler: FlaskClient, database: Database, company: int
) -> None:
    page = handler.get("/documents/1").text
    assert 'href="/letters/new?about=documents:1"' in page
    form = handler.get(FROM_PAPER).text
    assert "Dossier : accident:7" in form
    assert "Courrier au sujet de « Compte employeur »" in form
    assert "G Gestion" in form  # the signatory
    assert 'name="act" value="keep"' not in form  # nothing is kept unseen
    preview = handler.post(FROM_PAPER, data=LETTER | {"act": "preview"})
    assert preview.status_code == 200
    assert "data:image/png;base64," in preview.text
    assert "Page 1 sur 1 du courrier" in preview.text
    assert "Il nous manque la feuille 2026." in preview.text  # what was typed stays
    assert papers(database) == []
    kept = handler.post(FROM_PAPER, data=LETTER | {"act": "keep", "title": "Demande de pièces"})
    [letter] = papers(database)
    assert kept.headers["Location"] == f"/documents/{letter.id}"
    assert (letter.title, letter.kind, letter.company_id, letter.file_ref) == (
        "Demande de pièces", "correspondence", company, "accident:7"
    )  # fmt: skip
    assert letter.confidentiality is Confidentiality.NAMED
    shown = plain(handler.get(f"/documents/{letter.id}").text)
    assert "écrit à l'écran" in shown
    assert "Il nous manque la feuille 2026." in shown
    [text] = pages(handler.get(f"/documents/{letter.id}/versions/1/file").data)
    assert "69000 Lyon" in text
    assert "C-12" in text


def test_a_letter_kept_twice_is_one_document(handler: FlaskClient, database: Database) -> None:
    places = [handler.post(FROM_PAPER, data=LETTER | {"act": "keep"}).headers["Location"] for _ in range(2)]
    assert len(set(places)) == len(papers(database)) == 1


def test_a_letter_of_the_office_about_no_company_and_about_one_by_its_siren(
    handler: FlaskClient, database: Database, company: int
) -> None:
    assert 'href="/letters/new"' in handler.get("/documents").text
    assert handler.post("/letters/new", data=LETTER | {"act": "keep"}).status_code == 302
    assert handler.post("/letters/new", data=LETTER | {"act": "keep", "siren": "000 000 018"}).status_code == 302
    wrong = handler.post("/letters/new", data=LETTER | {"act": "keep", "siren": "999999999"})
    assert wrong.status_code == 422
    assert "pas connu ici" in plain(wrong.text)
    assert [paper.company_id for paper in papers(database)] == [None, company]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"addressee": ""}, "Destinataire : À remplir"),
        ({"addressee": "x" * 61}, "dépasse 60 caractères"),
        ({"references": "sans deux-points"}, "Ligne 1 : « sans deux-points ». Écrire « Libellé : texte »."),
        ({"subject": ""}, "Objet : À remplir"),
        ({"body": ""}, "Texte : À remplir"),
        ({"body": "x" * 20_001}, "Texte :"),
        ({"kind": "rate_notice"}, "Nature :"),
    ],
)
@on_one_engine
def test_a_letter_that_lacks_something_says_what_and_keeps_what_was_typed(
    handler: FlaskClient, database: Database, more: dict[str, str], message: str
) -> None:
    for act in ("preview", "keep", "word"):
        answer = handler.post(FROM_PAPER, data=LETTER | {"act": act} | more)
        assert answer.status_code == 422
        assert message in plain(answer.text)
        assert "Gestionnaire" in answer.text
    assert papers(database) == []


@on_one_engine
def test_what_a_paste_brings_along_breaks_neither_the_pdf_nor_the_word_document(handler: FlaskClient) -> None:
    pasted = {
        "body": "Tabulation\tet saut\x0c de page\x01, émoji 🙂, עברית,\u00a0insécable.", "subject": "Objet\x07 sonné",
        "addressee": "Courtage\x0b Exemple\r\n33000 Bordeaux", "references": "Contrat : T\x021",
    }  # fmt: skip
    for act in ("preview", "word", "keep"):
        answer = handler.post(FROM_PAPER, data=LETTER | pasted | {"act": act})
        assert answer.status_code in {200, 302}, (act, plain(answer.text)[:2000])


@on_one_engine
def test_the_word_document_is_given_without_being_kept(
    handler: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = handler.post(FROM_PAPER, data=LETTER | {"act": "word"})
    assert answer.headers["Content-Disposition"].endswith(".docx")
    lines = [paragraph.text for paragraph in docx.Document(io.BytesIO(answer.data)).paragraphs]
    assert "Il nous manque la feuille 2026." in lines
    assert papers(database) == []
    assert "Télécharger en Word" in handler.post(FROM_PAPER, data=LETTER).text
    monkeypatch.setattr(word_letters, "DocxTemplate", None)
    assert "Télécharger en Word" not in handler.post(FROM_PAPER, data=LETTER).text
    assert handler.post(FROM_PAPER, data=LETTER | {"act": "word"}).status_code == 422


def test_a_letter_is_kept_then_sent_with_the_paper_that_it_is_about(handler: FlaskClient, database: Database) -> None:
    kept = handler.post(FROM_PAPER, data=LETTER | {"act": "send"})
    address = kept.headers["Location"]
    assert re.fullmatch(r"/letters/\d+/send\?join=1", address)
    form = handler.get(address).text
    assert re.findall(r'type="checkbox"[^>]*value="(\d+)" checked', form) == [address.split("/")[2], "1"]
    [key] = re.findall(r'name="key"[^>]*value="(\w+)"', form)
    [letter] = papers(database)
    data = {"recipient": "claire@exemple.invalid", "subject": "Objet", "body": "Ci-joint.", "key": key}
    wrong = handler.post(address, data=data | {"recipient": "claire", "attached": [str(letter.id)]})
    assert wrong.status_code == 422
    assert "adresse « claire » incomplète".capitalize() in plain(wrong.text)
    assert handler.post(address, data=data).status_code == 422  # nothing attached
    for _ in range(2):  # sent twice, one mail
        sent = handler.post(address, data=data | {"attached": [str(letter.id), "1"]})
    [mail] = mails(database)
    assert sent.headers["Location"] == f"/documents/mail/{mail.id}"
    assert (mail.recipient, mail.document_ids, mail.company_id) == (
        "claire@exemple.invalid", [letter.id, 1], letter.company_id
    )  # fmt: skip
    assert "Ci-joint." in handler.get(f"/documents/mail/{mail.id}").text


def test_papers_of_two_clients_do_not_go_in_one_mail(handler: FlaskClient, database: Database) -> None:
    a_document(database, a_company(database, "000000026"))
    data = {"recipient": "x@exemple.invalid", "subject": "x", "body": "x", "attached": ["1", "2"]}
    answer = handler.post("/letters/1/send?join=2", data=data)
    assert answer.status_code == 422
    assert "Pièces de plusieurs entreprises" in plain(answer.text)
    assert mails(database) == []


def test_a_lawyer_writes_in_the_name_of_their_firm_for_its_clients_only(
    lawyer: FlaskClient, database: Database, company: int
) -> None:
    form = lawyer.get(FROM_PAPER).text
    assert re.search(r"<textarea[^>]*name=\"sender\"[^>]*>\s*Cabinet Exemple</textarea>", form)
    own = LETTER | {"kind": "lawyer_letter", "sender": "Cabinet Exemple\n1 rue du Palais", "act": "keep"}
    assert lawyer.post(FROM_PAPER, data=own | {"sender": ""}).status_code == 422
    kept = lawyer.post(FROM_PAPER, data=own)
    assert kept.status_code == 302
    [text] = pages(lawyer.get(f"{kept.headers['Location']}/versions/1/file").data)
    assert "1 rue du Palais" in text
    assert "69000 Lyon" not in text  # not the office's head
    [letter] = papers(database)
    assert letter.confidentiality is Confidentiality.PRIVILEGED
    a_document(database, a_company(database, "000000026"))
    assert lawyer.get("/letters/new?about=documents:3").status_code == 404
    assert lawyer.get("/letters/new?about=organisations:2").status_code == 403  # their own, but the office's letters
    assert lawyer.post("/letters/new", data=own).status_code == 422  # about no company
    sent = {"recipient": "x@exemple.invalid", "subject": "x", "body": "x", "attached": [str(letter.id)], "key": "k"}
    assert lawyer.post(f"/letters/{letter.id}/send", data=sent).headers["Location"] == f"/documents/{letter.id}"
    assert lawyer.get("/letters/3/send").status_code == 404


@on_one_engine
def test_natures_that_one_could_not_read_again_are_not_offered(app: Flask, database: Database, company: int) -> None:
    underwriter = signed_in(app, a_person(database, "s.souscripteur", Role.UNDERWRITER))
    form = underwriter.get(FROM_PAPER).text
    assert 'value="office_letter"' in form
    assert 'value="correspondence"' not in form
    assert 'value="lawyer_letter"' not in form
    kept = underwriter.post(FROM_PAPER, data=LETTER | {"kind": "office_letter", "act": "keep"})
    assert underwriter.get(kept.headers["Location"]).status_code == 200


@on_one_engine
def test_the_right_to_write_letters_is_needed_on_every_page(app: Flask, database: Database, company: int) -> None:
    people = (
        a_person(database, "c.courtier", Role.BROKER, organisation_id=1), a_person(database, "a.audit", Role.AUDITOR),
        a_person(database, "e.employeur", Role.EMPLOYER, company_id=company),
    )  # fmt: skip
    for person in people:
        client = signed_in(app, person)
        assert "/letters/" not in client.get("/documents/1").text
        assert client.get(FROM_PAPER).status_code == 403
        assert client.post(FROM_PAPER, data=LETTER | {"act": "keep"}).status_code == 403
        assert client.get("/letters/1/send").status_code == 403
    assert papers(database) == []
    assert mails(database) == []


@pytest.mark.parametrize("subject", ["documents:99", "tickets:1", "documents", "x:1", "documents:²"])
@on_one_engine
def test_there_is_no_letter_about_what_one_does_not_see(handler: FlaskClient, subject: str) -> None:
    assert handler.get(f"/letters/new?about={subject}").status_code == 404


@on_one_engine
def test_companies_and_organisations_fill_in_the_address(
    handler: FlaskClient, database: Database, company: int
) -> None:
    with database.writing(TESTER) as session:
        assert session.get(Organisation, 1) is not None
    form = plain(handler.get(f"/letters/new?about=companies:{company}").text)
    assert f"Exemple {SIREN}" in form
    assert f"SIREN : {SIREN}" in form
    assert "Courtage Exemple" in handler.get("/letters/new?about=organisations:1").text
    kept = handler.post("/letters/new?about=organisations:1", data=LETTER | {"act": "keep"})
    assert kept.status_code == 302
    assert [paper.company_id for paper in papers(database)] == [None]


def test_an_erased_or_medical_paper_is_not_sent(handler: FlaskClient, database: Database) -> None:
    with database.writing(TESTER) as session:
        document = session.get_one(Document, 1)
        document.erased_at, document.erasure_reason = document.received_at, "x"
    assert "/letters/1/send" not in handler.get("/documents/1").text
    data = {"recipient": "x@exemple.invalid", "subject": "x", "body": "x", "attached": ["1"], "key": "k"}
    assert handler.post("/letters/1/send", data=data).status_code == 409
