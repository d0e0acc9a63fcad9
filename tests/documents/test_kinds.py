"""Kinds of papers come from a file that says its sources; a faulty one is refused with its line."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from atmp_insure.documents.kinds import RetentionEvent, document_kinds
from atmp_insure.documents.models import Confidentiality
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.regulation.values import Confidence

if TYPE_CHECKING:
    from pathlib import Path

A_KIND = "kinds:\n  - {code: a, label: A, confidentiality: plain, retention: contract}"
RULE = """
  - code: rule
    label: Règle
    years: "5"
    from: written
    source: un texte
    confidence: official
    checked_on: 2026-11-22
"""


def an_overlay(folder: Path, text: str) -> Path:
    (folder / "documents").mkdir()
    (folder / "documents" / "kinds.yaml").write_text(text, "utf-8")
    return folder


def test_every_kind_says_its_level_and_where_its_retention_comes_from() -> None:
    kinds = document_kinds()
    for kind in kinds.values():
        citation = kind.retention.citation
        assert citation.source
        assert (citation.confidence is Confidence.UNSETTLED) == bool(citation.warning)
        assert kind.retention.years is not None or citation.confidence is Confidence.UNSETTLED
    assert kinds["medical_report"].confidentiality is Confidentiality.MEDICAL
    assert kinds["opinion"].confidentiality is Confidentiality.PRIVILEGED
    assert kinds["rate_notice"].confidentiality is Confidentiality.NOTICE


@pytest.mark.parametrize(
    ("kind", "event_on", "last_day"),
    [
        ("invoice", date(2026, 12, 31), date(2036, 12, 31)),
        ("opinion", date(2024, 2, 29), date(2029, 2, 28)),
        ("risk_assessment", date(2024, 2, 29), date(2064, 2, 29)),
        ("other", date(2026, 1, 1), None),
    ],
)
def test_the_last_day_is_the_same_day_years_later(kind: str, event_on: date, last_day: date | None) -> None:
    assert document_kinds()[kind].retention.last_day(event_on) == last_day


def test_an_office_adds_and_replaces_kinds_by_code(tmp_path: Path) -> None:
    text = f"""retentions:{RULE}
kinds:
  - {{code: contract, label: Police, confidentiality: named, retention: rule}}
  - {{code: badge, label: Badge, confidentiality: plain, retention: accounting}}
"""
    kinds = document_kinds(an_overlay(tmp_path, text))
    assert (kinds["contract"].label, kinds["contract"].retention.event) == ("Police", RetentionEvent.WRITTEN)
    assert kinds["badge"].retention.years == 10
    assert kinds["invoice"] == document_kinds()["invoice"]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("kinds: [", "1", "YAML illisible"),
        ("- a", "", "clés attendues"),
        ("colour: red", "1", "clé inconnue « colour »"),
        ("kinds: x", "1", "liste attendue"),
        (A_KIND.replace(", retention: contract", ""), "2", "retention absent"),
        (A_KIND.replace("plain", "secret"), "2", "« secret » n'est pas admis"),
        (A_KIND.replace("contract", "none"), "2", "« none » n'est pas admis"),
        (A_KIND.replace("}", ", x: 1}"), "2", "clé inconnue « x »"),
        (A_KIND + A_KIND.removeprefix("kinds:"), "3", "écrit deux fois"),
        (f"retentions:{RULE}".replace('"5"', '"0"'), "4", "n'est pas une durée"),
        (f"retentions:{RULE}".replace('"5"', '"cinq"'), "4", "cinq"),
        (f"retentions:{RULE}".replace('    years: "5"\n', ""), "2", "règle sans years"),
        (f"retentions:{RULE}".replace("official", "unsettled"), "7", "unsettled sans warning"),
        (f"retentions:{RULE}".replace("from: written", "from: birth"), "5", "« birth » n'est pas admis"),
        (f"retentions:{RULE}".replace("2026-11-22", "hier"), "8", "n'est pas une date"),
        (f"retentions:{RULE}".replace("    source: un texte\n", ""), "2", "source absent"),
    ],
)  # fmt: skip
def test_a_faulty_file_is_refused_with_its_line(tmp_path: Path, text: str, line: str, message: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        document_kinds(an_overlay(tmp_path, text))
    [fault] = refused.value.faults
    assert message in fault.message
    assert fault.source == (f"kinds.yaml:{line}" if line else "kinds.yaml")
