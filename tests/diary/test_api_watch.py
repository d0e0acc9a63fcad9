"""The watch over letters as a program keeps it: channels, looks, awaited letters and the clocks that they start."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from atmp_insure.access.roles import Role
from atmp_insure.access.token_scopes import TokenScope
from atmp_insure.db.actor import system
from atmp_insure.diary.deadline_models import LiveDeadline, Task
from atmp_insure.diary.watch_models import AwaitedLetter, ChannelLook, WatchedChannel
from atmp_insure.documents.models import Document
from tests.api.test_resources import pages, require_problem
from tests.application import a_program, a_token
from tests.diary.programs import ROOT, a_broker, a_program_of, day, places, told
from tests.documents.papers import a_pdf

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database
    from tests.application import Person

WATCHES, LETTERS = f"{ROOT}/watched-channels", f"{ROOT}/awaited-letters"
ACCOUNT = {
    "company_id": 1, "channel": "account", "held_by": "le client", "notices_to": "avis@exemple.invalid",
    "look_every_days": None,
}  # fmt: skip
NOTHING = {"outcome": "nothing", "at": None, "note": None}
NOTICE = {
    "watch_id": 1, "kind": "rate_notice", "label": "Taux de l'année", "expected_on": None, "available_on": day(-1),
    "mailed_at": None, "reason": None, "region": "FR",
}  # fmt: skip
AVAILABLE = {"available_on": day(-1), "mailed_at": None, "region": "FR"}


def moment(hours: int = 0) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


def the_file() -> dict[str, Any]:
    return {"file": (io.BytesIO(a_pdf("Notification")), "avis.pdf")}


def count(database: Database, *kinds: Any) -> list[int]:
    with database.reading(system("test")) as session:
        return [session.query(kind).count() for kind in kinds]


def asked(client: FlaskClient, address: str) -> list[int]:
    return [one["id"] for one in told(client.get(address))["items"]]


def test_a_channel_is_followed_at_the_cadence_of_the_office_looked_at_and_followed_no_more(
    handler: FlaskClient,
) -> None:
    watch = told(handler.post(WATCHES, json=ACCOUNT), 201)
    assert (watch["look_every_days"], watch["next_look_on"]) == (7, day())  # the office's own; nobody looked yet
    require_problem(handler.post(WATCHES, json=ACCOUNT), 409)
    assert asked(handler, f"{WATCHES}?state=due&channel=account&company_id=1") == [watch["id"]]
    address = f"{WATCHES}/{watch['id']}"
    look = told(handler.post(f"{address}/looks", json=NOTHING), 201)
    assert (look["outcome"], look["looked_by"]) == ("nothing", "camille")
    assert told(handler.get(address))["next_look_on"] == day(7)
    assert (asked(handler, f"{WATCHES}?state=due"), asked(handler, f"{WATCHES}?state=watched")) == ([], [1])
    corrected = {"held_by": "le bureau", "notices_to": None, "look_every_days": 3}
    watch = told(handler.put(address, json=corrected))
    assert (watch["held_by"], watch["notices_to"], watch["next_look_on"]) == ("le bureau", None, day(3))
    closed = told(handler.post(f"{address}/close", json={"reason": "contrat terminé"}))
    assert (closed["closed_reason"], closed["next_look_on"]) == ("contrat terminé", None)
    assert asked(handler, f"{WATCHES}?state=closed") == [1]
    require_problem(handler.post(f"{address}/looks", json=NOTHING), 409)
    assert told(handler.post(WATCHES, json=ACCOUNT), 201)["id"] == watch["id"]  # followed again: the same channel


def test_what_cannot_be_watched_so_is_told_at_its_place(handler: FlaskClient) -> None:
    assert places(handler.post(WATCHES, json=ACCOUNT | {"held_by": " "})) == ["/held_by"]
    on_paper = ACCOUNT | {"channel": "paper", "look_every_days": 7}
    assert places(handler.post(WATCHES, json=on_paper)) == ["/look_every_days"]
    unknown = ACCOUNT | {"channel": "web", "look_every_days": 367}  # a year at most
    assert set(places(handler.post(WATCHES, json=unknown))) == {"/look_every_days", "/channel"}
    require_problem(handler.post(WATCHES, json=ACCOUNT | {"company_id": 424242}), 404)
    told(handler.post(WATCHES, json=ACCOUNT), 201)
    looks = f"{WATCHES}/1/looks"
    assert places(handler.post(looks, json=NOTHING | {"outcome": "outage"})) == ["/note"]
    assert places(handler.post(looks, json=NOTHING | {"at": moment(1)})) == ["/at"]
    assert places(handler.post(looks, json=NOTHING | {"at": "2026-01-20T09:00:00"})) == ["/at"]  # of which zone?


def test_a_portal_that_is_out_stands_at_the_head_and_calls_the_team_until_a_look_sees_something(
    handler: FlaskClient, database: Database
) -> None:
    for channel in ("lucie", "paper"):
        told(handler.post(WATCHES, json=ACCOUNT | {"channel": channel}), 201)
    out = {"outcome": "outage", "at": moment(-2), "note": "Service indisponible"}
    told(handler.post(f"{WATCHES}/1/looks", json=out), 201)
    [outage] = told(handler.get(f"{WATCHES}/outages"))["outages"]
    assert (outage["channel"], outage["client_count"]) == ("lucie", 1)
    assert asked(handler, f"{WATCHES}?state=failing") == [1]
    [task] = told(handler.get(f"{ROOT}/tasks"))["items"]
    assert (task["origin"], task["priority"]) == ("channel_outage", "urgent")
    seen = told(handler.post(f"{WATCHES}/round", json={"watches": [1, 2, 424242]}))["watches"]
    assert [one["id"] for one in seen] == [1]  # paper comes by itself: nobody looks at it
    assert told(handler.get(f"{WATCHES}/outages"))["outages"] == []
    looks = [one["outcome"] for page in pages(handler, f"{WATCHES}/1/looks", 1) for one in page]
    assert looks == ["nothing", "outage"]  # the latest first
    assert count(database, ChannelLook) == [2]


def test_before_anyone_opens_a_rate_notice_its_page_says_what_that_starts(handler: FlaskClient) -> None:
    told(handler.post(WATCHES, json=ACCOUNT), 201)
    expected = NOTICE | {"available_on": None, "expected_on": day(30)}
    letter = told(handler.post(LETTERS, json=expected), 201)
    assert (letter["state"], letter["deadlines"], letter["if_opened_today"]) == ("expected", [], None)
    address = f"{LETTERS}/{letter['id']}"
    read = {"read_at": moment(-1), "knows": True}
    require_problem(handler.post(f"{address}/read", json=read), 409)  # nobody opens what is not there yet
    letter = told(handler.post(f"{address}/announce", json=AVAILABLE))
    [contest] = letter["deadlines"]
    assert (letter["state"], contest["rule"], contest["state"]) == ("available", "rate_contest_electronic", "open")
    warned = letter["if_opened_today"]
    assert warned["opened_due_on"] < warned["unread_due_on"] == contest["due_on"]
    assert warned["safe_on"] == contest["safe_on"] <= warned["opened_due_on"]
    assert warned["warnings"]
    assert places(handler.post(f"{address}/read", json=read | {"knows": False})) == ["/knows"]
    assert places(handler.post(f"{address}/read", json=read | {"read_at": moment(1)})) == ["/read_at"]
    assert places(handler.post(f"{address}/read", json=read | {"read_at": moment(-96)})) == ["/read_at"]
    letter = told(handler.post(f"{address}/read", json=read | {"read_at": moment()}))
    assert (letter["state"], letter["first_read_by"]) == ("read", "camille")
    assert letter["if_opened_today"] is None
    assert letter["deadlines"][0]["due_on"] == warned["opened_due_on"]  # the clock moved to where the warning said


def test_a_letter_of_lucie_is_taken_then_kept_and_its_contest_runs_on(handler: FlaskClient) -> None:
    told(handler.post(WATCHES, json=ACCOUNT | {"channel": "lucie"}), 201)
    decision = NOTICE | {"kind": "fund_decision", "label": "Décision de prise en charge"}
    letter = told(handler.post(LETTERS, json=decision), 201)
    assert {one["rule"] for one in letter["deadlines"]} == {"lucie_letter", "lucie_window"}
    assert letter["if_opened_today"] is None
    address = f"{LETTERS}/{letter['id']}"
    taken = told(handler.post(f"{address}/taken", json={"read_at": moment()}))
    assert (taken["state"], taken["first_read_at"]) == ("read", taken["downloaded_at"])  # taken, it was opened
    kept = told(handler.post(f"{address}/keep", data=the_file()))
    states = {one["rule"]: one["state"] for one in kept["deadlines"]}
    assert states == {"lucie_letter": "open", "lucie_window": "answered", "lucie_purge": "answered"}
    paper = told(handler.get(f"{ROOT}/documents/{kept['document_id']}"))
    assert (paper["title"], paper["kind"]) == ("Décision de prise en charge", "fund_decision")
    require_problem(handler.post(f"{address}/keep", data=the_file()), 409)  # it is awaited no more
    refused = handler.post(f"{address}/keep", data={"file": (io.BytesIO(b"MZ"), "virus.exe")})
    assert places(refused) == ["/file"]


def test_a_letter_that_will_not_come_is_set_aside_with_its_clocks(handler: FlaskClient) -> None:
    told(handler.post(WATCHES, json=ACCOUNT), 201)
    told(handler.post(LETTERS, json=NOTICE), 201)
    assert places(handler.post(f"{LETTERS}/1/set-aside", json={"reason": " "})) == ["/reason"]
    aside = told(handler.post(f"{LETTERS}/1/set-aside", json={"reason": "doublon"}))
    assert (aside["state"], aside["ended_reason"]) == ("set_aside", "doublon")
    assert [one["state"] for one in aside["deadlines"]] == ["void"]
    require_problem(handler.post(f"{LETTERS}/1/announce", json=AVAILABLE), 409)


def test_a_letter_that_cannot_be_awaited_so_is_told_at_its_place(handler: FlaskClient) -> None:
    told(handler.post(WATCHES, json=ACCOUNT), 201)
    wrong: dict[str, dict[str, Any]] = {
        "/kind": {"kind": "no_such_kind"}, "/label": {"label": " "}, "/expected_on": {"available_on": None},
        "/available_on": {"available_on": day(1)},
    }  # fmt: skip
    for place, change in wrong.items():
        assert places(handler.post(LETTERS, json=NOTICE | change)) == [place]
    told(handler.post(LETTERS, json=NOTICE | {"available_on": day()}), 201)  # today is not to come
    require_problem(handler.post(LETTERS, json=NOTICE | {"watch_id": 424242}), 404)


@pytest.mark.parametrize(("channel", "kind"), [("account", "rate_notice"), ("lucie", "fund_decision")])
def test_a_day_before_the_rules_existed_is_told_where_it_was_given(
    handler: FlaskClient, channel: str, kind: str
) -> None:
    told(handler.post(WATCHES, json=ACCOUNT | {"channel": channel}), 201)
    old = handler.post(LETTERS, json=NOTICE | {"kind": kind, "available_on": "1900-01-01"})
    assert places(old) == ["/available_on"]


def test_awaited_letters_come_by_the_day_that_matters_state_and_channel(handler: FlaskClient) -> None:
    told(handler.post(WATCHES, json=ACCOUNT), 201)
    for days in (10, 11, 12):
        told(handler.post(LETTERS, json=NOTICE | {"available_on": None, "expected_on": day(days)}), 201)
    told(handler.post(LETTERS, json=NOTICE), 201)
    between = f"{LETTERS}?first_day={day(10)}&last_day={day(11)}&watch_id=1&channel=account"
    found = [one["matters_on"] for page in pages(handler, between, 1) for one in page]
    assert found == [day(10), day(11)]  # both days included, the day after is not
    assert asked(handler, f"{LETTERS}?state=available&state=read") == [4]


def test_what_is_tried_leaves_neither_channel_nor_letter_nor_paper_nor_clock(
    handler: FlaskClient, database: Database
) -> None:
    assert told(handler.post(f"{WATCHES}?preview=true", json=ACCOUNT), 201)["next_look_on"] == day()
    assert count(database, WatchedChannel) == [0]
    watch = told(handler.post(WATCHES, json=ACCOUNT), 201)["id"]
    notice = NOTICE | {"watch_id": watch}
    assert told(handler.post(f"{LETTERS}?preview=true", json=notice), 201)["deadlines"]
    assert count(database, AwaitedLetter, LiveDeadline) == [0, 0]
    address = f"{LETTERS}/{told(handler.post(LETTERS, json=notice), 201)['id']}"
    opened = told(handler.post(f"{address}/read?preview=true", json={"read_at": moment(), "knows": True}))
    assert opened["state"] == "read"
    assert told(handler.post(f"{address}/keep?preview=true", data=the_file()))["state"] == "kept"
    out = {"outcome": "outage", "at": None, "note": "Panne"}
    told(handler.post(f"{WATCHES}/{watch}/looks?preview=true", json=out), 201)
    assert told(handler.get(address))["state"] == "available"
    assert count(database, Document, ChannelLook, Task) == [0, 0, 0]


def test_what_is_sent_twice_under_one_key_is_done_once(handler: FlaskClient, database: Database) -> None:
    key = {"Idempotency-Key": "k1"}
    assert (
        handler.post(WATCHES, json=ACCOUNT, headers=key).text == handler.post(WATCHES, json=ACCOUNT, headers=key).text
    )
    for _ in range(2):
        told(handler.post(LETTERS, json=NOTICE, headers={"Idempotency-Key": "k2"}), 201)
        told(handler.post(f"{WATCHES}/1/looks", json=NOTHING, headers={"Idempotency-Key": "k3"}), 201)
    assert count(database, WatchedChannel, AwaitedLetter, ChannelLook) == [1, 1, 1]


@pytest.fixture
def watched(handler: FlaskClient) -> FlaskClient:
    told(handler.post(WATCHES, json=ACCOUNT), 201)
    told(handler.post(LETTERS, json=NOTICE), 201)
    return handler


@pytest.mark.usefixtures("watched")
def test_who_does_not_follow_the_company_sees_nothing_and_who_only_reads_writes_nothing(
    app: Flask, database: Database, person: Person
) -> None:
    broker = a_broker(app, database)
    assert (asked(broker, WATCHES), asked(broker, LETTERS)) == ([], [])
    for path in ("watched-channels/1", "watched-channels/1/looks", "awaited-letters/1"):
        require_problem(broker.get(f"{ROOT}/{path}"), 404)
    require_problem(broker.post(WATCHES, json=ACCOUNT), 404)
    require_problem(broker.post(f"{WATCHES}/1/looks", json=NOTHING), 404)
    require_problem(broker.post(LETTERS, json=NOTICE), 404)
    assert told(broker.post(f"{WATCHES}/round", json={"watches": [1]}))["watches"] == []
    employer = a_program_of(app, database, Role.EMPLOYER, company_id=1)
    reader = a_program(app, a_token(database, person, TokenScope.READ_DIARY))
    for program in (employer, reader):
        assert (asked(program, WATCHES), asked(program, LETTERS)) == ([1], [1])
        require_problem(program.post(f"{WATCHES}/1/looks", json=NOTHING), 403)
        require_problem(program.post(f"{LETTERS}/1/set-aside", json={"reason": "x"}), 403)
