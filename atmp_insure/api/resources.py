"""How a resource is declared: its operations, the right of each, what it takes, and every answer it may give.

A domain's `api.py` makes a `Resources` and decorates its views with `operation`; `app.py` registers it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from flask_smorest import Blueprint
from marshmallow import RAISE, Schema
from webargs.flaskparser import FlaskParser

from atmp_insure.api import problems
from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.web.limits import api_limit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Request
    from marshmallow import ValidationError

V = TypeVar("V", bound="Callable[..., object]")

ROOT = "/api/v1"
PREFIX = "api_"  # of the names of blueprints: a domain has pages under its own name
SESSION, CSRF = "session", "csrf"
_READS = {"GET", "HEAD"}
_LOCATIONS = {"query", "json"}  # what webargs puts around its messages


class Arguments(Schema):
    """Arguments of an operation: one that it does not know is refused, never passed over."""

    class Meta:
        """What marshmallow asks for."""

        unknown = RAISE

    error_messages = {"unknown": "Ce paramètre n'existe pas."}  # noqa: RUF012 - marshmallow reads it so


class _Parser(FlaskParser):
    """Reads the arguments of a request; what is wrong in them is told as the product tells it."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"query": RAISE, "json": RAISE}  # noqa: RUF012 - webargs reads it so

    def handle_error(self, error: ValidationError, req: Request, schema: Schema, **_options: object) -> NoReturn:
        """Raise the faults."""
        raise InvalidInput(_faults("", error.messages)) from error


def _faults(place: str, messages: Any) -> list[Fault]:
    """Every fault of a tree of messages, with its place; the name of the location itself is left out."""
    if isinstance(messages, dict):
        return [fault for name, part in messages.items() for fault in _faults(_inside(place, str(name)), part)]
    return [Fault("paramètre refusé", str(message).rstrip("."), place) for message in messages]


class Resources(Blueprint):  # type: ignore[misc] # flask_smorest has no types
    """The operations of one resource, under one address."""

    ARGUMENTS_PARSER = _Parser()

    def __init__(self, name: str, description: str, path: str) -> None:
        super().__init__(PREFIX + name, __name__, url_prefix=ROOT + path, description=description)
        self._tags = [name]

    def operation(
        self,
        method: str,
        path: str,
        answer: type[Schema],
        *,
        arguments: type[Arguments] | None = None,
        body: type[Arguments] | None = None,
        status: int = 200,
        answers: Mapping[int, str] | None = None,
    ) -> Callable[[V], V]:
        """Declare a view as an operation; its first line is its summary, and `@needs` stands under this decorator.

        Args:
            method: of HTTP.
            path: after the address of the resource, with its numbers written `<int:name>`.
            answer: what it gives when all goes well.
            arguments: what it takes in the query string, given to the view as a dict.
            body: what it takes as JSON, given to the view as a dict after that of the query string.
            status: of the answer when all goes well: 201 for what was created.
            answers: statuses of its own that refuse, beside those that its method and its path bring.
        """
        takes = arguments is not None or body is not None
        refusals = _refusals(method, path, has_arguments=takes) | dict(answers or {})
        keys = (SESSION,) if method in _READS else (SESSION, CSRF)

        def declare(view: V) -> V:
            declared: Any = view
            for refusal, description in sorted(refusals.items()):
                declared = self.alt_response(
                    refusal, schema=problems.ProblemSchema, content_type=problems.CONTENT_TYPE, description=description
                )(declared)
            declared = self.response(status, answer, description="Réponse")(declared)
            if body is not None:
                declared = self.arguments(body, location="json")(declared)
            if arguments is not None:
                declared = self.arguments(arguments, location="query")(declared)
            declared = self.doc(operationId=view.__name__, security=[{key: [] for key in keys}])(declared)
            declared = api_limit()(declared)  # outermost: a request that is refused counts too
            self.route(path, methods=[method], tags=self._tags)(declared)
            return view

        return declare


def _inside(place: str, name: str) -> str:
    return place if not place and name in _LOCATIONS else f"{place}.{name}".lstrip(".")


def _refusals(method: str, path: str, *, has_arguments: bool) -> dict[int, str]:
    statuses = set(problems.FOR_ALL)
    if method not in _READS:
        statuses |= problems.FOR_WRITES
    if "<" in path:
        statuses.add(404)
    if has_arguments:
        statuses.add(422)
    return {status: problems.DESCRIPTIONS[status] for status in statuses}
