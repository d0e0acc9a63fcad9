"""Papers given by a person: read, proposed, kept in one transaction, never twice, never half."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from atmp_insure.db.projections import differences, rebuild
from atmp_insure.db.scope import OutOfScope
from atmp_insure.kernel.errors import InvalidInput, NotFound, Refused
from atmp_insure.rate_records import queries
from atmp_insure.rate_records.deposit_service import told_faults
from atmp_insure.rate_records.jobs import RATE_FINDINGS, RATE_YEARS
from atmp_insure.rate_records.models import PaperState
from atmp_insure.rate_records.service import TypedValue, correct_value, discard_deposit
from tests.db.builders import broker_of
from tests.rate_records.desk.conftest import HANDLER, NOW, SIRET, Desk, sample, samples, the_office

if TYPE_CHECKING:
    from atmp_insure.rate_records.models import RateFinding, RatePaper, RateYear

SHEET_2024 = "feuille_calcul_2024.csv"
SHEET_2025 = "feuille_calcul_2025.xlsx"


def rates(desk: Desk) -> dict[int, RateYear]:
    with desk.database.reading(HANDLER) as session:
        establishment = next(paper.establishment_id for paper in queries.list_counting(session, desk.company_id))
        assert establishment is not None
        return {one.rate_year: one for one in queries.list_rate_years(session, establishment)}


def findings(desk: Desk) -> list[RateFinding]:
    with desk.database.reading(HANDLER) as session:
        return list(queries.list_findings_of_company(session, desk.company_id))


def papers(desk: Desk) -> list[RatePaper]:
    with desk.database.reading(HANDLER) as session:
        return list(queries.list_counting(session, desk.company_id))


def corrected(desk: Desk, paper_id: int, typed: TypedValue) -> bool:
    with desk.database.writing(HANDLER) as session:
        return correct_value(session, the_office(), queries.get_paper(session, paper_id), typed, NOW)


def test_what_is_only_proposed_moves_no_rate(desk: Desk) -> None:
    done = desk.deposit(*samples())
    assert done.deposit is not None
    assert {paper.state for paper in done.deposit.papers} == {PaperState.PROPOSED}
    assert papers(desk) == []
    assert findings(desk) == []


def test_the_papers_of_a_client_give_its_rates_once_they_are_kept(desk: Desk) -> None:
    desk.keep(desk.deposit(*samples()))
    found = rates(desk)
    assert sorted(found) == [2024, 2025, 2026]
    assert all(one.notified == one.recomputed for one in found.values())
    assert found[2024].status == "verified"
    assert isinstance(found[2024].notified, Decimal)


def test_the_same_file_given_twice_does_nothing(desk: Desk) -> None:
    desk.kept(SHEET_2024)
    again = desk.deposit(sample(SHEET_2024))
    assert again.deposit is None
    assert again.repeated == [SHEET_2024]
    assert len(papers(desk)) == 1


def test_a_file_of_a_discarded_deposit_may_be_given_again(desk: Desk) -> None:
    first = desk.deposit(sample(SHEET_2024))
    assert first.deposit is not None
    with desk.database.writing(HANDLER) as session:
        discard_deposit(session, queries.get_deposit(session, first.deposit.id), NOW)
    assert desk.deposit(sample(SHEET_2024)).deposit is not None


def test_papers_of_another_company_are_refused_by_name_and_not_kept(desk: Desk) -> None:
    done = desk.deposit(sample("feuille_calcul_2024.csv", "builder"), sample(SHEET_2024))
    assert done.deposit is not None
    assert [paper.siret for paper in done.deposit.papers] == [SIRET]
    (fault,) = done.foreign
    assert "autre entreprise (SIREN 000000034)" in fault.message
    assert fault.source == "feuille_calcul_2024.csv"


def test_an_unreadable_file_is_kept_and_told_beside_the_others(desk: Desk) -> None:
    done = desk.deposit(("notes.txt", b"rien qui ressemble a un compte\n"), sample(SHEET_2024))
    assert done.deposit is not None
    assert len(done.deposit.papers) == 1
    assert [fault.source for fault in told_faults(done.deposit)] == ["notes.txt"]


def test_a_deposit_is_kept_once(desk: Desk) -> None:
    done = desk.deposit(sample(SHEET_2024))
    desk.keep(done)
    with pytest.raises(Refused, match="déjà traité"):
        desk.keep(done)


def test_a_paper_left_out_counts_for_nothing(desk: Desk) -> None:
    done = desk.deposit(sample(SHEET_2024), sample(SHEET_2025))
    assert done.deposit is not None
    left = next(paper.id for paper in done.deposit.papers if paper.year == 2025)
    desk.keep(done, left_out=[left])
    assert sorted(rates(desk)) == [2024]


def test_papers_of_an_unknown_establishment_are_not_half_kept(desk: Desk) -> None:
    name, content = sample(SHEET_2024)
    other = content.replace(SIRET.encode(), b"00000001800028")
    done = desk.deposit((name, other), sample(SHEET_2025))
    with pytest.raises(InvalidInput, match="établissement 00000001800028 inconnu"):
        desk.keep(done)
    assert papers(desk) == []


def test_a_rectified_sheet_takes_the_place_of_the_first(desk: Desk) -> None:
    desk.kept(SHEET_2024)
    name, content = sample(SHEET_2024)
    rectified = content.replace(b"08/01/2024", b"12/04/2024").replace(b"Date de notification", b"Date de notification")
    assert rectified != content
    desk.keep(desk.deposit((name, rectified)))
    (kept,) = papers(desk)
    with desk.database.reading(HANDLER) as session:
        (former,) = queries.list_superseded_by(session, kept.id)
    assert former.state is PaperState.SUPERSEDED


def test_a_correction_keeps_what_was_read_with_its_author_and_moves_the_rates(desk: Desk) -> None:
    desk.keep(desk.deposit(*samples()))
    sheet = next(paper for paper in papers(desk) if paper.kind == "calculation_sheet" and paper.year == 2026)
    before = rates(desk)[2026].notified
    typed = TypedValue("notified_percent", "9,99", "lu sur la notification papier", "Dominique Gestion")
    assert corrected(desk, sheet.id, typed)
    assert rates(desk)[2026].notified == Decimal("0.0999") != before
    with desk.database.reading(HANDLER) as session:
        paper = queries.get_paper(session, sheet.id)
        (correction,) = paper.corrections
        assert (correction.author_name, correction.reason) == ("Dominique Gestion", "lu sur la notification papier")
        assert f"{before * 100:.2f}".replace(".", ",") in (correction.former or "")
        assert "9.99" not in paper.content
    assert {one.code for one in findings(desk) if one.paper_id == sheet.id} >= {"notified_rate_differs"}


@pytest.mark.parametrize(
    ("name", "text", "reason", "said"),
    [
        ("notified_percent", "beaucoup", "vu", "Taux notifié"),
        ("notified_percent", "", "vu", "absent"),
        ("notified_percent", "3,20", " ", "motif absent"),
        ("wages_by_year.2022", "12 34 5", "vu", "Salaires 2022"),
    ],
)
def test_a_correction_that_says_nothing_is_refused(desk: Desk, name: str, text: str, reason: str, said: str) -> None:
    desk.kept(SHEET_2024)
    (paper,) = papers(desk)
    with pytest.raises(InvalidInput, match=said):
        corrected(desk, paper.id, TypedValue(name, text, reason, "Dominique Gestion"))


@pytest.mark.parametrize("name", ["nothing", "lines.0.it_cost_eur", "wages_by_year.soon", "printed", "places.siret"])
def test_a_value_that_no_sheet_has_is_not_found(desk: Desk, name: str) -> None:
    desk.kept(SHEET_2024)
    (paper,) = papers(desk)
    with pytest.raises(NotFound):
        corrected(desk, paper.id, TypedValue(name, "1", "vu", "Dominique Gestion"))


def test_a_foreign_broker_can_neither_give_nor_see_papers(desk: Desk) -> None:
    desk.kept(SHEET_2024)
    stranger = broker_of(99, rights=frozenset({"rates.read", "rates.write", "documents.write", "companies.read"}))
    with desk.database.reading(stranger) as session:
        assert queries.list_papers(session, desk.company_id) == []
        assert queries.list_findings_of_company(session, desk.company_id) == []
    read = [desk.read(*sample(SHEET_2025))]
    assert read
    with pytest.raises((OutOfScope, AssertionError)):
        desk.deposit(sample(SHEET_2025), actor=stranger)


def test_rates_and_findings_rebuilt_from_the_papers_are_those_that_are_stored(desk: Desk) -> None:
    desk.keep(desk.deposit(*samples()))
    for projection in (RATE_YEARS, RATE_FINDINGS):
        with desk.database.writing(HANDLER) as session:
            assert differences(session, projection) == ([], [])
    with desk.database.writing(HANDLER) as session:
        assert rebuild(session, RATE_YEARS) == 3
