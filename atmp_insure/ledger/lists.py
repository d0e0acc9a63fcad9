"""The list of entries, and the trial balance as a spreadsheet has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for

from atmp_insure.diary.lists import between
from atmp_insure.ledger import queries
from atmp_insure.ledger.chart import Journal
from atmp_insure.ledger.models import LedgerEntry
from atmp_insure.web.list_query import Cell, Column, Filter, FilterKind, Option
from atmp_insure.web.listing import Listing
from atmp_insure.web.lists import Empty, Row
from atmp_insure.web.log_sentences import actor_name
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement

    from atmp_insure.ledger.shown import BalanceRow
    from atmp_insure.web.list_query import ListQuery


def _row(one: LedgerEntry) -> Row:
    return Row(
        key=str(one.id),
        url=url_for("ledger.show_entry", entry_id=one.id),
        detail=one.label,
        muted=one.reverses_id is not None,
        cells={
            "name": one.name,
            "on": one.entered_on,
            "journal": one.journal.label,
            "piece": one.piece,
            "total": one.total_eur,
            "by": actor_name(one.posted_by),
        },
    )


def _journal_is(query: ListQuery) -> ColumnElement[bool]:
    return LedgerEntry.journal.in_([one for one in Journal if one.value in query.values("journal")])


def _none() -> Empty:
    said = _("Chaque appel de prime y passe au moment où il est fait.")
    return Empty(_("Aucune écriture"), said)


ENTRIES: Listing[LedgerEntry] = Listing(
    name="ledger_entries",
    label=_l("écritures"),
    endpoint="ledger.list_entries",
    columns=(
        Column("name", _l("Écriture"), main=True),
        Column("on", _l("Jour comptable"), Cell.DAY, sortable=True),
        Column("journal", _l("Journal")),
        Column("piece", _l("Pièce")),
        Column("total", _l("Montant"), Cell.EUROS),
        Column("by", _l("Passée par"), Cell.PERSON),
    ),
    statement=queries.entries,
    sorts={"on": (LedgerEntry.entered_on, LedgerEntry.id)},
    sort="on",
    descending=True,
    row=_row,
    empty=_none,
    filters=(
        Filter("journal", _l("Journal"), tuple(Option(one.value, one.label) for one in Journal)),
        Filter("day", _l("Jour comptable"), kind=FilterKind.DAYS),
    ),
    narrow={"journal": _journal_is, "day": lambda query: between(LedgerEntry.entered_on, query)},
)


def exported(rows: Iterable[BalanceRow]) -> Iterable[Row]:
    """The trial balance as a spreadsheet has it."""
    for one in rows:
        yield Row(
            key=str(one.account.id), url=url_for("ledger.show_account", ledger_account_id=one.account.id),
            cells={
                "account": one.account.number, "label": str(one.account.label), "holder": one.account.holder,
                "before": one.line.before_eur, "debit": one.line.moved.debit_eur, "credit": one.line.moved.credit_eur,
                "after": one.line.after_eur,
            },
        )  # fmt: skip
