"""Statistics and estimates, installed and changed by an office; what cannot be trusted is refused with its place."""

from __future__ import annotations

import shutil
import time
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.guarantees.vocabulary import Cause, InsuredEvent
from atmp_insure.kernel.errors import InvalidInput, MissingParameter
from atmp_insure.regulation.values import Confidence
from atmp_insure.resources import resource_dir
from atmp_insure.underwriting.loader import installed_pricing_bases, load_pricing_bases
from atmp_insure.underwriting.statistics import Level
from tests.builders import golden

if TYPE_CHECKING:
    from pathlib import Path

    from atmp_insure.underwriting.statistics import Assumptions

PRODUCT = resource_dir("config") / "product"
TODAY = date(2026, 11, 22)
STATISTICS = "statistics_2024.yaml"
ESTIMATES = "assumptions.yaml"
HEAD = "label: essai\nunit: {unit}\nvalues:\n"
CITED = "    source: essai\n    confidence: unsettled\n    warning: essai\n    checked_on: 2026-11-22\n"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The two files of the product, free to be spoiled."""
    folder = tmp_path / "product"
    folder.mkdir()
    for name in (STATISTICS, ESTIMATES):
        shutil.copy(PRODUCT / name, folder / name)
    return folder


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    """An office's overlay, with an empty product folder."""
    (tmp_path / "product").mkdir()
    return tmp_path


def spoil(copy: Path, name: str, old: str, new: str) -> str:
    path = copy / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_pricing_bases([(copy, "product")])
    return str(caught.value)


def write_version(overlay: Path, version: str, first_day: str, figures: str) -> None:
    entry = f'  - from: {first_day}\n    version: "{version}"\n{figures}{CITED}'
    (overlay / "product" / ESTIMATES).write_text(HEAD.format(unit="fraction") + entry, "utf-8")


@pytest.mark.parametrize("row", golden("public_counts_2024"), ids=lambda row: row["ctn"])
def test_counts_of_each_committee_are_the_published_totals(row: dict[str, str]) -> None:
    counts = installed_pricing_bases(None).statistics_on(TODAY).by_committee[row["ctn"]]
    assert counts.employees == int(row["employees"])
    for cause in Cause:
        assert counts.stoppages[cause] == int(row[f"{cause.value}_stoppages"])
        assert counts.grave[cause] == int(row[f"{cause.value}_grave"])
        assert counts.deaths[cause] == int(row[f"{cause.value}_deaths"])


def test_the_nine_committees_add_up_to_the_national_figures() -> None:
    # CNAM annual report 2024: 20 799 568 employees, 764 deaths by accident; 12 397 incapacities of 10 % and over
    counts = installed_pricing_bases(None).statistics_on(TODAY).by_committee
    assert "".join(sorted(counts)) == "ABCDEFGHI"
    assert sum(one.employees for one in counts.values()) == 20_799_568
    assert sum(one.deaths[Cause.ACCIDENT] for one in counts.values()) == 764
    assert sum(one.grave[Cause.ACCIDENT] for one in counts.values()) == 12_397
    # 10 960 diseases and 215 deaths, less the 1 116 and 58 of the special account
    assert sum(one.grave[Cause.DISEASE] for one in counts.values()) == 10_960 - 1_116
    assert sum(one.deaths[Cause.DISEASE] for one in counts.values()) == 215 - 58


def test_groups_never_count_more_than_their_committee() -> None:
    statistics = installed_pricing_bases(None).statistics_on(TODAY)
    for committee, counts in statistics.by_committee.items():
        groups = [one for (ctn, _), one in statistics.by_group.items() if ctn == committee]
        assert min(one.employees for one in groups) >= 1000
        assert sum(one.employees for one in groups) <= counts.employees
        for cause in Cause:
            assert sum(one.grave[cause] for one in groups) <= counts.grave[cause]
            assert sum(one.deaths[cause] for one in groups) <= counts.deaths[cause]


def test_parts_make_one_at_every_level_and_delays_too() -> None:
    installed = installed_pricing_bases(None).assumptions_on(TODAY)
    for parts in installed.grave_split.values():
        for level in Level:
            assert sum(part.at(level) for part in parts.values()) == 1
    for delay in (installed.stoppage_delay, installed.incapacity_delay, installed.death_delay):
        assert sum(delay.values()) == 1


def test_nothing_is_called_official_but_what_was_published_and_the_rest_warns() -> None:
    citations = installed_pricing_bases(None).assumptions_on(TODAY).citations
    assert len(citations) == 22
    official = {name for name, one in citations.items() if one.confidence is Confidence.OFFICIAL}
    assert official == {"grave_split AT IP2", "grave_split MP IP2"}
    unsettled = [one for one in citations.values() if one.confidence is Confidence.UNSETTLED]
    assert len(unsettled) == 19
    assert all("bureau" in one.warning for one in unsettled)


def test_the_first_day_has_values_and_the_day_before_has_none() -> None:
    bases = installed_pricing_bases(None)
    first = date(2025, 1, 1)
    assert bases.statistics_on(first).year == 2024
    assert bases.assumptions_on(first).version == "2025-1"
    for ask in (bases.statistics_on, bases.assumptions_on):
        with pytest.raises(MissingParameter, match=r"2024-12-31.*surcouche du bureau"):
            ask(date(2024, 12, 31))


def test_the_files_are_read_in_no_time() -> None:
    def one_reading() -> float:
        started = time.process_time()
        load_pricing_bases([(PRODUCT, "product")])
        return time.process_time() - started

    assert min(one_reading() for _ in range(3)) < 0.1


def changed_variance(assumptions: Assumptions) -> tuple[Fraction, Fraction]:
    """A figure that the office changed, and one that it left."""
    return assumptions.client_variance.central, assumptions.temporary_weight.central


VARIANCE = '    figure: client_variance\n    central: "0.3"\n    low: "0.2"\n    high: "0.4"\n'


def test_a_version_of_the_office_writes_what_changes_and_keeps_the_rest(overlay: Path) -> None:
    write_version(overlay, "bureau 1", "2026-07-01", VARIANCE)
    bases = installed_pricing_bases(overlay)
    before, after = bases.assumptions_on(date(2026, 6, 30)), bases.assumptions_on(date(2026, 7, 1))
    assert (before.version, changed_variance(before)) == ("2025-1", (Fraction("0.25"), Fraction("0.5")))
    assert (after.version, changed_variance(after)) == ("bureau 1", (Fraction("0.3"), Fraction("0.5")))
    assert (overlay / "product" / ESTIMATES).as_posix() in after.citations["client_variance"].place


def test_a_figure_of_the_office_takes_the_place_of_that_of_the_same_version(overlay: Path) -> None:
    write_version(overlay, "2025-1", "2025-01-01", VARIANCE)
    found = installed_pricing_bases(overlay).assumptions_on(TODAY)
    assert (found.version, changed_variance(found)) == ("2025-1", (Fraction("0.3"), Fraction("0.5")))


def test_two_versions_on_one_day_are_refused(overlay: Path) -> None:
    write_version(overlay, "bureau 1", "2025-01-01", VARIANCE)
    with pytest.raises(InvalidInput, match="deux versions au 2025-01-01 : 2025-1 et bureau 1"):
        installed_pricing_bases(overlay)


def test_a_file_of_the_office_takes_the_place_of_the_same_year(overlay: Path) -> None:
    table = (PRODUCT / STATISTICS).read_text("utf-8").replace("|      1194 |", "|      1195 |", 1)
    (overlay / "product" / STATISTICS).write_text(table, "utf-8")
    assert installed_pricing_bases(overlay).statistics_on(TODAY).by_group["A", "162"].employees == 1195
    assert installed_pricing_bases(None).statistics_on(TODAY).by_group["A", "162"].employees == 1194


def test_the_next_year_s_counts_are_used_from_their_own_day(overlay: Path) -> None:
    text = (PRODUCT / STATISTICS).read_text("utf-8").replace("from: 2025-01-01", "from: 2026-01-01", 1)
    (overlay / "product" / "statistics_2025.yaml").write_text(text, "utf-8")
    bases = installed_pricing_bases(overlay)
    assert [bases.statistics_on(day).year for day in (date(2025, 12, 31), date(2026, 1, 1))] == [2024, 2025]


def test_counts_of_a_later_year_cannot_be_used_before_those_of_an_earlier_one(overlay: Path) -> None:
    shutil.copy(PRODUCT / STATISTICS, overlay / "product" / "statistics_2025.yaml")
    with pytest.raises(InvalidInput, match="statistiques 2025 en vigueur au 2025-01-01"):
        installed_pricing_bases(overlay)


LINE_162 = "A   | 162   |      1194 |           59 |"


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (STATISTICS, "unit: employees", "unit: EUR", "statistics_2024.yaml : unité « EUR ». Écrire unit: employees"),
        (STATISTICS, LINE_162, "Z   | 162   |      1194 |           59 |", "2024.yaml:20 : « Z » n'est pas admis"),
        (STATISTICS, LINE_162, "A   | 16Z   |      1194 |           59 |", "« 16Z » n'est pas un groupe NAF"),
        (STATISTICS, LINE_162, "A   | 205   |      1194 |           59 |", ":21 : « A 205 » écrit deux fois"),
        (STATISTICS, LINE_162, "A   | 162   |         0 |           59 |", ":20 : groupe sans salarié"),
        (STATISTICS, LINE_162, "A   | 162   |   1777903 |           59 |", ":20 : groupe 162 sans ligne du CTN A"),
        (STATISTICS, LINE_162, "A   | 162   |      1194 |          -59 |", "« -59 » est négatif"),
        (STATISTICS, LINE_162, "A   | 162   |      1194 |         59.5 |", "« 59.5 » n'est pas un entier"),
        (STATISTICS, "AT_grave |", "AT_graves |", "inattendu. Colonnes : ctn | group | employees"),
        (STATISTICS, "    source:", "    until: 2025-12-31\n    source:", "une seule entrée attendue, sans until"),
        (ESTIMATES, "unit: fraction", "unit: percent", "assumptions.yaml : unité « percent ». Écrire unit: fraction"),
        (ESTIMATES, '    version: "2025-1"\n', "", "entrée sans version"),
        (ESTIMATES, "figure: wage_growth", "figure: wage_groth", "« wage_groth » n'est pas admis"),
        (ESTIMATES, "    cause: AT\n", "", "clé absente cause. Écrire cause : AT, MP"),
        (ESTIMATES, "    event: IP3\n", "    event: IT6\n", "« IT6 » n'est pas admis. Écrire IP2, IP3, IP4"),
        (ESTIMATES, "    event: IP3\n", "    event: IP2\n", "grave_split AT IP2 écrit deux fois"),
        (ESTIMATES, '    central: "0.15"\n', "", "clé absente central"),
        (ESTIMATES, 'central: "0.15"', 'central: "1.5"', "« 1.5 » hors de ses bornes"),
        (ESTIMATES, 'low: "0.10"', 'low: "0.16"', "long_stoppages AT : low, central, high dans le désordre"),
        (ESTIMATES, 'central: "0.27"', 'central: "0.28"', "grave_split AT : les parts central font 1.01 et non 1"),
        (ESTIMATES, 'after_1: "0.05"', 'after_1: "0.06"', "stoppage_delay : les chances ne font pas 1 au total"),
        (ESTIMATES, 'after_1: "0.05"', 'after_x: "0.05"', "clé inconnue after_x"),
        (ESTIMATES, "figure: wage_growth", "figure: client_variance", "client_variance écrit deux fois"),
        (ESTIMATES, "  - from: 2025-01-01", "  - from: 2025-01-02", "version 2025-1 au 2025-01-02 et au 2025-01-01"),
    ],
)  # fmt: skip
def test_what_cannot_be_trusted_is_refused_with_its_place(copy: Path, name: str, old: str, new: str, said: str) -> None:
    assert said in spoil(copy, name, old, new)


def test_every_fault_is_told_at_once(copy: Path) -> None:
    path = copy / STATISTICS
    path.write_text(path.read_text("utf-8").replace("A   | 162", "Z   | 162", 1), "utf-8")
    said = spoil(copy, ESTIMATES, 'central: "0.15"', 'central: "1.5"')
    assert "statistics_2024.yaml:20" in said
    assert "assumptions.yaml:14" in said


def test_a_version_that_lacks_a_figure_says_which(copy: Path) -> None:
    path = copy / ESTIMATES
    text = path.read_text("utf-8")
    before, _, rest = text.partition("  - from: 2025-01-01")
    path.write_text(before + "  - from: 2025-01-01" + rest.partition("  - from: 2025-01-01")[0], "utf-8")
    with pytest.raises(InvalidInput, match="version 2025-1 sans long_stoppages MP") as caught:
        load_pricing_bases([(copy, "product")])
    assert len(caught.value.faults) == 21


def test_a_badly_named_file_is_refused(copy: Path) -> None:
    (copy / "statistics_last.yaml").write_text("label: x", "utf-8")
    with pytest.raises(InvalidInput, match=r"statistics_last.yaml : nom de fichier inattendu"):
        load_pricing_bases([(copy, "product")])


def test_the_events_that_incapacities_fall_on_are_those_of_the_guarantees() -> None:
    installed = installed_pricing_bases(None).assumptions_on(TODAY)
    for parts in installed.grave_split.values():
        assert set(parts) == set(InsuredEvent) - {InsuredEvent.IT6, InsuredEvent.DEATH}
