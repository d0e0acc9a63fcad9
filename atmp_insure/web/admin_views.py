"""`/admin`: every table within one's rights, settings in force, expiring parameters, locked users, the components."""

from __future__ import annotations

import enum
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import inspect, select

from atmp_insure.access.change_log import record_reading
from atmp_insure.access.roles import Right
from atmp_insure.db.base import INTERNAL
from atmp_insure.db.paging import Place, page_of
from atmp_insure.db.session import mapped_classes
from atmp_insure.db.types import SecretText
from atmp_insure.kernel.errors import NotFound
from atmp_insure.kernel.paris import paris_day
from atmp_insure.settings import SECTIONS
from atmp_insure.web import admin_overview, showcase
from atmp_insure.web.list_query import Cell, Column, ListQuery, read_query
from atmp_insure.web.lists import Empty, ListView, Row
from atmp_insure.web.request_scope import actor, database, needs, now, settings
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.base import Base

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
_HIDDEN = frozenset({"password_hash", "public_key", "object_key", "token_digest", "totp_secret", "code_digest"})
_SECRET_SETTINGS = frozenset({"password", "keys_file", "url"})
_MASKED = "••••••"
_LONGEST = 80


@blueprint.get("")
@needs(Right.READ_SETTINGS)
def overview() -> ResponseReturnValue:
    """What an administrator looks at first."""
    with database().reading(actor()) as session:
        found = admin_overview.overview(session, now())
    return render_template("admin/overview.html", overview=found, tables=_tables())


@blueprint.get("/settings")
@needs(Right.READ_SETTINGS)
def show_settings() -> ResponseReturnValue:
    """The settings in force, secrets masked."""
    sections = [
        (name, [(field.name, _setting(name, field.name)) for field in fields(kind)]) for name, kind in SECTIONS.items()
    ]
    return render_template("admin/settings.html", environment=settings().environment, sections=sections)


@blueprint.get("/tables/<name>")
@needs(Right.READ_TABLES)
def show_table(name: str) -> ResponseReturnValue:
    """The rows of a table that one may see; what is encrypted stays masked."""
    kind = next((kind for kind in _tables() if kind.__tablename__ == name), None)
    if kind is None:
        raise NotFound(_("Cette table n'existe pas, ou vous ne pouvez pas la voir."))
    record_reading(database(), actor(), "read", f"table:{name}", f"table « {name} » de l'administration")
    return render_template("admin/table.html", view=_table_view(kind), name=name)


def _table_view(kind: type[Base]) -> ListView:
    name, columns = kind.__tablename__, _columns_of(kind)
    query = read_query(request.args.to_dict(flat=False), columns, (), ListQuery(sort="id", descending=True))
    place = Place(query.after, query.before, query.size, query.descending)
    with database().reading(actor()) as session:
        page = page_of(session, select(kind), (kind.id,), place)
        rows = tuple(
            Row(str(found.id), {column.key: _cell(found, column.key) for column in columns}) for found in page.rows
        )
    return ListView(
        name=name, label=name, path=url_for("admin.show_table", name=name), columns=columns, rows=rows, query=query,
        empty=Empty(_("Table vide"), icon="database"), next_cursor=page.next_cursor,
        previous_cursor=page.previous_cursor, searchable=False,
    )  # fmt: skip


def _columns_of(kind: type[Base]) -> tuple[Column, ...]:
    return tuple(
        Column(attribute.key, attribute.key, Cell.TEXT, sortable=attribute.key == "id", main=attribute.key == "id")
        for attribute in inspect(kind).column_attrs
        if attribute.key not in _HIDDEN
    )


@blueprint.get("/components")
@needs(Right.READ_SETTINGS)
def show_components() -> ResponseReturnValue:
    """Every component of the pages, with invented values."""
    return render_template("showcase.html", **showcase.sample(request.args.to_dict(flat=False), paris_day(now())))


def _tables() -> list[type[Base]]:
    """The tables that may be looked at: those that are not internal to the mechanisms."""
    return [kind for kind in mapped_classes() if kind.visibility != INTERNAL]


def _cell(row: Base, name: str) -> str:
    if isinstance(inspect(type(row)).column_attrs[name].columns[0].type, SecretText):
        return "" if getattr(row, name) is None else _MASKED
    return _plain(getattr(row, name))


def _plain(value: Any) -> str:
    match value:
        case None:
            return ""
        case enum.Enum():
            text = str(value.value)
        case bytes():
            text = value.hex()
        case datetime():
            text = value.isoformat(timespec="seconds")
        case date() | Decimal():
            text = str(value)
        case _:
            text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _setting(section: str, key: str) -> str:
    value = getattr(getattr(settings(), section), key)
    if key in _SECRET_SETTINGS and value:
        return _MASKED
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    return str(value) if value != "" else "–"
