"""Payroll declarations: what they add up to, which version stands, and what is refused."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.rate_records.payroll_declaration import (
    COMMUTING,
    OCCUPATIONAL_DISEASE,
    WORK_ACCIDENT,
    PayrollDeclaration,
)
from atmp_insure.rate_records.payroll_history import distinct_stoppages, payroll_years
from atmp_insure.rate_records.readers import read_files
from tests.rate_records.builders import TODAY
from tests.rate_records.payrolls import NIC, SIREN, a_declaration, a_person, dsn_bytes, dsn_file, dsn_lines

if TYPE_CHECKING:
    from atmp_insure.rate_records.readers import Reading


def read(*files: bytes) -> Reading:
    return read_files([(f"{at}.dsn", content) for at, content in enumerate(files)], TODAY)


def declarations(*files: list[str]) -> list[PayrollDeclaration]:
    reading = read(*(dsn_bytes(lines) for lines in files))
    assert not reading.faults, [fault.line() for fault in reading.faults]
    return [document for document in reading.documents if isinstance(document, PayrollDeclaration)]


def one(people: list[list[str]], **said: str) -> PayrollDeclaration:
    (declaration,) = declarations(dsn_lines(people, **said))
    return declaration


def codes(declaration: PayrollDeclaration) -> list[str]:
    return [finding.code for finding in declaration.findings]


FOUR_PEOPLE = [
    a_person(
        1, wages="2450.00", stoppages=(("06", "10092026", "05102026"),), contribution=("2450.00", "83.79", "3.42")
    ),
    a_person(2, code="281ADB", rate="1.10", wages="2980.50"),
    a_person(3, wages="1225.00", start="15092026", nature="02"),
    a_person(
        4, wages="2110.10", end="30092026", worked="121.67", stoppages=(("04", "18092026", "25092026", "28092026"),)
    ),
]


def test_wages_headcount_and_rate_are_those_of_each_section_and_month() -> None:
    declaration = one(FOUR_PEOPLE)
    assert (declaration.establishment.siret, declaration.month) == (SIREN + NIC, date(2026, 9, 1))
    assert declaration.payroll_eur == Fraction("8765.60")
    staff, office = declaration.sections
    assert (staff.risk_code, staff.support_staff, staff.payroll_eur) == ("28.1AD", False, Fraction("5785.10"))
    assert (office.risk_code, office.support_staff, office.payroll_eur) == ("28.1AD", True, Fraction("2980.50"))
    assert (staff.applied_percents, office.applied_percents) == ((Fraction("3.42"),), (Fraction("1.1"),))
    assert (staff.people, staff.presence) == (3, 2 + Fraction(16, 30))
    assert staff.full_time_presence == 1 + Fraction(16, 30) + Fraction(12167, 15167)
    assert (staff.contribution_base_eur, staff.contribution_eur) == (Fraction(2450), Fraction("83.79"))
    assert codes(declaration) == []


def test_stoppages_keep_their_reason_and_dates_and_people_are_keys() -> None:
    declaration = one(FOUR_PEOPLE)
    accident, commuting = declaration.stoppages
    assert (accident.reason, accident.last_day_worked, accident.expected_end) == (
        WORK_ACCIDENT, date(2026, 9, 10), date(2026, 10, 5),
    )  # fmt: skip
    assert (commuting.reason, commuting.back_on) == (COMMUTING, date(2026, 9, 28))
    assert "1019900000001" not in repr((declaration.contracts, declaration.stoppages))
    assert accident.person == declaration.contracts[0].person


def test_the_contracts_of_a_victim_are_found_by_the_nir_of_the_claim_number() -> None:
    declaration = one([a_person(1, nir="1809900000001"), a_person(2)])
    (contract,) = declaration.contracts_of("1809900000001 48 250912 700") or ()
    assert contract.covers(date(2020, 1, 1))
    assert not contract.covers(date(2019, 2, 28))
    assert declaration.contracts_of("2809900000009") == ()
    assert declaration.contracts_of("18099********") is None


def test_one_reading_gives_one_key_to_a_person_and_another_reading_another() -> None:
    lines = dsn_lines([a_person(1)]), dsn_lines([a_person(1)], month="01102026")
    first, second = declarations(*lines)
    assert first.contracts[0].person == second.contracts[0].person != declarations(lines[0])[0].contracts[0].person


def test_trainees_officers_and_other_schemes_are_not_staff_and_temporary_work_is_apart() -> None:
    people = [a_person(at, nature=nature) for at, nature in enumerate(("01", "29", "80", "03"))]
    people.append(a_person(5, scheme="300"))
    declaration = one(people)
    (section,) = declaration.sections
    assert section.presence == section.temporary_presence == section.people == 1
    assert section.payroll_eur == 4 * 2450
    assert codes(declaration) == ["dsn_other_scheme"]


def test_a_person_with_two_contracts_counts_once() -> None:
    person = a_person(1, end="10092026") + a_person(2, start="11092026")[3:]
    (section,) = one([person]).sections
    assert section.presence == section.people == 1


def test_wages_of_a_former_month_are_told_apart_and_may_be_negative() -> None:
    (section,) = one([a_person(1), a_person(2, wages="-300.00", period="01072026")]).sections
    assert section.payroll_eur == 2150
    assert [(one.month, one.amount_eur) for one in section.corrections] == [(date(2026, 7, 1), Fraction(-300))]


def test_several_contracts_attach_wages_by_their_number_and_nothing_is_guessed() -> None:
    person = a_person(1, code="281AD")[:-7] + a_person(2, code="521FB")[3:]
    assert {section.risk_code: section.payroll_eur for section in one([person]).sections} == {
        "28.1AD": 0,
        "52.1FB": 2450,
    }
    unsaid = [line for line in person if ".51.010" not in line]
    assert "dsn_base_without_contract" in codes(one([unsaid]))


def test_the_last_version_of_a_month_stands_and_the_others_are_told() -> None:
    first = a_declaration([a_person(1)])
    second = a_declaration([a_person(1, wages="100.00")], type="03", order="2")
    declaration, *others = declarations(dsn_file([first, second]))
    assert not others
    assert declaration.payroll_eur == 100
    assert declaration.ignored[0].reason_fr == "remplacée ou annulée"
    assert "annulées" in read(dsn_bytes(dsn_file([first, a_declaration([], type="04", order="2")]))).faults[0].message


def test_parts_of_a_month_add_up_and_a_year_lacks_the_months_that_nobody_declared() -> None:
    files = [dsn_lines([a_person(1)], month=f"01{month:02}2025") for month in range(1, 12)]
    files += [
        dsn_lines([a_person(2)], month="01112025", fraction="12"),
        dsn_lines([a_person(3)], month="01122025", fraction="12"),
    ]
    (year,) = payroll_years(declarations(*files))
    assert (year.year, year.months) == (2025, tuple(range(1, 13)))
    assert year.payroll_eur == 13 * 2450
    assert year.missing_months == (12,)  # its second part is not there
    assert year.applied_percents == {Fraction("3.42"): tuple(range(1, 13))}
    assert year.headcount == Fraction("1.08")  # thirteen presences over twelve months, the rest dropped


def test_a_stoppage_that_starts_within_another_goes_on_with_it() -> None:
    months = [
        dsn_lines([a_person(1, nir="1809900000001", stoppages=(("06", "10092026", "05102026"),))]),
        dsn_lines([a_person(1, nir="1809900000001", stoppages=(("06", "05102026", "20102026"),))], month="01102026"),
        dsn_lines([a_person(1, nir="1809900000001", stoppages=(("06", "15112026", "20112026"),))], month="01112026"),
    ]
    groups = distinct_stoppages(declarations(*months), (WORK_ACCIDENT, OCCUPATIONAL_DISEASE))
    assert [len(group) for group in groups] == [2, 1]


def test_an_event_is_not_added_to_its_month() -> None:
    event = dsn_lines([a_person(1, stoppages=(("06", "10092026", "05102026", "", "10092026"),))], nature="04")
    found = declarations(dsn_lines([a_person(1)]), event)
    assert [one.is_monthly for one in found] == [True, False]
    assert found[1].stoppages[0].accident_on == date(2026, 9, 10)
    (year,) = payroll_years(found)
    assert year.payroll_eur == 2450


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (dsn_lines([a_person(1)], test="01"), "dsn_test_file"),
        (dsn_lines([a_person(1)], norm="P31V01"), "dsn_unknown_norm"),
        ([*dsn_lines([a_person(1)])[:-2], "S90.G00.90.001,'999'"], "dsn_line_count"),
        ([*dsn_lines([a_person(1)])[:-1], "S90.G00.90.002,'7'"], "dsn_declaration_count"),
        (dsn_lines([a_person(1), a_person(2, rate="3.50")]), "dsn_several_rates"),
        (dsn_lines([a_person(1, code="999ZZ", rate=None)]), "dsn_rate_not_notified"),
        (dsn_lines([a_person(1, contribution=("2450.00", "80.00", "3.42"))]), "dsn_contribution_differs"),
    ],
)
def test_what_must_be_looked_at_is_told(lines: list[str], code: str) -> None:
    (declaration,) = declarations(lines)
    assert code in codes(declaration)


@pytest.mark.parametrize("norm", ["P24V01", "P25V01", "P26V01"])
def test_the_norms_of_three_years_are_known(norm: str) -> None:
    (declaration,) = declarations(dsn_lines([a_person(1)], norm=norm))
    assert codes(declaration) == []


def test_the_urssaf_s_total_is_compared_with_the_sum_of_wages() -> None:
    lines = dsn_lines([a_person(1)])
    at = lines.index(f"S21.G00.11.001,'{NIC}'") + 1
    bordereau = ["S21.G00.23.001,'100'", "S21.G00.23.002,'920'", "S21.G00.23.004,'9999.00'"]
    lines = [*lines[:at], *bordereau, *lines[at:-2], f"S90.G00.90.001,'{len(lines) + 3}'", lines[-1]]
    (declaration,) = declarations(lines)
    assert codes(declaration) == ["dsn_aggregate_differs"]
    assert declaration.envelope.aggregates_eur == {"100": 9999}


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_line_ends_of_payroll_software_are_read(encoding: str, end: str) -> None:
    lines = ["S10.G00.00.001,'PAIE ÉLEVÉE'", *dsn_lines([a_person(1)])[1:]]
    reading = read(dsn_bytes(lines, encoding, end).rstrip(b"\r\n"))
    assert not reading.faults
    (declaration,) = reading.documents
    assert isinstance(declaration, PayrollDeclaration)
    assert (declaration.envelope.software, codes(declaration)) == ("PAIE ÉLEVÉE", [])


def test_blocks_out_of_order_and_without_version_are_read_with_a_warning() -> None:
    lines = [
        "S10.G00.00.001,'Paie'", "S21.G00.06.001,'000000018'", "S21.G00.06.003,'EXEMPLE SARL'",
        "S20.G00.05.005,'01012026'", "S21.G00.11.001,'00010'", *a_person(1, code="", rate=None)[:-7],
        "S21.G00.78.001,'03'", "S21.G00.78.004,'2000.00'", "S90.G00.90.001,'20'",
    ]  # fmt: skip
    (declaration,) = declarations([line for line in lines if line != "S21.G00.40.040,''"])
    assert declaration.month == date(2026, 1, 1)
    assert declaration.payroll_eur == 2000
    assert codes(declaration) == ["dsn_unknown_norm", "dsn_line_count"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"S21.G00.05.001,01\nS21.G00.06.001,12345678901234\n", "n'est pas entre apostrophes"),
        (dsn_bytes(dsn_lines([a_person(1)])[:-2]), "tronqué"),
        (dsn_bytes([*dsn_lines([a_person(1)])[:-2], "S21.G00.30.001,'1"]), "n'est pas fermée"),
        (dsn_bytes(["S10.G00.00.001,'x'", "bonjour", "S90.G00.90.001,'3'"]), "n'est pas une rubrique"),
        (dsn_bytes(dsn_lines([a_person(1, wages="2 450,00")])), "montant « 2 450,00 »"),
        (dsn_bytes(dsn_lines([a_person(1, start="2019-03-01")])), "date « 2019-03-01 »"),
        (dsn_bytes(dsn_lines([a_person(1)], month="")), "salaires sans mois déclaré"),
        (dsn_bytes([line.replace("'000000018'", "'00000001800010'") for line in dsn_lines([])]), "SIREN"),
        (dsn_bytes(["S10.G00.00.001,'x'", "S90.G00.90.001,'2'"]), "sans aucun établissement"),
    ],
)
def test_a_file_that_is_no_sound_declaration_is_refused(content: bytes, said: str) -> None:
    reading = read(content)
    assert not reading.documents
    assert said in reading.faults[0].message
    assert reading.faults[0].remedy
