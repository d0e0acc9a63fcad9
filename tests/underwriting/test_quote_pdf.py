"""The quote on paper: its amounts are those of the stored answer and add up; all that must be said is said."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace
from datetime import date
from fractions import Fraction
from html import unescape
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from atmp_insure.command_line import received
from atmp_insure.diary.complaint_remedies import Remedies
from atmp_insure.documents.letters import Office
from atmp_insure.guarantees.vocabulary import InsuredEvent
from atmp_insure.kernel.errors import InvalidInput, MissingParameter
from atmp_insure.rate_records.readers import read_files
from atmp_insure.rate_records.reconciliation import reconcile
from atmp_insure.regulation.loader import installed_law
from atmp_insure.underwriting import quote_texts as texts
from atmp_insure.underwriting.examples_loader import examples_on, load_examples
from atmp_insure.underwriting.exposure import exposure
from atmp_insure.underwriting.loader import installed_tariff_book
from atmp_insure.underwriting.pricing import Draw
from atmp_insure.underwriting.quotation import QuoteQuestion, quotation
from atmp_insure.underwriting.quote_answer import quote_answer
from atmp_insure.underwriting.quote_chart import dearest_impact
from atmp_insure.underwriting.quote_pdf import Approval, Client, Intermediary, QuotePaper, quote_html, quote_pdf
from atmp_insure.underwriting.quote_tables import beside_table, price_table, years_table

SHOP = Path(__file__).parents[1] / "samples" / "shop"
TODAY, FIRST_DAY = date(2026, 11, 22), date(2027, 1, 1)
OFFICE = Office("Bureau EXEMPLE", ("12 rue de l'Exemple", "00000 EXEMPLE"), ("Bureau EXEMPLE, RCS 000 000 000.",))
HEAD = (
    "label: essai\nunit: by convention\nvalues:\n  - from: 2019-01-01\n    source: essai\n    confidence: secondary\n"
)
HEAD += "    checked_on: 2026-11-22\n    table: |\n      event | example\n"


@pytest.fixture(scope="module")
def shop() -> dict[str, Any]:
    """The answer of a shop with a mixed rate: three deductibles, two known claims, referred to the underwriter."""
    law = installed_law(None).law
    tariff = installed_tariff_book(None).tariff("taux_atmp", FIRST_DAY)
    papers = read_files(received([str(path) for path in sorted(SHOP.iterdir())]), TODAY, {}).documents
    found = exposure(reconcile(papers, law).units, (), law)
    return quote_answer(quotation(found, QuoteQuestion(FIRST_DAY, draw=Draw(1, 200)), tariff))


@pytest.fixture
def answer(shop: dict[str, Any]) -> dict[str, Any]:
    """A copy that a test may change."""
    return deepcopy(shop)


def a_paper(answer: dict[str, Any], **changes: Any) -> QuotePaper:
    paper = QuotePaper(
        answer=answer, reference="D-000012-1", number=1, dated=TODAY, valid_until=date(2027, 1, 6), office=OFFICE,
        client=Client("ÉPICERIE IMAGINAIRE DU MODÈLE", "000000026", ("1 rue de l'Essai", "00000 ESSAI")),
        signatory="Camille EXEMPLE", signatory_role="Souscription",
    )  # fmt: skip
    return replace(paper, **changes)


def words(html: str) -> str:
    """What a reader reads, with plain spaces."""
    body = re.sub(r"</?strong>", "", html.partition("<body")[2])
    return plain(unescape(re.sub(r"<[^>]+>", " ", body)))


def plain(text: str) -> str:
    """A text with plain spaces, and no space inside its numbers."""
    return " ".join(text.replace("\u202f", "").split())


def printed(paper: QuotePaper) -> str:
    return words(quote_html(paper))


def french(amount: str) -> str:
    """An amount of the answer as `words` gives it back: `89924,61`."""
    return amount.replace(".", ",")


def number(text: str) -> Fraction:
    digits = plain(text).replace(",", ".")
    return Fraction(digits) if re.fullmatch(r"\d+(\.\d+)?", digits) else Fraction(0)


def columns(rows: Any) -> list[list[Fraction]]:
    return [[number(text) for text in column] for column in list(zip(*rows, strict=True))[1:]]


def test_the_pdf_is_marked_numbered_and_gives_each_variant_its_price(answer: dict[str, Any]) -> None:
    shop = answer | {"warnings": [], "terms": answer["terms"] | {"guarantees": [], "exclusions": []}}  # fewer pages
    document = pypdfium2.PdfDocument(quote_pdf(a_paper(shop)))
    pages = [page.get_textpage().get_text_range() for page in document]
    first = re.sub(r"\s+", " ", pages[0])
    for variant in shop["variants"]:
        assert french(variant["premium"]["total_eur"]) in first.replace(" ", "")
    for at, text in enumerate(pages, start=1):
        assert f"Page {at} sur {len(pages)}" in text
        assert texts.DRAFT in re.sub(r"\s+", " ", text)
    assert document.get_metadata_value("Title") == "Devis D-000012-1, ÉPICERIE IMAGINAIRE DU MODÈLE"
    document.close()


def test_the_same_quote_gives_the_same_page(shop: dict[str, Any]) -> None:
    assert quote_html(a_paper(shop)) == quote_html(a_paper(deepcopy(shop)))


def test_every_premium_adds_up_from_its_lines_to_the_total_of_the_answer(answer: dict[str, Any]) -> None:
    answer["variants"][1]["premium"]["lines"][0]["tax_rate_share"] = "0.134"  # lines taxed at two rates
    names = [f"Formule {at}" for at in (1, 2, 3)]
    table = price_table(answer, names, answer["variants"])
    net_row = [row[0] for row in table.rows].index(table.subtotal)
    nets, whole = columns(table.rows[:net_row]), columns(table.rows)
    totals = [number(text) for text in table.total[1:]]
    for at, variant in enumerate(answer["variants"]):
        assert sum(nets[at]) == whole[at][net_row] == Fraction(variant["premium"]["net_eur"])
        assert sum(whole[at][net_row:]) == totals[at] == Fraction(variant["premium"]["total_eur"])
    assert [row[0][-6:] for row in table.rows[-2:]] == ["s, 9\u00a0%", "3,40\u00a0%"]


def test_a_guarantee_that_a_variant_leaves_out_and_the_minimum_premium_have_their_line(answer: dict[str, Any]) -> None:
    lines = answer["variants"][0]["premium"]["lines"]
    lines[0] = lines[0] | {"code": "minimum_premium", "label_fr": "Complément de prime minimale"}
    rows = {row[0]: row[1:] for row in price_table(answer, ["1", "2", "3"], answer["variants"]).rows}
    assert rows["IT6, arrêt de plus de 150 jours"][0] == "non garanti"
    assert rows["Complément de prime minimale"][1:] == ("–", "–")


def test_what_is_left_after_the_indemnity_adds_up_year_by_year_and_by_variant(shop: dict[str, Any]) -> None:
    impact = dearest_impact(shop)
    assert impact is not None
    assert impact["event"] == "IP4"
    years = years_table(impact, 1)
    _, _, excess, paid, left = columns(years.rows)
    assert [sum(excess), sum(paid), sum(left)] == [number(text) for text in years.total[3:]]
    assert sum(left) == sum(excess) - sum(paid)
    for (_, *amounts), variant_paid in zip(beside_table(shop, impact).rows[1:], impact["indemnities_eur"], strict=True):
        assert number(amounts[1]) == Fraction(variant_paid)
        assert number(amounts[0]) - number(amounts[1]) == number(amounts[2])


def test_everything_of_the_answer_that_the_client_must_read_is_there(shop: dict[str, Any]) -> None:
    text = printed(a_paper(shop))
    for one in shop["terms"]["exclusions"]:
        assert plain(f"{one['clause']} {one['text_fr']}") in text
    for one in shop["terms"]["guarantees"]:
        assert plain(one["label_fr"]) in text
        for clause in one["clauses_fr"]:
            assert text.count(plain(clause)) == 1  # a clause that guarantees share is printed once
    for variant in shop["variants"]:
        assert french(variant["premium"]["total_eur"]) in text
        assert french(variant["ratios"]["per_employee_eur"]) in text
    assert "repose sur des statistiques publiques et, là où il n'en existe pas, sur des estimations" in text
    assert not any(plain(warning) in text for warning in shop["warnings"])  # notes of the office stay in the office
    assert all(plain(said) in text for one in shop["exposure"]["sections"] for said in one["change_fr"][:1])
    assert f"tirage n° {shop['seed']}" in text
    assert "amputation de la main" in text


def test_known_claims_are_named_by_their_date_and_never_by_a_number_or_a_person(answer: dict[str, Any]) -> None:
    answer["exposure"]["known_claims"][1] |= {"occurred_on": None, "name_fr": "Claire EXEMPLE", "nature": None}
    html = quote_html(a_paper(answer))
    assert "Accident du travail du 28/02/2023" in words(html)
    assert "Sinistre sans date sur le compte" in words(html)
    assert all(one["ref"] not in html for one in answer["exposure"]["known_claims"])
    assert "Claire EXEMPLE" not in html.replace("Camille", "")


def test_a_single_variant_is_the_proposed_one(answer: dict[str, Any]) -> None:
    answer["variants"] = answer["variants"][:1]
    text = printed(a_paper(answer))
    assert "taxe comprise, la formule proposée, sans franchise, garantit votre entreprise" in text
    assert "formules vous sont proposées" not in text
    assert "Trois formules vous sont proposées" in printed(a_paper(answer | {"variants": answer["variants"] * 3}))


def test_the_advised_variant_is_the_one_that_is_told_and_drawn(shop: dict[str, Any]) -> None:
    text = printed(a_paper(shop, recommended=2))
    assert "Formule 3, conseillée" in text
    assert f"Pour {french(shop['variants'][2]['premium']['total_eur'])} € par an, taxe comprise, la formule 3" in text
    assert "Indemnité : formule 3." in text


def test_more_than_three_variants_stand_in_several_tables(answer: dict[str, Any]) -> None:
    answer["variants"] *= 2
    for impact in answer["impact"]:
        impact["indemnities_eur"] *= 2
    assert printed(a_paper(answer)).count("Ce que couvre chaque formule") == 2


def test_sections_left_out_are_told_with_their_reason(answer: dict[str, Any]) -> None:
    collective = answer["exposure"]["sections"][0] | {"key": "other", "siret": "00000002600021", "mode": "collective"}
    answer["exposure"]["sections"].append(collective)
    answer["exposure"]["unusable_sections"] = [{"key": "unread", "missing_fr": "Il manque le compte de 2023."}]
    text = printed(a_paper(answer))
    assert "000 000 026 00021, section 01, code risque 52.1FB : au taux collectif" in text
    assert "Section unread : non étudiée, donc non assurée. Il manque le compte de 2023." in text


def test_a_refused_file_gets_its_reasons_and_no_price(answer: dict[str, Any]) -> None:
    reason = {"code": "collective_only", "verdict": "refuse", "text_fr": "Toutes au taux collectif.", "remedy_fr": ""}
    answer |= {"decision": "refuse", "reasons": [reason], "variants": [], "impact": [], "seed": None, "scenarios": {}}
    text = printed(a_paper(answer))
    assert "aucun prix n'est proposé" in text
    assert "Toutes au taux collectif." in text
    assert texts.NO_OFFER in text
    assert "Accepter ce devis" not in text
    assert "par an, taxe comprise" not in text


def test_a_draft_says_what_it_waits_for_and_nothing_of_the_office_s_authority(answer: dict[str, Any]) -> None:
    answer["reasons"] += [
        {"code": "finding_to_answer", "verdict": "refer", "text_fr": "Constat", "remedy_fr": ""},
        {"code": "loss_above_authority", "verdict": "refer", "text_fr": "Au-dessus du pouvoir", "remedy_fr": ""},
        {
            "code": "missing_paper",
            "verdict": "refer",
            "text_fr": "Il manque un compte.",
            "remedy_fr": "la demander au client",
        },
    ]
    text = printed(a_paper(answer))
    assert "Un écart relevé dans vos documents attend votre réponse" in text
    assert "Il manque un compte." in text
    assert "La demander" not in text  # what whoever quotes should do is no business of the client
    assert "Au-dessus du pouvoir" not in text
    assert "sinistres graves dans les comptes connus" not in text
    assert "ne peut pas encore être accepté" in text


def test_an_accord_makes_the_draft_a_quote_and_tells_its_conditions(shop: dict[str, Any]) -> None:
    accord = Approval("notre service souscription", date(2026, 11, 23), "plan de prévention <avant mars>")
    text = printed(a_paper(shop, approval=accord))
    assert texts.DRAFT not in text
    assert (
        "Accord donné par notre service souscription le 23 novembre 2026, aux conditions suivantes : plan de pré"
        in text
    )
    assert "<avant mars>" in text  # escaped: it is read, not obeyed
    assert "valable jusqu'au 6 janvier 2027 inclus" in text


def test_a_finding_cannot_write_on_the_page(answer: dict[str, Any]) -> None:
    finding = {"key": "k", "code": "c", "severity": "error", "place": "ligne 1", "estimated_saving_eur": None}
    answer["findings"] = [finding | {"file": "dossier/compte.csv", "message_fr": "<script>alert(1)</script> & écart"}]
    html = quote_html(a_paper(answer))
    assert "<script>" not in html
    assert "<script>alert(1)</script> & écart compte.csv, ligne 1 –" in words(html)


def test_what_is_not_set_is_said_and_never_made_up(shop: dict[str, Any]) -> None:
    text = printed(a_paper(shop))
    assert "Numéro Orias : non renseigné dans ce devis" in text
    assert "Le médiateur compétent n'est pas renseigné" in text
    assert "Assureur : non renseigné" in text
    broker = Intermediary("Courtage EXEMPLE", "00000001", ("2 rue de l'Essai",))
    remedies = Remedies(("Service EXEMPLE", "3 rue de l'Essai"), ("Médiateur EXEMPLE",))
    told = printed(
        a_paper(
            shop, broker=broker, complaints=remedies, office_orias="00000002", insurer="Assureur EXEMPLE",
            insurer_links="aucun.", data_protection="dpo@exemple.invalid",
        )
    )  # fmt: skip
    assert "Courtage EXEMPLE, 2 rue de l'Essai. Numéro Orias : 00000001" in told
    assert "saisir gratuitement le médiateur : Médiateur EXEMPLE." in told
    assert "non renseigné" not in told


def test_the_policy_year_ends_the_day_before_its_anniversary(answer: dict[str, Any]) -> None:
    assert texts.last_day(answer) == date(2027, 12, 31)
    assert texts.last_day(answer | {"starts_on": "2027-07-15"}) == date(2028, 7, 14)
    assert texts.last_day(answer | {"starts_on": "2028-02-29"}) == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("calls", "instalments", "told"),
    [
        (["1800.00"], "yearly", "annuel, en une fois"),
        (["900.00", "900.00"], "half_yearly", "semestriel, 2 fois 900,00\u00a0€"),
        (["450.03", "450.00", "450.00", "450.00"], "quarterly",
         "trimestriel, 450,03\u00a0€ puis 3 fois 450,00\u00a0€"),
    ],
)  # fmt: skip
def test_calls_are_told_with_the_cents_of_the_first(calls: list[str], instalments: str, told: str) -> None:
    assert texts.calls_text({"premium": {"calls_eur": calls}, "instalments": instalments}) == told


def test_examples_are_those_of_the_day_and_an_office_may_replace_them(tmp_path: Path) -> None:
    product = examples_on(TODAY)
    assert "amputation de la main" in product.of[InsuredEvent.IP4]
    assert "2019" in product.source
    with pytest.raises(MissingParameter):
        examples_on(date(2018, 12, 31))  # the day before the brochure's year
    (tmp_path / "underwriting").mkdir()
    (tmp_path / "underwriting" / "event_examples.yaml").write_text(HEAD + "      IP2 | entorse\n", "utf-8")
    assert examples_on(TODAY, tmp_path).of == {InsuredEvent.IP2: ("entorse",)}


@pytest.mark.parametrize("line", ["IP9 | poignet", "IP2 |"])
def test_an_example_of_no_event_or_without_text_is_refused_with_its_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "examples.yaml"
    path.write_text(f"{HEAD}      {line}\n", "utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_examples([(path, "exemples")])
    assert caught.value.faults[0].source == "exemples:10"
