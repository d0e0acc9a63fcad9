"""Charts as facts: what each series holds, how it is drawn, and the figures and words that stand for it."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from atmp_insure.documents import chart_images
from atmp_insure.documents.charts import chart as shapes
from atmp_insure.documents.charts.amount_bars import Amounts, AmountSeries, amount_bars
from atmp_insure.documents.charts.count_bars import Counts, CountSeries, count_bars
from atmp_insure.documents.charts.rate_chart import RateEvent, RateHistory, RateYear, rate_chart
from atmp_insure.documents.charts.rate_lines import RateComparison, RateSeries, rate_lines
from atmp_insure.kernel.errors import ExternalServiceError
from tests.vendor import VENDOR

if TYPE_CHECKING:
    from atmp_insure.documents.charts.chart import Chart

HISTORY = RateHistory(
    "Taux de Givors",
    (
        RateYear(2023, Decimal("0.0210"), Decimal("0.0210")),
        RateYear(2024, Decimal("0.0362"), Decimal("0.0215"), cap=Decimal("0.0362"), indemnity_eur=Decimal(52920)),
        RateYear(2025, Decimal("0.0340"), Decimal("0.0218"), indemnity_eur=Decimal("43920.50")),
        RateYear(2026, Decimal("0.0225"), Decimal("0.0220"), Decimal("0.0218"), Decimal("0.0260")),
    ),
    first_future_year=2026,
    events=(RateEvent(2024, "Accident du 12/05/2022"),),
)

COUNTS_CHART = count_bars(
    Counts("Réclamations", "Sujet", ("Prime",), tuple(CountSeries(name, (1,)) for name in ("à temps", "tard", "autre")))
)


def series(chart: Chart) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = chart.option.get("baseOption", chart.option)["series"]
    return found


def named(chart: Chart, name: str) -> dict[str, Any]:
    [found] = [item for item in series(chart) if item.get("name") == name]
    return found


def test_notified_is_solid_and_dark_counterfactual_dashed_and_grey() -> None:
    chart = rate_chart(HISTORY)
    notified, other = named(chart, "Taux notifié"), named(chart, "Sans l'accident")
    assert (notified["lineStyle"]["type"], notified["lineStyle"]["color"], notified["symbol"]) == (
        "solid",
        shapes.INK,
        "circle",
    )
    assert isinstance(other["lineStyle"]["type"], list)
    assert other["lineStyle"]["color"] == shapes.INK_QUIET
    assert [datum and datum["value"] for datum in notified["data"]] == [2.1, 3.62, 3.4, None]
    assert notified["data"][1]["text"] == "3,62\u00a0%"


def test_what_is_to_come_is_dashed_and_starts_from_the_last_notified_point() -> None:
    expected = named(rate_chart(HISTORY), "Taux attendu")
    assert [datum and datum["value"] for datum in expected["data"]] == [None, None, 3.4, 2.25]
    assert isinstance(expected["lineStyle"]["type"], list)


def test_the_area_is_blue_between_the_lines_and_lighter_in_the_future() -> None:
    areas = [item for item in series(rate_chart(HISTORY)) if item.get("areaStyle", {}).get("color") == shapes.BLUE_AREA]
    assert areas[0]["data"] == [0, 1.47, 1.22, None]
    assert areas[1]["data"] == [None, None, 1.22, 0.05]
    assert areas[0]["areaStyle"]["opacity"] > areas[1]["areaStyle"]["opacity"]


def test_a_rate_below_its_counterfactual_shows_no_over_contribution() -> None:
    years = (RateYear(2023, Decimal("0.02"), Decimal("0.03")),)
    [area] = [item for item in series(rate_chart(RateHistory("T", years))) if item.get("areaStyle", {}).get("color")]
    assert area["data"] == [0]


def test_indemnities_are_bars_on_their_own_axis() -> None:
    bars = named(rate_chart(HISTORY), "Indemnité")
    assert (bars["type"], bars["xAxisIndex"], bars["yAxisIndex"]) == ("bar", 1, 1)
    assert [datum and datum["value"] for datum in bars["data"]] == [None, 52920, 43920.5, None]


def test_limits_are_thin_ticks_and_the_event_is_named_at_its_step() -> None:
    chart = rate_chart(HISTORY)
    [tick] = named(chart, "Limites légales")["data"]
    assert tick["value"] == ["2024", 3.62]
    [mark] = named(chart, "Taux notifié")["markLine"]["data"]
    assert (mark["xAxis"], mark["label"]["formatter"]) == ("2024", "Accident du 12/05/2022")


def test_the_figures_stand_in_a_table_and_in_words() -> None:
    chart = rate_chart(HISTORY)
    assert chart.table.headings == ("Année", "Taux notifié", "Sans l'accident", "Limites", "Fourchette", "Indemnité")
    assert chart.table.rows[1] == (
        "2024",
        "3,62\u00a0%",
        "2,15\u00a0%",
        "– à 3,62\u00a0%",
        "–",
        "52\u202f920,00\u00a0€",
    )
    assert chart.table.rows[3][0] == "2026 (attendu)"
    assert "au plus 3,62\u00a0% en 2024" in chart.description
    assert "Indemnité totale : 96\u202f840,50\u00a0€" in chart.description


def test_columns_without_a_figure_are_left_out() -> None:
    chart = rate_chart(RateHistory("T", (RateYear(2023, Decimal("0.02")),)))
    assert chart.table.headings == ("Année", "Taux notifié")
    assert rate_chart(RateHistory("T", (RateYear(2023),))).description == "T : aucun taux connu."


def test_options_are_plain_json_without_animation() -> None:
    for chart in (rate_chart(HISTORY), AMOUNTS_CHART, LINES_CHART):
        assert json.loads(json.dumps(chart.option)) == chart.option
        option = chart.option.get("baseOption", chart.option)
        assert option["animation"] is False


AMOUNTS_CHART = amount_bars(
    Amounts("Indemnités", ("2024", "2025"), (AmountSeries("Payé", (Decimal("1000.10"), Decimal("2000.20"))),))
)
LINES_CHART = rate_lines(
    RateComparison(
        "Taux",
        (2024, 2025),
        tuple(RateSeries(name, (Decimal("0.02"), Decimal("0.0201"))) for name in ("Lyon", "Givors")),
    )
)


@pytest.mark.parametrize(("years", "leave_a_phone"), [(4, False), (5, True)], ids=["four fit", "five would collide"])
def test_amounts_over_their_bars_leave_a_phone_where_they_would_collide(years: int, leave_a_phone: bool) -> None:
    headings = tuple(str(year) for year in range(2020, 2020 + years))
    bars = amount_bars(Amounts("Payé", headings, (AmountSeries("Payé", (Decimal(8_602_495),) * years),)))
    narrow = [rule["option"]["series"] for rule in bars.option.get("media", ()) if "maxWidth" in rule["query"]]
    assert narrow == ([[{"label": {"show": False}}]] if leave_a_phone else [])
    assert series(bars)[0]["label"]["show"]


def test_amounts_add_up_in_their_table() -> None:
    assert AMOUNTS_CHART.table.rows[-1] == ("Total", "3\u202f000,30\u00a0€")


def test_lines_differ_by_more_than_colour_and_their_names_do_not_collide() -> None:
    first, second = series(LINES_CHART)
    assert first["symbol"] != second["symbol"]
    assert abs(first["endLabel"]["offset"][1] - second["endLabel"]["offset"][1]) >= 16


def test_the_server_draws_what_the_screen_draws() -> None:
    svg = chart_images.chart_svg(rate_chart(HISTORY))
    for label in ("Accident du 12/05/2022", "2023", "4\u00a0%", "k€", "Taux attendu"):
        assert label in svg
    assert svg == chart_images.chart_svg(rate_chart(HISTORY))
    assert "http" not in svg.replace("http://www.w3.org/", "")


def test_the_same_drawing_comes_from_a_fresh_context() -> None:
    before = chart_images.chart_svg(AMOUNTS_CHART)
    chart_images.close()
    assert chart_images.chart_svg(AMOUNTS_CHART) == before


def texts_of(value: Any) -> set[str]:
    """Every text of a value, keys of dicts left out."""
    if isinstance(value, dict):
        return texts_of(list(value.values()))
    if isinstance(value, list | tuple):
        return set[str]().union(*(texts_of(item) for item in value))
    return {value} if isinstance(value, str) else set()


def told_by(chart: Chart) -> str:
    """Everything that a chart says: what is drawn, its figures, its description."""
    return " ".join(sorted(texts_of(chart.option))) + f" {chart.table} {chart.description}"


def in_english() -> list[Chart]:
    """The charts of this file, for an English page; their titles and the names given to them are English too."""
    history = replace(HISTORY, title="Rate of Givors", events=(RateEvent(2024, "Accident of 12 May 2022"),))
    amounts = Amounts("Indemnities", ("2024",), (AmountSeries("Paid", (Decimal("12000.10"),)),), language="en")
    lines = RateComparison("Rates", (2024,), (RateSeries("Lyon", (Decimal("0.02"),)), RateSeries("Givors", (None,))),
                           language="en")  # fmt: skip
    return [rate_chart(replace(history, language="en")), amount_bars(amounts), rate_lines(lines)]


def test_the_words_of_a_chart_follow_the_language_of_its_page() -> None:
    rates, amounts, lines = in_english()
    assert rates.table.headings == ("Year", "Notified rate", "Without the accident", "Limits", "Range", "Indemnity")
    assert rates.table.rows[1] == ("2024", "3.62%", "2.15%", "– to 3.62%", "–", "€52,920.00")
    assert rates.table.rows[3][0] == "2026 (expected)"
    assert "Notified rate from 2.10% in 2023 to 2.25% in 2026, at most 3.62% in 2024." in rates.description
    assert rates.option["baseOption"]["tooltip"]["formatter"] == "@tip_en"
    assert amounts.table.rows == (("2024", "€12,000.10"), ("Total", "€12,000.10"))
    assert amounts.description == "Indemnities. Paid: €12,000.10 in all."
    assert lines.description == "Rates. Lyon: 2.00% in 2024, 2.00% in 2024. Givors: unknown."
    french = {"Taux", "Année", "Indemnité", "Limites", "limite", "Fourchette", "Sans l'accident", "attendu",
              "inconnu", "au plus"}  # fmt: skip
    for chart in (rates, amounts, lines):
        said = told_by(chart)
        assert [word for word in french if re.search(rf"\b{word}\b", said)] == []
        assert "\u202f" not in said
        assert "\u00a0" not in said


def test_the_axes_of_an_english_chart_have_english_numbers() -> None:
    rates, amounts, _ = in_english()
    svg = chart_images.chart_svg(rates)
    for label in ("4%", "Expected rate", "limit"):
        assert label in svg, label
    assert re.search(r"€\d+k", svg)
    assert "\u00a0%" not in svg
    assert "€12,000" in chart_images.chart_svg(amounts)


def test_every_chart_of_a_page_says_in_which_language_it_is() -> None:
    """Letters are in French, and are the only ones that need not say it."""
    facts = {"RateHistory", "Amounts", "RateComparison", "Counts"}
    package = Path(chart_images.__file__).parents[1]
    silent = [
        f"{path.relative_to(package)}:{node.lineno}"
        for path in package.rglob("*.py")
        if path.parent.name != "charts" and "documents.charts" in path.read_text("utf-8")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in facts
        and "language" not in {word.arg for word in node.keywords}
    ]  # fmt: skip
    assert silent == [], "give language=current_language()"


def test_a_language_that_we_do_not_write_is_told_in_french() -> None:
    assert rate_chart(replace(HISTORY, language="de")) == rate_chart(HISTORY)


def test_a_chart_that_cannot_be_drawn_says_so_and_the_next_one_is_drawn() -> None:
    with pytest.raises(ExternalServiceError, match="Indemnités"):
        chart_images.chart_svg(
            replace(AMOUNTS_CHART, option={"series": [{"type": "bar", "yAxisIndex": 7}], "xAxis": {}, "yAxis": {}})
        )
    assert chart_images.chart_svg(AMOUNTS_CHART).startswith("<svg")


def test_every_colour_of_charts_has_its_twin_for_the_dark_theme() -> None:
    script = (VENDOR.parent / "atmp" / "js" / "chart_option.js").read_text("utf-8")
    twins = set(re.findall(r'"(#[0-9a-f]{6})":', script))
    used = set(
        re.findall(
            r"#[0-9a-f]{6}",
            json.dumps([chart.option for chart in (rate_chart(HISTORY), AMOUNTS_CHART, LINES_CHART, COUNTS_CHART)]),
        )
    )
    assert used <= twins
