"""The pictures of the README, taken in the demonstration; `make pictures` writes those that are committed."""

from __future__ import annotations

import logging
import tempfile
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from atmp_insure.demonstration.build import Ground, build
from atmp_insure.documents.object_store import FileStore
from atmp_insure.documents.vault import Vault
from atmp_insure.kernel.paris import PARIS
from tests import engines, run_folder
from tests.application import an_application
from tests.chromium import launched
from tests.engines import a_database, key_ring
from tests.rate_records.desk.conftest import the_office

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, ViewportSize

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
VIEWER = "demo.claims-handler"
OFFICE: ViewportSize = {"width": 1280, "height": 860}
# name of the picture → its address in the demonstration, and what must be read there
SHOWN = {
    "today": ("/", "Aujourd'hui"),
    "company": ("/companies/1", "Masse salariale"),
    "simulator": ("/establishments/1/simulation/01-28.1AD?category_1=IP4&year_1=2025", "Simul"),
    "tray": ("/tray/1", "Classer la lettre"),
    "watch": ("/watch", "Veille des courriers"),
}


@contextmanager
def demonstration(folder: Path) -> Iterator[tuple[str, str]]:
    """The demonstration of today, served: its address, and the password of the viewer."""
    now = datetime.now(UTC)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with a_database("sqlite") as database:
        ground = Ground(
            database, Vault(FileStore(folder / "vault"), key_ring()), the_office(), now.astimezone(PARIS).date(), now
        )
        password = next(one.password for one in build(ground) if one.sign_in == VIEWER)
        server = make_server("localhost", 0, lambda *_: [], threaded=True)
        address = f"http://localhost:{server.server_port}"
        server.app = an_application(database, folder, ATMP_SITE__ADDRESS=address)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield address, password
        server.shutdown()
        thread.join()
        server.server_close()


def take(browser: Browser, address: str, password: str, folder: Path) -> None:
    """Write every picture into a folder.

    Raises:
        TimeoutError: a page does not show what it must.
    """
    folder.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(viewport=OFFICE, color_scheme="light", locale="fr-FR", base_url=address)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Identifiant").fill(VIEWER)
    page.get_by_label("Mot de passe", exact=True).fill(password)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    for name, (path, text) in SHOWN.items():
        _take(page, path, text, folder / f"{name}.png")
    context.close()


def _take(page: Page, path: str, text: str, picture: Path) -> None:
    page.goto(path)
    page.wait_for_selector("html.has-script")
    page.get_by_text(text).first.wait_for()
    page.wait_for_function("document.querySelectorAll('[data-chart]:not([data-drawn])').length === 0")
    page.screenshot(path=picture)


def main() -> None:
    """Write the pictures that the README shows."""
    run_folder.begin()
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            demonstration(Path(folder)) as (address, password),
            sync_playwright() as playwright,
        ):
            take(launched(playwright), address, password, PICTURES)
    finally:
        engines.leave()
        run_folder.end()


if __name__ == "__main__":
    main()
