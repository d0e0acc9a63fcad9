"""What papers that count make due: the contest of a rate, the two clocks of a new account line, a lawyer's task.

Whether there is something to contest is a lawyer's to say: a deadline and a task only bring the matter before one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from atmp_insure.access.roles import Role
from atmp_insure.deadlines.due import RATE_CONTEST
from atmp_insure.diary.deadline_models import Priority
from atmp_insure.diary.deadline_service import Clocked, end_deadlines_of, follow_deadline
from atmp_insure.diary.task_service import NewTask, ask_task
from atmp_insure.kernel.paris import paris_day
from atmp_insure.rate_records.documents import CalculationSheet, DocumentKind
from atmp_insure.rating.unit import YEARS_TO_RATE

if TYPE_CHECKING:
    from datetime import datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.rate_records.documents import AccountLine, Document, Establishment
    from atmp_insure.rate_records.models import RatePaper
    from atmp_insure.rate_records.office import Office

_FUND_DECISION, _MEDICAL_DECISION = "cra", "cmra"
_NOT_NOTIFIED = "La feuille ne donne plus de date de notification."
_REPLACED = "Une version plus récente de la pièce a pris sa place."


@dataclass(frozen=True, slots=True)
class Consequences:
    """What follows from papers, in one transaction."""

    session: ScopedSession
    office: Office
    now: datetime

    def of_sheet(self, paper: RatePaper, document: Document) -> None:
        """The last day to contest the rate of a sheet, while it is not over; moved or ended with its notification."""
        if not isinstance(document, CalculationSheet):
            return
        if document.notified_on is None:
            end_deadlines_of(self.session, f"rate_papers:{paper.id}", _NOT_NOTIFIED, self.now)
            return
        act = Clocked(
            key=f"rate_contest:{paper.id}", rule=RATE_CONTEST, event_on=document.notified_on,
            region=self._region(document.establishment), subject=f"rate_papers:{paper.id}",
            company_id=paper.company_id, establishment_id=paper.establishment_id, team=Role.LAWYER,
            label=f"Contester le taux {document.rate_year}, ou y renoncer",
        )  # fmt: skip
        follow_deadline(self.session, self.office.clocks, act, self.now)

    def of_replaced(self, paper: RatePaper) -> None:
        """A sheet that was replaced makes nothing due any more; the lines of an account stay what they are."""
        if paper.kind == DocumentKind.CALCULATION_SHEET.value:
            end_deadlines_of(self.session, f"rate_papers:{paper.id}", _REPLACED, self.now)

    def of_line(self, paper: RatePaper, at: int, line: AccountLine) -> None:
        """The two clocks of a line that appears or changes: the fund that decided, the fund that charges."""
        key = f"account_line:{paper.id}:{at}"
        named = f"ligne {_kinds(line)} du compte {line.account_year}"
        decided_on = _decided_on(line)
        if decided_on is not None:
            act = Clocked(
                key=f"{key}:decision", rule=_FUND_DECISION if line.ip_category is None else _MEDICAL_DECISION,
                event_on=decided_on, region=self._region(line.establishment), subject=f"rate_papers:{paper.id}",
                company_id=paper.company_id, establishment_id=paper.establishment_id, team=Role.LAWYER,
                label=f"Contester la décision de la caisse primaire à l'origine de la {named}, ou y renoncer",
            )  # fmt: skip
            follow_deadline(self.session, self.office.clocks, act, self.now)
        due_on = max(paris_day(self.now), date(line.account_year + 1, 12, 31))
        ask_task(self.session, NewTask(
            title=f"Examiner l'imputation auprès de la caisse régionale : {named}", detail=_why(line), due_on=due_on,
            team=Role.LAWYER, company_id=paper.company_id, subject=f"rate_papers:{paper.id}", key=f"{key}:charge",
            origin="account_line_appeared",
            priority=Priority.URGENT if due_on <= paris_day(self.now) else Priority.NORMAL,
        ), self.now)  # fmt: skip

    def _region(self, establishment: Establishment) -> str:
        """The territory whose days off count, as far as a paper names its fund."""
        return self.office.clocks.territory_of_fund(establishment.fund).code


def _kinds(line: AccountLine) -> str:
    return " et ".join(category.value for category in line.categories) or "sans catégorie"


def _decided_on(line: AccountLine) -> date | None:
    """The day the decision behind a line was notified, as far as the account says."""
    return line.claim.notified_on if line.ip_category is None else line.ip_notified_on


def _why(line: AccountLine) -> str:
    said = (
        "La contestation d'une imputation n'est enfermée dans aucun délai, mais chaque taux notifié entre-temps "
        "devient définitif (Cass. 2e civ., 7 avril 2022, n° 20-18.310) ; à faire examiner par un avocat. Cette ligne "
        f"compte dans les taux à partir de {line.account_year + YEARS_TO_RATE}."
    )
    if _decided_on(line) is not None:
        return said
    return f"{said} Le compte ne donne pas la date de la décision : la retrouver sur sa notification."
