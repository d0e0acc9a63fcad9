"""Forms of partners, doctors, contacts and bank accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from wtforms import DateField, SelectField, SelectMultipleField, StringField, SubmitField, TextAreaField
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput

from atmp_insure.access.models import OrganisationKind
from atmp_insure.parties.account_service import NewAccount
from atmp_insure.parties.company_forms import LONGEST_NAME
from atmp_insure.parties.partner_models import AccountPurpose, ContactMatter
from atmp_insure.parties.partner_service import ContactFacts, DoctorFacts, PartnerFacts
from atmp_insure.web.forms import Form, choices, required
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import titled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atmp_insure.access.models import Organisation
    from atmp_insure.parties.partner_models import Contact, Doctor, OrganisationProfile

PARTNER_KINDS: dict[OrganisationKind, Any] = {
    OrganisationKind.BROKER: _l("courtier"),
    OrganisationKind.LAW_FIRM: _l("cabinet d'avocats"),
    OrganisationKind.INSURER: _l("assureur"),
    OrganisationKind.EMPLOYER_GROUP: _l("groupe d'employeurs"),
    OrganisationKind.OFFICE: _l("bureau"),
}


class PartnerFactsForm(Form):
    """What is known of an organisation beside its kind."""

    name = StringField(_l("Nom"), [required(), Length(max=LONGEST_NAME)])
    siren = StringField(_l("SIREN"), [Optional()], description=_l("Neuf chiffres, avec ou sans espaces."))
    orias_number = StringField(
        _l("Numéro Orias"), [Optional()], description=_l("D'un intermédiaire : huit chiffres, comme sur le registre.")
    )
    orias_checked_on = DateField(_l("Vérifié au registre Orias le"), [Optional()])
    bar = StringField(_l("Barreau"), [Optional(), Length(max=LONGEST_NAME)], description=_l("D'un cabinet d'avocats."))
    address = StringField(_l("Adresse"), [Optional(), Length(max=LONGEST_NAME)])
    postcode = StringField(_l("Code postal"), [Optional(), Length(max=10)])
    town = StringField(_l("Commune"), [Optional(), Length(max=LONGEST_NAME)])
    email = StringField(_l("Adresse électronique"), [Optional(), Length(max=LONGEST_NAME)])
    phone = StringField(_l("Téléphone"), [Optional(), Length(max=40)])
    NAMES: ClassVar[tuple[str, ...]] = (
        "siren", "orias_number", "orias_checked_on", "bar", "address", "postcode", "town", "email", "phone",
    )  # fmt: skip

    @classmethod
    def of(cls, organisation: Organisation, profile: OrganisationProfile | None) -> Self:
        """The form, filled with what is known."""
        known = {name: getattr(profile, name) for name in cls.NAMES} if profile is not None else {}
        return cls(data={"name": organisation.name, **known})

    def facts(self) -> PartnerFacts:
        """What the form says."""
        texts = {name: self[name].data or "" for name in ("name", *self.NAMES) if name != "orias_checked_on"}
        return PartnerFacts(**texts, orias_checked_on=self.orias_checked_on.data)


class PartnerForm(PartnerFactsForm):
    """An organisation to add."""

    kind = SelectField(
        _l("Nature"), [required()],
        choices=choices([("", "–"), *((kind.value, label) for kind, label in PARTNER_KINDS.items())]),
    )  # fmt: skip

    def organisation_kind(self) -> OrganisationKind:
        """The kind chosen."""
        return OrganisationKind(self.kind.data)


class DoctorFactsForm(Form):
    """What is known of a doctor."""

    name = StringField(_l("Nom"), [required(), Length(max=LONGEST_NAME)])
    speciality = StringField(_l("Spécialité"), [required(), Length(max=LONGEST_NAME)])
    rpps_number = StringField(_l("Numéro RPPS"), [Optional()], description=_l("Onze chiffres."))
    address = StringField(_l("Adresse"), [Optional(), Length(max=LONGEST_NAME)])
    email = StringField(_l("Adresse électronique"), [Optional(), Length(max=LONGEST_NAME)])
    phone = StringField(_l("Téléphone"), [Optional(), Length(max=40)])
    NAMES: ClassVar[tuple[str, ...]] = ("name", "speciality", "rpps_number", "address", "email", "phone")

    @classmethod
    def of(cls, doctor: Doctor) -> Self:
        """The form, filled with what is known."""
        return cls(data={name: getattr(doctor, name) for name in cls.NAMES})

    def facts(self) -> DoctorFacts:
        """What the form says."""
        return DoctorFacts(**{name: self[name].data or "" for name in self.NAMES})


class DoctorForm(DoctorFactsForm):
    """A doctor to add."""

    organisation_id = SelectField(
        _l("Cabinet"), [Optional()], description=_l("Le cabinet d'avocats qui l'a proposé ; vide : le bureau.")
    )

    @classmethod
    def among(cls, firms: Iterable[Organisation]) -> Self:
        """The form, offering law firms."""
        form = cls()
        form.organisation_id.choices = choices([("", _l("le bureau")), *((str(one.id), one.name) for one in firms)])
        return form

    def organisation_number(self) -> int | None:
        """The law firm chosen; None for the office."""
        return int(self.organisation_id.data) if self.organisation_id.data else None


class ContactForm(Form):
    """A person to write to or to call."""

    name = StringField(_l("Nom"), [required(), Length(max=LONGEST_NAME)])
    duty = StringField(
        _l("Fonction"), [required(), Length(max=LONGEST_NAME)], description=_l("Par exemple « responsable paie ».")
    )
    matters = SelectMultipleField(
        _l("Pour quoi la joindre"),
        [Optional()],
        choices=choices((one.value, one.label) for one in ContactMatter),
        option_widget=CheckboxInput(),
    )
    email = StringField(_l("Adresse électronique"), [Optional(), Length(max=LONGEST_NAME)])
    phone = StringField(_l("Téléphone"), [Optional(), Length(max=40)])

    @classmethod
    def of(cls, contact: Contact) -> Self:
        """The form, filled with what is known."""
        known = {name: getattr(contact, name) for name in ("name", "duty", "email", "phone")}
        return cls(data={**known, "matters": contact.matters.split()})

    def facts(self) -> ContactFacts:
        """What the form says."""
        chosen = set(self.matters.data or ())
        return ContactFacts(
            name=self.name.data or "",
            duty=self.duty.data or "",
            matters=tuple(matter for matter in ContactMatter if matter.value in chosen),
            email=self.email.data or "",
            phone=self.phone.data or "",
        )


class AccountForm(Form):
    """An account to be confirmed by a second person."""

    purpose = SelectField(
        _l("Usage"), [required()], choices=choices((one.value, titled(one.label)) for one in AccountPurpose)
    )
    holder = StringField(_l("Titulaire"), [required(), Length(max=LONGEST_NAME)])
    iban = StringField(_l("IBAN"), [required()], description=_l("Tel que sur le RIB, avec ou sans espaces."))
    bic = StringField(_l("BIC"), [Optional()])
    proof = TextAreaField(
        _l("Comment il a été vérifié"), [required(), Length(max=500)],
        description=_l("Par exemple « RIB confirmé en rappelant le numéro du contrat ». Sans nom de personne."),
    )  # fmt: skip

    def account(self) -> NewAccount:
        """What the form says."""
        return NewAccount(
            purpose=next(one for one in AccountPurpose if one.value == self.purpose.data),
            holder=self.holder.data or "",
            iban=self.iban.data or "",
            bic=self.bic.data or "",
            proof=self.proof.data or "",
        )


class AccountAnswerForm(Form):
    """The answer of the second person."""

    reason = StringField(
        _l("Comment vous l'avez vérifié"), [required(), Length(max=500)],
        description=_l("Indépendamment de ce qui précède : par exemple « titulaire rappelé au numéro du dossier »."),
    )  # fmt: skip
    accept = SubmitField(_l("Confirmer ce compte"))
    refuse = SubmitField(_l("Refuser ce compte"))

    @property
    def granted(self) -> bool:
        """Which of the two buttons was pressed."""
        return bool(self.accept.data)
