"""The schedule is the declared jobs: every job of a domain's `…jobs.py` is in the table, and nothing else is."""

from __future__ import annotations

from importlib import import_module
from inspect import isfunction, signature
from typing import TYPE_CHECKING

from atmp_insure import scheduler
from tests.architecture.test_purity import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Callable


def declared() -> set[Callable[..., object]]:
    """Public functions of `…jobs.py` that take the context of a job and nothing else."""
    found: set[Callable[..., object]] = set()
    for path in sorted(PACKAGE.glob("*/*jobs.py")):
        module = import_module(f"atmp_insure.{path.parent.name}.{path.stem}")
        for name, function in vars(module).items():
            if isfunction(function) and function.__module__ == module.__name__ and not name.startswith("_"):
                parameters = [parameter.annotation for parameter in signature(function).parameters.values()]
                if parameters == ["JobContext"]:
                    found.add(function)
    return found


def test_the_schedule_equals_the_declared_jobs() -> None:
    assert {job.work for job in scheduler.JOBS} == declared()
    assert declared()


def test_each_job_has_a_name_of_its_own_and_a_label() -> None:
    names = [job.name for job in scheduler.JOBS]
    assert len(set(names)) == len(names)
    assert all(job.label and job.schedule for job in scheduler.JOBS)


def test_the_operating_guide_lists_every_job() -> None:
    guide = (PACKAGE.parent / "docs" / "operating.md").read_text("utf-8")
    assert [job.name for job in scheduler.JOBS if f"| `{job.name}` |" not in guide] == []
