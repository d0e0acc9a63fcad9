"""What differs between two states of a policy, before and after, as endorsements and renewals compare them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.guarantees.written import deductible_text, percent_text
from atmp_insure.kernel.french import begun, french_euros, french_number
from atmp_insure.policies.paper_frame import Frame, insurers_text
from atmp_insure.policies.paper_tables import LIMITS, limit_text, section_name
from atmp_insure.policies.premium_lines import LINE_NAMES, short_name
from atmp_insure.policies.premium_tables import rate_text
from atmp_insure.underwriting.quote_tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from atmp_insure.policies.terms import InsuredSection, PolicyTerms

Facts = dict[str, tuple[object, str]]
_ABSENT = "–"
_NOTHING = (None, _ABSENT)


def changes_table(before: PolicyTerms, after: PolicyTerms, frame: Frame) -> Table | None:
    """What differs, before and after; None when nothing that a paper shows does.

    Source: none; both states of the policy.
    """
    rows = [row for former, new in zip(_facts(before, frame), _facts(after, frame), strict=True)
            for row in _differing(former, new)]  # fmt: skip
    return Table("", ("", "Jusqu'alors", "Désormais"), tuple(rows)) if rows else None


def _differing(former: Facts, new: Facts) -> Iterator[tuple[str, str, str]]:
    for label in dict.fromkeys((*former, *new)):
        (was, was_said), (now, now_said) = former.get(label, _NOTHING), new.get(label, _NOTHING)
        if was != now:
            yield label, was_said, now_said


def _facts(terms: PolicyTerms, frame: Frame) -> tuple[Facts, ...]:
    """All that a policy says, in groups: each fact under its name, with what it is and how the paper writes it."""
    yearly = {"Masse salariale assurée": terms.wages_eur, "Prime minimale annuelle": terms.minimum_eur,
              "Prime nette d'une année entière": terms.net_eur}  # fmt: skip
    return (
        _said({"Conditions du produit": f"version {terms.product_version}", "Garanties": _guarantees(terms),
               "Franchise": deductible_text(terms.deductible)}),
        _said({label: limit_text(terms.limits, name) for name, label in LIMITS}),
        _said({f"Section {section_name(one.siret, one.section)}": _described(one) for one in terms.sections}),
        {f"Taux de prime, {short_name(one.code)}": (one.rate, rate_text(one.rate, terms.wages_eur))
         for one in terms.rates},
        _said({label: french_euros(amount) for label, amount in yearly.items()}),
        _said({"Paiement": _paid(terms), "Règlement": frame.mandate_name(terms.mandate_id),
               "Assureur": insurers_text(frame, terms.shares), "Courtier": frame.broker_name(terms.broker_id),
               "Interlocuteur": frame.contact_name(terms.contact_id)}),
    )  # fmt: skip


def _said(texts: Mapping[str, str]) -> Facts:
    return {label: (text, begun(text)) for label, text in texts.items()}


def _described(one: InsuredSection) -> str:
    wages, people = french_euros(one.wages_eur), french_number(one.headcount, 2)
    return f"code risque {one.risk_code}, masse salariale {wages}, effectif {people}"


def _guarantees(terms: PolicyTerms) -> str:
    named = "; ".join(name for code, name in LINE_NAMES.items() if code in terms.guarantees).replace("; ", " ; ")
    return f"{named} ; {'accidents et maladies' if terms.diseases else 'accidents seulement'}"


def _paid(terms: PolicyTerms) -> str:
    surcharge = f", majoration de {percent_text(terms.surcharge)}" if terms.surcharge else ", sans majoration"
    return f"{begun(terms.frequency.label)}{surcharge}"
