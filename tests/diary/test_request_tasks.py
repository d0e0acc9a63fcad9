"""What a request for papers asks of the team, and when nobody needs to do it any more."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from atmp_insure.diary import request_queries as queries
from atmp_insure.diary import request_service as service
from atmp_insure.diary.deadline_models import TaskState
from tests.diary.test_requests import HANDLER, NOW, asked, by_hand, judged, reminded, sent, tasks
from tests.documents.papers import a_pdf

if TYPE_CHECKING:
    from pathlib import Path

    from atmp_insure.db.engine import Database


def to_do(database: Database) -> list[str]:
    return [one.origin for one in tasks(database) if one.state is TaskState.OPEN]


def test_the_task_to_examine_ends_with_the_last_paper_judged_and_is_back_when_more_comes(
    database: Database, tmp_path: Path
) -> None:
    token = asked(database)
    for paper in (1, 2):
        sent(database, tmp_path, token, paper, content=a_pdf(str(paper)))
    judged(database, 1)
    assert to_do(database) == ["papers_received"]
    judged(database, 2, remark="page 2 illisible")
    assert to_do(database) == []
    sent(database, tmp_path, token, 2, content=a_pdf("lisible"))  # the same day
    assert to_do(database) == ["papers_received"]
    judged(database, 2)
    assert (to_do(database), len(tasks(database))) == ([], 1)


@pytest.mark.parametrize("end", ["closed", "reminded by hand", "all came"])
def test_nobody_is_told_to_call_any_more_once_it_serves_nothing(database: Database, tmp_path: Path, end: str) -> None:
    token = asked(database)
    reminded(database, *(date(2026, 12, day) for day in (1, 8, 15, 22)))
    assert to_do(database) == ["papers_missing"]
    if end == "closed":
        with database.writing(HANDLER) as session:
            service.close_request(session, queries.get_request(session, 1), "le client renonce", NOW)
    elif end == "reminded by hand":
        by_hand(database, date(2026, 12, 28))
    else:
        for paper in (1, 2):
            sent(database, tmp_path, token, paper, content=a_pdf(str(paper)))
    assert to_do(database) == (["papers_received"] if end == "all came" else [])
