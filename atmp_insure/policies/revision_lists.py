"""The list of yearly revisions: where each stands, and what it does to the premium."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import with_expression

from atmp_insure.diary.lists import between, of_company
from atmp_insure.parties.models import Company
from atmp_insure.policies import revision_queries
from atmp_insure.policies.models import Policy, PolicyStanding
from atmp_insure.policies.revising import OPEN_STATES, RevisionState
from atmp_insure.policies.revision_models import PolicyRevision
from atmp_insure.policies.revision_shown import REVISION_STATES, variation
from atmp_insure.web.list_query import Cell, Column, Filter, FilterKind, Option
from atmp_insure.web.listing import Listing
from atmp_insure.web.lists import Empty, Row
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.web.list_query import ListQuery


def _revisions() -> Select[PolicyRevision]:
    name = select(Company.name).where(Company.id == PolicyRevision.company_id).correlate(PolicyRevision)
    reference = select(Policy.reference).where(Policy.id == PolicyRevision.policy_id).correlate(PolicyRevision)
    return revision_queries.revisions().options(
        with_expression(PolicyRevision.company_name, name.scalar_subquery()),
        with_expression(PolicyRevision.reference, reference.scalar_subquery()),
    )


def _row(one: PolicyRevision) -> Row:
    return Row(
        key=str(one.id),
        url=url_for("policies.show_revision", revision_id=one.id),
        detail=one.reference or "",
        muted=one.state not in OPEN_STATES,
        cells={
            "company": one.company_name or "",
            "state": REVISION_STATES[one.state],
            "due_on": one.due_on,
            "answer_by": one.answer_by,
            "before": one.net_before_eur,
            "after": one.net_after_eur,
            "variation": variation(one),
        },
    )


def _state_is(query: ListQuery) -> ColumnElement[bool]:
    known = {one.value: one for one in RevisionState}
    return PolicyRevision.state.in_([known[one] for one in query.values("state") if one in known])


def _none() -> Empty:
    return Empty(
        _("Aucune révision"),
        _("Une révision demande les pièces de l'année, relit l'exposition et propose la prime de l'année suivante."),
        _("Réviser des contrats"),
        url_for("policies.revise_policies"),
        "refresh",
    )


REVISIONS: Listing[PolicyRevision] = Listing(
    name="policy_revisions",
    label=_l("révisions"),
    endpoint="policies.list_revisions",
    columns=(
        Column("company", _l("Entreprise et contrat"), main=True),
        Column("state", _l("État"), Cell.STATE),
        Column("due_on", _l("Échéance"), Cell.DAY, sortable=True),
        Column("answer_by", _l("Pièces attendues le"), Cell.DAY),
        Column("before", _l("Prime nette actuelle"), Cell.EUROS),
        Column("after", _l("Prime nette proposée"), Cell.EUROS),
        Column("variation", _l("Variation"), Cell.TEXT),
    ),
    statement=_revisions,
    sorts={"due_on": (PolicyRevision.due_on, PolicyRevision.id)},
    sort="due_on",
    row=_row,
    empty=_none,
    filters=(
        Filter("state", _l("État"), tuple(Option(one.value, str(said.label)) for one, said in REVISION_STATES.items())),
        Filter("day", _l("Échéance"), kind=FilterKind.DAYS),
    ),
    narrow={"state": _state_is, "day": lambda query: between(PolicyRevision.due_on, query)},
    search=lambda words: or_(
        PolicyRevision.company_id.in_(of_company(words)),
        PolicyRevision.policy_id.in_(select(PolicyStanding.policy_id).where(PolicyStanding.search_reference == words)),
    ),
)
