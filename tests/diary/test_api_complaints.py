"""Complaints as a program handles them: heard, acknowledged, answered with the remedies, told to the insurer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from atmp_insure.access.logs import ReadingLogEntry
from atmp_insure.access.roles import Role
from atmp_insure.access.token_scopes import TokenScope
from atmp_insure.db.actor import system
from atmp_insure.diary.complaint_models import Complaint
from atmp_insure.diary.deadline_models import LiveDeadline, Task
from atmp_insure.documents.models import Document
from atmp_insure.documents.vault import open_vault
from tests.api.test_resources import pages, require_problem
from tests.application import a_program, a_token, an_application
from tests.db.builders import a_company, an_organisation
from tests.diary.complaining import SERVICE
from tests.diary.programs import ROOT, SIREN, a_broker, a_program_of, day, places, told
from tests.documents.papers import a_pdf
from tests.documents.shelf import put_away

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database
    from tests.application import Person

COMPLAINTS = f"{ROOT}/complaints"
FACTS: dict[str, Any] = {
    "received_on": day(-3), "channel": "letter", "sent_on": None, "complainant": "person", "company_id": None,
    "name": "Camille Inventée", "contact": "3 rue de l'Exemple\n69000 Lyon", "theme": "service",
    "said": "Personne ne rappelle.", "is_shared": False,
}  # fmt: skip
HEARD = FACTS | {"subject": None, "solved": None, "team": None, "person_id": None}
OF_CLIENT = {"complainant": "client", "company_id": 1}
DONE = {"on": day(), "how": "lettre recommandée", "proof_document_id": None}
GRANTED = DONE | {
    "decision": "upheld", "cause": "delay", "remedy": "Rappelée, avec nos excuses.", "corrective_action": None,
    "says_remedies": False,
}  # fmt: skip
REJECTED = GRANTED | {"decision": "rejected", "cause": "none", "remedy": None}
WORDS = ("complainant_name", "complainant_contact", "said", "remedy", "answered_how", "reopened_reason")


def hear(client: FlaskClient, **changed: Any) -> dict[str, Any]:
    return told(client.post(COMPLAINTS, json=HEARD | changed), 201)


def act(client: FlaskClient, complaint: dict[str, Any], name: str, body: dict[str, Any]) -> dict[str, Any]:
    return told(client.post(f"{COMPLAINTS}/{complaint['id']}/{name}", json=body))


def an_answer(app: Flask, database: Database, complaint: dict[str, Any], text: str) -> int:
    """A letter of the office in the file of a complaint."""
    vault = open_vault(app.extensions["atmp"].settings, database.key_ring)
    file_ref = f"complaint:{complaint['id']}"
    return put_away(database, vault, None, a_pdf(text), kind="office_letter", file_ref=file_ref).document.id


def listed(client: FlaskClient, question: str = "") -> list[int]:
    return sorted(one["id"] for one in told(client.get(f"{COMPLAINTS}?{question}"))["items"])


def test_a_letter_starts_both_clocks_is_acknowledged_then_answered(handler: FlaskClient) -> None:
    heard = hear(handler, **OF_CLIENT, subject="companies:1")
    assert (heard["state"], heard["next_step"], heard["subject"]) == ("open", "acknowledge", "companies:1")
    assert heard["received_on"] < heard["acknowledge_due_on"] < heard["answer_due_on"]
    assert heard["due_on"] == heard["acknowledge_due_on"]
    assert {one["rule"]: one["state"] for one in heard["deadlines"]} == {
        "complaint_acknowledgement": "open", "complaint_answer": "open",
    }  # fmt: skip
    assert any("2024-R-02" in warning for warning in heard["warnings"])
    assert heard["letters"] == ["acknowledgement", "upheld", "partly", "rejected", "insurer"]
    acknowledged = act(handler, heard, "acknowledge", DONE)
    assert (acknowledged["next_step"], acknowledged["acknowledged_how"]) == ("answer", "lettre recommandée")
    require_problem(handler.post(f"{COMPLAINTS}/{heard['id']}/acknowledge", json=DONE), 409)
    answered = act(handler, heard, "answer", GRANTED)
    assert (answered["state"], answered["decision"], answered["due_on"]) == ("answered", "upheld", None)
    assert {one["state"] for one in answered["deadlines"]} == {"answered"}
    reopened = act(handler, heard, "reopen", {"reason": "Pas rappelée."})
    assert (reopened["state"], reopened["reopenings"], reopened["answer_due_on"]) == (
        "open", 1, heard["answer_due_on"],
    )  # fmt: skip


def test_a_call_is_solved_at_once_or_calls_for_a_writing_which_starts_the_clocks(handler: FlaskClient) -> None:
    solved = hear(handler, channel="phone", solved="Attestation renvoyée.")
    assert (solved["state"], solved["deadlines"], solved["next_step"]) == ("solved", [], "nothing")
    assert places(handler.post(COMPLAINTS, json=HEARD | {"solved": "Fait."})) == ["/solved"]  # a letter is answered
    spoken = hear(handler, channel="phone")
    assert (spoken["next_step"], spoken["deadlines"]) == ("invite", [])
    [task] = told(handler.get(f"{ROOT}/tasks?state=open"))["items"]
    assert task["subject"] == f"complaints:{spoken['id']}"
    assert act(handler, spoken, "invite", DONE)["next_step"] == "wait"
    assert told(handler.get(f"{ROOT}/tasks?state=open"))["items"] == []
    written = act(handler, spoken, "write", {"written_on": day(), "sent_on": None})
    assert (written["next_step"], len(written["deadlines"])) == ("acknowledge", 2)


def test_what_cannot_be_is_told_at_the_places_of_the_body(handler: FlaskClient) -> None:
    wrong: dict[str, dict[str, Any]] = {
        "/received_on": {"received_on": day(1)}, "/sent_on": {"sent_on": day(-2)}, "/said": {"said": " "},
        "/company_id": {"complainant": "client"}, "/name": {"name": " "}, "/is_shared": {"is_shared": True},
        "/theme": {"theme": "weather"},
    }  # fmt: skip
    for place, change in wrong.items():
        assert places(handler.post(COMPLAINTS, json=HEARD | change)) == [place]
    heard = hear(handler, received_on=day())  # today is not to come
    acts = f"{COMPLAINTS}/{heard['id']}"
    assert places(handler.post(f"{acts}/acknowledge", json=DONE | {"on": day(-1)})) == ["/on"]
    assert places(handler.post(f"{acts}/acknowledge", json=DONE | {"how": None})) == ["/how"]
    unseen = DONE | {"proof_document_id": 424242}
    assert places(handler.post(f"{acts}/acknowledge", json=unseen)) == ["/proof_document_id"]
    assert places(handler.post(f"{acts}/answer", json=GRANTED | {"remedy": None})) == ["/remedy"]
    assert places(handler.post(f"{acts}/answer", json=REJECTED)) == ["/proof_document_id"]  # a refusal joins its letter
    require_problem(handler.post(COMPLAINTS, json=HEARD | {"company_id": 424242}), 404)
    require_problem(handler.post(COMPLAINTS, json=HEARD | {"subject": "documents:424242"}), 404)


def test_a_refusal_is_closed_by_a_letter_that_names_the_remedies_and_its_reading_is_written(
    app: Flask, handler: FlaskClient, database: Database
) -> None:
    heard = hear(handler)
    silent = an_answer(app, database, heard, "Nous refusons.")
    refused = handler.post(f"{COMPLAINTS}/{heard['id']}/answer", json=REJECTED | {"proof_document_id": silent})
    assert places(refused) == ["/proof_document_id"]
    assert "Médiateur inventé" in refused.get_json()["detail"]
    with database.reading(system("test")) as session:
        [reading] = session.scalars(select(ReadingLogEntry)).all()
    assert "pour y trouver les recours" in reading.what
    naming = an_answer(app, database, heard, "Service réclamations du bureau, puis Médiateur inventé des essais.")
    answered = act(handler, heard, "answer", REJECTED | {"proof_document_id": naming})
    assert (answered["decision"], answered["are_remedies_read"]) == ("rejected", True)
    assert answered["answer_document_id"] == naming
    assert {one["id"] for one in answered["papers"]} == {silent, naming}


def test_a_scan_is_taken_on_the_word_of_whoever_read_it(app: Flask, handler: FlaskClient, database: Database) -> None:
    heard = hear(handler)
    scan = REJECTED | {"proof_document_id": an_answer(app, database, heard, " ")}
    assert places(handler.post(f"{COMPLAINTS}/{heard['id']}/answer", json=scan)) == ["/says_remedies"]
    assert act(handler, heard, "answer", scan | {"says_remedies": True})["are_remedies_read"] is False


def test_a_letter_is_proposed_read_again_and_kept_in_the_file_of_the_complaint(handler: FlaskClient) -> None:
    heard = hear(handler)
    address = f"{COMPLAINTS}/{heard['id']}/letters"
    proposed = told(handler.get(f"{address}?model=rejected"))
    assert proposed["addressee"] == ["Camille Inventée", "3 rue de l'Exemple", "69000 Lyon"]
    assert "Médiateur inventé des essais" in proposed["body"]
    [waiting] = proposed.pop("left_to_say")[:1]
    body = proposed | {"kind": None, "enclosures": []}
    assert places(handler.post(address, json=body)) == ["/body"]
    whole = body["body"]
    for one in told(handler.get(f"{address}?model=rejected"))["left_to_say"]:
        whole = whole.replace(one, "Le contrat l'exclut.")
    assert waiting not in whole
    tried = told(handler.post(f"{address}?preview=true", json=body | {"body": whole}), 201)
    assert (tried["is_new"], told(handler.get(f"{COMPLAINTS}/{heard['id']}"))["papers"]) == (True, [])
    assert places(handler.post(address, json=body | {"body": whole, "addressee": ["x" * 61]})) == ["/addressee"]
    kept = told(handler.post(address, json=body | {"body": whole}), 201)
    assert told(handler.post(address, json=body | {"body": whole}), 201)["is_new"] is False  # kept once
    assert kept["title"] == f"Réponse qui rejette, Réclamation {heard['number']}"
    answered = act(handler, heard, "answer", REJECTED | {"proof_document_id": kept["document_id"]})
    assert (answered["are_remedies_read"], answered["mediator"]) == (True, "Médiateur inventé des essais")
    mail = {"papers": [kept["document_id"], 424242], "recipient": "camille", "subject": "Réponse", "body": "Bonjour"}
    assert places(handler.post(f"{address}/send", json=mail)) == ["/recipient"]
    sent = told(handler.post(f"{address}/send", json=mail | {"recipient": "camille@exemple.invalid"}), 201)
    assert (sent["recipient"], sent["papers"]) == ("camille@exemple.invalid", [kept["document_id"]])
    nothing = mail | {"papers": [], "recipient": "camille@exemple.invalid"}
    require_problem(handler.post(f"{address}/send", json=nothing), 409)
    spoken = hear(handler, channel="phone")
    require_problem(handler.get(f"{COMPLAINTS}/{spoken['id']}/letters?model=acknowledgement"), 409)  # nothing written


def test_it_is_corrected_with_its_clocks_and_given_with_them(
    handler: FlaskClient, person: Person, database: Database
) -> None:
    heard = hear(handler)
    corrected = told(handler.put(f"{COMPLAINTS}/{heard['id']}", json=FACTS | {"received_on": day(-10)}))
    assert corrected["acknowledge_due_on"] < heard["acknowledge_due_on"]
    given = act(handler, heard, "give", {"team": "manager", "person_id": person.user_id})
    assert (given["team"], given["person_id"]) == ("manager", person.user_id)
    assert {(one["team"], one["person_id"]) for one in given["deadlines"]} == {("manager", person.user_id)}
    own = hear(handler, team="manager", person_id=person.user_id)
    assert (own["team"], own["person_id"]) == ("manager", person.user_id)


def test_the_register_is_searched_by_state_subject_way_day_number_company_and_whole_name(handler: FlaskClient) -> None:
    first = hear(handler)
    late = hear(handler, **OF_CLIENT, received_on="2024-09-02", theme="premium", channel="mail")
    one, other = first["id"], late["id"]
    found = {
        "state=open": [one, other], "state=late": [other], "state=answered": [], "state=late&state=solved": [other],
        "theme=premium": [other], "channel=letter": [one], "company_id=1": [other], f"words={SIREN}": [other],
        "words=Camille Inventée": [one, other], "words=Camille": [], f"words={first['number']}": [one],
        "first_day=2024-09-02&last_day=2024-09-02": [other], "last_day=2024-09-01": [],
    }  # fmt: skip
    for question, numbers in found.items():
        assert listed(handler, question) == sorted(numbers), question
    assert [row["id"] for page in pages(handler, COMPLAINTS, 1) for row in page] == [one, other]  # the latest first


def test_the_insurer_sees_what_it_was_told_of_without_who_complains_nor_their_words(
    app: Flask, handler: FlaskClient, database: Database
) -> None:
    insurer_id, broker_id = an_organisation(database, "Assureur", "insurer"), an_organisation(database)
    company = a_company(database, "000000026", reached_by=(insurer_id, broker_id))
    heard = hear(handler, complainant="client", company_id=company)
    insurer = a_program_of(app, database, Role.INSURER, organisation_id=insurer_id)
    assert listed(insurer) == []
    not_one = DONE | {"insurer_id": broker_id}
    require_problem(handler.post(f"{COMPLAINTS}/{heard['id']}/tell-insurer", json=not_one), 409)
    act(handler, heard, "answer", GRANTED)
    told_of = act(handler, heard, "tell-insurer", DONE | {"insurer_id": insurer_id})
    assert (told_of["insurer_id"], told_of["insurer_told_on"]) == (insurer_id, day())
    seen = told(insurer.get(f"{COMPLAINTS}/{heard['id']}"))
    assert (seen["decision"], seen["theme"]) == ("upheld", "service")
    assert {seen[name] for name in WORDS} == {None}
    assert (seen["deadlines"], seen["papers"], seen["letters"]) == ([], [], [])
    assert listed(insurer, "words=Camille Inventée") == []
    require_problem(insurer.post(f"{COMPLAINTS}/{heard['id']}/acknowledge", json=DONE), 403)
    broker = a_program_of(app, database, Role.BROKER, organisation_id=broker_id)
    require_problem(broker.get(f"{COMPLAINTS}/{heard['id']}"), 404)


def test_a_broker_registers_what_they_hear_and_the_office_handles_it(
    app: Flask, handler: FlaskClient, database: Database
) -> None:
    office, broker = hear(handler), a_broker(app, database)
    require_problem(broker.get(f"{COMPLAINTS}/{office['id']}"), 404)
    own = hear(broker)
    assert (own["said"], own["letters"]) == ("Personne ne rappelle.", [])
    assert listed(broker) == [own["id"]]
    require_problem(broker.post(f"{COMPLAINTS}/{own['id']}/acknowledge", json=DONE), 409)
    require_problem(broker.post(f"{COMPLAINTS}/{own['id']}/answer", json=REJECTED), 409)
    require_problem(broker.put(f"{COMPLAINTS}/{own['id']}", json=FACTS), 409)
    require_problem(broker.post(COMPLAINTS, json=HEARD | OF_CLIENT), 404)  # of a company that they do not follow
    assert places(broker.post(COMPLAINTS, json=HEARD | {"team": "manager"})) == ["/team"]  # the office gives them


def test_a_narrow_token_reads_no_words_and_handles_nothing(
    app: Flask, handler: FlaskClient, database: Database, person: Person
) -> None:
    heard = hear(handler)
    address = f"{COMPLAINTS}/{heard['id']}"
    reader = a_program(app, a_token(database, person, TokenScope.READ_COMPLAINTS))
    assert listed(reader) == [heard["id"]]
    seen = told(reader.get(address))
    # who registered it reads its words, by any token; another person of the office does not by this one
    assert seen["said"] == "Personne ne rappelle."
    other = a_program_of(app, database, Role.MANAGER, TokenScope.READ_COMPLAINTS)
    assert {told(other.get(address))[name] for name in WORDS} == {None}
    assert listed(other, "words=Camille Inventée") == []
    require_problem(other.post(f"{address}/acknowledge", json=DONE), 403)
    writer = a_program(app, a_token(database, person, TokenScope.WRITE_LETTERS, TokenScope.READ_COMPLAINTS))
    require_problem(writer.get(f"{address}/letters?model=acknowledgement"), 409)  # a letter names who complains
    diary = a_program(app, a_token(database, person, TokenScope.WRITE_DIARY))
    require_problem(diary.get(address), 403)
    require_problem(diary.post(f"{address}/acknowledge", json=DONE), 404)
    require_problem(diary.post(COMPLAINTS, json=HEARD), 403)


def test_an_auditor_reads_the_register_without_names(app: Flask, handler: FlaskClient, database: Database) -> None:
    heard = hear(handler)
    auditor = a_program_of(app, database, Role.AUDITOR)
    seen = told(auditor.get(f"{COMPLAINTS}/{heard['id']}"))
    assert {seen[name] for name in WORDS} == {None}
    assert seen["acknowledge_due_on"] == heard["acknowledge_due_on"]


def test_a_year_is_counted_by_subject_and_cause_with_the_delays_kept(handler: FlaskClient) -> None:
    for theme in ("premium", "service", "service"):
        hear(handler, received_on="2025-12-31", theme=theme)  # the last day of its year
    answered = hear(handler, received_on="2026-01-01")
    act(handler, answered, "answer", GRANTED)
    hear(handler, received_on="2025-06-02", channel="phone", solved="Fait.")
    counted = told(handler.get(f"{COMPLAINTS}/year?year=2025"))
    assert (counted["whole"]["total"], counted["outcomes"]["solved"]) == (4, 1)
    assert [(one["theme"], one["total"]) for one in counted["themes"]] == [("service", 3), ("premium", 1)]
    assert (counted["whole"]["acknowledged_late"], counted["causes"]) == (3, [])
    after = told(handler.get(f"{COMPLAINTS}/year?year=2026"))
    assert [(one["cause"], one["total"], one["answered_late"]) for one in after["causes"]] == [("delay", 1, 1)]
    assert after["outcomes"] == {"upheld": 1, "partly": 0, "rejected": 0, "solved": 0}
    assert told(handler.get(f"{COMPLAINTS}/year"))["year"] == int(day()[:4])
    require_problem(handler.get(f"{COMPLAINTS}/year?year=1"), 422)


def test_what_is_tried_takes_no_number_and_what_is_sent_twice_takes_one(
    handler: FlaskClient, database: Database
) -> None:
    tried = told(handler.post(f"{COMPLAINTS}?preview=true", json=HEARD), 201)
    assert len(tried["deadlines"]) == 2
    answers = [handler.post(COMPLAINTS, json=HEARD, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    made = told(answers[0], 201)
    assert (made["number"], answers[1].get_json()) == (tried["number"], made)
    answered = told(handler.post(f"{COMPLAINTS}/{made['id']}/answer?preview=true", json=GRANTED))
    assert answered["state"] == "answered"
    with database.reading(system("test")) as session:
        counts = [session.query(kind).count() for kind in (Complaint, LiveDeadline, Task, Document)]
    assert counts == [1, 2, 0, 0]
    assert told(handler.get(f"{COMPLAINTS}/{made['id']}"))["state"] == "open"


def test_without_a_mediator_in_the_settings_no_refusal_is_written_nor_closed(
    database: Database, tmp_path: Path, person: Person
) -> None:
    app = an_application(database, tmp_path, ATMP_COMPLAINTS__SERVICE=SERVICE)
    handler = a_program(app, a_token(database, person))
    heard = hear(handler)
    assert heard["missing_remedies"] == ["le médiateur"]
    for model in ("rejected", "partly"):
        told_why = require_problem(handler.get(f"{COMPLAINTS}/{heard['id']}/letters?model={model}"), 409)
        assert "reste à renseigner : le médiateur" in told_why["detail"]
    told(handler.get(f"{COMPLAINTS}/{heard['id']}/letters?model=upheld"))
    require_problem(handler.post(f"{COMPLAINTS}/{heard['id']}/answer", json=REJECTED), 409)
