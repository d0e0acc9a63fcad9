"""Forms of people and rights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from wtforms import DateField, SelectField, StringField, SubmitField, TextAreaField
from wtforms.validators import Optional, Regexp

from atmp_insure.access import queries, service
from atmp_insure.access.roles import Role
from atmp_insure.parties.delegated_acts import DelegatedAct
from atmp_insure.parties.typed_numbers import place_of
from atmp_insure.web.amount_field import EurosField
from atmp_insure.web.forms import Form, choices, required
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from atmp_insure.access.models import Organisation
    from atmp_insure.db.session import ScopedSession


class NewUserForm(Form):
    """A person to be let in."""

    display_name = StringField(_l("Nom affiché"), [required()])
    sign_in = StringField(_l("Identifiant"), [required(), Regexp(r"^\S+$", message=_l("Sans espace"))])
    email = StringField(_l("Adresse électronique"), [required()])
    language = SelectField(_l("Langue"), choices=choices([("fr", "Français"), ("en", "English")]))

    def new_user(self) -> service.NewUser:
        """What the form says."""
        return service.NewUser(
            self.sign_in.data or "", self.display_name.data or "", self.email.data or "", self.language.data or "fr"
        )


class GrantForm(Form):
    """A role and its scope."""

    role = SelectField(_l("Rôle"), [required()], choices=choices((role.value, role.label) for role in Role))
    organisation_id = SelectField(
        _l("Organisation"), [Optional()], description=_l("Pour un courtier, un cabinet, un assureur.")
    )
    siren = StringField(
        _l("SIREN ou SIRET"), [Optional()], description=_l("Pour un employeur ; un SIRET limite à l'établissement.")
    )
    file_ref = StringField(_l("Dossier"), [Optional()], description=_l("Pour un médecin mandaté."))
    first_day = DateField(_l("Premier jour"), [required()])
    last_day = DateField(
        _l("Dernier jour"), [Optional()], description=_l("Obligatoire pour un auditeur ou un médecin mandaté.")
    )

    @classmethod
    def among(cls, organisations: Iterable[Organisation]) -> Self:
        """The form, offering the organisations."""
        form = cls()
        form.organisation_id.choices = choices([("", "–"), *((str(one.id), one.name) for one in organisations)])
        return form

    def new_grant(self, session: ScopedSession) -> service.NewGrant:
        """What the form says.

        Raises:
            InvalidInput: the SIREN or SIRET is not one that the office knows.
        """
        place = place_of(session, self.siren.data or "")
        return service.NewGrant(
            role=next(role for role in Role if role.value == self.role.data),
            first_day=chosen_day(self.first_day),
            last_day=self.last_day.data,
            organisation_id=int(self.organisation_id.data) if self.organisation_id.data else None,
            company_id=None if place is None else place.company_id,
            establishment_id=None if place is None else place.establishment_id,
            file_ref=(self.file_ref.data or "").strip() or None,
        )


class AuthorityForm(Form):
    """Up to what amount a person decides alone."""

    act = SelectField(_l("Acte"), [required()], choices=choices((one.value, one.label) for one in DelegatedAct))
    largest_eur = EurosField(_l("Plafond, en euros"), [required()])
    first_day = DateField(_l("Premier jour"), [required()])
    last_day = DateField(_l("Dernier jour"), [Optional()])

    def new_limit(self) -> service.NewLimit:
        """What the form says."""
        assert self.largest_eur.data is not None
        return service.NewLimit(self.act.data, self.largest_eur.data, chosen_day(self.first_day), self.last_day.data)


class SubstitutionForm(Form):
    """Who receives a person's tasks, and when."""

    substitute_id = SelectField(_l("Remplaçant"), [required()])
    first_day = DateField(_l("Premier jour"), [required()])
    last_day = DateField(_l("Dernier jour"), [required()])

    @classmethod
    def among(cls, session: ScopedSession, user_id: int) -> Self:
        """The form, offering the colleagues of a user."""
        form = cls()
        form.substitute_id.choices = choices(
            (str(user.id), user.display_name) for user in queries.list_active_users(session) if user.id != user_id
        )
        return form

    def save(self, session: ScopedSession, user_id: int) -> None:
        """Write the substitution."""
        service.substitute(
            session,
            queries.get_user(session, user_id),
            queries.get_user(session, int(self.substitute_id.data)),
            chosen_day(self.first_day),
            chosen_day(self.last_day),
        )


def chosen_day(field: DateField) -> date:
    """The day of a required field that was validated."""
    assert field.data is not None, "the form requires this day"
    return field.data


class DecisionForm(Form):
    """The answer to a request for a second pair of eyes."""

    reason = TextAreaField(_l("Motif"), [required()])
    accept = SubmitField(_l("Valider"))
    refuse = SubmitField(_l("Refuser"))

    @property
    def granted(self) -> bool:
        """Which of the two buttons was pressed."""
        return bool(self.accept.data)
