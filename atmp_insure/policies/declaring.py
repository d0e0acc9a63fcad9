"""A risk that was declared wrongly, or that grew: what the law offers, computed; a person decides.

Premiums compared are those of a whole year, without tax, for the same cover.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from atmp_insure.guarantees.written import amount_text, date_text, percent_text
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.labelled import Label, Labelled
from atmp_insure.kernel.money import round_cents
from atmp_insure.kernel.phrases import Phrase
from atmp_insure.kernel.rounding import Rounding, RoundingMode

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction


_HUNDREDTHS = Rounding(RoundingMode.HALF_UP, 2)  # of a percent: how a share is told, never how it is applied


class Remedy(Labelled):
    """What may be done; the stored code, and its name in French."""

    NULLITY = "nullity", "nullité du contrat"
    RAISE = "raise", "maintien avec augmentation de la prime"
    TERMINATE = "terminate", "résiliation"
    REDUCE = "reduce", "réduction proportionnelle de l'indemnité"
    NOTHING = "nothing", "aucune sanction"


@dataclass(frozen=True, slots=True)
class Misdeclaration:
    """A declaration that was found wrong.

    Attributes:
        is_intentional: whether it can be proved that it was meant.
        is_after_claim: whether a claim came before it was found.
        paid_eur: yearly premium that was agreed.
        due_eur: yearly premium that the true risk would have had.
    """

    is_intentional: bool
    is_after_claim: bool
    paid_eur: Fraction
    due_eur: Fraction


@dataclass(frozen=True, slots=True)
class Proposal:
    """A remedy that the law offers, with its figures and the ground on which a policy would end; empty: it goes on.

    Attributes:
        share: of the indemnity that is still paid.
    """

    remedy: Remedy
    article: str
    text_fr: Label
    ground: str = ""
    share: Fraction | None = None


def misdeclaration_proposals(found: Misdeclaration) -> tuple[Proposal, ...]:
    """What the law offers when a declaration was wrong.

    Intended: nullity, premiums kept. Not intended: before any claim, a higher premium or termination; after one, the
    indemnity is reduced in the proportion of the premium paid to the premium that was due.

    Raises:
        InvalidInput: a premium that is none.

    Source: art. L.113-8 and L.113-9 Code des assurances.
    """
    if found.paid_eur <= 0 or found.due_eur <= 0:
        raise InvalidInput.one(
            "prime nulle ou négative", "Donner la prime d'une année entière, hors taxe", place="due_eur"
        )
    if found.is_intentional:
        said = Label("Le contrat n'a jamais rien couvert ; les primes payées et échues restent acquises à l'assureur.")
        return (Proposal(Remedy.NULLITY, "art. L.113-8 C. assur.", said, "nullity"),)
    if found.due_eur <= found.paid_eur:
        said = Label("La prime payée suffit au risque réel : rien n'est à réduire ni à réclamer.")
        return (Proposal(Remedy.NOTHING, "art. L.113-9 C. assur.", said),)
    more_eur = round_cents(found.due_eur - found.paid_eur)
    raised = Phrase("La prime annuelle augmente de %(amount)s, si le client l'accepte.", amount=amount_text(more_eur))
    proposals = [Proposal(Remedy.RAISE, "art. L.113-9 C. assur.", raised)]
    if found.is_after_claim:
        share = found.paid_eur / found.due_eur
        reduced = Phrase(
            "L'indemnité du sinistre est réduite à %(share)s de son montant (prime payée sur prime due).",
            share=percent_text(_HUNDREDTHS.apply(share * 100) / 100),
        )  # fmt: skip
        proposals.insert(0, Proposal(Remedy.REDUCE, "art. L.113-9 C. assur.", reduced, share=share))
    ended = Label("Le contrat finit dix jours après la notification ; la prime des jours qui restent est rendue.")
    return (*proposals, Proposal(Remedy.TERMINATE, "art. L.113-9 C. assur.", ended, "misdeclaration"))


@dataclass(frozen=True, slots=True)
class Delays:
    """Days that the law gives, on the day they are counted from."""

    to_declare: int
    to_answer: int


@dataclass(frozen=True, slots=True)
class Aggravation:
    """A risk that grew: when the client knew it, and when it said so."""

    known_on: date
    declared_on: date


def aggravation_proposals(found: Aggravation, delays: Delays) -> tuple[Proposal, ...]:
    """What the law offers when a risk grew, and whether it was declared in time.

    Raises:
        InvalidInput: declared before it was known.

    Source: art. L.113-2, 3° and L.113-4 Code des assurances.
    """
    if found.declared_on < found.known_on:
        raise InvalidInput.one("déclarée avant d'être connue", "Corriger l'une des dates", place="declared_on")
    last = found.known_on + timedelta(days=delays.to_declare)
    answer_by = found.declared_on + timedelta(days=delays.to_answer)
    in_time = found.declared_on <= last
    told = Phrase("Déclarée dans le délai, qui finissait le %(day)s.", day=date_text(last)) if in_time else Phrase(
        "Déclarée après le délai, qui finissait le %(day)s : voir les conséquences d'une déclaration inexacte.",
        day=date_text(last),
    )  # fmt: skip
    raised = Phrase(
        "Proposer un nouveau montant de prime ; sans accord du client, résilier. Proposé ce jour-là, il aurait "
        "jusqu'au %(day)s pour répondre.", day=date_text(answer_by),
    )  # fmt: skip
    ended = Label("Le contrat finit dix jours après la notification ; la prime des jours qui restent est rendue.")
    return (
        Proposal(Remedy.NOTHING, "art. L.113-2, 3° C. assur.", told),
        Proposal(Remedy.RAISE, "art. L.113-4 C. assur.", raised, "aggravation_refused"),
        Proposal(Remedy.TERMINATE, "art. L.113-4 C. assur.", ended, "aggravation"),
    )
