from __future__ import annotations

import re

import pytest

from atmp_insure.kernel.identifiers import is_siret
from atmp_insure.regulation.loader import installed_law
from atmp_insure.regulation.vocabulary import Activity, CostCategory, Scope
from tests.samples import show, tariff
from tests.samples.companies import COMPANIES, Company
from tests.samples.generate import EXPECTED, HERE, expected_file, papers
from tests.samples.show import report

LAST_FREE_SIREN = 325_174  # 000 325 175 is the lowest number in the national register


@pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.slug)
def test_the_generator_writes_the_committed_files_byte_for_byte(company: Company) -> None:
    committed = {path.name: path.read_bytes() for path in (HERE / company.slug).iterdir()}
    written = papers(company)
    assert committed.keys() == written.keys()
    for name, content in written.items():
        assert content == committed[name], name
    assert (EXPECTED / f"{company.slug}.csv").read_bytes() == expected_file(company)


@pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.slug)
def test_a_company_has_three_sheets_and_three_accounts_and_nothing_else_beside_them(company: Company) -> None:
    stems = sorted(path.stem.rpartition("_")[0] for path in (HERE / company.slug).iterdir())
    assert stems == ["compte_employeur"] * 3 + ["feuille_calcul"] * 3


@pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.slug)
def test_nobody_in_the_samples_can_be_real(company: Company) -> None:
    for siret in (company.siret, *company.single_rate_sirets):
        assert is_siret(siret)
        assert int(siret[:9]) <= LAST_FREE_SIREN
    for charge in company.charges:
        assert re.fullmatch(r"1[0-9]{2}9900000[0-9]{3} [0-9]{2} [0-9]{6} 70[0-6]", charge.claim_number(company))
        assert charge.name.startswith("EXEMPLE-")


@pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.slug)
def test_the_report_of_a_sample_is_drawn(company: Company) -> None:
    text = report(company)
    assert company.name in text
    assert "●" in text


def test_what_the_papers_print_from_the_tariffs_is_what_the_product_holds() -> None:
    law = installed_law(None).law
    for schedule, rate_year in tariff.AVERAGE_COSTS_EUR:
        scope = Scope.ALSACE_MOSELLE if schedule == "B67" else Scope.GENERAL
        for category in map(CostCategory, tariff.CATEGORIES):
            held = law.find_average_cost(rate_year, schedule[0], Activity.SECOND_OEUVRE, category, scope=scope)
            if category in tariff.INVENTED_COSTS.get((schedule, rate_year), ()):
                assert held is None, "the table has it now: print the true one"
            else:
                assert held is not None
                assert held.value == tariff.average_cost(schedule, rate_year, category)
    for rate_year in tariff.SURCHARGES:
        held_surcharges = tuple(law.surcharges[rate_year, name].value for name in ("m1", "m2", "m3", "m4"))
        assert held_surcharges == tariff.surcharges(rate_year)
    for (code, rate_year), rate in tariff.COLLECTIVE_RATES.items():
        assert law.collective_rates[rate_year, code].value.rate_percent * 100 == int(rate.replace(".", ""))


def test_the_show_prints_three_companies_in_full_and_one_line_for_each_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show.main()
    shown = capsys.readouterr().out
    for company in COMPANIES:
        assert company.title in shown
        assert (company.name in shown) == (company in show.IN_FULL)
    assert "2,11 % → 2,60 % → 2,12 % ; 3 constats" in shown.replace("\u00a0", " ").replace("\u202f", " ")


def test_the_papers_come_in_three_formats_and_two_companies_have_one_in_pdf() -> None:
    formats = {company.slug: set(company.formats.values()) for company in COMPANIES}
    assert all(found >= {"csv", "xlsx"} for found in formats.values())
    assert sum("pdf" in found for found in formats.values()) == 2
