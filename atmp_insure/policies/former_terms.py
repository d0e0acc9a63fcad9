"""From what a book says of a policy to its terms here: product, insurer and broker as the office knows them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.policies.book_rows import StateRow
from atmp_insure.policies.former_lines import FormerEnd, FormerLine, FormerState
from atmp_insure.policies.former_price import former_rates, former_tax
from atmp_insure.policies.known_office import named_broker, named_ground, named_product, named_version, sold_guarantees
from atmp_insure.policies.taken_over import taken_entries
from atmp_insure.policies.terms import PolicyTerms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from atmp_insure.guarantees.product import InsuranceTax
    from atmp_insure.policies.book import FormerPolicy
    from atmp_insure.policies.book_rows import PolicyRow
    from atmp_insure.policies.former_lines import TakenEntry
    from atmp_insure.policies.known_office import Office
    from atmp_insure.policies.terms import InsuredSection


def former_entries(policy: FormerPolicy, office: Office) -> tuple[TakenEntry, ...]:
    """The transactions of a policy of a book, with their charges.

    Raises:
        InvalidInput: every fault of its rows; without any, those of its terms; without any, the first of its history.

    Source: a choice of this product (`docs/take-over.md`).
    """
    faults = list(policy.faults)
    if faults:
        raise InvalidInput(faults)
    lines = []
    for row in sorted(policy.lines, key=lambda one: one.on):
        try:
            lines.append(_line(policy, row, office))
        except InvalidInput as error:
            faults += _placed(error, row.place)
    if faults:
        raise InvalidInput(faults)
    return taken_entries(_debited(lines, policy, office), _tax(policy, lines, office))


def _placed(error: InvalidInput, place: str) -> Iterable[Fault]:
    """The faults of a line, at its place in the book rather than in a field."""
    return (replace(fault, place=place) for fault in error.faults)


def _line(policy: FormerPolicy, row: PolicyRow, office: Office) -> FormerLine:
    if isinstance(row.said, StateRow):
        return FormerLine(row.place, row.on, row.happening, FormerState(row.said.year, _terms(policy, row, office)))
    if isinstance(row.said, FormerEnd):
        end = replace(row.said, ground=named_ground(row.said, office))
        return FormerLine(row.place, row.on, row.happening, end)
    return FormerLine(row.place, row.on, row.happening, row.said)


def _terms(policy: FormerPolicy, row: PolicyRow, office: Office) -> PolicyTerms:
    said = row.said
    assert isinstance(said, StateRow)
    product, version = named_product(said, office), named_version(said, row.on, office)
    sections = _sections(policy, row)
    wages_eur = sum((one.wages_eur for one in sections), Fraction(0))
    rates = former_rates(said.premium, sold_guarantees(said, product), wages_eur)
    return PolicyTerms(
        product=product.product, product_version=product.version, guarantees=said.guarantees, diseases=said.diseases,
        deductible=said.deductible, limits=said.limits, sections=sections,
        rates=rates, minimum_eur=said.premium.minimum_eur, frequency=said.frequency,
        surcharge=product.instalments[said.frequency] if said.surcharge is None else said.surcharge,
        agreement_version_id=version.version_id, shares=version.shares, commission=said.commission,
        broker_id=named_broker(said, office),
    )  # fmt: skip


def _sections(policy: FormerPolicy, row: PolicyRow) -> tuple[InsuredSection, ...]:
    sections = tuple(replace(one.section, first_day=row.on) for one in policy.sections_on(row.on))
    if not sections:
        raise InvalidInput.one(
            f"aucune section au {row.on:%d/%m/%Y}", "Donner dans la feuille Sections celles que le contrat assure"
        )
    if any(one.wages_eur <= 0 for one in sections):
        raise InvalidInput.one("masse salariale nulle ou négative", "La corriger dans la feuille Sections")
    return sections


def _debited(lines: Sequence[FormerLine], policy: FormerPolicy, office: Office) -> tuple[FormerLine, ...]:
    """The lines, the last state of which is debited by the mandate of the policy: nothing is for what came before."""
    mandate_id = None if policy.mandate is None else office.mandates.get(policy.mandate.rum)
    last = max((at for at, one in enumerate(lines) if isinstance(one.said, FormerState)), default=None)
    return tuple(
        replace(one, said=replace(one.said, terms=replace(one.said.terms, mandate_id=mandate_id)))
        if at == last and isinstance(one.said, FormerState) else one
        for at, one in enumerate(lines)
    )  # fmt: skip


def _tax(policy: FormerPolicy, lines: Sequence[FormerLine], office: Office) -> InsuranceTax:
    """The tax by which charges are computed: as the book says it was charged, else by the law known here."""
    charged = {
        one.on: one.said.tax for one in policy.lines if isinstance(one.said, StateRow) and one.said.tax is not None
    }
    if not charged:
        return office.rules.catalogue.tax
    states = [one.said.terms for one in lines if isinstance(one.said, FormerState)]
    classes = {rate.tax_class for terms in states for rate in terms.rates}
    if len(classes) > 1:
        raise InvalidInput.one(
            "une seule taxe, et des garanties qui ne sont pas taxées de la même façon",
            "Laisser la taxe vide : celle de la loi sera reprise", place=policy.first_place,
        )  # fmt: skip
    return former_tax(office.rules.catalogue.tax, charged, classes.pop(), office.source)
