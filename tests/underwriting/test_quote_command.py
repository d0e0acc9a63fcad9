"""`atmp quote`: one document or one report, its exit status, and a line with a remedy for whatever is wrong."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.command import Outcome, in_process
from tests.samples.damage import HERE as DAMAGED
from tests.samples.damage import damages
from tests.underwriting.builders import papers_of

if TYPE_CHECKING:
    from tests.command import Atmp

STARTS = ("--product", "taux_atmp", "--starts-on", "2027-01-01")
FAST = ("--scenarios", "50", "--deductible", "0.60")
KEYS = {"exposure", "findings", "impact", "price", "premium", "decision", "reasons", "seed", "scenarios"}


def quoted(*papers: str, options: tuple[str, ...] = (), asked: tuple[str, ...] = STARTS) -> Outcome:
    return in_process("quote", *papers, *asked, *FAST, *options)


@cache
def in_json(slug: str) -> Outcome:
    return quoted(*papers_of(slug), options=("--json",))


def document(slug: str) -> dict[str, Any]:
    return in_json(slug).answer


def require_one_line(found: Outcome, said: str) -> None:
    """Status 2, nothing on standard output, one line that says what is wrong and what to do."""
    assert (found.status, found.out) == (2, "")
    [line] = found.err.splitlines()
    assert said in line
    assert line.endswith(".")
    assert "Traceback" not in line


@pytest.mark.parametrize(
    ("slug", "status", "decision", "referred_for"),
    [
        ("metalworks", 0, "accept", set()),
        ("shop", 1, "refer", {"grave_claims"}),
        ("small", 1, "refuse", {"collective_only", "headcount", "finding_to_answer"}),
        ("multi_site", 1, "refer", {"finding_to_answer", "grave_claims"}),
    ],
)
def test_the_exit_status_says_whether_the_file_is_simply_accepted(
    slug: str, status: int, decision: str, referred_for: set[str]
) -> None:
    found = in_json(slug)
    assert (found.status, found.err) == (status, "")
    assert document(slug)["decision"] == decision
    assert {one["code"] for one in document(slug)["reasons"] if one["verdict"] != "accept"} == referred_for


@pytest.mark.parametrize("slug", ["metalworks", "small"])
def test_json_is_one_document_with_the_keys_of_the_interface_and_nothing_else(slug: str) -> None:
    found = in_json(slug)
    assert set(json.loads(found.out)) >= KEYS
    assert found.out.count("\n") == found.out.rstrip("\n").count("\n") + 1


def test_the_document_tells_its_seed_and_how_many_scenarios_were_drawn_and_enumerated() -> None:
    found = document("metalworks")
    assert found["seed"] == str(18 * 10**8 + 20270101)
    assert (found["scenarios"]["drawn"], found["scenarios"]["stream"][:5]) == (50, "pcg64")
    assert found["scenarios"]["enumerated"] > 50
    assert [one["event"] for one in found["impact"]] == ["IT6", "IP2", "IP3", "IP4"]
    assert found["variants"][0]["deductible"] == {"kind": "percent_of_wages", "value": "0.006"}


def test_the_same_files_give_the_same_document_in_any_order() -> None:
    again = quoted(*reversed(papers_of("small")), options=("--json",))
    assert again.answer == document("small")


def test_without_json_a_report_is_printed_with_the_same_total() -> None:
    found = quoted(*papers_of("metalworks"))
    total = document("metalworks")["premium"]["total_eur"]
    euros, cents = total.split(".")
    plain = "".join(found.out.split())
    assert (found.status, found.err) == (0, "")
    assert f"{euros},{cents}€" in plain
    assert "Décision : accepté" in found.out


def test_guarantees_instalments_seed_and_naf_are_taken() -> None:
    options = ("--guarantee", "IP2", "--guarantee", "IP3", "--guarantee", "IP4", "--instalments", "monthly")
    found = quoted(*papers_of("metalworks", "feuille"), options=(*options, "--seed", "12", "--naf", "25.11Z", "--json"))
    [variant] = found.answer["variants"]
    assert (variant["guarantees"], variant["instalments"]) == (["IP2", "IP3", "IP4"], "monthly")
    assert len(variant["premium"]["calls_eur"]) == 12
    assert (found.answer["seed"], found.answer["exposure"]["naf"]) == ("12", "25.11Z")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--guarantee", "IT9"), "garantie « IT9 » absente du produit"),
        (("--guarantee", "IT6"), "IP2 n'est pas facultative"),
        (("--deductible", "abc"), "--deductible : « abc » n'est pas un nombre décimal simple"),
        (("--deductible", "0,30"), 'Écrire le point décimal : "0.30"'),
        (("--deductible", "1e3"), "nombre décimal simple"),
        (("--scenarios", "0"), "--scenarios"),
        (("--scenarios", "1000001"), "--scenarios"),
        (("--seed", "-1"), "--seed"),
        (("--instalments", "weekly"), "--instalments"),
        (("--starts-on", "2027-02-30"), "--starts-on"),
        (("--starts-on", "01/01/2027"), "--starts-on"),
    ],
)
def test_an_option_that_cannot_be_taken_is_told_on_one_line(options: tuple[str, ...], said: str) -> None:
    require_one_line(quoted(*papers_of("shop", "feuille_calcul_2026"), options=options), said)


@pytest.mark.parametrize("percent", ["-0.30", "99999999999999999999999"])
def test_a_deductible_out_of_all_proportion_is_told_on_one_line(percent: str) -> None:
    require_one_line(quoted(*papers_of("shop", "feuille_calcul_2026"), options=("--deductible", percent)), "deductible")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--product", "inconnu", "--starts-on", "2027-01-01"), "produit « inconnu » inconnu. Produits : taux_atmp"),
        (("--product", "taux_atmp", "--starts-on", "2025-12-31"), "ne couvre un début au 2025-12-31. Choisir un autre"),
        (("--product", "taux_atmp", "--starts-on", "9999-12-31"), "à plus de 30 ans des statistiques"),
        (("--product", "taux_atmp"), "argument manquant : starts_on"),
        (("--starts-on", "2027-01-01"), "argument manquant : product"),
    ],
)
def test_a_product_or_a_day_that_is_not_sold_is_told_on_one_line(asked: tuple[str, ...], said: str) -> None:
    require_one_line(quoted(*papers_of("shop", "feuille_calcul_2026"), asked=asked), said)


def test_no_file_and_a_file_that_does_not_exist_are_told_on_one_line() -> None:
    require_one_line(quoted(), "FILE")
    require_one_line(quoted("/nulle/part.csv"), "/nulle/part.csv : ce fichier ne peut pas être lu. Vérifier le chemin")


@pytest.mark.parametrize("damage", damages(), ids=lambda damage: damage.name)
def test_a_damaged_paper_alone_is_refused_with_what_is_wrong(damage: Any) -> None:
    found = quoted(str(DAMAGED / damage.name), options=("--json",))
    assert (found.status, found.out) == (2, "")
    assert damage.said in found.err
    assert all(line.startswith(str(DAMAGED)) and line.endswith(".") for line in found.err.splitlines())


def test_a_damaged_paper_beside_good_ones_is_told_after_what_they_say() -> None:
    found = quoted(*papers_of("small"), str(DAMAGED / "vide.csv"), options=("--json",))
    assert found.status == 2
    assert found.answer == document("small")
    assert len(found.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("parts", "status", "code"),
    [
        (("feuille_calcul_2026",), 1, "missing_paper"),
        (("compte",), 1, "no_section"),
    ],
)
def test_papers_that_are_not_complete_are_asked_for_and_never_end_in_a_traceback(
    parts: tuple[str, ...], status: int, code: str
) -> None:
    found = quoted(*papers_of("metalworks", *parts), options=("--json",))
    assert (found.status, found.err) == (status, "")
    assert code in {one["code"] for one in found.answer["reasons"]}


def test_the_papers_of_two_companies_are_refused_together() -> None:
    papers = [path for slug in ("metalworks", "shop") for path in papers_of(slug, "feuille_calcul_2026")]
    found = quoted(*papers, options=("--json",))
    require_one_line(found, "plusieurs entreprises")


def test_papers_on_standard_input_are_quoted_too(atmp: Atmp) -> None:
    content = Path(papers_of("metalworks", "feuille_calcul_2026")[0]).read_bytes()
    found = atmp("quote", "-", *STARTS, *FAST, "--json", stdin=content)
    assert (found.status, found.answer["decision"]) == (1, "refer")
