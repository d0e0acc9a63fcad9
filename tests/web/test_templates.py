"""Templates: each is used, each macro shown, each text has its English, each icon is there, djlint finds nothing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from atmp_insure.resources import resource_dir
from tests.translations import untranslated

TEMPLATES = resource_dir("templates")
ROOT = Path(__file__).parents[2]
OURS = ("layout", "components", "errors", "letters")
NAMED_BY_CODE = re.compile(r"""["']((?:[\w-]+/)*[\w-]+\.html)["']""")


def sources() -> dict[str, str]:
    return {
        path.relative_to(TEMPLATES).as_posix(): path.read_text("utf-8") for path in sorted(TEMPLATES.rglob("*.html"))
    }


def test_every_template_is_used() -> None:
    texts = [*sources().values(), *(path.read_text("utf-8") for path in (ROOT / "atmp_insure").rglob("*.py"))]
    texts += [path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py")]
    named = {name for text in texts for name in NAMED_BY_CODE.findall(text)}
    by_code = {f"errors/{code}.html" for code in (400, 403, 404, 405, 409, 413, 422, 429, 500, 503)}
    letters = {name for name in sources() if name.startswith("letters/")}  # named by their letter, without the ending
    assert {name for name in sources() if name.startswith(OURS)} - named - by_code - letters == set()


@pytest.mark.parametrize("name", sorted(name for name in sources() if name.startswith("components/")))
def test_every_macro_is_shown_on_the_page_of_components(name: str) -> None:
    used = "".join(text for other, text in sources().items() if not other.startswith("letters/"))
    for macro in re.findall(r"{% macro (\w+)\(", sources()[name]):
        assert len(re.findall(rf"\b{macro}[()]", used)) > 1, f"{name}: {macro}"


def test_every_icon_named_by_a_template_is_vendored() -> None:
    icons = {path.stem for path in (ROOT / "atmp_insure" / "web" / "static" / "vendor" / "icons").glob("*.svg")}
    named = {name for text in sources().values() for name in re.findall(r"""icon\(["']([\w-]+)["']""", text)}
    assert named <= icons


def test_every_text_has_its_english() -> None:
    assert untranslated() == []


def test_no_template_holds_code_or_style() -> None:
    for name, text in sources().items():
        assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=\"", text), name
        assert not re.search(r"<script(?![^>]*(?:src=|application/json))", text), name


def test_djlint_finds_nothing() -> None:
    djlint = shutil.which("djlint", path=str(Path(sys.executable).parent)) or shutil.which("djlint")
    if djlint is None:
        pytest.skip("djlint est absent : l'installer avec les outils de développement")
    rules = "H006,H015,H021,H030,H031,T003,H023,T028,H037"
    command = [djlint, str(TEMPLATES), "--lint", "--quiet", "--profile", "jinja", "--ignore", rules]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout
