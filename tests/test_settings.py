"""Settings: from the file of the environment, then from variables; what is wrong is told at once, with its remedy."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import pytest

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.settings import SECTIONS, Settings, read_settings

OPERATING = Path(__file__).parents[1] / "docs" / "operating.md"
PRODUCTION = {
    "ATMP_ENVIRONMENT": "production", "ATMP_DATA_DIR": "/srv/atmp", "ATMP_SECURITY__KEYS_FILE": "/etc/atmp/keys.json",
    "ATMP_SITE__ADDRESS": "https://atmp.exemple.invalid",
}  # fmt: skip


def refusals(variables: dict[str, str]) -> list[str]:
    with pytest.raises(InvalidInput) as refusal:
        read_settings(variables)
    return [fault.line() for fault in refusal.value.faults]


def test_without_any_variable_the_installation_is_local() -> None:
    found = read_settings({"XDG_DATA_HOME": "/home/someone/share"})
    assert found.environment == "local"
    assert found.database_url == "sqlite:////home/someone/share/atmp-insure/atmp.sqlite"
    assert (found.keys_file, found.vault_dir) == (
        Path("/home/someone/share/atmp-insure/keys.json"),
        Path("/home/someone/share/atmp-insure/vault"),
    )


def test_variables_come_over_the_file() -> None:
    found = read_settings(
        {
            "ATMP_DATA_DIR": "/d",
            "ATMP_DATABASE__URL": "postgresql+psycopg://a@b/c",
            "ATMP_DATABASE__POOL_SIZE": "4",
            "ATMP_SECURITY__SECURE_COOKIES": "oui",
            "ATMP_SITE__OFFICE_NAME": "Bureau",
        }
    )
    assert (found.database_url, found.database.pool_size) == ("postgresql+psycopg://a@b/c", 4)
    assert found.security.secure_cookies
    assert found.site.office_name == "Bureau"


def test_everything_that_is_wrong_is_told_at_once() -> None:
    told = refusals(
        {
            "ATMP_DATABASE__POOL_SIZE": "many",
            "ATMP_SECURITY__SECURE_COOKIES": "perhaps",
            "ATMP_SECURITY__COLOUR": "x",
            "ATMP_NOWHERE__X": "1",
            "ATMP_CONFIG_DIR": "/nowhere",
            "ATMP_OPERATION__LOG_LEVEL": "loud",
        }
    )
    assert told == [
        "ATMP_DATABASE__POOL_SIZE : « many » ne convient pas. Écrire un nombre entier.",
        "ATMP_SECURITY__SECURE_COOKIES : « perhaps » ne convient pas. Écrire oui ou non.",
        "ATMP_SECURITY__COLOUR : réglage inconnu. Le retirer, ou corriger son nom (docs/operating.md).",
        "ATMP_NOWHERE__… : réglage inconnu. Le retirer, ou corriger son nom (docs/operating.md).",
        "ATMP_CONFIG_DIR : « /nowhere » n'est pas un dossier. Créer ce dossier, ou retirer la variable ATMP_CONFIG_DIR.",  # noqa: E501 - a line as it is told
        "ATMP_OPERATION__LOG_LEVEL : « loud » ne convient pas. Choisir parmi : debug, info, warning, error.",
    ]


def test_an_unknown_environment_lists_those_that_exist() -> None:
    assert "local, production, test" in refusals({"ATMP_ENVIRONMENT": "holiday"})[0]


def test_production_refuses_every_default_that_opens_a_door() -> None:
    assert read_settings(PRODUCTION).security.two_factors_for_staff
    told = " ".join(refusals({"ATMP_ENVIRONMENT": "production"}))
    for name in ("ATMP_DATA_DIR", "ATMP_SECURITY__KEYS_FILE", "ATMP_SITE__ADDRESS"):
        assert name in told
    for name, value in (
        ("ATMP_SECURITY__SECURE_COOKIES", "non"),
        ("ATMP_SECURITY__TWO_FACTORS_FOR_STAFF", "non"),
        ("ATMP_SITE__ADDRESS", "http://atmp.exemple.invalid"),
    ):
        assert refusals(PRODUCTION | {name: value})


def test_no_default_is_a_secret() -> None:
    defaults = Settings()
    for section in SECTIONS:
        for item in fields(getattr(defaults, section)):
            if any(word in item.name for word in ("password", "key", "secret", "token")):
                assert getattr(getattr(defaults, section), item.name) == ""


def variables() -> dict[str, object]:
    """Every variable with its default."""
    defaults = Settings()
    return {
        f"ATMP_{section.upper()}__{item.name.upper()}": getattr(getattr(defaults, section), item.name)
        for section in SECTIONS
        for item in fields(getattr(defaults, section))
    }


def test_the_operating_guide_lists_every_setting_with_its_default() -> None:
    rows = {}
    for line in OPERATING.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0].startswith("`ATMP_") and "__" in cells[0]:
            rows[cells[0].strip("`")] = (cells[1].strip("`"), cells[2])
    expected = {
        name: "oui" if value is True else "non" if value is False else str(value) or "(vide)"
        for name, value in variables().items()
    }
    assert {name: default for name, (default, _) in rows.items()} == expected
    assert all(about for _, about in rows.values())


def test_a_request_holds_at_least_one_file_of_the_largest_size() -> None:
    sizes = {"ATMP_VAULT__LARGEST_MEGABYTES": "80", "ATMP_VAULT__LARGEST_REQUEST_MEGABYTES": "80"}
    assert read_settings(sizes).vault.largest_request_bytes > read_settings(sizes).vault.largest_bytes
    [told] = refusals(sizes | {"ATMP_VAULT__LARGEST_REQUEST_MEGABYTES": "79"})
    assert "au moins la taille d'un fichier" in told


def test_the_address_of_the_site_ends_without_a_stroke_so_that_links_do_not_hold_two() -> None:
    assert read_settings({"ATMP_SITE__ADDRESS": "https://atmp.exemple.invalid/"}).site.address.endswith("invalid")


@pytest.mark.parametrize(("given", "kept"), [("5.00", "5"), ("0", "0"), ("12,50", "12.5"), ("1000", "1000")])
def test_the_largest_write_off_is_an_amount(given: str, kept: str) -> None:
    settings = read_settings({"ATMP_PREMIUMS__WRITE_OFF_EUR": given})
    assert settings.premiums.write_off_eur == Decimal(kept)


@pytest.mark.parametrize("given", ["cinq", "nan", "-0.01", "1000.01", "0.001"])
def test_what_is_no_small_change_is_refused_by_name(given: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_settings({"ATMP_PREMIUMS__WRITE_OFF_EUR": given})
    assert [one.place for one in refused.value.faults] == ["ATMP_PREMIUMS__WRITE_OFF_EUR"]
