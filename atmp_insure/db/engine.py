"""Opening the database: SQLite with immediate transactions and a fair queue for writers, or PostgreSQL.

`Database` is what edges hold: it opens sessions for an actor, to read or to write, and ends their transactions.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.orm import sessionmaker

from atmp_insure.db.session import ScopedSession

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlalchemy import Connection
    from sqlalchemy.pool import ConnectionPoolEntry

    from atmp_insure.db.actor import Actor
    from atmp_insure.db.facts import FactHandler
    from atmp_insure.db.keyring import KeyRing

R = TypeVar("R")

_BUSY_MILLISECONDS = 5000
_SURELY_ALIVE_SECONDS = 5  # after its last use; trying a connection at each use would cost every page a question
_BUSY_TRIES = 3  # the first one, and two more
_READ_ONLY = "atmp_read_only"
_READING = {_READ_ONLY: True}
_READING_POSTGRES = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}  # said in BEGIN itself
# pages ask short questions about few rows: starting workers, compiling, or planning without the values would cost more
_POSTGRES_OPTIONS = "-c jit=off -c max_parallel_workers_per_gather=0 -c plan_cache_mode=force_custom_plan"
_UNDONE_FOR_ANOTHER = frozenset({"40001", "40P01"})  # PostgreSQL: not serialisable; the loser of a deadlock


class FairLock:
    """A lock given in the order in which it was asked for, so that no writer waits for ever.

    Raises:
        RuntimeError: asked for by the thread that holds it, which would wait for itself.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._held = False
        self._holder: int | None = None

    def __enter__(self) -> None:
        me = threading.get_ident()
        with self._guard:
            if self._holder == me:
                raise RuntimeError("this thread writes already: it would wait for itself")
            if not self._held:
                self._held, self._holder = True, me
                return
            turn = threading.Event()
            self._waiting.append(turn)
        turn.wait()
        self._holder = me

    def __exit__(self, *_: object) -> None:
        with self._guard:
            self._holder = None
            if self._waiting:
                self._waiting.popleft().set()  # handed over: it stays held
            else:
                self._held = False


class Database:
    """One database of one installation, with its key ring and the handlers of its facts.

    Attributes:
        engine: the engine that writes.
        key_ring: what encrypts its secrets.
        handlers: fact kind → what upper domains mark in the same transaction.
    """

    def __init__(
        self, engine: Engine, key_ring: KeyRing, handlers: Mapping[str, tuple[FactHandler, ...]] | None = None
    ) -> None:
        self.engine = engine
        self.key_ring = key_ring
        self.handlers = handlers or {}
        self._reader = engine.execution_options(**(_READING if engine.dialect.name == "sqlite" else _READING_POSTGRES))
        self._sessions = sessionmaker(class_=ScopedSession, expire_on_commit=False)
        self._queue: FairLock | None = FairLock() if engine.dialect.name == "sqlite" else None

    @property
    def is_embedded(self) -> bool:
        """Whether it is the SQLite file of one process."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self, actor: Actor) -> Iterator[ScopedSession]:
        """A session and its transaction: committed when the block ends, undone whole when it raises."""
        if self._queue is None:
            with self._session(self.engine, actor) as session, session.begin():
                yield session
            return
        with self._queue, self._session(self.engine, actor) as session, session.begin():
            yield session

    @contextmanager
    def trying(self, actor: Actor) -> Iterator[ScopedSession]:
        """A session that does everything as `writing` does, and of which nothing stays: for previews."""
        with self.writing(actor) as session:
            yield session
            session.flush()  # what the database itself would refuse is refused
            session.rollback()

    @contextmanager
    def reading(self, actor: Actor) -> Iterator[ScopedSession]:
        """A session that sees one consistent state and writes nothing."""
        with self._session(self._reader, actor) as session, session.begin() as transaction:
            yield session
            session.expunge_all()  # what was read stays readable: a rollback would empty it
            transaction.rollback()

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A raw connection that sees every row of one consistent state, and writes nothing; for backups and checks."""
        with self._reader.connect() as connection, connection.begin() as transaction:
            if not self.is_embedded:
                connection.exec_driver_sql("SELECT set_config('atmp.unscoped', 'on', true)")
            yield connection
            transaction.rollback()

    def retried(self, work: Callable[[], R]) -> R:
        """The answer of `work`, tried twice more when another writer was in its way (SQLite busy, a deadlock)."""
        for _ in range(_BUSY_TRIES - 1):
            try:
                return work()
            except OperationalError as error:
                if not is_busy(error):
                    raise
        return work()

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()

    def _session(self, engine: Engine, actor: Actor) -> ScopedSession:
        return self._sessions(bind=engine, actor=actor, handlers=self.handlers)


def is_busy(error: BaseException) -> bool:
    """Whether another writer was in the way, and nothing of ours was kept: worth another try."""
    if not isinstance(error, OperationalError):
        return False
    return "database is locked" in str(error.orig) or getattr(error.orig, "sqlstate", None) in _UNDONE_FOR_ANOTHER


def open_database(
    url: str,
    key_ring: KeyRing,
    handlers: Mapping[str, tuple[FactHandler, ...]] | None = None,
    *,
    pool_size: int = 10,
) -> Database:
    """The database at an address (`sqlite:///file` or `postgresql+psycopg://…`); nothing is read yet."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        engine = _sqlite(url)
    else:
        engine = create_engine(
            address.set(drivername="postgresql+psycopg"),
            connect_args={"options": _POSTGRES_OPTIONS},
            pool_size=pool_size,
            max_overflow=pool_size,
            hide_parameters=True,  # values of people stay out of messages and logs
        )
        event.listen(engine, "checkin", _note_rest)
        event.listen(engine, "checkout", _try_if_rested)
    engine.dialect.atmp_key_ring = key_ring  # type: ignore[attr-defined]
    return Database(engine, key_ring, handlers)


def _note_rest(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["rests_since"] = time.monotonic()


def _try_if_rested(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """A connection that rested may have been cut: it is tried, and another one opened in its place."""
    rested = time.monotonic() - record.info.get("rests_since", time.monotonic())
    if rested < _SURELY_ALIVE_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except Exception as error:
        raise DisconnectionError from error


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"timeout": _BUSY_MILLISECONDS / 1000, "check_same_thread": False},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver would otherwise begin too late, and lose updates without a word
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL", "foreign_keys=ON", f"busy_timeout={_BUSY_MILLISECONDS}", "synchronous=NORMAL",
        "temp_store=MEMORY", "secure_delete=ON", "cache_size=-20000",
        "recursive_triggers=ON",  # REPLACE then asks the guards too
    ):  # fmt: skip
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    read_only = connection.get_execution_options().get(_READ_ONLY)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
