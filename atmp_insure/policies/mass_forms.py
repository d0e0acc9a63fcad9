"""Forms of what is done to many policies at once: renewals of a span of due dates, one change for all."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Self

from wtforms import BooleanField, DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.numbers import NotANumber, typed_number
from atmp_insure.parties.company_forms import chosen_day
from atmp_insure.policies.changes import ChangeBroker, ChangeInsurer, ChangeKind, ChangeProductVersion
from atmp_insure.policies.mass_service import MassEndorsement, MassRenewal
from atmp_insure.policies.renewing import RenewalTerms
from atmp_insure.web.environment import today
from atmp_insure.web.forms import Form, choices, required
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from atmp_insure.guarantees.product import Catalogue
    from atmp_insure.policies.changes import Change
    from atmp_insure.policies.terms import InsurerShare


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


@dataclass(frozen=True, slots=True)
class MassOffered:
    """What the form of a mass endorsement lets one choose among: pairs of number and name; shares by agreement."""

    brokers: Sequence[tuple[str, str]]
    insurers: Sequence[tuple[str, str]]
    agreements: Sequence[tuple[str, str]]
    shares: Mapping[int, tuple[InsurerShare, ...]]


_KINDS = ChangeKind.BROKER, ChangeKind.INSURER, ChangeKind.PRODUCT_VERSION
_WHOEVER = ""  # of any broker, of any insurer


class MassEndorsementForm(Form):
    """One change for many policies: those in force on a day, of a broker and of an insurer if one likes.

    Attributes:
        seen: what the page showed; only that run is started.
    """

    product = SelectField(_l("Produit"), [required()])
    of_broker = SelectField(_l("Contrats du courtier"), [Optional()])
    of_insurer = SelectField(_l("Contrats de l'apériteur"), [Optional()])
    kind = SelectField(_l("Ce qui change"), [required()])
    broker = SelectField(_l("Nouveau courtier"), [Optional()])
    commission = StringField(
        _l("Commission"), [Optional(), Length(max=10)], description=_l("En pourcentage de la prime nette.")
    )  # fmt: skip
    agreement = SelectField(_l("Nouvelle convention d'assureur"), [Optional()])
    version = SelectField(_l("Version du produit"), [Optional()])
    on = DateField(
        _l("À effet du"), [required()],
        description=_l("Conventions proposées : celles d'aujourd'hui et de ce jour. L'ayant changé, revoir l'effet."),
    )  # fmt: skip
    reason = TextAreaField(_l("Motif"), [required(), Length(max=2000)])
    seen = HiddenField()

    @classmethod
    def offered(cls, catalogue: Catalogue, among: MassOffered) -> Self:
        """The form, with the brokers, insurers, agreements and product versions there are."""
        form = cls(on=today())
        form.product.choices = choices((code, catalogue.label_of(code)) for code in catalogue.products())
        form.kind.choices = choices((one.value, one.label) for one in _KINDS)
        form.of_broker.choices = choices([(_WHOEVER, _l("tous les courtiers")), *among.brokers])
        form.of_insurer.choices = choices([(_WHOEVER, _l("tous les assureurs")), *among.insurers])
        form.broker.choices = choices([(_WHOEVER, _l("à choisir")), *among.brokers])
        form.agreement.choices = choices([(_WHOEVER, _l("à choisir")), *among.agreements])
        versions = [(one.version, one.version) for one in catalogue.versions]
        form.version.choices = choices([(_WHOEVER, _l("à choisir")), *versions])
        return form

    def wanted(self, catalogue: Catalogue, among: MassOffered) -> MassEndorsement:
        """What the form asks for.

        Raises:
            InvalidInput: what it changes to is lacking, or cannot be.
        """
        return MassEndorsement(
            self.product.data or "", chosen_day(self.on), self._change(catalogue, among), self.reason.data or "",
            broker_id=_number(self.of_broker), insurer_id=_number(self.of_insurer),
        )  # fmt: skip

    def _change(self, catalogue: Catalogue, among: MassOffered) -> Change:
        match ChangeKind(self.kind.data):
            case ChangeKind.BROKER:
                return ChangeBroker(_chosen(self.broker), self._share())
            case ChangeKind.INSURER:
                version_id = _chosen(self.agreement)
                return ChangeInsurer(version_id, among.shares[version_id])
            case _:
                found = catalogue.version(self.product.data or "", self.version.data or "")
                if found is None:
                    raise InvalidInput.one("version du produit à choisir", "En choisir une", place="version")
                return ChangeProductVersion(found.version, found.minimum_premium_eur)

    def _share(self) -> Fraction:
        """The commission, as a fraction."""
        try:
            percent = Fraction(typed_number(self.commission.data or "", "%"))
        except NotANumber as error:
            raise InvalidInput.one(str(error), error.remedy, place="commission") from error
        if not 0 <= percent < 100:
            raise InvalidInput.one(f"commission de {percent} %", "Donner un pourcentage de 0 à 100", place="commission")
        return percent / 100


def _number(field: SelectField) -> int | None:
    return None if field.data in {None, _WHOEVER} else int(field.data)


def _chosen(field: SelectField) -> int:
    number = _number(field)
    if number is None:
        raise InvalidInput.one("rien n'est choisi", "Choisir dans la liste", place=field.name)
    return number
