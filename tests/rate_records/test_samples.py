from __future__ import annotations

import re

import pytest

from atmp_insure.kernel.identifiers import is_siret
from atmp_insure.regulation.loader import installed_law
from atmp_insure.regulation.vocabulary import Activity
from tests.samples import tariff
from tests.samples.companies import COMPANIES, Company
from tests.samples.generate import HERE, papers
from tests.samples.show import report

LAST_FREE_SIREN = 325_174  # 000 325 175 is the lowest number in the national register


@pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.slug)
def test_the_generator_writes_the_committed_files_byte_for_byte(company: Company) -> None:
    committed = {path.name: path.read_bytes() for path in (HERE / company.slug).iterdir()}
    written = papers(company)
    assert committed.keys() == written.keys()
    for name, content in written.items():
        assert content == committed[name], name


@pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.slug)
def test_nobody_in_the_samples_can_be_real(company: Company) -> None:
    assert is_siret(company.siret)
    assert int(company.siret[:9]) <= LAST_FREE_SIREN
    for charge in company.charges:
        assert re.fullmatch(r"1[0-9]{2}9900000[0-9]{3} [0-9]{2} [0-9]{6} 70[01]", charge.claim_number(company))
        assert charge.name.startswith("EXEMPLE-")


@pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.slug)
def test_the_report_of_a_sample_is_drawn(company: Company) -> None:
    text = report(company)
    assert company.name in text
    assert "●" in text


def test_what_the_papers_print_from_the_tariffs_is_what_the_product_holds() -> None:
    law = installed_law(None).law
    for ctn, rate_year in tariff.AVERAGE_COSTS_EUR:
        for category in tariff.CATEGORIES:
            held = law.average_costs[rate_year, ctn, Activity.ALL, category].value
            assert held == tariff.average_cost(ctn, rate_year, category)
    for rate_year in tariff.SURCHARGES:
        held_surcharges = tuple(law.surcharges[rate_year, name].value for name in ("m1", "m2", "m3", "m4"))
        assert held_surcharges == tariff.surcharges(rate_year)
    for (code, rate_year), rate in tariff.COLLECTIVE_RATES.items():
        assert law.collective_rates[rate_year, code].value.rate_percent * 100 == int(rate.replace(".", ""))
