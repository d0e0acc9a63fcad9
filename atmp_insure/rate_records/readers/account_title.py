"""The title above an account (`Compte employeur 2023`): the year it gives, when nothing else does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from atmp_insure.rate_records.readers.grid import LocatedText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atmp_insure.rate_records.readers.grid import Grid, Row

_TITLE = r"compte(?:s)?(?: employeur| at ?/ ?mp)?(?P<between>\D{0,60}?)(?P<year>(?:19|20)[0-9]{2})\W*"
_OF_ANOTHER_YEAR = ("courant", "taux", "tarif", "édité", "edité", "edite", "imprim", "extrait")
_LONGEST_TITLE = 100


def title_year(text: str) -> str | None:
    """The account year that a title gives; None for another text, or a year that is not the account's."""
    if len(text) > _LONGEST_TITLE:
        return None
    match = re.fullmatch(_TITLE, text.strip(), re.ASCII | re.IGNORECASE)
    if match is None or any(word in text.lower() for word in _OF_ANOTHER_YEAR):
        return None
    return match["year"]


def year_in_title(grid: Grid, rows: Iterable[Row]) -> LocatedText | None:
    """The account year that the titles among some rows give; None when they give none, or several."""
    found = {
        year: grid.cell(row, index).place
        for row in rows
        for index, text in row.filled()
        if (year := title_year(text)) is not None
    }
    return LocatedText(*next(iter(found.items()))) if len(found) == 1 else None
