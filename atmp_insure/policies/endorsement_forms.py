"""Forms of endorsements, one by kind: each makes its changes from the terms of its day."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Self

from wtforms import BooleanField, SelectField
from wtforms.validators import Optional

from atmp_insure.guarantees.catalogue import GUARANTEES
from atmp_insure.guarantees.product import Limits
from atmp_insure.guarantees.written import deductible_text
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.parties.agreement_forms import PercentField
from atmp_insure.policies.changes import (
    ChangeBroker,
    ChangeContact,
    ChangeInsurer,
    ChangeMandate,
)
from atmp_insure.policies.endorsing import WantedCover, cover_changes
from atmp_insure.policies.forms import DatedActForm
from atmp_insure.policies.terms import yearly_lines
from atmp_insure.web.amount_field import EurosField
from atmp_insure.web.forms import choices, required
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from atmp_insure.guarantees.product import Deductible, ProductVersion
    from atmp_insure.policies.changes import Change
    from atmp_insure.policies.terms import InsurerShare, PolicyTerms

_NONE = "0"  # no contact, no mandate, no broker


@dataclass(frozen=True, slots=True)
class Offered:
    """What forms let one choose among, as pairs of number and name; the shares of each agreement."""

    brokers: Sequence[tuple[str, str]] = ()
    agreements: Sequence[tuple[str, str]] = ()
    contacts: Sequence[tuple[str, str]] = ()
    mandates: Sequence[tuple[str, str]] = ()
    shares: Mapping[int, tuple[InsurerShare, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Start:
    """What an endorsement starts from: the terms of its day, the product they are under, the client."""

    terms: PolicyTerms
    product: ProductVersion
    siren: str
    offered: Offered


class EndorsementForm(DatedActForm):
    """An endorsement: its changes, from the terms of its day."""

    @classmethod
    def made(cls, given: Start) -> Self:
        """The form, with what it offers to choose among."""
        form = cls()
        form.offer(given)
        return form

    def offer(self, given: Start) -> None:
        """Put in what one may choose among, and what is there already."""

    def changes(self, given: Start) -> tuple[Change, ...]:
        """What it changes.

        Raises:
            InvalidInput: every field that is wrong.
        """
        raise NotImplementedError


class CoverForm(EndorsementForm):
    """Guarantees, deductible and limits at their price; a guarantee without price is left out."""

    deductible = SelectField(_l("Franchise"), [required()])
    without_diseases = BooleanField(_l("Accidents du travail seulement, sans les maladies professionnelles"))
    section_year_eur = EurosField(_l("Plafond par section et par an"), [Optional()])
    year_eur = EurosField(_l("Plafond par an"), [Optional()])
    policy_eur = EurosField(_l("Plafond par année d'assurance, au total"), [Optional()])
    minimum_eur = EurosField(_l("Prime minimale"), [required()])

    def offer(self, given: Start) -> None:
        """What the policy says already."""
        terms, kept = given.terms, _deductibles(given)
        self.deductible.choices = choices((str(at), deductible_text(one)) for at, one in enumerate(kept))
        if self.is_submitted():
            return
        self.deductible.data = str(kept.index(terms.deductible))
        self.without_diseases.data = not terms.diseases
        for name in ("section_year_eur", "year_eur", "policy_eur"):
            self._fields[name].data = _decimal(getattr(terms.limits, name))
        for line in yearly_lines(terms):
            if f"net_{line.code}" in self._fields:
                self._fields[f"net_{line.code}"].data = _decimal(line.net_eur)
        self.minimum_eur.data = _decimal(terms.minimum_eur)

    def changes(self, given: Start) -> tuple[Change, ...]:
        """What differs from the policy."""
        limits = Limits(_exact(self.section_year_eur.data), _exact(self.year_eur.data), _exact(self.policy_eur.data))
        nets = {
            one.code: Fraction(self._fields[f"net_{one.code}"].data)
            for one in GUARANTEES if self._fields[f"net_{one.code}"].data is not None
        }  # fmt: skip
        deductible = _deductibles(given)[int(self.deductible.data or 0)]
        minimum = Fraction(self.minimum_eur.data or 0)
        wanted = WantedCover(not self.without_diseases.data, deductible, limits, nets, minimum)
        found = cover_changes(given.terms, wanted, given.product)
        if not found:
            raise InvalidInput.one("rien ne change", "Changer une garantie, la franchise, un plafond ou un prix")
        return found


for _one in GUARANTEES:
    setattr(CoverForm, f"net_{_one.code}", EurosField(_one.label_fr, [Optional()]))


class BrokerForm(EndorsementForm):
    """Another broker."""

    broker = SelectField(_l("Courtier"), [required()])
    commission = PercentField(_l("Commission"), [required()], description=_l("En pourcentage de la prime nette."))

    def offer(self, given: Start) -> None:
        """The brokers there are."""
        self.broker.choices = choices([(_NONE, _l("le bureau, sans courtier")), *given.offered.brokers])

    def changes(self, _given: Start) -> tuple[Change, ...]:
        """The broker."""
        commission = self.commission.fraction()
        assert commission is not None, "the form requires it"
        return (ChangeBroker(_number(self.broker), Fraction(commission)),)


class InsurerForm(EndorsementForm):
    """Another agreement, or another version of it: its insurers and their shares."""

    agreement = SelectField(_l("Convention"), [required()])

    def offer(self, given: Start) -> None:
        """The agreements that cover the product on the day."""
        self.agreement.choices = choices(given.offered.agreements)

    def changes(self, given: Start) -> tuple[Change, ...]:
        """The agreement and its shares."""
        version_id = int(self.agreement.data or 0)
        return (ChangeInsurer(version_id, given.offered.shares[version_id]),)


class ContactForm(EndorsementForm):
    """Someone else to write to."""

    contact = SelectField(_l("Interlocuteur"), [required()])

    def offer(self, given: Start) -> None:
        """The people known at the client's."""
        self.contact.choices = choices([(_NONE, _l("le siège, sans personne nommée")), *given.offered.contacts])

    def changes(self, _given: Start) -> tuple[Change, ...]:
        """The person."""
        return (ChangeContact(_number(self.contact)),)


class MandateForm(EndorsementForm):
    """Another mandate by which premiums are debited."""

    mandate = SelectField(_l("Mandat"), [required()])

    def offer(self, given: Start) -> None:
        """The mandates that the client signed."""
        self.mandate.choices = choices([(_NONE, _l("aucun : le client paie lui-même")), *given.offered.mandates])

    def changes(self, _given: Start) -> tuple[Change, ...]:
        """The mandate."""
        return (ChangeMandate(_number(self.mandate)),)


def _number(chosen: SelectField) -> int | None:
    return None if chosen.data == _NONE else int(chosen.data)


def _deductibles(given: Start) -> list[Deductible]:
    """Those that the product offers, and the one that the policy has."""
    offered = [one.deductible for one in given.product.deductibles]
    return offered if given.terms.deductible in offered else [*offered, given.terms.deductible]


def _exact(amount: Decimal | None) -> Fraction | None:
    return None if amount is None else Fraction(amount)


def _decimal(amount: Fraction | None) -> Decimal | None:
    return None if amount is None else Decimal(amount.numerator) / amount.denominator
