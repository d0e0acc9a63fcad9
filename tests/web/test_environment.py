"""What every page stands on: strict templates, headers, hashed assets, languages, error pages."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

import pytest
from jinja2 import UndefinedError

from atmp_insure.web import assets
from tests.browser.showcase_app import ERRORS, create_showcase_app

if TYPE_CHECKING:
    from flask.testing import FlaskClient


def test_an_unknown_value_stops_a_template() -> None:
    app = create_showcase_app()
    with app.test_request_context(), pytest.raises(UndefinedError):
        app.jinja_env.from_string("{{ unheard_of }}").render()


def test_a_page_is_held_in_its_frame(page: FlaskClient) -> None:
    answer = page.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert re.search(r"script-src 'self' 'nonce-[\w-]{20,}'", policy)
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Strict-Transport-Security" not in answer.headers
    assert "Strict-Transport-Security" in page.get("/", base_url="https://localhost").headers


def test_each_answer_has_its_own_nonce(page: FlaskClient) -> None:
    policies = {page.get("/").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


def test_no_code_stands_in_a_page(page: FlaskClient) -> None:
    html = page.get("/").text
    for script in re.findall(r"<script\b([^>]*)>", html):
        assert 'type="application/json"' in script or "src=" in script
    assert not re.search(r"\son\w+=", html)
    assert "<style" not in html
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)


def test_an_asset_is_kept_for_ever_under_its_digest_only(page: FlaskClient) -> None:
    address = f"/assets/{assets.tree_digest()}/atmp/css/theme.css"
    assert "immutable" in page.get(address).headers["Cache-Control"]
    assert page.get("/assets/0000/atmp/css/theme.css").headers["Cache-Control"] == "no-cache"
    assert page.get("/assets/0000/../environment.py").status_code == 404
    assert page.get("/assets/0000/nothing.css").status_code == 404


def test_text_assets_are_compressed_for_those_who_accept_it(page: FlaskClient) -> None:
    address = "/assets/0000/vendor/tabler/tabler.min.css"
    small = page.get(address, headers={"Accept-Encoding": "gzip"})
    plain = page.get(address)
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(small.data) == plain.data


def test_a_template_that_names_a_missing_file_fails() -> None:
    with create_showcase_app().test_request_context(), pytest.raises(FileNotFoundError):
        assets.asset("atmp/css/nothing.css")


def test_an_icon_is_inline_and_silent_unless_labelled() -> None:
    assert 'aria-hidden="true"' in assets.icon("check")
    assert 'aria-label="fait &lt;b&gt;"' in assets.icon("check", "fait <b>")


def test_the_visitor_chooses_the_language(page: FlaskClient) -> None:
    assert '<html lang="fr"' in page.get("/").text
    answer = page.get("/language/en?back=/?quiet=1")
    assert answer.headers["Location"] == "/?quiet=1"
    english = page.get("/").text
    assert '<html lang="en"' in english
    assert "Keyboard shortcuts" in english
    assert "€18,450.00" in english
    page.get("/language/xx")
    assert '<html lang="en"' in page.get("/").text


@pytest.mark.parametrize("back", ["//elsewhere.invalid", "https://elsewhere.invalid", "/\\elsewhere.invalid", "/a\nb"])
def test_choosing_a_language_leads_to_no_other_site(page: FlaskClient, back: str) -> None:
    assert page.get("/language/fr", query_string={"back": back}).headers["Location"] == "/"


@pytest.mark.parametrize("code", ERRORS)
def test_every_error_page_says_why_and_what_to_do(page: FlaskClient, code: int) -> None:
    answer = page.get(f"/error/{code}")
    assert answer.status_code == code
    assert f"Erreur {code}" in answer.text
    assert "Référence à donner" in answer.text
    assert answer.text.count("<h1>") == 1


@pytest.mark.parametrize(
    ("count", "french", "english"),
    [(0, "0 note", "0 notes"), (1, "1 note", "1 note"), (2, "2 notes", "2 notes")],  # French counts from two
)
def test_a_count_agrees_with_its_noun_in_each_language(count: int, french: str, english: str) -> None:
    app = create_showcase_app()
    template = app.jinja_env.from_string('{{ ngettext("%(num)s note", "%(num)s notes", count) }}')
    for language, said in (("fr", french), ("en", english)):
        with app.test_request_context(headers={"Cookie": f"language={language}"}):
            assert template.render(count=count) == said
