"""Files of parties: read, looked at row by row, then written once however often they are brought."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from atmp_insure.access.roles import Role
from atmp_insure.db.actor import system
from atmp_insure.db.run_queries import list_failures
from atmp_insure.db.runs import Run, RunState, progress_of, work_chunk
from atmp_insure.db.scope import OutOfScope
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.parties import body_queries, import_service, jobs, payroll_queries, queries
from atmp_insure.parties.body_models import BodyKind, ImportKind, ImportState
from atmp_insure.parties.file_rows import MOST_ROWS
from atmp_insure.parties.import_preview import RowOutcome
from atmp_insure.parties.import_rows import table_of
from atmp_insure.parties.import_service import NewImport, Written
from tests.db.builders import a_document
from tests.parties.desk import NOW, SIREN, SIRET, TODAY, a_known_company, a_section, a_whole_company, of_office

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database
    from atmp_insure.parties.file_rows import Table
    from atmp_insure.parties.import_preview import PreviewRow

COMPANIES = ("SIREN;Dénomination sociale;Code NAF;Activité", "000000018;Métaux Exemple;2511Z;charpentes",
             "26;Bois Exemple;;")  # fmt: skip


def table(kind: ImportKind, *lines: str) -> Table:
    return table_of(kind, [(number, line.split(";")) for number, line in enumerate(lines, start=1)])


def brought(database: Database, kind: ImportKind, *lines: str, corrects: bool = False, stated_on: date = TODAY) -> int:
    new = NewImport(kind, "fichier.csv", a_document(database, None), "liste du courtier", stated_on, corrects)
    with database.writing(of_office()) as session:
        return import_service.keep_import(session, new, table(kind, *lines), NOW).id


def shown(database: Database, number: int) -> tuple[PreviewRow, ...]:
    with database.reading(of_office()) as session:
        return import_service.preview_import(session, body_queries.get_import(session, number), TODAY)


def write(database: Database, number: int) -> Written:
    with database.writing(of_office()) as session:
        return import_service.write_import(session, body_queries.get_import(session, number), NOW)


def outcomes(rows: tuple[PreviewRow, ...]) -> list[RowOutcome]:
    return [row.outcome for row in rows]


def test_headings_are_recognised_without_case_accents_nor_order_below_a_title() -> None:
    found = table(
        ImportKind.COMPANIES, "Liste des entreprises;;", "raison SOCIALE;N° SIREN;Couleur", "Exemple;000000018;x"
    )
    assert found.recognised == (("raison SOCIALE", "Dénomination sociale"), ("N° SIREN", "SIREN"))
    assert found.ignored == ("Couleur",)
    assert found.rows[0].texts == {"siren": SIREN, "name": "Exemple"}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("SIREN;Couleur", "000000018;x"), "il faut au moins « SIREN », « Dénomination sociale »"),
        (("SIREN;Dénomination sociale",), "aucune ligne"),
        (("SIREN;Dénomination sociale", ";"), "aucune ligne"),
        ((), "colonnes absentes"),
    ],
)
def test_a_file_without_its_columns_or_rows_says_what_is_needed(lines: tuple[str, ...], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        table(ImportKind.COMPANIES, *lines)


def test_a_file_has_a_largest_size() -> None:
    rows = [(number, ("000000018", "x")) for number in range(2, MOST_ROWS + 2)]
    heading = (1, ("SIREN", "Nom"))
    assert len(table_of(ImportKind.COMPANIES, [heading, *rows]).rows) == MOST_ROWS
    with pytest.raises(InvalidInput, match=f"{MOST_ROWS + 1} lignes"):
        table_of(ImportKind.COMPANIES, [heading, *rows, (MOST_ROWS + 2, ("000000018", "x"))])


def test_companies_are_shown_then_written_and_a_second_time_nothing_is_done(database: Database) -> None:
    first = brought(database, ImportKind.COMPANIES, *COMPANIES)
    assert outcomes(shown(database, first)) == [RowOutcome.NEW, RowOutcome.NEW]
    with database.reading(of_office()) as session:
        assert queries.find_company(session, SIREN) is None  # looked at, and nothing more
    assert write(database, first) == Written(2, 0)
    with database.reading(of_office()) as session:
        assert queries.find_company(session, "000000026") is not None  # a spreadsheet had lost its zeros
    with pytest.raises(Refused, match="déjà été repris"):
        write(database, first)
    again = brought(database, ImportKind.COMPANIES, *COMPANIES)
    assert outcomes(shown(database, again)) == [RowOutcome.SAME, RowOutcome.SAME]


def test_what_is_known_is_completed_and_corrected_only_when_asked(database: Database) -> None:
    a_known_company(database)
    lines = ("SIREN;Nom;Activité", "000000018;Métaux Nouveau;charpentes")

    def names() -> tuple[str, str | None]:
        with database.reading(of_office()) as session:
            company = queries.find_company(session, SIREN)
            assert company is not None
            return company.name, company.activity

    left = brought(database, ImportKind.COMPANIES, *lines)
    [row] = shown(database, left)
    assert (row.outcome, row.said) == (RowOutcome.DIFFERS, "déjà connu et laissé tel quel : nom")
    write(database, left)
    assert names() == ("Métaux Exemple", "charpentes")
    corrected = brought(database, ImportKind.COMPANIES, *lines, corrects=True)
    assert shown(database, corrected)[0].said == "sera corrigé : nom"
    write(database, corrected)
    assert names() == ("Métaux Nouveau", "charpentes")


def test_rows_in_fault_are_left_out_with_what_is_wrong_and_the_others_are_written(database: Database) -> None:
    number = brought(database, ImportKind.COMPANIES, *COMPANIES, "000000019;x;;", "000000018;Encore;;", ";;x;")
    rows = shown(database, number)
    assert outcomes(rows) == [RowOutcome.NEW, RowOutcome.NEW, RowOutcome.FAULTY, RowOutcome.FAULTY, RowOutcome.FAULTY]
    assert "n'est pas un SIREN" in rows[2].said
    assert "déjà dit à la ligne 2" in rows[3].said
    assert [fault.place for fault in rows[4].faults] == [
        "ligne 6, Dénomination sociale",
        "ligne 6, Code NAF",
        "ligne 6, SIREN",
    ]
    assert write(database, number).left_out == 2  # the fourth says what is known by then


def test_establishments_sections_and_payroll_follow_each_other(database: Database) -> None:
    a_known_company(database)
    files = {
        ImportKind.ESTABLISHMENTS: ("SIRET;Commune;Code postal;Siège;Ouvert le;Fermé le",
                                    f"{SIRET};Lyon;1000;oui;01/03/2012;", "00000002600013;x;;;;"),
        ImportKind.SECTIONS: ("SIRET;Section;À compter du;CTN;Code risque;Territoire;Sous-secteur",
                              f"{SIRET};1;2024-01-01;b;452BA;Alsace-Moselle;Gros œuvre", f"{SIRET};2;;;;;"),
        ImportKind.PAYROLL: ("SIRET;Section;Année;Masse salariale;Effectif;Provisoire",
                             f"{SIRET};01;2025;1 250 000,50 €;82,5;non", f"{SIRET};;2025;1;;", f"{SIRET};9;2025;1;;"),
    }  # fmt: skip
    expected = {
        ImportKind.ESTABLISHMENTS: [RowOutcome.NEW, RowOutcome.FAULTY],
        ImportKind.SECTIONS: [RowOutcome.NEW, RowOutcome.NEW],
        ImportKind.PAYROLL: [RowOutcome.NEW, RowOutcome.FAULTY, RowOutcome.FAULTY],
    }
    for kind, lines in files.items():
        number = brought(database, kind, *lines)
        assert outcomes(shown(database, number)) == expected[kind], kind
        write(database, number)
    with database.reading(of_office()) as session:
        establishment = queries.find_establishment(session, SIRET)
        assert establishment is not None
        assert (establishment.name, establishment.postcode, establishment.opened_on) == (
            "Lyon",
            "01000",
            date(2012, 3, 1),
        )
        section = queries.find_section(session, establishment.id, "01")
        assert section is not None
        assert queries.list_terms(session, section.id)[0].risk_code == "45.2BA"
        used = payroll_queries.payroll_used(session, [section.id], [2025])[section.id, 2025]
        assert (used.payroll_eur, used.headcount) == (Decimal("1250000.50"), Decimal("82.50"))
        [statement] = payroll_queries.list_statements(session, section.id, 2025)
        assert (statement.source.value, statement.detail, statement.document_id) == ("file", "liste du courtier", 3)


def test_payroll_of_a_file_is_kept_beside_what_is_in_use(database: Database) -> None:
    _company, establishment, section = a_whole_company(database)
    lines = ("SIRET;Année;Masse salariale;Effectif", f"{SIRET};2025;100;")
    write(database, brought(database, ImportKind.PAYROLL, *lines))  # its only section needs no number
    for changed, outcome in (
        (f"{SIRET};2025;100;", RowOutcome.SAME),
        (f"{SIRET};2025;100;5", RowOutcome.COMPLETES),
        (f"{SIRET};2025;100,01;", RowOutcome.DIFFERS),
    ):
        number = brought(database, ImportKind.PAYROLL, lines[0], changed, corrects=True)
        assert outcomes(shown(database, number)) == [outcome]
    write(database, number)
    with database.reading(of_office()) as session:
        used = payroll_queries.payroll_used(session, [section], [2025])[section, 2025]
        assert (used.payroll_eur, used.differs) == (Decimal("100.00"), True)
    a_section(database, establishment, "02")
    assert "2 sections" in shown(database, brought(database, ImportKind.PAYROLL, *lines))[0].said


@pytest.mark.parametrize(
    ("kind", "heading", "row", "said"),
    [
        (ImportKind.PAYROLL, "SIRET;Année;Effectif", f"{SIRET};25;1", "n'est pas une année"),
        (ImportKind.PAYROLL, "SIRET;Année;Effectif", f"{SIRET};2025;beaucoup", "n'est pas un nombre"),
        (ImportKind.PAYROLL, "SIRET;Année;Effectif", f"{SIRET};2025;1e2", "n'est pas un nombre"),
        (ImportKind.PAYROLL, "SIRET;Année;Masse salariale", f"{SIRET};2025;4.500", "plus de deux décimales"),
        (ImportKind.PAYROLL, "SIRET;Année;Effectif", f"{SIRET};2025;", "ni masse salariale ni effectif"),
        (ImportKind.PAYROLL, "SIRET;Année;Effectif;Provisoire", f"{SIRET};2025;1;peut-être", "ni oui ni non"),
        (ImportKind.SECTIONS, "SIRET;Section;CTN;Territoire", f"{SIRET};3;A;Mars", "n'est pas un territoire"),
        (ImportKind.SECTIONS, "SIRET;Section;Code risque", f"{SIRET};3;452BA", "code risque sans CTN"),
        (ImportKind.SECTIONS, "SIRET;Section;CTN;Sous-secteur", f"{SIRET};3;B;toits", "n'est pas un sous-secteur"),
        (ImportKind.SECTIONS, "SIRET;Section;CTN;À compter du", f"{SIRET};3;A;31/02/2024", "n'est pas un jour"),
        (ImportKind.ESTABLISHMENTS, "SIRET;Code postal", f"{SIRET};Lyon", "n'est pas un code postal"),
        (ImportKind.ESTABLISHMENTS, "SIRET;Nom", "1;x", "n'est pas un SIRET"),
        (ImportKind.BODIES, "Nature;Code;Nom", "mairie;1;x", "n'est pas une nature d'organisme"),
    ],
)  # fmt: skip
def test_each_wrong_cell_says_what_is_wrong_and_what_to_write(
    database: Database, kind: ImportKind, heading: str, row: str, said: str
) -> None:
    a_whole_company(database)
    [found] = shown(database, brought(database, kind, heading, row))
    assert found.outcome is RowOutcome.FAULTY
    assert said in found.said


BODIES = (
    "Nature;Code;Nom;Départements;Commune",
    "CPAM;931;CPAM Exemple;93, 95;Bobigny",
    "tribunal;T1;Tribunal Exemple;;",
)


def test_bodies_come_from_a_file_with_its_source_and_day_and_none_is_there_before(database: Database) -> None:
    with database.reading(of_office()) as session:
        assert body_queries.count_bodies(session) == {}
    write(database, brought(database, ImportKind.BODIES, *BODIES, stated_on=date(2026, 3, 3)))
    with database.reading(of_office()) as session:
        assert body_queries.count_bodies(session) == {BodyKind.CPAM: 1, BodyKind.COURT: 1}
        body = body_queries.find_body(session, BodyKind.CPAM, "931")
        assert body is not None
        assert (body.departments, body.source, body.checked_on) == ("93 95", "liste du courtier", date(2026, 3, 3))


def test_an_older_source_never_takes_the_place_of_a_newer_one(database: Database) -> None:
    write(database, brought(database, ImportKind.BODIES, *BODIES, stated_on=date(2026, 3, 3)))
    changed = ("Nature;Code;Nom", "CPAM;931;CPAM Renommée")
    for day, name in ((date(2026, 3, 2), "CPAM Exemple"), (date(2026, 3, 3), "CPAM Renommée")):
        write(database, brought(database, ImportKind.BODIES, *changed, corrects=True, stated_on=day))
        with database.reading(of_office()) as session:
            body = body_queries.find_body(session, BodyKind.CPAM, "931")
            assert body is not None
            assert (body.name, body.checked_on) == (name, date(2026, 3, 3))


def test_a_large_file_is_written_by_a_run_that_may_be_taken_up_again(database: Database) -> None:
    sirens = [f"{number:08}" for number in range(1, 6)]
    rows = [f"{siren}{_key(siren)};Exemple {siren}" for siren in sirens]
    number = brought(database, ImportKind.COMPANIES, "SIREN;Nom", *rows, "000000019;x")
    with database.writing(of_office()) as session:
        run = jobs.start_import(session, body_queries.get_import(session, number), NOW)
    with database.reading(of_office()) as session:
        assert body_queries.get_import(session, number).state is ImportState.RUNNING
    two_at_once = replace(jobs.IMPORT, chunk=2)
    for _ in range(5):
        with database.writing(system("worker")) as session:
            work_chunk(session, two_at_once, run.id, NOW)
    with database.reading(of_office()) as session:
        found = session.get_one(Run, run.id)
        assert found.state is RunState.DONE_WITH_ERRORS
        assert (progress_of(session, found).done, progress_of(session, found).failed) == (5, 1)
        assert "n'est pas un SIREN" in str(list_failures(session, run.id)[0].error)
        assert len(session.scalars(queries.companies()).all()) == 5
    with pytest.raises(Refused), database.writing(of_office()) as session:
        jobs.start_import(session, body_queries.get_import(session, number), NOW)


def _key(digits: str) -> str:
    """The last digit of a SIREN."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(digits)]
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def test_a_file_may_be_given_up_and_is_brought_by_the_office_only(database: Database) -> None:
    number = brought(database, ImportKind.COMPANIES, *COMPANIES)
    with database.writing(of_office()) as session:
        import_service.discard_import(session, body_queries.get_import(session, number))
    with pytest.raises(Refused):
        write(database, number)
    new = NewImport(ImportKind.COMPANIES, "x.csv", 1, "x", TODAY, corrects=False)
    found = table(ImportKind.COMPANIES, *COMPANIES)
    with pytest.raises(OutOfScope), database.writing(of_office(Role.AUDITOR)) as session:
        import_service.keep_import(session, new, found, NOW)
    for wrong, place in (
        (replace(new, source=" "), "source"),
        (replace(new, stated_on=date(2026, 11, 21)), "stated_on"),
    ):
        with pytest.raises(InvalidInput) as error, database.writing(of_office()) as session:
            import_service.keep_import(session, wrong, found, NOW)
        assert [fault.place for fault in error.value.faults] == [place]


def test_a_preview_asks_as_many_queries_for_many_rows_as_for_few(database: Database) -> None:
    counts = []
    for many in (2, 300):
        rows = [f"{number:08}{_key(f'{number:08}')};x" for number in range(1, many)]
        number = brought(database, ImportKind.COMPANIES, "SIREN;Nom", *rows)
        counts.append(_statements(database, number))
    assert counts[0] == counts[1]


def _statements(database: Database, number: int) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    shown(database, number)
    event.remove(database.engine, "before_cursor_execute", note)
    return len(seen)
