"""The fields of our tables as sentences name them, in French; what only serves the machine is left untold."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELD_LABELS: Mapping[str, str] = {
    "act": "acte", "active_content": "contenu actif", "address": "adresse dans le coffre", "amount_eur": "montant",
    "attempts": "essais", "author_id": "auteur", "author_name": "nom de l'auteur", "body": "texte",
    "byte_count": "taille", "channel": "canal", "company_id": "entreprise", "company_name": "nom de l'entreprise",
    "confidentiality": "confidentialité", "created_at": "créé", "decided_at": "décidé", "decided_by_id": "décidé par",
    "decision_reason": "motif de la réponse", "display_name": "nom affiché", "document_id": "document",
    "document_ids": "pièces jointes", "due_at": "à faire", "email": "adresse électronique", "ended_at": "fin",
    "erased_at": "effacé", "erasure_reason": "motif de l'effacement", "error": "erreur",
    "establishment_id": "établissement", "event": "événement", "expires_at": "expire", "file_name": "nom du fichier",
    "file_ref": "dossier", "first_day": "premier jour", "given_by": "donné par", "granted_at": "donné",
    "granted_by": "donné par", "item_count": "lignes", "keep_until": "conservé jusqu'au", "kind": "nature",
    "label": "nom", "language": "langue", "largest_eur": "plafond", "last_day": "dernier jour",
    "last_sign_in_at": "dernière connexion", "last_used_at": "dernier usage", "legal_hold": "gel",
    "locked_until": "verrouillé jusqu'au", "media_type": "type de fichier", "name": "nom", "number": "numéro",
    "organisation_id": "organisation", "page_count": "pages", "parameters": "paramètres", "purpose": "objet",
    "reason": "motif", "received_at": "reçu", "received_by": "reçu par", "recipient": "destinataire",
    "requested_at": "demandé", "requested_by_id": "demandé par", "role": "rôle", "sent_at": "parti",
    "sign_in": "identifiant", "siren": "SIREN", "siret": "SIRET", "started_at": "lancé", "started_by": "lancé par",
    "state": "état", "subject": "objet", "substitute_id": "remplaçant", "text": "texte", "title": "titre",
    "totp_secret": "application d'authentification", "town": "commune", "used_at": "utilisé", "user_id": "utilisateur",
    "written_at": "écrit",
}  # fmt: skip
UNTOLD = frozenset({
    "code_digest", "credential_id", "fingerprint", "key", "message_id", "recipient_digest", "search_name",
    "search_title", "security_version", "sign_count", "token_digest",
})  # fmt: skip
VALUE_LABELS: Mapping[str, Mapping[str, str]] = {
    "state": {
        "active": "actif", "disabled": "fermé", "invited": "invité", "requested": "demandé", "granted": "accordé",
        "refused": "refusé", "used": "accordé et exécuté", "withdrawn": "retiré", "waiting": "en attente",
        "sent": "parti", "failed": "en échec", "working": "en cours", "done": "terminé",
        "done_with_errors": "terminé avec des erreurs", "stopped": "arrêté",
    },
    "confidentiality": {
        "plain": "courante", "named": "nominative", "notice": "notification officielle",
        "privileged": "secret de l'avocat", "medical": "médicale",
    },
    "purpose": {"invitation": "invitation", "reset": "nouveau mot de passe"},
    "language": {"fr": "français", "en": "anglais"},
}  # fmt: skip
