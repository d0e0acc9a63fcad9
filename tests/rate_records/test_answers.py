from __future__ import annotations

import json

import pytest

from atmp_insure.rate_records.answers import read_answer
from atmp_insure.rate_records.masking import masked_claim_number, masked_nir
from tests.rate_records.builders import SHOP, a_sheet, an_account, read_one, with_line_cell

DOCUMENT_KEYS = {
    "file", "sha256", "kind", "siret", "section", "risk_code", "year", "fields", "lines", "ignored", "findings",
}  # fmt: skip
SHEET_KEYS = {
    "rate_year", "effective_on", "notified_on", "fund", "section_headcount", "company_headcount", "mode",
    "wages_by_year", "risk_value_by_year", "claims_by_category", "gross_percent", "m1", "m2", "m3", "m4",
    "net_individual_percent", "own_share", "collective_percent", "calculated_percent", "previous_percent",
    "limit_low_percent", "limit_high_percent", "notified_percent",
}  # fmt: skip
LINE_KEYS = {
    "exercice", "nic", "siret", "section", "risque", "bureau", "ctn", "nns", "nom", "prenom", "type", "date_sinistre",
    "date_notification", "nb_jours_arret", "niveau_ccm_it", "tarif_ccm_it", "date_notification_ip_deces", "pourcent_ip",
    "niveau_ccm_ip", "tarif_ccm_ip", "pourcent_rct_tiers", "pourcent_ett", "pourcent_eut", "valeur_risque",
    "region_carsat",
}  # fmt: skip


def test_a_sheet_answers_every_key_of_the_interface() -> None:
    (document,) = read_answer([read_one(a_sheet(2025, SHOP))])["documents"]
    assert set(document) >= DOCUMENT_KEYS
    assert (document["kind"], document["year"], document["lines"]) == ("calculation_sheet", 2025, [])
    fields = document["fields"]
    assert set(fields) >= SHEET_KEYS
    assert (fields["notified_percent"], fields["m2"], fields["own_share"]) == ("3.28", "56.00", "0.456538")
    assert fields["wages_by_year"] == {"2021": "1672900.00", "2022": "1741250.00", "2023": "1836700.00"}
    assert fields["claims_by_category"]["IT2"] == {"2021": 2, "2022": 1, "2023": 1}
    assert (fields["effective_on"], fields["mode"], fields["company_headcount"]) == ("2025-05-01", "mixed", "71.5")


def test_an_account_answers_every_key_of_the_interface() -> None:
    (document,) = read_answer([read_one(an_account(2023, SHOP))])["documents"]
    assert set(document) >= DOCUMENT_KEYS
    assert (document["kind"], document["year"]) == ("employer_account", 2023)
    line = document["lines"][1]
    assert set(line) >= LINE_KEYS
    assert (line["exercice"], line["siret"], line["nic"]) == (2023, "00000002600013", "000000026 00013")
    assert (line["niveau_ccm_ip"], line["tarif_ccm_ip"], line["pourcent_ip"]) == ("IP2", "56825.00", "12.00")
    assert (line["pourcent_eut"], line["valeur_risque"]) == ("33.33", "18941.67")
    assert (line["date_sinistre"], line["date_notification_ip_deces"]) == ("2022-08-22", "2023-10-04")
    assert line["places"]["valeur_risque"] == "ligne 14, colonne 22"


def test_every_answer_is_plain_json_without_any_float() -> None:
    answer = read_answer([read_one(a_sheet()), read_one(an_account())])

    def refuse(text: str) -> float:
        raise AssertionError(text)

    assert json.loads(json.dumps(answer), parse_float=refuse) == answer


def test_no_social_security_number_leaves_in_clear() -> None:
    rows = with_line_cell(an_account(2022), 0, "N° sinistre", "1850799056001 48 250912 700")
    text = json.dumps(read_answer([read_one(rows)]))
    assert "1850799056001" not in text
    assert "18507******01 48 250912 700" in text


@pytest.mark.parametrize(
    ("nir", "masked"),
    [
        ("1850799056001", "18507******01"),
        ("1 85 07 99 056 001", "1 85 07 ** *** *01"),
        ("285072A05600148", "28507********48"),
    ],
)
def test_a_nir_keeps_its_first_five_and_last_two_characters(nir: str, masked: str) -> None:
    assert masked_nir(nir) == masked


def test_a_claim_number_too_short_for_a_nir_is_left_as_it_is() -> None:
    assert masked_claim_number("2022-0457") == "2022-0457"
