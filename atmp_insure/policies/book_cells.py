"""What a cell of a book says: a text, a day, an amount, a code, each refused with its place where it is wrong."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from atmp_insure.kernel.french import search_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atmp_insure.kernel.labelled import Labelled
    from atmp_insure.parties.file_rows import RowReader

L = TypeVar("L", bound="Labelled")
NO_DAY = date.min  # where the row is refused


def needed_text(reader: RowReader, key: str) -> str:
    """The text of a cell that must hold one.

    Source: none; the template of this product.
    """
    text = " ".join(reader.text(key).split())
    if not text:
        reader.refuse(key, "case vide", "La remplir")
    return text


def needed_day(reader: RowReader, key: str) -> date:
    """The day of a cell that must hold one; the row is refused where it does not.

    Source: none; the template of this product.
    """
    if not reader.text(key):
        reader.refuse(key, "jour absent", "Écrire par exemple 31/01/2026")
    return reader.day(key) or NO_DAY


def needed_amount(reader: RowReader, key: str) -> Fraction:
    """The amount of a cell that must hold one, in euros.

    Source: none; the template of this product.
    """
    if not reader.text(key):
        reader.refuse(key, "montant absent", "Le donner en euros")
    return Fraction(reader.number(key) or 0)


def amount_in(reader: RowReader, key: str) -> Fraction | None:
    """The number of a cell; None when it is empty.

    Source: none; the template of this product.
    """
    found = reader.number(key)
    return None if found is None else Fraction(found)


def percent_in(reader: RowReader, key: str) -> Fraction | None:
    """The percents of a cell as a fraction; None when it is empty.

    Source: none; the template of this product.
    """
    found = amount_in(reader, key)
    return None if found is None else found / 100


def one_of(reader: RowReader, key: str, codes: type[L]) -> L | None:
    """The member that a cell names by its code or its name; None when it is empty, or names none.

    Source: none; the template of this product.
    """
    text = search_text(reader.text(key))
    found = next((one for one in codes if text in {search_text(one.value), search_text(one.label)}), None)
    if text and found is None:
        reader.refuse(key, f"« {reader.text(key)} » n'est pas connu ici", f"Écrire l'un de : {codes_text(codes)}")
    return found


def codes_text(codes: Iterable[Labelled]) -> str:
    """The names of codes, as a fault lists them.

    Source: none; a list.
    """
    return ", ".join(one.label for one in codes)
