"""Writing a file of parties: looked at first, then written row by row, at once or by a run; a row twice does nothing.

What is known already is completed, and corrected only when whoever imports asked for it. Payroll is never overwritten.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.kernel.french import search_text
from atmp_insure.kernel.paris import paris_day
from atmp_insure.parties import body_queries, payroll_service, queries, service
from atmp_insure.parties import import_commands as commands
from atmp_insure.parties.body_models import Body, ImportKind, ImportState, PartyImport
from atmp_insure.parties.file_rows import FileRow, RowReader
from atmp_insure.parties.import_preview import (
    READERS,
    facts_of_body,
    facts_of_company,
    facts_of_establishment,
    preview,
)
from atmp_insure.parties.import_rows import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.file_rows import Table
    from atmp_insure.parties.import_commands import Command, Context
    from atmp_insure.parties.import_preview import PreviewRow
    from atmp_insure.parties.models import Establishment, RateSection

AT_ONCE = 200  # rows that are written in one transaction; more of them go to a run


@dataclass(frozen=True, slots=True)
class NewImport:
    """A file that was read, and what is said of it as a whole."""

    kind: ImportKind
    file_name: str
    document_id: int
    source: str
    stated_on: date
    corrects: bool


def keep_import(session: ScopedSession, new: NewImport, table: Table, now: datetime) -> PartyImport:
    """Keep a file that was read, to be looked at; nothing else is written.

    Raises:
        OutOfScope: the actor may not write companies.
        InvalidInput: no source, or a day to come.
    """
    return keep_file(session, new, _stored(table.rows), len(table.rows), now)


def keep_file(session: ScopedSession, new: NewImport, content: str, row_count: int, now: datetime) -> PartyImport:
    """Keep what was read of a file of any kind, in the form that whoever writes it understands.

    Raises:
        OutOfScope: the actor may not bring such a file.
        InvalidInput: no source, or a day to come.
    """
    require_right_there(session, right_to_bring(new.kind), None)
    if not new.source.strip():
        raise InvalidInput.one("source absente", "Dire d'où vient ce fichier", place="source")
    if new.stated_on > paris_day(now):
        raise InvalidInput.one("jour de la source à venir", "Donner le jour du fichier", place="stated_on")
    row = PartyImport(
        kind=new.kind, document_id=new.document_id, file_name=new.file_name, content=content,
        source=" ".join(new.source.split()), stated_on=new.stated_on, corrects=new.corrects, row_count=row_count,
        state=ImportState.PREVIEWED, created_by=session.actor.name, created_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def right_to_bring(kind: ImportKind) -> Right:
    """The right that a kind of file asks for."""
    return Right.TAKE_OVER_POLICIES if kind is ImportKind.BOOK else Right.WRITE_COMPANIES


def _stored(rows: Sequence[FileRow]) -> str:
    return json.dumps([[row.number, row.texts] for row in rows], ensure_ascii=False)


def rows_of(found: PartyImport) -> tuple[FileRow, ...]:
    """The rows of a file, as they were read."""
    return tuple(FileRow(number, texts) for number, texts in json.loads(found.content))


def context_of(found: PartyImport, today: date) -> Context:
    """What was said of a file as a whole."""
    return commands.Context(found.source, found.stated_on, found.corrects, today, found.document_id)


def preview_import(session: ScopedSession, found: PartyImport, today: date) -> tuple[PreviewRow, ...]:
    """What every row of a file would do now."""
    return preview(session, found.kind, rows_of(found), context_of(found, today))


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the rows of a file."""

    done: int
    left_out: int


def write_import(session: ScopedSession, found: PartyImport, now: datetime) -> Written:
    """Write a small file in this transaction; the rows in fault are left out, as the preview said.

    Raises:
        OutOfScope: the actor may not write companies.
        Refused: it was written, handed to a run or given up already.
    """
    lock_previewed(session, found)
    context, done = context_of(found, paris_day(now)), 0
    rows = rows_of(found)
    for row in rows:
        try:
            with session.begin_nested():
                write_row(session, found.kind, row, context, now)
            done += 1
        except InvalidInput:
            continue
    found.state = ImportState.DONE
    session.flush()
    return Written(done, len(rows) - done)


def hand_to_run(session: ScopedSession, found: PartyImport, run_id: int) -> None:
    """Say which run writes a file."""
    found.state, found.run_id = ImportState.RUNNING, run_id
    session.flush()


def discard_import(session: ScopedSession, found: PartyImport) -> None:
    """Give a file up; nothing of it is written."""
    lock_previewed(session, found)
    found.state = ImportState.DISCARDED
    session.flush()


def lock_previewed(session: ScopedSession, found: PartyImport) -> None:
    """Hold a file that was looked at and nothing more, until the end of the transaction.

    Raises:
        OutOfScope: the actor may not bring such a file.
        Refused: it was written, handed to a run or given up already.
    """
    require_right_there(session, right_to_bring(found.kind), None)
    session.refresh(found, with_for_update={"of": PartyImport})
    if found.state is not ImportState.PREVIEWED:
        raise Refused("Ce fichier a déjà été repris ou abandonné : le déposer de nouveau pour recommencer.")


def write_row(session: ScopedSession, kind: ImportKind, row: FileRow, context: Context, now: datetime) -> str:
    """Write what one row says, and tell in a few words what it did; written twice, it does nothing more.

    Raises:
        InvalidInput: the row is in fault, or what it belongs to is not known.
    """
    reader = RowReader(COLUMNS[kind], row)
    command = READERS[kind](reader, context)
    if reader.faults:
        raise InvalidInput(reader.faults)
    return _write(session, command, context, now)


def _write(session: ScopedSession, command: Command, context: Context, now: datetime) -> str:
    match command:
        case commands.CompanyRow():
            return _write_company(session, command, context, now)
        case commands.EstablishmentRow():
            return _write_establishment(session, command, context)
        case commands.SectionRow():
            return _write_section(session, command, context, now)
        case commands.PayrollRow():
            section = _section(session, _establishment(session, command.siret), command.number)
            reported = payroll_service.report_payroll(session, section, command.report, now)
            return "différence à trancher" if reported.differs else "en usage" if reported.is_new else "déjà dit"
        case commands.BodyRow():
            return _write_body(session, command, context)


def _write_company(session: ScopedSession, command: commands.CompanyRow, context: Context, now: datetime) -> str:
    company = queries.find_company(session, command.siren)
    if company is None:
        service.create_company(session, command.siren, command.facts, now)
        return "créée"
    facts = commands.combined(facts_of_company(company), command.facts, corrects=context.corrects)
    if facts == facts_of_company(company):
        return "inchangée"
    service.correct_company(session, company, facts)
    return "corrigée"


def _write_establishment(session: ScopedSession, command: commands.EstablishmentRow, context: Context) -> str:
    establishment = queries.find_establishment(session, command.siret)
    if establishment is None:
        company = queries.find_company(session, command.siret[:9])
        if company is None:
            raise InvalidInput.one(f"SIREN {command.siret[:9]} inconnu", "Reprendre d'abord les entreprises")
        service.add_establishment(session, company, command.siret, command.facts)
        return "créé"
    facts = commands.combined(facts_of_establishment(establishment), command.facts, corrects=context.corrects)
    if facts == facts_of_establishment(establishment):
        return "inchangé"
    service.correct_establishment(session, establishment, facts)
    return "corrigé"


def _write_section(session: ScopedSession, command: commands.SectionRow, context: Context, now: datetime) -> str:
    establishment = _establishment(session, command.siret)
    section = queries.find_section(session, establishment.id, command.number)
    done = "inchangée"
    if section is None:
        section, done = service.add_section(session, establishment, command.number, command.label, now), "créée"
    new = command.classification
    if new is None:
        return done
    known = {terms.first_day for terms in queries.list_terms(session, section.id)}
    if new.first_day in known and not context.corrects:
        return "déjà classée depuis ce jour : laissée"
    service.classify_section(session, section, new)
    return f"classée à compter du {new.first_day:%d/%m/%Y}"


def _write_body(session: ScopedSession, command: commands.BodyRow, context: Context) -> str:
    require_right_there(session, Right.WRITE_COMPANIES, None)
    body = body_queries.find_body(session, command.kind, command.code)
    if body is not None and body.checked_on > context.stated_on:
        return "laissé : vérifié plus récemment"
    known = facts_of_body(body) if body is not None else command.facts
    facts = commands.combined(known, command.facts, corrects=context.corrects)
    done = "inchangé" if body is not None and facts == known else "créé" if body is None else "corrigé"
    if body is None:
        body = Body(kind=command.kind, code=command.code)
        session.add(body)
    body.name, body.search_name, body.departments = facts.name, search_text(facts.name), facts.departments
    for name in ("address", "postcode", "town", "email", "phone"):
        setattr(body, name, getattr(facts, name) or None)
    body.source, body.checked_on = context.source, context.stated_on
    session.flush()
    return done


def _establishment(session: ScopedSession, siret: str) -> Establishment:
    found = queries.find_establishment(session, siret)
    if found is None:
        raise InvalidInput.one(f"SIRET {siret} inconnu", "Reprendre d'abord les établissements")
    return found


def _section(session: ScopedSession, establishment: Establishment, number: str) -> RateSection:
    sections: dict[str, Any] = {one.number: one for one in queries.list_sections(session, [establishment.id])}
    found: RateSection | None = sections.get(number)
    if not number and len(sections) == 1:
        found = next(iter(sections.values()))
    if found is None:
        raise InvalidInput.one("section inconnue, ou à préciser", "Donner le numéro d'une section de l'établissement")
    return found
