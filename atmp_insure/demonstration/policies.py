"""Policies of the demonstration: one issued from an accepted quote, one that lives since last January, in revision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.access.models import User
from atmp_insure.access.queries import users
from atmp_insure.demonstration.premiums import (
    agree_plan,
    call_premiums,
    chase_premiums,
    collect_by_broker,
    pay_first_call,
    state_commissions,
)
from atmp_insure.parties import agreement_queries, agreement_service, partner_queries
from atmp_insure.parties.agreement_service import NewAgreement
from atmp_insure.parties.delegated_acts import DelegatedAct
from atmp_insure.policies import issue_service
from atmp_insure.policies.changes import ChangeWages
from atmp_insure.policies.grounds import DUE_DATE
from atmp_insure.policies.issue_service import Issuing, shares_of
from atmp_insure.policies.issuing import first_year, quoted_terms
from atmp_insure.policies.loader import installed_grounds
from atmp_insure.policies.models import Policy
from atmp_insure.policies.revision_service import RevisionDesk, open_revision
from atmp_insure.policies.sequence import insertion
from atmp_insure.policies.stack_service import Act, stack_of, write_entries
from atmp_insure.policies.transactions import Endorsement, Opening, TransactionKind
from atmp_insure.settings import PremiumSettings, read_settings
from atmp_insure.underwriting import queries, sending_service
from atmp_insure.underwriting.consents import CONSENTS, mandate_text
from atmp_insure.underwriting.quote_course import QuoteState
from atmp_insure.underwriting.sending_service import Acceptance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.access.models import Organisation
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.demonstration.quotes import QuoteDesk
    from atmp_insure.parties.agreement_models import AgreementVersion
    from atmp_insure.parties.models import Company
    from atmp_insure.underwriting.models import Quote

_IBAN = "FR7630006000011234567890189"  # an example of the national standard, of nobody
_BROKER = "demo.broker"  # who sent the quote, and so asks for the second accord on the client's account
_FORMER_REFERENCE = "ANCIEN-2026-0001"
_ANSWER_IN, _PAID_AFTER = timedelta(days=30), timedelta(days=8)


def add_policies(session: ScopedSession, desk: QuoteDesk, companies: Sequence[Company], insurer: Organisation) -> None:
    """Have a client accept its quote and issue its policy; give another client a policy taken over from elsewhere."""
    version = _agreement(session, desk, insurer)
    quotes = [_latest_quote(session, company) for company in companies]
    sent = next(one for one in quotes if one is not None and one.state is QuoteState.SENT)
    other = next(one for one in quotes if one is not None and one is not sent)
    _accept(session, desk, sent)
    act = Act("Devis accepté par le client", desk.practice.now)
    issued = issue_service.issue_policy(session, sent, Issuing(version.id), desk.book.catalogue, act)
    living = _living_policy(session, desk, other, version)
    paid_on = date(desk.practice.on.year, 1, 1) + _PAID_AFTER
    if paid_on <= desk.practice.on:
        pay_first_call(session, living, insurer.id, paid_on)
        state_commissions(session, living, desk.practice.on)
    if other.submission.organisation_id is not None and paid_on + _PAID_AFTER <= desk.practice.on:
        broker = partner_queries.get_organisation(session, other.submission.organisation_id)
        collect_by_broker(session, living, broker, desk.practice.on)
    chase_premiums(session, living, desk.practice.on, desk.book.catalogue)
    agree_plan(session, living, desk.practice.on, desk.book.catalogue)
    ground = installed_grounds(None).on(DUE_DATE, desk.practice.on)
    revising = RevisionDesk(desk.office, desk.book, read_settings({}), ground, desk.kinds, desk.practice.now)
    open_revision(session, living, revising, _ANSWER_IN)
    today = desk.practice.on
    call_premiums(session, issued, today, today + timedelta(days=PremiumSettings().lead_days))


def _agreement(session: ScopedSession, desk: QuoteDesk, insurer: Organisation) -> AgreementVersion:
    """What the insurer delegates: everything, under its own number."""
    begun = date(desk.practice.on.year - 1, 1, 1)
    new = NewAgreement("DEMO-DELEGATION", "Délégation de gestion (exemple)", begun)
    version = agreement_service.create_agreement(session, insurer, new, desk.practice.now).versions[0]
    agreement_service.put_product(session, version, desk.book.catalogue.products()[0], Decimal("0.15"), None)
    agreement_service.put_share(session, version, insurer, Decimal(1), is_leader=True)
    for act in (DelegatedAct.ACCEPT, DelegatedAct.ENDORSE, DelegatedAct.TERMINATE):
        agreement_service.put_power(session, version, act, Decimal(50_000_000))
    agreement = agreement_queries.get_agreement(session, version.agreement_id)
    agreement_service.sign_version(session, agreement, version, begun, desk.practice.on)
    return version


def _latest_quote(session: ScopedSession, company: Company) -> Quote | None:
    files = queries.list_submissions_of(session, company.id, 1)
    return queries.get_quote(session, files[0].quotes[-1].id) if files and files[0].quotes else None


def _accept(session: ScopedSession, desk: QuoteDesk, quote: Quote) -> None:
    assert quote.sending is not None, "the demonstration sent it"
    quote.sending.sent_by_id = session.scalar(users().where(User.sign_in == _BROKER).with_only_columns(User.id))
    holder = quote.sending.addressee
    given = Acceptance(
        variant=0, signatory=holder, signatory_role="gérante", holder=holder, iban=_IBAN, bic="", consents=CONSENTS,
        wanted_consents=CONSENTS, mandate_text=mandate_text(desk.practice.site.office_name, holder), papers=(),
    )  # fmt: skip
    sending_service.accept_quote(session, quote.sending, given, desk.practice)


def _living_policy(session: ScopedSession, desk: QuoteDesk, quote: Quote, version: AgreementVersion) -> Policy:
    """A policy of another system, in force since the first of January, whose wages were declared anew in July."""
    year, tax = desk.practice.on.year, desk.book.catalogue.tax
    product = desk.book.catalogue.version_on(quote.answer["product"], date(year, 1, 1))
    assert product is not None, "it is sold since"
    quoted = quoted_terms(quote.answer, 0, product, (version.id, shares_of(version)))
    sections = tuple(replace(one, first_day=date(year, 1, 1)) for one in quoted.sections)
    broker_id = quote.submission.organisation_id
    terms = replace(quoted, product_version=product.version, sections=sections, broker_id=broker_id)
    policy = Policy(
        company_id=quote.company_id, reference=_FORMER_REFERENCE, product=terms.product, created_at=desk.practice.now,
        created_by=session.actor.name, transactions=[],
    )  # fmt: skip
    session.add(policy)
    session.flush()
    one = sections[0]
    opening = Opening(terms, first_year(date(year, 1, 1), (1, 1)), TransactionKind.TAKE_OVER)
    raised = ChangeWages(one.siret, one.section, Fraction(round(one.wages_eur * Fraction(11, 10))))
    for on, content in ((date(year, 1, 1), opening), (date(year, 7, 1), Endorsement((raised,)))):
        act = Act("Exemple de la démonstration", desk.practice.now)
        write_entries(session, policy, insertion(stack_of(policy), on, content, tax).entries, act)
        if on <= desk.practice.on:
            call_premiums(session, policy, on, on)
    return policy
