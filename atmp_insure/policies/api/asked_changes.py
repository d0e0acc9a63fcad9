"""From what a program asks to the changes of an endorsement: each is checked against the terms that it finds.

Every fault says which change it is in and of which kind, what is wrong, where in the body, and what to do.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from atmp_insure.api.values import member_of
from atmp_insure.guarantees.catalogue import GUARANTEES
from atmp_insure.guarantees.product import Deductible, Limits
from atmp_insure.guarantees.vocabulary import DeductibleKind, Frequency
from atmp_insure.guarantees.written import deductible_text
from atmp_insure.kernel.errors import Fault, InvalidInput, Refused
from atmp_insure.kernel.identifiers import compact_siren, compact_siret, is_siren, is_siret
from atmp_insure.policies import changes as made
from atmp_insure.policies.changes import ChangeKind, Leaving
from atmp_insure.policies.endorsing import section_siret, sold_faults
from atmp_insure.policies.terms import (
    InsuredSection,
    InsurerShare,
    PremiumRate,
    SectionOrigin,
    require_sound,
    section_key,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import date

    from atmp_insure.guarantees.product import ProductVersion
    from atmp_insure.policies.changes import Change
    from atmp_insure.policies.endorsement_forms import Start
    from atmp_insure.policies.terms import PolicyTerms

Body = dict[str, Any]
_WHOLE = Fraction(1)


def changes_of(
    asked: Sequence[Body], start: Start, on: date, versions: Collection[ProductVersion]
) -> tuple[Change, ...]:
    """The changes that are asked for, each from the terms that those before it leave.

    Args:
        versions: of the product, among which one may choose.

    Raises:
        InvalidInput: every change that is wrong, placed in the body.
    """
    found: list[Change] = []
    faults: list[Fault] = []
    for at, body in enumerate(asked):
        kind = member_of(ChangeKind, body["kind"])
        try:
            change = _MADE[kind](body, start, on, versions)
            terms = change.applied(start.terms, on)
            require_sound(terms)
        except (InvalidInput, Refused) as error:
            faults += _placed(error, at, kind)
            continue
        found.append(change)
        product = next((one for one in versions if one.version == terms.product_version), start.product)
        start = replace(start, terms=terms, product=product)
    if faults:
        raise InvalidInput(faults)
    return tuple(found)


def _placed(error: InvalidInput | Refused, at: int, kind: ChangeKind) -> Iterator[Fault]:
    """What is wrong with a change, in words that say which it is."""
    recognised = f"changement n° {at + 1}, « {kind.label} » : "
    if isinstance(error, Refused):
        yield Fault(f"{recognised}{str(error).rstrip('.')}", "Corriger ce changement, ou la date", f"changes.{at}")
        return
    for one in error.faults:
        place = f"changes.{at}.{one.place}".rstrip(".")
        yield Fault(f"{recognised}{one.message}", one.remedy, place)


def _opened(body: Body, start: Start, on: date, _versions: object) -> Change:
    said = body["section"]
    for at, one in enumerate(said["history_of"]):
        if not is_siret(one):
            raise InvalidInput.one(
                f"« {one} » n'est pas un SIRET", "Donner ses quatorze chiffres", place=f"section.history_of.{at}"
            )
    return made.OpenSection(InsuredSection(
        siret=section_siret(said["siret"], start.siren, "section.siret"), section=said["section"].strip(),
        risk_code=said["risk_code"].strip(), wages_eur=_positive(said["wages_eur"], "section.wages_eur"),
        headcount=Fraction(said["headcount"]), first_day=on, origin=member_of(SectionOrigin, said["origin"]),
        history_of=tuple(compact_siret(one) for one in said["history_of"]),
    ))  # fmt: skip


def _closed(body: Body, start: Start, _on: date, _versions: object) -> Change:
    buyer = compact_siren(body["buyer_siren"] or "") or None
    if buyer is not None and not is_siren(buyer):
        raise InvalidInput.one(f"« {buyer} » n'est pas un SIREN", "Donner ses neuf chiffres", place="buyer_siren")
    return made.CloseSection(*_insured(body, start.terms), member_of(Leaving, body["leaving"]), buyer)


def _moved(body: Body, start: Start, _on: date, _versions: object) -> Change:
    return made.MoveSection(
        *_insured(body, start.terms), section_siret(body["to_siret"], start.siren, "to_siret")
    )  # fmt: skip


def _paid(body: Body, start: Start, _on: date, _versions: object) -> Change:
    return made.ChangeWages(*_insured(body, start.terms), _positive(body["wages_eur"], "wages_eur"))


def _covered(body: Body, start: Start, _on: date, _versions: object) -> Change:
    guarantees = frozenset(body["guarantees"])
    faults = sold_faults(guarantees, start.product)
    if faults:
        raise InvalidInput(replace(one, place="guarantees") for one in faults)
    return made.ChangeCover(guarantees, body["diseases"], _rates(body, start, guarantees))


def _deducted(body: Body, start: Start, _on: date, _versions: object) -> Change:
    given = body["deductible"]
    wanted = Deductible(member_of(DeductibleKind, given["kind"]), Fraction(given["value"]))
    offered = [one.deductible for one in start.product.deductibles]
    if wanted not in (*offered, start.terms.deductible):
        known = " ; ".join(f"{one.kind.value} {one.value} ({deductible_text(one)})" for one in offered)
        raise InvalidInput.one(
            f"franchise « {deductible_text(wanted)} » que le produit n'offre pas", f"En choisir une : {known}",
            place="deductible",
        )  # fmt: skip
    return made.ChangeDeductible(wanted, _rates(body, start, start.terms.guarantees))


def _limited(body: Body, start: Start, _on: date, _versions: object) -> Change:
    given = {name: None if said is None else Fraction(said) for name, said in body["limits"].items()}
    return made.ChangeLimits(Limits(**given), _rates(body, start, start.terms.guarantees))


def _priced(body: Body, start: Start, _on: date, _versions: object) -> Change:
    return made.ChangePrice(_rates(body, start, start.terms.guarantees), Fraction(body["minimum_eur"]))


def _versioned(body: Body, _start: Start, _on: date, versions: Collection[ProductVersion]) -> Change:
    chosen = next((one for one in versions if one.version == body["product_version"]), None)
    if chosen is None:
        known = ", ".join(one.version for one in versions)
        raise InvalidInput.one(
            f"version « {body['product_version']} » du produit qui n'est pas celle de l'année",
            f"En choisir une : {known}", place="product_version",
        )  # fmt: skip
    minimum = chosen.minimum_premium_eur if body["minimum_eur"] is None else Fraction(body["minimum_eur"])
    return made.ChangeProductVersion(chosen.version, minimum)


def _called(body: Body, start: Start, _on: date, _versions: object) -> Change:
    frequency = member_of(Frequency, body["frequency"])
    offered = start.product.instalments
    if frequency not in offered:
        known = ", ".join(one.value for one in offered)
        raise InvalidInput.one(
            f"fractionnement « {frequency.label} » que le produit n'offre pas", f"En choisir un : {known}",
            place="frequency",
        )  # fmt: skip
    given = body["surcharge"]
    return made.ChangeInstalments(
        frequency, offered[frequency] if given is None else _part(given, "surcharge")
    )  # fmt: skip


def _broked(body: Body, start: Start, _on: date, _versions: object) -> Change:
    _known(body, "broker_id", "courtier", start.offered.brokers)
    return made.ChangeBroker(body["broker_id"], _part(body["commission"], "commission"))


def _borne(body: Body, start: Start, _on: date, _versions: object) -> Change:
    _known(body, "agreement_version_id", "version de convention", start.offered.agreements)
    shares = start.offered.shares[body["agreement_version_id"]]
    asked = body["shares"]
    if asked is not None and set(shares) != {
        InsurerShare(one["organisation_id"], Fraction(one["share"]), one["is_leader"]) for one in asked
    }:
        known = ", ".join(f"n° {one.organisation_id} {one.share}" for one in shares)
        raise InvalidInput.one(
            "parts qui ne sont pas celles de la convention",
            f"Donner celles de la convention ({known}), ou null ; pour d'autres parts, en signer une autre version",
            place="shares",
        )  # fmt: skip
    return made.ChangeInsurer(body["agreement_version_id"], shares)


def _addressed(body: Body, start: Start, _on: date, _versions: object) -> Change:
    _known(body, "contact_id", "interlocuteur", start.offered.contacts)
    return made.ChangeContact(body["contact_id"])


def _debited(body: Body, start: Start, _on: date, _versions: object) -> Change:
    _known(body, "mandate_id", "mandat", start.offered.mandates)
    return made.ChangeMandate(body["mandate_id"])


def _insured(body: Body, terms: PolicyTerms) -> tuple[str, str]:
    """SIRET and number of a section that is insured."""
    siret, number = compact_siret(body["siret"]), body["section"].strip()
    if terms.section(section_key(siret, number)) is None:
        known = ", ".join(f"{one.siret} n° {one.section}" for one in terms.sections)
        raise InvalidInput.one(
            f"la section {siret} n° {number} n'est pas assurée à cette date",
            f"Donner l'une des sections assurées : {known}", place="siret",
        )  # fmt: skip
    return siret, number


def _rates(body: Body, start: Start, guarantees: Collection[str]) -> tuple[PremiumRate, ...]:
    """The prices of some guarantees, one each, in the order of the catalogue."""
    faults = tuple(_rate_faults(body["rates"], start.product, guarantees))
    if faults:
        raise InvalidInput(faults)
    given = {one["code"]: Fraction(one["rate"]) for one in body["rates"]}
    sold = {one.code: one.tax_class for one in start.product.guarantees}
    return tuple(PremiumRate(one.code, given[one.code], sold[one.code]) for one in GUARANTEES if one.code in given)


def _rate_faults(rates: Sequence[Body], product: ProductVersion, guarantees: Collection[str]) -> Iterator[Fault]:
    codes = [one["code"] for one in rates]
    for at, one in enumerate(rates):
        code, sold = one["code"], product.terms_of(one["code"])
        if code not in guarantees or sold is None:
            yield Fault(f"prix de la garantie {code}, qui n'est pas accordée", "Le retirer", f"rates.{at}.code")
        elif codes.index(code) != at:
            yield Fault(f"prix de la garantie {code} donné deux fois", "N'en garder qu'un", f"rates.{at}.code")
        elif one["tax_class"] not in {None, sold.tax_class}:
            remedy = f"Donner « {sold.tax_class} », ou null"
            yield Fault(f"classe de taxe « {one['tax_class']} » de la garantie {code}", remedy, f"rates.{at}.tax_class")
        elif Fraction(one["rate"]) > _WHOLE:
            remedy = "Donner une fraction de la masse salariale : « 0.0025 » est 0,25 %"
            yield Fault(f"prix de la garantie {code} plus grand que la masse salariale", remedy, f"rates.{at}.rate")
    for code in sorted(set(guarantees) - set(codes)):
        yield Fault(f"garantie {code} sans prix", "Lui en donner un", "rates")


def _known(body: Body, name: str, what: str, offered: Sequence[tuple[str, str]]) -> None:
    """Refuse a number that names nothing that may be chosen; none at all is allowed where the body allows it."""
    numbers = [number for number, _label in offered]  # no names: a token may see numbers alone
    if body[name] is not None and str(body[name]) not in numbers:
        known = ", ".join(numbers) or "il n'y en a aucun"
        raise InvalidInput.one(f"{what} n° {body[name]} inconnu ici", f"Choisir parmi : {known}", place=name)


def _positive(amount: str, place: str) -> Fraction:
    found = Fraction(amount)
    if not found:
        raise InvalidInput.one("masse salariale nulle", "La donner, ou retirer la section", place=place)
    return found


def _part(text: str, place: str) -> Fraction:
    found = Fraction(text)
    if found > _WHOLE:
        raise InvalidInput.one(
            f"« {text} » est plus que le tout", "Donner une fraction : « 0.15 » est 15 %", place=place
        )
    return found


_MADE: Mapping[ChangeKind, Callable[[Body, Start, date, Collection[ProductVersion]], Change]] = {
    ChangeKind.OPEN_SECTION: _opened, ChangeKind.CLOSE_SECTION: _closed, ChangeKind.MOVE_SECTION: _moved,
    ChangeKind.WAGES: _paid, ChangeKind.COVER: _covered, ChangeKind.DEDUCTIBLE: _deducted,
    ChangeKind.LIMITS: _limited, ChangeKind.PRICE: _priced, ChangeKind.PRODUCT_VERSION: _versioned,
    ChangeKind.INSTALMENTS: _called, ChangeKind.BROKER: _broked, ChangeKind.INSURER: _borne,
    ChangeKind.CONTACT: _addressed, ChangeKind.MANDATE: _debited,
}  # fmt: skip
