"""One of several bodies, told apart by their `kind`: a closed list, in what is read and in the OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError, fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marshmallow import Schema

KIND = "kind"


class KindField(fields.Field[dict[str, Any]]):
    """A body of one of some kinds; each has fields of its own, beside the code of its kind.

    Args:
        bodies: the schema of each kind, by its code.
        names: of the kinds, as faults tell which was recognised.
    """

    def __init__(self, bodies: Mapping[str, type[Schema]], names: Mapping[str, str], **options: Any) -> None:
        super().__init__(**options)
        self.bodies, self.names = bodies, names

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValidationError(f"Donner un objet, avec « {KIND} » et les champs de cette nature.")
        code = value.get(KIND)
        if not isinstance(code, str) or code not in self.bodies:
            raise ValidationError({KIND: [f"Nature inconnue. Valeurs connues : {', '.join(self.bodies)}."]})
        try:
            found: dict[str, Any] = self.bodies[code]().load(value)
        except ValidationError as error:
            raise ValidationError(_told(error.messages, f"Nature « {code} » ({self.names[code]}) : ")) from error
        return found


def described(converter: Any, field: Any, **_options: Any) -> dict[str, Any]:
    """How the OpenAPI document tells a body of several kinds; nothing for any other field."""
    if not isinstance(field, KindField):
        return {}
    told = {code: converter.resolve_nested_schema(body) for code, body in field.bodies.items()}
    mapping = {code: one["$ref"] for code, one in told.items()}
    return {"oneOf": list(told.values()), "discriminator": {"propertyName": KIND, "mapping": mapping}}


def _told(messages: Any, recognised: str) -> Any:
    """Messages of a tree, each beginning with the kind that was recognised."""
    if isinstance(messages, dict):
        return {name: _told(part, recognised) for name, part in messages.items()}
    return [f"{recognised}{message[:1].lower()}{message[1:]}" for message in messages]
