"""Companies, establishments, sections and payroll years, as a program reads, creates and changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from atmp_insure.access.roles import Role
from tests.application import a_person, signed_in
from tests.parties.desk import OTHER_SIREN, SIREN, SIRET, a_known_company, a_whole_company, reported

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from atmp_insure.db.engine import Database

ROOT = "/api/v1"
COMPANY = {"siren": "000 000 018", "name": "Métaux Exemple", "naf_code": "25.11Z", "activity": None}
ESTABLISHMENT = {
    "company_id": 1, "siret": SIRET, "name": "Atelier", "address": None, "postcode": "69001", "town": "Lyon",
    "naf_code": None, "is_head_office": True, "opened_on": "2020-01-01", "closed_on": None,
}  # fmt: skip
TERMS = {
    "first_day": "2024-01-01", "ctn": "A", "risk_code": "281AD", "territory": "AM", "sub_sector": None,
    "has_single_rate": False, "is_support": False, "source": "feuille 2024",
}  # fmt: skip
REPORT = {
    "section_id": 1, "year": 2025, "payroll_eur": "1250000.50", "headcount": "82.5", "source": "dsn",
    "stated_on": "2026-01-15", "is_estimate": False, "detail": None,
}  # fmt: skip


def told(answer: TestResponse, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_a_company_is_created_read_found_and_corrected(manager: FlaskClient) -> None:
    created = told(manager.post(f"{ROOT}/companies", json=COMPANY), 201)
    assert (created["siren"], created["naf_code"]) == (SIREN, "2511Z")
    body = {name: value for name, value in COMPANY.items() if name != "siren"}
    corrected = told(manager.put(f"{ROOT}/companies/{created['id']}", json={**body, "name": "Métaux Exemple SA"}))
    assert told(manager.get(f"{ROOT}/companies/{created['id']}")) == corrected
    assert corrected["name"] == "Métaux Exemple SA"
    assert told(manager.get(f"{ROOT}/companies?siren={SIREN}"))["items"] == [corrected]
    assert told(manager.get(f"{ROOT}/companies?siren={OTHER_SIREN}")) == {"items": [], "next_cursor": None}


def test_an_establishment_and_its_section_are_created_classified_and_read(manager: FlaskClient) -> None:
    told(manager.post(f"{ROOT}/companies", json=COMPANY), 201)
    created = told(manager.post(f"{ROOT}/establishments", json=ESTABLISHMENT), 201)
    assert (created["siret"], created["opened_on"]) == (SIRET, "2020-01-01")
    body = {name: value for name, value in ESTABLISHMENT.items() if name not in {"siret", "company_id"}}
    closed = told(manager.put(f"{ROOT}/establishments/1", json={**body, "closed_on": "2024-12-31"}))
    assert told(manager.get(f"{ROOT}/establishments?company_id=1"))["items"] == [closed]
    told(manager.post(f"{ROOT}/sections", json={"establishment_id": 1, "number": "1", "label": None}), 201)
    section = told(manager.put(f"{ROOT}/sections/1/terms", json=TERMS))
    assert (section["number"], section["terms"][0]["risk_code"]) == ("01", "28.1AD")
    assert told(manager.get(f"{ROOT}/sections/1")) == section
    assert [one["id"] for one in told(manager.get(f"{ROOT}/sections?establishment_id=1"))["items"]] == [1]


def test_payroll_is_reported_kept_beside_and_chosen_with_exact_numbers(
    manager: FlaskClient, embedded: Database
) -> None:
    a_whole_company(embedded)
    first = told(manager.post(f"{ROOT}/payroll-years", json=REPORT), 201)
    assert (first["payroll_eur"], first["headcount"], first["differs"]) == ("1250000.50", "82.50", False)
    other = {**REPORT, "payroll_eur": "1250000.51", "headcount": None, "source": "urssaf"}
    kept = told(manager.post(f"{ROOT}/payroll-years", json=other), 201)
    assert (kept["payroll_eur"], kept["differs"]) == ("1250000.50", True)
    assert told(manager.get(f"{ROOT}/payroll-years?differs=true"))["items"][0]["id"] == kept["id"]
    latest = kept["statements"][0]["id"]
    choice = {"payroll_statement_id": latest, "headcount_statement_id": None, "reason": "état définitif"}
    chosen = told(manager.put(f"{ROOT}/payroll-years/{kept['id']}", json=choice))
    assert (chosen["payroll_eur"], chosen["differs"], chosen["reason"]) == ("1250000.51", False, "état définitif")
    assert told(manager.get(f"{ROOT}/payroll-years?differs=true"))["items"] == []
    assert len(told(manager.get(f"{ROOT}/payroll-years/{kept['id']}"))["statements"]) == 2


@pytest.mark.parametrize(
    ("path", "body", "places"),
    [
        ("companies", {**COMPANY, "siren": "000000019"}, {"siren"}),
        ("companies", {"colour": "red"}, {"colour", "siren", "name", "naf_code", "activity"}),
        ("establishments", {**ESTABLISHMENT, "postcode": "1"}, {"postcode"}),
        ("establishments", {**ESTABLISHMENT, "company_id": "1"}, {"company_id"}),
        ("payroll-years", {**REPORT, "payroll_eur": 12.5}, {"payroll_eur"}),
        ("payroll-years", {**REPORT, "payroll_eur": "12.505"}, {"payroll_eur"}),
        ("payroll-years", {**REPORT, "payroll_eur": None, "headcount": None}, {"payroll_eur"}),
    ],
)
def test_what_is_wrong_in_a_body_is_told_place_by_place(
    manager: FlaskClient, embedded: Database, path: str, body: dict[str, Any], places: set[str]
) -> None:
    a_whole_company(embedded)
    problem = told(manager.post(f"{ROOT}/{path}", json=body), 422)
    assert {fault["place"] for fault in problem["errors"]} == {f"/{place}" for place in places}


def test_a_body_that_is_not_json_is_refused_in_words(manager: FlaskClient) -> None:
    answer = manager.post(f"{ROOT}/companies", data=b"{", content_type="application/json")
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")


def test_whoever_does_not_follow_a_company_finds_and_changes_nothing_of_it(app: Flask, embedded: Database) -> None:
    _company, _establishment, section = a_whole_company(embedded)
    reported(embedded, section)
    other = a_known_company(embedded, OTHER_SIREN, "Autre Exemple")
    employer = signed_in(app, a_person(embedded, "e.employeur", Role.EMPLOYER, company_id=other))
    for path in ("companies/1", "establishments/1", "sections/1", "payroll-years/1"):
        told(employer.get(f"{ROOT}/{path}"), 404)
    for path in ("establishments", "sections", "payroll-years"):
        assert told(employer.get(f"{ROOT}/{path}"))["items"] == []
    assert [one["id"] for one in told(employer.get(f"{ROOT}/companies"))["items"]] == [other]
    told(employer.post(f"{ROOT}/payroll-years", json=REPORT), 404)
    told(employer.post(f"{ROOT}/companies", json=COMPANY), 403)
