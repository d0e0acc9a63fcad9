"""The page of an adjustment: the year, its sections, wages known from payroll, a plan that is confirmed, questions."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from atmp_insure.parties.models import Establishment, RateSection
from atmp_insure.parties.payroll_models import PayrollYear
from atmp_insure.policies.stack_service import latest_state
from atmp_insure.policies.transactions import Refunding, Termination, TransactionKind
from tests.application import texts
from tests.db.builders import TESTER
from tests.engines import a_database
from tests.scenarios.test_a_policy_through_five_years import NEW_SIRET, WHY, Office, on
from tests.underwriting.desk import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from atmp_insure.policies.terms import InsuredSection

FEBRUARY = date(2028, 2, 1)
PROPOSED = re.compile(r'<input[^>]*name="(\d{14}/[^"]+)"[^>]*>')


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with a_database("sqlite") as database, time_machine.travel(NOW, tick=False):
        yield Office(database, tmp_path)


def sections(office: Office, policy: int) -> list[InsuredSection]:
    """What is insured at last."""
    return list(latest_state(office.desk.policy(policy)).terms.sections)


def same_wages(office: Office, policy: int, *, times: int = 1) -> dict[str, str]:
    """The provisional wages of each section, or some times as much."""
    return {one.key: f"{float(one.wages_eur * times):.2f}".replace(".", ",") for one in sections(office, policy)}


def known_to_payroll(office: Office, one: InsuredSection, year: int, amount: str) -> None:
    """What everyone uses as the payroll of a section for a year."""
    company_id = office.desk.quoting.company_id
    with office.database.writing(TESTER) as session:
        place = Establishment(company_id=company_id, siret=one.siret, name="Atelier")
        session.add(place)
        session.flush()
        own: dict[str, Any] = {"company_id": company_id, "establishment_id": place.id}
        section = RateSection(**own, number=one.section, created_at=NOW)
        session.add(section)
        session.flush()
        session.add(PayrollYear(
            **own, section_id=section.id, year=year, payroll_eur=Decimal(amount), differs=False, chosen_by="test",
            chosen_at=NOW,
        ))  # fmt: skip


def plain(page: str) -> str:
    return page.replace("\u202f", " ").replace("\xa0", " ").replace("&#39;", "'")


def test_a_year_is_adjusted_from_the_day_after_its_last_one(office: Office) -> None:
    url = f"/policies/{office.desk.issued()}/adjust"
    with on(date(2027, 12, 31)):
        assert "Aucune année d'assurance de ce contrat n'est terminée" in plain(office.page(office.accountant, url))
    with on(date(2028, 1, 1)):
        assert "Masse salariale provisionnelle" in plain(office.page(office.accountant, url))


def test_wages_that_payroll_knows_are_proposed_and_those_of_the_others_are_asked_for(office: Office) -> None:
    policy = office.desk.issued()
    known, *others = sections(office, policy)
    known_to_payroll(office, known, 2027, "4321098.76")
    with on(FEBRUARY):
        page = office.accountant.get(f"/policies/{policy}/adjust").text
    proposed = {
        name: re.search(r'value="([^"]*)"', field[0]) for field in PROPOSED.finditer(page) for name in field.groups()
    }
    assert set(proposed) == {known.key, *(one.key for one in others)}
    assert proposed[known.key] is not None
    assert proposed[known.key][1] == "4321098,76"  # type: ignore[index]
    assert "Masse salariale retenue pour 2027" in plain(texts(page))
    assert ("Aucune masse salariale connue" in plain(texts(page))) == bool(others)


def test_a_section_of_part_of_the_year_is_not_given_the_payroll_of_the_whole_year(office: Office) -> None:
    policy = office.desk.issued()
    with on(date(2027, 3, 1)):
        office.act(
            office.underwriter, f"/policies/{policy}/endorse/open-section", effective_on="2027-04-01", siret=NEW_SIRET,
            number="01", risk_code="28.1AD", wages_eur="1 000 000", headcount="25", origin="opened", history_of="",
        )  # fmt: skip
    known_to_payroll(office, sections(office, policy)[-1], 2027, "700000")
    with on(FEBRUARY):
        page = plain(office.page(office.accountant, f"/policies/{policy}/adjust"))
    assert "Section garantie une partie de l'année" in page
    assert "275" in page, "the insured days, from 1 April to 31 December"
    assert "700000" not in page


def test_an_adjustment_is_shown_line_by_line_and_written_once_it_is_confirmed(office: Office) -> None:
    policy = office.desk.issued()
    url = f"/policies/{policy}/adjust"
    before = office.desk.charged_eur(policy)
    with on(FEBRUARY):
        plan = plain(office.act(office.accountant, url, **same_wages(office, policy, times=3)))
        assert "Provisionnelle" in plan
        assert "Définitive" in plan
        assert "Est-ce bien la masse salariale des seuls jours garantis" in plan, "three times the provisional wages"
    row = office.desk.policy(policy).transactions[-1]
    assert (row.kind, row.effective_on) == (TransactionKind.ADJUST, date(2028, 1, 1))
    assert office.desk.charged_eur(policy) == before + row.total_eur > before
    with on(FEBRUARY):
        assert "déjà régularisée" in plain(office.page(office.accountant, url))
        again = office.act(office.accountant, url, **same_wages(office, policy, times=3))
        assert "0,00 €" in plain(again)
    assert office.desk.policy(policy).transactions[-1].total_eur == 0


def test_wages_near_the_provisional_ones_raise_no_question(office: Office) -> None:
    policy = office.desk.issued()
    with on(FEBRUARY):
        first = office.accountant.post(f"/policies/{policy}/adjust", data=WHY | same_wages(office, policy))
    assert "Confirmer et enregistrer" in first.text
    assert "Est-ce bien la masse salariale" not in first.text


def test_wages_that_are_missing_or_negative_are_told_beside_their_field(office: Office) -> None:
    policy = office.desk.issued()
    given = same_wages(office, policy)
    first = next(iter(given))
    with on(FEBRUARY):
        for typed, said in (("", "À remplir"), ("-1", "négative"), ("x", "Écrire un montant")):
            answer = office.accountant.post(f"/policies/{policy}/adjust", data=WHY | given | {first: typed})
            assert (answer.status_code, said in answer.text) == (422, True), typed


def test_the_year_is_chosen_among_those_that_are_over(office: Office) -> None:
    policy = office.desk.issued()
    with on(date(2027, 11, 3)):
        office.act(office.underwriter, f"/policies/{policy}/renew", product_version="2027-1")
    with on(date(2029, 2, 1)):
        latest = plain(office.page(office.accountant, f"/policies/{policy}/adjust"))
        assert "Année d'assurance du 1er janvier 2028 au 31 décembre 2028" in latest
        url = f"/policies/{policy}/adjust?annee=2027-01-01"
        former = plain(office.page(office.accountant, url))
        assert "Année d'assurance du 1er janvier 2027 au 31 décembre 2027" in former
        office.act(office.accountant, url, **same_wages(office, policy))
    assert office.desk.policy(policy).transactions[-1].effective_on == date(2028, 1, 1)


def test_a_policy_that_ended_is_adjusted_by_whoever_collects_and_by_nobody_else(office: Office) -> None:
    policy = office.desk.issued()
    with on(date(2027, 9, 1)):
        office.desk.carried_out(policy, date(2027, 10, 1), Termination("mutual_agreement", Refunding.UNEARNED))
    with on(date(2027, 10, 1)):
        assert f"/policies/{policy}/adjust" in office.accountant.get(f"/policies/{policy}").text
        assert f"/policies/{policy}/adjust" not in office.underwriter.get(f"/policies/{policy}").text
        assert office.underwriter.get(f"/policies/{policy}/adjust").status_code == 403
        plan = plain(office.act(office.accountant, f"/policies/{policy}/adjust", **same_wages(office, policy)))
    assert "273" in plan


def test_a_page_in_english_tells_the_plan_and_its_questions_in_english(office: Office) -> None:
    policy = office.desk.issued()
    with on(FEBRUARY):
        accountant = office.accountant
        accountant.set_cookie("language", "en")
        entries = WHY | same_wages(office, policy, times=3)
        shown = texts(accountant.post(f"/policies/{policy}/adjust", data=entries).text)
    assert "Is this the payroll of the insured days alone" in shown
    assert "Final payroll from 1 January 2027 to 31 December 2027" in shown
    assert "No payroll is known for this year" in shown
