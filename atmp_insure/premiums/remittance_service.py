"""Use cases of cheques: hand those of one insurer's account to the bank; take one back once the bank gives it back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db import checkpoints
from atmp_insure.db.once import add_once
from atmp_insure.kernel.errors import Fault, InvalidInput, Refused
from atmp_insure.ledger import queries as books_queries
from atmp_insure.ledger import service as ledger
from atmp_insure.ledger.chart import AccountKey, AccountRole, Journal
from atmp_insure.ledger.entries import Posting, Side, Transfer
from atmp_insure.ledger.settling import Settlement
from atmp_insure.premiums import payment_queries, remittance_queries
from atmp_insure.premiums.payment_models import PaymentMeans, PremiumPayment
from atmp_insure.premiums.remittance_models import ChequeRemittance, RemittedCheque, remittance_name
from atmp_insure.premiums.settling_service import item_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.ledger.models import LedgerEntry, OpenItem
    from atmp_insure.ledger.service import Books

REMITTANCES = "cheque_remittances"
_CHEQUES = AccountKey(AccountRole.CHEQUES)


@dataclass(frozen=True, slots=True)
class NewRemittance:
    """Cheques that are handed to the bank.

    Attributes:
        key: of the form; sent twice, it is one remittance.
        payment_ids: of the cheques.
    """

    key: str
    insurer_id: int
    payment_ids: tuple[int, ...]
    remitted_on: date


def remit(session: ScopedSession, new: NewRemittance, books: Books) -> ChequeRemittance:
    """Hand cheques to the bank of one insurer's premiums: the bank holds them from that day on.

    Raises:
        OutOfScope: the right of the actor does not reach a company whose cheque it is.
        InvalidInput: no cheque, or a day that is to come, or before one was received.
        Refused: a cheque is in a remittance already, taken back, of another account, or the month is closed.
    """
    known = session.scalar(remittance_queries.remittance_of_key(new.key))
    if known is not None:
        return known
    cheques = _required_sound(session, new, books)
    items = _held(session, cheques)
    _require_free(session, cheques)
    row = ChequeRemittance(
        insurer_id=new.insurer_id, key=new.key, remitted_on=new.remitted_on,
        total_eur=sum((one.amount_eur for one in cheques), Decimal(0)), recorded_at=books.now,
        recorded_by=session.actor.name, cheques=[
            RemittedCheque(company_id=one.company_id, payment_id=one.id, amount_eur=one.amount_eur) for one in cheques
        ],
    )  # fmt: skip
    remittance, is_new = add_once(session, row, remittance_queries.remittance_of_key(new.key))
    if is_new:
        _post(session, remittance, items, books)
        checkpoints.reached("premiums: cheques remitted")
    return remittance


def _required_sound(session: ScopedSession, new: NewRemittance, books: Books) -> Sequence[PremiumPayment]:
    cheques = remittance_queries.list_payments(session, new.payment_ids)
    for one in cheques:
        require_right_there(session, Right.COLLECT_POLICIES, one.company_id)
    faults = list(_faults(cheques, new, books.on))
    if faults:
        raise InvalidInput(faults)
    wrong = [one.name for one in cheques if one.means is not PaymentMeans.CHEQUE or one.insurer_id != new.insurer_id]
    if wrong or len(cheques) != len(set(new.payment_ids)):
        raise Refused(f"{', '.join(wrong) or 'Un encaissement'} : pas un chèque de ce compte de primes.")
    return cheques


def _faults(cheques: Sequence[PremiumPayment], new: NewRemittance, on: date) -> Iterator[Fault]:
    if not cheques:
        yield Fault("aucun chèque choisi", "Cocher ceux qui partent à la banque", "cheques")
    if new.remitted_on > on:
        yield Fault("jour à venir", "Donner le jour où les chèques sont remis", "remitted_on")
    for one in cheques:
        if one.received_on > new.remitted_on:
            yield Fault(
                f"{one.name} a été reçu le {one.received_on:%d/%m/%Y}, après la remise",
                "Changer le jour de la remise, ou décocher ce chèque", "remitted_on",
            )  # fmt: skip


def _held(session: ScopedSession, cheques: Sequence[PremiumPayment]) -> Mapping[int, OpenItem]:
    """What each cheque left to be cashed, by its payment; locked against whoever remits or takes it back."""
    account = books_queries.accounts_of(session, [_CHEQUES.code])[_CHEQUES.code]
    found = {}
    for one in cheques:
        entry = books_queries.list_entries_about(session, f"premium_payments:{one.id}")[0]
        found[one.id] = item_on(session, account.id, entry)
    held = books_queries.locked_items(session, [one.id for one in found.values()])
    return {payment: held[item.id] for payment, item in found.items()}


def _require_free(session: ScopedSession, cheques: Sequence[PremiumPayment]) -> None:
    """Nobody remitted one of them nor took it back meanwhile."""
    numbers = [one.id for one in cheques]
    remitted = remittance_queries.list_remitted(session, numbers)
    back = remittance_queries.list_taken_back(session, numbers)
    told = [f"{one.name} est déjà dans la remise {remittance_name(remitted[one.id])}" for one in cheques
            if one.id in remitted]  # fmt: skip
    told += [f"{one.name} est annulé" for one in cheques if one.id in back]
    if told:
        raise Refused(f"{' ; '.join(told)}. Refaire la remise sans ces chèques.")


def _post(session: ScopedSession, row: ChequeRemittance, items: Mapping[int, OpenItem], books: Books) -> None:
    """The bank holds what the account of cheques held; each cheque is settled there."""
    bank, subject = AccountKey(AccountRole.PREMIUM_BANK, row.insurer_id), f"{REMITTANCES}:{row.id}"
    entries = ledger.post(session, [Posting(
        Journal.BANK, row.remitted_on, row.name, row.remitted_on, f"Remise de chèques {row.name}", subject,
        (Transfer(bank, _CHEQUES, row.total_eur),), subject,
    )], books)  # fmt: skip
    own = item_on(session, next(iter(items.values())).account_id, entries[subject])
    ledger.settle(session, [Settlement(one.id, own.id, one.left_eur) for one in items.values()], books)


def give_back(session: ScopedSession, payment: PremiumPayment, entry: LedgerEntry, label: str, books: Books) -> None:
    """What the bank takes back of a cheque that it had cashed: the client owes it again, the cheque itself is gone.

    Raises:
        OutOfScope: the actor may not write in the books.
        Refused: the month is closed in the books.
    """
    client, bank = AccountRole.CLIENT, AccountKey(AccountRole.PREMIUM_BANK, payment.insurer_id)
    subject = f"premium_payments:{payment.id}"
    transfer = Transfer(AccountKey(client, payment.company_id), bank, payment.amount_eur)
    entries = ledger.post(session, [Posting(
        Journal.BANK, books.on, payment.name, books.on, label, f"{subject}:given_back", (transfer,), subject,
    )], books)  # fmt: skip
    account_id = payment_queries.find_client_account(session, payment.company_id)
    assert account_id is not None, "the payment opened it"
    debit = item_on(session, account_id, entries[f"{subject}:given_back"])
    credit = item_on(session, account_id, entry)
    assert (debit.side, credit.side) == (Side.DEBIT, Side.CREDIT), "a payment credits its client"
    ledger.settle(session, [Settlement(debit.id, credit.id, payment.amount_eur)], books)
