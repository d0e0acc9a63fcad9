"""The remedies (recours) that an answer must name when it refuses something, and whether a letter names them.

Which service and which mediator are the office's own settings: nothing here knows a name.
"""

from __future__ import annotations

from dataclasses import dataclass

from atmp_insure.kernel.french import search_text


@dataclass(frozen=True, slots=True)
class Remedies:
    """Where someone may turn after a refusal: each its name first, then how to reach it.

    Attributes:
        service: the complaint service of the office.
        mediator: the mediator (médiateur).
    """

    service: tuple[str, ...] = ()
    mediator: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """What the office has not said yet, in French."""
        said = (("le service des réclamations", self.service), ("le médiateur", self.mediator))
        return tuple(name for name, lines in said if not lines)

    @property
    def names(self) -> tuple[str, ...]:
        """What an answer must name."""
        return tuple(lines[0] for lines in (self.service, self.mediator) if lines)


def remedies_of(service: str, mediator: str) -> Remedies:
    """The remedies as settings write them: lines between vertical bars, the name first.

    Source: none; how a setting is written.
    """
    return Remedies(_lines(service), _lines(mediator))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


def unnamed(text: str, remedies: Remedies) -> tuple[str, ...]:
    """The remedies that the text of an answer does not name, whatever its case, its accents and its line breaks.

    Source: ACPR, complaint page: a refusal names the remedies and the mediator.
    """
    said = _letters(text)
    return tuple(name for name in remedies.names if _letters(name) not in said)


def _letters(text: str) -> str:
    return search_text(text).replace(" ", "")
