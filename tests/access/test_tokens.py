"""Personal tokens: made on one's account page, used by a program on the API only, dead when they must be."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access import queries, service, tokens
from atmp_insure.access.logs import ChangeLogEntry
from atmp_insure.access.models import PersonalToken
from atmp_insure.access.roles import Right, Role, rights_of
from atmp_insure.access.token_scopes import IN_NO_SCOPE, TokenScope, offered, rights_opened
from atmp_insure.db.actor import system
from atmp_insure.kernel.errors import InvalidInput, NotFound, Refused
from atmp_insure.kernel.paris import PARIS, paris_day
from tests.api.test_resources import require_problem
from tests.application import a_person, a_program, a_token, an_application, signed_in, texts
from tests.parties.desk import OTHER_SIREN, SIREN, a_known_company, of_company, of_office

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from atmp_insure.db.engine import Database

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
COMPANIES = "/api/v1/companies"
READS = (TokenScope.READ_COMPANIES,)


@pytest.fixture
def app(embedded: Database, tmp_path: Path) -> Flask:
    return an_application(embedded, tmp_path)


def made(database: Database, last_day: date = TODAY, name: str = "Export", *scopes: str) -> str:
    user = a_person(database, "camille", Role.MANAGER)
    new = tokens.NewToken(name, scopes or ("companies:read",), last_day)
    with database.writing(of_office(user_id=user.user_id)) as session:
        return tokens.make_token(session, new, NOW)[1]


def bearer(database: Database, secret: str, on: date, at: time = time.max) -> tokens.Bearer | None:
    """Whose token it is at a moment of Paris: the last of the day unless said otherwise."""
    with database.reading(system("test")) as session:
        return tokens.find_bearer(session, secret, datetime.combine(on, at, PARIS).astimezone(UTC))


def test_every_right_is_opened_by_a_scope_or_deliberately_by_none() -> None:
    opened = set().union(*(scope.rights for scope in TokenScope))
    assert opened & IN_NO_SCOPE == set()
    assert set(Right) - opened == set(IN_NO_SCOPE)
    assert all(scope.own for scope in TokenScope)


def test_a_token_serves_until_its_last_day_and_only_a_digest_of_it_is_kept(database: Database) -> None:
    secret = made(database, date(2026, 11, 30))
    assert secret.startswith("atmp_")
    found = bearer(database, secret, date(2026, 11, 30))
    assert found is not None
    assert found.user.sign_in == "camille"
    assert bearer(database, secret, date(2026, 12, 1), time.min) is None
    assert bearer(database, secret + "x", TODAY) is None
    with database.snapshot() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM personal_tokens").all()
        logged = connection.exec_driver_sql("SELECT changes FROM change_log").all()
    assert secret[5:] not in str(rows) + str(logged)


@pytest.mark.parametrize(
    ("last_day", "accepted"),
    [(TODAY, True), (date(2026, 11, 19), False), (date(2027, 11, 20), True), (date(2027, 11, 21), False)],
)  # today at the earliest, the same day of next year at the latest
def test_a_token_is_dated_from_today_to_a_year_at_most(embedded: Database, last_day: date, accepted: bool) -> None:
    if accepted:
        assert made(embedded, last_day)
    else:
        with pytest.raises(InvalidInput, match="20/11/2027"):
            made(embedded, last_day)


def test_a_year_from_29_february_ends_on_the_28th() -> None:
    assert tokens.latest_day(date(2028, 2, 29)) == date(2029, 2, 28)
    assert tokens.latest_day(date(2028, 2, 28)) == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("name", "scopes", "place"),
    [
        (" ", ("companies:read",), "name"),
        ("x" * 61, ("companies:read",), "name"),
        ("a\u2028b\x00", ("companies:read",), "name"),
        ("Export", (), "scopes"),
        ("Export", ("rates:read", "medical:read"), "scopes"),  # a manager reads no medical paper
        ("Export", ("everything",), "scopes"),
    ],
)
def test_what_a_token_lacks_is_told_place_by_place(
    embedded: Database, name: str, scopes: tuple[str, ...], place: str
) -> None:
    with embedded.writing(of_office()) as session, pytest.raises(InvalidInput) as refused:
        tokens.make_token(session, tokens.NewToken(name, scopes, TODAY), NOW)
    assert {fault.place for fault in refused.value.faults} == {place}


def test_scopes_are_offered_to_those_who_hold_a_right_of_their_own_in_them() -> None:
    given = {scope.value for scope in offered(of_company(1, Role.PAYROLL_AGENT))}
    assert given == {"companies:read", "companies:write", "documents:read", "documents:write"}
    assert TokenScope.FILE_MAIL in offered(of_office(Role.CLAIMS_HANDLER))
    assert TokenScope.READ_MEDICAL not in offered(of_office(Role.CLAIMS_HANDLER))
    assert rights_opened(["names:read", "a scope of before"]) == {Right.READ_NAMES}


def test_no_scope_opens_what_only_a_person_does() -> None:
    opened = rights_opened(scope.value for scope in TokenScope)
    assert opened.isdisjoint({Right.APPROVE, Right.WRITE_USERS, Right.ERASE_DOCUMENTS, Right.READ_AUDIT})


def test_a_narrowed_actor_keeps_each_right_where_it_holds_and_nothing_without_a_right(embedded: Database) -> None:
    employer = of_company(7)
    narrowed = employer.narrowed(rights_opened(["companies:read"]), "Export")
    assert narrowed.rights == {Right.READ_COMPANIES}
    assert [grant.company_id for grant in narrowed.grants] == [7]
    assert employer.narrowed(frozenset(), "Export").grants == ()
    assert (narrowed.signature, employer.signature) == ("employeur (jeton « Export »)", "employeur")


def test_neither_the_system_nor_a_token_makes_a_token(embedded: Database) -> None:
    new = tokens.NewToken("Export", ("companies:read",), TODAY)
    by_token = of_office().narrowed(frozenset(rights_of(Role.MANAGER)), "Export")
    for actor in (system("test"), by_token):
        with embedded.writing(actor) as session, pytest.raises(Refused, match="à l'écran"):
            tokens.make_token(session, new, NOW)


def test_a_person_makes_a_token_sees_its_secret_once_and_revokes_it(app: Flask, embedded: Database) -> None:
    browser = signed_in(app, a_person(embedded, "camille", Role.MANAGER))
    form = browser.get("/account/tokens/new").text
    assert 'value="companies:read"' in form
    assert "documents:erase" not in form
    day = (paris_day(datetime.now(UTC)) + timedelta(days=30)).isoformat()
    sent = {"name": "Export de la paie", "scopes": ["companies:read", "rates:read"], "last_day": day}
    secret = re.search(r"atmp_[\w-]{43}", browser.post("/account/tokens/new", data=sent).text)
    assert secret is not None
    program = a_program(app, secret[0])
    assert program.get("/api/v1/account").get_json()["token"] == {
        "name": "Export de la paie", "scopes": ["companies:read", "rates:read"], "last_day": day,
    }  # fmt: skip
    page = browser.get("/account").text
    assert "lire entreprises, partenaires et conventions" in texts(page)
    assert secret[0] not in page
    browser.post("/account/tokens/1/revoke")
    assert "révoqué" in texts(browser.get("/account").text)
    require_problem(program.get("/api/v1/account"), 401)


def test_a_form_that_lacks_something_keeps_what_was_typed(app: Flask, embedded: Database) -> None:
    browser = signed_in(app, a_person(embedded, "camille", Role.MANAGER))
    answer = browser.post(
        "/account/tokens/new", data={"name": "Export", "last_day": "2000-01-01", "scopes": ["rates:read"]}
    )
    assert answer.status_code == 422
    assert "Choisir un jour jusqu" in texts(answer.text)
    assert 'value="Export"' in answer.text


def test_nobody_sees_nor_revokes_the_token_of_another_but_who_manages_people(app: Flask, embedded: Database) -> None:
    owner = a_person(embedded, "camille", Role.MANAGER)
    a_token(embedded, owner)
    other = signed_in(app, a_person(embedded, "dominique", Role.CLAIMS_HANDLER))
    assert other.post("/account/tokens/1/revoke").status_code == 404
    assert other.post(f"/people/{owner.user_id}/tokens/1/revoke").status_code == 403
    auditor = of_office(Role.AUDITOR, user_id=99)
    with embedded.writing(auditor) as session, pytest.raises(Refused, match="administrateur"):
        tokens.revoke_token(session, queries.get_token(session, owner.user_id, 1), NOW)
    with embedded.reading(of_company(1)) as session, pytest.raises(NotFound):
        queries.get_token(session, owner.user_id, 1)
    administrator = signed_in(app, a_person(embedded, "alex.admin", Role.ADMINISTRATOR))
    assert "Révoquer ce jeton" in texts(administrator.get(f"/people/{owner.user_id}").text)
    administrator.post(f"/people/{owner.user_id}/tokens/1/revoke")
    with embedded.reading(system("test")) as session:
        token = session.get_one(PersonalToken, 1)
    assert token.revoked_by == "alex.admin"
    assert token.revoked_at is not None


def test_a_token_opens_what_its_owner_may_do_today_and_nothing_beside_its_scopes(
    app: Flask, embedded: Database
) -> None:
    owner = a_person(embedded, "camille", Role.EMPLOYER, company_id=a_known_company(embedded))
    a_known_company(embedded, OTHER_SIREN, "Autre Exemple")
    program = a_program(app, a_token(embedded, owner, *READS))
    assert [one["siren"] for one in program.get(COMPANIES).get_json()["items"]] == [SIREN]
    require_problem(program.post("/api/v1/payroll-years", json={}), 403)
    require_problem(program.get("/api/v1/runs"), 403)
    rights = {one["code"] for one in program.get("/api/v1/account").get_json()["rights"]}
    assert rights == {Right.READ_COMPANIES}  # an employer reads no agreement, whatever the scope says
    with embedded.writing(of_office(Role.ADMINISTRATOR, user_id=99)) as session:
        service.end_grant(session, queries.list_grants_of(session, owner.user_id)[0], NOW - timedelta(days=1))
    require_problem(program.get(COMPANIES), 403)


def test_the_token_of_an_account_that_is_shut_is_dead_and_lives_again_with_it(app: Flask, embedded: Database) -> None:
    owner = a_person(embedded, "camille", Role.MANAGER)
    program = a_program(app, a_token(embedded, owner))
    with embedded.writing(system("test")) as session:
        service.disable_user(session, queries.get_user(session, owner.user_id))
    require_problem(program.get(COMPANIES), 401)
    with embedded.writing(system("test")) as session:
        service.enable_user(session, queries.get_user(session, owner.user_id))
    assert program.get(COMPANIES).status_code == 200


def test_a_token_serves_on_the_api_only_and_never_beside_a_cookie(app: Flask, embedded: Database) -> None:
    owner = a_person(embedded, "camille", Role.MANAGER)
    program = a_program(app, a_token(embedded, owner))
    for page in ("/", "/account", "/companies", "/api/v1/docs"):
        assert program.get(page).status_code in {302, 401}, page
    browser = signed_in(app, owner)
    assert browser.get(COMPANIES).status_code == 200
    for header in ("Bearer wrong", "Basic Y2FtaWxsZTp4", "Bearer", ""):
        require_problem(browser.get(COMPANIES, headers={"Authorization": header}), 401)
    assert browser.get("/account", headers={"Authorization": "Bearer wrong"}).status_code == 200


def test_a_refusal_says_how_to_come_in(app: Flask, embedded: Database) -> None:
    nobody = app.test_client().get(COMPANIES)
    require_problem(nobody, 401)
    assert nobody.headers["WWW-Authenticate"] == "Bearer realm=atmp"
    wrong = a_program(app, "atmp_wrong").get(COMPANIES)
    assert "invalid_token" in wrong.headers["WWW-Authenticate"]
    assert "Mon compte" in require_problem(wrong, 401)["detail"]


def test_wrong_tokens_are_slowed_down_and_right_ones_are_not(embedded: Database, tmp_path: Path) -> None:
    limited = an_application(embedded, tmp_path, ATMP_SECURITY__RATE_LIMITS="oui")
    guessing = a_program(limited, "atmp_guess")
    assert [guessing.get(COMPANIES).status_code for _ in range(21)] == [401] * 20 + [429]
    refused = guessing.get(COMPANIES)
    require_problem(refused, 429)
    assert 1 <= int(refused.headers["Retry-After"]) <= 61
    program = a_program(limited, a_token(embedded, a_person(embedded, "camille", Role.MANAGER)))
    assert program.get(COMPANIES).status_code == 200


def test_a_program_needs_no_proof_that_it_is_no_forgery_and_its_token_signs_what_it_does(
    app: Flask, embedded: Database
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    program = a_program(app, a_token(embedded, a_person(embedded, "camille", Role.MANAGER), name="Reprise"))
    body = {"siren": SIREN, "name": "Métaux Exemple", "naf_code": None, "activity": None}
    assert program.post(COMPANIES, json=body).status_code == 201
    assert program.get("/api/v1/account").get_json()["csrf_token"] is None
    with embedded.reading(system("test")) as session:
        by = {one.actor for one in session.query(ChangeLogEntry).filter(ChangeLogEntry.subject == "companies:1")}
        token = session.get_one(PersonalToken, 1)
    assert by == {"camille (jeton « Reprise »)"}
    assert token.seen_at is not None


def test_the_last_use_is_written_once_a_minute_at_most(embedded: Database) -> None:
    token = PersonalToken(seen_at=None)
    assert tokens.is_seen_again(token, NOW)
    token.seen_at = NOW
    assert not tokens.is_seen_again(token, NOW + timedelta(seconds=59))
    assert tokens.is_seen_again(token, NOW + timedelta(seconds=60))


def test_who_must_set_up_a_second_factor_uses_no_token_before(embedded: Database, tmp_path: Path) -> None:
    owner = a_person(embedded, "camille", Role.MANAGER)
    secret = a_token(embedded, owner)
    strict = an_application(embedded, tmp_path, ATMP_SECURITY__TWO_FACTORS_FOR_STAFF="true")
    require_problem(a_program(strict, secret).get(COMPANIES), 403)
