"""How long a paper is kept, and when it may be erased: rules over a document, without the database."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Refused

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.documents.models import Document


class RetentionState(enum.StrEnum):
    """Where a document stands in its life; the value is what lists filter by."""

    KEPT = "kept"  # its retention runs
    UNSET = "unset"  # nobody has said from which day it runs
    HELD = "held"  # it may not be erased, whatever its retention
    DUE = "due"  # its retention is over
    ERASED = "erased"


def retention_state(document: Document, on: date) -> RetentionState:
    """Where a document stands on a day."""
    if document.erased_at is not None:
        return RetentionState.ERASED
    if document.legal_hold is not None:
        return RetentionState.HELD
    if document.keep_until is None:
        return RetentionState.UNSET
    return RetentionState.DUE if document.keep_until < on else RetentionState.KEPT


def needs_reason(document: Document, on: date) -> bool:
    """Whether erasing a document on a day asks for a reason: its retention is not over, or nobody set it."""
    return retention_state(document, on) in {RetentionState.KEPT, RetentionState.UNSET}


def require_erasable(document: Document, reason: str, on: date) -> None:
    """Refuse to erase a document that is held, erased already, or still in its retention without a reason.

    Raises:
        Refused: says which, and what would be needed.
    """
    match retention_state(document, on):
        case RetentionState.ERASED:
            raise Refused("Ce document est déjà effacé.")
        case RetentionState.HELD:
            raise Refused("Ce document est gelé pour un litige : lever d'abord le gel, avec son motif.")
        case RetentionState.KEPT if not reason.strip() and document.keep_until is not None:
            raise Refused(
                f"Ce document se conserve jusqu'au {document.keep_until:%d/%m/%Y} : l'effacer avant demande un motif."
            )
        case RetentionState.UNSET if not reason.strip():
            raise Refused("La conservation de ce document n'est pas fixée : l'effacer demande un motif.")
        case _:
            return
