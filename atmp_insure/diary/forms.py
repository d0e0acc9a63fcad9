"""Forms of deadlines and tasks."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Self

from flask_wtf.file import MultipleFileField
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from atmp_insure.access.roles import role_of
from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.deadlines.territory import MAINLAND
from atmp_insure.diary.deadline_models import Priority
from atmp_insure.diary.deadline_service import Answer, TypedDeadline, subject_of
from atmp_insure.diary.shown import PRIORITIES, TEAMS
from atmp_insure.diary.task_service import NewTask
from atmp_insure.diary.tray_models import Channel
from atmp_insure.diary.tray_service import CLOCKS, Came, Filing
from atmp_insure.documents.shown import kinds
from atmp_insure.documents.uploads import accepted_uploads
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.paris import PARIS, paris_day
from atmp_insure.parties.models import Territory
from atmp_insure.parties.queries import get_company
from atmp_insure.parties.typed_numbers import company_id_of
from atmp_insure.web.environment import today
from atmp_insure.web.forms import Form, choices, required
from atmp_insure.web.languages import said_day
from atmp_insure.web.request_scope import settings
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.diary.tray_models import TrayLetter
    from atmp_insure.documents.accepted_files import AcceptedFile
    from atmp_insure.documents.models import Document


class ForSomeone(Form):
    """What is given to a team, or to a person of it."""

    team = SelectField(_l("Équipe"), [required()], choices=choices((role.value, role.label) for role in TEAMS))
    person = SelectField(_l("Personne"), [Optional()], description=_l("Vide : toute l'équipe."))

    @classmethod
    def among(cls, people: Mapping[int, str], **values: object) -> Self:
        """The form, offering the people that the viewer sees."""
        form = cls(**values)
        form.person.choices = choices([("", "–"), *((str(key), name) for key, name in people.items())])
        return form

    def person_id(self) -> int | None:
        """The person chosen, if any."""
        return int(self.person.data) if self.person.data else None


class TypedDeadlineForm(ForSomeone):
    """A day typed by hand."""

    label = StringField(_l("Acte à faire"), [required()], description=_l("Sans nom de personne."))
    due_on = DateField(_l("Dernier jour"), [required()])
    reason = StringField(_l("D'où vient cette date"), [required()])
    siren = StringField(_l("SIREN"), [Optional()], description=_l("Vide : une échéance du bureau."))

    def typed(self, company_id: int | None) -> TypedDeadline:
        """What the form says."""
        return TypedDeadline(
            self.label.data or "", self._due_on(), self.reason.data or "", company_id, subject_of(company_id),
            role_of(self.team.data), self.person_id(),
        )  # fmt: skip

    def _due_on(self) -> date:
        assert self.due_on.data is not None
        found: date = self.due_on.data
        return found


class AnswerForm(Form):
    """How a deadline was answered."""

    on = DateField(_l("Acte fait le"), [required()])
    proof = SelectField(_l("Pièce qui le prouve"), [Optional()], description=_l("Une pièce de cette entreprise."))
    note = TextAreaField(_l("Ce qui a été fait"), [Optional()], description=_l("Nécessaire sans pièce."))

    @classmethod
    def offering(cls, papers: list[Document]) -> Self:
        """The form, offering the papers of the company."""
        form = cls()
        shown = [(str(one.id), f"{one.title} ({said_day(one.received_at)})") for one in papers]
        form.proof.choices = choices([("", "–"), *shown])
        return form

    def answer(self) -> Answer:
        """What the form says."""
        assert self.on.data is not None
        proof = int(self.proof.data) if self.proof.data else None
        return Answer(self.on.data, self.note.data or "", proof)


class ReasonForm(Form):
    """Why something ends."""

    reason = TextAreaField(_l("Motif"), [required()])


class TaskForm(ForSomeone):
    """A task written by hand."""

    title = StringField(_l("À faire"), [required()], description=_l("Sans nom de personne ni donnée de santé."))
    detail = TextAreaField(_l("Détail"), [Optional()])
    due_on = DateField(_l("Pour le"), [required()])
    priority = SelectField(
        _l("Priorité"), [required()], default=str(int(Priority.NORMAL)),
        choices=choices((str(int(one)), said.label) for one, said in PRIORITIES.items()),
    )  # fmt: skip
    siren = StringField(_l("SIREN"), [Optional()], description=_l("Vide : une tâche du bureau."))

    def new_task(self, company_id: int | None) -> NewTask:
        """What the form says."""
        assert self.due_on.data is not None
        return NewTask(
            title=self.title.data or "", detail=self.detail.data or "", due_on=self.due_on.data,
            team=role_of(self.team.data), company_id=company_id,
            subject=None if company_id is None else f"companies:{company_id}",
            priority=Priority(int(self.priority.data)), assignee_id=self.person_id(),
        )  # fmt: skip


class DropForm(Form):
    """Files that came, dropped together."""

    files = MultipleFileField(_l("Lettres"), [required()], description=_l("PDF ou images ; plusieurs à la fois."))
    channel = SelectField(
        _l("Venues par"), [required()], default=Channel.PAPER.value,
        choices=choices((one.value, one.label) for one in Channel),
    )  # fmt: skip
    sender = StringField(_l("Expéditeur"), [Optional()])
    available_on = DateField(_l("Mises à disposition le"), [Optional()], description=_l("Jour indiqué par le portail."))
    mailed_on = DateField(_l("Avis reçu par courriel le"), [Optional()])

    def accepted_files(self, largest_bytes: int) -> tuple[AcceptedFile, ...]:
        """The files, looked at before they are put away.

        Raises:
            InvalidInput: none was chosen, or some cannot be accepted; nothing is then put away.
        """
        return accepted_uploads(self.files.data or [], largest_bytes)

    def came(self) -> Came:
        """How they came."""
        return Came(
            Channel[(self.channel.data or "web").upper()], self.sender.data or "", _start_of(self.available_on.data),
            _start_of(self.mailed_on.data),
        )  # fmt: skip


def _start_of(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), PARIS)


class FilingForm(Form):
    """In which file a letter goes, and which clock its receipt starts."""

    kind = SelectField(_l("Nature"), [required()])
    siren = StringField(_l("SIREN"), [required()])
    title = StringField(_l("Titre"), [Optional()], description=_l("Sans nom de personne ; vide : le nom de la nature."))
    file_ref = StringField(_l("Dossier"), [Optional()], description=_l("Nécessaire pour une pièce médicale."))
    rule = SelectField(_l("Délai que la réception fait courir"), [Optional()])
    event_on = DateField(_l("Reçue, ou disponible, le"), [Optional()])
    region = SelectField(_l("Territoire"), choices=choices((one.value, one.label) for one in Territory))

    @classmethod
    def offered(cls) -> Self:
        """The form with its choices."""
        form = cls()
        form.kind.choices = choices([("", "–"), *((code, kind.label) for code, kind in kinds().items())])
        clocks = installed_deadlines(settings().config_overlay)
        rules = [rule for group in CLOCKS.values() for rule in group]
        named = ((rule, clocks.rule_version(rule, today()).sourced.value.label_fr) for rule in rules)
        form.rule.choices = choices([("", _l("aucun")), *named])
        return form

    @classmethod
    def proposed(cls, session: ScopedSession, letter: TrayLetter) -> Self:
        """The form, filled with what is proposed."""
        form = cls.offered()
        form.kind.data = letter.proposed_kind or ""
        if letter.proposed_company_id is not None:
            form.siren.data = get_company(session, letter.proposed_company_id).siren
        rules = CLOCKS.get(letter.proposed_kind or "", ())
        form.rule.data = rules[0] if rules else ""
        known_on = letter.available_at or letter.received_at
        form.event_on.data = paris_day(known_on) if rules else None
        return form

    def filing(self, session: ScopedSession) -> Filing:
        """What the form says.

        Raises:
            InvalidInput: no company of that SIREN that the viewer sees.
        """
        company_id = company_id_of(session, self.siren.data or "")
        if company_id is None:
            raise InvalidInput.one("SIREN absent", "Donner celui de l'entreprise", place="siren")
        return Filing(
            kind=self.kind.data or "", company_id=company_id, title=self.title.data or "",
            file_ref=(self.file_ref.data or "").strip() or None, rule=self.rule.data or "",
            event_on=self.event_on.data, region=self.region.data or MAINLAND,
        )  # fmt: skip
