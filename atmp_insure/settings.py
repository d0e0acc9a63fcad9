"""Settings of one installation, read once at the edge; nothing below the edges knows the environment.

They come from `config/settings/<environment>.toml`, then from variables `ATMP_SECTION__KEY` of the environment. No
secret stands in a file of the product.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.resources import resource_dir
from atmp_insure.setting_checks import unsafe, unsuitable
from atmp_insure.setting_values import EXPECTED, value_of

if TYPE_CHECKING:
    from collections.abc import Mapping

LOCAL, PRODUCTION, TEST = "local", "production", "test"
_PREFIX = "ATMP_"
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where the database is; an empty address means the embedded one in the data folder."""

    url: str = ""
    pool_size: int = 10


@dataclass(frozen=True, slots=True)
class SecuritySettings:
    """Keys and doors.

    Attributes:
        keys_file: the key ring; empty: `keys.json` of the data folder, made by itself in a local installation only.
        two_factors_for_staff: whether staff without a second factor may only set one up.
        session_hours: after so many hours a session ends.
        idle_minutes: after so many minutes without a request a session ends.
        lockout_failures: failed sign-ins in a row that lock an account.
        lockout_minutes: how long it stays locked.
        secure_cookies: cookies over HTTPS only.
        rate_limits: whether requests are counted and limited.
        api_requests_per_minute: how many requests a person may make of the API within a minute, in each process.
        trusted_proxies: reverse proxies in front, whose headers are believed.
    """

    keys_file: str = ""
    two_factors_for_staff: bool = False
    session_hours: int = 12
    idle_minutes: int = 60
    lockout_failures: int = 8
    lockout_minutes: int = 15
    secure_cookies: bool = False
    rate_limits: bool = True
    api_requests_per_minute: int = 600
    trusted_proxies: int = 0


@dataclass(frozen=True, slots=True)
class VaultSettings:
    """Where documents are kept; an S3-compatible bucket instead of the data folder when it is named.

    Attributes:
        largest_megabytes: the size that one file may have.
        largest_request_megabytes: the size that all files sent at once may have.
    """

    bucket: str = ""
    endpoint: str = ""
    region: str = ""
    largest_megabytes: int = 50
    largest_request_megabytes: int = 250

    @property
    def largest_bytes(self) -> int:
        """The size that one file may have."""
        return self.largest_megabytes * _MEGABYTE

    @property
    def largest_request_bytes(self) -> int:
        """The size of a request: all files sent at once, and the little that goes with them."""
        return (self.largest_request_megabytes + 1) * _MEGABYTE


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How mail leaves; without a host it stays in the outbox, readable on screen."""

    host: str = ""
    port: int = 587
    sign_in: str = ""
    password: str = ""
    start_tls: bool = True
    sender: str = "ne-pas-repondre@exemple.invalid"


@dataclass(frozen=True, slots=True)
class MailboxSettings:
    """The mailbox whose attachments go into the mail tray, by IMAP; without a host none is read."""

    host: str = ""
    port: int = 993
    sign_in: str = ""
    password: str = ""
    folder: str = "INBOX"
    encrypted: bool = True


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """How the office watches over letters; its own practice, which no text sets.

    Attributes:
        lucie_days: every how many days LUCIE is looked at, unless said otherwise for a client.
        qrpro_days: the same of QRPro.
        account_days: the same of the AT/MP account.
        rate_notice_january_day: the day of January after which the absence of the year's rate notice is told.
    """

    lucie_days: int = 2
    qrpro_days: int = 2
    account_days: int = 7
    rate_notice_january_day: int = 31


@dataclass(frozen=True, slots=True)
class RequestSettings:
    """How the office asks clients for papers.

    Attributes:
        link_days: how long after the day asked for the link to deposit papers stays open.
        remind_every_days: every how many days what is missing is asked for again, from that day on.
        most_reminders: how many times it is, before the one who asked hears of it instead.
    """

    link_days: int = 60
    remind_every_days: int = 7
    most_reminders: int = 3


@dataclass(frozen=True, slots=True)
class PremiumSettings:
    """How premiums are called; the office's own practice, which no text sets.

    Attributes:
        lead_days: how many days before its due date a premium is called.
        account_holder, account_iban: of the account that clients pay on; empty: papers say that it is not set.
        debit_notice_days: how many days before a direct debit its payer is told, unless the mandate says otherwise.
        reminder_days: how many days after its due date a client is reminded of a premium.
        write_off_eur: the largest remainder of a client's account that may be written off.
        plan_tolerance_days: after its day, how long an amount of a payment plan may still be paid.
    """

    lead_days: int = 30
    account_holder: str = ""
    account_iban: str = ""
    debit_notice_days: int = 14
    reminder_days: int = 7
    write_off_eur: Decimal = Decimal("5.00")
    plan_tolerance_days: int = 5


@dataclass(frozen=True, slots=True)
class LedgerSettings:
    """In which month the financial year of the office's books begins; 1: the calendar year."""

    year_first_month: int = 1


@dataclass(frozen=True, slots=True)
class RevisionSettings:
    """How policies are revised before their due date.

    Attributes:
        answer_days: how many days the client has to send the papers of the year.
        largest_rise_percent, largest_fall_percent: a premium that rises, or falls, by more awaits a person.
    """

    answer_days: int = 30
    largest_rise_percent: int = 15
    largest_fall_percent: int = 15


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """How the installation presents itself.

    Attributes:
        office_name: on pages and letters.
        office_address: the lines under the name at the head of letters, between vertical bars.
        office_town: where letters are written.
        office_mentions: the legal mentions at the foot of letters, between vertical bars.
        office_siren: the office's own SIREN, after which its accounting file (FEC) is named; empty: none is written.
        address: where pages are reached, without a stroke at its end.
    """

    office_name: str = "Bureau de démonstration"
    office_address: str = ""
    office_town: str = ""
    office_mentions: str = ""
    office_siren: str = ""
    address: str = "http://localhost:8000"

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", self.address.rstrip("/"))


@dataclass(frozen=True, slots=True)
class ComplaintSettings:
    """Whom an answer to a complaint names when it refuses something; each its name, then lines between vertical bars.

    Attributes:
        service: the complaint service of the office; empty: no refusal can be written.
        mediator: the mediator (médiateur) competent for it; empty: no refusal can be written.
    """

    service: str = ""
    mediator: str = ""


@dataclass(frozen=True, slots=True)
class QuoteSettings:
    """What a quote says of the office; what is not set is said not to be, never made up.

    Attributes:
        orias: number of the office at the ORIAS register.
        insurer: who bears the risk, as quotes name it.
        insurer_links: the sentence on the financial links with insurers (art. L.521-2 Code des assurances).
        data_protection: whom to write to about personal data.
        signatory: who signs quotes.
        signatory_role: in which function.
    """

    orias: str = ""
    insurer: str = ""
    insurer_links: str = ""
    data_protection: str = ""
    signatory: str = "Le service souscription"
    signatory_role: str = ""


@dataclass(frozen=True, slots=True)
class OperationSettings:
    """How the installation is looked after.

    Attributes:
        backup_key_file: the key of backups, kept apart from them; empty: `backup.key` of the user's own settings,
            made by itself outside production.
        reading_log_days: how long readings are kept, then deleted by whole sealed periods.
        log_level: the least level written: `debug`, `info`, `warning` or `error`.
        kept_answer_hours: how long the answer to a write of a program is given again under its key.
    """

    backup_key_file: str = ""
    reading_log_days: int = 365
    kept_answer_hours: int = 24
    log_level: str = "info"


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation decides.

    Attributes:
        environment: `local`, `production` or `test`.
        data_dir: where the embedded database, the vault and local keys live.
        config_overlay: the office's own `config/`, read over the product's; None when there is none.
    """

    environment: str = LOCAL
    data_dir: Path = field(default_factory=lambda: default_data_dir({}))
    config_overlay: Path | None = None
    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    security: SecuritySettings = field(default_factory=SecuritySettings)
    vault: VaultSettings = field(default_factory=VaultSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    mailbox: MailboxSettings = field(default_factory=MailboxSettings)
    watch: WatchSettings = field(default_factory=WatchSettings)
    requests: RequestSettings = field(default_factory=RequestSettings)
    revision: RevisionSettings = field(default_factory=RevisionSettings)
    premiums: PremiumSettings = field(default_factory=PremiumSettings)
    ledger: LedgerSettings = field(default_factory=LedgerSettings)
    site: SiteSettings = field(default_factory=SiteSettings)
    complaints: ComplaintSettings = field(default_factory=ComplaintSettings)
    quotes: QuoteSettings = field(default_factory=QuoteSettings)
    operation: OperationSettings = field(default_factory=OperationSettings)

    @property
    def database_url(self) -> str:
        """The address of the database."""
        return self.database.url or f"sqlite:///{self.data_dir / 'atmp.sqlite'}"

    @property
    def keys_file(self) -> Path:
        """Where the key ring is."""
        return Path(self.security.keys_file) if self.security.keys_file else self.data_dir / "keys.json"

    @property
    def vault_dir(self) -> Path:
        """Where the vault keeps its objects when no bucket is named."""
        return self.data_dir / "vault"


SECTIONS: dict[str, type[Any]] = {
    "database": DatabaseSettings,
    "security": SecuritySettings,
    "vault": VaultSettings,
    "mail": MailSettings,
    "mailbox": MailboxSettings,
    "watch": WatchSettings,
    "requests": RequestSettings,
    "revision": RevisionSettings,
    "premiums": PremiumSettings,
    "ledger": LedgerSettings,
    "site": SiteSettings,
    "complaints": ComplaintSettings,
    "quotes": QuoteSettings,
    "operation": OperationSettings,
}


def read_settings(variables: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process: the file of its environment, then `ATMP_…` variables.

    Raises:
        InvalidInput: every setting that is unknown, malformed or unsafe, each with its remedy.
    """
    given = dict(os.environ if variables is None else variables)
    environment = given.get("ATMP_ENVIRONMENT", LOCAL)
    faults: list[Fault] = []
    sections = _file_sections(environment, faults)
    for name, text in given.items():
        section, _, key = name.removeprefix(_PREFIX).lower().partition("__")
        if name.startswith(_PREFIX) and key:
            sections.setdefault(section, {})[key] = text
    built = {name: _section(name, kind, sections.pop(name, {}), faults) for name, kind in SECTIONS.items()}
    faults += [_unknown(f"ATMP_{name.upper()}__…") for name in sections]
    overlay = _overlay(given.get("ATMP_CONFIG_DIR"), faults)
    settings = Settings(environment, default_data_dir(given), overlay, **built)
    faults += unsuitable(settings)
    if environment == PRODUCTION:
        faults += unsafe(settings, given)
    if faults:
        raise InvalidInput(faults)
    return settings


def default_data_dir(variables: Mapping[str, str]) -> Path:
    """The folder named by `ATMP_DATA_DIR`, else the product's own under the user's data."""
    given = variables.get("ATMP_DATA_DIR")
    if given:
        return Path(given)
    base = variables.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "atmp-insure"


def _file_sections(environment: str, faults: list[Fault]) -> dict[str, dict[str, Any]]:
    path = resource_dir("config") / "settings" / f"{environment}.toml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in path.parent.glob("*.toml")))
        faults.append(Fault(f"environnement inconnu « {environment} »", f"Choisir parmi : {known}", "ATMP_ENVIRONMENT"))
        return {}
    return tomllib.loads(path.read_text("utf-8"))


def _section(name: str, kind: type[Any], values: dict[str, Any], faults: list[Fault]) -> Any:
    kinds = {item.name: item.type for item in fields(kind)}
    read: dict[str, Any] = {}
    for key, value in values.items():
        place = f"ATMP_{name.upper()}__{key.upper()}"
        if key not in kinds:
            faults.append(_unknown(place))
            continue
        try:
            read[key] = value_of(str(kinds[key]), value)
        except ValueError:
            expected = EXPECTED[str(kinds[key])]
            faults.append(Fault(f"« {value} » ne convient pas", f"Écrire {expected}", place))
    return kind(**read)


def _unknown(place: str) -> Fault:
    return Fault("réglage inconnu", "Le retirer, ou corriger son nom (docs/operating.md)", place)


def _overlay(name: str | None, faults: list[Fault]) -> Path | None:
    if not name:
        return None
    if not Path(name).is_dir():
        remedy = "Créer ce dossier, ou retirer la variable ATMP_CONFIG_DIR"
        faults.append(Fault(f"« {name} » n'est pas un dossier", remedy, "ATMP_CONFIG_DIR"))
        return None
    return Path(name)
