"""Use cases on agreements: a draft is written part by part, then signed; a signed version is never changed again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.access.models import Organisation, OrganisationKind
from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db.once import add_once
from atmp_insure.kernel.errors import Fault, InvalidInput, NotFound, Refused
from atmp_insure.parties import account_queries
from atmp_insure.parties.agreement_models import (
    Agreement,
    AgreementPower,
    AgreementProduct,
    AgreementVersion,
    CoinsuranceShare,
    ServiceLevel,
    VersionState,
)
from atmp_insure.parties.agreement_terms import Share, signature_faults
from atmp_insure.parties.delegated_acts import CLAIMS_COLUMNS, PREMIUM_COLUMNS, DelegatedAct, TimedAct
from atmp_insure.parties.partner_models import AccountState

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from atmp_insure.db.session import ScopedSession

WITH_AGREEMENTS = (OrganisationKind.INSURER, OrganisationKind.BROKER)
PARTS = ("products", "powers", "shares", "service_levels")


@dataclass(frozen=True, slots=True)
class AgreementPractice:
    """How an agreement works day by day: bordereaux, accounts, claims float."""

    first_day: date
    premium_layout: tuple[str, ...] = ()
    claims_layout: tuple[str, ...] = ()
    bordereau_months: int | None = None
    bordereau_due_days: int | None = None
    premium_account_id: int | None = None
    float_account_id: int | None = None
    float_threshold_eur: Decimal | None = None


@dataclass(frozen=True, slots=True)
class NewAgreement:
    """An agreement to begin, and from which day its first version would bind."""

    reference: str
    title: str
    first_day: date


def create_agreement(session: ScopedSession, organisation: Organisation, new: NewAgreement, now: datetime) -> Agreement:
    """Begin an agreement with an insurer or a broker, with a first version to be written.

    Raises:
        OutOfScope: the actor may not write agreements.
        InvalidInput: no reference or one that exists, no title, or an organisation of another kind.
    """
    _require_right(session)
    faults = []
    if not new.reference.strip():
        faults.append(Fault("référence absente", "Donner le numéro de la convention", "reference"))
    if not new.title.strip():
        faults.append(Fault("intitulé absent", "Dire sur quoi porte la convention", "title"))
    if organisation.kind not in WITH_AGREEMENTS:
        said = f"« {organisation.name} » n'est ni un assureur ni un courtier"
        faults.append(Fault(said, "Choisir un assureur ou un courtier", "organisation_id"))
    if faults:
        raise InvalidInput(faults)
    row = Agreement(
        organisation_id=organisation.id, reference=" ".join(new.reference.split()), title=" ".join(new.title.split()),
        created_at=now,
    )  # fmt: skip
    agreement, is_new = add_once(session, row, select(Agreement).where(Agreement.reference == row.reference))
    if not is_new:
        raise InvalidInput.one(f"la référence {agreement.reference} existe déjà", "Ouvrir sa page", place="reference")
    session.add(_draft(session, agreement, 1, new.first_day, now))
    session.flush()
    return agreement


def _draft(
    session: ScopedSession, agreement: Agreement, number: int, first_day: date, now: datetime
) -> AgreementVersion:  # fmt: skip
    return AgreementVersion(
        agreement_id=agreement.id, number=number, first_day=first_day, state=VersionState.DRAFT, premium_layout=[],
        claims_layout=[], written_by=session.actor.name, written_at=now,
    )  # fmt: skip


def begin_version(
    session: ScopedSession, agreement: Agreement, last: AgreementVersion, first_day: date, now: datetime
) -> AgreementVersion:
    """Begin another version of an agreement, which says what the last one says until it is changed.

    Args:
        session: in the name of whoever writes it.
        agreement: the agreement.
        last: its last version, with all that it says.
        first_day: the day from which the new one would bind.
        now: the moment.

    Raises:
        OutOfScope: the actor may not write agreements.
        Refused: a draft is being written already, or the agreement was terminated.
        InvalidInput: it would begin before the last one.
    """
    _require_right(session)
    session.refresh(agreement, with_for_update={"of": Agreement})
    if agreement.last_day is not None:
        raise Refused("Cette convention est résiliée : en ouvrir une autre.")
    if last.state is VersionState.DRAFT:
        raise Refused("Une version est déjà en préparation : la signer ou l'abandonner d'abord.")
    if first_day <= last.first_day:
        raise InvalidInput.one(
            f"la version {last.number} commence le {last.first_day:%d/%m/%Y}",
            "Donner un jour plus tard",
            place="first_day",
        )
    version = _draft(session, agreement, last.number + 1, first_day, now)
    for name in ("premium_layout", "claims_layout", "bordereau_months", "bordereau_due_days", "premium_account_id",
                 "float_account_id", "float_threshold_eur"):  # fmt: skip
        setattr(version, name, getattr(last, name))
    session.add(version)
    session.flush()
    _copy_parts(session, last, version)
    return version


def _copy_parts(session: ScopedSession, last: AgreementVersion, version: AgreementVersion) -> None:
    own = {"agreement_id": version.agreement_id, "version_id": version.id}
    session.add_all([
        *(AgreementProduct(**own, product=one.product, commission_rate=one.commission_rate,
                           renewal_rate=one.renewal_rate) for one in last.products),
        *(AgreementPower(**own, act=one.act, largest_eur=one.largest_eur) for one in last.powers),
        *(CoinsuranceShare(**own, organisation_id=one.organisation_id, share=one.share, is_leader=one.is_leader)
          for one in last.shares),
        *(ServiceLevel(**own, act=one.act, days=one.days) for one in last.service_levels),
    ])  # fmt: skip
    session.flush()


def put_product(
    session: ScopedSession, version: AgreementVersion, product: str, commission: Decimal, renewal: Decimal | None
) -> None:
    """Say that a draft covers a product, with its commission; said again, it is corrected.

    Raises:
        OutOfScope: the actor may not write agreements.
        Refused: the version is signed.
        InvalidInput: no product, or a rate outside 0 to 100 %.
    """
    _require_draft(session, version)
    code = " ".join(product.split())
    faults = [] if code else [Fault("produit absent", "Donner le code du produit", "product")]
    for name, rate in (("commission", commission), ("renewal", renewal)):
        if rate is not None and not 0 <= rate <= 1:
            faults.append(Fault("taux hors de 0 à 100 %", "Corriger le pourcentage", name))
    if faults:
        raise InvalidInput(faults)
    row = next((one for one in version.products if one.product == code), None)
    if row is None:
        row = AgreementProduct(agreement_id=version.agreement_id, product=code)
        version.products.append(row)
    row.commission_rate, row.renewal_rate = commission, renewal
    session.flush()


def put_power(
    session: ScopedSession, version: AgreementVersion, act: DelegatedAct, largest_eur: Decimal | None
) -> None:
    """Say that a draft delegates an act, up to an amount or whatever it is; said again, it is corrected.

    Raises:
        OutOfScope: the actor may not write agreements.
        Refused: the version is signed.
        InvalidInput: a negative amount.
    """
    _require_draft(session, version)
    if largest_eur is not None and largest_eur < 0:
        raise InvalidInput.one("plafond négatif", "Corriger le montant", place="largest_eur")
    row = next((one for one in version.powers if one.act == act.value), None)
    if row is None:
        row = AgreementPower(agreement_id=version.agreement_id, act=act.value)
        version.powers.append(row)
    row.largest_eur = largest_eur
    session.flush()


def put_share(
    session: ScopedSession, version: AgreementVersion, insurer: Organisation, share: Decimal, *, is_leader: bool
) -> None:
    """Give an insurer its part in a draft; the one that leads takes the place of the one that did.

    Raises:
        OutOfScope: the actor may not write agreements.
        Refused: the version is signed.
        InvalidInput: not an insurer, or a part outside 0 (excluded) to 100 %.
    """
    _require_draft(session, version)
    if insurer.kind is not OrganisationKind.INSURER:
        raise InvalidInput.one(f"« {insurer.name} » n'est pas un assureur", "Choisir un assureur", place="insurer_id")
    if not 0 < share <= 1:
        raise InvalidInput.one("part hors de 0 à 100 %", "Corriger la part", place="share")
    row = next((one for one in version.shares if one.organisation_id == insurer.id), None)
    if row is None:
        row = CoinsuranceShare(agreement_id=version.agreement_id, organisation_id=insurer.id)
        version.shares.append(row)
    if is_leader:
        for other in version.shares:
            other.is_leader = False
    row.share, row.is_leader = share, is_leader
    session.flush()


def put_service_level(session: ScopedSession, version: AgreementVersion, act: TimedAct, days: int) -> None:
    """Say in a draft how many days an act may take; said again, it is corrected.

    Raises:
        OutOfScope: the actor may not write agreements.
        Refused: the version is signed.
        InvalidInput: a negative number of days.
    """
    _require_draft(session, version)
    if days < 0:
        raise InvalidInput.one("délai négatif", "Corriger le nombre de jours", place="days")
    row = next((one for one in version.service_levels if one.act == act.value), None)
    if row is None:
        row = ServiceLevel(agreement_id=version.agreement_id, act=act.value)
        version.service_levels.append(row)
    row.days = days
    session.flush()


def remove_part(session: ScopedSession, version: AgreementVersion, part: str, part_id: int) -> None:
    """Take a product, a power, a share or a service level out of a draft.

    Raises:
        OutOfScope: the actor may not write agreements.
        Refused: the version is signed.
        NotFound: the draft has no such part.
    """
    _require_draft(session, version)
    rows = getattr(version, part) if part in PARTS else []
    row = next((one for one in rows if one.id == part_id), None)
    if row is None:
        raise NotFound("Cette ligne n'est pas dans cette version.")
    rows.remove(row)
    session.flush()


def set_practice(session: ScopedSession, version: AgreementVersion, practice: AgreementPractice) -> None:
    """Say in a draft from which day it binds, which bordereaux are sent, and through which accounts money goes.

    Raises:
        OutOfScope: the actor may not write agreements.
        Refused: the version is signed.
        InvalidInput: an unknown column, a negative number, or an account that nobody confirmed.
    """
    _require_draft(session, version)
    faults = []
    for name, known in (("premium_layout", PREMIUM_COLUMNS), ("claims_layout", CLAIMS_COLUMNS)):
        unknown = [code for code in getattr(practice, name) if code not in known]
        faults += [Fault(f"colonne « {code} » inconnue", "Choisir parmi celles proposées", name) for code in unknown]
    if practice.bordereau_due_days is not None and practice.bordereau_due_days < 0:
        faults.append(Fault("délai négatif", "Corriger le nombre de jours", "bordereau_due_days"))
    if practice.float_threshold_eur is not None and practice.float_threshold_eur < 0:
        faults.append(Fault("seuil négatif", "Corriger le montant", "float_threshold_eur"))
    for name in ("premium_account_id", "float_account_id"):
        account_id = getattr(practice, name)
        account = account_queries.get_account(session, account_id) if account_id is not None else None
        if account is not None and account.state is not AccountState.IN_USE:
            faults.append(Fault("ce compte n'est pas confirmé", "Le faire confirmer d'abord", name))
    if faults:
        raise InvalidInput(faults)
    version.first_day = practice.first_day
    version.premium_layout, version.claims_layout = list(practice.premium_layout), list(practice.claims_layout)
    version.bordereau_months, version.bordereau_due_days = practice.bordereau_months, practice.bordereau_due_days
    version.premium_account_id, version.float_account_id = practice.premium_account_id, practice.float_account_id
    version.float_threshold_eur = practice.float_threshold_eur
    session.flush()


def sign_version(
    session: ScopedSession, agreement: Agreement, version: AgreementVersion, signed_on: date, today: date
) -> None:
    """Make a draft bind from its first day on; it is never changed again.

    Raises:
        OutOfScope: the actor may not write agreements.
        Refused: it is signed already.
        InvalidInput: shares that do not make 100 %, no leader, no product, a day to come, or before the last version.
    """
    _require_draft(session, version)
    faults = list(faults_before_signing(session, agreement, version))
    if signed_on > today:
        faults.append(Fault("jour de signature à venir", "Donner le jour de la signature", "signed_on"))
    earlier = [one for one in agreement.versions if one.state is VersionState.SIGNED]
    if any(one.first_day >= version.first_day for one in earlier):
        said = f"une version signée commence le {max(one.first_day for one in earlier):%d/%m/%Y}"
        faults.append(Fault(said, "Donner un premier jour plus tard", "first_day"))
    if faults:
        raise InvalidInput(faults)
    version.state, version.signed_on = VersionState.SIGNED, signed_on
    session.flush()


def faults_before_signing(session: ScopedSession, agreement: Agreement, version: AgreementVersion) -> tuple[Fault, ...]:
    """What a draft still lacks to be signed."""
    organisation = session.get_one(Organisation, agreement.organisation_id)
    return signature_faults(
        [one.product for one in version.products],
        [Share(one.share, one.is_leader) for one in version.shares],
        with_insurer=organisation.kind is OrganisationKind.INSURER,
    )


def discard_draft(session: ScopedSession, agreement: Agreement, version: AgreementVersion) -> None:
    """Give up a draft; the change log keeps that there was one.

    Raises:
        OutOfScope: the actor may not write agreements.
        Refused: it is signed, or it is all that the agreement has.
    """
    _require_draft(session, version)
    if len(agreement.versions) == 1:
        raise Refused("C'est la seule version de cette convention : la compléter plutôt.")
    for part in PARTS:
        getattr(version, part).clear()
    session.flush()
    session.delete(version)
    session.flush()


def terminate_agreement(session: ScopedSession, agreement: Agreement, last_day: date) -> None:
    """Say on which day an agreement ends.

    Raises:
        OutOfScope: the actor may not write agreements.
        Refused: it was terminated already.
        InvalidInput: a day before it began.
    """
    _require_right(session)
    if agreement.last_day is not None:
        raise Refused(f"Cette convention prend déjà fin le {agreement.last_day:%d/%m/%Y}.")
    first_day = min(version.first_day for version in agreement.versions)
    if last_day < first_day:
        raise InvalidInput.one(f"la convention commence le {first_day:%d/%m/%Y}", "Corriger la date", place="last_day")
    agreement.last_day = last_day
    session.flush()


def _require_right(session: ScopedSession) -> None:
    require_right_there(session, Right.WRITE_AGREEMENTS, None)


def _require_draft(session: ScopedSession, version: AgreementVersion) -> None:
    """Hold a version that may still be changed: what one writes and another signs at once is one after the other."""
    _require_right(session)
    session.refresh(version, with_for_update={"of": AgreementVersion})
    if version.state is not VersionState.DRAFT:
        raise Refused("Cette version est signée : en commencer une autre pour changer quelque chose.")
