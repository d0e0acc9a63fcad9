"""One product file: its versions, each read part by part and checked in itself."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from atmp_insure.guarantees.catalogue import GUARANTEES, guarantee
from atmp_insure.guarantees.product import (
    Authority,
    Deductible,
    DeductibleChoice,
    Eligibility,
    Exclusion,
    GuaranteeTerms,
    Limits,
    Loadings,
    ProductVersion,
    RecourseTerms,
    Trigger,
)
from atmp_insure.guarantees.vocabulary import (
    Cause,
    DeductibleKind,
    Frequency,
    InsuredEvent,
    PricingMethod,
    TriggerBasis,
    WhilePending,
)
from atmp_insure.kernel.labelled import Label
from atmp_insure.regulation.vocabulary import Mode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from atmp_insure.guarantees.readers.parts import Part
    from atmp_insure.regulation.values import Citation

CODES = tuple(one.code for one in GUARANTEES)
T = TypeVar("T")
SCHEMES = ("general",)  # the only régime whose rate the engine computes


@dataclass(frozen=True, slots=True)
class ReadVersion:
    """A version and the line of the file that begins it."""

    version: ProductVersion
    place: str


def read_product(top: Part, product: str) -> tuple[ReadVersion, ...]:
    """The versions of a file, in its order; faults are kept by the file's reading."""
    label = top.text("label")
    if top.has("note"):
        top.text("note")
    parts = top.parts("versions")
    versions = tuple(ReadVersion(_version(part, product, label), part.place) for part in parts)
    _refuse_twice("version", [one.version.version for one in versions], parts, "version")
    return versions


def _version(part: Part, product: str, label: str) -> ProductVersion:
    citations: dict[str, Citation] = {}

    def section(key: str) -> Part:
        found = part.part(key)
        citations[key] = found.citation()
        return found

    version = ProductVersion(
        product=product,
        version=part.text("version"),
        label_fr=Label(label),
        first_day=part.day("from"),
        last_day=part.day("until") if part.has("until") else None,
        guarantees=_guarantees(section("guarantees"), citations),
        trigger=_trigger(section("trigger")),
        recourse=_recourse(section("recourse")),
        deductibles=_deductibles(section("deductibles")),
        limits=_limits(section("limits")),
        exclusions=_exclusions(section("exclusions"), citations),
        eligibility=_eligibility(section("eligibility")),
        loadings=_loadings(section("loadings")),
        authority=_authority(section("authority")),
        instalments=_instalments(section("instalments")),
        minimum_premium_eur=section("minimum_premium").euros("eur"),
        validity_days=section("validity").integer("days", 1),
        citations=citations,
    )
    if version.last_day is not None and version.last_day < version.first_day:
        part.refuse("until précède from", "Corriger l'une des deux dates", "until")
    return version


def _guarantees(part: Part, citations: dict[str, Citation]) -> tuple[GuaranteeTerms, ...]:
    entries = part.parts("terms")
    terms = [_terms(entry, _own_citation(entry, "guarantees", citations)) for entry in entries]
    _refuse_twice("garantie", [one.code for one in terms], entries, "code")
    return tuple(sorted(terms, key=lambda one: CODES.index(one.code)))


def _terms(entry: Part, citation: Citation) -> GuaranteeTerms:
    code = entry.word("code", CODES)
    sold = guarantee(code)
    insures_death = (
        entry.is_sound("code") and sold.method is PricingMethod.INDEMNITY and InsuredEvent.DEATH in sold.events
    )
    return GuaranteeTerms(
        code=code,
        is_optional=entry.is_yes("optional"),
        causes=entry.members("causes", Cause),
        includes_death=bool(_only_for(entry, "includes_death", entry.is_yes, applies=insures_death)),
        fee_share=_only_for(entry, "fee_share_percent", entry.share, applies=sold.method is PricingMethod.FEES),
        tax_class=entry.text("tax_class"),
        citation=citation,
    )


def _only_for(entry: Part, key: str, read: Callable[[str], T], *, applies: bool) -> T | None:
    """What a key says where it has a meaning for the guarantee; elsewhere the key is refused."""
    if applies:
        return read(key)
    if entry.has(key) and entry.is_sound("code"):
        entry.refuse(f"{key} n'a pas de sens pour cette garantie", "Retirer cette clé", key)
    return None


def _own_citation(entry: Part, key: str, citations: dict[str, Citation]) -> Citation:
    """The citation of an entry: its own when it says a source, kept under `<part>.<code>`; else that of its part."""
    if not [one for one in ("source", "confidence", "checked_on", "warning") if entry.has(one)]:
        return citations[key]
    citations[f"{key}.{entry.text('code')}"] = own = entry.citation()
    return own


def _trigger(part: Part) -> Trigger:
    return Trigger(
        basis=part.member("basis", TriggerBasis),
        waiting_days=part.integer("waiting_days"),
        run_off_years=part.integer("run_off_years", 1) if part.has("run_off_years") else None,
    )


def _recourse(part: Part) -> RecourseTerms:
    return RecourseTerms(part.member("while_pending", WhilePending), part.is_yes("must_be_engaged"))


def _deductibles(part: Part) -> tuple[DeductibleChoice, ...]:
    entries = part.parts("choices")
    choices = tuple(DeductibleChoice(_deductible(entry), entry.is_yes("by_exception")) for entry in entries)
    _refuse_twice("franchise", [one.deductible for one in choices], entries, "kind", "percent", "eur")
    return choices


def _deductible(entry: Part) -> Deductible:
    kind = entry.member("kind", DeductibleKind)
    if not entry.is_sound("kind"):
        entry.pass_over("eur", "percent")
        return Deductible(kind, Fraction(0))
    return Deductible(kind, entry.euros("eur") if kind is DeductibleKind.EUROS else entry.share("percent"))


def _limits(part: Part) -> Limits:
    def limit(key: str) -> Fraction | None:
        return part.euros(key) if part.has(key) else None

    return Limits(limit("section_year_eur"), limit("year_eur"), limit("policy_eur"))


def _exclusions(part: Part, citations: dict[str, Citation]) -> tuple[Exclusion, ...]:
    entries = part.parts("clauses")
    found = tuple(
        Exclusion(
            code=entry.text("code"),
            clause=entry.text("clause"),
            text_fr=" ".join(entry.text("text").split()),
            citation=_own_citation(entry, "exclusions", citations),
        )
        for entry in entries
    )
    _refuse_twice("exclusion", [one.code for one in found], entries, "code")
    _refuse_twice("clause", [one.clause for one in found], entries, "clause")
    return found


def _eligibility(part: Part) -> Eligibility:
    return Eligibility(
        smallest_headcount=part.integer("smallest_headcount", 1),
        modes=part.members("modes", (Mode.MIXED, Mode.INDIVIDUAL)),  # a collective rate moves with no claim
        schemes=part.words("schemes", SCHEMES),
    )


def _loadings(part: Part) -> Loadings:
    loadings = Loadings(
        capital=part.share("capital_percent"),
        management=part.share("management_percent"),
        insurer_margin=part.share("insurer_margin_percent"),
        broker_commission=part.share("broker_commission_percent"),
    )
    if loadings.of_premium >= 1:
        part.refuse(
            "chargements de la prime à 100 % ou plus",
            "Baisser management_percent, insurer_margin_percent ou broker_commission_percent",
        )
    return loadings


def _authority(part: Part) -> Authority:
    return Authority(
        largest_wages_eur=part.euros("largest_wages_eur"),
        largest_percentile_eur=part.euros("largest_percentile_eur"),
        open_grave_claims=part.integer("open_grave_claims"),
        headcount_margin=part.integer("headcount_margin"),
        temporary_share=part.share("temporary_share_percent"),
        largest_discount=part.share("largest_discount_percent"),
    )


def _instalments(part: Part) -> Mapping[Frequency, Fraction]:
    """Surcharges by frequency; a key that names no frequency is told as unknown."""
    keys = {frequency: f"{frequency.value}_percent" for frequency in Frequency}
    found = {frequency: part.share(key) for frequency, key in keys.items() if part.has(key)}
    if not found:
        part.refuse("aucune périodicité de paiement", f"Écrire l'une de : {', '.join(keys.values())}")
    return found


def _refuse_twice(what_fr: str, said: Iterable[object], entries: Iterable[Part], *keys: str) -> None:
    """Tell what stands twice in a list; an entry whose keys could not be read is left aside."""
    seen: set[object] = set()
    for one, entry in zip(said, entries, strict=True):
        if not entry.is_sound(*keys):
            continue
        if one in seen:
            shown = f" « {one} »" if isinstance(one, str) else ""
            entry.refuse(f"{what_fr}{shown} donnée deux fois", "N'en garder qu'une")
        seen.add(one)
