"""No input gives a traceback: random documents, valid documents gone wrong, random bytes as portfolio files."""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atmp_insure.kernel.errors import AtmpInsureError
from atmp_insure.kernel.json_document import read_json_document
from atmp_insure.rating import answers, schemas, terminal
from atmp_insure.rating.change import rate_change
from atmp_insure.rating.impact import impact
from atmp_insure.rating.rate import rate
from tests.builders import a_claim_document, a_rate_document, an_impact_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.regulation.law import Law
    from tests.command import Atmp

SLOW = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
QUICK = settings(
    deadline=None, max_examples=250, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
COMMANDS = ("rate", "impact", "change")
KEYS = sorted(
    {*a_rate_document(), *an_impact_document(), *a_claim_document(), "cover", "before", "after", "m1", "IP4", "2020"}
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.integers(2008, 2030),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(
        [
            "0",
            "1",
            "150",
            "2.80",
            "100",
            "-1",
            "1e3",
            "2,5",
            "A",
            "B",
            "IP9",
            "IT6",
            "general",
            "alsace_moselle",
            "2020-02-29",
            "\ud800",
            "",
            "28.1AD",
            "agency",
            "999999999999",
            "0.000000000000000000001",
        ]
    ),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=4)), inner, max_size=6),
    ),
    max_leaves=12,
)


def _valid() -> dict[str, list[dict[str, Any]]]:
    """Valid documents of each command, with every key filled somewhere."""
    full = a_rate_document(
        sub_sector="gros_oeuvre",
        ctn="B",
        construction=True,
        risk_code="45.2BD",
        created_on="2020-05-01",
        headcount_history={"2020": "20", "2021": "30"},
        previous_rate_percent="4.02",
        previous_units=[{"rate_percent": "2.00", "wages_eur": "10"}],
        average_costs_eur={"IP2": "1"},
        surcharges={"m1": "0.1", "m2": "50", "m3": "0", "m4": "0.5"},
        claims=[a_claim_document(category="IP2", temporary_worker_role="user", classified_year=2021, cost_eur="12.50")],
    )
    chain = an_impact_document(
        headcount={str(year): "85" for year in range(2019, 2027)},
        collective_rate_percent="3.00",
        calculated_without_percent=None,
        surcharges={"2021": {"m2": "58"}},
        average_costs_eur={"2019": {"IP4": "500000"}},
        contribution_wages_eur="1000000",
        base_claims=[a_claim_document()],
        headcount_history={"2017": "85"},
        studied_claims=[a_claim_document(ref="X", account_year=2018), a_claim_document(ref="Y", account_year=2019)],
        cover={"deductible_percent_of_wages": "0.30", "annual_limit_eur": "50000"},
    )
    return {
        "rate": [a_rate_document(), full],
        "impact": [an_impact_document(), chain],
        "change": [{"before": a_rate_document(), "after": full}],
    }


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, (*path, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _places(inner, (*path, at))


@st.composite
def mutated(draw: st.DrawFn, command: str) -> Any:
    """A valid document with one to three places replaced, removed, renamed or doubled."""
    document = copy.deepcopy(draw(st.sampled_from(_valid()[command])))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(sorted(_places(document), key=str)))
        if not path:
            continue
        holder = document
        for step in path[:-1]:
            holder = holder[step]
        match draw(st.sampled_from(["replace", "replace", "remove", "rename", "double"])):
            case "replace":
                holder[path[-1]] = draw(JSON)
            case "remove":
                del holder[path[-1]]
            case "rename" if isinstance(holder, dict):
                holder[draw(st.one_of(st.sampled_from(KEYS), st.text(max_size=4)))] = holder.pop(path[-1])
            case _ if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[path[-1]]))
    return document


def require_answer(atmp: Atmp, command: str, content: bytes) -> None:
    outcome = atmp("rating", command, "-", "--json", stdin=content)
    assert outcome.status in {0, 1, 2}
    assert "Traceback" not in outcome.err
    if outcome.status == 2:
        assert outcome.out == ""
        assert outcome.err.strip()
        assert all(line.startswith("entrée standard") for line in outcome.err.splitlines()), outcome.err
    else:
        assert json.loads(outcome.out)


@pytest.mark.parametrize("command", COMMANDS)
@given(data=st.data())
@SLOW
def test_the_command_survives_random_and_mutated_documents(command: str, data: st.DataObject, atmp: Atmp) -> None:
    document = data.draw(st.one_of(mutated(command), mutated(command), JSON))
    require_answer(atmp, command, json.dumps(document).encode())


@pytest.mark.parametrize("command", COMMANDS)
@given(
    content=st.one_of(
        st.binary(max_size=60), st.text(alphabet='{}[]",:.0123456789eE-+nultrfas\\ \n', max_size=60).map(str.encode)
    )
)
@SLOW
def test_the_command_survives_random_bytes(command: str, content: bytes, atmp: Atmp) -> None:
    require_answer(atmp, command, content)


def _compute(command: str, document: object, law: Law) -> str:
    """What the command does between reading and writing, without reading the law anew each time."""
    if command == "rate":
        single = rate(schemas.rate_question(document), law)
        return json.dumps(answers.rate_answer(single), ensure_ascii=False) + terminal.rate_text(single)
    if command == "impact":
        chain = impact(schemas.impact_question(document), law)
        return json.dumps(answers.impact_answer(chain), ensure_ascii=False) + terminal.impact_text(chain)
    moved = rate_change(*schemas.change_questions(document), law)
    return json.dumps(answers.change_answer(moved), ensure_ascii=False) + terminal.change_text(moved)


@pytest.mark.parametrize("command", COMMANDS)
@given(data=st.data())
@QUICK
def test_mutated_documents_are_computed_or_refused_and_what_is_computed_can_be_written(
    command: str, data: st.DataObject, law: Law
) -> None:
    content = json.dumps(data.draw(mutated(command))).encode()
    try:
        written = _compute(command, read_json_document(content), law)
    except AtmpInsureError as refusal:
        written = str(refusal).encode("utf-8", "backslashreplace").decode()  # as standard error writes it
    assert written.strip()
    assert written.encode("utf-8")


HEADER = "unit_id,rate_year,scope,construction,ctn,headcount,wages_1,wages_2,wages_3,it6_1,ip2_3,previous_rate_percent"
CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            "2024",
            "2019",
            "A",
            "B",
            "general",
            "alsace_moselle",
            "true",
            "200",
            "1000000",
            "0",
            "-1",
            "1e5",
            '"',
            '""',
            "nan",
            "inf",
            "9" * 30,
            "0.0000001",
            "é",
            "\x00",
            "\r",
            "2,5",
            "20",
            "4.02",
            '"a,b"',
        ]
    ),
    st.text(max_size=6),
)
LINES = st.lists(CELLS, max_size=14).map(",".join)
FILES = st.one_of(
    st.binary(max_size=200),
    st.binary(max_size=300).map(lambda tail: HEADER.encode() + b"\n" + tail),
    st.lists(LINES, max_size=6).map(lambda lines: "\n".join([HEADER, *lines]).encode("utf-8", "surrogatepass")),
    st.binary(max_size=80).map(lambda tail: b"PAR1" + tail),
)


@given(content=FILES, suffix=st.sampled_from(["csv", "parquet"]))
@SLOW
def test_the_portfolio_command_survives_random_files_and_keeps_every_row(
    content: bytes, suffix: str, atmp: Atmp
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"out.{suffix}"
        outcome = atmp("rating", "portfolio", "-", str(target), stdin=content)
        assert outcome.status in {0, 1, 2}
        assert outcome.out == ""
        assert "Traceback" not in outcome.err
        assert [path.name for path in Path(folder).iterdir()] == ([] if outcome.status == 2 else [target.name])
        if suffix == "csv" and outcome.status != 2:
            rows = [line for line in content.split(b"\n")[1:] if line.strip()]
            assert f"{len(rows)} ligne(s) lue(s)" in outcome.err
