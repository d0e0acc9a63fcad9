"""The chart of accounts: the product's, and over it what the office's accountant decided."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.ledger.chart import AccountHolder, AccountKey, AccountRole, ChartOfAccounts
from atmp_insure.ledger.loader import installed_chart, load_charts
from atmp_insure.resources import resource_dir

if TYPE_CHECKING:
    from pathlib import Path

ON = date(2026, 11, 20)
OWN = """label: Plan de comptes du bureau
unit: choice
values:
  - from: 2027-01-01
    source: "lettre de l'expert-comptable, invention de test"
    confidence: as_printed
    checked_on: 2026-11-20
    table: |
      role   | number   | holder  | lettered | label
      client | 41100001 | company | yes      | Clients du bureau
"""


def installed(overlay: Path | None, on: date = ON) -> ChartOfAccounts:
    return installed_chart(overlay, on)


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger" / "chart.yaml").write_text(OWN, "utf-8")
    return tmp_path


def test_every_role_has_an_account_and_no_two_share_a_number() -> None:
    chart = installed(None)
    assert set(chart.accounts) == set(AccountRole)
    assert len({one.number for one in chart.accounts.values()}) == len(AccountRole)
    assert all(one.citation.warning for one in chart.accounts.values())  # until the accountant confirms them


def test_money_of_others_stands_on_accounts_of_their_own() -> None:
    chart = installed(None)
    of_insurers = (
        AccountRole.PREMIUM_CALLED, AccountRole.PREMIUM_COLLECTED, AccountRole.TAX_CALLED, AccountRole.TAX_COLLECTED,
        AccountRole.CLAIMS_FLOAT, AccountRole.PREMIUM_BANK, AccountRole.CLAIMS_BANK,
    )  # fmt: skip
    for role in of_insurers:
        assert chart.of(role).holder is AccountHolder.INSURER, role
    assert chart.of(AccountRole.CLIENT).holder is AccountHolder.COMPANY
    assert chart.of(AccountRole.OWN_BANK).holder is AccountHolder.NONE


@pytest.mark.parametrize(("on", "number"), [(date(2026, 12, 31), "411000"), (date(2027, 1, 1), "41100001")])
def test_the_numbers_of_the_office_take_the_place_of_the_products_from_their_day(
    overlay: Path, on: date, number: str
) -> None:
    chart = installed(overlay, on)
    assert chart.of(AccountRole.CLIENT).number == number
    assert chart.of(AccountRole.BROKER).number == "467100"


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("| 411000 |", "| 41A000 |", "« 41A000 » n'est pas un numéro de compte"),
        ("| 411000 |", "| 41 |", "« 41 » n'est pas un numéro de compte"),
        ("| 411000 |", "| 411-00 |", "« 411-00 » n'est pas un numéro de compte"),
        ("| 416000 |", "| 411000 |", "numéro 411000 donné deux fois"),
        ("doubtful_client   |", "client            |", "rôle client ou numéro 416000 donné deux fois"),
        ("| company  | yes      | Assurés, primes à recevoir", "| somebody | yes | x", "« somebody » n'est pas admis"),
        ("| yes      | Assurés, primes à recevoir", "| perhaps | x", "« perhaps » n'est pas admis"),
        ("      doubtful_client   | 416000 | company  | yes      | Assurés, primes douteuses\n", "", "doubtful_client"),
    ],
)
def test_a_fault_of_the_file_names_its_line(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    path = tmp_path / "chart.yaml"
    text = (resource_dir("config") / "ledger" / "chart.yaml").read_text("utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong), "utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_charts([(path, "chart.yaml")])
    [fault] = caught.value.faults
    assert said in fault.message
    assert (fault.source or "").startswith("chart.yaml:")


def test_an_account_is_known_by_its_role_and_its_holder() -> None:
    assert AccountKey(AccountRole.CLIENT, 12).code == "client:12"
    assert AccountKey(AccountRole.OWN_BANK).code == "own_bank"
