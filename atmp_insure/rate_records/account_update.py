"""What a newer version of an employer account changes: claims that are new, that have moved, that have vanished.

An account moves until 31 December of the year after it. Nothing is overwritten: each change keeps the former value and
the place of both. A line that vanishes, or an account that is suddenly empty, is told: it may be a download cut short.

Source: input-formats 2 and 9.11.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from atmp_insure.rate_records.documents import CurrentAccount, EmployerAccount, Finding, Severity, paper_identity
from atmp_insure.rate_records.labels import ACCOUNT_COLUMNS
from atmp_insure.rate_records.masking import masked_claim_number
from atmp_insure.rate_records.record import NamedTuple
from atmp_insure.rate_records.wording import list_fr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from atmp_insure.rate_records.documents import AccountLine, Document

_SIREN_LENGTH = 9
_GRAVEST_FIRST = tuple(Severity)
_MOST_NAMED = 4
_CLAIM_VALUES = ("nature", "occurred_on", "notified_on", "absence_days", "last_name", "first_name")
_LINE_VALUES = (
    "account_year", "it_category", "it_cost_eur", "ip_notified_on", "ip_percent", "ip_category", "ip_cost_eur",
    "third_party_percent", "agency_percent", "user_percent", "value_eur", "special_account",
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
        order_is_known: whether the papers say which one is newer; else it is the one given last.
    """

    former: EmployerAccount
    newer: EmployerAccount
    new: tuple[AccountLine, ...]
    changed: tuple[LineChange, ...]
    vanished: tuple[AccountLine, ...]
    unchanged: int
    emptied: bool
    order_is_known: bool = True

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What must be said of the update, the gravest first."""
        return tuple(sorted(_findings(self), key=lambda finding: _GRAVEST_FIRST.index(finding.severity)))


def update(former: EmployerAccount, newer: EmployerAccount) -> AccountUpdate:
    """Compare two versions of one account, claim by claim.

    Lines are joined by claim number and account year, else by claim number alone (a cost that has moved to another
    year), and lines without number by their victim and date. Years that the newer account does not cover are left out,
    and so are establishments, when the two accounts are not headed by the same one.

    Source: input-formats 2, 9.11.
    """
    left = [line for line in former.lines if line.account_year in newer.account_years and _covers(newer, former, line)]
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
        order_is_known=_order_is_known(former, newer),
    )


def _covers(newer: EmployerAccount, former: EmployerAccount, line: AccountLine) -> bool:
    """Whether the newer account would show a line of the former one, had it not vanished."""
    if newer.establishment.siret in ("", former.establishment.siret):
        return True
    return line.establishment.siret in {newer.establishment.siret, *(one.establishment.siret for one in newer.lines)}


def updates(documents: Iterable[Document]) -> tuple[AccountUpdate, ...]:
    """The updates between the accounts of a reading: versions of one account one after the other, oldest first.

    Two papers are versions of one account when they cover a year in common for one establishment and section. The older
    one is the one printed first, when both say it; else the current account before the annual one, which is made later;
    else the one given first, and the update says that its order is not known.

    Source: input-formats 2, 9.11.
    """
    pairs = (pair for versions in _versions(_accounts(documents)) for pair in pairwise(versions))
    once = {(id(former), id(newer)): (former, newer) for former, newer in pairs}
    return tuple(update(former, newer) for former, newer in once.values())


def oldest_first(documents: Iterable[Document]) -> tuple[Document, ...]:
    """The papers in the order they came, but for the versions of one account: the newest one is the last of them.

    Source: input-formats 9.11.
    """
    ordered = list(documents)
    for versions in _versions(_accounts(ordered)):
        places = sorted(at for at, one in enumerate(ordered) if any(one is version for version in versions))
        for at, version in zip(places, versions, strict=True):
            ordered[at] = version
    return tuple(ordered)


def _accounts(documents: Iterable[Document]) -> list[EmployerAccount]:
    """The accounts, each once: a file given twice says nothing more, and one file may hold several accounts."""
    return list({paper_identity(one): one for one in documents if isinstance(one, EmployerAccount)}.values())


def _versions(accounts: Sequence[EmployerAccount]) -> Iterator[list[EmployerAccount]]:
    """The accounts about each establishment, section and year, oldest first."""
    by_unit: dict[tuple[str, int], list[EmployerAccount]] = defaultdict(list)
    sirens = {account.establishment.siret[:_SIREN_LENGTH] for account in accounts if account.establishment.siret}
    for account in accounts:
        for siret in _sirets(account, accounts if len(sirens) == 1 else ()):
            for year in account.account_years:
                by_unit[siret, year].append(account)
    for same_place in by_unit.values():
        parts = {part for one in same_place if (part := _part(one))} or {""}
        for part in sorted(parts):
            versions = [one for one in same_place if _part(one) in ("", part)]
            if len(versions) > 1:
                yield _oldest_first(versions)


def _part(account: EmployerAccount) -> str:
    """The part of its establishment that heads an account: its section, else its risk code; "" when it prints none."""
    place = account.establishment
    return place.section or (f"{place.risk_code}{'B' * place.support_staff}" if place.risk_code else "")


def _oldest_first(versions: Sequence[EmployerAccount]) -> list[EmployerAccount]:
    if all(one.issued_on is not None for one in versions):
        return sorted(versions, key=lambda one: str(one.issued_on))
    return sorted(versions, key=lambda one: not isinstance(one, CurrentAccount))


def _order_is_known(former: EmployerAccount, newer: EmployerAccount) -> bool:
    if former.issued_on is not None and newer.issued_on is not None:
        return former.issued_on != newer.issued_on
    return former.kind is not newer.kind


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
    if not found.order_is_known and (found.new or found.changed or found.vanished):
        said = (
            f"Rien n'indique lequel des comptes {found.former.file} et {file} est le plus récent : le dernier donné "
            "est tenu pour tel. S'il est le plus ancien, les lignes dites nouvelles ont disparu."
        )
        yield Finding(Severity.WARNING, "update_order_unknown", said, "", file)
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
