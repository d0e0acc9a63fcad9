"""What a policy was on a day, as it was known at a moment: a walk over its transactions, never a stored state.

A transaction counts when it was recorded by then, not reversed by then, and effective on the day or before. They are
walked in the order of their effective days, then of their numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Refused
from atmp_insure.kernel.labelled import Labelled
from atmp_insure.policies.changes import WITHOUT_RISK
from atmp_insure.policies.terms import require_sound
from atmp_insure.policies.transactions import (
    OPENING,
    Adjustment,
    Endorsement,
    InsuranceYear,
    Opening,
    Renewal,
    Resumption,
    Reversal,
    Suspension,
    Termination,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from atmp_insure.policies.changes import Change
    from atmp_insure.policies.terms import PolicyTerms
    from atmp_insure.policies.transactions import Content, Entry, Transaction


class Standing(Labelled):
    """Where a policy stands on a day; the stored code, and its name in French."""

    COMING = "coming", "à effet futur"
    IN_FORCE = "in_force", "en vigueur"
    TO_RENEW = "to_renew", "à renouveler"  # its year is over and no renewal is recorded: tacit renewal carries it
    SUSPENDED = "suspended", "garantie suspendue"
    ENDED = "ended", "terminé"  # nothing that happens covers; what happened before is still paid (run-off)
    VOID = "void", "nul"


@dataclass(frozen=True, slots=True)
class PolicyState:
    """A policy on a day.

    Attributes:
        began_on: first day of the very first policy year.
        years: policy years opened so far, oldest first.
        suspended_on: first day without cover of a suspension that lasts; None: none.
        resumed_on: the day at whose noon cover came back last.
        ended_on: first day without cover for good; None: it goes on.
        ground: code of the ground on which it ended.
        is_void: whether it never covered anything.
    """

    terms: PolicyTerms
    began_on: date
    years: tuple[InsuranceYear, ...]
    suspended_on: date | None = None
    resumed_on: date | None = None
    ended_on: date | None = None
    ground: str | None = None
    is_void: bool = False

    @property
    def year(self) -> InsuranceYear:
        """The last policy year that was opened."""
        return self.years[-1]

    @property
    def due_on(self) -> date:
        """The next main due date (échéance principale): the day after the last policy year that was opened."""
        return self.year.last_day + timedelta(days=1)

    def standing(self, on: date) -> Standing:
        """Where the policy stands on a day, by what this state knows."""
        if self.is_void:
            return Standing.VOID
        if on < self.began_on:
            return Standing.COMING
        if self.ended_on is not None and self.ended_on <= on:
            return Standing.ENDED
        if self.suspended_on is not None and self.suspended_on <= on:
            return Standing.SUSPENDED
        return Standing.IN_FORCE if on <= self.year.last_day else Standing.TO_RENEW

    def covers(self, on: date) -> bool:
        """Whether what happens on the day is covered; on the day cover comes back, from noon on.

        Source: art. L.113-3 Code des assurances.
        """
        return self.standing(on) in {Standing.IN_FORCE, Standing.TO_RENEW}


def counting(stack: Iterable[Transaction], known_at: datetime | None = None) -> list[Transaction]:
    """The transactions that count, in the order in which they hold; reversals and what they reverse are left out.

    Args:
        known_at: only what was recorded by then; None: all.

    Source: a choice of this product (`docs/policies.md`).
    """
    known = [one for one in stack if known_at is None or one.recorded_at <= known_at]
    reversed_numbers = {one.entry.content.of_number for one in known if isinstance(one.entry.content, Reversal)}
    counted = (
        one for one in known if one.number not in reversed_numbers and not isinstance(one.entry.content, Reversal)
    )
    return sorted(counted, key=lambda one: (one.effective_on, one.number))


def state_at(stack: Iterable[Transaction], on: date, known_at: datetime | None = None) -> PolicyState | None:
    """What a policy was on a day, as it was known at a moment; None before it began, or before it was known.

    A policy that was declared void is so on each of its days.

    Source: a choice of this product (`docs/policies.md`); art. L.113-8 Code des assurances.
    """
    counted = counting(stack, known_at)
    state = after_all(one.entry for one in counted if one.effective_on <= on)
    if state is not None and any(_voids(one) for one in counted):
        return replace(state, is_void=True)
    return state


def after_all(entries: Iterable[Entry]) -> PolicyState | None:
    """The state after entries, in their order.

    Raises:
        Refused: one of them cannot be applied to what comes before it.

    Source: a choice of this product (`docs/policies.md`).
    """
    state: PolicyState | None = None
    for entry in entries:
        state = after(state, entry.effective_on, entry.content)
    return state


def states(counted: Sequence[Transaction]) -> Iterator[tuple[Transaction, PolicyState | None, PolicyState]]:
    """Each transaction with the state before and after it.

    Source: a choice of this product (`docs/policies.md`).
    """
    state: PolicyState | None = None
    for one in counted:
        former, state = state, after(state, one.effective_on, one.entry.content)
        yield one, former, state


def after(state: PolicyState | None, on: date, content: Content) -> PolicyState:
    """The state after one transaction.

    Raises:
        Refused: it cannot be applied, with the reason.
        InvalidInput: it would leave terms that no policy may have.

    Source: art. L.113-3, L.113-4 and L.113-12 Code des assurances; special conditions.
    """
    if isinstance(content, Opening):
        if state is not None:
            raise Refused("Ce contrat est déjà émis.")
        require_sound(content.terms)
        return PolicyState(content.terms, content.year.first_day, (content.year,))
    if state is None or on < state.began_on:
        raise Refused("Le contrat n'a pas encore pris effet à cette date.")
    found = _applied(state, on, content)
    require_sound(found.terms)
    return found


def _applied(state: PolicyState, on: date, content: Content) -> PolicyState:
    if isinstance(content, Adjustment):
        _require_year(state, content.year)
        return state
    _require_alive(state)
    match content:
        case Endorsement(changes):
            return _endorsed(state, on, changes)
        case Renewal(year, changes):
            return _renewed(state, on, year, changes)
        case Suspension():
            return _suspended(state, on)
        case Resumption():
            return _resumed(state, on)
        case Termination():
            return _terminated(state, on, content)
    raise TypeError(f"{content!r} is applied to no state")


def _require_alive(state: PolicyState) -> None:
    if state.is_void:
        raise Refused("Le contrat est nul : il n'y a rien à y changer.")
    if state.ended_on is not None:
        raise Refused(f"Le contrat est terminé depuis le {state.ended_on:%d/%m/%Y}.")


def _endorsed(state: PolicyState, on: date, changes: tuple[Change, ...]) -> PolicyState:
    if not changes:
        raise Refused("Cet avenant ne change rien.")
    bears_on_risk = any(one.kind not in WITHOUT_RISK for one in changes)
    if bears_on_risk and on > state.year.last_day:
        raise Refused(
            f"Le {on:%d/%m/%Y} n'est d'aucune année d'assurance ouverte : enregistrer d'abord le renouvellement."
        )
    return replace(state, terms=_changed(state.terms, on, changes))


def _renewed(state: PolicyState, on: date, year: InsuranceYear, changes: tuple[Change, ...]) -> PolicyState:
    if on != year.first_day or (year.first_day - state.year.last_day).days != 1:
        raise Refused(
            f"L'année d'assurance ouverte finit le {state.year.last_day:%d/%m/%Y} : la suivante commence le lendemain."
        )
    return replace(state, terms=_changed(state.terms, on, changes), years=(*state.years, year))


def _changed(terms: PolicyTerms, on: date, changes: tuple[Change, ...]) -> PolicyTerms:
    for change in changes:
        terms = change.applied(terms, on)
    return terms


def _suspended(state: PolicyState, on: date) -> PolicyState:
    if state.suspended_on is not None:
        raise Refused(f"La garantie est déjà suspendue depuis le {state.suspended_on:%d/%m/%Y}.")
    return replace(state, suspended_on=on, resumed_on=None)


def _resumed(state: PolicyState, on: date) -> PolicyState:
    if state.suspended_on is None:
        raise Refused("La garantie n'est pas suspendue.")
    return replace(state, suspended_on=None, resumed_on=on)


def _terminated(state: PolicyState, on: date, content: Termination) -> PolicyState:
    if (on - state.year.last_day).days > 1:
        raise Refused(
            f"L'année d'assurance ouverte finit le {state.year.last_day:%d/%m/%Y} : la résiliation prend effet le "
            "lendemain au plus tard, ou après le renouvellement."
        )
    return replace(state, ended_on=on, ground=content.ground, is_void=content.voids)


def _require_year(state: PolicyState, year: InsuranceYear) -> None:
    if state.is_void:
        raise Refused("Le contrat est nul : aucune prime n'est régularisée.")
    if year not in state.years:
        raise Refused(f"Aucune année d'assurance ne va du {year.first_day:%d/%m/%Y} au {year.last_day:%d/%m/%Y}.")


def _voids(one: Transaction) -> bool:
    return isinstance(one.entry.content, Termination) and one.entry.content.voids


def opening_of(counted: Sequence[Transaction]) -> Transaction | None:
    """The transaction by which the policy began; None when it was reversed.

    Source: none; the first of the stack.
    """
    return next((one for one in counted if one.kind in OPENING), None)
