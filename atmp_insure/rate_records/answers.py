"""Answers of `atmp records` as plain values: what JSON carries. No social security number leaves in clear.

Keys of account lines are those of the vendor's JSON (input-formats, section 2), in snake case.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from atmp_insure.kernel.money import euros_text
from atmp_insure.rate_records.documents import DocumentKind, EmployerAccount
from atmp_insure.rate_records.masking import masked_claim_number, masked_nir
from atmp_insure.rate_records.plain_values import day_text as _day
from atmp_insure.rate_records.plain_values import number_text as _number
from atmp_insure.rate_records.plain_values import percent_text as _percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from atmp_insure.kernel.errors import Fault
    from atmp_insure.rate_records.account_update import AccountUpdate
    from atmp_insure.rate_records.documents import (
        AccountLine,
        Document,
        Establishment,
        Finding,
        UnreadPaper,
    )

_ANSWERS_OF_KIND = {  # imported when such a paper comes: a module with the functions `fields` and `lines`
    DocumentKind.CALCULATION_SHEET: "atmp_insure.rate_records.sheet_answer",
    DocumentKind.RATE_HISTORY: "atmp_insure.rate_records.history_answer",
    DocumentKind.DSN: "atmp_insure.rate_records.payroll_answer",
}


def read_answer(
    documents: Iterable[Document],
    faults: Iterable[Fault] = (),
    to_key: Iterable[UnreadPaper] = (),
    updates: Sequence[AccountUpdate] = (),
) -> dict[str, Any]:
    """Answer of `atmp records read`; files that cannot be used are told beside the documents.

    `to_key` are papers kept to be keyed in by hand, `updates` what newer versions of an account change in former ones.
    Payroll declarations are also put together by year, under `payroll`.
    """
    documents = tuple(documents)
    answer: dict[str, Any] = {
        "documents": [_document(document) for document in documents],
        "unreadable": unreadable_answer(faults),
        "to_key": [_paper_to_key(paper) for paper in to_key],
        "updates": [],
    }
    if updates:
        plain = import_module("atmp_insure.rate_records.update_answer").update_answer
        answer["updates"] = [plain(found) for found in updates]
    declarations = [document for document in documents if document.kind is DocumentKind.DSN]
    if declarations:
        answer["payroll"] = import_module(_ANSWERS_OF_KIND[DocumentKind.DSN]).years(declarations)
    return answer


def _paper_to_key(paper: UnreadPaper) -> dict[str, Any]:
    return {
        "file": paper.file,
        "sha256": paper.sha256,
        "pages": paper.pages,
        "findings": [finding_answer(paper.finding)],
    }


def unreadable_answer(faults: Iterable[Fault]) -> list[dict[str, str]]:
    """Files that could not be used, and why."""
    return [
        {"file": fault.source, "place": fault.place, "message_fr": fault.message, "remedy_fr": fault.remedy}
        for fault in faults
    ]


def finding_answer(finding: Finding) -> dict[str, Any]:
    """A finding, as `records check` gives it."""
    saving = finding.estimated_saving_eur
    return {
        "severity": finding.severity.value,
        "code": finding.code,
        "message_fr": finding.message_fr,
        "file": finding.file,
        "place": finding.place,
        "legal_basis": finding.legal_basis,
        "estimated_saving_eur": None if saving is None else euros_text(saving),
        "contest_before": _day(finding.contest_before),
    }


def _document(document: Document) -> dict[str, Any]:
    place = document.establishment
    return {
        "file": document.file,
        "sha256": document.sha256,
        "kind": document.kind.value,
        "siret": place.siret or None,
        "section": place.section,
        "risk_code": place.risk_code,
        "year": document.year,
        "to_review": document.to_review,
        "mapping": document.mapping,
        "fields": _fields(document),
        "lines": _lines(document),
        "places": dict(document.places),
        "ignored": [{"place": one.place, "text": one.text, "reason_fr": one.reason_fr} for one in document.ignored],
        "findings": [
            {"severity": one.severity.value, "code": one.code, "message_fr": one.message_fr, "place": one.place}
            for one in document.findings
        ],
    }


def _fields(document: Document) -> dict[str, Any]:
    match document:
        case EmployerAccount():
            return _account_fields(document)
        case _:
            found: dict[str, Any] = import_module(_ANSWERS_OF_KIND[document.kind]).fields(document)
            return found


def _lines(document: Document) -> list[dict[str, Any]]:
    match document:
        case EmployerAccount():
            return [account_line(line) for line in document.lines]
        case _:
            found: list[dict[str, Any]] = import_module(_ANSWERS_OF_KIND[document.kind]).lines(document)
            return found


def _account_fields(account: EmployerAccount) -> dict[str, Any]:
    return {
        **identity(account.establishment),
        "account_years": list(account.account_years),
        "headcount": _number(account.headcount),
        "wages_eur": None if account.wages_eur is None else euros_text(account.wages_eur),
        "total_eur": None if account.total is None else euros_text(account.total.amount_eur),
        "issued_on": _day(account.issued_on),
    }


def identity(establishment: Establishment) -> dict[str, Any]:
    """Whom a paper is about, as far as it says."""
    return {
        "company": establishment.company,
        "ctn": establishment.ctn,
        "support_staff": establishment.support_staff,
        "fund": establishment.fund,
    }


def account_line(line: AccountLine) -> dict[str, Any]:
    """A line of an account, with the keys of the vendor's JSON."""
    claim, place = line.claim, line.establishment
    return {
        "exercice": line.account_year,
        "siret": place.siret,
        "nic": f"{place.siret[:9]} {place.siret[9:]}",
        "section": place.section,
        "risque": place.risk_code,
        "bureau": "B" if place.support_staff else "",
        "ctn": place.ctn,
        "nns": None if claim.claim_number is None else masked_claim_number(claim.claim_number),
        "nir": None if claim.nir is None else masked_nir(claim.nir),
        "nom": claim.last_name,
        "prenom": claim.first_name,
        "type": None if claim.nature is None else claim.nature.value,
        "date_sinistre": _day(claim.occurred_on),
        "date_notification": _day(claim.notified_on),
        "nb_jours_arret": claim.absence_days,
        "niveau_ccm_it": None if line.it_category is None else line.it_category.value,
        "tarif_ccm_it": None if line.it_cost_eur is None else euros_text(line.it_cost_eur),
        "date_notification_ip_deces": _day(line.ip_notified_on),
        "pourcent_ip": _percent(line.ip_percent),
        "niveau_ccm_ip": None if line.ip_category is None else line.ip_category.value,
        "tarif_ccm_ip": None if line.ip_cost_eur is None else euros_text(line.ip_cost_eur),
        "pourcent_rct_tiers": _percent(line.third_party_percent),
        "pourcent_ett": _percent(line.agency_percent),
        "pourcent_eut": _percent(line.user_percent),
        "valeur_risque": None if line.value_eur is None else euros_text(line.value_eur),
        "compte_special": line.special_account,
        "region_carsat": place.fund,
        "place": line.place,
        "places": {LINE_KEYS[name]: where for name, where in line.places.items()},
    }


LINE_KEYS = {  # names of `labels.ACCOUNT_COLUMNS` as JSON carries them
    "account_year": "exercice",
    "siret": "siret",
    "nic": "nic",
    "section": "section",
    "risk_code": "risque",
    "support_staff": "bureau",
    "ctn": "ctn",
    "claim_number": "nns",
    "nir": "nir",
    "last_name": "nom",
    "first_name": "prenom",
    "nature": "type",
    "occurred_on": "date_sinistre",
    "notified_on": "date_notification",
    "absence_days": "nb_jours_arret",
    "it_category": "niveau_ccm_it",
    "it_cost_eur": "tarif_ccm_it",
    "ip_notified_on": "date_notification_ip_deces",
    "ip_percent": "pourcent_ip",
    "ip_category": "niveau_ccm_ip",
    "ip_cost_eur": "tarif_ccm_ip",
    "third_party_percent": "pourcent_rct_tiers",
    "agency_percent": "pourcent_ett",
    "user_percent": "pourcent_eut",
    "value_eur": "valeur_risque",
    "special_account": "compte_special",
    "fund": "region_carsat",
}
