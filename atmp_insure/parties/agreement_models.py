"""Agreements with insurers and brokers: dated versions, and what each version says, act by act."""

from __future__ import annotations

import enum
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from atmp_insure.access.roles import Right
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.scope import Named
from atmp_insure.db.types import Euros, Json, RateFraction, state_column

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


class Agreement(Base):
    """What the office and an insurer (délégation) or a broker (distribution) agreed, under a reference.

    Attributes:
        last_day: the day on which it ends, once it was terminated.
        organisation_name: filled by the lists that ask for it.
    """

    __tablename__ = "agreements"
    __table_args__ = with_constraints(
        UniqueConstraint("reference"), Index(None, "organisation_id"), Index(None, "created_at", "id")
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    reference: Mapped[str]
    title: Mapped[str]
    last_day: Mapped[date | None]
    created_at: Mapped[datetime]

    organisation_name: Mapped[str | None] = query_expression()
    versions: Mapped[list[AgreementVersion]] = relationship(
        back_populates="agreement", order_by="AgreementVersion.number", cascade="save-update, merge"
    )

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """The office, and the people of the organisation."""
        return who.office(Right.READ_AGREEMENTS) | who.granted(
            Named.ORGANISATION, cls.organisation_id.expression, Right.READ_AGREEMENTS
        )


class _PartOfAgreement(Base):
    """A row that belongs to an agreement, and is seen by whoever sees it."""

    __abstract__ = True

    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreements.id"))

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those of the agreements that one sees."""
        return who.one_of(cls.agreement_id.expression, Agreement.id.expression, Agreement.scope(who))


class VersionState(enum.Enum):
    """Whether a version of an agreement binds."""

    DRAFT = "draft"  # may still be changed
    SIGNED = "signed"  # never changed again: another version takes its place


class AgreementVersion(_PartOfAgreement):
    """What an agreement says from a day on, until the next signed version.

    Attributes:
        premium_layout: codes of the columns of the premium bordereau (`bordereau_columns`), in their order.
        claims_layout: the same for the claims bordereau.
        bordereau_months: how many months a bordereau covers.
        bordereau_due_days: days after the end of the period by which it is sent.
        premium_account_id: where premiums are kept apart for this insurer.
        float_account_id: the claims float (fonds de sinistres).
        float_threshold_eur: under which the float is replenished.
    """

    __tablename__ = "agreement_versions"
    __table_args__ = with_constraints(
        UniqueConstraint("agreement_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("float_threshold_eur >= 0", name="float"),
        CheckConstraint("bordereau_months IN (1, 3, 6, 12)", name="bordereau_months"),
        CheckConstraint("bordereau_due_days >= 0", name="bordereau_due"),
    )

    number: Mapped[int]
    first_day: Mapped[date]
    state: Mapped[VersionState] = mapped_column(state_column(VersionState))
    premium_layout: Mapped[Json]
    claims_layout: Mapped[Json]
    bordereau_months: Mapped[int | None]
    bordereau_due_days: Mapped[int | None]
    premium_account_id: Mapped[int | None] = mapped_column(ForeignKey("bank_accounts.id"))
    float_account_id: Mapped[int | None] = mapped_column(ForeignKey("bank_accounts.id"))
    float_threshold_eur: Mapped[Euros | None]
    document_id: Mapped[int | None]
    written_by: Mapped[str]
    written_at: Mapped[datetime]
    signed_on: Mapped[date | None]

    agreement: Mapped[Agreement] = relationship(back_populates="versions")
    products: Mapped[list[AgreementProduct]] = relationship(
        order_by="AgreementProduct.product", cascade="all, delete-orphan"
    )
    powers: Mapped[list[AgreementPower]] = relationship(order_by="AgreementPower.act", cascade="all, delete-orphan")
    shares: Mapped[list[CoinsuranceShare]] = relationship(order_by="CoinsuranceShare.id", cascade="all, delete-orphan")
    service_levels: Mapped[list[ServiceLevel]] = relationship(order_by="ServiceLevel.act", cascade="all, delete-orphan")

    @property
    def total_share(self) -> Decimal:
        """The parts of the insurers together, as a fraction: 1 once the version is signed."""
        return sum((one.share for one in self.shares), Decimal(0))


class AgreementProduct(_PartOfAgreement):
    """A product that a version covers, with its commission as fractions of the premium without tax."""

    __tablename__ = "agreement_products"
    __table_args__ = with_constraints(
        UniqueConstraint("version_id", "product"),
        CheckConstraint("commission_rate >= 0 AND commission_rate <= 1000000000000", name="commission"),
        CheckConstraint("renewal_rate >= 0 AND renewal_rate <= 1000000000000", name="renewal"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("agreement_versions.id"))
    product: Mapped[str]
    commission_rate: Mapped[RateFraction]
    renewal_rate: Mapped[RateFraction | None]


class AgreementPower(_PartOfAgreement):
    """What the delegate may do alone: an act, up to an amount (None: whatever the amount)."""

    __tablename__ = "agreement_powers"
    __table_args__ = with_constraints(
        UniqueConstraint("version_id", "act"), CheckConstraint("largest_eur >= 0", name="amount")
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("agreement_versions.id"))
    act: Mapped[str]
    largest_eur: Mapped[Euros | None]


class CoinsuranceShare(_PartOfAgreement):
    """The part of an insurer in what a version covers, as a fraction; one insurer leads (apériteur)."""

    __tablename__ = "coinsurance_shares"
    __table_args__ = with_constraints(
        UniqueConstraint("version_id", "organisation_id"),
        CheckConstraint("share > 0 AND share <= 1000000000000", name="share"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("agreement_versions.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    share: Mapped[RateFraction]
    is_leader: Mapped[bool]


class ServiceLevel(_PartOfAgreement):
    """How many days an act may take."""

    __tablename__ = "service_levels"
    __table_args__ = with_constraints(UniqueConstraint("version_id", "act"), CheckConstraint("days >= 0", name="days"))

    version_id: Mapped[int] = mapped_column(ForeignKey("agreement_versions.id"))
    act: Mapped[str]
    days: Mapped[int]
