"""What tests need of the machine and may not find: they are skipped, which is told at the end of the run.

`ATMP_TEST_REQUIRE=postgresql,chromium` makes a fault of it: for machines that are known to have both.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

POSTGRESQL, CHROMIUM, FEC_SAMPLES = "postgresql", "chromium", "fec"
_REQUIRED = "ATMP_TEST_REQUIRE"
_LACKING = {
    POSTGRESQL: "PostgreSQL est absent : ce qui s'éprouve sur les deux moteurs ne l'a été que sur SQLite",
    CHROMIUM: "Chromium est absent : les pages n'ont pas été ouvertes dans un navigateur (apt-get install chromium)",
    FEC_SAMPLES: "Les FEC d'exemple sont absents (../shared/reference/fec) : seuls les nôtres ont été contrôlés",
}


def lacking(what: str, fault: str = "") -> NoReturn:
    """Skip the test that needs this, or fail it where this is required."""
    reason = f"{_LACKING[what]}{f' [{fault}]' if fault else ''}"
    if what in os.environ.get(_REQUIRED, "").split(","):
        pytest.fail(f"{reason}, et {_REQUIRED} l'exige", pytrace=False)
    pytest.skip(reason)


def told(skipped: Iterable[pytest.TestReport]) -> list[str]:
    """A sentence for each thing that the run lacked, with how many tests it cost."""
    reasons = Counter(str(report.longrepr[2]) for report in skipped if isinstance(report.longrepr, tuple))
    return [
        f"{reason.removeprefix('Skipped: ')} ; essais sautés : {count}."
        for reason, count in sorted(reasons.items())
        if any(sentence in reason for sentence in _LACKING.values())
    ]
