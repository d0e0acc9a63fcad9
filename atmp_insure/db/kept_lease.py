"""A lease kept alive by a thread while long work goes on, and the word that it was lost."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from threading import Event, Thread
from typing import TYPE_CHECKING, Self

import structlog

from atmp_insure.db.actor import system
from atmp_insure.db.leases import LENGTH, drop_lease, hold_lease

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database

_RENEWALS = 4  # in the length of one lease
_log = structlog.get_logger("leases")


class KeptLease:
    """Takes a name when the block begins, renews it while the block runs, gives it back at its end.

    Each block is a holder of its own: two threads of one process keep each other out as two processes do.

    Attributes:
        holder: who the row of the lease names.
        held: whether it is ours now; false once another process took it, or once it could not
            be renewed in time.
    """

    def __init__(self, database: Database, name: str, holder: str) -> None:
        self._database, self._name = database, name
        self.holder = f"{holder}#{secrets.token_hex(4)}"
        self._end = Event()
        self._renewed_at = datetime.min.replace(tzinfo=UTC)
        self._thread = Thread(target=self._keep, name=f"lease:{name}", daemon=True)
        self.held = False

    def __enter__(self) -> Self:
        self._renew()
        if self.held:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        if self._thread.is_alive():
            self._thread.join()
        if self.held:
            self.held = False
            try:
                self._database.retried(self._drop)
            except Exception as error:  # noqa: BLE001 - the lease runs out by itself; the work stays done
                _log.warning("lease not given back", lease=self._name, exc_info=error)

    def _keep(self) -> None:
        while self.held and not self._end.wait(LENGTH.total_seconds() / _RENEWALS):
            self._renew()

    def _renew(self) -> None:
        now = datetime.now(UTC)
        try:
            self.held = self._database.retried(self._hold)
            self._renewed_at = now
        except Exception as error:  # noqa: BLE001 - a database that does not answer: ours until it runs out
            _log.warning("lease not renewed", lease=self._name, exc_info=error)
            self.held = self.held and now < self._renewed_at + LENGTH

    def _hold(self) -> bool:
        with self._database.writing(system("leases")) as session:
            return hold_lease(session, self._name, self.holder, datetime.now(UTC))

    def _drop(self) -> None:
        with self._database.writing(system("leases")) as session:
            drop_lease(session, self._name, self.holder)
