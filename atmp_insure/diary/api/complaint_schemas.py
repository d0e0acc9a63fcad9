"""What the resource of complaints takes and gives; names and words are null for those who do not handle them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields

from atmp_insure.access.roles import Right, Role
from atmp_insure.api.cursors import PageArguments, next_cursor_field
from atmp_insure.api.values import codes_filter, codes_of, day_field, filter_field
from atmp_insure.diary import complaint_queries as queries
from atmp_insure.diary import complaint_service as service
from atmp_insure.diary import complaint_shown as shown
from atmp_insure.diary.api.deadlines import DeadlineSchema
from atmp_insure.diary.complaint_course import (
    Complainant,
    ComplaintChannel,
    ComplaintDecision,
    ComplaintState,
    ComplaintTheme,
    RootCause,
    Step,
)
from atmp_insure.diary.complaint_forms import insurers_of
from atmp_insure.diary.complaint_letters import LetterModel, fitting
from atmp_insure.documents.models import Document
from atmp_insure.web import history
from atmp_insure.web.request_scope import actor

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.diary.complaint_models import Complaint


class ComplaintArguments(PageArguments):
    """Which complaints are asked for."""

    company_id = filter_field("celles qui concernent cette entreprise")
    state = codes_filter([*codes_of(ComplaintState), queries.LATE], "un état ou plusieurs ; « late » : en retard")
    theme = codes_filter(codes_of(ComplaintTheme), "un sujet ou plusieurs")
    channel = codes_filter(codes_of(ComplaintChannel), "une voie ou plusieurs")
    words = fields.String(metadata={
        "description": "début d'un numéro ou du nom d'une entreprise, son SIREN, ou le nom entier du réclamant"
    })  # fmt: skip
    first_day = day_field("reçues à partir de ce jour", required=False)
    last_day = day_field("reçues jusqu'à ce jour, compris", required=False)


class ComplaintSchema(Schema):
    """A complaint."""

    id = fields.Integer(required=True)
    number = fields.String(required=True)
    company_id = fields.Integer(required=True, allow_none=True)
    state = fields.Enum(ComplaintState, by_value=fields.String, required=True)
    received_on = fields.Date(required=True)
    channel = fields.Enum(ComplaintChannel, by_value=fields.String, required=True)
    complainant = fields.Enum(Complainant, by_value=fields.String, required=True)
    theme = fields.Enum(ComplaintTheme, by_value=fields.String, required=True)
    decision = fields.Enum(ComplaintDecision, by_value=fields.String, required=True, allow_none=True)
    cause = fields.Enum(RootCause, by_value=fields.String, required=True, allow_none=True)
    due_on = fields.Date(required=True, allow_none=True, metadata={"description": "prochain dernier jour"})


class ComplaintPaperSchema(Schema):
    """A paper of the file of a complaint."""

    id = fields.Integer(required=True)
    title = fields.String(required=True)
    received_at = fields.AwareDateTime(required=True)


class ComplaintWordsSchema(Schema):
    """What only those read who handle a complaint, who registered it, or who read names there; else null."""

    complainant_name = fields.String(required=True, allow_none=True)
    complainant_contact = fields.String(required=True, allow_none=True)
    said = fields.String(required=True, allow_none=True)
    acknowledged_how = fields.String(required=True, allow_none=True)
    answered_how = fields.String(required=True, allow_none=True)
    remedy = fields.String(required=True, allow_none=True, metadata={"description": "ce qui est fait pour lui"})
    corrective_action = fields.String(required=True, allow_none=True, metadata={"description": "ce qui change"})
    reopened_reason = fields.String(required=True, allow_none=True)


class ComplaintCourseSchema(Schema):
    """The days of a complaint."""

    written_on = fields.Date(required=True, allow_none=True, metadata={"description": "nul : rien d'écrit"})
    sent_on = fields.Date(required=True, allow_none=True)
    invited_on = fields.Date(required=True, allow_none=True)
    acknowledge_due_on = fields.Date(required=True, allow_none=True)
    acknowledged_on = fields.Date(required=True, allow_none=True)
    answer_due_on = fields.Date(required=True, allow_none=True)
    answered_on = fields.Date(required=True, allow_none=True)
    solved_on = fields.Date(required=True, allow_none=True)
    insurer_id = fields.Integer(required=True, allow_none=True)
    insurer_told_on = fields.Date(required=True, allow_none=True)
    mediator = fields.String(required=True, allow_none=True, metadata={"description": "médiateur que nomme un refus"})
    are_remedies_read = fields.Boolean(
        required=True, metadata={"description": "recours lus dans la réponse même ; faux : sur la parole de quelqu'un"}
    )
    reopenings = fields.Integer(required=True)
    is_shared = fields.Boolean(required=True, metadata={"description": "vue par ceux qui suivent l'entreprise"})
    team = fields.Enum(Role, by_value=fields.String, required=True)
    person_id = fields.Integer(required=True, allow_none=True, attribute="handler_id")
    registered_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)


class ComplaintProofsSchema(Schema):
    """The papers that prove what was done; null: none, or one that is not seen."""

    invitation_document_id = fields.Integer(required=True, allow_none=True)
    acknowledgement_document_id = fields.Integer(required=True, allow_none=True)
    answer_document_id = fields.Integer(required=True, allow_none=True)
    insurer_document_id = fields.Integer(required=True, allow_none=True)


class ComplaintDetailSchema(ComplaintSchema, ComplaintCourseSchema, ComplaintWordsSchema, ComplaintProofsSchema):
    """A complaint, its course, its papers, and what comes next."""

    subject = fields.String(required=True, allow_none=True, metadata={"description": "ce dont il s'agit, s'il se voit"})
    next_step = fields.Enum(Step, by_value=fields.String, required=True)
    warnings = fields.List(fields.String(), required=True, metadata={"description": "d'où viennent ces délais"})
    missing_remedies = fields.List(
        fields.String(), required=True, metadata={"description": "recours que le bureau n'a pas dits : aucun refus"}
    )
    letters = fields.List(
        fields.Enum(LetterModel, by_value=fields.String), required=True,
        metadata={"description": "courriers à écrire, en l'état"},
    )  # fmt: skip
    deadlines = fields.List(fields.Nested(DeadlineSchema), required=True)
    papers = fields.List(fields.Nested(ComplaintPaperSchema), required=True)


class ComplaintPageSchema(Schema):
    """A page of complaints, the latest first."""

    items = fields.List(fields.Nested(ComplaintSchema), required=True)
    next_cursor = next_cursor_field()


def _columns(*schemas: type[Schema]) -> tuple[str, ...]:
    return tuple(field.attribute or name for schema in schemas for name, field in schema().fields.items())


_OPEN = _columns(ComplaintSchema, ComplaintCourseSchema)
_WORDS, _PROOFS = _columns(ComplaintWordsSchema), _columns(ComplaintProofsSchema)


def complaint_values(session: ScopedSession, found: Complaint) -> dict[str, Any]:
    """A complaint as its page tells it to this viewer."""
    reads = service.reads_words(session, found)
    remedies = shown.office_remedies()
    writes = service.handles(session) and actor().everywhere(Right.WRITE_LETTERS)
    return {
        **{name: getattr(found, name) for name in _OPEN},
        **{name: getattr(found, name) if reads else None for name in _WORDS},
        **{name: _seen_paper(session, getattr(found, name)) for name in _PROOFS},
        "subject": found.subject if found.subject and history.address_of_seen(session, found.subject) else None,
        "next_step": shown.step_of(found, insurers_of(session, found)),
        "warnings": [text for _title, text in shown.warnings_of(found)],
        "missing_remedies": remedies.missing,
        "letters": fitting(found, remedies) if writes else (),
        "deadlines": queries.list_clocks_of(session, found),
        "papers": queries.list_papers_of(session, found),
    }


def _seen_paper(session: ScopedSession, document_id: int | None) -> int | None:
    return None if document_id is None or session.get(Document, document_id) is None else document_id
