"""The papers of a policy at the edge: with the names of the parties, as PDF, and put into the vault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from atmp_insure.diary.complaint_remedies import remedies_of
from atmp_insure.documents.accepted_files import accepted
from atmp_insure.documents.kinds import document_kinds
from atmp_insure.documents.service import NewDocument, deposit_document
from atmp_insure.documents.written_letters import sender_of
from atmp_insure.guarantees.loader import installed_catalogue
from atmp_insure.kernel.errors import Refused
from atmp_insure.kernel.french import search_text
from atmp_insure.kernel.paris import paris_day
from atmp_insure.parties.queries import get_company
from atmp_insure.policies import policy_pdf
from atmp_insure.policies.adjusting import charged_before, year_insured
from atmp_insure.policies.adjustment_letter import adjustment_letter
from atmp_insure.policies.contract_papers import certificate, endorsement, endorsement_number, special_conditions
from atmp_insure.policies.cover_letters import resumption_letter, suspension_letter
from atmp_insure.policies.paper_frame import Frame
from atmp_insure.policies.paper_service import correspondence_named, file_paper, organisations_named
from atmp_insure.policies.paper_values import (
    AdjustmentLetter,
    Certificate,
    CoverLetter,
    EndorsementPaper,
    RenewalLetter,
    Signed,
    Situation,
    SpecialConditions,
    TerminationLetter,
)
from atmp_insure.policies.policy_letters import renewal_letter, termination_letter
from atmp_insure.policies.stack_service import stack_of
from atmp_insure.policies.state import after_all, counting, opening_of, state_at, states
from atmp_insure.policies.transactions import Adjustment, Termination, TransactionKind
from atmp_insure.underwriting.blueprint import approval_of, seat_address
from atmp_insure.underwriting.queries import get_quote
from atmp_insure.underwriting.quote_pdf import Client, Intermediary
from atmp_insure.underwriting.quote_tables import known_claims_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.documents.models import Document
    from atmp_insure.documents.vault import Vault
    from atmp_insure.guarantees.product import Catalogue, ProductVersion
    from atmp_insure.parties.partner_models import OrganisationProfile
    from atmp_insure.policies.ending_grounds import EndingGround
    from atmp_insure.policies.models import Policy, PolicyTransaction
    from atmp_insure.policies.sequence import Plan
    from atmp_insure.policies.state import PolicyState
    from atmp_insure.policies.terms import PolicyTerms
    from atmp_insure.policies.transactions import Transaction
    from atmp_insure.settings import Settings

Paper = SpecialConditions | EndorsementPaper | RenewalLetter | TerminationLetter | CoverLetter | AdjustmentLetter
CERTIFICATE, NOTICE = "certificate_of_cover", "new_terms_notice"
BESIDE = frozenset({CERTIFICATE, NOTICE})  # filed with a transaction, and not its own paper
PAPER_KINDS = {  # codes of `documents/kinds.yaml`
    TransactionKind.ISSUE: "special_conditions", TransactionKind.TAKE_OVER: "special_conditions",
    TransactionKind.ENDORSE: "endorsement", TransactionKind.RENEW: "renewal_letter",
    TransactionKind.TERMINATE: "termination_letter", TransactionKind.SUSPEND: "suspension_letter",
    TransactionKind.RESUME: "resumption_letter", TransactionKind.ADJUST: "adjustment_letter",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PaperRoom:
    """What papers are made with: the office's settings, the vault that keeps them, how policies end.

    Attributes:
        ground_of: the ground of a code, as its text is on a day.
        last_day_to_send: the last day on which a notice ends a policy on a main due date.
    """

    settings: Settings
    vault: Vault
    ground_of: Callable[[str, date], EndingGround]
    last_day_to_send: Callable[[date], date]

    @property
    def catalogue(self) -> Catalogue:
        """The products and their tax."""
        return installed_catalogue(self.settings.config_overlay)


def paper_of(session: ScopedSession, policy: Policy, transaction: PolicyTransaction, room: PaperRoom) -> Paper:
    """The paper of a transaction, dated the day it was recorded.

    Raises:
        Refused: it was taken back, its kind has no paper, or its product version is no longer installed.
    """
    stack = stack_of(policy)
    found, one = _situation(stack, transaction.number, room)
    frame = frame_of(session, policy, paris_day(transaction.recorded_at), found.state, room)
    match one.kind:
        case TransactionKind.ISSUE | TransactionKind.TAKE_OVER:
            return special_conditions(frame, found, one, _signed(session, policy))
        case TransactionKind.ENDORSE:
            return endorsement(frame, found, one, endorsement_number(stack, one.number))
        case TransactionKind.RENEW:
            return renewal_letter(frame, found, one.entry)
        case TransactionKind.TERMINATE:
            assert isinstance(one.entry.content, Termination)
            ground = room.ground_of(one.entry.content.ground, paris_day(transaction.recorded_at))
            return termination_letter(frame, found, one, ground)
        case TransactionKind.ADJUST:
            return _adjustment_letter(frame, found, one, counting(stack))
        case TransactionKind.SUSPEND | TransactionKind.RESUME:
            written = suspension_letter if one.kind is TransactionKind.SUSPEND else resumption_letter
            return written(frame, found, one)
    raise TypeError(f"{one.kind} has no paper: it counts in no stack")


def _adjustment_letter(
    frame: Frame, found: Situation, one: Transaction, counted: Sequence[Transaction]
) -> AdjustmentLetter:  # fmt: skip
    content = one.entry.content
    assert isinstance(content, Adjustment)
    insured = year_insured(counted, content.year)
    return adjustment_letter(frame, found, one, insured, charged_before(counted, one.number))


def certificate_of(session: ScopedSession, policy: Policy, on: date, room: PaperRoom, *, dated: date) -> Certificate:
    """The certificate of cover of a policy on a day; on one before it begins, it says that it is to begin.

    Raises:
        Refused: everything was taken back, or its product version is no longer installed.
    """
    stack = stack_of(policy)
    opening = opening_of(counting(stack))
    state = state_at(stack, max(on, opening.effective_on)) if opening else None
    if state is None:
        raise Refused("L'émission de ce contrat est annulée : il n'y a rien à attester.")
    found = Situation(None, state, _product(state, room), room.catalogue.tax, room.last_day_to_send)
    return certificate(frame_of(session, policy, dated, state, room), found, on)


def notice_of(session: ScopedSession, policy: Policy, plan: Plan, dated: date, room: PaperRoom) -> RenewalLetter:
    """The notice of the terms of a renewal that is planned, before anything of it is written.

    Raises:
        Refused: it is too late for it, or the product version is no longer installed.
    """
    assert plan.inserted is not None
    assert plan.state is not None
    before = after_all(one.entry for one in counting(stack_of(policy)))
    found = Situation(before, plan.state, _product(plan.state, room), room.catalogue.tax, room.last_day_to_send)
    return renewal_letter(frame_of(session, policy, dated, plan.state, room), found, plan.inserted, is_notice=True)


_PRINTERS: Mapping[type[Any], Callable[[Any], bytes]] = {
    SpecialConditions: policy_pdf.special_conditions_pdf, EndorsementPaper: policy_pdf.endorsement_pdf,
    RenewalLetter: policy_pdf.renewal_pdf, TerminationLetter: policy_pdf.termination_pdf,
    CoverLetter: policy_pdf.cover_pdf, AdjustmentLetter: policy_pdf.adjustment_pdf,
    Certificate: policy_pdf.certificate_pdf,
}  # fmt: skip


def printed(paper: Paper | Certificate) -> bytes:
    """The PDF of a paper."""
    return _PRINTERS[type(paper)](paper)


def put_paper(
    session: ScopedSession, transaction: PolicyTransaction, content: bytes, room: PaperRoom, now: datetime,
    *, kind: str | None = None,
) -> Document:  # fmt: skip
    """Put the PDF of a paper into the vault, and file it with its transaction; the same one again changes nothing.

    Args:
        kind: code of its kind; None: that of the transaction's own paper.

    Raises:
        OutOfScope: the actor may not put papers away for this company.
        Refused: the kind of transaction has no paper.
    """
    code = kind or PAPER_KINDS.get(transaction.kind)
    if code is None:
        raise Refused(f"Cette transaction ({transaction.kind.label}) ne donne lieu à aucun document.")
    own, policy = document_kinds(room.settings.config_overlay)[code], transaction.policy
    since = "" if kind else f" au {transaction.effective_on:%d/%m/%Y}"
    name = f"{search_text(own.label).replace(' ', '_')}_{policy.reference}.pdf"
    file = accepted(name, content, room.settings.vault.largest_bytes)
    new = NewDocument(own, policy.company_id, f"{own.label} {policy.reference}{since}", channel="made")
    document = deposit_document(session, room.vault, new, file, now).document
    file_paper(session, transaction, document.id, now)
    return document


def frame_of(session: ScopedSession, policy: Policy, dated: date, state: PolicyState, room: PaperRoom) -> Frame:
    """What surrounds the papers of a policy: the office's settings, and everyone that its stack names."""
    company, own, complaints = get_company(session, policy.company_id), room.settings.quotes, room.settings.complaints
    sender, named = sender_of(room.settings.site), _all_terms(policy)
    contacts, mandates = correspondence_named(
        session,
        {one.contact_id for one in named if one.contact_id},
        {one.mandate_id for one in named if one.mandate_id},
    )
    contact = contacts.get(state.terms.contact_id or 0, "")
    return Frame(
        reference=policy.reference, dated=dated, office=sender.office, town=sender.town,
        client=Client(company.name, company.siren, seat_address(session, company.id, dated)),
        signatory=own.signatory, signatory_role=own.signatory_role,
        addressee=f"À l'attention de {contact.partition(',')[0]}" if contact else "",
        parties=_parties(session, named), contacts=contacts, mandates=mandates,
        complaints=remedies_of(complaints.service, complaints.mediator), data_protection=own.data_protection,
        office_orias=own.orias,
    )  # fmt: skip


def _situation(stack: Sequence[Transaction], number: int, room: PaperRoom) -> tuple[Situation, Transaction]:
    for one, before, state in states(counting(stack)):
        if one.number == number:
            return Situation(before, state, _product(state, room), room.catalogue.tax, room.last_day_to_send), one
    raise Refused("Cette transaction est annulée, ou en annule une autre : elle n'a pas de document.")


def _signed(session: ScopedSession, policy: Policy) -> Signed | None:
    if policy.quote_id is None:
        return None
    quote = get_quote(session, policy.quote_id)
    approval = approval_of(quote)
    return Signed(known_claims_table(quote.answer), approval.conditions.strip() if approval else "")


def _product(state: PolicyState, room: PaperRoom) -> ProductVersion:
    terms = state.terms
    found = room.catalogue.version(terms.product, terms.product_version)
    if found is None:
        raise Refused(f"La version {terms.product_version} du produit n'est plus installée : la remettre en place.")
    return found


def _all_terms(policy: Policy) -> list[PolicyTerms]:
    """Every state of the terms that counts: an endorsement names who was there before it, and who comes."""
    return [state.terms for _one, _before, state in states(counting(stack_of(policy)))]


def _parties(session: ScopedSession, named: Sequence[PolicyTerms]) -> Mapping[int, Intermediary]:
    ids = {one.organisation_id for terms in named for one in terms.shares}
    ids |= {terms.broker_id for terms in named if terms.broker_id is not None}
    return {one: _party(*found) for one, found in organisations_named(session, ids).items()}


def _party(name: str, profile: OrganisationProfile | None) -> Intermediary:
    if profile is None:
        return Intermediary(name)
    town = " ".join(filter(None, (profile.postcode, profile.town)))
    return Intermediary(name, profile.orias_number or "", tuple(filter(None, (profile.address or "", town))))
