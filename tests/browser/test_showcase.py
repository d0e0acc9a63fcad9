"""The page of all components in a real browser: readable by all, silent console, nothing from elsewhere, keys work."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

SCREENSHOTS = Path(__file__).parents[2] / "var" / "screenshots"
COLOURS = ["color-contrast", "link-in-text-block"]  # all that a theme changes
WIDTHS = {"phone": 390, "narrow": 1024, "office": 1280}


def is_here(url: str, address: str) -> bool:
    return url.startswith("data:") or urlsplit(url).netloc == urlsplit(address).netloc


@contextmanager
def opened(browser: Browser, address: str, *, width: int = 1280, theme: str = "light") -> Iterator[Page]:
    """A page whose console must stay silent and whose requests must stay here."""
    faults: list[str] = []
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if theme == "dark" else "light", locale="fr-FR",
        reduced_motion="reduce",  # a colour on its way to another theme has the contrast of neither
    )  # fmt: skip
    page = context.new_page()
    page.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: None if is_here(request.url, address) else faults.append(request.url))
    page.goto(address)
    page.wait_for_selector("html.has-script")
    yield page
    context.close()
    assert faults == []


def picture(page: Page, name: str, *, whole: bool = False) -> None:
    """Keep what a page looks like for whoever asked for pictures: nothing is compared with them."""
    if "ATMP_TEST_PICTURES" in os.environ:
        page.screenshot(path=SCREENSHOTS / f"{name}.jpg", full_page=whole)


def require_no_axe_finding(page: Page, name: str, options: dict[str, object] | None = None) -> None:
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    violations = page.evaluate(
        "options => axe.run(options).then(results => results.violations)",
        # what is loaded beforehand serves rules on sounds and on locked screens: there are neither here
        {"resultTypes": ["violations"], "preload": False, **(options or {})},
    )
    assert [(item["id"], [node["html"][:160] for node in item["nodes"][:3]]) for item in violations] == [], name


def wait_for_charts(page: Page) -> None:
    expect(page.locator("[data-chart]:not([data-drawn])")).to_have_count(0)
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")


@pytest.mark.parametrize("width", WIDTHS)
def test_every_component_is_readable_by_all_in_both_themes(browser: Browser, showcase_address: str, width: str) -> None:
    with opened(browser, showcase_address, width=WIDTHS[width]) as page:
        wait_for_charts(page)
        picture(page, f"showcase-{width}-light", whole=True)
        require_no_axe_finding(page, f"{width}, light")
        page.emulate_media(color_scheme="dark")
        page.wait_for_selector('html[data-bs-theme="dark"]', state="attached")
        wait_for_charts(page)
        picture(page, f"showcase-{width}-dark", whole=True)
        require_no_axe_finding(page, f"{width}, dark", {"runOnly": COLOURS})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("code", [404, 503])
def test_error_pages_are_readable_by_all(browser: Browser, showcase_address: str, code: int) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{showcase_address}/error/{code}")
    picture(page, f"error-{code}")
    require_no_axe_finding(page, f"error {code}")
    context.close()


def test_the_page_prints(browser: Browser, showcase_address: str) -> None:
    with opened(browser, showcase_address) as page:
        wait_for_charts(page)
        page.emulate_media(media="print", color_scheme="light")
        page.pdf(path=SCREENSHOTS / "showcase-print.pdf", prefer_css_page_size=True)
        assert not page.locator(".sidebar").is_visible()
        assert not page.locator(".topbar").is_visible()


def test_the_keyboard_moves_through_a_list(browser: Browser, showcase_address: str) -> None:
    with opened(browser, f"{showcase_address}/?quiet=1") as page:
        wait_for_charts(page)
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        assert "Fonderie" in page.locator("tr.is-current").inner_text()
        page.keyboard.press("x")
        assert page.locator("[data-selection-count]").inner_text() == "1"
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.name") == "q"
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        assert page.locator("#keyboard-help").is_visible()
        page.keyboard.press("Escape")
        assert not page.locator("#keyboard-help").is_visible()


def test_a_search_changes_the_list_and_the_address_without_a_new_page(browser: Browser, showcase_address: str) -> None:
    with opened(browser, f"{showcase_address}/?quiet=1") as page:
        page.evaluate("window.stillTheSame = true")
        page.fill("[data-list-search]", "transports")
        page.keyboard.press("Enter")
        expect(page.locator("[data-row]")).to_have_count(1)
        assert "q=transports" in page.url
        assert page.evaluate("window.stillTheSame") is True
        assert page.evaluate("document.activeElement.name") == "q"
        page.fill("[data-list-search]", "")
        page.keyboard.press("Enter")
        expect(page.locator("[data-row]")).to_have_count(5)
        page.locator(".filter summary").first.click()
        page.get_by_label("À traiter").click()
        expect(page.locator(".chip")).to_have_count(1)
        assert "state=due" in page.url
        expect(page.locator("details.filter[open]")).to_have_count(1)  # it stays open while its options are chosen
        page.locator(".chip").click()
        expect(page.locator("[data-row]")).to_have_count(5)


def test_the_theme_is_chosen_and_kept(browser: Browser, showcase_address: str) -> None:
    with opened(browser, showcase_address) as page:
        wait_for_charts(page)
        for expected in ("light", "dark", "auto"):
            page.locator("[data-theme-switch]").click()
            assert page.evaluate("document.documentElement.dataset.themeChoice") == expected
        page.locator("[data-theme-switch]").click()
        page.locator("[data-theme-switch]").click()
        page.reload()
        assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"


def test_the_menu_and_the_bar_stay_in_sight(browser: Browser, showcase_address: str) -> None:
    with opened(browser, showcase_address) as page:
        wait_for_charts(page)
        page.evaluate("window.scrollTo(0, 1500)")
        tops = "['.sidebar', '.topbar'].map((name) => document.querySelector(name).getBoundingClientRect().top)"
        assert page.evaluate(tops) == [0, 0]


def test_a_question_is_asked_before_an_act(browser: Browser, showcase_address: str) -> None:
    with opened(browser, showcase_address) as page:
        wait_for_charts(page)
        page.get_by_role("button", name="Résilier le contrat").click()
        assert "prendra fin" in page.locator("#question-text").inner_text()
        page.get_by_role("button", name="Ne rien faire").first.click()
        assert not page.locator("#question").is_visible()


def test_a_figure_explains_itself_beside_the_page(browser: Browser, showcase_address: str) -> None:
    with opened(browser, showcase_address) as page:
        wait_for_charts(page)
        page.locator("a.explained").first.click()
        page.locator("#explanation .trace").wait_for()
        picture(page, "explanation")
        assert "Taux brut" in page.locator("#explanation").inner_text()
        page.keyboard.press("Escape")
        page.locator("a.explained").first.click()
        expect(page.locator("#explanation .trace")).to_be_visible()
        assert "explanation" not in page.url


def test_words_and_messages_answer_to_a_press(browser: Browser, showcase_address: str) -> None:
    with opened(browser, showcase_address) as page:
        wait_for_charts(page)
        page.locator(".glossary-word").click()
        expect(page.locator(".glossary-text:popover-open")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".glossary-text")).not_to_be_visible()
        page.get_by_role("button", name="Fermer ce message").click()
        expect(page.locator("#flashes .notice")).not_to_be_visible()


def test_menus_open_one_at_a_time_and_close_on_escape(browser: Browser, showcase_address: str) -> None:
    with opened(browser, showcase_address) as page:
        wait_for_charts(page)
        page.locator(".viewer-menu summary").click()
        page.locator(".list-more summary").first.click()
        assert page.locator("details.menu[open]").count() == 1
        page.keyboard.press("Escape")
        assert page.locator("details.menu[open]").count() == 0


def test_the_side_menu_opens_on_a_phone(browser: Browser, showcase_address: str) -> None:
    with opened(browser, showcase_address, width=390) as page:
        assert not page.locator("#sidebar").is_visible()
        page.locator(".sidebar-open").click()
        page.locator("#sidebar a").first.wait_for(state="visible")
        picture(page, "phone-menu")
        page.keyboard.press("Escape")
        expect(page.locator("#sidebar")).not_to_be_visible()
