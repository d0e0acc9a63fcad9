"""The notice of new terms: made, filed with the policy, sent to the client while it can still end the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.diary.task_service import end_asked_about
from atmp_insure.documents.letters import mail_text
from atmp_insure.documents.outgoing import write_mail
from atmp_insure.kernel.errors import Refused
from atmp_insure.parties.queries import get_company
from atmp_insure.policies import queries, revision_queries, service
from atmp_insure.policies.issuing import next_year
from atmp_insure.policies.paper_shown import NOTICE, notice_of, printed, put_paper
from atmp_insure.policies.revising import RevisionState, needs_notice
from atmp_insure.policies.revision_service import TASKS, renewal_changes_of, subject_of
from atmp_insure.policies.service import Wanted
from atmp_insure.policies.stack_service import latest_state
from atmp_insure.policies.transactions import Renewal

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.documents.models import Document
    from atmp_insure.parties.partner_models import Contact
    from atmp_insure.policies.paper_shown import PaperRoom
    from atmp_insure.policies.revision_models import PolicyRevision
    from atmp_insure.policies.revision_service import RevisionDesk

EVENT = "policy_notice"


def notify(
    session: ScopedSession, revision: PolicyRevision, desk: RevisionDesk, room: PaperRoom, *, by_post: bool = False
) -> Document | None:
    """Send the client the terms proposed for the next year; None: nothing is to be told, the premium follows wages.

    Args:
        by_post: somebody posts it: nothing leaves by e-mail.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        Refused: no terms are ready, it is too late, or nobody can be written to.
    """
    require_right_there(session, Right.WRITE_POLICIES, revision.company_id)
    locked = revision_queries.locked_revision(session, revision.id)
    policy = queries.locked_policy(session, locked.policy_id)
    if locked.state is not RevisionState.PROPOSED:
        raise Refused("Cette révision n'a pas de conditions prêtes à notifier.")
    state = latest_state(policy)
    changes = tuple(renewal_changes_of(session, locked, state, desk.catalogue))
    if not needs_notice(changes):
        return None
    if desk.is_late(locked.due_on):
        raise Refused("La date limite de notification est passée : maintenir les conditions, ou convenir d'un avenant.")
    to = _addressee(session, locked, state.terms.contact_id, by_post=by_post)
    content = Renewal(next_year(state.year), changes)
    plan = service.plan_act(session, policy, Wanted(locked.due_on, content), desk.catalogue)
    letter = printed(notice_of(session, policy, plan, desk.on, room))
    document = put_paper(session, policy.transactions[-1], letter, room, desk.now, kind=NOTICE)
    if to is not None:
        _write(session, locked, to, document, desk)
    locked.state, locked.notified_on, locked.notice_id = RevisionState.NOTIFIED, desk.on, document.id
    locked.moved_at = desk.now
    end_asked_about(session, subject_of(locked), TASKS, desk.now)
    session.flush()
    return document


def _addressee(
    session: ScopedSession, revision: PolicyRevision, contact_id: int | None, *, by_post: bool
) -> Contact | None:
    if by_post:
        return None
    to = revision_queries.find_addressee(session, get_company(session, revision.company_id), contact_id)
    if to is None:
        raise Refused(
            "Aucun interlocuteur n'a d'adresse électronique : en ajouter un à l'entreprise, ou envoyer la notification "
            "par courrier."
        )
    return to


def _write(
    session: ScopedSession, revision: PolicyRevision, to: Contact, document: Document, desk: RevisionDesk
) -> None:
    assert to.email is not None, "an addressee has an address"
    text = mail_text(
        EVENT, addressee=to.name, policy=revision.policy, company=get_company(session, revision.company_id),
        due_on=revision.due_on, office=desk.settings.site.office_name,
    )  # fmt: skip
    write_mail(
        session, EVENT, to.email, *text, key=f"{subject_of(revision)}:notice", now=desk.now,
        company_id=revision.company_id, document_ids=(document.id,),
    )  # fmt: skip
