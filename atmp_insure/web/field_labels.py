"""The fields of our tables as sentences name them, in French; what only serves the machine is left untold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.access.roles import Role
from atmp_insure.deadlines.vocabulary import Timeliness
from atmp_insure.diary.complaint_course import (
    Complainant,
    ComplaintChannel,
    ComplaintDecision,
    ComplaintTheme,
    RootCause,
)
from atmp_insure.diary.tray_models import Channel
from atmp_insure.ledger.entries import Side
from atmp_insure.parties.body_models import BodyKind, ImportKind
from atmp_insure.parties.models import Territory
from atmp_insure.parties.partner_models import AccountPurpose
from atmp_insure.parties.payroll_models import PayrollSource
from atmp_insure.policies.revising import RevisionReason, RevisionState
from atmp_insure.policies.transactions import TransactionKind
from atmp_insure.premiums.chase_models import HoldKind, NoticeEnding
from atmp_insure.premiums.payment_models import PaymentMeans
from atmp_insure.premiums.payment_plans import PlanState
from atmp_insure.premiums.refund_models import RefundState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from atmp_insure.kernel.labelled import Labelled

FIELD_LABELS: Mapping[str, str] = {
    "act": "acte", "active_content": "contenu actif", "address": "adresse", "amount_eur": "montant",
    "attempts": "essais", "author_id": "auteur", "author_name": "nom de l'auteur", "body": "texte",
    "byte_count": "taille", "channel": "canal", "company_id": "entreprise", "company_name": "nom de l'entreprise",
    "confidentiality": "confidentialité", "created_at": "créé", "decided_at": "décidé", "decided_by_id": "décidé par",
    "decision_reason": "motif de la réponse", "display_name": "nom affiché", "document_id": "document",
    "document_ids": "pièces jointes", "due_at": "à faire le", "email": "adresse électronique", "ended_at": "fin",
    "erased_at": "effacé", "erasure_reason": "motif de l'effacement", "error": "erreur",
    "establishment_id": "établissement", "event": "événement", "expires_at": "expire", "file_name": "nom du fichier",
    "file_ref": "dossier", "first_day": "premier jour", "given_by": "donné par", "granted_at": "donné",
    "granted_by": "donné par", "item_count": "lignes", "keep_until": "conservé jusqu'au", "kind": "nature",
    "label": "nom", "language": "langue", "largest_eur": "plafond", "last_day": "dernier jour",
    "last_sign_in_at": "dernière connexion", "last_used_at": "dernier usage", "legal_hold": "gel",
    "locked_until": "verrouillé jusqu'au", "media_type": "type de fichier", "name": "nom", "number": "numéro",
    "organisation_id": "organisation", "page_count": "pages", "parameters": "paramètres", "purpose": "usage",
    "readers": "lecteurs", "reason": "motif", "received_at": "reçu", "received_by": "reçu par",
    "recipient": "destinataire",
    "requested_at": "demandé", "requested_by_id": "demandé par", "role": "rôle", "sent_at": "parti",
    "sign_in": "identifiant", "siren": "SIREN", "siret": "SIRET", "started_at": "lancé", "started_by": "lancé par",
    "state": "état", "subject": "objet", "substitute_id": "remplaçant", "text": "texte", "title": "titre",
    "totp_secret": "application d'authentification", "town": "commune", "used_at": "utilisé", "user_id": "utilisateur",
    "written_at": "écrit",
    # deadlines and tasks
    "answered_on": "acte fait le", "assignee_id": "confiée à", "due_on": "dernier jour légal",
    "ended_reason": "motif de la fin", "event_on": "point de départ", "moved_at": "déplacée", "origin": "origine",
    "outcome": "au regard du délai", "owner_id": "confiée à", "priority": "priorité", "proof_document_id": "preuve",
    "reasoning": "calcul", "region": "territoire", "reminded": "rappels", "revoked_at": "fermeture", "rule": "règle",
    "safe_on": "à faire au plus tard le", "team": "équipe",
    "event_at": "moment de départ", "given_days": "autres jours connus",
    # the watch over letters
    "available_on": "disponible depuis le", "closed_at": "plus suivi depuis", "closed_reason": "motif de la fin",
    "expected_on": "attendue pour le", "failing_since": "rien de vu depuis", "first_read_by": "lue par",
    "held_by": "accès tenu par", "last_outcome": "dernier constat",
    "look_every_days": "rythme en jours", "looked_at": "relevé", "looked_by": "relevé par",
    "next_look_on": "à relever le", "note": "constat", "notices_to": "avis envoyés à",
    "sort_on": "jour qui compte", "watch_id": "canal", "watched_since": "suivi depuis le",
    # papers asked for
    "addressee": "destinataire", "asked_at": "demandée", "asked_by": "demandée par", "asked_by_id": "demandée par",
    "link_open_until": "lien ouvert jusqu'au", "next_reminder_on": "prochain rappel",
    "position": "rang", "remark": "remarque", "reminders": "rappels", "request_id": "demande", "token": "lien",
    "location": "où la trouver",
    # complaints; tags of notes
    "acknowledge_due_on": "accusé dû le", "acknowledged_how": "mode de l'accusé de réception",
    "acknowledged_on": "accusé de réception", "acknowledgement_document_id": "lettre de l'accusé",
    "answer_due_on": "réponse due le", "answer_document_id": "lettre de réponse",
    "answered_how": "comment il fut répondu",
    "are_remedies_read": "recours lus dans la réponse", "cause": "cause", "complainant": "qui se plaint",
    "complainant_contact": "comment répondre", "complainant_name": "nom du réclamant",
    "corrective_action": "mesure corrective", "decision": "suite donnée", "handler_id": "confiée à",
    "insurer_document_id": "lettre à l'assureur", "insurer_id": "assureur", "insurer_told_on": "assureur informé",
    "invitation_document_id": "lettre d'invitation", "invited_on": "invitation à écrire", "is_shared": "partagée",
    "mediator": "médiateur nommé", "note_id": "note", "received_on": "reçue le", "registered_at": "enregistrée le",
    "registered_by": "enregistrée par", "registered_by_id": "enregistrée par", "remedy": "ce qui est fait",
    "reopened_reason": "motif de la réouverture", "reopenings": "réouvertures", "said": "ce qui est dit",
    "sent_on": "envoyée le", "solved_on": "réglée sur-le-champ le", "tag": "étiquette", "theme": "sujet",
    "written_on": "écrit reçu le",
    "released_at": "secret levé", "released_by": "secret levé par",
    # policies
    "act_number": "acte", "agreement_version_id": "version de convention", "article": "article",
    "broker_id": "courtier", "commission_eur": "commission", "effective_on": "à effet du", "filed_at": "classée",
    "insurer_accord": "accord de l'assureur", "net_eur": "prime nette", "policy_id": "contrat",
    "recorded_by_id": "enregistré par",
    "replays_number": "refait le n°", "reverses_number": "annule le n°", "surcharge_eur": "fractionnement",
    "tax_eur": "taxe", "tax_rate": "taux de taxe", "total_eur": "total", "transaction_id": "transaction",
    "wording": "ce qu'elle dit",
    # premiums
    "called_at": "appelé à", "called_by": "appelé par", "called_on": "appelé le", "instalment": "fraction",
    "instalments": "nombre de fractions", "year_first_day": "premier jour de l'année d'assurance",
    "year_last_day": "dernier jour de l'année d'assurance",
    "means": "moyen", "reverses_id": "annule",
    "call_id": "appel", "reminded_on": "rappelée le", "is_mailed": "par courriel", "dated_on": "datée du",
    "made_at": "faite à", "made_by": "faite par",
    "suspended_on": "garantie suspendue le", "terminable_on": "résiliation possible dès le", "how": "issue",
    "stops_calls": "arrête aussi les appels", "until": "jusqu'au",
    "hold_id": "arrêt", "paid_on": "réglé le",
    # commissions
    "broker": "courtier", "brought_eur": "repris du précédent",
    "correction_eur": "correction", "dispute_id": "contestation", "disputed_at": "contestée à",
    "disputed_by": "contestée par", "due_eur": "à régler", "earned_eur": "commissions",
    "line_id": "ligne", "made_on": "établi le",
    "statement_id": "bordereau",
    # refunds
    "answered_by_id": "répondu par", "proposed_by_id": "proposé par",
    "proposed_on": "demandé le", "refund_id": "remboursement",
    # write-offs
    "entry_id": "écriture", "recorded_on": "enregistré le", "side": "sens",
    "remitted_on": "remis à la banque le",
    # payment plans
    "agreed_at": "accordé à", "agreed_by": "accordé par", "agreed_on": "accordé le", "ended_on": "terminé le",
    "plan_id": "échéancier",
    # premiums that brokers collect
    "bordereau_id": "bordereau", "counts_on": "compte du", "declared_on": "bordereau du",
    # yearly revisions
    "answer_by": "pièces attendues le", "is_to_tell": "à notifier au client",
    "net_after_eur": "prime nette proposée", "net_before_eur": "prime nette au contrat", "notice_id": "notification",
    "notified_on": "notifiée le", "opened_by": "ouverte par", "settled_reason": "motif de la décision",
    # files and quotes
    "accepted_at": "accepté", "applied_at": "prise d'effet de la décision", "advice": "conseil", "answer": "réponse",
    "answer_text": "tarification",
    "answered_by": "répondu par",
    "answered_at": "répondu", "answers": "réponses", "bank_account_id": "compte", "conditions": "conditions",
    "consents": "déclarations signées", "decided_by": "décidé par", "largest_net_eur": "prime nette la plus haute",
    "last_opened_at": "dernière ouverture", "mandate_id": "mandat", "message": "constat", "opened_at": "ouvert le",
    "openings": "ouvertures", "papers": "pièces", "premium_eur": "prime annuelle",
    "product_version": "version du produit", "question": "formules demandées", "questions": "questions posées",
    "quote_id": "devis concerné",
    "scenarios": "scénarios", "seed": "graine", "sending_id": "envoi", "sent_by": "envoyé par",
    "sent_by_id": "envoyé par", "signatory": "signataire", "signatory_role": "qualité du signataire",
    "starts_on": "prise d'effet", "stream": "suite des tirages", "submission_id": "demande de tarification",
    "valid_until": "valable jusqu'au", "variant": "formule", "verdict": "décision",
    "waits_for": "attend", "wages_eur": "masse salariale garantie",
    # personal tokens
    "revoked_by": "révoqué par", "scopes": "ce qu'il ouvre",
    # letters received
    "available_at": "mise à disposition", "downloaded_at": "téléchargée", "filed_document_id": "classée sous",
    "first_read_at": "première lecture", "made_from": "tirée de", "mailed_at": "avis par courriel",
    "proposed_company_id": "entreprise proposée", "proposed_kind": "nature proposée", "reasons": "raisons",
    "sender": "expéditeur", "told_at": "équipe prévenue", "told_on": "équipe prévenue",
    # papers of the AT/MP account
    "content": "valeurs lues", "deposit_id": "dépôt", "ended_by": "traité par", "field": "valeur",
    "file_count": "fichiers", "former": "avant", "paper_id": "pièce", "read_at": "lu",
    "section": "section", "superseded_by": "remplacée par", "to_review": "à relire", "told": "fichiers illisibles",
    "value": "après",
    # companies, their partners and their payroll
    "activity": "activité", "agreement_id": "convention", "bar": "barreau",
    "bic": "BIC", "body_id": "organisme", "bordereau_due_days": "délai d'envoi des bordereaux",
    "bordereau_months": "période des bordereaux", "checked_on": "vérifié le", "chosen_at": "choisi",
    "chosen_by": "choisi par", "claims_layout": "colonnes du bordereau de sinistres",
    "closed_on": "dernier jour d'activité", "code": "code", "commission_rate": "commission",
    "confirmed_at": "confirmé", "confirmed_by": "confirmé par", "corrects": "corrige ce qui est connu",
    "created_by": "créé par", "created_by_id": "créé par",
    "ctn": "CTN", "days": "jours", "departments": "départements", "detail": "précision",
    "differs": "différence à trancher", "duty": "fonction", "float_account_id": "compte du fonds de sinistres",
    "float_threshold_eur": "seuil du fonds de sinistres", "has_single_rate": "taux unique", "headcount": "effectif",
    "holder": "titulaire", "iban": "IBAN",
    "is_estimate": "provisoire", "is_head_office": "siège", "is_leader": "apériteur",
    "is_support": "fonctions support", "matters": "sujets", "naf_code": "code NAF",
    "opened_on": "premier jour d'activité",
    "orias_checked_on": "vérifié au registre Orias le", "orias_number": "numéro Orias",
    "payroll_eur": "masse salariale", "phone": "téléphone",
    "postcode": "code postal", "premium_account_id": "compte de primes",
    "premium_layout": "colonnes du bordereau de primes", "product": "produit", "proof": "vérification",
    "proposed_at": "proposé", "proposed_by": "proposé par", "recorded_at": "enregistré le",
    "recorded_by": "enregistré par", "reference": "référence", "renewal_rate": "commission de renouvellement",
    "replaces_id": "remplace le compte", "risk_code": "code risque", "row_count": "lignes",
    "rpps_number": "numéro RPPS", "run_id": "traitement", "section_id": "section", "share": "part",
    "signed_on": "signé le", "source": "source", "speciality": "spécialité", "stated_on": "jour de la source",
    "sub_sector": "sous-secteur", "territory": "territoire", "version_id": "version", "written_by": "écrit par",
    "year": "année",
}  # fmt: skip
UNTOLD = frozenset({
    "approval_id", "headcount_statement_id", "payroll_statement_id",
    "code_digest", "credential_id", "fingerprint", "iban_digest", "key", "message_id", "name_digest",
    "recipient_digest", "search_name", "search_tag", "search_title", "security_version", "sign_count", "token_digest",
})  # fmt: skip


def _labels(*kinds: type[Labelled]) -> dict[str, str]:
    return {one.value: one.label for kind in kinds for one in kind}


_LOOKED = {
    "nothing": "rien de neuf", "new": "du neuf", "outage": "portail indisponible", "refused": "accès refusé",
}  # fmt: skip
# the name of each code, by the field that holds it, in whatever table that `VALUE_LABELS_OF` does not name
VALUE_LABELS: Mapping[str, Mapping[str, str]] = {
    "state": {
        "active": "actif", "disabled": "fermé", "invited": "invité", "requested": "demandé", "granted": "accordé",
        "refused": "refusé", "used": "accordé et exécuté", "withdrawn": "retiré", "waiting": "en attente",
        "sent": "parti", "failed": "en échec", "working": "en cours", "done": "terminé",
        "done_with_errors": "terminé avec des erreurs", "stopped": "arrêté", "proposed": "proposé",
        "in_use": "en usage", "replaced": "remplacé", "draft": "projet", "signed": "signée",
        "previewed": "prévisualisé", "running": "en cours", "discarded": "abandonné", "open": "ouvert",
        "answered": "close avec réponse", "solved": "réglé sur-le-champ", "void": "sans objet",
        "expected": "attendue", "available": "disponible, pas ouverte", "read": "ouverte, pas au coffre",
        "kept": "enregistré", "lost": "perdue", "set_aside": "écartée", "complete": "pièces toutes reçues",
        "closed": "close", "ready": "prêt à envoyer", "to_refer": "à soumettre", "referred": "soumis",
        "accepted": "accepté", "lapsed": "expiré", "superseded": "remplacée", "left_out": "laissée de côté",
        "missing": "manquante", "received": "reçue, à examiner", "waived": "plus nécessaire", "dropped": "abandonnée",
        "filed": "classée", "notified": "notifiée au client", "renewed": "renouvelé",
    },
    "reasons": _labels(RevisionReason),
    "confidentiality": {
        "plain": "courante", "named": "nominative", "notice": "notification officielle",
        "privileged": "secret de l'avocat", "medical": "médicale",
    },
    "complainant": _labels(Complainant),
    "theme": _labels(ComplaintTheme),
    "cause": _labels(RootCause),
    "decision": _labels(ComplaintDecision),
    "channel": _labels(ComplaintChannel, Channel),
    "kind": _labels(BodyKind, HoldKind, ImportKind, TransactionKind) | {
        "office": "bureau", "broker": "courtier", "law_firm": "cabinet d'avocats", "insurer": "assureur",
        "employer_group": "groupe d'employeurs", "rules": "règles du produit", "underwriter": "souscripteur",
    },
    "purpose": _labels(AccountPurpose) | {"invitation": "invitation", "reset": "nouveau mot de passe"},
    "source": _labels(PayrollSource),
    "territory": _labels(Territory),
    "sub_sector": {
        "gros_oeuvre": "gros œuvre", "second_oeuvre": "second œuvre", "fonctions_support": "fonctions support",
    },
    "outcome": _labels(Timeliness, RefundState) | _LOOKED,
    "side": _labels(Side),
    "last_outcome": _LOOKED,
    "role": _labels(Role),
    "team": _labels(Role),
    "language": {"fr": "français", "en": "anglais"},
    "means": _labels(PaymentMeans), "how": _labels(NoticeEnding, PlanState),
    "readers": {"office": "le bureau", "shared": "ceux qui suivent l'entreprise", "lawyers": "l'avocat et son cabinet"},
}  # fmt: skip
VALUE_LABELS_OF: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "policy_revisions": {"state": _labels(RevisionState)},
}
