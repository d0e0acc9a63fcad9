"""What a transaction says as it is stored and exchanged, by its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import fields

from atmp_insure.policies import transactions
from atmp_insure.policies.change_schemas import ChangeField
from atmp_insure.policies.terms_schemas import Exact, Made, TermsSchema, YearSchema, code_field
from atmp_insure.policies.transactions import Refunding, TransactionKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marshmallow import Schema

    from atmp_insure.policies.transactions import Content


class _Opening(Made):
    made = transactions.Opening
    kind = code_field(TransactionKind)
    terms = fields.Nested(TermsSchema)
    year = fields.Nested(YearSchema)


class _Endorsement(Made):
    made = transactions.Endorsement
    changes = fields.List(ChangeField())


class _Renewal(Made):
    made = transactions.Renewal
    year = fields.Nested(YearSchema)
    changes = fields.List(ChangeField())


class _Suspension(Made):
    made = transactions.Suspension


class _Resumption(Made):
    made = transactions.Resumption


class _Termination(Made):
    made = transactions.Termination
    ground = fields.String()
    refunding = code_field(Refunding)
    voids = fields.Boolean()


class _Adjustment(Made):
    made = transactions.Adjustment
    year = fields.Nested(YearSchema)
    wages_eur = fields.Dict(fields.String(), Exact())


class _Reversal(Made):
    made = transactions.Reversal
    of_number = fields.Integer()


_CONTENTS: Mapping[TransactionKind, Schema] = {
    TransactionKind.ISSUE: _Opening(),
    TransactionKind.TAKE_OVER: _Opening(),
    TransactionKind.ENDORSE: _Endorsement(),
    TransactionKind.RENEW: _Renewal(),
    TransactionKind.SUSPEND: _Suspension(),
    TransactionKind.RESUME: _Resumption(),
    TransactionKind.TERMINATE: _Termination(),
    TransactionKind.ADJUST: _Adjustment(),
    TransactionKind.REVERSE: _Reversal(),
}


def plain_content(content: Content) -> dict[str, Any]:
    """What a transaction says, as it is stored; its kind is beside it."""
    found: dict[str, Any] = _CONTENTS[content.kind].dump(content)
    return found


def content_of(kind: TransactionKind, plain: Mapping[str, Any]) -> Content:
    """What a transaction says, from its stored form."""
    found: Content = _CONTENTS[kind].load(plain)
    return found
