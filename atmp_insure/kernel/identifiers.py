"""Identifiers of companies and accounts, checked by python-stdnum (La Poste's exception to the SIRET key included)."""

from __future__ import annotations

from stdnum import bic, iban
from stdnum.fr import siren, siret

from atmp_insure.kernel.errors import Fault


def is_siret(text: str) -> bool:
    """Whether the text, spaces and points left aside, is a SIRET with a right key."""
    return bool(siret.is_valid(text))


def compact_siret(text: str) -> str:
    """The fourteen digits of a SIRET, without separators."""
    return str(siret.compact(text)).replace("\u00a0", "").replace("\u202f", "")


def is_siren(text: str) -> bool:
    """Whether the text is a SIREN with a right key."""
    return bool(siren.is_valid(text))


def compact_siren(text: str) -> str:
    """The nine digits of a SIREN, without separators."""
    return str(siren.compact(text)).replace("\u00a0", "").replace("\u202f", "")


def is_iban(text: str) -> bool:
    """Whether the text is an IBAN with a right key, of the length that its country uses."""
    return bool(iban.is_valid(text))


def compact_iban(text: str) -> str:
    """An IBAN in capitals, without separators."""
    return str(iban.compact(text)).replace("\u00a0", "").replace("\u202f", "")


def is_bic(text: str) -> bool:
    """Whether the text has the form of a BIC."""
    return bool(bic.is_valid(text))


def mail_address_faults(text: str, place: str) -> list[Fault]:
    """What keeps a mail from going to an address as it was typed: one fault, or none.

    Args:
        place: the field that holds it.
    """
    address = text.strip()
    if not address:
        return [Fault("adresse électronique absente", "La donner", place)]
    name, _, host = address.partition("@")
    is_plain = address.isprintable() and not any(character.isspace() for character in address)
    if is_plain and name and "." in host.strip(".") and "@" not in host:
        return []
    return [Fault(f"adresse « {address} » incomplète", "Écrire l'adresse électronique entière", place)]
