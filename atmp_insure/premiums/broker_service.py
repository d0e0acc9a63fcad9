"""Use cases of premiums that brokers collect: a bordereau is declared and settles its calls, a line is taken back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right, Role, rights_of
from atmp_insure.db import checkpoints
from atmp_insure.db.actor import ScopeGrant
from atmp_insure.db.once import add_once
from atmp_insure.db.scope import OutOfScope
from atmp_insure.kernel.errors import Fault, InvalidInput, Refused
from atmp_insure.kernel.french import french_euros, repeated
from atmp_insure.ledger import queries as books_queries
from atmp_insure.ledger import service as ledger
from atmp_insure.ledger.chart import AccountKey, AccountRole, Journal
from atmp_insure.ledger.entries import Posting, Side, Transfer
from atmp_insure.ledger.settling import Settlement
from atmp_insure.premiums import broker_queries, collecting_service, payment_queries
from atmp_insure.premiums.booking import BY_BROKER
from atmp_insure.premiums.broker_bordereaux import counts_on
from atmp_insure.premiums.broker_lines import MOST_LINES
from atmp_insure.premiums.broker_models import BordereauLine, BrokerBordereau, LineWithdrawal
from atmp_insure.premiums.settling_service import settle_oldest, unsettle_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from atmp_insure.db.actor import Actor
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.ledger.models import OpenItem
    from atmp_insure.ledger.service import Books
    from atmp_insure.parties.agreement_models import AgreementPower
    from atmp_insure.premiums.broker_bordereaux import CountsFrom
    from atmp_insure.premiums.broker_lines import TypedLine
    from atmp_insure.premiums.models import PremiumCall

_ZERO = Decimal(0)
Known = tuple["TypedLine", "PremiumCall"]


@dataclass(frozen=True, slots=True)
class NewBordereau:
    """A bordereau as it was entered.

    Attributes:
        key: of the form; sent twice, it is one bordereau.
        told_eur: the total that it bears; None: it bears none.
        counts_from: from which day its lines count as payments.
    """

    key: str
    broker_id: int
    declared_on: date
    lines: tuple[TypedLine, ...]
    told_eur: Decimal | None
    counts_from: CountsFrom


def declarer(actor: Actor, broker_id: int) -> Actor:
    """Who declares for a broker: the same person, for whom the books of the office are written meanwhile.

    What a broker declares settles calls and moves accounts that it never reads; the use case looks at nothing but calls
    of policies that this broker brought.

    Raises:
        OutOfScope: neither the office nor the broker itself.
    """
    granted = {one.organisation_id for one in actor.granted(Right.DECLARE_PREMIUMS)}
    if not actor.everywhere(Right.DECLARE_PREMIUMS) and broker_id not in granted:
        raise OutOfScope(f"{actor.name} declares no premiums for this broker")
    desk = frozenset(one.value for one in rights_of(Role.PREMIUM_ACCOUNTANT))
    return replace(actor, grants=(*actor.grants, ScopeGrant(desk, everywhere=True)))


def declare(session: ScopedSession, new: NewBordereau, books: Books) -> BrokerBordereau:
    """Record a bordereau: the broker owes what its clients paid, and their calls are settled by it.

    Raises:
        OutOfScope: the actor may not declare premiums for everybody; see `declarer`.
        InvalidInput: all that is wrong with it, each with its line and what to do.
        Refused: a call was settled meanwhile, or the month is closed in the books.
    """
    require_right_there(session, Right.DECLARE_PREMIUMS, None)
    known = session.scalar(broker_queries.bordereau_of_key(new.key))
    if known is not None:
        return known
    lines = _required_sound(session, new, books.on)
    items = _held(session, lines)
    _require_left(lines, items)
    row = BrokerBordereau(
        broker_id=new.broker_id, key=new.key, declared_on=new.declared_on,
        total_eur=sum((line.amount_eur for line, _ in lines), _ZERO), recorded_at=books.now,
        recorded_by=session.actor.name, lines=[_row(new, line, call) for line, call in lines],
    )  # fmt: skip
    bordereau, is_new = add_once(session, row, broker_queries.bordereau_of_key(new.key))
    if is_new:
        _post(session, bordereau, items, books)
        checkpoints.reached("premiums: bordereau declared")
    return bordereau


def _row(new: NewBordereau, line: TypedLine, call: PremiumCall) -> BordereauLine:
    return BordereauLine(
        broker_id=new.broker_id, company_id=call.company_id, call_id=call.id, amount_eur=line.amount_eur,
        paid_on=line.paid_on, counts_on=counts_on(new.counts_from, line.paid_on, new.declared_on),
    )  # fmt: skip


def _required_sound(session: ScopedSession, new: NewBordereau, on: date) -> list[Known]:
    """Each line with its call; or all that is wrong, together."""
    if len(new.lines) not in range(1, MOST_LINES + 1):
        said = "aucune ligne" if not new.lines else f"{len(new.lines)} lignes, {MOST_LINES} au plus"
        raise InvalidInput.one(said, "Donner une ligne par appel que le client a payé", place="typed")
    calls = broker_queries.calls_named(session, new.broker_id, {one.reference for one in new.lines})
    powers: dict[date, AgreementPower | None] = {
        day: broker_queries.collecting_power(session, new.broker_id, day) for day in {one.paid_on for one in new.lines}
    }
    faults = list(_wrong_as_a_whole(new, on))
    found: list[Known] = []
    for one in new.lines:
        call = calls.get(one.reference)
        wrong = list(_wrong(one, call, powers[one.paid_on], new.declared_on))
        faults += wrong
        if call is not None and not wrong:
            found.append((one, call))
    if faults:
        raise InvalidInput(faults)
    return found


def _wrong_as_a_whole(new: NewBordereau, on: date) -> Iterator[Fault]:
    if new.declared_on > on:
        yield Fault("jour à venir", "Donner le jour que porte le bordereau", "declared_on")
    total_eur = sum((one.amount_eur for one in new.lines), _ZERO)
    if new.told_eur is not None and new.told_eur != total_eur:
        yield Fault(
            f"le bordereau annonce {_said(new.told_eur)}, ses {len(new.lines)} lignes font {_said(total_eur)}, soit un "
            f"écart de {_said(abs(new.told_eur - total_eur))}", "Corriger le total, ou la ligne absente ou en trop",
            "told",
        )  # fmt: skip


def _wrong(
    line: TypedLine, call: PremiumCall | None, power: AgreementPower | None, declared_on: date
) -> Iterator[Fault]:
    where, day = f"{line.place} ({repeated(line.reference)})", f"{line.paid_on:%d/%m/%Y}"
    if call is None:
        remedy = "Vérifier la référence sur l'appel ; seuls se déclarent les appels des contrats de ce courtier"
        yield Fault(f"{where} : aucun appel de ce courtier ne porte ce nom", remedy, line.place)
        return
    if line.paid_on > declared_on:
        remedy = "Corriger l'un des deux jours"
        yield Fault(f"{where} : payé le {day}, après le jour du bordereau", remedy, line.place)
    if line.paid_on < call.called_on:
        remedy = "Corriger le jour, ou l'appel"
        yield Fault(f"{where} : payé le {day}, avant l'appel du {call.called_on:%d/%m/%Y}", remedy, line.place)
    if power is None:
        remedy = "Faire signer cette délégation (Conventions), ou faire payer le client au bureau"
        yield Fault(f"{where} : le {day}, la convention du courtier ne le laisse pas encaisser", remedy, line.place)
    elif power.largest_eur is not None and line.amount_eur > power.largest_eur:
        remedy = "Faire payer le client au bureau, ou changer la convention"
        said = f"{where} : {_said(line.amount_eur)}, et sa convention le laisse encaisser {_said(power.largest_eur)}"
        yield Fault(said, remedy, line.place)


def _held(session: ScopedSession, lines: Iterable[Known]) -> dict[int, OpenItem]:
    """What each call left to be paid, by its number; locked against whoever else settles it."""
    found: dict[str, list[int]] = {}
    for _, call in lines:
        found[call.reference] = [
            one.id for one in books_queries.find_by_reference(session, call.reference) if one.side is Side.DEBIT
        ]
    held = books_queries.locked_items(session, {number for numbers in found.values() for number in numbers})
    by_reference = {one.reference: one for one in held.values()}
    return {call.id: by_reference[call.reference] for _, call in lines if call.reference in by_reference}


def _require_left(lines: Sequence[Known], items: dict[int, OpenItem]) -> None:
    """No call is paid beyond what is left of it; one that somebody settled meanwhile is told by its line."""
    told: dict[int, Decimal] = defaultdict(lambda: _ZERO)
    faults = []
    for line, call in lines:
        item = items.get(call.id)
        left_eur = _ZERO if item is None else item.left_eur
        told[call.id] += line.amount_eur
        if told[call.id] > left_eur:
            said = "est déjà soldé" if not left_eur else f"n'a plus que {_said(left_eur)} à payer"
            faults.append(Fault(
                f"{line.place} : {call.name} {said}, et non {_said(told[call.id])}",
                "Relire cet appel : quelqu'un l'a peut-être réglé entre-temps. Retirer ou corriger la ligne ; ce qui "
                "est payé en trop se rend au client", line.place,
            ))  # fmt: skip
    if faults:
        raise InvalidInput(faults)


def _post(session: ScopedSession, bordereau: BrokerBordereau, items: dict[int, OpenItem], books: Books) -> None:
    """The broker owes what each client paid, in an entry of its own whose paper is of the day that counts."""
    broker = AccountKey(AccountRole.BROKER_PREMIUMS, bordereau.broker_id)
    calls = {one.id: one for one in _calls(session, bordereau)}
    postings = [
        Posting(
            Journal.GENERAL, bordereau.declared_on, bordereau.name, line.counts_on,
            f"Encaissé par le courtier, {calls[line.call_id].name}", _subject(line),
            (Transfer(broker, AccountKey(AccountRole.CLIENT, line.company_id), line.amount_eur),), _subject(line),
        )
        for line in bordereau.lines
    ]  # fmt: skip
    entries = ledger.post(session, postings, books)
    settlements = []
    for line in bordereau.lines:
        account_id = payment_queries.find_client_account(session, line.company_id)
        assert account_id is not None, "its call opened it"
        [own] = books_queries.find_items(session, account_id, [entries[_subject(line)].id])
        settlements.append(Settlement(items[line.call_id].id, own.id, line.amount_eur))
    collecting_service.follow(session, ledger.settle(session, settlements, books), books)


def _calls(session: ScopedSession, bordereau: BrokerBordereau) -> Sequence[PremiumCall]:
    return broker_queries.calls_of(session, {one.call_id for one in bordereau.lines})


def take_line_back(session: ScopedSession, line_id: int, reason: str, books: Books) -> LineWithdrawal:
    """Take a line back (client's cheque unpaid, mistake): its call is owed again, and the broker owes less.

    What the broker had transferred for it stays to its credit, and the bordereau then says that it is remitted over.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        InvalidInput: no reason.
        Refused: it is taken back already, or the month is closed.
    """
    line = broker_queries.get_line(session, line_id)
    require_right_there(session, Right.COLLECT_POLICIES, line.company_id)
    if not reason.strip():
        raise InvalidInput.one("motif absent", "Dire pourquoi cette ligne est annulée", place="reason")
    lock_bordereau(session, line.bordereau_id)
    if broker_queries.find_withdrawal(session, line.id) is not None:
        raise Refused(f"Cette ligne de {line.bordereau.name} est déjà annulée.")
    [entry] = books_queries.list_entries_about(session, _subject(line))
    unsettle_entry(session, entry, books)
    ledger.reverse(session, entry, books.on, f"Annulation, {line.bordereau.name} : {reason.strip()}", books)
    row = LineWithdrawal(
        broker_id=line.broker_id, company_id=line.company_id, line_id=line.id, reason=reason.strip(),
        recorded_on=books.on, recorded_at=books.now, recorded_by=session.actor.name,
    )  # fmt: skip
    session.add(row)
    session.flush()
    settle_with_broker(session, line.bordereau_id, books)
    return row


def lock_bordereau(session: ScopedSession, bordereau_id: int) -> None:
    """Lock a bordereau against whoever else remits it or takes a line of it back."""
    statement = select(BrokerBordereau.id).where(BrokerBordereau.id == bordereau_id)
    session.execute(statement.with_for_update(of=BrokerBordereau)).all()


def settle_with_broker(session: ScopedSession, bordereau_id: int, books: Books) -> None:
    """Let what a broker transferred for a bordereau settle the lines of it that stand; nothing else of its account."""
    bordereau = broker_queries.get_bordereau(session, bordereau_id)
    code = AccountKey(AccountRole.BROKER_PREMIUMS, bordereau.broker_id).code
    account = books_queries.accounts_of(session, [code])[code]
    wanted = {_subject(one) for one in bordereau.lines} | {transfer_subject(one.id) for one in bordereau.remittances}
    of_it = [one for one in books_queries.list_left(session, account.id) if one.entry.subject in wanted]
    debits, credits_ = ([one for one in of_it if one.side is side] for side in Side)
    settle_oldest(session, debits, credits_, books)


def transfer_subject(transfer_id: int) -> str:
    """What the books know a transfer of a broker by."""
    return f"broker_remittances:{transfer_id}"


def _subject(line: BordereauLine) -> str:
    return f"{BY_BROKER}{line.id}"


def _said(amount_eur: Decimal) -> str:
    return french_euros(Fraction(amount_eur))
