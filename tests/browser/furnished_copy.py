"""The furnished application, furnished once a worker and copied for each test that changes it."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests import run_folder
from tests.application import an_application
from tests.browser.furnished import furnished
from tests.engines import close_whole, fresh_sqlite, opened_sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.db.engine import Database
    from tests.browser.furnished import House


@cache
def _furnished_once() -> tuple[Path, House]:
    folder = Path(tempfile.mkdtemp(prefix="house-", dir=run_folder.path()))
    database = fresh_sqlite(folder)
    house = furnished(database, an_application(database, folder).extensions["atmp"].settings)
    close_whole(database)
    return folder, house


@contextmanager
def a_furnished_database(folder: Path) -> Iterator[Database]:
    """A database, in an empty folder with its vault, that holds a row behind every page."""
    shutil.copytree(_furnished_once()[0], folder, dirs_exist_ok=True)
    database = opened_sqlite(folder)
    yield database
    database.close()


def furnished_house() -> House:
    """What stands in each of these databases."""
    return _furnished_once()[1]
