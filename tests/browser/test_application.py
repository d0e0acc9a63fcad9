"""The application as people use it: signing in by code and by passkey, inviting, lists, logs, each page read by axe."""

from __future__ import annotations

import logging
import re
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from werkzeug.serving import make_server

from atmp_insure.access.roles import Role
from tests.application import PASSWORD, a_person, an_application
from tests.browser.test_showcase import SCREENSHOTS, is_here
from tests.engines import fresh_sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from playwright.sync_api import Browser, BrowserContext, Page

EXAMPLES = {
    "user_id": "1", "rate_year": "2026", "ctn": "A", "name": "users", "subject": "users:1", "document_id": "1",
    "mail_id": "1",
}  # fmt: skip
NO_PAGES = re.compile(r"/assets/|/language/|/api/|/health|/metrics|export|/page/|/file|/download|/content|/text|/image")


class Site:
    """The application, served from this process on localhost."""

    def __init__(self, folder: Path) -> None:
        self.database = fresh_sqlite(folder)
        server = make_server("localhost", 0, lambda *_: [], threaded=True)
        self.address = f"http://localhost:{server.server_port}"
        self.app: Flask = an_application(self.database, folder, ATMP_SITE__ADDRESS=self.address)
        self.app.config["WTF_CSRF_ENABLED"] = True
        server.app = self.app
        self.server = server


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    made = Site(tmp_path_factory.mktemp("site"))
    a_person(made.database, "alex.admin", Role.ADMINISTRATOR, Role.MANAGER)
    a_person(made.database, "camille.exemple", Role.CLAIMS_HANDLER)
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()
    made.database.close()


@contextmanager
def a_browser(
    browser: Browser, site: Site, width: int = 1280, theme: str = "light"
) -> Iterator[tuple[BrowserContext, Page]]:
    """A browser of its own whose console must stay silent and whose requests must stay on this machine."""
    faults: list[str] = []
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if theme == "dark" else "light", locale="fr-FR",
        base_url=site.address,
    )  # fmt: skip
    page = context.new_page()
    page.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: None if is_here(request.url, site.address) else faults.append(request.url))
    yield context, page
    context.close()
    # Chromium reports every form sent back, and every example that this test has no row for
    assert [fault for fault in faults if "422" not in fault and "404 (NOT FOUND)" not in fault] == []


def sign_in(page: Page, name: str) -> None:
    page.goto("/")
    page.get_by_label("Identifiant").fill(name)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()


def must_be_readable(page: Page, name: str) -> None:
    page.wait_for_selector("html.has-script")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
    violations = Axe().run(page).response["violations"]
    assert [(item["id"], [node["html"][:160] for node in item["nodes"][:3]]) for item in violations] == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} scrolls sideways"


def pages_of(site: Site) -> dict[str, str]:
    """Every page one may open by its address alone, or with an example; a new route is walked by itself."""
    found = {}
    for rule in site.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or NO_PAGES.search(rule.rule):
            continue
        if rule.arguments <= set(EXAMPLES):
            with site.app.test_request_context():
                values = {name: rule._converters[name].to_python(EXAMPLES[name]) for name in rule.arguments}
                found[rule.endpoint.replace(".", "-")] = site.app.url_map.bind("localhost").build(rule.endpoint, values)
    return found


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (1280, "dark"), (390, "light")])
def test_every_page_is_readable_by_all_in_both_themes_and_on_a_phone(
    browser: Browser, site: Site, width: int, theme: str
) -> None:
    with a_browser(browser, site, width, theme) as (_, page):
        page.goto("/sign-in")
        must_be_readable(page, f"sign-in-{width}-{theme}")
        sign_in(page, "alex.admin")
        expect(page.get_by_role("heading", name="Aujourd'hui")).to_be_visible()
        for name, address in pages_of(site).items():
            answer = page.goto(address)
            assert answer is not None
            if answer.status == 404:
                continue  # an example that this test has no row for
            assert answer.ok, (address, answer.status)
            must_be_readable(page, f"{name}-{width}-{theme}")


def test_a_person_is_invited_and_found_in_the_list_with_the_keyboard(browser: Browser, site: Site) -> None:
    with a_browser(browser, site) as (_, page):
        sign_in(page, "alex.admin")
        page.get_by_role("link", name="Utilisateurs").click()
        page.get_by_role("link", name="Inviter une personne").click()
        page.get_by_label("Nom affiché").fill("Dominique Exemple")
        page.get_by_label("Identifiant").fill("dominique")
        page.get_by_label("Adresse électronique").fill("dominique")
        page.get_by_role("button", name="Envoyer l'invitation").click()
        expect(page.get_by_text("« dominique » incomplète").first).to_be_visible()
        assert page.get_by_label("Nom affiché").input_value() == "Dominique Exemple"  # nothing entered is lost
        page.get_by_label("Adresse électronique").fill("dominique@exemple.invalid")
        page.get_by_role("button", name="Envoyer l'invitation").click()
        expect(page.get_by_text("Utilisateur créé")).to_be_visible()
        page.goto("/people")
        page.wait_for_selector("html.has-script")
        page.keyboard.press("/")
        page.keyboard.type("domi")
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Dominique Exemple")).to_be_visible()
        expect(page.get_by_role("link", name="Camille Exemple")).to_have_count(0)
        page.get_by_role("link", name="Journaux").click()
        expect(page.get_by_text("a créé l'utilisateur n° 3").first).to_be_visible()


def test_a_code_is_asked_once_an_authenticator_is_set_up(browser: Browser, site: Site) -> None:
    person = a_person(site.database, "totp.exemple", Role.UNDERWRITER)
    assert person.user_id
    with a_browser(browser, site) as (_, page):
        sign_in(page, "totp.exemple")
        page.get_by_role("link", name="Protéger votre compte").click()
        secret = page.locator("code").first.inner_text()
        page.get_by_label("Code affiché par l'application").fill(pyotp.TOTP(secret).now())
        page.get_by_role("button", name="Vérifier et protéger le compte").click()
        expect(page.get_by_role("heading", name="Codes de secours")).to_be_visible()
        must_be_readable(page, "recovery-codes")
        code = page.locator(".recovery-codes code").first.inner_text()
    with a_browser(browser, site) as (_, page):
        sign_in(page, "totp.exemple")
        expect(page.get_by_role("heading", name="Second facteur")).to_be_visible()
        must_be_readable(page, "second-factor")
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Vérifier le code").click()
        expect(page.get_by_role("heading", name="Aujourd'hui")).to_be_visible()


def test_a_passkey_is_made_and_opens_the_account_without_password(browser: Browser, site: Site) -> None:
    a_person(site.database, "cle.exemple", Role.UNDERWRITER)
    with a_browser(browser, site) as (context, page):
        client = context.new_cdp_session(page)
        client.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        client.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        sign_in(page, "cle.exemple")
        expect(page.get_by_role("heading", name="Aujourd'hui")).to_be_visible()
        page.goto("/account")
        page.get_by_label("Nom de la clé").fill("Ordinateur du bureau")
        page.get_by_role("button", name="Ajouter une clé d'accès").click()
        expect(page.get_by_text("Clé d'accès enregistrée.")).to_be_visible()
        expect(page.get_by_text("Ordinateur du bureau").first).to_be_visible()
        page.goto("/account")
        page.locator(".viewer-menu summary").click()
        page.get_by_role("button", name="Se déconnecter").click()
        page.get_by_role("button", name="Se connecter avec une clé d'accès").click()
        expect(page.get_by_role("heading", name="Aujourd'hui")).to_be_visible()
