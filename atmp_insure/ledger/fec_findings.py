"""What may be said of a file of accounting entries: the rules by their codes, a finding, and the report on a file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

MOST_TOLD = 100  # of one rule: the others are counted, so that a file wrong throughout gives a report that one can read


class Severity(StrEnum):
    """What a finding means for the file."""

    ERROR = "error"  # it does not conform
    WARNING = "warning"  # something to check, or to explain to the tax authority
    NOTE = "note"  # what to know before handing it over; nothing is wrong with what it holds


class Rule(StrEnum):
    """What a file is judged on; the value is stable, since programs read it."""

    FILE_NAME = "file_name"
    SIREN = "siren"
    CLOSING_DAY = "closing_day"
    ENCODING = "encoding"
    UTF_8 = "utf_8"
    WINDOWS_1252 = "windows_1252"
    MIXED_ENCODINGS = "mixed_encodings"
    SEPARATOR = "separator"
    HEADER = "header"
    HEADER_ORDER = "header_order"
    HEADER_SPELLING = "header_spelling"
    HEADER_MORE = "header_more"
    NO_ENTRY = "no_entry"
    FIELD_COUNT = "field_count"
    CONTROL_CHARACTER = "control_character"
    MANDATORY = "mandatory"
    NOT_VALIDATED = "not_validated"
    DATE = "date"
    AMOUNT = "amount"
    DIRECTION = "direction"
    BOTH_AMOUNTS = "both_amounts"
    NO_AMOUNT = "no_amount"
    NEGATIVE = "negative"
    ACCOUNT = "account"
    AUXILIARY = "auxiliary"
    LETTERING = "lettering"
    CURRENCY = "currency"
    OUTSIDE_YEAR = "outside_year"
    BEFORE_ASSUMED_YEAR = "before_assumed_year"
    VALIDATED_BEFORE = "validated_before"
    ENTRY_DATES = "entry_dates"
    ENTRY_UNBALANCED = "entry_unbalanced"
    FILE_UNBALANCED = "file_unbalanced"
    CHRONOLOGY = "chronology"
    GAP = "gap"
    ACCOUNT_LABEL = "account_label"
    JOURNAL_LABEL = "journal_label"

    @property
    def severity(self) -> Severity:
        """How grave it is that the rule is not kept."""
        if self in _WARNINGS:
            return Severity.WARNING
        return Severity.NOTE if self in _NOTES else Severity.ERROR


# texts that only look wrong, and what software often does without the text of the law saying that it may not
_WARNINGS = frozenset({
    Rule.WINDOWS_1252, Rule.MIXED_ENCODINGS, Rule.HEADER_SPELLING, Rule.HEADER_MORE, Rule.NO_ENTRY,
    Rule.CONTROL_CHARACTER, Rule.NEGATIVE, Rule.LETTERING, Rule.CURRENCY, Rule.BEFORE_ASSUMED_YEAR,
    Rule.VALIDATED_BEFORE, Rule.GAP, Rule.ACCOUNT_LABEL, Rule.JOURNAL_LABEL,
})  # fmt: skip
# renamed or converted in a moment, when it is handed over: a copy that is checked before may bear any name
_NOTES = frozenset({Rule.FILE_NAME, Rule.UTF_8})
_GRAVEST_FIRST = list(Severity)


@dataclass(frozen=True, slots=True)
class FecFinding:
    """One thing that is wrong with a file, where, and what to do about it.

    Attributes:
        message_fr: what was recognised and what is wrong with it.
        remedy_fr: what to do.
        line: number in the file, the names of the columns being line 1; None when the whole file is meant.
        field: the column, "" when the whole line is meant.
    """

    rule: Rule
    message_fr: str
    remedy_fr: str
    line: int | None = None
    field: str = ""


class Findings:
    """The findings on a file while it is read: the first of each rule, the number of all."""

    def __init__(self) -> None:
        self.counts: Counter[Rule] = Counter()
        self._told: list[FecFinding] = []

    def add(self, finding: FecFinding) -> None:
        """Count it, and tell it while its rule was not told too often."""
        self.counts[finding.rule] += 1
        if self.counts[finding.rule] <= MOST_TOLD:
            self._told.append(finding)

    def told(self) -> tuple[FecFinding, ...]:
        """The gravest first, then in the order of the file, what is meant of the whole file at the head."""
        return tuple(
            sorted(self._told, key=lambda one: (_GRAVEST_FIRST.index(one.rule.severity), one.line or 0, one.rule))
        )


@dataclass(frozen=True, slots=True)
class FecReport:
    """What was recognised of a file, and what is wrong with it.

    Attributes:
        name: of the file, None when it has none (standard input).
        siren: as the name gives it, its key right or not.
        first_day: first day of the financial year, given or counted back twelve months from the closing day.
        encoding: the one recognised, "" for a file that is no text.
        separator: the one recognised, "" for none.
        lines: without the names of the columns.
        unread_lines: among them, those that count in no total since they cannot be split or their amount is illegible.
        counts: findings by rule, those that are not told included.
    """

    name: str | None
    siren: str | None
    first_day: date | None
    closing_day: date | None
    encoding: str
    separator: str
    lines: int
    unread_lines: int
    entries: int
    debit_eur: Decimal
    credit_eur: Decimal
    findings: tuple[FecFinding, ...]
    counts: Mapping[Rule, int]

    def count(self, severity: Severity) -> int:
        """How many findings are that grave."""
        return sum(count for rule, count in self.counts.items() if rule.severity is severity)
