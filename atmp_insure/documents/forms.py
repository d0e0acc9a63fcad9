"""Forms of documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from atmp_insure.documents.correspondence import mail_address
from atmp_insure.documents.kinds import RetentionEvent
from atmp_insure.documents.letters import Office
from atmp_insure.documents.models import Confidentiality
from atmp_insure.documents.service import EndingEvent, NewDocument
from atmp_insure.documents.shown import CONFIDENTIALITY, kinds
from atmp_insure.documents.uploads import accepted_upload
from atmp_insure.documents.written_letters import (
    Sender,
    WrittenLetter,
    address_lines,
    one_line,
    reference_pairs,
    without_controls,
)
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.french import begun
from atmp_insure.parties.typed_numbers import company_id_of, place_of
from atmp_insure.web.forms import Form, choices, required
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import titled

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.documents.accepted_files import AcceptedFile
    from atmp_insure.documents.kinds import Retention
    from atmp_insure.documents.models import Document

_LONGEST_TITLE, _LONGEST_REASON, _LONGEST_REFERENCE, _LONGEST_BODY = 200, 1000, 80, 20_000


class UploadForm(Form):
    """A file."""

    file = FileField(_l("Fichier"), [required()], description=_l("PDF, image, tableur, texte, DOCX ou ZIP."))

    def accepted_file(self, largest_bytes: int) -> AcceptedFile:
        """The file, looked at.

        Raises:
            InvalidInput: none was chosen, or it may not be put away.
        """
        return accepted_upload(self.file.data, largest_bytes)


class DepositForm(UploadForm):
    """A paper to put away."""

    siren = StringField(
        _l("SIREN ou SIRET"), [required()], description=_l("De l'entreprise ; un SIRET précise l'établissement.")
    )
    kind = SelectField(_l("Nature"), [required()])
    title = StringField(
        _l("Titre"), [Optional(), Length(max=_LONGEST_TITLE)],
        description=_l("Sans nom de personne ni donnée de santé ; vide : le nom de la nature."),
    )  # fmt: skip
    file_ref = StringField(
        _l("Dossier"), [Optional()], description=_l("Par exemple accident:12. Nécessaire pour une pièce médicale.")
    )
    confidentiality = SelectField(
        _l("Confidentialité"), [Optional()],
        description=_l("Celle de la nature convient presque toujours ; on peut seulement la resserrer."),
    )  # fmt: skip

    @classmethod
    def offered(cls, *, files_away: bool) -> Self:
        """The form, offering the levels and the kinds; those of a medical file only to who says which file it is."""
        form = cls()
        found = [one for one in kinds().values() if files_away or one.confidentiality is not Confidentiality.MEDICAL]
        form.kind.choices = choices([("", "–"), *((kind.code, kind.label) for kind in found)])
        levels = [(level.value, begun(str(state.label))) for level, state in CONFIDENTIALITY.items()]
        form.confidentiality.choices = choices([("", _l("Celle de la nature")), *levels])
        return form

    def new_document(self, session: ScopedSession) -> NewDocument:
        """What the form says.

        Raises:
            InvalidInput: the SIREN or SIRET is not one that the depositor may see.
        """
        place = place_of(session, self.siren.data or "")
        assert place is not None, "the form requires a number"
        chosen = self.confidentiality.data
        return NewDocument(
            kind=kinds()[self.kind.data or ""],
            company_id=place.company_id,
            title=self.title.data or "",
            confidentiality=Confidentiality(chosen) if chosen else None,
            establishment_id=place.establishment_id,
            file_ref=(self.file_ref.data or "").strip() or None,
        )


class HoldForm(Form):
    """Why a document may not be erased."""

    reason = StringField(
        _l("Motif du gel"), [required(), Length(max=_LONGEST_REASON)],
        description=_l("Par exemple « recours devant la cour d'Amiens ». Sans donnée de santé."),
    )  # fmt: skip


class RetentionForm(Form):
    """From which event, or until which day, a document is kept."""

    event_on = DateField(_l("Jour de l'événement"), [Optional()])
    keep_until = DateField(_l("Ou dernier jour de conservation"), [Optional()])

    def last_day(self, retention: Retention | None) -> date:
        """The last day, said or counted from the event.

        Raises:
            InvalidInput: neither was said, or both, or the kind has no duration to count with.
        """
        if (self.event_on.data is None) == (self.keep_until.data is None):
            raise InvalidInput.one("un jour, et un seul, est attendu", "Remplir l'un des deux", place="event_on")
        if self.keep_until.data is not None:
            return self.keep_until.data
        counted = retention.last_day(self.event_on.data) if retention is not None and self.event_on.data else None
        if counted is None:
            raise InvalidInput.one(
                "cette nature n'a pas de durée", "Donner le dernier jour de conservation", place="keep_until"
            )
        return counted


class _CompanyForm(Form):
    """What asks for a company by its SIREN."""

    siren = StringField(_l("SIREN"), [required()])

    def company_id(self, session: ScopedSession) -> int:
        """The company.

        Raises:
            InvalidInput: not one that the actor may see.
        """
        company_id = company_id_of(session, self.siren.data or "")
        assert company_id is not None, "the form requires a number"
        return company_id


class FileHoldForm(_CompanyForm):
    """Holding every paper of a file, or letting them go."""

    file_ref = StringField(_l("Dossier"), [required()], description=_l("Par exemple accident:12."))
    reason = StringField(
        _l("Motif du gel"), [Length(max=_LONGEST_REASON)],
        description=_l("Sans donnée de santé. Vide : lever les gels de ce dossier."),
    )  # fmt: skip


class EventForm(_CompanyForm):
    """An event that makes the retention of papers begin."""

    event = SelectField(
        _l("Événement"), [required()],
        choices=choices([("", "–"), *((event.value, titled(event.label)) for event in RetentionEvent)]),
    )  # fmt: skip
    event_on = DateField(_l("Jour de l'événement"), [required()])
    file_ref = StringField(_l("Dossier"), [Optional()], description=_l("Vide : toutes les pièces de l'entreprise."))

    def ending_event(self) -> EndingEvent:
        """What the form says."""
        assert self.event_on.data is not None, "the form requires this day"
        event = next(event for event in RetentionEvent if event.value == self.event.data)
        return EndingEvent(event, self.event_on.data, (self.file_ref.data or "").strip() or None)


class ErasureForm(Form):
    """Why a document is erased."""

    reason = TextAreaField(_l("Motif"), [Length(max=_LONGEST_REASON)])

    @classmethod
    def asked(cls, *, needs_reason: bool) -> Self:
        """The form, which may or may not do without a reason."""
        form = cls()
        first = required() if needs_reason else Optional()
        form.reason.validators = [first, *form.reason.validators]
        form.reason.flags.required = needs_reason
        return form


class LetterForm(Form):
    """A letter that someone writes; `act` is the button that was pressed: what to do with it."""

    siren = StringField(
        _l("SIREN de l'entreprise concernée"), [Optional()], description=_l("Vide : un courrier du bureau.")
    )
    kind = SelectField(_l("Nature"), [required()])
    sender = TextAreaField(
        _l("Expéditeur"), [Optional()], description=_l("Le nom de votre cabinet, puis son adresse, ligne par ligne.")
    )
    addressee = TextAreaField(
        _l("Destinataire"), [required()], description=_l("Nom, puis adresse, ligne par ligne : sept lignes au plus.")
    )
    our_reference = StringField(_l("Notre référence"), [Optional(), Length(max=_LONGEST_REFERENCE)])
    their_reference = StringField(_l("Votre référence"), [Optional(), Length(max=_LONGEST_REFERENCE)])
    references = TextAreaField(
        _l("Autres références"), [Optional()], description=_l("Une par ligne : « Contrat : TX-2026-1041 ».")
    )
    subject = StringField(_l("Objet"), [required(), Length(max=_LONGEST_TITLE)])
    greeting = StringField(_l("Formule d'appel"), [required(), Length(max=_LONGEST_REFERENCE)])
    body = TextAreaField(
        _l("Texte"), [required(), Length(max=_LONGEST_BODY)],
        description=_l("Une ligne vide sépare les paragraphes ; un tiret en début de ligne fait une liste."),
    )  # fmt: skip
    enclosures = TextAreaField(_l("Pièces jointes"), [Optional()], description=_l("Une par ligne."))
    signatory = StringField(_l("Signataire"), [required(), Length(max=_LONGEST_REFERENCE)])
    signatory_role = StringField(_l("Fonction"), [required(), Length(max=_LONGEST_REFERENCE)])
    title = StringField(
        _l("Titre dans le coffre"), [Optional(), Length(max=_LONGEST_TITLE)],
        description=_l("Sans nom de personne ni donnée de santé ; vide : le nom de la nature."),
    )  # fmt: skip

    def written(self) -> WrittenLetter:
        """The letter.

        Raises:
            InvalidInput: what its address or its references lack, each beside its field.
        """
        ours = (("Notre référence", self.our_reference.data), ("Votre référence", self.their_reference.data))
        references = tuple((label, one_line(text)) for label, text in ours if one_line(text))
        return WrittenLetter(
            addressee=address_lines(without_controls(self.addressee.data), "addressee"),
            references=references + reference_pairs(without_controls(self.references.data), "references"),
            subject=one_line(self.subject.data),
            body=without_controls(self.body.data),
            signatory=one_line(self.signatory.data),
            signatory_role=one_line(self.signatory_role.data),
            enclosures=tuple(
                one_line(one) for one in without_controls(self.enclosures.data).splitlines() if one.strip()
            ),
            greeting=one_line(self.greeting.data).rstrip(","),
        )

    def own_sender(self) -> Sender:
        """Who writes, when it is not the office.

        Raises:
            InvalidInput: no name, or an address that does not do.
        """
        name, *lines = address_lines(without_controls(self.sender.data), "sender")
        return Sender(Office(name, tuple(lines)))

    def company_id(self, session: ScopedSession) -> int | None:
        """The company that the letter is about; None: the office itself.

        Raises:
            InvalidInput: not one that the writer may see.
        """
        return company_id_of(session, self.siren.data or "")


class SendForm(Form):
    """Sending documents by mail; `key` makes a form sent twice one mail."""

    recipient = StringField(_l("Adresse électronique"), [required(), Length(max=_LONGEST_TITLE)])
    subject = StringField(_l("Objet"), [required(), Length(max=_LONGEST_TITLE)])
    body = TextAreaField(_l("Texte"), [required(), Length(max=_LONGEST_BODY)])
    attached = SelectMultipleField(_l("Pièces jointes"), [required()])
    key = HiddenField()

    @classmethod
    def attaching(cls, documents: Iterable[Document]) -> Self:
        """The form, offering documents to attach."""
        form = cls()
        form.attached.choices = choices([(str(one.id), one.title) for one in documents])
        return form

    def address(self) -> str:
        """Whom the mail goes to.

        Raises:
            InvalidInput: no address that a mail can go to.
        """
        return mail_address(self.recipient.data or "")
