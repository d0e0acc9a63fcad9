"""Letters in French: what every letter carries, and its template rendered to HTML; an unknown value stops it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from atmp_insure import formatting
from atmp_insure.resources import resource_dir

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Office:
    """Who writes: name, lines of its address, legal mentions."""

    name: str
    lines: tuple[str, ...]
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """What surrounds the body of a letter.

    Attributes:
        office: who writes.
        addressee: lines of the address of who receives it.
        references: pairs of label and text: our number, theirs, policy, claim, person.
        place: town it is written in.
        dated: its day.
        subject: in bold above the body.
        greeting: `Madame, Monsieur`, without its comma.
        closing: the last sentence.
        signatory: who signs.
        signatory_role: in which function.
    """

    office: Office
    addressee: tuple[str, ...]
    references: tuple[tuple[str, str], ...]
    place: str
    dated: date
    subject: str
    signatory: str
    signatory_role: str
    greeting: str = "Madame, Monsieur"
    closing: str = "Nous vous prions d'agréer, Madame, Monsieur, l'expression de nos salutations distinguées."


def letter_html(template: str, letter: Letter, /, **values: object) -> str:
    """The letter as a page that stands alone: `letters/<template>.html` with its values.

    Raises:
        jinja2.UndefinedError: the template uses a value that is not given.
    """
    return _environment().get_template(f"letters/{template}.html").render(letter=letter, **values)


def letter_text(template: str, /, **values: object) -> tuple[str, str]:
    """Subject and body of a letter before a person reads it again: a template whose first line is the subject.

    Raises:
        jinja2.UndefinedError: the template uses a value that is not given.
    """
    plain = _environment().overlay(autoescape=False)
    subject, _, body = plain.get_template(template).render(**values).strip().partition("\n")
    return subject.strip(), f"{body.strip()}\n"


def mail_text(event: str, /, **values: object) -> tuple[str, str]:
    """Subject and body of a mail of ours: `mail/<event>.txt`, its first line the subject.

    Raises:
        jinja2.UndefinedError: the template uses a value that is not given.
    """
    return letter_text(f"mail/{event}.txt", **values)


def report_html(template: str, /, **values: object) -> str:
    """A report as a page that stands alone, `letters/<template>.html`: nobody writes it to anybody.

    Raises:
        jinja2.UndefinedError: the template uses a value that is not given.
    """
    return _environment().get_template(f"letters/{template}.html").render(**values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(resource_dir("templates")),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "euros": formatting.euros,
        "percent": formatting.percent,
        "points": formatting.signed_points,
        "number": formatting.number,
        "day": formatting.day,
        "short_day": formatting.short_day,
        "identifier": formatting.grouped_identifier,
    }
    return environment
