"""The files are refused, with file and line, when a word of them cannot be trusted; an overlay adds and replaces."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from atmp_insure.deadlines.loader import installed_deadlines, load_deadlines
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.resources import resource_dir
from tests.deadlines.asking import ask, asked

if TYPE_CHECKING:
    from pathlib import Path

FILES = resource_dir("config") / "regulation" / "deadlines"
A_RULE = """label: Règles du bureau
unit: by convention
values:
  - rule: {rule}
    from: {day}
    source: note interne
    confidence: secondary
    checked_on: 2026-11-22
    label: Relance du bureau
    trigger: fait
    actor: employer
    act: agir
    convention: {convention}
    length: "{length}"
    article: note interne
    missed: rien
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The product's files, free to be spoiled."""
    return shutil.copytree(FILES, tmp_path / "deadlines")


def refusal(copy: Path, name: str, old: str, new: str) -> str:
    path = copy / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_deadlines([(copy, "law")])
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("rules/remedies.yaml", "convention: MONTHS_EXT", "convention: MONTHS", "« MONTHS » n'est pas admis"),
        ("rules/remedies.yaml", 'length: "2"', 'length: "0"', "durée « 0 »"),
        ("rules/remedies.yaml", 'length: "2"', "length: 2", "« 2 » sans guillemets"),
        ("rules/remedies.yaml", '    length: "2"\n', "", "durée absente"),
        ("rules/remedies.yaml", "actor: employer", "actor: boss", "law/rules/remedies.yaml:14 : « boss »"),
        ("rules/remedies.yaml", "options: first_presented", "options: second_presented", "option inconnue"),
        ("rules/remedies.yaml", "choices: unclaimed_letter", "choices: nothing", "point non tranché inconnu"),
        ("rules/remedies.yaml", "    article: CSS R.142-1, R.142-1-A III\n", "", "clé absente article"),
        ("rules/remedies.yaml", "    label:", "    etiquette:", "clé inconnue etiquette"),
        ("rules/remedies.yaml", "article: CSS R.142-1, R.142-1-A III", 'article: " "', "texte vide"),
        ("rules/remedies.yaml", "unit: by convention", "unit: days", "Écrire unit: by convention"),
        ("rules/remedies.yaml", "    source: \"art. R.142-1 et R.142-1-A III CSS\"\n", "", "entrée sans source"),
        ("rules/remedies.yaml", "from: 2019-01-01", "from: 1986-01-01", "donné deux fois au 1986-01-01"),
        ("rules/rates.yaml", "convention: NO_LIMIT", 'convention: NO_LIMIT\n    length: "2"', "délai qui n'existe pas"),
        ("holidays.yaml", "Armistice ", "Armistis  ", "« Armistis » n'est pas connu chaque année"),
        ("holidays.yaml", "10-09 ", "02-30 ", "« 02-30 » n'est pas connu chaque année"),
        ("holidays.yaml", "    until: 2100-12-31\n", "", "calendrier sans fin"),
        ("regions.yaml", "Europe/Paris ", "Europe/Pari  ", "fuseau « Europe/Pari » inconnu"),
        ("regions.yaml", "| 6AE ", "| 67  ", "inconnue de la bibliothèque holidays"),
        ("choices.yaml", "value: strict", "value: loose", "« loose » n'est pas admis"),
        ("choices.yaml", "strict = ", "strict : ", "Écrire une ligne « valeur = mots » par parti"),
        ("suspensions.yaml", "    until: 2020-06-23\n", "", "suspension sans fin"),
        ("suspensions.yaml", "new_period | 2", "new_period | -", "délai nouveau sans maximum"),
        ("sequences/accident.yaml", "| cra_silence  ", "| cra_silense  ", "règle inconnue"),
        ("sequences/accident.yaml", "| file_complete ", "| file_complet  ", "étape « file_complet » inconnue ici"),
        ("sequences/rate.yaml", "rate_notified=event", "rate_notifed=event", "Écrire option=étape"),
    ],
    ids=lambda value: value[:40],
)  # fmt: skip
def test_what_cannot_be_trusted_is_refused_with_its_place(copy: Path, name: str, old: str, new: str, said: str) -> None:
    found = refusal(copy, name, old, new)
    assert said in found
    assert name.rpartition("/")[2] in found


def test_an_unexpected_or_unreadable_file_is_refused(copy: Path) -> None:
    (copy / "notes.yaml").write_text("x", "utf-8")
    (copy / "rules" / "binary.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidInput) as caught:
        load_deadlines([(copy, "law")])
    assert "law/notes.yaml : fichier inattendu" in str(caught.value)
    assert "law/rules/binary.yaml : fichier illisible" in str(caught.value)


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "distances.yaml").unlink()
    with pytest.raises(InvalidInput, match=r"distances\.yaml absent"):
        load_deadlines([(copy, "law")])


def test_an_office_adds_a_rule_and_a_version_and_replaces_another(tmp_path: Path) -> None:
    overlay = tmp_path / "rules"
    overlay.mkdir()
    own = A_RULE.format(rule="office_reminder", day="2024-01-01", convention="WORKING_DAYS", length="3")
    (overlay / "own.yaml").write_text(own, "utf-8")
    later = A_RULE.format(rule="cra", day="2027-01-01", convention="MONTHS_EXT", length="3")
    (overlay / "later.yaml").write_text(later, "utf-8")
    other = A_RULE.format(rule="cra_silence", day="2019-01-01", convention="MONTHS_NOEXT", length="5")
    (overlay / "other.yaml").write_text(other, "utf-8")
    law = load_deadlines([(FILES, "product"), (tmp_path, "office")])
    assert asked(law, "office_reminder", "2024-05-07")[0] == "2024-05-14"
    assert asked(law, "cra", "2026-12-31")[0] == "2027-03-01"
    assert asked(law, "cra", "2027-01-01")[0] == "2027-04-01"
    assert asked(law, "cra_silence", "2024-01-10")[0] == "2024-06-10"
    assert law.replaced == ("cra_silence au 2019-01-01 (office/rules/other.yaml:4)",)
    assert ask(law, "cra", "2027-01-01").entry.sourced.citation.place == "office/rules/later.yaml:4"


def test_the_clocks_are_read_once_and_again_when_a_file_of_the_office_changed(tmp_path: Path) -> None:
    rules = tmp_path / "regulation" / "deadlines" / "rules"
    rules.mkdir(parents=True)
    former = installed_deadlines(tmp_path)
    assert installed_deadlines(tmp_path) is former
    for length, expected in (("3", "2024-05-14"), ("4", "2024-05-15")):
        own = A_RULE.format(rule="office_reminder", day="2024-01-01", convention="WORKING_DAYS", length=length)
        (rules / "own.yaml").write_text(own, "utf-8")
        assert asked(installed_deadlines(tmp_path), "office_reminder", "2024-05-07")[0] == expected
