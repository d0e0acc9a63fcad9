"""Whatever is asked of the API: no fault of ours, and no answer that the document does not declare.

Schemathesis makes up the requests, right ones and wrong ones, in the name of people of several roles. The suite tries
each operation a few times on one engine; `ATMP_API_EXAMPLES=200 pytest tests/api/test_document_holds.py`, or
`make soak`, tries longer.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from schemathesis import GenerationMode

from atmp_insure.access.roles import Role
from tests.api.driven import Driver
from tests.application import a_person, a_token, an_application
from tests.browser.furnished import furnished
from tests.db.builders import an_organisation
from tests.engines import a_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from atmp_insure.db.engine import Database

EXAMPLES = int(os.environ.get("ATMP_API_EXAMPLES", "3"))
ENGINE = os.environ.get("ATMP_API_ENGINE", "sqlite")
PARTS = 8  # of the operations, so that workers share them


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    folder = tmp_path_factory.mktemp("driven")
    with a_database(ENGINE) as database:
        yield a_driver(database, folder)


def a_driver(database: Database, folder: Path) -> Driver:
    """The furnished application, asked by the office, by the broker of its company, and by an employer of another."""
    app = an_application(database, folder)
    house = furnished(database, app.extensions["atmp"].settings)
    broker = a_person(database, "driven.courtier", Role.BROKER, organisation_id=1)
    employer = a_person(database, "driven.employeur", Role.EMPLOYER, company_id=house.values["company_id"])
    stranger = a_person(
        database, "driven.ailleurs", Role.LAWYER, organisation_id=an_organisation(database, "Ailleurs", "law_firm")
    )
    known: dict[str, Any] = {
        **house.values, "number": 1, "person_id": house.viewer.user_id, "subject": "companies:1", "removed": [],
        "proof_document_id": house.values["document_id"], "kind": "calculation_sheet", "rate_year": 2026,
        "product": "taux_atmp", "version": "2027-1", "from": "2026-1", "to": "2027-1", "scenarios": 20, "variants": [],
    }  # fmt: skip
    people = {"office": house.viewer, "broker": broker, "employer": employer, "stranger": stranger}
    return Driver(app, known, {name: a_token(database, person) for name, person in people.items()})


@pytest.mark.timeout(3600 if EXAMPLES > 3 else 300)
@pytest.mark.parametrize("part", range(PARTS))
def test_every_answer_is_one_that_the_document_declares(driver: Driver, part: int) -> None:
    operations = driver.operations[part::PARTS]
    for number, operation in enumerate(operations):
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            driver.try_operation(operation, mode, EXAMPLES, number)
    assert len(operations) > 10
    assert {200, 404, 422} <= set(driver.statuses), "the requests went nowhere: nothing was tried"
