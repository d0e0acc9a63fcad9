"""The resource of sections, with how each is classified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields, validate

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.narrowing import of_values
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import LONGEST, day_field, filter_field, key_field, text_field
from atmp_insure.api.writes import writing
from atmp_insure.parties import queries, service
from atmp_insure.parties.models import RateSection, SubSector, Territory
from atmp_insure.parties.service import Classification
from atmp_insure.web.request_scope import actor, database, needs, now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.parties.models import SectionTerms

resources = Resources("sections", "Sections d'établissement : ce qui a un taux, et son classement.", "/sections")


class SectionArguments(PageArguments):
    """Which sections are asked for."""

    company_id = filter_field("celles de cette entreprise")
    establishment_id = filter_field("celles de cet établissement")


class NewSectionBody(Arguments):
    """A section to create."""

    establishment_id = key_field("établissement dont elle est une section")
    number = fields.String(required=True, validate=validate.Length(1, 10))
    label = text_field()


class TermsBody(Arguments):
    """How a section is classified from a day on."""

    first_day = day_field("premier jour de ce classement")
    ctn = fields.String(required=True, validate=validate.OneOf(list("ABCDEFGHI")))
    risk_code = text_field()
    territory = fields.String(required=True, validate=validate.OneOf([one.value for one in Territory]))
    sub_sector = fields.String(
        required=True, allow_none=True, validate=validate.OneOf([one.value for one in SubSector])
    )
    has_single_rate = fields.Boolean(required=True, truthy={True}, falsy={False})
    is_support = fields.Boolean(required=True, truthy={True}, falsy={False})
    source = fields.String(required=True, validate=validate.Length(1, LONGEST))


class TermsSchema(Schema):
    """How a section is classified from a day on, until the next terms."""

    first_day = fields.Date(required=True)
    ctn = fields.String(required=True)
    risk_code = fields.String(required=True, allow_none=True)
    territory = fields.Enum(Territory, by_value=fields.String, required=True)
    sub_sector = fields.Enum(SubSector, by_value=fields.String, required=True, allow_none=True)
    has_single_rate = fields.Boolean(required=True)
    is_support = fields.Boolean(required=True)
    source = fields.String(required=True)


class SectionSchema(Schema):
    """A section of an establishment."""

    id = fields.Integer(required=True)
    company_id = fields.Integer(required=True)
    establishment_id = fields.Integer(required=True)
    number = fields.String(required=True)
    label = fields.String(required=True, allow_none=True)


class SectionDetailSchema(SectionSchema):
    """A section and how it was classified, the latest first."""

    terms = fields.List(fields.Nested(TermsSchema), required=True)


class SectionPageSchema(Schema):
    """A page of sections."""

    items = fields.List(fields.Nested(SectionSchema), required=True)
    next_cursor = next_cursor_field()


def _section(section: RateSection, terms: Sequence[SectionTerms]) -> dict[str, Any]:
    names = ("id", "company_id", "establishment_id", "number", "label")
    return {name: getattr(section, name) for name in names} | {"terms": terms}


@resources.operation("GET", "", SectionPageSchema, arguments=SectionArguments)
@needs(Right.READ_COMPANIES)
def list_sections(asked: dict[str, Any]) -> dict[str, Any]:
    """Les sections des établissements suivis."""
    statement = of_values(queries.sections(), asked, RateSection.company_id, RateSection.establishment_id)
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (RateSection.id,), asked)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("GET", "/<int:section_id>", SectionDetailSchema)
@needs(Right.READ_COMPANIES)
def show_section(section_id: int) -> dict[str, Any]:
    """Une section et son classement, jour après jour."""
    with database().reading(actor()) as session:
        return _section(queries.get_section(session, section_id), queries.list_terms(session, section_id))


@resources.operation("POST", "", SectionDetailSchema, body=NewSectionBody, status=201)
@needs(Right.ADD_COMPANIES)
def create_section(body: dict[str, Any]) -> dict[str, Any]:
    """Ajouter une section à un établissement."""
    with writing() as session:
        establishment = queries.get_establishment(session, body["establishment_id"])
        return _section(service.add_section(session, establishment, body["number"], body["label"] or "", now()), ())


@resources.operation("PUT", "/<int:section_id>/terms", SectionDetailSchema, body=TermsBody)
@needs(Right.WRITE_COMPANIES)
def classify_section(body: dict[str, Any], section_id: int) -> dict[str, Any]:
    """Dire comment une section est classée à compter d'un jour."""
    told = {
        **body,
        "risk_code": body["risk_code"] or "",
        "territory": next(one for one in Territory if one.value == body["territory"]),
    }
    told["sub_sector"] = SubSector(body["sub_sector"]) if body["sub_sector"] else None
    with writing() as session:
        section = queries.get_section(session, section_id)
        service.classify_section(session, section, Classification(**told))
        return _section(section, queries.list_terms(session, section_id))
