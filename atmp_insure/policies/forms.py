"""Forms of the acts on a policy: from which day, why, and what each kind of act asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from atmp_insure.parties.agreement_forms import PercentField
from atmp_insure.parties.company_forms import chosen_day
from atmp_insure.policies.grounds import Notice
from atmp_insure.web.forms import Form, choices, required
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from datetime import date

LONGEST = 2000
KEPT, REVISED = "kept", "revised"  # terms of a renewal


class ActForm(Form):
    """An act on a policy.

    Attributes:
        expected: how many transactions the page showed.
        shown: fingerprint of the plan that the page showed; only that one is written.
    """

    reason = TextAreaField(_l("Motif"), [required(), Length(max=LONGEST)])
    insurer_accord = StringField(
        _l("Accord de l'assureur"), [Optional(), Length(max=200)],
        description=_l("Sa référence, quand la convention ne délègue pas cet acte."),
    )  # fmt: skip
    expected = HiddenField()
    shown = HiddenField()

    @property
    def parts(self) -> list[object]:
        """The fields that are this act's own, in the order of reading."""
        shared = {"reason", "insurer_accord", "expected", "shown", "csrf_token", "effective_on"}
        return [field for name, field in self._fields.items() if name not in shared]


class DatedActForm(ActForm):
    """An act from a day on."""

    effective_on = DateField(_l("À effet du"), [required()], description=_l("Premier jour, à 0 h."))

    def first_day(self) -> date:
        """The first day on which it holds."""
        return chosen_day(self.effective_on)


class ResumeForm(DatedActForm):
    """Cover comes back."""

    effective_on = DateField(
        _l("Remise en vigueur le"), [required()], description=_l("À midi, le lendemain du paiement complet.")
    )


class RenewForm(ActForm):
    """A new policy year, on the same terms or on those of another version of the product."""

    terms = SelectField(_l("Conditions"), [required()])
    product_version = SelectField(_l("Version du produit"), [required()])

    @classmethod
    def offered(cls, *, is_revised: bool) -> Self:
        """The form; without terms of a revision that are ready, it does not ask which."""
        form = cls()
        if is_revised:
            form.terms.choices = choices(
                ((REVISED, _l("celles de la révision annuelle")), (KEPT, _l("celles du contrat")))
            )
        else:
            del form.terms
        return form

    @property
    def is_revised(self) -> bool:
        """Whether the terms of the revision are chosen."""
        return "terms" in self and self.terms.data == REVISED


class NoticeForm(Form):
    """New terms that are announced before a due date."""

    product_version = SelectField(_l("Version du produit"), [required()])
    index = PercentField(
        _l("Indice de prix, en pourcentage"), [Optional()],
        description=_l("Hausse de toutes les primes, 3,5 par exemple ; une baisse est négative ; vide : aucune."),
    )  # fmt: skip


class TerminateForm(ActForm):
    """A policy ends, on a legal ground."""

    ground = SelectField(_l("Motif légal"), [required()])
    sent_on = DateField(_l("Notification envoyée le"), [required()])
    received_on = DateField(_l("Notification reçue le"), [Optional()])
    event_on = DateField(_l("Événement du"), [Optional()], description=_l("Le fait sur lequel le motif repose."))
    wanted_on = DateField(
        _l("Date d'effet convenue"), [Optional()],
        description=_l("Premier jour sans garantie, si le motif la laisse choisir."),
    )  # fmt: skip

    def notice(self) -> Notice:
        """What is known of the notice."""
        return Notice(chosen_day(self.sent_on), self.received_on.data, self.event_on.data, self.wanted_on.data)
