"""Vendored files are what the manifest says, come with their licences, and call no other address."""

from __future__ import annotations

import json
import re

from tests.vendor import BY_HAND, COPIES, VENDOR, sha256

MANIFEST: dict[str, str] = json.loads((VENDOR / "manifest.json").read_text("utf-8"))


def test_every_vendored_file_is_the_one_that_was_copied() -> None:
    present = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert present - {"manifest.json", "package.json", "package-lock.json"} == set(MANIFEST)
    assert set(MANIFEST) == {*COPIES.values(), *BY_HAND}
    assert {name: sha256(VENDOR / name) for name in MANIFEST} == MANIFEST


def test_versions_are_exact_and_the_lock_holds_no_registry_address() -> None:
    wanted = json.loads((VENDOR / "package.json").read_text("utf-8"))["dependencies"]
    lock = json.loads((VENDOR / "package-lock.json").read_text("utf-8"))
    for name, version in wanted.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    for name, package in lock["packages"].items():
        assert "resolved" not in package
        assert not name or package["integrity"].startswith("sha512-")


def test_every_package_has_its_licence() -> None:
    assert len([name for name in MANIFEST if name.startswith("licences/")]) >= 8


def test_no_style_sheet_of_ours_or_theirs_loads_from_elsewhere() -> None:
    for path in [*VENDOR.rglob("*.css"), *(VENDOR.parent / "atmp").rglob("*.css")]:
        for address in re.findall(r"url\(\s*[\"']?([^\"')]+)|@import\s+[\"']([^\"']+)", path.read_text("utf-8")):
            assert not re.match(r"(?:https?:)?//", "".join(address)), path.name


def test_our_modules_import_their_neighbours_only() -> None:
    for path in (VENDOR.parent / "atmp" / "js").glob("*.js"):
        text = path.read_text("utf-8")
        assert not re.search(r"https?://", text)
        assert text.startswith("//"), path.name
        for name in re.findall(r'from "([^"]+)"', text):
            assert (path.parent / name).is_file()
