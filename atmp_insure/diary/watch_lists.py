"""The lists of watched channels and of awaited letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import with_expression

from atmp_insure.access.roles import Right
from atmp_insure.diary import watch_queries as queries
from atmp_insure.diary.lists import between, of_company
from atmp_insure.diary.shown import AWAITED_STATES, watch_state
from atmp_insure.diary.tray_models import Channel
from atmp_insure.diary.watch_models import STILL_AWAITED, AwaitedLetter, AwaitedState, WatchedChannel
from atmp_insure.diary.watch_service import WATCHED
from atmp_insure.documents.shown import label_of
from atmp_insure.parties.models import Company
from atmp_insure.web.environment import today
from atmp_insure.web.list_query import Cell, Column, Filter, FilterKind, Option
from atmp_insure.web.listing import Listing
from atmp_insure.web.lists import BulkAct, Empty, Row
from atmp_insure.web.request_scope import actor
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from atmp_insure.web.list_query import ListQuery

_CHANNELS = tuple(Option(one.value, one.label) for one in WATCHED)
_STATES = (
    Option("due", _l("à relever")), Option("failing", _l("rien de vu")), Option("watched", _l("suivis")),
    Option("closed", _l("plus suivis")),
)  # fmt: skip


def _watches() -> Select[WatchedChannel]:
    name = select(Company.name).where(Company.id == WatchedChannel.company_id).correlate(WatchedChannel)
    awaited = select(func.count(AwaitedLetter.id)).where(
        AwaitedLetter.watch_id == WatchedChannel.id, AwaitedLetter.state.in_(STILL_AWAITED)
    )
    return queries.watches().options(
        with_expression(WatchedChannel.company_name, name.scalar_subquery()),
        with_expression(WatchedChannel.awaited_count, awaited.correlate(WatchedChannel).scalar_subquery()),
    )


def _watch_row(watch: WatchedChannel) -> Row:
    return Row(
        key=str(watch.id),
        url=url_for("diary.show_watch", watch_id=watch.id),
        detail=watch.channel.label,
        muted=watch.closed_at is not None,
        cells={
            "company": watch.company_name or "",
            "state": watch_state(watch),
            "looked_at": watch.looked_at,
            "sort_on": watch.next_look_on,
            "awaited": watch.awaited_count or 0,
            "held_by": watch.held_by,
        },
    )


def _in_state(query: ListQuery) -> ColumnElement[bool]:
    criteria = queries.standing(today())
    return or_(*(criteria[value] for value in query.values("state")))


WATCHES: Listing[WatchedChannel] = Listing(
    name="watches",
    label=_l("canaux suivis"),
    endpoint="diary.list_watches",
    columns=(
        Column("company", _l("Entreprise et canal"), main=True),
        Column("state", _l("État"), Cell.STATE),
        Column("sort_on", _l("À relever le"), Cell.DUE, sortable=True),
        Column("looked_at", _l("Dernier relevé"), Cell.MOMENT),
        Column("awaited", _l("Lettres attendues"), Cell.NUMBER),
        Column("held_by", _l("Accès tenu par")),
    ),
    statement=_watches,
    sorts={"sort_on": (WatchedChannel.sort_on, WatchedChannel.id)},
    sort="sort_on",
    row=_watch_row,
    empty=lambda: Empty(
        _("Aucun canal suivi"),
        _("Suivre ici, client par client, les portails où tombent les lettres, pour qu'aucune ne s'y perde."),
        _("Suivre un canal") if actor().may(Right.WRITE_DIARY) else "",
        url_for("diary.add_watch") if actor().may(Right.WRITE_DIARY) else "",
        "eye",
    ),
    filters=(Filter("state", _l("État"), _STATES), Filter("channel", _l("Canal"), _CHANNELS)),
    narrow={
        "state": _in_state,
        "channel": lambda query: WatchedChannel.channel.in_(_channels(query)),
    },
    search=lambda words: WatchedChannel.company_id.in_(of_company(words)),
    bulk_acts=lambda: (
        (BulkAct(_("Noter : rien de neuf"), url_for("diary.note_nothing_new"), "check"),)
        if actor().may(Right.WRITE_DIARY)
        else ()
    ),
)


def _channels(query: ListQuery) -> list[Channel]:
    return [Channel[value.upper()] for value in query.values("channel")]


def _awaited() -> Select[AwaitedLetter]:
    name = select(Company.name).where(Company.id == AwaitedLetter.company_id).correlate(AwaitedLetter)
    return queries.awaited_letters().options(with_expression(AwaitedLetter.company_name, name.scalar_subquery()))


def _awaited_row(letter: AwaitedLetter) -> Row:
    return Row(
        key=str(letter.id),
        url=url_for("diary.show_awaited", awaited_id=letter.id),
        detail=letter.company_name or "",
        muted=letter.state not in STILL_AWAITED,
        cells={
            "label": letter.label,
            "state": AWAITED_STATES[letter.state],
            "sort_on": letter.sort_on,
            "channel": letter.channel.label,
            "kind": label_of(letter.kind),
            "available_on": letter.available_on,
        },
    )


AWAITED: Listing[AwaitedLetter] = Listing(
    name="awaited-letters",
    label=_l("lettres attendues"),
    endpoint="diary.list_awaited",
    columns=(
        Column("label", _l("Lettre et entreprise"), main=True),
        Column("state", _l("État"), Cell.STATE),
        Column("sort_on", _l("Jour qui compte"), Cell.DAY, sortable=True),
        Column("available_on", _l("Disponible depuis"), Cell.DAY),
        Column("channel", _l("Canal")),
        Column("kind", _l("Nature")),
    ),
    statement=_awaited,
    sorts={"sort_on": (AwaitedLetter.sort_on, AwaitedLetter.id)},
    sort="sort_on",
    row=_awaited_row,
    empty=lambda: Empty(
        _("Aucune lettre attendue"),
        _("Celles qu'un portail annonce, ou qui devraient venir, se suivent ici jusqu'à leur entrée au coffre."),
        icon="mail",
    ),
    filters=(
        Filter("state", _l("État"), tuple(Option(one.value, str(said.label)) for one, said in AWAITED_STATES.items())),
        Filter("channel", _l("Canal"), _CHANNELS),
        Filter("day", _l("Jour qui compte"), kind=FilterKind.DAYS),
    ),
    narrow={
        "state": lambda query: AwaitedLetter.state.in_([AwaitedState(value) for value in query.values("state")]),
        "channel": lambda query: AwaitedLetter.channel.in_(_channels(query)),
        "day": lambda query: between(AwaitedLetter.sort_on, query),
    },
    search=lambda words: AwaitedLetter.company_id.in_(of_company(words)),
)
