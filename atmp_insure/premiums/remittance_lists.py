"""The list of remittances of cheques."""

from __future__ import annotations

from flask import url_for
from sqlalchemy import func, select

from atmp_insure.access.models import Organisation
from atmp_insure.db.paging import Reading
from atmp_insure.diary.lists import between
from atmp_insure.premiums import remittance_queries
from atmp_insure.premiums.remittance_models import ChequeRemittance, RemittedCheque, remittance_name
from atmp_insure.web.addresses import row_url
from atmp_insure.web.list_query import Cell, Column, Filter, FilterKind
from atmp_insure.web.listing import Listing
from atmp_insure.web.lists import Empty, Row
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

_REMITTANCE = Reading((
    ChequeRemittance.id, ChequeRemittance.remitted_on, ChequeRemittance.total_eur,
    select(Organisation.name).where(Organisation.id == ChequeRemittance.insurer_id).correlate(ChequeRemittance)
    .scalar_subquery().label("insurer_name"),
    select(func.count(RemittedCheque.id)).where(RemittedCheque.remittance_id == ChequeRemittance.id)
    .correlate(ChequeRemittance).scalar_subquery().label("cheque_count"),
))  # fmt: skip


def _row(one: ChequeRemittance) -> Row:
    return Row(
        key=str(one.id),
        url=row_url("premiums.show_remittance", "remittance_id", one.id),
        detail=one.insurer_name or "",
        cells={
            "name": remittance_name(one.id),
            "remitted_on": one.remitted_on,
            "count": one.cheque_count,
            "total": one.total_eur,
        },
    )


def _none() -> Empty:
    return Empty(
        _("Aucune remise de chèques"), _("Les chèques reçus attendent d'être remis à la banque, compte par compte."),
        _("Chèques à remettre"), url_for("premiums.choose_account_of_cheques"), "building-bank",
    )  # fmt: skip


REMITTANCES: Listing[ChequeRemittance] = Listing(
    name="cheque_remittances",
    label=_l("remises de chèques"),
    endpoint="premiums.list_remittances",
    columns=(
        Column("name", _l("Remise"), main=True),
        Column("remitted_on", _l("Remis le"), Cell.DAY, sortable=True),
        Column("count", _l("Chèques"), Cell.NUMBER),
        Column("total", _l("Montant"), Cell.EUROS),
    ),
    statement=remittance_queries.remittances,
    sorts={"remitted_on": (ChequeRemittance.remitted_on, ChequeRemittance.id)},
    sort="remitted_on",
    descending=True,
    row=_row,
    empty=_none,
    filters=(Filter("day", _l("Remis le"), kind=FilterKind.DAYS),),
    narrow={"day": lambda query: between(ChequeRemittance.remitted_on, query)},
    reading=_REMITTANCE,
)
