"""The steps of one rate for a reader at a terminal: what, how much, and the text it rests on, numbered once below."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from atmp_insure.kernel.french import THOUSANDS, begun, french_percent
from atmp_insure.rate_records.charged_claims import PRINTED_VALUE_REF
from atmp_insure.rate_records.rate_path import WIDTH
from atmp_insure.rate_records.wording import day_fr, percent_fr
from atmp_insure.rating.terminal import french_quantity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from atmp_insure.rate_records.reconciliation import ReconciledRate
    from atmp_insure.rate_records.unit_papers import UnitPapers
    from atmp_insure.rating.trace import Quantity, Step

_VALUE_WIDTH = 18
_NOTE_WIDTH = 6
_LABEL_WIDTH = WIDTH - _VALUE_WIDTH - _NOTE_WIDTH - 4
CLAIM_STEP = "claim_cost"


@dataclass(slots=True)
class Footnotes:
    """The sources quoted in a report, numbered in the order in which they are met."""

    numbers: dict[str, int] = field(default_factory=dict)

    def mark(self, source: str) -> str:
        """The mark of a source: `[3]`."""
        return f"[{self.numbers.setdefault(source, len(self.numbers) + 1)}]"

    def lines(self) -> list[str]:
        """The sources, at the end of the report."""
        if not self.numbers:
            return []
        shown = ["Fondements", ""]
        for source, number in self.numbers.items():
            shown += textwrap.wrap(
                f"[{number}] {source}", WIDTH, initial_indent="  ", subsequent_indent="      ", break_on_hyphens=False
            )
        return shown


def claim_names(papers: UnitPapers) -> dict[str, str]:
    """How a report names each claim of the accounts: by its date, never by its victim."""
    refs = papers.claim_refs()
    return {
        refs[line.claim_key]: f"sinistre du {day_fr(line.claim.occurred_on)}"
        for line in papers.all_lines()
        if line.claim.occurred_on is not None
    }


def calculation_lines(rate: ReconciledRate, names: Mapping[str, str], footnotes: Footnotes) -> list[str]:
    """The calculation of one rate, step by step."""
    head = f"Calcul du taux {rate.sheet.rate_year}"
    if rate.result is None:
        return [head, "", f"  Impossible ; il manque : {', '.join(rate.missing_fr)}.", ""]
    lines = [f"{head} : {french_percent(rate.result.rate_percent)}", ""]
    for step in rate.result.trace:
        lines += _step_lines(step_label(step, names), french_quantity(step.value), footnotes.mark(step.source))
    lines.append("")
    for said in (*rate.said_fr, *renamed(rate.result.assumptions, names)):
        lines += textwrap.wrap(said, WIDTH - 4, initial_indent="  • ", subsequent_indent="    ")
    return [*lines, ""]


def step_label(step: Step, names: Mapping[str, str]) -> str:
    """What a step is, a claim named as the report names it."""
    return step.label_fr if step.code != CLAIM_STEP else _claim_label(step.inputs, names)


def _claim_label(inputs: Mapping[str, Quantity], names: Mapping[str, str]) -> str:
    """A claim on one line: account, category, number and unit cost when there are several, shares, date."""
    ref, category = str(inputs["ref"][0]), inputs["category"][0]
    account = f"Compte {french_quantity(inputs['account_year']).replace(THOUSANDS, '')} :"
    if ref.startswith(PRINTED_VALUE_REF.partition("{")[0]):
        return f"{account} valeur du risque imprimée sur la feuille"
    if "count" in inputs:
        return f"{account} {french_quantity(inputs['count'])} {category} à {french_quantity(inputs['unit_cost_eur'])}"
    parts = [f"{account} {category}", *([names[ref]] if ref in names else [])]
    if "third_party" in inputs:
        parts.append(f"{_percent(inputs['third_party'])} après recours contre tiers")
    if "temporary_work_share" in inputs:
        parts.append(f"part de travail temporaire {inputs['temporary_work_share'][0]}")
    return ", ".join(parts)


def _percent(quantity: Quantity) -> str:
    value = quantity[0]
    return value if isinstance(value, str) else percent_fr(value * 100)


def _step_lines(label: str, value: str, note: str) -> list[str]:
    first, *others = textwrap.wrap(label, _LABEL_WIDTH) or [""]
    lines = [f"  {first:<{_LABEL_WIDTH}}  {value:>{_VALUE_WIDTH}} {note:>{_NOTE_WIDTH - 1}}"]
    return [*lines, *(f"    {other}" for other in others)]


def renamed(sentences: Sequence[str], names: Mapping[str, str]) -> Iterator[str]:
    """Sentences of the engine, with its claims named as the report names them."""
    for sentence in sentences:
        shown = sentence
        for ref, name in names.items():
            shown = shown.replace(f"Sinistre {ref}", begun(name)).replace(ref, name)
        yield shown
