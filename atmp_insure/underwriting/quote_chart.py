"""What one accident does to a section's rate, drawn: the same chart on the quote's page, the client's page, the PDF.

Everything comes from the stored answer of the quotation (`quote_answer`), so that an old quote keeps its picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from atmp_insure import formatting
from atmp_insure.documents.charts.chart import columns_table
from atmp_insure.documents.charts.rate_chart import RateEvent, RateHistory, RateYear, rate_chart
from atmp_insure.documents.charts.words import ABSENT, chart_words
from atmp_insure.formatting import ENGLISH, FRENCH
from atmp_insure.guarantees.catalogue import GUARANTEES
from atmp_insure.guarantees.vocabulary import InsuredEvent, PricingMethod

if TYPE_CHECKING:
    from collections.abc import Mapping

    from atmp_insure.documents.charts.chart import Chart, ChartTable, Option

Answer = dict[str, Any]
EVENTS = {one.value: one for one in InsuredEvent}
_APART_PX = 8
_NUMBERS = {
    FRENCH: ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze"),
    ENGLISH: (
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Words:
    """What the chart says in one language; names in braces are filled in."""

    language: str
    events: Mapping[InsuredEvent, str]
    title: str
    years: tuple[str, str]
    subtitle: str
    paid: str
    not_insured: str
    accident: str
    first_rate: str
    line: str
    with_claim: str
    without_claim: str
    excess: str
    indemnity: str
    left: str
    year: str
    total: str
    expected_year: str
    told: str

    def euros(self, amount_eur: Fraction) -> str:
        """An amount, to the cent."""
        return formatting.euros(amount_eur, 2, self.language)

    def rate(self, percent: Fraction) -> str:
        """A rate given in percent."""
        return formatting.percent(percent / 100, 2, self.language)


_WORDS = {
    FRENCH: _Words(
        language=FRENCH,
        events={
            InsuredEvent.IT6: "Un accident avec arrêt de plus de 150 jours",
            InsuredEvent.IP2: "Un accident avec incapacité permanente de 10 % à 19 %",
            InsuredEvent.IP3: "Un accident avec incapacité permanente de 20 % à 39 %",
            InsuredEvent.IP4: "Un accident avec incapacité permanente de 40 % et plus",
            InsuredEvent.DEATH: "Un accident mortel",
        },
        title="{event} : votre taux sur {years}",
        years=("{number} an", "{number} ans"),
        subtitle="Établissement {siret}, section {section}. {paid}",
        paid="Indemnité : formule {number}.",
        not_insured="La formule {number} ne garantit pas cet événement.",
        accident="Accident",
        first_rate="Premier taux touché",
        line="Avec l'accident",
        with_claim="Taux avec l'accident",
        without_claim="Taux sans l'accident",
        excess="Surcotisation",
        indemnity="Indemnité",
        left="Reste à votre charge",
        year="Année",
        total="Total",
        expected_year="{year} (attendu)",
        told=(
            "{title}. Le dernier taux notifié est de {last} en {last_year}. Avec l'accident, le taux attendu atteint "
            "{most} en {most_year} au lieu de {instead}. Surcotisation totale : {excess} ; indemnité totale : {paid}."
        ),
    ),
    ENGLISH: _Words(
        language=ENGLISH,
        events={
            InsuredEvent.IT6: "An accident with more than 150 days off work",
            InsuredEvent.IP2: "An accident with a permanent incapacity of 10% to 19%",
            InsuredEvent.IP3: "An accident with a permanent incapacity of 20% to 39%",
            InsuredEvent.IP4: "An accident with a permanent incapacity of 40% and more",
            InsuredEvent.DEATH: "A fatal accident",
        },
        title="{event}: your rate over {years}",
        years=("{number} year", "{number} years"),
        subtitle="Establishment {siret}, section {section}. {paid}",
        paid="Indemnity: variant {number}.",
        not_insured="Variant {number} does not insure this event.",
        accident="Accident",
        first_rate="First rate affected",
        line="With the accident",
        with_claim="Rate with the accident",
        without_claim="Rate without the accident",
        excess="Over-contribution",
        indemnity="Indemnity",
        left="Left to you",
        year="Year",
        total="Total",
        expected_year="{year} (expected)",
        told=(
            "{title}. The last notified rate is {last} in {last_year}. With the accident, the expected rate reaches "
            "{most} in {most_year} instead of {instead}. Over-contribution in all: {excess}; indemnity in all: {paid}."
        ),
    ),
}


def quote_chart(answer: Answer, section_key: str, event: str, variant: int, language: str = FRENCH) -> Chart | None:
    """The rate of a section with one accident and without it, and what a variant pays for it.

    Args:
        answer: the stored answer of a quotation.
        event: an insured event; a death is charged as an IP4, whose picture stands for it.
        variant: place of the variant in the answer, from 0.

    Returns:
        None when the answer illustrates no such accident, or when it would not change the rate.
    """
    section = find_section(answer, section_key)
    found = find_impact(answer, section_key, event)
    touched = [] if found is None else touched_years(found)
    if section is None or found is None or not touched or not 0 <= variant < len(answer["variants"]):
        return None
    words = _WORDS.get(language, _WORDS[FRENCH])
    drawn = rate_chart(_history(answer, section, found, variant, words))
    description = _description(drawn.title, section, touched, variant, words)
    table = _table(section, found, variant, words)
    return replace(drawn, description=description, option=_named(drawn.option, words), table=table)


def find_section(answer: Answer, key: str) -> Answer | None:
    """A section of the exposure, by its key."""
    return next((one for one in answer["exposure"]["sections"] if one["key"] == key), None)


def find_impact(answer: Answer, section_key: str, event: str) -> Answer | None:
    """What one accident of an event would do to a section."""
    looked_for = [event, InsuredEvent.IP4.value] if event == InsuredEvent.DEATH.value else [event]
    found = {one["event"]: one for one in answer["impact"] if one["section"] == section_key}
    return next((found[code] for code in looked_for if code in found), None)


def dearest_impact(answer: Answer) -> Answer | None:
    """The accident that the picture of a quote shows: the dearest of all sections; None when none changes a rate.

    A death costs what an IP4 costs: of the two the incapacity is shown, being the far more frequent.
    """
    found = [one for one in answer["impact"] if touched_years(one)]
    dearest: Answer | None = max(found, key=excess_eur, default=None)
    return dearest


def touched_years(impact: Answer) -> list[Answer]:
    """The rate years that the accident makes dearer."""
    return [year for year in impact["years"] if Fraction(year["excess_eur"])]


def excess_eur(impact: Answer) -> Fraction:
    """The over-contribution of all years, as the sum of the amounts that are printed for each."""
    return sum((Fraction(year["excess_eur"]) for year in impact["years"]), Fraction(0))


def insures(variant: Answer, event: str) -> bool:
    """Whether a variant holds a guarantee of an event."""
    sold = [one for one in GUARANTEES if one.method is PricingMethod.INDEMNITY and one.code in variant["guarantees"]]
    return any(event in one.events for one in sold)


def number_word(count: int, language: str = FRENCH) -> str:
    """A small number in words, a larger one in figures."""
    numbers = _NUMBERS.get(language, _NUMBERS[FRENCH])
    return numbers[count] if count < len(numbers) else str(count)


def years_text(count: int, language: str = FRENCH) -> str:
    """A number of years in words: `six ans`, `six years`."""
    years = _WORDS.get(language, _WORDS[FRENCH]).years[count > 1]
    return years.format(number=number_word(count, language))


def _named(option: Option, words: _Words) -> Option:
    """The option whose line to come bears the name of what it shows, and whose end labels stand apart.

    Both rates end close to each other, the one with the accident above: the rate chart cannot know it.
    """
    wide, narrow = option["media"]
    renamed = wide | {"option": wide["option"] | _renamed(wide["option"], words)}
    legend = {"legend": _legend(option["baseOption"], words)}
    return {
        "baseOption": option["baseOption"] | _renamed(option["baseOption"], words) | legend,
        "media": [renamed | {"option": renamed["option"] | legend}, narrow],
    }


def _renamed(option: Option, words: _Words) -> Option:
    expected, shown = chart_words(words.language).expected, []
    for series in option["series"]:
        if series.get("name") == expected:
            label = series["endLabel"] | {"formatter": words.line, "offset": [0, -_APART_PX]}
            shown.append(series | {"name": words.line, "endLabel": label})
        elif "endLabel" in series:
            shown.append(series | {"endLabel": series["endLabel"] | {"offset": [0, _APART_PX]}})
        else:
            shown.append(series)
    return {"series": shown}


def _legend(base: Option, words: _Words) -> Option:
    expected = chart_words(words.language).expected
    names = [words.line if name == expected else name for name in base["legend"]["data"]]
    legend: Option = base["legend"] | {"data": names}
    return legend


def _history(answer: Answer, section: Answer, impact: Answer, variant: int, words: _Words) -> RateHistory:
    touched = touched_years(impact)
    first_future = max(rate["rate_year"] for rate in section["rates"]) + 1
    accident_year = date.fromisoformat(answer["starts_on"]).year
    event = impact["event"]
    is_insured = insures(answer["variants"][variant], event)
    paid = (words.paid if is_insured else words.not_insured).format(number=variant + 1)
    return RateHistory(
        title=words.title.format(
            event=words.events[EVENTS[event]], years=years_text(len(touched), words.language)
        ),
        years=_years(section, impact, variant),
        first_future_year=first_future,
        events=(
            RateEvent(accident_year, words.accident), RateEvent(touched[0]["rate_year"], words.first_rate),
        ),
        subtitle=words.subtitle.format(
            siret=formatting.grouped_identifier(section["siret"]), section=section["section"], paid=paid
        ),
        language=words.language,
    )  # fmt: skip


def _years(section: Answer, impact: Answer, variant: int) -> tuple[RateYear, ...]:
    """Every year from the first notified rate on; the answer says nothing of those between: they stay empty."""
    notified = {rate["rate_year"]: Fraction(rate["notified_percent"]) / 100 for rate in section["rates"]}
    expected = {year["rate_year"]: year for year in impact["years"]}
    last = max(*notified, *expected)
    return tuple(
        RateYear(year, notified[year]) if year in notified else _expected(year, expected.get(year), variant)
        for year in range(min(notified), last + 1)
    )


def _expected(rate_year: int, year: Answer | None, variant: int) -> RateYear:
    if year is None:
        return RateYear(rate_year)
    return RateYear(
        rate_year, Fraction(year["with_percent"]) / 100, Fraction(year["without_percent"]) / 100,
        indemnity_eur=Fraction(year["indemnities_eur"][variant]),
    )  # fmt: skip


def _description(title: str, section: Answer, touched: list[Answer], variant: int, words: _Words) -> str:
    last = max(section["rates"], key=lambda rate: rate["rate_year"])
    highest = max(touched, key=lambda year: Fraction(year["with_percent"]))
    return words.told.format(
        title=title, last=words.rate(Fraction(last["notified_percent"])), last_year=last["rate_year"],
        most=words.rate(Fraction(highest["with_percent"])), most_year=highest["rate_year"],
        instead=words.rate(Fraction(highest["without_percent"])),
        excess=words.euros(sum((Fraction(year["excess_eur"]) for year in touched), Fraction(0))),
        paid=words.euros(sum((Fraction(year["indemnities_eur"][variant]) for year in touched), Fraction(0))),
    )  # fmt: skip


def _table(section: Answer, impact: Answer, variant: int, words: _Words) -> ChartTable:
    """Notified rates, then each year with and without the accident, and its money down to what is left."""
    rows: list[tuple[str, ...]] = [
        (str(rate["rate_year"]), words.rate(Fraction(rate["notified_percent"])), *(ABSENT,) * 4)
        for rate in section["rates"]
    ]
    excess = [Fraction(year["excess_eur"]) for year in impact["years"]]
    paid = [Fraction(year["indemnities_eur"][variant]) for year in impact["years"]]
    for year, more, back in zip(impact["years"], excess, paid, strict=True):
        label = words.expected_year.format(year=year["rate_year"])
        rates = (words.rate(Fraction(year[key])) for key in ("with_percent", "without_percent"))
        rows.append((label, *rates, words.euros(more), words.euros(back), words.euros(more - back)))
    all_excess, all_paid = sum(excess, Fraction(0)), sum(paid, Fraction(0))
    amounts = (words.euros(one) for one in (all_excess, all_paid, all_excess - all_paid))
    names = (words.with_claim, words.without_claim, words.excess, words.indemnity, words.left)
    columns = [(name, [row[at] for row in rows]) for at, name in enumerate(names, start=1)]
    return columns_table(words.year, [row[0] for row in rows], columns, (words.total, "", "", *amounts))
