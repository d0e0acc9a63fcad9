"""The form of an adjustment: what was paid in each section of a policy year, with what payroll knows of it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

from atmp_insure.formatting import grouped_identifier
from atmp_insure.policies.forms import ActForm
from atmp_insure.web.amount_field import EurosField
from atmp_insure.web.forms import required
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from atmp_insure.policies.adjusting import SectionYear, YearInsured


class AdjustForm(ActForm):
    """The wages paid, a field by section, which bears the key of its section as its name."""

    @classmethod
    def made(cls, insured: YearInsured, known: Mapping[str, Fraction]) -> AdjustForm:
        """The form of a year, with the wages that are known."""
        asked: dict[str, Any] = {one.key: _field(one, insured, known) for one in insured.sections}
        form = cast("AdjustForm", type(cls.__name__, (cls,), asked)())
        if not form.is_submitted():
            for key, amount in known.items():
                form[key].data = Decimal(amount.numerator) / amount.denominator
        return form

    def wages(self) -> dict[str, Fraction]:
        """What was paid, by section."""
        return {
            field.name: Fraction(field.data)
            for field in self
            if isinstance(field, EurosField) and field.data is not None
        }


def _field(one: SectionYear, insured: YearInsured, known: Mapping[str, Fraction]) -> EurosField:
    label = _("Masse salariale payée : section %(section)s", section=f"{grouped_identifier(one.siret)} / {one.section}")
    return EurosField(label, [required()], description=_about(one, insured, known))


def _about(one: SectionYear, insured: YearInsured, known: Mapping[str, Fraction]) -> str:
    """Where the proposed wages come from, or why none are proposed."""
    if one.key in known:
        year = insured.year.first_day.year
        return _("Masse salariale retenue pour %(year)s : la corriger si elle a changé.", year=year)
    if not insured.is_calendar_year:
        return _("L'année d'assurance n'est pas une année civile : donner la masse salariale des seuls jours garantis.")
    if one.days != insured.days:
        return _("Section garantie une partie de l'année : donner la masse salariale des seuls jours garantis.")
    return _("Aucune masse salariale connue pour cette année : la demander au client ; zéro si rien n'a été payé.")
