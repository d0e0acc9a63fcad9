"""The labels of calculation sheets and of rate histories; how labels are matched is in `labels`."""

from __future__ import annotations

from atmp_insure.rate_records.labels import (
    ADDRESS,
    COMMITTEE,
    COMPANY,
    FUND,
    NIC,
    RISK_CODE,
    RISK_LABEL,
    SECTION,
    SIRET,
    SUPPORT_STAFF,
    Field,
    Labels,
)

MODE = Field("mode", ("Mode de tarification", "Mode", "Type de tarification", "Type de taux"))
CREATED_ON = Field(
    "created_on", ("Date de création", "Créé le", "Date de création de l'établissement", "Établissement créé le")
)
SHEET_FIELDS = Labels(
    COMPANY,
    SIRET,
    SECTION,
    RISK_CODE,
    RISK_LABEL,
    SUPPORT_STAFF,
    COMMITTEE,
    FUND,
    ADDRESS,
    Field(
        "rate_year", ("Année de tarification", "Tarification", "Exercice", "Année du taux", "Exercice de tarification")
    ),
    Field("effective_on", ("Date d'effet", "À effet du", "Applicable au", "Applicable à compter du")),
    Field("notified_on", ("Date de notification", "Notifié le")),
    Field(
        "section_headcount",
        ("Effectif de la section", "Effectif", "Effectif de l'établissement", "Effectif section"),
    ),
    Field(
        "company_headcount",
        ("Effectif de l'entreprise", "Effectif global", "Effectif national", "Effectif total", "Effectif entreprise"),
    ),
    MODE,
    CREATED_ON,
    Field("single_rate", ("Taux unique", "Option taux unique", "Taux unique entreprise")),
    Field(
        "single_rate_sirets",
        (
            "Établissements au taux unique",
            "Établissements concernés par le taux unique",
            "Établissements concernés",
            "SIRET des établissements au taux unique",
        ),
    ),
    Field("gross_percent", ("Taux brut", "Taux brut individuel")),
    Field("m1", ("M1", "Majoration M1", "M1 trajet", "Majoration trajet")),
    Field("m2", ("M2", "Majoration M2", "M2 charges", "Majoration charges", "M2 charges générales")),
    Field("m3", ("M3", "Majoration M3", "M3 compensation", "Majoration compensation", "M3 compensations")),
    Field("m4", ("M4", "Majoration M4", "M4 pénibilité", "Majoration pénibilité")),
    Field("net_individual_percent", ("Taux net individuel", "Taux net", "Taux net propre", "Taux propre", "Taux réel")),
    Field(
        "own_share",
        (
            "Fraction du taux net individuel",
            "Fraction du taux net",
            "Fraction du taux propre",
            "Fraction taux propre",
            "Fraction propre",
        ),
    ),
    Field(
        "collective_share",
        (
            "Fraction du taux collectif",
            "Fraction taux collectif",
            "Fraction collective",
            "Fraction du taux net collectif",
        ),
    ),
    Field("collective_percent", ("Taux net collectif", "Taux collectif")),
    Field("calculated_percent", ("Taux net calculé", "Taux calculé", "Taux mixte", "Taux mixte calculé")),
    Field(
        "previous_percent",
        (
            "Taux de l'année précédente",
            "Taux de l'exercice antérieur",
            "Taux N-1",
            "Taux notifié N-1",
            "Taux de l'exercice précédent",
        ),
    ),
    Field("limit_low_percent", ("Limite basse", "Butoir bas", "Limite inférieure", "Butoir inférieur", "Minimum")),
    Field("limit_high_percent", ("Limite haute", "Butoir haut", "Limite supérieure", "Butoir supérieur", "Maximum")),
    Field(
        "notified_percent",
        ("Taux notifié", "Taux à appliquer", "Taux de cotisation", "Taux individuel", "Taux unique notifié"),
    ),
    Field("wages", ("Salaires", "Masse salariale", "Masse des salaires", "Assiette", "Wages by year")),
    Field("risk_value", ("Valeur du risque", "Coût du risque", "Dépenses", "Total des dépenses", "Risk value by year")),
)
NEEDED_FIELDS = ("siret", "rate_year", "notified_percent")
YEARLY_FIELDS = ("wages", "risk_value")

RATE_HISTORY_COLUMNS = Labels(
    SIRET,
    NIC,
    SECTION,
    RISK_CODE,
    RISK_LABEL,
    SUPPORT_STAFF,
    COMMITTEE,
    FUND,
    COMPANY,
    ADDRESS,
    Field("rate_year", ("Année", "Exercice", "Année de tarification", "Année du taux")),
    Field("effective_on", ("Date d'effet", "Date d'effet du taux", "À effet du", "Applicable au")),
    Field("notified_on", ("Date de notification", "Notifié le", "Date de notification du taux")),
    Field(
        "notified_percent",
        (
            "Taux", "Taux notifié", "Taux net", "Taux AT/MP", "Taux de cotisation", "Taux à appliquer",
            "Taux applicable", "Taux en vigueur", "Taux net de cotisation",
        ),
    ),
    Field("section_headcount", ("Effectif", "Effectif de la section", "Effectif de l'établissement")),
    Field("company_headcount", ("Effectif de l'entreprise", "Effectif global", "Effectif national", "Effectif total")),
    MODE,
    CREATED_ON,
)  # fmt: skip
NEEDED_HISTORY_COLUMNS = ("notified_percent", "effective_on")
