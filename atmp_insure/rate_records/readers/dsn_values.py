"""Values of rubriques: texts, amounts and rates, exact; a value out of its type says how it is written."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

_AMOUNT = re.compile(rb"-?[0-9]{1,15}(?:\.[0-9]{1,4})?")


class BadRubrique(ValueError):
    """A value that its rubrique does not admit; `remedy` says how it is written."""

    def __init__(self, message: str, remedy: str) -> None:
        self.remedy = remedy
        super().__init__(message)


def text(value: bytes) -> str:
    """A value as text: UTF-8 when it can be, else the Latin-1 of the norm (Windows-1252 for what it adds)."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return value.decode(encoding)
        except UnicodeDecodeError:
            continue
    return value.decode("latin-1")


def cents(value: bytes) -> int:
    """An amount in cents: the norm writes two decimals after a point."""
    if value[-3:-2] == b"." and value.count(b".") == 1:
        digits = value[:-3] + value[-2:]
        if digits.isdigit() or (digits[:1] == b"-" and digits[1:].isdigit()):
            return int(digits)
    if not _AMOUNT.fullmatch(value):
        raise BadRubrique(f"montant « {text(value)} »", "Un montant s'écrit 1234.56, sans espace ni virgule")
    amount = Fraction(value.decode()) * 100
    if amount.denominator != 1:
        raise BadRubrique(f"montant « {text(value)} »", "Un montant a deux décimales")
    return amount.numerator


@lru_cache(maxsize=1000)
def rate(value: bytes) -> Fraction:
    """A rate in percent."""
    if not _AMOUNT.fullmatch(value) or value.startswith(b"-"):
        raise BadRubrique(f"taux « {text(value)} »", "Un taux s'écrit 3.42")
    return Fraction(value.decode())


@lru_cache(maxsize=1000)
def working_share(working_time: bytes, full_time: bytes) -> Fraction:
    """The part of a full time that a contract is: `121.67` of `151.67`; a full time when one is not said."""
    if not (_AMOUNT.fullmatch(working_time) and _AMOUNT.fullmatch(full_time)):
        return Fraction(1)
    worked, full = Fraction(working_time.decode()), Fraction(full_time.decode())
    return min(worked / full, Fraction(1)) if worked > 0 and full > 0 else Fraction(1)
