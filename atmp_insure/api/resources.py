"""How a resource is declared: its operations, the right of each, what it takes, and every answer it may give.

A domain's `api.py` makes a `Resources` and decorates its views with `operation`; `app.py` registers it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from flask_smorest import Blueprint

from atmp_insure.api import problems
from atmp_insure.api.arguments import (
    HEADERS,
    JSON,
    MULTIPART,
    QUERY,
    UPLOAD,
    Arguments,
    Parser,
    WriteArguments,
    WriteHeaders,
)
from atmp_insure.api.writes import performed, told
from atmp_insure.web.limits import api_limit
from atmp_insure.web.request_scope import SIGNED_IN, by_token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from marshmallow import Schema

__all__ = ["Arguments", "Resources"]

V = TypeVar("V", bound="Callable[..., object]")

ROOT = "/api/v1"
PREFIX = "api_"  # of the names of blueprints: a domain has pages under its own name
SESSION, CSRF, BEARER = "session", "csrf", "bearer"
_READS = {"GET", "HEAD"}
_BYTES = {"type": "string", "format": "binary"}


class Resources(Blueprint):  # type: ignore[misc] # flask_smorest has no types
    """The operations of one resource, under one address."""

    ARGUMENTS_PARSER = Parser()
    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING = {  # noqa: RUF012 - flask_smorest reads it so
        **Blueprint.DEFAULT_LOCATION_CONTENT_TYPE_MAPPING, UPLOAD: MULTIPART,
    }  # fmt: skip

    def __init__(self, name: str, description: str, path: str) -> None:
        super().__init__(PREFIX + name, __name__, url_prefix=ROOT + path, description=description)
        self._tags = [name]

    def operation(
        self,
        method: str,
        path: str,
        answer: type[Schema] | tuple[str, ...],
        *,
        arguments: type[Arguments] | None = None,
        body: type[Arguments] | None = None,
        upload: type[Arguments] | None = None,
        status: int = 200,
        answers: Mapping[int, str] | None = None,
    ) -> Callable[[V], V]:
        """Declare a view as an operation; its first line is its summary, and `@needs` stands under this decorator.

        Every write takes a key and may only be tried: `api.writes` does both, with nothing for the view to do but to
        write in `with writing()`.

        Args:
            method: of HTTP.
            path: after the address of the resource, with its numbers written `<int:name>`.
            answer: what it gives when all goes well; types of files, when it gives one.
            arguments: what a reading takes in the query string, given to the view as a dict.
            body: what it takes as JSON, given to the view as a dict after that of the query string.
            upload: the same, as a form with files.
            status: of the answer when all goes well: 201 for what was created.
            answers: statuses of its own that refuse, beside those that its method and its path bring.
        """
        writes = method not in _READS
        assert not (writes and arguments), "what a write is told stands in its body"
        refusals = _refusals(path, writes=writes, reads=arguments is not None, takes=bool(body or upload))

        def declare(view: V) -> V:
            by_token(view)
            declared: Any = told(view) if writes else view
            for refusal, description in sorted((refusals | dict(answers or {})).items()):
                declared = self.alt_response(
                    refusal, schema=problems.PROBLEM, content_type=problems.CONTENT_TYPE, description=description
                )(declared)
            declared = self._answering(declared, answer, status)
            for schema, location in ((body, JSON), (upload, UPLOAD), (arguments, QUERY)):
                if schema is not None:
                    declared = self.arguments(schema, location=location)(declared)
            if writes:
                declared = self.arguments(WriteHeaders, location=HEADERS, as_kwargs=True)(declared)
                declared = performed(self.arguments(WriteArguments, location=QUERY, as_kwargs=True)(declared))
            declared = self.doc(operationId=view.__name__, security=_security(view, writes=writes))(declared)
            declared = api_limit()(declared)  # outermost: a request that is refused counts too
            self.route(path, methods=[method], tags=self._tags)(declared)
            return view

        return declare

    def _answering(self, declared: Any, answer: type[Schema] | tuple[str, ...], status: int) -> Any:
        """Give and describe what answers when all goes well: values by a schema, or a file of some types."""
        if not isinstance(answer, tuple):
            return self.response(status, answer, description="Réponse")(declared)
        for content_type in answer:
            declared = self.response(status, _BYTES, content_type=content_type, description="Fichier")(declared)
        return declared


def _security(view: Any, *, writes: bool) -> list[dict[str, list[str]]]:
    """A token with the right of the view, or the session of a browser with, for a write, the proof of no forgery."""
    right = view.needed_right
    session: dict[str, list[str]] = {SESSION: [], CSRF: []} if writes else {SESSION: []}
    return [{BEARER: [] if right == SIGNED_IN else [str(right.value)]}, session]


def _refusals(path: str, *, writes: bool, reads: bool, takes: bool) -> dict[int, str]:
    """The statuses that refuse, by what an operation is."""
    statuses = set(problems.FOR_ALL)
    if writes:
        statuses |= problems.FOR_WRITES
    if takes:
        statuses |= problems.FOR_BODIES
    if "<" in path:
        statuses.add(404)
    if reads:
        statuses.add(422)
    return {status: problems.described(status) for status in statuses}
