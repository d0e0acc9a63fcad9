"""Forms of yearly revisions: which policies are revised together, and what a person decides of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from wtforms import BooleanField, DateField, HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.validators import Length, NumberRange

from atmp_insure.parties.company_forms import chosen_day
from atmp_insure.policies.forms import LONGEST
from atmp_insure.policies.revision_campaign import Campaign
from atmp_insure.web.environment import today
from atmp_insure.web.forms import Form, choices, required
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from atmp_insure.guarantees.product import Catalogue

_MOST_DAYS = 366


class CampaignForm(Form):
    """Policies that are revised together.

    Attributes:
        seen: how many the page showed; only that run is started.
    """

    product = SelectField(_l("Produit"), [required()])
    first_due_on = DateField(_l("Échéances du"), [required()])
    last_due_on = DateField(_l("au"), [required()])
    answer_days = IntegerField(
        _l("Jours laissés pour envoyer les pièces"), [required(), NumberRange(1, _MOST_DAYS)],
        description=_l("Passé ce délai, ce qui manque est l'affaire d'une personne."),
    )  # fmt: skip
    seen = HiddenField()

    @classmethod
    def offered(cls, catalogue: Catalogue, answer_days: int) -> Self:
        """The form, for the first of January to come."""
        due_on = today().replace(year=today().year + 1, month=1, day=1)
        form = cls(first_due_on=due_on, last_due_on=due_on, answer_days=answer_days)
        form.product.choices = choices((code, catalogue.label_of(code)) for code in catalogue.products())
        return form

    def wanted(self) -> Campaign:
        """What the form asks for."""
        days = chosen_day(self.first_due_on), chosen_day(self.last_due_on)
        return Campaign(self.product.data or "", *days, self.answer_days.data or 1)


class DecisionForm(Form):
    """What a person decides of a revision."""

    reason = TextAreaField(_l("Motif"), [required(), Length(max=LONGEST)])


class NoticeForm(Form):
    """How the new terms reach the client."""

    by_post = BooleanField(_l("Par courrier : la lettre est imprimée et postée par le bureau"))
