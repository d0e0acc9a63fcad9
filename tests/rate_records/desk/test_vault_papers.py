"""Papers that came by the tray or by a link: read where they lie, once, by whoever may, with no second copy."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from atmp_insure.access.logs import ReadingLogEntry
from atmp_insure.access.roles import Role
from atmp_insure.db.actor import Actor, ScopeGrant, system
from atmp_insure.db.scope import OutOfScope
from atmp_insure.documents.kinds import document_kinds
from atmp_insure.documents.models import Document, DocumentVersion
from atmp_insure.documents.queries import get_document
from atmp_insure.documents.service import add_version, erase_document
from atmp_insure.kernel.errors import InvalidInput, NotFound, Refused
from atmp_insure.parties.queries import get_company
from atmp_insure.rate_records import queries
from atmp_insure.rate_records.deposit_service import (
    RATE_PAPER_KINDS,
    Deposited,
    DepositShelf,
    ReadVersion,
    deposit_from_vault,
    file_to_read,
    reading_of,
    require_unread,
    unread_among,
)
from atmp_insure.rate_records.models import PaperState
from atmp_insure.rate_records.service import discard_deposit
from tests.application import a_person, a_program, a_token, an_application, signed_in
from tests.db.builders import TESTER, a_company
from tests.documents.shelf import put_away
from tests.engines import a_database
from tests.rate_records.desk.conftest import HANDLER, NOW, SIRET, TODAY, Desk, a_desk, sample, the_office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

SHEET, ACCOUNT = "feuille_calcul_2024.csv", "compte_employeur_2023.csv"
LATER = NOW + timedelta(hours=2)


def of_the_office(*rights: str) -> Actor:
    return Actor("autre", user_id=8, grants=(ScopeGrant(frozenset(rights), everywhere=True),))


def came(desk: Desk, name: str = SHEET, kind: str = "calculation_sheet", content: bytes | None = None) -> int:
    """A paper that lies in the vault, as the tray or a link puts it there; gives its number."""
    return put_away(
        desk.database, desk.vault, desk.company_id, content or sample(name)[1], kind=kind, name=name
    ).document.id


def read(desk: Desk, *document_ids: int, actor: Actor = HANDLER) -> Deposited:
    """Have papers of the vault read, as the page does: what they hold first, then one transaction."""
    found = []
    with desk.database.reading(actor) as session:
        for document_id in document_ids:
            _, version = file_to_read(session, desk.company_id, document_id)
            content = desk.vault.opened(desk.company_id, version)
            reading = the_office().read(version.file_name, content, TODAY)
            found.append(ReadVersion(document_id, version.number, reading))
    with desk.database.writing(actor) as session:
        shelf = DepositShelf(desk.vault, document_kinds(), get_company(session, desk.company_id), LATER)
        return deposit_from_vault(session, shelf, found)


def unread(desk: Desk, actor: Actor = HANDLER) -> list[int]:
    with desk.database.reading(actor) as session:
        return [one.id for one in queries.list_unread_documents(session, desk.company_id, RATE_PAPER_KINDS)]


def count(desk: Desk, kind: type[Document | DocumentVersion]) -> int:
    with desk.database.reading(TESTER) as session:
        return session.scalar(select(func.count(kind.id))) or 0


def test_a_paper_of_the_vault_is_proposed_where_it_lies_and_not_put_away_again(desk: Desk) -> None:
    document_id = came(desk)
    before = (count(desk, Document), count(desk, DocumentVersion), list(desk.vault.store.list_addresses()))
    done = read(desk, document_id)
    assert done.deposit is not None
    (paper,) = done.deposit.papers
    assert (paper.document_id, paper.siret, paper.year, paper.state) == (document_id, SIRET, 2024, PaperState.PROPOSED)
    assert (count(desk, Document), count(desk, DocumentVersion), list(desk.vault.store.list_addresses())) == before
    desk.keep(done)
    with desk.database.reading(HANDLER) as session:
        assert [one.document_id for one in queries.list_counting(session, desk.company_id)] == [document_id]


def test_papers_of_the_vault_are_read_together_and_told_apart(desk: Desk) -> None:
    both = came(desk), came(desk, ACCOUNT, "employer_account")
    done = read(desk, *both)
    assert done.deposit is not None
    assert done.deposit.file_count == 2
    assert {(paper.document_id, paper.kind) for paper in done.deposit.papers} == {
        (both[0], "calculation_sheet"), (both[1], "employer_account"),
    }  # fmt: skip


def test_the_same_paper_read_twice_does_nothing(desk: Desk) -> None:
    document_id = came(desk)
    read(desk, document_id)
    again = read(desk, document_id)
    assert (again.deposit, again.repeated) == (None, [SHEET])


@pytest.mark.parametrize("kind", ["calculation_sheet", "account_file"])
def test_a_file_that_was_given_and_read_is_not_read_again_from_the_vault_whatever_it_is_called(
    desk: Desk, kind: str
) -> None:
    desk.kept(SHEET)
    document_id = came(desk, kind=kind)
    assert read(desk, document_id).deposit is None
    assert unread(desk) == []


def test_a_paper_read_from_the_vault_and_then_given_as_a_file_is_told_and_not_put_away_again(desk: Desk) -> None:
    read(desk, came(desk, kind="account_file"))
    again = desk.deposit(sample(SHEET))
    assert (again.deposit, again.repeated, count(desk, Document)) == (None, [SHEET], 1)


def test_one_file_given_twice_at_once_is_one_paper(desk: Desk) -> None:
    done = desk.deposit(sample(SHEET), ("copie.csv", sample(SHEET)[1]))
    assert done.deposit is not None
    assert (len(done.deposit.papers), done.repeated, done.deposit.file_count) == (1, ["copie.csv"], 1)


def test_a_paper_whose_deposit_was_discarded_may_be_read_again_and_is_offered_no_more(desk: Desk) -> None:
    document_id = came(desk)
    first = read(desk, document_id)
    assert first.deposit is not None
    with desk.database.writing(HANDLER) as session:
        discard_deposit(session, queries.get_deposit(session, first.deposit.id), LATER)
    assert unread(desk) == []
    assert read(desk, document_id).deposit is not None


def test_a_newer_version_is_to_be_read_though_the_first_one_was(desk: Desk) -> None:
    document_id = came(desk)
    desk.keep(read(desk, document_id))
    assert unread(desk) == []
    newer = sample(SHEET)[1].replace(b"08/01/2024", b"12/04/2024")
    with desk.database.writing(TESTER) as session:
        file = desk.read("rectificative.csv", newer).file
        add_version(session, desk.vault, get_document(session, document_id), file, LATER + timedelta(hours=1))
    assert unread(desk) == [document_id]


def test_a_paper_of_which_nothing_could_be_read_is_told_once_and_offered_no_more(desk: Desk) -> None:
    document_id = came(desk, "scan.csv", content=b"rien;qui;ressemble\n1;2;3\n")
    assert unread(desk) == [document_id]
    done = read(desk, document_id)
    assert done.deposit is not None
    assert done.deposit.papers == []
    assert unread(desk) == []


def test_only_papers_that_give_rates_and_that_a_reader_takes_are_offered(desk: Desk) -> None:
    sheet = came(desk)
    came(desk, kind="correspondence")
    picture = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
    put_away(desk.database, desk.vault, desk.company_id, picture, kind="calculation_sheet", name="photo.png")
    assert unread(desk) == [sheet]
    with desk.database.writing(TESTER) as session:
        erase_document(session, get_document(session, sheet), "déposée par erreur", LATER)
    assert unread(desk) == []
    with pytest.raises(InvalidInput, match="sans contenu"):
        read(desk, sheet)


def test_a_paper_of_another_kind_or_of_another_company_is_refused_and_says_so(desk: Desk) -> None:
    with pytest.raises(InvalidInput, match="autre nature"):
        read(desk, came(desk, kind="correspondence"))
    other = a_company(desk.database, "000000026")
    elsewhere = put_away(desk.database, desk.vault, other, sample(SHEET)[1], name=SHEET).document.id
    with pytest.raises(InvalidInput, match="autre entreprise"):
        read(desk, elsewhere)


def test_a_paper_filed_under_the_wrong_company_is_told_by_its_siren_and_proposed_nowhere(desk: Desk) -> None:
    content = sample("feuille_calcul_2024.csv", "builder")[1]
    done = read(desk, came(desk, content=content))
    assert done.deposit is None
    assert "autre entreprise (SIREN 000000034)" in done.foreign[0].message


@pytest.mark.parametrize(
    ("rights", "refusal"),
    [
        (("rates.read", "documents.read", "people.names", "companies.read"), OutOfScope),  # sees it, records no rate
        (("rates.read", "rates.write", "companies.read", "documents.read"), NotFound),  # records, sees no names
    ],
)
def test_reading_asks_for_the_right_to_record_rates_and_for_a_paper_that_one_sees(
    desk: Desk, rights: tuple[str, ...], refusal: type[Exception]
) -> None:
    document_id = came(desk, ACCOUNT, "employer_account")
    with pytest.raises(refusal):
        read(desk, document_id, actor=of_the_office(*rights))
    with desk.database.reading(of_the_office(*rights)) as session:
        assert unread_among(session, desk.company_id, [document_id]) == []


def test_a_paper_that_was_read_is_not_taken_out_of_its_file(desk: Desk) -> None:
    document_id = came(desk)
    done = read(desk, document_id)
    with desk.database.reading(HANDLER) as session:
        require_unread(session, None)
        with pytest.raises(Refused, match="Abandonner d'abord son dépôt"):
            require_unread(session, document_id)
    assert done.deposit is not None
    with desk.database.writing(HANDLER) as session:
        discard_deposit(session, queries.get_deposit(session, done.deposit.id), LATER)
        require_unread(session, document_id)


def test_a_document_says_how_far_it_was_read(desk: Desk) -> None:
    sheet, letter = came(desk), came(desk, kind="correspondence")
    with desk.database.reading(HANDLER) as session:
        before = reading_of(session, get_document(session, sheet))
        assert reading_of(session, get_document(session, letter)) is None
    read(desk, sheet)
    with desk.database.reading(HANDLER) as session:
        after = reading_of(session, get_document(session, sheet))
    assert before is not None
    assert after is not None
    assert (before.may_be_read, before.is_read, list(before.papers)) == (True, False, [])
    assert (after.may_be_read, after.is_read, [one.year for one in after.papers]) == (False, True, [2024])


class House:
    """The application with one company, one paper of its vault, and people who see it differently."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.document_id = desk, came(desk)
        self.app = an_application(desk.database, folder)
        self.gestion = a_person(desk.database, "gestion", Role.CLAIMS_HANDLER)
        self.handler = signed_in(self.app, self.gestion)
        self.auditor = signed_in(self.app, a_person(desk.database, "audit", Role.AUDITOR))

    def read(self, client: FlaskClient, *document_ids: int) -> str:
        """Press the button; the page where one is sent."""
        address = f"/companies/{self.desk.company_id}/papers/from-vault"
        answer = client.post(address, data={"documents": [str(one) for one in document_ids]}, follow_redirects=True)
        return answer.text


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with a_database("sqlite") as database:
        yield House(a_desk(database, tmp_path), tmp_path)


def test_the_page_of_a_document_offers_its_reading_to_whoever_may_and_then_leads_to_what_was_read(
    house: House,
) -> None:
    address = f"/documents/{house.document_id}"
    assert "Lire cette pièce" in house.handler.get(address).text
    assert "Lire cette pièce" not in house.auditor.get(address).text
    assert "Pas encore lue" in house.auditor.get(address).text
    page = house.read(house.handler, house.document_id)
    assert "Relire ce qui a été lu" in page
    assert "Feuille de calcul 2024" in page
    after = house.handler.get(address).text
    assert "Lire cette pièce" not in after
    assert "à relire" in after
    assert "était déjà lu" in house.read(house.handler, house.document_id)


def test_the_papers_of_a_company_list_what_lies_unread_in_its_vault(house: House) -> None:
    address = f"/companies/{house.desk.company_id}/papers"
    assert "Pièces du coffre pas encore lues" in house.handler.get(address).text
    assert "Pièces du coffre pas encore lues" not in house.auditor.get(address).text
    house.read(house.handler, house.document_id)
    assert "Pièces du coffre pas encore lues" not in house.handler.get(address).text


def test_nothing_chosen_is_said_and_whoever_only_reads_is_refused(house: House) -> None:
    assert "Choisir au moins une pièce du coffre" in house.read(house.handler)
    address = f"/companies/{house.desk.company_id}/papers/from-vault"
    assert house.auditor.post(address, data={"documents": house.document_id}).status_code == 403
    assert house.handler.post(address, data={"documents": "999"}).status_code == 404


def test_reading_a_paper_of_the_vault_is_written_in_the_reading_log(house: House) -> None:
    house.read(house.handler, house.document_id)
    with house.desk.database.reading(system("test")) as session:
        entries = session.scalars(select(ReadingLogEntry).where(ReadingLogEntry.actor == "gestion")).all()
    said = [one.what for one in entries if one.subject == f"documents:{house.document_id}"]
    assert said[0].endswith("valeurs du compte AT/MP")


def test_a_deposit_of_which_nothing_could_be_read_is_abandoned_like_any_other(house: House) -> None:
    unreadable = came(house.desk, "bruit.csv", content=b"a;b\n1;2\n")
    page = house.read(house.handler, unreadable)
    assert "Fichiers qui n'ont pas pu être lus" in page
    assert "Abandonner ce dépôt" in page
    assert house.handler.post("/rate-papers/deposits/1/discard").status_code == 302


def test_a_program_reads_papers_of_the_vault_as_the_page_does(house: House) -> None:
    program = a_program(house.app, a_token(house.desk.database, house.gestion))
    address = "/api/v1/paper-deposits/from-documents"
    tried = program.post(f"{address}?preview=true", json={"documents": [house.document_id]})
    assert tried.status_code == 201, tried.text
    assert unread(house.desk) == [house.document_id]
    given = program.post(address, json={"documents": [house.document_id]}).get_json()
    (paper,) = given["deposit"]["papers"]
    assert (paper["document_id"], paper["kind"], given["repeated"]) == (house.document_id, "calculation_sheet", [])
    again = program.post(address, json={"documents": [house.document_id]}).get_json()
    assert (again["deposit"], again["repeated"]) == (None, [SHEET])
    for body, status in (({"documents": []}, 422), ({"documents": [999]}, 404)):
        assert program.post(address, json=body).status_code == status
    letter = came(house.desk, kind="correspondence")
    refused = program.post(address, json={"documents": [letter]})
    assert (refused.status_code, refused.get_json()["errors"][0]["place"]) == (422, "/documents")
