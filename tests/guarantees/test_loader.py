"""Products come from files that say their sources; all that is wrong in them is told at once, with its line."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.guarantees.catalogue import GUARANTEES
from atmp_insure.guarantees.loader import installed_catalogue, load_catalogue
from atmp_insure.guarantees.product import Catalogue, Deductible
from atmp_insure.guarantees.vocabulary import DeductibleKind, Frequency
from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.regulation.values import Confidence
from atmp_insure.resources import resource_dir

if TYPE_CHECKING:
    from pathlib import Path

PRODUCT = (resource_dir("config") / "product" / "taux_atmp.yaml").read_text("utf-8")
TAX = (resource_dir("config") / "product" / "insurance_tax.yaml").read_text("utf-8")
HEAD, _, LATER = PRODUCT.partition('  - version: "2027-1"')
SINGLE = HEAD  # the first version alone


def a_folder(path: Path, product: str = PRODUCT, tax: str = TAX) -> Path:
    path.mkdir(exist_ok=True)
    (path / "taux_atmp.yaml").write_text(product, "utf-8")
    (path / "insurance_tax.yaml").write_text(tax, "utf-8")
    return path


def spoilt(text: str, old: str, new: str) -> str:
    """The text with its first `old` replaced; the test is wrong when there is none."""
    assert old in text, old
    return text.replace(old, new, 1)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def faults(*folders: Path) -> list[Fault]:
    with pytest.raises(InvalidInput) as refused:
        load_catalogue([(folder, "product") for folder in folders])
    return list(refused.value.faults)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return installed_catalogue(None)


def test_the_product_is_sold_from_2026_and_changes_in_2027(catalogue: Catalogue) -> None:
    assert catalogue.products() == ("taux_atmp",)
    first, second = catalogue.versions
    assert catalogue.version_on("taux_atmp", date(2025, 12, 31)) is None
    assert catalogue.version_on("taux_atmp", date(2026, 1, 1)) == first
    assert catalogue.version_on("taux_atmp", date(2026, 12, 31)) == first
    assert catalogue.version_on("taux_atmp", date(2027, 1, 1)) == second
    assert catalogue.version_on("other", date(2026, 1, 1)) is None


def test_published_parameters_are_those_of_the_market(catalogue: Catalogue) -> None:
    # insurance-operations 1.2 and 1.3, sources S1 and S2
    version = catalogue.versions[0]
    offered = [one.deductible for one in version.deductibles if not one.by_exception]
    shares = (Fraction(0), Fraction("0.003"), Fraction("0.006"))
    assert offered == [Deductible(DeductibleKind.PERCENT_OF_WAGES, share) for share in shares]
    fees = version.terms_of("contestation_fees")
    assert fees is not None
    assert fees.fee_share == Fraction("0.2")
    assert version.eligibility.smallest_headcount == 20
    assert catalogue.tax.rates["ordinary"].at(date(2026, 1, 1)).value == Fraction("0.09")
    assert catalogue.tax.rates["legal_protection"].at(date(2026, 1, 1)).value == Fraction("0.134")


def test_every_version_sells_the_catalogue_in_its_order_and_warns_of_what_is_unsettled(catalogue: Catalogue) -> None:
    for version in catalogue.versions:
        assert [one.code for one in version.guarantees] == [one.code for one in GUARANTEES]
        assert all((one.confidence is Confidence.UNSETTLED) == bool(one.warning) for one in version.citations.values())
        assert "13,4" in " ".join(version.warnings)
        # whoever shows the sources of the parts shows those of every guarantee and exclusion
        shown = set(version.citations.values())
        assert {*(one.citation for one in version.guarantees), *(one.citation for one in version.exclusions)} <= shown


def test_a_version_without_last_day_ends_where_the_next_begins_even_when_that_one_is_over(tmp_path: Path) -> None:
    text = spoilt(PRODUCT, "from: 2027-01-01", "from: 2027-01-01\n    until: 2027-12-31")
    catalogue = load_catalogue([(a_folder(tmp_path, text), "product")])
    latest = catalogue.version_on("taux_atmp", date(2027, 12, 31))
    assert latest is not None
    assert latest.version == "2027-1"
    assert catalogue.version_on("taux_atmp", date(2027, 12, 31) + timedelta(days=1)) is None


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("      basis: occurrence", "      bases: x\n      basis: occurrence", "bases: x", "clé inconnue « bases »"),
        ("      basis: occurrence\n", "", "    trigger:", "basis absent"),
        ('basis: occurrence', 'basis: signature', "basis: signature", "« signature » n'est pas admis"),
        ('waiting_days: "0"', "waiting_days: 0", "waiting_days: 0", "« 0 » sans guillemets"),
        ('waiting_days: "0"', 'waiting_days: "-1"', 'waiting_days: "-1"', "inférieur à 0"),
        ('waiting_days: "0"', 'waiting_days: "1.5"', 'waiting_days: "1.5"', "n'est pas un entier"),
        ('waiting_days: "0"', "waiting_days: [a]", "waiting_days: [a]", "valeur composée inattendue"),
        ('waiting_days: "0"', 'waiting_days: ""', 'waiting_days: ""', "waiting_days absent"),
        ('must_be_engaged: "no"', "must_be_engaged: no", "must_be_engaged: no", "« no » sans guillemets"),
        ('fee_share_percent: "20"', 'fee_share_percent: "100.01"', 'fee_share_percent: "100.01"', "hors de 0 à 100 %"),
        ('fee_share_percent: "20"', 'fee_share_percent: "-0.01"', 'fee_share_percent: "-0.01"', "hors de 0 à 100 %"),
        ('fee_share_percent: "20"', 'fee_share_percent: "2,5"', 'fee_share_percent: "2,5"', 'point décimal : "2.5"'),
        ('          fee_share_percent: "20"\n', "", "        - code: contestation_fees", "fee_share_percent absent"),
        ("- code: IP2", "- code: IP1", "- code: IP1", "« IP1 » n'est pas admis"),
        ("- code: IP2", "- code: IP3", ("- code: IP3\n          optional: \"no\"\n          causes: AT MP\n"
         "          tax_class: ordinary\n        - code: IP4"), "garantie « IP3 » donnée deux fois"),
        ("- code: IP2", '- includes_death: "yes"\n          code: IP2', "- includes_death", "includes_death n'a"),
        ("- code: IP2", '- fee_share_percent: "20"\n          code: IP2', "- fee_share_percent", "percent n'a pas"),
        ('          includes_death: "yes"\n', "", "        - code: IP4", "includes_death absent"),
        ("causes: AT MP", "causes: AT TRAJET", "causes: AT TRAJET", "« TRAJET » n'est pas admis"),
        ("kind: percent_of_wages, percent: \"0.30\"", 'kind: percent_of_wages, percent: "0"',
         '{kind: percent_of_wages, percent: "0", by_exception: "no"}\n        - {kind: percent_of_wages, percent: "0.6',
         "franchise donnée deux fois"),
        ('kind: percent_of_wages, percent: "0.30"', 'kind: persons, percent: "0.30"', "kind: persons", "« persons »"),
        ('kind: percent_of_wages, percent: "0.30"', 'kind: euros, eur: "-1"', 'eur: "-1"', "montant négatif « -1 »"),
        ('kind: percent_of_wages, percent: "0.30"', 'kind: euros, percent: "1"', 'kind: euros', "eur absent"),
        ('management_percent: "15"', 'management_percent: "75"', "    loadings:",
         "chargements de la prime à 100 % ou plus"),
        ('eur: "1500"', 'eur: "-0.01"', 'eur: "-0.01"', "montant négatif"),
        ('monthly_percent: "3"', 'weekly_percent: "3"', "weekly_percent", "clé inconnue « weekly_percent »"),
        ("code: war", "code: nuclear", 'code: nuclear\n          clause: "5.11"', "exclusion « nuclear »"),
        ('clause: "5.10"', 'clause: "5.1"', "code: war", "clause « 5.1 » donnée deux fois"),
        ('clause: "5.10"', "clause: 5.10", "clause: 5.10", "« 5.10 » sans guillemets"),
        ("modes: mixed individual", "modes: collective", "modes: collective", "« collective » n'est pas admis"),
        ("schemes: general", "schemes: agricole", "schemes: agricole", "« agricole » n'est pas admis"),
        ('      days: "30"', '      days: "0"', '      days: "0"', "inférieur à 1"),
        ("from: 2026-01-01", "from: hier", "from: hier", "« hier » n'est pas une date"),
        ("from: 2026-01-01", "from: 2026-01-01\n    until: 2025-12-31", "until: 2025-12-31", "until précède from"),
        ("confidence: unsettled", "confidence: sure", "confidence: sure", "« sure » n'est pas admis"),
        ("      confidence: secondary", "      confidence: unsettled",
         "confidence: unsettled\n      checked_on: 2026-11-22\n      terms", "unsettled sans warning"),
        ("    limits: &limits_2026", "    plafonds: {}\n    limits: &limits_2026", "plafonds", "inconnue « plafonds »"),
        ("    limits: &limits_2026", "    limits: x\n    x: &limits_2026", "limits: x", "clés attendues"),
        ("label: Garantie", "label: Garantie\nlabel: Garantie", "label: Garantie du", "clé « label » écrite deux fois"),
        ("tax_class: ordinary", "tax_class: other", '  - version: "2026-1"', "classe de taxe « other » sans taux"),
    ],
    ids=lambda text: text.strip()[:24].replace("\n", " "),
)  # fmt: skip
def test_a_fault_of_a_product_is_named_with_its_line(tmp_path: Path, old: str, new: str, at: str, said: str) -> None:
    text = spoilt(SINGLE, old, new)
    found = [one for one in faults(a_folder(tmp_path, text)) if said in one.line()]
    assert len(found) == 1
    assert found[0].source == f"product/taux_atmp.yaml:{line_of(text, at)}"
    assert found[0].remedy


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("- code: IP2", "- code: IP1"),  # an unknown guarantee is not also a second IT6
        ('kind: percent_of_wages, percent: "0.30"', 'kind: persons, percent: "0.30"'),
        ('kind: percent_of_wages, percent: "0.30"', 'kind: percent_of_wages, percent: "a"'),  # nor a second 0
        ("from: 2026-01-01", "from: hier"),
        ("causes: AT MP", "causes: AT TRAJET"),
    ],
)
def test_one_mistake_is_told_once(tmp_path: Path, old: str, new: str) -> None:
    assert len(faults(a_folder(tmp_path, spoilt(SINGLE, old, new)))) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("label: [", "YAML illisible"),
        ("- a", "clés attendues"),
        ("", "clés attendues"),
        ("label: x\nversions: []", "versions n'est pas une liste"),
        ("label: x\nversions: x", "versions n'est pas une liste"),
    ],
)
def test_a_file_that_is_no_product_is_refused(tmp_path: Path, text: str, said: str) -> None:
    found = faults(a_folder(tmp_path, text))
    assert said in found[0].message
    assert found[0].source.startswith("product/taux_atmp.yaml")


def test_a_product_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (a_folder(tmp_path) / "taux_atmp.yaml").write_bytes(b"\xff")
    assert [one.message for one in faults(tmp_path)] == ["fichier illisible"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("from: 2027-01-01", "from: 2026-01-01", "version 2027-1 qui commence le 2026-01-01"),
        ("from: 2026-01-01", "from: 2026-01-01\n    until: 2027-01-01", "version 2027-1 qui commence le 2027-01-01"),
        ('version: "2027-1"', 'version: "2026-1"', "version « 2026-1 » donnée deux fois"),
    ],
)
def test_two_versions_are_never_sold_on_the_same_day_nor_under_one_name(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    text = spoilt(PRODUCT, old, new)
    [found] = faults(a_folder(tmp_path, text))
    assert said in found.message
    assert found.source == f"product/taux_atmp.yaml:{text[: text.rindex('  - version:')].count(chr(10)) + 1}"


def test_a_version_may_end_the_day_before_the_next_begins(tmp_path: Path) -> None:
    text = spoilt(PRODUCT, "from: 2026-01-01", "from: 2026-01-01\n    until: 2026-12-31")
    assert len(load_catalogue([(a_folder(tmp_path, text), "product")]).versions) == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("unit: percent", "unit: fraction", "unité « fraction »"),
        ('rate: "9"', "rate: 9", "« 9 » sans guillemets"),
        ('rate: "9"', 'rate: "101"', "taux de 101 %"),
        ("class: legal_protection", "class: ordinary\n    klass: x", "clé inconnue klass"),
        ("from: 2024-01-01", "from: 2026-01-02", "sans taux au 2026-01-01"),
        ("class: ordinary", "class: usual", "classe de taxe « ordinary »"),
    ],
)
def test_a_fault_of_the_tax_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    found = faults(a_folder(tmp_path, SINGLE, spoilt(TAX, old, new)))
    assert said in found[0].message
    assert ".yaml" in found[0].source


def test_one_class_has_one_rate_a_day(tmp_path: Path) -> None:
    tax = TAX.replace("class: legal_protection", "class: ordinary").replace("from: 2017", "from: 2024")
    [found] = faults(a_folder(tmp_path, tax=tax))
    assert found.message == "classe « ordinary » donnée deux fois au 2024-01-01"


def test_a_product_without_the_file_of_the_tax_is_refused(tmp_path: Path) -> None:
    (a_folder(tmp_path) / "insurance_tax.yaml").unlink()
    assert [one.message for one in faults(tmp_path)] == ["fichier insurance_tax.yaml absent"]


def test_every_fault_of_every_file_is_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    product = SINGLE.replace('waiting_days: "0"', "waiting_days: 0").replace('eur: "1500"', 'eur: "-1"')
    found = faults(a_folder(tmp_path, product, TAX.replace('rate: "9"', 'rate: "x"')))
    assert [one.source.partition(":")[0] for one in found] == [
        "product/insurance_tax.yaml",
        "product/taux_atmp.yaml",
        "product/taux_atmp.yaml",
    ]
    lines = [int(one.source.rpartition(":")[2]) for one in found[1:]]
    assert lines == sorted(lines)


def test_an_office_replaces_a_version_and_adds_another(tmp_path: Path) -> None:
    (tmp_path / "product").mkdir()
    text = (
        SINGLE.replace('eur: "1500"', 'eur: "2500"')
        + "\n"
        + SINGLE.partition("versions:\n")[2]
        .replace('"2026-1"', '"2028-1"')
        .replace("from: 2026-01-01", "from: 2028-01-01")
        .replace("_2026", "_2028")
    )
    (tmp_path / "product" / "taux_atmp.yaml").write_text(text, "utf-8")
    found = installed_catalogue(tmp_path)
    assert [one.version for one in found.versions] == ["2026-1", "2027-1", "2028-1"]
    assert [one.minimum_premium_eur for one in found.versions] == [2500, 1800, 1500]
    assert found.versions[1] == installed_catalogue(None).versions[1]


def test_an_office_corrects_a_rate_of_the_tax(tmp_path: Path) -> None:
    (tmp_path / "product").mkdir()
    tax = TAX.replace('rate: "9"', 'rate: "10"').replace("from: 2024-01-01", "from: 2027-01-01")
    (tmp_path / "product" / "insurance_tax.yaml").write_text(tax, "utf-8")
    ordinary = installed_catalogue(tmp_path).tax.rates["ordinary"]
    assert [ordinary.at(date(year, 6, 1)).value for year in (2026, 2027)] == [Fraction("0.09"), Fraction("0.1")]


def test_an_overlay_without_products_changes_nothing(tmp_path: Path, catalogue: Catalogue) -> None:
    assert installed_catalogue(tmp_path) == catalogue


def test_statistics_and_assumptions_are_the_business_of_another_loader(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    for name in ("statistics.yaml", "statistics_2024.yaml", "assumptions.yaml"):
        (folder / name).write_text("no: product", "utf-8")
    assert len(load_catalogue([(folder, "product")]).versions) == 2


def test_a_product_may_leave_limits_run_off_and_frequencies_out(tmp_path: Path) -> None:
    text = SINGLE
    for line in ('section_year_eur: "1000000"', 'year_eur: "2000000"', 'policy_eur: "5000000"', 'run_off_years: "12"',
                 'quarterly_percent: "2"'):  # fmt: skip
        text = spoilt(text, f"      {line}\n", "")
    [version] = load_catalogue([(a_folder(tmp_path, text), "product")]).versions
    assert version.limits.section_year_eur is version.limits.year_eur is version.limits.policy_eur is None
    assert version.trigger.run_off_years is None
    assert set(version.instalments) == {Frequency.YEARLY, Frequency.HALF_YEARLY, Frequency.MONTHLY}


def test_a_product_without_any_frequency_is_refused(tmp_path: Path) -> None:
    lines = [line for line in SINGLE.split("\n") if not line.strip().startswith(("yearly_", "half_", "quart", "month"))]
    [found] = faults(a_folder(tmp_path, "\n".join(lines)))
    assert found.message == "aucune périodicité de paiement"
