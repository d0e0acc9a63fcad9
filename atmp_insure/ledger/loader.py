"""Reads the chart of accounts of `config/ledger` and, over it, the office's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.labelled import Label
from atmp_insure.layered_config import kept_until_changed, layers
from atmp_insure.ledger.accounting_year import NamedAccount, ResultAccounts
from atmp_insure.ledger.chart import AccountHolder, AccountRole, ChartAccount, ChartOfAccounts
from atmp_insure.regulation.readers.dated_file import read_dated_file
from atmp_insure.regulation.values import DatedEntry, DatedValues, Sourced

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from atmp_insure.layered_config import Layer
    from atmp_insure.regulation.readers.dated_file import Entry, Row

CHART = "ledger/chart.yaml"
RESULT = "ledger/result.yaml"
_COLUMNS = ("role", "number", "holder", "lettered", "label")
_RESULTS = ("profit", "loss")
_GENERAL_DIGITS = 3  # of a number, those that the general chart fixes


def installed_chart(overlay: Path | None, on: date) -> ChartOfAccounts:
    """The chart of accounts in force on a day: the product's, each line replaced by the office's own of the same role.

    Raises:
        InvalidInput: every fault of the files, each with file and line.
        MissingParameter: no chart is known for the day.
    """
    product, *own = _read(layers(CHART, overlay))
    found = dict(product.at(on).value)
    for one in own:
        if one.entries[0].first_day <= on:
            found |= one.at(on).value
    return ChartOfAccounts(dict(sorted(found.items(), key=lambda item: item[1].number)))


def load_charts(files: Iterable[Layer]) -> tuple[DatedValues[Mapping[AccountRole, ChartAccount]], ...]:
    """The charts of some files, the product's first; that one has every role.

    Raises:
        InvalidInput: a fault of a file, with its line.
    """
    charts: list[DatedValues[Mapping[AccountRole, ChartAccount]]] = []
    for path, place in files:
        entries = read_dated_file(path.read_text("utf-8"), place).entries
        charts.append(DatedValues("plan de comptes", tuple(
            DatedEntry(one.first_day, one.last_day, Sourced(_accounts(one), one.citation)) for one in entries
        )))  # fmt: skip
    for entry in charts[0].entries:
        absent = [role.value for role in AccountRole if role not in entry.sourced.value]
        if absent:
            place = entry.sourced.citation.place
            raise InvalidInput.one(f"rôles sans compte : {', '.join(absent)}", "Leur donner une ligne", source=place)
    return tuple(charts)


_read = kept_until_changed(load_charts)


def _accounts(entry: Entry) -> Mapping[AccountRole, ChartAccount]:
    found: dict[AccountRole, ChartAccount] = {}
    numbers: set[str] = set()
    for row in entry.table(*_COLUMNS):
        account = _account(row, entry)
        if account.role in found or account.number in numbers:
            wrong = f"rôle {account.role.value} ou numéro {account.number} donné deux fois"
            raise InvalidInput.one(wrong, "Garder une ligne par rôle, un numéro par ligne", source=row.place)
        found[account.role] = account
        numbers.add(account.number)
    return found


def _account(row: Row, entry: Entry) -> ChartAccount:
    return ChartAccount(
        role=AccountRole(row["role"].word(one.value for one in AccountRole)), number=_number(row),
        label=Label(row["label"].text), holder=AccountHolder(row["holder"].word(one.value for one in AccountHolder)),
        is_lettered=row["lettered"].word(("yes", "no")) == "yes", citation=entry.citation,
    )  # fmt: skip


def _number(row: Row) -> str:
    number = row["number"]
    if len(number.text) < _GENERAL_DIGITS or not number.text[:_GENERAL_DIGITS].isdigit() or not number.text.isalnum():
        raise number.refuse(
            f"« {number.text} » n'est pas un numéro de compte", "Commencer par trois chiffres du plan comptable général"
        )
    return number.text


def installed_results(overlay: Path | None, on: date) -> ResultAccounts:
    """Where the result of former years is shown on a day: the office's own accounts, else the product's.

    Raises:
        InvalidInput: a fault of a file, with its line.
        MissingParameter: none is known for the day.
    """
    files = [one for one in _read_results(layers(RESULT, overlay)) if one.entries[0].first_day <= on]
    return files[-1].at(on).value


def _load_results(files: Iterable[Layer]) -> tuple[DatedValues[ResultAccounts], ...]:
    return tuple(
        DatedValues("comptes de résultat", tuple(
            DatedEntry(one.first_day, one.last_day, Sourced(_results(one), one.citation))
            for one in read_dated_file(path.read_text("utf-8"), place).entries
        ))
        for path, place in files
    )  # fmt: skip


_read_results = kept_until_changed(_load_results)


def _results(entry: Entry) -> ResultAccounts:
    found = {
        row["result"].word(_RESULTS): NamedAccount(_number(row), row["label"].text)
        for row in entry.table("result", "number", "label")
    }
    if set(found) != set(_RESULTS):
        wrong = "il faut une ligne profit et une ligne loss"
        raise InvalidInput.one(wrong, "Donner les deux comptes de résultat", source=entry.citation.place)
    return ResultAccounts(found["profit"], found["loss"], entry.citation)
