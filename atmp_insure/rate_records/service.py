"""Use cases on papers of the AT/MP account: deposit what was read, put values right, keep, discard.

A deposit is read before its transaction begins, and is kept or discarded in one transaction: its files in the vault,
its papers, the versions they supersede, the rates and findings of the company, and the facts that tell others.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.access.roles import Right
from atmp_insure.db.facts import Fact, record_fact
from atmp_insure.diary.awaited_service import Moment, note_rate_notified
from atmp_insure.diary.tray_models import Channel
from atmp_insure.diary.watch_service import note_seen
from atmp_insure.documents.service import NewDocument, deposit_document, has_right_there, require_right_there
from atmp_insure.kernel.errors import Fault, InvalidInput, NotFound, Refused
from atmp_insure.kernel.identifiers import is_siret
from atmp_insure.parties.queries import find_establishment, get_company
from atmp_insure.parties.service import EstablishmentFacts, add_establishment
from atmp_insure.rate_records import queries
from atmp_insure.rate_records.account_update import update
from atmp_insure.rate_records.consequences import Consequences
from atmp_insure.rate_records.documents import CalculationSheet, EmployerAccount
from atmp_insure.rate_records.known_rates import write_known_rates
from atmp_insure.rate_records.models import DepositState, PaperCorrection, PaperDeposit, PaperState, RatePaper
from atmp_insure.rate_records.paper_values import read_value, value_of, values_of
from atmp_insure.rate_records.reported_payroll import tell_payroll
from atmp_insure.rate_records.stored import stored_text
from atmp_insure.rate_records.unit_keys import siren_of
from atmp_insure.rate_records.versions import supersedes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.documents.accepted_files import AcceptedFile
    from atmp_insure.documents.kinds import DocumentKind
    from atmp_insure.documents.vault import Vault
    from atmp_insure.parties.models import Company, Establishment
    from atmp_insure.rate_records.documents import Document
    from atmp_insure.rate_records.office import Office
    from atmp_insure.rate_records.readers import Reading

PAPERS_KEPT = "rate_papers_kept"
LINE_APPEARED = "account_line_appeared"
RATE_NOTIFIED = "rate_notified"
_KINDS = {
    "calculation_sheet": "calculation_sheet", "employer_account": "employer_account",
    "current_account": "employer_account", "rate_history": "rate_history", "dsn": "payroll_declaration",
}  # fmt: skip
_MIXED = "account_file"


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was accepted, and what it holds."""

    file: AcceptedFile
    reading: Reading

    @property
    def document_kind(self) -> str:
        """Under which kind the vault keeps it."""
        kinds = {_KINDS[document.kind] for document in self.reading.documents}
        return kinds.pop() if len(kinds) == 1 and not self.reading.faults else _MIXED


@dataclass(slots=True)
class Deposited:
    """What became of files given together.

    Attributes:
        deposit: None when nothing of them is new.
        repeated: names of the files that were given before.
        foreign: faults of the files of another company, which are not kept.
    """

    deposit: PaperDeposit | None = None
    repeated: list[str] = field(default_factory=list)
    foreign: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where a deposit goes: the vault, its kinds of papers, the company, and the moment."""

    vault: Vault
    kinds: Mapping[str, DocumentKind]
    company: Company
    now: datetime


def deposit_papers(session: ScopedSession, shelf: Shelf, files: Sequence[ReadFile]) -> Deposited:
    """Keep files in the vault and propose what was read of them; the same file given twice does nothing.

    Raises:
        OutOfScope: the actor may not put papers away for this company.
    """
    require_right_there(session, Right.WRITE_RATES, shelf.company.id)
    done, told, kept = Deposited(), list[Fault](), list[RatePaper]()
    for one in files:
        own = [paper for paper in one.reading.documents if _is_of(paper, shelf.company)]
        others = [paper for paper in one.reading.documents if paper not in own]
        done.foreign += [_foreign(one.file.name, paper) for paper in others]
        if others and not own:
            continue
        new = NewDocument(shelf.kinds[one.document_kind], shelf.company.id)
        put = deposit_document(session, shelf.vault, new, one.file, shelf.now)
        if not put.is_new and queries.has_papers(session, put.document.id):
            done.repeated.append(one.file.name)
            continue
        told += one.reading.faults
        kept += [_proposed(paper, put.document.id, shelf) for paper in own]
    if kept or told:
        done.deposit = PaperDeposit(
            company_id=shelf.company.id, state=DepositState.PROPOSED, file_count=len(files) - len(done.repeated),
            told=_told_text((*told, *done.foreign)), received_at=shelf.now, received_by=session.actor.name, papers=kept,
        )  # fmt: skip
        session.add(done.deposit)
        session.flush()
    return done


def _is_of(paper: Document, company: Company) -> bool:
    """Whether a paper is about a company; an empty account that names no establishment is where it was given."""
    siret = paper.establishment.siret
    return not siret or siren_of(siret) == company.siren


def _foreign(name: str, paper: Document) -> Fault:
    said = f"{paper.title_fr} d'une autre entreprise (SIREN {siren_of(paper.establishment.siret)})"
    return Fault(said, "La déposer dans le dossier de cette entreprise", source=name)


def _proposed(paper: Document, document_id: int, shelf: Shelf) -> RatePaper:
    place = paper.establishment
    return RatePaper(
        company_id=shelf.company.id, document_id=document_id, state=PaperState.PROPOSED, kind=paper.kind.value,
        siret=place.siret, section=place.section, risk_code=place.risk_code, year=paper.year, file_name=paper.file,
        content=stored_text(paper), to_review=paper.to_review, read_at=shelf.now,
    )  # fmt: skip


def _told_text(faults: Iterable[Fault]) -> str:
    return json.dumps([[one.source, one.place, one.message, one.remedy] for one in faults], ensure_ascii=False)


def told_faults(deposit: PaperDeposit) -> tuple[Fault, ...]:
    """What could not be read in the files of a deposit, and what to do."""
    return tuple(Fault(message, remedy, place, source) for source, place, message, remedy in json.loads(deposit.told))


@dataclass(frozen=True, slots=True)
class TypedValue:
    """A value put right by hand: its name, what is typed, why, and who types it."""

    name: str
    text: str
    reason: str
    author_name: str


def correct_value(session: ScopedSession, office: Office, paper: RatePaper, typed: TypedValue, now: datetime) -> bool:
    """Put a value of a paper right; gives whether it changed anything. What was read stays.

    A paper that counts makes the rates and findings of its company known again.

    Raises:
        InvalidInput: what is typed does not say what its label announces, or no reason is given.
        NotFound: papers of this kind have no such value.
        Refused: the paper no longer counts.
    """
    require_right_there(session, Right.WRITE_RATES, paper.company_id)
    if paper.state not in {PaperState.PROPOSED, PaperState.KEPT}:
        raise Refused("Cette pièce ne compte plus : corriger celle qui l'a remplacée.")
    if not typed.reason.strip():
        raise InvalidInput.one("motif absent", "Dire d'où vient la valeur corrigée", place="reason")
    document = office.document(paper)
    try:
        former, value = value_of(document, typed.name), read_value(document, typed.name, typed.text)
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        if isinstance(error, InvalidInput):
            raise
        raise NotFound("Cette pièce n'a pas de telle valeur.") from error
    if former == value:
        return False
    shown = next((one.text for one in values_of(document) if one.name == typed.name), None)
    paper.corrections.append(
        PaperCorrection(
            field=typed.name, former=shown if shown is not None else str(former or ""), value=typed.text.strip(),
            reason=typed.reason.strip(), written_at=now, written_by=session.actor.name, author_name=typed.author_name,
        )
    )  # fmt: skip
    _take_identity(paper, office.document(paper))
    session.flush()
    if paper.state is PaperState.KEPT:
        write_known_rates(session, office, paper.company_id)
        Consequences(session, office, now).of_sheet(paper, office.document(paper))
    return True


def _take_identity(paper: RatePaper, document: Document) -> None:
    """What lists and versions know a paper by, after a correction."""
    place = document.establishment
    paper.siret, paper.section, paper.risk_code, paper.year = place.siret, place.section, place.risk_code, document.year


def keep_deposit(
    session: ScopedSession, office: Office, deposit: PaperDeposit, left_out: Collection[int], now: datetime
) -> None:
    """Make the papers of a deposit count, all but those left out, in one transaction.

    Raises:
        Refused: it was kept or discarded before.
        InvalidInput: a paper is now about another company, or about an establishment that is not known.
    """
    locked = _locked(session, deposit)
    chosen = [paper for paper in locked.papers if paper.id not in left_out]
    _place(session, chosen)
    counting = list(queries.list_counting(session, locked.company_id))
    for paper in locked.papers:
        paper.state = PaperState.KEPT if paper in chosen else PaperState.LEFT_OUT
    for paper in chosen:
        _supersede(session, office, paper, counting, now)
        counting.append(paper)
    locked.state, locked.ended_at, locked.ended_by = DepositState.KEPT, now, session.actor.name
    session.flush()
    write_known_rates(session, office, locked.company_id)
    _tell(session, office, locked, chosen, now)
    _end_watch(session, office, locked.company_id, chosen, now)


def _end_watch(
    session: ScopedSession, office: Office, company_id: int, papers: Sequence[RatePaper], now: datetime
) -> None:
    """A printed account shows when it was looked at; a notified sheet is the notice that was awaited."""
    for paper in papers:
        document = office.document(paper)
        if isinstance(document, EmployerAccount) and document.issued_on is not None:
            note_seen(session, company_id, Channel.ACCOUNT, document.issued_on)
        if isinstance(document, CalculationSheet) and document.notified_on is not None:
            moment = Moment(office.clocks, now)
            note_rate_notified(session, company_id, document.rate_year, paper.document_id, moment)


def discard_deposit(session: ScopedSession, deposit: PaperDeposit, now: datetime) -> None:
    """Leave a deposit aside; its files stay in the vault.

    Raises:
        Refused: it was kept or discarded before.
    """
    locked = _locked(session, deposit)
    for paper in locked.papers:
        paper.state = PaperState.LEFT_OUT
    locked.state, locked.ended_at, locked.ended_by = DepositState.DISCARDED, now, session.actor.name
    session.flush()


def _locked(session: ScopedSession, deposit: PaperDeposit) -> PaperDeposit:
    require_right_there(session, Right.WRITE_RATES, deposit.company_id)
    locked = session.scalar(
        select(PaperDeposit).where(PaperDeposit.id == deposit.id).with_for_update(of=PaperDeposit)
        .execution_options(populate_existing=True)
    )  # fmt: skip
    assert locked is not None
    if locked.state is not DepositState.PROPOSED:
        raise Refused("Ce dépôt est déjà traité : ses pièces sont dans le dossier de l'entreprise.")
    return locked


def _place(session: ScopedSession, papers: Sequence[RatePaper]) -> None:
    """Find the establishment of each paper.

    Raises:
        InvalidInput: names the establishments that the company does not have.
    """
    faults = []
    for paper in papers:
        if not paper.siret:
            continue
        found = find_establishment(session, paper.siret) or _added(session, paper)
        if found is None:
            remedy = "L'ajouter à l'entreprise, corriger le SIRET de la pièce, ou la laisser de côté"
            faults.append(Fault(f"établissement {paper.siret} inconnu", remedy, source=paper.file_name))
        else:
            paper.establishment_id = found.id
    if faults:
        raise InvalidInput(dict.fromkeys(faults))


def _added(session: ScopedSession, paper: RatePaper) -> Establishment | None:
    """The establishment of a paper, added to its company; None when the actor may not, or when its SIRET is wrong."""
    if not has_right_there(session, Right.WRITE_COMPANIES, paper.company_id) or not is_siret(paper.siret):
        return None
    company = get_company(session, paper.company_id)
    return add_establishment(session, company, paper.siret, EstablishmentFacts(name=company.name))


def _supersede(
    session: ScopedSession, office: Office, paper: RatePaper, counting: list[RatePaper], now: datetime
) -> None:
    """Put aside the versions that a paper takes the place of, and tell the lines that it shows for the first time."""
    document = office.document(paper)
    former = [one for one in counting if supersedes(document, office.document(one))]
    for one in former:
        one.state, one.superseded_by = PaperState.SUPERSEDED, paper.id
        Consequences(session, office, now).of_replaced(one)
        counting.remove(one)
    if isinstance(document, EmployerAccount) and former:
        session.flush()
        _tell_lines(session, office, paper, former, now)


def _tell_lines(
    session: ScopedSession, office: Office, paper: RatePaper, former: Sequence[RatePaper], now: datetime
) -> None:
    document = office.document(paper)
    assert isinstance(document, EmployerAccount)
    places = {line.place for line in document.lines}
    changed = dict[str, list[str]]()
    for one in former:
        before = office.document(one)
        assert isinstance(before, EmployerAccount)
        found = update(before, document)
        places &= {line.place for line in found.new}
        changed |= {change.newer.place: [value.name for value in change.values] for change in found.changed}
    for at, line in enumerate(document.lines):
        if line.place in places or line.place in changed:
            details = {
                "paper_id": paper.id, "line": at, "account_year": line.account_year, "siret": line.establishment.siret,
                "categories": [category.value for category in line.categories], "is_new": line.place in places,
                "changed": changed.get(line.place, []),
            }  # fmt: skip
            record_fact(session, Fact(
                LINE_APPEARED, f"rate_papers:{paper.id}:{at}", f"rate_papers:{paper.id}", now.date(), now,
                paper.company_id, details,
            ))  # fmt: skip
            Consequences(session, office, now).of_line(paper, at, line)


def _tell(
    session: ScopedSession, office: Office, deposit: PaperDeposit, papers: Sequence[RatePaper], now: datetime
) -> None:
    """The facts of a deposit that is kept: the papers, and each rate with the day it was notified."""
    for paper in papers:
        document = office.document(paper)
        tell_payroll(session, paper, document, now)
        if isinstance(document, CalculationSheet):
            details = {
                "paper_id": paper.id, "establishment_id": paper.establishment_id, "rate_year": document.rate_year,
                "notified_on": None if document.notified_on is None else document.notified_on.isoformat(),
            }  # fmt: skip
            known_on = document.notified_on or document.effective_on or now.date()
            record_fact(session, Fact(
                RATE_NOTIFIED, f"rate_papers:{paper.id}", f"rate_papers:{paper.id}", known_on, now, paper.company_id,
                details,
            ))  # fmt: skip
            Consequences(session, office, now).of_sheet(paper, document)
    subject = f"paper_deposits:{deposit.id}"
    papers_kept: dict[str, object] = {"papers": [paper.id for paper in papers]}
    record_fact(session, Fact(PAPERS_KEPT, subject, subject, now.date(), now, deposit.company_id, papers_kept))
