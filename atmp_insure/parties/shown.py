"""How parties are shown: names of states and reasons, what a version of an agreement says, the chart of payroll."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.documents.charts.amount_bars import Amounts, AmountSeries, amount_bars
from atmp_insure.parties import account_queries, partner_queries
from atmp_insure.parties.account_queries import AccountOwner
from atmp_insure.parties.account_service import masked
from atmp_insure.parties.agreement_models import VersionState
from atmp_insure.parties.body_models import ImportState
from atmp_insure.parties.delegated_acts import CLAIMS_COLUMNS, PREMIUM_COLUMNS, DelegatedAct, TimedAct
from atmp_insure.parties.import_preview import RowOutcome
from atmp_insure.parties.models import SubSector
from atmp_insure.parties.partner_models import AccountState, ContactMatter
from atmp_insure.parties.reach_service import ReachReason
from atmp_insure.web.display import State, Tone
from atmp_insure.web.languages import current_language
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.documents.charts.chart import Chart
    from atmp_insure.parties.agreement_models import AgreementVersion
    from atmp_insure.parties.partner_models import BankAccount
    from atmp_insure.parties.payroll_queries import CompanyYear

SUB_SECTORS = {
    SubSector.GROS_OEUVRE: _l("gros œuvre"),
    SubSector.SECOND_OEUVRE: _l("second œuvre"),
    SubSector.FONCTIONS_SUPPORT: _l("fonctions support"),
}
ACCOUNT_STATES = {
    AccountState.PROPOSED: State(_l("à confirmer"), Tone.CARE),
    AccountState.IN_USE: State(_l("en usage"), Tone.GOOD),
    AccountState.REPLACED: State(_l("remplacé"), Tone.NEUTRAL),
    AccountState.REFUSED: State(_l("refusé"), Tone.BAD),
}
VERSION_STATES = {
    VersionState.DRAFT: State(_l("projet"), Tone.CARE),
    VersionState.SIGNED: State(_l("signée"), Tone.GOOD),
}
IMPORT_STATES = {
    ImportState.PREVIEWED: State(_l("à reprendre"), Tone.CARE),
    ImportState.DONE: State(_l("repris"), Tone.GOOD),
    ImportState.RUNNING: State(_l("confié à un traitement"), Tone.INFO),
    ImportState.DISCARDED: State(_l("abandonné"), Tone.NEUTRAL),
}
OUTCOMES = {
    RowOutcome.NEW: State(_l("nouveau"), Tone.GOOD),
    RowOutcome.COMPLETES: State(_l("complète"), Tone.GOOD),
    RowOutcome.SAME: State(_l("déjà connu"), Tone.NEUTRAL),
    RowOutcome.DIFFERS: State(_l("diffère"), Tone.CARE),
    RowOutcome.FAULTY: State(_l("laissé de côté"), Tone.BAD),
}
TO_SETTLE = State(_l("à trancher"), Tone.CARE)
SETTLED = State(_l("en usage"), Tone.GOOD)


def reason_label(code: str) -> str:
    """Why an organisation follows a company, in French."""
    return next((reason.label for reason in ReachReason if reason.value == code), code)


def payroll_chart(years: Sequence[CompanyYear]) -> Chart | None:
    """The payroll of a company by year, the earliest first; None when no year has any."""
    told = [year for year in reversed(years) if year.payroll_eur is not None]
    if not told:
        return None
    series = AmountSeries(_("Masse salariale"), tuple(year.payroll_eur for year in told))
    return amount_bars(Amounts(_("Masse salariale en usage, par année"), tuple(str(y.year) for y in told), (series,),
                               language=current_language()))  # fmt: skip


def matter_labels(codes: str) -> str:
    """What a contact is asked about, in French."""
    return ", ".join(_(matter.label) for matter in ContactMatter if matter.value in codes.split())


def masked_accounts(accounts: Sequence[BankAccount]) -> tuple[tuple[BankAccount, str], ...]:
    """Accounts, each with its IBAN masked."""
    return tuple((account, masked(account.iban)) for account in accounts)


@dataclass(frozen=True, slots=True)
class Said:
    """What a version of an agreement says, in words.

    Attributes:
        insurers: names of the insurers that share, by number.
        powers: the acts delegated, by code, in French.
        times: the acts that have a time, by code, in French.
        premium_columns, claims_columns: the columns of the bordereaux, in French.
        accounts: masked accounts, by number, as far as they may be seen.
    """

    state: State
    insurers: dict[int, str]
    powers: dict[str, str]
    times: dict[str, str]
    premium_columns: tuple[str, ...]
    claims_columns: tuple[str, ...]
    accounts: dict[int, str]


def said_by_version(session: ScopedSession, version: AgreementVersion) -> Said:
    """What a version says, with the names that its numbers stand for."""
    insurers = partner_queries.names_of_organisations(session, {one.organisation_id for one in version.shares})
    numbers = {version.premium_account_id, version.float_account_id} - {None}
    return Said(
        state=VERSION_STATES[version.state],
        insurers=insurers,
        powers={act.value: act.label for act in DelegatedAct},
        times={act.value: act.label for act in TimedAct},
        premium_columns=tuple(PREMIUM_COLUMNS.get(code, code) for code in version.premium_layout),
        claims_columns=tuple(CLAIMS_COLUMNS.get(code, code) for code in version.claims_layout),
        accounts={one.id: masked(one.iban) for one in account_queries.list_accounts_among(session, numbers)},
    )


def offered_accounts(session: ScopedSession, version: AgreementVersion) -> list[tuple[str, str]]:
    """The confirmed accounts that an agreement may name: those of the insurer or broker, and those of the office."""
    owners = [AccountOwner(organisation_id=number) for number in partner_queries.account_owners(session, version)]
    return [
        (str(account.id), f"{_(account.purpose.label)}, {masked(account.iban)}")
        for owner in owners
        for account in account_queries.list_accounts(session, owner)
        if account.state is AccountState.IN_USE
    ]
