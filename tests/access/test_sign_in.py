"""Signing in: passwords, lockout, second factor, sessions that end when the account changes, links good once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import pyotp
import pytest
import time_machine
from sqlalchemy import select, text

from atmp_insure.access import passwords
from atmp_insure.access.models import RecoveryCode, Ticket, User, WebSession
from atmp_insure.access.passwords import _HASHER, weaknesses  # before it is made cheap
from atmp_insure.access.roles import Role
from atmp_insure.access.second_factor import accepted_step
from atmp_insure.db.actor import system
from atmp_insure.db.scope import outside_scope
from atmp_insure.documents.models import OutgoingMail
from tests.application import PASSWORD, a_person, an_application, signed_in, texts

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database
    from tests.application import Person

T0 = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def attempt(client: FlaskClient, password: str, sign_in: str = "alex.admin") -> int:
    return client.post("/sign-in", data={"sign_in": sign_in, "password": password}).status_code


def test_a_right_password_opens_a_session_and_a_wrong_one_says_nothing_of_the_account(
    app: Flask, administrator: Person
) -> None:
    client = app.test_client()
    wrong = client.post("/sign-in", data={"sign_in": "alex.admin", "password": "autre chose de long"})
    unknown = client.post("/sign-in", data={"sign_in": "personne", "password": "autre chose de long"})
    assert wrong.status_code == unknown.status_code == 422
    assert "Identifiant ou mot de passe incorrect." in wrong.text
    said = [texts(answer.text) for answer in (wrong, unknown)]
    assert said[0] == said[1]
    assert attempt(client, PASSWORD) == 302
    assert client.get("/account").status_code == 200


def test_the_name_is_not_case_sensitive_and_the_password_is(app: Flask, administrator: Person) -> None:
    assert attempt(app.test_client(), PASSWORD, "Alex.Admin") == 302
    assert attempt(app.test_client(), PASSWORD.upper()) == 422


def test_eight_failures_lock_the_account_for_a_quarter_of_an_hour(app: Flask, administrator: Person) -> None:
    with time_machine.travel(T0, tick=False) as clock:
        client = app.test_client()
        for _ in range(7):
            assert attempt(client, "faux") == 422
        locked = client.post("/sign-in", data={"sign_in": "alex.admin", "password": "faux"})
        assert "verrouillé pour quelques minutes" in locked.text
        assert attempt(client, PASSWORD) == 422  # even with the right one
        clock.shift(timedelta(minutes=15, seconds=-1))
        assert attempt(client, PASSWORD) == 422
        clock.shift(timedelta(seconds=1))
        assert attempt(client, PASSWORD) == 302


def test_seven_failures_and_a_success_count_for_nothing(app: Flask, administrator: Person) -> None:
    for _ in range(2):
        client = app.test_client()
        for _ in range(7):
            attempt(client, "faux")
        assert attempt(client, PASSWORD) == 302


def set_up_authenticator(client: FlaskClient) -> tuple[str, list[str]]:
    page = client.get("/account/second-factor").text
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert secret is not None
    done = client.post("/account/second-factor", data={"code": pyotp.TOTP(secret[1]).now()})
    assert done.status_code == 200, texts(done.text)
    return secret[1], re.findall(r"<code>([a-z2-9-]{14})</code>", done.text)


def test_a_code_is_asked_after_the_password_and_never_accepted_twice(app: Flask, administrator: Person) -> None:
    with time_machine.travel(T0, tick=False) as clock:
        secret, codes = set_up_authenticator(signed_in(app, administrator))
        assert len(codes) == 10
        client = app.test_client()
        answer = client.post("/sign-in", data={"sign_in": "alex.admin", "password": PASSWORD})
        assert answer.headers["Location"] == "/sign-in/code"
        assert client.get("/account").status_code == 302  # not in yet
        used = client.post("/sign-in/code", data={"code": pyotp.TOTP(secret).now()})
        assert used.status_code == 422  # it served to set the authenticator up
        clock.shift(timedelta(seconds=30))
        code = pyotp.TOTP(secret).now()
        assert client.post("/sign-in/code", data={"code": code}).status_code == 302
        assert client.get("/account").status_code == 200

        other = app.test_client()
        attempt(other, PASSWORD)
        assert other.post("/sign-in/code", data={"code": code}).status_code == 422  # replayed
        assert other.post("/sign-in/code", data={"code": codes[0]}).status_code == 302
        attempt(again := app.test_client(), PASSWORD)
        assert again.post("/sign-in/code", data={"code": codes[0]}).status_code == 422  # a code is good once


@pytest.mark.parametrize(("shift", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_of_the_step_before_or_after_is_tolerated_and_no_other(shift: int, accepted: bool) -> None:
    secret = pyotp.random_base32()
    code = pyotp.TOTP(secret).at(T0 + timedelta(seconds=30 * shift))
    assert (accepted_step(secret, code, None, T0) is not None) is accepted


def test_a_change_of_password_ends_the_other_sessions_and_keeps_this_one(app: Flask, administrator: Person) -> None:
    one, other = signed_in(app, administrator), signed_in(app, administrator)
    changed = one.post("/account/password", data={"current": PASSWORD, "password": "une autre phrase de passe"})
    assert changed.status_code == 302
    assert one.get("/account").status_code == 200
    assert other.get("/account").status_code == 302
    wrong = one.post("/account/password", data={"current": "pas celui-ci du tout", "password": "encore une phrase"})
    assert "pas le mot de passe actuel" in wrong.text


def test_a_new_role_ends_the_sessions_and_the_next_one_has_it(
    app: Flask, embedded: Database, desk: FlaskClient
) -> None:
    person = a_person(embedded, "camille")
    theirs = signed_in(app, person)
    assert theirs.get("/people").status_code == 403
    given = desk.post(f"/people/{person.user_id}/grants", data={"role": "manager", "first_day": "2026-01-01"})
    assert given.status_code == 302
    assert theirs.get("/people").status_code == 302
    assert signed_in(app, person).get("/people").status_code == 200


def test_sessions_end_after_an_idle_hour_and_after_twelve_hours(app: Flask, administrator: Person) -> None:
    with time_machine.travel(T0, tick=False) as clock:
        client = signed_in(app, administrator)
        clock.shift(timedelta(minutes=59))
        assert client.get("/account").status_code == 200
        clock.shift(timedelta(minutes=60))
        assert client.get("/account").status_code == 302
        client = signed_in(app, administrator)
        for _ in range(14):
            clock.shift(timedelta(minutes=50))
            assert client.get("/account").status_code == 200
        clock.shift(timedelta(minutes=20))
        assert client.get("/account").status_code == 302


def test_own_sessions_are_listed_and_may_be_ended_and_no_one_elses(
    app: Flask, embedded: Database, administrator: Person
) -> None:
    one, other = signed_in(app, administrator), signed_in(app, administrator)
    stranger = signed_in(app, a_person(embedded, "camille"))
    with embedded.reading(system("test")) as session, outside_scope("test"):
        numbers = session.scalars(select(WebSession.id).where(WebSession.user_id == administrator.user_id)).all()
    stranger.post(f"/account/sessions/{numbers[1]}/end")
    assert other.get("/account").status_code == 200
    assert one.get("/account").text.count("Fermer cette session") >= 1
    one.post(f"/account/sessions/{numbers[1]}/end")
    assert other.get("/account").status_code == 302
    third = signed_in(app, administrator)
    one.post("/account/sessions/end-others")
    assert third.get("/account").status_code == 302
    assert one.get("/account").status_code == 200


def link_in_the_last_mail(database: Database) -> str:
    with database.reading(system("test")) as session:
        body = session.scalars(select(OutgoingMail.body).order_by(OutgoingMail.id.desc())).first()
    found = re.search(r"(/welcome/\S+)", body or "")
    assert found is not None
    return found[1]


def test_the_link_of_an_invitation_opens_its_page_then_serves_once(database: Database, tmp_path: Path) -> None:
    app = an_application(database, tmp_path)
    desk = signed_in(app, a_person(database, "alex.admin", Role.ADMINISTRATOR))
    form = {"display_name": "Dominique Exemple", "sign_in": "dominique", "email": "d@exemple.invalid", "language": "fr"}
    assert desk.post("/people/new", data=form).status_code == 302
    link, visitor = link_in_the_last_mail(database), app.test_client()
    assert visitor.get(link).status_code == 200  # read in a transaction that may not write
    assert visitor.post(link, data={"password": "trois chevaux dans la cour"}).status_code == 302
    assert visitor.get(link).status_code == 410


@pytest.mark.parametrize("language", ["fr", "en"])
def test_who_is_invited_is_spoken_to_in_their_language_until_they_choose_another(
    app: Flask, embedded: Database, administrator: Person, language: str
) -> None:
    form = {"display_name": "Dominique Exemple", "sign_in": "dominique", "email": "d@exemple.invalid"}
    assert signed_in(app, administrator).post("/people/new", data=form | {"language": language}).status_code == 302
    with embedded.reading(system("test")) as session:
        body = session.scalars(select(OutgoingMail.body).order_by(OutgoingMail.id.desc())).first()
    assert {"fr": "Bonjour Dominique Exemple,", "en": "Dear Dominique Exemple,"}[language] in str(body)
    link, visitor, page = link_in_the_last_mail(embedded), app.test_client(), f'<html lang="{language}"'
    assert page in visitor.get(link).text
    visitor.post(link, data={"password": "trois chevaux dans la cour"})
    assert attempt(visitor, "trois chevaux dans la cour", "dominique") == 302
    assert page in visitor.get("/").text
    other = "fr" if language == "en" else "en"
    visitor.get(f"/language/{other}")
    visitor.post("/sign-out")
    assert attempt(visitor, "trois chevaux dans la cour", "dominique") == 302
    assert f'<html lang="{other}"' in visitor.get("/").text


def test_an_invitation_lets_choose_a_password_once_within_seven_days(
    app: Flask, embedded: Database, administrator: Person
) -> None:
    with time_machine.travel(T0, tick=False) as clock:
        desk = signed_in(app, administrator)
        form = {
            "display_name": "Dominique Exemple",
            "sign_in": "dominique",
            "email": "d@exemple.invalid",
            "language": "fr",
        }
        assert desk.post("/people/new", data=form).status_code == 302
        link = link_in_the_last_mail(embedded)
        visitor = app.test_client()
        weak = visitor.post(link, data={"password": "court"})
        assert weak.status_code == 422
        assert "au moins 12 caractères" in texts(weak.text)
        clock.shift(timedelta(days=7, seconds=-1))
        assert visitor.post(link, data={"password": "trois chevaux dans la cour"}).status_code == 302
        assert visitor.post(link, data={"password": "trois chevaux dans le pré"}).status_code == 410  # good once
        assert attempt(visitor, "trois chevaux dans la cour", "dominique") == 302
        clock.shift(timedelta(seconds=2))
        form |= {"sign_in": "dominique2"}
        desk = signed_in(app, administrator)
        desk.post("/people/new", data=form)
        link = link_in_the_last_mail(embedded)
        clock.shift(timedelta(days=7))
        assert visitor.get(link).status_code == 410  # too late


def test_a_forgotten_password_answers_alike_for_everyone(app: Flask, embedded: Database, administrator: Person) -> None:
    client = app.test_client()
    known = client.post("/forgotten", data={"email": "alex.admin@exemple.invalid"})
    unknown = client.post("/forgotten", data={"email": "inconnu@exemple.invalid"})
    assert texts(known.text) == texts(unknown.text)
    with embedded.reading(system("test")) as session:
        assert len(session.scalars(select(OutgoingMail)).all()) == 1
    assert client.post(link_in_the_last_mail(embedded), data={"password": "un nouveau mot long"}).status_code == 302
    assert attempt(client, "un nouveau mot long") == 302


def test_nothing_that_opens_an_account_lies_in_the_database_in_clear(
    app: Flask, embedded: Database, administrator: Person
) -> None:
    secret, codes = set_up_authenticator(signed_in(app, administrator))
    with embedded.reading(system("test")) as session, outside_scope("test"):
        stored = repr([tuple(row) for table in ("users", "recovery_codes", "web_sessions", "tickets", "change_log")
                       for row in session.execute(text(f"SELECT * FROM {table}"))])  # fmt: skip
        assert len(session.scalars(select(RecoveryCode)).all()) == 10
        assert session.scalars(select(User.totp_secret)).one() == secret
        assert session.scalars(select(Ticket)).all() == []
    for hidden in (secret, PASSWORD, *codes):
        assert hidden not in stored


def test_staff_without_second_factor_may_only_set_one_up_when_the_office_requires_it(
    embedded: Database, tmp_path: Path
) -> None:
    app = an_application(embedded, tmp_path, ATMP_SECURITY__TWO_FACTORS_FOR_STAFF="oui")
    client = signed_in(app, a_person(embedded, "alex.admin", Role.ADMINISTRATOR))
    assert client.get("/people").headers["Location"] == "/account/second-factor"
    assert client.get("/").headers["Location"] == "/account/second-factor"
    set_up_authenticator(client)
    assert client.get("/people").status_code == 200
    outsider = signed_in(app, a_person(embedded, "camille"))
    assert outsider.get("/account").status_code == 200  # required of staff only


def test_after_signing_in_one_comes_to_the_page_asked_for_and_to_no_other_site(
    app: Flask, administrator: Person
) -> None:
    client = app.test_client()
    asked = client.get("/people?sort=name")
    assert asked.headers["Location"] == "/sign-in?next=/people?sort%3Dname"
    data = {"sign_in": "alex.admin", "password": PASSWORD}
    assert client.post(asked.headers["Location"], data=data).headers["Location"] == "/people?sort=name"
    for foreign in ("https://ailleurs.invalid/", "//ailleurs.invalid/", "/\\ailleurs.invalid"):
        answer = app.test_client().post("/sign-in", query_string={"next": foreign}, data=data)
        assert answer.headers["Location"] == "/"


def test_forms_need_their_token(embedded: Database, tmp_path: Path, administrator: Person) -> None:
    app = an_application(embedded, tmp_path)
    app.config["WTF_CSRF_ENABLED"] = True
    answer = app.test_client().post("/sign-in", data={"sign_in": "alex.admin", "password": PASSWORD})
    assert answer.status_code == 400


def test_many_attempts_from_one_address_are_held_back(embedded: Database, tmp_path: Path) -> None:
    app = an_application(embedded, tmp_path, ATMP_SECURITY__RATE_LIMITS="oui")
    client = app.test_client()
    statuses = [attempt(client, "faux", f"personne{number}") for number in range(22)]
    assert statuses[:20] == [422] * 20
    assert statuses[20:] == [429] * 2


def test_a_password_is_hashed_at_a_high_cost_and_that_of_nobody_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (_HASHER.time_cost, _HASHER.memory_cost, _HASHER.parallelism) == (3, 64 * 1024, 4)  # RFC 9106, second choice
    monkeypatch.setattr(passwords, "_HASHER", _HASHER)
    monkeypatch.setattr(passwords, "_nobodys_hash", cache(passwords._nobodys_hash.__wrapped__))
    assert passwords._nobodys_hash().startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.mark.parametrize(
    ("password", "does"),
    [
        ("onzelettres", False),
        ("douzelettres", True),
        ("aaaaaaaaaaaaaaaa", False),
        ("motdepasse-2026!", False),
        ("jean.martin au travail", False),
        ("x" * 150 + "abcdef" * 10, False),
    ],
)
def test_a_password_is_long_and_says_nothing_known(password: str, does: bool) -> None:
    assert (weaknesses(password, ("j.martin", "Jean", "Martin")) == ()) is does
