"""French texts put together from parts, which they remember: a page says each part in the language of its reader.

Whoever does not ask reads French: a paper, a program, a log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from atmp_insure.kernel.labelled import Label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_FRENCH = "fr"


class Phrase(Label):
    """A French text with values in it: `Phrase("Franchise : %(deductible)s", deductible=...)`."""

    __slots__ = ("_pattern", "_values")
    _pattern: str
    _values: dict[str, object]

    def __new__(cls, pattern: str, /, **values: object) -> Self:
        """The phrase, which is its French text."""
        made = super().__new__(cls, pattern % values)
        made._pattern, made._values = pattern, values
        return made

    def said(self, say: Callable[[str], str], language: str) -> str:
        """Its pattern in the language, with what its values are in it."""
        return say(self._pattern) % {name: _said(value, say, language) for name, value in self._values.items()}


class Listed(Label):
    """Several texts one after the other: `accident du travail, maladie professionnelle`, `30 jours`."""

    __slots__ = ("_parts", "_separator")
    _parts: tuple[str, ...]
    _separator: str

    def __new__(cls, parts: Iterable[str], separator: str = ", ") -> Self:
        """The list, which is its French text."""
        kept = tuple(parts)
        made = super().__new__(cls, separator.join(kept))
        made._parts, made._separator = kept, separator
        return made

    def said(self, say: Callable[[str], str], language: str) -> str:
        """Its parts in the language."""
        return self._separator.join(str(_said(part, say, language)) for part in self._parts)


class Figure(Label):
    """A number, an amount or a day, which each language writes in its own way.

    It is made of what writes it in a language: `Figure(lambda language: euros(amount, 0, language))`.
    """

    __slots__ = ("_write",)
    _write: Callable[[str], str]

    def __new__(cls, write: Callable[[str], str]) -> Self:
        """The figure, which is its French text."""
        made = super().__new__(cls, write(_FRENCH))
        made._write = write
        return made

    def said(self, say: Callable[[str], str], language: str) -> str:
        """The figure as the language writes it."""
        return self._write(language)


def _said(value: object, say: Callable[[str], str], language: str) -> object:
    return value.said(say, language) if isinstance(value, Label) else value
