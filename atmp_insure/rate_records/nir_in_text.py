"""Social security numbers (NIR) inside a text that nobody cut into values: found by their form, and hidden.

A SIRET is one digit longer and its key is right: it is left as it is.
"""

from __future__ import annotations

import re

from atmp_insure.kernel.identifiers import is_siret
from atmp_insure.rate_records.masking import masked_nir

# as files write it: at once, with what follows it in a claim number or a SIRET, or in groups; Corsica is 2A or 2B
_NIR = re.compile(
    r"(?<![0-9])(?:(?P<whole>[1-478][0-9]{4}[0-9AB][0-9AB][0-9]{6})(?P<more>[0-9]*)"
    r"|[1-478] [0-9]{2} [0-9]{2} [0-9][0-9AB] [0-9]{3} [0-9]{3}(?![0-9]))",
    re.ASCII,
)


def without_nir(text: str) -> str:
    """A text with the middle of every NIR hidden, as lists of claims show it."""
    return _NIR.sub(_veiled, text)


def _veiled(found: re.Match[str]) -> str:
    whole, more = found["whole"], found["more"] or ""
    if whole is None:
        return masked_nir(found[0])
    return found[0] if len(more) == 1 and is_siret(whole + more) else masked_nir(whole) + more
