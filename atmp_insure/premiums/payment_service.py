"""Use cases of payments: record one, let it settle the oldest debts or the one that it names, take it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db import checkpoints
from atmp_insure.db.once import add_once
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.ledger import queries as books_queries
from atmp_insure.ledger import service as ledger
from atmp_insure.ledger.chart import AccountKey, AccountRole, Journal
from atmp_insure.ledger.entries import Posting, Side, Transfer
from atmp_insure.ledger.settling import Owed, oldest_first
from atmp_insure.premiums import collecting_service, payment_queries, remittance_queries, remittance_service
from atmp_insure.premiums.payment_models import PaymentMeans, PremiumPayment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.ledger.models import LedgerMatch, OpenItem
    from atmp_insure.ledger.service import Books

_SERIES = "premium_payments"


@dataclass(frozen=True, slots=True)
class NewPayment:
    """A payment as it came.

    Attributes:
        key: of what brought it: brought twice, it is recorded once.
        for_reference: of the call that it names; empty: it settles the oldest debts.
    """

    key: str
    company_id: int
    insurer_id: int
    means: PaymentMeans
    received_on: date
    amount_eur: Decimal
    reference: str = ""
    for_reference: str = ""


def receive(session: ScopedSession, new: NewPayment, books: Books) -> PremiumPayment:
    """Record a payment, post it, and let it settle what it is for; the same one brought again changes nothing.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        InvalidInput: an amount that is not above zero, or a day to come.
        Refused: the month is closed in the books, or the key is that of another payment.
    """
    require_right_there(session, Right.COLLECT_POLICIES, new.company_id)
    _require_sound(new, books)
    row = PremiumPayment(
        company_id=new.company_id, insurer_id=new.insurer_id, key=new.key, means=new.means,
        received_on=new.received_on, amount_eur=new.amount_eur, reference=new.reference, reason="", reverses_id=None,
        recorded_at=books.now, recorded_by=session.actor.name,
    )  # fmt: skip
    payment, is_new = add_once(session, row, payment_queries.payment_of_key(new.key))
    if is_new:
        _posted(session, payment, books)
        left = books_queries.list_left(session, _account(session, new.company_id))
        own = [one for one in left if one.entry.subject == _subject(payment)]
        named = [one for one in left if one.reference == new.for_reference] if new.for_reference else left
        _settle(session, [one for one in named if one.side is Side.DEBIT], own, books)
        checkpoints.reached("premiums: paid")
    elif not _says(payment, new):
        raise Refused(
            f"La clé « {new.key} » est déjà celle de l'encaissement {payment.name} : {payment.amount_eur} € reçus le "
            f"{payment.received_on:%d/%m/%Y}. Donner une autre clé si c'est un autre paiement."
        )
    return payment


def _says(payment: PremiumPayment, new: NewPayment) -> bool:
    """Whether a payment that was recorded is the one that comes again."""
    return (payment.company_id, payment.insurer_id, payment.received_on, payment.amount_eur) == (
        new.company_id, new.insurer_id, new.received_on, new.amount_eur
    )  # fmt: skip


def _require_sound(new: NewPayment, books: Books) -> None:
    if new.amount_eur <= 0:
        raise InvalidInput.one("montant nul ou négatif", "Donner ce qui a été reçu, au-dessus de zéro", place="amount")
    if new.received_on > books.on:
        raise InvalidInput.one("jour à venir", "Donner le jour où l'argent est arrivé", place="received_on")


def _posted(session: ScopedSession, payment: PremiumPayment, books: Books) -> None:
    """The bank, or the cheques to be cashed, hold it; the client is owed it until it settles something."""
    client = AccountKey(AccountRole.CLIENT, payment.company_id)
    held = (
        AccountKey(AccountRole.CHEQUES) if payment.means is PaymentMeans.CHEQUE
        else AccountKey(AccountRole.PREMIUM_BANK, payment.insurer_id)
    )  # fmt: skip
    label = f"{payment.means.label.capitalize()} {payment.reference}".strip()
    ledger.post(session, [Posting(
        Journal.BANK, payment.received_on, payment.name, payment.received_on, label, _subject(payment),
        (Transfer(held, client, payment.amount_eur),), _subject(payment),
    )], books)  # fmt: skip


def allocate(session: ScopedSession, company_id: int, books: Books) -> list[LedgerMatch]:
    """Let all that a client is owed, payments and credit notes, settle its oldest debts.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        Refused: the month is closed in the books.
    """
    require_right_there(session, Right.COLLECT_POLICIES, company_id)
    account_id = payment_queries.find_client_account(session, company_id)
    if account_id is None:
        return []
    left = books_queries.list_left(session, account_id)
    debits, credits_ = ([one for one in left if one.side is side] for side in Side)
    return _settle(session, debits, credits_, books)


def _settle(
    session: ScopedSession, owed: Iterable[OpenItem], paid: Iterable[OpenItem], books: Books
) -> list[LedgerMatch]:
    settlements = oldest_first(map(_owed, owed), map(_owed, paid))
    matches = ledger.settle(session, settlements, books) if settlements else []
    collecting_service.follow(session, matches, books)
    return matches


def _owed(item: OpenItem) -> Owed:
    return Owed(item.id, item.due_on, item.left_eur)


def take_back(session: ScopedSession, payment: PremiumPayment, reason: str, books: Books) -> PremiumPayment:
    """Take a payment back (chèque impayé, erreur): what it settled is owed again, and the books say so.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        Refused: it is taken back already, takes another back, or the month is closed.
    """
    require_right_there(session, Right.COLLECT_POLICIES, payment.company_id)
    if payment.reverses_id is not None or payment_queries.find_reversal(session, payment.id) is not None:
        raise Refused(f"L'encaissement {payment.name} est déjà annulé, ou en annule un autre.")
    [entry] = books_queries.list_entries_about(session, _subject(payment))
    undone = [
        ledger.unsettle(session, match, books)
        for match in books_queries.list_matches_of(session, _account(session, payment.company_id), [entry.id])
    ]
    collecting_service.follow(session, undone, books)
    label = f"Annulation de {payment.name} : {reason}"
    if remittance_queries.list_remitted(session, [payment.id]):  # cashed: the bank gives it back
        remittance_service.give_back(session, payment, entry, label, books)
    else:
        ledger.reverse(session, entry, books.on, label, books)
    back = PremiumPayment(
        company_id=payment.company_id, insurer_id=payment.insurer_id, key=f"{payment.key}:back", means=payment.means,
        received_on=books.on, amount_eur=payment.amount_eur, reference=payment.reference, reason=reason,
        reverses_id=payment.id, recorded_at=books.now, recorded_by=session.actor.name,
    )  # fmt: skip
    session.add(back)
    session.flush()
    return back


def _subject(payment: PremiumPayment) -> str:
    return f"{_SERIES}:{payment.id}"


def _account(session: ScopedSession, company_id: int) -> int:
    found = payment_queries.find_client_account(session, company_id)
    assert found is not None, "a payment opens it"
    return found
