"""The tables of a quote on paper, from the stored answer alone: texts ready to print, columns that add up."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.guarantees.vocabulary import InsuredEvent
from atmp_insure.guarantees.written import percent_text
from atmp_insure.kernel.french import begun, french_euros, french_number, french_percent
from atmp_insure.regulation.vocabulary import Mode
from atmp_insure.underwriting import quote_texts as texts
from atmp_insure.underwriting.quote_chart import EVENTS, excess_eur, insures, touched_years

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from atmp_insure.underwriting.quote_chart import Answer

_MODES = {one.value: one for one in Mode}
_NOT_INSURED = "non garanti"
_LIMITS = {
    "section_year_eur": "Plafond par section et par année de tarification",
    "year_eur": "Plafond par année de tarification, toutes sections",
    "policy_eur": "Plafond pour l'année d'assurance",
}
_ABSENT = "–"
_NO_EXAMPLE = {InsuredEvent.IT6: "l'arrêt lui-même, quelle que soit la lésion"}


@dataclass(frozen=True, slots=True)
class Table:
    """A table of ready texts.

    Attributes:
        right: columns (from 0) of numbers.
        total: its last row; empty when it has none.
        subtotal: the first cell of the row that adds up those above it.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    total: tuple[str, ...] = ()
    subtotal: str = ""


def brief_table(answer: Answer, names: Sequence[str]) -> Table:
    """One line a variant: its deductible, its price, and what it insures when that differs."""
    sold = [
        ", ".join(label.partition(",")[0] for label in texts.labels_of(answer, one["guarantees"]))
        for one in answer["variants"]
    ]
    differs = len(set(sold)) > 1
    rows = [
        (
            name, *((own,) if differs else ()), begun(texts.deductible(one)),
            begun(texts.FREQUENCIES[one["instalments"]].label), _amount(one["premium"]["total_eur"]),
            _percent(one["ratios"]["percent_of_wages_percent"]),
        )
        for name, own, one in zip(names, sold, answer["variants"], strict=True)
    ]  # fmt: skip
    headings = ("Formule", *(("Garanties",) if differs else ()), "Franchise", "Paiement",
                "Prix par an, taxe comprise (€)", "Part de votre masse salariale")  # fmt: skip
    return Table("L'offre en bref", headings, tuple(rows), (len(headings) - 2, len(headings) - 1))


def cover_table(answer: Answer, names: Sequence[str], variants: Sequence[Answer]) -> Table:
    """What each variant covers: deductible, guarantees, limits."""
    rows = [_row("Franchise, par section et par année de tarification", variants, texts.deductible)]
    for one in answer["terms"]["guarantees"]:
        code = one["guarantee"]
        said = ["Garanti" if code in given["guarantees"] else begun(_NOT_INSURED) for given in variants]
        rows.append((one["label_fr"], *said))
    diseases = ["Garanties" if one["diseases"] else "Non garanties" for one in variants]
    rows.append(("Maladies professionnelles", *diseases))
    for key, label in _LIMITS.items():
        rows.append((label, *(_limit(one["limits"][key]) for one in variants)))
    return Table("Ce que couvre chaque formule", ("", *names), tuple(rows))


def _row(label: str, variants: Sequence[Answer], said: Callable[[Answer], str]) -> tuple[str, ...]:
    return (label, *(begun(said(one)) for one in variants))


def _limit(text: str | None) -> str:
    return "Sans plafond" if text is None else french_euros(Fraction(text), 0)


def price_table(answer: Answer, names: Sequence[str], variants: Sequence[Answer]) -> Table:
    """Net premium line by line, surcharge, tax by rate, total: each column adds up."""
    lines = [{line["code"]: line for line in one["premium"]["lines"]} for one in variants]
    labels = {code: line["label_fr"] for given in lines for code, line in given.items()}
    sold = [one["guarantee"] for one in answer["terms"]["guarantees"]]
    codes = sorted(labels, key=lambda code: sold.index(code) if code in sold else len(sold))
    rows = [
        (labels[code], *(
            _amount(given[code]["net_eur"]) if code in given else _NOT_INSURED if code in sold else _ABSENT
            for given in lines
        ))
        for code in codes
    ]  # fmt: skip
    net = "Prime nette de l'année"
    rows.append((net, *(_amount(one["premium"]["net_eur"]) for one in variants)))
    rows.append(("Frais de fractionnement", *(_amount(one["premium"]["surcharge_eur"]) for one in variants)))
    rates = sorted({line["tax_rate_share"] for given in lines for line in given.values()}, key=Fraction)
    rows += [
        (f"Taxe sur les conventions d'assurances, {percent_text(Fraction(rate))}",
         *(_taxed(one["premium"]["lines"], rate) for one in variants))
        for rate in rates
    ]  # fmt: skip
    total = ("Total par an, taxe comprise", *(_amount(one["premium"]["total_eur"]) for one in variants))
    columns = tuple(range(1, len(names) + 1))
    return Table("Prix de chaque formule, en euros par an", ("", *names), tuple(rows), columns, total, net)


def _taxed(lines: Sequence[Answer], rate: str) -> str:
    return _euros(sum((Fraction(one["tax_eur"]) for one in lines if one["tax_rate_share"] == rate), Fraction(0)))


def ratio_table(names: Sequence[str], variants: Sequence[Answer]) -> Table:
    """How each variant is paid, and its price beside wages, people and contributions."""
    of_wages, of_contributions = "percent_of_wages_percent", "percent_of_contributions_percent"
    rows = [
        _row("Paiement", variants, texts.calls_text),
        _row("Prix par salarié", variants, lambda one: _or_absent(one["ratios"]["per_employee_eur"], texts.euros)),
        _row("Prix rapporté à votre masse salariale", variants, lambda one: _percent(one["ratios"][of_wages])),
        _row("Prix rapporté à votre cotisation AT/MP", variants, lambda one: _percent(one["ratios"][of_contributions])),
    ]
    if any(Fraction(one["premium"]["discount_eur"]) for one in variants):
        rows.append(_row("Remise déjà déduite", variants, lambda one: texts.euros(one["premium"]["discount_eur"])))
    columns = tuple(range(1, len(names) + 1))
    return Table("Paiement, et prix rapporté à votre entreprise", ("", *names), tuple(rows), columns)


def events_table(
    answer: Answer, section_key: str, place: int, examples: Mapping[InsuredEvent, tuple[str, ...]]
) -> Table:
    """Each insured event in a section: what it may be, what it costs, what a variant pays."""
    rows = tuple(
        (*_event_cells(one, examples), _amount(one["indemnities_eur"][place]))
        for one in answer["impact"]
        if one["section"] == section_key
    )
    headings = ("Événement", "Par exemple", "Années", "Surcotisation", "Part de la masse salariale", "Indemnité")
    caption = f"Chaque événement, pour un seul accident, en euros (indemnité : formule {place + 1})"
    return Table(caption, headings, rows, (2, 3, 4, 5))


def _event_cells(one: Answer, examples: Mapping[InsuredEvent, tuple[str, ...]]) -> tuple[str, ...]:
    event = EVENTS[one["event"]]
    label = event.label if event is InsuredEvent.DEATH else f"{event.value}, {event.label}"
    example = " ; ".join(examples.get(event, ())) or _NO_EXAMPLE.get(event, _ABSENT)
    return (
        begun(label), example, str(len(touched_years(one))), _euros(excess_eur(one)),
        _percent(one["share_of_wages_percent"]),
    )  # fmt: skip


def years_table(impact: Answer, place: int) -> Table:
    """The accident year by year: both rates, what it costs, what a variant pays, what is left."""
    years = touched_years(impact)
    paid = [Fraction(year["indemnities_eur"][place]) for year in years]
    rows = tuple(
        (
            str(year["rate_year"]), texts.percent(year["without_percent"]), texts.percent(year["with_percent"]),
            _amount(year["excess_eur"]), _euros(back), _euros(Fraction(year["excess_eur"]) - back),
        )
        for year, back in zip(years, paid, strict=True)
    )  # fmt: skip
    excess, all_paid = excess_eur(impact), sum(paid, Fraction(0))
    headings = ("Année", "Taux sans l'accident", "Taux avec l'accident", "Surcotisation (€)",
                f"Indemnité, formule {place + 1} (€)", "Reste à charge (€)")  # fmt: skip
    total = ("Total", "", "", _euros(excess), _euros(all_paid), _euros(excess - all_paid))
    return Table("Cet accident, année par année", headings, rows, (1, 2, 3, 4, 5), total)


def beside_table(answer: Answer, impact: Answer) -> Table:
    """The same accident without cover, then under each variant."""
    excess = excess_eur(impact)
    rows = [("Sans garantie", _euros(excess), _euros(Fraction(0)), _euros(excess))]
    for at, one in enumerate(answer["variants"]):
        paid = Fraction(impact["indemnities_eur"][at])
        own = texts.deductible_short(one) if insures(one, impact["event"]) else "événement non garanti"
        rows.append((f"Formule {at + 1}, {own}", _euros(excess), _euros(paid), _euros(excess - paid)))
    headings = ("", "Surcotisation", "Indemnité", "Reste à votre charge")
    return Table("Cet accident, sans garantie et avec, en euros", headings, tuple(rows), (1, 2, 3))


def by_section_table(answer: Answer, dearest: Answer, place: int) -> Table | None:
    """The same event in each insured section, when there are several."""
    same = [one for one in answer["impact"] if one["event"] == dearest["event"]]
    if len(same) < 2:
        return None
    rows = tuple(
        (
            begun(texts.section_named(answer, one["section"])), str(len(touched_years(one))),
            _euros(excess_eur(one)), _percent(one["share_of_wages_percent"]), _amount(one["indemnities_eur"][place]),
        )
        for one in same
    )  # fmt: skip
    headings = ("Section", "Années de tarification", "Surcotisation (€)", "Part d'une année de masse salariale",
                f"Indemnité, formule {place + 1} (€)")  # fmt: skip
    return Table("Le même accident, section par section", headings, rows, (1, 2, 3, 4))


def known_claims_table(answer: Answer) -> Table | None:
    """The claims that are excluded because they are known; None when there is none."""
    rows = texts.known_claims(answer)
    if not rows:
        return None
    return Table("Sinistres connus, exclus nommément", ("Sinistre", "Section", "Imputations connues"), rows)


def sections_table(answer: Answer) -> Table | None:
    """The sections as papers show them, for the client to check; None when no paper shows any."""
    found = answer["exposure"]["sections"]
    if not found:
        return None
    rows = tuple(
        (
            begun(texts.section_name(one)), begun(_MODES[one["mode"]].label),
            french_percent(Fraction(one["own_share"]) * 100),
            f"{texts.percent(one['notified_percent'])} ({one['rate_year']})",
            french_number(Fraction(one["headcount"]), 2), french_number(Fraction(one["temporary_workers"]), 2),
            *_last_wages(one["wages_eur"]),
        )
        for one in found
    )  # fmt: skip
    headings = (
        "Section",
        "Tarification",
        "Part du taux individuel",
        "Taux notifié",
        "Effectif",
        "Intérimaires",
        "Masse salariale (€)",
    )
    return Table("Vos sections, telles que nous les avons lues", headings, rows, (2, 3, 4, 5, 6))


def _last_wages(wages: dict[str, str]) -> tuple[str]:
    if not wages:
        return (_ABSENT,)
    year = max(wages)
    return (f"{french_number(Fraction(wages[year]), 2)} ({year})",)


def findings_table(answer: Answer) -> Table | None:
    """Differences found in papers, each with where it stands and what it may weigh."""
    rows = tuple(
        (one["message_fr"], ", ".join(part for part in (texts.file_name(one["file"]), one["place"]) if part),
         _or_absent(one["estimated_saving_eur"], _amount))
        for one in answer["findings"]
    )  # fmt: skip
    return Table("", ("Écart constaté", "Pièce et endroit", "Enjeu estimé (€)"), rows, (2,)) if rows else None


def _amount(text: str) -> str:
    return _euros(Fraction(text))


def _euros(amount_eur: Fraction) -> str:
    """An amount whose unit stands in the heading: `430 650,00`."""
    return french_euros(amount_eur).rpartition("\u00a0")[0]


def _percent(text: str | None) -> str:
    return _or_absent(text, texts.percent)


def _or_absent(text: str | None, written: Callable[[str], str]) -> str:
    return _ABSENT if text is None else written(text)
