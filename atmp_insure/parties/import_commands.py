"""What one row of a file asks for, kind by kind: read from its texts, and compared with what is known already."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from atmp_insure.kernel.french import search_text
from atmp_insure.parties import service
from atmp_insure.parties.body_models import BodyKind
from atmp_insure.parties.models import SubSector, Territory
from atmp_insure.parties.payroll_models import PayrollSource
from atmp_insure.parties.payroll_service import Report, report_faults
from atmp_insure.parties.service import Classification, CompanyFacts, EstablishmentFacts

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from atmp_insure.parties.file_rows import RowReader

F = TypeVar("F", bound=Any)
_FIRST_NAME = "Établissement"


@dataclass(frozen=True, slots=True)
class Context:
    """What is said once for a whole file (see `body_models.PartyImport`)."""

    source: str
    stated_on: date
    corrects: bool
    today: date
    document_id: int | None = None


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """A company and what the file knows of it."""

    siren: str
    facts: CompanyFacts

    @property
    def key(self) -> str:
        """What the row is about."""
        return self.siren


@dataclass(frozen=True, slots=True)
class EstablishmentRow:
    """An establishment and what the file knows of it."""

    siret: str
    facts: EstablishmentFacts

    @property
    def key(self) -> str:
        """What the row is about."""
        return self.siret


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section, and how the file classifies it; None when it does not."""

    siret: str
    number: str
    label: str
    classification: Classification | None

    @property
    def key(self) -> str:
        """What the row is about."""
        return f"{self.siret} {self.number} {self.classification.first_day if self.classification else ''}"


@dataclass(frozen=True, slots=True)
class PayrollRow:
    """What the file says of a section for a year; no number means the only section of the establishment."""

    siret: str
    number: str
    report: Report

    @property
    def key(self) -> str:
        """What the row is about."""
        return f"{self.siret} {self.number} {self.report.year}"


@dataclass(frozen=True, slots=True)
class BodyFacts:
    """What the file knows of a body."""

    name: str
    departments: str = ""
    address: str = ""
    postcode: str = ""
    town: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A body and what the file knows of it."""

    kind: BodyKind
    code: str
    facts: BodyFacts

    @property
    def key(self) -> str:
        """What the row is about."""
        return f"{self.kind.value} {self.code}"


Command = CompanyRow | EstablishmentRow | SectionRow | PayrollRow | BodyRow


def read_company(reader: RowReader, _context: Context) -> CompanyRow:
    """A row of companies."""
    facts = CompanyFacts(
        _spaced(reader.text("name")), service.normal_naf_code(reader.text("naf_code")), _spaced(reader.text("activity"))
    )
    reader.take(service.company_faults(facts))
    return CompanyRow(reader.siren(), facts)


def read_establishment(reader: RowReader, _context: Context) -> EstablishmentRow:
    """A row of establishments; without a name, its town or the end of its SIRET names it."""
    siret = reader.siret()
    facts = EstablishmentFacts(
        name=_spaced(reader.text("name") or reader.text("town")) or f"{_FIRST_NAME} {siret[9:]}",
        address=_spaced(reader.text("address")),
        postcode=_postcode(reader.text("postcode")),
        town=_spaced(reader.text("town")),
        naf_code=service.normal_naf_code(reader.text("naf_code")),
        is_head_office=reader.flag("is_head_office"),
        opened_on=reader.day("opened_on"),
        closed_on=reader.day("closed_on"),
    )
    reader.take(service.establishment_faults(facts))
    return EstablishmentRow(siret, facts)


def read_section(reader: RowReader, context: Context) -> SectionRow:
    """A row of sections; it classifies the section when it gives a committee."""
    number = service.normal_section_number(reader.text("section"))
    if not number:
        reader.refuse("section", "numéro de section absent", "Écrire par exemple 01")
    ctn = reader.text("ctn").strip().upper()
    classification = _classification(reader, context, ctn) if ctn else None
    if not ctn and reader.text("risk_code"):
        reader.refuse("ctn", "code risque sans CTN", "Donner aussi le CTN")
    return SectionRow(reader.siret(), number, _spaced(reader.text("label")), classification)


def _classification(reader: RowReader, context: Context, ctn: str) -> Classification:
    new = Classification(
        first_day=reader.day("first_day") or context.stated_on,
        ctn=ctn,
        territory=_territory(reader),
        source=context.source,
        risk_code=reader.text("risk_code"),
        sub_sector=_sub_sector(reader),
        has_single_rate=reader.flag("has_single_rate"),
        is_support=reader.flag("is_support"),
    )
    reader.take(fault for fault in service.classification_faults(new) if fault.place != "source")
    return new


def _territory(reader: RowReader) -> Territory:
    text = search_text(reader.text("territory"))
    if not text:
        return Territory.MAINLAND
    found = next((one for one in Territory if text in {search_text(one.value), search_text(one.label)}), None)
    if found is None:
        known = ", ".join(one.value for one in Territory)
        reader.refuse(
            "territory", f"« {reader.text('territory')} » n'est pas un territoire", f"Écrire l'un de : {known}"
        )
    return found or Territory.MAINLAND


def _sub_sector(reader: RowReader) -> SubSector | None:
    text = search_text(reader.text("sub_sector")).replace(" ", "_")
    found = next((one for one in SubSector if one.value == text), None)
    if text and found is None:
        known = ", ".join(one.value.replace("_", " ") for one in SubSector)
        reader.refuse(
            "sub_sector", f"« {reader.text('sub_sector')} » n'est pas un sous-secteur", f"Écrire l'un de : {known}"
        )
    return found


def read_payroll(reader: RowReader, context: Context) -> PayrollRow:
    """A row of payroll and headcount."""
    year = reader.text("year")
    if not (year.isascii() and year.isdigit() and len(year) == 4):  # as people write years
        reader.refuse("year", f"« {year} » n'est pas une année", "Écrire ses quatre chiffres")
    report = Report(
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else context.today.year,
        payroll_eur=reader.number("payroll_eur"),
        headcount=reader.number("headcount"),
        source=PayrollSource.FILE,
        stated_on=context.stated_on,
        is_estimate=reader.flag("is_estimate"),
        detail=context.source,
        document_id=context.document_id,
    )
    if not reader.faults:
        reader.take(report_faults(report, context.today))
    return PayrollRow(reader.siret(), service.normal_section_number(reader.text("section")), report)


def read_body(reader: RowReader, _context: Context) -> BodyRow:
    """A row of bodies."""
    text = search_text(reader.text("kind"))
    kind = next(
        (one for one in BodyKind if text in {one.value, search_text(one.label)} or text in _OTHER_KINDS[one]), None
    )
    if kind is None:
        known = ", ".join(one.value for one in BodyKind)
        reader.refuse(
            "kind", f"« {reader.text('kind')} » n'est pas une nature d'organisme", f"Écrire l'une de : {known}"
        )
    if not reader.text("code"):
        reader.refuse("code", "code absent", "Donner le code de la source : il reconnaît l'organisme la fois suivante")
    if not reader.text("name"):
        reader.refuse("name", "nom absent", "Donner le nom de l'organisme")
    names = [one.name for one in fields(BodyFacts)]
    facts = BodyFacts(**{name: _spaced(reader.text(name)) for name in names})
    departments = " ".join(facts.departments.replace(",", " ").replace(";", " ").split())
    return BodyRow(kind or BodyKind.CPAM, _spaced(reader.text("code")), replace(facts, departments=departments))


_OTHER_KINDS: dict[BodyKind, frozenset[str]] = {kind: frozenset() for kind in BodyKind} | {
    BodyKind.CARSAT: frozenset({"cramif", "caisse regionale"}),
    BodyKind.CPAM: frozenset({"caisse primaire"}),
    BodyKind.COURT: frozenset({"tribunal", "tribunal judiciaire", "cour", "cour d appel", "pole social"}),
}


def combined(known: F, new: F, *, corrects: bool) -> F:
    """What is known, completed by a file: it fills what is empty, and replaces the rest only when it corrects."""
    values = {
        one.name: getattr(new, one.name)
        for one in fields(known)
        if getattr(new, one.name) and (corrects or not getattr(known, one.name))
    }
    return replace(known, **values)


def differing(known: F, new: F) -> list[str]:
    """The fields that a file says otherwise than what is known; an empty one says nothing."""
    return [
        one.name
        for one in fields(known)
        if getattr(new, one.name) and getattr(known, one.name) and getattr(new, one.name) != getattr(known, one.name)
    ]


def completing(known: F, new: F) -> list[str]:
    """The fields that a file knows and we do not."""
    return [one.name for one in fields(known) if getattr(new, one.name) and not getattr(known, one.name)]


def same_amounts(first: tuple[Decimal | None, ...], second: tuple[Decimal | None, ...]) -> bool:
    """Whether two sources say the same, as far as both say something."""
    return all(one is None or other is None or one == other for one, other in zip(first, second, strict=True))


def _postcode(text: str) -> str:
    digits = "".join(text.split())
    return digits.zfill(5) if digits.isdigit() else digits


def _spaced(text: str) -> str:
    return " ".join(text.split())
