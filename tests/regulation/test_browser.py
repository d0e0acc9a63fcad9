"""The regulation on screen: every year, every known cost and its source, the thresholds of the day, as in the law."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Role
from atmp_insure.kernel.errors import MissingParameter
from atmp_insure.kernel.french import french_euros, french_percent
from atmp_insure.regulation import browser, views
from atmp_insure.regulation.law import SURCHARGE_NAMES
from atmp_insure.regulation.loader import installed_law
from atmp_insure.regulation.source_notes import CONFIDENCE_LABELS, number_of, source_notes
from atmp_insure.regulation.values import Citation, Confidence
from atmp_insure.regulation.vocabulary import SCHEDULE_COLUMNS, Scope
from tests.application import a_person, an_application, signed_in, texts
from tests.engines import fresh_sqlite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from atmp_insure.regulation.law import Law

LAW: Law = installed_law(None).law
YEARS = LAW.schedule_years


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Someone with the least right that reads the law."""
    folder = tmp_path_factory.mktemp("law")
    database = fresh_sqlite(folder)
    return signed_in(an_application(database, folder), a_person(database, "camille", Role.AUDITOR))


def said(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(html.unescape(texts(answer.text)).split())


def assert_told(citations: Iterable[Citation], shown: str) -> None:
    """Each source stands on the page with what it is worth, the day on which it was read, and its warning."""
    for one in set(citations):
        words = [one.source, one.warning, CONFIDENCE_LABELS[one.confidence], f"{one.checked_on:%d/%m/%Y}"]
        assert " ".join(plain(" ".join(word for word in words if word)).split()) in shown, one.source


def plain(text: str) -> str:
    """A figure without the kinds of spaces that French typography puts in it."""
    return " ".join(text.split())


def test_the_overview_links_every_year_and_tells_every_dated_rule_with_its_source(reader: FlaskClient) -> None:
    page = reader.get("/regulation").text
    shown = said(reader, "/regulation")
    for year in YEARS:
        assert f'href="/regulation/{year}"' in page
    told = browser.rules(LAW, date(2026, 11, 22))
    assert len(told) == sum(bool(getattr(LAW, name).entries) for name in browser.RULE_LABELS)
    for rule in told:
        assert rule.label in shown
        assert_told([getattr(LAW, rule.name).at(rule.since).citation], shown)


@pytest.mark.parametrize("year", YEARS)
def test_the_page_of_a_year_shows_each_known_cost_with_its_source(reader: FlaskClient, year: int) -> None:
    shown = said(reader, f"/regulation/{year}")
    costs = {key: cost for key, cost in LAW.average_costs.items() if key[0] == year}
    for (_, ctn, _, column), cost in costs.items():
        assert plain(french_euros(cost.value, 0)) in shown, (ctn, column)
    assert_told([cost.citation for cost in costs.values()], shown)


@pytest.mark.parametrize("year", YEARS)
def test_the_page_of_a_year_shows_each_known_surcharge_with_its_source(reader: FlaskClient, year: int) -> None:
    shown = said(reader, f"/regulation/{year}")
    for name in SURCHARGE_NAMES:
        found = LAW.find_surcharge(year, name)
        if found is not None:
            assert f"{name.upper()} " in shown
            assert plain(french_percent(found.value, 2)) in shown
            assert_told([found.citation], shown)


@pytest.mark.parametrize("year", YEARS)
def test_each_cost_stands_in_its_row_and_column_and_an_unknown_one_is_left_empty(year: int) -> None:
    schedule = browser.schedule_of(LAW, year)
    known = {key: cost for key, cost in LAW.average_costs.items() if key[0] == year}
    labels = browser.ACTIVITY_LABELS
    shown = {
        (row.ctn, row.activity, column): (cost.text, schedule.cost_sources[(cost.note or row.note) - 1].source)
        for row in schedule.costs
        for column, cost in zip(SCHEDULE_COLUMNS, row.costs, strict=True)
        if cost.text
    }
    assert shown == {
        (ctn, labels[activity], column): (french_euros(cost.value, 0), cost.citation.source)
        for (_, ctn, activity, column), cost in known.items()
    }


def test_no_cost_has_cents_that_the_page_would_round_away() -> None:
    assert [key for key, cost in LAW.average_costs.items() if Fraction(cost.value).denominator != 1] == []


@pytest.mark.parametrize("year", [year for year in YEARS if any(key[0] == year for key in LAW.collective_rates)])
def test_every_collective_rate_of_a_year_is_on_the_page_of_its_committee(reader: FlaskClient, year: int) -> None:
    counted = 0
    for ctn, _ in browser.schedule_of(LAW, year).collective_counts:
        shown = said(reader, f"/regulation/{year}/collective/{ctn}")
        page = browser.collective_page(LAW, year, ctn)
        for row in page.rates:
            rate = LAW.collective_rates[year, row.code]
            assert rate.value.ctn == ctn
            assert f"{row.code} {plain(rate.value.label)} {plain(french_percent(rate.value.rate_percent))}" in shown
            assert page.sources[row.note - 1].source == rate.citation.source
            assert_told([rate.citation], shown)
            counted += 1
    assert counted == sum(1 for known, _ in LAW.collective_rates if known == year)


def test_every_committee_that_the_schedules_name_has_its_page() -> None:
    """Codes outside the nine committees (support functions, special rates) are reachable too."""
    named = {rate.value.ctn for rate in LAW.collective_rates.values()}
    listed = {ctn for year in YEARS for ctn, _ in browser.schedule_of(LAW, year).collective_counts}
    assert named <= listed


@pytest.mark.parametrize(
    ("label", "mixed", "individual"),
    [
        ("Régime général", 20, 150),  # CSS D.242-6-2
        ("Alsace-Moselle", 50, 150),  # CSS D.242-30
    ],
)
def test_the_three_modes_are_told_with_the_thresholds_of_the_day(
    reader: FlaskClient, label: str, mixed: int, individual: int
) -> None:
    shown = said(reader, "/regulation/modes")
    assert f"{label} moins de {mixed} salariés" in shown
    assert f"{label} de {mixed} salariés à moins de {individual} salariés" in shown
    assert f"{label} {individual} salariés et plus" in shown


@pytest.mark.parametrize("year", YEARS)
def test_the_thresholds_are_those_of_the_law_in_every_year(year: int) -> None:
    told = {mode.label: dict(mode.thresholds) for mode in browser.mode_explanations(LAW, date(year, 12, 31))}
    limits = LAW.tariff_modes.at(date(year, 1, 1)).value[Scope.GENERAL, False]
    assert told["Mode collectif"]["Régime général"] == f"moins de {limits.mixed_from} salariés"
    assert told["Mode individuel"]["Régime général"] == f"{limits.individual_from} salariés et plus"


def test_before_the_first_thresholds_nothing_is_invented() -> None:
    with pytest.raises(MissingParameter):
        browser.mode_explanations(LAW, date(1900, 1, 1))


@pytest.mark.parametrize(
    "address",
    [
        f"/regulation/{YEARS[0] - 1}", f"/regulation/{YEARS[-1] + 1}", "/regulation/0", f"/regulation/{10**20}",
        "/regulation/2026/collective/Z", "/regulation/2026/collective/a", f"/regulation/{YEARS[0] - 1}/collective/A",
        "/regulation/x",
    ],
)  # fmt: skip
def test_an_unknown_year_or_committee_is_not_found(reader: FlaskClient, address: str) -> None:
    answer = reader.get(address)
    assert answer.status_code == 404
    assert "text/html" in answer.content_type


def test_a_rule_of_the_future_is_not_told_as_in_force() -> None:
    first = min(entry.first_day for entry in LAW.tariff_modes.entries)
    told = {rule.name for rule in browser.rules(LAW, first.replace(year=first.year - 1))}
    assert "tariff_modes" not in told


def test_a_source_is_told_once_whatever_its_place_and_apart_when_it_is_worth_something_else() -> None:
    first = Citation("Arrêté", Confidence.OFFICIAL, date(2026, 1, 5), "a.yaml:3")
    elsewhere = replace(first, place="a.yaml:9")
    warned = replace(first, warning="À vérifier sur la notification.")
    notes = source_notes([first, elsewhere, warned, first])
    assert [(note.number, note.worth, note.warning) for note in notes] == [
        (1, "texte officiel", ""), (2, "texte officiel", "À vérifier sur la notification.")
    ]  # fmt: skip
    assert [number_of(one, notes) for one in (first, elsewhere, warned)] == [1, 1, 2]


def test_a_value_of_the_office_is_shown_with_what_it_is_worth_and_its_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = next(key for key in LAW.average_costs if key[0] == YEARS[-1])
    cost = LAW.average_costs[key]
    printed = Citation("Feuille 2026 du client", Confidence.AS_PRINTED, date(2026, 3, 2), "x", "Ne vaut que pour lui.")
    law = replace(LAW, average_costs={**LAW.average_costs, key: replace(cost, citation=printed)})
    monkeypatch.setattr(views, "law_in_force", lambda: law)
    database = fresh_sqlite(tmp_path)
    client = signed_in(an_application(database, tmp_path), a_person(database, "camille", Role.AUDITOR))
    shown = said(client, f"/regulation/{YEARS[-1]}")
    assert "Feuille 2026 du client Ne vaut que pour lui. lu sur un document du client 02/03/2026" in shown
    assert f"{plain(french_euros(cost.value, 0))} source" in shown


@pytest.fixture
def english_reader(reader: FlaskClient) -> Iterator[FlaskClient]:
    """The same person, who chose English."""
    reader.set_cookie("language", "en")
    yield reader
    reader.delete_cookie("language")


def test_a_reader_of_english_has_names_and_figures_in_english_and_citations_in_french(
    english_reader: FlaskClient,
) -> None:
    shown = said(english_reader, "/regulation")
    assert "93 of 93 M1, M2, M3, M4" in shown
    assert "Thresholds of the rating modes" in shown
    assert "official text" in shown
    assert "0.46%" in shown
    modes = said(english_reader, "/regulation/modes")
    assert "Mixed mode The rate combines the net individual rate" in modes
    assert "General scheme fewer than 20 employees" in modes
    assert "General scheme from 20 to fewer than 150 employees" in modes
    year = said(english_reader, "/regulation/2026")
    assert "commuting accidents 0.19%" in year
    assert "€290" in year
    source = LAW.find_surcharge(2026, "m1")
    assert source is not None
    page = html.unescape(english_reader.get("/regulation/2026").text)
    assert f'<span lang="fr">{source.citation.source}</span>' in page
