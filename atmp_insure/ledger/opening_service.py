"""Balances taken over from another system: looked at whole, then posted once, each open item by an entry of its own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db.numbering import hold_numbers
from atmp_insure.kernel.errors import Fault, InvalidInput, Refused
from atmp_insure.kernel.french import repeated, search_text
from atmp_insure.kernel.identifiers import compact_siren
from atmp_insure.ledger import fec_queries, opening_queries, service
from atmp_insure.ledger.chart import AccountHolder, AccountKey, AccountRole, Journal
from atmp_insure.ledger.entries import Posting, Side, Transfer
from atmp_insure.ledger.opening_file import read_opening
from atmp_insure.rate_records.readers.delimited import read_grids

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.ledger.chart import ChartOfAccounts
    from atmp_insure.ledger.opening_file import OpeningLine
    from atmp_insure.ledger.service import Books

_TAKING_OVER = "ledger:opening"  # held by who takes balances over: of two, one wins
_COUNTERPART = AccountKey(AccountRole.OPENING)
_ZERO, _BEGINNING = Decimal(0), 4096
_KINDS = {
    AccountHolder.INSURER: OrganisationKind.INSURER,
    AccountHolder.BROKER: OrganisationKind.BROKER,
    AccountHolder.LAW_FIRM: OrganisationKind.LAW_FIRM,
}


@dataclass(frozen=True, slots=True)
class Opening:
    """A file of balances that can be taken over.

    Attributes:
        digest: of what it says: the same file is taken over once.
        lines: each with its account.
    """

    first_day: date
    digest: str
    lines: tuple[tuple[OpeningLine, AccountKey], ...]

    @property
    def debit_eur(self) -> Decimal:
        """All its debits."""
        return sum((one.amount_eur for one, _ in self.lines if one.side is Side.DEBIT), _ZERO)

    @property
    def credit_eur(self) -> Decimal:
        """All its credits."""
        return sum((one.amount_eur for one, _ in self.lines if one.side is Side.CREDIT), _ZERO)

    @property
    def left_eur(self) -> Decimal:
        """What stays on the account of counterpart: below zero at its credit; zero for a whole balance."""
        return self.credit_eur - self.debit_eur


def rows_of(content: bytes) -> list[tuple[int, Sequence[str]]]:
    """The lines of a delimited text that are not empty, by their numbers.

    Raises:
        InvalidInput: it is a workbook, or no text.
    """
    if content.startswith(b"PK") or b"\x00" in content[:_BEGINNING]:
        raise InvalidInput.one("ce fichier n'est pas un texte délimité", "L'enregistrer au format CSV", place="file")
    return [(row.number, row.texts) for grid in read_grids(content) for row in grid.rows]


def look_at(
    session: ScopedSession, rows: Sequence[tuple[int, Sequence[str]]], first_day: date, chart: ChartOfAccounts
) -> Opening:
    """A file of balances, every line of it checked; nothing is written.

    Raises:
        InvalidInput: all that is wrong with it, each with its line and what to do.
    """
    if first_day.day != 1:
        remedy = "Donner le premier jour d'un mois : les soldes de l'ancien système à la fin de la veille"
        raise InvalidInput.one(f"reprise au {first_day:%d/%m/%Y}", remedy, place="first_day")
    lines, faults = read_opening(rows, chart)
    keys = _keys(session, lines, faults)
    faults += _told_twice(lines, keys)
    if faults:
        raise InvalidInput(faults)
    said = "\n".join(f"{keys[one.line].code}|{one.side}|{one.amount_eur}|{one.due_on}|{one.reference}" for one in lines)
    digest = hashlib.sha256(f"{first_day}\n{said}".encode()).hexdigest()[:16]
    return Opening(first_day, digest, tuple((one, keys[one.line]) for one in lines))


def _keys(session: ScopedSession, lines: Iterable[OpeningLine], faults: list[Fault]) -> dict[int, AccountKey]:
    """The account of each line, by its number; a holder whom nobody knows is told."""
    kept = list(lines)
    sirens = {compact_siren(one.holder) for one in kept if one.account.holder is AccountHolder.COMPANY}
    companies = opening_queries.company_ids(session, sirens)
    partners = {
        holder: opening_queries.organisation_ids(
            session, kind, {search_text(one.holder) for one in kept if one.account.holder is holder}
        )
        for holder, kind in _KINDS.items()
    }
    found: dict[int, AccountKey] = {}
    for one in kept:
        holder = one.account.holder
        if holder is AccountHolder.NONE:
            found[one.line] = AccountKey(one.account.role)
            continue
        is_company = holder is AccountHolder.COMPANY
        known = (
            companies.get(compact_siren(one.holder)) if is_company else partners[holder].get(search_text(one.holder))
        )
        if known is None:
            remedy = "Le créer d'abord, ou corriger le SIREN" if is_company else "Le créer d'abord, ou corriger le nom"
            said = f"{holder.label} « {repeated(one.holder)} » inconnu"
            faults.append(Fault(said, remedy, f"ligne {one.line}, titulaire"))
        found[one.line] = AccountKey(one.account.role, known or 0)
    return found


def _told_twice(lines: Iterable[OpeningLine], keys: dict[int, AccountKey]) -> list[Fault]:
    """An account that is not matched has one balance; an item is told once."""
    seen: dict[tuple[object, ...], int] = {}
    faults = []
    for one in lines:
        item = (one.side, one.due_on, one.reference) if one.account.is_lettered else ()
        former = seen.setdefault((keys[one.line], *item), one.line)
        if former != one.line:
            said = f"déjà dit à la ligne {former}"
            faults.append(Fault(said, "Garder une ligne, ou donner une autre référence", f"ligne {one.line}, compte"))
    return faults


def take_over(session: ScopedSession, opening: Opening, books: Books) -> int:
    """Post the balances of a file on its first day: once; the same file brought again posts nothing.

    Returns:
        How many entries were posted; zero: they were already.

    Raises:
        OutOfScope: the actor may not write in the books.
        Refused: other balances were taken over, the books began before, or the month is closed.
    """
    require_right_there(session, Right.WRITE_LEDGER, None)
    hold_numbers(session, [_TAKING_OVER])
    standing = opening_queries.standing_openings(session)
    if standing and all(one.key.startswith(f"opening:{opening.digest}:") for one in standing):
        return 0
    if standing:
        first, last = standing[0], standing[-1]
        raise Refused(
            f"Des soldes ont déjà été repris le {first.entered_on:%d/%m/%Y} ({first.name} à {last.name}) : annuler "
            "cette reprise d'abord, puis apporter le fichier corrigé."
        )
    days = fec_queries.first_and_last_day(session)
    if days is not None and days[0] < opening.first_day:
        raise Refused(
            f"Les livres ont des écritures depuis le {days[0]:%d/%m/%Y} : leurs soldes courent déjà. Reprendre à un "
            "premier jour qui ne vient pas après."
        )
    attempt = opening_queries.count_openings(session, opening.first_day)
    return len(service.post(session, list(_postings(opening, attempt)), books))


def _postings(opening: Opening, attempt: int) -> Iterable[Posting]:
    """The balances that are not matched in one entry, each open item in its own: it has its due day and reference."""
    balances = [(one, key) for one, key in opening.lines if not one.account.is_lettered]
    if balances:
        label = "Soldes repris de l'ancien système"
        yield _posting(opening, f"{attempt}:0", label, tuple(_transfer(*one) for one in balances))
    for one, key in opening.lines:
        if one.account.is_lettered:
            label = one.label or f"Solde repris {one.reference}".strip()
            transfers = (_transfer(one, key),)
            yield _posting(opening, f"{attempt}:{one.line}", label, transfers, one)


def _posting(
    opening: Opening, what: str, label: str, transfers: tuple[Transfer, ...], item: OpeningLine | None = None
) -> Posting:
    first_day = opening.first_day
    return Posting(
        Journal.OPENING, first_day, f"Reprise des soldes au {first_day:%d/%m/%Y}", first_day, label,
        f"opening:{opening.digest}:{what}", transfers, due_on=item.due_on if item else None,
        reference=item.reference if item else "",
    )  # fmt: skip


def _transfer(one: OpeningLine, key: AccountKey) -> Transfer:
    if one.side is Side.DEBIT:
        return Transfer(key, _COUNTERPART, one.amount_eur)
    return Transfer(_COUNTERPART, key, one.amount_eur)


def take_back(session: ScopedSession, books: Books) -> int:
    """Take the balances that were taken over back, each entry by its opposite on its own day, or none of them.

    Raises:
        OutOfScope: the actor may not write in the books.
        Refused: there is nothing to take back, something of it is settled, or the month is closed.
    """
    require_right_there(session, Right.WRITE_LEDGER, None)
    hold_numbers(session, [_TAKING_OVER])
    standing = opening_queries.standing_openings(session)
    if not standing:
        raise Refused("Aucun solde repris n'est à annuler.")
    for one in standing:
        service.reverse(session, one, one.entered_on, f"Reprise annulée : {one.label}", books)
    return len(standing)
