"""The application as people use it: signing in by code and by passkey, inviting, lists, logs, each page read by axe."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from atmp_insure.access.roles import Role
from tests.application import PASSWORD, a_person, an_application, signed_in
from tests.browser.furnished import AFTER_PASSWORD, FOR_VISITORS, NO_PAGES, furnished, is_page
from tests.browser.test_showcase import COLOURS, is_here, picture, require_no_axe_finding
from tests.engines import fresh_sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
    from werkzeug.routing import Rule

    from tests.browser.furnished import House

PARTS = 4
OFFICE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 900}
SHEET: ViewportSize = {"width": 718, "height": 1017}  # A4 within its margins


class Site:
    """The application, served from this process on localhost."""

    def __init__(self, folder: Path) -> None:
        self.database = fresh_sqlite(folder)
        server = make_server("localhost", 0, lambda *_: [], threaded=True)
        self.address = f"http://localhost:{server.server_port}"
        self.app: Flask = an_application(self.database, folder, ATMP_SITE__ADDRESS=self.address)
        self.app.config["WTF_CSRF_ENABLED"] = True
        self.house: House = furnished(self.database, self.app.extensions["atmp"].settings)
        server.app = self.app
        self.server = server


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    made = Site(tmp_path_factory.mktemp("site"))
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()
    made.database.close()


@contextmanager
def a_browser(browser: Browser, site: Site) -> Iterator[tuple[BrowserContext, Page]]:
    """A browser of its own whose console must stay silent and whose requests must stay on this machine."""
    faults: list[str] = []
    context = browser.new_context(
        viewport=OFFICE, color_scheme="light", locale="fr-FR", base_url=site.address, reduced_motion="reduce"
    )
    page = context.new_page()
    page.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: None if is_here(request.url, site.address) else faults.append(request.url))
    yield context, page
    context.close()
    assert [fault for fault in faults if "422" not in fault] == []  # Chromium reports every form sent back


def sign_in(page: Page, name: str) -> None:
    page.goto("/")
    page.get_by_label("Identifiant").fill(name)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()


def must_fit(page: Page, name: str) -> None:
    """Nothing scrolls sideways, once charts followed the window, which they do a moment after it changed."""
    fits = "document.documentElement.scrollWidth <= window.innerWidth"
    deadline = monotonic() + 5
    while not page.evaluate(fits) and monotonic() < deadline:  # the page's own policy forbids it to wait by itself
        page.wait_for_timeout(100)
    assert page.evaluate(fits), f"{name} scrolls sideways"


def must_print(page: Page, name: str) -> None:
    """What is printed stands within the sheet."""
    page.emulate_media(media="print")
    page.set_viewport_size(SHEET)
    if name != "admin-show_table":  # a table as the database holds it, all its columns: browsers print it smaller
        must_fit(page, f"{name}, printed,")
    picture(page, f"{name}-printed")
    page.emulate_media(media="screen")
    page.set_viewport_size(OFFICE)


def must_be_readable(page: Page, name: str) -> None:
    """Axe finds nothing on the page: whole in the light theme, its colours in the dark one, its frame on a phone."""
    page.wait_for_selector("html.has-script")
    expect(page.locator("[data-chart]:not([data-drawn])")).to_have_count(0)
    charts_must_be_drawn(page, name)
    if page.locator("#api-docs").count():  # drawn by the bundle, from the document that it asks for
        expect(page.locator("#api-docs .opblock").first).to_be_visible()
    picture(page, f"{name}-light", whole=True)
    require_no_axe_finding(page, f"{name}, light")
    page.emulate_media(color_scheme="dark")
    if page.locator("#api-docs").count():  # its colours follow the theme by a script of its own
        page.wait_for_selector("html.dark-mode", state="attached")
    picture(page, f"{name}-dark")
    require_no_axe_finding(page, f"{name}, dark", {"runOnly": COLOURS})
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE)
    must_fit(page, name)
    picture(page, f"{name}-phone")
    require_no_axe_finding(page, f"{name}, phone", {"rules": {rule: {"enabled": False} for rule in COLOURS}})
    page.set_viewport_size(OFFICE)
    must_fit(page, name)


def charts_must_be_drawn(page: Page, name: str) -> None:
    """Each chart has the height to be read at: one whose style is missing is drawn flat."""
    flat = page.locator("[data-chart]").evaluate_all(
        "all => all.filter(one => one.offsetParent && one.clientHeight < 150).length"
    )
    assert not flat, f"{name}: {flat} chart(s) without height"


def pages_of(site: Site) -> dict[str, str]:
    """The address of every page, by its route: all that one may open, with a row behind it."""
    found = {}
    for rule in site.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and is_page(rule.endpoint):
            missing = sorted(rule.arguments - set(site.house.values))
            assert not missing, f"{rule}: furnish a row for {missing}, or say in NO_PAGES what it is"
            found[rule.endpoint] = address_of(site, rule)
    return found


def address_of(site: Site, rule: Rule) -> str:
    """The address of a route, with the rows of the house."""
    with site.app.test_request_context():
        values = {name: site.house.values[name] for name in rule.arguments}
        return str(site.app.url_map.bind("localhost").build(rule.endpoint, values))


def require_readable_page(page: Page, address: str, name: str) -> None:
    """The page is there, at this address, and axe finds nothing on it."""
    answer = page.goto(address)
    assert answer is not None
    assert (answer.status, urlsplit(page.url).path) == (200, urlsplit(address).path), name
    must_be_readable(page, name)


def test_what_is_said_to_be_no_page_is_none(site: Site) -> None:
    assert set(NO_PAGES) | FOR_VISITORS | {AFTER_PASSWORD} <= {rule.endpoint for rule in site.app.url_map.iter_rules()}
    site.app.config["WTF_CSRF_ENABLED"] = False
    client = signed_in(site.app, site.house.viewer)
    site.app.config["WTF_CSRF_ENABLED"] = True
    for rule in site.app.url_map.iter_rules():
        if not is_page(rule.endpoint) and "GET" in (rule.methods or ()) and rule.arguments <= set(site.house.values):
            answer = client.get(address_of(site, rule))
            assert answer.status_code != 200 or b"<!doctype html" not in answer.data[:200].lower(), rule


@pytest.mark.timeout(900)  # a quarter of all pages of the application, one after the other
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_readable_by_all_in_both_themes_and_on_a_phone(browser: Browser, site: Site, part: int) -> None:
    pages = pages_of(site)
    with a_browser(browser, site) as (_, page):
        sign_in(page, site.house.viewer.sign_in)
        expect(page.get_by_role("heading", name="Aujourd'hui")).to_be_visible()
        for endpoint in sorted(set(pages) - FOR_VISITORS - {AFTER_PASSWORD})[part::PARTS]:
            require_readable_page(page, pages[endpoint], endpoint.replace(".", "-"))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_there_in_english_and_fits_the_sheet_it_is_printed_on(
    browser: Browser, site: Site, part: int
) -> None:
    pages = pages_of(site)
    with a_browser(browser, site) as (_, page):
        sign_in(page, site.house.viewer.sign_in)
        page.goto("/language/en")
        expect(page.get_by_role("heading", name="Today")).to_be_visible()
        for endpoint in sorted(set(pages) - FOR_VISITORS - {AFTER_PASSWORD})[part::PARTS]:
            name = endpoint.replace(".", "-")
            answer = page.goto(pages[endpoint])
            assert answer is not None
            assert answer.status == 200, name
            expect(page.locator("html")).to_have_attribute("lang", "en")
            picture(page, f"{name}-english")
            must_print(page, name)


def test_every_page_before_signing_in_is_readable_too(browser: Browser, site: Site) -> None:
    pages = pages_of(site)
    with a_browser(browser, site) as (_, page):
        for endpoint in sorted(FOR_VISITORS):
            require_readable_page(page, pages[endpoint], endpoint.replace(".", "-"))
        sign_in(page, site.house.with_code.sign_in)
        expect(page.get_by_role("heading", name="Second facteur")).to_be_visible()
        require_readable_page(page, pages[AFTER_PASSWORD], AFTER_PASSWORD.replace(".", "-"))


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
        expect(page.get_by_text("a créé l'utilisateur n°").first).to_be_visible()


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
