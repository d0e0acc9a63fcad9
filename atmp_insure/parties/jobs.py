"""The run that writes a large file of companies, establishments, sections, payroll or bodies."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from atmp_insure.db.runs import Item, Run, RunItem, RunKind, start_run
from atmp_insure.kernel.paris import paris_day
from atmp_insure.parties import body_queries, import_service
from atmp_insure.parties.file_rows import FileRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.body_models import PartyImport


def _rows(session: ScopedSession, parameters: dict[str, Any]) -> Iterator[Item]:
    found = body_queries.get_import(session, parameters["import_id"])
    for row in import_service.rows_of(found):
        yield Item(f"ligne {row.number}", {"import_id": found.id, "number": row.number, "texts": row.texts})


def _write_row(session: ScopedSession, item: RunItem) -> str:
    now = datetime.now(UTC)
    found = body_queries.get_import(session, item.payload["import_id"])
    row = FileRow(item.payload["number"], item.payload["texts"])
    return import_service.write_row(session, found.kind, row, import_service.context_of(found, paris_day(now)), now)


IMPORT = RunKind("import_parties", "Reprendre un fichier d'entreprises", _rows, _write_row, chunk=50)


def start_import(session: ScopedSession, found: PartyImport, now: datetime) -> Run:
    """Hand a file that was looked at to a run; pressed twice, one run.

    Raises:
        OutOfScope: the actor may not write companies.
        Refused: it was written, handed to a run or given up already.
    """
    import_service.lock_previewed(session, found)
    run = start_run(session, IMPORT, f"import:{found.id}", now, {"import_id": found.id})
    import_service.hand_to_run(session, found, run.id)
    return run
