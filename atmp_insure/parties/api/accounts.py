"""The resource of bank accounts: proposed with how they were checked; a second person confirms them, on screen only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.narrowing import of_codes, of_values
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import (
    code_field,
    codes_filter,
    codes_of,
    filter_field,
    key_field,
    member_of,
    needed_text_field,
    text_field,
)
from atmp_insure.api.writes import writing
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.parties import account_queries, partner_queries, queries
from atmp_insure.parties import account_service as service
from atmp_insure.parties.account_queries import AccountOwner
from atmp_insure.parties.account_service import NewAccount
from atmp_insure.parties.partner_models import AccountPurpose, AccountState, BankAccount
from atmp_insure.web.request_scope import actor, database, needs, now

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession

resources = Resources("bank_accounts", "Comptes bancaires, confirmés par une seconde personne.", "/bank-accounts")
_ONE = "/<int:account_id>"


class BankAccountArguments(PageArguments):
    """Whose accounts are asked for."""

    company_id = filter_field("ceux de cette entreprise")
    organisation_id = filter_field("ceux de ce partenaire")
    state = codes_filter(codes_of(AccountState), "un état ou plusieurs")


class BankAccountBody(Arguments):
    """An account to be confirmed."""

    company_id = key_field("entreprise", allow_none=True)
    organisation_id = key_field("ou partenaire", allow_none=True)
    purpose = code_field(codes_of(AccountPurpose), "ce qu'il sert")
    holder = needed_text_field(description="titulaire")
    iban = needed_text_field(50)
    bic = text_field(20)
    proof = needed_text_field(500, "comment il a été vérifié")


class BankAccountSchema(Schema):
    """An account, its IBAN masked."""

    id = fields.Integer(required=True)
    company_id = fields.Integer(required=True, allow_none=True)
    organisation_id = fields.Integer(required=True, allow_none=True)
    purpose = fields.Enum(AccountPurpose, by_value=fields.String, required=True)
    state = fields.Enum(AccountState, by_value=fields.String, required=True)
    masked_iban = fields.Function(
        lambda account: service.masked(account.iban), required=True, metadata={"type": "string"}
    )
    proposed_by = fields.String(required=True)
    proposed_at = fields.AwareDateTime(required=True)
    confirmed_by = fields.String(required=True, allow_none=True)
    confirmed_at = fields.AwareDateTime(required=True, allow_none=True)
    replaces_id = fields.Integer(required=True, allow_none=True)


class BankAccountDetailSchema(BankAccountSchema):
    """An account, whole, and how it was checked."""

    holder = fields.String(required=True)
    iban = fields.String(required=True)
    bic = fields.String(required=True, allow_none=True)
    proof = fields.String(required=True)


class BankAccountPageSchema(Schema):
    """A page of accounts, the latest first."""

    items = fields.List(fields.Nested(BankAccountSchema), required=True)
    next_cursor = next_cursor_field()


def _owner(session: ScopedSession, body: dict[str, Any]) -> tuple[AccountOwner, str]:
    """Whose account it is, and their name.

    Raises:
        InvalidInput: nobody's, or of two.
        NotFound: of one that the actor does not see.
    """
    company_id, organisation_id = body["company_id"], body["organisation_id"]
    if (company_id is None) == (organisation_id is None):
        raise InvalidInput.one("une entreprise ou un partenaire est attendu", "En donner un seul", place="company_id")
    if company_id is not None:
        return AccountOwner(company_id=company_id), queries.get_company(session, company_id).name
    organisation = partner_queries.get_organisation(session, organisation_id)
    return AccountOwner(organisation_id=organisation.id), organisation.name


@resources.operation("GET", "", BankAccountPageSchema, arguments=BankAccountArguments)
@needs(Right.READ_BANK_ACCOUNTS)
def list_accounts(asked: dict[str, Any]) -> dict[str, Any]:
    """Les comptes bancaires, les derniers donnés d'abord ; les IBAN sont masqués."""
    statement = of_values(account_queries.accounts(), asked, BankAccount.company_id, BankAccount.organisation_id)
    statement = of_codes(statement, asked, (BankAccount.state, AccountState))
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (BankAccount.id,), asked, descending=True)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("GET", _ONE, BankAccountDetailSchema)
@needs(Right.READ_BANK_ACCOUNTS)
def show_bank_account(account_id: int) -> BankAccount:
    """Un compte bancaire, et comment il a été vérifié."""
    with database().reading(actor()) as session:
        return account_queries.get_account(session, account_id)


@resources.operation("POST", "", BankAccountDetailSchema, body=BankAccountBody, status=201)
@needs(Right.WRITE_COMPANIES)
def propose_account(body: dict[str, Any]) -> BankAccount:
    """Donner un compte ; il ne sert à rien avant qu'une seconde personne l'ait confirmé à l'écran."""
    holder, iban, bic, proof = (body[name] or "" for name in ("holder", "iban", "bic", "proof"))
    new = NewAccount(member_of(AccountPurpose, body["purpose"]), holder, iban, bic, proof)
    with writing() as session:
        owner, name = _owner(session, body)
        return service.propose_account(session, owner, name, new, now())


@resources.operation("POST", f"{_ONE}/apply", BankAccountDetailSchema)
@needs(Right.WRITE_COMPANIES)
def apply_account_answer(account_id: int) -> BankAccount:
    """Appliquer la réponse qu'une seconde personne a donnée parmi les secondes validations."""
    with writing() as session:
        account = account_queries.get_account(session, account_id)
        service.apply_answer(session, account, now())
        return account
