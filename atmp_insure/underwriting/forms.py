"""Forms of files and quotes; the form of needs is made of its table of questions."""

from __future__ import annotations

from fractions import Fraction
from itertools import product as every_pair
from typing import TYPE_CHECKING, Self

from flask import request
from wtforms import BooleanField, DateField, EmailField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from atmp_insure.guarantees.catalogue import GUARANTEES
from atmp_insure.guarantees.product import Deductible
from atmp_insure.guarantees.vocabulary import DeductibleKind, Frequency
from atmp_insure.guarantees.written import deductible_text
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.french import french_percent
from atmp_insure.kernel.labelled import Label
from atmp_insure.kernel.numbers import NotANumber, typed_number
from atmp_insure.kernel.phrases import Phrase
from atmp_insure.parties.typed_numbers import company_id_of
from atmp_insure.rating.unit import ZERO
from atmp_insure.underwriting.bare_exposure import BareFacts
from atmp_insure.underwriting.blueprint import book
from atmp_insure.underwriting.needs import QUESTIONS
from atmp_insure.underwriting.pricing import Variant
from atmp_insure.web.amount_field import EurosField
from atmp_insure.web.environment import today
from atmp_insure.web.forms import Form, choices, required
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.guarantees.product import DeductibleChoice, ProductVersion

MOST_VARIANTS = 12
LONGEST = 4000


class SubmissionForm(Form):
    """A file to open."""

    siren = StringField(_l("SIREN"), [required()])
    product = SelectField(_l("Produit"), [required()])
    starts_on = DateField(_l("Prise d'effet"), [required()], description=_l("Premier jour de la garantie."))

    @classmethod
    def offered(cls, siren: str = "") -> Self:
        """The form with the products that are sold; the first of January is proposed, since rates come in January."""
        catalogue, on = book().catalogue, today()
        form = cls(siren=siren, starts_on=on.replace(year=on.year + 1, month=1, day=1))
        form.product.choices = choices((code, catalogue.label_of(code)) for code in catalogue.products())
        return form

    def company_id(self, session: ScopedSession) -> int:
        """The company of the SIREN.

        Raises:
            InvalidInput: none that the viewer sees.
        """
        found = company_id_of(session, self.siren.data or "")
        if found is None:
            raise InvalidInput.one("SIREN absent", "Donner celui de l'entreprise", place="siren")
        return found

    def first_day(self) -> date:
        """The first day of the cover."""
        assert self.starts_on.data is not None
        found: date = self.starts_on.data
        return found


class EstimateForm(Form):
    """What is said before any paper."""

    siren = StringField(_l("SIREN"), [required(), Length(max=20)])
    risk_code = StringField(_l("Code risque"), [required(), Length(max=10)], description=_l("Comme 28.1AD."))
    headcount = StringField(_l("Effectif de l'entreprise"), [required(), Length(max=12)])
    wages_eur = EurosField(_l("Masse salariale d'un an"), [required()])
    naf = StringField(_l("Code NAF"), [Optional(), Length(max=6)])

    def facts(self) -> BareFacts:
        """What the form says.

        Raises:
            InvalidInput: a headcount that is no number.
        """
        try:
            heads = Fraction(typed_number(self.headcount.data or ""))
        except NotANumber as error:
            raise InvalidInput.one(str(error), error.remedy, place="headcount") from error
        siren = "".join((self.siren.data or "").split())
        naf = (self.naf.data or "").strip() or None
        return BareFacts(siren, self.risk_code.data or "", heads, Fraction(self.wages_eur.data or 0), naf)


class NeedsEntries:
    """The entries of the form of needs, as they were typed or kept; faults by question."""

    def __init__(self, kept: Mapping[str, str], advice: str) -> None:
        is_sent = request.method == "POST"
        self.answers = {
            one.code: (request.form.get(one.code, "") if is_sent else kept.get(one.code, "")) for one in QUESTIONS
        }
        self.advice = request.form.get("advice", "") if is_sent else advice
        self.faults: dict[str, str] = {}

    def take_faults(self, error: InvalidInput) -> None:
        """Put each fault beside its question."""
        for fault in error.faults:
            self.faults[fault.place] = fault.sentence

    def typed(self) -> dict[str, str]:
        """The answers as they are kept: a French decimal comma is read as a point."""
        numbers = {one.code for one in QUESTIONS if one.answer.value == "number"}
        return {code: _plain(text) if code in numbers else text for code, text in self.answers.items()}


def _plain(text: str) -> str:
    """A number as programs write it; as it was typed when it is none, for the rule to refuse it."""
    try:
        return f"{typed_number(text):f}"
    except NotANumber:
        return text.strip()


class VariantsForm(Form):
    """The variants to price side by side."""

    deductibles = SelectMultipleField(_l("Franchises"), [required()])
    covers = SelectMultipleField(_l("Garanties"), [required()])
    instalments = SelectMultipleField(_l("Fractionnements"), [required()])
    without_diseases = BooleanField(_l("Accidents du travail seulement, sans les maladies professionnelles"))
    deductible_eur = EurosField(
        _l("Autre franchise, en euros par section et par an"), [Optional()], description=_l("Par dérogation.")
    )
    discount = StringField(_l("Remise commerciale"), [Optional()], description=_l("En pourcentage de la prime nette."))

    @classmethod
    def offered(cls, product: ProductVersion) -> Self:
        """The form with what the product offers; its own variants are ticked."""
        standard = [str(at) for at, one in enumerate(product.deductibles) if not one.by_exception]
        form = cls(deductibles=standard, covers=["0"], instalments=[Frequency.YEARLY.value])
        form.deductibles.choices = choices(
            (str(at), _deductible_said(one)) for at, one in enumerate(product.deductibles)
        )
        form.covers.choices = choices((str(at), label) for at, (_codes, label) in enumerate(covers_of(product)))
        form.instalments.choices = choices((one.value, one.label) for one in Frequency if one in product.instalments)
        return form

    def variants(self, product: ProductVersion) -> tuple[Variant, ...]:
        """The variants asked for.

        Raises:
            InvalidInput: too many of them, or a discount that is no percent.
        """
        covers = [covers_of(product)[int(at)][0] for at in self.covers.data or []]
        deductibles = [product.deductibles[int(at)].deductible for at in self.deductibles.data or []]
        if self.deductible_eur.data is not None:
            deductibles.append(Deductible(DeductibleKind.EUROS, Fraction(self.deductible_eur.data)))
        by_code = {one.value: one for one in Frequency}
        frequencies = [by_code[code] for code in self.instalments.data or []]
        found = tuple(
            Variant(cover, deductible, frequency, product.limits, not self.without_diseases.data, self._discount())
            for cover, deductible, frequency in every_pair(covers, deductibles, frequencies)
        )
        if len(found) > MOST_VARIANTS:
            raise InvalidInput.one(
                f"{len(found)} formules demandées", f"En comparer {MOST_VARIANTS} au plus", place="deductibles"
            )
        return found

    def _discount(self) -> Fraction:
        text = (self.discount.data or "").strip()
        if not text:
            return ZERO
        try:
            percent = Fraction(typed_number(text, "%"))
        except NotANumber as error:
            raise InvalidInput.one(str(error), error.remedy, place="discount") from error
        if not 0 <= percent < 100:
            said = f"remise de {french_percent(percent)}"
            raise InvalidInput.one(said, "Donner un pourcentage entre 0 et 100", place="discount")
        return percent / 100


def covers_of(product: ProductVersion) -> list[tuple[frozenset[str], Label]]:
    """The sets of guarantees that a product lets one choose: all of them, then without each optional one, then none."""
    every = [one.code for one in product.guarantees]
    optional = [one.code for one in product.guarantees if one.is_optional]
    labels = {one.code: one.label_fr for one in GUARANTEES}
    found: list[tuple[frozenset[str], Label]] = [(frozenset(every), Label("Toutes les garanties"))]
    found += [(frozenset(every) - {code}, Phrase("Sans : %(guarantee)s", guarantee=labels[code])) for code in optional]
    if len(optional) > 1:
        found.append((frozenset(every) - set(optional), Label("Sans aucune option")))
    return found


def _deductible_said(one: DeductibleChoice) -> Label:
    said = deductible_text(one.deductible)
    return Phrase("%(deductible)s (dérogation)", deductible=said) if one.by_exception else said


class ReferForm(Form):
    """A quote to hand to the underwriters, or on to the insurer."""

    words = TextAreaField(_l("Ce qu'il faut savoir"), [required(), Length(max=LONGEST)])


class DecideForm(Form):
    """The answer to a referred quote."""

    granted = SelectField(
        _l("Décision"), [required()], choices=choices([("", "–"), ("yes", _l("Accepter")), ("no", _l("Refuser"))])
    )
    reason = TextAreaField(_l("Motif"), [required(), Length(max=LONGEST)])
    conditions = TextAreaField(
        _l("Conditions"), [Optional(), Length(max=LONGEST)], description=_l("Le client les lira sur son devis.")
    )


class SendForm(Form):
    """To whom a quote goes."""

    addressee = StringField(
        _l("Destinataire"), [required(), Length(max=120)], description=_l("La personne que le courriel saluera.")
    )
    email = EmailField(_l("Son adresse électronique"), [required(), Length(max=200)])


class AcceptForm(Form):
    """What a client fills to accept: variant, signature, account, sentences read."""

    variant = SelectField(_l("Formule choisie"), [required()])
    signatory = StringField(_l("Nom et prénom du signataire"), [required(), Length(max=120)])
    signatory_role = StringField(_l("Qualité"), [required(), Length(max=120)], description=_l("Par exemple : gérante."))
    holder = StringField(_l("Titulaire du compte"), [required(), Length(max=120)])
    iban = StringField("IBAN", [required(), Length(max=50)])
    bic = StringField("BIC", [Optional(), Length(max=20)])
    consents = SelectMultipleField(_l("Déclarations"), [Optional()])
