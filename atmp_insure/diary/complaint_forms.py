"""Forms of complaints: what is heard, and what is done about it, each with its day and its proof."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from atmp_insure.access import queries as access_queries
from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import role_of
from atmp_insure.diary import complaint_queries as queries
from atmp_insure.diary.complaint_answer_service import ComplaintAnswer, Proof
from atmp_insure.diary.complaint_course import (
    Complainant,
    ComplaintChannel,
    ComplaintDecision,
    ComplaintTheme,
    RootCause,
)
from atmp_insure.diary.complaint_service import ComplaintFacts, handles
from atmp_insure.diary.forms import ForSomeone
from atmp_insure.documents.queries import list_documents_of
from atmp_insure.parties import partner_queries
from atmp_insure.parties.queries import get_company, list_followers
from atmp_insure.parties.typed_numbers import company_id_of
from atmp_insure.web.environment import today
from atmp_insure.web.forms import Form, choices, required
from atmp_insure.web.languages import said_day
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import titled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.diary.complaint_models import Complaint
    from atmp_insure.diary.service import NoteSubject
    from atmp_insure.documents.models import Document
    from atmp_insure.kernel.labelled import Labelled

_LONGEST_NAME, _LONGEST_TEXT = 120, 8000
_MOST_PAPERS = 40


def _labelled(members: Iterable[Labelled]) -> list[tuple[str, Any]]:
    return [(one.value, titled(one.label)) for one in members]


def _one_of(members: Iterable[Labelled]) -> Any:
    """A choice that nobody made yet: none is taken for granted."""
    return choices([("", "–"), *_labelled(members)])


class ComplaintForm(Form):
    """What is known of a complaint."""

    received_on = DateField(_l("Reçue le"), [required()])
    channel = SelectField(_l("Par"), [required()], choices=_one_of(ComplaintChannel))
    sent_on = DateField(
        _l("Envoyée le"), [Optional()],
        description=_l("Pour un écrit : le délai de réponse se compte de son envoi ; vide, de sa réception."),
    )  # fmt: skip
    complainant = RadioField(
        _l("Qui se plaint"), [required()], choices=choices(_labelled(Complainant)), default=Complainant.CLIENT.value
    )
    siren = StringField(
        _l("SIREN de l'entreprise"), [Optional()], description=_l("Du client, ou de celui dont il s'agit.")
    )
    name = StringField(
        _l("Nom de la personne, ou de l'organisme"), [Optional(), Length(max=_LONGEST_NAME)],
        description=_l("Chiffré ; nécessaire pour un non-client."),
    )  # fmt: skip
    contact = TextAreaField(
        _l("Comment lui répondre"), [Optional(), Length(max=_LONGEST_TEXT)],
        description=_l("Adresse, courriel ou téléphone, ligne par ligne. Chiffré."),
    )  # fmt: skip
    theme = SelectField(_l("Au sujet de"), [required()], choices=_one_of(ComplaintTheme))
    said = TextAreaField(
        _l("Exposé de la réclamation"), [required(), Length(max=_LONGEST_TEXT)],
        description=_l("Avec ses mots. Chiffré ; sans donnée de santé."),
    )  # fmt: skip
    is_shared = BooleanField(_l("La montrer à ceux qui suivent cette entreprise : son courtier, son avocat"))

    @classmethod
    def of(cls, session: ScopedSession, complaint: Complaint) -> Self:
        """The form that corrects a complaint."""
        company = get_company(session, complaint.company_id) if complaint.company_id is not None else None
        return cls(
            received_on=complaint.received_on, channel=complaint.channel.value, sent_on=complaint.sent_on,
            complainant=complaint.complainant.value, siren=company.siren if company is not None else "",
            name=complaint.complainant_name or "", contact=complaint.complainant_contact or "",
            theme=complaint.theme.value, said=complaint.said, is_shared=complaint.is_shared,
        )  # fmt: skip

    def facts(self, session: ScopedSession) -> ComplaintFacts:
        """What the form says.

        Raises:
            InvalidInput: no company of that SIREN that the viewer sees.
        """
        assert self.received_on.data is not None
        return ComplaintFacts(
            received_on=self.received_on.data, channel=ComplaintChannel[(self.channel.data or "").upper()],
            theme=ComplaintTheme[(self.theme.data or "").upper()], said=self.said.data or "",
            complainant=Complainant[(self.complainant.data or "").upper()], name=self.name.data or "",
            contact=self.contact.data or "", company_id=company_id_of(session, self.siren.data or ""),
            sent_on=self.sent_on.data, is_shared=bool(self.is_shared.data),
        )  # fmt: skip


class NewComplaintForm(ComplaintForm, ForSomeone):
    """A complaint as it is heard, and who handles it."""

    solved = TextAreaField(
        _l("Réglée sur-le-champ : comment"), [Optional(), Length(max=_LONGEST_TEXT)],
        description=_l("Au téléphone, de vive voix ou par messagerie seulement ; sinon, on l'invite à écrire."),
    )  # fmt: skip

    @classmethod
    def about(cls, session: ScopedSession, about: NoteSubject | None) -> Self:
        """The form of a complaint about an object, filled in with what is known; only the office gives it to anyone."""
        form = cls.among(access_queries.names_of_users(session))
        if not handles(session):
            del form.team, form.person
        if not form.is_submitted():
            form.received_on.data = today()
            if about is not None and about.company_id is not None:
                form.siren.data = get_company(session, about.company_id).siren
        return form

    def facts(self, session: ScopedSession) -> ComplaintFacts:
        """What the form says; whoever is not of the office leaves it to the team of claims."""
        found = super().facts(session)
        if "team" not in self:
            return found
        return replace(found, team=role_of(self.team.data), handler_id=self.person_id())


class ProofForm(Form):
    """That something was done: the day, and the paper or the words that prove it."""

    on = DateField(_l("Fait le"), [required()])
    document = SelectField(
        _l("Pièce qui le prouve"), [Optional()], description=_l("Les courriers de cette réclamation d'abord.")
    )
    how = StringField(_l("Comment"), [Optional(), Length(max=_LONGEST_NAME)], description=_l("Nécessaire sans pièce."))

    @classmethod
    def offering(cls, session: ScopedSession, complaint: Complaint) -> Self:
        """The form, offering the papers of the complaint first; the latest that proves nothing yet is chosen."""
        form = cls()
        own = queries.list_papers_of(session, complaint)
        others = list_documents_of(session, complaint.company_id, _MOST_PAPERS)
        papers = {one.id: one for one in (*own, *others)}
        form.document.choices = choices([("", "–"), *((str(key), _named(one)) for key, one in papers.items())])
        unused = (str(one.id) for one in own if one.id not in complaint.proof_ids)
        if not form.is_submitted():
            form.on.data, form.document.data = today(), next(unused, "")
        return form

    def document_id(self) -> int | None:
        """The paper chosen, if any."""
        return int(self.document.data) if self.document.data else None

    def proof(self) -> Proof:
        """What the form says."""
        assert self.on.data is not None
        return Proof(self.on.data, self.how.data or "", self.document_id())


def _named(paper: Document) -> str:
    return f"{paper.title} ({said_day(paper.received_at)})"


class ComplaintAnswerForm(ProofForm):
    """What was answered."""

    decision = SelectField(_l("Suite donnée"), [required()], choices=_one_of(ComplaintDecision))
    cause = SelectField(_l("Cause"), [required()], choices=_one_of(RootCause))
    remedy = TextAreaField(
        _l("Ce qui est fait pour le réclamant"), [Optional(), Length(max=_LONGEST_TEXT)],
        description=_l("Geste, correction, excuses. Nécessaire quand la réclamation est acceptée, même en partie."),
    )  # fmt: skip
    corrective_action = TextAreaField(
        _l("Mesure corrective"), [Optional(), Length(max=_LONGEST_TEXT)],
        description=_l("Pour que cela n'arrive plus."),
    )  # fmt: skip
    says_remedies = BooleanField(
        _l("La pièce ne se lit pas (numérisation) : je l'ai relue, elle nomme les recours et le médiateur")
    )

    def answer(self, text: str) -> ComplaintAnswer:
        """What the form says, with the text of the paper as far as it can be read."""
        return ComplaintAnswer(
            self.proof(), ComplaintDecision[(self.decision.data or "").upper()],
            RootCause[(self.cause.data or "").upper()], self.remedy.data or "", self.corrective_action.data or "",
            text, bool(self.says_remedies.data),
        )  # fmt: skip

    def refuses(self) -> bool:
        """Whether the form refuses something."""
        return bool(self.decision.data != ComplaintDecision.UPHELD.value)


class InsurerForm(ProofForm):
    """That an insurer was told."""

    insurer = SelectField(_l("Assureur"), [required()])

    @classmethod
    def offering(cls, session: ScopedSession, complaint: Complaint) -> Self:
        """The form, offering the insurers, the one that follows the company chosen."""
        form = super().offering(session, complaint)
        insurers = partner_queries.list_organisations_of(session, [OrganisationKind.INSURER])
        form.insurer.choices = choices((str(one.id), one.name) for one in insurers)
        if not form.is_submitted():
            form.insurer.data = str(complaint.insurer_id or next(iter(insurers_of(session, complaint)), ""))
        return form


def insurers_of(session: ScopedSession, complaint: Complaint) -> dict[int, str]:
    """The insurers that follow the company of a complaint, by name, as far as the actor sees them."""
    if complaint.company_id is None:
        return {}
    found = (one.organisation for one in list_followers(session, complaint.company_id))
    return {one.id: one.name for one in found if one.kind is OrganisationKind.INSURER}


class WritingForm(Form):
    """That what was spoken came in writing."""

    written_on = DateField(
        _l("Écrit reçu le"), [required()], description=_l("L'accusé de réception se compte de ce jour.")
    )
    sent_on = DateField(
        _l("Envoyé le"), [Optional()], description=_l("La réponse se compte de ce jour ; vide, de la réception.")
    )

    @classmethod
    def offering(cls, _session: ScopedSession, _complaint: Complaint) -> Self:
        """The form, for today."""
        form = cls()
        if not form.is_submitted():
            form.written_on.data = today()
        return form
