"""Bank accounts: whoever gives an IBAN says how it was checked, and a second person confirms it before any use.

The second pair of eyes is the one of `access.approvals`; its answer serves for exactly this account, IBAN and holder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.access import approvals
from atmp_insure.access.models import Approval, ApprovalState, User
from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db.scope import unscoped
from atmp_insure.db.types import key_ring_of
from atmp_insure.kernel.errors import Fault, InvalidInput, Refused
from atmp_insure.kernel.identifiers import compact_iban, is_bic, is_iban
from atmp_insure.parties import account_queries
from atmp_insure.parties.partner_models import AccountState, BankAccount

if TYPE_CHECKING:
    from datetime import datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.account_queries import AccountOwner
    from atmp_insure.parties.partner_models import AccountPurpose

ACT = "Confirmer un IBAN"


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be confirmed.

    Attributes:
        proof: how whoever gives it checked it.
        on_behalf_of_id: the person who asks for its confirmation, when the party itself gave it by a link.
    """

    purpose: AccountPurpose
    holder: str
    iban: str
    bic: str
    proof: str
    on_behalf_of_id: int | None = None


def propose_account(
    session: ScopedSession, owner: AccountOwner, owner_name: str, new: NewAccount, now: datetime
) -> BankAccount:
    """Give an account, and ask a second person to confirm it; the one in use stays in use until then.

    Raises:
        OutOfScope: the actor may not write for this company, or for the office's partners.
        InvalidInput: the IBAN or BIC is wrong, the proof is missing, or the account is in use or awaited already.
    """
    require_right_there(session, Right.WRITE_COMPANIES, owner.company_id)
    iban = compact_iban(new.iban)
    faults = _faults(new, iban)
    if faults:
        raise InvalidInput(faults)
    digest = _iban_digest(session, iban)
    known = account_queries.list_accounts_for(session, owner, new.purpose)
    if any(one.state is AccountState.IN_USE and one.iban_digest == digest for one in known):
        raise InvalidInput.one("cet IBAN est déjà celui qui est en usage", "Rien à changer", place="iban")
    if any(one.state is AccountState.PROPOSED for one in known):
        raise InvalidInput.one(
            "un autre IBAN attend déjà d'être confirmé", "Répondre d'abord à cette demande", place="iban"
        )
    account = BankAccount(
        company_id=owner.company_id, organisation_id=owner.organisation_id, purpose=new.purpose,
        holder=" ".join(new.holder.split()), iban=iban, iban_digest=digest, bic=_compact_bic(new.bic) or None,
        proof=new.proof.strip(), state=AccountState.PROPOSED, proposed_by=session.actor.name, proposed_at=now,
    )  # fmt: skip
    session.add(account)
    session.flush()
    approval = approvals.request_approval(
        session, ACT, _subject(account), _shown(account), now=now, company_id=owner.company_id,
        on_behalf_of_id=new.on_behalf_of_id,
        reason=f"{owner_name}, {new.purpose.label} : compte {masked(iban)}. Vérification : {account.proof}",
    )  # fmt: skip
    account.approval_id = approval.id
    session.flush()
    return account


def find_given_account(
    session: ScopedSession, owner: AccountOwner, purpose: AccountPurpose, iban: str
) -> BankAccount | None:
    """The account that an owner already gave for a purpose, by its IBAN: in use, or awaiting its confirmation."""
    digest = _iban_digest(session, compact_iban(iban))
    return account_queries.find_account_of_iban(session, owner, purpose, digest)


def answer_account(session: ScopedSession, account: BankAccount, *, granted: bool, reason: str, now: datetime) -> None:
    """Confirm or refuse an account, as another person than the one who gave it.

    Raises:
        Refused: one's own proposal, answered already, or without the right to give a second accord.
    """
    if account.state is not AccountState.PROPOSED or account.approval_id is None:
        raise Refused("Ce compte a déjà reçu sa réponse.")
    approvals.decide_approval(session, account.approval_id, granted=granted, reason=reason, now=now)
    apply_answer(session, account, now)


def apply_answer(session: ScopedSession, account: BankAccount, now: datetime) -> None:
    """Do what the second person answered: put the account in use in place of the older one, or set it aside.

    Raises:
        Refused: nobody answered yet, or the account is no longer what was shown.
    """
    session.refresh(account, with_for_update={"of": BankAccount})
    answer = _answer_of(session, account)
    if account.state is not AccountState.PROPOSED or answer is None:
        raise Refused("Ce compte n'attend pas de réponse.")
    if answer.state is ApprovalState.REFUSED:
        account.state = AccountState.REFUSED
    elif approvals.use_approval(session, ACT, _subject(account), _shown(account)):
        _put_in_use(session, account)
    else:
        raise Refused("Personne n'a encore confirmé ce compte tel qu'il est.")
    account.confirmed_by, account.confirmed_at = answer.by, now
    session.flush()


def _put_in_use(session: ScopedSession, account: BankAccount) -> None:
    owner = account_queries.owner_of(account)
    for other in account_queries.list_accounts_for(session, owner, account.purpose):
        if other.state is AccountState.IN_USE:
            other.state = AccountState.REPLACED
            account.replaces_id = other.id
    account.state = AccountState.IN_USE


@dataclass(frozen=True, slots=True)
class _Answer:
    state: ApprovalState
    by: str | None


@unscoped("whoever carries out an answer may not see the request, nor who answered it")
def _answer_of(session: ScopedSession, account: BankAccount) -> _Answer | None:
    statement = (
        select(Approval.state, User.sign_in)
        .outerjoin(User, User.id == Approval.decided_by_id)
        .where(Approval.id == account.approval_id)
    )
    found = session.execute(statement).first()
    return _Answer(*found) if found is not None else None


def masked(iban: str) -> str:
    """An IBAN of which only the country, the key and the end show: `FR76 •••• 0189`."""
    return f"{iban[:4]} •••• {iban[-4:]}"


def _faults(new: NewAccount, iban: str) -> list[Fault]:
    faults = [] if new.holder.strip() else [Fault("titulaire absent", "Donner le titulaire du compte", "holder")]
    if not is_iban(iban):
        faults.append(Fault("cet IBAN n'a pas la bonne clé ou la bonne longueur", "Le relire sur le RIB", "iban"))
    if new.bic.strip() and not is_bic(_compact_bic(new.bic)):
        faults.append(
            Fault(f"« {new.bic.strip()} » n'est pas un BIC", "Le relire sur le RIB, ou le laisser vide", "bic")
        )
    if not new.proof.strip():
        said = "Dire comment il a été vérifié, par exemple en rappelant un numéro connu"
        faults.append(Fault("vérification absente", said, "proof"))
    return faults


def _compact_bic(text: str) -> str:
    return "".join(text.split()).upper()


def _iban_digest(session: ScopedSession, iban: str) -> bytes:
    return key_ring_of(session.get_bind().dialect).digest("iban", iban)


def _subject(account: BankAccount) -> str:
    return f"bank_accounts:{account.id}"


def _shown(account: BankAccount) -> str:
    parts = (
        account.company_id,
        account.organisation_id,
        account.purpose.value,
        account.holder,
        account.iban,
        account.bic,
    )
    return "|".join(str(part) for part in parts)
