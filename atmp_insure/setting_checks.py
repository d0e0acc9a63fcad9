"""What settings of the right type may still have wrong: a value that nothing can be done with, a door left open."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from stdnum import iban

from atmp_insure.kernel.errors import Fault
from atmp_insure.kernel.identifiers import is_siren

if TYPE_CHECKING:
    from collections.abc import Mapping

    from atmp_insure.settings import Settings

_WATCH_LIMITS = {"lucie_days": 366, "qrpro_days": 366, "account_days": 366, "rate_notice_january_day": 31}
_REQUEST_LIMITS = {"link_days": 366, "remind_every_days": 366, "most_reminders": 50}
_REVISION_LIMITS = {"answer_days": 366, "largest_rise_percent": 100, "largest_fall_percent": 100}
_PREMIUM_LIMITS = {"lead_days": 366, "debit_notice_days": 60}
_LEDGER_LIMITS = {"year_first_month": 12}
_MOST_WRITTEN_OFF, _CENT = 1000, Decimal("0.01")
LOG_LEVELS = ("debug", "info", "warning", "error")


def unsuitable(settings: Settings) -> list[Fault]:
    """Values of the right type that nothing can be done with."""
    at_least_one = "Donner un nombre d'au moins 1"
    level, requests = settings.operation.log_level, settings.security.api_requests_per_minute
    lifting = f"{at_least_one} ; ATMP_SECURITY__RATE_LIMITS=non lève toute limite"
    hours, vault, account = settings.operation.kept_answer_hours, settings.vault, settings.premiums.account_iban
    checked = (
        (level in LOG_LEVELS, level, f"Choisir parmi : {', '.join(LOG_LEVELS)}", "ATMP_OPERATION__LOG_LEVEL"),
        (requests >= 1, requests, lifting, "ATMP_SECURITY__API_REQUESTS_PER_MINUTE"),
        (hours >= 1, hours, at_least_one, "ATMP_OPERATION__KEPT_ANSWER_HOURS"),
        (vault.largest_megabytes >= 1, vault.largest_megabytes, at_least_one, "ATMP_VAULT__LARGEST_MEGABYTES"),
        (
            vault.largest_request_megabytes >= vault.largest_megabytes,
            vault.largest_request_megabytes,
            "Donner au moins la taille d'un fichier",
            "ATMP_VAULT__LARGEST_REQUEST_MEGABYTES",
        ),
        (
            not account or iban.is_valid(account),
            account,
            "Donner l'IBAN du compte des primes, ou le laisser vide",
            "ATMP_PREMIUMS__ACCOUNT_IBAN",
        ),
    )
    return [
        *(Fault(f"« {told} » ne convient pas", remedy, place) for is_fit, told, remedy, place in checked if not is_fit),
        *_out_of_range("watch", settings.watch, _WATCH_LIMITS),
        *_out_of_range("requests", settings.requests, _REQUEST_LIMITS),
        *_out_of_range("revision", settings.revision, _REVISION_LIMITS),
        *_out_of_range("premiums", settings.premiums, _PREMIUM_LIMITS),
        *_out_of_range("ledger", settings.ledger, _LEDGER_LIMITS),
        *_siren(settings.site.office_siren),
        *_write_off(settings.premiums.write_off_eur),
    ]


def _write_off(most_eur: Decimal) -> list[Fault]:
    """The largest remainder written off: small change in whole cents, or none."""
    if 0 <= most_eur <= _MOST_WRITTEN_OFF and most_eur == most_eur.quantize(_CENT):
        return []
    remedy = f"Donner un montant de 0 à {_MOST_WRITTEN_OFF} €, au centime"
    return [Fault(f"« {most_eur} » ne convient pas", remedy, "ATMP_PREMIUMS__WRITE_OFF_EUR")]


def _siren(office: str) -> list[Fault]:
    """The office's own SIREN, by its key."""
    if not office or is_siren(office):
        return []
    remedy = "Donner les neuf chiffres du SIREN du bureau, ou le laisser vide"
    return [Fault(f"« {office} » ne convient pas", remedy, "ATMP_SITE__OFFICE_SIREN")]


def _out_of_range(section: str, settings: object, most: Mapping[str, int]) -> list[Fault]:
    """The numbers of a section that are not between 1 and the most that each may be."""
    return [
        Fault(f"« {getattr(settings, key)} » ne convient pas", f"Donner un nombre de 1 à {limit}",
              f"ATMP_{section}__{key}".upper())
        for key, limit in most.items()
        if not 1 <= getattr(settings, key) <= limit
    ]  # fmt: skip


def unsafe(settings: Settings, given: Mapping[str, str]) -> list[Fault]:
    """What a production installation must have said itself: no default secret, no open door."""
    faults = []
    if not given.get("ATMP_DATA_DIR"):
        faults.append(Fault("dossier des données non réglé", "Donner un dossier sauvegardé", "ATMP_DATA_DIR"))
    if not settings.security.keys_file:
        remedy = "Donner le trousseau fait par « atmp keys create FICHIER », gardé hors des sauvegardes"
        faults.append(Fault("trousseau de clés non réglé", remedy, "ATMP_SECURITY__KEYS_FILE"))
    if not settings.site.address.startswith("https://"):
        faults.append(Fault("adresse publique sans https", "Donner l'adresse https du site", "ATMP_SITE__ADDRESS"))
    if not settings.security.secure_cookies or not settings.security.two_factors_for_staff:
        remedy = "Laisser secure_cookies et two_factors_for_staff actifs en production"
        faults.append(Fault("sécurité affaiblie", remedy, "ATMP_SECURITY__…"))
    return faults
