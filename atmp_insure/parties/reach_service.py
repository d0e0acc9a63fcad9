"""Who sees a company: the organisations that follow it, and the groups that it belongs to.

The office alone decides, but for a company that nobody knew: the broker who brings it follows it (`service.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from atmp_insure.access.models import Organisation, OrganisationKind
from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db.once import add_once
from atmp_insure.db.reach import CompanyReach
from atmp_insure.db.scope import OutOfScope
from atmp_insure.kernel.errors import InvalidInput, NotFound, Refused
from atmp_insure.kernel.labelled import Labelled
from atmp_insure.parties.models import GroupMembership

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.db.actor import Actor
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.models import Company


class ReachReason(Labelled):
    """Why the people of an organisation see a company; the stored code, its name in French, who may have it."""

    CLIENT = "broker_client", "cliente du courtier", OrganisationKind.BROKER
    MANDATE = "law_firm_mandate", "mandante du cabinet", OrganisationKind.LAW_FIRM
    INSURED = "insured", "assurée par l'assureur", OrganisationKind.INSURER
    GROUP = "group", "société du groupe", OrganisationKind.EMPLOYER_GROUP

    kind: OrganisationKind

    def __init__(self, _code: str, _label: str, kind: OrganisationKind) -> None:
        self.kind = kind


def reason_for(kind: OrganisationKind) -> ReachReason | None:
    """Why an organisation of a kind would see a company; None for the office, which sees them all."""
    return next((reason for reason in ReachReason if reason.kind is kind), None)


def let_follow(session: ScopedSession, company: Company, organisation: Organisation) -> CompanyReach:
    """Let the people of an organisation see a company; said again, it changes nothing.

    Raises:
        OutOfScope: the actor is not of the office, or may not write companies.
        InvalidInput: a group, which follows its companies by their membership, or the office.
    """
    require_right_there(session, Right.WRITE_COMPANIES, None)
    reason = reason_for(organisation.kind)
    if reason is None:
        raise InvalidInput.one(
            "le bureau suit déjà toutes les entreprises", "Choisir un partenaire", place="organisation_id"
        )
    if reason is ReachReason.GROUP:
        raise InvalidInput.one(
            "un groupe suit les entreprises qui lui sont rattachées", "Rattacher l'entreprise au groupe",
            place="organisation_id",
        )  # fmt: skip
    return open_reach(session, company.id, organisation.id, reason)


def stop_following(session: ScopedSession, company: Company, reach_id: int) -> None:
    """Let the people of an organisation see a company no longer; at once, sessions that are open included.

    Raises:
        OutOfScope: the actor is not of the office, or may not write companies.
        NotFound: they do not follow it.
        Refused: a group follows the company as long as the company belongs to it.
    """
    require_right_there(session, Right.WRITE_COMPANIES, None)
    row = session.get(CompanyReach, reach_id)
    if row is None or row.company_id != company.id:
        raise NotFound("Cette organisation ne suit pas cette entreprise.")
    if row.reason == ReachReason.GROUP.value:
        raise Refused("Un groupe suit ses sociétés : mettre fin au rattachement de l'entreprise à ce groupe.")
    session.delete(row)
    session.flush()


def join_group(
    session: ScopedSession, company: Company, group: Organisation, first_day: date, today: date
) -> GroupMembership:
    """Say that a company belongs to a group from a day on; the group's people then see it.

    Raises:
        OutOfScope: the actor is not of the office, or may not write companies.
        InvalidInput: not a group, a day to come, or a day on which the company already belongs to one.
    """
    require_right_there(session, Right.WRITE_COMPANIES, None)
    if group.kind is not OrganisationKind.EMPLOYER_GROUP:
        raise InvalidInput.one(
            f"« {group.name} » n'est pas un groupe", "Choisir un groupe d'employeurs", place="organisation_id"
        )
    if first_day > today:
        raise InvalidInput.one("premier jour à venir", "Rattacher l'entreprise le jour venu", place="first_day")
    later = select(GroupMembership).where(
        GroupMembership.company_id == company.id,
        or_(GroupMembership.last_day.is_(None), GroupMembership.last_day >= first_day),
    )
    if session.scalars(later.limit(1)).first() is not None:
        raise InvalidInput.one(
            "l'entreprise appartient déjà à un groupe ce jour-là, ou depuis", "Mettre d'abord fin à ce rattachement",
            place="first_day",
        )  # fmt: skip
    membership = GroupMembership(organisation_id=group.id, company_id=company.id, first_day=first_day)
    session.add(membership)
    open_reach(session, company.id, group.id, ReachReason.GROUP)
    session.flush()
    return membership


def leave_group(session: ScopedSession, membership: GroupMembership, last_day: date, today: date) -> None:
    """Say until which day a company belonged to a group; the group's people then see it no longer.

    Raises:
        OutOfScope: the actor is not of the office, or may not write companies.
        InvalidInput: a day to come, or one before the first.
        Refused: it has already ended.
    """
    require_right_there(session, Right.WRITE_COMPANIES, None)
    if membership.last_day is not None:
        raise Refused("Ce rattachement a déjà pris fin.")
    if last_day > today:
        raise InvalidInput.one("dernier jour à venir", "Y mettre fin le jour venu", place="last_day")
    if last_day < membership.first_day:
        raise InvalidInput.one("dernier jour avant le premier", "Corriger la date", place="last_day")
    membership.last_day = last_day
    reach = select(CompanyReach).where(
        CompanyReach.organisation_id == membership.organisation_id,
        CompanyReach.company_id == membership.company_id,
        CompanyReach.reason == ReachReason.GROUP.value,
    )
    for row in session.scalars(reach):
        session.delete(row)
    session.flush()


def bringing_organisation(actor: Actor) -> int | None:
    """The organisation that will follow a company which someone brings; None for the office, which sees them all.

    Raises:
        OutOfScope: they may not bring any.
        InvalidInput: they act for several organisations, and it is not said for which.
    """
    if actor.everywhere(Right.ADD_COMPANIES):
        return None
    organisations = {grant.organisation_id for grant in actor.granted(Right.ADD_COMPANIES)} - {None}
    if not organisations:
        raise OutOfScope(f"{actor.name} has no right {Right.ADD_COMPANIES.value}")
    if len(organisations) > 1:
        raise InvalidInput.one(
            "vous travaillez pour plusieurs cabinets", "Demander au bureau de créer l'entreprise pour l'un d'eux"
        )
    return organisations.pop()


def open_reach(session: ScopedSession, company_id: int, organisation_id: int, reason: ReachReason) -> CompanyReach:
    """Write that an organisation sees a company, once; whether it may be written is the caller's to know."""
    row = CompanyReach(organisation_id=organisation_id, company_id=company_id, reason=reason.value)
    twin = select(CompanyReach).where(
        CompanyReach.organisation_id == organisation_id,
        CompanyReach.company_id == company_id,
        CompanyReach.reason == reason.value,
    )
    found, _is_new = add_once(session, row, twin)
    return found
