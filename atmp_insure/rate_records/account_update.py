"""What a newer version of an employer account changes: claims that are new, that have moved, that have vanished.

An account moves until 31 December of the year after it. Nothing is overwritten: each change keeps the former value and
the place of both. A line that vanishes, or an account that is suddenly empty, is told: it may be a download cut short.

Source: input-formats 2 and 9.11.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from atmp_insure.rate_records.documents import EmployerAccount, Finding, Severity
from atmp_insure.rate_records.labels import ACCOUNT_COLUMNS
from atmp_insure.rate_records.masking import masked_claim_number
from atmp_insure.rate_records.record import NamedTuple
from atmp_insure.rate_records.wording import list_fr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from atmp_insure.rate_records.documents import AccountLine, Document

_SIREN_LENGTH = 9
_MOST_NAMED = 4
_CLAIM_VALUES = ("nature", "occurred_on", "notified_on", "absence_days", "last_name", "first_name")
_LINE_VALUES = (
    "account_year", "it_category", "it_cost_eur", "ip_notified_on", "ip_percent", "ip_category", "ip_cost_eur",
    "third_party_percent", "agency_percent", "user_percent", "value_eur",
)  # fmt: skip
_ESTABLISHMENT_VALUES = ("siret", "section", "risk_code", "support_staff", "ctn")


class ValueChange(NamedTuple):
    """One value of a line that is not the same in the newer account.

    Attributes:
        name: its name, as in `labels.ACCOUNT_COLUMNS`.
        former_place: where the former account prints it; "" when it does not.
    """

    name: str
    former: Any
    newer: Any
    former_place: str
    newer_place: str


class LineChange(NamedTuple):
    """A line of both accounts, with the values that have changed."""

    former: AccountLine
    newer: AccountLine
    values: tuple[ValueChange, ...]


class AccountUpdate(NamedTuple):
    """What a newer account changes in a former one.

    Attributes:
        new: lines that only the newer one has.
        changed: lines of both whose values are not the same.
        vanished: lines of the former one, in years that the newer one covers, that it does not have.
        unchanged: number of lines that are the same.
        emptied: whether the former one had lines and the newer one has none.
    """

    former: EmployerAccount
    newer: EmployerAccount
    new: tuple[AccountLine, ...]
    changed: tuple[LineChange, ...]
    vanished: tuple[AccountLine, ...]
    unchanged: int
    emptied: bool

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What must be said of the update, the gravest first."""
        return tuple(_findings(self))


def update(former: EmployerAccount, newer: EmployerAccount) -> AccountUpdate:
    """Compare two versions of one account, claim by claim.

    Lines are joined by claim number and account year, else by claim number alone (a cost that has moved to another
    year), and lines without number by their victim and date. Years that the newer account does not cover are left out.

    Source: input-formats 2, 9.11.
    """
    covered = set(newer.account_years)
    left = [line for line in former.lines if line.account_year in covered]
    right = list(newer.lines)
    pairs: list[tuple[AccountLine, AccountLine]] = []
    for key in (_line_key, _claim_and_category, _claim_key):
        left, right = _joined(left, right, key, pairs)
    changes = [LineChange(one, other, tuple(_changes(one, other))) for one, other in pairs]
    changed = sorted((change for change in changes if change.values), key=lambda change: change.newer.place)
    vanished = tuple(left)
    return AccountUpdate(
        former=former,
        newer=newer,
        new=tuple(right),
        changed=tuple(changed),
        vanished=vanished,
        unchanged=len(pairs) - len(changed),
        emptied=bool(vanished) and not newer.lines,
    )


def updates(documents: Iterable[Document]) -> tuple[AccountUpdate, ...]:
    """The updates between the accounts of a reading: versions of one account one after the other, oldest first.

    Two papers are versions of one account when they cover a year in common for one establishment. The older one is the
    one printed first, when both say it; else the one given first.

    Source: input-formats 2, 9.11.
    """
    accounts = list({one.sha256: one for one in documents if isinstance(one, EmployerAccount)}.values())
    found = []
    seen: set[tuple[int, int]] = set()
    for versions in _versions(accounts):
        for former, newer in pairwise(versions):
            if (id(former), id(newer)) not in seen:
                seen.add((id(former), id(newer)))
                found.append(update(former, newer))
    return tuple(found)


def _versions(accounts: Sequence[EmployerAccount]) -> Iterator[list[EmployerAccount]]:
    """The accounts about each establishment and year, oldest first."""
    by_unit: dict[tuple[str, int], list[EmployerAccount]] = defaultdict(list)
    sirens = {account.establishment.siret[:_SIREN_LENGTH] for account in accounts if account.establishment.siret}
    for account in accounts:
        for siret in _sirets(account, accounts if len(sirens) == 1 else ()):
            for year in account.account_years:
                by_unit[siret, year].append(account)
    for versions in by_unit.values():
        if len(versions) > 1:
            if all(one.issued_on is not None for one in versions):
                versions.sort(key=lambda one: str(one.issued_on))
            yield versions


def _sirets(account: EmployerAccount, of_one_company: Iterable[EmployerAccount]) -> set[str]:
    """The establishments of an account; one that is empty and names none is about those of the other papers."""
    own = {line.establishment.siret for line in account.lines} | {account.establishment.siret}
    if own == {""}:
        return {siret for other in of_one_company if other is not account for siret in _sirets(other, ())} - {""}
    return own - {""}


def _joined(
    left: list[AccountLine],
    right: list[AccountLine],
    key: Callable[[AccountLine], tuple[Any, ...]],
    pairs: list[tuple[AccountLine, AccountLine]],
) -> tuple[list[AccountLine], list[AccountLine]]:
    """Join lines that share a key, those that are the same first; give back the lines that are left on both sides."""
    waiting: dict[tuple[Any, ...], list[AccountLine]] = defaultdict(list)
    for line in right:
        waiting[key(line)].append(line)
    rest = []
    for line in left:
        same = waiting.get(key(line), [])
        if not same:
            rest.append(line)
            continue
        best = min(range(len(same)), key=lambda at: sum(1 for _ in _changes(line, same[at])))
        pairs.append((line, same.pop(best)))
    taken = {id(newer) for _, newer in pairs}
    return rest, [line for line in right if id(line) not in taken]


def _claim_key(line: AccountLine) -> tuple[Any, ...]:
    """The claim: its number without spaces, else its victim and date, else everything that the line prints."""
    claim = line.claim
    if claim.claim_number is not None:
        return ("".join(claim.claim_number.split()).upper(),)
    person = claim.nir or " ".join(filter(None, (claim.last_name, claim.first_name)))
    if person and claim.occurred_on is not None:
        return person, claim.occurred_on
    return claim, line.account_year, line.categories


def _line_key(line: AccountLine) -> tuple[Any, ...]:
    return (*_claim_key(line), line.account_year, line.establishment.siret, line.establishment.section, line.categories)


def _claim_and_category(line: AccountLine) -> tuple[Any, ...]:
    """The claim and whether the line is its IT, its IP or both: the year or the category may have moved."""
    kinds = tuple(sorted({category[:2] for category in line.categories}))
    return (*_claim_key(line), kinds)


def _changes(former: AccountLine, newer: AccountLine) -> Iterator[ValueChange]:
    for names, one, other in (
        (_LINE_VALUES, former, newer),
        (_CLAIM_VALUES, former.claim, newer.claim),
        (_ESTABLISHMENT_VALUES, former.establishment, newer.establishment),
    ):
        for name in names:
            before, after = getattr(one, name), getattr(other, name)
            if before != after:
                where = former.places.get(name, former.place), newer.places.get(name, newer.place)
                yield ValueChange(name, before, after, *where)


def _findings(found: AccountUpdate) -> Iterator[Finding]:
    file = found.newer.file
    versions = f"entre {found.former.file} et {file}"
    if found.emptied:
        said = (
            f"Le compte, qui avait {len(found.vanished)} ligne{'s' if len(found.vanished) > 1 else ''} dans "
            f"{found.former.file}, n'en a plus aucune : vérifier qu'il a été téléchargé en entier."
        )
        yield Finding(Severity.ERROR, "account_emptied", said, "", file)
    else:
        for line in found.vanished:
            said = f"Le sinistre {_name(line)} de l'exercice {line.account_year} a disparu du compte {versions}."
            yield Finding(Severity.WARNING, "line_vanished", said, line.place, found.former.file)
    for change in found.changed:
        names = [ACCOUNT_COLUMNS.label_fr(value.name) for value in change.values]
        more = f" et {len(names) - _MOST_NAMED} autres valeurs" if len(names) > _MOST_NAMED else ""
        named = list_fr(names) if not more else f"{', '.join(names[:_MOST_NAMED])}{more}"
        said = f"Le sinistre {_name(change.newer)} a changé {versions} : {named}."
        yield Finding(Severity.INFORMATION, "line_changed", said, change.newer.place, file)
    for line in found.new:
        said = f"Le sinistre {_name(line)} de l'exercice {line.account_year} est nouveau {versions}."
        yield Finding(Severity.INFORMATION, "line_new", said, line.place, file)


def _name(line: AccountLine) -> str:
    """A claim as a message names it: its number, the NIR hidden."""
    number = line.claim.claim_number
    return masked_claim_number(number) if number else f"sans numéro ({line.place})"
