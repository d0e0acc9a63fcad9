"""The worker that renews, a process of its own, so that it may be killed; says the seconds it worked.

`python -m tests.benchmarks.renewals.process ADDRESS KEYS`: works until the run has ended.
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from pathlib import Path

from atmp_insure.app import FACT_HANDLERS
from atmp_insure.db import work_queue
from atmp_insure.db.engine import open_database
from atmp_insure.db.keyring import KeyRing
from atmp_insure.db.worker import Worker
from atmp_insure.work import RUN_KINDS
from atmp_insure.work_process import named_work

LEASE = timedelta(seconds=2)  # of a killed worker: the next one takes over after it; two minutes in the product


def main(address: str, keys: str) -> None:
    """Work the run of the database; papers are other work, which this worker leaves."""
    work_queue.LEASE = LEASE
    database = open_database(address, KeyRing(Path(keys)), FACT_HANDLERS)
    worker = Worker(database, RUN_KINDS, {}, around=named_work)
    while True:
        began = time.perf_counter()
        if worker.drain():
            break
        time.sleep(0.05)
    print(time.perf_counter() - began, flush=True)
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
