"""The three web servers that are measured: gunicorn with one process each, over HTTP, with someone signed in.

Ours is the one that `docs/operating.md` describes, with its second wall on; the peers run in environments of their own,
as a role that no row-level security holds for.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sqlalchemy import make_url, select

from atmp_insure.access.models import User
from atmp_insure.access.roles import Role
from atmp_insure.db.actor import system
from tests.application import PASSWORD, a_person
from tests.benchmarks.lists.postgres import FOLDER, PEER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.benchmarks.lists.postgres import Server

HERE = Path(__file__).parent
PEERS = HERE / "peers"
MANAGER, BROKER = "manager", "broker"
PEOPLE = {MANAGER: (Role.MANAGER, None), BROKER: (Role.BROKER, 1)}  # with the organisation whose clients they see
_GUNICORN = ("--workers", "1", "--threads", "8", "--worker-class", "gthread", "--keep-alive", "600", "--timeout", "600",
             "--max-requests", "0", "--log-level", "warning")  # fmt: skip
_PATIENCE_SECONDS = 60
_TOKEN = re.compile(r'name="(?:csrf_token|csrfmiddlewaretoken)"[^>]*value="([^"]+)"')


@dataclass
class Answer:
    """What came back, and when."""

    status: int
    seconds: float
    first_byte_seconds: float
    size: int
    text: str = ""


@dataclass
class WebServer:
    """A web application behind gunicorn.

    Attributes:
        python: the interpreter of its environment.
        application: what gunicorn serves.
        variables: its settings.
        folder: where it is started.
        cookies: of each person signed in.
    """

    name: str
    python: Path
    application: tuple[str, ...]
    variables: Mapping[str, str]
    folder: Path
    cookies: dict[str, str] = field(default_factory=dict)
    port: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _connection: http.client.HTTPConnection | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        if not self.port:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
        command = [
            str(self.python),
            "-m",
            "gunicorn",
            "--bind",
            f"127.0.0.1:{self.port}",
            *_GUNICORN,
            *self.application,
        ]
        environment = {**os.environ, **self.variables}
        with (FOLDER / f"{self.name.replace(' ', '-')}.log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        raise TimeoutError(f"{self.name} does not start: see {FOLDER}")

    def stop(self) -> None:
        """Stop it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def get(self, address: str, who: str, *, keep: bool = False) -> Answer:
        """Ask for a page as someone; the connection stays open from one page to the next, as a browser keeps it."""
        headers = {"Cookie": self.cookies.get(who, ""), "Accept-Encoding": "identity"}
        return self._ask("GET", address, headers, keep=keep)

    def sign_in(self, who: str, page: str, names: tuple[str, str], *, with_token: bool = True) -> None:
        """Sign someone in through the form of the application, and keep their cookies."""
        token = ""
        if with_token:
            form = self._ask("GET", page, {}, keep=True)
            found = _TOKEN.search(form.text)
            assert found is not None, form.text[:500]
            token = found[1]
        before = dict(self._received)
        fields = {names[0]: who, names[1]: PASSWORD, "csrf_token": token, "csrfmiddlewaretoken": token}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded", "Cookie": _cookie_text(before),
            "Referer": f"http://127.0.0.1:{self.port}{page}",
        }  # fmt: skip
        answer = self._ask("POST", page, headers, body=urlencode(fields), keep=True)
        assert answer.status == 302, answer.text[:500]
        self.cookies[who] = _cookie_text({**before, **self._received})
        self._received = {}

    _received: dict[str, str] = field(default_factory=dict)

    def _ask(self, method: str, address: str, headers: Mapping[str, str], body: str = "", *, keep: bool) -> Answer:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=1_800)
        began = time.perf_counter()
        self._connection.request(method, address, body=body or None, headers=dict(headers))
        response = self._connection.getresponse()
        first = response.read(1)
        first_byte = time.perf_counter() - began
        size, kept = len(first), [first]
        while piece := response.read(1 << 20):
            size += len(piece)
            if keep:
                kept.append(piece)
        seconds = time.perf_counter() - began
        for name, value in response.headers.items():
            if name.lower() == "set-cookie":
                key, _, content = value.partition(";")[0].partition("=")
                self._received[key] = content
        return Answer(response.status, seconds, first_byte, size, b"".join(kept).decode("utf-8") if keep else "")

    def memory_mb(self) -> float:
        """The memory of its worker process now."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        pages = int(Path(f"/proc/{children[0]}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _cookie_text(cookies: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def ours(server: Server) -> WebServer:
    """The product, as it is delivered, but for one process instead of two."""
    variables = {
        "ATMP_ENVIRONMENT": "local", "ATMP_DATA_DIR": str(FOLDER / "data-dir"), "ATMP_OPERATION__LOG_LEVEL": "error",
        "ATMP_DATABASE__URL": server.address("atmp_office"), "ATMP_SECURITY__KEYS_FILE": str(server.keys_file),
        "ATMP_SECURITY__IDLE_MINUTES": "600",
    }  # fmt: skip
    application = ("-c", "python:atmp_insure.wsgi", "atmp_insure.wsgi:application()")
    return WebServer("atmp", Path(sys.executable), application, variables, HERE.parents[2])


def flask_admin(server: Server) -> WebServer:
    """Flask-Admin on the same tables."""
    variables = {"PEER_DATABASE": server.address(PEER)}
    return WebServer("flask-admin", _python("flask-admin"), ("flask_admin_app:application()",), variables, PEERS)


def django(server: Server) -> WebServer:
    """Django admin on the same tables, with its own in a database beside them."""
    host = str(make_url(server.address(PEER)).query["host"])
    variables = {"PEER_HOST": host, "PEER_ROLE": PEER, "PEER_PASSWORD": PASSWORD}
    python = _python("django")
    subprocess.run([str(python), "django_app.py"], cwd=PEERS, env={**os.environ, **variables}, check=True)
    return WebServer("django", python, ("django_app:application()",), variables, PEERS)


def _python(peer: str) -> Path:
    """The interpreter of a peer's environment, installed by hash at the first run."""
    folder = FOLDER.parent / f"bench-{peer}"
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        lock = str(PEERS / f"requirements-{peer}.lock")
        pip = [str(python), "-m", "pip", "install", "-qq", "--require-hashes", "--only-binary", ":all:", "-r", lock]
        subprocess.run(pip, check=True)
    return python


def people(server: Server) -> dict[str, int]:
    """The people who are measured, by name, made once through the services."""
    database = server.database()
    found = {}
    for name, (role, organisation_id) in PEOPLE.items():
        with database.reading(system("bench")) as session:
            user = session.scalar(select(User).where(User.sign_in == name))
        found[name] = user.id if user else a_person(database, name, role, organisation_id=organisation_id).user_id
    database.close()
    return found


def sign_everyone_in(servers: Mapping[str, WebServer]) -> None:
    """Everyone who is measured, everywhere."""
    for who in PEOPLE:
        servers["atmp"].sign_in(who, "/sign-in", ("sign_in", "password"))
        servers["flask-admin"].sign_in(who, "/enter", ("who", "password"), with_token=False)
        servers["django"].sign_in(who, "/delivered/login/", ("username", "password"))


def version_of(web: WebServer, package: str) -> str:
    """The version of a package in the environment of a server."""
    code = f"from importlib.metadata import version; print(version({package!r}))"
    found = subprocess.run([str(web.python), "-c", code], check=True, capture_output=True, text=True)
    return f"{package} {found.stdout.strip()}"
