"""What tells one tariff unit from another on papers: SIRET, section, and whether it is the one of support staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.rate_records.documents import EmployerAccount

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from atmp_insure.rate_records.documents import Document, Establishment

SIREN_LENGTH = 9
UnitKey = tuple[str, str, bool]  # SIRET, section, support staff


def siren_of(siret: str) -> str:
    """The company of an establishment."""
    return siret[:SIREN_LENGTH]


def sections_of(documents: Iterable[Document]) -> dict[str, str]:
    """The one section of each establishment that has a single one: papers that leave it out mean that one."""
    named: dict[str, set[str]] = {}
    for document in documents:
        for place in places_of(document):
            named.setdefault(place.siret, set()).update({place.section} if place.section else set())
    return {siret: next(iter(found)) for siret, found in named.items() if len(found) == 1}


def key_of(establishment: Establishment, sections: Mapping[str, str]) -> UnitKey:
    """The unit that an establishment, as a paper prints it, belongs to."""
    section = establishment.section or sections.get(establishment.siret, "")
    return establishment.siret, section, establishment.support_staff


def keys_of(document: Document, sections: Mapping[str, str]) -> set[UnitKey]:
    """The units a paper is about: an account may hold several, and names its own only when it has no line."""
    if isinstance(document, EmployerAccount) and document.lines:
        return {key_of(line.establishment, sections) for line in document.lines}
    return {key_of(document.establishment, sections)}


def places_of(document: Document) -> Iterable[Establishment]:
    """The establishments that a paper names: its own, and those of its lines."""
    yield document.establishment
    if isinstance(document, EmployerAccount):
        yield from dict.fromkeys(line.establishment for line in document.lines)
