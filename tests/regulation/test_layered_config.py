"""The files of `config/` under the office's own: read once, and again as soon as one changes, comes or goes."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.layered_config import kept_until_changed, layers
from atmp_insure.regulation.loader import installed_law
from atmp_insure.resources import resource_dir

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from atmp_insure.layered_config import Layer


def test_the_office_lies_over_the_product_where_it_has_files_of_its_own(tmp_path: Path) -> None:
    assert [name for _, name in layers("product", None)] == ["config/product"]
    assert [name for _, name in layers("product", tmp_path)] == ["config/product"]
    (tmp_path / "product").mkdir()
    assert [name for _, name in layers("product", tmp_path)] == ["config/product", (tmp_path / "product").as_posix()]


def test_it_is_read_again_when_a_file_changes_comes_or_goes(tmp_path: Path) -> None:
    def texts(places: Iterable[Layer]) -> list[str]:
        return [path.read_text("utf-8") for folder, _ in places for path in sorted(folder.glob("*.yaml"))]

    read, places = kept_until_changed(texts), ((tmp_path, "essai"),)
    (tmp_path / "a.yaml").write_text("un", "utf-8")
    first = read(places)
    assert first == ["un"]
    assert read(places) is first
    (tmp_path / "a.yaml").write_text("deux", "utf-8")
    assert read(places) == ["deux"]
    (tmp_path / "b.yaml").write_text("trois", "utf-8")
    assert read(places) == ["deux", "trois"]
    (tmp_path / "a.yaml").unlink()
    assert read(places) == ["trois"]


def test_a_process_that_serves_takes_a_value_that_the_office_changes(tmp_path: Path) -> None:
    def discount() -> Fraction:
        return installed_law(tmp_path).law.discounts.at(date(2026, 1, 1)).value

    assert discount() == Fraction(1, 4)
    own = tmp_path / "regulation" / "discounts.yaml"
    own.parent.mkdir()
    text = (resource_dir("config") / "regulation" / "discounts.yaml").read_text("utf-8")
    own.write_text(text.replace('"0.25"', '"0.20"'), "utf-8")
    assert discount() == Fraction(1, 5)
    own.unlink()
    assert discount() == Fraction(1, 4)
