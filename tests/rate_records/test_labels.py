from __future__ import annotations

import pytest

from atmp_insure.rate_records.labels import (
    ACCOUNT_COLUMNS,
    ACCOUNT_HEADER,
    Labels,
    category_of_row,
    is_before_reform,
    is_subtotal,
    is_total,
    normal_label,
)
from atmp_insure.rate_records.sheet_labels import SHEET_FIELDS
from atmp_insure.regulation.vocabulary import CostCategory


def test_number_words_accents_and_punctuation_are_alike() -> None:
    assert normal_label("N° sinistre") == normal_label("nombre  SINISTRE") == normal_label("Nb. sinistre :")
    assert normal_label("Numéro de risque") == normal_label("no de risque")


@pytest.mark.parametrize("labels", [ACCOUNT_COLUMNS, ACCOUNT_HEADER, SHEET_FIELDS])
def test_every_alias_finds_its_own_field(labels: Labels) -> None:
    for name, field in labels.by_name.items():
        for alias in field.aliases:
            assert labels.find(alias) == name, alias


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Date de l'accident du travail", "occurred_on"),  # all the words of an alias, and two more
        ("DATE NOTIF. IP", "ip_notified_on"),
        ("Date de notification du taux d'IP", "ip_notified_on"),  # the longest alias wins
        ("% EUT", "user_percent"),
        ("Date", None),  # a short word alone says nothing
        ("Taux", None),
        ("Taux IP et taux RCT du sinistre de la victime", None),  # a sentence is not a label
        ("", None),
    ],
)
def test_a_label_is_matched_by_its_words_and_never_by_a_short_one(label: str, name: str | None) -> None:
    assert ACCOUNT_COLUMNS.find(label) == name


def test_rows_of_categories_and_totals_are_recognised() -> None:
    assert category_of_row("CCM IT 3") is category_of_row("it3") is CostCategory.IT3
    assert category_of_row("IP5") is None
    assert category_of_row("Total") is None
    assert all(is_total(label) for label in ("Total", "TOTAL GÉNÉRAL", "Sous-total IT", "Cumul", "Ensemble"))
    assert is_subtotal("Sous-total")
    assert not is_subtotal("Total")
    assert not is_total("Valeur totale")


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("account_year", "exercice|Exercice|Année|Année d'imputation|Compte"),
        ("nic", "nic|NIC|SIREN + NIC"),
        ("siret", "siret|Siret|N° Siret|Établissement"),
        ("section", "section|Section|Section d'établissement|SE"),
        ("risk_code", "risque|Risque|Code risque|N° risque|Numéro de risque"),
        ("support_staff", "bureau|Bureau|Taux bureau|Fonctions supports|B"),
        ("ctn", "ctn|CTN|Comité technique"),
        ("claim_number", "nns|NNS|N° sinistre|Numéro national de sinistre|n° de dossier"),
        ("nir", "NIR|N° de sécurité sociale|N° SS|Immatriculation"),
        ("last_name", "nom|Nom|Nom de la victime|Victime"),
        ("first_name", "prenom|Prénom|Prenom"),
        ("nature", "type|Type|Nature|Nature du sinistre|AT/MP/TR"),
        ("occurred_on", "dateSinistre|Date sinistre|Date de l'accident|Date AT/MP|Date de survenance"),
        ("notified_on", "dateNotification|Date de notification|Date de reconnaissance|Date notif. décision"),
        ("absence_days", "nbJoursArret|Nb jours arrêt|Nombre de jours d'arrêt|Jours IT|Jours d'arrêt prescrits"),
        ("it_category", "niveauCcmIt|Niveau CCM IT|Catégorie IT|CCMIT|Cat. IT"),
        ("it_cost_eur", "tarifCcmIt|Tarif CCM IT|Coût moyen IT|Montant IT|Montant IT (€)"),
        ("ip_notified_on", "dateNotificationIpDeces|Date notification IP/décès|Date notif. IP"),
        ("ip_percent", "pourcentIp|%IP|% IP|Taux IP|Taux d'IP|IPP|Taux d'incapacité"),
        ("ip_category", "niveauCcmIp|Niveau CCM IP|Catégorie IP|CCMIP"),
        ("ip_cost_eur", "tarifCcmIp|Tarif CCM IP|Coût moyen IP|Montant IP"),
        ("third_party_percent", "pourcentRctTiers|RCT|% RCT|Recours contre tiers"),
        ("agency_percent", "pourcentEtt|% ETT|Part ETT"),
        ("user_percent", "pourcentEut|% EUT|% EU|Part entreprise utilisatrice"),
        (
            "value_eur",
            "valeurRisque|Valeur du risque|Valeur risque|Coût|Montant imputé|Total|Valeur du risque en euros",
        ),
        ("fund", "regionCarsat|Caisse|Région|Carsat"),
    ],
)
def test_every_label_that_was_seen_for_a_column_is_known(name: str, labels: str) -> None:
    for label in labels.split("|"):
        assert ACCOUNT_COLUMNS.find(label) == ACCOUNT_COLUMNS.find(label.upper() if " " in label else label) == name, (
            label
        )


def test_labels_of_accounts_before_the_reform_are_recognised() -> None:
    old = (
        "Frais médicaux",
        "FRAIS DE PHARMACIE",
        "Hospitalisation",
        "Indemnités journalières",
        "Capital représentatif",
    )
    assert all(is_before_reform(label) for label in old)
    assert not is_before_reform("Valeur du risque")
