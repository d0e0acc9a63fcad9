"""Quotes of the demonstration: one at the client's, one that awaits an underwriter, one file just opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from atmp_insure.documents.accepted_files import accepted
from atmp_insure.documents.letters import Office as Letterhead
from atmp_insure.documents.service import NewDocument, deposit_document
from atmp_insure.underwriting import queries, referral_service, sending_service, service
from atmp_insure.underwriting.pricing import Draw
from atmp_insure.underwriting.quote_course import QuoteState
from atmp_insure.underwriting.quote_pdf import Client, QuotePaper, quote_pdf
from atmp_insure.underwriting.sending_service import Addressee
from atmp_insure.underwriting.service import NewSubmission

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.diary.request_service import RequestPractice
    from atmp_insure.documents.kinds import DocumentKind
    from atmp_insure.documents.vault import Vault
    from atmp_insure.parties.models import Company
    from atmp_insure.rate_records.office import Office
    from atmp_insure.underwriting.models import Quote, Submission
    from atmp_insure.underwriting.tariff_book import TariffBook

_SCENARIOS = 2_000
_LARGEST = 10**8
_NEEDS = {
    "need": "Une hausse de la cotisation mettrait en péril les marchés de l'an prochain.", "retained_eur": "20000",
    "scheme": "general", "temporary_workers": "6", "injunction": "no", "additional_contribution": "no",
    "unlisted_events": "no",
}  # fmt: skip
_ADVICE = "Franchise de 0,30 % : elle laisse à l'entreprise ce qu'elle peut porter, et couvre l'accident grave."


@dataclass(frozen=True, slots=True)
class QuoteDesk:
    """What quotes are made with."""

    office: Office
    book: TariffBook
    vault: Vault
    kinds: Mapping[str, DocumentKind]
    practice: RequestPractice


def add_quotes(session: ScopedSession, desk: QuoteDesk, companies: Sequence[Company], broker_id: int | None) -> None:
    """The quotes of some companies whose papers are kept: those that the rules accept are sent, the others referred."""
    *priced, last = companies
    for company in priced:
        submission = _submission(session, desk, company, broker_id)
        service.write_needs(session, submission, _NEEDS, _ADVICE, desk.practice.now)
        _answer_findings(session, desk, submission)
        quote = _quote(session, desk, submission)
        if quote.state is QuoteState.READY:
            _send(session, desk, quote, company)
        elif quote.state is QuoteState.TO_REFER:
            words = "Client suivi depuis trois ans ; les mesures de prévention sont prises."
            referral_service.refer_quote(session, quote, words, desk.practice.now)
    _submission(session, desk, last, broker_id)


def _submission(session: ScopedSession, desk: QuoteDesk, company: Company, broker_id: int | None) -> Submission:
    product, on = desk.book.catalogue.products()[0], desk.practice.on
    first_day = on.replace(year=on.year + 1, month=1, day=1)
    new = NewSubmission(company.id, product, first_day, broker_id)
    made = service.open_submission(session, new, desk.book, desk.practice.now)
    return queries.get_submission(session, made.id)


def _answer_findings(session: ScopedSession, desk: QuoteDesk, submission: Submission) -> None:
    prepared = service.prepare(session, submission, desk.office, desk.book, desk.practice.on)
    for key, finding in service.findings_to_answer(prepared, submission).items():
        text = "Vu avec l'employeur : un recours est à l'étude chez son avocat."
        service.answer_finding(session, submission, key, message=finding.message_fr, text=text, now=desk.practice.now)


def _quote(session: ScopedSession, desk: QuoteDesk, submission: Submission) -> Quote:
    prepared = service.prepare(session, submission, desk.office, desk.book, desk.practice.on)
    answer = service.priced(prepared, (), Draw(submission.id, _SCENARIOS))
    return service.keep_quote(session, submission, prepared, answer, desk.practice.now)


def _send(session: ScopedSession, desk: QuoteDesk, quote: Quote, company: Company) -> None:
    paper = QuotePaper(
        answer=quote.answer, reference=quote.reference, number=quote.number, dated=desk.practice.on,
        valid_until=quote.valid_until, office=Letterhead(desk.practice.site.office_name, ()),
        client=Client(company.name, company.siren), signatory="Camille Exemple", signatory_role="Souscription",
    )  # fmt: skip
    file = accepted(f"devis_{quote.reference}.pdf", quote_pdf(paper), _LARGEST)
    new = NewDocument(desk.kinds["quote"], company.id, f"Devis {quote.reference}", channel="made")
    put = deposit_document(session, desk.vault, new, file, desk.practice.now - timedelta(minutes=1))
    to = Addressee("Dominique Exemple", f"direction-{company.siren}@exemple.invalid")
    sending_service.send_quote(session, quote, to, put.document.id, desk.practice)
