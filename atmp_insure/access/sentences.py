"""The logs told as sentences: who did what to which object, and when."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.access.field_labels import FIELD_LABELS, UNTOLD, VALUE_LABELS
from atmp_insure.access.roles import Role
from atmp_insure.formatting import FRENCH, euros, moment, short_day
from atmp_insure.kernel.french import begun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from atmp_insure.access.logs import ChangeLogEntry, ReadingLogEntry

OBJECTS: Mapping[str, str] = {
    "agreement_powers": "le pouvoir délégué",
    "agreement_products": "le produit d'une convention",
    "agreement_versions": "la version de convention",
    "agreements": "la convention",
    "approvals": "la demande de seconde validation",
    "authority_limits": "le plafond de délégation",
    "bank_accounts": "le compte bancaire",
    "bodies": "l'organisme",
    "coinsurance_shares": "la part de coassurance",
    "companies": "l'entreprise",
    "complaints": "la réclamation",
    "company_reach": "le lien d'accès à une entreprise",
    "contacts": "le contact",
    "doctors": "le médecin",
    "document_versions": "la version de document",
    "documents": "le document",
    "establishments": "l'établissement",
    "grants": "le rôle accordé",
    "group_memberships": "le rattachement à un groupe",
    "calendar_feeds": "l'adresse d'agenda",
    "live_deadlines": "l'échéance",
    "note_tags": "l'étiquette d'une note",
    "notes": "la note",
    "organisation_profiles": "la fiche de l'organisation",
    "organisations": "l'organisation",
    "outgoing_mail": "le courriel",
    "party_imports": "la reprise de fichier",
    "passkeys": "la clé d'accès",
    "payroll_statements": "la déclaration de masse salariale",
    "payroll_years": "la masse salariale en usage",
    "personal_tokens": "le jeton personnel",
    "paper_corrections": "la correction d'une pièce",
    "paper_deposits": "le dépôt de documents",
    "rate_papers": "la pièce de tarification",
    "rate_sections": "la section",
    "recovery_codes": "le code de secours",
    "runs": "le traitement",
    "section_terms": "le classement de section",
    "service_levels": "le délai convenu",
    "substitutions": "le remplacement",
    "tasks": "la tâche",
    "tickets": "le lien de connexion",
    "tray_letters": "la lettre reçue",
    "users": "l'utilisateur",
    "watched_channels": "le canal suivi",
    "channel_looks": "le relevé d'un canal",
    "awaited_letters": "la lettre attendue",
    "document_requests": "la demande de pièces",
    "requested_papers": "la pièce demandée",
    "received_files": "le fichier reçu",
    "submissions": "la demande de tarification",
    "needs_forms": "la fiche de besoins",
    "finding_answers": "la réponse à un constat",
    "quotes": "le devis",
    "quote_decisions": "la décision sur un devis",
    "quote_sendings": "l'envoi d'un devis",
    "client_questions": "la question d'un client",
    "quote_acceptances": "l'acceptation d'un devis",
    "sepa_mandates": "le mandat de prélèvement",
}
_LONGEST_VALUE = 80
_DONE = {"added": "a créé", "changed": "a modifié", "deleted": "a supprimé"}
_READ = {"read": "a lu", "downloaded": "a téléchargé", "exported": "a exporté", "refused": "s'est vu refuser"}
_SYSTEM = "système:"
PARTS: Mapping[str, str] = {
    "audit command": "commande audit",
    "calendar feed": "agenda",
    "db command": "commande db",
    "demonstration": "démonstration",
    "deposit link": "lien de dépôt",
    "health": "santé",
    "keys command": "commande keys",
    "leases": "baux",
    "letter watch": "veille des courriers",
    "mailbox": "boîte aux lettres",
    "measures": "mesures",
    "outgoing mail": "envoi des courriels",
    "quote link": "lien du devis",
    "quotes": "devis",
    "reading log": "journal des lectures",
    "reminders": "rappels",
    "requests": "demandes de pièces",
    "scheduler": "planification",
    "sealer": "scellement",
    "sign-in": "connexion",
    "sweep": "ménage",
    "tray": "courriers reçus",
    "user command": "commande user",
    "vault": "coffre",
    "worker": "traitements",
}


def object_name(subject: str) -> str:
    """`users:12` → `l'utilisateur n° 12`."""
    table, _, number = subject.partition(":")
    return f"{OBJECTS.get(table, table)} n° {number}" if number else OBJECTS.get(table, table)


def actor_name(actor: str) -> str:
    """The sign-in name, or what part of the system acted."""
    part = actor.removeprefix(_SYSTEM)
    return actor if part == actor else f"le système ({PARTS.get(part, part)})"


def _subject_name(actor: str) -> str:
    """Whoever acted, as a sentence begins: a sign-in name stays as it is typed."""
    return begun(actor_name(actor)) if actor.startswith(_SYSTEM) else actor


def change_sentence(entry: ChangeLogEntry) -> str:
    """What an entry of the change log says, in French."""
    done = _DONE.get(entry.action, entry.action)
    sentence = f"{_subject_name(entry.actor)} {done} {object_name(entry.subject)}"
    told = sorted(FIELD_LABELS.get(name, name) for name in entry.changes if name not in UNTOLD)
    if entry.action == "changed" and told:
        sentence += f" : {', '.join(told)}"
    return sentence


def told_changes(entry: ChangeLogEntry, language: str = FRENCH) -> tuple[tuple[str, str, str], ...]:
    """What changed, by label, before and after, as people write it; days and amounts as its language has them."""
    return tuple(
        sorted(
            (FIELD_LABELS.get(name, name), _value_text(name, before, language), _value_text(name, after, language))
            for name, (before, after) in entry.changes.items()
            if name not in UNTOLD
        )
    )


def _value_text(name: str, value: object, language: str) -> str:
    """A logged value: codes by their label, amounts, moments and days as they are written in a language."""
    if value is None:
        return ""
    text = ("oui" if value else "non") if isinstance(value, bool) else str(value)
    if name in VALUE_LABELS:
        return VALUE_LABELS[name].get(text, text)
    if name == "role" and text in {role.value for role in Role}:
        return next(role.label for role in Role if role.value == text)
    if name.endswith(("_at", "_on")) or name in {"first_day", "last_day", "keep_until", "locked_until"}:
        return _moment_text(text, language)
    if name.endswith("_eur"):
        return euros(Fraction(text), language=language)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _moment_text(text: str, language: str) -> str:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment(found, language) if found.tzinfo else short_day(found.date(), language)


def reading_sentence(entry: ReadingLogEntry) -> str:
    """What an entry of the reading log says, in French."""
    return f"{_subject_name(entry.actor)} {_READ.get(entry.action, entry.action)} : {entry.what}"
