"""The logs told as sentences, in the language of the page: who did what to which object, and when."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.access.change_log import HIDDEN
from atmp_insure.formatting import euros, moment, short_day
from atmp_insure.kernel.french import begun
from atmp_insure.web.display import Change
from atmp_insure.web.field_labels import FIELD_LABELS, UNTOLD, VALUE_LABELS, VALUE_LABELS_OF
from atmp_insure.web.languages import current_language
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

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
    "policies": "le contrat",
    "policy_revisions": "la révision d'un contrat",
    "policy_transactions": "la transaction de contrat",
    "premium_calls": "l'appel de prime",
    "premium_payments": "l'encaissement de prime",
    "premium_reminders": "le rappel d'une prime",
    "premium_notices": "la mise en demeure",
    "premium_notice_sendings": "l'envoi d'une mise en demeure",
    "premium_notice_ends": "la fin d'une mise en demeure",
    "premium_holds": "l'arrêt d'une procédure de prime",
    "premium_hold_ends": "la reprise d'une procédure de prime",
    "commission_answers": "la réponse à une contestation de commission",
    "commission_disputes": "la contestation d'une ligne de commission",
    "commission_payments": "le règlement d'un bordereau de commissions",
    "commission_statements": "le bordereau de commissions",
    "premium_refunds": "le remboursement de prime",
    "premium_refund_answers": "la réponse à un remboursement de prime",
    "premium_write_offs": "l'abandon d'un reste de prime",
    "cheque_remittances": "la remise de chèques",
    "payment_plans": "l'échéancier de paiement",
    "payment_plan_ends": "la fin d'un échéancier de paiement",
    "broker_bordereaux": "le bordereau d'encaissement d'un courtier",
    "broker_line_withdrawals": "l'annulation d'une ligne de bordereau d'encaissement",
    "broker_remittances": "le virement d'un courtier",
    "policy_charges": "la ligne de prime d'un contrat",
    "policy_papers": "la pièce d'un contrat",
    "quotes": "le devis",
    "quote_decisions": "la décision sur un devis",
    "quote_sendings": "l'envoi d'un devis",
    "client_questions": "la question d'un client",
    "quote_acceptances": "l'acceptation d'un devis",
    "sepa_mandates": "le mandat de prélèvement",
}
_LONGEST_VALUE = 80
_DONE = {
    "added": _l("%(who)s a créé %(object)s"),
    "changed": _l("%(who)s a modifié %(object)s"),
    "deleted": _l("%(who)s a supprimé %(object)s"),
}
_READ = {
    "read": _l("%(who)s a lu : %(object)s"),
    "downloaded": _l("%(who)s a téléchargé : %(object)s"),
    "exported": _l("%(who)s a exporté : %(object)s"),
    "refused": _l("%(who)s s'est vu refuser : %(object)s"),
}
_OTHERWISE = _l("%(who)s (%(action)s) : %(object)s")  # a log keeps what a former version wrote
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
    "ledger command": "commande ledger",
    "letter watch": "veille des courriers",
    "mailbox": "boîte aux lettres",
    "measures": "mesures",
    "outgoing mail": "envoi des courriels",
    "premiums command": "commande premiums",
    "quote link": "lien du devis",
    "quotes": "devis",
    "reading log": "journal des lectures",
    "reminders": "rappels",
    "requests": "demandes de pièces",
    "unpaid premiums": "primes impayées",
    "revisions": "révisions annuelles",
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
    """`users:12` → `l'utilisateur n° 12`, in English `user no. 12`."""
    table, _sign, number = subject.partition(":")
    name = _named(OBJECTS, table)
    return _("%(object)s n° %(number)s", object=name, number=number) if number else name


def actor_name(actor: str) -> str:
    """The sign-in name, or what part of the system acted."""
    part = actor.removeprefix(_SYSTEM)
    return actor if part == actor else _("le système (%(part)s)", part=_named(PARTS, part))


def _subject_name(actor: str) -> str:
    """Whoever acted, as a sentence begins: a sign-in name stays as it is typed."""
    return begun(actor_name(actor)) if actor.startswith(_SYSTEM) else actor


def _named(names: Mapping[str, str], code: str) -> str:
    """The name of a code; the code itself when the logs hold one that has none."""
    return _(names[code]) if code in names else code


def change_sentence(entry: ChangeLogEntry, *, names_fields: bool = True) -> str:
    """What an entry of the change log says; `names_fields`: with the names of the fields that changed."""
    said = {"who": _subject_name(entry.actor), "object": object_name(entry.subject)}
    told = sorted(_named(FIELD_LABELS, name) for name in entry.changes if name not in UNTOLD)
    if entry.action == "changed" and told and names_fields:
        return _("%(who)s a modifié %(object)s : %(fields)s", **said, fields=", ".join(told))
    return str(_DONE.get(entry.action, _OTHERWISE) % (said | {"action": entry.action}))


def told_changes(entry: ChangeLogEntry, names: Collection[str]) -> tuple[Change, ...]:
    """What changed in these fields, by label, before and after, as people write it."""
    told = [
        _told_change(entry, name, before, after)
        for name, (before, after) in entry.changes.items()
        if name in names and name not in UNTOLD
    ]
    return tuple(sorted(told, key=lambda one: (one.label, one.before, one.after)))


def _told_change(entry: ChangeLogEntry, name: str, before: object, after: object) -> Change:
    label = _named(FIELD_LABELS, name)
    if before == HIDDEN:
        return Change(label, _("chiffré"), _("autre texte"))  # a digest says nothing to people
    of_table = VALUE_LABELS_OF.get(entry.subject.partition(":")[0], {})
    names = of_table.get(name) or VALUE_LABELS.get(name, {})
    return Change(label, _value_text(name, before, names), _value_text(name, after, names))


def _value_text(name: str, value: object, names: Mapping[str, str]) -> str:
    """A logged value: codes by their names, amounts, moments and days as the language of the page writes them."""
    match value:
        case None:
            return ""
        case bool():
            return _("oui") if value else _("non")
        case list():
            return " ; ".join(_value_text(name, one, names) for one in value)
    return _named(names, str(value)) if names else _plain_text(name, str(value))


def _plain_text(name: str, text: str) -> str:
    if name.endswith(("_at", "_on")) or name in {"first_day", "last_day", "keep_until", "locked_until"}:
        return _moment_text(text)
    if name.endswith("_eur"):
        return euros(Fraction(text), language=current_language())
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _moment_text(text: str) -> str:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    language = current_language()
    return moment(found, language) if found.tzinfo else short_day(found.date(), language)


def reading_sentence(entry: ReadingLogEntry) -> str:
    """What an entry of the reading log says; what was shown is told in the words that were stored, which are French."""
    said = {"who": _subject_name(entry.actor), "object": entry.what, "action": entry.action}
    return str(_READ.get(entry.action, _OTHERWISE) % said)
