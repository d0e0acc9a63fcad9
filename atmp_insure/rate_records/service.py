"""Use cases on papers that were deposited: put values right, keep, discard; `deposit_service` says how they come.

A deposit is kept or discarded in one transaction: its papers, the versions they supersede, the rates and findings of
the company, and the facts that tell others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.access.rights_there import has_right_there, require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db.facts import Fact, record_fact
from atmp_insure.diary.awaited_service import Moment, note_rate_notified
from atmp_insure.diary.tray_models import Channel
from atmp_insure.diary.watch_service import note_seen
from atmp_insure.kernel.errors import Fault, InvalidInput, NotFound, Refused
from atmp_insure.kernel.identifiers import is_siret
from atmp_insure.kernel.paris import paris_day
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
from atmp_insure.rate_records.versions import supersedes

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.models import Establishment
    from atmp_insure.rate_records.documents import Document
    from atmp_insure.rate_records.office import Office

PAPERS_KEPT = "rate_papers_kept"
LINE_APPEARED = "account_line_appeared"
RATE_NOTIFIED = "rate_notified"


@dataclass(frozen=True, slots=True)
class TypedValue:
    """A value put right by hand: its name, what is typed, why, and who types it."""

    name: str
    text: str
    reason: str
    author_name: str


def correct_value(session: ScopedSession, office: Office, paper: RatePaper, typed: TypedValue, now: datetime) -> bool:
    """Put a value of a paper right; gives whether it changed anything. What was read stays.

    A paper that counts makes the rates and findings of its company known again, tells the payroll that it says now,
    and moves or ends the last day to contest its rate.

    Raises:
        InvalidInput: what is typed does not say what its label announces, no reason is given, or a paper that counts
            would be about an establishment of another company, or one that is not known.
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
    corrected = office.document(paper)
    _take_identity(paper, corrected)
    if paper.state is PaperState.KEPT:
        _place(session, [paper])
        session.flush()
        write_known_rates(session, office, paper.company_id)
        tell_payroll(session, paper, corrected, now)
        Consequences(session, office, now).of_sheet(paper, corrected)
    session.flush()
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
        if found is not None and found.company_id != paper.company_id:
            remedy = "Corriger le SIRET de la pièce, ou la déposer dans le dossier de cette entreprise"
            faults.append(
                Fault(f"établissement {paper.siret} : d'une autre entreprise", remedy, source=paper.file_name)
            )
        elif found is None:
            remedy = "L'ajouter à l'entreprise, corriger le SIRET de la pièce, ou la laisser de côté"
            faults.append(Fault(f"établissement {paper.siret} inconnu", remedy, source=paper.file_name))
        else:
            paper.establishment_id = found.id
    if faults:
        raise InvalidInput(dict.fromkeys(faults))


def _added(session: ScopedSession, paper: RatePaper) -> Establishment | None:
    """The establishment of a paper, added to its company; None when the actor may not, or when its SIRET is wrong."""
    if not has_right_there(session, Right.ADD_COMPANIES, paper.company_id) or not is_siret(paper.siret):
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
                LINE_APPEARED, f"rate_papers:{paper.id}:{at}", f"rate_papers:{paper.id}", paris_day(now), now,
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
            known_on = document.notified_on or document.effective_on or paris_day(now)
            record_fact(session, Fact(
                RATE_NOTIFIED, f"rate_papers:{paper.id}", f"rate_papers:{paper.id}", known_on, now, paper.company_id,
                details,
            ))  # fmt: skip
            Consequences(session, office, now).of_sheet(paper, document)
    subject = f"paper_deposits:{deposit.id}"
    papers_kept: dict[str, object] = {"papers": [paper.id for paper in papers]}
    record_fact(session, Fact(PAPERS_KEPT, subject, subject, paris_day(now), now, deposit.company_id, papers_kept))
