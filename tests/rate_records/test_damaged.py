"""Damaged papers: each one is refused with what is wrong, where and what to do; nothing of it is kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.command import spawned_text
from tests.samples.damage import HERE, Damage, damages

if TYPE_CHECKING:
    import subprocess

DAMAGES = damages()


def atmp(*arguments: str) -> subprocess.CompletedProcess[str]:
    return spawned_text("records", *arguments)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_a_damaged_paper_is_refused_with_a_message_and_nothing_is_half_read(damage: Damage) -> None:
    path = HERE / damage.name
    done = atmp("read", str(path), "--json")
    assert done.returncode == 2, done.stdout
    assert damage.said in done.stderr
    assert "Traceback" not in done.stderr
    for line in done.stderr.splitlines():
        assert line.startswith(str(path))
        assert line.endswith(".")
    assert not done.stdout or json.loads(done.stdout)["documents"] == []


def test_only_what_is_kept_for_keying_is_told_on_standard_output() -> None:
    told = [damage.name for damage in DAMAGES if atmp("read", str(HERE / damage.name), "--json").stdout]
    assert told == ["image.pdf"]


def test_an_image_is_told_with_its_pages_and_its_hash_to_be_keyed_in_by_hand() -> None:
    answer = json.loads(atmp("read", str(HERE / "image.pdf"), "--json").stdout)
    (paper,) = answer["to_key"]
    assert (paper["pages"], len(paper["sha256"])) == (2, 64)
    assert paper["findings"][0]["code"] == "image_only_pdf"
    assert "saisir ses valeurs à la main" in paper["findings"][0]["message_fr"]


def test_the_generator_writes_the_committed_files_byte_for_byte() -> None:
    committed = {path.name: path.read_bytes() for path in HERE.iterdir()}
    assert committed == {damage.name: damage.content for damage in DAMAGES}


def test_the_damaged_files_are_small() -> None:
    assert sum(path.stat().st_size for path in HERE.iterdir()) < 200_000
