"""Forms of the endorsements about sections: one comes in, leaves, moves, or declares other wages."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from wtforms import SelectField, StringField
from wtforms.validators import Length, Optional

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.identifiers import compact_siren, is_siren
from atmp_insure.policies.changes import ChangeWages, CloseSection, Leaving, MoveSection, OpenSection
from atmp_insure.policies.endorsement_forms import EndorsementForm
from atmp_insure.policies.endorsing import section_siret
from atmp_insure.policies.terms import InsuredSection, SectionOrigin
from atmp_insure.web.amount_field import EurosField
from atmp_insure.web.forms import choices, required
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from atmp_insure.policies.changes import Change
    from atmp_insure.policies.endorsement_forms import Start


class OpenSectionForm(EndorsementForm):
    """A section comes in."""

    siret = StringField(_l("SIRET de l'établissement"), [required(), Length(max=20)])
    number = StringField(_l("Numéro de section"), [required(), Length(max=3)], default="01")
    risk_code = StringField(_l("Code risque"), [required(), Length(max=10)], description=_l("Comme 28.1AD."))
    wages_eur = EurosField(_l("Masse salariale d'une année entière"), [required()])
    headcount = EurosField(_l("Effectif"), [required()])
    origin = SelectField(
        _l("Origine"), [required()],
        choices=choices((one.value, one.label) for one in (SectionOrigin.OPENED, SectionOrigin.BOUGHT)),
    )  # fmt: skip
    history_of = StringField(
        _l("SIRET dont elle reprend le compte employeur"), [Optional(), Length(max=200)],
        description=_l("Celui du cédant, pour une section acquise ; plusieurs sont séparés par des espaces."),
    )  # fmt: skip

    def changes(self, given: Start) -> tuple[Change, ...]:
        """The section that comes in."""
        return (OpenSection(InsuredSection(
            siret=section_siret(self.siret.data or "", given.siren, "siret"), section=(self.number.data or "").strip(),
            risk_code=(self.risk_code.data or "").strip(), wages_eur=Fraction(self.wages_eur.data or 0),
            headcount=Fraction(self.headcount.data or 0), first_day=self.first_day(),
            origin=next(one for one in SectionOrigin if one.value == self.origin.data),
            history_of=tuple((self.history_of.data or "").split()),
        )),)  # fmt: skip


class _OfSection(EndorsementForm):
    """An endorsement about a section that is insured."""

    section = SelectField(_l("Section"), [required()])

    def offer(self, given: Start) -> None:
        """The sections there are."""
        self.section.choices = choices((one.key, f"{one.siret} / {one.section}") for one in given.terms.sections)

    def chosen(self) -> tuple[str, str]:
        """SIRET and number of the chosen section."""
        siret, _sign, number = (self.section.data or "").partition("/")
        return siret, number


class CloseSectionForm(_OfSection):
    """A section leaves."""

    leaving = SelectField(_l("Pourquoi"), [required()], choices=choices((one.value, one.label) for one in Leaving))
    buyer_siren = StringField(_l("SIREN de l'acquéreur"), [Optional(), Length(max=20)])

    def changes(self, given: Start) -> tuple[Change, ...]:
        """The section that leaves."""
        buyer = compact_siren(self.buyer_siren.data or "") or None
        if buyer is not None and not is_siren(buyer):
            raise InvalidInput.one(f"« {buyer} » n'est pas un SIREN", "Donner ses neuf chiffres", place="buyer_siren")
        leaving = next(one for one in Leaving if one.value == self.leaving.data)
        return (CloseSection(*self.chosen(), leaving, buyer),)


class MoveSectionForm(_OfSection):
    """An establishment moves to another SIRET with its history."""

    to_siret = StringField(_l("Nouveau SIRET"), [required(), Length(max=20)])

    def changes(self, given: Start) -> tuple[Change, ...]:
        """The move."""
        return (MoveSection(*self.chosen(), section_siret(self.to_siret.data or "", given.siren, "to_siret")),)


class WagesForm(_OfSection):
    """Yearly wages declared anew."""

    wages_eur = EurosField(_l("Masse salariale d'une année entière"), [required()])

    def changes(self, given: Start) -> tuple[Change, ...]:
        """The wages."""
        return (ChangeWages(*self.chosen(), Fraction(self.wages_eur.data or 0)),)
