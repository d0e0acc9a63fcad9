"""A form that is opened from a company knows it already; what was typed is kept when it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Role
from tests.application import a_person, an_application, signed_in

if TYPE_CHECKING:
    from pathlib import Path

    from atmp_insure.db.engine import Database


@pytest.mark.parametrize("address", ["/tasks/new", "/deadlines/new", "/watch/new", "/requests/new"])
def test_a_form_opened_from_a_company_names_it_and_keeps_what_is_typed_instead(
    embedded: Database, tmp_path: Path, address: str
) -> None:
    client = signed_in(an_application(embedded, tmp_path), a_person(embedded, "camille", Role.CLAIMS_HANDLER))
    assert 'value="000000018"' in client.get(f"{address}?siren=000000018").text
    refused = client.post(f"{address}?siren=000000018", data={"siren": "12"})
    assert refused.status_code == 422
    assert 'value="12"' in refused.text
