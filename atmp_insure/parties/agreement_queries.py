"""Every question about agreements: what each says as of a day, and what it lets the office do."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import selectinload, with_expression

from atmp_insure.access.models import Organisation
from atmp_insure.kernel.errors import NotFound
from atmp_insure.parties.agreement_models import (
    Agreement,
    AgreementPower,
    AgreementVersion,
    CoinsuranceShare,
    VersionState,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.delegated_acts import DelegatedAct


def agreements() -> Select[Agreement]:
    """All agreements, with the name of the insurer or broker, and their versions."""
    name = select(Organisation.name).where(Organisation.id == Agreement.organisation_id)
    return select(Agreement).options(
        with_expression(Agreement.organisation_name, name.correlate(Agreement).scalar_subquery()),
        selectinload(Agreement.versions),
    )


def list_agreements_of(session: ScopedSession, organisation_id: int) -> Sequence[Agreement]:
    """The agreements with an insurer or a broker, the latest first."""
    statement = agreements().where(Agreement.organisation_id == organisation_id)
    return session.scalars(statement.order_by(Agreement.created_at.desc(), Agreement.id.desc())).all()


def get_agreement(session: ScopedSession, agreement_id: int) -> Agreement:
    """An agreement with its versions.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    agreement = session.scalar(agreements().where(Agreement.id == agreement_id))
    if agreement is None:
        raise NotFound("Cette convention n'existe pas, ou vous ne pouvez pas la voir.")
    return agreement


def get_version(session: ScopedSession, version_id: int) -> AgreementVersion:
    """A version of an agreement, with all that it says.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    version = session.scalar(_whole_versions().where(AgreementVersion.id == version_id))
    if version is None:
        raise NotFound("Cette version n'existe pas, ou vous ne pouvez pas la voir.")
    return version


def shares_of(session: ScopedSession, version_ids: Collection[int]) -> dict[int, dict[int, Fraction]]:
    """What each insurer bears under some versions of agreements, by version; those that the actor does not see miss."""
    statement = select(CoinsuranceShare).where(CoinsuranceShare.version_id.in_(version_ids))
    found: dict[int, dict[int, Fraction]] = {}
    for one in session.scalars(statement.order_by(CoinsuranceShare.id)):
        found.setdefault(one.version_id, {})[one.organisation_id] = Fraction(one.share)
    return found


def find_version_on(session: ScopedSession, agreement_id: int, on: date) -> AgreementVersion | None:
    """What an agreement says on a day: the signed version that began last; None before the first, or after its end."""
    in_force = select(Agreement.id).where(or_(Agreement.last_day.is_(None), Agreement.last_day >= on))
    statement = _whole_versions().where(
        AgreementVersion.agreement_id == agreement_id,
        AgreementVersion.agreement_id.in_(in_force),
        AgreementVersion.state == VersionState.SIGNED,
        AgreementVersion.first_day <= on,
    )
    return session.scalars(statement.order_by(AgreementVersion.first_day.desc()).limit(1)).first()


def find_power_on(session: ScopedSession, agreement_id: int, act: DelegatedAct, on: date) -> AgreementPower | None:
    """What an agreement lets the office do alone on a day; None when the act is not delegated."""
    version = find_version_on(session, agreement_id, on)
    powers = version.powers if version is not None else []
    return next((power for power in powers if power.act == act.value), None)


def _whole_versions() -> Select[AgreementVersion]:
    parts = (
        AgreementVersion.products, AgreementVersion.powers, AgreementVersion.shares, AgreementVersion.service_levels,
    )  # fmt: skip
    return select(AgreementVersion).options(*(selectinload(part) for part in parts))
