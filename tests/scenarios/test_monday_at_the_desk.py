"""A Monday at the desk, through the browser: letters are dropped and filed, a notice starts its clock, a newer account
shows a line that nobody knew, what it costs, its two clocks, and the lawyer finds what to do.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import FilePayload, expect
from werkzeug.serving import make_server

from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Role
from atmp_insure.access.service import create_organisation
from atmp_insure.db.actor import system
from atmp_insure.parties.models import Company
from atmp_insure.parties.reach_service import let_follow
from tests.application import PASSWORD, a_person, an_application
from tests.diary.test_tray import a_pdf
from tests.engines import a_database
from tests.rate_records.desk.conftest import NOW, a_desk, samples
from tests.rate_records.desk.test_consequences import newer_account

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

NOTICE = "<h1>CARSAT de démonstration</h1><p>Notification du taux 2027</p><p>SIRET 000 000 018 00010</p>"
ADVERTISEMENT = "<h1>Offre sans pareille</h1>"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The application with the metalworks, a handler of the office, and the lawyer who follows the company."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with a_database("sqlite") as database:
        desk = a_desk(database, tmp_path)
        with database.writing(system("test")) as session:
            firm = create_organisation(session, OrganisationKind.LAW_FIRM, "Cabinet Exemple", NOW)
            let_follow(session, session.get_one(Company, desk.company_id), firm)
        a_person(database, "camille.gestion", Role.CLAIMS_HANDLER)
        a_person(database, "maitre.exemple", Role.LAWYER, organisation_id=firm.id)
        server = make_server("localhost", 0, lambda *_: [], threaded=True)
        served = f"http://localhost:{server.server_port}"
        server.app = an_application(database, tmp_path, ATMP_SITE__ADDRESS=served)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield served
        server.shutdown()
        thread.join()
        server.server_close()


def signed_in(browser: Browser, address: str, name: str) -> Page:
    page = browser.new_context(base_url=address, locale="fr-FR").new_page()
    page.goto("/")
    page.get_by_label("Identifiant").fill(name)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    return page


def give(page: Page, label: str, *files: tuple[str, bytes]) -> None:
    """Choose files in the only entry of the page, and press a button."""
    given = [FilePayload(name=name, mimeType="application/octet-stream", buffer=content) for name, content in files]
    page.locator("main input[type=file]").set_input_files(given)
    page.get_by_role("button", name=label).click()


def test_a_monday_at_the_desk(browser: Browser, address: str) -> None:
    handler = signed_in(browser, address, "camille.gestion")

    # forty letters would be the same: one is a notice, one an advertisement
    handler.goto("/tray")
    give(handler, "Déposer ces lettres", ("notification.pdf", a_pdf(NOTICE)), ("pub.pdf", a_pdf(ADVERTISEMENT)))
    handler.get_by_role("link", name="notification.pdf").click()
    expect(handler.get_by_text("SIRET 00000001800010 page 1")).to_be_visible()
    expect(handler.get_by_label("SIREN")).to_have_value("000000018")
    expect(handler.get_by_label("Délai que la réception fait courir")).to_have_value("rate_contest")
    handler.keyboard.press("a")  # one key accepts what is proposed, and the next letter comes
    expect(handler.get_by_role("heading", name="pub.pdf")).to_be_visible()
    handler.get_by_text("Écarter la lettre").first.click()
    handler.get_by_label("Motif").fill("publicité")
    handler.get_by_role("button", name="Écarter la lettre").click()
    expect(handler.get_by_text("Lettre écartée.")).to_be_visible()

    # the papers of the client give its rates
    handler.goto("/companies/1/papers")
    give(handler, "Déposer et relire", *samples())
    expect(handler.get_by_role("heading", name="Ce que cela changera")).to_be_visible()
    handler.get_by_role("button", name="Enregistrer les pièces cochées").click()
    expect(handler.get_by_text("Pièces enregistrées ; les taux")).to_be_visible()

    # a newer account shows a line that nobody knew, before anything is written
    handler.goto("/companies/1/papers")
    today = handler.evaluate("new Date().toLocaleDateString('fr-FR')")
    give(handler, "Déposer et relire", newer_account(decided=today))
    expect(handler.get_by_text("1 ligne nouvelle")).to_be_visible()
    handler.get_by_role("button", name="Enregistrer les pièces cochées").click()

    # the lawyer finds both clocks and what to do, without any name of a victim in the lists
    lawyer = signed_in(browser, address, "maitre.exemple")
    lawyer.goto("/deadlines?state=open")
    expect(lawyer.get_by_role("link", name="Contester la décision de la caisse primaire")).to_be_visible()
    expect(lawyer.get_by_role("link", name="réclamation gracieuse auprès de la caisse régionale")).to_be_visible()
    lawyer.goto("/")
    task = lawyer.get_by_role("link", name="Examiner l'imputation auprès de la caisse régionale")
    expect(task).to_be_visible()
    task.click()
    lawyer.get_by_role("button", name="Marquer comme faite").click()
    expect(lawyer.get_by_text("Tâche finie.")).to_be_visible()
    lawyer.goto("/")
    expect(task).to_have_count(0)
