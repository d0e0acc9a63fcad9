"""Reading numbers exactly from text: decimal point, no exponent, no separator. What is refused says why."""

from __future__ import annotations

import re
from fractions import Fraction

from atmp_insure.kernel.french import repeated

_PLAIN = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?", re.ASCII)
_LOOKS_FRENCH = re.compile(r"-?[0-9 \u00a0\u202f]+,[0-9]+", re.ASCII)


class NotANumber(ValueError):
    """The text is not a plain decimal number; `remedy` says how to write it."""

    def __init__(self, text: str, remedy: str) -> None:
        self.text, self.remedy = text, remedy
        super().__init__(f"« {text} » n'est pas un nombre décimal simple")


def exact_number(text: str) -> Fraction:
    """The exact value of `1400000`, `-3.2`, `0.0215`.

    Raises:
        NotANumber: a comma, an exponent, a space, a sign in front, or no number at all.
    """
    if _PLAIN.fullmatch(text):
        return Fraction(text)
    shown = repeated(text)
    if _LOOKS_FRENCH.fullmatch(text):
        plain = re.sub(r"\s", "", text).replace(",", ".")
        raise NotANumber(shown, f'Écrire le point décimal : "{plain}"')
    raise NotANumber(
        shown, 'Écrire des chiffres avec un point décimal, sans espace ni exposant, par exemple "1400000" ou "2.80"'
    )
