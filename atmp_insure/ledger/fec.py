"""The file of accounting entries (fichier des écritures comptables, FEC) as it is handed to the tax authority.

Here its columns, its line and how each value is written; whether a file is right is judged by `fec_check`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.identifiers import compact_siren, is_siren

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

COLUMNS = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib",
    "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate", "Montantdevise",
    "Idevise",
)  # fmt: skip
_DEBIT, _CREDIT = COLUMNS.index("Debit"), COLUMNS.index("Credit")
SEPARATOR = "\t"
LINE_END = "\r\n"
ENCODING = "iso8859-15"
_HELD = frozenset(bytes((*range(0x20, 0x7F), *range(0xA0, 0x100))).decode(ENCODING))
_FOREIGN = re.compile(f"[^{re.escape(''.join(sorted(_HELD)))}]")
# what ISO 8859-15 lacks and Unicode does not take apart into letters that it has
_NEAREST = str.maketrans({
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "ʼ": "'", "′": "'", "“": '"', "”": '"', "„": '"', "″": '"',
    "‹": "<", "›": ">", "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "•": "·",
    "⁄": "/", "¼": "1/4", "½": "1/2", "¾": "3/4", "¨": '"', "´": "'", "¸": ",", "¦": "|",
    "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "ı": "i", "ŋ": "n", "Ŋ": "N", "ŧ": "t", "Ŧ": "T",
    "ẞ": "SS", "≤": "<=", "≥": ">=", "≠": "<>", "→": "->", "←": "<-",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FecLine:
    """One line of the file: a debit or a credit on an account, in the order of the columns.

    Attributes:
        auxiliary: number of the third party's own account, with its label, where the account has any.
        lettering: what an open item was matched by, with the day of it.
        validated_on: the day since which the entry can no longer be changed.
        currency: code of ISO 4217, with the amount in it, where the entry is not in euros.

    Source: art. A.47 A-1 LPF (arrêté du 29 juillet 2013).
    """

    journal: str
    journal_label: str
    number: str
    booked_on: date
    account: str
    account_label: str
    auxiliary: str | None = None
    auxiliary_label: str | None = None
    piece: str
    piece_on: date
    label: str
    debit_eur: Decimal
    credit_eur: Decimal
    lettering: str | None = None
    lettered_on: date | None = None
    validated_on: date
    currency_amount: Decimal | None = None
    currency: str | None = None


_values = attrgetter(*FecLine.__dataclass_fields__)


def fec_name(siren: str, closing_day: date) -> str:
    """The name under which the file is handed over: `732829320FEC20251231.txt`.

    Raises:
        InvalidInput: the SIREN has a wrong key.

    Source: art. A.47 A-1 LPF.
    """
    if not is_siren(siren):
        raise InvalidInput.one(
            f"SIREN « {siren} » à la clé fausse", "Donner les neuf chiffres du SIREN de l'entreprise"
        )
    return f"{compact_siren(siren)}FEC{_written(closing_day)}.txt"


def fec_rows(lines: Iterable[FecLine]) -> Iterator[str]:
    """The rows of the file in text, the names of the columns first, in a stream.

    Raises:
        ValueError: a debit or a credit is not in whole cents: rounding it here would hide a cent.

    Source: art. A.47 A-1 LPF.
    """
    yield SEPARATOR.join(COLUMNS) + LINE_END
    for line in lines:
        values = [_written(value) for value in _values(line)]
        values[_DEBIT], values[_CREDIT] = _euros(line.debit_eur), _euros(line.credit_eur)
        yield SEPARATOR.join(values) + LINE_END


def fec_bytes(lines: Iterable[FecLine]) -> Iterator[bytes]:
    """The file in bytes, row by row: a year of millions of lines is never held whole.

    Source: art. A.47 A-1 LPF (ASCII, ISO 8859-15 or EBCDIC).
    """
    return (row.encode(ENCODING) for row in fec_rows(lines))


def fec_text(text: str) -> str:
    """A text as the file can hold it: one line, no tab, no character outside ISO 8859-15.

    A character that it lacks becomes the nearest one (’ ', – -, ł l), else its code, `[U+4E2D]`: none is lost. What is
    not seen (joiners, directions) is left out.

    Source: art. A.47 A-1 LPF.
    """
    if _FOREIGN.search(text) is None:
        return text.strip()
    return "".join(map(_held, unicodedata.normalize("NFC", text))).strip()


def _held(character: str) -> str:
    """What ISO 8859-15 holds in place of a character."""
    if character in _HELD:
        return character
    if unicodedata.category(character) in {"Cc", "Zl", "Zp"}:
        return " "
    nearest = character.translate(_NEAREST)
    if nearest == character:
        nearest = unicodedata.normalize("NFKD", character).translate(_NEAREST)
    seen = [part for part in nearest if not _is_unseen(part)]
    return "".join(seen) if _HELD.issuperset(seen) else f"[U+{ord(character):04X}]"


def _is_unseen(character: str) -> bool:
    """Accents that stand apart, signs of direction, joiners and variants."""
    return (
        "\u0300" <= character <= "\u036f"
        or "\ufe00" <= character <= "\ufe0f"
        or (unicodedata.category(character) == "Cf" and character not in _HELD)
    )


def _euros(amount_eur: Decimal) -> str:
    text = f"{amount_eur:z.2f}"
    if not amount_eur.is_finite() or Decimal(text) != amount_eur:
        raise ValueError(f"{amount_eur} is no amount in whole cents")
    return text.replace(".", ",")


def _written(value: str | date | Decimal | None) -> str:
    match value:
        case None:
            return ""
        case str():
            return fec_text(value)
        case date():
            return value.isoformat().replace("-", "")
        case _:
            return f"{value:f}".replace(".", ",")
