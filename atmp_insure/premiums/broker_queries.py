"""Every question about premiums that brokers collect: who does, their open calls, bordereaux, what is left to remit."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased, selectinload

from atmp_insure.access.models import Organisation, OrganisationKind
from atmp_insure.db.scope import unscoped
from atmp_insure.kernel.errors import NotFound
from atmp_insure.ledger.entries import Side
from atmp_insure.ledger.models import OpenItem
from atmp_insure.parties.agreement_models import Agreement, AgreementPower, AgreementVersion
from atmp_insure.parties.agreement_queries import find_power_on
from atmp_insure.parties.delegated_acts import DelegatedAct
from atmp_insure.premiums.broker_models import (
    BordereauLine,
    BrokerBordereau,
    BrokerRemittance,
    LineWithdrawal,
)
from atmp_insure.premiums.models import PremiumCall, PremiumCallLine

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement

    from atmp_insure.db.session import ScopedSession

_ZERO = Decimal(0)
MOST_CALLS = 200  # that a page offers; the others are named by their reference


def bordereaux() -> Select[BrokerBordereau]:
    """All bordereaux of premiums."""
    return select(BrokerBordereau)


_BACK = aliased(BrokerRemittance)
STANDING = (  # what the lines of a bordereau that nobody took back add up to
    select(func.coalesce(func.sum(BordereauLine.amount_eur), 0))
    .where(
        BordereauLine.bordereau_id == BrokerBordereau.id,
        ~select(LineWithdrawal.id).where(LineWithdrawal.line_id == BordereauLine.id).exists(),
    )
    .correlate(BrokerBordereau)
    .scalar_subquery()
)
REMITTED = (  # what was transferred for it and not taken back
    select(func.coalesce(func.sum(BrokerRemittance.amount_eur), 0))
    .where(
        BrokerRemittance.bordereau_id == BrokerBordereau.id, BrokerRemittance.reverses_id.is_(None),
        ~select(_BACK.id).where(_BACK.reverses_id == BrokerRemittance.id).exists(),
    )
    .correlate(BrokerBordereau)
    .scalar_subquery()
)  # fmt: skip


def bordereau_of_key(key: str) -> Select[BrokerBordereau]:
    """The bordereau that a form recorded."""
    return select(BrokerBordereau).where(BrokerBordereau.key == key)


def remittance_of_key(key: str) -> Select[BrokerRemittance]:
    """The transfer that a form recorded."""
    return select(BrokerRemittance).where(BrokerRemittance.key == key)


def get_bordereau(session: ScopedSession, bordereau_id: int) -> BrokerBordereau:
    """A bordereau with its lines, their calls, and the transfers received for it.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    lines, transfers = selectinload(BrokerBordereau.lines), selectinload(BrokerBordereau.remittances)
    statement = select(BrokerBordereau).where(BrokerBordereau.id == bordereau_id).options(
        lines.selectinload(BordereauLine.call).selectinload(PremiumCall.lines),
        lines.selectinload(BordereauLine.withdrawal), transfers.selectinload(BrokerRemittance.parts),
    )  # fmt: skip
    found = session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("Ce bordereau d'encaissement n'existe pas, ou vous ne pouvez pas le voir.")
    return found


def get_line(session: ScopedSession, line_id: int) -> BordereauLine:
    """A line of a bordereau.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    parts = selectinload(BordereauLine.bordereau), selectinload(BordereauLine.call)
    found = session.scalar(select(BordereauLine).where(BordereauLine.id == line_id).options(*parts))
    if found is None:
        raise NotFound("Cette ligne de bordereau n'existe pas, ou vous ne pouvez pas la voir.")
    return found


def find_withdrawal(session: ScopedSession, line_id: int) -> LineWithdrawal | None:
    """What takes a line back; None: it stands."""
    return session.scalar(select(LineWithdrawal).where(LineWithdrawal.line_id == line_id))


def get_transfer(session: ScopedSession, transfer_id: int) -> BrokerRemittance:
    """A transfer that was received of a broker.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    parts = selectinload(BrokerRemittance.parts)
    found = session.scalar(select(BrokerRemittance).where(BrokerRemittance.id == transfer_id).options(parts))
    if found is None:
        raise NotFound("Ce virement de courtier n'existe pas, ou vous ne pouvez pas le voir.")
    return found


def find_transfer_back(session: ScopedSession, transfer_id: int) -> BrokerRemittance | None:
    """What takes a transfer back; None: it stands."""
    return session.scalar(select(BrokerRemittance).where(BrokerRemittance.reverses_id == transfer_id))


def list_lines_of_company(session: ScopedSession, company_id: int) -> Sequence[BordereauLine]:
    """What a client paid to brokers, lines taken back included."""
    parts = selectinload(BordereauLine.bordereau), selectinload(BordereauLine.withdrawal)
    statement = select(BordereauLine).where(BordereauLine.company_id == company_id).options(*parts)
    return session.scalars(statement.order_by(BordereauLine.id)).all()


def list_lines_of_call(session: ScopedSession, call_id: int) -> Sequence[BordereauLine]:
    """What brokers declared of a call, lines taken back included."""
    parts = selectinload(BordereauLine.bordereau), selectinload(BordereauLine.withdrawal)
    statement = select(BordereauLine).where(BordereauLine.call_id == call_id).options(*parts)
    return session.scalars(statement.order_by(BordereauLine.id)).all()


def sum_to_remit(session: ScopedSession) -> tuple[int, Decimal, date | None]:
    """How many bordereaux are not remitted whole, what is left of them, the day of the oldest."""
    left = STANDING - REMITTED
    statement = select(func.count(BrokerBordereau.id), func.sum(left), func.min(BrokerBordereau.declared_on))
    count, left_eur, first = session.execute(statement.where(left > 0)).one()
    return count, left_eur or _ZERO, first


def _of_broker(broker_id: int) -> Select[PremiumCall]:
    brought = select(PremiumCallLine.call_id).where(PremiumCallLine.broker_id == broker_id)
    return select(PremiumCall).where(PremiumCall.id.in_(brought), PremiumCall.total_eur > 0)


def list_open_calls(session: ScopedSession, broker_id: int) -> Sequence[PremiumCall]:
    """The calls of a broker's policies that are not settled, the first due first; no more than a page offers."""
    is_open = select(OpenItem.reference).where(OpenItem.settled_on.is_(None), OpenItem.side == Side.DEBIT)
    statement = _of_broker(broker_id).where(PremiumCall.reference.in_(is_open))
    return session.scalars(statement.order_by(PremiumCall.due_on, PremiumCall.id).limit(MOST_CALLS)).all()


def calls_named(session: ScopedSession, broker_id: int, names: Collection[str]) -> dict[str, PremiumCall]:
    """The calls of a broker's policies that are named by their reference or their number, by that name."""
    numbers = {(int(year), int(number)) for year, number in map(_number_in, names) if year}
    wanted: list[ColumnElement[bool]] = [PremiumCall.reference.in_(names)]
    wanted += [(PremiumCall.year == year) & (PremiumCall.number == number) for year, number in sorted(numbers)]
    found: dict[str, PremiumCall] = {}
    for one in session.scalars(_of_broker(broker_id).where(or_(*wanted))):
        found |= {one.reference: one, one.name: one}
    return found


def calls_of(session: ScopedSession, call_ids: Collection[int]) -> Sequence[PremiumCall]:
    """Some calls, by their numbers."""
    return session.scalars(select(PremiumCall).where(PremiumCall.id.in_(call_ids)).order_by(PremiumCall.id)).all()


def _number_in(name: str) -> tuple[str, str]:
    """The year and the number of `AP-2027-000012`; empty: it is something else."""
    parts = name.split("-")
    is_number = len(parts) == len(("AP", "year", "number")) and parts[0] == "AP" and all(
        one.isascii() and one.isdigit() for one in parts[1:]
    )  # fmt: skip
    return (parts[1], parts[2]) if is_number else ("", "")


def collecting_power(session: ScopedSession, broker_id: int, on: date) -> AgreementPower | None:
    """By which power a broker collects premiums on a day, as its agreements say; None: it does not."""
    numbers = session.scalars(select(Agreement.id).where(Agreement.organisation_id == broker_id).order_by(Agreement.id))
    found = (find_power_on(session, one, DelegatedAct.COLLECT, on) for one in numbers.all())
    return next((one for one in found if one is not None), None)


def list_collecting(session: ScopedSession) -> Sequence[Organisation]:
    """The brokers whose agreements let or once let them collect premiums, by name."""
    by_power = (
        select(Agreement.organisation_id)
        .join(AgreementVersion, AgreementVersion.agreement_id == Agreement.id)
        .join(AgreementPower, AgreementPower.version_id == AgreementVersion.id)
        .where(AgreementPower.act == DelegatedAct.COLLECT.value)
    )
    statement = select(Organisation).where(Organisation.id.in_(by_power), Organisation.kind == OrganisationKind.BROKER)
    return session.scalars(statement.order_by(Organisation.search_name)).all()


@unscoped("whoever reads a call is told to whom it is paid, without reading agreements")
def collecting_broker(session: ScopedSession, call: PremiumCall) -> tuple[int, str] | None:
    """The broker who collects a call from its client, and its name; None: it is paid to the office."""
    for number in sorted({one.broker_id for one in call.lines if one.broker_id is not None}):
        power = collecting_power(session, number, call.called_on)
        if power is not None and (power.largest_eur is None or call.total_eur <= power.largest_eur):
            return number, session.scalars(select(Organisation.name).where(Organisation.id == number)).one()
    return None
