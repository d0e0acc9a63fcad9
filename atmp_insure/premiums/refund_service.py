"""Use cases of refunds: propose to give back what a client is owed, grant it as another person, decline, withdraw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right, Role
from atmp_insure.db import checkpoints
from atmp_insure.db.once import add_once
from atmp_insure.diary.task_service import NewTask, ask_task, end_asked
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.kernel.french import french_euros
from atmp_insure.kernel.identifiers import compact_iban, is_iban
from atmp_insure.ledger import service as ledger
from atmp_insure.ledger.chart import AccountKey, AccountRole, Journal
from atmp_insure.ledger.entries import Posting, Side, Transfer
from atmp_insure.parties.account_queries import AccountOwner, find_account_in_use
from atmp_insure.parties.partner_models import AccountPurpose
from atmp_insure.premiums import payment_queries, refund_queries
from atmp_insure.premiums.refund_models import PremiumRefund, RefundAnswer, RefundState
from atmp_insure.premiums.settling_service import credit_left, held_left, item_on, settle_oldest

if TYPE_CHECKING:
    from datetime import datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.ledger.service import Books

REFUNDS = "premium_refunds"
_ANSWER_WITHIN = timedelta(days=2)
# whose account may serve, the first known one: where premiums come from, else where money is given back to
_PURPOSES = (AccountPurpose.PREMIUMS, AccountPurpose.INDEMNITIES)


@dataclass(frozen=True, slots=True)
class NewRefund:
    """A refund to be proposed.

    Attributes:
        key: of the form; sent twice, it is one proposal.
        iban: where the money is to go, when the product knows no account of the client; else it goes to that one.
    """

    key: str
    company_id: int
    insurer_id: int
    amount_eur: Decimal
    reason: str
    iban: str = ""


def known_iban(session: ScopedSession, company_id: int) -> str | None:
    """The IBAN of the confirmed account of a client; None: none that the actor may see."""
    owner = AccountOwner(company_id=company_id)
    known = (find_account_in_use(session, owner, purpose) for purpose in _PURPOSES)
    return next((one.iban for one in known if one is not None), None)


def propose(session: ScopedSession, new: NewRefund, books: Books) -> PremiumRefund:
    """Propose to give back what is left open to the credit of a client; another person is asked to answer.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        InvalidInput: no amount, more than is left, no reason, or an IBAN that is none.
        Refused: what proposes is not a person.
    """
    require_right_there(session, Right.COLLECT_POLICIES, new.company_id)
    person = _person(session)
    known = session.scalar(refund_queries.refund_of_key(new.key))
    if known is not None:
        return known
    _require_sound(session, new)
    row = PremiumRefund(
        company_id=new.company_id, insurer_id=new.insurer_id, key=new.key, amount_eur=new.amount_eur,
        reason=new.reason.strip(), iban=known_iban(session, new.company_id) or _typed_iban(new),
        proposed_on=books.on, proposed_at=books.now, proposed_by=session.actor.name, proposed_by_id=person,
    )  # fmt: skip
    refund, is_new = add_once(session, row, refund_queries.refund_of_key(new.key))
    if is_new:
        _ask_to_answer(session, refund, books.now)
    return refund


def _require_sound(session: ScopedSession, new: NewRefund) -> None:
    if new.amount_eur <= 0:
        raise InvalidInput.one("montant nul ou négatif", "Donner ce qui est à rendre, au-dessus de zéro",
                               place="amount")  # fmt: skip
    left, waiting = credit_left(session, new.company_id), refund_queries.sum_waiting(session, new.company_id)
    if new.amount_eur > left - waiting:
        others = f", dont {_said(waiting)} déjà demandés en remboursement" if waiting else ""
        raise InvalidInput.one(
            f"il reste {_said(left)} au crédit de ce client{others}, et non {_said(new.amount_eur)}",
            f"Demander {_said(max(left - waiting, Decimal(0)))} au plus", place="amount",
        )  # fmt: skip
    if not new.reason.strip():
        raise InvalidInput.one("motif absent", "Dire pourquoi cette somme est rendue", place="reason")


def _typed_iban(new: NewRefund) -> str:
    iban = compact_iban(new.iban)
    if not is_iban(iban):
        raise InvalidInput.one(
            f"« {new.iban.strip()} » n'est pas un IBAN : clé ou longueur inexacte", "Le relire sur le RIB du client",
            place="iban",
        )  # fmt: skip
    return iban


def _ask_to_answer(session: ScopedSession, refund: PremiumRefund, now: datetime) -> None:
    ask_task(session, NewTask(
        title=f"Répondre à la demande de remboursement {refund.name} ({_said(refund.amount_eur)})",
        due_on=refund.proposed_on + _ANSWER_WITHIN, team=Role.MANAGER, company_id=refund.company_id,
        subject=f"{REFUNDS}:{refund.id}", key=_task_key(refund), origin="premium_refund",
    ), now)  # fmt: skip


def grant(session: ScopedSession, refund: PremiumRefund, books: Books) -> RefundAnswer:
    """Grant a refund as another person than the one who proposed it: it is posted, and settles the oldest credits.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        Refused: one's own proposal, answered already, more than is left of the credit, or the month is closed.
    """
    require_right_there(session, Right.REFUND_PREMIUMS, refund.company_id)
    if _person(session) == refund.proposed_by_id:
        raise Refused(f"Vous avez demandé le remboursement {refund.name} : une autre personne doit l'accorder.")
    answer = _answered(session, refund, RefundState.PAID, "", books)
    _pay(session, refund, books)
    checkpoints.reached("premiums: refunded")
    return answer


def decline(session: ScopedSession, refund: PremiumRefund, reason: str, books: Books) -> RefundAnswer:
    """Decline a refund with the reason, which whoever proposed it reads.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        InvalidInput: no reason.
        Refused: one's own proposal, or answered already.
    """
    require_right_there(session, Right.REFUND_PREMIUMS, refund.company_id)
    if _person(session) == refund.proposed_by_id:
        raise Refused(f"Vous avez demandé le remboursement {refund.name} : le retirer plutôt que le refuser.")
    return _answered(session, refund, RefundState.DECLINED, reason, books)


def withdraw(session: ScopedSession, refund: PremiumRefund, reason: str, books: Books) -> RefundAnswer:
    """Withdraw a proposal that nobody answered yet, with the reason.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        InvalidInput: no reason.
        Refused: answered already.
    """
    require_right_there(session, Right.COLLECT_POLICIES, refund.company_id)
    return _answered(session, refund, RefundState.WITHDRAWN, reason, books)


def _answered(
    session: ScopedSession, refund: PremiumRefund, outcome: RefundState, reason: str, books: Books
) -> RefundAnswer:
    if outcome is not RefundState.PAID and not reason.strip():
        raise InvalidInput.one("motif absent", "Dire pourquoi cette somme n'est pas rendue", place="reason")
    row = RefundAnswer(
        company_id=refund.company_id, refund_id=refund.id, outcome=outcome, reason=reason.strip(),
        answered_on=books.on, answered_at=books.now, answered_by=session.actor.name, answered_by_id=_person(session),
    )  # fmt: skip
    answer, is_new = add_once(session, row, refund_queries.answer_to(refund.id))
    if not is_new:
        raise Refused(
            f"Le remboursement {refund.name} a déjà reçu sa réponse : {answer.outcome.label}, le "
            f"{answer.answered_on:%d/%m/%Y}, par {answer.answered_by}."
        )
    end_asked(session, _task_key(refund), books.now)
    return answer


def _pay(session: ScopedSession, refund: PremiumRefund, books: Books) -> None:
    """The client is owed no more, its insurer's premium account pays; credits are settled from the oldest on."""
    account_id = payment_queries.find_client_account(session, refund.company_id)
    credits_ = held_left(session, account_id, Side.CREDIT)
    left = sum((one.left_eur for one in credits_), Decimal(0))
    if account_id is None or refund.amount_eur > left:
        raise Refused(
            f"Il ne reste que {_said(left)} au crédit de ce client, et la demande {refund.name} porte sur "
            f"{_said(refund.amount_eur)} : ce crédit a servi entre-temps. La refuser, et en faire une autre."
        )
    client, bank = AccountKey(AccountRole.CLIENT, refund.company_id), AccountRole.PREMIUM_BANK
    subject = f"{REFUNDS}:{refund.id}"
    entries = ledger.post(session, [Posting(
        Journal.BANK, books.on, refund.name, books.on, f"Remboursement de prime {refund.name}", subject,
        (Transfer(client, AccountKey(bank, refund.insurer_id), refund.amount_eur),), subject,
    )], books)  # fmt: skip
    settle_oldest(session, [item_on(session, account_id, entries[subject])], credits_, books)


def _person(session: ScopedSession) -> int:
    if session.actor.user_id is None:
        raise Refused("Un remboursement se demande et s'accorde par des personnes.")
    return session.actor.user_id


def _task_key(refund: PremiumRefund) -> str:
    return f"premium_refund:{refund.id}"


def _said(amount_eur: Decimal) -> str:
    return french_euros(Fraction(amount_eur))
