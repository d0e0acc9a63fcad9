"""The lists of bodies, and of the files that were brought."""

from __future__ import annotations

from flask import url_for

from atmp_insure.access.roles import Right
from atmp_insure.db.paging import starts_with
from atmp_insure.kernel.french import begun
from atmp_insure.parties import body_queries
from atmp_insure.parties.body_models import Body, BodyKind, ImportState, PartyImport
from atmp_insure.parties.shown import IMPORT_STATES
from atmp_insure.web.list_query import Cell, Column, Filter, Option
from atmp_insure.web.listing import Listing
from atmp_insure.web.lists import Empty, Row
from atmp_insure.web.request_scope import actor
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _


def _body_row(body: Body) -> Row:
    return Row(
        key=str(body.id),
        url=url_for("bodies.show_body", body_id=body.id),
        detail=body.town or "",
        cells={
            "name": body.name,
            "kind": body.kind.label,
            "code": body.code,
            "departments": body.departments,
            "checked_on": body.checked_on,
        },
    )


BODIES: Listing[Body] = Listing(
    name="bodies",
    label=_l("organismes et juridictions"),
    endpoint="bodies.list_bodies",
    columns=(
        Column("name", _l("Organisme"), sortable=True, main=True),
        Column("kind", _l("Nature")),
        Column("code", _l("Code")),
        Column("departments", _l("Départements")),
        Column("checked_on", _l("Vérifié le"), Cell.DAY),
    ),
    statement=body_queries.bodies,
    sorts={"name": (Body.search_name, Body.id)},
    sort="name",
    row=_body_row,
    empty=lambda: Empty(
        _("Aucun organisme"),
        _("Caisses, commissions, juridictions et Urssaf se reprennent d'un fichier, avec sa source et son jour ; aucun "
          "n'est inventé."),
        _("Reprendre un fichier d'organismes") if actor().everywhere(Right.WRITE_COMPANIES) else "",
        url_for("imports.add_import", kind="bodies"), "building-bank",
    ),
    filters=(Filter("kind", _l("Nature"), tuple(Option(kind.value, kind.label) for kind in BodyKind)),),
    narrow={"kind": lambda query: Body.kind.in_([kind for kind in BodyKind if kind.value in query.values("kind")])},
    search=lambda words: starts_with(Body.search_name, words),
)  # fmt: skip


def _import_row(found: PartyImport) -> Row:
    return Row(
        key=str(found.id),
        url=url_for("imports.show_import", import_id=found.id),
        detail=found.file_name,
        cells={
            "kind": begun(_(found.kind.label)),
            "state": IMPORT_STATES[found.state],
            "rows": found.row_count,
            "source": found.source,
            "created_at": found.created_at,
            "created_by": found.created_by,
        },
    )


IMPORTS: Listing[PartyImport] = Listing(
    name="imports",
    label=_l("fichiers repris"),
    endpoint="imports.list_imports",
    columns=(
        Column("kind", _l("Contenu"), main=True),
        Column("state", _l("État"), Cell.STATE),
        Column("rows", _l("Lignes"), Cell.NUMBER),
        Column("source", _l("Source")),
        Column("created_at", _l("Déposé"), Cell.MOMENT, sortable=True),
        Column("created_by", _l("Par"), Cell.PERSON),
    ),
    statement=body_queries.imports,
    sorts={"created_at": (PartyImport.created_at, PartyImport.id)},
    sort="created_at",
    descending=True,
    row=_import_row,
    empty=lambda: Empty(
        _("Aucun fichier repris"),
        _("Entreprises, établissements, sections, paie et organismes se reprennent d'un tableur."),
        _("Reprendre un fichier"), url_for("imports.add_import"), "file-spreadsheet",
    ),
    filters=(
        Filter("state", _l("État"), tuple(Option(one.value, str(shown.label)) for one, shown in IMPORT_STATES.items())),
    ),
    narrow={"state": lambda query: PartyImport.state.in_([ImportState(value) for value in query.values("state")])},
)  # fmt: skip
