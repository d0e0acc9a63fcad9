"""The acts that an agreement may delegate or set a time for, and the columns that a bordereau may have.

Agreements set their own bordereau layout; the columns proposed follow the blocks of fields of the public coverholder
standards (premium 2010, claims 2011, version 5.2 of 20 August 2019).
"""

from __future__ import annotations

from atmp_insure.kernel.labelled import Labelled


class DelegatedAct(Labelled):
    """An act that an agreement may delegate, up to an amount; the stored code, and its name in French."""

    ACCEPT = "accept_risk", "accepter un risque (masse salariale garantie)"
    EXCEPTION = "accept_exception", "accorder une dérogation (remise, franchise)"
    ENDORSE = "endorse", "modifier un contrat"
    COLLECT = "collect_premiums", "encaisser des primes"
    TERMINATE = "terminate", "résilier un contrat"
    SETTLE = "settle_claim", "accepter un sinistre (indemnité)"
    PAY = "pay_claim", "payer une indemnité"
    REFUND_FEES = "refund_fees", "rembourser des honoraires"


class TimedAct(Labelled):
    """An act that an agreement may set a time for; the stored code, and its name in French."""

    QUOTE = "quote", "répondre à une demande de tarification"
    ISSUE = "issue_policy", "émettre un contrat"
    ACKNOWLEDGE = "acknowledge_claim", "accuser réception d'un sinistre"
    DECIDE = "decide_claim", "décider d'un sinistre"
    PAY = "pay_claim", "payer une indemnité"
    BORDEREAU = "send_bordereau", "envoyer un bordereau"
    COMPLAINT = "answer_complaint", "répondre à une réclamation"


PREMIUM_COLUMNS = {
    "insurer": "assureur, convention", "period": "période, devise, numéro d'ordre", "broker": "courtier, Orias",
    "policy": "contrat, avenant, version du produit", "insured": "assuré, SIREN, SIRET principal, NAF",
    "tariff": "CTN, codes risque", "headcount": "effectif", "payroll": "masse salariale déclarée et définitive",
    "mode": "mode de tarification", "cover_period": "période de garantie", "transaction": "nature du mouvement",
    "cover": "garanties, franchise, plafond", "net_premium": "prime nette", "tax": "taxe : taux et montant",
    "total": "prime totale", "collected": "appelé, encaissé, impayé", "commissions": "commissions",
    "net_due": "net dû à l'assureur", "instalment": "fractionnement et échéance", "controls": "totaux de contrôle",
}  # fmt: skip
CLAIMS_COLUMNS = {
    "insurer": "assureur, convention", "period": "période, devise", "claim": "sinistre, contrat, année",
    "insured": "assuré, SIREN", "tariff": "section, CTN, code risque", "victim": "pseudonyme de la victime",
    "event": "nature AT ou MP, dates", "fund_decision": "décision de la caisse, incapacité, imputation",
    "rates": "taux notifié et taux sans le sinistre", "payroll": "masse salariale", "loss": "perte, franchise, plafond",
    "indemnity": "indemnité de la période et cumul", "fees": "frais de recours", "recoveries": "recours encaissés",
    "reserves": "provisions et leur mouvement", "status": "état, recours, prochaine date",
    "controls": "totaux de contrôle",
}  # fmt: skip
