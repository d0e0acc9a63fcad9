"""What each row of a file would do, before anything is written: by comparing with what is known, loaded in bulk."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from atmp_insure.parties import import_commands as commands
from atmp_insure.parties import import_queries
from atmp_insure.parties.body_models import ImportKind
from atmp_insure.parties.file_rows import RowReader
from atmp_insure.parties.import_rows import COLUMNS
from atmp_insure.parties.service import CompanyFacts, EstablishmentFacts
from atmp_insure.regulation.vocabulary import normal_risk_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.kernel.errors import Fault
    from atmp_insure.parties.body_models import Body, BodyKind
    from atmp_insure.parties.file_rows import FileRow
    from atmp_insure.parties.import_commands import Command, Context
    from atmp_insure.parties.models import Company, Establishment, RateSection, SectionTerms
    from atmp_insure.parties.payroll_models import PayrollYear

READERS: dict[ImportKind, Callable[[RowReader, Context], Command]] = {
    ImportKind.COMPANIES: commands.read_company,
    ImportKind.ESTABLISHMENTS: commands.read_establishment,
    ImportKind.SECTIONS: commands.read_section,
    ImportKind.PAYROLL: commands.read_payroll,
    ImportKind.BODIES: commands.read_body,
}
FIELDS_FR = {
    "name": "nom", "naf_code": "code NAF", "activity": "activité", "address": "adresse", "postcode": "code postal",
    "town": "commune", "is_head_office": "siège", "opened_on": "premier jour", "closed_on": "dernier jour",
    "departments": "départements", "email": "adresse électronique", "phone": "téléphone",
}  # fmt: skip


class RowOutcome(enum.Enum):
    """What a row would do."""

    NEW = "new"
    COMPLETES = "completes"
    SAME = "same"
    DIFFERS = "differs"  # corrected when the import corrects; else left, or kept beside the value in use
    FAULTY = "faulty"  # left out


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row and what it would do, in French."""

    number: int
    key: str
    outcome: RowOutcome
    said: str
    faults: tuple[Fault, ...] = ()


@dataclass(slots=True)
class Known:
    """What is known of what a file names."""

    companies: dict[str, Company] = field(default_factory=dict)
    establishments: dict[str, Establishment] = field(default_factory=dict)
    sections: dict[int, dict[str, RateSection]] = field(default_factory=dict)
    terms: dict[int, list[SectionTerms]] = field(default_factory=dict)
    payroll: dict[tuple[int, int], PayrollYear] = field(default_factory=dict)
    bodies: dict[tuple[BodyKind, str], Body] = field(default_factory=dict)


def preview(
    session: ScopedSession, kind: ImportKind, rows: Sequence[FileRow], context: Context
) -> tuple[PreviewRow, ...]:
    """What every row of a file would do; nothing is written."""
    read: list[tuple[RowReader, Command]] = []
    for row in rows:
        reader = RowReader(COLUMNS[kind], row)
        read.append((reader, READERS[kind](reader, context)))
    known = _known(session, [command for reader, command in read if not reader.faults])
    seen: dict[str, int] = {}
    shown = []
    for reader, command in read:
        if not reader.faults:
            _refuse_orphans(reader, command, known)
        first = seen.setdefault(command.key, reader.row.number)
        if first != reader.row.number and not reader.faults:
            reader.refuse("", f"déjà dit à la ligne {first}", "Ne garder qu'une des deux lignes")
        shown.append(_shown(reader, command, known, context))
    return tuple(shown)


def _shown(reader: RowReader, command: Command, known: Known, context: Context) -> PreviewRow:
    if reader.faults:
        said = " ; ".join(f"{fault.message}. {fault.remedy}" for fault in reader.faults)
        return PreviewRow(reader.row.number, command.key, RowOutcome.FAULTY, said, tuple(reader.faults))
    outcome, said = outcome_of(command, known, context)
    return PreviewRow(reader.row.number, command.key, outcome, said)


def _known(session: ScopedSession, read: Iterable[Command]) -> Known:
    """Everything that is known of what the rows name, in a few statements a kind."""
    known, asked = Known(), list(read)
    sirens = {one.siren for one in asked if isinstance(one, commands.CompanyRow)}
    sirets = {one.siret for one in asked if not isinstance(one, commands.CompanyRow | commands.BodyRow)}
    sirens |= {siret[:9] for siret in sirets}
    known.companies = import_queries.companies_of(session, sirens)
    known.establishments = import_queries.establishments_of(session, sirets)
    if any(isinstance(one, commands.SectionRow | commands.PayrollRow) for one in asked):
        known.sections = import_queries.sections_of(session, [one.id for one in known.establishments.values()])
        numbers = [section.id for sections in known.sections.values() for section in sections.values()]
        known.terms = import_queries.terms_of(session, numbers)
        known.payroll = import_queries.payroll_of(session, numbers)
    codes = [(one.kind, one.code) for one in asked if isinstance(one, commands.BodyRow)]
    known.bodies = import_queries.bodies_of(session, codes)
    return known


def _refuse_orphans(reader: RowReader, command: Command, known: Known) -> None:
    """Refuse a row whose company, establishment or section is not known."""
    match command:
        case commands.EstablishmentRow() if command.siret[:9] not in known.companies:
            reader.refuse("siret", f"SIREN {command.siret[:9]} inconnu", "Reprendre d'abord les entreprises")
        case commands.SectionRow() | commands.PayrollRow() if command.siret not in known.establishments:
            reader.refuse("siret", f"SIRET {command.siret} inconnu", "Reprendre d'abord les établissements")
        case commands.PayrollRow():
            sections = known.sections[known.establishments[command.siret].id]
            if command.number and command.number not in sections:
                reader.refuse("section", f"section {command.number} inconnue", "Reprendre d'abord les sections")
            if not command.number and len(sections) != 1:
                said = "aucune section" if not sections else f"{len(sections)} sections dans cet établissement"
                reader.refuse("section", said, "Donner le numéro de la section, ou reprendre d'abord les sections")


def outcome_of(command: Command, known: Known, context: Context) -> tuple[RowOutcome, str]:
    """What a row would do, and in which words."""
    match command:
        case commands.CompanyRow():
            company = known.companies.get(command.siren)
            return _compared(company and facts_of_company(company), command.facts, context)
        case commands.EstablishmentRow():
            establishment = known.establishments.get(command.siret)
            return _compared(establishment and facts_of_establishment(establishment), command.facts, context)
        case commands.SectionRow():
            return _section_outcome(command, known)
        case commands.PayrollRow():
            return _payroll_outcome(command, known)
        case commands.BodyRow():
            body = known.bodies.get((command.kind, command.code))
            if body is not None and body.checked_on > context.stated_on:
                return RowOutcome.SAME, f"laissé : déjà vérifié le {body.checked_on:%d/%m/%Y}"
            return _compared(body and facts_of_body(body), command.facts, context)


def _compared(known: object, new: object, context: Context) -> tuple[RowOutcome, str]:
    if known is None:
        return RowOutcome.NEW, "sera créé"
    differing, completing = commands.differing(known, new), commands.completing(known, new)
    if differing:
        done = "sera corrigé" if context.corrects else "déjà connu et laissé tel quel"
        return RowOutcome.DIFFERS, f"{done} : {_named(differing)}"
    if completing:
        return RowOutcome.COMPLETES, f"sera complété : {_named(completing)}"
    return RowOutcome.SAME, "déjà connu, rien à changer"


def _named(names: Iterable[str]) -> str:
    return ", ".join(FIELDS_FR.get(name, name) for name in names)


def _section_outcome(command: commands.SectionRow, known: Known) -> tuple[RowOutcome, str]:
    section = known.sections[known.establishments[command.siret].id].get(command.number)
    if section is None:
        return RowOutcome.NEW, "sera créée"
    new = command.classification
    if new is None:
        return RowOutcome.SAME, "déjà connue, rien à changer"
    before = [terms for terms in known.terms[section.id] if terms.first_day <= new.first_day]
    if before and _says_the_same(before[-1], new):
        return RowOutcome.SAME, "déjà classée ainsi"
    if before and before[-1].first_day == new.first_day:
        return RowOutcome.DIFFERS, "classée autrement depuis ce jour"
    return RowOutcome.COMPLETES, f"sera classée à compter du {new.first_day:%d/%m/%Y}"


def _says_the_same(terms: SectionTerms, new: object) -> bool:
    names = ("ctn", "territory", "sub_sector", "has_single_rate", "is_support")
    code = normal_risk_code(getattr(new, "risk_code", ""))
    return terms.risk_code == code and all(getattr(terms, name) == getattr(new, name) for name in names)


def _payroll_outcome(command: commands.PayrollRow, known: Known) -> tuple[RowOutcome, str]:
    sections = known.sections[known.establishments[command.siret].id]
    section = sections[command.number] if command.number else next(iter(sections.values()))
    used = known.payroll.get((section.id, command.report.year))
    if used is None:
        return RowOutcome.NEW, "sera en usage"
    stated = (command.report.payroll_eur, command.report.headcount)
    if not commands.same_amounts((used.payroll_eur, used.headcount), stated):
        return RowOutcome.DIFFERS, "sera gardé à côté de la valeur en usage, à trancher"
    if any(
        one is None and other is not None for one, other in zip((used.payroll_eur, used.headcount), stated, strict=True)
    ):
        return RowOutcome.COMPLETES, "complète la valeur en usage"
    return RowOutcome.SAME, "dit la même chose que la valeur en usage"


def facts_of_company(company: Company) -> CompanyFacts:
    """What is known of a company, as a file says it."""
    return CompanyFacts(company.name, company.naf_code or "", company.activity or "")


def facts_of_establishment(one: Establishment) -> EstablishmentFacts:
    """What is known of an establishment, as a file says it."""
    return EstablishmentFacts(
        one.name, one.address or "", one.postcode or "", one.town or "", one.naf_code or "", one.is_head_office,
        one.opened_on, one.closed_on,
    )  # fmt: skip


def facts_of_body(body: Body) -> commands.BodyFacts:
    """What is known of a body, as a file says it."""
    return commands.BodyFacts(
        body.name, body.departments, body.address or "", body.postcode or "", body.town or "", body.email or "",
        body.phone or "",
    )  # fmt: skip
