"""`atmp rating portfolio`: columns, CSV and Parquet, bad rows in their place, nothing half written."""

from __future__ import annotations

import csv
import io
import itertools
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from tests.builders import half_up

if TYPE_CHECKING:
    from pathlib import Path

    from tests.command import Atmp, Outcome

CATEGORIES = ("it1", "it2", "it3", "it4", "it5", "it6", "ip1", "ip2", "ip3", "ip4")
COUNTS = tuple(f"{category}_{year}" for category in CATEGORIES for year in (1, 2, 3))
IN_COLUMNS = (
    "unit_id",
    "rate_year",
    "scope",
    "construction",
    "ctn",
    "sub_sector",
    "risk_code",
    "headcount",
    "wages_1",
    "wages_2",
    "wages_3",
    *COUNTS,
    "previous_rate_percent",
    "collective_rate_percent",
)
OUT_COLUMNS = ["unit_id", "rate_year", "mode", "calculated_percent", "limit_applied", "rate_percent", "error"]
A_ROW = {
    "unit_id": "U1",
    "rate_year": "2024",
    "scope": "general",
    "construction": "false",
    "ctn": "A",
    "headcount": "200",
    "wages_1": "1000000",
    "wages_2": "1000000",
    "wages_3": "1000000",
}


def written(rows: list[dict[str, str]], columns: tuple[str, ...] = IN_COLUMNS, separator: str = ",") -> bytes:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, delimiter=separator, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


_NAMES = itertools.count()


def _run(atmp: Atmp, folder: Path, content: bytes) -> tuple[Outcome, list[dict[str, str]]]:
    number = next(_NAMES)
    source, target = folder / f"in{number}.csv", folder / f"out{number}.csv"
    source.write_bytes(content)
    outcome = atmp("rating", "portfolio", str(source), str(target))
    if not target.exists():
        return outcome, []
    with target.open(encoding="utf-8", newline="") as stream:
        return outcome, list(csv.DictReader(stream))


def test_a_row_in_gives_a_row_out_with_its_columns(atmp: Atmp, tmp_path: Path) -> None:
    # without claims the floor of 2024 is 0.4586; with one IT6 in N-3: (40 783 / 30 000 + 0.17) × 1.58 + 0.19
    rows = [A_ROW, A_ROW | {"unit_id": "U2", "it6_2": "1", "previous_rate_percent": "1.00"}]
    outcome, out = _run(atmp, tmp_path, written(rows))
    assert (outcome.status, outcome.out) == (0, "")
    assert list(out[0]) == OUT_COLUMNS
    assert list(out[0].values()) == ["U1", "2024", "individual", "0.458600", "", "0.46", ""]
    assert list(out[1].values()) == ["U2", "2024", "individual", "2.606505", "upper", "2.00", ""]


@pytest.mark.parametrize("year", [1, 2, 3])
@pytest.mark.parametrize("category", CATEGORIES)
def test_each_number_of_claims_counts_in_its_account_year(category: str, year: int, atmp: Atmp, tmp_path: Path) -> None:
    costs = dict(
        zip(CATEGORIES, (287, 522, 1758, 4770, 8924, 40783, 2226, 65734, 133102, 676026), strict=True)
    )  # schedule of 2024, committee A
    _, [out] = _run(atmp, tmp_path, written([A_ROW | {f"{category}_{year}": "2.5"}]))
    gross = Fraction("2.5") * costs[category] / 30_000
    calculated = (gross + Fraction("0.17")) * Fraction("1.58") + Fraction("0.19")
    assert Fraction(out["calculated_percent"]) == half_up(calculated, 6)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"ctn": "Z"}, "ctn"),
        ({"ctn": ""}, "ctn"),
        ({"headcount": ""}, "headcount"),
        ({"headcount": "12,5"}, "headcount"),
        ({"headcount": "-1"}, "headcount"),
        ({"rate_year": "2011"}, "2011"),
        ({"rate_year": "abc"}, "rate_year"),
        ({"rate_year": ""}, "rate_year"),
        ({"wages_1": "1e6"}, "wages_1"),
        ({"wages_2": "nan"}, "wages_2"),
        ({"wages_3": ""}, "2022"),
        ({"wages_1": "1000000000000000"}, "wages"),
        ({"it6_1": "-1"}, "sinistres"),
        ({"it6_1": "x"}, "it6_1"),
        ({"previous_rate_percent": "101"}, "previous_rate_percent"),
        ({"collective_rate_percent": "2,80"}, "collective_rate_percent"),
        ({"scope": "mars"}, "scope"),
        ({"construction": "maybe"}, "construction"),
        ({"sub_sector": "x"}, "sub_sector"),
        ({"risk_code": "x"}, "risk_code"),
        ({"headcount": "100"}, "collectif"),
        ({"ctn": "B", "ip2_1": "1"}, "sub_sector"),
        ({"rate_year": "2021", "it1_1": "1"}, "IT1"),
        ({"rate_year": "2015"}, "M1"),
        ({"unit_id": 'a"b', "ctn": "?"}, "ctn"),
    ],
    ids=lambda value: "-".join(f"{key}={one}" for key, one in value.items()) if isinstance(value, dict) else value,
)
def test_a_bad_row_keeps_its_place_with_its_error(
    change: dict[str, str], named: str, atmp: Atmp, tmp_path: Path
) -> None:
    rows = [A_ROW, A_ROW | {"unit_id": "BAD"} | change, A_ROW | {"unit_id": "U3"}]
    outcome, out = _run(atmp, tmp_path, written(rows))
    assert outcome.status == 1
    assert [row["unit_id"] for row in out] == ["U1", (rows[1])["unit_id"], "U3"]
    bad = out[1]
    assert named in bad["error"]
    assert bad["rate_year"] == rows[1]["rate_year"]
    assert bad["mode"] == bad["calculated_percent"] == bad["limit_applied"] == bad["rate_percent"] == ""
    assert [(row["rate_percent"], row["error"]) for row in (out[0], out[2])] == [("0.46", "")] * 2


def test_lines_that_are_too_long_too_short_or_badly_quoted_spoil_their_own_row_only(atmp: Atmp, tmp_path: Path) -> None:
    header, good, _ = written([A_ROW]).decode().split("\n")
    content = "\n".join([header, good, good + ",1,2", "U9,2024", '"U8,2024', good, ""])
    outcome, out = _run(atmp, tmp_path, content.encode())
    assert outcome.status == 1
    assert [bool(row["error"]) for row in out] == [False, True, True, True, False]


def test_years_and_scopes_may_be_mixed_in_one_file(atmp: Atmp, tmp_path: Path) -> None:
    rows = [
        A_ROW
        | {
            "unit_id": str(number),
            "rate_year": year,
            "scope": scope,
            "headcount": headcount,
            "collective_rate_percent": "3.00",
            "previous_rate_percent": "1.50",
        }
        for number, (year, scope, headcount) in enumerate(
            [
                ("2026", "general", "150"),
                ("2017", "general", "20"),
                ("2024", "alsace_moselle", "49.99"),
                ("2024", "general", "19.99"),
                ("2018", "general", "20"),
            ]
        )
    ]
    _, out = _run(atmp, tmp_path, written(rows))
    assert [row["unit_id"] for row in out] == ["0", "1", "2", "3", "4"]
    assert [row["mode"] for row in out] == ["individual", "mixed", "collective", "collective", "mixed"]
    # lower 0.70; (0.8976 + 130 × 3) / 131 held at 2.50; collective of Alsace-Moselle held too; free; 0.1 × 0.8413 + 2.7
    assert [row["rate_percent"] for row in out] == ["0.70", "2.50", "2.50", "3.00", "2.50"]
    assert [row["limit_applied"] for row in out] == ["lower", "upper", "upper", "", "upper"]


@pytest.mark.parametrize("separator", [",", ";"])
def test_columns_come_in_any_order_and_only_the_needed_ones_must(separator: str, atmp: Atmp, tmp_path: Path) -> None:
    columns = ("wages_3", "ctn", "headcount", "unit_id", "wages_1", "rate_year", "wages_2")
    _, [out] = _run(atmp, tmp_path, written([A_ROW], columns, separator))
    assert out["rate_percent"] == "0.46"


@pytest.mark.parametrize("missing", ["unit_id", "rate_year", "ctn", "headcount", "wages_1", "wages_2", "wages_3"])
def test_a_missing_column_is_refused_by_name(missing: str, atmp: Atmp, tmp_path: Path) -> None:
    outcome, out = _run(atmp, tmp_path, written([A_ROW], tuple(name for name in IN_COLUMNS if name != missing)))
    assert (outcome.status, out) == (2, [])
    assert missing in outcome.err
    assert "in" in outcome.err


@pytest.mark.parametrize("extra", ["surprise", "it7_1", "Headcount", ""])
def test_an_unknown_column_is_refused_by_name(extra: str, atmp: Atmp, tmp_path: Path) -> None:
    outcome, out = _run(atmp, tmp_path, written([A_ROW], (*IN_COLUMNS, extra)))
    assert (outcome.status, out) == (2, [])
    assert extra in outcome.err
    assert len(outcome.err.strip().splitlines()) == 1


def test_a_column_written_twice_is_refused(atmp: Atmp, tmp_path: Path) -> None:
    outcome, out = _run(atmp, tmp_path, written([A_ROW], (*IN_COLUMNS, "ctn")))
    assert (outcome.status, out) == (2, [])


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf", b"   \n\n"], ids=repr)
def test_an_empty_file_is_refused_and_leaves_nothing(content: bytes, atmp: Atmp, tmp_path: Path) -> None:
    outcome, out = _run(atmp, tmp_path, content)
    assert (outcome.status, outcome.out, out) == (2, "", [])
    assert len(outcome.err.strip().splitlines()) == 1


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_file_with_a_header_only_gives_a_header_only(suffix: str, atmp: Atmp, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / f"out.{suffix}"
    source.write_bytes(written([]))
    assert atmp("rating", "portfolio", str(source), str(target)).status == 0
    frame = pl.read_csv(target) if suffix == "csv" else pl.read_parquet(target)
    assert (frame.columns, frame.height) == (OUT_COLUMNS, 0)


def test_a_file_of_several_batches_keeps_every_row_in_its_place(atmp: Atmp, tmp_path: Path) -> None:
    # lines long enough for three batches of eight megabytes, a bad row now and then, two rate years in turn
    columns = ("unit_id", "rate_year", "ctn", "headcount", "wages_1", "wages_2", "wages_3")
    name = "U" * 200
    lines = [f"{name}{at},{2024 + at % 2},{'?' if at % 9_999 == 0 else 'A'},200,1,1,1" for at in range(80_000)]
    outcome, out = _run(atmp, tmp_path, "\n".join([",".join(columns), *lines]).encode())
    assert outcome.status == 1
    assert [row["unit_id"] for row in out] == [f"{name}{at}" for at in range(80_000)]
    assert [at for at, row in enumerate(out) if row["error"]] == list(range(0, 80_000, 9_999))
    assert {(row["rate_year"], row["rate_percent"]) for row in out if not row["error"]} == {
        ("2024", "0.46"),
        ("2025", "0.50"),
    }


def test_windows_line_ends_a_byte_order_mark_and_blank_lines_are_read(atmp: Atmp, tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + written([A_ROW, A_ROW | {"unit_id": "U2"}]).replace(b"\n", b"\r\n") + b"\r\n\r\n"
    outcome, out = _run(atmp, tmp_path, content)
    assert (outcome.status, [row["unit_id"] for row in out]) == (0, ["U1", "U2"])


def test_dash_reads_standard_input(atmp: Atmp, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    outcome = atmp("rating", "portfolio", "-", str(target), stdin=written([A_ROW]))
    assert outcome.status == 0
    assert "0.46" in target.read_text("utf-8")


def _parquet_row(**changes: Any) -> dict[str, Any]:
    return {
        "unit_id": "P1",
        "rate_year": 2024,
        "scope": "general",
        "construction": False,
        "ctn": "A",
        "headcount": 200.0,
        "wages_1": 1_000_000,
        "wages_2": 1_000_000.5,
        "wages_3": 999_999.5,
        "it6_2": 1,
        "previous_rate_percent": 1.0,
    } | changes


def test_parquet_in_and_out_give_the_rates_of_csv(atmp: Atmp, tmp_path: Path) -> None:
    source, target = tmp_path / "in.parquet", tmp_path / "out.parquet"
    pl.DataFrame([_parquet_row(), _parquet_row(unit_id="P2", ctn="?")]).write_parquet(source)
    outcome = atmp("rating", "portfolio", str(source), str(target))
    assert outcome.status == 1
    frame = pl.read_parquet(target)
    assert frame.columns == OUT_COLUMNS
    assert frame.row(0) == ("P1", "2024", "individual", "2.606505", "upper", "2.00", None)
    assert frame.row(1)[:6] == ("P2", "2024", None, None, None, None)
    assert "ctn" in frame.row(1)[6]


def test_parquet_columns_are_checked_too_and_a_broken_file_is_refused(atmp: Atmp, tmp_path: Path) -> None:
    source, target = tmp_path / "in.parquet", tmp_path / "out.parquet"
    pl.DataFrame([_parquet_row(surprise=1)]).write_parquet(source)
    assert "surprise" in atmp("rating", "portfolio", str(source), str(target)).err
    pl.DataFrame([_parquet_row()]).write_parquet(source)
    source.write_bytes(source.read_bytes()[:-30])
    outcome = atmp("rating", "portfolio", str(source), str(target))
    assert (outcome.status, len(outcome.err.strip().splitlines())) == (2, 1)
    assert not target.exists()


def test_the_same_file_gives_the_same_bytes(atmp: Atmp, tmp_path: Path) -> None:
    content = written([A_ROW | {"unit_id": str(at), "ctn": "ABCDEFGHI?"[at % 10]} for at in range(50)])
    first, second = (tmp_path / name for name in ("first.csv", "second.csv"))
    for target in (first, second):
        atmp("rating", "portfolio", "-", str(target), stdin=content)
    assert first.read_bytes() == second.read_bytes()


def test_a_failure_leaves_neither_a_half_file_nor_touches_the_one_that_was_there(atmp: Atmp, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("before")
    outcome = atmp("rating", "portfolio", "-", str(target), stdin=b"unit_id,surprise\n1,2\n")
    assert outcome.status == 2
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    assert target.read_text() == "before"


@pytest.mark.parametrize("target", ["nowhere/out.csv", "."])
def test_a_target_that_cannot_be_written_is_one_line(target: str, atmp: Atmp, tmp_path: Path) -> None:
    outcome = atmp("rating", "portfolio", "-", str(tmp_path / target), stdin=written([A_ROW]))
    assert (outcome.status, len(outcome.err.strip().splitlines())) == (2, 1)
    assert list(tmp_path.iterdir()) == []


def test_a_source_that_does_not_exist_is_one_line_and_leaves_nothing(atmp: Atmp, tmp_path: Path) -> None:
    outcome = atmp("rating", "portfolio", str(tmp_path / "absent.csv"), str(tmp_path / "out.csv"))
    assert outcome.status == 2
    assert "absent.csv" in outcome.err
    assert list(tmp_path.iterdir()) == []
