"""Codes that have a name: what is stored and exchanged, and the French word by which people know it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable


class Label(str):
    """The French name of a code: a text of the product, which a page says in the language of its reader."""

    __slots__ = ()

    def said(self, say: Callable[[str], str], language: str) -> str:
        """The text in a language, in which `say` gives each text of the product."""
        return say(self) if self else ""


class Labelled(StrEnum):
    """A closed list of codes; each member is written `NAME = "code", "French name"`.

    A list whose members say more takes it in its `__init__`, after these two: `"monthly", "mensuel", 12`.

    Attributes:
        label: the name in French.
    """

    label: Label

    def __new__(cls, code: str, label: str = "", *_more: object) -> Self:
        """A member whose value is the code; without a label, as in `Mode("mixed")`, the member of that code."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = Label(label)
        return member
