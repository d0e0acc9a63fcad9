"""What a policy insures, in the tables of its papers: sections, guarantees, deductible and limits."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.formatting import grouped_identifier, number, short_day
from atmp_insure.guarantees.written import amount_text, deductible_text
from atmp_insure.kernel.french import begun, french_number
from atmp_insure.policies.premium_lines import LINE_NAMES
from atmp_insure.underwriting.quote_tables import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.guarantees.product import Limits, ProductVersion
    from atmp_insure.policies.terms import InsuredSection, PolicyTerms

_ZERO = Fraction(0)
_NUMBERS = (4, 5)  # columns
LIMITS = (
    ("section_year_eur", "Plafond par section et par année de tarification"),
    ("year_eur", "Plafond par année de tarification, toutes sections"),
    ("policy_eur", "Plafond pour l'année d'assurance"),
)


def cover_table(terms: PolicyTerms, product: ProductVersion) -> Table:
    """What is covered, up to what.

    Source: special conditions.
    """
    rows = [
        (LINE_NAMES[one.code], "Garanti" if one.code in terms.guarantees else "Non garanti")
        for one in product.guarantees
    ]
    rows.append(("Maladies professionnelles", "Garanties" if terms.diseases else "Non garanties"))
    rows.append(("Franchise, par section et par année de tarification", begun(deductible_text(terms.deductible))))
    rows += [(label, begun(limit_text(terms.limits, name))) for name, label in LIMITS]
    return Table("", ("", "Votre contrat"), tuple(rows))


def limit_text(limits: Limits, name: str) -> str:
    """A limit: `1 000 000 €`, `sans plafond`.

    Source: special conditions.
    """
    found: Fraction | None = getattr(limits, name)
    return "sans plafond" if found is None else amount_text(found)


def sections_table(sections: Sequence[InsuredSection]) -> Table:
    """What is insured, section by section.

    Source: special conditions.
    """
    rows = tuple(
        (
            grouped_identifier(one.siret), one.section, one.risk_code, short_day(one.first_day),
            french_number(one.headcount, 2), number(one.wages_eur, 2),
        )
        for one in sections
    )  # fmt: skip
    headings = ("Établissement (SIRET)", "Section", "Code risque", "Assurée depuis le", "Effectif",
                "Masse salariale annuelle (€)")  # fmt: skip
    total = ("Ensemble", "", "", "", french_number(sum((one.headcount for one in sections), _ZERO), 2),
             number(sum((one.wages_eur for one in sections), _ZERO), 2))  # fmt: skip
    return Table("", headings, rows, _NUMBERS, total if len(rows) > 1 else ())


def section_name(siret: str, section: str) -> str:
    """A section in a sentence: `123 456 789 00012, n° 01`.

    Source: none; an identifier.
    """
    return f"{grouped_identifier(siret)}, n° {section}"
