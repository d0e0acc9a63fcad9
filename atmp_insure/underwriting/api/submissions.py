"""The resource of files to be quoted: opened, filled in with the client, answered finding by finding, given up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields, validate

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.narrowing import of_codes, of_values, within_days
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import (
    DIGITS,
    LONGEST_TEXT,
    code_field,
    codes_filter,
    codes_of,
    day_field,
    filter_field,
    key_field,
    needed_text_field,
    text_field,
)
from atmp_insure.api.writes import writing
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.parties.queries import get_company
from atmp_insure.parties.typed_numbers import company_id_of
from atmp_insure.rate_records.blueprint import office
from atmp_insure.underwriting import queries, service
from atmp_insure.underwriting.api.answer_schemas import CoverReasonSchema
from atmp_insure.underwriting.blueprint import book, broker_of
from atmp_insure.underwriting.decision import decision
from atmp_insure.underwriting.models import Submission, SubmissionState
from atmp_insure.underwriting.needs import LONGEST_ANSWER, NO, QUESTIONS, SCHEMES, YES, AnswerKind, Question
from atmp_insure.underwriting.quote_course import QuoteState
from atmp_insure.underwriting.service import NewSubmission
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import actor, database, needs, now

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession

resources = Resources(
    "submissions", "Demandes de tarification : ce qu'un client soumet, jusqu'au prix.", "/submissions"
)
ONE = "/<int:submission_id>"
UNSOLD = {422: "Le produit de la demande n'est plus vendu pour son premier jour."}
_CHOICES = {AnswerKind.YES_NO: (YES, NO), AnswerKind.SCHEME: tuple(SCHEMES)}


def _answer_field(question: Question) -> fields.String:
    may_wait = not question.is_required
    if question.answer in _CHOICES:
        return code_field(_CHOICES[question.answer], question.text_fr, allow_none=may_wait)
    if may_wait:
        return text_field(LONGEST_ANSWER, f"{question.text_fr} Nul : sans réponse.")
    return needed_text_field(LONGEST_ANSWER, question.text_fr)


class SubmissionArguments(PageArguments):
    """Which files are asked for."""

    company_id = filter_field("celles de cette entreprise")
    state = codes_filter(codes_of(SubmissionState), "un état ou plusieurs")
    first_day = day_field("prise d'effet à partir de ce jour", required=False)
    last_day = day_field("prise d'effet jusqu'à ce jour, compris", required=False)


class SubmissionBody(Arguments):
    """A file to open."""

    company_id = key_field("entreprise ; nul : celle du SIREN", allow_none=True)
    siren = fields.String(
        required=True, allow_none=True, validate=DIGITS, metadata={"description": "nul : l'entreprise de company_id"}
    )
    product = needed_text_field(60, "code du produit")
    starts_on = day_field("premier jour de la garantie")


AnswersBody = Arguments.from_dict({one.code: _answer_field(one) for one in QUESTIONS}, name="NeedsAnswersBody")


class NeedsBody(Arguments):
    """What the client answered, and the advice that it was given."""

    answers = fields.Nested(AnswersBody, required=True)
    advice = fields.String(
        required=True, validate=validate.Length(max=LONGEST_TEXT),
        metadata={"description": "le conseil donné et ses raisons ; peut être vide"},
    )  # fmt: skip


class FindingAnswerBody(Arguments):
    """The answer to a finding."""

    key = needed_text_field(500, "« key » du constat")
    text = needed_text_field(LONGEST_TEXT, "ce qui a été vérifié, et avec qui")


class CloseSubmissionBody(Arguments):
    """Why a file is given up."""

    reason = needed_text_field(LONGEST_TEXT)


class SubmissionSchema(Schema):
    """A file to be quoted."""

    id = fields.Integer(required=True)
    company_id = fields.Integer(required=True)
    organisation_id = fields.Integer(
        required=True, allow_none=True, metadata={"description": "le courtier qui l'apporte ; nul : le bureau"}
    )
    product = fields.String(required=True)
    starts_on = fields.Date(required=True)
    state = fields.Enum(SubmissionState, by_value=fields.String, required=True)
    created_at = fields.AwareDateTime(required=True)
    created_by = fields.String(required=True)
    closed_reason = fields.String(required=True, allow_none=True)


class NeedsFormSchema(Schema):
    """A version of the form of needs."""

    number = fields.Integer(required=True)
    answers = fields.Dict(fields.String(), fields.String(), required=True)
    questions = fields.List(
        fields.List(fields.String()), required=True,
        metadata={"description": "code et texte de chaque question qui a sa réponse, telle qu'elle a été posée"},
    )  # fmt: skip
    advice = fields.String(required=True)
    written_by = fields.String(required=True)
    written_at = fields.AwareDateTime(required=True)


class FindingAnswerSchema(Schema):
    """What was answered to a finding."""

    key = fields.String(required=True)
    message = fields.String(required=True, metadata={"description": "le constat, comme il était dit"})
    text = fields.String(required=True)
    written_by = fields.String(required=True)
    written_at = fields.AwareDateTime(required=True)


class QuoteVersionSchema(Schema):
    """A version of the price of a file, in short."""

    id = fields.Integer(required=True)
    number = fields.Integer(required=True)
    reference = fields.String(required=True)
    state = fields.Enum(QuoteState, by_value=fields.String, required=True)


class AwaitingFindingSchema(Schema):
    """A finding that awaits its answer."""

    key = fields.String(required=True, metadata={"description": "à redonner avec la réponse"})
    message_fr = fields.String(required=True)
    legal_basis = fields.String(required=True, allow_none=True)


class RulesSchema(Schema):
    """What the rules of the product say of a file as its papers stand now, before any price."""

    decision = fields.String(required=True, metadata={"description": "accept, refer ou refuse"})
    reasons = fields.List(fields.Nested(CoverReasonSchema), required=True)
    findings_to_answer = fields.List(fields.Nested(AwaitingFindingSchema), required=True)
    missing_papers = fields.List(fields.String(), required=True)


class SubmissionDetailSchema(SubmissionSchema):
    """A file with its forms, its answers, its quotes and what the rules say of it now."""

    needs = fields.List(fields.Nested(NeedsFormSchema), required=True)
    answers = fields.List(fields.Nested(FindingAnswerSchema), required=True)
    quotes = fields.List(fields.Nested(QuoteVersionSchema), required=True)
    rules = fields.Nested(RulesSchema, required=True)


class SubmissionPageSchema(Schema):
    """A page of files, the latest first."""

    items = fields.List(fields.Nested(SubmissionSchema), required=True)
    next_cursor = next_cursor_field()


_OWN = tuple(name for name in SubmissionDetailSchema().fields if name != "rules")


def _detail(session: ScopedSession, found: Submission) -> dict[str, Any]:
    """A file as its page tells it."""
    prepared = service.prepare(session, found, office(), book(), today())
    decided = decision(prepared.exposure, (), prepared.declared, prepared.tariff.product, prepared.starts_on)
    return {name: getattr(found, name) for name in _OWN} | {
        "rules": {
            "decision": decided.verdict.value,
            "reasons": decided.reasons,
            "findings_to_answer": [
                {"key": key, "message_fr": one.message_fr, "legal_basis": one.legal_basis}
                for key, one in service.findings_to_answer(prepared, found).items()
            ],
            "missing_papers": prepared.exposure.missing_papers,
        }
    }


@resources.operation("GET", "", SubmissionPageSchema, arguments=SubmissionArguments)
@needs(Right.READ_PRICING)
def list_submissions(asked: dict[str, Any]) -> dict[str, Any]:
    """Les demandes de tarification, les dernières ouvertes d'abord."""
    statement = of_values(queries.submissions(), asked, Submission.company_id)
    statement = of_codes(statement, asked, (Submission.state, SubmissionState))
    statement = within_days(statement, asked, Submission.starts_on)
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (Submission.created_at, Submission.id), asked, descending=True)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("POST", "", SubmissionDetailSchema, body=SubmissionBody, status=201)
@needs(Right.WRITE_QUOTES)
def open_submission(body: dict[str, Any]) -> dict[str, Any]:
    """Ouvrir une demande pour une entreprise, un produit et un premier jour."""
    with writing() as session:
        company_id = _company_of(session, body)
        new = NewSubmission(company_id, body["product"], body["starts_on"], broker_of(session, company_id))
        try:
            return _detail(session, service.open_submission(session, new, book(), now()))
        except InvalidInput as error:
            raise _placed(error, body) from error


def _company_of(session: ScopedSession, body: dict[str, Any]) -> int:
    """The company of a body, by its number or by its SIREN.

    Raises:
        NotFound: none of that number that the actor may see.
        InvalidInput: none of that SIREN, or named twice, or not at all.
    """
    if (body["company_id"] is None) == (body["siren"] is None):
        raise InvalidInput.one(
            "entreprise à nommer une fois", "Donner company_id ou siren, et l'autre nul", place="company_id"
        )
    if body["siren"] is None:
        return get_company(session, body["company_id"]).id
    found = company_id_of(session, body["siren"])
    if found is None:
        raise InvalidInput.one("SIREN absent", "Donner celui de l'entreprise", place="siren")
    return found


def _placed(error: InvalidInput, body: dict[str, Any]) -> InvalidInput:
    """The same faults, those about the company placed where it was named."""
    named = "siren" if body["siren"] is not None else "company_id"
    return InvalidInput(replace(one, place=named) if one.place == "siren" else one for one in error.faults)


@resources.operation("GET", ONE, SubmissionDetailSchema, answers=UNSOLD)
@needs(Right.READ_PRICING)
def show_submission(submission_id: int) -> dict[str, Any]:
    """Une demande : fiche de besoins, constats à répondre, pièces manquantes, devis, et ce qu'en disent les règles."""
    with database().reading(actor()) as session:
        return _detail(session, queries.get_submission(session, submission_id))


@resources.operation("POST", f"{ONE}/needs", SubmissionDetailSchema, body=NeedsBody, status=201)
@needs(Right.WRITE_QUOTES)
def write_submission_needs(body: dict[str, Any], submission_id: int) -> dict[str, Any]:
    """Garder ce que le client a répondu et le conseil donné : une nouvelle version de la fiche de besoins."""
    answers = {code: text or "" for code, text in body["answers"].items()}
    with writing() as session:
        found = queries.get_submission(session, submission_id)
        try:
            service.write_needs(session, found, answers, body["advice"], now())
        except InvalidInput as error:
            raise error.under("answers") from error
        return _detail(session, found)


@resources.operation("POST", f"{ONE}/finding-answers", SubmissionDetailSchema, body=FindingAnswerBody, status=201)
@needs(Right.WRITE_QUOTES)
def answer_submission_finding(body: dict[str, Any], submission_id: int) -> dict[str, Any]:
    """Répondre à un constat d'erreur, sans quoi aucun devis ne part."""
    with database().reading(actor()) as session:
        found = queries.get_submission(session, submission_id)
        awaiting = service.findings_to_answer(service.prepare(session, found, office(), book(), today()), found)
    if body["key"] not in awaiting:
        raise InvalidInput.one(
            "ce constat n'attend pas de réponse", "Reprendre un « key » de rules.findings_to_answer", place="key"
        )
    message = awaiting[body["key"]].message_fr
    with writing() as session:
        kept = queries.get_submission(session, submission_id)
        service.answer_finding(session, kept, body["key"], message=message, text=body["text"], now=now())
        return _detail(session, kept)


@resources.operation("POST", f"{ONE}/close", SubmissionDetailSchema, body=CloseSubmissionBody)
@needs(Right.WRITE_QUOTES)
def close_submission(body: dict[str, Any], submission_id: int) -> dict[str, Any]:
    """Abandonner une demande : ses devis ne peuvent plus être acceptés."""
    with writing() as session:
        found = queries.get_submission(session, submission_id)
        service.close_submission(session, found, body["reason"], now())
        return _detail(session, found)
