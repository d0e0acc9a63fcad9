"""Reads `config/product` and, over it, the office's own directory: what may be sold, and the tax on it.

One file a product, named after its code, and `insurance_tax.yaml`. A version of the office takes the place of the
product's of the same name; everything else is added. Statistics and assumptions of the price have their own loader.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from atmp_insure.guarantees.product import Catalogue, InsuranceTax
from atmp_insure.guarantees.readers.parts import FileReading
from atmp_insure.guarantees.readers.product_file import read_product
from atmp_insure.guarantees.readers.tax_file import read_tax
from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.layered_config import kept_until_changed, layers
from atmp_insure.regulation.values import DatedValues

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from fractions import Fraction
    from pathlib import Path

    from atmp_insure.guarantees.product import GuaranteeTerms, ProductVersion
    from atmp_insure.guarantees.readers.product_file import ReadVersion
    from atmp_insure.regulation.values import DatedEntry

TAX = "insurance_tax"
OTHERS = ("statistics", "assumptions")  # beginnings of the names that another loader reads


def installed_catalogue(overlay: Path | None) -> Catalogue:
    """What the product sells, under the office's overlay of `config/` when there is one; read again once one changes.

    Raises:
        InvalidInput: every fault of every file, each with file and line.
    """
    return _read(layers("product", overlay))


def load_catalogue(directories: Iterable[tuple[Path, str]]) -> Catalogue:
    """Read products and tax from directories, each over the one before.

    Args:
        directories: each with the name under which citations and faults quote it.

    Raises:
        InvalidInput: every fault of every file, each with file and line.
    """
    shelf = _Shelf()
    for directory, shown_as in directories:
        for path in sorted(directory.glob("*.yaml")):
            if not path.name.startswith(OTHERS):
                shelf.read(path, f"{shown_as}/{path.name}")
    tax = _tax(shelf.tax)
    versions = sorted(shelf.versions.values(), key=lambda one: (one.version.product, one.version.first_day))
    faults = [*shelf.faults, *_overlaps(versions)]
    if not tax.rates and not shelf.has_faulty_tax:
        faults.append(Fault(f"fichier {TAX}.yaml absent", "Réinstaller le produit"))
    elif not shelf.has_faulty_tax:  # else classes would be unknown for want of their line
        faults += _untaxed(versions, tax)
    if faults:
        raise InvalidInput(faults)
    return Catalogue(tuple(one.version for one in versions), tax)


_read = kept_until_changed(load_catalogue)


class _Shelf:
    """Versions and tax of one directory after the other, and every fault on the way."""

    def __init__(self) -> None:
        self.versions: dict[tuple[str, str], ReadVersion] = {}
        self.tax: dict[tuple[str, date], DatedEntry[Fraction]] = {}
        self.faults: list[Fault] = []
        self.has_faulty_tax = False

    def read(self, path: Path, place: str) -> None:
        """One file over what was read before."""
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            self.faults.append(Fault("fichier illisible", "L'enregistrer en UTF-8", source=place))
            return
        if path.stem == TAX:
            self._read_tax(text, place)
        else:
            self._read_product(text, place, path.stem)

    def _read_tax(self, text: str, place: str) -> None:
        try:
            self.tax |= read_tax(text, place)
        except InvalidInput as error:
            self.faults += error.faults
            self.has_faulty_tax = True

    def _read_product(self, text: str, place: str, product: str) -> None:
        """A file with a fault gives no version: stand-ins never leave it."""
        reading = FileReading(place)
        versions = read_product(reading.top(text), product)
        found = reading.all_faults()
        self.faults += found
        if not found:
            self.versions |= {(product, one.version.version): one for one in versions}


def _tax(entries: dict[tuple[str, date], DatedEntry[Fraction]]) -> InsuranceTax:
    classes = sorted({name for name, _ in entries})
    return InsuranceTax(
        {
            name: DatedValues(
                f"taxe sur les conventions d'assurances, classe {name}",
                tuple(entries[key] for key in sorted(entries) if key[0] == name),
            )
            for name in classes
        }
    )


def _overlaps(versions: Iterable[ReadVersion]) -> Iterator[Fault]:
    """Two versions of one product sold on the same day; one without last day ends where the next begins."""
    for former, latter in pairwise(versions):
        if former.version.product == latter.version.product and _overlap(former.version, latter.version):
            yield Fault(
                f"version {latter.version.version} qui commence le {latter.version.first_day}, "
                f"alors que {former.version.version} court encore",
                f"Corriger from, ou until de {former.version.version} ({former.place})",
                source=latter.place,
            )


def _overlap(former: ProductVersion, latter: ProductVersion) -> bool:
    begins_with_it = former.first_day == latter.first_day
    return begins_with_it or (former.last_day is not None and former.last_day >= latter.first_day)


def _untaxed(versions: Iterable[ReadVersion], tax: InsuranceTax) -> Iterator[Fault]:
    """Guarantees whose class has no rate on the first day of their version."""
    for one in versions:
        for terms in one.version.guarantees:
            if not _is_taxed(terms, one.version.first_day, tax):
                yield Fault(
                    f"{terms.code} : classe de taxe « {terms.tax_class} » sans taux au {one.version.first_day}",
                    f"Écrire l'une de : {', '.join(tax.rates)}, ou compléter {TAX}.yaml",
                    source=one.place,
                )


def _is_taxed(terms: GuaranteeTerms, on: date, tax: InsuranceTax) -> bool:
    dated = tax.rates.get(terms.tax_class)
    if dated is None:
        return False
    begun = [entry for entry in dated.entries if entry.first_day <= on]
    return bool(begun) and (begun[-1].last_day is None or on <= begun[-1].last_day)
