"""What the papers of each sample company expose an insurer to: rates, people, wages, claims, what is missing."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.guarantees.vocabulary import Cause
from atmp_insure.rate_records.documents import Severity
from atmp_insure.rate_records.reconciliation import Status
from atmp_insure.regulation.vocabulary import CostCategory, Mode
from atmp_insure.underwriting.exposure import exposure, section_key
from tests.builders import half_up
from tests.underwriting.builders import SAMPLES, exposure_of, golden, three_sections, units_of

if TYPE_CHECKING:
    from atmp_insure.regulation.law import Law

ROWS = golden("exposure")


@pytest.mark.parametrize("row", ROWS, ids=[row["slug"] for row in ROWS])
def test_a_sample_company_is_read_as_its_papers_say(row: dict[str, str]) -> None:
    [section] = exposure_of(row["slug"]).sections
    assert section.mode is Mode(row["mode"])
    assert half_up(section.rate.individual_share, 10) == Fraction(row["own_share"])
    assert (section.last_rate.rate_year, section.last_rate.notified_percent) == (2026, Fraction(row["rate_2026"]))
    assert section.last_wages_eur == int(row["wages_2024"])
    assert section.headcount == section.company_headcount == Fraction(row["headcount"])
    assert section.history.years == (2022, 2023, 2024)
    assert section.history.employee_years == Fraction(row["employee_years"])
    counted = {Cause.ACCIDENT: int(row["accidents"]), Cause.DISEASE: int(row["diseases"])}
    assert section.history.claims == counted


def test_every_sample_company_is_in_the_golden_table() -> None:
    assert tuple(row["slug"] for row in ROWS) == SAMPLES


def test_the_history_of_rates_is_told_notified_and_recomputed_oldest_first() -> None:
    [section] = exposure_of("metalworks").sections
    assert [one.rate_year for one in section.rates] == [2024, 2025, 2026]
    assert [one.notified_percent for one in section.rates] == [Fraction(one) for one in ("2.45", "3.45", "4.45")]
    assert all(one.recomputed_percent == one.notified_percent for one in section.rates)
    assert {one.status for one in section.rates} == {Status.VERIFIED}


def test_the_chain_goes_on_from_the_year_after_the_last_notified_rate_and_is_capped_against_it() -> None:
    for slug in SAMPLES:
        for section in exposure_of(slug).sections:
            assert section.chain.first_rate_year == 2027
            assert section.chain.previous_rate_percent == section.last_rate.notified_percent
            assert section.chain.studied_claims == ()


def test_wages_of_every_known_year_are_told() -> None:
    [section] = exposure_of("shop").sections
    assert section.wages_by_year == {
        2020: 1_618_400, 2021: 1_672_900, 2022: 1_741_250, 2023: 1_836_700, 2024: 1_902_300,
    }  # fmt: skip


def test_a_company_at_a_collective_rate_has_nothing_to_insure() -> None:
    found = exposure_of("small")
    assert len(found.sections) == 1
    assert found.insurable == ()


def test_two_establishments_that_share_a_single_rate_are_one_section_counted_once() -> None:
    found = exposure_of("multi_site")
    assert [one.siret for one in found.sections] == ["00000006700017"]
    assert found.unusable == ()
    assert found.missing_papers == ()
    assert sum(found.sections[0].history.claims.values()) == len(found.grave)


@pytest.mark.parametrize(
    ("slug", "names"),
    [
        ("metalworks", ["sinistre du 14/03/2022"]),  # its stoppage in 2022 and its incapacity in 2023: one claim
        ("shop", ["sinistre du 28/02/2023", "sinistre du 22/08/2022"]),
        ("small", []),
        ("multi_site", ["sinistre du 08/03/2022", "sinistre du 25/04/2023", "sinistre du 31/01/2023"]),
        ("alsace_builder", ["sinistre du 22/03/2022", "sinistre du 14/02/2023", "sinistre du 25/01/2024"]),
    ],
)
def test_known_grave_claims_are_named_by_their_day(slug: str, names: list[str]) -> None:
    assert [one.name for one in exposure_of(slug).grave] == names


def test_no_nir_stands_in_clear_in_the_number_of_a_known_claim() -> None:
    refs = [one.ref for slug in SAMPLES for one in exposure_of(slug).grave]
    assert len(refs) == 15
    assert all("******" in ref for ref in refs)


def test_ordinary_claims_are_a_yearly_mean_over_the_known_accounts() -> None:
    """Shop: IT1 one, IT2 two, IT3, IT4, IT5 and IP1 one each over three accounts; the commuting accident is not one."""
    [section] = exposure_of("shop").sections
    third = Fraction(1, 3)
    assert section.ordinary == {
        CostCategory.IT1: third, CostCategory.IT2: 2 * third, CostCategory.IT3: third, CostCategory.IT4: third,
        CostCategory.IT5: third, CostCategory.IP1: third,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("slug", "category", "yearly"),
    [
        ("metalworks", CostCategory.IT5, Fraction(1, 2)),  # a half of 2022, a third party paying the other, one of 2024
        ("temporary_user", CostCategory.IT4, Fraction(1, 2)),  # one of 2023, the user's half of one of 2024
    ],
)
def test_a_temporary_worker_or_a_third_party_takes_its_share_of_an_ordinary_claim(
    slug: str, category: CostCategory, yearly: Fraction
) -> None:
    assert exposure_of(slug).sections[0].ordinary[category] == yearly


def test_grave_categories_and_long_stoppages_are_never_ordinary() -> None:
    kinds = {kind for slug in SAMPLES for section in exposure_of(slug).sections for kind in section.ordinary}
    assert kinds == {one for one in CostCategory if one.value in {"IT1", "IT2", "IT3", "IT4", "IT5", "IP1"}}


def test_findings_of_severity_error_must_be_answered_and_the_faultless_have_none() -> None:
    counts = {slug: len(exposure_of(slug).errors) for slug in SAMPLES}
    assert (counts["metalworks"], counts["shop"]) == (0, 0)
    assert counts["small"] == 3
    assert counts["multi_site"] == 8
    assert all(one.severity is Severity.ERROR for one in exposure_of("multi_site").errors)


@pytest.mark.parametrize("slug", ["metalworks", "multi_site"])
def test_complete_papers_miss_nothing(slug: str) -> None:
    assert exposure_of(slug).missing_papers == ()


@pytest.mark.parametrize(
    ("kept", "missing"),
    [
        (("feuille_calcul_2025", "feuille_calcul_2026", "compte"), ("la feuille de calcul 2024",)),
        (("feuille", "compte_employeur_2022", "compte_employeur_2024"), ("le compte employeur 2023",)),
        (
            ("feuille_calcul_2026",),
            (
                "la feuille de calcul 2024", "la feuille de calcul 2025", "le compte employeur 2022",
                "le compte employeur 2023", "le compte employeur 2024",
            ),
        ),
    ],
)  # fmt: skip
def test_what_lacks_of_three_sheets_and_three_accounts_is_asked_for(
    kept: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    assert exposure_of("metalworks", *kept).missing_papers == missing


def test_sheets_alone_tell_no_history_and_no_ordinary_claim() -> None:
    [section] = exposure_of("metalworks", "feuille").sections
    assert not section.history.years
    assert section.history.employee_years == 0
    assert section.ordinary == {}
    assert exposure_of("metalworks", "feuille").grave == ()


def test_accounts_alone_leave_a_section_that_cannot_be_studied() -> None:
    found = exposure_of("metalworks", "compte")
    assert found.sections == ()
    [unusable] = found.unusable
    assert "Aucun taux n'a pu être recalculé" in unusable.missing_fr
    assert found.missing_papers == ("les feuilles de calcul de la section 00000001800010-01-28.1AD",)


def test_no_paper_at_all_exposes_to_nothing(law: Law) -> None:
    found = exposure((), (), law)
    assert (found.siren, found.company, found.sections, found.missing_papers) == ("", "", (), ())


def test_temporary_workers_are_shared_among_sections_by_headcount(law: Law) -> None:
    [one], [other] = units_of("metalworks"), units_of("shop")
    place = other.papers.establishment._replace(siret=one.papers.establishment.siret)  # a section of the same company
    same = replace(other, papers=replace(other.papers, establishment=place))
    workshop, shop = exposure([one, same], (), law, temporary_workers=Fraction(30)).sections
    assert workshop.temporary_workers + shop.temporary_workers == 30
    assert workshop.temporary_workers == 30 * workshop.headcount / (workshop.headcount + shop.headcount)


def test_the_reasons_of_the_last_move_are_told_with_its_cap() -> None:
    [section] = exposure_of("metalworks").sections
    assert any(text.startswith("Sinistres sortis de la période triennale") for text in section.change_fr)
    assert any("retenu à la limite haute" in text for text in section.change_fr)


def test_one_sheet_alone_cannot_say_why_the_rate_moved() -> None:
    assert exposure_of("metalworks", "feuille_calcul_2026").sections[0].change_fr == ()


def test_a_section_is_named_by_its_establishment_section_and_risk_code() -> None:
    [unit] = units_of("shop")
    assert section_key(unit) == exposure_of("shop").sections[0].key == "00000002600013-01-52.1FB"
    keys = [one.key for one in three_sections().sections]
    assert len(set(keys)) == 3


def test_the_siren_and_the_name_are_those_of_the_papers() -> None:
    found = exposure_of("metalworks")
    assert (found.siren, found.company) == ("000000018", "ATELIERS FICTIFS DE L'EXEMPLE")
    assert found.naf is None
    assert replace(found, naf="25.11Z").naf == "25.11Z"
