"""What pages say of files and quotes: states in words, and the stored answer of a quote as values ready to show."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from atmp_insure.access.models import ApprovalState
from atmp_insure.formatting import euros, number, percent
from atmp_insure.guarantees.catalogue import GUARANTEES
from atmp_insure.guarantees.product import Deductible
from atmp_insure.guarantees.vocabulary import DeductibleKind, Frequency, InsuredEvent
from atmp_insure.guarantees.written import deductible_text
from atmp_insure.kernel.labelled import Label
from atmp_insure.kernel.numbers import exact_number
from atmp_insure.kernel.phrases import Listed, Phrase
from atmp_insure.underwriting.decision import Verdict
from atmp_insure.underwriting.models import SubmissionState
from atmp_insure.underwriting.needs import QUESTIONS, SCHEMES, YES, AnswerKind
from atmp_insure.underwriting.premium import ADDED_ON_AVERAGE, MINIMUM, PRICING_METHOD
from atmp_insure.underwriting.quote_chart import dearest_impact, quote_chart
from atmp_insure.underwriting.quote_course import QuoteAct, QuoteState, is_open_to
from atmp_insure.underwriting.referral_service import INSURER, UNDERWRITER
from atmp_insure.web.display import Explanation, State, Tone, TraceStep
from atmp_insure.web.languages import current_language
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from atmp_insure.underwriting.models import NeedsForm, Quote

SUBMISSION_STATES = {
    SubmissionState.OPEN: State(_l("ouverte"), Tone.INFO),
    SubmissionState.ACCEPTED: State(_l("acceptée par le client"), Tone.GOOD),
    SubmissionState.CLOSED: State(_l("close"), Tone.NEUTRAL, "ban"),
}
QUOTE_STATES = {
    QuoteState.READY: State(_l("prêt à envoyer"), Tone.GOOD, "send"),
    QuoteState.TO_REFER: State(_l("à soumettre"), Tone.CARE),
    QuoteState.REFERRED: State(_l("soumis"), Tone.INFO, "hourglass"),
    QuoteState.REFUSED: State(_l("refusé"), Tone.BAD),
    QuoteState.SENT: State(_l("envoyé"), Tone.INFO, "mail"),
    QuoteState.ACCEPTED: State(_l("accepté par le client"), Tone.GOOD),
    QuoteState.LAPSED: State(_l("expiré"), Tone.NEUTRAL, "clock"),
    QuoteState.REPLACED: State(_l("remplacé"), Tone.NEUTRAL, "history"),
}
VERDICTS = {
    Verdict.ACCEPT.value: State(_l("accepté"), Tone.GOOD),
    Verdict.REFER.value: State(_l("à soumettre au service souscription"), Tone.CARE),
    Verdict.REFUSE.value: State(_l("refusé"), Tone.BAD),
}
REASON_TONES = {
    Verdict.ACCEPT.value: State(_l("à savoir"), Tone.INFO, "info-circle"),
    Verdict.REFER.value: State(_l("à décider"), Tone.CARE, "alert-triangle"),
    Verdict.REFUSE.value: State(_l("refus"), Tone.BAD, "circle-x"),
}
MODES = {"collective": _l("collectif"), "mixed": _l("mixte"), "individual": _l("individuel")}
WAITS_FOR = {UNDERWRITER: _l("le service souscription"), INSURER: _l("l'assureur")}
DECIDED_BY = {
    "rules": _l("Les règles du produit"),
    "underwriter": _l("Le service souscription"),
    "insurer": _l("L'assureur"),
}
EVENTS = {event.value: event.label for event in InsuredEvent}
FREQUENCIES = {one.value: one.label for one in Frequency}
_LABELS = {one.code: one.label_fr for one in GUARANTEES}
_KINDS = {one.value: one for one in DeductibleKind}


@dataclass(frozen=True, slots=True)
class QuoteActs:
    """What the viewer may do to a quote where it stands."""

    refer: bool
    decide: bool
    ask_insurer: bool
    apply: bool
    send: bool
    send_again: bool


def acts_offered(quote: Quote, *, may_write: bool, may_decide: bool, accord: ApprovalState | None) -> QuoteActs:
    """What a page offers to do to a quote.

    Args:
        accord: the state of the second accord that a decision awaits; None when none does.
    """
    may_answer = may_decide and accord is None and is_open_to(quote.state, QuoteAct.GRANT)
    return QuoteActs(
        refer=may_write and is_open_to(quote.state, QuoteAct.REFER),
        decide=may_answer,
        ask_insurer=may_answer and quote.waits_for == UNDERWRITER,
        apply=may_decide and accord is ApprovalState.GRANTED,
        send=may_write and is_open_to(quote.state, QuoteAct.SEND),
        send_again=may_write and quote.state is QuoteState.SENT,
    )


def answered(form: NeedsForm) -> list[tuple[Label, str]]:
    """The questions of a form of needs, as they were asked, each with its answer in words."""
    return [(Label(text), _answer_said(code, form.answers[code])) for code, text in form.questions]


def _answer_said(code: str, answer: str) -> str:
    match next((one.answer for one in QUESTIONS if one.code == code), AnswerKind.TEXT):
        case AnswerKind.YES_NO:
            return Label("oui") if answer == YES else Label("non")
        case AnswerKind.SCHEME:
            return SCHEMES.get(answer, Label(answer))
        case AnswerKind.NUMBER:
            return number(exact_number(answer), language=current_language())
        case AnswerKind.TEXT:
            return answer


@dataclass(frozen=True, slots=True)
class GuaranteeRow:
    """A guarantee of a variant, with what it is expected to pay and what it costs."""

    code: str
    label: Label
    expected: Decimal
    error: Decimal
    percentiles: tuple[Decimal, ...]
    chance: Fraction
    net: Decimal


@dataclass(frozen=True, slots=True)
class VariantView:
    """A variant as pages show it.

    Attributes:
        at: its place, from 0.
        lines: label and net premium of each line, the complement to the minimum included.
        percent_of_wages: total, as a fraction of wages; None without wages.
    """

    at: int
    deductible: Label
    has_deductible: bool
    frequency: Label
    guarantees: tuple[GuaranteeRow, ...]
    lines: tuple[tuple[Label, Decimal], ...]
    left_out: tuple[Label, ...]
    technical: Decimal
    discount: Decimal
    net: Decimal
    surcharge: Decimal
    tax: Decimal
    total: Decimal
    commission: Decimal
    calls: tuple[Decimal, ...]
    low: Decimal
    high: Decimal
    percent_of_wages: Fraction | None
    per_employee: Decimal | None
    percent_of_contributions: Fraction | None
    diseases: bool

    @property
    def title(self) -> str:
        """Its number, as on the paper, and its deductible: `Formule 2 : 0,30 % de la masse salariale`."""
        return _("Formule %(number)s : %(deductible)s", number=self.at + 1, deductible=self._deductible)

    @property
    def _deductible(self) -> str:
        if self.has_deductible:
            return _("franchise de %(deductible)s", deductible=self.deductible)
        return self.deductible

    @property
    def whole_title(self) -> str:
        """All that the client chooses in it: what is signed says so."""
        said: list[str] = [self.title, self.frequency]
        if not self.diseases:
            said.append(_("accidents du travail seulement"))
        said += [_("sans « %(guarantee)s »", guarantee=one) for one in self.left_out]
        return Listed(said)

    @property
    def left_out_said(self) -> Label:
        """The guarantees of the product that it does without."""
        return Listed(self.left_out, " ; ")

    @property
    def calls_said(self) -> str:
        """How it is paid: `4 × 450,00 €`, `451,50 € puis 3 × 450,00 €`: cents that are left fall first."""
        if len(self.calls) == 1:
            return _("en un seul appel de prime")
        first, other = (euros(one, 2, current_language()) for one in self.calls[:2])
        if first == other:
            return _("%(count)s × %(amount)s", count=len(self.calls), amount=first)
        return _("%(first)s puis %(count)s × %(amount)s", first=first, count=len(self.calls) - 1, amount=other)


@dataclass(frozen=True, slots=True)
class IllustrationRow:
    """One accident, in one section, and what each variant pays of it."""

    section: str
    event: str
    event_label: str
    years: int
    total: Decimal
    share: Fraction
    paid: tuple[Decimal, ...]
    left: tuple[Decimal, ...]


def variants_of(answer: Mapping[str, Any]) -> tuple[VariantView, ...]:
    """The variants of a stored answer."""
    return tuple(_variant(at, one, answer) for at, one in enumerate(answer["variants"]))


def _variant(at: int, one: Mapping[str, Any], answer: Mapping[str, Any]) -> VariantView:
    cost, ratios = one["premium"], one["ratios"]
    sold = [row["guarantee"] for row in answer["terms"]["guarantees"]]
    return VariantView(
        at=at,
        deductible=deductible_text(_deductible(one["deductible"])),
        has_deductible=Fraction(one["deductible"]["value"]) != 0,
        frequency=FREQUENCIES[one["instalments"]],
        guarantees=tuple(_guarantee(row) for row in one["price"]),
        lines=tuple((_line_label(line), Decimal(line["net_eur"])) for line in cost["lines"]),
        left_out=tuple(_LABELS.get(code, Label(code)) for code in sold if code not in one["guarantees"]),
        technical=Decimal(cost["technical_eur"]), discount=Decimal(cost["discount_eur"]), net=Decimal(cost["net_eur"]),
        surcharge=Decimal(cost["surcharge_eur"]), tax=Decimal(cost["tax_eur"]), total=Decimal(cost["total_eur"]),
        commission=Decimal(cost["commission_eur"]), calls=tuple(map(Decimal, cost["calls_eur"])),
        low=Decimal(one["range"]["low_total_eur"]), high=Decimal(one["range"]["high_total_eur"]),
        percent_of_wages=_fraction(ratios["percent_of_wages_percent"]),
        per_employee=None if ratios["per_employee_eur"] is None else Decimal(ratios["per_employee_eur"]),
        percent_of_contributions=_fraction(ratios["percent_of_contributions_percent"]),
        diseases=one["diseases"],
    )  # fmt: skip


def _line_label(line: Mapping[str, str]) -> Label:
    return Label("Complément de prime minimale") if line["code"] == MINIMUM else _name_of(line)


def _name_of(row: Mapping[str, str]) -> Label:
    """The name of a guarantee, which a stored answer keeps in French."""
    kept = row["label_fr"]
    return Label(kept)


def _guarantee(row: Mapping[str, Any]) -> GuaranteeRow:
    return GuaranteeRow(
        row["guarantee"], _name_of(row), Decimal(row["expected_eur"]), Decimal(row["standard_error_eur"]),
        tuple(map(Decimal, row["percentiles_eur"].values())), Fraction(row["chance_of_payment_share"]),
        Decimal(row["net_eur"]),
    )  # fmt: skip


def _deductible(said: Mapping[str, str]) -> Deductible:
    return Deductible(_KINDS[said["kind"]], Fraction(said["value"]))


def _fraction(percent: str | None) -> Fraction | None:
    return None if percent is None else Fraction(percent) / 100


def premium_lines(variants: Sequence[VariantView]) -> tuple[tuple[Label, tuple[Decimal | None, ...]], ...]:
    """The lines of the premiums of all variants, each with its amount in every variant; None: not in that one."""
    labels = dict.fromkeys(label for one in variants for label, _net in one.lines)
    known = [dict(one.lines) for one in variants]
    return tuple((label, tuple(lines.get(label) for lines in known)) for label in labels)


def illustrations_of(answer: Mapping[str, Any]) -> tuple[IllustrationRow, ...]:
    """One accident of each event, section by section."""
    return tuple(
        IllustrationRow(
            one["section"], one["event"], EVENTS[one["event"]],
            sum(Decimal(year["excess_eur"]) != 0 for year in one["years"]), Decimal(one["total_excess_eur"]),
            Fraction(one["share_of_wages_percent"]) / 100, tuple(map(Decimal, one["indemnities_eur"])),
            tuple(Decimal(one["total_excess_eur"]) - Decimal(paid) for paid in one["indemnities_eur"]),
        )
        for one in answer["impact"]
    )  # fmt: skip


def quote_picture(answer: dict[str, Any], asked: str | None) -> dict[str, Any]:
    """What the office and the client see of a quote: its dearest accident drawn, its variants, their lines.

    Args:
        asked: place of the variant that the address asks for; the first stands for what is no place.
    """
    variants, illustrations = variants_of(answer), illustrations_of(answer)
    at = int(asked) if asked and asked.isdecimal() and int(asked) < len(variants) else 0
    dearest = dearest_impact(answer)
    chart = (
        None if dearest is None else quote_chart(answer, dearest["section"], dearest["event"], at, current_language())
    )
    return {
        "variant": at, "variants": variants, "lines": premium_lines(variants), "illustrations": illustrations,
        "chart": chart, "worst": max(illustrations, key=lambda one: one.total, default=None),
    }  # fmt: skip


def premium_explained(quote: Quote, at: int) -> Explanation:
    """How the premium of a variant was found."""
    one = quote.answer["variants"][at]
    steps = tuple(_step(step) for step in one["premium"]["trace"])
    said = _(
        "Tirage n° %(seed)s (suite %(stream)s), %(count)s scénarios, produit %(version)s.",
        seed=quote.seed, count=quote.scenarios, stream=quote.stream, version=quote.product_version,
    )  # fmt: skip
    return Explanation(_("Prime de la formule"), _in_euros(one["premium"]["total_eur"]), steps, said)


def _step(kept: Mapping[str, Any]) -> TraceStep:
    label, value = _step_label(kept["label_fr"]), _in_euros(kept["value"])
    return TraceStep(label, value, _inputs(kept["inputs"]), _source_said(kept["source"]))


def _step_label(label_fr: str) -> Label:
    """The name of a step, which a stored quote keeps in French words, that of its guarantee with it."""
    guarantee, added, _rest = label_fr.partition(ADDED_ON_AVERAGE)
    if not added:
        return Label(label_fr)
    return Phrase("%(guarantee)s : ce que la garantie ajoute en moyenne", guarantee=Label(guarantee))


_INPUT_LABELS = {
    "expected_eur": _l("prime pure"),
    "standard_error_eur": _l("erreur type"),
    "percentile_995_eur": _l("dépassé une année sur deux cents"),
    "chance_of_payment_share": _l("probabilité d'indemnisation"),
    "capital_share": _l("coût du capital"),
    "loadings_share": _l("chargements"),
    "discount_share": _l("remise"),
    "discount_eur": _l("remise, en euros"),
    "minimum_eur": _l("prime minimale"),
    "surcharge_eur": _l("fractionnement"),
    "tax_eur": _l("taxe"),
}


def _inputs(said: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((str(_INPUT_LABELS.get(name, name)), _quantity(name, text)) for name, text in said.items())


def _quantity(name: str, text: str) -> str:
    """What a step takes in, in its unit, which the end of its name tells."""
    return percent(Fraction(text), language=current_language()) if name.endswith("_share") else _in_euros(text)


def _in_euros(text: str) -> str:
    return euros(Fraction(text), language=current_language())


def _source_said(source: str) -> str:
    """The method of the office is written for those who make the product: a page names it."""
    return Label("méthode de tarification du bureau") if source == PRICING_METHOD else source
