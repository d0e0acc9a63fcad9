"""What becomes of a policy of a book, beside what is recorded of it already: written, left, or taken back first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.kernel.labelled import Labelled
from atmp_insure.policies.state import counting
from atmp_insure.policies.taken_over import says_the_same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.policies.former_lines import TakenEntry
    from atmp_insure.policies.transactions import Transaction


class Course(Labelled):
    """What is done with a policy of a book; the code, what it means beforehand, and how it is told once it is done."""

    WRITE = "write", "sera repris", "repris"
    SAME = "same", "déjà repris, rien à changer", "déjà repris, inchangé"
    REWRITE = "rewrite", "déjà repris autrement : sera annulé, puis repris", "annulé, puis repris"
    DIFFERS = "differs", "déjà repris autrement, et laissé tel quel : demander à corriger ce qui est déjà connu", ""
    ACTED = "acted", "déjà repris, et modifié ici depuis : laissé tel quel", ""
    STRANGER = "stranger", "cette référence est celle d'un contrat qui ne vient pas d'une reprise", ""

    done: str

    def __init__(self, _code: str, _label: str, done: str) -> None:
        self.done = done


@dataclass(frozen=True, slots=True)
class KnownStack:
    """What is recorded of a policy.

    Attributes:
        from_books: numbers of the transactions that take-overs wrote, or took back.
    """

    stack: Sequence[Transaction]
    from_books: frozenset[int]

    @property
    def was_taken_over(self) -> bool:
        """Whether it began with a take-over."""
        return bool(self.stack) and self.stack[0].number in self.from_books

    @property
    def first_new_act(self) -> Transaction | None:
        """The first transaction that no take-over wrote: from then on the policy lives here."""
        return next((one for one in self.stack if one.number not in self.from_books), None)


def course_of(entries: Sequence[TakenEntry], known: KnownStack | None, *, corrects: bool) -> Course:
    """What is done with a policy of a book.

    Args:
        known: None: nothing is recorded under its reference.
        corrects: whether what was taken over otherwise is taken back and written again.

    Source: a choice of this product (`docs/take-over.md`).
    """
    if known is None:
        return Course.WRITE
    if not known.was_taken_over:
        return Course.STRANGER
    counted = counting(one for one in known.stack if one.number in known.from_books)
    if says_the_same(counted, entries):
        return Course.SAME
    if known.first_new_act is not None:
        return Course.ACTED
    if not counted:
        return Course.WRITE
    return Course.REWRITE if corrects else Course.DIFFERS
