"""New terms announced before a due date: their changes, the page with its last day, the notice that is filed."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
import time_machine

from atmp_insure.documents.models import Document
from atmp_insure.guarantees.loader import installed_catalogue
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.policies.changes import ChangePrice, ChangeProductVersion
from atmp_insure.policies.new_terms import new_terms
from tests.application import texts
from tests.db.builders import TESTER
from tests.engines import a_database
from tests.policies.builders import some_terms
from tests.scenarios.test_a_policy_through_five_years import Office, on
from tests.underwriting.desk import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from atmp_insure.guarantees.product import ProductVersion
    from atmp_insure.policies.terms import PolicyTerms

INDEXED = {"product_version": "2027-1", "index": "3,5"}


def version(name: str) -> ProductVersion:
    found = installed_catalogue(None).version("taux_atmp", name)
    assert found is not None
    return found


def changed(terms: PolicyTerms, name: str, index: str) -> PolicyTerms:
    """The terms once the new ones hold."""
    for change in new_terms(terms, version(name), Fraction(index)):
        terms = change.applied(terms, date(2028, 1, 1))
    return terms


def test_an_index_bears_on_the_rates_and_leaves_the_minimum_premium() -> None:
    terms = some_terms()
    after = changed(terms, "2027-1", "0.035")
    assert after.net_eur == 20_700
    assert after.minimum_eur == terms.minimum_eur
    assert changed(terms, "2027-1", "-0.1").net_eur == 18_000


def test_another_version_brings_its_minimum_premium_before_the_index_bears() -> None:
    terms = some_terms(minimum_eur=Fraction(9))
    kinds = [type(one) for one in new_terms(terms, version("2026-1"), Fraction("0.02"))]
    assert kinds == [ChangeProductVersion, ChangePrice]
    assert changed(terms, "2026-1", "0.02").minimum_eur == version("2026-1").minimum_premium_eur


@pytest.mark.parametrize("index", ["0", "-1", "-2"])
def test_terms_that_do_not_change_or_cost_nothing_are_not_announced(index: str) -> None:
    with pytest.raises(InvalidInput):
        new_terms(some_terms(), version("2027-1"), Fraction(index))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with a_database("sqlite") as database, time_machine.travel(NOW, tick=False):
        yield Office(database, tmp_path)


def plain(page: str) -> str:
    return page.replace("\u202f", " ").replace("\xa0", " ").replace("&#39;", "'")


def test_a_notice_is_seen_then_filed_with_the_last_transaction_of_the_policy(office: Office) -> None:
    policy = office.desk.issued()
    url = f"/policies/{policy}/notice"
    with on(date(2027, 10, 31)):
        page = plain(office.page(office.underwriter, url))
        assert "Dernier jour pour l'envoyer, où le client peut encore résilier : 31 octobre 2027" in page
        seen = office.underwriter.post(url, data=INDEXED)
        assert (seen.status_code, seen.mimetype, seen.data[:4]) == (200, "application/pdf", b"%PDF")
        assert office.desk.policy(policy).transactions[-1].papers == []
        assert office.underwriter.post(url, data=INDEXED | {"file": "yes"}).location.endswith(f"/policies/{policy}")
    assert len(office.desk.policy(policy).transactions) == 1, "a notice records nothing"
    [filed] = office.desk.policy(policy).transactions[-1].papers
    with office.database.reading(TESTER) as session:
        assert session.get_one(Document, filed.document_id).kind == "new_terms_notice"


def test_a_day_later_the_page_warns_and_no_notice_is_made(office: Office) -> None:
    policy = office.desk.issued()
    with on(date(2027, 11, 1)):
        assert "Le dernier jour pour l'envoyer était le 31 octobre 2027" in plain(
            office.page(office.underwriter, f"/policies/{policy}/notice")
        )
        late = office.underwriter.post(f"/policies/{policy}/notice", data=INDEXED | {"file": "yes"})
    assert late.status_code == 422
    assert "au plus tard le 31 octobre 2027" in plain(texts(late.text))
    assert office.desk.policy(policy).transactions[-1].papers == []


def test_an_index_that_is_none_or_no_number_is_told_beside_its_field(office: Office) -> None:
    url = f"/policies/{office.desk.issued()}/notice"
    with on(date(2027, 9, 1)):
        wrong = {"": "Rien ne change", "beaucoup": "Écrire un pourcentage", "-100": "Il ne resterait rien"}
        for index, said in wrong.items():
            answer = office.underwriter.post(url, data=INDEXED | {"index": index})
            assert (answer.status_code, said in plain(texts(answer.text))) == (422, True), index


def test_whoever_may_not_renew_announces_nothing(office: Office) -> None:
    url = f"/policies/{office.desk.issued()}/notice"
    assert office.accountant.get(url).status_code == 403
