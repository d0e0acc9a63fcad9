"""The kinds of problems that the API answers with (RFC 9457): one table, for answers and for their documentation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """A kind of problem.

    Attributes:
        code: its name in its address.
        status: of the answers that it heads.
        title: in a few words.
        meaning: what happened, for whoever reads the document.
        remedy: what a program does then, said in the answer when nothing more precise is known.
    """

    code: str
    status: int
    title: str
    meaning: str
    remedy: str


KEY_REUSED = ProblemKind(
    "key-reused", 422, "Clé déjà servie",
    "Cette clé d'idempotence a servi à une autre demande, ou avec d'autres droits ; rien n'a été fait.",
    "Donner une clé nouvelle à chaque acte, et la même seulement pour redemander le même.",
)  # fmt: skip
INTERNAL = ProblemKind(
    "internal", 500, "Erreur interne", "Une erreur du logiciel ; rien n'a été fait.",
    "Réessayer ; si cela dure, donner « request_id » à l'assistance.",
)  # fmt: skip
PROBLEMS: tuple[ProblemKind, ...] = (
    ProblemKind(
        "malformed", 400, "Demande mal formée", "Le corps ne se lit pas, ou le jeton anti-contrefaçon est absent.",
        "La demande est mal formée, ou son jeton anti-contrefaçon (en-tête X-CSRFToken) est absent ou périmé.",
    ),
    ProblemKind(
        "sign-in-needed", 401, "Connexion nécessaire",
        "Aucun jeton, ou un jeton inconnu, révoqué, échu, ou d'un compte fermé.",
        "Donner un jeton valide : « Authorization: Bearer … ». Il se crée sur la page « Mon compte ».",
    ),
    ProblemKind(
        "right-missing", 403, "Droit absent",
        "Les rôles de la personne, ou les portées du jeton, n'ouvrent pas cet acte.",
        "Vos rôles, ou les portées du jeton, ne donnent pas le droit que cette opération demande.",
    ),
    ProblemKind(
        "not-found", 404, "Introuvable",
        "L'adresse n'existe pas, ou ce qu'elle nomme est hors de la portée de qui demande.",
        "Cette adresse n'existe pas. Voir /api/v1/openapi.json.",
    ),
    ProblemKind(
        "method-not-allowed", 405, "Méthode refusée", "L'adresse existe, mais pas pour cette méthode.",
        "Cette adresse existe, mais pas pour cette méthode. Voir l'en-tête Allow.",
    ),
    ProblemKind(
        "refused", 409, "Refusé", "Une règle ne le permet pas en l'état ; le détail dit laquelle.",
        "Lire de nouveau l'objet, puis décider.",
    ),
    ProblemKind(
        "too-large", 413, "Trop grand", "La demande dépasse la taille acceptée.",
        "La demande est plus grande que ce qui est accepté.",
    ),
    ProblemKind(
        "media-type", 415, "Format refusé", "Le corps n'est pas du type que l'opération attend.",
        "Envoyer le type que le document annonce : application/json, ou multipart/form-data pour des fichiers.",
    ),
    ProblemKind(
        "invalid", 422, "À corriger", "Un ou plusieurs paramètres ne conviennent pas ; « errors » les dit un par un.",
        "Corriger ce que « errors » signale.",
    ),
    KEY_REUSED,
    ProblemKind(
        "too-many-requests", 429, "Trop de demandes",
        "Trop de demandes de cette personne, ou trop de jetons faux de cette adresse ; l'en-tête Retry-After dit dans "
        "combien de secondes recommencer.",
        "Attendre avant de demander de nouveau : l'en-tête Retry-After dit combien de secondes.",
    ),
    INTERNAL,
    ProblemKind(
        "unavailable", 503, "Momentanément indisponible",
        "Un service dont l'acte dépend ne répond pas ; rien n'a été fait.",
        "Réessayer plus tard.",
    ),
)  # fmt: skip


def problem_of(status: int) -> ProblemKind:
    """The kind that heads the answers of a status."""
    return next((kind for kind in PROBLEMS if kind.status == status), INTERNAL)
