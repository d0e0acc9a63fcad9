"""Reading numbers exactly: of a program, with a decimal point and nothing else; of a person, as people type them.

What a paper prints is read by `rate_records.notation`, which knows the habits of those who print.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from atmp_insure.kernel.french import repeated

_PLAIN = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?", re.ASCII)
_TYPED = re.compile(r"-?[0-9]{1,12}(?:[.,][0-9]{1,12})?", re.ASCII)  # beyond, a slip of the keyboard
_SPACES = dict.fromkeys(map(ord, " \u00a0\u202f\t"), None)
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


def typed_number(text: str, unit: str = "") -> Decimal:
    """The exact value of what a person types: `1 234,50`, `12.5`, `-3`; its decimals are kept.

    Args:
        unit: what may follow the number, `€` or `%`; another one is refused, since `12 %` is no amount.

    Raises:
        NotANumber: two decimal marks, a sign alone, letters, or more than twelve digits on either side of the mark.
    """
    plain = text.translate(_SPACES).removesuffix(unit)
    if _TYPED.fullmatch(plain) is None:
        raise NotANumber(repeated(text.strip()), "Écrire par exemple 1 234,50")
    return Decimal(plain.replace(",", "."))
