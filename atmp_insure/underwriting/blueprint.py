"""What the pages and the resources of quotes share: their blueprint, the tariff book, a quote as it goes on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from atmp_insure.access.models import OrganisationKind
from atmp_insure.diary.complaint_remedies import remedies_of
from atmp_insure.diary.request_service import RequestPractice
from atmp_insure.documents.accepted_files import accepted
from atmp_insure.documents.blueprint import vault
from atmp_insure.documents.service import NewDocument, deposit_document
from atmp_insure.documents.shown import kinds
from atmp_insure.documents.written_letters import sender_of
from atmp_insure.kernel.paris import paris_day
from atmp_insure.parties.partner_queries import find_profile, names_of_organisations
from atmp_insure.parties.queries import get_company, list_establishments, list_followers
from atmp_insure.policies.queries import insured_wages
from atmp_insure.underwriting.decision import Verdict
from atmp_insure.underwriting.loader import installed_tariff_book
from atmp_insure.underwriting.models import DecisionKind
from atmp_insure.underwriting.queries import get_quote
from atmp_insure.underwriting.quote_pdf import Approval, Client, Intermediary, QuotePaper, quote_pdf
from atmp_insure.underwriting.sending_service import send_quote
from atmp_insure.web.request_scope import now, once_a_request, settings

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.underwriting.models import Quote
    from atmp_insure.underwriting.sending_service import Addressee
    from atmp_insure.underwriting.tariff_book import TariffBook

blueprint = Blueprint("quotes", __name__)


@once_a_request
def book() -> TariffBook:
    """Products, statistics and law of this application."""
    overlay = settings().config_overlay
    return installed_tariff_book(overlay, insured_wages)


def paper_of(session: ScopedSession, quote: Quote) -> QuotePaper:
    """A quote as it goes on paper today: what was computed, and who sends it to whom."""
    company, site, own = get_company(session, quote.company_id), settings().site, settings().quotes
    sender, complaints = sender_of(site), settings().complaints
    return QuotePaper(
        answer=quote.answer, reference=quote.reference, number=quote.number,
        dated=paris_day(quote.created_at),
        valid_until=quote.valid_until, office=sender.office, town=sender.town,
        client=Client(company.name, company.siren, seat_address(session, company.id, paris_day(now()))),
        signatory=own.signatory, signatory_role=own.signatory_role, broker=_broker(session, quote),
        approval=approval_of(quote), complaints=remedies_of(complaints.service, complaints.mediator),
        data_protection=own.data_protection, office_orias=own.orias, insurer=own.insurer,
        insurer_links=own.insurer_links,
    )  # fmt: skip


def printed(paper: QuotePaper) -> bytes:
    """The PDF of a quote, with the examples of this office."""
    return quote_pdf(paper, overlay=settings().config_overlay)


def put_and_send(session: ScopedSession, quote_id: int, content: bytes, to: Addressee) -> Quote:
    """Put the PDF of a quote into the vault and send it to its client.

    Raises:
        InvalidInput: no name or no address.
        Refused: the quote may not be sent, or its validity is over.
    """
    quote = get_quote(session, quote_id)
    file = accepted(f"devis_{quote.reference}.pdf", content, settings().vault.largest_bytes)
    new = NewDocument(kinds()["quote"], quote.company_id, f"Devis {quote.reference}", channel="made")
    put = deposit_document(session, vault(), new, file, now())
    send_quote(session, quote, to, put.document.id, practice())
    return quote


def seat_address(session: ScopedSession, company_id: int, on: date) -> tuple[str, ...]:
    """The lines of the address of the seat on a day, as far as it is known."""
    places = list_establishments(session, company_id, on)
    seat = next((one for one in places if one.is_head_office), None)
    if seat is None:
        return ()
    town = " ".join(filter(None, (seat.postcode, seat.town)))
    return tuple(filter(None, (seat.address or "", town)))


def _broker(session: ScopedSession, quote: Quote) -> Intermediary | None:
    broker_id = quote.submission.organisation_id
    if broker_id is None:
        return None
    profile = find_profile(session, broker_id)
    name = names_of_organisations(session, [broker_id]).get(broker_id, "")
    if profile is None:
        return Intermediary(name)
    town = " ".join(filter(None, (profile.postcode, profile.town)))
    return Intermediary(name, profile.orias_number or "", tuple(filter(None, (profile.address or "", town))))


def broker_of(session: ScopedSession, company_id: int) -> int | None:
    """The broker that follows a company, as far as the viewer sees it; none when several do."""
    brokers = [
        one.organisation.id
        for one in list_followers(session, company_id)
        if one.organisation.kind is OrganisationKind.BROKER
    ]
    return brokers[0] if len(brokers) == 1 else None


def approval_of(quote: Quote) -> Approval | None:
    """The last accord of an underwriter or of the insurer."""
    for one in reversed(quote.decisions):
        if one.applied_at is not None and one.kind is not DecisionKind.RULES and one.verdict == Verdict.ACCEPT.value:
            by = "l'assureur" if one.kind is DecisionKind.INSURER else "notre service souscription"
            return Approval(by, paris_day(one.decided_at), one.conditions)
    return None


def practice() -> RequestPractice:
    """How the office writes to clients, and the moment."""
    return RequestPractice(settings().site, settings().requests, now())
