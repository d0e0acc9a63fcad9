"""The resources of papers and findings: what was read, corrected with a reason, compared with the former version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields, validate

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.narrowing import of_codes, of_values
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import LONGEST, code_field, codes_filter, codes_of, filter_field, needed_text_field
from atmp_insure.api.writes import writing
from atmp_insure.rate_records import queries, service
from atmp_insure.rate_records.api.schemas import (
    CorrectionSchema,
    DifferenceSchema,
    LineSchema,
    PaperSchema,
    ValueSchema,
    corrections_of,
    difference_values,
    head_of,
    lines_of,
)
from atmp_insure.rate_records.blueprint import note_reading, office
from atmp_insure.rate_records.documents import DocumentKind
from atmp_insure.rate_records.effects import difference
from atmp_insure.rate_records.models import PaperState, RatePaper
from atmp_insure.rate_records.shown import sees_names
from atmp_insure.web.request_scope import actor, database, needs, now, signed_in_viewer

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.rate_records.documents import Document

resources = Resources(
    "rate_papers", "Pièces de tarification : feuilles de calcul, comptes, historiques, déclarations.", "/rate-papers"
)
_ONE = "/<int:paper_id>"


class PaperArguments(PageArguments):
    """Which papers are asked for."""

    company_id = filter_field("celles de cette entreprise")
    establishment_id = filter_field("celles de cet établissement")
    kind = code_field(codes_of(DocumentKind), "de cette nature", required=False)
    year = fields.Integer(validate=validate.Range(1990, 2200), metadata={"description": "de cette année"})
    state = codes_filter(codes_of(PaperState), "un état ou plusieurs")


class CorrectionBody(Arguments):
    """A value put right by hand; what was read stays."""

    name = needed_text_field(80, "nom de la valeur, par exemple « notified_percent » ou « lines.3.it_cost_eur »")
    value = fields.String(
        required=True, validate=validate.Length(max=LONGEST),
        metadata={"description": "comme on la taperait : « 3,20 % », « 14/03/2022 » ; vide : la pièce ne dit rien"},
    )  # fmt: skip
    reason = needed_text_field(500, "d'où vient cette valeur, sans donnée de santé")


class PaperValuesSchema(PaperSchema):
    """A paper, the values of its head, and what was put right by hand."""

    values = fields.List(fields.Nested(ValueSchema), required=True)
    corrections = fields.List(fields.Nested(CorrectionSchema), required=True)


class PaperDetailSchema(PaperValuesSchema):
    """A paper with the lines of an account."""

    lines = fields.List(fields.Nested(LineSchema), required=True)


class CorrectedSchema(Schema):
    """What a correction did."""

    changed = fields.Boolean(required=True, metadata={"description": "faux : la pièce le disait déjà"})
    paper = fields.Nested(PaperValuesSchema, required=True)


class PaperPageSchema(Schema):
    """A page of papers, the latest first."""

    items = fields.List(fields.Nested(PaperSchema), required=True)
    next_cursor = next_cursor_field()


class DifferencesSchema(Schema):
    """What a paper changed in those that it took the place of."""

    items = fields.List(fields.Nested(DifferenceSchema), required=True)


def _values(session: ScopedSession, paper: RatePaper, document: Document) -> dict[str, Any]:
    named = sees_names(session, paper.company_id, paper.establishment_id)
    return {name: getattr(paper, name) for name in PaperSchema().fields} | {
        "values": head_of(document), "corrections": corrections_of(paper, document, named=named),
        "lines": lines_of(document, named=named), "named": named,
    }  # fmt: skip


@resources.operation("GET", "", PaperPageSchema, arguments=PaperArguments)
@needs(Right.READ_RATES)
def list_papers(asked: dict[str, Any]) -> dict[str, Any]:
    """Les pièces, les dernières lues d'abord."""
    columns = RatePaper.company_id, RatePaper.establishment_id, RatePaper.kind, RatePaper.year
    statement = of_codes(of_values(queries.papers(), asked, *columns), asked, (RatePaper.state, PaperState))
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (RatePaper.id,), asked, descending=True)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("GET", _ONE, PaperDetailSchema)
@needs(Right.READ_RATES)
def show_paper(paper_id: int) -> dict[str, Any]:
    """Une pièce, valeur par valeur ; qui y lit le nom des victimes est inscrit au journal."""
    with database().reading(actor()) as session:
        paper = queries.get_paper(session, paper_id)
        told = _values(session, paper, office().document(paper))
    if told["named"] and told["lines"]:
        note_reading(paper)
    return told


@resources.operation("GET", f"{_ONE}/differences", DifferencesSchema)
@needs(Right.READ_RATES)
def list_differences(paper_id: int) -> dict[str, Any]:
    """Ce qu'une pièce a changé dans celles qu'elle a remplacées."""
    with database().reading(actor()) as session:
        paper = queries.get_paper(session, paper_id)
        former = queries.list_superseded_by(session, paper_id)
    newer = office().document(paper)
    found = (difference(paper, newer, one, office().document(one)) for one in former)
    return {"items": [difference_values(one) for one in found]}


@resources.operation("POST", f"{_ONE}/corrections", CorrectedSchema, body=CorrectionBody, status=201)
@needs(Right.WRITE_RATES)
def correct_paper(body: dict[str, Any], paper_id: int) -> dict[str, Any]:
    """Corriger une valeur d'une pièce ; si la pièce compte, taux et constats sont recalculés."""
    typed = service.TypedValue(body["name"], body["value"], body["reason"], signed_in_viewer().display_name)
    with writing() as session:
        paper = queries.get_paper(session, paper_id)
        changed = service.correct_value(session, office(), paper, typed, now())
        return {"changed": changed, "paper": _values(session, paper, office().document(paper))}
