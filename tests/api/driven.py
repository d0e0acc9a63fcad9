"""Requests made up by Schemathesis from the OpenAPI document, and what each answer must be.

Numbers that it invents name nothing, so most of the time they are replaced by those of rows that exist: what stands
behind the door of an operation is then tried too.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask import Flask

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    response_headers_conformance,
]  # fmt: skip
DOCUMENT = "/api/v1/openapi.json"
_SOMETIMES = st.sampled_from([True, True, True, False])


@dataclass
class Driver:
    """Asks every operation of an application, in the name of some people.

    Attributes:
        known: argument of an operation, or name in a body → the number of a row that exists.
        tokens: who asks → their token.
        statuses: how many answers came of each.
    """

    app: Flask
    known: Mapping[str, Any]
    tokens: Mapping[str, str]
    statuses: Counter[int] = field(default_factory=Counter)

    @cached_property
    def operations(self) -> list[Any]:
        """Every operation of the document; to read it takes a while."""
        found = []
        for one in schemathesis.openapi.from_wsgi(DOCUMENT, self.app).get_all_operations():
            assert isinstance(one, Ok)
            found.append(one.ok())
        return found

    def try_operation(self, operation: Any, mode: GenerationMode, examples: int, number: int) -> None:
        """Ask one operation some times; the first answer that must not be is raised, with how to have it again."""

        @seed(number)
        @settings(
            max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )  # fmt: skip
        @given(data=st.data())
        def ask(data: st.DataObject) -> None:
            case = data.draw(operation.as_strategy(generation_mode=mode))
            self._name_rows(case, data)
            who = data.draw(st.sampled_from(sorted(self.tokens)))
            answer = case.call(headers={"Authorization": f"Bearer {self.tokens[who]}"})
            self.statuses[answer.status_code] += 1
            case.validate_response(answer, checks=CHECKS)

        ask()

    def _name_rows(self, case: Any, data: st.DataObject) -> None:
        for place in (case.path_parameters, case.query, case.body):
            for part, name in _named(place):
                if name in self.known and data.draw(_SOMETIMES):
                    part[name] = self.known[name]


def _named(place: Any) -> Iterator[tuple[dict[str, Any], str]]:
    """Every member of a tree of objects, with the object that holds it."""
    if isinstance(place, dict):
        for name in list(place):
            yield place, name
            yield from _named(place[name])
    elif isinstance(place, list):
        for part in place:
            yield from _named(part)
