"""Several letters dropped at once may be heavier together than the largest file alone."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Role
from tests.application import a_person, an_application, signed_in
from tests.documents.papers import a_pdf

if TYPE_CHECKING:
    from pathlib import Path

    from atmp_insure.db.engine import Database

_MEGABYTE = 1024 * 1024


def a_letter(number: int, size: int) -> tuple[io.BytesIO, str]:
    """A PDF of an exact size."""
    content = a_pdf(f"Lettre {number}")
    return io.BytesIO(content + b"%" * (size - len(content))), f"lettre_{number}.pdf"


@pytest.mark.parametrize(
    ("sizes", "status", "said"),
    [
        ([_MEGABYTE, _MEGABYTE], 302, ""),
        ([_MEGABYTE, _MEGABYTE + 1], 422, "fichier de plus de 1 Mo"),
        ([_MEGABYTE, _MEGABYTE, _MEGABYTE], 413, "Les envoyer en plusieurs fois"),
    ],
    ids=["together heavier than one may be", "one too heavy", "too heavy together"],
)
def test_letters_are_weighed_one_by_one_and_together(
    embedded: Database, tmp_path: Path, sizes: list[int], status: int, said: str
) -> None:
    limits = {"ATMP_VAULT__LARGEST_MEGABYTES": "1", "ATMP_VAULT__LARGEST_REQUEST_MEGABYTES": "2"}
    client = signed_in(an_application(embedded, tmp_path, **limits), a_person(embedded, "camille", Role.CLAIMS_HANDLER))
    files = [a_letter(number, size) for number, size in enumerate(sizes)]
    answer = client.post("/tray/drop", data={"files": files, "channel": "paper"})
    answer.request.environ["wsgi.input"].close()  # a file of the test client, which it leaves to the collector
    assert answer.status_code == status
    assert said in answer.text
