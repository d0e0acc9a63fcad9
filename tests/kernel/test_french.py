"""Texts in French: how a sentence begins, how what was typed is repeated."""

from __future__ import annotations

import pytest

from atmp_insure.kernel.french import begun, repeated


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("recours devant la CMRA", "Recours devant la CMRA"),
        ("état de l'Urssaf", "État de l'Urssaf"),
        ("2 établissements", "2 établissements"),
        ("", ""),
    ],
)
def test_a_sentence_begins_with_a_capital_and_keeps_those_of_its_names(text: str, said: str) -> None:
    assert begun(text) == said


@pytest.mark.parametrize(("length", "kept"), [(40, 40), (41, 39)])
def test_an_error_repeats_forty_signs_of_what_was_typed(length: int, kept: int) -> None:
    assert repeated("9" * length) == "9" * kept + ("" if kept == length else "…")
