"""Whatever is asked of the API: no fault of ours, no status that the document does not declare, no answer beside it."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]

from tests.api.test_document import operations

if TYPE_CHECKING:
    from tests.api.conftest import Service

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS)
MOMENTS = st.datetimes().map(lambda moment: moment.isoformat()) | st.just("2026-11-20T09:00:00+00:00")
CURSORS = st.lists(PLAIN | MOMENTS, max_size=3).map(
    lambda values: urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")
)
VALUES = st.one_of(
    WORDS, st.integers().map(str), CURSORS, st.sampled_from(["working", "failed", "rekeying", "1", "200"])
)
NUMBERS = st.one_of(
    st.integers(1, 9), st.integers(-3, 2**70), WORDS.filter(lambda text: "/" not in text and text.strip("."))
)


def arguments_of(operation: dict[str, Any]) -> st.SearchStrategy[list[tuple[str, str]]]:
    known = [one["name"] for one in operation.get("parameters", ())]
    return st.lists(st.tuples(st.sampled_from([*known, *known, "other"]) | WORDS, VALUES), max_size=4)


def must_be_declared(document: dict[str, Any], operation: dict[str, Any], status: int, kind: str, body: Any) -> None:
    declared = operation["responses"].get(str(status))
    assert declared is not None, (status, body)
    assert kind in declared["content"], (status, kind)
    schema = {**declared["content"][kind]["schema"], "components": document["components"]}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(body)


@pytest.mark.parametrize("who", ["manager", "broker", "visitor"])
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_answer_is_one_that_the_document_declares(service: Service, who: str, data: st.DataObject) -> None:
    document = service.document
    path, method, operation = data.draw(st.sampled_from(list(operations(document))))
    number = quote(str(data.draw(NUMBERS)), safe="")
    asked = urlencode(data.draw(arguments_of(operation)))
    body = data.draw(st.none() | st.binary(max_size=40))
    kind = data.draw(st.sampled_from(["application/json", "application/x-www-form-urlencoded", "text/plain", "x"]))
    address = re.sub(r"{[a-z_]+}", lambda _: number, path)
    answer = getattr(service, who).open(f"{address}?{asked}", method=method, data=body, content_type=kind)
    must_be_declared(document, operation, answer.status_code, answer.mimetype, answer.get_json())
    assert answer.status_code < 500


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(cursor=CURSORS)
def test_a_cursor_made_by_hand_gives_a_page_or_a_refusal(service: Service, cursor: str) -> None:
    for address in ("/api/v1/runs", "/api/v1/runs/1/items"):
        answer = service.manager.get(f"{address}?after={cursor}")
        assert answer.status_code in {200, 422}, answer.text
