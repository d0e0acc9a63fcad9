"""What would become of the policies of a book, by what the office knows of what they name; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.parties.import_queries import companies_of
from atmp_insure.policies import take_over_queries as queries
from atmp_insure.policies.book_rows import StateRow
from atmp_insure.policies.book_sheets import BookSheet
from atmp_insure.policies.former_price import of_file
from atmp_insure.policies.former_terms import former_entries
from atmp_insure.policies.known_office import Office, Rulebook
from atmp_insure.policies.queries import policies_named
from atmp_insure.policies.stack_service import stack_of
from atmp_insure.policies.take_over_course import Course, KnownStack, course_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.body_models import PartyImport
    from atmp_insure.parties.models import Company
    from atmp_insure.policies.book import FormerPolicy
    from atmp_insure.policies.former_lines import TakenEntry
    from atmp_insure.policies.models import Policy


@dataclass(frozen=True, slots=True)
class Judged:
    """A policy of a book, as it would be taken over.

    Attributes:
        course: None: it cannot be, for its faults.
        policy: what stands here under its reference.
    """

    former: FormerPolicy
    course: Course | None
    entries: tuple[TakenEntry, ...] = ()
    policy: Policy | None = None
    faults: tuple[Fault, ...] = ()


def judged(
    session: ScopedSession, found: PartyImport, policies: Collection[FormerPolicy], rules: Rulebook
) -> list[Judged]:
    """What would become of policies of a book, by what the office knows now."""
    office = _office(session, found, policies, rules)
    companies = companies_of(session, {one.siren for one in policies})
    known = policies_named(session, [one.reference for one in policies])
    from_books = queries.called_elsewhere(session, [one.id for one in known.values()])
    return [
        _judged(
            former, office, _Known(companies.get(former.siren), one, from_books.get(one.id) if one else None),
            corrects=found.corrects,
        )
        for former in policies for one in [known.get(former.reference)]
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Known:
    """What stands here of a policy of a book: its company, its policy, and the transactions that books wrote."""

    company: Company | None
    policy: Policy | None
    from_books: frozenset[int] | None


def _judged(former: FormerPolicy, office: Office, known: _Known, *, corrects: bool) -> Judged:
    try:
        entries = former_entries(former, office)
        _require_company(former, known)
    except InvalidInput as error:
        return Judged(former, None, (), known.policy, error.faults)
    stack = None if known.policy is None else KnownStack(stack_of(known.policy), known.from_books or frozenset())
    course = course_of(entries, stack, corrects=corrects)
    if course is Course.STRANGER:
        fault = Fault(course.label, "Vérifier la référence, ou reprendre le contrat sous une autre", former.first_place)
        return Judged(former, None, entries, known.policy, (fault,))
    return Judged(former, course, entries, known.policy)


def _require_company(former: FormerPolicy, known: _Known) -> None:
    if known.company is None and former.company is None:
        raise InvalidInput.one(
            f"SIREN {former.siren} inconnu", f"L'ajouter à la feuille {BookSheet.COMPANIES.label}",
            place=former.first_place,
        )  # fmt: skip
    if known.policy is not None and (known.company is None or known.policy.company_id != known.company.id):
        raise InvalidInput.one(
            f"le contrat {former.reference} est ici celui d'une autre entreprise", "Vérifier son SIREN",
            place=former.first_place,
        )  # fmt: skip


def _office(session: ScopedSession, found: PartyImport, policies: Iterable[FormerPolicy], rules: Rulebook) -> Office:
    """What the office knows of the insurers, brokers and mandates that policies of a book name."""
    kept = list(policies)
    states = [line.said for one in kept for line in one.lines if isinstance(line.said, StateRow)]
    mandates = queries.mandates_named(session, {one.mandate.rum for one in kept if one.mandate is not None})
    return Office(
        rules=rules,
        agreements=queries.agreements_named(session, {one.agreement for one in states}),
        brokers=queries.brokers_named(session, {one.broker for one in states if one.broker}),
        mandates={rum: one.id for rum, one in mandates.items()},
        source=of_file(found.source, found.stated_on),
    )
