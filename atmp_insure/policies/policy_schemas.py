"""A policy as JSON carries it: its terms on a day, and its transactions with their charges and papers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from atmp_insure.policies.terms_schemas import TermsSchema

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.policies.models import Policy, PolicyTransaction
    from atmp_insure.policies.state import PolicyState

_TERMS = TermsSchema()


def policy_plain(policy: Policy, on: date, state: PolicyState | None) -> dict[str, Any]:
    """A policy on a day; `state` is None when there was none."""
    return {
        "id": policy.id, "company_id": policy.company_id, "reference": policy.reference, "on": on,
        "standing": None if state is None else state.standing(on).value,
        "terms": None if state is None else _TERMS.dump(state.terms),
        "net_eur": None if state is None else state.terms.net_eur,
        "transactions": [transaction_plain(one) for one in policy.transactions],
    }  # fmt: skip


def transaction_plain(row: PolicyTransaction) -> dict[str, Any]:
    """A transaction, with its charges and the numbers of its papers."""
    names = (
        "number", "act_number", "kind", "effective_on", "recorded_at", "reason", "reverses_number", "replays_number",
        "wording", "total_eur", "charges",
    )  # fmt: skip
    plain = {name: getattr(row, name) for name in names}
    return plain | {"kind": row.kind.value, "document_ids": [one.document_id for one in row.papers]}
