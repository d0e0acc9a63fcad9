"""The yearly revision of a policy (révision annuelle): the papers it needs, and what leaves its outcome to a person.

Before each due date the papers of the year are asked for, the risk is read and priced again, and the next year is
proposed on those terms; what goes beyond the office's bounds is referred.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from atmp_insure.kernel.labelled import Labelled
from atmp_insure.policies.changes import ChangeKind
from atmp_insure.rating.unit import YEARS_TO_RATE
from atmp_insure.underwriting.exposure import NEEDED_SHEETS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date
    from fractions import Fraction

    from atmp_insure.policies.changes import Change
    from atmp_insure.policies.state import PolicyState
    from atmp_insure.policies.terms import PolicyTerms
    from atmp_insure.underwriting.exposure import Exposure

_DAY = timedelta(days=1)
_OF_THE_RISK = frozenset({ChangeKind.WAGES, ChangeKind.EXPOSURE})  # the premium follows wages at the price agreed
_SECTIONS = frozenset({ChangeKind.OPEN_SECTION, ChangeKind.CLOSE_SECTION})


class RevisionState(Labelled):
    """Where a revision stands; the stored code, and its name in French."""

    WAITING = "waiting", "attend des pièces"
    REFERRED = "referred", "à décider"
    PROPOSED = "proposed", "conditions prêtes"
    NOTIFIED = "notified", "notifiée au client"
    RENEWED = "renewed", "renouvelé à ces conditions"
    KEPT = "kept", "conditions maintenues"
    DROPPED = "dropped", "sans objet"


UNDECIDED = (RevisionState.WAITING, RevisionState.REFERRED)
READY_STATES = (RevisionState.PROPOSED, RevisionState.NOTIFIED)  # the next year may begin on its terms
OPEN_STATES = (*UNDECIDED, *READY_STATES)


class RevisionReason(Labelled):
    """Why a person decides; the stored code, and what it means in French."""

    MISSING_PAPERS = "missing_papers", "des pièces de l'année manquent encore, passé le jour demandé"
    NO_ADDRESS = (
        "no_address",
        "aucun interlocuteur avec une adresse électronique : les pièces sont à demander autrement",
    )
    QUOTE_TO_DECIDE = "quote_to_decide", "les règles du produit demandent l'avis du service souscription"
    QUOTE_REFUSED = "quote_refused", "le risque est refusé par les règles du produit ou par le service souscription"
    RISE = "rise", "la prime augmenterait au-delà de la borne du bureau"
    FALL = "fall", "la prime baisserait au-delà de la borne du bureau"
    SECTIONS = "sections", "des sections entreraient ou sortiraient"
    LATE_NOTICE = "late_notice", "la date limite de notification de nouvelles conditions est passée"


UNPRICED = frozenset({RevisionReason.QUOTE_TO_DECIDE, RevisionReason.QUOTE_REFUSED})  # nobody accepted the price yet


def may_be_proposed(state: RevisionState, reasons: Collection[str], *, is_priced: bool) -> bool:
    """Whether somebody may propose the terms of a revision: they await a decision and the client can still be told.

    Source: settings of the office (bounds of a revision); art. L.113-12 Code des assurances (notice).
    """
    return state is RevisionState.REFERRED and is_priced and not {*UNPRICED, RevisionReason.LATE_NOTICE} & {*reasons}


class YearlyPaper(StrEnum):
    """A kind of paper of the year, by its code in `config/documents/kinds.yaml`."""

    SHEET = "calculation_sheet"
    ACCOUNT = "employer_account"


@dataclass(frozen=True, slots=True, order=True)
class MissingPaper:
    """A paper of the year that the revision needs, of a rate year or of an account year."""

    kind: YearlyPaper
    year: int


@dataclass(frozen=True, slots=True)
class PriceBounds:
    """Fractions of the yearly premium beyond which a person decides."""

    largest_rise: Fraction
    largest_fall: Fraction


def missing_papers(found: Exposure, due_on: date) -> tuple[MissingPaper, ...]:
    """The papers that a revision for a due date still needs, each once.

    They are the calculation sheets up to the rate year that ends with the due date, and the last three employer
    accounts that this rate counts.

    Source: brochure (three sheets, three accounts).
    """
    rate_year = due_on.year - 1
    needed = set(_of_known_sections(found, rate_year))
    if found.unusable or not found.sections:
        needed |= {
            MissingPaper(YearlyPaper.SHEET, rate_year),
            MissingPaper(YearlyPaper.ACCOUNT, rate_year - YEARS_TO_RATE),
        }
    return tuple(sorted(needed))


def _of_known_sections(found: Exposure, rate_year: int) -> Iterator[MissingPaper]:
    last_account = rate_year - YEARS_TO_RATE
    for section in found.sections:
        for year in range(max(section.last_rate.rate_year, rate_year - NEEDED_SHEETS) + 1, rate_year + 1):
            yield MissingPaper(YearlyPaper.SHEET, year)
        for year in range(last_account - NEEDED_SHEETS + 1, last_account + 1):
            if year not in section.history.years:
                yield MissingPaper(YearlyPaper.ACCOUNT, year)


def needs_notice(changes: Sequence[Change]) -> bool:
    """Whether the client must hear of changes two months before its due date: more than what its papers tell.

    Source: art. L.113-12 Code des assurances; a choice of this product (`docs/policies.md`).
    """
    return any(one.kind not in _OF_THE_RISK for one in changes)


def read_again(terms: PolicyTerms, changes: Sequence[Change], due_on: date) -> PolicyTerms:
    """The terms of a policy at its present price on what its papers now tell: sections, people, wages.

    Source: special conditions (premium as a rate on wages).
    """
    for one in changes:
        if one.kind in _OF_THE_RISK | _SECTIONS:
            terms = one.applied(terms, due_on)
    return terms


def price_reasons(
    before_eur: Fraction, after_eur: Fraction, changes: Sequence[Change], bounds: PriceBounds
) -> tuple[RevisionReason, ...]:
    """What of a new price a person decides.

    Args:
        before_eur: net premium of a whole year at the present price, on what the papers now tell.
        after_eur: the same on the terms proposed.

    Source: a choice of this product (`docs/policies.md`).
    """
    found = []
    if after_eur > before_eur * (1 + bounds.largest_rise):
        found.append(RevisionReason.RISE)
    if after_eur < before_eur * (1 - bounds.largest_fall):
        found.append(RevisionReason.FALL)
    if any(one.kind in _SECTIONS for one in changes):
        found.append(RevisionReason.SECTIONS)
    return tuple(found)


def settled_state(state: PolicyState | None, due_on: date, *, with_quote: bool) -> RevisionState | None:
    """How the policy itself ends a revision: ended for the due date, or renewed; None while neither is so.

    Args:
        with_quote: whether the year that begins on the due date has the terms of the revision.

    Source: special conditions (tacit renewal).
    """
    if state is None or state.is_void or (state.ended_on is not None and state.ended_on <= due_on):
        return RevisionState.DROPPED
    if any(year.first_day == due_on for year in state.years):
        return RevisionState.RENEWED if with_quote else RevisionState.KEPT
    return None
