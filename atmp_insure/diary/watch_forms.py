"""Forms of the watch over letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, DateTimeLocalField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional

from atmp_insure.diary.awaited_service import NewLetter
from atmp_insure.diary.shown import LOOK_OUTCOMES
from atmp_insure.diary.tray_models import Channel
from atmp_insure.diary.watch_models import LookOutcome
from atmp_insure.diary.watch_service import LONGEST_CADENCE, WATCHED, Look, Watch, usual_days
from atmp_insure.documents.shown import kinds
from atmp_insure.documents.uploads import accepted_upload
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.paris import PARIS
from atmp_insure.parties.models import Territory
from atmp_insure.parties.typed_numbers import company_id_of
from atmp_insure.web.forms import Form, choices, required
from atmp_insure.web.request_scope import settings
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from datetime import date, datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.diary.watch_models import AwaitedLetter, WatchedChannel
    from atmp_insure.documents.accepted_files import AcceptedFile

_MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class WatchForm(Form):
    """How a channel of a client that is known is watched."""

    held_by = StringField(
        _l("Qui tient l'accès"), [required()],
        description=_l("Le client, le courtier, le bureau par délégation : une fonction, pas un nom."),
    )  # fmt: skip
    notices_to = StringField(
        _l("Adresse où viennent les avis"), [Optional()],
        description=_l("Celle que le portail connaît ; périmée, aucun avis n'arrive et les délais courent."),
    )  # fmt: skip
    look_every_days = IntegerField(
        _l("Relevé tous les"), [Optional(), NumberRange(1, LONGEST_CADENCE)],
        description=_l("Vide : le rythme du bureau. Sans objet pour le papier et le courriel."),
    )  # fmt: skip

    @classmethod
    def of(cls, watch: WatchedChannel) -> Self:
        """The form, filled with what a channel says."""
        return cls(
            formdata=None, held_by=watch.held_by, notices_to=watch.notices_to or "",
            look_every_days=watch.look_every_days,
        )  # fmt: skip

    def watch_of(self, company_id: int, channel: Channel, establishment_id: int | None = None) -> Watch:
        """What the form says of a channel that is known."""
        days = self.look_every_days.data or usual_days(channel, settings().watch)
        return Watch(
            company_id, channel, self.held_by.data or "", days, establishment_id,
            self.notices_to.data or "",
        )  # fmt: skip


class NewWatchForm(WatchForm):
    """A channel of a client that is to be watched."""

    channel = SelectField(_l("Canal"), [required()], choices=choices((one.value, one.label) for one in WATCHED))
    siren = StringField(_l("SIREN"), [required()])

    def watch(self, session: ScopedSession) -> Watch:
        """What the form says.

        Raises:
            InvalidInput: no company of that SIREN that the viewer sees.
        """
        company_id = company_id_of(session, self.siren.data or "")
        if company_id is None:
            raise InvalidInput.one("SIREN absent", "Donner celui de l'entreprise", place="siren")
        return self.watch_of(company_id, Channel(self.channel.data))


class LookForm(Form):
    """What a look at a channel gave."""

    outcome = SelectField(
        _l("Ce que le relevé a donné"), [required()], default=LookOutcome.NOTHING.value,
        choices=choices((one.value, said.label) for one, said in LOOK_OUTCOMES.items()),
    )  # fmt: skip
    at = DateTimeLocalField(_l("Fait le"), [Optional()], format=_MOMENT, description=_l("Vide : maintenant."))
    note = TextAreaField(
        _l("Ce qui est affiché"), [Optional()], description=_l("Nécessaire si le portail est indisponible ou refuse.")
    )

    def look(self) -> Look:
        """What the form says."""
        return Look(LookOutcome(self.outcome.data), self.note.data or "", in_paris(self.at.data))


class AwaitForm(Form):
    """A letter to await."""

    kind = SelectField(_l("Nature"), [required()])
    label = StringField(_l("Lettre"), [required()], description=_l("Sans nom de personne."))
    expected_on = DateField(
        _l("Attendue pour le"), [Optional()], description=_l("Passé ce jour, son absence est signalée.")
    )
    available_on = DateField(
        _l("Disponible depuis le"), [Optional()], description=_l("Vide tant que le portail ne l'annonce pas.")
    )
    mailed_at = DateTimeLocalField(_l("Avis reçu par courriel le"), [Optional()], format=_MOMENT)
    reason = TextAreaField(_l("Pourquoi elle est attendue"), [Optional()])
    region = SelectField(_l("Territoire"), choices=choices((one.value, one.label) for one in Territory))

    @classmethod
    def offered(cls) -> Self:
        """The form with its choices."""
        form = cls()
        form.kind.choices = choices([("", "–"), *((code, kind.label) for code, kind in kinds().items())])
        return form

    def new_letter(self) -> NewLetter:
        """What the form says."""
        return NewLetter(
            self.kind.data or "", self.label.data or "", self.expected_on.data, self.available_on.data,
            in_paris(self.mailed_at.data), self.reason.data or "",
        )  # fmt: skip


class AnnounceForm(Form):
    """Since when a letter is on its portal."""

    available_on = DateField(_l("Disponible depuis le"), [required()])
    mailed_at = DateTimeLocalField(_l("Avis reçu par courriel le"), [Optional()], format=_MOMENT)
    region = SelectField(_l("Territoire"), choices=choices((one.value, one.label) for one in Territory))

    @classmethod
    def of(cls, letter: AwaitedLetter, region: str) -> Self:
        """The form, filled with what is known."""
        return cls(available_on=letter.available_on, region=region)

    def available(self) -> date:
        """The day that the form gives."""
        assert self.available_on.data is not None
        found: date = self.available_on.data
        return found

    def mailed(self) -> datetime | None:
        """When the notice of it was mailed."""
        return in_paris(self.mailed_at.data)


class ReadingForm(Form):
    """When a letter was opened, or taken, by somebody who knows what that starts."""

    read_at = DateTimeLocalField(_l("Le"), [required()], format=_MOMENT)
    knows = BooleanField(_l("Je sais que cette date fait courir un délai de recours"), [required()])

    def moment(self) -> datetime:
        """The moment that the form gives."""
        found = in_paris(self.read_at.data)
        assert found is not None
        return found


class DownloadForm(Form):
    """When a letter was taken from its portal."""

    read_at = DateTimeLocalField(_l("Téléchargée le"), [required()], format=_MOMENT)

    def moment(self) -> datetime:
        """The moment that the form gives."""
        found = in_paris(self.read_at.data)
        assert found is not None
        return found


class KeepForm(Form):
    """The letter itself."""

    file = FileField(_l("La lettre"), [required()], description=_l("PDF ou image ; elle entre chiffrée au coffre."))

    def accepted_file(self, largest_bytes: int) -> AcceptedFile:
        """The file, looked at before it is put away.

        Raises:
            InvalidInput: none was chosen, or it may not be put away.
        """
        return accepted_upload(self.file.data, largest_bytes)


def in_paris(moment: datetime | None) -> datetime | None:
    """A moment as it was typed, on the clocks of Paris."""
    return None if moment is None else moment.replace(tzinfo=PARIS)
