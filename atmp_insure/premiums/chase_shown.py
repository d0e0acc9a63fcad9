"""Unpaid premiums as pages show them: the state of a policy, of a formal notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.kernel.labelled import Label
from atmp_insure.premiums.chase_models import NoticeEnding
from atmp_insure.premiums.chasing import ChaseStep
from atmp_insure.web.display import State, Tone
from atmp_insure.web.environment import today
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from atmp_insure.premiums.chase_models import PremiumNotice

_TONES = {
    ChaseStep.REMIND: Tone.INFO, ChaseStep.GIVE_NOTICE: Tone.CARE, ChaseStep.SEND_NOTICE: Tone.CARE,
    ChaseStep.SUSPEND: Tone.CARE, ChaseStep.TERMINATE: Tone.BAD, ChaseStep.RESUME: Tone.GOOD,
    ChaseStep.COLLECT: Tone.BAD, ChaseStep.HELD: Tone.NEUTRAL,
}  # fmt: skip
STEPS: Mapping[ChaseStep, State] = {one: State(one.label, tone) for one, tone in _TONES.items()}
_TO_COME = State(_l("à échoir"), Tone.INFO)
_TO_SEND, _RUNNING = State(_l("à expédier"), Tone.CARE), State(_l("en cours"), Tone.CARE)
_ENDINGS = {NoticeEnding.PAID: Tone.GOOD, NoticeEnding.POLICY_ENDED: Tone.NEUTRAL, NoticeEnding.WITHDRAWN: Tone.NEUTRAL}
# what the day of the next step is the day of
STEP_DAYS: Mapping[ChaseStep, Label] = {
    ChaseStep.REMIND: Label("Relance le"), ChaseStep.GIVE_NOTICE: Label("Mise en demeure possible dès le"),
    ChaseStep.SEND_NOTICE: Label("Lettre datée du"), ChaseStep.SUSPEND: Label("Garantie suspendue le"),
    ChaseStep.TERMINATE: Label("Résiliation possible dès le"), ChaseStep.RESUME: Label("Garantie reprise le"),
    ChaseStep.COLLECT: Label("Exigible depuis le"), ChaseStep.HELD: Label("Procédure arrêtée jusqu'au"),
}  # fmt: skip


def step_state(step: ChaseStep, oldest_due_on: date) -> State:
    """Where a policy stands today; what is not due yet is only to come."""
    if step is ChaseStep.REMIND and oldest_due_on > today():
        return _TO_COME
    return STEPS[step]


def notice_state(notice: PremiumNotice) -> State:
    """Where a formal notice stands."""
    if notice.ending is not None:
        return State(notice.ending.how.label, _ENDINGS[notice.ending.how])
    return _RUNNING if notice.sending is not None else _TO_SEND
