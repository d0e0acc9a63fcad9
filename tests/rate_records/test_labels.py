from __future__ import annotations

import pytest

from atmp_insure.rate_records.labels import (
    ACCOUNT_COLUMNS,
    ACCOUNT_HEADER,
    Labels,
    category_of_row,
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
