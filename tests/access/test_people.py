"""Users, roles within their scope, authority, second accords, substitutes, as an administrator works with them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Column, inspect, select

from atmp_insure.access import approvals, service
from atmp_insure.access.actors import actor_of, is_in_force
from atmp_insure.access.change_log import NEVER_LOGGED
from atmp_insure.access.models import AuthorityLimit, Grant, User
from atmp_insure.access.queries import get_user, list_grants_of
from atmp_insure.access.roles import RIGHTS, Right, Role
from atmp_insure.db.actor import Actor, system
from atmp_insure.db.session import mapped_classes
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.parties.models import Company
from atmp_insure.web.field_labels import FIELD_LABELS, UNTOLD
from tests.application import a_person, signed_in, texts

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database
    from tests.application import Person

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = NOW.date()


def acting(database: Database, person: Person) -> Actor:
    with database.reading(system("test")) as session:
        user = get_user(session, person.user_id)
        return actor_of(user, list_grants_of(session, user.id), TODAY)


@pytest.mark.parametrize(
    ("first", "last", "ended", "held"),
    [
        (date(2026, 11, 20), None, None, True),
        (date(2026, 11, 21), None, None, False),
        (date(2026, 1, 1), date(2026, 11, 20), None, True),
        (date(2026, 1, 1), date(2026, 11, 19), None, False),
        (date(2026, 1, 1), None, datetime(2026, 11, 20, 8, tzinfo=UTC), False),
    ],
)
def test_a_role_holds_from_its_first_day_to_its_last_both_included(
    first: date, last: date | None, ended: datetime | None, held: bool
) -> None:
    grant = Grant(user_id=1, role=Role.BROKER, first_day=first, last_day=last, ended_at=ended)
    assert is_in_force(grant, TODAY) is held


def test_each_role_has_its_rights_and_those_who_erase_look_after_the_office() -> None:
    assert set(RIGHTS) == set(Role)
    assert Right.READ_MEDICAL in RIGHTS[Role.MANDATED_DOCTOR]
    assert [role for role in Role if Right.READ_MEDICAL in RIGHTS[role]] == [Role.MANDATED_DOCTOR]
    assert Right.READ_PRIVILEGED not in RIGHTS[Role.INSURER] | RIGHTS[Role.BROKER] | RIGHTS[Role.MANAGER]
    assert [role for role in Role if Right.ERASE_DOCUMENTS in RIGHTS[role]] == [Role.ADMINISTRATOR, Role.MANAGER]
    assert Right.READ_LEGAL_NOTICES not in RIGHTS[Role.PAYROLL_AGENT]
    assert Right.READ_NAMES not in RIGHTS[Role.PREVENTION_ADVISER]
    writing = {right for right in Right if right.value.endswith((".write", ".erase"))}
    assert not RIGHTS[Role.AUDITOR] & writing


@pytest.mark.parametrize(
    ("role", "missing"),
    [
        (Role.BROKER, "organisation"),
        (Role.EMPLOYER, "entreprise"),
        (Role.MANDATED_DOCTOR, "dossier"),
        (Role.MANDATED_DOCTOR, "un dernier jour"),
        (Role.AUDITOR, "« auditeur » demande un dernier jour"),
    ],
)
def test_a_role_needs_the_scope_that_suits_it(embedded: Database, role: Role, missing: str) -> None:
    person = a_person(embedded, "camille")
    with pytest.raises(InvalidInput, match=missing), embedded.writing(system("test")) as session:
        service.grant_role(session, get_user(session, person.user_id), service.NewGrant(role, TODAY), NOW)


def test_an_administrator_invites_gives_a_role_by_siren_and_takes_it_away(
    embedded: Database, desk: FlaskClient
) -> None:
    with embedded.writing(system("test")) as session:
        session.add(Company(siren="000000018", name="Exemple", search_name="exemple", created_at=NOW))
    person = a_person(embedded, "camille")
    page = f"/people/{person.user_id}"
    form = {"role": "employer", "first_day": "2026-01-01", "siren": "000 000 026"}
    unknown = desk.post(f"{page}/grants", data=form)
    assert unknown.status_code == 422
    assert "« 000000026 » n'est pas connu ici" in texts(unknown.text).replace("&#39;", "'")
    assert desk.post(f"{page}/grants", data=form | {"siren": "000 000 018"}).status_code == 302
    shown = texts(desk.get(page).text)
    assert "employeur Exemple" in shown
    assert "en vigueur" in shown
    assert desk.post(f"{page}/grants/2/end").status_code == 302
    assert "retiré" in texts(desk.get(page).text)


def test_an_auditor_is_let_in_until_a_day_that_the_form_asks_for(
    app: Flask, embedded: Database, desk: FlaskClient
) -> None:
    person = a_person(embedded, "camille")
    page = f"/people/{person.user_id}"
    form = {"role": "auditor", "first_day": "2026-01-01"}
    endless = desk.post(f"{page}/grants", data=form)
    assert endless.status_code == 422
    assert "Dernier jour : Le rôle « auditeur » demande un dernier jour. Le préciser." in texts(endless.text)
    assert desk.post(f"{page}/grants", data=form | {"last_day": "2026-11-19"}).status_code == 302
    assert signed_in(app, person).get("/runs").status_code == 403  # the mission is over
    assert desk.post(f"{page}/grants", data=form | {"last_day": "2099-12-31"}).status_code == 302
    assert signed_in(app, person).get("/runs").status_code == 200


def test_nobody_gives_themselves_a_role_nor_shuts_their_own_account(desk: FlaskClient, administrator: Person) -> None:
    page = f"/people/{administrator.user_id}"
    given = desk.post(f"{page}/grants", data={"role": "manager", "first_day": "2026-01-01"})
    assert (given.status_code, "soi-même" in given.text) == (409, True)
    assert desk.post(f"{page}/disable").status_code == 409


def test_a_closed_account_is_out_at_once_and_may_be_reopened(app: Flask, embedded: Database, desk: FlaskClient) -> None:
    person = a_person(embedded, "camille", Role.MANAGER)
    theirs = signed_in(app, person)
    desk.post(f"/people/{person.user_id}/disable")
    assert theirs.get("/").headers["Location"] == "/sign-in"
    closed = app.test_client().post("/sign-in", data={"sign_in": "camille", "password": "un canard traverse le pont"})
    assert closed.status_code == 422
    desk.post(f"/people/{person.user_id}/enable")
    signed_in(app, person)


def test_a_list_is_searched_sorted_filtered_kept_and_exported(embedded: Database, desk: FlaskClient) -> None:
    for name in ("zoé.exemple", "émile.exemple", "camille"):
        a_person(embedded, name)
    found = desk.get("/people?q=Émile").text
    assert "Émile" in found
    assert "Camille" not in found
    names = desk.get("/people?export=csv&sort=name").text.splitlines()[1:]
    assert [line.split(";")[1] for line in names] == ["alex.admin", "camille", "émile.exemple", "zoé.exemple"]
    downwards = desk.get("/people?export=csv&sort=-name").text.splitlines()[1:]
    assert downwards == names[::-1]
    book = desk.get("/people?export=xlsx")
    assert book.data.startswith(b"PK")
    assert "attachment" in book.headers["Content-Disposition"]
    kept = desk.post("/lists/users/views", data={"label": "Invités", "address": "/people?state=invited"})
    assert kept.headers["Location"] == "/people?state=invited"
    assert "Invités" in desk.get("/people").text
    readings = texts(desk.get("/people/readings").text)
    assert "a exporté : utilisateurs (CSV)" in readings


def test_pages_of_a_list_follow_each_other_both_ways(embedded: Database, desk: FlaskClient) -> None:
    for number in range(60):
        a_person(embedded, f"personne{number:02}")
    first = desk.get("/people?size=25").text
    assert first.count("personne") >= 24
    following = next(
        part.split('"')[0] for part in first.split('href="') if part.startswith("/people?") and "after=" in part
    )
    second = desk.get(following.replace("&amp;", "&")).text
    assert "personne24" in second
    assert "personne23<" not in second
    previous = next(
        part.split('"')[0] for part in second.split('href="') if part.startswith("/people?") and "before=" in part
    )
    assert texts(desk.get(previous.replace("&amp;", "&")).text).count("personne") == texts(first).count("personne")


def linked(page: str, argument: str) -> str:
    """The address of the page after, or before."""
    found = (part.split('"')[0] for part in page.split('href="') if part.startswith("/people?"))
    return next(address for address in found if f"{argument}=" in address).replace("&amp;", "&")


def with_limit(database: Database, person: Person, largest: str, act: str = "pay_indemnity") -> None:
    with database.writing(system("test")) as session:
        session.add(
            AuthorityLimit(user_id=person.user_id, act=act, largest_eur=Decimal(largest), first_day=date(2026, 1, 1),
                           given_by="test")
        )  # fmt: skip


@pytest.mark.parametrize(("amount", "alone"), [("5000.00", True), ("5000.01", False)])
def test_a_person_decides_alone_up_to_their_limit_included(embedded: Database, amount: str, alone: bool) -> None:
    person = a_person(embedded, "camille", Role.CLAIMS_HANDLER)
    with_limit(embedded, person, "5000.00")
    with embedded.reading(acting(embedded, person)) as session:
        assert approvals.is_within_authority(session, "pay_indemnity", Decimal(amount), TODAY) is alone
        assert not approvals.is_within_authority(session, "pay_indemnity", Decimal(1), date(2025, 12, 31))
        assert not approvals.is_within_authority(session, "another_act", Decimal(1), TODAY)


def test_a_second_accord_comes_from_another_person_within_their_limit_and_serves_once_for_what_was_shown(
    embedded: Database,
) -> None:
    asking = a_person(embedded, "camille", Role.CLAIMS_HANDLER)
    small = a_person(embedded, "dominique", Role.CLAIMS_HANDLER)
    large = a_person(embedded, "claude", Role.MANAGER)
    with_limit(embedded, asking, "50000.00")
    with_limit(embedded, small, "9999.99")
    with_limit(embedded, large, "10000.00")
    shown = "indemnité 10 000,00 € au SIREN 000000018"
    with embedded.writing(acting(embedded, asking)) as session:
        asked = approvals.request_approval(
            session, "pay_indemnity", "claim:1", shown, reason="gel du taux", now=NOW, amount_eur=Decimal("10000.00")
        )
    for person, said in ((asking, "une autre personne"), (small, "votre propre plafond")):
        with pytest.raises(Refused, match=said), embedded.writing(acting(embedded, person)) as session:
            approvals.decide_approval(session, asked.id, granted=True, reason="vu", now=NOW)
    with embedded.writing(acting(embedded, asking)) as session:
        assert not approvals.use_approval(session, "pay_indemnity", "claim:1", shown)
    with embedded.writing(acting(embedded, large)) as session:
        approvals.decide_approval(session, asked.id, granted=True, reason="conforme", now=NOW)
    with pytest.raises(Refused, match="déjà"), embedded.writing(acting(embedded, large)) as session:
        approvals.decide_approval(session, asked.id, granted=False, reason="non", now=NOW)
    with embedded.writing(acting(embedded, asking)) as session:
        assert not approvals.use_approval(session, "pay_indemnity", "claim:1", shown.replace("10", "11"))
        assert approvals.use_approval(session, "pay_indemnity", "claim:1", shown)
        assert not approvals.use_approval(session, "pay_indemnity", "claim:1", shown)


def test_a_substitute_receives_no_right_of_whom_they_replace(embedded: Database) -> None:
    away, substitute = a_person(embedded, "camille", Role.ADMINISTRATOR), a_person(embedded, "dominique")
    with embedded.writing(system("test")) as session:
        users = [session.get_one(User, person.user_id) for person in (away, substitute)]
        service.substitute(session, users[0], users[1], date(2000, 1, 1), date(2099, 12, 31))
    assert not acting(embedded, substitute).may(Right.WRITE_USERS)


def test_what_happened_to_an_account_is_told_as_sentences(embedded: Database, desk: FlaskClient) -> None:
    person = a_person(embedded, "camille")
    desk.post(f"/people/{person.user_id}/disable")
    told = texts(desk.get("/people/changes").text)
    assert "alex.admin a modifié l&#39;utilisateur n° 2 : état" in told
    only = texts(desk.get("/people/changes?q=alex.admin&action=deleted").text)
    assert "Aucune ligne ne répond" in only
    with embedded.reading(system("test")) as session:
        assert session.scalars(select(User).where(User.sign_in == "camille")).one().state.value == "disabled"


def test_every_field_that_is_logged_has_its_french_name() -> None:
    logged = {
        attribute.key
        for kind in mapped_classes()
        if kind.logged
        for attribute in inspect(kind).column_attrs
        if attribute.key not in NEVER_LOGGED and isinstance(attribute.columns[0], Column)
    }
    assert logged <= set(FIELD_LABELS) | UNTOLD
    assert not set(FIELD_LABELS) & UNTOLD
