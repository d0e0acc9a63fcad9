"""The pages that are measured, each with its address in the product and in each peer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from atmp_insure.kernel.french import search_text
from atmp_insure.policies.state import Standing
from tests.benchmarks.lists import invented, policies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ATMP, FLASK_ADMIN, DJANGO, DJANGO_UNCOUNTED = "atmp", "flask-admin", "django", "django uncounted"
_TABLES = {"deadlines": ("live_deadlines", "deadline"), "companies": ("companies", "company"),
           "documents": ("documents", "document"), "policies": ("policy_standings", "policy")}  # fmt: skip
_DJANGO_STATES = {"state": "state__exact", "team": "team__exact", "confidentiality": "confidentiality__exact"}
PAGE = 50


@dataclass(frozen=True)
class Question:
    """What someone asks of a list, in words that hold for all.

    Attributes:
        name: as the report writes it.
        listing: `deadlines`, `companies`, `documents` or `policies`.
        sort: a column and whether it goes from the last to the first; None: the order of the list.
        page: 1, 2 or 200; reached by a cursor in the product, by its number in the peers.
        words: looked for.
        chosen: filter and value.
        days: first and last day of the list's own day.
        mine: what falls to whoever asks.
        row: one row's own page instead of the list.
    """

    name: str
    listing: str
    sort: tuple[str, bool] | None = None
    page: int = 1
    words: str = ""
    chosen: tuple[str, str] | None = None
    days: tuple[str, str] | None = None
    mine: bool = False
    row: int | None = None


def questions(row: int, company: int) -> tuple[Question, ...]:
    """Every page of the report, for someone who sees a deadline and a company."""
    name = invented.company_name(company)
    few, many = " ".join(name.split()[:2]), name.split()[0]
    month = ("2024-03-01", "2024-03-31")
    return (
        Question("échéances : première page", "deadlines"),
        Question("échéances : deuxième page", "deadlines", page=2),
        Question("échéances : 200e page", "deadlines", page=200),
        Question("échéances : ordre inverse", "deadlines", sort=("safe_on", True)),
        Question("échéances : ordre inverse, 200e page", "deadlines", sort=("safe_on", True), page=200),
        Question("échéances : nom, quelques entreprises", "deadlines", words=few),
        Question("échéances : nom, mille entreprises", "deadlines", words=many),
        Question("échéances : nom que rien ne porte", "deadlines", words="Zzz"),
        Question("échéances : SIREN", "deadlines", words=invented.siren(company)),
        Question("échéances : à faire", "deadlines", chosen=("state", "open")),
        Question("échéances : sans objet", "deadlines", chosen=("state", "void")),
        Question("échéances : équipe", "deadlines", chosen=("team", "manager")),
        Question("échéances : équipe qui n'a rien", "deadlines", chosen=("team", "administrator")),
        Question("échéances : à moi ou à mon équipe", "deadlines", mine=True),
        Question("échéances : un mois", "deadlines", days=month),
        Question("échéance", "deadlines", row=row),
        Question("entreprises : première page", "companies"),
        Question("entreprises : 200e page", "companies", page=200),
        Question("entreprises : nom, ordre inverse", "companies", sort=("name", True)),
        Question("entreprises : jour d'ajout", "companies", sort=("created_at", False)),
        Question("entreprises : jour d'ajout, inverse", "companies", sort=("created_at", True)),
        Question("entreprises : nom", "companies", words=many),
        Question("entreprises : SIREN", "companies", words=invented.siren(company)),
        Question("entreprise, vue d'ensemble", "companies", row=company),
        Question("documents : première page", "documents"),
        Question("documents : 200e page", "documents", page=200),
        Question("documents : titre", "documents", sort=("title", False)),
        Question("documents : titre, inverse", "documents", sort=("title", True)),
        Question("documents : reçus les premiers", "documents", sort=("received_at", False)),
        Question("documents : début de titre", "documents", words="Contract 2024"),
        Question("documents : nom d'entreprise", "documents", words=many),
        Question("documents : nominatifs", "documents", chosen=("confidentiality", "named")),
        Question("documents : couverts par le secret", "documents", chosen=("confidentiality", "privileged")),
        *_of_policies(company, few, many),
    )


def _of_policies(company: int, few: str, many: str) -> Iterator[Question]:
    yield Question("contrats : première page", "policies")
    yield Question("contrats : 200e page", "policies", page=200)
    yield Question("contrats : ordre inverse", "policies", sort=("year_last_day", True))
    yield Question("contrats : ordre inverse, 200e page", "policies", sort=("year_last_day", True), page=200)
    yield Question("contrats : premier jour", "policies", sort=("began_on", False))
    yield Question("contrats : premier jour, inverse", "policies", sort=("began_on", True))
    yield Question("contrats : prime", "policies", sort=("net", False))
    yield Question("contrats : prime, inverse, 200e page", "policies", sort=("net", True), page=200)
    yield Question("contrats : nom, quelques entreprises", "policies", words=few)
    yield Question("contrats : nom, mille entreprises", "policies", words=many)
    yield Question("contrats : nom que rien ne porte", "policies", words="Zzz")
    yield Question("contrats : SIREN", "policies", words=invented.siren(company))
    yield Question("contrats : référence", "policies", words=_policy_of(company))
    for state in Standing:
        yield Question(f"contrats : {state.label}", "policies", chosen=("state", state.value))
    yield Question("contrats : nuls, par prime décroissante", "policies", sort=("net", True), chosen=("state", "void"))
    yield Question("contrats : un mois", "policies", days=("2026-12-01", "2026-12-31"))
    yield Question("contrats : un mois de 2024", "policies", days=("2024-12-01", "2024-12-31"))


def _policy_of(company: int) -> str:
    """The reference of the first policy of a company."""
    return policies.reference(next(at for at in count(1) if policies.company_of_policy(at) == company))


def ours(question: Question, cursor: str = "") -> str:
    """The address of a question in the product; later pages take the cursor that the page before gave."""
    base = f"/{question.listing}"
    if question.row is not None:
        return f"{base}/{question.row}"
    arguments = {}
    if question.sort is not None:
        arguments["sort"] = f"{'-' if question.sort[1] else ''}{question.sort[0]}"
    if question.words:
        arguments["q"] = question.words
    if question.chosen is not None:
        arguments[question.chosen[0]] = question.chosen[1]
    if question.days is not None:
        arguments |= {"day_from": question.days[0], "day_to": question.days[1]}
    if question.mine:
        arguments["whose"] = "mine"
    return _with(base, {**arguments, **({"after": cursor} if cursor else {})})


def django(question: Question, site: str, person: tuple[int, str]) -> str:
    """The address of a question in Django admin; `person` is the number and the team of whoever asks."""
    base = f"/{site}/office/{_TABLES[question.listing][1]}/"
    if question.row is not None:
        return f"{base}{question.row}/change/"
    arguments = {}
    if question.sort is not None:
        arguments["o"] = f"{'-' if question.sort[1] else ''}{_column_number(question)}"
    if question.page > 1:
        arguments["p"] = str(question.page)
    if question.words:
        arguments["q"] = search_text(question.words)
    if question.chosen is not None and question.listing == "policies":
        arguments["standing"] = question.chosen[1]
    elif question.chosen is not None:
        arguments[_DJANGO_STATES[question.chosen[0]]] = question.chosen[1]
    if question.days is not None:
        day = "year_last_day" if question.listing == "policies" else "safe_on"
        arguments |= {f"{day}__gte": question.days[0], f"{day}__lt": question.days[1]}
    if question.mine:
        arguments["whose"] = f"{person[0]} {person[1]}"
    return _with(base, arguments)


def flask_admin(question: Question, person: tuple[int, str]) -> str:
    """The address of a question in Flask-Admin; filters go by their number and name there."""
    base = f"/{_TABLES[question.listing][0]}/"
    if question.row is not None:
        return _with(f"{base}details/", {"id": str(question.row)})
    arguments = {"page_size": str(PAGE)}
    if question.sort is not None:
        arguments |= {"sort": str(_column_number(question)), "desc": "1" if question.sort[1] else "0"}
    if question.page > 1:
        arguments["page"] = str(question.page - 1)
    if question.words:
        arguments["search"] = f"^{search_text(question.words)}"
    if question.chosen is not None:
        number = {"state": 0, "team": 1, "confidentiality": 0}[question.chosen[0]]
        arguments[f"flt0_{number}"] = question.chosen[1]
    if question.days is not None:
        number = 1 if question.listing == "policies" else 2
        arguments[f"flt0_{number}"] = f"{question.days[0]} to {question.days[1]}"
    if question.mine:
        arguments["flt0_3"] = f"{person[0]} {person[1]}"
    return _with(base, arguments)


def _column_number(question: Question) -> int:
    columns = {
        "deadlines": ("label", "company", "state", "safe_on", "due_on", "team"),
        "companies": ("name", "siren", "naf_code", "created_at"),
        "documents": ("title", "company", "kind", "confidentiality", "received_at", "keep_until"),
        "policies": ("reference", "company", "year_last_day", "began_on", "ended_on", "sections", "net"),
    }  # fmt: skip
    assert question.sort is not None
    return columns[question.listing].index(question.sort[0])


def _with(base: str, arguments: Mapping[str, str]) -> str:
    return f"{base}?{urlencode(arguments)}" if arguments else base
