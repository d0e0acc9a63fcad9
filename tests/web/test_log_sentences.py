"""The logs, told in the language of the page: who did what to what, and how values are written."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from sqlalchemy import inspect

from atmp_insure.access.change_log import HIDDEN
from atmp_insure.access.logs import ChangeLogEntry, ReadingLogEntry
from atmp_insure.db.session import mapped_classes
from atmp_insure.formatting import ENGLISH, FRENCH
from atmp_insure.kernel.french import BEFORE_UNIT, THOUSANDS
from atmp_insure.web.field_labels import VALUE_LABELS
from atmp_insure.web.log_sentences import (
    OBJECTS,
    PARTS,
    actor_name,
    change_sentence,
    object_name,
    reading_sentence,
    told_changes,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parents[2] / "atmp_insure"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def language() -> str:
    return FRENCH


@pytest.fixture(autouse=True)
def page(language: str) -> Iterator[None]:
    """A page that a visitor asks in a language."""
    with Flask("page").test_request_context(headers={"Cookie": f"language={language}"}):
        yield


in_both = pytest.mark.parametrize("language", [FRENCH, ENGLISH])
in_english = pytest.mark.parametrize("language", [ENGLISH])


def _parts() -> set[str]:
    """Every part of the system that the code names."""
    return {
        node.args[0].value
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "system"
        and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    }  # fmt: skip


def test_each_part_of_the_system_has_a_name_in_french_and_no_name_is_left_over() -> None:
    assert _parts() == set(PARTS)


def test_each_table_whose_changes_are_logged_has_a_name_in_french_and_no_name_is_left_over() -> None:
    assert {kind.__tablename__ for kind in mapped_classes() if kind.logged} == set(OBJECTS)


def test_each_code_that_a_logged_field_may_hold_has_a_name_in_french() -> None:
    nameless = {
        f"{kind.__tablename__}.{field.key}: {one.value}"
        for kind in mapped_classes()
        if kind.logged
        for field in inspect(kind).column_attrs
        for one in getattr(field.columns[0].type, "enum_class", None) or ()
        if one.value not in VALUE_LABELS.get(field.key, {})
    }
    assert nameless == set()


def _entry(actor: str, action: str, subject: str, **changes: list[object]) -> ChangeLogEntry:
    return ChangeLogEntry(actor=actor, action=action, subject=subject, changes=changes, at=NOW)


def test_a_sign_in_name_is_told_as_it_is_typed_and_the_system_by_its_part() -> None:
    assert change_sentence(_entry("camille.martin", "added", "notes:4")) == "camille.martin a créé la note n° 4"
    told = change_sentence(_entry("système:tray", "added", "notes:4"))
    assert told == "Le système (courriers reçus) a créé la note n° 4"
    assert actor_name("système:unheard of") == "le système (unheard of)"


@in_english
def test_in_english_too_a_sign_in_name_is_told_as_it_is_typed_and_the_system_by_its_part() -> None:
    assert change_sentence(_entry("camille.martin", "added", "notes:4")) == "camille.martin created note no. 4"
    told = change_sentence(_entry("système:tray", "added", "notes:4"))
    assert told == "The system (letters received) created note no. 4"
    assert actor_name("système:unheard of") == "the system (unheard of)"


def test_states_and_reasons_of_a_revision_are_told_as_its_page_names_them() -> None:
    moved = _entry(
        "camille.martin", "changed", "policy_revisions:1", state=["waiting", "referred"],
        reasons=[[], ["quote_to_decide", "late_notice"]],
    )  # fmt: skip
    said = {one.label: (one.before, one.after) for one in told_changes(moved, ("state", "reasons"))}
    assert said["état"] == ("attend des pièces", "à décider")
    assert said["raisons"] == ("", (
        "les règles du produit demandent l'avis du service souscription ; "
        "la date limite de notification de nouvelles conditions est passée"
    ))  # fmt: skip


SIGNED_IN = _entry(
    "système:sign-in", "changed", "users:1",
    last_sign_in_at=[None, "2026-11-22T05:27:00+00:00"], state=["invited", "active"], security_version=[1, 2],
)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "told", "fields"),
    [
        (FRENCH, "Le système (connexion) a modifié l'utilisateur n° 1", " : dernière connexion, état"),
        (ENGLISH, "The system (sign-in) changed user no. 1", ": last sign-in, state"),
    ],
)
def test_a_change_names_its_fields_but_those_of_the_machine_alone(told: str, fields: str) -> None:
    assert change_sentence(SIGNED_IN) == told + fields
    assert change_sentence(SIGNED_IN, names_fields=False) == told


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (FRENCH, "alex.admin a supprimé la convention n° 7"),
        (ENGLISH, "alex.admin deleted agreement no. 7"),
    ],
)
def test_a_deletion_names_what_is_gone(told: str) -> None:
    assert change_sentence(_entry("alex.admin", "deleted", "agreements:7")) == told


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (FRENCH, ("a lu", "a téléchargé", "a exporté", "s'est vu refuser")),
        (ENGLISH, ("read", "downloaded", "exported", "was refused")),
    ],
)
def test_a_reading_repeats_the_words_in_which_it_was_stored(language: str, told: tuple[str, ...]) -> None:
    readings = [
        ReadingLogEntry(at=NOW, actor="m.medecin", action=action, subject="documents:1", what="100 % relu")
        for action in ("read", "downloaded", "exported", "refused")
    ]
    colon = " :" if language == FRENCH else ":"
    assert [reading_sentence(one) for one in readings] == [f"m.medecin {done}{colon} 100 % relu" for done in told]


def _told(**changes: list[object]) -> list[tuple[str, str, str]]:
    found = told_changes(_entry("alex.admin", "changed", "quotes:1", **changes), changes)
    return [(one.label, one.before, one.after) for one in found]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (FRENCH, ("état", "projet", "parti")),
        (ENGLISH, ("state", "draft", "sent")),
    ],
)
def test_a_state_is_told_by_its_name_before_and_after(told: tuple[str, str, str]) -> None:
    assert _told(state=["draft", "sent"]) == [told]
    assert _told(state=["draft", "unheard_of"]) == [(*told[:2], "unheard_of")]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (FRENCH, [("prise d'effet", "01/12/2026", "01/01/2027"), ("parti", "", "22/11/2026 à 06:27")]),
        (ENGLISH, [("effective date", "1 Dec 2026", "1 Jan 2027"), ("sent", "", "22 Nov 2026, 06:27")]),
    ],
)
def test_days_and_moments_are_written_as_in_the_page(told: list[tuple[str, str, str]]) -> None:
    found = _told(starts_on=["2026-12-01", "2027-01-01"], sent_at=[None, "2026-11-22T05:27:00+00:00"])
    assert found == sorted(told)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (FRENCH, ("prime annuelle", f"1{THOUSANDS}200,00{BEFORE_UNIT}€", f"1{THOUSANDS}350,50{BEFORE_UNIT}€")),
        (ENGLISH, ("yearly premium", "€1,200.00", "€1,350.50")),
    ],
)
def test_amounts_are_written_as_in_the_page(told: tuple[str, str, str]) -> None:
    assert _told(premium_eur=["1200.00", "1350.50"]) == [told]


@pytest.mark.parametrize(
    ("language", "told"),
    [(FRENCH, ("taux unique", "non", "oui")), (ENGLISH, ("single rate", "no", "yes"))],
)
def test_yes_and_no_are_said_in_words(told: tuple[str, str, str]) -> None:
    assert _told(has_single_rate=[False, True]) == [told]


@pytest.mark.parametrize(
    ("language", "told"),
    [(FRENCH, ("rôle", "auditeur", "courtier")), (ENGLISH, ("role", "auditor", "broker"))],
)
def test_roles_are_told_by_their_names(told: tuple[str, str, str]) -> None:
    assert _told(role=["auditor", "broker"]) == [told]


@pytest.mark.parametrize(
    ("language", "told"),
    [(FRENCH, ("texte", "chiffré", "autre texte")), (ENGLISH, ("text", "encrypted", "another text"))],
)
def test_an_encrypted_text_is_only_said_to_be_another(told: tuple[str, str, str]) -> None:
    assert _told(text=[HIDDEN, "0123456789abcdef"]) == [told]


@in_both
def test_what_someone_typed_is_left_as_it_is_in_both_languages() -> None:
    assert [one[1:] for one in _told(name=["devis", "oui, 100 %"])] == [("devis", "oui, 100 %")]


@in_both
def test_an_act_that_has_no_words_is_told_by_its_code(language: str) -> None:
    colon = " :" if language == FRENCH else ":"
    change = change_sentence(_entry("alex.admin", "merged", "notes:4"))
    assert change == f"alex.admin (merged){colon} {object_name('notes:4')}"
    reading = ReadingLogEntry(at=NOW, actor="alex.admin", action="printed", subject="documents:1", what="un papier")
    assert reading_sentence(reading) == f"alex.admin (printed){colon} un papier"


@in_both
def test_an_object_whose_table_is_unknown_keeps_the_name_that_the_log_holds(language: str) -> None:
    number = "n°" if language == FRENCH else "no."
    assert object_name("former_tables:3") == f"former_tables {number} 3"
    assert object_name("oui") == "oui"
