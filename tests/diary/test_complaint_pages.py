"""The pages of complaints: from any object's page to the register, its letters, its answer, and a year in figures."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from atmp_insure.access.roles import Role
from atmp_insure.diary import complaint_queries as queries
from atmp_insure.diary.complaint_course import (
    Complainant,
    ComplaintChannel,
    ComplaintDecision,
    ComplaintTheme,
    RootCause,
)
from atmp_insure.documents.models import Confidentiality, Document
from atmp_insure.documents.vault import open_vault
from atmp_insure.kernel.french import begun
from atmp_insure.web.catalogue import english_texts
from atmp_insure.web.environment import today
from atmp_insure.web.field_labels import VALUE_LABELS
from tests.application import a_person, an_application, signed_in, texts
from tests.db.builders import TESTER, a_company, a_document, an_organisation
from tests.diary.complaining import MEDIATOR, SERVICE
from tests.documents.papers import a_pdf
from tests.documents.shelf import put_away

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database
    from atmp_insure.diary.complaint_models import Complaint

SIREN = "000000018"
FIELD = re.compile(r'<(?:input|textarea)[^>]*\bname="(\w+)"[^>]*?(?:value="([^"]*)"[^>]*>|>([^<]*)</textarea>)')
HEARD = {
    "channel": "letter", "complainant": "person", "name": "Camille Inventée", "contact": "3 rue de l'Exemple",
    "theme": "service", "said": "Personne ne rappelle.", "siren": "", "team": "claims_handler",
}  # fmt: skip


class Office:
    """An application whose office has said its remedies, a client, and someone who handles complaints."""

    def __init__(self, database: Database, folder: Path, **settings: str) -> None:
        self.database = database
        self.app = an_application(database, folder, **settings)
        self.broker_id, self.insurer_id = an_organisation(database), an_organisation(database, "Assureur", "insurer")
        self.company_id = a_company(database, SIREN, reached_by=(self.broker_id, self.insurer_id))
        self.handler = self.as_a(Role.CLAIMS_HANDLER)

    def as_a(self, role: Role, **scope: int) -> FlaskClient:
        """The browser of someone."""
        return signed_in(self.app, a_person(self.database, role.value, role, **scope))  # type: ignore[arg-type]

    def hear(self, client: FlaskClient | None = None, about: str = "", **given: str) -> Any:
        """Register a complaint received three days ago, as the form does."""
        data = {"received_on": str(today() - timedelta(days=3)), **HEARD, **given}
        return (client or self.handler).post(f"/complaints/new?about={about}", data=data)

    def one(self) -> Complaint:
        """The only complaint."""
        with self.database.reading(TESTER) as session:
            return session.scalars(queries.complaints()).one()

    def letter(self, model: str, act: str = "keep", **changed: str) -> Any:
        """Write a letter about the complaint: what its model fills in, then the button."""
        address = f"/letters/new?about=complaints:1&model={model}"
        page = self.handler.get(address)
        assert page.status_code == 200, texts(page.text)
        given = {name: unescape(value or text).strip() for name, value, text in FIELD.findall(page.text)}
        kind = re.findall(r'<option[^>]*\bselected\b[^>]*value="(\w+)"|<option value="(\w+)"', page.text)[0]
        return self.handler.post(address, data={**given, "kind": "".join(kind), "act": act, **changed})


@pytest.fixture
def office(embedded: Database, tmp_path: Path) -> Office:
    return Office(embedded, tmp_path, ATMP_COMPLAINTS__SERVICE=SERVICE, ATMP_COMPLAINTS__MEDIATOR=MEDIATOR)


def plain(answer: Any) -> str:
    return texts(answer.text).replace("&#39;", "'")


def test_a_complaint_is_registered_from_the_page_of_an_object_and_shows_there(office: Office) -> None:
    paper = a_document(office.database, office.company_id)
    page = office.handler.get(f"/documents/{paper}")
    assert f"/complaints/new?about=documents:{paper}" in page.text
    form = office.handler.get(f"/complaints/new?about=documents:{paper}")
    assert f'value="{SIREN}"' in form.text
    answer = office.hear(about=f"documents:{paper}", complainant="client", siren=SIREN)
    assert answer.headers["Location"] == "/complaints/1"
    complaint = plain(office.handler.get("/complaints/1"))
    for said in (
        "RC-",
        "Personne ne rappelle.",
        "Camille Inventée",
        "Compte employeur",
        "Écrire l'accusé de réception",
    ):
        assert said in complaint
    assert office.one().number in plain(office.handler.get(f"/documents/{paper}"))
    assert office.one().number in plain(office.handler.get(f"/companies/{office.company_id}"))


def test_what_is_wrong_comes_back_beside_its_field_with_all_that_was_typed(office: Office) -> None:
    answer = office.hear(name="", said="Rien ne va.", siren="1")
    assert answer.status_code == 422
    assert "« 1 » n'est pas connu ici" in plain(answer)
    assert "Rien ne va." in plain(answer)
    assert "Nom absent. Dire qui se plaint." in plain(office.hear(name=""))


def test_the_source_that_is_not_official_is_said_on_the_page(office: Office) -> None:
    office.hear()
    assert "2024-R-02" in plain(office.handler.get("/complaints/1"))
    assert "connus d'une seule source secondaire" in plain(office.handler.get("/complaints/1"))


def test_an_acknowledgement_is_written_kept_and_recorded_with_its_proof(office: Office) -> None:
    office.hear()
    assert office.letter("acknowledgement").headers["Location"] == "/complaints/1"
    with office.database.reading(TESTER) as session:
        paper = session.scalars(select(Document)).one()
    assert (paper.company_id, paper.file_ref) == (None, "complaint:1")
    assert paper.title == f"Accusé de réception, Réclamation {office.one().number}"
    form = office.handler.get("/complaints/1/acknowledge")
    assert re.search(rf'<option selected value="{paper.id}"', form.text)
    done = office.handler.post("/complaints/1/acknowledge", data={"on": str(today()), "document": str(paper.id)})
    assert done.headers["Location"] == "/complaints/1"
    assert office.one().acknowledgement_document_id == paper.id
    assert '<option selected value=""' in office.handler.get("/complaints/1/answer").text  # it proves that alone
    page = plain(office.handler.get("/complaints/1"))
    assert "voir la pièce" in page
    assert "Enregistrer la réponse" in page


def test_a_letter_is_not_kept_while_something_is_left_to_say(office: Office) -> None:
    office.hear()
    answer = office.letter("upheld")
    assert answer.status_code == 422
    assert "Il reste à dire : [Dire ce qui a été constaté" in plain(answer)
    assert office.letter("upheld", act="preview").status_code == 200  # an unfinished letter may be looked at


def test_the_letter_of_a_refusal_names_the_remedies_and_closes_the_complaint(office: Office) -> None:
    office.hear()
    page = office.handler.get("/letters/new?about=complaints:1&model=rejected")
    for name in ("Service réclamations du bureau, 1 rue de l&#39;Exemple, 69000 Lyon", "Médiateur inventé des essais"):
        assert name in page.text
    body = re.sub(r"\[Dire [^]]+\]", "Le contrat l'exclut.", page.text.partition('name="body"')[2])
    body = unescape(body.partition(">")[2].partition("</textarea>")[0])
    assert office.letter("rejected", body=body).headers["Location"] == "/complaints/1"
    given = {"on": str(today()), "document": "1", "decision": "rejected", "cause": "none"}
    assert office.handler.post("/complaints/1/answer", data=given).headers["Location"] == "/complaints/1"
    assert "Médiateur inventé des essais, lu dans la réponse" in plain(office.handler.get("/complaints/1"))


def test_a_refusal_whose_letter_names_no_mediator_is_sent_back(office: Office) -> None:
    office.hear()
    vault = open_vault(office.app.extensions["atmp"].settings, office.database.key_ring)
    paper = put_away(
        office.database, vault, None, a_pdf("Nous refusons."), kind="office_letter",
        file_ref="complaint:1",
    ).document.id  # fmt: skip
    given = {"on": str(today()), "document": str(paper), "decision": "rejected", "cause": "none"}
    answer = office.handler.post("/complaints/1/answer", data=given)
    assert answer.status_code == 422
    assert "ne nomme pas « Service réclamations du bureau » ni « Médiateur inventé des essais »" in plain(answer)
    assert office.one().decision is None


def test_without_a_mediator_in_the_settings_no_refusal_is_written_and_the_pages_warn(
    embedded: Database, tmp_path: Path
) -> None:
    office = Office(embedded, tmp_path, ATMP_COMPLAINTS__SERVICE=SERVICE)
    office.hear()
    for address in ("/complaints", "/complaints/1"):
        assert "Voies de recours non renseignées." in plain(office.handler.get(address))
    for model in ("rejected", "partly"):
        answer = office.handler.get(f"/letters/new?about=complaints:1&model={model}")
        assert answer.status_code == 409
        assert "reste à renseigner : le médiateur" in plain(answer)
        assert f"model={model}" not in office.handler.get("/complaints/1").text  # no way that ends in a refusal
    assert "model=upheld" in office.handler.get("/complaints/1").text
    assert office.handler.get("/letters/new?about=complaints:1&model=upheld").status_code == 200


def test_a_call_is_solved_at_once_or_its_author_is_invited_to_write(office: Office) -> None:
    office.hear(channel="phone", solved="Attestation renvoyée.")
    assert "réglée sur-le-champ" in plain(office.handler.get("/complaints/1"))
    office.hear(channel="phone")
    invitation = office.handler.get("/letters/new?about=complaints:2&model=invitation")
    assert "par téléphone" in plain(invitation)
    assert "2 mois après son envoi" in plain(invitation)
    data = {"on": str(today()), "how": "courriel"}
    assert office.handler.post("/complaints/2/invite", data=data).status_code == 302
    assert office.handler.post("/complaints/2/write", data={"written_on": str(today())}).status_code == 302
    assert "Écrire l'accusé de réception" in plain(office.handler.get("/complaints/2"))


def test_the_register_is_searched_filtered_and_exported_without_names(office: Office) -> None:
    office.hear()
    office.hear(received_on="2024-09-02", complainant="client", siren=SIREN, theme="premium", channel="mail")
    found = {
        "state=open": {"1", "2"}, "state=late": {"2"}, "theme=premium": {"2"}, "channel=letter": {"1"},
        f"q={SIREN}": {"2"}, "q=Camille Inventée": {"1", "2"}, "q=Camille": set(), "q=rc-": {"1", "2"},
        "received_from=2024-09-02&received_to=2024-09-02": {"2"}, "state=answered": set(),
    }  # fmt: skip
    for question, numbers in found.items():
        page = office.handler.get(f"/complaints?{question}").text
        assert set(re.findall(r'data-href="/complaints/(\d+)"', page)) == numbers, question
    exported = office.handler.get("/complaints?export=csv").text
    assert "prime et encaissement" in exported
    assert "Inventée" not in exported


def test_it_is_corrected_given_reopened_and_the_insurer_is_told(office: Office) -> None:
    office.hear(complainant="client", siren=SIREN)
    form = office.handler.get("/complaints/1/edit")
    assert "Personne ne rappelle." in form.text
    data = {"received_on": str(today()), **HEARD, "said": "Personne n'écrit.", "siren": SIREN}
    assert office.handler.post("/complaints/1/edit", data=data).status_code == 302
    assert office.one().said == "Personne n'écrit."
    assert office.handler.post("/complaints/1/give", data={"team": "manager", "person": ""}).status_code == 302
    assert office.one().team is Role.MANAGER
    granted = {"on": str(today()), "how": "courriel", "decision": "upheld", "cause": "delay", "remedy": "Rappelée."}
    assert office.handler.post("/complaints/1/answer", data=granted).status_code == 302
    assert "Informer l'assureur" in plain(office.handler.get("/complaints/1"))
    letter = office.handler.get("/letters/new?about=complaints:1&model=insurer")
    assert "réclamation acceptée. Cause retenue : retard." in plain(letter)
    assert "Camille" not in letter.text
    told = {"on": str(today()), "how": "courriel", "insurer": str(office.insurer_id)}
    assert office.handler.post("/complaints/1/tell-insurer", data=told).status_code == 302
    assert "Motif absent" in plain(
        office.handler.post("/complaints/1/reopen", data={"reason": " "}, follow_redirects=True)
    )
    office.handler.post("/complaints/1/reopen", data={"reason": "Pas rappelée."})
    assert office.one().reopenings == 1


def test_the_insurer_reads_what_it_was_told_of_without_names_nor_words(office: Office) -> None:
    office.hear(complainant="client", siren=SIREN)
    insurer = office.as_a(Role.INSURER, organisation_id=office.insurer_id)
    assert insurer.get("/complaints/1").status_code == 404
    told = {"on": str(today()), "how": "courriel", "insurer": str(office.insurer_id)}
    office.handler.post("/complaints/1/tell-insurer", data=told)
    page = plain(insurer.get("/complaints/1"))
    assert "délai, accueil, suivi" in page.lower()
    for hidden in ("Camille", "Personne ne rappelle", "3 rue de l'Exemple", "Courriers à écrire", "Corriger"):
        assert hidden not in page
    assert "Camille" not in insurer.get("/complaints?q=Camille Inventée").text.partition("<table")[2]


def test_a_broker_follows_what_they_heard_and_sees_no_other(office: Office) -> None:
    broker = office.as_a(Role.BROKER, organisation_id=office.broker_id)
    office.hear(complainant="client", siren=SIREN)
    assert broker.get("/complaints/1").status_code == 404
    page = broker.get("/complaints/new")
    assert 'name="team"' not in page.text
    assert office.hear(broker, complainant="client", siren=SIREN).headers["Location"] == "/complaints/2"
    own = plain(broker.get("/complaints/2"))
    assert "Camille Inventée" in own
    assert "Écrire l'accusé de réception" not in own
    assert broker.get("/complaints/2/acknowledge").status_code == 409
    assert set(re.findall(r'data-href="/complaints/(\d+)"', broker.get("/complaints").text)) == {"2"}


def test_from_a_paper_between_lawyer_and_client_none_is_offered_nor_taken(office: Office) -> None:
    firm = an_organisation(office.database, "Cabinet", "law_firm")
    company = a_company(office.database, "000000026", reached_by=(firm,))
    paper = a_document(office.database, company, confidentiality=Confidentiality.PRIVILEGED)
    lawyer = office.as_a(Role.LAWYER, organisation_id=firm)
    assert "/complaints/new?about" not in lawyer.get(f"/documents/{paper}").text
    assert lawyer.get(f"/complaints/new?about=documents:{paper}").status_code == 409
    assert office.hear(lawyer, about=f"documents:{paper}").status_code == 409
    assert office.handler.get(f"/complaints/new?about=documents:{paper}").status_code == 404
    assert "confie à son avocat" in plain(lawyer.get(f"/complaints/new?about=companies:{company}"))


def test_themes_and_causes_of_a_year_are_named_in_the_language_of_the_reader(office: Office) -> None:
    office.hear(theme="premium")
    browser = office.as_a(Role.MANAGER)
    french = plain(browser.get("/complaints/year"))
    browser.set_cookie("language", "en")
    english = plain(browser.get("/complaints/year"))
    said = english_texts().ugettext(ComplaintTheme.PREMIUM.label)
    assert said != ComplaintTheme.PREMIUM.label
    assert begun(ComplaintTheme.PREMIUM.label) in french
    assert begun(said) in english
    assert begun(ComplaintTheme.PREMIUM.label) not in english


def test_a_year_is_counted_by_theme_and_cause_with_the_delays_kept(office: Office) -> None:
    office.hear()
    office.hear(received_on=f"{today().year}-01-01", theme="premium")
    granted = {"on": str(today()), "how": "courriel", "decision": "upheld", "cause": "delay", "remedy": "Rappelée."}
    office.handler.post("/complaints/1/answer", data=granted)
    page = office.as_a(Role.MANAGER).get("/complaints/year")
    told = plain(page)
    assert f"Réclamations de {today().year}" in told
    assert "Délai, accueil, suivi 1 1 0 1 0" in told
    assert "Retard 1 1 0 1 0" in told
    assert "Toutes 2 1" in told
    assert "Aucune réclamation cette année-là" in plain(office.as_a(Role.BROKER, organisation_id=office.broker_id)
                                                        .get("/complaints/year?year=1999"))  # fmt: skip


def test_the_logs_say_codes_of_complaints_by_the_words_of_their_pages() -> None:
    for field, kind in (("theme", ComplaintTheme), ("cause", RootCause), ("decision", ComplaintDecision),
                        ("complainant", Complainant)):  # fmt: skip
        assert VALUE_LABELS[field] == {one.value: one.label for one in kind}
    assert {one.value: one.label for one in ComplaintChannel}.items() <= VALUE_LABELS["channel"].items()
