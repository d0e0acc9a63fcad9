"""The form of demands and needs: what must be answered, what is no answer, and what the answers declare."""

from __future__ import annotations

from fractions import Fraction

import pytest

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.underwriting.decision import Declared
from atmp_insure.underwriting.needs import LONGEST_ANSWER, QUESTIONS, SCHEMES, checked_answers, declared_needs

ANSWERS = {
    "need": "Ne pas voir sa cotisation doubler après un accident.", "scheme": "general", "temporary_workers": "12.5",
    "injunction": "no", "additional_contribution": "no", "unlisted_events": "no",
}  # fmt: skip
REQUIRED = tuple(one.code for one in QUESTIONS if one.is_required)


def refused(**changed: str) -> list[str]:
    """Codes of the questions that are wrong, in the order of the form."""
    with pytest.raises(InvalidInput) as found:
        checked_answers(ANSWERS | changed)
    assert all(fault.message and fault.remedy for fault in found.value.faults)
    return [fault.place for fault in found.value.faults]


def test_a_form_that_answers_what_must_be_is_kept_as_it_was_written() -> None:
    assert checked_answers(ANSWERS) == ANSWERS
    assert set(ANSWERS) == set(REQUIRED)


@pytest.mark.parametrize("code", REQUIRED)
@pytest.mark.parametrize("nothing", ["", "   ", "\n\t "])
def test_a_required_question_is_never_left_without_an_answer(code: str, nothing: str) -> None:
    assert refused(**{code: nothing}) == [code]


def test_every_question_without_its_answer_is_told_at_once() -> None:
    with pytest.raises(InvalidInput) as found:
        checked_answers({})
    assert [fault.place for fault in found.value.faults] == list(REQUIRED)


def test_an_optional_question_may_be_left_out_and_is_then_not_kept() -> None:
    assert "retained_eur" not in checked_answers(ANSWERS | {"retained_eur": " ", "existing_insurer": ""})
    assert checked_answers(ANSWERS | {"retained_eur": "20000"})["retained_eur"] == "20000"


@pytest.mark.parametrize(
    ("text", "is_taken"),
    [
        ("0", True), ("0.5", True), ("1000000", True), ("1000000.01", False), ("1000000000000", False), ("-1", False),
        ("-0.01", False), ("12,5", False), ("1e6", False), ("1 000", False), ("douze", False), ("٣", False),
        ("9" * 41, False), ("NaN", False), ("inf", False), ("0x10", False), ("--1", False),
    ],
)  # fmt: skip
def test_temporary_workers_are_a_plain_number_up_to_a_million(text: str, is_taken: bool) -> None:
    if is_taken:
        assert declared_needs(checked_answers(ANSWERS | {"temporary_workers": text})).temporary_workers == Fraction(
            text
        )
    else:
        assert refused(temporary_workers=text) == ["temporary_workers"]


@pytest.mark.parametrize("text", ["-1", "-0.01", "beaucoup"])
def test_what_the_company_can_bear_is_no_negative_amount(text: str) -> None:
    assert refused(retained_eur=text) == ["retained_eur"]


def test_a_number_with_a_comma_is_told_how_to_be_written() -> None:
    with pytest.raises(InvalidInput, match=r"12\.5"):
        checked_answers(ANSWERS | {"temporary_workers": "12,5"})


@pytest.mark.parametrize("code", ["injunction", "additional_contribution", "unlisted_events"])
@pytest.mark.parametrize("text", ["oui", "YES", "true", "1", "yes\x00"])
def test_yes_and_no_are_the_only_answers_to_a_closed_question(code: str, text: str) -> None:
    assert refused(**{code: text}) == [code]


@pytest.mark.parametrize("text", ["régime général", "GENERAL", "msa", "general "])
def test_a_scheme_is_one_of_the_list(text: str) -> None:
    if text.strip() in SCHEMES:
        assert checked_answers(ANSWERS | {"scheme": text})["scheme"] == "general"
    else:
        assert refused(scheme=text) == ["scheme"]


@pytest.mark.parametrize(("length", "is_taken"), [(LONGEST_ANSWER, True), (LONGEST_ANSWER + 1, False), (10**6, False)])
def test_a_text_is_no_longer_than_four_thousand_signs(length: int, is_taken: bool) -> None:
    if is_taken:
        assert len(checked_answers(ANSWERS | {"need": "é" * length})["need"]) == length
    else:
        assert refused(need="é" * length) == ["need"]


def test_a_hostile_answer_is_told_on_a_line_that_stays_short_and_plain() -> None:
    for hostile in ("\x1b[31m" + "9" * 3_000, "<script>alert(1)</script>", "1" * LONGEST_ANSWER):
        with pytest.raises(InvalidInput) as found:
            checked_answers(ANSWERS | {"temporary_workers": hostile})
        [line] = str(found.value).splitlines()
        assert len(line) < 400
        assert "\x1b" not in line


@pytest.mark.parametrize("code", ["injunction", "scheme"])
def test_a_long_answer_to_a_closed_question_is_not_repeated_whole(code: str) -> None:
    with pytest.raises(InvalidInput) as found:
        checked_answers(ANSWERS | {code: "x" * LONGEST_ANSWER})
    assert len(str(found.value)) < 400


def test_questions_that_the_form_does_not_ask_are_not_kept() -> None:
    assert checked_answers(ANSWERS | {"is_admin": "yes"}) == ANSWERS


def test_answers_declare_what_no_paper_tells() -> None:
    given = ANSWERS | {"scheme": "agricultural", "injunction": "yes", "unlisted_events": "yes"}
    found = declared_needs(checked_answers(given))
    assert found.declared == Declared(scheme="agricultural", injunction=True, unlisted_events=True)
    assert found.temporary_workers == Fraction("12.5")


def test_no_form_declares_nothing() -> None:
    found = declared_needs({})
    assert found.declared == Declared()
    assert found.temporary_workers == 0


def test_each_question_says_why_it_is_asked_and_has_a_code_of_its_own() -> None:
    assert len({one.code for one in QUESTIONS}) == len(QUESTIONS)
    assert all(one.text_fr.endswith("?") and one.why_fr.endswith(".") for one in QUESTIONS)
