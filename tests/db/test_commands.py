"""The commands of whoever runs the machine, from an empty folder to a restored installation, and what they refuse."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
import structlog
from click.testing import CliRunner

from atmp_insure.cli import COMMANDS, atmp
from atmp_insure.db.engine import open_database
from atmp_insure.db.keyring import KeyRing
from atmp_insure.kernel.errors import AtmpInsureError
from tests.db.rows import run_raw

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result

    from atmp_insure.db.engine import Database


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation in a folder of this test, and the settings of a person who has none."""
    for name in [name for name in os.environ if name.startswith("ATMP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ATMP_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """Some commands send the logs of their process to its standard error: not so those of the tests."""
    root, kept = logging.getLogger(), structlog.get_config()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)
    structlog.configure(**kept)


def done(*arguments: str, given: str | None = None, status: int = 0) -> str:
    """What a command says."""
    answer = run(*arguments, given=given)
    assert answer.exit_code == status, answer.output or answer.exception
    return answer.output


def refused(*arguments: str) -> str:
    answer = run(*arguments)
    assert isinstance(answer.exception, AtmpInsureError), answer.output
    message = str(answer.exception)
    assert "\n" not in message
    return message


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(atmp, arguments, input=given, standalone_mode=False, catch_exceptions=True)


def status_of(answer: Result) -> int:
    return answer.return_value if isinstance(answer.return_value, int) else 0


def opened(folder: Path) -> Database:
    return open_database(f"sqlite:///{folder / 'data' / 'atmp.sqlite'}", KeyRing(folder / "data" / "keys.json"))


def test_nothing_works_before_the_schema_is_there_and_each_says_which_command_to_run(folder: Path) -> None:
    for arguments in (
        ("serve",), ("worker",), ("run", "seal_logs"), ("user", "create", "p"), ("audit", "verify"), ("db", "check"),
        ("keys", "rotate"), ("backup", str(folder / "x.bak")), ("db", "rebuild"), ("keys", "retire"),
    ):  # fmt: skip
        assert "Lancer « atmp db upgrade »" in refused(*arguments)


def test_a_new_installation_from_nothing(folder: Path) -> None:
    assert done("db", "upgrade") == done("db", "upgrade")
    assert done("db", "check") == "Base de données conforme.\n"
    assert done("db", "rebuild") == (
        "rate_years : 0 ligne(s).\nrate_findings : 0 ligne(s).\npolicy_standings : 0 ligne(s).\n"
        "account_months : 0 ligne(s).\nopen_items : 0 ligne(s).\npremium_schedules : 0 ligne(s).\n"
        "premium_chases : 0 ligne(s).\n"
    )
    told = done("user", "create", "p.martin", "--email", "p@exemple.invalid")
    assert re.search(r"http://localhost:8000/welcome/\S+", told)
    sentence = "un long chemin sous la pluie"
    assert "courtier" in done(
        "user", "create", "c.courtier", "--role", "broker", "--organisation", "Courtage", "--password-stdin",
        given=f"{sentence}\n",
    )  # fmt: skip
    assert "déjà pris" in refused("user", "create", "p.martin")
    assert "demande une organisation" in refused("user", "create", "x.y", "--role", "broker")
    assert "entreprise « 123 » inconnue" in refused("user", "create", "x.y", "--role", "employer", "--company", "123")


def test_a_scheduled_job_by_hand(folder: Path) -> None:
    done("db", "upgrade")
    assert "ligne(s) scellée(s)" in done("run", "seal_logs", "--on", "2026-01-05")
    assert "Choisir parmi : seal_logs" in refused("run", "nothing")


def test_an_altered_log_row_is_told_by_the_command(folder: Path) -> None:
    done("db", "upgrade")
    done("user", "create", "p.martin")
    assert "ligne(s) scellée(s)" in done("audit", "seal")
    assert "intact" in done("audit", "verify")
    assert json.loads(done("audit", "verify", "--json"))["logs"][0]["faults"] == []
    assert "effacée(s)." in done("audit", "purge")
    database = opened(folder)
    run_raw(database, "DROP TRIGGER change_log_no_update", "UPDATE change_log SET actor = 'autre' WHERE id = 1")
    database.close()
    answer = run("audit", "verify")
    assert status_of(answer) == 1
    assert "ALTÉRÉ" in answer.output
    assert "une ligne a été altérée" in answer.output
    answer = run("db", "check")
    assert (status_of(answer), "garde-fou : change_log_no_update" in answer.output) == (1, True)


def test_keys_are_made_rotated_and_retired(folder: Path) -> None:
    done("db", "upgrade")
    done("user", "create", "p.martin")
    assert "Renouvellement fait" in done("keys", "rotate", "--wait")
    assert done("keys", "list").count("\n") == 2
    assert "retirée(s)" in done("keys", "retire")
    assert done("keys", "list").count("\n") == 1
    assert "Aucune ancienne clé" in done("keys", "retire")
    done("keys", "rotate")
    assert "1 travail(aux) traité(s)" in done("worker", "--drain")
    made = folder / "made.json"
    done("keys", "create", str(made))
    assert made.stat().st_mode & 0o077 == 0
    assert "existe déjà" in refused("keys", "create", str(made))
    done("keys", "create", "--backup", str(folder / "backup.key"))
    assert (folder / "backup.key").stat().st_mode & 0o077 == 0


def test_a_backup_goes_round(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done("db", "upgrade")
    done("user", "create", "p.martin")
    saved = folder / "x.bak"
    assert "objet(s) du coffre" in done("backup", str(saved))
    assert saved.stat().st_mode & 0o077 == 0
    assert "existe déjà" in refused("backup", str(saved))
    assert "intacte" in done("restore", "--check", str(saved))
    assert "n'est pas vide" in refused("restore", str(saved))
    assert "ne peut pas être lu" in refused("restore", str(folder / "absent.bak"))
    (folder / "wrong.key").write_text("short")
    assert "clé de sauvegarde" in refused("restore", str(saved), "--key-file", str(folder / "wrong.key"))
    monkeypatch.setenv("ATMP_DATA_DIR", str(folder / "new"))
    assert "trousseau" in refused("restore", str(saved))
    (folder / "new" / "keys.json").write_bytes((folder / "data" / "keys.json").read_bytes())
    assert "restaurée et comparée" in done("restore", str(saved))
    assert done("db", "check") == "Base de données conforme.\n"
    assert "déjà pris" in refused("user", "create", "p.martin")
    assert sorted(path.name for path in folder.glob("*.partiel")) == []


def test_a_migration_goes_down_only_when_told_twice(folder: Path) -> None:
    done("db", "upgrade")
    answer = run("db", "downgrade", "base")  # nobody there to say yes
    assert answer.exit_code != 0
    assert "révision vide" in done("db", "downgrade", "base", "--yes")
    assert "impossible" in refused("db", "upgrade", "--to", "9999")


def test_what_is_not_a_database_is_told_in_one_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "atmp.sqlite").write_text("not a database, " * 100)
    assert "n'est pas une base de données" in refused("db", "upgrade")
    monkeypatch.setenv("ATMP_DATABASE__URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert "Base de données injoignable" in refused("db", "upgrade")
    monkeypatch.setenv("ATMP_DATABASE__URL", "nonsense")
    assert "illisible" in refused("db", "upgrade")


def test_every_command_explains_itself_in_french(folder: Path) -> None:
    for name in COMMANDS:
        assert "Usage" in done(name, "--help")


def test_the_application_opens_answers_and_stops_when_asked(folder: Path) -> None:
    done("db", "upgrade")
    command = [sys.executable, "-m", "atmp_insure", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        address = re.search(r"http://\S+", line)
        assert address is not None, process.stderr.read() if process.stderr else line
        with urlopen(f"{address[0]}/health/ready", timeout=20) as answer:
            assert json.load(answer)["status"] == "ok"
        time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        out, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert "Application arrêtée." in out
    assert all(json.loads(line) for line in errors.splitlines())
