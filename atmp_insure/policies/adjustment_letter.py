"""The letter of an adjustment: wages by section, premium by line, tax, and what is to be paid or given back."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.formatting import grouped_identifier, number
from atmp_insure.kernel.french import french_euros
from atmp_insure.policies.adjusting import adjusted_lines
from atmp_insure.policies.paper_days import period_fr
from atmp_insure.policies.paper_values import AdjustmentLetter, Situation, references_of
from atmp_insure.policies.premium_lines import short_name
from atmp_insure.policies.terms import MINIMUM_LINE
from atmp_insure.policies.transactions import Adjustment, total_eur
from atmp_insure.underwriting.quote_tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from atmp_insure.policies.adjusting import AdjustedLine, YearInsured
    from atmp_insure.policies.paper_frame import Frame
    from atmp_insure.policies.transactions import Charge, Transaction

_ZERO = Fraction(0)
_SUMMED = ("provisional_eur", "final_eur", "difference_eur", "tax_eur", "total_eur")


def adjustment_letter(
    frame: Frame, found: Situation, transaction: Transaction, insured: YearInsured, former: Iterable[Charge]
) -> AdjustmentLetter:
    """The letter of an adjustment.

    Args:
        former: all that was charged for the policy before it.

    Source: special conditions (régularisation, minimum premium); art. 991 CGI (tax on the difference).
    """
    content, charges = transaction.entry.content, transaction.entry.charges
    assert isinstance(content, Adjustment)
    year = content.year
    days = period_fr(year.first_day, year.last_day)
    lines = adjusted_lines(former, charges, year)
    return AdjustmentLetter(
        frame=frame,
        references=references_of(frame, found, ("Année", days)),
        subject=f"Régularisation de la prime de votre contrat {frame.reference}",
        opening_fr=(
            f"La prime de l'année d'assurance {days} avait été appelée sur une masse salariale provisionnelle. Voici "
            "cette prime sur la masse salariale payée pour les jours garantis, section par section, puis ligne par "
            "ligne."
        ),
        sections=_sections_table(insured, content.wages_eur),
        lines=_lines_table(lines),
        paragraphs=(_minimum(lines, insured, found), _settled(total_eur(charges)), _ASK),
    )


_ASK = (
    "Si cette masse salariale n'est pas exacte, dites-le-nous avec les justificatifs : la prime sera régularisée de "
    "nouveau, de la seule différence."
)


def _sections_table(insured: YearInsured, wages_eur: Mapping[str, Fraction]) -> Table:
    rows = tuple(
        (
            grouped_identifier(one.siret), one.section, number(one.days), number(one.provisional_eur, 2),
            number(wages_eur.get(one.key, _ZERO), 2),
        )
        for one in insured.sections
    )  # fmt: skip
    headings = ("Établissement (SIRET)", "Section", "Jours garantis", "Masse salariale provisionnelle (€)",
                "Masse salariale payée (€)")  # fmt: skip
    total = ("Ensemble", "", "", number(sum((one.provisional_eur for one in insured.sections), _ZERO), 2),
             number(sum(wages_eur.values(), _ZERO), 2))  # fmt: skip
    return Table("Masse salariale", headings, rows, (2, 3, 4), total if len(rows) > 1 else ())


def _lines_table(lines: Sequence[AdjustedLine]) -> Table:
    rows = tuple((short_name(one.code), *(number(getattr(one, name), 2) for name in _SUMMED)) for one in lines)
    headings = ("", "Prime nette déjà comptée (€)", "Prime nette définitive (€)", "Différence (€)", "Taxe (€)",
                "Différence, taxe comprise (€)")  # fmt: skip
    total = ("Total", *(number(sum((getattr(one, name) for one in lines), _ZERO), 2) for name in _SUMMED))
    return Table("Prime", headings, rows, (1, 2, 3, 4, 5), total)


def _minimum(lines: Sequence[AdjustedLine], insured: YearInsured, found: Situation) -> str:
    """What bounds the premium from below, and what of it is not adjusted."""
    amount = french_euros(insured.minimum_eur)
    said = f"La prime nette n'est jamais inférieure à la prime minimale des jours garantis, {amount} hors taxe"
    if any(one.code == MINIMUM_LINE and one.final_eur > 0 for one in lines):
        said += " : elle y est portée"
    kept = " La majoration de fractionnement reste celle qui a été appelée." if found.state.terms.surcharge else ""
    return f"{said}.{kept}"


def _settled(owed_eur: Fraction) -> str:
    """What is to be paid, or given back."""
    if owed_eur > 0:
        return (
            f"Un complément de prime de {french_euros(owed_eur)}, taxe comprise, est à payer. L'appel de prime vous "
            "parviendra séparément."
        )
    if owed_eur < 0:
        return (
            f"Une ristourne de prime de {french_euros(-owed_eur)}, taxe comprise, vous est rendue, sous déduction de "
            "ce qui resterait dû."
        )
    return "La prime reste la même : rien n'est à payer ni à rendre."
