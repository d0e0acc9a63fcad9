"""What the office knows of what a book of policies names: products, insurers, brokers, mandates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.french import search_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from atmp_insure.guarantees.product import Catalogue, GuaranteeTerms, ProductVersion
    from atmp_insure.policies.book_rows import StateRow
    from atmp_insure.policies.former_lines import FormerEnd
    from atmp_insure.policies.grounds import Grounds
    from atmp_insure.policies.terms import InsurerShare
    from atmp_insure.regulation.values import Citation


@dataclass(frozen=True, slots=True)
class KnownVersion:
    """A signed version of an insurer's agreement."""

    version_id: int
    first_day: date
    shares: tuple[InsurerShare, ...]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What is installed of the rules of policies: products with their tax, and the grounds on which they end."""

    catalogue: Catalogue
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class Office:
    """What the office knows of what a book names.

    Attributes:
        agreements: signed versions by reference of the agreement, oldest first.
        brokers: by ORIAS number and by name, as searches write it.
        mandates: by unique mandate reference (RUM), those that are recorded.
        source: the book, cited where one of its values takes the place of one of the law.
    """

    rules: Rulebook
    agreements: Mapping[str, Sequence[KnownVersion]]
    brokers: Mapping[str, int]
    mandates: Mapping[str, int]
    source: Citation


def named_product(said: StateRow, office: Office) -> ProductVersion:
    """The product version that a state names.

    Raises:
        InvalidInput: it is not installed.

    Source: none; a look-up.
    """
    found = office.rules.catalogue.version(said.product, said.product_version)
    if found is None:
        known = ", ".join(f"{one.product} {one.version}" for one in office.rules.catalogue.versions)
        raise InvalidInput.one(
            f"la version {said.product_version} du produit {said.product} n'est pas installée",
            f"L'installer, ou écrire l'une de : {known}",
        )
    return found


def sold_guarantees(said: StateRow, product: ProductVersion) -> tuple[GuaranteeTerms, ...]:
    """The guarantees of a state, as its product version sells them, in the order of the catalogue.

    Raises:
        InvalidInput: the version does not sell one of them.

    Source: product version.
    """
    sold = tuple(one for one in product.guarantees if one.code in said.guarantees)
    strangers = said.guarantees - {one.code for one in sold}
    if strangers:
        raise InvalidInput.one(
            f"la version {product.version} ne vend pas {', '.join(sorted(strangers))}",
            "Corriger les garanties, ou la version du produit",
        )
    return sold


def named_version(said: StateRow, on: date, office: Office) -> KnownVersion:
    """The version of the agreement on a day; before the first one, the first: what was called then is settled.

    Raises:
        InvalidInput: no such agreement is signed.

    Source: a choice of this product (`docs/take-over.md`).
    """
    versions = office.agreements.get(said.agreement, ())
    if not versions:
        raise InvalidInput.one(
            f"la convention « {said.agreement} » n'est pas connue, ou n'est pas signée avec ses parts",
            "L'enregistrer et la signer, ou corriger sa référence",
        )
    begun = [one for one in versions if one.first_day <= on]
    return begun[-1] if begun else versions[0]


def named_broker(said: StateRow, office: Office) -> int | None:
    """The broker that a state names; None: the office itself.

    Raises:
        InvalidInput: no broker is known by this name or number.

    Source: none; a look-up.
    """
    if not said.broker:
        return None
    found = office.brokers.get(search_text(said.broker))
    if found is None:
        raise InvalidInput.one(
            f"le courtier « {said.broker} » n'est pas connu", "L'enregistrer, ou corriger son nom ou son numéro Orias"
        )
    return found


def named_ground(said: FormerEnd, office: Office) -> str:
    """The code of the ground that an end names, by its code or as pages name it.

    Raises:
        InvalidInput: no such ground; the fault lists those there are.

    Source: `config/policies/termination_grounds.yaml`.
    """
    grounds = office.rules.grounds
    labels = grounds.labels()
    wanted = search_text(said.ground)
    found = next(
        (code for code, label in labels.items() if wanted in (search_text(code), search_text(str(label)))), None
    )
    if found is None:
        known = ", ".join(f"{code} ({label})" for code, label in labels.items())
        raise InvalidInput.one(
            f"le motif de résiliation « {said.ground} » n'est pas connu", f"Écrire l'un de : {known}"
        )
    return found
