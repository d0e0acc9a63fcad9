"""What a client reads and signs when it accepts a quote, word for word; kept with the acceptance.

The mandate takes the wording of the SEPA core rulebook; the creditor's identifier and the mandate's own reference come
before the first debit.
"""

from __future__ import annotations

CONSENTS = (
    "J'ai reçu et lu le devis, ses garanties, ses exclusions et ses conditions.",
    (
        "Les réponses de la fiche de besoins sont exactes et complètes ; je déclarerai les circonstances nouvelles qui "
        "aggravent le risque ou en créent de nouveaux (articles L.113-2, L.113-8 et L.113-9 du code des assurances)."
    ),
    (
        "J'ai reçu l'information sur l'intermédiaire, le conseil qui motive cette proposition, "
        "et les voies de réclamation."
    ),
    "J'ai le pouvoir d'engager l'entreprise.",
)


def mandate_text(creditor: str, debtor: str) -> str:
    """The text of the mandate that is signed with the acceptance.

    Args:
        creditor: who debits.
        debtor: the company.

    Source: SEPA core direct debit rulebook, text of the mandate.
    """
    return (
        f"Mandat de prélèvement SEPA. L'entreprise {debtor} autorise {creditor} à envoyer des instructions à sa banque "
        "pour débiter son compte, et sa banque à débiter son compte conformément aux instructions de "
        f"{creditor}. L'entreprise bénéficie du droit d'être remboursée par sa banque selon les conditions de la "
        "convention passée avec elle ; une demande de remboursement est présentée dans les huit semaines suivant la "
        "date du débit pour un prélèvement autorisé. Paiement récurrent. L'identifiant du créancier et la référence "
        "unique du mandat vous seront communiqués avant le premier prélèvement."
    )
