"""Forms of a risk that was declared wrongly, or that grew."""

from __future__ import annotations

from wtforms import BooleanField, DateField

from atmp_insure.web.amount_field import EurosField
from atmp_insure.web.forms import Form, required
from atmp_insure.web.texts import lazy as _l


class MisdeclarationForm(Form):
    """A declaration that was found wrong."""

    due_eur = EurosField(
        _l("Prime annuelle nette que le risque réel aurait eue"), [required()],
        description=_l("Sans taxe, pour la même garantie : un devis l'établit."),
    )  # fmt: skip
    is_after_claim = BooleanField(_l("Constatée après un sinistre"))
    is_intentional = BooleanField(_l("Intentionnelle, et la preuve en est faite"))


class AggravationForm(Form):
    """A risk that grew."""

    known_on = DateField(_l("Connue du souscripteur le"), [required()])
    declared_on = DateField(_l("Déclarée le"), [required()])
