"""The README shows the application as it is: each of its pictures is taken in the demonstration, and shown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.demonstration.pictures import PICTURES, SHOWN, demonstration, take

if TYPE_CHECKING:
    from playwright.sync_api import Browser

README = Path(__file__).parents[2] / "README.md"
PNG = b"\x89PNG"


def test_every_picture_of_the_readme_can_be_taken_again_and_is_shown(browser: Browser, tmp_path: Path) -> None:
    taken = tmp_path / "pictures"
    with demonstration(tmp_path) as (address, password):
        take(browser, address, password, taken)
    shown = set(re.findall(r"!\[[^\]]+\]\(docs/pictures/([a-z_]+)\.png\)", README.read_text("utf-8")))
    assert shown == set(SHOWN) == {path.stem for path in taken.iterdir()} == {path.stem for path in PICTURES.iterdir()}
    for picture in (*taken.iterdir(), *PICTURES.iterdir()):
        assert picture.read_bytes().startswith(PNG), picture
