"""A letter that a person writes: its parts, its text cut into paragraphs and lists, and the page it becomes."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.documents.letters import Letter, Office, letter_html
from atmp_insure.kernel.errors import Fault, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from atmp_insure.settings import SiteSettings

GREETING = "Madame, Monsieur"
MOST_ADDRESS_LINES = 7  # what the window of an envelope shows
LONGEST_ADDRESS_LINE = 60
LONGEST_LABEL = 24  # what stands in the narrow column of references
_ITEM = re.compile(r"^\s*[-–•]\s+")
_LEFT_TO_SAY = re.compile(r"\[Dire [^\]]+\]")
_BETWEEN_PARAGRAPHS = re.compile(r"\n\s*\n")
_CLOSING = "Nous vous prions d'agréer, {greeting}, l'expression de nos salutations distinguées."


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: what stands at the head of the letter, and from which town (empty: it is left out)."""

    office: Office
    town: str = ""


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """What a person wrote.

    Attributes:
        addressee: name and address, line by line.
        references: pairs of label and text.
        subject: in bold above the body.
        body: paragraphs between empty lines; lines that begin with a dash are a list.
        signatory: who signs.
        signatory_role: in which function.
        enclosures: names of what goes with it.
        greeting: how the addressee is greeted, without its comma.
    """

    addressee: tuple[str, ...]
    references: tuple[tuple[str, str], ...]
    subject: str
    body: str
    signatory: str
    signatory_role: str
    enclosures: tuple[str, ...] = ()
    greeting: str = GREETING


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph with its lines, or a list with its items."""

    lines: tuple[str, ...]
    is_list: bool = False


def blocks_of(body: str) -> tuple[Block, ...]:
    """The paragraphs and the lists of a text, in order."""
    found: list[Block] = []
    for paragraph in _BETWEEN_PARAGRAPHS.split(body.replace("\r\n", "\n")):
        found += _runs(line.strip() for line in paragraph.split("\n") if line.strip())
    return tuple(found)


def _runs(lines: Iterator[str]) -> Iterator[Block]:
    """Neighbouring lines of one kind together: a list may follow its paragraph without an empty line."""
    gathered: list[str] = []
    of_list = False
    for line in lines:
        is_item = _ITEM.match(line) is not None
        if gathered and is_item != of_list:
            yield Block(tuple(gathered), of_list)
            gathered = []
        of_list = is_item
        gathered.append(_ITEM.sub("", line))
    if gathered:
        yield Block(tuple(gathered), of_list)


def left_to_say(body: str) -> tuple[str, ...]:
    """What a model leaves to a person, who did not say it yet: `[Dire pourquoi…]`."""
    return tuple(_LEFT_TO_SAY.findall(body))


def sender_of(site: SiteSettings) -> Sender:
    """The office, as its settings present it."""
    office = Office(site.office_name, _parts(site.office_address), _parts(site.office_mentions))
    return Sender(office, site.office_town.strip())


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


def one_line(text: str | None) -> str:
    """A text on one line."""
    return " ".join(without_controls(text).split())


def without_controls(text: str | None) -> str:
    """A text without the signs that no paper can show, which a paste brings along; its lines stay."""
    return "".join(sign for sign in text or "" if sign in "\r\n\t" or unicodedata.category(sign) != "Cc")


def address_lines(text: str, place: str) -> tuple[str, ...]:
    """The lines of an address as it is typed.

    Raises:
        InvalidInput: none, too many, or one that is too long, placed in `place`.
    """
    lines = tuple(" ".join(line.split()) for line in text.split("\n") if line.strip())
    if not lines:
        raise InvalidInput.one("adresse vide", "Écrire le nom, puis l'adresse", place=place)
    if len(lines) > MOST_ADDRESS_LINES:
        raise InvalidInput.one(
            f"adresse de {len(lines)} lignes, {MOST_ADDRESS_LINES} au plus", "En réunir certaines", place=place
        )
    long = next((line for line in lines if len(line) > LONGEST_ADDRESS_LINE), None)
    if long is not None:
        raise InvalidInput.one(
            f"« {long} » dépasse {LONGEST_ADDRESS_LINE} caractères", "La partager en deux lignes", place=place
        )
    return lines


def reference_pairs(text: str, place: str) -> tuple[tuple[str, str], ...]:
    """References as they are typed, one by line: `Contrat : TX-2026-1041`.

    Raises:
        InvalidInput: every line that has no label or no text, by its number, placed in `place`.
    """
    pairs: list[tuple[str, str]] = []
    faults: list[Fault] = []
    for number, line in enumerate(text.splitlines(), start=1):
        label, _sign, said = (part.strip() for part in line.partition(":"))
        if not line.strip():
            continue
        if not label or not said:
            faults.append(Fault(f"ligne {number} : « {line.strip()} »", "Écrire « Libellé : texte »", place))
        elif len(label) > LONGEST_LABEL:
            faults.append(Fault(f"ligne {number} : « {label} » est trop long", "Raccourcir ce libellé", place))
        else:
            pairs.append((label, said))
    if faults:
        raise InvalidInput(faults)
    return tuple(pairs)


def written_html(written: WrittenLetter, sender: Sender, dated: date) -> str:
    """The letter as a page that stands alone, for its PDF."""
    letter = _letter(written, sender, dated)
    return letter_html("written", letter, blocks=blocks_of(written.body), enclosures=written.enclosures)


def word_values(written: WrittenLetter, sender: Sender, dated: date) -> dict[str, object]:
    """The letter as a Word template names its parts."""
    return {
        "letter": _letter(written, sender, dated), "blocks": blocks_of(written.body), "enclosures": written.enclosures
    }  # fmt: skip


def _letter(written: WrittenLetter, sender: Sender, dated: date) -> Letter:
    return Letter(
        office=sender.office,
        addressee=written.addressee,
        references=written.references,
        place=sender.town,
        dated=dated,
        subject=written.subject,
        signatory=written.signatory,
        signatory_role=written.signatory_role,
        greeting=written.greeting,
        closing=_CLOSING.format(greeting=written.greeting),
    )
