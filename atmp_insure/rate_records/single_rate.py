"""Establishments of one company that share one rate (taux unique): which ones, told by their papers and never guessed.

A sheet says it, or stands alone for the accounts of several establishments of its risk code.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.rate_records.documents import CalculationSheet, EmployerAccount
from atmp_insure.rate_records.unit_keys import key_of, places_of, siren_of
from atmp_insure.rating.unit import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from atmp_insure.rate_records.documents import Document
    from atmp_insure.rate_records.unit_keys import UnitKey


@dataclass(frozen=True, slots=True)
class SingleRate:
    """Units that one rate covers.

    Attributes:
        leader: the unit whose sheets print the rate.
        members: all of them, the leader included.
        sheets: the sheets of the single rate; the others, if any, are of the years before it.
    """

    leader: UnitKey
    members: frozenset[UnitKey]
    sheets: tuple[CalculationSheet, ...]


def single_rates(documents: Sequence[Document], sections: Mapping[str, str]) -> tuple[SingleRate, ...]:
    """The single rates that the papers show, one for each risk code at most.

    Source: art. D.242-6-1 CSS (one rate for all establishments of one risk category).
    """
    codes = _risk_codes(documents, sections)
    by_code: dict[tuple[str, str], set[UnitKey]] = defaultdict(set)
    for key, code in codes.items():
        if code is not None and not key[2]:
            by_code[siren_of(key[0]), code].add(key)
    found = []
    for (siren, _), keys in sorted(by_code.items()):
        sheets = [one for one in documents if isinstance(one, CalculationSheet) and _key(one, sections) in keys]
        marked = [sheet for sheet in sheets if sheet.single_rate]
        listed = {siret for sheet in marked for siret in sheet.single_rate_sirets}
        nameless = {key for key, other in codes.items() if other is None and siren_of(key[0]) == siren}
        members = {key for key in keys | nameless if key[0] in listed} if listed else keys
        one = _marked(marked, sheets, members, sections) if marked else _alone(sheets, keys, documents, sections)
        found += [one] if one is not None and len(one.members) > 1 else []
    return tuple(found)


def _key(document: Document, sections: Mapping[str, str]) -> UnitKey:
    return key_of(document.establishment, sections)


def _marked(
    marked: Sequence[CalculationSheet],
    sheets: Sequence[CalculationSheet],
    members: set[UnitKey],
    sections: Mapping[str, str],
) -> SingleRate:
    """The single rate of the sheets that say so; a year with a sheet for each establishment is of before it."""
    leader = _key(max(marked, key=lambda sheet: sheet.rate_year), sections)
    printed = {(sheet.rate_year, sheet.establishment.siret) for sheet in sheets}
    alone = {year for year, _ in printed if len([1 for other, _ in printed if other == year]) == 1}
    own = [one for one in sheets if one.single_rate or (one.rate_year in alone and _key(one, sections) == leader)]
    return SingleRate(leader, frozenset(members | {leader}), tuple(own))


def _alone(
    sheets: Sequence[CalculationSheet],
    keys: set[UnitKey],
    documents: Sequence[Document],
    sections: Mapping[str, str],
) -> SingleRate | None:
    """The single rate of sheets that say nothing, when one establishment has them all and others have accounts.

    Sheets whose wages are those of their own account alone are of that establishment alone.
    """
    leaders = {_key(sheet, sections) for sheet in sheets}
    others = {key for key in keys if key[0] not in {leader[0] for leader in leaders}}
    if len(leaders) != 1 or not others:
        return None
    [leader] = leaders
    accounts = [one for one in documents if isinstance(one, EmployerAccount)]
    own = _wages([one for one in accounts if one.establishment.siret == leader[0]])
    elsewhere = _wages([one for one in accounts if one.establishment.siret in {key[0] for key in others}])
    for sheet in sheets:
        for year, amount in sheet.wages_by_year.items():
            if own.get(year) == amount and elsewhere.get(year):
                return None
    return SingleRate(leader, frozenset(others | leaders), tuple(sheets))


def _wages(accounts: Iterable[EmployerAccount]) -> dict[int, object]:
    return {one.year: one.wages_eur for one in accounts if one.year is not None and one.wages_eur not in (None, ZERO)}


def _risk_codes(documents: Iterable[Document], sections: Mapping[str, str]) -> dict[UnitKey, str | None]:
    """The risk code of each unit, from the last paper that prints it."""
    codes: dict[UnitKey, str | None] = {}
    for document in documents:
        for place in places_of(document):
            key = key_of(place, sections)
            codes[key] = place.risk_code or codes.get(key)
    return codes
