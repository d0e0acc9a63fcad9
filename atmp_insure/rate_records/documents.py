"""What a paper of the AT/MP account says, once read: sheets, accounts, their lines, and what was noticed on the way.

Frozen values only. A value that was read keeps its place in the source (`places`); nothing here knows a file format.
Small values are named tuples: a frozen dataclass takes ten times longer to define, and a file must be read at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from atmp_insure.kernel.labelled import Labelled
from atmp_insure.rate_records.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from fractions import Fraction

    from atmp_insure.regulation.vocabulary import CostCategory, Mode


class DocumentKind(Labelled):
    """Which screen of the account a paper comes from."""

    CALCULATION_SHEET = "calculation_sheet", "Feuille de calcul"
    EMPLOYER_ACCOUNT = "employer_account", "Compte employeur"
    CURRENT_ACCOUNT = "current_account", "Compte employeur courant"
    RATE_HISTORY = "rate_history", "Historique des taux"
    DSN = "dsn", "DSN"


class Severity(Labelled):
    """What a finding asks of its reader."""

    ERROR = "error", "À examiner"  # something differs and must be looked at
    WARNING = "warning", "À vérifier"  # the result may rest on a wrong reading
    INFORMATION = "information", "Pour information"


class Nature(StrEnum):
    """Nature of the event behind a line, as accounts print it."""

    ACCIDENT = "AT"
    DISEASE = "MP"
    COMMUTING = "TR"  # accident de trajet: paid by M1, never charged to an account


class Finding(NamedTuple):
    """Something noticed about a paper: a difference and where it shows, never an argument.

    Attributes:
        code: stable name, for machines.
        message_fr: a sentence that the client understands, with euros or points.
        place: line or cell of the paper; "" when the whole paper is meant.
        file: name of the paper; "" until it is compared with others.
        legal_basis: the text that says what the value should be.
        estimated_saving_eur: effect on contributions, when it was computed.
        contest_before: last day to contest, when it was computed.
    """

    severity: Severity
    code: str
    message_fr: str
    place: str = ""
    file: str = ""
    legal_basis: str | None = None
    estimated_saving_eur: Fraction | None = None
    contest_before: date | None = None


class Ignored(NamedTuple):
    """A part of a paper that is not imported, and why: nothing is dropped in silence."""

    place: str
    text: str
    reason_fr: str


class PrintedAmount(NamedTuple):
    """An amount printed as a control (a total), with its place."""

    amount_eur: Fraction
    place: str


class Establishment(NamedTuple):
    """Whom a paper, or a line of it, is about, as it is printed there.

    Attributes:
        section: part of the establishment that has its own rate, two digits.
        support_staff: whether this is the section of administrative staff (suffix B of the risk code).
        fund: the regional fund (Carsat, Cramif, CGSS).
    """

    siret: str
    section: str | None = None
    risk_code: str | None = None
    support_staff: bool = False
    ctn: str | None = None
    company: str | None = None
    fund: str | None = None


class Claim(NamedTuple):
    """The event behind a line and its victim. Health data: never printed in clear outside the file itself.

    Attributes:
        claim_number: national claim number (NNS); it begins with the victim's NIR.
        notified_on: day on which the decision was notified to the employer.
        absence_days: days prescribed before the first consolidation.
    """

    claim_number: str | None = None
    nir: str | None = None
    last_name: str | None = None
    first_name: str | None = None
    nature: Nature | None = None
    occurred_on: date | None = None
    notified_on: date | None = None
    absence_days: int | None = None


class AccountLine(NamedTuple):
    """One line of an employer account: what one claim costs one account year.

    Attributes:
        place: the line in the source; `places` has the cell of each value.
        third_party_percent: part recovered from a liable third party (RCT).
        agency_percent: part kept by the agency of a temporary worker.
        user_percent: part charged to the company that uses a temporary worker.
        value_eur: euros charged by this line, as printed.
        special_account: whether the paper says that the disease is put on the special account (compte spécial).
    """

    place: str
    places: Mapping[str, str]
    account_year: int
    establishment: Establishment
    claim: Claim
    it_category: CostCategory | None = None
    it_cost_eur: Fraction | None = None
    ip_notified_on: date | None = None
    ip_percent: Fraction | None = None
    ip_category: CostCategory | None = None
    ip_cost_eur: Fraction | None = None
    third_party_percent: Fraction | None = None
    agency_percent: Fraction | None = None
    user_percent: Fraction | None = None
    value_eur: Fraction | None = None
    special_account: bool = False

    @property
    def is_never_charged(self) -> bool:
        """Whether no account bears it: a commuting accident (M1 pays), a disease of the special account (M3 pays).

        An accident with such a mark is left as it is: the special account is one of diseases.
        """
        if self.special_account:
            return self.claim.nature is not Nature.ACCIDENT
        return self.claim.nature is Nature.COMMUTING

    @property
    def claim_key(self) -> str:
        """What joins the IT line and the IP line of one claim, even in two accounts; an unnamed line stands alone."""
        claim = self.claim
        if claim.claim_number is not None:
            return claim.claim_number
        person = claim.nir or " ".join(filter(None, (claim.last_name, claim.first_name)))
        return f"{person} {claim.occurred_on}" if person and claim.occurred_on else f"{self.account_year}, {self.place}"

    @property
    def categories(self) -> tuple[CostCategory, ...]:
        """The cost categories that this line charges: none, IT, IP or both."""
        return tuple(category for category in (self.it_category, self.ip_category) if category is not None)


class PrintedRates(NamedTuple):
    """The steps of a rate as its sheet prints them, in percent; `own_share` and `collective_share` between 0 and 1."""

    gross_percent: Fraction | None = None
    m1: Fraction | None = None
    m2: Fraction | None = None
    m3: Fraction | None = None
    m4: Fraction | None = None
    net_individual_percent: Fraction | None = None
    own_share: Fraction | None = None
    collective_share: Fraction | None = None
    collective_percent: Fraction | None = None
    calculated_percent: Fraction | None = None
    previous_percent: Fraction | None = None
    limit_low_percent: Fraction | None = None
    limit_high_percent: Fraction | None = None


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Document:
    """What every paper has.

    Attributes:
        file: name of the file it came in.
        sha256: hash of that file's bytes.
        year: rate year of a sheet; account year of an account that has a single one.
        places: place of each value, by name (`notified_percent`, `wages_by_year.2022`).
        to_review: whether a person must look at what was read before it is kept: the layout was rebuilt, as in a PDF.
        mapping: name of the manual column mapping that was used, when one was.
    """

    kind: ClassVar[DocumentKind]
    file: str
    sha256: str
    establishment: Establishment
    year: int | None
    places: Mapping[str, str]
    ignored: tuple[Ignored, ...] = ()
    findings: tuple[Finding, ...] = ()
    to_review: bool = False
    mapping: str | None = None

    def __eq__(self, other: object) -> bool:
        """Whether another document is of the same kind and says the same."""
        if other.__class__ is not self.__class__:
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__dataclass_fields__)

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.file!r}, {self.year})"

    @property
    def title_fr(self) -> str:
        """The paper as one speaks of it: `feuille de calcul 2026`."""
        return f"{self.kind.label.lower()} {self.year or ''}".strip()


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CalculationSheet(Document):
    """A rate computation sheet (feuille de calcul): how one rate was computed, as the fund prints it.

    Attributes:
        claims_by_category: number of claims by category and account year.
        average_costs_eur: printed cost of each category.
        created_on: day on which the establishment was created.
        single_rate: whether the paper says that one rate holds for several establishments (taux unique).
        single_rate_sirets: those establishments, when it lists them.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.CALCULATION_SHEET
    rate_year: int
    notified_percent: Fraction
    effective_on: date | None = None
    notified_on: date | None = None
    section_headcount: Fraction | None = None
    company_headcount: Fraction | None = None
    mode: Mode | None = None
    wages_by_year: Mapping[int, Fraction] = field(default_factory=dict)
    wages_total: PrintedAmount | None = None
    risk_value_by_year: Mapping[int, Fraction] = field(default_factory=dict)
    risk_value_total: PrintedAmount | None = None
    claims_by_category: Mapping[CostCategory, Mapping[int, int]] = field(default_factory=dict)
    average_costs_eur: Mapping[CostCategory, Fraction] = field(default_factory=dict)
    printed: PrintedRates = field(default_factory=PrintedRates)
    created_on: date | None = None
    single_rate: bool = False
    single_rate_sirets: tuple[str, ...] = ()

    @property
    def headcount(self) -> Fraction | None:
        """Headcount that decides the mode: the company's, else the section's when it is the only one printed."""
        return self.company_headcount if self.company_headcount is not None else self.section_headcount


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class EmployerAccount(Document):
    """An annual employer account (compte employeur): the claims charged to one or more account years.

    Attributes:
        account_years: years the account covers, also when a year has no line.
        total: value of the risk printed below the lines.
        issued_on: day on which the account was printed, when it says so: an account moves until it is closed.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.EMPLOYER_ACCOUNT
    account_years: tuple[int, ...]
    lines: tuple[AccountLine, ...]
    headcount: Fraction | None = None
    wages_eur: Fraction | None = None
    total: PrintedAmount | None = None
    issued_on: date | None = None


class CurrentAccount(EmployerAccount):
    """The current employer account (compte employeur courant): claims of this year and of the last one, so far.

    It changes every day and may rightly have no line. The SIRET is empty when an empty account does not print it.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.CURRENT_ACCOUNT


def paper_identity(document: Document) -> tuple[object, ...]:
    """What two readings of the same paper share: one file may hold several papers, and be given twice."""
    lines: tuple[AccountLine, ...] = getattr(document, "lines", ())
    return document.sha256, str(document.places), tuple(line.place for line in lines)


class UnreadPaper(NamedTuple):
    """A paper that is recognised and kept, to be keyed in by hand: an image holds no text.

    Attributes:
        finding: why it was not read, with what to do.
    """

    file: str
    sha256: str
    pages: int
    finding: Finding
