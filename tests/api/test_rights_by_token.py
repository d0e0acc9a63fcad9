"""The rights walk of programs: a token opens the operations of its scopes and nothing else.

What the walk of `tests/access` finds for browsers holds for tokens too: a full token is answered as its owner is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Reach, Role, rights_of
from atmp_insure.access.token_scopes import TokenScope
from atmp_insure.web.request_scope import SIGNED_IN, needed_right
from tests.access.test_rights_walk import FOREIGN, MARK, House, address_of, rules_of
from tests.application import Person, a_program, a_token
from tests.engines import fresh_sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.routing import Rule

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
# these widen what other scopes show, and have no operation of their own
ALONE_OPEN_NOTHING = {
    TokenScope.READ_NAMES, TokenScope.READ_PRIVILEGED, TokenScope.READ_MEDICAL, TokenScope.READ_USERS,
}  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("programs")
    return House(fresh_sqlite(folder), folder)


def operations(house: House) -> Iterator[tuple[Rule, str, str]]:
    """Each operation of the API: its route, its method and an address."""
    for rule in rules_of(house.app):
        if rule.endpoint.startswith("api_"):
            for method in sorted((rule.methods or set()) & METHODS):
                yield rule, method, address_of(house.app, rule)


def owner_of(house: House, role: Role) -> Person:
    """The person of a role in the house."""
    account = house.clients[role].get("/api/v1/account").get_json()
    return Person(account["user_id"], account["sign_in"])


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_a_full_token_is_answered_as_its_owner_and_shows_no_foreign_row(house: House, role: Role) -> None:
    program = a_program(house.app, a_token(house.database, owner_of(house, role)))
    for rule, method, address in operations(house):
        by_program = program.open(address, method=method)
        assert by_program.status_code < 500, (rule, method)
        if method == "GET" and "search" not in address and "account" not in address:
            by_browser = house.clients[role].get(address)
            assert by_program.status_code == by_browser.status_code, (rule, by_program.text)
        if role.reach is not Reach.OFFICE:
            assert MARK not in by_program.get_data(as_text=True), (rule, method)


@pytest.mark.parametrize("scope", list(TokenScope), ids=lambda scope: scope.value)
def test_a_scope_opens_the_operations_of_its_rights_and_no_other(house: House, scope: TokenScope) -> None:
    role = max((role for role in Role if scope in _offered(role)), key=lambda role: len(rights_of(role)))
    program = a_program(house.app, a_token(house.database, owner_of(house, role), scope))
    held, opened = scope.rights & rights_of(role), 0
    for rule, method, address in operations(house):
        needed, status = needed_right(house.app, rule.endpoint), program.open(address, method=method).status_code
        assert (status == 403) == (needed != SIGNED_IN and needed not in held), (rule, method, status)
        opened += needed in held
    assert opened or scope in ALONE_OPEN_NOTHING


def _offered(role: Role) -> set[TokenScope]:
    return {scope for scope in TokenScope if scope.own & rights_of(role)}


def test_the_walk_knows_the_arguments_of_the_api(house: House) -> None:
    assert len(list(operations(house))) > 100
    assert {name for rule, _, _ in operations(house) for name in rule.arguments} <= set(FOREIGN)
