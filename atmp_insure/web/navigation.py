"""The side menu: one table of entries, each shown to those who hold its right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app, request, url_for

from atmp_insure.access.roles import Right
from atmp_insure.web.display import NavigationItem
from atmp_insure.web.request_scope import actor, viewer
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from flask import Flask


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the menu: its label, its view, the right it needs (None: whoever is signed in)."""

    label: Any
    endpoint: str
    icon: str
    right: Right | None = None


ENTRIES = (
    Entry(_l("Aujourd'hui"), "home.home", "home"),
    Entry(_l("Entreprises"), "parties.list_companies", "building-factory-2", Right.READ_COMPANIES),
    Entry(_l("Échéances"), "diary.list_deadlines", "calendar-due", Right.READ_DIARY),
    Entry(_l("Tâches"), "diary.list_tasks", "list-check", Right.READ_DIARY),
    Entry(_l("Demandes de tarification"), "quotes.list_submissions", "calculator", Right.READ_PRICING),
    Entry(_l("Devis"), "quotes.list_quotes", "file-text", Right.READ_QUOTES),
    Entry(_l("Contrats"), "policies.list_policies", "file-check", Right.READ_POLICIES),
    Entry(_l("Primes"), "premiums.list_calls", "receipt-euro", Right.READ_POLICIES),
    Entry(_l("Comptabilité"), "ledger.show_balance", "report-money", Right.READ_LEDGER),
    Entry(_l("Produits"), "quotes.list_products", "shield", Right.READ_QUOTES),
    Entry(_l("Réclamations"), "diary.list_complaints", "message", Right.READ_COMPLAINTS),
    Entry(_l("Partenaires"), "partners.list_partners", "users", Right.READ_AGREEMENTS),
    Entry(_l("Veille des courriers"), "diary.list_watches", "eye", Right.READ_DIARY),
    Entry(_l("Courrier reçu"), "diary.show_tray", "inbox", Right.FILE_MAIL),
    Entry(_l("Pièces demandées"), "diary.list_requests", "file-upload", Right.READ_DIARY),
    Entry(_l("Documents"), "documents.list_documents", "file", Right.READ_DOCUMENTS),
    Entry(_l("Dépôts à relire"), "rate_records.list_deposits", "file-spreadsheet", Right.WRITE_RATES),
    Entry(_l("Notes"), "history.list_notes", "notes", Right.READ_NOTES),
    Entry(_l("Constats"), "rate_records.list_findings", "zoom-check", Right.READ_RATES),
    Entry(_l("Courrier sortant"), "documents.list_mail", "mail", Right.READ_MAIL),
    Entry(_l("Réglementation"), "regulation.browse", "book", Right.READ_REGULATION),
    Entry(_l("Secondes validations"), "access.list_approvals", "shield-check", Right.APPROVE),
    Entry(_l("Traitements"), "runs.list_runs", "player-play", Right.READ_RUNS),
    Entry(_l("Utilisateurs"), "access.list_users", "users", Right.READ_USERS),
    Entry(_l("Journaux"), "access.list_changes", "history", Right.READ_AUDIT),
    Entry(_l("Administration"), "admin.overview", "settings", Right.READ_SETTINGS),
)


def install(app: Flask) -> None:
    """Give every page its menu and its viewer."""
    app.context_processor(lambda: {"navigation": _items(), "viewer": viewer()})


def _items() -> tuple[NavigationItem, ...]:
    if viewer() is None:
        return ()
    known = current_app.view_functions
    allowed = (entry for entry in ENTRIES if entry.right is None or actor().may(entry.right))
    shown = [(entry, url_for(entry.endpoint)) for entry in allowed if entry.endpoint in known]
    here = _here([address for _, address in shown])
    return tuple(
        NavigationItem(str(entry.label), address, entry.icon, active=address == here) for entry, address in shown
    )


def _here(addresses: list[str]) -> str:
    """The entry that the page belongs to: the longest address that it stands at or under."""
    above = [address for address in addresses if request.path == address or request.path.startswith(f"{address}/")]
    return max(above, key=len, default="")
