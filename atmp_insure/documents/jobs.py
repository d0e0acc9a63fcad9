"""Scheduled work on the vault and the outbox, and the run that erases what is due."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from atmp_insure.db.runs import Item, Run, RunItem, RunKind, start_run
from atmp_insure.db.scope import unscoped
from atmp_insure.documents import queries, service, vault_care
from atmp_insure.documents.sending import Post, send_due_mail
from atmp_insure.documents.vault import open_vault
from atmp_insure.kernel.errors import Refused
from atmp_insure.kernel.paris import paris_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.db.scheduled_job import JobContext
    from atmp_insure.db.session import ScopedSession

_DAMAGED_SHOWN = 5


def send_mail(context: JobContext) -> str:
    """Send the outbox."""
    settings = context.settings
    if not settings.mail.host:
        return "Aucun serveur d'envoi configuré : les courriels attendent, lisibles à l'écran"
    vault = open_vault(settings, context.database.key_ring)
    post = Post(context.database, vault, settings.mail, settings.site.office_name)
    done = send_due_mail(post, context.now)
    return f"{done.sent} courriel(s) parti(s), {done.postponed} remis à plus tard, {done.failed} en échec"


def verify_vault(context: JobContext) -> str:
    """Open every content of the vault.

    Raises:
        Refused: some do not open: the line of the history is a failure, and says which.
    """
    report = vault_care.verify_vault(context.database, open_vault(context.settings, context.database.key_ring))
    if report.damaged:
        named = ", ".join(f"n° {one.document_id} v{one.number}" for one in report.damaged[:_DAMAGED_SHOWN])
        raise Refused(
            f"{len(report.damaged)} document(s) sur {report.checked} ne s'ouvrent plus ({named}). "
            "Restaurer une sauvegarde, ou redéposer ces fichiers ; détail par « atmp vault verify »."
        )
    return f"{report.checked} version(s) vérifiée(s), toutes intactes ; {report.orphans} objet(s) sans document"


def sweep_vault(context: JobContext) -> str:
    """Remove the objects that nothing refers to any more."""
    vault = open_vault(context.settings, context.database.key_ring)
    report = vault_care.sweep_orphans(context.database, vault, context.now)
    if report.held_by_backup:
        return "Remis à plus tard : une sauvegarde est en cours"
    return f"{report.objects} objet(s) et {report.drafts} brouillon(s) retirés du coffre"


@unscoped("retention ends for every paper, those that nobody of the office may read included")
def _due_items(session: ScopedSession, parameters: dict[str, Any]) -> Iterator[Item]:
    for document in queries.list_due_documents(session, date.fromisoformat(parameters["on"])):
        yield Item(f"documents:{document.id}", {"document_id": document.id}, document.company_id)


def _erase_item(session: ScopedSession, item: RunItem) -> str:
    erased = service.erase_due_document(session, item.payload["document_id"], datetime.now(UTC))
    return "effacé" if erased else "conservé : gelé, prolongé ou déjà effacé depuis"


ERASE_DUE = RunKind(
    "erase_due_documents", "Effacer les documents dont la conservation est terminée", _due_items, _erase_item
)


def start_erasing(session: ScopedSession, now: datetime) -> Run:
    """Start the run that erases what is due; a person starts it, having seen the list. Pressed twice, one run."""
    return start_run(session, ERASE_DUE, f"{now:%Y-%m-%dT%H:%M}", now, {"on": paris_day(now).isoformat()})
