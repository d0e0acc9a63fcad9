"""Endorsements by programs: each kind that the screen offers, faults with their place, plans that are tried first."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Role
from atmp_insure.guarantees.loader import installed_catalogue
from atmp_insure.parties import partner_service
from atmp_insure.parties.partner_queries import ContactOwner
from atmp_insure.parties.partner_service import ContactFacts
from atmp_insure.parties.queries import get_company
from atmp_insure.policies.api.change_bodies import IN_THE_YEAR, WHEN_RENEWED
from atmp_insure.policies.changes import ChangeKind
from tests.api.test_resources import require_problem
from tests.application import a_person, a_program, a_token
from tests.db.builders import TESTER
from tests.engines import a_database
from tests.parties.desk import a_partner
from tests.policies.desk import Desk, an_insurer
from tests.policies.test_api import POLICIES, SAME, WHY, Programs, posted
from tests.underwriting.desk import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

SIREN, NEW_SIRET, OTHER_SIRET = "000000018", "00000001800028", "00000001800036"
JUNE, JULY = "2027-06-01", "2027-07-01"


class Office(Programs):
    """A policy of a client whose SIREN is right, and all that an endorsement may name."""

    def __init__(self, database: Any, folder: Path) -> None:
        super().__init__(database, folder)
        self.database = database
        with database.writing(TESTER) as session:
            get_company(session, self.desk.quoting.company_id).siren = SIREN
            owner = ContactOwner(company_id=self.desk.quoting.company_id)
            facts = ContactFacts("Dominique Exemple", "responsable paie", email="d@exemple.invalid")
            self.contact = partner_service.add_contact(session, owner, facts, NOW).id
        self.broker = a_partner(database, OrganisationKind.BROKER, "Courtage Successeur")
        self.other_insurer = an_insurer(database, "DEL-AUTRE", "Mutuelle Inventée")
        policy = self.issued()
        self.url, self.policy = f"{POLICIES}/{policy['id']}", policy["id"]
        self.sections = policy["terms"]["sections"]
        self.rates = [one | {"tax_class": None} for one in policy["terms"]["rates"]]
        self.terms = policy["terms"]
        self.issued_later: list[object] = []

    def on_first(self, kind: str, **more: Any) -> dict[str, Any]:
        """A change about the first section."""
        return {"kind": kind, "siret": self.sections[0]["siret"], "section": self.sections[0]["section"]} | more


def an_endorsement(*changes: dict[str, Any], on: str = JUNE, **more: Any) -> dict[str, Any]:
    return WHY | {"effective_on": on, "insurer_accord": None, "drops": [], "changes": list(changes)} | more


def a_section(siret: str = NEW_SIRET, **more: Any) -> dict[str, Any]:
    return {"kind": "open_section", "section": {
        "siret": siret, "section": "01", "risk_code": "28.1AD", "wages_eur": "1000000", "headcount": "25",
        "origin": "opened", "history_of": [],
    } | more}  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with a_database("sqlite") as database, time_machine.travel(NOW, tick=False):
        yield Office(database, tmp_path_factory.mktemp("api"))


def each_change(office: Office) -> dict[str, dict[str, Any]]:
    """A change of each kind, right for the policy of the office."""
    mandate = office.terms["mandate_id"]
    return {
        "open_section": a_section(),
        "close_section": office.on_first("close_section", leaving="sold", buyer_siren="000000034"),
        "move_section": office.on_first("move_section", to_siret=OTHER_SIRET),
        "wages": office.on_first("wages", wages_eur="5000000"),
        "cover": {
            "kind": "cover", "guarantees": office.terms["guarantees"], "diseases": not office.terms["diseases"],
            "rates": office.rates,
        },
        "deductible": {
            "kind": "deductible", "deductible": {"kind": "percent_of_wages", "value": "0"}, "rates": office.rates
        },
        "limits": {
            "kind": "limits", "rates": office.rates,
            "limits": {"section_year_eur": None, "year_eur": "2000000", "policy_eur": None},
        },
        "price": {"kind": "price", "rates": [one | {"rate": "1/400"} for one in office.rates], "minimum_eur": "1800"},
        "instalments": {"kind": "instalments", "frequency": "quarterly", "surcharge": None},
        "broker": {"kind": "broker", "broker_id": office.broker, "commission": "3/25"},
        "insurer": {"kind": "insurer", "agreement_version_id": office.other_insurer, "shares": None},
        "contact": {"kind": "contact", "contact_id": office.contact},
        "mandate": {"kind": "mandate", "mandate_id": None if mandate else mandate},
    }  # fmt: skip


@pytest.mark.parametrize("kind", [one.value for one in IN_THE_YEAR])
def test_a_program_makes_each_kind_of_endorsement_and_reads_it_back_as_it_said_it(office: Office, kind: str) -> None:
    asked = each_change(office)[kind]
    changes = [a_section(OTHER_SIRET), asked] if kind == "close_section" else [asked]
    tried = posted(office.manager, f"{office.url}/endorse", an_endorsement(*changes), preview="true")
    written = tried["transactions"][-1]
    assert written["kind"] == "endorse"
    said = written["wording"]["changes"][-1]
    assert said["kind"] == kind
    assert tried["act"]["inserted"]["total_eur"] == written["total_eur"] == tried["act"]["total_eur"]
    for name, value in asked.items():
        if name not in {"rates", "section", "limits", "deductible", "surcharge", "shares"}:
            same = said[name] if not name.endswith("_eur") else str(Fraction(said[name]))
            assert same == value, name
    assert len(office.manager.get(office.url).json["transactions"]) == 1  # type: ignore[index]


def test_no_program_restates_a_policy_and_another_version_begins_with_a_year() -> None:
    assert set(ChangeKind) - set(WHEN_RENEWED) == {ChangeKind.RESTATED, ChangeKind.EXPOSURE}
    assert set(WHEN_RENEWED) - set(IN_THE_YEAR) == {ChangeKind.PRODUCT_VERSION}


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "not a kind": ({"kind": "restated", "terms": {}}, "/changes/0/kind", "Nature inconnue"),
    "no object": ("avenant", "/changes/0", "Donner un objet"),  # type: ignore[dict-item]
    "a field too many": ({"kind": "contact", "contact_id": None, "name": "x"}, "/changes/0/name", "« contact »"),
    "a field missing": ({"kind": "broker", "broker_id": None}, "/changes/0/commission", "« broker » (courtier)"),
    "no SIRET": (a_section("12"), "/changes/0/section/siret", "section ajoutée"),
    "of another company": (a_section("00000003400017"), "/changes/0/section/siret", "n'est pas de l'entreprise"),
    "nobody's history": (a_section(history_of=["x"]), "/changes/0/section/history_of/0", "n'est pas un SIRET"),
    "no wages": (a_section(wages_eur="0"), "/changes/0/section/wages_eur", "masse salariale nulle"),
    "not insured": (
        {"kind": "wages", "siret": NEW_SIRET, "section": "01", "wages_eur": "1"}, "/changes/0/siret",
        "n'est pas assurée",
    ),
    "a stranger": ({"kind": "contact", "contact_id": 999_999}, "/changes/0/contact_id", "interlocuteur n° 999999"),
    "no mandate": ({"kind": "mandate", "mandate_id": 999_999}, "/changes/0/mandate_id", "mandat n° 999999"),
    "no broker": (
        {"kind": "broker", "broker_id": 999_999, "commission": "0.1"}, "/changes/0/broker_id", "courtier n° 999999"
    ),
    "more than all": ({"kind": "broker", "broker_id": None, "commission": "12"}, "/changes/0/commission", "le tout"),
    "no agreement": (
        {"kind": "insurer", "agreement_version_id": 999_999, "shares": None}, "/changes/0/agreement_version_id",
        "version de convention n° 999999",
    ),
    "no frequency": (
        {"kind": "instalments", "frequency": "weekly", "surcharge": None}, "/changes/0/frequency", "fractionnement"
    ),
    "no price": ({"kind": "price", "rates": [], "minimum_eur": "1"}, "/changes/0/rates", "« price » (prix)"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_change_that_is_wrong_is_told_with_its_kind_its_place_and_what_to_do(office: Office, case: str) -> None:
    asked, place, said = WRONG[case]
    answer = office.manager.post(f"{office.url}/endorse", json=an_endorsement(asked))
    require_problem(answer, 422)
    faults = {one["place"]: one for one in answer.json["errors"]}  # type: ignore[index]
    assert place in faults, faults
    assert said in f"{faults[place]['message']} {faults[place]['remedy']}"
    assert faults[place]["remedy"]


def test_prices_are_those_of_the_guarantees_each_with_its_own_fault(office: Office) -> None:
    first, *others = office.rates
    wrong = [
        first | {"rate": "2"}, first, others[0] | {"tax_class": "none"},
    ]  # fmt: skip
    asked = {"kind": "price", "rates": wrong, "minimum_eur": "1500"}
    answer = office.manager.post(f"{office.url}/endorse", json=an_endorsement(a_section(), asked))
    places = {one["place"] for one in answer.json["errors"]}  # type: ignore[index]
    assert {f"/changes/1/rates/{at}/{name}" for at, name in enumerate(("rate", "code", "tax_class"))} <= places


def test_every_change_that_is_wrong_is_told_at_once(office: Office) -> None:
    asked = [office.on_first("wages", wages_eur="0"), a_section(), {"kind": "contact", "contact_id": 999_999}]
    answer = office.manager.post(f"{office.url}/endorse", json=an_endorsement(*asked))
    faults = answer.json["errors"]  # type: ignore[index]
    assert [one["place"] for one in faults] == ["/changes/0/wages_eur", "/changes/2/contact_id"]
    assert faults[1]["message"].startswith("changement n° 3, « interlocuteur »")


def test_a_deductible_that_the_product_does_not_offer_and_shares_of_no_agreement_are_told(office: Office) -> None:
    other = {"kind": "deductible", "deductible": {"kind": "euros", "value": "12345"}, "rates": office.rates}
    shared = {"kind": "insurer", "agreement_version_id": office.other_insurer, "shares": [
        {"organisation_id": 1, "share": "1/2", "is_leader": True},
    ]}  # fmt: skip
    answer = office.manager.post(f"{office.url}/endorse", json=an_endorsement(other, shared))
    places = [one["place"] for one in answer.json["errors"]]  # type: ignore[index]
    assert places == ["/changes/0/deductible", "/changes/1/shares"]


def test_each_kind_of_change_asks_for_its_own_right(office: Office) -> None:
    mandate = each_change(office)["mandate"]
    for program, asked, status in (
        (office.accountant, mandate, 200),
        (office.accountant, office.on_first("wages", wages_eur="1"), 403),
        (office.accountant, each_change(office)["contact"], 200),
        (office.accountant, each_change(office)["broker"], 403),
    ):
        answer = program.post(f"{office.url}/endorse", json=an_endorsement(asked), query_string={"preview": "true"})
        assert answer.status_code == status, answer.text


def test_the_policy_of_another_s_client_is_not_found(office: Office) -> None:
    stranger = a_person(office.database, "autre.courtier", Role.BROKER, organisation_id=office.broker)
    program = a_program(office.app, a_token(office.database, stranger))
    require_problem(
        program.post(f"{office.url}/endorse", json=an_endorsement({"kind": "contact", "contact_id": None})), 404
    )


def test_an_act_before_others_tells_what_it_reverses_puts_in_and_applies_again(office: Office) -> None:
    url = f"{POLICIES}/{office.issued()['id']}"
    posted(office.manager, f"{url}/endorse", an_endorsement(a_section(), on=JULY))
    tried = posted(
        office.manager,
        f"{url}/endorse",
        an_endorsement({"kind": "instalments", "frequency": "quarterly", "surcharge": None}, on=JUNE),
        preview="true",
    )
    act = tried["act"]
    assert [(one["number"], one["of_number"]) for one in act["reversed"]] == [(3, 2)]
    assert (act["inserted"]["number"], act["inserted"]["of_number"]) == (4, None)
    assert [(one["number"], one["of_number"]) for one in act["applied_again"]] == [(5, 2)]
    parts = [*act["reversed"], act["inserted"], *act["applied_again"]]
    assert sum(Decimal(one["total_eur"]) for one in parts) == Decimal(act["total_eur"]) > 0
    assert len(office.manager.get(url).json["transactions"]) == 2  # type: ignore[index]


def test_what_would_be_lost_is_named_and_lost_only_when_it_is_agreed_to(office: Office) -> None:
    url = f"{POLICIES}/{office.issued()['id']}"
    posted(office.manager, f"{url}/endorse", an_endorsement(a_section(), on=JULY))
    before = an_endorsement(a_section(), on=JUNE)  # the section is there a month earlier: July's can no longer come in
    refused = office.manager.post(f"{url}/endorse", json=before)
    require_problem(refused, 409)
    assert "n° 2" in refused.json["detail"]  # type: ignore[index]
    unknown = office.manager.post(f"{url}/endorse", json=before | {"drops": [2, 9]})
    assert [one["place"] for one in unknown.json["errors"]] == ["/drops/1"]  # type: ignore[index]
    done = posted(office.manager, f"{url}/endorse", before | {"drops": [2]})
    assert [one["number"] for one in done["act"]["lost"]] == [2]
    assert done["act"]["applied_again"] == []


def test_an_act_that_is_not_delegated_needs_the_reference_of_the_insurer_s_accord(office: Office) -> None:
    limited = an_insurer(office.database, "DEL-RIEN", "Assurances Prudentes", powers={})
    body = {"quote_id": Desk.of(office.database, limited).accepted_quote(), "agreement_version_id": limited}
    policy = office.manager.post(POLICIES, json=body).json
    url = f"{POLICIES}/{policy['id']}/endorse"  # type: ignore[index]
    asked = an_endorsement(office.on_first("wages", wages_eur="5000000"))
    refused = office.manager.post(url, json=asked)
    require_problem(refused, 409)
    assert "demander son accord" in refused.json["detail"]  # type: ignore[index]
    posted(office.manager, url, asked | {"insurer_accord": "courriel du 20 novembre"})


def test_a_renewal_takes_what_changes_as_its_year_begins(office: Office) -> None:
    dearer = {"kind": "price", "rates": [one | {"rate": "1/400"} for one in office.rates], "minimum_eur": "1800"}
    version = {"kind": "product_version", "product_version": "2027-1", "minimum_eur": None}
    tried = posted(office.manager, f"{office.url}/renew", WHY | {"changes": [version, dearer]}, preview="true")
    assert [one["kind"] for one in tried["transactions"][-1]["wording"]["changes"]] == ["product_version", "price"]
    assert tried["terms"]["minimum_eur"] == "1800"
    kept = installed_catalogue(None).version("taux_atmp", "2027-1")
    assert kept is not None
    assert tried["transactions"][-1]["wording"]["changes"][0]["minimum_eur"] == str(kept.minimum_premium_eur)
    unknown = office.manager.post(f"{office.url}/renew", json=WHY | {"changes": [version | {"product_version": "x"}]})
    assert [one["place"] for one in unknown.json["errors"]] == ["/changes/0/product_version"]  # type: ignore[index]
    assert posted(office.manager, f"{office.url}/renew", SAME, preview="true")["act"]["inserted"]["kind"] == "renew"


def test_the_document_lists_the_kinds_of_change_and_no_other(office: Office) -> None:
    document = office.manager.get("/api/v1/openapi.json").json
    schemas = document["components"]["schemas"]  # type: ignore[index]
    for name, kinds in (("PolicyEndorseBody", IN_THE_YEAR), ("PolicyRenewBody", WHEN_RENEWED)):
        told = schemas[name]["properties"]["changes"]["items"]
        assert set(told["discriminator"]["mapping"]) == {one.value for one in kinds}
        for code, address in told["discriminator"]["mapping"].items():
            body = schemas[address.rpartition("/")[2]]
            assert body["properties"]["kind"]["enum"] == [code]
            assert set(body["required"]) == set(body["properties"])


def adjusted(office: Office, url: str, wages: dict[tuple[str, str], str], **query: str) -> Any:
    rows = [{"siret": siret, "section": number, "wages_eur": paid} for (siret, number), paid in wages.items()]
    body = WHY | {"year_first_day": "2027-01-01", "wages": rows}
    return office.accountant.post(f"{url}/adjust", json=body, query_string=query)


def test_a_year_that_is_over_is_adjusted_on_the_wages_paid(office: Office) -> None:
    policy = office.issued()
    url = f"{POLICIES}/{policy['id']}"
    keys = [(one["siret"], one["section"]) for one in policy["terms"]["sections"]]
    same = {key: str(Fraction(one["wages_eur"])) for key, one in zip(keys, policy["terms"]["sections"], strict=True)}
    require_problem(adjusted(office, url, same), 409)  # in November 2026 the year is still to begin
    with time_machine.travel("2028-02-01T09:00:00Z", tick=False):
        program = _later(office)
        tried = posted(program, f"{url}/adjust", _wages(same), preview="true")
        assert tried["act"]["total_eur"] == "0.00"
        doubled = {key: str(Fraction(paid) * 2) for key, paid in same.items()}
        done = posted(program, f"{url}/adjust", _wages(doubled))
        assert Decimal(done["act"]["total_eur"]) > 0
        assert done["act"]["inserted"]["effective_on"] == "2028-01-01"
        again = posted(program, f"{url}/adjust", _wages(doubled), preview="true")
        assert again["act"]["total_eur"] == "0.00", "a second adjustment costs only what differs from the first"


def _wages(wages: dict[tuple[str, str], str]) -> dict[str, Any]:
    rows = [{"siret": siret, "section": number, "wages_eur": paid} for (siret, number), paid in wages.items()]
    return WHY | {"year_first_day": "2027-01-01", "wages": rows}


def _later(office: Office) -> FlaskClient:
    """A program of the accountant, with a token that holds on that day."""
    person = a_person(office.database, f"noa.{len(office.issued_later)}", Role.PREMIUM_ACCOUNTANT)
    office.issued_later.append(person)
    return a_program(office.app, a_token(office.database, person))


def test_wages_of_an_adjustment_that_are_wrong_are_told_where_they_stand(office: Office) -> None:
    first = (office.sections[0]["siret"], office.sections[0]["section"])
    with time_machine.travel("2028-02-01T09:00:00Z", tick=False):
        program = _later(office)
        asked = _wages({(NEW_SIRET, "01"): "1", first: "100"})
        answer = program.post(f"{office.url}/adjust", json=asked)
        faults = {one["place"]: one["message"] for one in answer.json["errors"]}  # type: ignore[index]
        assert "n'était pas assurée" in faults["/wages/0"]
        twice = asked | {"wages": [asked["wages"][1], asked["wages"][1]]}
        answer = program.post(f"{office.url}/adjust", json=twice)
        assert [one["place"] for one in answer.json["errors"]] == ["/wages/1"]  # type: ignore[index]
        other = asked | {"year_first_day": "2027-02-01"}
        answer = program.post(f"{office.url}/adjust", json=other)
        assert [one["place"] for one in answer.json["errors"]] == ["/year_first_day"]  # type: ignore[index]
