"""The whole application on a test database, and people to sign in with."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from jinja2 import FileSystemBytecodeCache

from atmp_insure.access import service, tokens
from atmp_insure.access.actors import actor_of
from atmp_insure.access.models import UserState
from atmp_insure.access.queries import get_user, list_grants_of
from atmp_insure.access.roles import DATED
from atmp_insure.access.token_scopes import offered
from atmp_insure.app import create_app
from atmp_insure.db.actor import system
from atmp_insure.kernel.paris import paris_day
from atmp_insure.settings import read_settings
from atmp_insure.web.limits import limiter
from atmp_insure.web.request_scope import EXTENSION
from tests import run_folder
from tests.engines import when_given_back

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from atmp_insure.access.roles import Role
    from atmp_insure.access.token_scopes import TokenScope
    from atmp_insure.db.engine import Database

_MadeWith = tuple[tuple[str, str], ...]
PASSWORD = "un canard traverse le pont"
# argon2 checks at the cost written in the hash: the least there is, since what it resists is not tested by signing in
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
LONG_AGO, FAR_AWAY = date(2020, 1, 1), date(2099, 12, 31)
_lent: list[tuple[_MadeWith, Flask]] = []
_at_rest: defaultdict[_MadeWith, list[Flask]] = defaultdict(list)


@dataclass(frozen=True)
class Person:
    """Someone who may sign in."""

    user_id: int
    sign_in: str


def an_application(database: Database, folder: Path, **settings: str) -> Flask:
    """The application, without waiting for tokens in forms.

    It is made anew for settings that no test had; with those that one had before, that test's application is taken
    again once its database was given back: all that it remembers is the installation that it was made with, and what it
    asks before each request.
    """
    keys = str(database.key_ring._path)
    variables = {"ATMP_ENVIRONMENT": "test", "ATMP_DATA_DIR": str(folder), "ATMP_SECURITY__KEYS_FILE": keys, **settings}
    read = read_settings(variables)
    made_with = tuple(sorted(settings.items()))
    app = _at_rest[made_with].pop() if _at_rest[made_with] else create_app(read, database)
    asked_first = app.extensions.setdefault("asked first, as made", list(app.before_request_funcs[None]))
    app.before_request_funcs[None][:] = asked_first  # a test may have put its own before them
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], settings=read, database=database)
    limiter.reset()  # counts of the process; a new application begins at none
    app.config["WTF_CSRF_ENABLED"] = False
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.jinja_env.bytecode_cache = _compiled_templates()
    _lent.append((made_with, app))
    return app


@when_given_back
def _take_back(database: Database) -> None:
    """Keep the applications that worked on a database for the tests to come."""
    for one in [one for one in _lent if one[1].extensions[EXTENSION].database is database]:
        _lent.remove(one)
        _at_rest[one[0]].append(one[1])


@cache
def _compiled_templates() -> FileSystemBytecodeCache:
    """Each template compiled once a run, not once a test; a changed source is compiled anew."""
    folder = run_folder.path() / "templates"
    folder.mkdir(exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


def a_person(
    database: Database,
    sign_in: str,
    *roles: Role,
    organisation_id: int | None = None,
    company_id: int | None = None,
    establishment_id: int | None = None,
    file_ref: str | None = None,
    last_day: date | None = None,
) -> Person:
    """A person with roles, all in the same scope, and `PASSWORD`."""
    now = datetime.now(UTC)
    with database.writing(system("test")) as session:
        new = service.NewUser(sign_in, sign_in.replace(".", " ").title(), f"{sign_in}@exemple.invalid")
        user = service.create_user(session, new, now)
        user.password_hash, user.state = _HASH, UserState.ACTIVE
        for role in roles:
            until = last_day or (FAR_AWAY if file_ref or role in DATED else None)
            grant = service.NewGrant(role, LONG_AGO, until, organisation_id, company_id, establishment_id, file_ref)
            service.grant_role(session, user, grant, now)
        return Person(user.id, user.sign_in)


def signed_in(app: Flask, person: Person) -> FlaskClient:
    """A browser of a person."""
    client = app.test_client()
    answer = client.post("/sign-in", data={"sign_in": person.sign_in, "password": PASSWORD})
    assert answer.status_code == 302, answer.text
    return client


def a_token(
    database: Database, person: Person, *scopes: TokenScope, name: str = "Export", last_day: date | None = None
) -> str:
    """The secret of a token that a person made today: with these scopes, or all those that they may give."""
    now = datetime.now(UTC)
    with database.reading(system("test")) as session:
        user = get_user(session, person.user_id)
        owner = actor_of(user, list_grants_of(session, user.id), paris_day(now))
    chosen = tuple(scope.value for scope in scopes or offered(owner))
    with database.writing(owner) as session:
        _token, secret = tokens.make_token(session, tokens.NewToken(name, chosen, last_day or paris_day(now)), now)
    return secret


def a_program(app: Flask, secret: str) -> FlaskClient:
    """What asks the API with a token, and knows no cookie."""
    client = app.test_client(use_cookies=False)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


def texts(html: str) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())
