"""What each person must do today, in the order in which it should be done, with the reason for the order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import url_for
from sqlalchemy import func, select

from atmp_insure.access.models import Approval, ApprovalState, Passkey, User
from atmp_insure.access.roles import Right
from atmp_insure.db.leases import JobRun, JobState
from atmp_insure.db.runs import Run, RunState
from atmp_insure.db.work_queue import EntryState, QueueEntry
from atmp_insure.diary.deadline_queries import Person, list_deadlines_due, list_tasks_due
from atmp_insure.diary.request_queries import count_open, count_to_examine
from atmp_insure.diary.tray_queries import count_waiting
from atmp_insure.diary.watch_queries import count_to_look_at, list_outages
from atmp_insure.documents.models import MailState, OutgoingMail
from atmp_insure.formatting import euros, relative_day
from atmp_insure.kernel.paris import paris_day
from atmp_insure.parties.queries import names_of
from atmp_insure.policies import queries as policy_queries
from atmp_insure.policies import revision_queries
from atmp_insure.policies.revising import RevisionState
from atmp_insure.premiums import broker_queries, chase_queries, payment_queries
from atmp_insure.premiums import queries as premium_queries
from atmp_insure.premiums.chasing import ChaseStep
from atmp_insure.rate_records.models import DepositState, PaperDeposit
from atmp_insure.underwriting import queries as quote_queries
from atmp_insure.web.display import Tone
from atmp_insure.web.languages import current_language, said_day
from atmp_insure.web.law_in_force import law_in_force
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from datetime import date, datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.diary.deadline_models import LiveDeadline
    from atmp_insure.web.request_scope import Viewer


_NEAR_DAYS, _MOST, _LAPSE_DAYS, _RENEW_DAYS = 14, 10, 8, 60
_SCHEDULES_FROM_MONTH = 11  # the yearly orders come out at the end of the year


@dataclass(frozen=True, slots=True)
class Matter:
    """Something to do: what, why now, where."""

    title: str
    reason: str
    url: str
    tone: Tone


def matters(session: ScopedSession, viewer: Viewer, now: datetime) -> tuple[Matter, ...]:
    """What awaits a person: what dies first, what holds others back, what failed, what to do, their own account."""
    person = Person(viewer.user_id, paris_day(now), viewer.roles)
    return (
        *_deadlines(session, person),
        *_approvals(session, viewer),
        *_failures(session),
        *_installation(session, now),
        *_letters(session),
        *_channels(session, person),
        *_requests(session),
        *_deposits(session),
        *_quotes(session, person),
        *_policies(session, person),
        *_premiums(session, person),
        *_broker_money(session),
        *_tasks(session, person),
        *_own_account(session, viewer),
    )


def _deadlines(session: ScopedSession, person: Person) -> list[Matter]:
    if not session.actor.may(Right.READ_DIARY):
        return []
    near = person.on + timedelta(days=_NEAR_DAYS)
    found = list_deadlines_due(session, person, near, _MOST)
    names = names_of(session, {one.company_id for one in found if one.company_id is not None})
    return [
        Matter(
            one.named, _about(names.get(one.company_id or 0), _deadline_reason(one, person.on)),
            url_for("diary.show_deadline", deadline_id=one.id),
            Tone.BAD if one.safe_on <= person.on + timedelta(days=1) else Tone.CARE,
        )
        for one in found
    ]  # fmt: skip


def _deadline_reason(deadline: LiveDeadline, on: date) -> str:
    return _(
        "À faire au plus tard le %(day)s, %(when)s ; dernier jour légal : %(last)s.",
        day=said_day(deadline.safe_on),
        when=relative_day(deadline.safe_on, on, current_language()),
        last=said_day(deadline.due_on),
    )


def _tasks(session: ScopedSession, person: Person) -> list[Matter]:
    if not session.actor.may(Right.READ_DIARY):
        return []
    found = list_tasks_due(session, person, _MOST)
    names = names_of(session, {one.company_id for one in found if one.company_id is not None})
    return [
        Matter(
            one.title,
            _about(names.get(one.company_id or 0), _("Pour le %(day)s, %(when)s.", day=said_day(one.due_on),
                                                     when=relative_day(one.due_on, person.on, current_language()))),
            url_for("diary.show_task", task_id=one.id), Tone.CARE if one.due_on <= person.on else Tone.INFO,
        )
        for one in found
    ]  # fmt: skip


def _about(company: str | None, reason: str) -> str:
    """The reason, after the company that it is about."""
    return reason if company is None else f"{company} · {reason}"


def _letters(session: ScopedSession) -> list[Matter]:
    if not session.actor.everywhere(Right.FILE_MAIL):
        return []
    waiting = count_waiting(session)
    title = _("Lettres à classer : %(count)s", count=waiting)
    reason = _("Un délai court peut-être déjà dans l'une d'elles.")
    return [Matter(title, reason, url_for("diary.show_tray", state="waiting"), Tone.CARE)] if waiting else []


def _channels(session: ScopedSession, person: Person) -> list[Matter]:
    if not session.actor.everywhere(Right.WRITE_DIARY):
        return []
    outages = [
        Matter(
            _("%(channel)s ne montre rien", channel=channel.label),
            _("Depuis le %(day)s ; un délai peut courir sans qu'aucune lettre soit lue.",
              day=said_day(since)),
            url_for("diary.list_watches", state="failing", channel=channel.value), Tone.BAD,
        )
        for channel, since, _count in list_outages(session)
    ]  # fmt: skip
    count = count_to_look_at(session, person.on)
    title = _("Canaux à relever : %(count)s", count=count)
    reason = _("Une lettre qui y attend fait peut-être déjà courir un délai.")
    due = [Matter(title, reason, url_for("diary.list_watches", state="due"), Tone.CARE)] if count else []
    return outages + due


def _requests(session: ScopedSession) -> list[Matter]:
    """Papers that came by a link, for those who judge them; those that are asked for, for the others."""
    if session.actor.may(Right.WRITE_DIARY):
        received = count_to_examine(session)
        title = _("Pièces reçues à examiner : %(count)s", count=received)
        reason = _("Acceptées, elles ne sont plus demandées ; refusées, elles le sont de nouveau.")
        return [Matter(title, reason, url_for("diary.list_requests", state="open"), Tone.INFO)] if received else []
    if not session.actor.may(Right.READ_DIARY) or session.actor.everywhere(Right.READ_DIARY):
        return []
    waiting = count_open(session)
    title = _("Demandes de pièces en attente : %(count)s", count=waiting)
    reason = _("Le lien reçu par courriel les prend sans compte.")
    return [Matter(title, reason, url_for("diary.list_requests", state="open"), Tone.CARE)] if waiting else []


def _deposits(session: ScopedSession) -> list[Matter]:
    if not session.actor.may(Right.WRITE_RATES):
        return []
    waiting = (
        session.scalar(select(func.count(PaperDeposit.id)).where(PaperDeposit.state == DepositState.PROPOSED)) or 0
    )
    title = _("Dépôts de documents à relire : %(count)s", count=waiting)
    reason = _("Aucun taux ne bouge tant qu'ils ne sont pas enregistrés.")
    url = url_for("rate_records.list_deposits", state="proposed")
    return [Matter(title, reason, url, Tone.INFO)] if waiting else []


def _quotes(session: ScopedSession, person: Person) -> list[Matter]:
    """Quotes that await a decision, for those who decide; quotes that clients have and that lapse soon."""
    found = []
    if session.actor.may(Right.DECIDE_QUOTES):
        waiting = quote_queries.count_awaiting(session, "underwriter")
        if waiting:
            title = _("Devis soumis à votre décision : %(count)s", count=waiting)
            url = url_for("quotes.list_quotes", waits_for="underwriter")
            found.append(Matter(title, _("Le courtier attend la décision."), url, Tone.CARE))
    if session.actor.may(Right.WRITE_QUOTES):
        ending = quote_queries.count_lapsing(session, person.on, person.on + timedelta(days=_LAPSE_DAYS))
        if ending:
            title = _("Devis chez le client qui expirent sous huit jours : %(count)s", count=ending)
            url = url_for("quotes.list_quotes", state="sent")
            found.append(Matter(title, _("Passé ce jour, ils ne peuvent plus être acceptés."), url, Tone.INFO))
    return found


def _policies(session: ScopedSession, person: Person) -> list[Matter]:
    """Revisions that await a person, terms to be told, policies whose year ends soon and that are not renewed."""
    if not session.actor.may(Right.WRITE_POLICIES):
        return []
    found = []
    deciding = revision_queries.count_in(session, RevisionState.REFERRED)
    if deciding:
        title = _("Révisions de contrats à décider : %(count)s", count=deciding)
        reason = _("Tant qu'elles ne le sont pas, leurs contrats ne se renouvellent pas avec les autres.")
        found.append(Matter(title, reason, url_for("policies.list_revisions", state="referred"), Tone.CARE))
    telling = revision_queries.count_to_tell(session)
    if telling:
        title = _("Nouvelles conditions à notifier : %(count)s", count=telling)
        reason = _("Passé le délai de préavis, elles ne peuvent plus l'être.")
        found.append(Matter(title, reason, url_for("policies.list_revisions", state="proposed"), Tone.CARE))
    last = person.on + timedelta(days=_RENEW_DAYS)
    ending = policy_queries.count_ending(session, person.on, last)
    if ending:
        title = _("Contrats à renouveler sous 60 jours : %(count)s", count=ending)
        url = url_for("policies.list_policies", day_from=person.on.isoformat(), day_to=last.isoformat())
        found.append(Matter(title, _("Leur année suivante n'est pas encore ouverte."), url, Tone.INFO))
    return found


def _premiums(session: ScopedSession, person: Person) -> list[Matter]:
    """What unpaid premiums ask for today, what was received and settles nothing yet, what is to be called."""
    if not session.actor.everywhere(Right.COLLECT_POLICIES):
        return []
    steps, by_today = chase_queries.count_chases(session, person.on), person.on.isoformat()
    found = []
    if sending := steps.get(ChaseStep.SEND_NOTICE):
        title = _("Mises en demeure à expédier : %(count)s", count=sending[0])
        reason = _("Les trente jours ne courent qu'à partir de l'envoi.")
        found.append(Matter(title, reason, url_for("premiums.post_notices"), Tone.CARE))
    if noticing := steps.get(ChaseStep.GIVE_NOTICE):
        title = _("Contrats à mettre en demeure : %(count)s", count=noticing[0])
        reason = _("Une prime y est impayée dix jours après son échéance.")
        url = url_for("premiums.list_unpaid", state=ChaseStep.GIVE_NOTICE.value, day_to=by_today)
        found.append(Matter(title, reason, url, Tone.CARE))
    if ending := steps.get(ChaseStep.TERMINATE):
        title = _("Contrats suspendus que l'on peut résilier : %(count)s", count=ending[0])
        reason = _("Les dix jours qui suivent les trente de la mise en demeure sont passés ; c'est un choix.")
        url = url_for("premiums.list_unpaid", state=ChaseStep.TERMINATE.value, day_to=by_today)
        found.append(Matter(title, reason, url, Tone.INFO))
    return [*found, *_money(session, person)]


def _broker_money(session: ScopedSession) -> list[Matter]:
    """What brokers collected and have not transferred: for the office that awaits it, for the broker who owes it."""
    if not session.actor.may(Right.DECLARE_PREMIUMS):
        return []
    count, left_eur, first = broker_queries.sum_to_remit(session)
    if not count or first is None:
        return []
    title = _("Primes encaissées par un courtier, à remettre : %(amount)s", amount=euros(left_eur))
    reason = _("Le plus ancien bordereau est du %(day)s.", day=said_day(first))
    url = url_for("brokers.list_bordereaux", state=["declared", "partly"])
    return [Matter(title, reason, url, Tone.CARE)]


def _money(session: ScopedSession, person: Person) -> list[Matter]:
    """Money of clients that settles nothing yet, premiums that are due and were not called."""
    found = []
    if credits_ := payment_queries.count_credits(session):
        title = _("Clients avec de l'argent à imputer : %(count)s", count=credits_)
        reason = _("Il paie peut-être une prime que l'on s'apprête à réclamer.")
        found.append(Matter(title, reason, url_for("premiums.list_credits"), Tone.CARE))
    to_call, _amount = premium_queries.sum_due(session, person.on)
    if to_call:
        title = _("Contrats dont une prime échue n'est pas appelée : %(count)s", count=to_call)
        url = url_for("premiums.list_due", day_to=person.on.isoformat())
        found.append(Matter(title, _("Le client ne la paiera pas avant d'en recevoir l'appel."), url, Tone.CARE))
    return found


def _approvals(session: ScopedSession, viewer: Viewer) -> list[Matter]:
    if not session.actor.may(Right.APPROVE):
        return []
    waiting = select(func.count(Approval.id)).where(
        Approval.state == ApprovalState.REQUESTED, Approval.requested_by_id != viewer.user_id
    )
    count = session.scalar(waiting) or 0
    title = _("Demandes de seconde validation : %(count)s", count=count)
    reason = _("Un collègue attend pour aller plus loin.")
    return [Matter(title, reason, url_for("access.list_approvals"), Tone.CARE)] if count else []


def _failures(session: ScopedSession) -> list[Matter]:
    found = []
    if session.actor.may(Right.READ_RUNS):
        failed_runs = session.scalar(select(func.count(Run.id)).where(Run.state == RunState.DONE_WITH_ERRORS)) or 0
        if failed_runs:
            title = _("Traitements finis avec des erreurs : %(count)s", count=failed_runs)
            reason = _("Seules les lignes en échec sont rejouées, une fois leur cause corrigée.")
            found.append(Matter(title, reason, url_for("runs.list_runs", state="done_with_errors"), Tone.BAD))
        stuck = session.scalar(select(func.count(QueueEntry.id)).where(QueueEntry.state == EntryState.FAILED)) or 0
        if stuck:
            title = _("Travaux arrêtés après plusieurs essais : %(count)s", count=stuck)
            found.append(Matter(title, _("Personne ne les reprendra sans vous."), url_for("runs.list_queue"), Tone.BAD))
    if session.actor.may(Right.READ_MAIL):
        mails = session.scalar(select(func.count(OutgoingMail.id)).where(OutgoingMail.state == MailState.FAILED)) or 0
        if mails:
            title = _("Courriels non partis : %(count)s", count=mails)
            reason = _("Leur destinataire ne sait encore rien.")
            found.append(Matter(title, reason, url_for("documents.list_mail", state="failed"), Tone.BAD))
    return found


def _installation(session: ScopedSession, now: datetime) -> list[Matter]:
    """What an administrator looks at first: people who are shut out, jobs that failed, the tables of next year."""
    if not session.actor.everywhere(Right.READ_SETTINGS):
        return []
    found = []
    locked = session.scalar(select(func.count(User.id)).where(User.locked_until > now)) or 0
    if locked:
        title = _("Comptes verrouillés : %(count)s", count=locked)
        found.append(Matter(title, _("Quelqu'un ne peut pas travailler."), url_for("admin.overview"), Tone.CARE))
    since = now - timedelta(days=1)
    failed = select(func.count(JobRun.id)).where(JobRun.state == JobState.FAILED, JobRun.started_at > since)
    jobs = session.scalar(failed) or 0
    if jobs:
        title = _("Tâches planifiées en échec depuis hier : %(count)s", count=jobs)
        reason = _("Rappels, scellement ou purges ne se font plus.")
        found.append(Matter(title, reason, url_for("admin.overview"), Tone.BAD))
    return [*found, *missing_years(now)]


def missing_years(now: datetime) -> list[Matter]:
    """The schedules of the rate year to come, asked for from November on, and of this one as long as they lack."""
    today = paris_day(now)
    known = law_in_force().schedule_years
    needed = (today.year, today.year + 1) if today.month >= _SCHEDULES_FROM_MONTH else (today.year,)
    reason = _("Sans eux, les taux de cette année-là ne se recalculent pas.")
    return [
        Matter(_("Barèmes %(year)s à charger", year=year), reason, url_for("regulation.browse"), Tone.CARE)
        for year in needed
        if year not in known
    ]


def _own_account(session: ScopedSession, viewer: Viewer) -> list[Matter]:
    user = session.get_one(User, viewer.user_id)
    has_passkey = session.scalar(select(Passkey.id).where(Passkey.user_id == user.id).limit(1)) is not None
    if user.totp_secret is not None or has_passkey:
        return []
    title, reason = _("Protéger votre compte"), _("Un second facteur empêche d'entrer avec un mot de passe volé.")
    return [Matter(title, reason, url_for("account.second_factor"), Tone.INFO)]
