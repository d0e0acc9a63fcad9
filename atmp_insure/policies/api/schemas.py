"""What resources of policies answer: where one stands, one on a day, its transactions, what an act wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields

from atmp_insure.api.cursors import next_cursor_field
from atmp_insure.api.values import Euros, day_field, moment_field
from atmp_insure.policies.policy_schemas import policy_plain
from atmp_insure.policies.stack_service import stack_of
from atmp_insure.policies.state import state_at
from atmp_insure.policies.transactions import TransactionKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from atmp_insure.policies.models import Policy, PolicyTransaction
    from atmp_insure.policies.sequence import Dropped


class PolicyStandingSchema(Schema):
    """Where a policy stands, after all that is recorded."""

    policy_id = fields.Integer(required=True)
    company_id = fields.Integer(required=True)
    reference = fields.String(required=True)
    product = fields.String(required=True)
    product_version = fields.String(required=True)
    began_on = day_field("premier jour de garantie")
    year_first_day = day_field("premier jour de la dernière année d'assurance ouverte")
    year_last_day = day_field("son dernier jour")
    suspended_on = day_field("premier jour sans garantie d'une suspension qui dure", allow_none=True)
    ended_on = day_field("premier jour sans garantie, une fois résilié", allow_none=True)
    is_void = fields.Boolean(required=True)
    net_eur = Euros(required=True, metadata={"description": "prime nette d'une année entière"})
    section_count = fields.Integer(required=True)


class PolicyPageSchema(Schema):
    """A page of policies, those whose year ends first before the others."""

    items = fields.List(fields.Nested(PolicyStandingSchema), required=True)
    next_cursor = next_cursor_field()


class PolicyChargeSchema(Schema):
    """An amount that a transaction adds to what is owed, or takes off it."""

    code = fields.String(required=True)
    first_day = day_field()
    last_day = day_field()
    net_eur = Euros(required=True)
    surcharge_eur = Euros(required=True)
    tax_eur = Euros(required=True)
    commission_eur = Euros(required=True)


class PolicyTransactionSchema(Schema):
    """A transaction of a policy, as it was recorded."""

    number = fields.Integer(required=True)
    act_number = fields.Integer(required=True, metadata={"description": "première transaction du même acte"})
    kind = fields.String(required=True)
    effective_on = day_field("premier jour auquel elle vaut")
    recorded_at = moment_field()
    reason = fields.String(required=True)
    reverses_number = fields.Integer(required=True, allow_none=True)
    replays_number = fields.Integer(required=True, allow_none=True)
    wording = fields.Dict(required=True, metadata={"description": "ce qu'elle dit, selon sa nature"})
    total_eur = Euros(required=True)
    charges = fields.List(fields.Nested(PolicyChargeSchema), required=True)
    document_ids = fields.List(fields.Integer(), required=True)


class PolicySchema(Schema):
    """A policy on a day, as it was known on another, with all its transactions."""

    id = fields.Integer(required=True)
    company_id = fields.Integer(required=True)
    reference = fields.String(required=True)
    on = day_field("le jour auquel il est montré")
    standing = fields.String(required=True, allow_none=True, metadata={"description": "nul : pas encore de contrat"})
    terms = fields.Dict(required=True, allow_none=True, metadata={"description": "ce qu'il dit ce jour-là"})
    net_eur = Euros(required=True, allow_none=True)
    transactions = fields.List(fields.Nested(PolicyTransactionSchema), required=True)


class WrittenTransactionSchema(Schema):
    """A transaction that an act wrote, and its euros."""

    number = fields.Integer(required=True)
    kind = fields.Enum(TransactionKind, by_value=fields.String, required=True)
    effective_on = day_field("premier jour auquel elle vaut")
    of_number = fields.Integer(
        required=True, allow_none=True, metadata={"description": "de celle qu'elle annule, ou qu'elle refait"}
    )
    total_eur = Euros(required=True, metadata={"description": "ce qu'elle ajoute à ce qui est dû, taxe comprise"})


class LostTransactionSchema(Schema):
    """A later transaction that could not be applied again, and was given up as agreed."""

    number = fields.Integer(required=True)
    reason = fields.String(required=True)


class PolicyActSchema(Schema):
    """What an act wrote, in its order: what it reversed, what it put in, what it applied again; what was lost."""

    reversed = fields.List(fields.Nested(WrittenTransactionSchema), required=True)
    inserted = fields.Nested(
        WrittenTransactionSchema, required=True, allow_none=True,
        metadata={"description": "nul : une transaction est annulée"},
    )  # fmt: skip
    applied_again = fields.List(fields.Nested(WrittenTransactionSchema), required=True)
    lost = fields.List(fields.Nested(LostTransactionSchema), required=True)
    total_eur = Euros(required=True, metadata={"description": "effet de l'acte sur la prime, taxe comprise"})


class PolicyActedSchema(PolicySchema):
    """A policy after an act, on the day of the act, and what the act wrote."""

    act = fields.Nested(PolicyActSchema, required=True)


def acted_plain(
    policy: Policy, on: date, rows: Sequence[PolicyTransaction], lost: Sequence[Dropped]
) -> dict[str, Any]:  # fmt: skip
    """A policy on a day, and the act that wrote some transactions on it."""
    written = [(one, _written(one)) for one in rows]
    inserted = [said for row, said in written if row.reverses_number is None and row.replays_number is None]
    act = {
        "reversed": [said for row, said in written if row.reverses_number is not None],
        "inserted": next(iter(inserted), None),
        "applied_again": [said for row, said in written if row.replays_number is not None],
        "lost": [{"number": one.transaction.number, "reason": one.reason} for one in lost],
        "total_eur": sum(row.total_eur for row in rows),
    }
    return policy_plain(policy, on, state_at(stack_of(policy), on)) | {"act": act}


def _written(row: PolicyTransaction) -> dict[str, Any]:
    return {
        "number": row.number, "kind": row.kind, "effective_on": row.effective_on, "total_eur": row.total_eur,
        "of_number": row.replays_number if row.reverses_number is None else row.reverses_number,
    }  # fmt: skip
