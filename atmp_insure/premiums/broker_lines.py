"""Lines of a broker's bordereau as they are typed or read in a file: each with all that is wrong, and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault
from atmp_insure.kernel.french import repeated
from atmp_insure.kernel.numbers import NotANumber, typed_number
from atmp_insure.parties.file_rows import FileColumn, table_under

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COLUMNS = (
    FileColumn("reference", "Appel", ("référence", "numéro", "numéro d'appel"), is_required=True),
    FileColumn("amount", "Montant", ("montant encaissé", "encaissé", "payé"), is_required=True),
    FileColumn("paid_on", "Payé le", ("jour de paiement", "date de paiement", "date", "jour"), is_required=True),
)  # fmt: skip
MOST_LINES = 2_000
_CENT, _DAYS = Decimal("0.01"), ("%d/%m/%Y", "%Y-%m-%d")


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line as it was written, with the place where it was."""

    place: str
    reference: str
    amount: str
    paid_on: str


@dataclass(frozen=True, slots=True)
class TypedLine:
    """What a line says.

    Attributes:
        reference: of the call, without spaces: `RF18AP2027000012` or `AP-2027-000012`.
        paid_on: the day on which the client paid the broker.
    """

    place: str
    reference: str
    amount_eur: Decimal
    paid_on: date


def lines_of_file(rows: Sequence[tuple[int, Sequence[str]]]) -> list[WrittenLine]:
    """The lines of a file under its headings.

    Raises:
        InvalidInput: the headings are not there, or nothing is under them.

    Source: none; the layout is our own.
    """
    return [
        WrittenLine(f"ligne {row.number}", row.texts["reference"], row.texts["amount"], row.texts["paid_on"])
        for row in table_under(COLUMNS, rows).rows
    ]


def lines_of_text(text: str) -> list[WrittenLine]:
    """The lines that were typed, one a line: `référence ; montant ; jour`.

    Source: none; the layout is our own.
    """
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            cells = [one.strip() for one in line.replace("\t", ";").split(";")] + ["", ""]
            found.append(WrittenLine(f"ligne tapée {number}", cells[0], cells[1], cells[2]))
    return found


def read_lines(written: Iterable[WrittenLine]) -> tuple[list[TypedLine], list[Fault]]:
    """The lines that can be read, and what is wrong with the others.

    Source: none; the layout is our own.
    """
    found: list[TypedLine] = []
    faults: list[Fault] = []
    for one in written:
        former = len(faults)
        reference, amount_eur, paid_on = _reference(one, faults), _amount(one, faults), _day(one, faults)
        if len(faults) == former and amount_eur is not None and paid_on is not None:
            found.append(TypedLine(one.place, reference, amount_eur, paid_on))
    return found, [*faults, *_told_twice(found)]


def _reference(one: WrittenLine, faults: list[Fault]) -> str:
    if not one.reference.strip():
        said = f"{one.place} : appel non nommé"
        faults.append(Fault(said, "Donner sa référence (RF…) ou son numéro (AP-…)", f"{one.place}, Appel"))
    return "".join(one.reference.split()).upper()


def _amount(one: WrittenLine, faults: list[Fault]) -> Decimal | None:
    place = f"{one.place}, Montant"
    try:
        amount_eur = typed_number(one.amount, "€")
    except NotANumber as error:
        faults.append(Fault(f"{place} : « {repeated(one.amount)} » n'est pas un montant", error.remedy, place))
        return None
    if amount_eur <= 0 or amount_eur != amount_eur.quantize(_CENT):
        remedy = "Donner ce que le client a payé, au-dessus de zéro et au centime"
        faults.append(Fault(f"{place} : « {repeated(one.amount)} » ne convient pas", remedy, place))
        return None
    return amount_eur.quantize(_CENT)


def _day(one: WrittenLine, faults: list[Fault]) -> date | None:
    place, text = f"{one.place}, Payé le", one.paid_on.strip()
    for written in _DAYS:
        try:
            return datetime.strptime(text, written).date()  # noqa: DTZ007 - a day has no hour
        except ValueError:
            continue
    said = f"« {repeated(text)} » n'est pas un jour" if text else "jour absent"
    faults.append(Fault(f"{place} : {said}", "Écrire JJ/MM/AAAA, le jour où le client a payé le courtier", place))
    return None


def _told_twice(lines: Iterable[TypedLine]) -> Iterable[Fault]:
    """The same payment of the same call is told once; a call paid in two parts has two days or two amounts."""
    seen: dict[tuple[str, Decimal, date], str] = {}
    for one in lines:
        former = seen.setdefault((one.reference, one.amount_eur, one.paid_on), one.place)
        if former != one.place:
            said = f"{one.place} : « {repeated(one.reference)} » déjà dit, au même montant et au même jour ({former})"
            yield Fault(said, "Garder une des deux lignes", f"{one.place}, Appel")
