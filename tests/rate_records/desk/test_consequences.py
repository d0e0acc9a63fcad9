"""A rate that is notified and a line that appears bring their clocks and their tasks, once, to the lawyer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from atmp_insure.access.roles import Role, rights_of
from atmp_insure.db.actor import ScopeGrant
from atmp_insure.diary import deadline_queries
from atmp_insure.diary.deadline_models import DeadlineState
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.parties.payroll_models import PayrollStatement, PayrollYear
from atmp_insure.rate_records import queries
from atmp_insure.rate_records.service import TypedValue, correct_value, keep_deposit
from tests.db.builders import a_company
from tests.rate_records.desk.conftest import HANDLER, SIRET, Desk, an_establishment, sample, the_office

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.diary.deadline_models import LiveDeadline, Task

SHEET = "feuille_calcul_2026.csv"
JANUARY = datetime(2026, 1, 20, 9, 0, tzinfo=UTC)


def deadlines(desk: Desk) -> Sequence[LiveDeadline]:
    with desk.database.reading(HANDLER) as session:
        return session.scalars(deadline_queries.deadlines()).all()


def tasks(desk: Desk) -> Sequence[Task]:
    with desk.database.reading(HANDLER) as session:
        return session.scalars(deadline_queries.tasks()).all()


def test_a_rate_notified_this_month_opens_its_two_months(desk: Desk) -> None:
    desk.keep(desk.deposit(sample(SHEET), now=JANUARY), now=JANUARY)
    (deadline,) = deadlines(desk)
    assert (deadline.rule, deadline.event_on, deadline.due_on) == ("rate_contest", date(2026, 1, 7), date(2026, 3, 9))
    assert deadline.safe_on <= deadline.due_on
    assert (deadline.team, deadline.state) == (Role.LAWYER, DeadlineState.OPEN)
    assert "L.242-5" in deadline.reasoning["article"]


@pytest.mark.parametrize(("day", "count"), [(9, 1), (10, 0)])
def test_a_contest_that_was_over_before_anyone_knew_opens_nothing(desk: Desk, day: int, count: int) -> None:
    moment = datetime(2026, 3, day, 9, 0, tzinfo=UTC)
    desk.keep(desk.deposit(sample(SHEET), now=moment), now=moment)
    assert len(deadlines(desk)) == count


def test_a_corrected_notification_moves_the_day_and_keeps_one_deadline(desk: Desk) -> None:
    desk.keep(desk.deposit(sample(SHEET), now=JANUARY), now=JANUARY)
    with desk.database.writing(HANDLER) as session:
        (paper,) = queries.list_counting(session, desk.company_id)
        typed = TypedValue("notified_on", "15/01/2026", "date du dépôt sur le compte", "Dominique Gestion")
        assert correct_value(session, the_office(), paper, typed, JANUARY)
    (deadline,) = deadlines(desk)
    assert (deadline.event_on, deadline.due_on) == (date(2026, 1, 15), date(2026, 3, 16))
    assert deadline.moved_at == JANUARY


def test_a_rectified_sheet_closes_the_contest_of_the_first_and_opens_its_own(desk: Desk) -> None:
    desk.keep(desk.deposit(sample(SHEET), now=JANUARY), now=JANUARY)
    name, content = sample(SHEET)
    rectified = content.replace(b"07/01/2026", b"16/01/2026")
    assert rectified != content
    desk.keep(desk.deposit((name, rectified), now=JANUARY), now=JANUARY)
    assert [(one.state, one.event_on) for one in deadlines(desk)] == [
        (DeadlineState.VOID, date(2026, 1, 7)), (DeadlineState.OPEN, date(2026, 1, 16)),
    ]  # fmt: skip


def newer_account(*, decided: str) -> tuple[str, bytes]:
    """The account of 2023 with one line more, whose decision was notified on a day."""
    name, content = sample("compte_employeur_2023.csv")
    lines = content.decode("cp1252").splitlines()
    at = next(number for number, line in enumerate(lines) if "230126" in line)
    more = lines[at].replace("230126", "231201").replace("26/01/2023", "01/12/2023")
    cells = more.split(";")
    notified = next(place for place, cell in enumerate(cells) if cell.count("/") == 2 and cell != "01/12/2023")
    cells[notified] = decided
    return name, "\r\n".join([*lines[: at + 1], ";".join(cells), *lines[at + 1 :]]).encode("cp1252")


def test_a_line_that_appears_in_a_newer_account_opens_both_clocks_and_a_task(desk: Desk) -> None:
    desk.keep(desk.deposit(sample("compte_employeur_2023.csv"), now=JANUARY), now=JANUARY)
    assert (list(deadlines(desk)), list(tasks(desk))) == ([], [])
    desk.keep(desk.deposit(newer_account(decided="12/01/2026"), now=JANUARY), now=JANUARY)
    (deadline,) = deadlines(desk)
    assert (deadline.rule, deadline.event_on) == ("cra", date(2026, 1, 12))
    (task,) = tasks(desk)
    assert "caisse régionale" in task.title
    assert task.team is Role.LAWYER
    assert "EXEMPLE" not in f"{deadline.label} {task.title} {task.detail}"


def corrected(desk: Desk, name: str, text: str) -> None:
    with desk.database.writing(HANDLER) as session:
        (paper,) = queries.list_counting(session, desk.company_id)
        correct_value(session, the_office(), paper, TypedValue(name, text, "relu", "D. Gestion"), JANUARY)


def test_a_notification_that_is_taken_away_ends_its_deadline(desk: Desk) -> None:
    desk.keep(desk.deposit(sample(SHEET), now=JANUARY), now=JANUARY)
    corrected(desk, "notified_on", "")
    (deadline,) = deadlines(desk)
    assert deadline.state is DeadlineState.VOID


def test_a_kept_paper_is_not_moved_to_an_establishment_of_another_company(desk: Desk) -> None:
    desk.keep(desk.deposit(sample(SHEET), now=JANUARY), now=JANUARY)
    an_establishment(desk.database, a_company(desk.database, "000000026"), "00000002600013")
    with pytest.raises(InvalidInput, match="d'une autre entreprise"):
        corrected(desk, "siret", "00000002600013")
    with desk.database.reading(HANDLER) as session:
        (paper,) = queries.list_counting(session, desk.company_id)
        assert (paper.siret, list(paper.corrections)) == (SIRET, [])


def test_wages_put_right_on_a_kept_sheet_are_told_to_the_payroll_and_wait_for_a_choice(desk: Desk) -> None:
    teller = replace(HANDLER, grants=(ScopeGrant(rights_of(Role.CLAIMS_HANDLER), everywhere=True),))
    done = desk.deposit(sample(SHEET), now=JANUARY)
    assert done.deposit is not None
    with desk.database.writing(teller) as session:
        keep_deposit(session, the_office(), queries.get_deposit(session, done.deposit.id), set(), JANUARY)
    with desk.database.writing(teller) as session:
        (paper,) = queries.list_counting(session, desk.company_id)
        typed = TypedValue("wages_by_year.2022", "9 999 999,00 €", "relu", "D. Gestion")
        correct_value(session, the_office(), paper, typed, JANUARY)
    with desk.database.reading(teller) as session:
        stated = session.scalars(select(PayrollStatement).where(PayrollStatement.year == 2022)).all()
        used = session.scalars(select(PayrollYear).where(PayrollYear.year == 2022)).one()
        assert [one.payroll_eur for one in stated][-1] == Decimal("9999999.00")
        assert (used.payroll_eur, used.differs) == (stated[0].payroll_eur, True)
