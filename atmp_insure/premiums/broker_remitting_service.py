"""Use cases of what brokers transfer: a transfer received for a bordereau, taken back when it was a mistake."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db import checkpoints
from atmp_insure.db.once import add_once
from atmp_insure.kernel.errors import Fault, InvalidInput, Refused
from atmp_insure.kernel.french import french_euros
from atmp_insure.ledger import queries as books_queries
from atmp_insure.ledger import service as ledger
from atmp_insure.ledger.chart import AccountKey, AccountRole, Journal
from atmp_insure.ledger.entries import Posting, Transfer
from atmp_insure.parties.agreement_queries import shares_of
from atmp_insure.premiums import broker_queries
from atmp_insure.premiums.booking import between_insurers, euros
from atmp_insure.premiums.broker_bordereaux import expected_by_insurer
from atmp_insure.premiums.broker_models import BrokerRemittance, RemittancePart
from atmp_insure.premiums.broker_service import lock_bordereau, settle_with_broker, transfer_subject
from atmp_insure.premiums.settling_service import unsettle_entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.ledger.service import Books
    from atmp_insure.premiums.broker_models import BrokerBordereau
    from atmp_insure.premiums.models import PremiumCall

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class NewTransfer:
    """A transfer of a broker as the bank says it.

    Attributes:
        key: of the form; sent twice, it is one transfer.
        parts: by insurer, what its premium account received.
    """

    key: str
    bordereau_id: int
    received_on: date
    reference: str
    parts: Mapping[int, Decimal]

    @property
    def amount_eur(self) -> Decimal:
        """All of it."""
        return sum(self.parts.values(), _ZERO)


def standing_eur(bordereau: BrokerBordereau) -> Decimal:
    """What the lines that nobody took back add up to."""
    return sum((one.amount_eur for one in bordereau.lines if one.withdrawal is None), _ZERO)


def standing_transfers(bordereau: BrokerBordereau) -> list[BrokerRemittance]:
    """The transfers that nobody took back."""
    back = {one.reverses_id for one in bordereau.remittances}
    return [one for one in bordereau.remittances if one.reverses_id is None and one.id not in back]


def remitted_eur(bordereau: BrokerBordereau) -> Decimal:
    """What was transferred and not taken back."""
    return sum((one.amount_eur for one in standing_transfers(bordereau)), _ZERO)


def expected(session: ScopedSession, bordereau: BrokerBordereau) -> dict[int, Decimal]:
    """What the premium account of each insurer is still to receive for a bordereau; below zero: it received more."""
    lines = [one for one in bordereau.lines if one.withdrawal is None]
    shares = shares_of(session, {line.agreement_version_id for one in lines for line in one.call.lines})
    found = {
        insurer: euros(cents)
        for insurer, cents in expected_by_insurer(
            (int(one.amount_eur * 100), _called(one.call, shares)) for one in lines
        ).items()
    }
    for transfer in standing_transfers(bordereau):
        for part in transfer.parts:
            found[part.insurer_id] = found.get(part.insurer_id, _ZERO) - part.amount_eur
    return found


def _called(call: PremiumCall, shares: Mapping[int, Mapping[int, Fraction]]) -> dict[int, int]:
    """What a call asked for each insurer, tax included, in cents."""
    found: dict[int, int] = {}
    for line in call.lines:
        for amount_eur in (line.net_eur + line.surcharge_eur, line.tax_eur):
            for insurer, cents in between_insurers(int(amount_eur * 100), shares[line.agreement_version_id]):
                found[insurer] = found.get(insurer, 0) + cents
    return found


def remit(session: ScopedSession, new: NewTransfer, books: Books) -> BrokerRemittance:
    """Record what a broker transferred for a bordereau: each insurer's bank holds its part, the broker owes less.

    Raises:
        OutOfScope: the actor may not write in the books.
        InvalidInput: nothing received, more than is left to remit, a day to come.
        Refused: the month is closed.
    """
    require_right_there(session, Right.COLLECT_POLICIES, None)
    known = session.scalar(broker_queries.remittance_of_key(new.key))
    if known is not None:
        return known
    lock_bordereau(session, new.bordereau_id)
    bordereau = broker_queries.get_bordereau(session, new.bordereau_id)
    faults = list(_faults(new, bordereau, books.on))
    if faults:
        raise InvalidInput(faults)
    row = BrokerRemittance(
        broker_id=bordereau.broker_id, bordereau_id=bordereau.id, key=new.key, received_on=new.received_on,
        reference=new.reference, amount_eur=new.amount_eur, reason="", reverses_id=None, recorded_at=books.now,
        recorded_by=session.actor.name, parts=[
            RemittancePart(broker_id=bordereau.broker_id, insurer_id=insurer, amount_eur=amount_eur)
            for insurer, amount_eur in sorted(new.parts.items()) if amount_eur
        ],
    )  # fmt: skip
    transfer, is_new = add_once(session, row, broker_queries.remittance_of_key(new.key))
    if is_new:
        _post(session, transfer, bordereau, books)
        checkpoints.reached("premiums: bordereau remitted")
    return transfer


def _faults(new: NewTransfer, bordereau: BrokerBordereau, on: date) -> Iterator[Fault]:
    left_eur = standing_eur(bordereau) - remitted_eur(bordereau)
    if new.amount_eur <= 0 or any(one < 0 for one in new.parts.values()):
        yield Fault(
            "aucun montant reçu", "Donner ce que le compte de chaque assureur a reçu, au-dessus de zéro", "parts"
        )
    elif new.amount_eur > left_eur:
        yield Fault(
            f"virement de {_said(new.amount_eur)}, et {bordereau.name} n'a plus que {_said(max(left_eur, _ZERO))} à "
            f"remettre : {_said(new.amount_eur - max(left_eur, _ZERO))} de trop",
            "Enregistrer ici ce qui reste à remettre, et le surplus sur le bordereau qu'il paie ; s'il n'en paie "
            "aucun, demander au courtier le bordereau qui manque", "parts",
        )  # fmt: skip
    if new.received_on > on:
        yield Fault("jour à venir", "Donner le jour où l'argent est arrivé", "received_on")


def _post(session: ScopedSession, row: BrokerRemittance, bordereau: BrokerBordereau, books: Books) -> None:
    broker, subject = AccountKey(AccountRole.BROKER_PREMIUMS, row.broker_id), transfer_subject(row.id)
    ledger.post(session, [Posting(
        Journal.BANK, row.received_on, row.name, row.received_on, f"Courtier, {bordereau.name} {row.reference}".strip(),
        subject, tuple(
            Transfer(AccountKey(AccountRole.PREMIUM_BANK, one.insurer_id), broker, one.amount_eur) for one in row.parts
        ), subject,
    )], books)  # fmt: skip
    settle_with_broker(session, bordereau.id, books)


def take_back(session: ScopedSession, transfer_id: int, reason: str, books: Books) -> BrokerRemittance:
    """Take a transfer back that was recorded by mistake: the broker owes it again.

    Raises:
        OutOfScope: the actor may not write in the books.
        InvalidInput: no reason.
        Refused: it is taken back already, takes another back, or the month is closed.
    """
    require_right_there(session, Right.COLLECT_POLICIES, None)
    if not reason.strip():
        raise InvalidInput.one("motif absent", "Dire pourquoi ce virement est annulé", place="reason")
    row = broker_queries.get_transfer(session, transfer_id)
    lock_bordereau(session, row.bordereau_id)
    if row.reverses_id is not None or broker_queries.find_transfer_back(session, row.id) is not None:
        raise Refused(f"Le virement {row.name} est déjà annulé, ou en annule un autre.")
    [entry] = books_queries.list_entries_about(session, transfer_subject(row.id))
    unsettle_entry(session, entry, books)
    ledger.reverse(session, entry, books.on, f"Annulation de {row.name} : {reason.strip()}", books)
    back = BrokerRemittance(
        broker_id=row.broker_id, bordereau_id=row.bordereau_id, key=f"{row.key}:back", received_on=books.on,
        reference=row.reference, amount_eur=row.amount_eur, reason=reason.strip(), reverses_id=row.id,
        recorded_at=books.now, recorded_by=session.actor.name, parts=[],
    )  # fmt: skip
    session.add(back)
    session.flush()
    settle_with_broker(session, row.bordereau_id, books)
    return back


def _said(amount_eur: Decimal) -> str:
    return french_euros(Fraction(amount_eur))
