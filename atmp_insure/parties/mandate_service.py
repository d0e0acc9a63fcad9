"""Mandates of parties: recorded once, as they were signed; `banking` debits by them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.parties.mandate_models import SepaMandate

if TYPE_CHECKING:
    from datetime import date, datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.partner_models import BankAccount

_REFERENCE_BYTES = 5  # the reference has 35 signs at most, letters and digits


@dataclass(frozen=True, slots=True)
class SignedMandate:
    """A mandate as it was signed.

    Attributes:
        text: word for word.
        origin: the page and what it was about.
        reference: the one it has already (RUM), taken over with it; empty: one of its own is given to it.
    """

    signatory: str
    text: str
    signed_on: date
    origin: str
    reference: str = ""


def record_mandate(session: ScopedSession, account: BankAccount, signed: SignedMandate, now: datetime) -> SepaMandate:
    """Keep a mandate on an account of a company, under its reference.

    It serves only once the account is confirmed by a second person.
    """
    assert account.company_id is not None, "a mandate is given by a client"
    mandate = SepaMandate(
        company_id=account.company_id, bank_account_id=account.id,
        reference=signed.reference or f"ATMP{account.id:08d}{secrets.token_hex(_REFERENCE_BYTES).upper()}",
        signatory=signed.signatory, text=signed.text, signed_on=signed.signed_on, origin=signed.origin, recorded_at=now,
    )  # fmt: skip
    session.add(mandate)
    session.flush()
    return mandate
