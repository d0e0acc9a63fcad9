"""Texts put together from parts: French as they stand, and said part by part in another language."""

from __future__ import annotations

from fractions import Fraction

from atmp_insure.formatting import euros
from atmp_insure.kernel.labelled import Label
from atmp_insure.kernel.phrases import Figure, Listed, Phrase

ENGLISH = {"franchise de %(amount)s": "deductible of %(amount)s", "accident": "work accident", "décès": "death"}


def english(said: Label) -> str:
    return said.said(lambda text: ENGLISH.get(text, text), "en")


def deductible() -> Phrase:
    return Phrase("franchise de %(amount)s", amount=Figure(lambda language: euros(Fraction(5000), 0, language)))


def test_whoever_does_not_ask_reads_french() -> None:
    assert deductible() == "franchise de 5\u202f000\u00a0€"
    assert f"{Listed((Label('accident'), Label('décès')))}." == "accident, décès."


def test_each_part_is_said_in_the_language_of_the_reader() -> None:
    assert english(deductible()) == "deductible of €5,000"
    assert english(Listed((Label("accident"), deductible()), " ; ")) == "work accident ; deductible of €5,000"


def test_what_has_no_english_and_what_is_no_name_stay_as_they_are() -> None:
    assert english(Phrase("suicide : %(count)s", count=2)) == "suicide : 2"
    assert english(Listed(("2027-1", Label("décès")))) == "2027-1, death"
    assert english(Label("")) == ""
