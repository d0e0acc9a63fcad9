"""What a policy prints of its guarantees: their clauses, the exclusions with their numbers, what remains to confirm."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from atmp_insure.guarantees.catalogue import GUARANTEES
from atmp_insure.guarantees.vocabulary import Cause
from atmp_insure.policies.changes import ChangeKind
from atmp_insure.underwriting.quote_texts import Clause

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.guarantees.product import GuaranteeTerms, ProductVersion
    from atmp_insure.policies.changes import Change
    from atmp_insure.policies.terms import PolicyTerms

_REWORDING = frozenset({ChangeKind.COVER, ChangeKind.PRODUCT_VERSION, ChangeKind.RESTATED})
_ARTICLE = re.compile(r"Article (\d+)\. [^.]+\.")
# parts of a product version that bind the client; loadings, authorities and validity concern the office alone
_OF_THE_POLICY = (
    "trigger", "recourse", "guarantees", "deductibles", "limits", "exclusions", "instalments", "minimum_premium"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wording:
    """What a policy says of its guarantees: clauses, then exclusions with their numbers."""

    clauses: tuple[Clause, ...]
    exclusions: tuple[tuple[str, str], ...]


def wording_of(product: ProductVersion, terms: PolicyTerms) -> Wording:
    """The clauses and the exclusions of a policy.

    Source: general conditions, articles 2 to 9.
    """
    return Wording(clauses_of(product, terms), exclusions_of(product))


def new_wording(made: Sequence[Change], product: ProductVersion, terms: PolicyTerms) -> Wording | None:
    """The wording that changes give a policy; None when they leave it as it was.

    Source: art. L.112-3 Code des assurances (what changes is brought to the knowledge of the insured).
    """
    return wording_of(product, terms) if any(one.kind in _REWORDING for one in made) else None


def clauses_of(product: ProductVersion, terms: PolicyTerms) -> tuple[Clause, ...]:
    """The clauses of what is insured, by article, each once; without diseases, those of accidents alone.

    Source: general conditions, articles 2 to 4 and 6 to 9.
    """
    texts: dict[str, None] = {}
    for one in GUARANTEES:
        sold = product.terms_of(one.code)
        if one.code in terms.guarantees and sold is not None:
            texts |= dict.fromkeys(one.wording(product, _insured(sold, terms)))
    return tuple(_clause(text) for text in sorted(texts, key=_article))


def _insured(sold: GuaranteeTerms, terms: PolicyTerms) -> GuaranteeTerms:
    return sold if terms.diseases else replace(sold, causes=sold.causes - {Cause.DISEASE})


def _article(text: str) -> tuple[bool, int]:
    found = _ARTICLE.match(text)
    return (False, int(found[1])) if found else (True, 0)


def _clause(text: str) -> Clause:
    found = _ARTICLE.match(text)
    return Clause(found[0], text[found.end() :].strip()) if found else Clause("", text)


def exclusions_of(product: ProductVersion) -> tuple[tuple[str, str], ...]:
    """What is not covered, each with the number of its clause.

    Source: general conditions, article 5.
    """
    return tuple((one.clause, one.text_fr.strip()) for one in product.exclusions)


def to_confirm(product: ProductVersion, terms: PolicyTerms) -> tuple[str, ...]:
    """What the insurer's own text has still to confirm of what binds the client, each once.

    Source: the product version, whose unsettled parts carry a warning.
    """
    parts = [product.citations[key].warning for key in _OF_THE_POLICY if key in product.citations]
    sold = [one.citation.warning for one in product.guarantees if one.code in terms.guarantees]
    return tuple(dict.fromkeys(text.strip() for text in (*parts, *sold) if text))
