"""Forms of agreements: beginning one, writing a version part by part, signing, ending."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from wtforms import BooleanField, DateField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput

from atmp_insure.kernel.numbers import NotANumber, typed_number
from atmp_insure.parties.agreement_service import AgreementPractice, NewAgreement
from atmp_insure.parties.company_forms import LONGEST_NAME, chosen_day
from atmp_insure.parties.delegated_acts import CLAIMS_COLUMNS, PREMIUM_COLUMNS, DelegatedAct, TimedAct
from atmp_insure.web.amount_field import EurosField
from atmp_insure.web.forms import Form, choices, required
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import titled
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from atmp_insure.access.models import Organisation
    from atmp_insure.parties.agreement_models import AgreementVersion

_LARGEST_PERCENT, _FINEST_PERCENT = 10**6, -10  # so that the fraction fits in twelve decimals


class PercentField(StringField):
    """A percentage as it is written: `12,5`."""

    def fraction(self) -> Decimal | None:
        """The rate as a fraction; None when the field is empty, or says no percentage."""
        try:
            percent = typed_number(self.data or "", "%")
        except NotANumber:
            return None
        fits = abs(percent) < _LARGEST_PERCENT and int(percent.as_tuple().exponent) >= _FINEST_PERCENT
        return percent / 100 if fits else None

    def pre_validate(self, form: object) -> None:
        """A number with few enough decimals, or nothing.

        Raises:
            ValidationError: something else.
        """
        if (self.data or "").strip() and self.fraction() is None:
            raise ValidationError(_("Écrire un pourcentage, par exemple 12,5"))


class NewAgreementForm(Form):
    """An agreement to begin."""

    organisation_id = SelectField(_l("Avec"), [required()])
    reference = StringField(
        _l("Référence"), [required(), Length(max=60)], description=_l("Le numéro de la convention.")
    )
    title = StringField(_l("Intitulé"), [required(), Length(max=LONGEST_NAME)])
    first_day = DateField(_l("Premier jour"), [required()])

    @classmethod
    def among(cls, organisations: Iterable[Organisation]) -> Self:
        """The form, offering insurers and brokers."""
        form = cls()
        form.organisation_id.choices = choices([("", "–"), *((str(one.id), one.name) for one in organisations)])
        return form

    def agreement(self) -> NewAgreement:
        """What the form says."""
        return NewAgreement(self.reference.data or "", self.title.data or "", chosen_day(self.first_day))


class BeginVersionForm(Form):
    """From which day another version would bind."""

    first_day = DateField(_l("À compter du"), [required()])


class ProductForm(Form):
    """A product covered, with its commission."""

    product = StringField(_l("Produit"), [required(), Length(max=60)])
    commission = PercentField(_l("Commission, en % de la prime hors taxe"), [required()])
    renewal = PercentField(_l("Commission de renouvellement, en %"), [Optional()])


class PowerForm(Form):
    """An act delegated, up to an amount."""

    act = SelectField(_l("Acte"), [required()], choices=choices((one.value, titled(one.label)) for one in DelegatedAct))
    largest_eur = EurosField(_l("Jusqu'à, en euros"), [Optional()], description=_l("Vide : quel que soit le montant."))

    def delegated_act(self) -> DelegatedAct:
        """The act chosen."""
        return next(one for one in DelegatedAct if one.value == self.act.data)


class ShareForm(Form):
    """The part of an insurer."""

    insurer_id = SelectField(_l("Assureur"), [required()])
    share = PercentField(_l("Part, en %"), [required()])
    is_leader = BooleanField(_l("C'est l'apériteur"))

    @classmethod
    def among(cls, insurers: Iterable[Organisation], **sent: Any) -> Self:
        """The form, offering insurers; `formdata=None` for one that was not sent."""
        form = cls(**sent)
        form.insurer_id.choices = choices([("", "–"), *((str(one.id), one.name) for one in insurers)])
        return form


class ServiceLevelForm(Form):
    """How many days an act may take."""

    act = SelectField(_l("Acte"), [required()], choices=choices((one.value, titled(one.label)) for one in TimedAct))
    days = IntegerField(_l("Délai, en jours"), [required()])

    def timed_act(self) -> TimedAct:
        """The act chosen."""
        return next(one for one in TimedAct if one.value == self.act.data)


class PracticeForm(Form):
    """How an agreement works day by day."""

    first_day = DateField(_l("À compter du"), [required()])
    premium_layout = SelectMultipleField(
        _l("Colonnes du bordereau de primes"), [Optional()], option_widget=CheckboxInput()
    )
    claims_layout = SelectMultipleField(
        _l("Colonnes du bordereau de sinistres"), [Optional()], option_widget=CheckboxInput()
    )
    bordereau_months = SelectField(
        _l("Un bordereau couvre"), [Optional()],
        choices=choices([("", "–"), ("1", _l("un mois")), ("3", _l("un trimestre")), ("6", _l("un semestre")),
                         ("12", _l("une année"))]),
    )  # fmt: skip
    bordereau_due_days = IntegerField(
        _l("Envoyé dans les"), [Optional()], description=_l("Jours après la fin de la période.")
    )
    premium_account_id = SelectField(_l("Compte des primes"), [Optional()])
    float_account_id = SelectField(_l("Compte du fonds de sinistres"), [Optional()])
    float_threshold_eur = EurosField(
        _l("Seuil du fonds de sinistres, en euros"), [Optional()], description=_l("En dessous, un appel de fonds part.")
    )

    @classmethod
    def of(cls, version: AgreementVersion, accounts: Sequence[tuple[str, str]], **sent: Any) -> Self:
        """The form, filled with what the version says, offering confirmed accounts; `formdata=None` if not sent."""
        names = ("premium_account_id", "float_account_id", "bordereau_months")
        known = {name: str(getattr(version, name) or "") for name in names}
        plain = ("first_day", "premium_layout", "claims_layout", "bordereau_due_days", "float_threshold_eur")
        form = cls(data=known | {name: getattr(version, name) for name in plain}, **sent)
        form.premium_layout.choices = choices(PREMIUM_COLUMNS.items())
        form.claims_layout.choices = choices(CLAIMS_COLUMNS.items())
        for field in (form.premium_account_id, form.float_account_id):
            field.choices = choices([("", "–"), *accounts])
        return form

    def practice(self) -> AgreementPractice:
        """What the form says."""
        return AgreementPractice(
            first_day=chosen_day(self.first_day),
            premium_layout=tuple(code for code in PREMIUM_COLUMNS if code in (self.premium_layout.data or ())),
            claims_layout=tuple(code for code in CLAIMS_COLUMNS if code in (self.claims_layout.data or ())),
            bordereau_months=_number(self.bordereau_months.data),
            bordereau_due_days=self.bordereau_due_days.data,
            premium_account_id=_number(self.premium_account_id.data),
            float_account_id=_number(self.float_account_id.data),
            float_threshold_eur=self.float_threshold_eur.data,
        )


class SignForm(Form):
    """On which day a version was signed."""

    signed_on = DateField(_l("Signée le"), [required()])


class TerminateForm(Form):
    """On which day an agreement ends."""

    last_day = DateField(_l("Dernier jour"), [required()])


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None
