"""Balances taken over from another system, as a file states them: each line read, with all that is wrong and where.

Whose account a line is about is looked up elsewhere; here only what the line itself can say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.kernel.french import repeated, search_text
from atmp_insure.kernel.numbers import NotANumber, typed_number
from atmp_insure.ledger.accounting_year import OF_RESULT
from atmp_insure.ledger.chart import AccountHolder, AccountRole
from atmp_insure.ledger.entries import Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from atmp_insure.ledger.chart import ChartAccount, ChartOfAccounts

COLUMNS = ("compte", "titulaire", "débit", "crédit", "exigible le", "référence", "libellé")
MOST_LINES = 20_000
_NEEDED = COLUMNS[:4]
_OWED_BY_CLIENTS = (AccountRole.CLIENT, AccountRole.DOUBTFUL_CLIENT)
_ZERO, _CENT = Decimal(0), Decimal("0.01")
_DAYS = ("%d/%m/%Y", "%Y-%m-%d")


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """A balance of an account, or one of the items that make it.

    Attributes:
        line: its number in the file.
        holder: as it is written: a SIREN, a name, or the number of an auxiliary account; empty: the office.
        amount_eur: above zero.
        due_on, reference: of an open item.
    """

    line: int
    account: ChartAccount
    holder: str
    side: Side
    amount_eur: Decimal
    due_on: date | None
    reference: str
    label: str


def read_opening(
    rows: Sequence[tuple[int, Sequence[str]]], chart: ChartOfAccounts
) -> tuple[list[OpeningLine], list[Fault]]:
    """The lines of a file that can be read, and what is wrong with the others.

    Args:
        rows: the lines that are not empty, by their numbers, the names of the columns first.

    Raises:
        InvalidInput: it has no lines, too many, or not the columns.

    Source: none; the layout is our own.
    """
    if len(rows) - 1 not in range(1, MOST_LINES + 1):
        said = "aucune ligne de solde" if len(rows) <= 1 else f"{len(rows) - 1} lignes, {MOST_LINES} au plus"
        raise InvalidInput.one(said, "Une ligne de titres, puis une ligne par solde", place="file")
    places = _places(rows[0][1])
    lines, faults = [], []
    for number, texts in rows[1:]:
        cells = {name: texts[at].strip() if at < len(texts) else "" for name, at in places.items()}
        try:
            lines.append(_line(number, cells, chart))
        except InvalidInput as error:
            faults += [Fault(one.message, one.remedy, f"ligne {number}, {one.place}") for one in error.faults]
    return lines, faults


def _places(headings: Sequence[str]) -> dict[str, int]:
    found = {search_text(one): at for at, one in enumerate(headings)}
    absent = [one for one in _NEEDED if search_text(one) not in found]
    if absent:
        raise InvalidInput.one(
            f"colonne absente : {', '.join(absent)}", f"Donner les titres : {' ; '.join(COLUMNS)}", place="file"
        )
    return {one: found[search_text(one)] for one in COLUMNS if search_text(one) in found}


def _line(number: int, cells: Mapping[str, str], chart: ChartOfAccounts) -> OpeningLine:
    faults: list[Fault] = []
    account = _account(cells["compte"], chart, faults)
    debit_eur, credit_eur = (_amount(cells[name], name, faults) for name in ("débit", "crédit"))
    if not faults and (debit_eur > 0) is (credit_eur > 0):
        said = "débit et crédit tous deux remplis" if debit_eur else "ni débit ni crédit"
        faults.append(Fault(said, "Donner l'un des deux", "débit"))
    due_on = _day(cells.get("exigible le", ""), faults)
    if account is None or faults:
        raise InvalidInput(faults)
    found = OpeningLine(
        number, account, cells["titulaire"], Side.DEBIT if debit_eur else Side.CREDIT, debit_eur or credit_eur, due_on,
        cells.get("référence", ""), cells.get("libellé", ""),
    )  # fmt: skip
    faults += _at_odds(found)
    if faults:
        raise InvalidInput(faults)
    return found


def _account(text: str, chart: ChartOfAccounts, faults: list[Fault]) -> ChartAccount | None:
    """By its role or its number; one that no balance is taken over on is refused."""
    found = next((one for one in chart.accounts.values() if text in {one.role.value, one.number}), None)
    if found is None:
        faults.append(Fault(
            f"compte « {repeated(text)} » inconnu", "Donner un rôle ou un numéro du plan de comptes du bureau", "compte"
        ))  # fmt: skip
    elif found.number.startswith(OF_RESULT):
        remedy = "Les comptes des classes 6 et 7 partent de zéro : retirer la ligne"
        faults.append(Fault(f"compte de charges ou de produits {found.number}", remedy, "compte"))
    elif found.role is AccountRole.OPENING:
        remedy = "Retirer la ligne : la contrepartie se calcule"
        faults.append(Fault(f"compte de contrepartie {found.number}", remedy, "compte"))
    else:
        return found
    return None


def _amount(text: str, place: str, faults: list[Fault]) -> Decimal:
    if not text:
        return _ZERO
    try:
        amount = typed_number(text, "€")
    except NotANumber as error:
        faults.append(Fault(f"« {error.text} » n'est pas un montant", error.remedy, place))
        return _ZERO
    if amount < 0 or amount != amount.quantize(_CENT):
        remedy = "Donner un montant au-dessus de zéro, au centime ; un solde de l'autre sens va dans l'autre colonne"
        faults.append(Fault(f"« {repeated(text)} » ne convient pas", remedy, place))
        return _ZERO
    return amount.quantize(_CENT)


def _day(text: str, faults: list[Fault]) -> date | None:
    if not text:
        return None
    for written in _DAYS:
        try:
            return datetime.strptime(text, written).date()  # noqa: DTZ007 - a day has no hour
        except ValueError:
            continue
    faults.append(Fault(f"« {repeated(text)} » n'est pas un jour", "Écrire JJ/MM/AAAA", "exigible le"))
    return None


def _at_odds(one: OpeningLine) -> Iterable[Fault]:
    """What a line says that its account does not allow, or lacks."""
    is_held = one.account.holder is not AccountHolder.NONE
    if is_held and not one.holder:
        yield Fault(
            f"compte {one.account.number} sans titulaire", f"Donner {_HOLDERS[one.account.holder]}", "titulaire"
        )
    if not is_held and one.holder:
        remedy = "Laisser vide : ce compte est celui du bureau"
        yield Fault(f"titulaire « {repeated(one.holder)} » en trop", remedy, "titulaire")
    if not one.account.is_lettered and (one.due_on or one.reference):
        remedy = "Laisser vides exigibilité et référence : ce compte ne se lettre pas"
        yield Fault(f"compte {one.account.number} non lettré", remedy, "exigible le")
    if one.account.role in _OWED_BY_CLIENTS and one.side is Side.DEBIT:
        if one.due_on is None:
            yield Fault("créance sans jour d'exigibilité", "Donner le jour où elle est due", "exigible le")
        if not one.reference:
            yield Fault("créance sans référence", "Donner celle que le client rappelle en payant", "référence")


_HOLDERS = {
    AccountHolder.COMPANY: "le SIREN de l'entreprise",
    AccountHolder.INSURER: "le nom de l'assureur",
    AccountHolder.BROKER: "le nom du courtier",
    AccountHolder.LAW_FIRM: "le nom du cabinet",
}
