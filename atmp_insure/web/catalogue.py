"""Texts of the pages: French ones stand in the code and templates, English ones in a catalogue compiled at start."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from atmp_insure.formatting import ENGLISH

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

CATALOGUE = Path(__file__).resolve().parent / "translations" / "en.po"


def english_catalogue() -> Catalog:
    """The English texts, by their French ones."""
    with CATALOGUE.open("rb") as stream:
        return read_po(stream, locale=ENGLISH)


@cache
def english_texts() -> Translations:
    """The same, as pages ask for them."""
    compiled = BytesIO()
    write_mo(compiled, english_catalogue())
    compiled.seek(0)
    return Translations(compiled)


class FrenchTexts(NullTranslations):
    """They stand in the code and the templates; French says `0 ligne`, where English says `0 lines`."""

    def ungettext(self, singular: str, plural: str, num: int) -> str:
        """The singular below two."""
        return plural if abs(num) >= 2 else singular
