"""The errors of the product: the class says who must act.

A refusal by a rule is an ordinary value in pure code; these are for what cannot go on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from atmp_insure.kernel.french import begun

if TYPE_CHECKING:
    from collections.abc import Iterable


class AtmpInsureError(Exception):
    """Root of every error this product raises on purpose."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with what a user gave us, and what to do about it.

    Attributes:
        message: what is wrong, with the value, in French.
        remedy: what to do, in French.
        place: line, cell or JSON path inside the source; empty when the whole source is meant.
        source: name of the file, "" until the edge that knows it fills it in.
    """

    message: str
    remedy: str
    place: str = ""
    source: str = ""

    @property
    def sentence(self) -> str:
        """The fault as a page tells it: `Motif absent. Dire pourquoi.`"""
        said = f"{begun(self.message).rstrip('.')}."
        return f"{said} {self.remedy.rstrip('.')}." if self.remedy else said

    def line(self) -> str:
        """The fault on one line: source, place, message, remedy."""
        where = " : ".join(part for part in (self.source, self.place) if part)
        text = f"{self.message}. {self.remedy}." if self.remedy else f"{self.message}."
        line = " ".join((f"{where} : {text}" if where else text).split())
        return "".join(character if character.isprintable() else "�" for character in line)  # no terminal escapes


class InvalidInput(AtmpInsureError):
    """The user's document, form or file is wrong; carries every fault found, not only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(fault.line() for fault in self.faults))

    @property
    def sentences(self) -> str:
        """Every fault as a page tells it."""
        return " ".join(fault.sentence for fault in self.faults)

    @classmethod
    def one(cls, message: str, remedy: str, *, place: str = "", source: str = "") -> InvalidInput:
        """An error with a single fault."""
        return cls([Fault(message, remedy, place, source)])

    def within(self, source: str) -> InvalidInput:
        """The same error, with the source named on each fault that lacks it."""
        return InvalidInput(fault if fault.source else replace(fault, source=source) for fault in self.faults)

    def under(self, place: str) -> InvalidInput:
        """The same error, each fault placed inside a part of the document: `rate_year` → `before.rate_year`."""
        return InvalidInput(replace(fault, place=f"{place}.{fault.place}".rstrip(".")) for fault in self.faults)


class NotFound(AtmpInsureError):
    """What was asked for does not exist, or not for this person."""


class Refused(AtmpInsureError):
    """A rule does not allow it as things stand: the message says which, and what would be needed."""


class ExternalServiceError(AtmpInsureError):
    """A service outside did not answer: try again later; nothing was done."""


class MissingParameter(AtmpInsureError):
    """The law (or the office's overlay) has no value for what is asked on that day: whoever keeps it must add it.

    Attributes:
        name: the parameter, in French, precise enough to look it up.
        on: the rate year or the day asked for.
        remedy: how to supply it, in French.
    """

    def __init__(self, name: str, on: str, remedy: str) -> None:
        self.name, self.on, self.remedy = name, on, remedy
        super().__init__(f"{self.statement}. {remedy}.")

    @property
    def statement(self) -> str:
        """What is missing, as a sentence without its remedy."""
        return f"{self.name} : aucune valeur connue pour {self.on}"
