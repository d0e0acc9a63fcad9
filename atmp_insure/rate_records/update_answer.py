"""Answer of `atmp records read` about two versions of one account, as plain values; no NIR leaves in clear."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from atmp_insure.rate_records.answers import LINE_KEYS, account_line, finding_answer
from atmp_insure.rate_records.masking import masked_claim_number
from atmp_insure.rate_records.plain_values import number_text

if TYPE_CHECKING:
    from atmp_insure.rate_records.account_update import AccountUpdate, LineChange, ValueChange
    from atmp_insure.rate_records.documents import EmployerAccount


def update_answer(found: AccountUpdate) -> dict[str, Any]:
    """What a newer account changes, the former values kept beside the new ones."""
    return {
        "former": _version(found.former),
        "newer": _version(found.newer),
        "new": [account_line(line) for line in found.new],
        "changed": [_change(change) for change in found.changed],
        "vanished": [account_line(line) for line in found.vanished],
        "unchanged": found.unchanged,
        "emptied": found.emptied,
        "order_is_known": found.order_is_known,
        "findings": [finding_answer(finding) for finding in found.findings],
    }


def _version(account: EmployerAccount) -> dict[str, Any]:
    issued = account.issued_on
    return {
        "file": account.file,
        "sha256": account.sha256,
        "kind": account.kind.value,
        "issued_on": None if issued is None else issued.isoformat(),
        "lines": len(account.lines),
    }


def _change(change: LineChange) -> dict[str, Any]:
    number = change.newer.claim.claim_number
    return {
        "nns": None if number is None else masked_claim_number(number),
        "exercice": change.newer.account_year,
        "former_place": change.former.place,
        "newer_place": change.newer.place,
        "values": [_value(value) for value in change.values],
    }


def _value(value: ValueChange) -> dict[str, Any]:
    return {
        "key": LINE_KEYS[value.name],
        "former": _plain(value.former),
        "newer": _plain(value.newer),
        "former_place": value.former_place,
        "newer_place": value.newer_place,
    }


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int():
            return value
        case Fraction():
            return number_text(value)
        case date():
            return value.isoformat()
        case _:
            return str(value)
