"""Forms of what is done to many policies at once: renewals of a span of due dates, a change of broker or of insurer."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Self

from wtforms import BooleanField, DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.numbers import NotANumber, typed_number
from atmp_insure.parties.company_forms import chosen_day
from atmp_insure.policies.mass_service import MassRenewal
from atmp_insure.policies.renewing import RenewalTerms
from atmp_insure.web.environment import today
from atmp_insure.web.forms import Form, choices, required
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from atmp_insure.guarantees.product import Catalogue


class RenewalsForm(Form):
    """Policies to renew together.

    Attributes:
        seen: how many policies, and which premium, the page showed; only that run is started.
    """

    product = SelectField(_l("Produit"), [required()])
    first_due_on = DateField(_l("Échéances du"), [required()])
    last_due_on = DateField(_l("au"), [required()])
    with_new_version = BooleanField(_l("Passer à la version du produit en vigueur à l'échéance"))
    index = StringField(
        _l("Variation des prix, en %"), [Optional(), Length(max=10)],
        description=_l("Vide : prix inchangés. « 3 » augmente de 3 %, « -2,5 » baisse de 2,5 %."),
    )  # fmt: skip
    seen = HiddenField()

    @classmethod
    def offered(cls, catalogue: Catalogue) -> Self:
        """The form, for the first of January to come."""
        due_on = today().replace(year=today().year + 1, month=1, day=1)
        form = cls(first_due_on=due_on, last_due_on=due_on)
        form.product.choices = choices((code, catalogue.label_of(code)) for code in catalogue.products())
        return form

    def wanted(self) -> MassRenewal:
        """What the form asks for.

        Raises:
            InvalidInput: a variation that is no percentage.
        """
        terms = RenewalTerms(bool(self.with_new_version.data), 1 + self._variation())
        return MassRenewal(
            self.product.data or "", chosen_day(self.first_due_on), chosen_day(self.last_due_on), terms, today()
        )

    def _variation(self) -> Fraction:
        text = (self.index.data or "").strip()
        if not text:
            return Fraction(0)
        try:
            return Fraction(typed_number(text, "%")) / 100
        except NotANumber as error:
            raise InvalidInput.one(str(error), error.remedy, place="index") from error


class BrokerTransferForm(Form):
    """All the policies of a broker go to another."""

    product = SelectField(_l("Produit"), [required()])
    former = SelectField(_l("Courtier actuel"), [required()])
    latter = SelectField(_l("Nouveau courtier"), [required()])
    commission = StringField(_l("Commission"), [required()], description=_l("En pourcentage de la prime nette."))
    on = DateField(_l("À effet du"), [required()])
    reason = TextAreaField(_l("Motif"), [required(), Length(max=2000)])
    seen = HiddenField()

    @classmethod
    def offered(cls, catalogue: Catalogue, brokers: list[tuple[str, str]]) -> Self:
        """The form, with the brokers there are."""
        form = cls(on=today())
        form.product.choices = choices((code, catalogue.label_of(code)) for code in catalogue.products())
        form.former.choices = form.latter.choices = choices(brokers)
        return form

    def share(self) -> Fraction:
        """The commission, as a fraction.

        Raises:
            InvalidInput: no percentage, or more than the whole.
        """
        try:
            percent = Fraction(typed_number(self.commission.data or "", "%"))
        except NotANumber as error:
            raise InvalidInput.one(str(error), error.remedy, place="commission") from error
        if not 0 <= percent < 100:
            raise InvalidInput.one(f"commission de {percent} %", "Donner un pourcentage de 0 à 100", place="commission")
        return percent / 100
