"""The pages of documents, as people use them; every reading is written in the log before the page is given."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, select

from atmp_insure.access.logs import ReadingLogEntry
from atmp_insure.access.models import Organisation, OrganisationKind
from atmp_insure.access.roles import Role
from atmp_insure.db.reach import CompanyReach
from atmp_insure.documents.vault import Vault, open_vault
from atmp_insure.settings import read_settings
from tests.application import a_person, an_application, signed_in, texts
from tests.db.builders import a_company
from tests.documents.papers import a_pdf, a_pdf_with_script, a_png, an_xlsx
from tests.documents.shelf import NOW, TESTER, put_away
from tests.engines import key_ring

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from atmp_insure.db.engine import Database

SIREN = "000000018"


@pytest.fixture
def app(embedded: Database, tmp_path: Path) -> Flask:
    return an_application(embedded, tmp_path)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return open_vault(read_settings({"ATMP_ENVIRONMENT": "test", "ATMP_DATA_DIR": str(tmp_path)}), key_ring())


@pytest.fixture
def company(embedded: Database) -> int:
    return a_company(embedded, SIREN)


@pytest.fixture
def manager(app: Flask, embedded: Database) -> FlaskClient:
    return signed_in(app, a_person(embedded, "morgan.manager", Role.MANAGER))


@pytest.fixture
def administrator(app: Flask, embedded: Database) -> FlaskClient:
    return signed_in(app, a_person(embedded, "alex.admin", Role.ADMINISTRATOR))


def deposit(client: FlaskClient, content: bytes, name: str = "feuille.pdf", **more: str) -> TestResponse:
    data = {"siren": SIREN, "kind": "calculation_sheet"} | more
    return client.post("/documents/new", data={**data, "file": (io.BytesIO(content), name)})


def readings(database: Database) -> list[tuple[str, str]]:
    with database.reading(TESTER) as session:
        return [(one.action, one.what) for one in session.scalars(select(ReadingLogEntry).order_by(ReadingLogEntry.id))]


def test_a_client_is_not_asked_for_the_office_s_file_nor_for_a_level_of_secrecy(
    app: Flask, manager: FlaskClient, embedded: Database, company: int
) -> None:
    employer = signed_in(app, a_person(embedded, "e.employeur", Role.EMPLOYER, company_id=company))
    ours, theirs = (texts(one.get("/documents/new").text) for one in (manager, employer))
    for said in ("Dossier", "Confidentialité", "Rapport médical"):
        assert (said in ours, said in theirs) == (True, False), said
    deposit(employer, a_pdf(), kind="calculation_sheet")
    assert employer.get("/documents/1").status_code == 200
    assert deposit(employer, a_pdf("autre"), kind="medical_report").status_code == 422


def test_a_paper_is_put_away_seen_page_by_page_and_downloaded(
    manager: FlaskClient, embedded: Database, company: int
) -> None:
    answer = deposit(manager, a_pdf("Page une", "Page deux"))
    assert answer.headers["Location"] == "/documents/1"
    page = manager.get("/documents/1?page=2")
    assert "Feuille de calcul du taux" in page.text
    assert "Page 2 sur 2" in texts(page.text)
    assert "Page deux" in page.text
    assert "data:image/png;base64," in page.text
    file = manager.get("/documents/1/versions/1/file")
    assert file.data == a_pdf("Page une", "Page deux")
    assert file.headers["Content-Disposition"] == "attachment; filename=feuille.pdf"
    assert file.headers["Content-Type"] == "application/pdf"
    assert "sandbox" in file.headers["Content-Security-Policy"]
    assert file.headers["Cache-Control"] == "no-store"
    image = manager.get("/documents/1/versions/1/pages/1")
    assert image.data.startswith(b"\x89PNG")
    named = "Feuille de calcul du taux, version 1"
    assert readings(embedded) == [
        ("read", f"{named}, page 2"), ("downloaded", f"{named}, fichier"), ("read", f"{named}, page 1")
    ]  # fmt: skip


def test_the_same_file_is_recognised_and_said(manager: FlaskClient, company: int) -> None:
    deposit(manager, a_pdf())
    answer = manager.post(
        "/documents/new",
        data={"siren": SIREN, "kind": "calculation_sheet", "file": (io.BytesIO(a_pdf()), "autre.pdf")},
        follow_redirects=True,
    )
    assert "rien n'a été fait deux fois" in texts(answer.text).replace("&#39;", "'")
    assert manager.get("/documents/2").status_code == 404


@pytest.mark.parametrize(
    ("file", "more", "message"),
    [
        ((b"MZ", "a.exe"), {}, "Type de fichier non accepté"),
        ((a_pdf(), "a.pdf"), {"siren": "999999999"}, "pas connu ici"),
        ((a_pdf(), "a.pdf"), {"kind": "medical_report"}, "Pièce médicale sans dossier"),
        ((a_pdf(), "a.pdf"), {"kind": "opinion", "confidentiality": "plain"}, "Niveau trop ouvert"),
        ((a_pdf(), "a.pdf"), {"kind": ""}, "À remplir"),
        ((b"", ""), {}, "À remplir"),
    ],
)
def test_a_deposit_that_is_wrong_says_why_beside_its_field(
    manager: FlaskClient, company: int, file: tuple[bytes, str], more: dict[str, str], message: str
) -> None:
    answer = deposit(manager, file[0], file[1], **more)
    assert answer.status_code == 422
    assert message in answer.text.replace("&#39;", "'")
    assert manager.get("/documents/1").status_code == 404


def test_a_medical_paper_is_put_away_by_one_who_does_not_see_it_again(
    app: Flask, manager: FlaskClient, embedded: Database, company: int
) -> None:
    answer = deposit(manager, a_pdf(), kind="medical_report", file_ref="accident:7")
    assert answer.headers["Location"] == "/documents/new"
    assert "réservée à d'autres" in texts(manager.get("/documents/new").text).replace("&#39;", "'")
    for path in ("/documents/1", "/documents/1/versions/1/file", "/documents/1/versions/1/pages/1"):
        assert manager.get(path).status_code == 404
    doctor = signed_in(app, a_person(embedded, "d.medecin", Role.MANDATED_DOCTOR, file_ref="accident:7"))
    assert doctor.get("/documents/1").status_code == 200
    assert doctor.get("/documents/1/versions/1/file").data == a_pdf()
    assert doctor.post("/notes/documents:1", data={"text": "x"}).status_code == 403
    assert {what for _, what in readings(embedded)} == {
        "Rapport médical, version 1, page 1", "Rapport médical, version 1, fichier"
    }  # fmt: skip


def test_a_broker_sees_the_papers_of_its_clients_only(
    app: Flask, embedded: Database, vault: Vault, company: int
) -> None:
    with embedded.writing(TESTER) as session:
        broker = Organisation(kind=OrganisationKind.BROKER, name="Courtage", created_at=NOW)
        session.add(broker)
        session.flush()
        session.add(CompanyReach(organisation_id=broker.id, company_id=company, reason="mandat"))
    put_away(embedded, vault, company)
    put_away(embedded, vault, a_company(embedded, "000000026"), title="Secret")
    put_away(embedded, vault, company, a_pdf("avis"), kind="opinion")
    client = signed_in(app, a_person(embedded, "b.courtier", Role.BROKER, organisation_id=broker.id))
    listed = client.get("/documents").text
    assert "Feuille de calcul du taux" in listed
    assert "Secret" not in listed
    assert "Consultation d'avocat" not in texts(listed.replace("&#39;", "'")).partition("Reçu")[2].replace("Nature", "")
    assert client.get("/documents/1").status_code == 200
    assert [client.get(f"/documents/{number}").status_code for number in (2, 3)] == [404, 404]
    assert client.get("/documents/1/erase").status_code == 403


def test_the_list_searches_filters_sorts_and_exports(
    manager: FlaskClient, embedded: Database, vault: Vault, company: int
) -> None:
    put_away(embedded, vault, company, a_pdf("a"), title="Alpha")
    put_away(embedded, vault, company, a_pdf("b"), kind="rate_notice", title="Bêta")
    put_away(embedded, vault, a_company(embedded, "000000026"), a_pdf("c"), title="Gamma")

    def rows(query: str) -> set[str]:
        page = manager.get(f"/documents?{query}").text
        return {name for name in ("Alpha", "Bêta", "Gamma") if name in page}

    assert rows("") == {"Alpha", "Bêta", "Gamma"}
    assert rows("q=beta") == {"Bêta"}
    assert rows("q=exemple+000000026") == {"Gamma"}
    assert rows(f"q={SIREN}") == {"Alpha", "Bêta"}
    assert rows("kind=rate_notice") == {"Bêta"}
    assert rows("confidentiality=plain") == {"Alpha", "Gamma"}
    assert rows("state=unset") == {"Alpha", "Bêta", "Gamma"}
    assert rows("state=due&state=erased&state=held&state=kept") == set()
    assert rows("day_from=2026-11-20&day_to=2026-11-20") == {"Alpha", "Bêta", "Gamma"}
    assert rows("day_from=2026-11-21") == set()
    assert "Exemple 000000018" in manager.get("/documents").text
    exported = manager.get("/documents?export=csv&kind=rate_notice").get_data(as_text=True)
    assert "Bêta" in exported
    assert "Alpha" not in exported
    assert readings(embedded)[-1][0] == "exported"


def test_the_list_asks_a_fixed_number_of_queries(
    manager: FlaskClient, embedded: Database, vault: Vault, company: int
) -> None:
    counts = []
    for number in (1, 30):
        for at in range(number):
            put_away(embedded, vault, company, a_pdf(f"{number}-{at}"))
        asked: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_: object, seen: list[str] = asked) -> None:
            seen.append(statement)

        event.listen(embedded.engine, "before_cursor_execute", note)
        assert manager.get("/documents").status_code == 200
        event.remove(embedded.engine, "before_cursor_execute", note)
        counts.append(len([one for one in asked if one.startswith("SELECT")]))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("content", "name", "shown"),
    [
        (an_xlsx(), "paie.xlsx", "Pas d'aperçu"),
        (a_png(), "photo.png", "data:image/png;base64,"),
        ("SIRET;Coût\n".encode("cp1252"), "paie.csv", "SIRET;Coût"),
        (a_pdf_with_script(), "cerfa.pdf", "Ce fichier contient : JavaScript"),
    ],
)
def test_each_kind_of_file_is_shown_as_it_can_be(
    manager: FlaskClient, company: int, content: bytes, name: str, shown: str
) -> None:
    deposit(manager, content, name)
    assert shown in manager.get("/documents/1").text.replace("&#39;", "'")


def test_a_damaged_content_is_said_on_screen_and_written_as_refused(
    manager: FlaskClient, embedded: Database, vault: Vault, company: int
) -> None:
    done = put_away(embedded, vault, company)
    sealed = bytearray(vault.store.read(done.version.address))
    sealed[20] ^= 1
    vault.store.write(done.version.address, bytes(sealed))
    page = manager.get("/documents/1")
    assert page.status_code == 200
    assert "altéré dans le coffre" in page.text
    for path in ("/documents/1/versions/1/file", "/documents/1/versions/1/pages/1"):
        answer = manager.get(path)
        assert answer.status_code == 409
        assert "altéré dans le coffre" in answer.text
    assert [action for action, _ in readings(embedded)] == ["refused"] * 3


def test_a_newer_version_is_added_and_the_older_ones_stay(manager: FlaskClient, company: int) -> None:
    deposit(manager, a_pdf("un"))
    for content in (a_pdf("deux"), a_pdf("deux")):
        answer = manager.post("/documents/1/versions", data={"file": (io.BytesIO(content), "b.pdf")})
        assert answer.status_code == 302
    assert manager.get("/documents/1/versions/2/file").data == a_pdf("deux")
    assert manager.get("/documents/1/versions/3/file").status_code == 404
    assert "un" in texts(manager.get("/documents/1?version=1").text)
    assert manager.post("/documents/1/versions", data={"file": (io.BytesIO(b"MZ"), "b.exe")}).status_code == 422
    assert manager.post("/documents/1/versions").status_code == 422


def test_holding_keeping_and_erasing_are_asked_before_and_done(
    administrator: FlaskClient, embedded: Database, vault: Vault, company: int
) -> None:
    put_away(embedded, vault, company)
    for act in ("hold", "retention", "erase"):
        assert administrator.get(f"/documents/1/{act}").status_code == 200
    assert administrator.post("/documents/1/erase", data={"reason": ""}).status_code == 422  # retention not set
    assert administrator.post("/documents/1/retention", data={}).status_code == 422
    both = {"event_on": "2026-01-01", "keep_until": "2030-01-01"}
    assert administrator.post("/documents/1/retention", data=both).status_code == 422
    assert administrator.post("/documents/1/retention", data={"event_on": "2020-01-01"}).status_code == 302
    assert "01/01/2026" in administrator.get("/documents/1").text  # six years
    assert administrator.post("/documents/1/hold", data={"reason": "recours"}).status_code == 302
    assert "Gelé : recours" in administrator.get("/documents/1").text
    assert administrator.post("/documents/1/erase", data={"reason": "x"}).status_code == 409
    assert administrator.post("/documents/1/hold/lift").status_code == 302
    assert administrator.post("/documents/1/erase", data={"reason": "doublon"}).status_code == 302
    page = administrator.get("/documents/1").text
    assert "Le contenu de ce document est effacé" in page
    assert "doublon" in page
    assert administrator.get("/documents/1/versions/1/file").status_code == 404
    assert list(vault.store.list_addresses()) == []


def test_a_manager_erases_papers_that_the_administrator_does_not_see(
    manager: FlaskClient, administrator: FlaskClient, embedded: Database, vault: Vault, company: int
) -> None:
    put_away(embedded, vault, company, kind="employer_account")  # names people
    assert administrator.get("/documents/1/erase").status_code == 404
    assert manager.post("/documents/1/hold", data={"reason": "recours"}).status_code == 302
    assert manager.post("/documents/1/hold/lift").status_code == 302
    assert manager.post("/documents/1/erase", data={"reason": "demande d'effacement"}).status_code == 302
    assert "Le contenu de ce document est effacé" in manager.get("/documents/1").text


def test_what_is_due_is_listed_and_erased_by_a_run(
    administrator: FlaskClient, embedded: Database, vault: Vault, company: int
) -> None:
    put_away(embedded, vault, company, kind="contract")
    assert "Rien à effacer" in administrator.get("/documents/due").text
    data = {"siren": SIREN, "event": "contract_end", "event_on": "2015-06-30"}
    assert administrator.get("/documents/retentions").status_code == 200
    assert administrator.post("/documents/retentions", data=data | {"siren": "1"}).status_code == 422
    assert administrator.post("/documents/retentions", data=data).status_code == 302
    assert "Contrat" in administrator.get("/documents/due").text
    assert administrator.get("/documents/file-holds").status_code == 200
    held = {"siren": SIREN, "file_ref": "accident:1", "reason": "recours"}
    assert administrator.post("/documents/file-holds", data=held | {"siren": "1"}).status_code == 422
    assert administrator.post("/documents/file-holds", data=held).status_code == 302
    assert administrator.post("/documents/due").headers["Location"].startswith("/runs/")


def test_notes_are_written_on_papers_whose_readers_are_those_of_the_notes(
    manager: FlaskClient, app: Flask, embedded: Database, vault: Vault, company: int
) -> None:
    deposit(manager, a_pdf())
    assert manager.post("/notes/documents:1", data={"text": "Relue."}).status_code == 302
    assert "Relue." in manager.get("/documents/1").text
    assert manager.post("/notes/documents:1", data={"text": " "}).status_code == 422
    put_away(embedded, vault, company, kind="opinion")
    with embedded.writing(TESTER) as session:
        firm = Organisation(kind=OrganisationKind.LAW_FIRM, name="Cabinet", created_at=NOW)
        session.add(firm)
        session.flush()
        session.add(CompanyReach(organisation_id=firm.id, company_id=company, reason="mandat"))
    lawyer = signed_in(app, a_person(embedded, "l.avocat", Role.LAWYER, organisation_id=firm.id))
    assert "Lue par : l'avocat et son cabinet." in lawyer.get("/documents/2").text.replace("&#39;", "'")
    assert lawyer.post("/notes/documents:2", data={"text": "Moyen à soulever."}).status_code == 302
    assert "Moyen à soulever." in lawyer.get("/documents/2").text
    assert lawyer.post("/notes/documents:2", data={"text": "x", "readers": "office"}).status_code == 422


def test_readings_are_for_those_who_read_the_logs_and_history_for_all_who_see_the_paper(
    manager: FlaskClient, app: Flask, embedded: Database, company: int
) -> None:
    deposit(manager, a_pdf())
    manager.get("/documents/1/versions/1/file")
    page = texts(manager.get("/documents/1").text).replace("&#39;", "'")
    assert "a créé le document n° 1" in page
    assert "a téléchargé : Feuille de calcul du taux, version 1, fichier" in page
    handler = signed_in(app, a_person(embedded, "g.gestion", Role.CLAIMS_HANDLER))
    page = texts(handler.get("/documents/1").text)
    assert "a créé le document n° 1" in page
    assert "a téléchargé" not in page
