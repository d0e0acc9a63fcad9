"""Scheduled work on quotes: those whose validity is over end by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.db.actor import system
from atmp_insure.underwriting import service

if TYPE_CHECKING:
    from atmp_insure.db.scheduled_job import JobContext


def lapse_quotes(context: JobContext) -> str:
    """End the quotes that nobody accepted in time."""
    with context.database.writing(system("quotes")) as session:
        count = service.lapse_quotes(session, context.on, context.now)
    return f"{count} devis caduc(s)"
