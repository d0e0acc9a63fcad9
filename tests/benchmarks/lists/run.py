"""One run of the measures of lists: `python -m tests.benchmarks lists`; each is kept, so that several may be compared.

The figures of a run stand in `var/bench-lists/runs.jsonl`; the last runs are printed as one table, for `README.md`.
"""

from __future__ import annotations

import json
import os
import platform
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from tests.benchmarks.lists import measures, report, servers
from tests.benchmarks.lists import questions as asked
from tests.benchmarks.lists.postgres import FOLDER, Server

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.benchmarks.lists.servers import WebServer

RUNS = FOLDER / "runs.jsonl"


def bench_lists(beginning: str = "") -> None:
    """Fill the tables once, measure every page, say it, and keep it.

    Args:
        beginning: only questions whose names begin so, `contrats`, and no export; empty: everything.
    """
    with _everything() as (server, webs):
        numbers = servers.people(server)
        servers.sign_everyone_in(webs)
        known = measures.persons(server, numbers)
        result: dict[str, Any] = {
            "at": datetime.now(UTC).isoformat(timespec="minutes"),
            "versions": versions(server, webs),
        }
        result["pages"] = list(_pages(server, webs, known, beginning))
        result["exports"] = [] if beginning else list(_exports(webs))
        result["cold"] = list(_cold(server, webs, known, beginning))
    with RUNS.open("a", encoding="utf-8") as kept:
        kept.write(json.dumps(result, ensure_ascii=False) + "\n")
    print(f"\n{report.table(RUNS)}")


@contextmanager
def _everything() -> Iterator[tuple[Server, dict[str, WebServer]]]:
    server = Server()
    server.start()
    server.fill_once()
    webs = {web.name: web for web in (servers.ours(server), servers.flask_admin(server), servers.django(server))}
    try:
        for web in webs.values():
            web.start()
        yield server, webs
    finally:
        for web in webs.values():
            web.stop()
        server.stop()


def versions(server: Server, webs: Mapping[str, WebServer]) -> str:
    """What was measured."""
    peers = ", ".join(servers.version_of(webs[name], package) for name, package in (
        ("flask-admin", "flask-admin"), ("flask-admin", "sqlalchemy"), ("django", "django"), ("django", "gunicorn"),
    ))  # fmt: skip
    ours = ", ".join(f"{name} {version(name)}" for name in ("flask", "sqlalchemy", "psycopg"))
    return f"PostgreSQL {server.version}, Python {platform.python_version()}, {ours} ; {peers} ; {os.cpu_count()} proc."


def _pages(
    server: Server, webs: Mapping[str, WebServer], known: Mapping[str, measures.Person], beginning: str
) -> Iterator[dict[str, Any]]:
    database = server.database()
    for who, person in known.items():
        for question in _questions(person, beginning):
            found = measures.addresses(database, person, question)
            rows = measures.shown_rows(webs, found, who)
            timings = measures.warm(webs, found, who)
            page = {"name": question.name, "who": who, "rows": rows}
            page["timings"] = {name: asdict(one) for name, one in timings.items()}
            print(report.page_line(page), flush=True)
            yield page
    database.close()


def _questions(person: measures.Person, beginning: str) -> Iterator[asked.Question]:
    return (one for one in asked.questions(person.deadline, person.company) if one.name.startswith(beginning))


def _exports(webs: Mapping[str, WebServer]) -> Iterator[dict[str, Any]]:
    for name, system, address in measures.EXPORTS:
        taken = measures.export(measures.server_of(webs, system), address, servers.MANAGER)
        found = {"name": name, "system": system, **asdict(taken)}
        print(report.export_line(found), flush=True)
        yield found


def _cold(
    server: Server, webs: Mapping[str, WebServer], known: Mapping[str, measures.Person], beginning: str
) -> Iterator[dict[str, Any]]:
    for who, person in known.items():
        for question in _questions(person, beginning):
            if question.name in measures.COLD:
                database = server.database()
                found = measures.addresses(database, person, question)
                database.close()
                taken = {"name": question.name, "who": who, "milliseconds": measures.cold(server, webs, found, who)}
                print(report.cold_line(taken), flush=True)
                yield taken
