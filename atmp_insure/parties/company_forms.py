"""Forms of companies, establishments, sections, and of who sees a company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import Length, Optional

from atmp_insure.parties.models import SubSector, Territory
from atmp_insure.parties.service import Classification, CompanyFacts, EstablishmentFacts
from atmp_insure.parties.shown import SUB_SECTORS
from atmp_insure.regulation.vocabulary import NATIONAL_COMMITTEES
from atmp_insure.web.forms import Form, choices, required
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from atmp_insure.access.models import Organisation
    from atmp_insure.parties.models import Company, Establishment, SectionTerms

LONGEST_NAME = 200


def chosen_day(field: DateField) -> date:
    """The day of a required field that was validated."""
    assert field.data is not None, "the form requires this day"
    return field.data


class CompanyFactsForm(Form):
    """What is known of a company beside its SIREN."""

    name = StringField(_l("Dénomination sociale"), [required(), Length(max=LONGEST_NAME)])
    naf_code = StringField(_l("Code NAF"), [Optional()], description=_l("Par exemple 4120A."))
    activity = StringField(_l("Activité"), [Optional(), Length(max=LONGEST_NAME)])

    @classmethod
    def of(cls, company: Company) -> Self:
        """The form, filled with what is known."""
        return cls(data={"name": company.name, "naf_code": company.naf_code, "activity": company.activity})

    def facts(self) -> CompanyFacts:
        """What the form says."""
        return CompanyFacts(self.name.data or "", self.naf_code.data or "", self.activity.data or "")


class CompanyForm(CompanyFactsForm):
    """A company to add."""

    siren = StringField(_l("SIREN"), [required()], description=_l("Neuf chiffres, avec ou sans espaces."))


class EstablishmentFactsForm(Form):
    """What is known of an establishment beside its SIRET."""

    name = StringField(
        _l("Nom d'usage"), [required(), Length(max=LONGEST_NAME)], description=_l("Par exemple « Agence de Lyon ».")
    )
    address = StringField(_l("Adresse"), [Optional(), Length(max=LONGEST_NAME)])
    postcode = StringField(_l("Code postal"), [Optional()])
    town = StringField(_l("Commune"), [Optional(), Length(max=LONGEST_NAME)])
    naf_code = StringField(_l("Code NAF"), [Optional()])
    is_head_office = BooleanField(_l("C'est le siège de l'entreprise"))
    opened_on = DateField(_l("Premier jour d'activité"), [Optional()])
    closed_on = DateField(
        _l("Dernier jour d'activité"), [Optional()], description=_l("Vide tant que l'établissement est ouvert.")
    )

    @classmethod
    def of(cls, establishment: Establishment) -> Self:
        """The form, filled with what is known."""
        names = ("name", "address", "postcode", "town", "naf_code", "is_head_office", "opened_on", "closed_on")
        return cls(data={name: getattr(establishment, name) for name in names})

    def facts(self) -> EstablishmentFacts:
        """What the form says."""
        return EstablishmentFacts(
            name=self.name.data or "",
            address=self.address.data or "",
            postcode=self.postcode.data or "",
            town=self.town.data or "",
            naf_code=self.naf_code.data or "",
            is_head_office=bool(self.is_head_office.data),
            opened_on=self.opened_on.data,
            closed_on=self.closed_on.data,
        )


class EstablishmentForm(EstablishmentFactsForm):
    """An establishment to add."""

    siret = StringField(_l("SIRET"), [required()], description=_l("Quatorze chiffres, avec ou sans espaces."))


class SectionForm(Form):
    """A section to add."""

    number = StringField(
        _l("Numéro"), [required(), Length(max=10)], description=_l("Comme sur la feuille de calcul : 01.")
    )
    label = StringField(_l("Ce qu'on y fait"), [Optional(), Length(max=LONGEST_NAME)])


class ClassificationForm(Form):
    """How a section is classified from a day on."""

    first_day = DateField(_l("À compter du"), [required()])
    ctn = SelectField(
        _l("Comité technique national (CTN)"), [required()],
        choices=choices([("", "–"), *((letter, letter) for letter in NATIONAL_COMMITTEES)]),
    )  # fmt: skip
    risk_code = StringField(
        _l("Code risque"), [Optional()],
        description=_l("Par exemple 45.2BA, comme sur la notification ; vide tant qu'aucun papier ne le donne."),
    )  # fmt: skip
    territory = SelectField(
        _l("Territoire"), [required()], choices=choices((one.value, one.label) for one in Territory)
    )
    sub_sector = SelectField(
        _l("Sous-secteur du BTP"), [Optional()], description=_l("Pour le CTN B seulement."),
        choices=choices([("", "–"), *((one.value, label) for one, label in SUB_SECTORS.items())]),
    )  # fmt: skip
    has_single_rate = BooleanField(_l("Prend part au taux unique de l'entreprise"))
    is_support = BooleanField(_l("Taux des fonctions supports de nature administrative (« bureau »)"))
    source = StringField(
        _l("Source"), [required(), Length(max=LONGEST_NAME)], description=_l("Par exemple « feuille de calcul 2026 ».")
    )

    @classmethod
    def of(cls, terms: SectionTerms | None) -> Self:
        """The form, filled with the terms in force; the day and the source are new each time."""
        if terms is None:
            return cls()
        return cls(
            data={
                "ctn": terms.ctn,
                "risk_code": terms.risk_code,
                "territory": terms.territory.value,
                "sub_sector": terms.sub_sector.value if terms.sub_sector is not None else "",
                "has_single_rate": terms.has_single_rate,
                "is_support": terms.is_support,
            }
        )

    def classification(self) -> Classification:
        """What the form says."""
        return Classification(
            first_day=chosen_day(self.first_day),
            ctn=self.ctn.data or "",
            territory=next(one for one in Territory if one.value == self.territory.data),
            source=self.source.data or "",
            risk_code=self.risk_code.data or "",
            sub_sector=SubSector(self.sub_sector.data) if self.sub_sector.data else None,
            has_single_rate=bool(self.has_single_rate.data),
            is_support=bool(self.is_support.data),
        )


class _AmongOrganisations(Form):
    """A form that offers organisations."""

    organisation_id = SelectField(_l("Organisation"), [required()])

    @classmethod
    def among(cls, organisations: Iterable[Organisation]) -> Self:
        """The form, offering organisations."""
        form = cls()
        form.organisation_id.choices = choices([("", "–"), *((str(one.id), one.name) for one in organisations)])
        return form

    def organisation_number(self) -> int:
        """The organisation chosen."""
        return int(self.organisation_id.data)


class FollowForm(_AmongOrganisations):
    """An organisation whose people will see a company."""


class JoinGroupForm(_AmongOrganisations):
    """A group that a company belongs to, from a day."""

    first_day = DateField(_l("Depuis le"), [required()])


class LeaveGroupForm(Form):
    """Until which day a company belonged to a group."""

    last_day = DateField(_l("Dernier jour"), [required()])
