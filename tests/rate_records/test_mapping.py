"""Columns mapped by hand: proposed, said, kept for the next papers of the same layout, and told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.command import spawned_text
from tests.rate_records.builders import an_account, csv_bytes

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.rate_records.builders import Rows

STRANGE = {
    "Exercice": "Millésime", "SIRET": "Lieu", "Section": "Sous-lieu", "Code risque": "Classe", "CTN": "Comité",
    "N° sinistre": "Réf. dossier", "Nom": "Patronyme", "Prénom": "Petit nom", "Nature": "Genre",
    "Date du sinistre": "Jour", "Date de notification": "Lettre", "Nb jours d'arrêt": "Durée", "Catégorie IT": "Cat A",
    "Coût moyen IT": "Prix A", "Date de notification IP": "Lettre B", "Taux d'IP": "Gravité", "Catégorie IP": "Cat B",
    "Coût moyen IP": "Prix B", "% RCT": "Tiers", "% ETT": "Agence", "% EUT": "Client",
    "Valeur du risque": "Imputé, en €",
}  # fmt: skip
COLUMNS = (
    "exercice=Millésime,siret=Lieu,risque=Classe,nns=Réf. dossier,type=Genre,date_sinistre=Jour,niveau_ccm_it=Cat A,"
    "niveau_ccm_ip=Cat B,valeur_risque=Imputé, en €,Taux d'IP=#16,ignorer=Petit nom"
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def atmp(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return spawned_text("records", *arguments, ATMP_DATA_DIR=str(data))


def strange_account(year: int = 2022) -> Rows:
    rows = an_account(year)
    at = next(index for index, row in enumerate(rows) if "N° sinistre" in row)
    return [["Extraction"], [], [STRANGE[str(cell)] for cell in rows[at]], *rows[at + 1 : -1]]


def written(folder: Path, rows: Rows, name: str = "compte.csv") -> str:
    path = folder / name
    path.write_bytes(csv_bytes(rows))
    return str(path)


def test_an_unknown_layout_is_refused_then_mapped_once_then_read_and_it_is_said(tmp_path: Path, data: Path) -> None:
    paper = written(tmp_path, strange_account())
    refused = atmp(data, "read", paper, "--json")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "atmp records map FICHIER" in refused.stderr

    saved = atmp(data, "map", paper, "--columns", COLUMNS)
    assert (saved.returncode, saved.stderr) == (0, "")
    (kept,) = (data / "records" / "mappings").iterdir()
    assert kept.stem in saved.stdout

    other = written(tmp_path, strange_account(2023), "autre.csv")  # the next paper of the same source
    done = atmp(data, "read", other, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    (document,) = json.loads(done.stdout)["documents"]
    assert (document["kind"], document["mapping"], len(document["lines"])) == ("employer_account", kept.stem, 4)
    assert document["lines"][0]["pourcent_ip"] == "45.00"
    assert document["lines"][0]["prenom"] is None
    used = next(finding for finding in document["findings"] if finding["code"] == "mapping_used")
    assert "compte.csv" in used["message_fr"]


def test_what_is_recognised_is_proposed_without_showing_any_value(tmp_path: Path, data: Path) -> None:
    rows = an_account(2022)
    at = next(index for index, row in enumerate(rows) if "N° sinistre" in row)
    rows[at][rows[at].index("Valeur du risque")] = "Imputé"
    paper = written(tmp_path, rows)
    shown = atmp(data, "map", paper)
    assert shown.returncode == 0
    assert "Imputé" in shown.stdout
    assert '--columns "valeur_risque=TITRE"' in shown.stdout
    assert "EXEMPLE" not in shown.stdout
    plain = json.loads(atmp(data, "map", paper, "--json").stdout)
    assert plain["missing"] == ["valeur_risque"]
    assert {"number": 1, "label": "Exercice", "form": "nombre", "field": "exercice"} in plain["columns"]


def test_two_columns_on_one_field_are_settled_by_a_mapping(tmp_path: Path, data: Path) -> None:
    rows = an_account(2022)
    at = next(index for index, row in enumerate(rows) if "N° sinistre" in row)
    rows[at][rows[at].index("Prénom")] = "Victime"
    paper = written(tmp_path, rows)
    assert "deux colonnes pour « Nom »" in atmp(data, "read", paper).stderr
    assert atmp(data, "map", paper, "--columns", "nom=Nom").returncode == 0
    assert atmp(data, "read", paper).returncode == 0


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("exercice=Siècle", "aucune colonne « Siècle »"),
        ("humeur=Jour", "champ inconnu « humeur »"),
        ("exercice=Millésime,type=Millésime", "dit deux fois"),
        ("exercice=Millésime", "toujours sans colonne"),
        ("exercice", "n'associe rien"),
        ("exercice=#99", "aucune colonne « #99 »"),
    ],
)
def test_a_mapping_that_does_not_hold_is_refused_and_nothing_is_saved(
    columns: str, said: str, tmp_path: Path, data: Path
) -> None:
    done = atmp(data, "map", written(tmp_path, strange_account()), "--columns", columns)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert not data.exists()


def test_a_damaged_mapping_is_named(tmp_path: Path, data: Path) -> None:
    folder = data / "records" / "mappings"
    folder.mkdir(parents=True)
    (folder / "abc.json").write_text("{")
    done = atmp(data, "read", written(tmp_path, an_account()))
    assert done.returncode == 2
    assert "association de colonnes illisible" in done.stderr


def test_a_rate_history_may_be_mapped_too(tmp_path: Path, data: Path) -> None:
    rows: Rows = [["Société", "Lieu", "Zone", "Classe", "Dès le", "Valeur"],
                  ["EXEMPLE", "00000001800010", "01", "281AD", "01/01/2026", "4,46 %"]]  # fmt: skip
    paper = written(tmp_path, rows)
    columns = "siret=Lieu,risk_code=Classe,effective_on=Dès le,notified_percent=Valeur"
    assert atmp(data, "map", paper, "--kind", "historique", "--columns", columns).returncode == 0
    (document,) = json.loads(atmp(data, "read", paper, "--json").stdout)["documents"]
    assert (document["kind"], document["lines"][0]["notified_percent"]) == ("rate_history", "4.46")
