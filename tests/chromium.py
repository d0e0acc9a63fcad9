"""Chromium of the machine, for tests that use the application as people do."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from tests import needed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Playwright

expect.set_options(timeout=30_000)  # a busy machine is slow, and that is not what these tests are about


def launched(playwright: Playwright) -> Browser:
    """Chromium of the machine, without a window."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        needed.lacking(needed.CHROMIUM)
    return playwright.chromium.launch(
        executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"]
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Begun once a worker: Playwright refuses a second beginning in the same process."""
    with sync_playwright() as playwright:
        opened = launched(playwright)
        yield opened
        opened.close()
