"""What an address, a form or a selection may hold: numbers that a row can have as its key, and text without NUL.

A larger number names nothing, so it is answered as any row that does not exist; a NUL stands in no text that a person
writes. Neither reaches the database, which would fail on it.
"""

from __future__ import annotations

import re
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from flask import abort, g, request, url_for
from werkzeug.routing import IntegerConverter, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flask import Flask
    from werkzeug.routing import Map

_NUL = "\0"
_KEY = "[0-9]{1,18}"  # a column of keys holds them all, on both engines, and no counter comes near the last
LARGEST_KEY = 10**18 - 1


class KeyConverter(IntegerConverter):
    """The `int` of our routes: an address with a number that no key is leads nowhere, whatever its method."""

    regex = _KEY

    def __init__(self, map: Map) -> None:  # noqa: A002 - as werkzeug names it
        super().__init__(map, max=LARGEST_KEY)  # for the document of the API


class PatientRule(Rule):
    """A route that prepares the writing of its address when first asked for it: for all, that is most of a start."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        prepared = cache(partial(super()._compile_builder, append_unknown))

        def write(rule: Rule, /, **values: Any) -> tuple[str, str]:
            return prepared()(rule, **values)

        return write


def install(app: Flask) -> None:
    """Let every `int` of the routes registered from now on be a key, and refuse NUL everywhere."""
    app.url_rule_class = PatientRule
    app.url_map.converters["int"] = KeyConverter
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    if _NUL in request.path:
        abort(404)
    if request.path.startswith("/api/"):
        return  # the schema of each operation says what its arguments may hold
    given = (*request.args.items(multi=True), *request.form.items(multi=True))
    if any(_NUL in name or _NUL in text for name, text in given):
        abort(400)


def row_url(endpoint: str, name: str, key: int) -> str:
    """The address of the page of a row, as `url_for` gives it: worked out once in a request for a whole list."""
    placed: dict[str, Any] = {name: LARGEST_KEY}
    known: dict[str, tuple[str, str]] = g.setdefault("row_urls", {})
    if endpoint not in known:
        before, _, after = url_for(endpoint, **placed).rpartition(str(LARGEST_KEY))
        known[endpoint] = before, after
    before, after = known[endpoint]
    return f"{before}{key}{after}"


def keys_among(texts: Iterable[str]) -> tuple[int, ...]:
    """The keys among the values of a selection; what cannot be one is passed over, as a row that is gone would be."""
    return tuple(int(text) for text in texts if re.fullmatch(_KEY, text))
