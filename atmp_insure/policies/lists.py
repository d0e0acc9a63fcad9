"""The list of policies, read from their standings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for
from sqlalchemy import false, or_, select

from atmp_insure.db.paging import Reading
from atmp_insure.diary.lists import between, of_company
from atmp_insure.parties.models import Company
from atmp_insure.policies import queries
from atmp_insure.policies.blueprint import catalogue
from atmp_insure.policies.models import PolicyStanding
from atmp_insure.policies.shown import STANDINGS, standing_of
from atmp_insure.policies.state import Standing
from atmp_insure.web.addresses import row_url
from atmp_insure.web.environment import today
from atmp_insure.web.list_query import Cell, Column, Filter, FilterKind, Option
from atmp_insure.web.listing import Listing
from atmp_insure.web.lists import Empty, Row
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.web.list_query import ListQuery


_COMPANY_NAME = select(Company.name).where(Company.id == PolicyStanding.company_id).correlate(PolicyStanding)
_STANDING = Reading((
    PolicyStanding.id, PolicyStanding.policy_id, PolicyStanding.reference, PolicyStanding.product,
    PolicyStanding.product_version, PolicyStanding.began_on, PolicyStanding.year_last_day, PolicyStanding.suspended_on,
    PolicyStanding.ended_on, PolicyStanding.is_void, PolicyStanding.section_count, PolicyStanding.net_eur,
    _COMPANY_NAME.scalar_subquery().label("company_name"),
))  # fmt: skip


def _row(one: PolicyStanding) -> Row:
    standing = standing_of(one, today())
    return Row(
        key=str(one.id),
        url=row_url("policies.show_policy", "policy_id", one.policy_id),
        detail=f"{one.reference} · {catalogue().label_of(one.product)}, {one.product_version}",
        muted=standing in {Standing.ENDED, Standing.VOID},
        cells={
            "company": one.company_name or "",
            "state": STANDINGS[standing],
            "year_last_day": one.year_last_day,
            "began_on": one.began_on,
            "ended_on": one.ended_on,
            "sections": one.section_count,
            "net": one.net_eur,
        },
    )


def _standing_is(query: ListQuery) -> ColumnElement[bool]:
    """Whether a policy stands today as one of those chosen: the rule of `standing_of`, for the database.

    What follows from the rest is said too, where an index then leads to the few rows at once: a policy to come has a
    year that is not over, and one to renew did not end with its last year.
    """
    on, row = today(), PolicyStanding
    alive = ~row.is_void & (row.began_on <= on) & (row.ended_on.is_(None) | (row.ended_on > on))
    running = alive & (row.suspended_on.is_(None) | (row.suspended_on > on))
    lasting = row.ended_on.is_(None) | (row.ended_on > row.year_last_day)
    criteria = {
        Standing.VOID: row.is_void,
        Standing.COMING: ~row.is_void & (row.began_on > on) & (row.year_last_day > on),
        Standing.ENDED: ~row.is_void & (row.began_on <= on) & (row.ended_on <= on),
        Standing.SUSPENDED: alive & (row.suspended_on <= on),
        Standing.IN_FORCE: running & (row.year_last_day >= on),
        Standing.TO_RENEW: running & lasting & (row.year_last_day < on),
    }
    chosen = (criteria[one] for one in Standing if one.value in query.values("state"))
    return or_(false(), *chosen)


def _none() -> Empty:
    return Empty(
        _("Aucun contrat"),
        _("Un contrat s'émet depuis le devis que le client a accepté."),
        _("Voir les devis"),
        url_for("quotes.list_quotes", state="accepted"),
        "file-check",
    )


POLICIES: Listing[PolicyStanding] = Listing(
    name="policies",
    label=_l("contrats"),
    endpoint="policies.list_policies",
    columns=(
        Column("company", _l("Entreprise et contrat"), main=True),
        Column("state", _l("État"), Cell.STATE),
        Column("year_last_day", _l("Fin de l'année d'assurance"), Cell.DAY, sortable=True),
        Column("began_on", _l("Premier jour de garantie"), Cell.DAY, sortable=True),
        Column("ended_on", _l("Fin du contrat"), Cell.DAY),
        Column("sections", _l("Sections"), Cell.NUMBER),
        Column("net", _l("Prime annuelle nette"), Cell.EUROS, sortable=True),
    ),
    statement=queries.standings,
    sorts={
        "year_last_day": (PolicyStanding.year_last_day, PolicyStanding.id),
        "began_on": (PolicyStanding.began_on, PolicyStanding.id),
        "net": (PolicyStanding.net_eur, PolicyStanding.id),
    },
    sort="year_last_day",
    row=_row,
    empty=_none,
    filters=(
        Filter("state", _l("État"), tuple(Option(one.value, str(said.label)) for one, said in STANDINGS.items())),
        Filter("day", _l("Fin de l'année d'assurance"), kind=FilterKind.DAYS),
    ),
    narrow={"state": _standing_is, "day": lambda query: between(PolicyStanding.year_last_day, query)},
    search=lambda words: or_(
        PolicyStanding.company_id.in_(of_company(words)), PolicyStanding.search_reference == words
    ),
    reading=_STANDING,
)
