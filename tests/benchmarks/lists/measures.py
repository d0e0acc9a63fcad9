"""Measures of pages and of exports: the product and its peers in turn, so that a drift of the machine touches all."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from atmp_insure.access.actors import actor_of
from atmp_insure.access.queries import get_user
from atmp_insure.db.actor import system
from atmp_insure.db.paging import ordered, write_cursor
from atmp_insure.diary.deadline_models import LiveDeadline
from atmp_insure.diary.lists import DEADLINES
from atmp_insure.documents.lists import DOCUMENTS
from atmp_insure.parties.company_lists import COMPANIES
from atmp_insure.parties.models import Company
from atmp_insure.policies.lists import POLICIES
from tests.benchmarks.lists import questions as asked
from tests.benchmarks.lists.invented import LAST_DAY
from tests.benchmarks.lists.servers import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from atmp_insure.db.actor import Actor
    from atmp_insure.db.engine import Database
    from atmp_insure.web.listing import Listing
    from tests.benchmarks.lists.postgres import Server
    from tests.benchmarks.lists.questions import Question
    from tests.benchmarks.lists.servers import WebServer

SYSTEMS = (asked.ATMP, asked.FLASK_ADMIN, asked.DJANGO, asked.DJANGO_UNCOUNTED)
ROUNDS, FEWEST_ROUNDS, LONGEST_SECONDS = 40, 10, 5.0  # a slow peer is asked less often
LISTINGS: dict[str, Listing[Any]] = {one.name: one for one in (DEADLINES, COMPANIES, DOCUMENTS, POLICIES)}
_ROWS = {  # how many rows each page shows: what is compared answers the same question
    asked.ATMP: re.compile(r"<tr data-row"),
    asked.FLASK_ADMIN: re.compile(r'<td class="col-(?:label|name|title|reference)'),
    asked.DJANGO: re.compile(r'<th class="field-(?:label|shown_name|shown_title|reference)'),
}


@dataclass(frozen=True)
class Timing:
    """How long a page took, in milliseconds: median, 95th percentile, smallest and largest."""

    rounds: int
    median: float
    p95: float
    least: float
    most: float

    @classmethod
    def of(cls, seconds: list[float]) -> Timing:
        """Of some measures."""
        found = sorted(1000 * one for one in seconds)
        nearest = -(-95 * len(found) // 100) - 1
        return cls(len(found), found[len(found) // 2], found[nearest], found[0], found[-1])


@dataclass(frozen=True)
class Person:
    """Someone who is measured: as the product knows them, and as the peers ask for what is theirs."""

    name: str
    number: int
    actor: Actor
    deadline: int
    company: int

    @property
    def own(self) -> tuple[int, str]:
        """Their number and their team."""
        return self.number, PEOPLE[self.name][0].value


def persons(server: Server, numbers: Mapping[str, int]) -> dict[str, Person]:
    """The people who are measured, each with a deadline and a company that they see."""
    database, found = server.database(), {}
    for name, number in numbers.items():
        with database.reading(system("bench")) as session:
            user = get_user(session, number)
            actor = actor_of(user, user.grants, LAST_DAY)
        with database.reading(actor) as session:
            middle = select(LiveDeadline.id).where(LiveDeadline.id >= 400_000).order_by(LiveDeadline.id).limit(1)
            company = select(Company.id).where(Company.id >= 10_000).order_by(Company.id).limit(1)
            found[name] = Person(name, number, actor, session.scalars(middle).one(), session.scalars(company).one())
    database.close()
    return found


def addresses(database: Database, person: Person, question: Question) -> dict[str, str]:
    """Where each of the four answers a question; the last page for someone who has fewer than is asked."""
    question = replace(question, page=_page(database, person, question))
    return {
        asked.ATMP: asked.ours(question, _cursor(database, person, question)),
        asked.FLASK_ADMIN: asked.flask_admin(question, person.own),
        asked.DJANGO: asked.django(question, "delivered", person.own),
        asked.DJANGO_UNCOUNTED: asked.django(question, "uncounted", person.own),
    }


def _page(database: Database, person: Person, question: Question) -> int:
    if question.page <= 2:
        return question.page
    entity = LISTINGS[question.listing].statement().column_descriptions[0]["entity"]
    with database.reading(person.actor) as session:
        count = session.scalar(select(func.count(entity.id))) or 0
    return min(question.page, count // asked.PAGE)


def _cursor(database: Database, person: Person, question: Question) -> str:
    """The cursor that the page before would give."""
    if question.page == 1:
        return ""
    listing = LISTINGS[question.listing]
    name, descending = question.sort or (listing.sort, listing.descending)
    keys = listing.sorts[name]
    statement = ordered(listing.statement(), keys, descending=descending)
    with database.reading(person.actor) as session:
        last = session.scalars(statement.offset(asked.PAGE * (question.page - 1) - 1).limit(1)).one()
    return write_cursor(last, keys)


def server_of(servers: Mapping[str, WebServer], system_name: str) -> WebServer:
    """The web server of one of the four; Django serves two."""
    return servers["django" if system_name == asked.DJANGO_UNCOUNTED else system_name]


def shown_rows(servers: Mapping[str, WebServer], found: Mapping[str, str], who: str) -> dict[str, int]:
    """How many rows each of the four shows; also the request that is not counted."""
    counts = {}
    for name in SYSTEMS:
        answer = server_of(servers, name).get(found[name], who, keep=True)
        assert answer.status == 200, f"{name} {found[name]}: {answer.status}\n{answer.text[:2000]}"
        pattern = _ROWS[asked.DJANGO if name == asked.DJANGO_UNCOUNTED else name]
        counts[name] = len(pattern.findall(answer.text))
    return counts


def warm(servers: Mapping[str, WebServer], found: Mapping[str, str], who: str) -> dict[str, Timing]:
    """The page asked again and again, each of the four in turn."""
    seconds: dict[str, list[float]] = {name: [] for name in SYSTEMS}
    for _ in range(ROUNDS):
        for name in SYSTEMS:
            spent = seconds[name]
            if len(spent) >= FEWEST_ROUNDS and sum(spent) > LONGEST_SECONDS:
                continue
            answer = server_of(servers, name).get(found[name], who)
            assert answer.status == 200, f"{name} {found[name]}: {answer.status}"
            spent.append(answer.seconds)
    return {name: Timing.of(spent) for name, spent in seconds.items()}


def cold(server: Server, servers: Mapping[str, WebServer], found: Mapping[str, str], who: str) -> dict[str, float]:
    """Milliseconds of the first page after PostgreSQL and the web server were started anew, one by one."""
    taken = {}
    for name in SYSTEMS:
        web = server_of(servers, name)
        web.stop()
        server.restart()
        web.start()
        answer = web.get(found[name], who)
        assert answer.status == 200, f"{name} {found[name]}: {answer.status}"
        taken[name] = 1000 * answer.seconds
    return taken


@dataclass(frozen=True)
class Export:
    """An export of a whole list: what it took, and the memory of the process that gave it."""

    first_byte_ms: float
    seconds: float
    megabytes: float
    memory_before_mb: float
    memory_most_mb: float


def export(web: WebServer, address: str, who: str) -> Export:
    """One export, read to its end while the memory of the server is watched."""
    before = web.memory_mb()
    most, ended = [before], threading.Event()

    def watch() -> None:
        while not ended.wait(0.05):
            most.append(web.memory_mb())

    watching = threading.Thread(target=watch)
    watching.start()
    answer = web.get(address, who)
    ended.set()
    watching.join()
    assert answer.status == 200, address
    return Export(1000 * answer.first_byte_seconds, answer.seconds, answer.size / 1e6, before, max(most))


EXPORTS = (
    ("export CSV, 1 000 000 de lignes", asked.ATMP, "/deadlines?export=csv"),
    ("export CSV, 1 000 000 de lignes", asked.FLASK_ADMIN, "/live_deadlines/export/csv/"),
    ("export CSV, 1 000 000 de lignes", asked.DJANGO_UNCOUNTED, "/uncounted/office/deadline/export/"),
    ("export XLSX, 1 000 000 de lignes", asked.ATMP, "/deadlines?export=xlsx"),
)
COLD = ("échéances : première page", "échéances : nom, quelques entreprises", "échéances : ordre inverse",
        "échéances : à faire", "échéances : à moi ou à mon équipe", "échéance", "entreprises : première page",
        "documents : première page", "contrats : première page")  # fmt: skip
