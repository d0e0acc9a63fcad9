"""The letters of a complaint: filled in from it, read again by a person, kept as papers of the office in its file."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields, validate

from atmp_insure.access.roles import Right
from atmp_insure.api.resources import Arguments
from atmp_insure.api.values import LONGEST, code_field, codes_of, keys_field, member_of, text_field
from atmp_insure.api.values import needed_text_field as needed
from atmp_insure.api.writes import vault, writing
from atmp_insure.diary import complaint_queries as queries
from atmp_insure.diary.api.complaints import ONE, resources
from atmp_insure.diary.complaint_letters import LetterModel
from atmp_insure.diary.complaint_service import require_handler
from atmp_insure.documents import correspondence
from atmp_insure.documents.accepted_files import accepted
from atmp_insure.documents.letter_origins import origin_of
from atmp_insure.documents.service import NewDocument
from atmp_insure.documents.shown import kinds
from atmp_insure.documents.written_letters import (
    GREETING,
    MOST_ADDRESS_LINES,
    WrittenLetter,
    address_lines,
    left_to_say,
    one_line,
    reference_pairs,
    sender_of,
    without_controls,
)
from atmp_insure.kernel.french import begun
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import actor, database, needs, now, settings, signed_in_viewer

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.documents.accepted_files import AcceptedFile
    from atmp_insure.documents.letter_origins import Origin

__all__ = ["resources"]

_MODELS = codes_of(LetterModel)
_LONGEST_LINE, _LONGEST_BODY, _MOST_LINES = 80, 20_000, 20


def _lines_field(most: int, description: str, least: int = 0) -> fields.List[Any]:
    line = fields.String(validate=validate.Length(1, _LONGEST_LINE))
    return fields.List(
        line, required=True, validate=validate.Length(least, most), metadata={"description": description}
    )


class LetterModelArguments(Arguments):
    """Which letter is proposed."""

    model = code_field(_MODELS, "quel courrier")


class LetterBody(Arguments):
    """A letter as a person read it again."""

    model = code_field(_MODELS, "courrier dont il est parti")
    kind = code_field(correspondence.LETTER_KINDS, "nature ; nul : la première que l'on relira", allow_none=True)
    addressee = _lines_field(MOST_ADDRESS_LINES, "nom, puis adresse", 1)
    references = _lines_field(_MOST_LINES, "« Libellé : texte »")
    subject = needed()
    greeting = needed(_LONGEST_LINE, "formule d'appel")
    body = needed(_LONGEST_BODY, "rien n'y reste entre crochets ; une ligne vide sépare les paragraphes")
    enclosures = _lines_field(_MOST_LINES, "pièces jointes")
    signatory = needed(_LONGEST_LINE)
    signatory_role = needed(_LONGEST_LINE, "sa fonction")
    title = text_field(LONGEST, "titre dans le coffre, sans nom de personne ; nul : le nom de la nature")


class SendBody(Arguments):
    """A mail that carries papers of the file of a complaint."""

    papers = keys_field("pièces du dossier de la réclamation ; celles d'ailleurs sont laissées de côté")
    recipient = needed(description="adresse électronique")
    subject = needed()
    body = needed(_LONGEST_BODY, "texte du courriel")


class LetterProposalSchema(Schema):
    """A letter filled in with what is known, before a person reads it again."""

    model = fields.Enum(LetterModel, by_value=fields.String, required=True)
    addressee = fields.List(fields.String(), required=True)
    references = fields.List(fields.String(), required=True)
    subject = fields.String(required=True)
    greeting = fields.String(required=True)
    body = fields.String(required=True)
    left_to_say = fields.List(
        fields.String(), required=True, metadata={"description": "ce qu'une personne seule peut dire, à remplacer"}
    )
    signatory = fields.String(required=True)
    signatory_role = fields.String(required=True)
    title = fields.String(required=True)


class KeptLetterSchema(Schema):
    """The paper that a letter became."""

    document_id = fields.Integer(required=True)
    title = fields.String(required=True)
    is_new = fields.Boolean(required=True, metadata={"description": "faux : ce même courrier y était déjà"})


class SentMailSchema(Schema):
    """A mail that leaves with the next sending."""

    id = fields.Integer(required=True)
    recipient = fields.String(required=True)
    papers = fields.List(fields.Integer(), required=True)


@resources.operation("GET", f"{ONE}/letters", LetterProposalSchema, arguments=LetterModelArguments,
                     answers={409: "Ce courrier ne s'écrit pas en l'état."})  # fmt: skip
@needs(Right.WRITE_LETTERS)
def propose_complaint_letter(asked: dict[str, Any], complaint_id: int) -> dict[str, Any]:
    """Un courrier de la réclamation, rempli de ce que l'on sait ; rien n'est gardé."""
    viewer = signed_in_viewer()
    with database().reading(actor()) as session:
        origin = _origin(session, complaint_id, asked["model"])
    return {
        "model": member_of(LetterModel, asked["model"]), "addressee": origin.addressee, "references": origin.references,
        "subject": origin.letter_subject, "greeting": GREETING, "body": origin.body,
        "left_to_say": left_to_say(origin.body), "signatory": viewer.display_name,
        "signatory_role": begun(viewer.roles_text.partition(",")[0]), "title": origin.title,
    }  # fmt: skip


def _origin(session: ScopedSession, complaint_id: int, model: str) -> Origin:
    """What a letter is written from, for whoever handles complaints: it names who complains.

    Raises:
        NotFound: no such complaint, or none that the actor may see.
        Refused: the actor is not of the office, or this letter cannot be written as the complaint stands.
    """
    found = queries.get_complaint(session, complaint_id)
    require_handler(session)
    return origin_of(session, found.subject_key, model)


@resources.operation("POST", f"{ONE}/letters", KeptLetterSchema, body=LetterBody, status=201)
@needs(Right.WRITE_LETTERS)
def keep_complaint_letter(body: dict[str, Any], complaint_id: int) -> dict[str, Any]:
    """Garder un courrier relu, en PDF, dans le dossier de la réclamation."""
    correspondence.require_whole(body["body"])
    with database().reading(actor()) as session:
        new = _new(session, body, _origin(session, complaint_id, body["model"]))
    file = _pdf(body)
    with writing() as session:
        done = correspondence.keep_letter(session, vault(), new, file, now())
        return {"document_id": done.document.id, "title": done.document.title, "is_new": done.is_new}


@resources.operation("POST", f"{ONE}/letters/send", SentMailSchema, body=SendBody, status=201)
@needs(Right.WRITE_LETTERS)
def send_complaint_letters(body: dict[str, Any], complaint_id: int) -> dict[str, Any]:
    """Envoyer par courriel des pièces du dossier de la réclamation ; ce qui est parti se dit par un autre acte."""
    recipient = correspondence.mail_address(body["recipient"])
    with writing() as session:
        found = queries.get_complaint(session, complaint_id)
        require_handler(session)
        papers = [one for one in queries.list_papers_of(session, found) if one.id in body["papers"]]
        mail = correspondence.send_documents(
            session, papers, recipient, body["subject"], body["body"], key=secrets.token_hex(16), now=now()
        )
        return {"id": mail.id, "recipient": mail.recipient, "papers": [one.id for one in papers]}


def _new(session: ScopedSession, body: dict[str, Any], origin: Origin) -> NewDocument:
    known = kinds()
    offered = [code for code in correspondence.LETTER_KINDS if correspondence.reads_again(session, known[code], None)]
    code = body["kind"] or next(iter(offered), correspondence.LETTER_KINDS[0])
    new = NewDocument(
        kind=known[code], company_id=origin.company_id, title=body["title"] or "", file_ref=origin.file_ref,
        channel=correspondence.CHANNEL,
    )  # fmt: skip
    correspondence.require_read_again(session, new)
    return new


def _pdf(body: dict[str, Any]) -> AcceptedFile:
    """The letter as its paper shows it.

    Raises:
        InvalidInput: what its address or its references lack.
    """
    written = WrittenLetter(
        addressee=address_lines(without_controls("\n".join(body["addressee"])), "addressee"),
        references=reference_pairs(without_controls("\n".join(body["references"])), "references"),
        subject=one_line(body["subject"]), body=without_controls(body["body"]),
        signatory=one_line(body["signatory"]), signatory_role=one_line(body["signatory_role"]),
        enclosures=tuple(one_line(one) for one in body["enclosures"]),
        greeting=one_line(body["greeting"]).rstrip(","),
    )  # fmt: skip
    content = correspondence.letter_pdf(written, sender_of(settings().site), today())
    return accepted(correspondence.letter_file_name(today(), "pdf"), content, settings().vault.largest_bytes)
