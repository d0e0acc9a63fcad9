"""A book of three invented policies that another system kept, and the desk that takes it over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Role
from atmp_insure.db.actor import system
from atmp_insure.db.run_queries import list_failures, runs
from atmp_insure.db.runs import Run, progress_of, work_chunk
from atmp_insure.parties import agreement_queries, agreement_service, partner_queries, partner_service
from atmp_insure.parties.agreement_service import NewAgreement
from atmp_insure.parties.body_models import ImportKind
from atmp_insure.parties.file_rows import table_under
from atmp_insure.parties.import_service import NewImport
from atmp_insure.parties.partner_service import PartnerFacts
from atmp_insure.policies import take_over_jobs, take_over_queries, take_over_service
from atmp_insure.policies.book_sheets import COLUMNS, BookSheet
from atmp_insure.policies.loader import installed_rulebook
from atmp_insure.policies.queries import find_standing, policies_named
from atmp_insure.policies.service import Wanted, carry_out
from atmp_insure.policies.stack_service import Act, stack_of
from atmp_insure.policies.state import state_at
from tests.db.builders import a_document, a_user
from tests.parties.desk import NOW, of_office

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from atmp_insure.db.actor import Actor
    from atmp_insure.db.engine import Database
    from atmp_insure.db.runs import Progress, RunKind
    from atmp_insure.policies.book_controls import Control
    from atmp_insure.policies.models import Policy, PolicyStanding
    from atmp_insure.policies.state import PolicyState
    from atmp_insure.policies.take_over_course import Course
    from atmp_insure.policies.take_over_service import BookPreview
    from atmp_insure.policies.transactions import Content

RULES = installed_rulebook(None)
FIVE_YEARS, SUSPENDED, RUN_OFF = "ANC-0001", "ANC-0002", "ANC-0003"
METALS, TIMBER, TOYS = "000000018", "000000026", "000000034"
METALS_SIRET, TIMBER_SIRET, TOYS_SIRET = "00000001800010", "00000002600013", "00000003400017"
AGREEMENT, BROKER, ORIAS = "DEL-REPRISE", "Courtage Repris", "07000001"
IBAN = "FR7630006000011234567890189"
_LINE = ("Contrat;SIREN;À effet du;Nature;Produit;Version;Convention;Courtier;Début d'année;Fin d'année;Garanties;MP;"
         "Franchise;Prime nette annuelle;Prime minimale;Commission (%);Taxe (%);Motif;Prime acquise")  # fmt: skip
_COVER = f"taux_atmp;2026-1;{AGREEMENT}"


def state_line(
    reference: str, siren: str, on: str, year: int, net: str, *, broker: str = "", tax: str = "", deductible: str = "0"
) -> str:
    """A state of a policy whose policy year is a civil year."""
    cover = f"{_COVER};{broker};01/01/{year};31/12/{year};IP2, IP3, IP4;oui;{deductible}"
    return f"{reference};{siren};{on};;{cover};{net};1000;15;{tax};;"


def other_line(reference: str, siren: str, on: str, kind: str, ground: str = "") -> str:
    """A suspension, a resumption or a termination."""
    return f"{reference};{siren};{on};{kind};;;;;;;;;;;;;;{ground};"


# five years, the price of 2024 changed on 1 July; tax is told for the years that the installed table does not know
FIVE_YEARS_LINES = (
    *(state_line(FIVE_YEARS, METALS, f"01/01/{year}", year, "20000", broker=BROKER, tax="9") for year in (2022, 2023)),
    state_line(FIVE_YEARS, METALS, "01/01/2024", 2024, "20000", broker=ORIAS),
    state_line(FIVE_YEARS, METALS, "01/07/2024", 2024, "24000", broker=ORIAS, deductible="0,30"),
    state_line(FIVE_YEARS, METALS, "01/01/2025", 2025, "30000", broker=ORIAS),
    state_line(FIVE_YEARS, METALS, "01/01/2026", 2026, "30000", broker=ORIAS),
)
SUSPENDED_LINES = (
    state_line(SUSPENDED, TIMBER, "01/01/2026", 2026, "5000,50"),
    other_line(SUSPENDED, TIMBER, "16/10/2026", "suspension"),
)
RUN_OFF_LINES = (
    state_line(RUN_OFF, TOYS, "01/01/2025", 2025, "3650"),
    other_line(RUN_OFF, TOYS, "01/07/2025", "résiliation", "risk_lost"),
)
SECTIONS = (
    "Contrat;À effet du;SIRET;Section;Code risque;Masse salariale;Effectif",
    f"{FIVE_YEARS};01/01/2022;{METALS_SIRET};01;28.1AD;4000000;80",
    f"{FIVE_YEARS};01/01/2025;{METALS_SIRET};01;28.1AD;4500000;85",
    f"{FIVE_YEARS};01/01/2025;{METALS_SIRET};02;28.1AD;1500000;12,5",
    f"{SUSPENDED};01/01/2026;{TIMBER_SIRET};1;20.2AB;1000000;30",
    f"{RUN_OFF};01/01/2025;{TOYS_SIRET};01;36.5ZZ;730000;25",
)
COMPANIES = (
    "SIREN;Dénomination sociale", f"{METALS};Métaux Exemple", f"{TIMBER};Bois Exemple", f"{TOYS};Jouets Exemple",
)  # fmt: skip
MANDATES = (
    "Contrat;RUM;Signé le;IBAN;Titulaire;Signataire",
    f"{FIVE_YEARS};ANC-RUM-1;15/12/2021;{IBAN};Métaux Exemple;Dominique Exemple",
)  # fmt: skip
BALANCES = ("Contrat;Solde dû;Au", f"{FIVE_YEARS};1250,50;31/10/2026", f"{SUSPENDED};5450,55;31/10/2026")
CLAIMS = ("Contrat;Sinistre;Événement;Survenu le;Indemnités versées", f"{RUN_OFF};S-77;IP4;12/03/2025;12000,25")
CASES = ("Contrat;Dossier;Objet;Ouvert le", f"{RUN_OFF};D-9;Contestation du taux;02/02/2026")
DEADLINES = ("Contrat;Acte;Dernier jour;Motif", f"{FIVE_YEARS};Relire la franchise;15/12/2026;Promis au client")
CONTROLS = (
    "Contrôle;Valeur", "contrats;3", "sections;4", "masse salariale;7 730 000", "prime nette annuelle;38 650,50",
    "soldes dus;6701,05", "indemnités versées;12000,25",
)  # fmt: skip
Sheets = dict[BookSheet, tuple[str, ...]]
SHEETS: Sheets = {
    BookSheet.COMPANIES: COMPANIES,
    BookSheet.POLICIES: (_LINE, *FIVE_YEARS_LINES, *SUSPENDED_LINES, *RUN_OFF_LINES),
    BookSheet.SECTIONS: SECTIONS,
    BookSheet.MANDATES: MANDATES,
    BookSheet.BALANCES: BALANCES,
    BookSheet.CLAIMS: CLAIMS,
    BookSheet.CASES: CASES,
    BookSheet.DEADLINES: DEADLINES,
    BookSheet.CONTROLS: CONTROLS,
}


def with_line(old: str, new: str, sheet: BookSheet = BookSheet.POLICIES) -> Sheets:
    """The book with one of its lines in other words."""
    assert old in SHEETS[sheet]
    return {**SHEETS, sheet: tuple(new if line == old else line for line in SHEETS[sheet])}


@dataclass
class TakingOver:
    """The desk that takes books over, in a database with an insurer and a broker.

    Attributes:
        now: when it acts; each run is worked a minute later than what came before.
    """

    database: Database
    user: int
    document: int
    now: datetime = field(default=NOW)

    @classmethod
    def of(cls, database: Database) -> TakingOver:
        """A desk, with the agreement of an insurer that began in 2024, and a broker."""
        insurer = _organisation(database, OrganisationKind.INSURER, PartnerFacts("Assurances Reprises", "000000042"))
        _organisation(database, OrganisationKind.BROKER, PartnerFacts(BROKER, orias_number=ORIAS))
        _agreement(database, insurer)
        return cls(database, a_user(database, "camille.reprise"), a_document(database, None, "Classeur repris"))

    def brought(
        self, sheets: Mapping[BookSheet, Sequence[str]] = SHEETS, *, corrects: bool = False,
        expected: Mapping[Control, Fraction] | None = None,
    ) -> int:  # fmt: skip
        """A book that is kept, to be looked at."""
        rows = {
            sheet: table_under(COLUMNS[sheet], [(n, line.split(";")) for n, line in enumerate(lines, start=1)]).rows
            for sheet, lines in sheets.items()
        }
        new = NewImport(ImportKind.BOOK, "livre.xlsx", self.document, "ancien système", NOW.date(), corrects=corrects)
        with self.database.writing(self.manager) as session:
            return take_over_service.keep_book(session, new, rows, expected or {}, self.now).id

    def preview(self, book: int) -> BookPreview:
        """What a book would do."""
        with self.database.reading(self.manager) as session:
            return take_over_service.preview_book(session, take_over_queries.get_book(session, book), RULES)

    def courses(self, book: int) -> list[Course | None]:
        """What would become of each policy of a book."""
        return [one.course for one in self.preview(book).policies]

    def started(self, book: int, confirmed: tuple[Control, ...] = ()) -> int:
        """The run of a book that somebody hands over."""
        with self.database.writing(self.manager) as session:
            found = take_over_queries.get_book(session, book)
            return take_over_jobs.start_take_over(session, found, confirmed, self.now).id

    def worked(self, run: int, *, kind: RunKind = take_over_jobs.TAKE_OVER, chunks: int = 10) -> Progress:
        """How far a run comes in some chunks, by the worker."""
        for _ in range(chunks):
            with self.database.writing(system("worker")) as session:
                work_chunk(session, kind, run, self.now)
        with self.database.reading(self.manager) as session:
            return progress_of(session, session.get_one(Run, run))

    def taken_over(self, sheets: Sheets = SHEETS, *, corrects: bool = False) -> int:
        """A book that is taken over whole."""
        book = self.brought(sheets, corrects=corrects)
        self.worked(self.started(book))
        return book

    def taken_back(self, book: int) -> Progress:
        """How far a book is taken back."""
        with self.database.writing(self.manager) as session:
            found = take_over_queries.get_book(session, book)
            run = take_over_jobs.start_take_back(session, found, self.now).id
        return self.worked(run, kind=take_over_jobs.TAKE_BACK)

    def errors(self, kind: RunKind = take_over_jobs.TAKE_OVER) -> list[str]:
        """What the last run of a kind could not do."""
        with self.database.reading(self.manager) as session:
            run = session.scalars(runs(kind=kind.name).order_by(Run.id.desc())).first()
            assert run is not None
            return [str(one.error) for one in list_failures(session, run.id)]

    def policy(self, reference: str) -> Policy | None:
        """A policy with its stack."""
        with self.database.reading(self.manager) as session:
            return policies_named(session, [reference]).get(reference)

    def state(self, reference: str, on: date, known_at: datetime | None = None) -> PolicyState | None:
        """What a policy was on a day, as it was known."""
        policy = self.policy(reference)
        assert policy is not None
        return state_at(stack_of(policy), on, known_at)

    def standing(self, reference: str) -> PolicyStanding | None:
        """Where a policy stands, for the lists."""
        policy = self.policy(reference)
        assert policy is not None
        with self.database.reading(self.manager) as session:
            return find_standing(session, policy.id)

    def act(self, reference: str, on: date, content: Content) -> None:
        """Something new that is recorded here on a policy."""
        with self.database.writing(self.manager) as session:
            policy = policies_named(session, [reference])[reference]
            act = Act("Demande du client", self.now, insurer_accord="A-1")
            carry_out(session, policy, Wanted(on, content), act, RULES.catalogue)

    def elsewhere(self, reference: str) -> frozenset[int]:
        """The numbers of its transactions that another system called."""
        policy = self.policy(reference)
        assert policy is not None
        with self.database.reading(self.manager) as session:
            return take_over_queries.called_elsewhere(session, [policy.id]).get(policy.id, frozenset())

    @property
    def manager(self) -> Actor:
        """Whoever brings books."""
        return of_office(Role.MANAGER, self.user)


def _organisation(database: Database, kind: OrganisationKind, facts: PartnerFacts) -> int:
    with database.writing(of_office()) as session:
        return partner_service.create_partner(session, kind, facts, NOW).id


def _agreement(database: Database, insurer: int) -> None:
    """An agreement under which one insurer bears everything, signed."""
    with database.writing(of_office()) as session:
        partner = partner_queries.get_organisation(session, insurer)
        new = NewAgreement(AGREEMENT, "Délégation de gestion", date(2024, 1, 1))
        agreement = agreement_service.create_agreement(session, partner, new, NOW)
        version = agreement_queries.get_version(session, agreement.versions[0].id)
        agreement_service.put_product(session, version, "taux_atmp", Decimal("0.15"), None)
        agreement_service.put_share(session, version, partner, Decimal(1), is_leader=True)
        agreement_service.sign_version(session, agreement, version, NOW.date(), NOW.date())
