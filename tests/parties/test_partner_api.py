"""Partners, contacts, accounts, agreements, groups and files of parties, as a program reads and writes them."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Role
from atmp_insure.access.token_scopes import TokenScope
from atmp_insure.db.actor import system
from atmp_insure.documents.models import Document
from atmp_insure.kernel.paris import paris_day
from atmp_insure.parties import import_service
from atmp_insure.parties.body_models import Body, BodyKind
from tests.api.test_resources import pages, require_problem
from tests.application import a_person, a_program, a_token
from tests.parties.desk import SIREN, TODAY, a_known_company, a_partner

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from atmp_insure.db.engine import Database

ROOT = "/api/v1"
THIS_DAY = paris_day(datetime.now(UTC)).isoformat()
NOTHING = dict.fromkeys(
    ("siren", "orias_number", "orias_checked_on", "bar", "address", "postcode", "town", "email", "phone")
)
IBAN = "FR76 3000 6000 0112 3456 7890 189"
ACCOUNT = {
    "company_id": 1, "organisation_id": None, "purpose": "indemnities", "holder": "Métaux Exemple", "iban": IBAN,
    "bic": None, "proof": "rappelé au numéro du dossier",
}  # fmt: skip
CONTACT = {
    "company_id": 1, "organisation_id": None, "body_id": None, "name": "Dominique Exemple", "duty": "paie",
    "matters": ["payroll"], "email": "d@exemple.invalid", "phone": None,
}  # fmt: skip


@pytest.fixture
def program(app: Flask, embedded: Database) -> FlaskClient:
    assert a_known_company(embedded) == 1
    return a_program(app, a_token(embedded, a_person(embedded, "morgan", Role.MANAGER)))


def told(answer: TestResponse, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_a_partner_is_created_found_and_corrected(program: FlaskClient) -> None:
    body = {**NOTHING, "kind": "broker", "name": "Courtage Exemple", "orias_number": "07 000 001"}
    created = told(program.post(f"{ROOT}/partners", json=body), 201)
    assert (created["kind"], created["orias_number"]) == ("broker", "07000001")
    facts = {**NOTHING, "name": "Courtage Exemple SAS", "town": "Lyon"}
    corrected = told(program.put(f"{ROOT}/partners/{created['id']}", json=facts))
    assert told(program.get(f"{ROOT}/partners/{created['id']}")) == corrected
    assert (corrected["town"], corrected["orias_number"]) == ("Lyon", None)
    assert [one["name"] for one in told(program.get(f"{ROOT}/partners?kind=broker"))["items"]] == [
        "Courtage Exemple SAS"
    ]
    wrong = require_problem(program.post(f"{ROOT}/partners", json=body | {"name": "Autre", "siren": "1"}), 422)
    assert [fault["place"] for fault in wrong["errors"]] == ["/siren"]


def test_a_doctor_is_added_corrected_and_proposed_no_longer(program: FlaskClient, embedded: Database) -> None:
    firm = a_partner(embedded, OrganisationKind.LAW_FIRM, "Cabinet Exemple")
    facts = {"name": "Claude Exemple", "speciality": "réparation", "rpps_number": None, "address": None, "email": None,
             "phone": None}  # fmt: skip
    doctor = told(program.post(f"{ROOT}/doctors", json=facts | {"organisation_id": firm}), 201)
    told(program.put(f"{ROOT}/doctors/{doctor['id']}", json=facts | {"speciality": "médecine légale"}))
    assert told(program.get(f"{ROOT}/doctors/{doctor['id']}"))["speciality"] == "médecine légale"
    assert told(program.post(f"{ROOT}/doctors/{doctor['id']}/end"))["ended_at"]
    require_problem(program.post(f"{ROOT}/doctors/{doctor['id']}/end"), 409)
    assert len(told(program.get(f"{ROOT}/doctors"))["items"]) == 1


def test_contacts_belong_to_one_owner_and_are_ended(program: FlaskClient, embedded: Database) -> None:
    contact = told(program.post(f"{ROOT}/contacts", json=CONTACT), 201)
    assert (contact["matters"], contact["company_id"]) == (["payroll"], 1)
    facts = {name: value for name, value in CONTACT.items() if name not in {"company_id", "organisation_id", "body_id"}}
    told(program.put(f"{ROOT}/contacts/{contact['id']}", json=facts | {"matters": ["claims", "legal"]}))
    listed = told(program.get(f"{ROOT}/contacts?company_id=1&ended=false"))["items"]
    assert [one["matters"] for one in listed] == [["claims", "legal"]]
    told(program.post(f"{ROOT}/contacts/{contact['id']}/end"))
    assert told(program.get(f"{ROOT}/contacts?ended=false"))["items"] == []
    partner = a_partner(embedded)
    told(program.post(f"{ROOT}/contacts", json=CONTACT | {"company_id": None, "organisation_id": partner}), 201)
    for owners in ({"company_id": None}, {"organisation_id": partner}):
        wrong = require_problem(program.post(f"{ROOT}/contacts", json=CONTACT | owners), 422)
        assert [fault["place"] for fault in wrong["errors"]] == ["/company_id"]
    require_problem(program.post(f"{ROOT}/contacts", json=CONTACT | {"company_id": 424242}), 404)


def test_bodies_are_read_with_their_source(program: FlaskClient, embedded: Database) -> None:
    with embedded.writing(system("test")) as session:
        for number, name in enumerate(("Caisse Exemple A", "Caisse Exemple B")):
            session.add(Body(kind=BodyKind.CPAM, code=str(number), name=name, search_name=name.lower(),
                             departments="69 01", source="annuaire inventé", checked_on=TODAY))  # fmt: skip
    found = [one for page in pages(program, f"{ROOT}/bodies?kind=cpam", 1) for one in page]
    assert [one["name"] for one in found] == ["Caisse Exemple A", "Caisse Exemple B"]
    assert told(program.get(f"{ROOT}/bodies/{found[0]['id']}"))["departments"] == ["69", "01"]
    assert told(program.get(f"{ROOT}/bodies?code=1"))["items"] == [found[1]]


def test_an_account_is_proposed_masked_in_lists_and_confirmed_by_no_program(
    app: Flask, program: FlaskClient, embedded: Database
) -> None:
    account = told(program.post(f"{ROOT}/bank-accounts", json=ACCOUNT), 201)
    assert (account["state"], account["iban"]) == ("proposed", IBAN.replace(" ", ""))
    (listed,) = told(program.get(f"{ROOT}/bank-accounts?company_id=1"))["items"]
    assert listed["masked_iban"] == "FR76 •••• 0189"
    assert "iban" not in listed
    require_problem(program.post(f"{ROOT}/bank-accounts/{account['id']}/apply"), 409)  # nobody answered
    assert [path for path in app.url_map.iter_rules() if "bank-accounts" in path.rule and "answer" in path.rule] == []
    for wrong, place in (({"iban": "FR00"}, "/iban"), ({"organisation_id": 1}, "/company_id")):
        told_wrong = require_problem(program.post(f"{ROOT}/bank-accounts", json=ACCOUNT | wrong), 422)
        assert place in {fault["place"] for fault in told_wrong["errors"]}
    reader = a_program(app, a_token(embedded, a_person(embedded, "lecture", Role.MANAGER), TokenScope.READ_COMPANIES))
    require_problem(reader.get(f"{ROOT}/bank-accounts"), 403)


def test_an_agreement_is_written_line_by_line_signed_and_never_changed_again(
    program: FlaskClient, embedded: Database
) -> None:
    insurer = a_partner(embedded, OrganisationKind.INSURER, "Assurance Exemple")
    new = {"organisation_id": insurer, "reference": "D-1", "title": "Délégation", "first_day": "2026-01-01"}
    agreement = told(program.post(f"{ROOT}/agreements", json=new), 201)
    version = f"{ROOT}/agreement-versions/{agreement['versions'][0]['id']}"
    assert {one["place"] for one in told(program.get(version))["missing"]} == {"products", "shares"}
    refused = require_problem(program.post(f"{version}/sign", json={"signed_on": THIS_DAY}), 422)
    assert {fault["place"] for fault in refused["errors"]} == {"/products", "/shares"}
    product = {"product": "taux", "commission_percent": "12.5", "renewal_percent": None}
    assert told(program.post(f"{version}/products", json=product))["products"][0]["commission_percent"] == "12.50"
    share = {"organisation_id": insurer, "share_percent": "100", "is_leader": True}
    told(program.post(f"{version}/shares", json=share))
    told(program.post(f"{version}/powers", json={"act": "settle_claim", "largest_eur": "15000"}))
    level = told(program.post(f"{version}/service-levels", json={"act": "quote", "days": 5}))["service_levels"][0]
    removed = told(program.post(f"{version}/remove", json={"part": "service_levels", "number": level["id"]}))
    assert (removed["service_levels"], removed["powers"][0]["largest_eur"]) == ([], "15000.00")
    practice = {
        "first_day": "2026-01-01", "premium_layout": ["policy", "insured"], "claims_layout": [], "bordereau_months": 3,
        "bordereau_due_days": 30, "premium_account_id": None, "float_account_id": None, "float_threshold_eur": "5000",
    }  # fmt: skip
    assert told(program.put(f"{version}/practice", json=practice))["float_threshold_eur"] == "5000.00"
    signed = told(program.post(f"{version}/sign", json={"signed_on": THIS_DAY}))
    assert (signed["state"], signed["missing"]) == ("signed", [])
    require_problem(program.post(f"{version}/products", json=product), 409)


def test_another_version_is_begun_given_up_and_the_agreement_ended(program: FlaskClient, embedded: Database) -> None:
    new = {
        "organisation_id": a_partner(embedded),
        "reference": "C-1",
        "title": "Distribution",
        "first_day": "2026-01-01",
    }
    agreement = told(program.post(f"{ROOT}/agreements", json=new), 201)
    own, address = agreement["versions"][0]["id"], f"{ROOT}/agreements/{agreement['id']}"
    require_problem(program.post(f"{address}/versions", json={"first_day": "2027-01-01"}), 409)  # a draft is open
    product = {"product": "taux", "commission_percent": "10", "renewal_percent": "8"}
    told(program.post(f"{ROOT}/agreement-versions/{own}/products", json=product))
    told(program.post(f"{ROOT}/agreement-versions/{own}/sign", json={"signed_on": THIS_DAY}))
    draft = told(program.post(f"{address}/versions", json={"first_day": "2027-01-01"}), 201)
    assert told(program.get(f"{ROOT}/agreement-versions/{draft['id']}"))["products"][0]["renewal_percent"] == "8.00"
    left = told(program.post(f"{ROOT}/agreement-versions/{draft['id']}/discard"))
    assert [one["number"] for one in left["versions"]] == [1]
    assert told(program.post(f"{address}/end", json={"last_day": "2026-12-31"}))["last_day"] == "2026-12-31"
    assert told(program.get(f"{ROOT}/agreements"))["items"][0]["last_day"] == "2026-12-31"


def test_who_sees_a_company_is_said_and_ended(program: FlaskClient, embedded: Database) -> None:
    broker = a_partner(embedded)
    group = a_partner(embedded, OrganisationKind.EMPLOYER_GROUP, "Groupe Exemple")
    seen = told(program.post(f"{ROOT}/companies/1/followers", json={"organisation_id": broker}), 201)
    assert [(one["name"], one["reason"]) for one in seen["followers"]] == [("Courtage Exemple", "broker_client")]
    body = {"organisation_id": group, "first_day": "2026-01-01"}
    joined = told(program.post(f"{ROOT}/companies/1/groups", json=body), 201)["groups"][0]
    assert (joined["group_name"], joined["last_day"]) == ("Groupe Exemple", None)
    left = told(program.post(f"{ROOT}/group-memberships/{joined['id']}/end", json={"last_day": "2026-02-01"}))
    assert left["groups"][0]["last_day"] == "2026-02-01"
    reach = seen["followers"][0]["reach_id"]
    ended = told(program.post(f"{ROOT}/companies/1/followers/{reach}/end"))
    assert ended["followers"] == told(program.get(f"{ROOT}/companies/1/reach"))["followers"] == []
    wrong = require_problem(program.post(f"{ROOT}/companies/1/followers", json={"organisation_id": group}), 422)
    assert [fault["place"] for fault in wrong["errors"]] == ["/organisation_id"]


ROWS = "SIREN;Dénomination sociale;Code NAF\n000000026;Charpentes Exemple;4391A\n12;Faute Exemple;\n000000018;Métaux;\n"


def brought(program: FlaskClient, content: str = ROWS, **said: str) -> TestResponse:
    form = {"kind": "companies", "source": "liste du courtier", "stated_on": "2026-11-20", **said}
    return program.post(f"{ROOT}/imports", data={**form, "file": (io.BytesIO(content.encode()), "liste.csv")})


def test_a_file_is_looked_at_row_by_row_then_written_once(program: FlaskClient) -> None:
    found = told(brought(program), 201)
    assert (found["state"], found["outcomes"]) == ("previewed", {"new": 1, "faulty": 1, "differs": 1})
    address = f"{ROOT}/imports/{found['id']}"
    rows = [one for page in pages(program, f"{address}/rows", 1) for one in page]
    assert [(one["number"], one["outcome"]) for one in rows] == [(2, "new"), (3, "faulty"), (4, "differs")]
    assert [one["number"] for one in told(program.get(f"{address}/rows?outcome=faulty"))["items"]] == [3]
    tried = told(program.post(f"{address}/write?preview=true"))
    assert (tried["done"], tried["left_out"]) == (2, 1)
    assert told(program.get(f"{ROOT}/companies?siren=000000026"))["items"] == []
    written = told(program.post(f"{address}/write"))
    assert (written["state"], written["done"], written["left_out"]) == ("done", 2, 1)
    assert len(told(program.get(f"{ROOT}/companies"))["items"]) == 2
    require_problem(program.post(f"{address}/write"), 409)
    assert told(program.get(address))["outcomes"] == {}


def test_a_file_that_is_tried_is_not_kept_and_a_large_one_goes_to_a_run(
    program: FlaskClient, embedded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told(brought(program, corrects="true"), 201)["corrects"] is True
    form = {"kind": "companies", "source": "x", "stated_on": "2026-11-20", "file": (io.BytesIO(ROWS.encode()), "l.csv")}
    assert told(program.post(f"{ROOT}/imports?preview=true", data=form), 201)["outcomes"]
    assert len(told(program.get(f"{ROOT}/imports"))["items"]) == 1
    with embedded.reading(system("test")) as session:
        assert session.query(Document).count() == 1
    monkeypatch.setattr(import_service, "AT_ONCE", 1)
    handed = told(program.post(f"{ROOT}/imports/1/write"))
    assert (handed["state"], handed["done"]) == ("running", None)
    assert told(program.get(f"{ROOT}/runs/{handed['run_id']}"))["item_count"] == 3
    left = told(brought(program, source="autre"), 201)["id"]
    assert told(program.post(f"{ROOT}/imports/{left}/discard"))["state"] == "discarded"


def test_a_file_that_cannot_be_read_says_what_is_needed(program: FlaskClient) -> None:
    refused = require_problem(brought(program, "a;b\n1;2\n"), 422)
    assert "SIREN" in refused["detail"]
    told_wrong = require_problem(brought(program, stated_on="2199-01-01"), 422)
    assert [fault["place"] for fault in told_wrong["errors"]] == ["/stated_on"]


def test_the_search_gives_what_one_sees_and_names_it(app: Flask, program: FlaskClient, embedded: Database) -> None:
    (group,) = told(program.get(f"{ROOT}/search?words={SIREN}"))["groups"]
    (hit,) = group["hits"]
    assert (hit["subject"], hit["label"], hit["url"]) == ("companies:1", "Métaux Exemple", "/companies/1")
    told(program.post(f"{ROOT}/contacts", json=CONTACT), 201)
    assert told(program.get(f"{ROOT}/search?words=dominique"))["groups"] == []  # a person by the whole name only
    (people,) = told(program.get(f"{ROOT}/search?words=dominique exemple"))["groups"]
    assert people["hits"][0]["subject"] == "contacts:1"
    nameless = a_program(app, a_token(embedded, a_person(embedded, "n", Role.MANAGER), TokenScope.READ_COMPANIES))
    assert told(nameless.get(f"{ROOT}/search?words=dominique exemple"))["groups"] == []
    require_problem(program.get(f"{ROOT}/search?words=x"), 422)


def test_who_may_not_write_partners_is_refused(app: Flask, program: FlaskClient, embedded: Database) -> None:
    person = a_person(embedded, "c", Role.BROKER, organisation_id=a_partner(embedded))
    broker = a_program(app, a_token(embedded, person))
    for path, body in (("partners", {}), ("contacts", CONTACT), ("bank-accounts", ACCOUNT), ("agreements", {})):
        require_problem(broker.post(f"{ROOT}/{path}", json=body), 403)
    require_problem(broker.get(f"{ROOT}/imports"), 403)
    require_problem(broker.get(f"{ROOT}/companies/1/reach"), 404)
    assert told(broker.get(f"{ROOT}/bank-accounts"))["items"] == []
