"""What resources of premiums answer: calls, what is to be called, accounts, payments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields

from atmp_insure.api.cursors import next_cursor_field
from atmp_insure.api.values import Euros, Percent, day_field, moment_field
from atmp_insure.premiums.booking import euros
from atmp_insure.premiums.call_states import CallState, call_state
from atmp_insure.premiums.payment_models import PaymentMeans
from atmp_insure.web.environment import today

if TYPE_CHECKING:
    from decimal import Decimal

    from atmp_insure.premiums.due_calls import DueCall
    from atmp_insure.premiums.models import PremiumCall

_DESCRIBED_TOTAL = {"description": "surprime et taxe comprises ; négatif : avoir"}


class PremiumAmountsSchema(Schema):
    """Amounts of premium: net, surcharge and tax apart."""

    net_eur = Euros(required=True)
    surcharge_eur = Euros(required=True)
    tax_eur = Euros(required=True)
    total_eur = Euros(required=True, metadata=_DESCRIBED_TOTAL)


class PremiumCallSchema(PremiumAmountsSchema):
    """A premium call, or a credit note when its total is below zero."""

    id = fields.Integer(required=True)
    name = fields.String(required=True, metadata={"description": "numéro, sans trou dans son année"})
    company_id = fields.Integer(required=True)
    policy_id = fields.Integer(required=True)
    year_first_day = day_field("premier jour de l'année d'assurance appelée")
    year_last_day = day_field("son dernier jour")
    instalment = fields.Integer(required=True, metadata={"description": "fraction atteinte"})
    instalments = fields.Integer(required=True, metadata={"description": "nombre de fractions de l'année"})
    called_on = day_field("appelée le")
    due_on = day_field("échéance")
    reference = fields.String(required=True, metadata={"description": "à citer au paiement (RF, ISO 11649)"})
    left_eur = Euros(required=True, metadata={"description": "ce qui n'en est pas soldé"})
    state = fields.Enum(CallState, by_value=fields.String, required=True)


class PremiumCallPageSchema(Schema):
    """A page of premium calls, those due last before the others."""

    items = fields.List(fields.Nested(PremiumCallSchema), required=True)
    next_cursor = next_cursor_field()


class PremiumCallLineSchema(Schema):
    """A line of a call: one guarantee, under one tax rate, for the insurers of one agreement."""

    code = fields.String(required=True, metadata={"description": "garantie, ou « minimum_premium »"})
    agreement_version_id = fields.Integer(required=True)
    broker_id = fields.Integer(required=True, allow_none=True)
    net_eur = Euros(required=True)
    surcharge_eur = Euros(required=True)
    tax_percent = Percent(required=True, attribute="tax_rate")
    tax_eur = Euros(required=True)
    commission_eur = Euros(required=True)


class PremiumCallDetailSchema(PremiumCallSchema):
    """A call with its lines and its document."""

    lines = fields.List(fields.Nested(PremiumCallLineSchema), required=True)
    document_id = fields.Integer(
        required=True, allow_none=True, metadata={"description": "dans /documents ; nul : en préparation"}
    )
    mailed = fields.Boolean(required=True, metadata={"description": "remis au courrier électronique sortant"})


class DueCallSchema(PremiumAmountsSchema):
    """What would be called now of a policy year."""

    year_first_day = day_field("premier jour de l'année d'assurance")
    instalment = fields.Integer(required=True)
    instalments = fields.Integer(required=True)
    due_on = day_field("échéance")


class PremiumYearSchema(Schema):
    """A policy year between what it owes and what was called of it."""

    first_day = day_field()
    last_day = day_field()
    owed_eur = Euros(required=True, metadata={"description": "tout ce que doit l'année, échu ou non"})
    called_eur = Euros(required=True, metadata={"description": "ce qui en a été appelé"})
    due_days = fields.List(fields.Date(), required=True, metadata={"description": "échéances de ses fractions"})


class PolicyPremiumsSchema(Schema):
    """The premiums of a policy: year by year, what would be called now, its calls."""

    policy_id = fields.Integer(required=True)
    until = day_field("dernière échéance que l'on appelle aujourd'hui")
    years = fields.List(fields.Nested(PremiumYearSchema), required=True)
    due = fields.List(fields.Nested(DueCallSchema), required=True)
    calls = fields.List(fields.Nested(PremiumCallSchema), required=True)


class PolicyCalledSchema(Schema):
    """What was called of a policy; nothing when all of it was already."""

    calls = fields.List(fields.Nested(PremiumCallSchema), required=True)


class PremiumPaymentSchema(Schema):
    """A payment of premiums, or the end of one that was taken back."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    company_id = fields.Integer(required=True)
    insurer_id = fields.Integer(required=True, metadata={"description": "dont le compte de primes l'a reçu"})
    key = fields.String(required=True)
    means = fields.Enum(PaymentMeans, by_value=fields.String, required=True)
    received_on = day_field("reçu le")
    amount_eur = Euros(required=True)
    reference = fields.String(required=True)
    reverses_id = fields.Integer(required=True, allow_none=True, metadata={"description": "l'encaissement annulé"})
    reason = fields.String(required=True)
    recorded_at = moment_field()
    recorded_by = fields.String(required=True)


class PremiumPaymentPageSchema(Schema):
    """A page of payments, the last recorded first."""

    items = fields.List(fields.Nested(PremiumPaymentSchema), required=True)
    next_cursor = next_cursor_field()


class AccountLineSchema(Schema):
    """Something that moved the account of a client, with the balance that it left."""

    on = day_field()
    name = fields.String(required=True)
    amount_eur = Euros(required=True, metadata={"description": "positif : le client le doit"})
    due_on = day_field("nul : ce n'est pas un appel", allow_none=True)
    balance_eur = Euros(required=True)


class PremiumAccountSchema(Schema):
    """The account of a client, as one reads it aloud."""

    company_id = fields.Integer(required=True)
    balance_eur = Euros(required=True, metadata={"description": "positif : le client le doit, échu ou non"})
    due_eur = Euros(required=True, metadata={"description": "ce qui en est échu"})
    unallocated_eur = Euros(required=True, metadata={"description": "paiements et avoirs qui ne règlent rien encore"})
    lines = fields.List(fields.Nested(AccountLineSchema), required=True)


def call_plain(call: PremiumCall, left_eur: Decimal) -> dict[str, Any]:
    """A call, with what is left of it, as it is answered."""
    named = (
        "id", "name", "company_id", "policy_id", "year_first_day", "year_last_day", "instalment", "instalments",
        "called_on", "due_on", "reference", "net_eur", "surcharge_eur", "tax_eur", "total_eur",
    )  # fmt: skip
    state = call_state(call.total_eur, left_eur, call.due_on, today())
    return {name: getattr(call, name) for name in named} | {"left_eur": left_eur, "state": state}


def due_plain(due: DueCall) -> dict[str, Any]:
    """What would be called of a policy year, as it is answered."""
    net, surcharge, tax = (
        sum(getattr(one, name) for one in due.lines.values()) for name in ("net", "surcharge", "tax")
    )  # fmt: skip
    return {
        "year_first_day": due.year.first_day, "instalment": due.count, "instalments": due.of, "due_on": due.due_on,
        "net_eur": euros(net), "surcharge_eur": euros(surcharge), "tax_eur": euros(tax), "total_eur": due.total_eur,
    }  # fmt: skip
