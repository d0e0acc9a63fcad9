"""Reads the statistics and estimates of `config/product` and, over them, the office's own: it opens these files.

An office's file of a year takes the place of the product's; its figures take the place of those of the same version,
and a version of its own adds to them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from atmp_insure.guarantees.loader import installed_catalogue
from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.layered_config import kept_until_changed, layers
from atmp_insure.regulation.loader import installed_law
from atmp_insure.regulation.readers.dated_file import read_dated_file
from atmp_insure.underwriting.accumulation import nothing_insured
from atmp_insure.underwriting.readers.assumptions_file import WrittenVersion, assumptions_of, read_versions
from atmp_insure.underwriting.readers.statistics_file import read_statistics
from atmp_insure.underwriting.statistics import PricingBases, Statistics
from atmp_insure.underwriting.tariff_book import TariffBook

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from atmp_insure.regulation.readers.dated_file import DatedFile
    from atmp_insure.underwriting.accumulation import InsuredWages

FOLDER = "product"
_STATISTICS = "statistics_*.yaml"
_STATISTICS_NAME = re.compile(r"statistics_(20[0-9]{2})\.yaml", re.ASCII)
_ASSUMPTIONS = "assumptions.yaml"


def installed_pricing_bases(overlay: Path | None = None) -> PricingBases:
    """The product's statistics and estimates, under the office's overlay of `config/` when there is one.

    Raises:
        InvalidInput: every fault of the files, each with its file and line.
    """
    return _read(layers(FOLDER, overlay))


def installed_tariff_book(overlay: Path | None, insured: InsuredWages = nothing_insured) -> TariffBook:
    """Products, statistics and law of the product, under the office's overlay of `config/` when there is one.

    Args:
        insured: what says what policies cover; without it, accumulations count accepted quotes alone.

    Raises:
        InvalidInput: every fault of the files, each with its file and line.
    """
    return TariffBook(
        installed_catalogue(overlay), installed_pricing_bases(overlay), installed_law(overlay).law, insured
    )


def load_pricing_bases(directories: Iterable[tuple[Path, str]]) -> PricingBases:
    """Read statistics and estimates from directories, each over the one before; other files are left alone.

    Args:
        directories: each with the name under which citations and faults quote it.

    Raises:
        InvalidInput: every fault of the files, each with its file and line.
    """
    counts: dict[int, tuple[date, Statistics]] = {}
    versions: dict[str, WrittenVersion] = {}
    faults: list[Fault] = []
    for directory, shown_as in directories:
        for path in (*sorted(directory.glob(_STATISTICS)), directory / _ASSUMPTIONS):
            try:
                _take(path, f"{shown_as}/{path.name}", counts, versions)
            except InvalidInput as error:
                faults += error.faults
    if faults:
        raise InvalidInput(faults)
    return PricingBases(_by_day(counts), assumptions_of(versions.values()))


_read = kept_until_changed(load_pricing_bases)


def _take(
    path: Path, place: str, counts: dict[int, tuple[date, Statistics]], versions: dict[str, WrittenVersion]
) -> None:
    if path.name != _ASSUMPTIONS:
        named = _STATISTICS_NAME.fullmatch(path.name)
        if named is None:
            raise InvalidInput.one("nom de fichier inattendu", "Écrire statistics_<année>.yaml", source=place)
        year = int(named[1])
        counts[year] = read_statistics(_file(path, place), year)
    elif path.is_file():
        for name, latter in read_versions(_file(path, place)).items():
            versions[name] = _over(versions.get(name), latter)


def _over(former: WrittenVersion | None, latter: WrittenVersion) -> WrittenVersion:
    """A version with the figures of a later directory over those of an earlier one."""
    if former is None:
        return latter
    return WrittenVersion(
        latter.name, latter.first_day, former.estimates | latter.estimates, former.delays | latter.delays
    )


def _by_day(counts: dict[int, tuple[date, Statistics]]) -> dict[date, Statistics]:
    found: dict[date, Statistics] = {}
    for year in sorted(counts):
        first_day, statistics = counts[year]
        if found and first_day <= max(found):
            raise InvalidInput.one(
                f"statistiques {year} en vigueur au {first_day}, avant ou avec celles d'une année antérieure",
                "Corriger from",
                source=statistics.citation.place,
            )
        found[first_day] = statistics
    return found


def _file(path: Path, place: str) -> DatedFile:
    try:
        return read_dated_file(path.read_text("utf-8"), place)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput.one("fichier illisible", "L'enregistrer en UTF-8", source=place) from error
