"""Every question that taking balances over asks: whose an account is, and what was taken over already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased, selectinload

from atmp_insure.access.models import Organisation
from atmp_insure.ledger.chart import Journal
from atmp_insure.ledger.models import LedgerEntry
from atmp_insure.parties.models import Company

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from atmp_insure.access.models import OrganisationKind
    from atmp_insure.db.session import ScopedSession

_AT_ONCE = 500  # values that one statement names


def company_ids(session: ScopedSession, sirens: Collection[str]) -> dict[str, int]:
    """Companies by their SIREN."""
    wanted, found = sorted(sirens), dict[str, int]()
    for at in range(0, len(wanted), _AT_ONCE):
        some = select(Company.siren, Company.id).where(Company.siren.in_(wanted[at : at + _AT_ONCE]))
        found |= {siren: number for siren, number in session.execute(some)}  # noqa: C416 - a row is no pair for types
    return found


def organisation_ids(session: ScopedSession, kind: OrganisationKind, names: Collection[str]) -> dict[str, int]:
    """Organisations of a kind among some names, by these as they are searched."""
    wanted, found = sorted(names), dict[str, int]()
    some = select(Organisation.search_name, Organisation.id).where(Organisation.kind == kind)
    for at in range(0, len(wanted), _AT_ONCE):
        rows = session.execute(some.where(Organisation.search_name.in_(wanted[at : at + _AT_ONCE])))
        found |= {name: number for name, number in rows}  # noqa: C416 - a row is no pair for types
    return found


def standing_openings(session: ScopedSession) -> Sequence[LedgerEntry]:
    """The entries by which balances were taken over and that no other takes back, the first posted first."""
    opposite = aliased(LedgerEntry)
    statement = select(LedgerEntry).where(
        LedgerEntry.journal == Journal.OPENING, LedgerEntry.reverses_id.is_(None),
        ~exists().where(opposite.reverses_id == LedgerEntry.id),
    )  # fmt: skip
    return session.scalars(statement.order_by(LedgerEntry.id).options(selectinload(LedgerEntry.items))).all()


def count_openings(session: ScopedSession, first_day: date) -> int:
    """How many entries of a take-over on a day were ever posted; those taken back count."""
    statement = select(LedgerEntry.id).where(
        LedgerEntry.journal == Journal.OPENING, LedgerEntry.entered_on == first_day, LedgerEntry.reverses_id.is_(None)
    )
    return len(session.scalars(statement).all())
