"""Users, what was granted to them, how they sign in, and what needs a second pair of eyes."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from atmp_insure.access.roles import Right, Role
from atmp_insure.db.base import INTERNAL, Base, with_constraints
from atmp_insure.db.scope import Named
from atmp_insure.db.types import Digest, Euros, Json, Secret, state_column
from atmp_insure.kernel.french import search_text

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


class OrganisationKind(enum.Enum):
    """What an organisation is to the office."""

    OFFICE = "office"
    BROKER = "broker"
    LAW_FIRM = "law_firm"
    INSURER = "insurer"
    EMPLOYER_GROUP = "employer_group"


class UserState(enum.Enum):
    """Whether a user may sign in."""

    INVITED = "invited"  # has not chosen a password yet
    ACTIVE = "active"
    DISABLED = "disabled"


def _search_name(context: Any) -> str:
    """Of an organisation that is added: its name as lists sort and find it."""
    return search_text(context.get_current_parameters()["name"])


class Organisation(Base):
    """A body whose people sign in: the office, a broker, a law firm, an insurer, an employer's group.

    Attributes:
        identifier: its ORIAS number or its SIREN, filled by the lists that ask for it.
    """

    __tablename__ = "organisations"
    __table_args__ = with_constraints(UniqueConstraint("kind", "name"), Index(None, "search_name", "id"))

    kind: Mapped[OrganisationKind] = mapped_column(state_column(OrganisationKind))
    name: Mapped[str]
    search_name: Mapped[str] = mapped_column(default=_search_name)
    created_at: Mapped[datetime]

    identifier: Mapped[str | None] = query_expression()

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """The office sees all; others their own."""
        return who.office() | who.granted(Named.ORGANISATION, cls.id.expression)


class User(Base):
    """A person who signs in.

    Attributes:
        security_version: raised by each change of password, factor or right; sessions of an older one end.
    """

    __tablename__ = "users"
    __table_args__ = with_constraints(
        UniqueConstraint("sign_in"),
        Index(None, "search_name", "id"),
        CheckConstraint("sign_in = lower(sign_in)", name="sign_in_lower"),
    )

    sign_in: Mapped[str]
    display_name: Mapped[str]
    search_name: Mapped[str]  # normalised, so that both engines sort and find alike
    email: Mapped[str]
    state: Mapped[UserState] = mapped_column(state_column(UserState), default=UserState.INVITED)
    language: Mapped[str] = mapped_column(default="fr")
    password_hash: Mapped[str | None]
    security_version: Mapped[int] = mapped_column(default=1)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    totp_secret: Mapped[Secret | None]
    totp_last_step: Mapped[int | None]
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]

    grants: Mapped[list[Grant]] = relationship(back_populates="user", order_by="Grant.id")

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Oneself; all of them for those who may see users."""
        return (cls.id == who.user_id) | who.office(Right.READ_USERS)


class Grant(Base):
    """A role given to a user within a scope, from a day, possibly until another; ended, never deleted."""

    __tablename__ = "grants"
    __table_args__ = with_constraints(
        Index(None, "user_id"),
        CheckConstraint("last_day IS NULL OR last_day >= first_day", name="period"),
        CheckConstraint("establishment_id IS NULL OR company_id IS NOT NULL", name="establishment"),
        CheckConstraint("file_ref IS NULL OR last_day IS NOT NULL", name="file_expires"),
        CheckConstraint("role NOT IN ('auditor', 'mandated_doctor') OR last_day IS NOT NULL", name="dated"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    role: Mapped[Role] = mapped_column(state_column(Role))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    company_id: Mapped[int | None]
    establishment_id: Mapped[int | None]
    file_ref: Mapped[str | None]
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    granted_by: Mapped[str]
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(back_populates="grants")
    organisation: Mapped[Organisation | None] = relationship()

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """One's own; all of them for those who may see users."""
        return (cls.user_id == who.user_id) | who.office(Right.READ_USERS)


class Substitution(Base):
    """Who receives a person's tasks while they are away; it gives no right."""

    __tablename__ = "substitutions"
    __table_args__ = with_constraints(
        Index(None, "user_id"),
        Index(None, "substitute_id"),
        CheckConstraint("last_day >= first_day", name="period"),
        CheckConstraint("user_id <> substitute_id", name="another"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    substitute_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those away, their substitutes, and those who may see users."""
        return (cls.user_id == who.user_id) | (cls.substitute_id == who.user_id) | (
            who.office(Right.READ_USERS)
        )  # fmt: skip


class AuthorityLimit(Base):
    """Up to what amount a person may decide an act alone, from a day."""

    __tablename__ = "authority_limits"
    __table_args__ = with_constraints(
        Index(None, "user_id", "act", "first_day"),
        CheckConstraint("largest_eur >= 0", name="amount"),
        CheckConstraint("last_day IS NULL OR last_day >= first_day", name="period"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    act: Mapped[str]
    largest_eur: Mapped[Euros]
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    given_by: Mapped[str]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """One's own; all of them for those who may see users."""
        return (cls.user_id == who.user_id) | who.office(Right.READ_USERS)


class ApprovalState(enum.Enum):
    """Where a request for a second pair of eyes stands."""

    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"
    USED = "used"
    WITHDRAWN = "withdrawn"


class Approval(Base):
    """An act that needs a second person: asked by one, decided by another, used once."""

    __tablename__ = "approvals"
    __table_args__ = with_constraints(
        Index(None, "state", "requested_at", "id"),
        Index(None, "subject"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> requested_by_id", name="four_eyes"),
        CheckConstraint("(decided_by_id IS NULL) = (decided_at IS NULL)", name="decided"),
        CheckConstraint("state NOT IN ('granted', 'refused', 'used') OR decided_by_id IS NOT NULL", name="by_someone"),
    )

    act: Mapped[str]
    subject: Mapped[str]
    fingerprint: Mapped[Digest]  # of what was shown: a granted approval serves for nothing else
    amount_eur: Mapped[Euros | None]
    company_id: Mapped[int | None]
    reason: Mapped[str]
    state: Mapped[ApprovalState] = mapped_column(state_column(ApprovalState), default=ApprovalState.REQUESTED)
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    requested_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Who asked, and those of the office who may decide."""
        return (cls.requested_by_id == who.user_id) | who.office(Right.APPROVE)


class WebSession(Base):
    """One signed-in browser; only a digest of its token is kept."""

    __tablename__ = "web_sessions"
    __table_args__ = with_constraints(UniqueConstraint("token_digest"), Index(None, "user_id", "ended_at"))
    logged = False

    token_digest: Mapped[Digest]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    security_version: Mapped[int]
    second_factor: Mapped[str | None]
    browser: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """One's own only."""
        return cls.user_id == who.user_id


class PersonalToken(Base):
    """What a program holds to act for a user on the API; only a digest of its secret is kept.

    Attributes:
        scopes: codes of `token_scopes.TokenScope`; what it opens is never more than what the user may do that day.
        last_day: the last day on which it serves.
        seen_at: when it last served, to the minute.
    """

    __tablename__ = "personal_tokens"
    __table_args__ = with_constraints(UniqueConstraint("token_digest"), Index(None, "user_id"))

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str]
    token_digest: Mapped[Digest]
    scopes: Mapped[Json]
    last_day: Mapped[date]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """One's own; all of them for those who may see users."""
        return (cls.user_id == who.user_id) | who.office(Right.READ_USERS)


class Passkey(Base):
    """A passkey of a user."""

    __tablename__ = "passkeys"
    __table_args__ = with_constraints(UniqueConstraint("credential_id"), Index(None, "user_id"))

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    credential_id: Mapped[bytes]
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    label: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """One's own only."""
        return cls.user_id == who.user_id


class RecoveryCode(Base):
    """A code for the day a phone is lost, kept as a digest, good once."""

    __tablename__ = "recovery_codes"
    __table_args__ = with_constraints(UniqueConstraint("user_id", "code_digest"))

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    code_digest: Mapped[Digest]
    used_at: Mapped[datetime | None]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """One's own only."""
        return cls.user_id == who.user_id


class TicketPurpose(enum.Enum):
    """What a link sent by mail is for."""

    INVITATION = "invitation"
    RESET = "reset"


class Ticket(Base):
    """A link sent by mail: an invitation or a new password; good once, and not for long."""

    __tablename__ = "tickets"
    __table_args__ = with_constraints(UniqueConstraint("token_digest"), Index(None, "user_id"))
    visibility = INTERNAL

    token_digest: Mapped[Digest]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    purpose: Mapped[TicketPurpose] = mapped_column(state_column(TicketPurpose))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SavedFilter(Base):
    """A filter of a list that a user keeps under a name."""

    __tablename__ = "saved_filters"
    __table_args__ = with_constraints(UniqueConstraint("user_id", "list_name", "name"))
    logged = False

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    list_name: Mapped[str]
    name: Mapped[str]
    query: Mapped[str]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """One's own only."""
        return cls.user_id == who.user_id
