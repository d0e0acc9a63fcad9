"""Use cases on companies, establishments and sections: created once, corrected in place, closed, never deleted.

Whoever corrects needs `companies.write` for that company. Adding needs `companies.add`, for the company that an
establishment or a section is added to; a company is added by the office, or by a broker, who then follows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db.once import add_once
from atmp_insure.db.scope import unscoped
from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.kernel.french import search_text
from atmp_insure.kernel.identifiers import compact_siren, compact_siret, is_siren, is_siret
from atmp_insure.parties.models import Company, Establishment, RateSection, SectionTerms, SubSector, Territory
from atmp_insure.parties.reach_service import ReachReason, bringing_organisation, open_reach
from atmp_insure.regulation.vocabulary import CONSTRUCTION_COMMITTEE, NATIONAL_COMMITTEES, normal_risk_code

if TYPE_CHECKING:
    from datetime import date, datetime

    from atmp_insure.db.session import ScopedSession


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """What is known of a company beside its SIREN."""

    name: str
    naf_code: str = ""
    activity: str = ""


@dataclass(frozen=True, slots=True)
class EstablishmentFacts:
    """What is known of an establishment beside its SIRET; both days included."""

    name: str
    address: str = ""
    postcode: str = ""
    town: str = ""
    naf_code: str = ""
    is_head_office: bool = False
    opened_on: date | None = None
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Classification:
    """How a section is classified from a day on (see `models.SectionTerms`)."""

    first_day: date
    ctn: str
    territory: Territory
    source: str
    risk_code: str = ""
    sub_sector: SubSector | None = None
    has_single_rate: bool = False
    is_support: bool = False


def create_company(session: ScopedSession, siren: str, facts: CompanyFacts, now: datetime) -> Company:
    """Create a company under its SIREN; the organisation of a broker who creates one follows it from then on.

    Raises:
        OutOfScope: the actor may not create companies.
        InvalidInput: the SIREN has a wrong key or is known already, or the name is missing.
    """
    organisation_id = bringing_organisation(session.actor)
    digits = compact_siren(siren)
    faults = company_faults(facts)
    if not is_siren(digits):
        faults.append(Fault(f"« {siren.strip()} » n'est pas un SIREN", "Vérifier ses neuf chiffres", "siren"))
    if faults:
        raise InvalidInput(faults)
    row = Company(siren=digits, created_at=now)
    _write_company(row, facts)
    if not _is_added(session, row, organisation_id):
        raise InvalidInput([_known_already(session, digits)])
    return row


@unscoped("a company that a broker brings is in nobody's reach before the broker follows it")
def _is_added(session: ScopedSession, company: Company, organisation_id: int | None) -> bool:
    _found, is_new = add_once(session, company, select(Company).where(Company.siren == company.siren))
    if is_new and organisation_id is not None:
        open_reach(session, company.id, organisation_id, ReachReason.CLIENT)
    return is_new


def _known_already(session: ScopedSession, siren: str) -> Fault:
    """What to do with a SIREN that is taken; whoever may not see the company does not learn its name."""
    company = session.scalar(select(Company).where(Company.siren == siren))
    if company is None:
        remedy = "Demander au bureau de vous l'ouvrir, avec le mandat du client ou son ordre de remplacement"
        return Fault(f"le SIREN {siren} est déjà connu du bureau", remedy, "siren")
    return Fault(f"le SIREN {siren} est déjà connu : « {company.name} »", "Ouvrir sa page au lieu de la créer", "siren")


def correct_company(session: ScopedSession, company: Company, facts: CompanyFacts) -> None:
    """Correct what is known of a company; the change log keeps what stood before.

    Raises:
        OutOfScope: the actor may not write for this company.
        InvalidInput: the name is missing, or the activity code is not one.
    """
    require_right_there(session, Right.WRITE_COMPANIES, company.id)
    faults = company_faults(facts)
    if faults:
        raise InvalidInput(faults)
    _write_company(company, facts)
    session.flush()


def company_faults(facts: CompanyFacts) -> list[Fault]:
    """What is wrong with what is said of a company; empty when it can be written."""
    faults = [] if facts.name.strip() else [Fault("nom absent", "Donner la dénomination sociale", "name")]
    return faults + _naf_faults(facts.naf_code)


def _naf_faults(text: str) -> list[Fault]:
    code = normal_naf_code(text)
    if not code or (len(code) == 5 and code[:4].isdigit() and code[4].isalpha()):  # four digits and a letter
        return []
    return [Fault(f"« {text.strip()} » n'est pas un code NAF", "Écrire par exemple 4120A", "naf_code")]


def normal_naf_code(text: str) -> str:
    """A NAF code without separators: `41.20A`, `41.20 a` → `4120A`; empty for none."""
    return "".join(text.split()).replace(".", "").upper()


def _write_company(company: Company, facts: CompanyFacts) -> None:
    company.name, company.search_name = _single_spaced(facts.name), search_text(facts.name)
    company.naf_code = normal_naf_code(facts.naf_code) or None
    company.activity = _single_spaced(facts.activity) or None


def add_establishment(session: ScopedSession, company: Company, siret: str, facts: EstablishmentFacts) -> Establishment:
    """Add an establishment to a company.

    Raises:
        OutOfScope: the actor may not add to this company.
        InvalidInput: the SIRET has a wrong key, is that of another company or is known already; or days are reversed.
    """
    require_right_there(session, Right.ADD_COMPANIES, company.id)
    digits = compact_siret(siret)
    faults = establishment_faults(facts)
    if not is_siret(digits):
        faults.append(Fault(f"« {siret.strip()} » n'est pas un SIRET", "Vérifier ses quatorze chiffres", "siret"))
    elif not digits.startswith(company.siren):
        faults.append(
            Fault(
                f"le SIRET {digits} n'est pas d'un établissement de {company.name} ({company.siren})",
                "Vérifier ses neuf premiers chiffres, ou l'ajouter à l'entreprise qui a ce SIREN",
                "siret",
            )
        )
    if faults:
        raise InvalidInput(faults)
    row = Establishment(company_id=company.id, siret=digits, is_head_office=facts.is_head_office)
    _write_establishment(row, facts)
    establishment, is_new = add_once(session, row, select(Establishment).where(Establishment.siret == digits))
    if not is_new:
        raise InvalidInput.one(
            f"le SIRET {digits} est déjà connu : « {establishment.name} »", "Ouvrir sa page", place="siret"
        )
    if facts.is_head_office:
        _make_head_office(session, establishment)
    return establishment


def correct_establishment(session: ScopedSession, establishment: Establishment, facts: EstablishmentFacts) -> None:
    """Correct what is known of an establishment, its closing included; the change log keeps what stood before.

    Raises:
        OutOfScope: the actor may not write for its company.
        InvalidInput: the name is missing, or days are reversed.
    """
    require_right_there(session, Right.WRITE_COMPANIES, establishment.company_id, establishment.id)
    faults = establishment_faults(facts)
    if faults:
        raise InvalidInput(faults)
    _write_establishment(establishment, facts)
    if facts.is_head_office:
        _make_head_office(session, establishment)
    else:
        establishment.is_head_office = False
    session.flush()


def establishment_faults(facts: EstablishmentFacts) -> list[Fault]:
    """What is wrong with what is said of an establishment; empty when it can be written."""
    faults = [] if facts.name.strip() else [Fault("nom absent", "Donner le nom d'usage, ou la commune", "name")]
    postcode = "".join(facts.postcode.split())
    if postcode and not (len(postcode) == 5 and postcode.isascii() and postcode.isdigit()):
        faults.append(Fault(f"« {facts.postcode} » n'est pas un code postal", "Écrire ses cinq chiffres", "postcode"))
    if facts.opened_on is not None and facts.closed_on is not None and facts.closed_on < facts.opened_on:
        faults.append(Fault("fermeture avant l'ouverture", "Corriger les dates", "closed_on"))
    return faults + _naf_faults(facts.naf_code)


def _write_establishment(row: Establishment, facts: EstablishmentFacts) -> None:
    row.name = _single_spaced(facts.name)
    row.address, row.town = _single_spaced(facts.address) or None, _single_spaced(facts.town) or None
    row.postcode = "".join(facts.postcode.split()) or None
    row.naf_code = normal_naf_code(facts.naf_code) or None
    row.opened_on, row.closed_on = facts.opened_on, facts.closed_on


def _make_head_office(session: ScopedSession, establishment: Establishment) -> None:
    """The seat of its company, in place of the one that was."""
    session.get(Company, establishment.company_id, with_for_update={"of": Company})
    others = select(Establishment).where(
        Establishment.company_id == establishment.company_id,
        Establishment.is_head_office,
        Establishment.id != establishment.id,
    )
    for other in session.scalars(others):
        other.is_head_office = False
    if not establishment.is_head_office:
        establishment.is_head_office = True
    session.flush()


def add_section(
    session: ScopedSession, establishment: Establishment, number: str, label: str, now: datetime
) -> RateSection:
    """Add a section to an establishment, under the number that the papers give it.

    Raises:
        OutOfScope: the actor may not add to its company.
        InvalidInput: no number, or one that the establishment has already.
    """
    require_right_there(session, Right.ADD_COMPANIES, establishment.company_id, establishment.id)
    normal = normal_section_number(number)
    if not normal:
        raise InvalidInput.one("numéro de section absent", "Écrire par exemple 01", place="number")
    row = RateSection(
        company_id=establishment.company_id, establishment_id=establishment.id, number=normal,
        label=_single_spaced(label) or None, created_at=now,
    )  # fmt: skip
    twin = select(RateSection).where(RateSection.establishment_id == establishment.id, RateSection.number == normal)
    section, is_new = add_once(session, row, twin)
    if not is_new:
        raise InvalidInput.one(
            f"la section {normal} existe déjà dans cet établissement", "Ouvrir sa page", place="number"
        )
    return section


def normal_section_number(text: str) -> str:
    """The number of a section as the papers write it: `1` → `01`."""
    number = "".join(text.split()).upper()
    return number.zfill(2) if number.isdigit() else number


def classify_section(session: ScopedSession, section: RateSection, new: Classification) -> SectionTerms:
    """Say how a section is classified from a day on; said again for the same day, it corrects what was said.

    Raises:
        OutOfScope: the actor may not write for its company.
        InvalidInput: no such committee or risk code, a sub-sector outside construction, or no source.
    """
    require_right_there(session, Right.WRITE_COMPANIES, section.company_id, section.establishment_id)
    faults = classification_faults(new)
    if faults:
        raise InvalidInput(faults)
    session.get(RateSection, section.id, with_for_update={"of": RateSection})
    terms = session.scalar(
        select(SectionTerms).where(SectionTerms.section_id == section.id, SectionTerms.first_day == new.first_day)
    )
    if terms is None:
        terms = SectionTerms(
            company_id=section.company_id, establishment_id=section.establishment_id, section_id=section.id,
            first_day=new.first_day,
        )  # fmt: skip
        session.add(terms)
    terms.ctn, terms.territory, terms.sub_sector = new.ctn, new.territory, new.sub_sector
    terms.risk_code = normal_risk_code(new.risk_code) if new.risk_code.strip() else None
    terms.has_single_rate, terms.is_support = new.has_single_rate, new.is_support
    terms.source = _single_spaced(new.source)
    session.flush()
    return terms


def classification_faults(new: Classification) -> list[Fault]:
    """What is wrong with a classification; empty when it can be written."""
    faults = []
    if new.ctn not in NATIONAL_COMMITTEES:
        faults.append(Fault(f"« {new.ctn} » n'est pas un CTN", "Choisir une lettre de A à I", "ctn"))
    if new.risk_code.strip() and normal_risk_code(new.risk_code) is None:
        faults.append(
            Fault(f"« {new.risk_code.strip()} » n'est pas un code risque", "Écrire par exemple 45.2BA", "risk_code")
        )
    if new.sub_sector is not None and new.ctn != CONSTRUCTION_COMMITTEE:
        faults.append(Fault("sous-secteur donné hors du BTP", "Le laisser vide, ou choisir le CTN B", "sub_sector"))
    if not new.source.strip():
        faults.append(
            Fault("source absente", "Dire d'où vient ce classement : feuille de calcul, notification", "source")
        )
    return faults


def _single_spaced(text: str) -> str:
    return " ".join(text.split())
