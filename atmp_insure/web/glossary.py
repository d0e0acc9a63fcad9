"""The words of the trade: the French term, its English name, and what it means in one sentence.

One source: pages let a term be pressed for its meaning, the page of the glossary lists them all, and a test holds the
glossary of the README to it (its meanings are the English of the definitions here).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import g

from atmp_insure.formatting import ENGLISH
from atmp_insure.kernel.french import search_text
from atmp_insure.web.languages import current_language
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from flask import Flask


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the trade.

    Attributes:
        french: as screens write it; several words that only make sense together are separated by commas.
        english: as the code and the JSON write it.
        definition: what it means, in the language of the page.
    """

    french: str
    english: str
    definition: Any

    @property
    def anchor(self) -> str:
        """Its place on the page of the glossary."""
        return re.sub(r"[^a-z0-9]+", "-", search_text(self.french)).strip("-")


TERMS = (
    Term("AT/MP", "accident, occupational disease",
         _l("Accident du travail (AT) ou maladie professionnelle (MP) : l'événement lui-même.")),
    Term("année de tarification", "rate year", _l("L'année civile dont le taux est calculé, dite N.")),
    Term("période triennale", "triennium",
         _l("Les années de compte N-4, N-3 et N-2, dont les sinistres font le taux.")),
    Term("compte employeur", "employer account",
         _l("Ce qui est imputé à une section d'établissement pour une année.")),
    Term("imputation", "account line", _l("Un coût d'un sinistre, inscrit sur un compte employeur.")),
    Term("feuille de calcul", "calculation sheet",
         _l("Document par lequel la caisse détaille le calcul d'un taux.")),
    Term("taux notifié", "notified rate", _l("Le taux après écrêtement, à deux décimales.")),
    Term("taux brut", "gross rate", _l("La valeur du risque divisée par les salaires, multipliée par 100.")),
    Term("taux net individuel", "net individual rate", _l("(taux brut + M1) × (1 + M2) + M3 + M4.")),
    Term("taux net collectif", "collective rate", _l("Le taux du code risque pour l'année.")),
    Term("tarification collective, mixte, individuelle", "mode: collective, mixed, individual",
         _l("Selon l'effectif, le taux est collectif, individuel, ou un mélange des deux (mixte).")),
    Term("fraction", "individual share", _l("La part du taux individuel dans le taux mixte.")),
    Term("majorations M1–M4", "surcharges",
         _l("Trajet, charges, compensation, pénibilité : ce que les barèmes ajoutent au taux brut.")),
    Term("coût moyen", "average cost",
         _l("Le coût forfaitaire d'une catégorie de sinistre, pour un comité et une année de tarification.")),
    Term("barème", "schedule", _l("La table des coûts moyens, des majorations ou des taux collectifs d'une année.")),
    Term("valeur du risque", "risk value", _l("La somme des coûts de la période triennale.")),
    Term("écrêtement, butoirs", "cap, limits", _l("Les limites de la variation d'un taux d'une année à l'autre.")),
    Term("IT1–IT6, IP1–IP4", "cost category",
         _l("Incapacité temporaire selon les jours d'arrêt, incapacité permanente selon le taux.")),
    Term("CTN", "committee (ctn)", _l("Comité technique national, de A à I.")),
    Term("code risque", "risk code", _l("L'activité dont le taux collectif s'applique.")),
    Term("section d'établissement", "tariff unit",
         _l("Partie d'un établissement à laquelle la caisse notifie un taux.")),
    Term("taux unique", "single rate", _l("Un même taux pour tous les établissements d'une catégorie.")),
    Term("gel quinquennal", "five-year freeze", _l("Un seuil franchi à la hausse ne compte qu'après cinq ans.")),
    Term("recours contre tiers", "third-party share", _l("La part de responsabilité qu'un tiers supporte.")),
    Term("entreprise de travail temporaire, utilisatrice", "agency, user",
         _l("Les deux entreprises d'un salarié intérimaire.")),
    Term("délai franc, date prudente", "clear days, safe date",
         _l("Comment un délai se compte, et la date à montrer à qui doit agir.")),
    Term("surcotisation", "over-contribution, excess", _l("Ce qu'un sinistre ajoute aux cotisations.")),
    Term("franchise, plafond", "deductible, limit",
         _l("Ce que l'indemnité retranche, et ce qu'elle ne dépasse jamais.")),
    Term("garantie", "guarantee",
         _l("Ce que le contrat couvre, une garantie par événement : IT6, IP2, IP3, IP4, frais de contestation.")),
    Term("version de produit", "product version",
         _l("Ce qui est vendu à partir d'un jour.")),
    Term("base de déclenchement", "trigger basis",
         _l("Ce qui doit tomber dans l'année d'assurance pour qu'un sinistre soit couvert.")),
    Term("année d'assurance", "policy year",
         _l("Période couverte par une garantie.")),
    Term("délai de carence", "waiting period",
         _l("Les premiers jours du contrat, pendant lesquels rien n'est couvert.")),
    Term("exclusion", "exclusion",
         _l("Ce qui n'est jamais couvert, avec sa clause.")),
    Term("suite de la garantie", "run-off",
         _l("L'indemnité qui se poursuit après la fin du contrat.")),
    Term("frais de contestation", "contestation fees",
         _l("Honoraires d'un recours qui aboutit, remboursés dans la limite d'une part des sommes en jeu.")),
    Term("dérogation", "by exception",
         _l("Ce qu'un produit n'offre que sur décision.")),
    Term("frais de fractionnement", "instalment surcharge",
         _l("Ce qu'ajoute le paiement en plusieurs fois.")),
    Term("classe de taxe", "tax class",
         _l("Le taux de taxe sur les conventions d'assurances qui s'applique.")),
    Term("demande de tarification", "submission",
         _l("Une entreprise, un produit et un jour à tarifer, avec ses pièces et ses besoins.")),
    Term("fiche de besoins", "form of needs",
         _l("Ce que le client répond de ses besoins et de son risque, en versions datées.")),
    Term("devis, formule", "quote, variant",
         _l("Une version du prix d'une demande ; une couverture parmi celles qu'il compare.")),
    Term("prime pure", "expected loss",
         _l("La perte moyenne : ce qu'une garantie paierait en moyenne pour une année d'assurance.")),
    Term("crédibilité", "credibility",
         _l("Le poids des sinistres propres d'un client face à ceux de son groupe.")),
    Term("coût du capital", "cost of capital",
         _l("Rémunération des fonds propres qu'une année défavorable mobiliserait.")),
    Term("contrat, transaction", "policy, transaction",
         _l("Ce que le client a souscrit : une pile de transactions, dont aucune n'est jamais modifiée.")),
    Term("avenant", "endorsement",
         _l("Un acte qui change le contrat à partir d'un jour.")),
    Term("échéance principale", "main due date",
         _l("Le jour où s'ouvre chaque année d'assurance, et où le contrat peut finir avec préavis.")),
    Term("renouvellement", "renewal",
         _l("L'ouverture de l'année d'assurance suivante, tacite ou à de nouvelles conditions.")),
    Term("révision annuelle", "yearly revision",
         _l("Avant chaque échéance, l'exposition relue sur les pièces de l'année, et le prix de l'année suivante.")),
    Term("suspension, remise en vigueur", "suspension, resumption",
         _l("La garantie s'arrête pour une prime impayée, puis reprend à midi le lendemain du paiement.")),
    Term("résiliation, motif légal", "termination, ground",
         _l("La fin du contrat, et le droit sur lequel elle repose.")),
    Term("annulation d'une transaction", "reversal",
         _l("Une transaction qui en compense une autre au centime près.")),
    Term("régularisation", "adjustment",
         _l("La prime d'une année, recalculée sur la masse salariale définitive.")),
    Term("reprise d'un portefeuille", "take-over, book",
         _l("Les contrats d'un autre système, enregistrés ici avec leur histoire.")),
    Term("conditions particulières", "special conditions",
         _l("Ce qui est propre à un contrat : sections, garanties, franchise, plafonds, prix.")),
    Term("attestation de garantie", "certificate of cover",
         _l("Ce que le bureau certifie d'un contrat à une date.")),
    Term("mandat de prélèvement", "mandate",
         _l("L'accord du débiteur pour être débité, gardé avec son compte.")),
    Term("surcouche du bureau", "office's overlay",
         _l("Les valeurs propres à un bureau, lues par-dessus celles du produit.")),
    Term("portée", "scope",
         _l("Les entreprises, établissements ou dossiers pour lesquels valent les droits d'un rôle.")),
    Term("raison sociale, dénomination sociale", "legal name",
         _l("Le nom d'une entreprise au registre.")),
    Term("siège", "head office",
         _l("L'établissement où l'entreprise a son siège.")),
    Term("classement d'une section", "terms of a section",
         _l("Son CTN, son code risque et son territoire, à compter d'un jour.")),
    Term("masse salariale en usage", "payroll in use",
         _l("La valeur retenue d'une section et d'une année : un devis dont les pièces disent autrement est soumis.")),
    Term("différence à trancher", "difference to settle",
         _l("Une source qui dit autrement que la valeur en usage, laquelle reste.")),
    Term("qui suit une entreprise", "follower, reach",
         _l("Une organisation dont les personnes voient une entreprise, et pourquoi.")),
    Term("convention", "agreement",
         _l("Ce que le bureau a convenu avec un assureur ou un courtier, en versions datées.")),
    Term("coassurance, apériteur", "co-insurance, leading insurer",
         _l("Parts des coassureurs, dont la somme est de 100 %, et assureur qui les représente.")),
    Term("fonds de sinistres", "claims float",
         _l("Ce qu'un assureur avance pour payer les sinistres, réalimenté sous un seuil.")),
    Term("organisme", "body",
         _l("CPAM, CGSS, Carsat, CRA, CMRA, juridiction ou Urssaf, repris d'un fichier avec sa source.")),
    Term("reprise d'un fichier", "import",
         _l("Un fichier montré ligne à ligne, puis écrit une seule fois.")),
    Term("rôle, droit", "role, right", _l("Ce qu'une personne est pour le bureau, et ce qu'elle peut faire.")),
    Term("plafond de délégation", "authority limit", _l("Jusqu'à quel montant une personne décide seule d'un acte.")),
    Term("seconde validation", "approval, four eyes",
         _l("Le consentement d'une autre personne à un acte au-delà de ce plafond.")),
    Term("remplacement", "substitution",
         _l("Qui reçoit les tâches d'une personne absente ; aucun droit ne les accompagne.")),
    Term("traitement", "run",
         _l("Un travail sur plusieurs dossiers, qui reprend où il en était, avec son avancement et ses échecs.")),
    Term("tâche planifiée", "job", _l("Ce que le travailleur de l'application fait à heure fixe.")),
    Term("coffre", "vault", _l("Lieu de conservation des documents, chacun chiffré avec sa propre clé.")),
    Term("conservation, gel", "retention, legal hold",
         _l("Combien de temps un document est gardé, et pourquoi il ne peut pas être effacé.")),
    Term("courrier, courriel", "letter, mail",
         _l("Ce qu'une personne écrit et que le coffre garde ; ce qui part par la boîte d'envoi.")),
    Term("note", "note", _l("Ce que quelqu'un écrit sur un objet, pour les lecteurs qu'il choisit.")),
    Term("levée du secret", "release",
         _l("Ce qui ouvre à d'autres, pour de bon, une note entre l'avocat et son client.")),
    Term("étiquette", "tag", _l("Un mot court, en clair, qui rassemble des notes.")),
    Term("dépôt de documents de taux", "deposit of rate papers",
         _l("Ce qu'on dépose en une fois : feuilles, comptes, historiques, lus ensemble.")),
    Term("constat", "finding",
         _l("Ce qui diffère entre les documents ou d'avec les barèmes, avec son effet en euros et sa date.")),
    Term("échéance vivante", "live deadline",
         _l("Un délai qui se recompte de lui-même quand un fait change.")),
    Term("tâche", "task",
         _l("Ce qu'il y a à faire, par qui et pour quand.")),
    Term("réclamation", "complaint",
         _l("Tout mécontentement exprimé au bureau, même oral, même par un non-client.")),
    Term("accusé de réception", "acknowledgement",
         _l("L'écrit qui dit à un réclamant que sa réclamation est arrivée.")),
    Term("médiateur", "mediator", _l("Le tiers à qui s'adresser après un refus, qui le nomme.")),
    Term("courrier reçu", "mail tray",
         _l("Les lettres arrivées, en attente d'être classées.")),
    Term("demande de pièces", "document request",
         _l("Les pièces demandées à quelqu'un, qui les dépose par un lien, sans compte.")),
    Term("veille des courriers", "letter watch",
         _l("Le registre des canaux par où viennent les lettres, de leurs relevés, et des lettres attendues.")),
    Term("journal des modifications, des lectures", "change log, reading log",
         _l("Qui a changé quoi, qui a lu quoi.")),
    Term("jeton personnel, portée d'un jeton", "personal token, token scope",
         _l("Ce qu'un programme tient pour agir au nom d'une personne, et ce que cela ouvre.")),
    Term("clé d'idempotence", "idempotency key",
         _l("Ce qu'un programme donne pour qu'un acte envoyé deux fois ne soit fait qu'une.")),
    Term("fichier des écritures comptables (FEC)", "file of accounting entries",
         _l("Les écritures d'un exercice, telles que l'administration fiscale les demande.")),
    Term("appel de prime, avoir de prime", "premium call, credit note",
         _l("Ce qui rend une prime exigible du client, ou la lui rend : ce qui est dû, moins ce qui a été appelé.")),
    Term("échéance, fraction de prime", "instalment",
         _l("Une part de la prime d'une année, et le jour où elle est exigible.")),
    Term("encaissement, imputation", "payment, allocation",
         _l("Ce qu'un client a payé, et les appels que cela règle.")),
    Term("mise en demeure", "formal notice",
         _l("La lettre recommandée qui réclame une prime impayée ; la garantie cesse trente jours après l'envoi.")),
    Term("échéancier accordé", "payment plan",
         _l("Des montants datés par lesquels un client paie ce qu'il doit ; tenu, il arrête la procédure.")),
    Term("bordereau d'encaissement", "premium bordereau",
         _l("Les primes qu'un courtier a encaissées de ses clients et doit au bureau, appel par appel.")),
    Term("bordereau de commissions", "commission statement",
         _l("Ce qu'un courtier a gagné et rendu sur les primes encaissées depuis le dernier, appel par appel.")),
    Term("écriture, lettrage", "entry, lettering",
         _l("Les lignes d'un journal qui s'équilibrent ; le rapprochement d'une ligne et de ce qui la règle.")),
    Term("balance, relevé de compte", "trial balance, statement of account",
         _l("Ce que tient chaque compte à un jour ; les mouvements d'un compte, avec le solde que chacun laisse.")),
    Term("balance âgée", "aged balance",
         _l("Ce que les clients doivent à un jour, selon les jours écoulés depuis l'échéance.")),
    Term("extourne", "reversal",
         _l("L'écriture contraire par laquelle une autre est annulée, sans que rien ne s'efface.")),
    Term("clôture d'un mois", "closing of a month", _l("Après elle, aucune écriture ne se passe plus sur ce mois.")),
    Term("maillon, scellement", "seal", _l("Un maillon de la chaîne qui rend les journaux vérifiables.")),
)  # fmt: skip
_BY_FRENCH = {term.french: term for term in TERMS}


@dataclass(frozen=True, slots=True)
class ShownTerm:
    """A term as a page shows it once more: its word, its meaning, and an identifier of its own on that page."""

    word: str
    definition: str
    name: str


def shown(french: str) -> ShownTerm:
    """The term of the glossary that a template names.

    Raises:
        KeyError: the glossary has no such term.
    """
    term = _BY_FRENCH[french]
    g.glossary_words = g.get("glossary_words", 0) + 1
    word = term.english if current_language() == ENGLISH else term.french
    return ShownTerm(word, str(term.definition), f"{term.anchor}-{g.glossary_words}")


def install(app: Flask) -> None:
    """Let templates name the terms of the glossary."""
    app.add_template_global(shown, "glossary_term")
