"""What pages say of a yearly revision: where it stands, what was read again, what it changes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from atmp_insure.formatting import percent
from atmp_insure.policies.change_words import change_said
from atmp_insure.policies.quote_use_service import terms_of_quote
from atmp_insure.policies.requoting import quoted_changes
from atmp_insure.policies.revising import RevisionReason, RevisionState, may_be_proposed
from atmp_insure.policies.terms import section_key
from atmp_insure.rate_records.reconciliation import Status
from atmp_insure.underwriting.shown import MODES
from atmp_insure.web.display import State, Tone
from atmp_insure.web.languages import current_language
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Mapping

    from atmp_insure.guarantees.product import Catalogue
    from atmp_insure.kernel.labelled import Label
    from atmp_insure.policies.changes import Change
    from atmp_insure.policies.revision_models import PolicyRevision
    from atmp_insure.policies.terms import InsuredSection, PolicyTerms
    from atmp_insure.underwriting.models import Quote

REVISION_STATES = {
    RevisionState.REFERRED: State(_l("à décider"), Tone.CARE),
    RevisionState.WAITING: State(_l("attend des pièces"), Tone.INFO, "hourglass"),
    RevisionState.PROPOSED: State(_l("conditions prêtes"), Tone.INFO, "send"),
    RevisionState.NOTIFIED: State(_l("notifiée au client"), Tone.GOOD, "mail"),
    RevisionState.RENEWED: State(_l("renouvelé à ces conditions"), Tone.GOOD),
    RevisionState.KEPT: State(_l("conditions maintenues"), Tone.NEUTRAL, "circle-dot"),
    RevisionState.DROPPED: State(_l("sans objet"), Tone.NEUTRAL, "ban"),
}
STATUSES = {one.value: one.label for one in Status}


@dataclass(frozen=True, slots=True)
class RereadRow:
    """A section as it was insured and as its papers now tell it.

    Attributes:
        before: as the policy has it; None: it would come in.
        wages_eur, headcount: as read again; None: it would leave.
        rate_year: of the last notified rate, with that rate and the one recomputed, as percents.
    """

    siret: str
    section: str
    before: InsuredSection | None
    wages_eur: Fraction | None = None
    headcount: Fraction | None = None
    mode: str = ""
    rate_year: int | None = None
    notified: Fraction | None = None
    recomputed: Fraction | None = None
    status: str = ""


def variation(revision: PolicyRevision) -> str:
    """By how much the premium changes: `+ 12,5 %`; empty without a price."""
    if revision.net_after_eur is None or not revision.net_before_eur:
        return ""
    share = Fraction(revision.net_after_eur) / Fraction(revision.net_before_eur) - 1
    sign = "−" if share < 0 else "+"
    return f"{sign} {percent(abs(share), 1, current_language())}"


def may_propose(revision: PolicyRevision) -> bool:
    """Whether the terms that were found may be proposed, as they stand."""
    return may_be_proposed(revision.state, revision.reasons, is_priced=revision.net_after_eur is not None)


def reasons_said(revision: PolicyRevision) -> list[Label]:
    """Why a person decides, in words."""
    return [RevisionReason(one).label for one in revision.reasons]


def changes_of(terms: PolicyTerms, quote: Quote | None, catalogue: Catalogue) -> tuple[Change, ...]:
    """What the price that was found would change; nothing without a price."""
    if quote is None or not quote.answer["variants"]:
        return ()
    return quoted_changes(terms, terms_of_quote(terms, quote, 0, catalogue))


def changes_said(changes: tuple[Change, ...], names: Mapping[int, str]) -> list[Label]:
    """Changes in sentences."""
    return [change_said(one, names) for one in changes]


def reread(terms: PolicyTerms, quote: Quote | None) -> list[RereadRow]:
    """The sections of the policy beside what the papers tell of them, those that would come in last."""
    found = [] if quote is None else quote.answer["exposure"]["sections"]
    read = {section_key(one["siret"], one["section"]): one for one in found}
    rows = [_row(one.siret, one.section, one, read.get(one.key)) for one in terms.sections]
    known = {one.key for one in terms.sections}
    return rows + [_row(one["siret"], one["section"], None, one) for key, one in read.items() if key not in known]


def _row(siret: str, section: str, before: InsuredSection | None, read: dict[str, Any] | None) -> RereadRow:
    if read is None:
        return RereadRow(siret, section, before)
    last = read["rates"][-1]
    recomputed = last["recomputed_percent"]
    return RereadRow(
        siret, section, before, Fraction(read["wages_eur"][max(read["wages_eur"])]), Fraction(read["headcount"]),
        str(MODES[read["mode"]]), last["rate_year"], Fraction(last["notified_percent"]),
        None if recomputed is None else Fraction(recomputed), STATUSES[last["status"]],
    )  # fmt: skip
