"""Fills an empty installation with the demonstration, by the same services as real work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from atmp_insure.access import service as access
from atmp_insure.access.models import AuthorityLimit, OrganisationKind, UserState
from atmp_insure.access.roles import Reach, Role
from atmp_insure.db.actor import system
from atmp_insure.demonstration.companies import DemoClaim, DemoCompany, companies
from atmp_insure.demonstration.complaints import COMPLAINTS, add_complaints
from atmp_insure.demonstration.letters import LETTER, LETTERS
from atmp_insure.demonstration.papers import Papers
from atmp_insure.demonstration.policies import add_policies
from atmp_insure.demonstration.quotes import QuoteDesk, add_quotes
from atmp_insure.demonstration.watches import watch_channels
from atmp_insure.diary import request_service, tray_service
from atmp_insure.diary.complaint_service import ComplaintDesk
from atmp_insure.diary.deadline_models import Priority
from atmp_insure.diary.request_service import RequestPractice
from atmp_insure.diary.task_service import NewTask, write_task
from atmp_insure.documents.accepted_files import accepted
from atmp_insure.documents.kinds import document_kinds
from atmp_insure.documents.pdf import pdf_of
from atmp_insure.kernel.errors import Refused
from atmp_insure.parties import partner_service, reach_service
from atmp_insure.parties import service as parties
from atmp_insure.parties.delegated_acts import DelegatedAct
from atmp_insure.parties.models import Territory
from atmp_insure.parties.queries import find_company
from atmp_insure.policies.queries import insured_wages
from atmp_insure.rate_records import queries as rate_queries
from atmp_insure.rate_records.deposit_service import DepositShelf, ReadFile, deposit_papers
from atmp_insure.rate_records.service import keep_deposit
from atmp_insure.regulation.vocabulary import CostCategory
from atmp_insure.settings import RequestSettings, SiteSettings
from atmp_insure.underwriting.loader import installed_tariff_book

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from atmp_insure.access.models import Organisation
    from atmp_insure.db.engine import Database
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.demonstration.papers import Paper
    from atmp_insure.documents.vault import Vault
    from atmp_insure.parties.models import Company
    from atmp_insure.rate_records.office import Office

ACTOR = system("demonstration")
_LARGEST = 10**8
_PARTNERS = (
    (OrganisationKind.BROKER, ("Courtage Exemple", "Cabinet Fictif Courtage", "Assur'Imaginaire")),
    (OrganisationKind.LAW_FIRM, ("Avocats Exemple et Associés", "Cabinet Modèle Avocats")),
    (OrganisationKind.INSURER, ("Assurance Fictive Vie et Risques", "Mutuelle d'Exemple")),
)
_OF_KIND = {
    Role.BROKER: OrganisationKind.BROKER, Role.LAWYER: OrganisationKind.LAW_FIRM,
    Role.LAW_FIRM_ASSISTANT: OrganisationKind.LAW_FIRM, Role.INSURER: OrganisationKind.INSURER,
}  # fmt: skip
_AUTHORITY_EUR = {Role.UNDERWRITER: Decimal(20_000_000), Role.MANAGER: Decimal(100_000_000)}  # of insured wages
_QUOTED = (0, 3, 6, 9)  # companies of the first broker, papers kept; the last one is just opened
_WITH_PAPERS, _WAITING, _WITH_NEWER, _WATCHED, _ASKED = 30, 3, 6, 12, 3


@dataclass(frozen=True, slots=True)
class SignIn:
    """Someone of the demonstration."""

    role: Role
    sign_in: str
    password: str
    where: str


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the demonstration is built."""

    database: Database
    vault: Vault
    office: Office
    on: date
    now: datetime


def build(ground: Ground) -> tuple[SignIn, ...]:
    """Everything, in one transaction: stopped before its end, it leaves nothing. Gives who may sign in.

    Raises:
        Refused: the installation already holds companies.
    """
    everyone = companies()
    with ground.database.writing(ACTOR) as session:
        if find_company(session, everyone[0].siren) is not None:
            raise Refused("La démonstration est déjà chargée ici.")
        partners = _partners(session, ground)
        for number, one in enumerate(everyone):
            _company(session, ground, one, [group[number % len(group)] for group in partners.values()])
        for number, one in enumerate(everyone[: _WITH_PAPERS + _WAITING]):
            _papers(session, ground, one, number)
        _letters(session, ground, everyone)
        _tasks(session, ground, everyone)
        _requests(session, ground, everyone[_WITH_PAPERS + _WAITING :])
        followed = [_found(session, one).id for one in everyone[:_WATCHED]]
        watch_channels(session, followed, ground.office.clocks, ground.now)
        desk = ComplaintDesk(ground.office.clocks, ground.now)
        people = _people(session, ground, partners, everyone[0])
        _quotes(session, ground, everyone, partners)
        add_complaints(session, desk, [_found(session, one) for one in everyone[: len(COMPLAINTS)]], ground.on)
        return people


def _quotes(
    session: ScopedSession,
    ground: Ground,
    everyone: Sequence[DemoCompany],
    partners: dict[OrganisationKind, list[Organisation]],
) -> None:
    book = installed_tariff_book(None, insured_wages)
    practice = RequestPractice(SiteSettings(), RequestSettings(), ground.now)
    desk = QuoteDesk(ground.office, book, ground.vault, document_kinds(), practice)
    chosen = [_found(session, everyone[at]) for at in _QUOTED]
    add_quotes(session, desk, chosen, partners[OrganisationKind.BROKER][0].id)
    add_policies(session, desk, chosen, partners[OrganisationKind.INSURER][0])


def _partners(session: ScopedSession, ground: Ground) -> dict[OrganisationKind, list[Organisation]]:
    return {
        kind: [
            partner_service.create_partner(session, kind, partner_service.PartnerFacts(name=name), ground.now)
            for name in names
        ]
        for kind, names in _PARTNERS
    }


def _company(session: ScopedSession, ground: Ground, one: DemoCompany, followers: Iterable[Organisation]) -> None:
    made = parties.create_company(session, one.siren, parties.CompanyFacts(name=one.name), ground.now)
    facts = parties.EstablishmentFacts(name=f"{one.name}, {one.town}", town=one.town, is_head_office=True)
    establishment = parties.add_establishment(session, made, one.siret, facts)
    section = parties.add_section(session, establishment, "01", "Activité principale", ground.now)
    first_day = ground.on.replace(year=2020, month=1, day=1)
    source = "feuille de calcul de démonstration"
    terms = parties.Classification(first_day, one.ctn, Territory.MAINLAND, source, one.risk_code)
    parties.classify_section(session, section, terms)
    for follower in followers:
        reach_service.let_follow(session, made, follower)


def _papers(session: ScopedSession, ground: Ground, one: DemoCompany, number: int) -> None:
    """The papers of a company: kept for most; waiting for a few; a newer account with a line more for some."""
    papers = Papers(one, ground.office.law)
    _deposit(session, ground, one, papers.all(), keep=number < _WITH_PAPERS)
    if number < _WITH_NEWER:
        claim = DemoClaim(
            number=f"1849900000{number:03} 11 241107 799", first_name="SAPIN", occurred_on=date(2024, 11, 7), days=160,
            category=CostCategory.IT6, decided_on=ground.on - timedelta(days=20 + 6 * number),
        )  # fmt: skip
        newer = papers.account(2024, (claim,), ground.on - timedelta(days=1))
        _deposit(session, ground, one, (newer,), keep=number % 2 == 0)


def _deposit(session: ScopedSession, ground: Ground, one: DemoCompany, papers: Iterable[Paper], *, keep: bool) -> None:
    read = [
        ReadFile(accepted(paper.name, paper.content, _LARGEST),
                 ground.office.read(paper.name, paper.content, ground.on))
        for paper in papers
    ]  # fmt: skip
    shelf = DepositShelf(ground.vault, document_kinds(), _found(session, one), ground.now)
    done = deposit_papers(session, shelf, read)
    assert done.deposit is not None, one.name
    if keep:
        deposit = rate_queries.get_deposit(session, done.deposit.id)
        keep_deposit(session, ground.office, deposit, (), ground.now)


def _found(session: ScopedSession, one: DemoCompany) -> Company:
    company = find_company(session, one.siren)
    assert company is not None
    return company


def _letters(session: ScopedSession, ground: Ground, everyone: tuple[DemoCompany, ...]) -> None:
    """Letters that came this morning and wait in the tray."""
    desk = tray_service.TrayDesk(ground.vault, ground.office.clocks, ground.now, document_kinds())
    for number, (channel, text) in enumerate(LETTERS):
        one = everyone[number * 3]
        html = LETTER.format(company=one.name, siret=one.siret, text=text, day=f"{ground.on:%d/%m/%Y}")
        file = accepted(f"courrier_{number + 1}.pdf", pdf_of(html, dated=ground.now), _LARGEST)
        tray_service.drop(session, desk, [file], tray_service.Came(channel, "Caisse de démonstration"))


def _tasks(session: ScopedSession, ground: Ground, everyone: tuple[DemoCompany, ...]) -> None:
    asked = (
        ("Demander les trois derniers comptes employeur", Role.BROKER, Priority.NORMAL, 5),
        ("Vérifier l'effectif de l'année N-2", Role.UNDERWRITER, Priority.NORMAL, 3),
        ("Rappeler la responsable des ressources humaines", Role.CLAIMS_HANDLER, Priority.URGENT, 0),
    )
    for number, one in enumerate(everyone[_WITH_PAPERS:]):
        title, team, priority, days = asked[number % len(asked)]
        company = _found(session, one)
        new = NewTask(
            title=title, due_on=ground.on + timedelta(days=days + number), team=team, company_id=company.id,
            subject=f"companies:{company.id}", priority=priority,
        )  # fmt: skip
        write_task(session, new, ground.now)


def _requests(session: ScopedSession, ground: Ground, everyone: tuple[DemoCompany, ...]) -> None:
    """Papers asked of the companies that gave none yet."""
    kinds = document_kinds()
    practice = request_service.RequestPractice(SiteSettings(), RequestSettings(), ground.now)
    year = ground.on.year
    papers = [(kinds["calculation_sheet"], f"Feuille de calcul du taux {year - back}") for back in range(3)]
    papers += [(kinds["employer_account"], f"Compte employeur {year - 2 - back}") for back in range(3)]
    for number, one in enumerate(everyone[:_ASKED]):
        company = _found(session, one)
        new = request_service.NewRequest(
            company.id, f"companies:{company.id}", "Ressources humaines", f"rh{number + 1}@exemple.invalid",
            "Ces pièces permettent d'étudier votre taux et de vous proposer une garantie.",
            ground.on + timedelta(days=7 + number), papers,
        )  # fmt: skip
        request_service.ask_for_papers(session, new, practice)


def _people(
    session: ScopedSession, ground: Ground, partners: dict[OrganisationKind, list[Organisation]], employer: DemoCompany
) -> tuple[SignIn, ...]:
    company = _found(session, employer)
    found = []
    for role in Role:
        organisation = partners[_OF_KIND[role]][0] if role in _OF_KIND else None
        of_company = role.reach is Reach.COMPANY
        last_day = ground.on + timedelta(days=365) if role in {Role.AUDITOR, Role.MANDATED_DOCTOR} else None
        grant = access.NewGrant(
            role, ground.on, last_day, None if organisation is None else organisation.id,
            company.id if of_company else None, None, "accident:1" if role.reach is Reach.FILE else None,
        )  # fmt: skip
        where = organisation.name if organisation is not None else employer.name if of_company else "le bureau"
        found.append(_person(session, ground, role, grant, where))
    return tuple(found)


def _person(session: ScopedSession, ground: Ground, role: Role, grant: access.NewGrant, where: str) -> SignIn:
    sign_in = f"demo.{role.value.replace('_', '-')}"
    new = access.NewUser(sign_in, f"Démo {role.label}", f"{sign_in}@exemple.invalid", "fr")
    user = access.create_user(session, new, ground.now)
    password = f"promenade {[*Role].index(role) + 11} dans le grand jardin"
    access.set_password(session, user, password)
    user.state = UserState.ACTIVE
    access.grant_role(session, user, grant, ground.now)
    if role in _AUTHORITY_EUR:
        session.add(AuthorityLimit(
            user_id=user.id, act=DelegatedAct.ACCEPT.value, largest_eur=_AUTHORITY_EUR[role], first_day=ground.on,
            given_by=ACTOR.name,
        ))  # fmt: skip
    return SignIn(role, sign_in, password, where)
