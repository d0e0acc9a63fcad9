"""The end of a quote by itself: the day after its last one, whatever it waited for, and never before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from atmp_insure.db.scheduled_job import JobContext
from atmp_insure.diary.deadline_models import Task, TaskState
from atmp_insure.kernel.errors import Refused
from atmp_insure.settings import Settings
from atmp_insure.underwriting import referral_service
from atmp_insure.underwriting.decision import Verdict
from atmp_insure.underwriting.jobs import lapse_quotes
from atmp_insure.underwriting.quote_course import QuoteState
from tests.underwriting.builders import DAY
from tests.underwriting.desk import GRANTED, Quoting, at

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.db.engine import Database

LAST = DAY  # the cover begins that day, sooner than the 45 days of the product
DAY_AFTER = DAY + timedelta(days=1)


def lapse(quoting: Quoting, on: date) -> str:
    return lapse_quotes(JobContext(quoting.database, Settings(environment="test"), on, at(on)))


def test_a_quote_lapses_the_day_after_its_last_day_and_not_on_it(database: Database) -> None:
    quoting = Quoting.of(database)  # alone: the job looks at every quote
    waiting, to_refer = quoting.referred(), quoting.kept(quoting.opened(DAY_AFTER), Verdict.REFER)
    sent = quoting.kept(quoting.opened(DAY + timedelta(days=2)))
    quoting.sent(sent)
    assert [quoting.quote(one).valid_until for one in (waiting, to_refer, sent)] == [
        LAST, LAST + timedelta(days=1), LAST + timedelta(days=2),
    ]  # fmt: skip
    assert lapse(quoting, LAST) == "0 devis caduc(s)"
    assert lapse(quoting, DAY_AFTER) == "1 devis caduc(s)"
    assert {one.state for one in quoting.all(Task)} == {TaskState.DROPPED}  # nobody is asked to decide of it any more
    found = quoting.quote(waiting)
    assert (found.state, found.waits_for) == (QuoteState.LAPSED, None)
    assert lapse(quoting, DAY_AFTER) == "0 devis caduc(s)"
    assert lapse(quoting, LAST + timedelta(days=3)) == "2 devis caduc(s)"
    assert [quoting.quote(one).state for one in (to_refer, sent)] == [QuoteState.LAPSED] * 2


def test_what_is_over_already_does_not_lapse(quoting: Quoting) -> None:
    file = quoting.opened()
    replaced, refused = quoting.kept(file), quoting.kept(file, Verdict.REFUSE)
    accepted = quoting.kept(quoting.opened(DAY_AFTER))
    quoting.accepted(quoting.sent(accepted))
    lapse(quoting, DAY + timedelta(days=400))
    assert [quoting.quote(one).state for one in (replaced, refused, accepted)] == [
        QuoteState.REPLACED, QuoteState.REFUSED, QuoteState.ACCEPTED,
    ]  # fmt: skip


def test_a_quote_that_lapsed_is_neither_referred_nor_decided_nor_sent(quoting: Quoting) -> None:
    quote = quoting.referred()
    quoting.may_accept(quoting.second, quoting.quote(quote).wages_eur)
    decision = quoting.decided(quote)
    lapse(quoting, DAY_AFTER)
    quoting.accord(decision, quoting.second)
    for act in (
        lambda: quoting.applied(quote),
        lambda: quoting.decided(quote, GRANTED),
        lambda: quoting.sent(quote),
        lambda: _refer(quoting, quote),
    ):
        with pytest.raises(Refused):
            act()
    assert (quoting.quote(quote).state, quoting.mails()) == (QuoteState.LAPSED, [])


def _refer(quoting: Quoting, quote: int) -> None:
    with quoting.database.writing(quoting.broker) as session:
        referral_service.refer_quote(session, quoting.quote(quote), "encore", at(DAY))


def test_nobody_waits_for_the_job_a_quote_is_sent_on_its_last_day_and_not_the_day_after(quoting: Quoting) -> None:
    quote = quoting.quoted()
    with pytest.raises(Refused, match="valable que jusqu'au 01/01/2027"):
        quoting.sent(quote, at(DAY_AFTER))
    assert quoting.mails() == []
    quoting.sent(quote, at(LAST))
    assert quoting.quote(quote).state is QuoteState.SENT


def test_nor_is_it_accepted_the_day_after_though_its_state_says_sent(quoting: Quoting) -> None:
    quote = quoting.quoted()
    token = quoting.sent(quote)
    with pytest.raises(Refused, match="valable que jusqu'au 01/01/2027"):
        quoting.accepted(token, now=at(DAY_AFTER))
    assert quoting.quote(quote).acceptance is None
    quoting.accepted(token, now=at(LAST))
    assert quoting.quote(quote).state is QuoteState.ACCEPTED


def test_the_last_day_ends_at_midnight_in_paris(quoting: Quoting) -> None:
    token = quoting.sent()
    with pytest.raises(Refused, match="valable que jusqu'au"):
        quoting.accepted(token, now=datetime(2027, 1, 1, 23, 0, tzinfo=UTC))
    quoting.accepted(token, now=datetime(2027, 1, 1, 22, 59, tzinfo=UTC))
