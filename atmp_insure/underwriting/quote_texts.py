"""The plain French of a quote on paper: its sentences, from the stored answer alone, amounts as it holds them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from atmp_insure.formatting import day, grouped_identifier
from atmp_insure.guarantees.product import Deductible
from atmp_insure.guarantees.vocabulary import Cause, DeductibleKind, Frequency, InsuredEvent
from atmp_insure.guarantees.written import deductible_text
from atmp_insure.kernel.french import BEFORE_UNIT, begun, french_euros, french_percent
from atmp_insure.regulation.vocabulary import Mode
from atmp_insure.underwriting.decision import Verdict
from atmp_insure.underwriting.quote_chart import (
    EVENTS,
    excess_eur,
    find_section,
    insures,
    number_word,
    touched_years,
    years_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.underwriting.quote_chart import Answer

FREQUENCIES = {one.value: one for one in Frequency}
_KINDS = {one.value: one for one in DeductibleKind}
NOT_SET = "non renseigné"
DRAFT = "Projet : à valider par notre service souscription"
NO_OFFER = "Demande refusée par les règles du produit"
# what only the office decides on: its authority, its tables, its forms
_OF_THE_OFFICE = frozenset(
    {"grave_claims", "wages_above_authority", "loss_above_authority", "discount_above_authority", "missing_parameter"}
)
# what a part of the paper tells at length
_TOLD_ELSEWHERE = frozenset({"known_claim", "collective_section", "unusable_section", "finding_to_answer"})
_ARTICLE = re.compile(r"Article (\d+)\. [^.]+\.")


class Clause(NamedTuple):
    """A clause of the policy: its number and heading, then its text."""

    heading: str
    text: str


def euros(text: str) -> str:
    """An amount of the answer: `430 650,00 €`."""
    return french_euros(Fraction(text))


def percent(text: str) -> str:
    """A percent of the answer: `3,20 %`."""
    return french_percent(Fraction(text))


def last_day(answer: Answer) -> date:
    """The last day of the policy year."""
    first = date.fromisoformat(answer["starts_on"])
    try:
        return first.replace(year=first.year + 1) - timedelta(days=1)
    except ValueError:  # begun on 29 February
        return date(first.year + 1, 2, 28)


def cover_dates(answer: Answer) -> str:
    """The policy year: `du 1er janvier 2027 au 31 décembre 2027`."""
    return f"du {_on_one_line(date.fromisoformat(answer['starts_on']))} au {_on_one_line(last_day(answer))}"


def _on_one_line(on: date) -> str:
    return day(on).replace(" ", BEFORE_UNIT)


def deductible(variant: Answer) -> str:
    """The deductible of a variant: `0,30 % de la masse salariale`."""
    given = variant["deductible"]
    return deductible_text(Deductible(_KINDS[given["kind"]], Fraction(given["value"])))


def with_deductible(variant: Answer) -> str:
    """The deductible inside a sentence: `sans franchise`, `avec une franchise de 5 000 €`."""
    said = deductible(variant)
    return said if not Fraction(variant["deductible"]["value"]) else f"avec une franchise de {said}"


def deductible_short(variant: Answer) -> str:
    """The deductible in a row of a table: `sans franchise`, `franchise 0,30 % de la masse salariale`."""
    said = deductible(variant)
    return said if not Fraction(variant["deductible"]["value"]) else f"franchise {said}"


def section_name(section: Answer) -> str:
    """A section as its employer knows it."""
    siret = grouped_identifier(section["siret"])
    return f"établissement {siret}, section {section['section']}, code risque {section['risk_code']}"


def section_named(answer: Answer, key: str) -> str:
    """The section of a key; one that no paper describes goes by its key."""
    found = find_section(answer, key)
    return section_name(found) if found is not None else f"section {key}"


def calls_text(variant: Answer) -> str:
    """When a premium is paid: `annuel, en une fois`, `trimestriel, 451,50 € puis 3 fois 450,00 €`."""
    calls = variant["premium"]["calls_eur"]
    frequency = FREQUENCIES[variant["instalments"]].label
    if len(calls) == 1:
        return f"{frequency}, en une fois"
    if len(set(calls)) == 1:
        return f"{frequency}, {len(calls)} fois {euros(calls[0])}"
    return f"{frequency}, {euros(calls[0])} puis {len(calls) - 1} fois {euros(calls[1])}"


def draft_mark(answer: Answer, *, is_approved: bool) -> str:
    """What marks a paper that is no offer yet; empty for one that is."""
    if answer["decision"] == Verdict.REFUSE.value:
        return NO_OFFER
    return "" if is_approved or answer["decision"] == Verdict.ACCEPT.value else DRAFT


def client_reasons(answer: Answer) -> tuple[str, ...]:
    """The reasons of the decision that concern the client; what would lift one is told to whoever quotes, not here."""
    untold = _OF_THE_OFFICE | _TOLD_ELSEWHERE
    return tuple(dict.fromkeys(one["text_fr"] for one in answer["reasons"] if one["code"] not in untold))


def waiting_findings(answer: Answer) -> str:
    """That findings still await an answer; empty when none does."""
    count = sum(reason["code"] == "finding_to_answer" for reason in answer["reasons"])
    if not count:
        return ""
    said = "écart relevé dans vos documents attend" if count < 2 else "écarts relevés dans vos documents attendent"
    return f"{begun(number_word(count))} {said} votre réponse : voir « Écarts relevés dans vos documents »."


def without_diseases(answer: Answer) -> str:
    """Which variants leave diseases out, since clauses name them; empty when none does."""
    found = [str(at) for at, one in enumerate(answer["variants"], start=1) if not one["diseases"]]
    if not found:
        return ""
    several = f"Les formules {', '.join(found[:-1])} et {found[-1]} ne garantissent"
    names = f"La formule {found[0]} ne garantit" if len(found) < 2 else several
    under = "cette formule" if len(found) < 2 else "ces formules"
    return (
        f"{names} que les accidents du travail : pour {under}, les clauses s'entendent à l'exclusion des maladies "
        "professionnelles."
    )


def needs_authority(answer: Answer) -> bool:
    """Whether the quote goes beyond what may be promised without the underwriter."""
    return any(
        reason["code"] in _OF_THE_OFFICE and reason["verdict"] != Verdict.ACCEPT.value for reason in answer["reasons"]
    )


def clauses(answer: Answer) -> tuple[Clause, ...]:
    """The clauses of what some variant insures, by article, each once."""
    sold = {code for variant in answer["variants"] for code in variant["guarantees"]}
    texts = dict.fromkeys(
        text
        for one in answer["terms"]["guarantees"]
        if one["guarantee"] in sold or not sold
        for text in one["clauses_fr"]
    )
    return tuple(_clause(text) for text in sorted(texts, key=_article))


def _article(text: str) -> tuple[bool, int]:
    found = _ARTICLE.match(text)
    return (False, int(found[1])) if found else (True, 0)


def _clause(text: str) -> Clause:
    found = _ARTICLE.match(text)
    return Clause(found[0], text[found.end() :].strip()) if found else Clause("", text)


def exclusions(answer: Answer) -> tuple[tuple[str, str], ...]:
    """What is not covered, each with the number of its clause."""
    return tuple((one["clause"], one["text_fr"]) for one in answer["terms"]["exclusions"])


def known_claims(answer: Answer) -> tuple[tuple[str, str, str], ...]:
    """The claims excluded because they are known: by date and by what they weigh on, never by person or number."""
    natures = {one.value: begun(one.label) for one in Cause}
    rows = []
    for one in answer["exposure"]["known_claims"]:
        occurred = one["occurred_on"]
        when = f"du {date.fromisoformat(occurred):%d/%m/%Y}" if occurred else "sans date sur le compte"
        lines = " ; ".join(f"{line['category']}, compte {line['account_year']}" for line in one["lines"])
        name = f"{natures.get(one['nature'], 'Sinistre')} {when}"
        rows.append((name, begun(section_named(answer, one["section"])), lines))
    return tuple(rows)


def uninsured_sections(answer: Answer) -> tuple[str, ...]:
    """The sections that the quote leaves out, and why."""
    collective = [
        f"{begun(section_name(one))} : au taux collectif ; ses sinistres ne font pas varier son taux, elle n'est pas "
        "assurée et ne coûte rien."
        for one in answer["exposure"]["sections"]
        if one["mode"] == Mode.COLLECTIVE.value
    ]
    unusable = [
        f"{begun(section_named(answer, one['key']))} : non étudiée, donc non assurée. {one['missing_fr']}"
        for one in answer["exposure"]["unusable_sections"]
    ]
    return (*collective, *unusable)


def accident_told(answer: Answer, impact: Answer) -> str:
    """What one accident would cost, in plain words."""
    touched = touched_years(impact)
    first, last = touched[0]["rate_year"], touched[-1]["rate_year"]
    highest = max(touched, key=lambda year: Fraction(year["with_percent"]))
    when = f"de {first} à {last}" if last > first else f"en {first}"
    risen, unrisen = percent(highest["with_percent"]), percent(highest["without_percent"])
    return (
        f"Prenons un accident du travail survenu en {answer['starts_on'][:4]} qui {_outcome(impact['event'])}. "
        f"La caisse l'inscrirait à votre compte employeur, dans cet exemple en {impact['account_year']}, et votre taux "
        f"en serait majoré pendant {years_text(len(touched))}, {when}. Il atteindrait {risen} en "
        f"{highest['rate_year']}, au lieu de {unrisen}. Vous paieriez en tout {french_euros(excess_eur(impact))} de "
        f"surcotisation, soit {percent(impact['share_of_wages_percent'])} d'une année de votre masse salariale."
    )


def _outcome(event: str) -> str:
    found = EVENTS[event]
    if found is InsuredEvent.IT6:
        return "provoquerait un arrêt de travail de plus de 150 jours"
    if found is InsuredEvent.DEATH:
        return "entraînerait le décès d'un salarié"
    return f"laisserait à un salarié une {found.label}"


def cover_told(answer: Answer, impact: Answer, place: int) -> str:
    """What a variant pays of it, and what stays with the client."""
    variant, name = answer["variants"][place], variant_name(answer, place)
    if not insures(variant, impact["event"]):
        return f"{begun(name)} ne garantit pas cet événement : toute cette somme resterait à votre charge."
    paid = Fraction(impact["indemnities_eur"][place])
    left = excess_eur(impact) - paid
    rest = f"il resterait {french_euros(left)} à votre charge" if left else "il ne resterait rien à votre charge"
    return (
        f"Avec {name}, {with_deductible(variant)}, l'assureur vous verserait {french_euros(paid)}, année après année ; "
        f"{rest}, en plus de la prime."
    )


def variant_name(answer: Answer, place: int) -> str:
    """How a sentence names a variant: `la formule 2`; `la formule proposée` when there is no other."""
    return "la formule proposée" if len(answer["variants"]) < 2 else f"la formule {place + 1}"


def summary(answer: Answer, place: int) -> str:
    """The offer after its price, for the variant that is put forward."""
    variant = answer["variants"][place]
    causes = (
        "des accidents du travail ou des maladies professionnelles (AT/MP) graves"
        if variant["diseases"]
        else "des accidents du travail graves ; les maladies professionnelles ne sont pas garanties"
    )
    return (
        f"{variant_name(answer, place)}, {with_deductible(variant)}, garantit votre entreprise, {cover_dates(answer)}, "
        f"contre la hausse de cotisation que provoqueraient {causes}."
    )


def price_span(answer: Answer) -> str:
    """From the cheapest to the dearest variant; empty for one alone."""
    totals = [Fraction(variant["premium"]["total_eur"]) for variant in answer["variants"]]
    if len(totals) < 2:
        return ""
    count, least, most = begun(number_word(len(totals))), french_euros(min(totals)), french_euros(max(totals))
    return f"{count} formules vous sont proposées, de {least} à {most} par an."


def rate_moves(answer: Answer) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Why each section's rate changed this year: a heading, then its causes; no cause when papers do not tell."""
    moves = []
    for section in answer["exposure"]["sections"]:
        rates = sorted(section["rates"], key=lambda rate: rate["rate_year"])[-2:]
        between = " ".join(
            f"{word} {percent(rate['notified_percent'])} en {rate['rate_year']}"
            for word, rate in zip(("de", "à") if len(rates) > 1 else ("",), rates, strict=True)
        ).strip()
        moves.append((f"{begun(section_name(section))} : {between}", tuple(section["change_fr"])))
    return tuple(moves)


def file_name(path: str) -> str:
    """The name of a paper, without the folders it came in."""
    return re.split(r"[\\/]", path)[-1]


def labels_of(answer: Answer, codes: Sequence[str]) -> list[str]:
    """The names of guarantees, in the order of the terms."""
    return [one["label_fr"] for one in answer["terms"]["guarantees"] if one["guarantee"] in codes]


def unshown_years(section: Answer, impact: Answer) -> str:
    """The years between the last notified rate and the first one that the accident touches; empty when none."""
    first = max(rate["rate_year"] for rate in section["rates"]) + 1
    last = touched_years(impact)[0]["rate_year"] - 1
    known = {year["rate_year"] for year in impact["years"]}
    if last < first or known >= set(range(first, last + 1)):
        return ""
    if first == last:
        return f"Le taux {first}, que cet accident ne toucherait pas encore, est laissé en blanc."
    return f"Les taux {first} à {last}, que cet accident ne toucherait pas encore, sont laissés en blanc."
