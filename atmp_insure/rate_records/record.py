"""`NamedTuple`, defined at once: reading a small file must not wait for classes to be made.

`typing.NamedTuple` compiles the annotation of every field and the constructor of every class: half a millisecond each,
and a command needs twenty. This one is the same to its users and to mypy, without compiling anything. Classes made by
the hundred thousand (cells, lines) keep `typing.NamedTuple`, whose constructor is faster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import NamedTuple
else:
    from _collections import _tuplegetter
    from types import MappingProxyType

    def _bound(cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """The values of all fields, in order: given by position, by name, or by default."""
        values = list(args)
        for name in cls._fields[len(args) :]:
            if name in kwargs:
                values.append(kwargs.pop(name))
            elif name in cls._field_defaults:
                values.append(cls._field_defaults[name])
            else:
                raise TypeError(f"{cls.__name__} needs {name}")
        if kwargs or len(values) > len(cls._fields):
            raise TypeError(f"{cls.__name__} has no such fields: {', '.join(kwargs) or len(values)}")
        return tuple(values)

    class _Record(tuple):
        __slots__ = ()
        _fields: tuple[str, ...] = ()
        _field_defaults: Mapping[str, Any] = MappingProxyType({})

        def __new__(cls, *args: Any, **kwargs: Any) -> Any:
            if kwargs or len(args) != len(cls._fields):
                args = _bound(cls, args, kwargs)
            return tuple.__new__(cls, args)

        def _replace(self, **changes: Any) -> Any:
            values = [changes.pop(name, value) for name, value in zip(self._fields, self, strict=True)]
            if changes:
                raise ValueError(f"{type(self).__name__} has no such fields: {', '.join(changes)}")
            return tuple.__new__(type(self), values)

        def _asdict(self) -> dict[str, Any]:
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self) -> str:
            said = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({said})"

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)

    class _RecordType(type):
        def __new__(cls, name: str, _bases: tuple[type, ...], body: dict[str, Any]) -> type:
            fields = tuple(body.get("__annotations__", {}))
            defaults = {field: body[field] for field in fields if field in body}
            getters = {field: _tuplegetter(at, "") for at, field in enumerate(fields)}
            made = {**body, **getters, "__slots__": (), "_fields": fields, "_field_defaults": defaults}
            made["__match_args__"] = fields
            return type(name, (_Record,), made)

    NamedTuple = type.__new__(_RecordType, "NamedTuple", (), {})

__all__ = ["NamedTuple"]
