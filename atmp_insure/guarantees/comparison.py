"""What changes from one product version to another, in French, and which clients each change touches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from atmp_insure.guarantees.catalogue import GUARANTEES, guarantee
from atmp_insure.guarantees.catalogue.conditions import causes_text
from atmp_insure.guarantees.touched import EVERY_CLIENT, FUTURE_QUOTES, Touched, Whom
from atmp_insure.guarantees.vocabulary import Frequency
from atmp_insure.guarantees.written import (
    DAYS,
    PEOPLE,
    YEARS,
    amount_text,
    count_text,
    date_text,
    deductible_text,
    percent_text,
)
from atmp_insure.kernel.labelled import Label
from atmp_insure.kernel.phrases import Listed, Phrase
from atmp_insure.regulation.values import Confidence
from atmp_insure.regulation.vocabulary import Mode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date
    from fractions import Fraction

    from atmp_insure.guarantees.product import Exclusion, GuaranteeTerms, ProductVersion
    from atmp_insure.regulation.values import Citation

T = TypeVar("T")
_Source = tuple[str, Confidence, str]  # text, what it is worth, warning
_NOTHING = Label("néant")
_PARTS = {
    "trigger": Label("déclenchement"),
    "recourse": Label("recours"),
    "guarantees": Label("garanties"),
    "deductibles": Label("franchises"),
    "limits": Label("plafonds"),
    "exclusions": Label("exclusions"),
    "eligibility": Label("clients admis"),
    "loadings": Label("chargements"),
    "authority": Label("renvois et remises"),
    "instalments": Label("fractionnement"),
    "minimum_premium": Label("prime minimale"),
    "validity": Label("validité du devis"),
}
_CONFIDENCE = {
    Confidence.OFFICIAL: "source officielle",
    Confidence.SECONDARY: "source secondaire",
    Confidence.AS_PRINTED: "lu sur une pièce du client",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that two versions say otherwise.

    Attributes:
        field: stable name: `instalments.monthly`.
        label_fr: what changes.
        former: what the former version says, in French.
        latter: what the latter says.
        touches: whom it touches.
    """

    field: str
    label_fr: Label
    former: str
    latter: str
    touches: Touched


def changes(former: ProductVersion, latter: ProductVersion) -> tuple[Change, ...]:
    """Everything that the latter version says otherwise, in the order of a product file; nothing when they are equal.

    Source: art. L.516-1 Code des assurances: whoever designs a product reviews it and knows whom a change touches.
    """
    return (
        *_names(former, latter),
        *_guarantees(former, latter),
        *_trigger(former, latter),
        *_recourse(former, latter),
        *_deductibles(former, latter),
        *_limits(former, latter),
        *_exclusions(former, latter),
        *_eligibility(former, latter),
        *_loadings(former, latter),
        *_authority(former, latter),
        *_premium(former, latter),
        *_citations(former, latter),
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """A thing that both versions say, by its name; it makes a change where they differ."""

    field: str
    label_fr: Label

    def change(self, former: T, latter: T, write: Callable[[T], str], touches: Touched) -> Iterator[Change]:
        if former != latter:
            yield Change(self.field, self.label_fr, write(former), write(latter), touches)


def _names(former: ProductVersion, latter: ProductVersion) -> Iterator[Change]:
    yield from _Said("product", Label("Produit")).change(former.product, latter.product, str, EVERY_CLIENT)
    yield from _Said("version", Label("Version")).change(former.version, latter.version, str, EVERY_CLIENT)
    yield from _Said("label_fr", Label("Nom du produit")).change(former.label_fr, latter.label_fr, str, EVERY_CLIENT)
    days = _Said("first_day", Label("Premier jour des prises d'effet"))
    yield from days.change(former.first_day, latter.first_day, date_text, FUTURE_QUOTES)
    days = _Said("last_day", Label("Dernier jour des prises d'effet"))
    yield from days.change(former.last_day, latter.last_day, _last_day, FUTURE_QUOTES)


def _guarantees(former: ProductVersion, latter: ProductVersion) -> Iterator[Change]:
    for one in GUARANTEES:
        before, after = former.terms_of(one.code), latter.terms_of(one.code)
        if before is not None and after is not None:
            yield from _terms(one.label_fr, before, after)
        else:
            touches = EVERY_CLIENT if before is None else Touched(Whom.WITH_GUARANTEE, guarantee=one.code)
            said = _Said(f"guarantees.{one.code}", one.label_fr)
            yield from said.change(before, after, _sold, touches)


def _terms(label_fr: Label, former: GuaranteeTerms, latter: GuaranteeTerms) -> Iterator[Change]:
    touched = Touched(Whom.WITH_GUARANTEE, guarantee=former.code)

    def said(name: str, what_fr: Label) -> _Said:
        return _Said(
            f"guarantees.{former.code}.{name}", Phrase("%(guarantee)s : %(what)s", guarantee=label_fr, what=what_fr)
        )

    yield from said("is_optional", Label("choix")).change(
        former.is_optional, latter.is_optional, _optional, EVERY_CLIENT
    )
    yield from said("causes", Label("causes garanties")).change(former.causes, latter.causes, causes_text, touched)
    yield from said("includes_death", Label("décès")).change(
        former.includes_death, latter.includes_death, _death, touched
    )
    share = said("fee_share", Label("part remboursée au plus"))
    yield from share.change(former.fee_share, latter.fee_share, _or_nothing(percent_text), touched)
    yield from said("tax_class", Label("classe de taxe")).change(former.tax_class, latter.tax_class, str, touched)


def _trigger(former: ProductVersion, latter: ProductVersion) -> Iterator[Change]:
    before, after = former.trigger, latter.trigger
    basis = _Said("trigger.basis", Label("Base de déclenchement"))
    yield from basis.change(before.basis, after.basis, lambda one: one.label, EVERY_CLIENT)
    waiting = _Said("trigger.waiting_days", Label("Délai de carence"))
    yield from waiting.change(before.waiting_days, after.waiting_days, _days, FUTURE_QUOTES)
    run_off = _Said("trigger.run_off_years", Label("Suite de la garantie après l'année d'assurance"))
    yield from run_off.change(before.run_off_years, after.run_off_years, _run_off, EVERY_CLIENT)


def _recourse(former: ProductVersion, latter: ProductVersion) -> Iterator[Change]:
    before, after = former.recourse, latter.recourse
    pending = _Said("recourse.while_pending", Label("Pendant un recours"))
    yield from pending.change(before.while_pending, after.while_pending, lambda one: one.label, EVERY_CLIENT)
    engaged = _Said("recourse.must_be_engaged", Label("Recours préalable"))
    yield from engaged.change(before.must_be_engaged, after.must_be_engaged, _required, EVERY_CLIENT)


def _deductibles(former: ProductVersion, latter: ProductVersion) -> Iterator[Change]:
    before = {one.deductible: one.by_exception for one in former.deductibles}
    after = {one.deductible: one.by_exception for one in latter.deductibles}
    for one in {**before, **after}:
        touches = Touched(Whom.WITH_DEDUCTIBLE, deductible=one) if one in before else EVERY_CLIENT
        said = _Said(
            f"deductibles.{one.kind.value}.{one.value}",
            Phrase("Franchise : %(deductible)s", deductible=deductible_text(one)),
        )
        yield from said.change(before.get(one), after.get(one), _offered, touches)


def _limits(former: ProductVersion, latter: ProductVersion) -> Iterator[Change]:
    before, after = former.limits, latter.limits
    for name, label_fr, one, other in (
        (
            "section_year_eur",
            Label("Plafond par section et par année"),
            before.section_year_eur,
            after.section_year_eur,
        ),
        ("year_eur", Label("Plafond toutes sections, par année"), before.year_eur, after.year_eur),
        (
            "policy_eur",
            Label("Plafond pour tout ce que paie une année d'assurance"),
            before.policy_eur,
            after.policy_eur,
        ),
    ):
        yield from _Said(f"limits.{name}", label_fr).change(one, other, _limit, EVERY_CLIENT)


def _exclusions(former: ProductVersion, latter: ProductVersion) -> Iterator[Change]:
    before = {one.code: one for one in former.exclusions}
    after = {one.code: one for one in latter.exclusions}
    for code in {**before, **after}:
        one, other = before.get(code), after.get(code)
        said = _Said(f"exclusions.{code}", Phrase("Exclusion %(clause)s", clause=(other or before[code]).clause))
        yield from said.change(_clause(one), _clause(other), lambda text: text or _NOTHING, EVERY_CLIENT)


def _eligibility(former: ProductVersion, latter: ProductVersion) -> Iterator[Change]:
    before, after = former.eligibility, latter.eligibility
    below = max(before.smallest_headcount, after.smallest_headcount)
    headcount = _Said("eligibility.smallest_headcount", Label("Effectif minimal"))
    touches = Touched(Whom.HEADCOUNT_BELOW, headcount=below)
    yield from headcount.change(before.smallest_headcount, after.smallest_headcount, _persons, touches)
    for mode in Mode:
        said = _Said(f"eligibility.modes.{mode.value}", Phrase("Tarification %(mode)s", mode=mode.label))
        touches = Touched(Whom.WITH_MODE, mode=mode)
        yield from said.change(mode in before.modes, mode in after.modes, _admitted, touches)
    for scheme in sorted(before.schemes | after.schemes):
        said = _Said(f"eligibility.schemes.{scheme}", Phrase("Régime « %(scheme)s »", scheme=scheme))
        touches = Touched(Whom.OF_SCHEME, scheme=scheme)
        yield from said.change(scheme in before.schemes, scheme in after.schemes, _admitted_scheme, touches)


def _loadings(former: ProductVersion, latter: ProductVersion) -> Iterator[Change]:
    before, after = former.loadings, latter.loadings
    for name, label_fr, one, other in (
        (
            "capital",
            Label("Coût du capital, part de ce qu'une mauvaise année paie de plus"),
            before.capital,
            after.capital,
        ),
        ("management", Label("Frais de gestion, part de la prime"), before.management, after.management),
        ("insurer_margin", Label("Marge de l'assureur, part de la prime"), before.insurer_margin, after.insurer_margin),
        ("broker_commission", Label("Commission du courtier"), before.broker_commission, after.broker_commission),
    ):
        yield from _Said(f"loadings.{name}", label_fr).change(one, other, percent_text, EVERY_CLIENT)


def _authority(former: ProductVersion, latter: ProductVersion) -> Iterator[Change]:
    before, after = former.authority, latter.authority
    wages = _Said("authority.largest_wages_eur", Label("Renvoi au service souscription : masse salariale au-dessus de"))
    touches = Touched(Whom.WAGES_ABOVE, amount_eur=min(before.largest_wages_eur, after.largest_wages_eur))
    yield from wages.change(before.largest_wages_eur, after.largest_wages_eur, amount_text, touches)
    cost = _Said(
        "authority.largest_percentile_eur",
        Label("Renvoi au service souscription : coût dépassé une année sur deux cents, au-dessus de"),
    )
    yield from cost.change(before.largest_percentile_eur, after.largest_percentile_eur, amount_text, FUTURE_QUOTES)
    claims = _Said(
        "authority.open_grave_claims",
        Label("Renvoi au service souscription : sinistres graves en cours, à partir de"),
    )
    yield from claims.change(before.open_grave_claims, after.open_grave_claims, str, FUTURE_QUOTES)
    margin = _Said(
        "authority.headcount_margin", Label("Renvoi au service souscription : proximité d'un seuil d'effectif")
    )
    yield from margin.change(before.headcount_margin, after.headcount_margin, _persons, FUTURE_QUOTES)
    share = _Said(
        "authority.temporary_share", Label("Renvoi au service souscription : part d'intérimaires, à partir de")
    )
    yield from share.change(before.temporary_share, after.temporary_share, percent_text, FUTURE_QUOTES)
    discount = _Said("authority.largest_discount", Label("Remise permise au courtier"))
    yield from discount.change(before.largest_discount, after.largest_discount, percent_text, FUTURE_QUOTES)


def _premium(former: ProductVersion, latter: ProductVersion) -> Iterator[Change]:
    for one in Frequency:
        said = _Said(
            f"instalments.{one.value}", Phrase("Frais de fractionnement, paiement %(frequency)s", frequency=one.label)
        )
        touches = Touched(Whom.PAYING, frequency=one)
        before, after = former.instalments.get(one), latter.instalments.get(one)
        yield from said.change(before, after, _surcharge, touches)
    minimum = _Said("minimum_premium_eur", Label("Prime minimale hors taxe"))
    touches = Touched(Whom.PREMIUM_BELOW, amount_eur=max(former.minimum_premium_eur, latter.minimum_premium_eur))
    yield from minimum.change(former.minimum_premium_eur, latter.minimum_premium_eur, amount_text, touches)
    validity = _Said("validity_days", Label("Validité du devis"))
    yield from validity.change(former.validity_days, latter.validity_days, _days, FUTURE_QUOTES)


def _citations(former: ProductVersion, latter: ProductVersion) -> Iterator[Change]:
    """Sources of the parts; those of guarantees and exclusions are among them, under their part or their own key."""
    for key in {**former.citations, **latter.citations}:
        said = _Said(f"citations.{key}", Phrase("Source : %(part)s", part=_part(key)))
        before, after = (_source_of(one.citations, key) for one in (former, latter))
        yield from said.change(before, after, _citation, FUTURE_QUOTES)


def _part(key: str) -> str:
    part, _, code = key.partition(".")
    name = _PARTS.get(part, part)
    return Listed((name, guarantee(code).label_fr if part == "guarantees" else code)) if code else name


def _source_of(citations: Mapping[str, Citation], key: str) -> _Source | None:
    return _source(citations[key]) if key in citations else None


def _source(citation: Citation) -> _Source:
    """What a reader is told of a citation: not the line it stands on, nor the day someone looked at it."""
    return citation.source, citation.confidence, citation.warning


def _citation(source: _Source | None) -> str:
    if source is None:
        return _NOTHING
    text, confidence, warning = source
    unsettled = f" (à confirmer : {warning})" if confidence is Confidence.UNSETTLED else ""
    return f"{text}{unsettled or f' ({_CONFIDENCE.get(confidence, confidence.value)})'}"


def _or_nothing(write: Callable[[T], str]) -> Callable[[T | None], str]:
    return lambda value: _NOTHING if value is None else write(value)


def _clause(exclusion: Exclusion | None) -> str:
    return f"{exclusion.clause} {exclusion.text_fr}" if exclusion is not None else ""


def _last_day(day: date | None) -> str:
    return date_text(day) if day is not None else Label("jusqu'à la version suivante")


def _sold(terms: GuaranteeTerms | None) -> str:
    return _optional(terms.is_optional) if terms is not None else Label("non proposée")


def _optional(is_optional: bool) -> str:
    return Label("au choix du client") if is_optional else Label("toujours comprise")


def _death(includes_death: bool) -> str:
    return Label("garanti") if includes_death else Label("non garanti")


def _required(must_be_engaged: bool) -> str:
    return Label("exigé") if must_be_engaged else Label("non exigé")


def _admitted(is_admitted: bool) -> str:
    return Label("admise") if is_admitted else Label("non admise")


def _admitted_scheme(is_admitted: bool) -> str:
    return Label("admis") if is_admitted else Label("non admis")


def _offered(by_exception: bool | None) -> str:
    if by_exception is None:
        return Label("non proposée")
    return Label("par dérogation") if by_exception else Label("proposée")


def _surcharge(share: Fraction | None) -> str:
    return percent_text(share) if share is not None else Label("non proposé")


def _limit(limit_eur: Fraction | None) -> str:
    return amount_text(limit_eur) if limit_eur is not None else Label("sans plafond")


def _run_off(years: int | None) -> str:
    return count_text(years, YEARS) if years is not None else Label("jusqu'à la fin de leurs effets")


def _days(days: int) -> str:
    return count_text(days, DAYS) if days else Label("aucun")


def _persons(count: int) -> str:
    return count_text(count, PEOPLE)
