"""Whom the office works with: what it knows of each organisation, doctors, contacts, and bank accounts."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from atmp_insure.access.roles import Right
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.scope import Named
from atmp_insure.db.types import Digest, Secret, state_column
from atmp_insure.kernel.labelled import Labelled
from atmp_insure.parties.addressed import Addressed

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


class OrganisationProfile(Addressed, Base):
    """What identifies an organisation of `access.models`, beside its name: one row each, from its first identifier on.

    Attributes:
        orias_number: of an intermediary, at the ORIAS register: eight digits.
        orias_checked_on: the day on which a person saw it there.
        bar: of a law firm, the bar (barreau) it belongs to.
    """

    __tablename__ = "organisation_profiles"
    __table_args__ = with_constraints(
        UniqueConstraint("organisation_id"),
        UniqueConstraint("siren"),
        UniqueConstraint("orias_number"),
        CheckConstraint("length(siren) = 9", name="siren"),
        CheckConstraint("length(orias_number) = 8", name="orias"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    siren: Mapped[str | None]
    orias_number: Mapped[str | None]
    orias_checked_on: Mapped[date | None]
    bar: Mapped[str | None]
    address: Mapped[str | None]
    postcode: Mapped[str | None]
    town: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """The office, and the people of the organisation."""
        return who.office(Right.READ_COMPANIES) | who.granted(
            Named.ORGANISATION, cls.organisation_id.expression, Right.READ_COMPANIES
        )


class Doctor(Base):
    """A doctor whom employers and lawyers may mandate.

    Attributes:
        organisation_id: the law firm that works with them; None: the office.
        name_digest: keyed digest of the normalised name, by which they are found.
        rpps_number: their number in the register of health professionals, eleven digits.
    """

    __tablename__ = "doctors"
    __table_args__ = with_constraints(
        UniqueConstraint("rpps_number", "organisation_id"),
        Index(None, "organisation_id"),
        Index(None, "name_digest"),
        Index(None, "created_at", "id"),
        CheckConstraint("length(rpps_number) = 11", name="rpps"),
    )

    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[Secret]
    name_digest: Mapped[Digest]
    speciality: Mapped[str]
    rpps_number: Mapped[str | None]
    address: Mapped[Secret | None]
    email: Mapped[Secret | None]
    phone: Mapped[Secret | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """The office, and the people of the law firm that brought them."""
        return who.office(Right.READ_COMPANIES) | who.granted(
            Named.ORGANISATION, cls.organisation_id.expression, Right.READ_COMPANIES
        )


class ContactMatter(Labelled):
    """What a contact is asked about; the stored code, and its name in French."""

    CLAIMS = "claims", "sinistres"
    PAYROLL = "payroll", "paie"
    PREMIUMS = "premiums", "primes"
    LEGAL = "legal", "contentieux"
    PREVENTION = "prevention", "prévention"


class Contact(Base):
    """A person to write to or to call, at a company, an organisation or a body; ended, never deleted.

    Attributes:
        duty: what they do there: `responsable paie`.
        matters: what to ask them, codes of `ContactMatter`, separated by spaces.
    """

    __tablename__ = "contacts"
    __table_args__ = with_constraints(
        Index(None, "company_id"),
        Index(None, "organisation_id"),
        Index(None, "body_id"),
        Index(None, "name_digest"),
        CheckConstraint("company_id IS NULL OR organisation_id IS NULL", name="one_owner"),
        CheckConstraint("establishment_id IS NULL OR company_id IS NOT NULL", name="establishment"),
    )

    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    establishment_id: Mapped[int | None] = mapped_column(ForeignKey("establishments.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    body_id: Mapped[int | None] = mapped_column(ForeignKey("bodies.id"))
    name: Mapped[Secret]
    name_digest: Mapped[Digest]
    duty: Mapped[str]
    matters: Mapped[str]
    email: Mapped[Secret | None]
    phone: Mapped[Secret | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those of the companies that one may look at, and of one's own organisation; those of bodies: the office."""
        return who.reaches(
            cls.company_id.expression, cls.establishment_id.expression, Right.READ_COMPANIES
        ) | who.granted(Named.ORGANISATION, cls.organisation_id.expression, Right.READ_COMPANIES)


class AccountPurpose(Labelled):
    """What an account serves; the stored code, and its name in French."""

    PREMIUMS = "premiums", "primes"
    INDEMNITIES = "indemnities", "indemnités et remboursements"
    CLAIMS_FLOAT = "claims_float", "fonds de sinistres"
    COMMISSIONS = "commissions", "commissions"
    FEES = "fees", "honoraires"


class AccountState(enum.Enum):
    """Where a bank account stands."""

    PROPOSED = "proposed"  # somebody gave it; a second person must confirm it
    IN_USE = "in_use"
    REPLACED = "replaced"  # another one took its place
    REFUSED = "refused"


class BankAccount(Base):
    """An account of a company or an organisation; used only once a second person confirmed it.

    Attributes:
        purpose: what it serves; one account is in use for each purpose of an owner.
        iban_digest: keyed digest, by which the same account is found elsewhere.
        proof: how it was checked, in the words of whoever proposed it.
        approval_id: the request for the second pair of eyes.
        replaces_id: the account that it takes the place of.
    """

    __tablename__ = "bank_accounts"
    __table_args__ = with_constraints(
        Index(None, "company_id"),
        Index(None, "organisation_id"),
        Index(None, "iban_digest"),
        CheckConstraint("company_id IS NULL OR organisation_id IS NULL", name="one_owner"),
    )

    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    purpose: Mapped[AccountPurpose] = mapped_column(state_column(AccountPurpose))
    holder: Mapped[Secret]
    iban: Mapped[Secret]
    iban_digest: Mapped[Digest]
    bic: Mapped[str | None]
    proof: Mapped[str]
    state: Mapped[AccountState] = mapped_column(state_column(AccountState))
    approval_id: Mapped[int | None] = mapped_column(ForeignKey("approvals.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("bank_accounts.id"))
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those of the companies, and of the organisation, whose accounts one may see."""
        return who.reaches(cls.company_id.expression, right=Right.READ_BANK_ACCOUNTS) | who.granted(
            Named.ORGANISATION, cls.organisation_id.expression, Right.READ_BANK_ACCOUNTS
        )
