"""Use cases on people: invite, let in, grant, take away; each change of an account ends its older sessions."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.access import passwords, second_factor
from atmp_insure.access.models import (
    AuthorityLimit,
    Grant,
    Organisation,
    OrganisationKind,
    Passkey,
    SavedFilter,
    Substitution,
    Ticket,
    TicketPurpose,
    User,
    UserState,
)
from atmp_insure.access.roles import DATED, Reach, Right, Role, rights_of
from atmp_insure.db.scope import unscoped
from atmp_insure.db.types import key_ring_of
from atmp_insure.kernel.errors import Fault, InvalidInput, Refused
from atmp_insure.kernel.french import search_text
from atmp_insure.kernel.identifiers import mail_address_faults

if TYPE_CHECKING:
    from decimal import Decimal

    from sqlalchemy import Select

    from atmp_insure.db.session import ScopedSession

_TICKET_BYTES = 24
LIFETIME = {TicketPurpose.INVITATION: timedelta(days=7), TicketPurpose.RESET: timedelta(hours=2)}


@dataclass(frozen=True, slots=True)
class NewUser:
    """A person to be let in."""

    sign_in: str
    display_name: str
    email: str
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class NewGrant:
    """A role to be given, and where it holds."""

    role: Role
    first_day: date
    last_day: date | None = None
    organisation_id: int | None = None
    company_id: int | None = None
    establishment_id: int | None = None
    file_ref: str | None = None


def create_user(session: ScopedSession, new: NewUser, now: datetime) -> User:
    """Create a user without password, who may not sign in before accepting the invitation.

    Raises:
        InvalidInput: the sign-in name or the address does not do, or the name is taken.
    """
    sign_in = new.sign_in.strip().lower()
    faults = []
    if not sign_in or any(character.isspace() or not character.isprintable() for character in sign_in):
        faults.append(Fault("identifiant vide ou avec des espaces", "Choisir par exemple « p.martin »", "sign_in"))
    faults += mail_address_faults(new.email, "email")
    if not new.display_name.strip():
        faults.append(Fault("nom absent", "Donner le nom affiché", "display_name"))
    if session.scalar(select(User.id).where(User.sign_in == sign_in)) is not None:
        faults.append(Fault(f"l'identifiant « {sign_in} » est déjà pris", "En choisir un autre", "sign_in"))
    if faults:
        raise InvalidInput(faults)
    user = User(
        sign_in=sign_in, display_name=new.display_name.strip(), search_name=search_text(new.display_name),
        email=new.email.strip(), language=new.language, created_at=now,
    )  # fmt: skip
    session.add(user)
    session.flush()
    return user


@unscoped("tickets are read by people who are not signed in")
def make_ticket(session: ScopedSession, user: User, purpose: TicketPurpose, now: datetime) -> str:
    """Make a link good once; gives its token, of which only a digest is kept."""
    token = secrets.token_urlsafe(_TICKET_BYTES)
    session.add(
        Ticket(
            token_digest=_digest(session, token), user_id=user.id, purpose=purpose, expires_at=now + LIFETIME[purpose]
        )
    )
    session.flush()
    return token


@unscoped("tickets are read by people who are not signed in")
def find_ticket_user(session: ScopedSession, token: str, now: datetime) -> User | None:
    """The user of a link that is still good."""
    ticket = session.scalar(_good_ticket(_digest(session, token), now))
    return session.get(User, ticket.user_id) if ticket is not None else None


@unscoped("tickets are used by people who are not signed in")
def use_ticket(session: ScopedSession, token: str, password: str, now: datetime) -> User:
    """Choose a password by a link, which ends with it; every session of the account ends.

    Raises:
        Refused: the link was used or is too old.
        InvalidInput: the password does not do.
    """
    ticket = session.scalar(_good_ticket(_digest(session, token), now).with_for_update(of=Ticket))
    user = session.get(User, ticket.user_id) if ticket is not None else None
    if ticket is None or user is None or user.state is UserState.DISABLED:
        raise Refused("Ce lien a servi ou a expiré. Demander un nouveau lien sur la page de connexion.")
    set_password(session, user, password)
    ticket.used_at = now
    user.state, user.failed_sign_ins, user.locked_until = UserState.ACTIVE, 0, None
    session.flush()
    return user


def set_password(session: ScopedSession, user: User, password: str) -> None:
    """Set a password; sessions opened before end.

    Raises:
        InvalidInput: why it does not do.
    """
    weak = passwords.weaknesses(password, (user.sign_in, *user.display_name.split()))
    if weak:
        raise InvalidInput(Fault(text.rstrip("."), "Choisir un autre mot de passe", "password") for text in weak)
    user.password_hash = passwords.hashed(password)
    user.security_version += 1
    session.flush()


def grant_role(session: ScopedSession, user: User, new: NewGrant, now: datetime) -> Grant:
    """Give a role within a scope; the user's sessions end, to begin again with it.

    Raises:
        InvalidInput: the scope does not suit the role, or the days are reversed.
        Refused: nobody gives a role to themselves, nor rights beyond their own, except an administrator.
    """
    _require_suitable(new)
    if session.actor.user_id == user.id:
        raise Refused("Nul ne se donne un rôle à soi-même : un autre administrateur doit le faire.")
    beyond = rights_of(new.role) - frozenset(session.actor.rights)
    if beyond and not session.actor.may(Right.WRITE_USERS):
        raise Refused("Ce rôle donne plus de droits que les vôtres.")
    grant = Grant(
        user_id=user.id, role=new.role, organisation_id=new.organisation_id, company_id=new.company_id,
        establishment_id=new.establishment_id, file_ref=new.file_ref, first_day=new.first_day, last_day=new.last_day,
        granted_by=session.actor.name, granted_at=now,
    )  # fmt: skip
    session.add(grant)
    user.security_version += 1
    session.flush()
    return grant


def _require_suitable(new: NewGrant) -> None:
    needed = {
        Reach.OFFICE: (),
        Reach.ORGANISATION: ("organisation_id",),
        Reach.COMPANY: ("company_id",),
        Reach.FILE: ("file_ref",),
    }[new.role.reach] + (("last_day",) if new.role in DATED else ())
    labels = {
        "organisation_id": "une organisation",
        "company_id": "une entreprise",
        "file_ref": "un dossier",
        "last_day": "un dernier jour",
    }
    faults = [
        Fault(f"le rôle « {new.role.label} » demande {labels[name]}", "Le préciser", name)
        for name in needed
        if getattr(new, name) is None
    ]
    if new.last_day is not None and new.last_day < new.first_day:
        faults.append(Fault("dernier jour avant le premier", "Corriger les dates", "last_day"))
    if faults:
        raise InvalidInput(faults)


def end_grant(session: ScopedSession, grant: Grant, now: datetime) -> None:
    """Take a role away at once; the user's sessions end. Nobody takes their own."""
    if session.actor.user_id == grant.user_id:
        raise Refused("Nul ne se retire un rôle à soi-même : un autre administrateur doit le faire.")
    if grant.ended_at is None:
        grant.ended_at = now
        session.get_one(User, grant.user_id).security_version += 1
        session.flush()


def disable_user(session: ScopedSession, user: User) -> None:
    """Shut an account; its sessions end. Nobody shuts their own."""
    if session.actor.user_id == user.id:
        raise Refused("Nul ne ferme son propre compte : un autre administrateur doit le faire.")
    user.state = UserState.DISABLED
    user.security_version += 1
    session.flush()


def enable_user(session: ScopedSession, user: User) -> None:
    """Open an account again; without password it waits for its invitation."""
    user.state = UserState.ACTIVE if user.password_hash else UserState.INVITED
    user.failed_sign_ins, user.locked_until = 0, None
    session.flush()


def unlock_user(session: ScopedSession, user: User) -> None:
    """End a lockout before its time."""
    user.failed_sign_ins, user.locked_until = 0, None
    session.flush()


@unscoped("an administrator may clear factors that only their owner sees")
def clear_second_factors(session: ScopedSession, user: User) -> None:
    """Forget authenticator, passkeys and recovery codes of a person who lost them; sessions end."""
    user.totp_secret, user.totp_last_step = None, None
    for passkey in session.scalars(select(Passkey).where(Passkey.user_id == user.id)):
        session.delete(passkey)
    second_factor.forget_recovery_codes(session, user)
    user.security_version += 1
    session.flush()


def substitute(
    session: ScopedSession, user: User, substitute_user: User, first_day: date, last_day: date
) -> Substitution:
    """Name who receives a person's tasks while they are away; no right goes with it."""
    if last_day < first_day:
        raise InvalidInput.one("dernier jour avant le premier", "Corriger les dates", place="last_day")
    if user.id == substitute_user.id:
        raise InvalidInput.one("on ne se remplace pas soi-même", "Choisir une autre personne", place="substitute_id")
    row = Substitution(user_id=user.id, substitute_id=substitute_user.id, first_day=first_day, last_day=last_day)
    session.add(row)
    session.flush()
    return row


@dataclass(frozen=True, slots=True)
class NewLimit:
    """Up to what amount an act may be decided alone, both days included; `last_day` None: until another is given."""

    act: str
    largest_eur: Decimal
    first_day: date
    last_day: date | None


def give_limit(session: ScopedSession, user: User, new: NewLimit) -> AuthorityLimit:
    """Set up to what amount a person decides alone.

    Raises:
        InvalidInput: a negative amount, or days reversed.
    """
    faults = []
    if new.largest_eur < 0:
        faults.append(Fault("plafond négatif", "Donner un montant positif, ou zéro", "largest_eur"))
    if new.last_day is not None and new.last_day < new.first_day:
        faults.append(Fault("dernier jour avant le premier", "Corriger les dates", "last_day"))
    if faults:
        raise InvalidInput(faults)
    limit = AuthorityLimit(
        user_id=user.id, act=new.act, largest_eur=new.largest_eur, first_day=new.first_day, last_day=new.last_day,
        given_by=session.actor.name,
    )  # fmt: skip
    session.add(limit)
    session.flush()
    return limit


def keep_filter(session: ScopedSession, user_id: int, list_name: str, name: str, query: str) -> SavedFilter:
    """Keep a filter of a list under a name, in place of the one that had it."""
    statement = select(SavedFilter).where(
        SavedFilter.user_id == user_id, SavedFilter.list_name == list_name, SavedFilter.name == name
    )
    kept = session.scalar(statement)
    if kept is None:
        kept = SavedFilter(user_id=user_id, list_name=list_name, name=name, query=query)
        session.add(kept)
    kept.query = query
    session.flush()
    return kept


def create_organisation(session: ScopedSession, kind: OrganisationKind, name: str, now: datetime) -> Organisation:
    """Create a body whose people may sign in."""
    if not name.strip():
        raise InvalidInput.one("nom absent", "Donner le nom de l'organisation", place="name")
    row = Organisation(kind=kind, name=name.strip(), created_at=now)
    session.add(row)
    session.flush()
    return row


def _good_ticket(token_digest: bytes, now: datetime) -> Select[Ticket]:
    return select(Ticket).where(Ticket.token_digest == token_digest, Ticket.used_at.is_(None), Ticket.expires_at > now)


def _digest(session: ScopedSession, token: str) -> bytes:
    return key_ring_of(session.get_bind().dialect).digest("ticket", token)
