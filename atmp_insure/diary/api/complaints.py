"""The resource of complaints: the register, one complaint, registering and correcting one, a year in figures.

What is done about one, from the invitation to the answer, is in `complaint_acts`; its letters in `complaint_letters`.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields, validate

from atmp_insure.access.roles import Right, role_of
from atmp_insure.api.cursors import asked_page
from atmp_insure.api.narrowing import of_codes, of_values, within_days
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import code_field, codes_of, day_field, key_field, member_of, text_field, yes_field
from atmp_insure.api.values import needed_text_field as needed
from atmp_insure.api.writes import writing
from atmp_insure.diary import complaint_queries as queries
from atmp_insure.diary import complaint_service as service
from atmp_insure.diary import complaint_shown as shown
from atmp_insure.diary.api.complaint_schemas import (
    ComplaintArguments,
    ComplaintDetailSchema,
    ComplaintPageSchema,
    complaint_values,
)
from atmp_insure.diary.api.people import TEAM_CODES, company_of, person_of
from atmp_insure.diary.complaint_counts import Kept, Line, line_of, lines_by
from atmp_insure.diary.complaint_course import (
    Complainant,
    ComplaintChannel,
    ComplaintDecision,
    ComplaintTheme,
    RootCause,
)
from atmp_insure.diary.complaint_lists import matching
from atmp_insure.diary.complaint_models import Complaint
from atmp_insure.diary.complaint_service import ComplaintFacts
from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.kernel.french import search_text
from atmp_insure.web import history
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import actor, database, needs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.db.session import ScopedSession

resources = Resources("complaints", "Réclamations : enregistrées, traitées dans leurs délais, comptées.", "/complaints")
ONE = "/<int:complaint_id>"
LONGEST_NAME, LONGEST_WORDS = 120, 8000
# fields of the forms, by which services place faults → those of bodies
_PLACES = {"siren": "company_id", "document": "proof_document_id", "insurer": "insurer_id"}


class FactsBody(Arguments):
    """What is known of a complaint."""

    received_on = day_field("reçue le")
    channel = code_field(codes_of(ComplaintChannel), "par quelle voie ; un écrit fait courir les délais")
    sent_on = day_field("envoyée le ; nul : compté de sa réception", allow_none=True)
    complainant = code_field(codes_of(Complainant), "qui se plaint")
    company_id = key_field("entreprise du client, ou de celui dont il s'agit", allow_none=True)
    name = text_field(LONGEST_NAME, "de la personne ou de l'organisme ; nécessaire pour un non-client ; chiffré")
    contact = text_field(LONGEST_WORDS, "comment lui répondre, ligne par ligne ; chiffré")
    theme = code_field(codes_of(ComplaintTheme), "au sujet de")
    said = needed(LONGEST_WORDS, "ce qui est dit, avec ses mots, sans donnée de santé ; chiffré")
    is_shared = yes_field("montrée à ceux qui suivent l'entreprise : son courtier, son avocat")


class ComplaintBody(FactsBody):
    """A complaint as it is heard, and who handles it."""

    subject = text_field(60, "objet dont il s'agit, « documents:12 »")
    solved = text_field(LONGEST_WORDS, "réglée sur-le-champ : comment ; pour une réclamation orale seulement")
    team = code_field(TEAM_CODES, "équipe ; nul : les sinistres. Le bureau seul la choisit", allow_none=True)
    person_id = key_field("personne de l'équipe ; nul : toute l'équipe", allow_none=True)


class YearArguments(Arguments):
    """Which year is counted."""

    year = fields.Integer(validate=validate.Range(1900, 2200), metadata={"description": "absente : celle-ci"})


class CountsSchema(Schema):
    """Complaints counted together, and how their delays were kept."""

    total = fields.Integer(required=True)
    acknowledged_in_time = fields.Integer(required=True)
    acknowledged_late = fields.Integer(required=True)
    answered_in_time = fields.Integer(required=True)
    answered_late = fields.Integer(required=True)


class ThemeCountsSchema(CountsSchema):
    """Those of a subject."""

    theme = fields.Enum(ComplaintTheme, by_value=fields.String, required=True)


class CauseCountsSchema(CountsSchema):
    """Those of a cause."""

    cause = fields.Enum(RootCause, by_value=fields.String, required=True)


class OutcomeCountsSchema(Schema):
    """What came of them."""

    upheld = fields.Integer(required=True)
    partly = fields.Integer(required=True)
    rejected = fields.Integer(required=True)
    solved = fields.Integer(required=True, metadata={"description": "réglées sur-le-champ"})


class YearSchema(Schema):
    """A year of complaints, by subject and by cause, the most frequent first."""

    year = fields.Integer(required=True)
    whole = fields.Nested(CountsSchema, required=True)
    themes = fields.List(fields.Nested(ThemeCountsSchema), required=True)
    causes = fields.List(fields.Nested(CauseCountsSchema), required=True)
    outcomes = fields.Nested(OutcomeCountsSchema, required=True)


@contextmanager
def placed_in_body() -> Iterator[None]:
    """Around a service that places faults at the fields of its form: they are told at those of the body."""
    try:
        yield
    except InvalidInput as error:
        raise InvalidInput(
            Fault(one.message, one.remedy, _PLACES.get(one.place, one.place), one.source) for one in error.faults
        ) from error


@resources.operation("GET", "", ComplaintPageSchema, arguments=ComplaintArguments)
@needs(Right.READ_COMPLAINTS)
def list_complaints(asked: dict[str, Any]) -> dict[str, Any]:
    """Les réclamations que l'on voit, les dernières reçues d'abord."""
    kinds = (Complaint.theme, ComplaintTheme), (Complaint.channel, ComplaintChannel)
    statement = of_codes(of_values(queries.complaints(), asked, Complaint.company_id), asked, *kinds)
    if asked.get("state"):
        statement = statement.where(queries.standing(asked["state"], today()))
    if "words" in asked:
        statement = statement.where(matching(search_text(asked["words"])))
    statement = within_days(statement, asked, Complaint.received_on)
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (Complaint.received_on, Complaint.id), asked, descending=True)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("GET", ONE, ComplaintDetailSchema)
@needs(Right.READ_COMPLAINTS)
def show_complaint(complaint_id: int) -> dict[str, Any]:
    """Une réclamation, ses délais, ses pièces et la suite ; ses mots pour ceux qui la traitent."""
    with database().reading(actor()) as session:
        return complaint_values(session, queries.get_complaint(session, complaint_id))


@resources.operation("GET", "/year", YearSchema, arguments=YearArguments)
@needs(Right.READ_COMPLAINTS)
def count_complaint_year(asked: dict[str, Any]) -> dict[str, Any]:
    """Une année en chiffres : par sujet, par cause, et les délais tenus."""
    on = today()
    year = asked.get("year", on.year)
    with database().reading(actor()) as session:
        found = queries.list_received_between(session, date(year, 1, 1), date(year, 12, 31))
    counted = [shown.counted_as(one) for one in found]
    themes = lines_by(counted, lambda one: one.theme, on)
    causes = lines_by((one for one in counted if one.cause), lambda one: one.cause, on)
    outcomes = {one.value: sum(complaint.decision is one for complaint in counted) for one in ComplaintDecision}
    return {
        "year": year, "whole": _counts(line_of("", counted, on)),
        "themes": [_counts(line) | {"theme": line.key} for line in themes],
        "causes": [_counts(line) | {"cause": line.key} for line in causes],
        "outcomes": outcomes | {"solved": sum(one.was_solved_at_once for one in counted)},
    }  # fmt: skip


def _counts(line: Line[Any]) -> dict[str, int]:
    return {
        "total": line.total,
        "acknowledged_in_time": line.acknowledged[Kept.IN_TIME], "acknowledged_late": line.acknowledged[Kept.LATE],
        "answered_in_time": line.answered[Kept.IN_TIME], "answered_late": line.answered[Kept.LATE],
    }  # fmt: skip


@resources.operation("POST", "", ComplaintDetailSchema, body=ComplaintBody, status=201)
@needs(Right.WRITE_DIARY)
def register_complaint(body: dict[str, Any]) -> dict[str, Any]:
    """Enregistrer une réclamation : écrite, ses délais courent ; orale, elle est réglée ou appelle un écrit."""
    with writing() as session, placed_in_body():
        about = history.about(session, body["subject"]) if body["subject"] else None
        facts = replace(_facts(session, body), handler_id=person_of(session, body))
        if body["team"]:
            facts = replace(facts, team=role_of(body["team"]))
        made = service.register_complaint(session, shown.desk(), facts, about, body["solved"] or "")
        return complaint_values(session, made)


def _facts(session: ScopedSession, body: dict[str, Any]) -> ComplaintFacts:
    return ComplaintFacts(
        received_on=body["received_on"], channel=member_of(ComplaintChannel, body["channel"]),
        theme=member_of(ComplaintTheme, body["theme"]), said=body["said"],
        complainant=member_of(Complainant, body["complainant"]), name=body["name"] or "",
        contact=body["contact"] or "", company_id=company_of(session, body), sent_on=body["sent_on"],
        is_shared=body["is_shared"],
    )  # fmt: skip


@resources.operation("PUT", ONE, ComplaintDetailSchema, body=FactsBody)
@needs(Right.WRITE_DIARY)
def correct_complaint(body: dict[str, Any], complaint_id: int) -> dict[str, Any]:
    """Corriger ce que l'on sait d'une réclamation ; ses délais bougent avec ses jours."""
    with writing() as session, placed_in_body():
        found = queries.get_complaint(session, complaint_id)
        service.correct_complaint(session, shown.desk(), found, _facts(session, body))
        return complaint_values(session, found)
