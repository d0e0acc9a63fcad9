"""Forms of papers asked of a party, and the form of the link by which they come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from wtforms import DateField, EmailField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from atmp_insure.diary.request_service import LONGEST_LABEL, NewRequest, may_be_asked
from atmp_insure.documents.shown import kinds
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.parties.typed_numbers import company_id_of
from atmp_insure.rating.unit import YEARS_TO_RATE
from atmp_insure.web.environment import today
from atmp_insure.web.forms import Form, choices, required
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.documents.kinds import DocumentKind

_LAST_PAPERS = 3  # the last three sheets and the last three accounts
SHEET, ACCOUNT, OTHER = "calculation_sheet", "employer_account", "other"
UNDERWRITING = "underwriting"


def offered_papers(year: int) -> dict[str, tuple[DocumentKind, str]]:
    """What may be asked for, by the value of its box: sheets and accounts year by year, then every other kind."""
    known = kinds()
    yearly = {
        **{f"{SHEET}:{one}": (known[SHEET], f"{known[SHEET].label} {one}") for one in _last(year)},
        **{
            f"{ACCOUNT}:{one}": (known[ACCOUNT], f"{known[ACCOUNT].label} {one}") for one in _last(year - YEARS_TO_RATE)
        },
    }
    others = {
        code: (kind, kind.label)
        for code, kind in known.items()
        if code not in (SHEET, ACCOUNT, OTHER) and may_be_asked(kind)
    }
    return yearly | others


def _last(year: int) -> range:
    return range(year, year - _LAST_PAPERS, -1)


class RequestForm(Form):
    """Papers to ask a person for."""

    siren = StringField(_l("SIREN"), [required()])
    addressee = StringField(_l("Destinataire"), [required()], description=_l("La personne que le courriel saluera."))
    email = EmailField(_l("Son adresse électronique"), [required()])
    purpose = TextAreaField(
        _l("Pourquoi ces pièces"), [required()], description=_l("Le destinataire le lira ; sans donnée de santé.")
    )
    due_on = DateField(_l("À transmettre au plus tard le"), [required()])
    papers = SelectMultipleField(_l("Pièces demandées"), [Optional()])
    others = TextAreaField(
        _l("Autres pièces"), [Optional(), Length(max=LONGEST_LABEL * 10)], description=_l("Une par ligne.")
    )

    @classmethod
    def offered(cls, siren: str = "", preset: str = "") -> Self:
        """The form with its choices; asked for underwriting, the last sheets and accounts are ticked."""
        offered = offered_papers(today().year)
        ticked = [value for value in offered if ":" in value] if preset == UNDERWRITING else []
        form = cls(siren=siren, papers=ticked)
        form.papers.choices = choices((value, label) for value, (_kind, label) in offered.items())
        return form

    def new_request(self, session: ScopedSession, subject: str) -> NewRequest:
        """What the form says.

        Raises:
            InvalidInput: no company of that SIREN that the viewer sees.
        """
        company_id = company_id_of(session, self.siren.data or "")
        if company_id is None:
            raise InvalidInput.one("SIREN absent", "Donner celui de l'entreprise", place="siren")
        offered, other = offered_papers(today().year), kinds()[OTHER]
        typed = [line.strip() for line in (self.others.data or "").splitlines() if line.strip()]
        papers = [offered[value] for value in self.papers.data or []] + [(other, label) for label in typed]
        return NewRequest(
            company_id, subject or f"companies:{company_id}", self.addressee.data or "", self.email.data or "",
            self.purpose.data or "", self._due_on(), papers,
        )  # fmt: skip

    def _due_on(self) -> date:
        assert self.due_on.data is not None
        found: date = self.due_on.data
        return found
