"""Each change of an endorsement or of a renewal as a sentence, from the terms it found to those it left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from atmp_insure.formatting import grouped_identifier
from atmp_insure.guarantees.written import deductible_text, percent_text
from atmp_insure.kernel.french import begun, french_euros, french_number
from atmp_insure.policies.changes import ChangeKind, Leaving
from atmp_insure.policies.paper_frame import Frame, insurers_text
from atmp_insure.policies.paper_tables import LIMITS, limit_text, section_name
from atmp_insure.policies.premium_lines import LINE_NAMES
from atmp_insure.policies.terms import SectionOrigin, section_key
from atmp_insure.rate_records.wording import list_fr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from atmp_insure.policies import changes
    from atmp_insure.policies.changes import Change
    from atmp_insure.policies.terms import PolicyTerms

Terms = tuple["PolicyTerms", "PolicyTerms"]  # before a change, and after it
_ABSENT = "–"
_CAME = {
    SectionOrigin.SIGNED: "est assurée",
    SectionOrigin.OPENED: "est assurée à son ouverture",
    SectionOrigin.BOUGHT: "est assurée à son acquisition, avec l'historique de son compte employeur",
    SectionOrigin.MOVED: "est assurée après son transfert, avec l'historique de son compte employeur",
}
_LEFT = {
    Leaving.CLOSED: "n'est plus assurée, l'établissement étant fermé",
    Leaving.SOLD: "n'est plus assurée, l'établissement étant cédé",
}


def told_changes(made: Sequence[Change], before: PolicyTerms, on: date, frame: Frame) -> tuple[str, ...]:
    """Each change as a sentence, told from the terms that it found to those that it left.

    Source: none; wording of this product.
    """
    told = []
    for change in made:
        after = change.applied(before, on)
        told.append(SENTENCES[change.kind](change, (before, after), frame))
        before = after
    return tuple(told)


def _wages_of(terms: PolicyTerms, siret: str, section: str) -> str:
    found = terms.section(section_key(siret, section))
    return _ABSENT if found is None else french_euros(found.wages_eur)


def _opened(change: changes.OpenSection, _terms: Terms, _frame: Frame) -> str:
    one = change.section
    return (
        f"La section {section_name(one.siret, one.section)} (code risque {one.risk_code}) {_CAME[one.origin]}, pour "
        f"une masse salariale annuelle de {french_euros(one.wages_eur)}, aux taux de prime du contrat."
    )


def _closed(change: changes.CloseSection, _terms: Terms, _frame: Frame) -> str:
    buyer = f" à l'entreprise SIREN {grouped_identifier(change.buyer_siren)}" if change.buyer_siren else ""
    return (
        f"La section {section_name(change.siret, change.section)} {_LEFT[change.leaving]}{buyer}. Les sinistres "
        "antérieurs qui y sont garantis le restent."
    )


def _moved(change: changes.MoveSection, _terms: Terms, _frame: Frame) -> str:
    return (
        f"La section {section_name(change.siret, change.section)} est transférée au SIRET "
        f"{grouped_identifier(change.to_siret)} et y reste assurée, avec l'historique de son compte employeur."
    )


def _declared(change: changes.ChangeWages, terms: Terms, _frame: Frame) -> str:
    former = _wages_of(terms[0], change.siret, change.section)
    return (
        f"La masse salariale annuelle déclarée de la section {section_name(change.siret, change.section)} passe de "
        f"{former} à {french_euros(change.wages_eur)}."
    )


def _read_again(change: changes.RereadSection, terms: Terms, _frame: Frame) -> str:
    former, said = terms[0].section(section_key(change.siret, change.section)), []
    if former is None or former.risk_code != change.risk_code:
        said.append(f"son code risque est {change.risk_code}")
    if former is None or former.headcount != change.headcount:
        said.append(f"son effectif est de {french_number(change.headcount)}")
    wages = f"sa masse salariale annuelle passe de {_wages_of(terms[0], change.siret, change.section)} à"
    said.append(f"{wages} {french_euros(change.wages_eur)}")
    read = "d'après les dernières pièces de tarification"
    return f"Pour la section {section_name(change.siret, change.section)}, {read}, {list_fr(said)}."


def _covered(_change: changes.ChangeCover, terms: Terms, _frame: Frame) -> str:
    before, after = terms
    came, left = after.guarantees - before.guarantees, before.guarantees - after.guarantees
    said = [f"sont désormais garantis : {_list(came)}"] if came else []
    said += [f"ne sont plus garantis : {_list(left)}"] if left else []
    if before.diseases != after.diseases:
        said.append(f"les maladies professionnelles {'sont désormais' if after.diseases else 'ne sont plus'} garanties")
    return f"{begun(' ; '.join(said or ['les garanties restent les mêmes']))}."


def _list(codes: frozenset[str]) -> str:
    return list_fr([name for code, name in LINE_NAMES.items() if code in codes])


def _deducted(_change: changes.ChangeDeductible, terms: Terms, _frame: Frame) -> str:
    before, after = (deductible_text(one.deductible) for one in terms)
    return f"La franchise, par section et par année de tarification, passe de « {before} » à « {after} »."


def _limited(_change: changes.ChangeLimits, terms: Terms, _frame: Frame) -> str:
    before, after = terms
    said = [
        f"{label[0].lower()}{label[1:]} : {limit_text(after.limits, name)} "
        f"(jusqu'alors : {limit_text(before.limits, name)})"
        for name, label in LIMITS
        if getattr(before.limits, name) != getattr(after.limits, name)
    ]
    return f"{begun(' ; '.join(said or ['les plafonds restent les mêmes']))}."


def _priced(_change: changes.ChangePrice, terms: Terms, _frame: Frame) -> str:
    before, after = terms
    minimum = (
        f" ; la prime minimale annuelle passe de {french_euros(before.minimum_eur)} à {french_euros(after.minimum_eur)}"
        if before.minimum_eur != after.minimum_eur
        else ""
    )
    return f"Les taux de prime sont remplacés par ceux du tableau ci-dessous{minimum}."


def _versioned(_change: changes.ChangeProductVersion, terms: Terms, _frame: Frame) -> str:
    before, after = terms
    return (
        f"Les conditions de la version {after.product_version} du produit remplacent celles de la version "
        f"{before.product_version} ; la prime minimale annuelle est de {french_euros(after.minimum_eur)}."
    )


def _called(_change: changes.ChangeInstalments, terms: Terms, _frame: Frame) -> str:
    before, after = terms
    surcharge = f"une majoration de {percent_text(after.surcharge)}" if after.surcharge else "aucune majoration"
    return (
        f"Le paiement de la prime, {before.frequency.label} jusqu'alors, devient {after.frequency.label}, avec "
        f"{surcharge} de fractionnement."
    )


def _followed(change: changes.ChangeBroker, terms: Terms, frame: Frame) -> str:
    former = frame.broker_name(terms[0].broker_id)
    return f"Courtier du contrat : {frame.broker_name(change.broker_id)} (jusqu'alors : {former})."


def _borne(change: changes.ChangeInsurer, terms: Terms, frame: Frame) -> str:
    former = insurers_text(frame, terms[0].shares)
    return f"Le contrat est désormais porté par {insurers_text(frame, change.shares)} (jusqu'alors : {former})."


def _addressed(change: changes.ChangeContact, _terms: Terms, frame: Frame) -> str:
    return f"Nos courriers sont désormais adressés à : {frame.contact_name(change.contact_id)}."


def _debited(change: changes.ChangeMandate, _terms: Terms, frame: Frame) -> str:
    return f"Les primes sont désormais réglées {frame.mandate_name(change.mandate_id)}."


def _restated(_change: changes.Restated, terms: Terms, _frame: Frame) -> str:
    return (
        "L'état du contrat est celui que tenait notre précédent système de gestion, repris tel quel ; la prime nette "
        f"d'une année entière y est de {french_euros(terms[1].net_eur)}."
    )


SENTENCES: Mapping[ChangeKind, Callable[[Any, Terms, Frame], str]] = {
    ChangeKind.OPEN_SECTION: _opened, ChangeKind.CLOSE_SECTION: _closed, ChangeKind.MOVE_SECTION: _moved,
    ChangeKind.WAGES: _declared, ChangeKind.EXPOSURE: _read_again, ChangeKind.COVER: _covered,
    ChangeKind.DEDUCTIBLE: _deducted,
    ChangeKind.LIMITS: _limited, ChangeKind.PRICE: _priced, ChangeKind.PRODUCT_VERSION: _versioned,
    ChangeKind.INSTALMENTS: _called, ChangeKind.BROKER: _followed, ChangeKind.INSURER: _borne,
    ChangeKind.CONTACT: _addressed, ChangeKind.MANDATE: _debited, ChangeKind.RESTATED: _restated,
}  # fmt: skip
