"""The wheel works away from the checkout: it carries config/ and answers from its own copy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENT = {
    "rate_year": 2024,
    "ctn": "A",
    "headcount": "170",
    "wages_eur": {"2020": "4500000", "2021": "4500000", "2022": "4500000"},
    "claims": [{"ref": "A1", "account_year": 2021, "category": "IT6"}],
}


def test_the_installed_wheel_rates_a_unit(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path / "dist")],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    [wheel] = (tmp_path / "dist").glob("*.whl")
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ATMP_")}
    answer = subprocess.run(
        [sys.executable, "-m", "atmp_insure", "rating", "rate", "-", "--json"],
        input=json.dumps(DOCUMENT).encode(),
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(site)},
        check=True,
        capture_output=True,
    )
    # (40 783 / 13 500 000 × 100 + 0.17) × 1.58 + 0.16 + 0.03 = 0.9359..., tables of 2024
    assert json.loads(answer.stdout)["rate_percent"] == "0.94"
    assert (site / "atmp_insure" / "_bundled" / "config" / "regulation" / "caps.yaml").is_file()
