"""Two versions of one account: what is new, what has moved, what has vanished."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from atmp_insure.rate_records.account_update import AccountUpdate, oldest_first, update, updates
from atmp_insure.rate_records.answers import read_answer
from atmp_insure.rate_records.documents import EmployerAccount, Severity
from atmp_insure.rate_records.readers import read_files
from atmp_insure.regulation.vocabulary import CostCategory
from tests.rate_records.builders import TODAY, an_account, csv_bytes, with_line_cell

if TYPE_CHECKING:
    from tests.rate_records.builders import Rows


def account(rows: Rows, name: str = "compte.csv") -> EmployerAccount:
    reading = read_files([(name, csv_bytes(rows))], TODAY)
    assert not reading.faults, [fault.line() for fault in reading.faults]
    (document,) = reading.documents
    assert isinstance(document, EmployerAccount)
    return document


def printed(day: str, rows: Rows) -> Rows:
    return [["Édité le", day], *rows]


def between(former: Rows, newer: Rows) -> AccountUpdate:
    """The update between two accounts that say their day."""
    return update(
        account([*former, ["Édité le", "01/02/2026"]], "ancien.csv"),
        account([*newer, ["Édité le", "01/03/2026"]], "nouveau.csv"),
    )


def without_line(rows: Rows, line: int) -> Rows:
    at = next(index for index, row in enumerate(rows) if "N° sinistre" in row)
    return [row for index, row in enumerate(rows) if index != at + 1 + line]


def test_the_same_account_changes_nothing() -> None:
    found = between(an_account(2022), an_account(2022))
    assert (found.new, found.changed, found.vanished, found.unchanged) == ((), (), (), 6)
    assert not found.findings


def test_a_claim_that_has_moved_keeps_its_former_values_and_the_place_of_both() -> None:
    newer = with_line_cell(an_account(2022), 1, "Nb jours d'arrêt", "52")
    newer = with_line_cell(with_line_cell(newer, 1, "Catégorie IT", "IT4"), 1, "Coût moyen IT", "4 770 €")
    (change,) = between(an_account(2022), with_line_cell(newer, 1, "Valeur du risque", "4 770 €")).changed
    values = {value.name: (value.former, value.newer) for value in change.values}
    assert values["it_category"] == (CostCategory.IT3, CostCategory.IT4)
    assert values["absence_days"] == (21, 52)
    days = next(value for value in change.values if value.name == "absence_days")
    assert days.former_place == days.newer_place == "ligne 14, colonne 12"
    (finding,) = between(an_account(2022), newer).findings
    assert (finding.code, finding.severity) == ("line_changed", Severity.INFORMATION)


def test_lines_that_are_new_and_lines_that_vanish_are_told_never_in_silence() -> None:
    found = between(without_line(an_account(2022), 0), without_line(an_account(2022), 3))
    assert [line.claim.first_name for line in found.new] == ["UN"]
    assert [line.claim.first_name for line in found.vanished] == ["QUATRE"]
    assert [(finding.code, finding.severity) for finding in found.findings] == [
        ("line_vanished", Severity.WARNING), ("line_new", Severity.INFORMATION),
    ]  # fmt: skip
    assert found.findings[0].file == "ancien.csv"


def test_an_account_suddenly_empty_is_an_error() -> None:
    empty: Rows = [["Exercice", 2022], ["SIRET", "00000001800010"], ["Aucun AT/MP pour la période"]]
    found = between(an_account(2022), empty)
    assert found.emptied
    assert [(finding.code, finding.severity) for finding in found.findings] == [("account_emptied", Severity.ERROR)]


def test_a_cost_that_has_moved_to_another_year_is_a_change() -> None:
    rows = an_account(2022)
    (change,) = between(rows, with_line_cell(rows, 5, "Exercice", "2023")).changed
    assert [(value.name, value.former, value.newer) for value in change.values] == [("account_year", 2022, 2023)]


def test_years_that_the_newer_account_does_not_cover_have_not_vanished() -> None:
    former = [*an_account(2022)[:-1], *an_account(2023)[-5:-1]]
    found = between([row for row in former if row[:1] != ["Exercice"] or len(row) > 2], an_account(2023))
    assert not found.vanished
    assert found.unchanged == 4


def test_the_same_claim_twice_is_joined_line_by_line() -> None:
    rows = an_account(2022)
    at = next(index for index, row in enumerate(rows) if "N° sinistre" in row)
    found = between([*rows[: at + 2], *rows[at + 1 :]], rows)
    assert (len(found.vanished), found.unchanged) == (1, 6)


def test_lines_without_number_are_joined_by_their_victim_and_date() -> None:
    rows = [[cell if x != 5 else "" for x, cell in enumerate(row)] if len(row) > 9 else row for row in an_account(2022)]
    rows[next(at for at, row in enumerate(rows) if "Nom" in row)][5] = "N° sinistre"
    found = between(rows, with_line_cell(rows, 2, "% RCT", "100"))
    assert [value.name for value in found.changed[0].values] == ["third_party_percent"]
    assert found.unchanged == 5


@pytest.mark.parametrize("newer_first", [True, False])
def test_versions_of_one_account_are_found_among_all_papers_and_ordered_by_their_day(newer_first: bool) -> None:
    older = "ancien.csv", csv_bytes(printed("01/02/2026", an_account(2022)))
    newer = "nouveau.csv", csv_bytes(printed("01/03/2026", without_line(an_account(2022), 0)))
    other = "autre.csv", csv_bytes(an_account(2023))
    documents = read_files([newer, older, other] if newer_first else [older, newer, other], TODAY).documents
    (found,) = updates(documents)
    assert (found.former.file, found.newer.file, len(found.vanished)) == ("ancien.csv", "nouveau.csv", 1)
    assert found.newer.issued_on == date(2026, 3, 1)
    assert found.order_is_known
    assert [document.file for document in oldest_first(documents)] == ["ancien.csv", "nouveau.csv", "autre.csv"]


def test_accounts_that_do_not_say_their_day_are_taken_in_the_order_given_and_it_is_said() -> None:
    first = "un.csv", csv_bytes(an_account(2022))
    last = "deux.csv", csv_bytes(without_line(an_account(2022), 0))
    for files, former, code in (([first, last], "un.csv", "line_vanished"), ([last, first], "deux.csv", "line_new")):
        (found,) = updates(read_files(files, TODAY).documents)
        assert found.former.file == former
        assert {finding.code for finding in found.findings} == {code, "update_order_unknown"}


def test_accounts_of_the_same_lines_need_no_order() -> None:
    rows = an_account(2022)
    files = [("un.csv", csv_bytes(rows)), ("deux.csv", csv_bytes([*rows, ["Observations libres"]]))]
    (found,) = updates(read_files(files, TODAY).documents)
    assert (found.unchanged, found.findings) == (6, ())


def test_the_annual_account_of_a_year_comes_after_the_current_one() -> None:
    rows = [[2025 if cell == 2022 else cell for cell in row] for row in an_account(2022)]
    annual = "annuel.csv", csv_bytes(rows)
    current = "courant.csv", csv_bytes([["Compte employeur courant"], *without_line(rows, 0)[1:]])
    for files in ([annual, current], [current, annual]):
        (found,) = updates(read_files(files, TODAY).documents)
        assert (found.former.file, found.newer.file) == ("courant.csv", "annuel.csv")
        assert [finding.code for finding in found.findings] == ["line_new"]


def test_accounts_of_two_sections_or_two_establishments_are_no_versions_of_each_other() -> None:
    rows = an_account(2022)
    for former, newer in (("01", "02"), ("00000001800010", "00000001800028")):
        other = [[newer if cell == former else cell for cell in row] for row in rows]
        assert not updates(read_files([("un.csv", csv_bytes(rows)), ("deux.csv", csv_bytes(other))], TODAY).documents)


def test_an_account_of_one_establishment_says_nothing_of_the_others_in_a_wider_one() -> None:
    rows = an_account(2022)
    at = next(index for index, row in enumerate(rows) if "N° sinistre" in row)
    other = [["00000001800028" if cell == "00000001800010" else cell for cell in row] for row in rows]
    wide = [*rows[:-1], *other[at + 1 : -1]]
    found = update(account(wide, "tous.csv"), account(other, "un.csv"))
    assert (len(found.vanished), found.unchanged) == (0, 6)
    found = update(account(wide, "tous.csv"), account(rows, "tous-suite.csv"))  # headed by the same establishment
    assert len(found.vanished) == 6


def test_several_accounts_of_one_workbook_are_all_looked_at() -> None:
    years = [(f"Compte {year}", an_account(year)) for year in (2022, 2023)]
    former = read_files([("ancien.json", json_accounts(years))], TODAY)
    newer = read_files(
        [("nouveau.json", json_accounts([(name, without_line(rows, 0)) for name, rows in years]))], TODAY
    )
    found = updates([*former.documents, *newer.documents])
    assert [len(one.vanished) for one in found] == [1, 1]


def json_accounts(accounts: list[tuple[str, Rows]]) -> bytes:
    """Accounts as lists of one JSON document."""
    lists = {}
    for name, rows in accounts:
        at = next(index for index, row in enumerate(rows) if "N° sinistre" in row)
        texts = [line.split("\t") for line in csv_bytes(rows[at:-1], "utf-8", "\t").decode().splitlines()]
        lists[name] = [dict(zip(texts[0], line, strict=True)) for line in texts[1:]]
    return json.dumps(lists).encode()


def test_an_empty_current_account_that_names_nobody_follows_the_one_before() -> None:
    so_far = [[2026 if cell == 2022 else cell for cell in row] for row in an_account(2022)]
    files = [("mars.csv", csv_bytes(so_far)), ("avril.csv", "Aucun AT/MP pour la période N et N-1".encode())]
    (found,) = updates(read_files(files, TODAY).documents)
    assert found.emptied


def test_the_answer_gives_both_values_and_hides_the_nir() -> None:
    newer = with_line_cell(an_account(2022), 1, "Nb jours d'arrêt", "52")
    files = [("ancien.csv", csv_bytes(an_account(2022))), ("nouveau.csv", csv_bytes(newer))]
    documents = read_files(files, TODAY).documents
    (plain,) = read_answer(documents, updates=updates(documents))["updates"]
    (change,) = plain["changed"]
    assert change["values"] == [
        {"key": "nb_jours_arret", "former": 21, "newer": 52, "former_place": "ligne 14, colonne 12",
         "newer_place": "ligne 14, colonne 12"}
    ]  # fmt: skip
    assert "*" in change["nns"]
    assert plain["former"]["file"] == "ancien.csv"
