"""Premiums as a program has them: called, paid once, taken back, noticed, disputed; what the books say of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from atmp_insure.access.roles import Role
from tests.api.test_resources import require_problem
from tests.application import a_person, a_program, a_token, an_application
from tests.diary.programs import ROOT
from tests.engines import a_database
from tests.policies.desk import Desk, an_insurer
from tests.premiums.desk import FIRST_DAY, scheduled
from tests.scenarios.test_a_policy_through_five_years import on
from tests.underwriting.desk import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database

CALLS, PAYMENTS = f"{ROOT}/premium-calls", f"{ROOT}/premium-payments"
CALLED_ON, NOTICED_ON = date(2026, 12, 2), date(2027, 1, 11)


class Programs:
    """A policy of a client, and the programs of an accountant and of the client."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.app = an_application(database, folder)
        self.desk = Desk.of(database, an_insurer(database))
        self.policy, self.company = self.desk.issued(), self.desk.quoting.company_id
        self.accountant = self._of("noa.programme", Role.PREMIUM_ACCOUNTANT)
        self.client = self._of("client.programme", Role.EMPLOYER)

    def _of(self, name: str, role: Role) -> FlaskClient:
        company_id = self.company if role is Role.EMPLOYER else None
        person = a_person(self.desk.database, name, role, company_id=company_id)
        return a_program(self.app, a_token(self.desk.database, person, last_day=date(2027, 6, 30)))

    @property
    def premiums(self) -> str:
        return f"{ROOT}/policies/{self.policy}/premiums"

    def call(self) -> dict[str, Any]:
        """The call of the policy, made where it was not yet."""
        posted(self.accountant, f"{self.premiums}/call")
        [found] = got(self.accountant, self.premiums)["calls"]
        return dict(found)

    def payment(self, **told: object) -> dict[str, Any]:
        """A payment of all that the policy was called, as a program tells it."""
        [call] = got(self.accountant, CALLS)["items"]
        [insurer] = got(self.accountant, f"{ROOT}/insurer-positions")["insurers"]
        return {
            "key": "releve/1", "company_id": self.company, "insurer_id": insurer["insurer_id"], "means": "transfer",
            "received_on": "2026-12-03", "amount_eur": call["total_eur"], "reference": None,
            "call_reference": None,
        } | told  # fmt: skip


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[Programs]:
    with a_database("sqlite") as database, time_machine.travel(NOW, tick=False):
        yield Programs(database, tmp_path)


def got(program: FlaskClient, url: str, **query: str) -> dict[str, Any]:
    answer = program.get(url, query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json  # type: ignore[return-value]


def posted(program: FlaskClient, url: str, body: dict[str, Any] | None = None, **query: str) -> dict[str, Any]:
    answer = program.post(url, json=body, query_string=query)
    assert answer.status_code in {200, 201}, answer.text
    return answer.json  # type: ignore[return-value]


def test_what_is_due_is_told_tried_and_called_once(programs: Programs) -> None:
    with on(CALLED_ON):
        [due] = got(programs.accountant, programs.premiums)["due"]
        assert due["due_on"] == FIRST_DAY.isoformat()
        scheduled(programs.desk, programs.policy)
        [waiting] = got(programs.accountant, f"{CALLS}/due")["items"]
        assert (waiting["policy_id"], waiting["next_eur"]) == (programs.policy, due["total_eur"])
        assert got(programs.accountant, f"{CALLS}/due", until="2026-12-31")["items"] == []
        tried = posted(programs.accountant, f"{CALLS}/run", {"until": "2027-01-01"}, preview="true")
        assert (tried["policies"], tried["amount_eur"]) == (1, due["total_eur"])
        [called] = posted(programs.accountant, f"{programs.premiums}/call")["calls"]
        assert (called["total_eur"], called["left_eur"], called["state"]) == (
            due["total_eur"],
            due["total_eur"],
            "to_come",
        )
        assert posted(programs.accountant, f"{programs.premiums}/call")["calls"] == []
        assert [one["id"] for one in got(programs.client, CALLS, state="to_come")["items"]] == [called["id"]]
        assert got(programs.client, CALLS, state="settled")["items"] == []
        whole = got(programs.client, f"{CALLS}/{called['id']}")
        assert sum(float(one["net_eur"]) for one in whole["lines"]) == pytest.approx(float(whole["net_eur"]))
        assert programs.client.post(f"{programs.premiums}/call").status_code == 403


def test_a_payment_told_twice_is_one_and_another_under_its_key_is_refused(programs: Programs) -> None:
    with on(CALLED_ON):
        call = programs.call()
    with on(date(2026, 12, 3)):
        body = programs.payment()
        first = posted(programs.accountant, PAYMENTS, body)
        assert posted(programs.accountant, PAYMENTS, body)["id"] == first["id"]
        assert [one["id"] for one in got(programs.accountant, PAYMENTS)["items"]] == [first["id"]]
        refused = programs.accountant.post(PAYMENTS, json=body | {"amount_eur": "1.00"})
        require_problem(refused, 409)
        assert first["name"] in refused.text
        account = got(programs.client, f"{ROOT}/premium-accounts/{programs.company}")
        assert (account["balance_eur"], account["due_eur"]) == ("0.00", "0.00")
        assert [one["name"] for one in account["lines"]] == [call["name"], first["name"]]
        back = posted(programs.accountant, f"{PAYMENTS}/{first['id']}/take-back", {"reason": "Chèque impayé"})
        assert back["reverses_id"] == first["id"]
        assert got(programs.client, f"{CALLS}/{call['id']}")["left_eur"] == call["total_eur"]
        require_problem(programs.accountant.post(f"{PAYMENTS}/{first['id']}/take-back", json={"reason": "x"}), 409)


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({"amount_eur": "0"}, "amount"),
        ({"amount_eur": "-12.00"}, "/amount_eur"),
        ({"received_on": "2026-12-04"}, "/received_on"),
        ({"insurer_id": 999}, "/insurer_id"),
        ({"means": "lingots"}, "/means"),
    ],
)
def test_what_is_wrong_with_a_payment_is_told_where_it_stands(
    programs: Programs, told: dict[str, object], place: str
) -> None:
    with on(CALLED_ON):
        programs.call()
    with on(date(2026, 12, 3)):
        refused = programs.accountant.post(PAYMENTS, json=programs.payment(**told))
        require_problem(refused, 422)
        assert place in str(refused.json["errors"])  # type: ignore[index]
        assert got(programs.accountant, PAYMENTS)["items"] == []


def test_what_is_over_waits_until_it_is_allocated(programs: Programs) -> None:
    with on(CALLED_ON):
        call = programs.call()
    with on(date(2026, 12, 3)):
        double = f"{2 * float(call['total_eur']):.2f}"
        posted(programs.accountant, PAYMENTS, programs.payment(amount_eur=double, call_reference=call["reference"]))
        url = f"{ROOT}/premium-accounts/{programs.company}"
        assert got(programs.client, url)["unallocated_eur"] == call["total_eur"]
        assert posted(programs.accountant, f"{url}/allocate")["unallocated_eur"] == call["total_eur"], "nothing is owed"


def test_an_unpaid_premium_is_noticed_posted_and_held(programs: Programs) -> None:
    with on(CALLED_ON):
        call = programs.call()
    notice = f"{programs.premiums}/notice"
    with on(date(2027, 1, 10)):
        early = programs.accountant.post(notice, json={"dated_on": "2027-01-10"})
        require_problem(early, 409)
    with on(NOTICED_ON):
        given = posted(programs.accountant, notice, {"dated_on": "2027-01-11"})
        assert [one["call_id"] for one in given["claims"]] == [call["id"]]
        assert given["suspended_on"] is None, "the days run from the posting"
        one = f"{ROOT}/premium-notices/{given['id']}"
        sent = posted(programs.accountant, f"{one}/sending", {"sent_on": "2027-01-11", "proof": "1A 000 000 0001 1"})
        assert (sent["suspended_on"], sent["terminable_on"]) == ("2027-02-11", "2027-02-20")
        [unpaid] = got(programs.client, f"{ROOT}/unpaid-premiums", step="suspend")["items"]
        assert (unpaid["left_eur"], unpaid["notice_id"]) == (call["total_eur"], given["id"])
        held = {"kind": "dispute", "reason": "Prime contestée", "stops_calls": False, "until": None}
        assert posted(programs.accountant, f"{programs.premiums}/hold", held)["kind"] == "dispute"
        [unpaid] = got(programs.client, f"{ROOT}/unpaid-premiums")["items"]
        assert unpaid["step"] == "held"
        posted(programs.accountant, f"{programs.premiums}/release", {"reason": "Accord trouvé"})
        withdrawn = posted(programs.accountant, f"{one}/withdraw", {"reason": "Mauvaise adresse"})
        assert withdrawn["ending"] == "withdrawn"
        assert programs.client.post(f"{one}/withdraw", json={"reason": "non"}).status_code == 403


def test_what_the_books_say_is_one_answer_each(programs: Programs) -> None:
    with on(CALLED_ON):
        call = programs.call()
        [aged] = got(programs.accountant, f"{ROOT}/premium-ageing")["clients"]
        assert (aged["by_band"]["not_due"], aged["balance_eur"]) == (call["total_eur"], call["total_eur"])
        days = {"first_day": "2026-12-01", "last_day": "2026-12-31"}
        for by, key in (("assureur", "insurer_id"), ("courtier", "broker_id"), ("mois", "month")):
            [figure] = got(programs.accountant, f"{ROOT}/premium-figures", by=by, **days)["items"]
            assert figure[key] is not None
            assert (figure["called_eur"], figure["collected_eur"]) == (call["total_eur"], "0.00")
        crossed = {"by": "mois", "first_day": "2026-12-31", "last_day": "2026-12-01"}
        require_problem(programs.accountant.get(f"{ROOT}/premium-figures", query_string=crossed), 422)
        assert programs.client.get(f"{ROOT}/premium-ageing").status_code == 403
