"""What happens between a quote and its client: sent, opened, questioned, accepted once, or lapsed.

The client has no account: the secret of its link opens this quote and nothing else.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right, Role
from atmp_insure.db.facts import Fact, record_fact
from atmp_insure.db.scope import unscoped
from atmp_insure.db.types import key_ring_of
from atmp_insure.diary.request_service import NewRequest, ask_for_papers
from atmp_insure.diary.task_service import NewTask, ask_task, end_asked
from atmp_insure.documents.letters import mail_text
from atmp_insure.documents.outgoing import write_mail
from atmp_insure.kernel.errors import Fault, InvalidInput, NotFound, Refused
from atmp_insure.kernel.identifiers import compact_iban, mail_address_faults
from atmp_insure.kernel.paris import paris_day
from atmp_insure.parties.account_queries import AccountOwner, list_accounts_for
from atmp_insure.parties.account_service import NewAccount, propose_account
from atmp_insure.parties.mandate_service import SignedMandate, record_mandate
from atmp_insure.parties.partner_models import AccountPurpose, AccountState
from atmp_insure.parties.queries import get_company
from atmp_insure.underwriting import queries
from atmp_insure.underwriting.models import (
    ClientQuestion,
    Quote,
    QuoteAcceptance,
    QuoteSending,
    SubmissionState,
)
from atmp_insure.underwriting.quote_course import QuoteAct, QuoteState, is_open_to, step
from atmp_insure.underwriting.quote_service import end_quote, locked_quote

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.diary.request_service import RequestPractice
    from atmp_insure.documents.kinds import DocumentKind
    from atmp_insure.parties.partner_models import BankAccount

QUOTE_ACCEPTED = "quote_accepted"
LONGEST_QUESTION = 2000
MOST_QUESTIONS = 20
_TOKEN_BYTES = 32
_DAYS_TO_ANSWER = 1
_DAYS_FOR_PAPERS = 30


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom a quote goes."""

    name: str
    email: str


def send_quote(
    session: ScopedSession, quote: Quote, to: Addressee, document_id: int, practice: RequestPractice
) -> QuoteSending:
    """Send a quote: its PDF, and the page where the client answers.

    Args:
        document_id: the PDF, in the vault.

    Raises:
        InvalidInput: no name or no address.
        Refused: the quote may not be sent, or its validity is over.
    """
    locked = locked_quote(session, quote, Right.WRITE_QUOTES)
    faults = [] if to.name.strip() else [Fault("destinataire absent", "Donner son nom", "addressee")]
    faults += mail_address_faults(to.email, "email")
    if faults:
        raise InvalidInput(faults)
    require_sendable(locked, practice)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    sending = QuoteSending(
        company_id=locked.company_id, addressee=to.name.strip(), email=to.email.strip(), token=token,
        token_digest=link_digest(session, token), document_id=document_id, sent_at=practice.now,
        sent_by=session.actor.name, sent_by_id=session.actor.user_id,
    )  # fmt: skip
    locked.sending, locked.state = sending, step(locked.state, QuoteAct.SEND)
    session.flush()
    _write(session, locked, sending, practice, key=f"quote:{locked.id}")
    return sending


def send_again(session: ScopedSession, quote: Quote, practice: RequestPractice) -> None:
    """Write to the client again, with the same paper and the same link: the secret is shown to nobody else.

    Raises:
        Refused: the quote is with no client, or its validity is over.
    """
    locked = locked_quote(session, quote, Right.WRITE_QUOTES)
    if locked.sending is None or locked.state is not QuoteState.SENT or practice.on > locked.valid_until:
        raise Refused("Ce devis n'est plus chez le client : en établir un autre.")
    _write(session, locked, locked.sending, practice, key=f"quote:{locked.id}:{practice.now:%Y%m%dT%H%M}")


def require_sendable(quote: Quote, practice: RequestPractice) -> None:
    """Refuse to send a quote that may not be sent, before anything is made of it.

    Raises:
        Refused: neither accepted by the rules nor decided, or its validity is over.
    """
    step(quote.state, QuoteAct.SEND)
    if practice.on > quote.valid_until:
        raise Refused(f"Ce devis n'était valable que jusqu'au {quote.valid_until:%d/%m/%Y} : le recalculer.")


def _write(session: ScopedSession, quote: Quote, sending: QuoteSending, practice: RequestPractice, *, key: str) -> None:
    company = get_company(session, quote.company_id)
    said = _said(quote, sending, practice) | {"company": company}
    write_mail(
        session, "quote", sending.email, *mail_text("quote", **said), key=key, now=practice.now,
        company_id=quote.company_id, document_ids=(sending.document_id,),
    )  # fmt: skip


def _said(quote: Quote, sending: QuoteSending, practice: RequestPractice) -> dict[str, Any]:
    """What every mail to the client names."""
    link, office = link_of(sending, practice), practice.site.office_name
    return {"quote": quote, "addressee": sending.addressee, "link": link, "office": office}


def link_of(sending: QuoteSending, practice: RequestPractice) -> str:
    """The address of the client's page."""
    return f"{practice.site.address}/q/{sending.token}"


def link_digest(session: ScopedSession, token: str) -> bytes:
    """What a link is found by."""
    return key_ring_of(session.get_bind().dialect).digest("quote link", token)


def find_sending_of(session: ScopedSession, token: str) -> QuoteSending:
    """The sending of a link.

    Raises:
        NotFound: no link has this token.
    """
    found = queries.find_sending_by_digest(session, link_digest(session, token))
    if found is None:
        raise NotFound("Ce lien ne correspond à aucun devis : vérifiez que l'adresse est complète.")
    return found


@unscoped("whoever holds the link of a quote has not signed in")
def note_opening(session: ScopedSession, sending: QuoteSending, now: datetime) -> None:
    """Keep that the client opened its page."""
    session.refresh(sending, with_for_update={"of": QuoteSending})
    sending.opened_at = sending.opened_at or now
    sending.last_opened_at, sending.openings = now, sending.openings + 1
    session.flush()


@unscoped("whoever holds the link of a quote has not signed in")
def ask_question(session: ScopedSession, sending: QuoteSending, text: str, now: datetime) -> ClientQuestion:
    """Keep a question of the client, and hand it to whoever sent the quote.

    Raises:
        InvalidInput: nothing is asked, or too much.
        Refused: too many questions came by this link.
    """
    asked = text.strip()
    if not asked or len(asked) > LONGEST_QUESTION:
        raise InvalidInput.one(
            "question vide ou trop longue", f"L'écrire en {LONGEST_QUESTION} caractères", place="text"
        )
    if len(sending.questions) >= MOST_QUESTIONS:
        raise Refused("Trop de questions ont déjà été posées par ce lien : appelez votre interlocuteur.")
    question = ClientQuestion(company_id=sending.company_id, text=asked, asked_at=now)
    sending.questions.append(question)
    session.flush()
    ask_task(session, NewTask(
        title=f"Répondre à une question sur le devis {sending.quote.reference}", team=Role.UNDERWRITER,
        due_on=paris_day(now) + timedelta(days=_DAYS_TO_ANSWER), company_id=sending.company_id,
        subject=f"quotes:{sending.quote_id}", assignee_id=sending.sent_by_id, key=_question_key(question),
        origin="quote_question",
    ), now)  # fmt: skip
    return question


def _question_key(question: ClientQuestion) -> str:
    return f"quote-question:{question.id}"


def answer_question(
    session: ScopedSession, quote: Quote, question: ClientQuestion, text: str, practice: RequestPractice
) -> None:
    """Answer a question of the client: its page shows the answer, and a mail says so.

    Raises:
        InvalidInput: nothing is said.
        Refused: it has its answer.
    """
    require_right_there(session, Right.WRITE_QUOTES, quote.company_id)
    if question.answered_at is not None:
        raise Refused("Cette question a déjà sa réponse.")
    if not text.strip():
        raise InvalidInput.one("réponse vide", "L'écrire", place="answer")
    question.answer, question.answered_at, question.answered_by = text.strip(), practice.now, session.actor.name
    end_asked(session, _question_key(question), practice.now)
    session.flush()
    sending = question.sending
    write_mail(
        session, "quote_answer", sending.email, *mail_text("quote_answer", **_said(quote, sending, practice)),
        key=f"quote-answer:{question.id}", now=practice.now, company_id=quote.company_id,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What a client signs.

    Attributes:
        variant: place of the variant, from 0.
        consents: sentences read and ticked, word for word; all those of the page are needed.
        mandate_text: of the SEPA mandate, word for word.
        papers: those still asked for.
    """

    variant: int
    signatory: str
    signatory_role: str
    holder: str
    iban: str
    bic: str
    consents: tuple[str, ...]
    wanted_consents: tuple[str, ...]
    mandate_text: str
    papers: Sequence[tuple[DocumentKind, str]]


@unscoped("whoever holds the link of a quote has not signed in")
def accept_quote(
    session: ScopedSession, sending: QuoteSending, given: Acceptance, practice: RequestPractice
) -> QuoteAcceptance:
    """Accept a quote: signature, mandate and papers to come, in one transaction; a second acceptance changes nothing.

    Raises:
        InvalidInput: every field that is missing or wrong.
        Refused: accepted already, lapsed, replaced, or begun before.
    """
    session.refresh(sending.quote.submission, with_for_update={"of": type(sending.quote.submission)})
    quote = sending.quote
    session.refresh(quote, with_for_update={"of": Quote})
    _require_acceptable(quote, practice)
    variants = quote.answer["variants"]
    faults = _faults(given, variants)
    try:
        account = _account(session, quote, sending, given, practice)
    except InvalidInput as error:
        raise InvalidInput((*faults, *error.faults)) from error
    if faults:
        raise InvalidInput(faults)
    origin = f"page du devis {quote.reference}"
    signed = SignedMandate(given.signatory.strip(), given.mandate_text, practice.on, origin)
    mandate = record_mandate(session, account, signed, practice.now)
    request = _papers(session, quote, sending, given, practice)
    acceptance = QuoteAcceptance(
        company_id=quote.company_id, submission_id=quote.submission_id, variant=given.variant,
        premium_eur=Decimal(variants[given.variant]["premium"]["total_eur"]), signatory=given.signatory.strip(),
        signatory_role=given.signatory_role.strip(), consents=list(given.consents), accepted_at=practice.now,
        mandate_id=mandate.id, request_id=request,
    )  # fmt: skip
    quote.acceptance, quote.state = acceptance, step(quote.state, QuoteAct.ACCEPT)
    quote.submission.state = SubmissionState.ACCEPTED
    session.flush()
    _tell(session, quote, sending, acceptance, practice)
    return acceptance


def _require_acceptable(quote: Quote, practice: RequestPractice) -> None:
    if quote.state is QuoteState.ACCEPTED:
        raise Refused("Ce devis est déjà accepté : rien n'a changé.")
    if quote.state is QuoteState.LAPSED or practice.on > quote.valid_until:
        raise Refused(f"Ce devis n'était valable que jusqu'au {quote.valid_until:%d/%m/%Y} : demandez-en un nouveau.")
    step(quote.state, QuoteAct.ACCEPT)


def _faults(given: Acceptance, variants: Sequence[Any]) -> list[Fault]:
    faults = []
    if not 0 <= given.variant < len(variants):
        faults.append(Fault("formule inconnue", "En choisir une", "variant"))
    for name, text, said in (
        ("signatory", given.signatory, "nom du signataire absent"),
        ("signatory_role", given.signatory_role, "qualité du signataire absente"),
    ):
        if not text.strip():
            faults.append(Fault(said, "La donner", name))
    if set(given.consents) != set(given.wanted_consents):
        faults.append(Fault("toutes les déclarations ne sont pas cochées", "Les lire et les cocher", "consents"))
    return faults


def _account(
    session: ScopedSession, quote: Quote, sending: QuoteSending, given: Acceptance, practice: RequestPractice
) -> BankAccount:
    """The account that will be debited: the one in use when it is the same, else a new one to be confirmed."""
    owner = AccountOwner(company_id=quote.company_id)
    iban = compact_iban(given.iban)
    known = [
        one for one in list_accounts_for(session, owner, AccountPurpose.PREMIUMS)
        if one.state in {AccountState.IN_USE, AccountState.PROPOSED}
    ]  # fmt: skip
    same = next((one for one in known if one.iban == iban), None)
    if same is not None:
        return same
    if any(one.state is AccountState.PROPOSED for one in known):
        raise InvalidInput.one(
            "un autre compte de votre entreprise est en cours de vérification",
            "Écrire à votre interlocuteur, par une question sur cette page", place="iban",
        )  # fmt: skip
    new = NewAccount(
        AccountPurpose.PREMIUMS, given.holder, given.iban, given.bic,
        f"donné par le client sur la page du devis {quote.reference}", sending.sent_by_id,
    )  # fmt: skip
    return propose_account(session, owner, get_company(session, quote.company_id).name, new, practice.now)


def _papers(
    session: ScopedSession, quote: Quote, sending: QuoteSending, given: Acceptance, practice: RequestPractice
) -> int | None:
    if not given.papers:
        return None
    return ask_for_papers(session, NewRequest(
        quote.company_id, f"quotes:{quote.id}", sending.addressee, sending.email,
        f"Vous avez accepté le devis {quote.reference} : ces pièces complètent votre dossier.",
        practice.on + timedelta(days=_DAYS_FOR_PAPERS), given.papers,
    ), practice).id  # fmt: skip


def _tell(
    session: ScopedSession, quote: Quote, sending: QuoteSending, acceptance: QuoteAcceptance, practice: RequestPractice
) -> None:
    for other in quote.submission.quotes:
        if other is not quote and is_open_to(other.state, QuoteAct.REPLACE):
            end_quote(session, other, QuoteAct.REPLACE, practice.now)
    record_fact(session, Fact(
        QUOTE_ACCEPTED, f"quote:{quote.id}", f"quotes:{quote.id}", practice.on, practice.now, quote.company_id,
        {"variant": acceptance.variant, "premium_eur": str(acceptance.premium_eur), "starts_on": str(quote.starts_on)},
    ))  # fmt: skip
    ask_task(session, NewTask(
        title=f"Émettre le contrat du devis {quote.reference}, accepté par le client", team=Role.UNDERWRITER,
        due_on=practice.on + timedelta(days=_DAYS_TO_ANSWER), company_id=quote.company_id,
        subject=f"quotes:{quote.id}", assignee_id=sending.sent_by_id, key=f"quote:{quote.id}:accepted",
        origin=QUOTE_ACCEPTED,
    ), practice.now)  # fmt: skip
    session.flush()
