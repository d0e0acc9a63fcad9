"""A file from its opening to its price: opened once, its forms kept in versions, its quotes one after the other."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from atmp_insure.db.scope import OutOfScope
from atmp_insure.guarantees.product import Deductible, Limits
from atmp_insure.guarantees.vocabulary import DeductibleKind, Frequency
from atmp_insure.kernel.errors import InvalidInput, NotFound, Refused
from atmp_insure.kernel.labelled import Label
from atmp_insure.rate_records import queries as rate_queries
from atmp_insure.underwriting import needs, queries, service, shown
from atmp_insure.underwriting.decision import Declared, Verdict
from atmp_insure.underwriting.draws import STREAM
from atmp_insure.underwriting.exposure import exposure
from atmp_insure.underwriting.models import Submission, SubmissionState
from atmp_insure.underwriting.pricing import Draw, Variant
from atmp_insure.underwriting.quotation import QuoteQuestion, quotation
from atmp_insure.underwriting.quote_answer import quote_answer
from atmp_insure.underwriting.quote_course import QuoteState
from tests.db.builders import TESTER
from tests.rate_records.desk.conftest import Desk, a_desk, the_office
from tests.underwriting.builders import DAY, a_variant, book
from tests.underwriting.desk import NEEDS, NOW, PRODUCT, TODAY, Quoting, a_quotation, at

if TYPE_CHECKING:
    from pathlib import Path

    from atmp_insure.db.engine import Database
    from atmp_insure.underwriting.models import Quote
    from atmp_insure.underwriting.quotation import Quotation
    from atmp_insure.underwriting.service import Prepared

KEPT = ("feuille_calcul_2025.xlsx", "feuille_calcul_2026.csv", "compte_employeur_2023.csv")
SUMMER = at(date(2027, 7, 15))


def test_a_file_is_opened_once_for_a_company_a_product_and_a_day(quoting: Quoting) -> None:
    file = quoting.opened()
    with pytest.raises(InvalidInput, match="une demande est déjà ouverte"):
        quoting.opened()
    assert quoting.opened(DAY + timedelta(days=1)) != file
    with quoting.database.writing(quoting.broker) as session:
        service.close_submission(session, queries.get_submission(session, file), "le client renonce", NOW)
    assert quoting.opened() != file
    found = quoting.file(file)
    assert (found.state, found.closed_reason, found.organisation_id) == (
        SubmissionState.CLOSED, "le client renonce", quoting.broker_id,
    )  # fmt: skip


def test_a_cover_begins_within_eighteen_months_on_a_day_that_the_product_is_sold_for(quoting: Quoting) -> None:
    for now, starts_on in (
        (NOW, date(2028, 5, 24)),  # 551 days later
        (SUMMER, date(2026, 1, 10)),  # 551 days before
        (NOW, date(2025, 12, 31)),  # the day before the first version of the product
    ):
        with pytest.raises(InvalidInput) as refused:
            quoting.opened(starts_on, now)
        assert [one.place for one in refused.value.faults] == ["starts_on"]
    assert quoting.count(Submission) == (0,)
    for now, starts_on in ((NOW, date(2028, 5, 23)), (SUMMER, date(2026, 1, 11)), (NOW, date(2026, 1, 1))):
        quoting.opened(starts_on, now)
    assert quoting.count(Submission) == (3,)


def test_a_product_that_nobody_sells_is_refused_by_its_name(quoting: Quoting) -> None:
    with pytest.raises(InvalidInput, match="produit « tout_risque » inconnu"):
        quoting.opened(product="tout_risque")


def test_a_broker_who_does_not_follow_the_company_opens_sees_and_writes_nothing(quoting: Quoting) -> None:
    with pytest.raises(OutOfScope):
        quoting.opened(by=quoting.stranger)
    quote = quoting.kept(file := quoting.opened())
    submission = quoting.file(file)
    with quoting.database.reading(quoting.stranger) as session:
        with pytest.raises(NotFound, match="demande"):
            queries.get_submission(session, file)
        with pytest.raises(NotFound, match="devis"):
            queries.get_quote(session, quote)
    for write in (
        lambda session: service.write_needs(session, submission, NEEDS, "", NOW),
        lambda session: service.close_submission(session, submission, "à moi", NOW),
        lambda session: service.keep_quote(session, submission, quoting.prepared(file), a_quotation(), NOW),
    ):
        with quoting.database.writing(quoting.stranger) as session, pytest.raises(OutOfScope):
            write(session)
    assert len(quoting.file(file).quotes) == 1


def test_each_form_of_needs_is_a_version_with_its_author_and_none_is_written_over(quoting: Quoting) -> None:
    file = quoting.opened()
    later = NOW + timedelta(hours=1)
    for person, need, moment in ((quoting.broker, "Le chantier.", NOW), (quoting.underwriter, "Tout.", later)):
        with quoting.database.writing(person) as session:
            submission = queries.get_submission(session, file)
            service.write_needs(session, submission, NEEDS | {"need": need}, " Prendre 0,30 %. ", moment)
    first, second = quoting.file(file).needs
    assert (first.number, first.answers["need"], first.written_by, first.written_at) == (
        1, "Le chantier.", "courtier", NOW,
    )  # fmt: skip
    assert (second.number, second.answers["need"], second.written_by, second.advice) == (
        2, "Tout.", "bureau.underwriter", "Prendre 0,30 %.",
    )  # fmt: skip


def test_a_form_of_needs_reads_in_the_words_in_which_it_was_asked(
    quoting: Quoting, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = quoting.opened()
    monkeypatch.setattr(
        needs, "QUESTIONS", [replace(one, text_fr=Label(f"Hier : {one.code} ?")) for one in needs.QUESTIONS]
    )
    with quoting.database.writing(quoting.broker) as session:
        given = NEEDS | {"retained_eur": "50000"}
        service.write_needs(session, queries.get_submission(session, file), given, "", NOW)
    monkeypatch.undo()
    assert shown.answered(quoting.file(file).needs[-1]) == [
        ("Hier : need ?", "Protéger le taux avant un chantier."),
        ("Hier : retained_eur ?", "50\u202f000"),
        ("Hier : scheme ?", "régime général de la Sécurité sociale"),
        ("Hier : temporary_workers ?", "0"),
        ("Hier : injunction ?", "non"),
        ("Hier : additional_contribution ?", "non"),
        ("Hier : unlisted_events ?", "non"),
    ]


def test_a_form_tells_every_question_without_an_answer_and_is_not_kept(quoting: Quoting) -> None:
    file = quoting.opened()
    with quoting.database.writing(quoting.broker) as session, pytest.raises(InvalidInput) as refused:
        service.write_needs(
            session, queries.get_submission(session, file), {"need": " ", "temporary_workers": "-1"}, "", NOW
        )
    assert [one.place for one in refused.value.faults] == [
        "need", "scheme", "temporary_workers", "injunction", "additional_contribution", "unlisted_events",
    ]  # fmt: skip
    assert quoting.file(file).needs == []


def test_a_finding_is_answered_once_and_not_with_nothing(quoting: Quoting) -> None:
    file = quoting.opened()

    def answer(text: str) -> None:
        with quoting.database.writing(quoting.broker) as session:
            submission = queries.get_submission(session, file)
            service.answer_finding(session, submission, "rate|a.csv|B4", message="Taux", text=text, now=NOW)

    with pytest.raises(InvalidInput, match="réponse vide"):
        answer(" \n")
    answer("vérifié avec la caisse")
    with pytest.raises(Refused, match="déjà sa réponse"):
        answer("autre chose")
    assert [one.text for one in quoting.file(file).answers] == ["vérifié avec la caisse"]


def test_a_second_version_takes_the_place_of_the_first_and_both_keep_what_they_said(quoting: Quoting) -> None:
    file = quoting.opened()
    first, second = quoting.kept(file, Verdict.REFER), quoting.kept(file)
    old, new = quoting.file(file).quotes
    assert [(one.id, one.number, one.reference, one.state) for one in (old, new)] == [
        (first, 1, f"D-{file:06d}-1", QuoteState.REPLACED), (second, 2, f"D-{file:06d}-2", QuoteState.READY),
    ]  # fmt: skip
    assert [one.verdict for one in quoting.quote(first).decisions] == ["refer"]
    assert (new.seed, new.scenarios, new.stream, str(new.wages_eur)) == ("1", 50, STREAM, "6034750.00")
    assert new.answer == json.loads(json.dumps(quote_answer(a_quotation())))


def test_a_version_that_the_rules_refuse_ends_the_one_that_the_client_already_holds(quoting: Quoting) -> None:
    file = quoting.opened()
    held = quoting.kept(file)
    quoting.sent(held)
    refused = quoting.kept(file, Verdict.REFUSE)
    assert [quoting.quote(one).state for one in (held, refused)] == [QuoteState.REPLACED, QuoteState.REFUSED]


def test_a_quote_holds_45_days_and_no_longer_than_the_day_the_cover_begins(quoting: Quoting) -> None:
    for starts_on, valid_until in (
        (date(2027, 1, 3), date(2027, 1, 3)),
        (date(2027, 1, 4), date(2027, 1, 4)),  # both ends fall on one day
        (date(2027, 1, 5), date(2027, 1, 4)),
        (TODAY, TODAY),
        (TODAY - timedelta(days=1), TODAY),
    ):
        assert quoting.quote(quoting.kept(quoting.opened(starts_on))).valid_until == valid_until


def test_a_closed_file_takes_nothing_more_and_its_quotes_are_over(quoting: Quoting) -> None:
    file = quoting.opened()
    quote = quoting.kept(file, Verdict.REFER)
    with quoting.database.writing(quoting.broker) as session:
        submission = queries.get_submission(session, file)
        with pytest.raises(InvalidInput, match="motif absent"):
            service.close_submission(session, submission, " ", NOW)
        service.close_submission(session, submission, "sans suite", NOW)
    assert quoting.quote(quote).state is QuoteState.REPLACED
    for write in (
        lambda session, found: service.write_needs(session, found, NEEDS, "", NOW),
        lambda session, found: service.answer_finding(session, found, "k", message="m", text="t", now=NOW),
        lambda session, found: service.keep_quote(session, found, quoting.prepared(file), a_quotation(), NOW),
        lambda session, found: service.close_submission(session, found, "encore", NOW),
    ):
        with quoting.database.writing(quoting.broker) as session, pytest.raises(Refused, match="close"):
            write(session, queries.get_submission(session, file))
    found = quoting.file(file)
    assert (len(found.needs), len(found.answers), len(found.quotes), found.closed_reason) == (0, 0, 1, "sans suite")


@dataclass(frozen=True)
class Papers:
    """The metalworks with some of its papers kept, and a file that rests on them."""

    desk: Desk
    file: int

    @classmethod
    def of(cls, database: Database, folder: Path) -> Papers:
        desk = a_desk(database, folder).kept(*KEPT)
        with database.writing(TESTER) as session:
            new = service.NewSubmission(desk.company_id, PRODUCT, DAY)
            return cls(desk, service.open_submission(session, new, book(), NOW).id)

    def needs(self, temporary_workers: str) -> None:
        with self.desk.database.writing(TESTER) as session:
            answers = NEEDS | {"temporary_workers": temporary_workers}
            service.write_needs(session, queries.get_submission(session, self.file), answers, "", NOW)

    def prepared(self) -> Prepared:
        with self.desk.database.reading(TESTER) as session:
            file = queries.get_submission(session, self.file)
            return service.prepare(session, file, the_office(), book(), TODAY)

    def keep(self, prepared: Prepared, found: Quotation) -> Quote:
        with self.desk.database.writing(TESTER) as session:
            submission = queries.get_submission(session, self.file)
            return service.keep_quote(session, submission, prepared, found, NOW)


def computed_again(database: Database, quote: Quote) -> dict[str, Any]:
    """The answer of a quote, from what it stores and the papers that it names."""
    with database.reading(TESTER) as session:
        papers = [rate_queries.get_paper(session, one) for one, _corrections in quote.papers]
        assert [len(one.corrections) for one in papers] == [count for _one, count in quote.papers]
        checked = the_office().reconciled(the_office().documents(papers))
    asked, said = quote.question["variants"], quote.question["declared"]
    found = exposure(
        checked.units, checked.findings, the_office().law, naf=quote.answer["exposure"]["naf"],
        temporary_workers=Fraction(said["temporary_workers"]),
    )  # fmt: skip
    declared = Declared(
        said["scheme"], said["injunction"], said["additional_contribution"], said["unlisted_events"],
        Fraction(said["group_wages_eur"]), frozenset(said["answered"]), said["has_needs"],
    )  # fmt: skip
    commission = quote.question["commission_share"]
    tariff = book().tariff(PRODUCT, quote.starts_on, None if commission is None else Fraction(commission))
    draw = Draw(int(quote.seed), quote.scenarios)
    question = QuoteQuestion(quote.starts_on, tuple(map(a_stored_variant, asked)), declared, draw)
    return quote_answer(quotation(found, question, tariff))


def a_stored_variant(said: dict[str, Any]) -> Variant:
    kinds, frequencies = {one.value: one for one in DeductibleKind}, {one.value: one for one in Frequency}
    limits = {name: None if limit is None else Fraction(limit) for name, limit in said["limits"].items()}
    deductible = Deductible(kinds[said["deductible"]["kind"]], Fraction(said["deductible"]["value"]))
    return Variant(
        frozenset(said["guarantees"]), deductible, frequencies[said["instalments"]], Limits(**limits),
        said["diseases"], Fraction(said["discount_share"]),
    )  # fmt: skip


def test_a_quote_rests_on_the_papers_of_its_moment_and_is_computed_again_from_them_to_the_cent(
    ground: Database, tmp_path: Path
) -> None:
    papers = Papers.of(ground, tmp_path)
    papers.needs("3")
    prepared = papers.prepared()
    found = service.priced(prepared, (a_variant(deductible="1", discount="0.025"),), Draw(7, 50))
    quote = papers.keep(prepared, found)

    papers.needs("40")
    papers.desk.kept("compte_employeur_2022.xlsx")
    assert quote.answer["variants"]
    assert computed_again(ground, quote) == quote.answer
    assert {one["code"] for one in quote.answer["reasons"]} >= {"missing_paper", "deductible_by_exception"}

    # a price that was computed from the papers of before comes too late
    with pytest.raises(Refused, match="viennent de changer"):
        papers.keep(prepared, found)
    with ground.reading(TESTER) as session:
        [alone] = queries.get_submission(session, papers.file).quotes
    assert (alone.number, alone.state) == (1, QuoteState.TO_REFER)
    assert papers.keep(papers.prepared(), found).number == 2
