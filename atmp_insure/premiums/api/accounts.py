"""The resources of clients' premium accounts and of their payments: read aloud, recorded, taken back, allocated."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page
from atmp_insure.api.narrowing import of_values, within_days
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import (
    code_field,
    codes_of,
    day_field,
    filter_field,
    given_amount_field,
    key_field,
    member_of,
    needed_text_field,
    text_field,
)
from atmp_insure.api.writes import writing
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.ledger.blueprint import books
from atmp_insure.parties.queries import get_company
from atmp_insure.premiums import payment_queries, payment_service, queries
from atmp_insure.premiums.api.schemas import (
    PremiumAccountSchema,
    PremiumPaymentPageSchema,
    PremiumPaymentSchema,
)
from atmp_insure.premiums.forms import LONGEST
from atmp_insure.premiums.payment_models import PaymentMeans, PremiumPayment
from atmp_insure.premiums.payment_service import NewPayment
from atmp_insure.premiums.shown import client_account, insurers_of, shown_calls
from atmp_insure.web.request_scope import actor, database, needs

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession

resources = Resources("premium-accounts", "Comptes de prime des clients.", "/premium-accounts")
payments = Resources("premium-payments", "Encaissements de primes.", "/premium-payments")
_ONE, _PAYMENT = "/<int:company_id>", "/<int:payment_id>"
_LONGEST_KEY = 100


class PremiumPaymentArguments(PageArguments):
    """Which payments are asked for."""

    company_id = filter_field("ceux de cette entreprise")
    first_day = day_field("reçus à partir de ce jour", required=False)
    last_day = day_field("reçus jusqu'à ce jour", required=False)


class PremiumPaymentBody(Arguments):
    """A payment as it came."""

    key = needed_text_field(
        _LONGEST_KEY, "propre à ce paiement chez qui l'envoie : redonnée, c'est le même encaissement"
    )
    company_id = key_field("le client qui a payé")
    insurer_id = key_field("l'assureur dont le compte de primes l'a reçu")
    means = code_field(codes_of(PaymentMeans), "moyen de paiement")
    received_on = day_field("jour où l'argent est arrivé")
    amount_eur = given_amount_field("montant reçu")
    reference = text_field(LONGEST, "ce que le client a écrit")
    call_reference = text_field(LONGEST, "référence RF de l'appel qu'il règle ; nul : les plus anciennes dettes")


class TakeBackBody(Arguments):
    """Why a payment is taken back."""

    reason = needed_text_field(LONGEST, "chèque impayé, virement d'un autre client…")


@resources.operation("GET", _ONE, PremiumAccountSchema)
@needs(Right.READ_POLICIES)
def show_premium_account(company_id: int) -> dict[str, Any]:
    """Le compte de prime d'un client : ce qui est dû, ce qui a été appelé, payé et rendu, jour après jour."""
    with database().reading(actor()) as session:
        return _account_plain(session, get_company(session, company_id).id)


@resources.operation("POST", f"{_ONE}/allocate", PremiumAccountSchema)
@needs(Right.COLLECT_POLICIES)
def allocate_premium_credits(company_id: int) -> dict[str, Any]:
    """Imputer les paiements et avoirs qui ne règlent rien encore sur les plus anciennes dettes."""
    with writing() as session:
        company = get_company(session, company_id)
        payment_service.allocate(session, company.id, books())
        return _account_plain(session, company.id)


@payments.operation("GET", "", PremiumPaymentPageSchema, arguments=PremiumPaymentArguments)
@needs(Right.READ_POLICIES)
def list_premium_payments(asked: dict[str, Any]) -> dict[str, Any]:
    """Les encaissements, le dernier enregistré d'abord."""
    statement = of_values(payment_queries.payments(), asked, PremiumPayment.company_id)
    statement = within_days(statement, asked, PremiumPayment.received_on)
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (PremiumPayment.id,), asked, descending=True)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@payments.operation("GET", _PAYMENT, PremiumPaymentSchema)
@needs(Right.READ_POLICIES)
def show_premium_payment(payment_id: int) -> PremiumPayment:
    """Un encaissement."""
    with database().reading(actor()) as session:
        return payment_queries.get_payment(session, payment_id)


@payments.operation("POST", "", PremiumPaymentSchema, body=PremiumPaymentBody, status=201)
@needs(Right.COLLECT_POLICIES)
def record_premium_payment(body: dict[str, Any]) -> PremiumPayment:
    """Enregistrer un encaissement, qui règle aussitôt ce pour quoi il est venu."""
    with writing() as session:
        company = get_company(session, body["company_id"])
        _require_insurer(session, company.id, body["insurer_id"])
        return payment_service.receive(session, NewPayment(
            body["key"], company.id, body["insurer_id"], member_of(PaymentMeans, body["means"]), body["received_on"],
            Decimal(body["amount_eur"]), body["reference"] or "", body["call_reference"] or "",
        ), books())  # fmt: skip


@payments.operation("POST", f"{_PAYMENT}/take-back", PremiumPaymentSchema, body=TakeBackBody)
@needs(Right.COLLECT_POLICIES)
def take_premium_payment_back(body: dict[str, Any], payment_id: int) -> PremiumPayment:
    """Annuler un encaissement : ce qu'il réglait est de nouveau dû ; la réponse est ce qui l'annule."""
    with writing() as session:
        payment = payment_queries.get_payment(session, payment_id)
        return payment_service.take_back(session, payment, body["reason"], books())


def _require_insurer(session: ScopedSession, company_id: int, insurer_id: int) -> None:
    """Refuse an insurer that shares no premium of the client: its account cannot have received one."""
    known = insurers_of(session, queries.list_calls_of_company(session, company_id))
    if insurer_id not in known:
        offered = ", ".join(f"{number} ({name})" for number, name in known.items())
        remedy = f"Donner celui d'une de ses primes : {offered}" if known else "Appeler d'abord une prime de ce client"
        raise InvalidInput.one(f"{insurer_id} n'est pas un assureur de ce client", remedy, place="insurer_id")


def _account_plain(session: ScopedSession, company_id: int) -> dict[str, Any]:
    account = client_account(
        session, company_id, shown_calls(session, queries.list_calls_of_company(session, company_id))
    )
    return {
        "company_id": company_id, "balance_eur": account.balance_eur, "due_eur": account.due_eur,
        "unallocated_eur": account.unallocated_eur,
        "lines": [
            {"on": one.moved.on, "name": one.moved.name, "amount_eur": one.moved.amount_eur,
             "due_on": one.moved.due_on, "balance_eur": one.balance_eur}
            for one in account.lines
        ],
    }  # fmt: skip
