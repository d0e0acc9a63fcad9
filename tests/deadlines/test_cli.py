"""`atmp deadlines`: keys and statuses as the interface promises them; bad input is told in one line with its remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import icalendar
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.deadlines.conftest import Deadlines

PROMISED_KEYS = {"rule", "article", "convention", "due", "safe_due", "extended", "trace"}


def test_the_answer_of_due_has_the_promised_keys(deadlines: Deadlines) -> None:
    left = deadlines("due", "reserves", "--event", "2019-12-11", "--json")
    assert left.status == 0
    assert not left.err
    assert set(left.answer) >= PROMISED_KEYS
    assert left.answer["extended"]["from"] == "2019-12-22"
    assert "dimanche 22 décembre 2019" in left.answer["extended"]["reason"]
    assert {"step", "value", "source"} <= set(left.answer["trace"][0])
    names = [choice["name"] for choice in left.answer["choices"]]
    assert names == ["franc_reading", "reserves_proof"]
    assert all(choice["choice"] and choice["warning"] for choice in left.answer["choices"])
    assert len(left.answer["warnings"]) == 2


def test_a_date_that_is_not_moved_is_not_extended(deadlines: Deadlines) -> None:
    assert deadlines("due", "cra", "--event", "2021-09-29", "--json").answer["extended"] is None


def test_rules_lists_every_rule_with_event_article_validity_and_consequence(deadlines: Deadlines) -> None:
    answer = deadlines("rules", "--json").answer
    for rule in answer["rules"]:
        assert rule["event"]
        assert rule["article"]
        assert rule["consequence"]
        assert set(rule["validity"]) == {"from", "until"}
        assert rule["versions"]
    silence = next(rule for rule in answer["rules"] if rule["rule"] == "cra_silence")
    assert [version["length"] for version in silence["versions"]] == [1, 2]
    assert [version["validity"]["from"] for version in silence["versions"]] == ["1986-01-01", "2019-01-01"]


def test_count_counts_by_a_convention_in_a_region(deadlines: Deadlines) -> None:
    answer = deadlines(
        "count", "MONTHS_EXT", "--event", "2024-10-26", "--length", "2", "--region", "AM", "--json"
    ).answer
    assert answer["due"] == "2024-12-27"  # Saint-Étienne
    assert deadlines("count", "months_ext", "--event", "2024-10-26", "--length", "2", "--json").answer["due"] == (
        "2024-12-26"
    )


def test_texts_are_french_sentences_with_dates_in_words(deadlines: Deadlines) -> None:
    text = deadlines("due", "dat", "--event", "2024-03-15T14:30").out
    assert "lundi 18 mars 2024 à 14 h 30" in text
    assert "jour non compté (dimanche)" in text
    text = deadlines("due", "dat", "--event", "2024-05-09T10:00").out
    assert "samedi 11 mai 2024 à 24 h 00" in text
    assert "aucun délai ne court" in deadlines("due", "account_charge_contest", "--event", "2024-05-09").out
    assert "1er mars 2024 à 24 h 00" in deadlines("due", "premium_suspension", "--event", "2024-01-31").out
    assert "hors délai" in deadlines("due", "cra", "--event", "2024-01-31", "--option", "done=2024-05-01").out
    assert "Cour" not in deadlines("rules").out.splitlines()[0]
    assert "agir au plus tard le" in deadlines("calendar", "accident", "--event", "2024-01-15").out
    assert "Du " in deadlines("count", "CALENDAR_DAYS", "--event", "2024-01-15", "--length", "3").out


def test_a_calendar_is_text_json_or_icalendar(deadlines: Deadlines) -> None:
    where = ("calendar", "accident", "--event", "2024-01-15", "--option", "decision_notified=2024-04-05")
    assert "fait le vendredi 5 avril 2024" in deadlines(*where).out
    answer = deadlines(*where, "--json").answer
    cra = next(step for step in answer["steps"] if step["step"] == "cra")
    assert (cra["due"], cra["safe_due"], cra["latest"]) == ("2024-06-05", "2024-06-05", "2024-06-05")
    assert answer["assumptions"]
    calendar = icalendar.Calendar.from_ical(deadlines(*where, "--ics").out)
    assert len(calendar.walk("VEVENT")) > 8


def test_an_uncertain_limit_is_a_window_not_a_date(deadlines: Deadlines) -> None:
    answer = deadlines("calendar", "accident", "--event", "2024-01-15", "--json").answer
    court = next(step for step in answer["steps"] if step["step"] == "court")
    assert court["due"] is None
    assert (court["earliest"], court["latest"]) == ("2024-01-27", "2024-10-17")
    assert court["safe_due_if_earliest"] == "2024-03-27"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["due", "reserve", "--event", "2024-01-15"], "RULE : règle inconnue « reserve ». Écrire reserves ?"),
        (["due", "zzz", "--event", "2024-01-15"], "Voir « atmp deadlines rules »"),
        (["due", "cra", "--event", "2024-01-15", "--region", "99"], "--region : région inconnue « 99 »"),
        (["due", "cra", "--event", "2024-01-15", "--region", ""], "--region : région inconnue"),
        (["due", "cra", "--event", "2024-01-15", "--option", "partyregion=971"], "Écrire party_region ?"),
        (["due", "cra", "--event", "2024-01-15", "--option", "consulted=2024-01-16"], "sans objet pour la règle"),
        (["due", "cra", "--event", "2024-01-15", "--option", "party_region=999"], "région inconnue « 999 »"),
        (["due", "cra", "--event", "2024-01-15", "--option", "party_region"], "pas de la forme NOM=VALEUR"),
        (["due", "cra", "--event", "2024-01-15", "--option", "done=x", "--option", "done=y"], "donnée deux fois"),
        (["due", "cra", "--event", "2024-01-15", "--option", "done=x"], "--option done : « x » n'est pas une date"),
        (["due", "reserves", "--event", "2024-01-15", "--option", "franc_reading=x"], "Écrire strict ou cnam"),
        (["due", "reserves", "--event", "2019-11-30"], "n'existe pas au 2019-11-30"),
        (["due", "mp_decision_with_inquiry", "--event", "2020-01-01"], "n'est plus en vigueur au 2020-01-01"),
        (["due", "dat", "--event", "2024-03-15"], "sans heure alors que le délai court d'heure à heure"),
        (["due", "dat", "--event", "2024-03-31T02:30"], "on passe à l'heure d'été"),
        (["due", "dat", "--event", "2024-03-15T25:00"], "n'est pas une date possible"),
        (["due", "cra", "--event", "2023-02-29"], "« 2023-02-29 » n'est pas une date possible"),
        (["due", "cra", "--event", "29/02/2024"], "Écrire AAAA-MM-JJ"),
        (["due", "cra", "--event", "20240115"], "n'est pas une date"),
        (["due", "cra", "--event", "1970-01-01"], "--event : date hors du calendrier connu"),
        (["due", "cra", "--event", "2100-12-15"], "hors du calendrier connu"),
        (["due", "cra"], "argument manquant"),
        (["count", "FRANCS", "--event", "2024-01-15", "--length", "3"], "Écrire FRANC ?"),
        (["count", "CHECK", "--event", "2024-01-15", "--length", "3"], "rend un avis, non une date"),
        (["count", "DAYS", "--event", "2024-01-15"], "--length : durée absente"),
        (["count", "DAYS", "--event", "2024-01-15", "--length", "0"], "n'est pas une durée"),
        (["count", "DAYS", "--event", "2024-01-15", "--length", "-3"], "n'est pas une durée"),
        (["count", "DAYS", "--event", "2024-01-15", "--length", "1.5"], "n'est pas une durée"),
        (["count", "DAYS", "--event", "2024-01-15", "--length", "999999"], "hors du calendrier connu"),
        (["count", "HOURS", "--event", "2024-01-15T10:00", "--length", "999999"], "hors du calendrier connu"),
        (["count", "YEARS", "--event", "2024-01-15", "--length", "999999"], "hors du calendrier connu"),
        (["count", "HOURS_EXCL_SUN_HOL", "--event", "2024-01-15T10:00", "--length", "999999"], "hors du calendrier"),
        (["count", "CALENDAR_DAYS", "--event", "2024-01-15", "--option", "until=2024-01-16"], "aucun jour entre"),
        (["calendar", "acident", "--event", "2024-01-15"], "inconnue « acident ». Écrire accident ?"),
        (["calendar", "accident", "--event", "2024-01-15", "--option", "cras=2024-03-01"], "Écrire cra ?"),
        (["calendar", "accident", "--event", "2024-01-15", "--json", "--ics"], "demandés ensemble"),
        (["calendar", "relapse", "--event", "2019-11-30"], "la séquence « relapse » n'existe pas au 2019-11-30"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_bad_input_leaves_with_status_2_and_one_line_that_says_what_to_do(
    deadlines: Deadlines, args: list[str], said: str
) -> None:
    left = deadlines(*args)
    assert left.status == 2
    assert not left.out
    assert said in left.err
    assert left.err.count("\n") == 1


def test_the_overlay_of_the_office_is_read_over_the_product(
    deadlines: Deadlines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "regulation" / "deadlines"
    folder.mkdir(parents=True)
    (folder / "choices.yaml").write_text(
        "label: lecture retenue par le bureau\nunit: choice\nvalues:\n"
        "  - choice: franc_reading\n    from: 1986-01-01\n    source: note interne\n    confidence: unsettled\n"
        "    checked_on: 2026-11-22\n    label: lecture des jours francs\n    value: cnam\n"
        "    allowed: |\n      strict = stricte\n      cnam = CNAM\n    warning: lecture du bureau\n",
        "utf-8",
    )
    monkeypatch.setenv("ATMP_CONFIG_DIR", str(tmp_path))
    answer = deadlines("due", "reserves", "--event", "2024-04-26", "--json").answer
    assert (answer["due"], answer["safe_due"]) == ("2024-05-06", "2024-05-06")
    assert "lecture du bureau" in answer["warnings"]
    replaced = deadlines("rules", "--json").answer["replaced"]
    assert len(replaced) == 1
    assert "franc_reading" in replaced[0]
    assert "remplacées par la surcouche du bureau" in deadlines("rules").out
