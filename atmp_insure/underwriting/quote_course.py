"""The course of a quote: where it may stand, and the acts that lead from one state to the next.

A quote changes its state by `step` and by nothing else. What an act does besides, and who may do it, stays with its use
case in the services.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Refused
from atmp_insure.underwriting.decision import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping


class QuoteState(enum.Enum):
    """Where a quote stands."""

    READY = "ready"  # accepted by the rules, or by an underwriter: may be sent
    TO_REFER = "to_refer"  # outside the authority of whoever made it
    REFERRED = "referred"  # awaits an underwriter, or the insurer
    REFUSED = "refused"
    SENT = "sent"
    ACCEPTED = "accepted"
    LAPSED = "lapsed"  # its validity is over
    REPLACED = "replaced"  # a later version takes its place


class QuoteAct(enum.Enum):
    """What moves a quote."""

    REFER = "refer"  # to the underwriters
    GRANT = "grant"
    DECLINE = "decline"
    SEND = "send"  # to the client
    ACCEPT = "accept"  # by the client
    LAPSE = "lapse"
    REPLACE = "replace"  # by a later version, by another that was accepted, or since its file is closed


@dataclass(frozen=True, slots=True)
class Step:
    """An act of the course.

    Attributes:
        before: the states in which it may be done.
        after: the state that it leads to.
        refused_fr: what is said in any other state.
    """

    before: frozenset[QuoteState]
    after: QuoteState
    refused_fr: str


LIVE_STATES = (QuoteState.READY, QuoteState.TO_REFER, QuoteState.REFERRED, QuoteState.SENT)
SHOWN_TO_CLIENT = (QuoteState.SENT, QuoteState.ACCEPTED)
FIRST_STATES: Mapping[Verdict, QuoteState] = {
    Verdict.ACCEPT: QuoteState.READY,
    Verdict.REFER: QuoteState.TO_REFER,
    Verdict.REFUSE: QuoteState.REFUSED,
}
_NOT_AWAITED = "Ce devis n'attend pas de décision."
_OVER = "Ce devis n'est plus en vigueur : une autre version l'a remplacé, ou la demande est close."
COURSE: Mapping[QuoteAct, Step] = {
    QuoteAct.REFER: Step(
        frozenset({QuoteState.TO_REFER}), QuoteState.REFERRED, "Ce devis n'est pas à soumettre."
    ),
    QuoteAct.GRANT: Step(frozenset({QuoteState.REFERRED}), QuoteState.READY, _NOT_AWAITED),
    QuoteAct.DECLINE: Step(frozenset({QuoteState.REFERRED}), QuoteState.REFUSED, _NOT_AWAITED),
    QuoteAct.SEND: Step(
        frozenset({QuoteState.READY}), QuoteState.SENT,
        "Ce devis ne peut pas être envoyé : il doit d'abord être accepté par les règles ou décidé.",
    ),
    QuoteAct.ACCEPT: Step(frozenset({QuoteState.SENT}), QuoteState.ACCEPTED, _OVER),
    QuoteAct.LAPSE: Step(frozenset(LIVE_STATES), QuoteState.LAPSED, _OVER),
    QuoteAct.REPLACE: Step(frozenset(LIVE_STATES), QuoteState.REPLACED, _OVER),
}  # fmt: skip


def is_open_to(state: QuoteState, act: QuoteAct) -> bool:
    """Whether an act may be done to a quote in a state.

    Source: none; the office's own course of a quote.
    """
    return state in COURSE[act].before


def step(state: QuoteState, act: QuoteAct) -> QuoteState:
    """The state that an act leads to.

    Raises:
        Refused: the act may not be done in this state.

    Source: none; the office's own course of a quote.
    """
    if not is_open_to(state, act):
        raise Refused(COURSE[act].refused_fr)
    return COURSE[act].after
