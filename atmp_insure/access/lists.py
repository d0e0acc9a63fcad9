"""The lists of people, approvals and logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for

from atmp_insure.access import queries
from atmp_insure.access.actors import is_in_force
from atmp_insure.access.logs import ChangeLogEntry, ReadingLogEntry
from atmp_insure.access.models import Approval, ApprovalState, User, UserState
from atmp_insure.db.paging import starts_with
from atmp_insure.kernel.paris import paris_day
from atmp_insure.web.day_filters import within_days
from atmp_insure.web.display import State, Tone
from atmp_insure.web.list_query import Cell, Column, Filter, FilterKind, Option, options_of
from atmp_insure.web.listing import Listing
from atmp_insure.web.lists import BulkAct, Empty, Row
from atmp_insure.web.log_sentences import actor_name, change_sentence, reading_sentence
from atmp_insure.web.request_scope import actor, now
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.web.list_query import ListQuery

USER_STATES = {
    UserState.INVITED: State(_l("invité"), Tone.INFO),
    UserState.ACTIVE: State(_l("actif"), Tone.GOOD),
    UserState.DISABLED: State(_l("fermé"), Tone.NEUTRAL),
}
APPROVAL_STATES = {
    ApprovalState.REQUESTED: State(_l("demandé"), Tone.CARE),
    ApprovalState.GRANTED: State(_l("accordé"), Tone.GOOD),
    ApprovalState.REFUSED: State(_l("refusé"), Tone.BAD),
    ApprovalState.USED: State(_l("accordé et exécuté"), Tone.GOOD),
    ApprovalState.WITHDRAWN: State(_l("retiré"), Tone.NEUTRAL),
}


def _user_row(user: User) -> Row:
    today = paris_day(now())
    locked = user.locked_until is not None and user.locked_until > now()
    held = [grant for grant in user.grants if is_in_force(grant, today)]
    return Row(
        key=str(user.id),
        url=url_for("access.show_user", user_id=user.id),
        detail=user.email,
        muted=user.state is UserState.DISABLED,
        cells={
            "name": user.display_name,
            "sign_in": user.sign_in,
            "roles": ", ".join(dict.fromkeys(_(grant.role.label) for grant in held)),
            "state": State(str(_l("verrouillé")), Tone.BAD) if locked else USER_STATES[user.state],
            "last_sign_in": user.last_sign_in_at,
        },
    )


def _states(key: str, states: dict[UserState, State] | dict[ApprovalState, State], label: object) -> Filter:
    return Filter(key, str(label), options_of(states))


def _user_state(query: ListQuery) -> ColumnElement[bool]:
    return User.state.in_([UserState(value) for value in query.values("state")])


USERS = Listing(
    name="users",
    label=_l("utilisateurs"),
    endpoint="access.list_users",
    columns=(
        Column("name", _l("Nom"), sortable=True, main=True),
        Column("sign_in", _l("Identifiant"), sortable=True),
        Column("roles", _l("Rôles")),
        Column("state", _l("État"), Cell.STATE),
        Column("last_sign_in", _l("Dernière connexion"), Cell.MOMENT),
    ),
    statement=queries.users,
    sorts={"name": (User.search_name, User.id), "sign_in": (User.sign_in,)},
    sort="name",
    row=_user_row,
    empty=lambda: Empty(_("Aucun utilisateur"), _("Les personnes invitées paraîtront ici."), icon="users"),
    filters=(_states("state", USER_STATES, "État"),),
    narrow={"state": _user_state},
    search=lambda words: starts_with(User.search_name, words) | starts_with(User.sign_in, words),
    bulk_acts=lambda: (
        BulkAct(
            _("Envoyer une invitation"), url_for("access.invite_selected"), "mail",
            _("Un lien pour choisir un mot de passe part à chaque personne choisie."),
        ),
    ) if actor().may("users.write") else (),
    holds_people=True,
)  # fmt: skip


def _approval_row(approval: Approval) -> Row:
    return Row(
        key=str(approval.id),
        url=url_for("access.show_approval", approval_id=approval.id),
        detail=approval.reason,
        cells={
            "act": approval.act,
            "subject": approval.subject,
            "amount": approval.amount_eur,
            "state": APPROVAL_STATES[approval.state],
            "requested_at": approval.requested_at,
        },
    )


APPROVALS = Listing(
    name="approvals",
    label=_l("demandes de seconde validation"),
    endpoint="access.list_approvals",
    columns=(
        Column("act", _l("Acte"), main=True),
        Column("subject", _l("Objet")),
        Column("amount", _l("Montant, en euros"), Cell.EUROS),
        Column("state", _l("État"), Cell.STATE, sortable=True),
        Column("requested_at", _l("Demandé"), Cell.MOMENT),
    ),
    statement=queries.approvals,
    sorts={"state": (Approval.state, Approval.requested_at, Approval.id)},
    sort="state",
    descending=True,  # requested comes before refused and granted
    row=_approval_row,
    empty=lambda: Empty(
        _("Aucune demande"), _("Un acte au-delà du plafond d'un collègue paraîtra ici."), icon="check"
    ),
    filters=(_states("state", APPROVAL_STATES, "État"),),
    narrow={"state": lambda query: Approval.state.in_([ApprovalState(value) for value in query.values("state")])},
)  # fmt: skip


def _change_row(entry: ChangeLogEntry) -> Row:
    return Row(
        key=str(entry.id),
        url=url_for("access.show_changes_of", subject=entry.subject),
        cells={
            "at": entry.at,
            "sentence": change_sentence(entry),
            "actor": actor_name(entry.actor),
            "request": entry.request_id,
        },
    )


_ACTIONS = (
    Option("added", _l("création")), Option("changed", _l("modification")), Option("deleted", _l("suppression")),
)  # fmt: skip
_READINGS = (
    Option("read", _l("lecture")), Option("downloaded", _l("téléchargement")), Option("exported", _l("export")),
    Option("refused", _l("refus")),
)  # fmt: skip

CHANGES = Listing(
    name="changes",
    label=_l("modifications"),
    endpoint="access.list_changes",
    columns=(
        Column("sentence", _l("Ce qui s'est passé"), main=True),
        Column("at", _l("Quand"), Cell.MOMENT, sortable=True),
        Column("actor", _l("Qui"), sortable=True),
        Column("request", _l("Demande"), Cell.IDENTIFIER),
    ),
    statement=queries.changes,
    sorts={"at": (ChangeLogEntry.at, ChangeLogEntry.id), "actor": (ChangeLogEntry.actor, ChangeLogEntry.id)},
    sort="at",
    descending=True,
    row=_change_row,
    empty=lambda: Empty(_("Rien n'a encore changé"), _("Chaque modification paraîtra ici."), icon="history"),
    filters=(Filter("action", _l("Acte"), _ACTIONS), Filter("day", _l("Jour"), kind=FilterKind.DAYS)),
    narrow={
        "action": lambda query: ChangeLogEntry.action.in_(query.values("action")),
        "day": lambda query: within_days(ChangeLogEntry.at, query, "day"),
    },
    search=lambda words: starts_with(ChangeLogEntry.actor, words) | starts_with(ChangeLogEntry.subject, words),
)


def _reading_row(entry: ReadingLogEntry) -> Row:
    return Row(
        key=str(entry.id),
        cells={
            "at": entry.at,
            "sentence": reading_sentence(entry),
            "actor": actor_name(entry.actor),
            "request": entry.request_id,
        },
    )


READINGS = Listing(
    name="readings",
    label=_l("lectures"),
    endpoint="access.list_readings",
    columns=CHANGES.columns,
    statement=queries.readings,
    sorts={"at": (ReadingLogEntry.at, ReadingLogEntry.id), "actor": (ReadingLogEntry.actor, ReadingLogEntry.id)},
    sort="at",
    descending=True,
    row=_reading_row,
    empty=lambda: Empty(
        _("Aucune lecture"), _("Chaque lecture de donnée de santé et chaque export paraîtront ici."), icon="eye"
    ),
    filters=(Filter("action", _l("Acte"), _READINGS), Filter("day", _l("Jour"), kind=FilterKind.DAYS)),
    narrow={
        "action": lambda query: ReadingLogEntry.action.in_(query.values("action")),
        "day": lambda query: within_days(ReadingLogEntry.at, query, "day"),
    },
    search=lambda words: starts_with(ReadingLogEntry.actor, words) | starts_with(ReadingLogEntry.subject, words),
)
