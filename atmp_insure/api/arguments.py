"""What operations take, in the address, the headers or the body, and how what is wrong in it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from marshmallow import RAISE, Schema, fields, validate
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from atmp_insure.kernel.errors import Fault, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Request
    from marshmallow import ValidationError

JSON, UPLOAD, QUERY, HEADERS = "json", "upload", "query", "headers"
MULTIPART = "multipart/form-data"
KEY = "Idempotency-Key"
_NUL, _HALVES = "\0", ("\ud800", "\udfff")
_IN_BODY = {JSON, UPLOAD}


class Arguments(Schema):
    """Arguments of an operation: one that it does not know is refused, never passed over."""

    class Meta:
        """What marshmallow asks for."""

        unknown = RAISE

    error_messages = {"unknown": "Ce paramètre n'existe pas."}  # noqa: RUF012 - marshmallow reads it so


class WriteArguments(Arguments):
    """What every write takes in its address."""

    preview = fields.Boolean(
        truthy={"true"}, falsy={"false"}, load_default=False,
        metadata={
            "description": "« true » : tout est fait, répondu, puis défait ; ni pièce, ni courriel, ni numéro "
            "n'en reste, et les numéros de la réponse ne désignent rien"
        },
    )  # fmt: skip


class WriteHeaders(Schema):
    """What every write takes in its headers."""

    idempotency_key = fields.String(
        data_key=KEY,
        validate=validate.Regexp(r"^[!-~]{1,200}$", error="Donner de 1 à 200 caractères sans espace ni accent."),
        metadata={
            "description": "choisie par le programme, nouvelle pour chaque acte : la même demande renvoyée avec "
            "elle n'est pas faite deux fois, la même réponse est rendue"
        },
    )  # fmt: skip


class Parser(FlaskParser):
    """Reads the arguments of a request; what is wrong in them is told as the product tells it."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012 - webargs reads it so
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, QUERY: RAISE, JSON: RAISE, UPLOAD: RAISE,
    }  # fmt: skip
    __location_map__ = {**FlaskParser.__location_map__, UPLOAD: "load_upload"}  # noqa: RUF012

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        """The arguments of the address."""
        _refuse_unwritable(QUERY, req.args.to_dict(flat=False))
        return super().load_querystring(req, schema)

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body, which must be JSON.

        Raises:
            UnsupportedMediaType: it says that it is something else.
            BadRequest: it cannot be read.
        """
        if req.mimetype and not req.is_json:
            raise UnsupportedMediaType
        try:
            given = super().load_json(req, schema)
        except (RecursionError, ValueError) as error:  # lists in lists without end, numbers of thousands of digits
            raise BadRequest from error
        _refuse_unwritable(JSON, given)
        return given

    def load_upload(self, req: Request, schema: Schema) -> MultiDictProxy:
        """The fields and the files of a multipart body.

        Raises:
            UnsupportedMediaType: it is something else.
        """
        if req.mimetype != MULTIPART:
            raise UnsupportedMediaType
        for file in (one for name in req.files for one in req.files.getlist(name)):
            file.stream.seek(0)  # a view whose write met a busy database is run again
        _refuse_unwritable(UPLOAD, req.form.to_dict(flat=False))
        given = [*req.form.items(multi=True), *req.files.items(multi=True)]
        return MultiDictProxy(MultiDict(given), schema)

    def handle_error(self, error: ValidationError, req: Request, schema: Schema, **_options: object) -> NoReturn:
        """Raise the faults, each with its place in the request."""
        raise PlacedFaults(
            fault for location, messages in _by_location(error.messages) for fault in _faults(location, (), messages)
        ) from error


class PlacedFaults(InvalidInput):
    """Faults whose places are those of the request already."""


def place_of(location: str, *steps: str) -> str:
    """Where a fault stands in the request: a JSON pointer into the body, an argument of the address, a header."""
    if location in _IN_BODY:
        return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in steps)
    if location == QUERY:
        return f"?{steps[0]}" if steps else "?"
    return KEY


def in_body(error: InvalidInput) -> PlacedFaults:
    """What a service refuses, each fault placed in the body that it came with."""
    return PlacedFaults(
        Fault(one.message, one.remedy, place_of(JSON, *one.place.split(".")) if one.place else "", one.source)
        for one in error.faults
    )


def _refuse_unwritable(location: str, given: Any) -> None:
    """Refuse what no text that a person writes holds, and no database keeps: NUL, halves of a character."""
    faults = [
        Fault(
            "caractère impossible", "Retirer les caractères nuls et les caractères coupés", place_of(location, *steps)
        )
        for steps, text in _texts((), given)
        if _NUL in text or any(_HALVES[0] <= sign <= _HALVES[1] for sign in text)
    ]
    if faults:
        raise PlacedFaults(faults)


def _texts(steps: tuple[str, ...], given: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text of a tree, the names of its parts included, with where it stands."""
    match given:
        case str():
            yield steps, given
        case dict():
            for name, part in given.items():
                yield steps, str(name)
                yield from _texts((*steps, str(name)), part)
        case list():
            for number, part in enumerate(given):
                yield from _texts((*steps, str(number)), part)
        case _:
            return


def _by_location(messages: Any) -> list[tuple[str, Any]]:
    return list(messages.items()) if isinstance(messages, dict) else [(JSON, messages)]


def _faults(location: str, steps: tuple[str, ...], messages: Any) -> list[Fault]:
    """Every fault of a tree of messages, with its place."""
    if isinstance(messages, dict):
        found = ((_step(name), part) for name, part in messages.items())
        return [fault for step, part in found for fault in _faults(location, (*steps, *step), part)]
    place = place_of(location, *steps)
    return [Fault("paramètre refusé", str(message).rstrip("."), place) for message in messages]


def _step(name: object) -> tuple[str, ...]:
    return () if name == "_schema" else (str(name),)
