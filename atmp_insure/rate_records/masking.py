"""Hiding the social security number (NIR) of victims: enough is left to tell two claims apart, not to know a person."""

from __future__ import annotations

NIR_LENGTH = 13  # without its key
_FIRST_SHOWN = 5  # sex, year, month
_LAST_SHOWN = 2


def masked_nir(text: str) -> str:
    """A NIR, with or without its key, all but its first five and last two characters hidden."""
    return _masked(text, sum(character.isalnum() for character in text))


def masked_claim_number(text: str) -> str:
    """A claim number (NNS): the NIR it begins with is hidden; one too short to hold a NIR is left as it is."""
    length = sum(character.isalnum() for character in text)
    return _masked(text, NIR_LENGTH) if length >= NIR_LENGTH else text


def _masked(text: str, length: int) -> str:
    """The first `length` letters or digits hidden in their middle; separators stay where they are."""
    shown, position = [], 0
    for character in text:
        if not character.isalnum():
            shown.append(character)
            continue
        hidden = _FIRST_SHOWN <= position < length - _LAST_SHOWN
        shown.append("*" if hidden else character)
        position += 1
    return "".join(shown)
