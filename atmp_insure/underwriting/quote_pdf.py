"""A quote as a French PDF fit to send: from the stored answer and from who sends it, nothing else.

What is not known (an ORIAS number, a mediator) is said not to be; nothing is made up. `quote_texts` has the sentences,
`templates/letters/quote.html` the fixed ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from atmp_insure.diary.complaint_remedies import Remedies
from atmp_insure.documents.chart_images import chart_image
from atmp_insure.documents.letters import report_html
from atmp_insure.documents.pdf import pdf_of
from atmp_insure.formatting import grouped_identifier
from atmp_insure.kernel.french import french_number
from atmp_insure.kernel.paris import PARIS
from atmp_insure.underwriting import quote_tables as tables
from atmp_insure.underwriting import quote_texts as texts
from atmp_insure.underwriting.examples_loader import examples_on
from atmp_insure.underwriting.quote_chart import dearest_impact, find_section, quote_chart

if TYPE_CHECKING:
    from pathlib import Path

    from atmp_insure.documents.letters import Office
    from atmp_insure.underwriting.quote_chart import Answer

_PRINTED = 16  # papers kept at hand
_SIDE_BY_SIDE = 3  # variants in one table: more would not be readable on A4
_CHART_PX = (680, 300)


@dataclass(frozen=True, slots=True)
class Intermediary:
    """A broker: its name, its number at the ORIAS register (empty: not known), the lines of its address."""

    name: str
    orias: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Client:
    """Whom the quote is for."""

    name: str
    siren: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Approval:
    """The accord on a quote that the rules referred: by whom (`notre service souscription`), when, what conditions."""

    by_fr: str
    on: date
    conditions: str = ""


@dataclass(frozen=True, slots=True)
class QuotePaper:
    """A quote to be put on paper.

    Attributes:
        answer: what is kept with the quote (`quote_answer`).
        number: version of the quote in its file.
        broker: None: the office itself.
        approval: without it, a quote that the rules refer is marked as a draft.
        recommended: place of the variant that is advised; None: the first is told, none is advised.
        complaints: of the settings (`remedies_of`); each may be empty.
        data_protection: whom to write to about personal data, on one line.
        office_orias: the office's own number at the ORIAS register.
        insurer: who bears the risk.
        insurer_links: the sentence on the financial links with insurers (art. L.521-2 Code des assurances).
    """

    answer: Answer
    reference: str
    number: int
    dated: date
    valid_until: date
    office: Office
    client: Client
    signatory: str
    signatory_role: str
    broker: Intermediary | None = None
    approval: Approval | None = None
    recommended: int | None = None
    complaints: Remedies = field(default_factory=Remedies)
    data_protection: str = ""
    office_orias: str = ""
    insurer: str = ""
    insurer_links: str = ""
    town: str = ""


def quote_pdf(quoted: QuotePaper, *, overlay: Path | None = None) -> bytes:
    """The PDF of a quote; the same quote gives the same bytes.

    Args:
        overlay: the office's own `config/`, for its examples.
    """
    return _printed(quote_html(quoted, overlay=overlay), quoted.dated)


@lru_cache(maxsize=_PRINTED)
def _printed(html: str, dated: date) -> bytes:
    """Made once for those who ask again, or send what they just read."""
    return pdf_of(html, dated=datetime.combine(dated, time(), PARIS))


def quote_html(quoted: QuotePaper, *, overlay: Path | None = None) -> str:
    """The quote as a page that stands alone."""
    answer, mark = quoted.answer, texts.draft_mark(quoted.answer, is_approved=quoted.approval is not None)
    return report_html(
        "quote",
        paper=quoted,
        answer=answer,
        mark=mark,
        references=_references(quoted),
        offer=_offer(quoted) if answer["variants"] else None,
        impact=_impact_part(quoted, overlay) if answer["variants"] else None,
        clauses=texts.clauses(answer),
        exclusions=texts.exclusions(answer),
        known_claims=tables.known_claims_table(answer),
        uninsured=texts.uninsured_sections(answer),
        reasons=texts.client_reasons(answer),
        without_diseases=texts.without_diseases(answer),
        waiting_findings=texts.waiting_findings(answer),
        needs_authority=texts.needs_authority(answer),
        sections=tables.sections_table(answer),
        moves=texts.rate_moves(answer),
        findings=tables.findings_table(answer),
        hypotheses=_hypotheses(quoted),
        pays_commission=any(Fraction(one["premium"]["commission_eur"]) for one in answer["variants"]),
        not_set=texts.NOT_SET,
    )


def _references(quoted: QuotePaper) -> list[tuple[str, str]]:
    answer = quoted.answer
    pairs = [
        ("Devis", f"{quoted.reference}, version {quoted.number}"),
        ("Votre SIREN", grouped_identifier(quoted.client.siren)),
        ("Produit", f"{answer['terms']['product_fr']}, version {answer['product_version']}"),
        ("Garantie", f"du {date.fromisoformat(answer['starts_on']):%d/%m/%Y} au {texts.last_day(answer):%d/%m/%Y}"),
    ]
    if answer["variants"]:
        pairs.append(("Valable", f"jusqu'au {quoted.valid_until:%d/%m/%Y}"))
    return pairs


def _offer(quoted: QuotePaper) -> dict[str, Any]:
    """What is offered and for how much: in short, then side by side."""
    answer = quoted.answer
    place = quoted.recommended or 0
    names = [
        f"Formule\u00a0{at + 1}{', conseillée' if at == quoted.recommended else ''}"
        for at in range(len(answer["variants"]))
    ]
    return {
        "price": texts.euros(answer["variants"][place]["premium"]["total_eur"]),
        "summary": texts.summary(answer, place),
        "span": texts.price_span(answer),
        "brief": tables.brief_table(answer, names),
        "groups": [
            _group(answer, names[at : at + _SIDE_BY_SIDE], answer["variants"][at : at + _SIDE_BY_SIDE])
            for at in range(0, len(names), _SIDE_BY_SIDE)
        ],
    }


def _group(answer: Answer, names: list[str], variants: list[Answer]) -> tuple[tables.Table, ...]:
    return (
        tables.cover_table(answer, names, variants),
        tables.price_table(answer, names, variants),
        tables.ratio_table(names, variants),
    )


def _impact_part(quoted: QuotePaper, overlay: Path | None) -> dict[str, Any] | None:
    """The picture of one accident, what it means, and every insured event with examples."""
    answer, place = quoted.answer, quoted.recommended or 0
    dearest = dearest_impact(answer)
    section = None if dearest is None else find_section(answer, dearest["section"])
    if dearest is None or section is None:
        return None
    chart = quote_chart(answer, dearest["section"], dearest["event"], place)
    examples = examples_on(quoted.dated, overlay)
    return {
        "told": texts.accident_told(answer, dearest),
        "paid": texts.cover_told(answer, dearest, place),
        "section": texts.section_named(answer, dearest["section"]),
        "unshown": texts.unshown_years(section, dearest),
        "chart": chart,
        "image": "" if chart is None else chart_image(chart, *_CHART_PX),
        "years": tables.years_table(dearest, place),
        "beside": tables.beside_table(answer, dearest),
        "events": tables.events_table(answer, dearest["section"], place, examples.of),
        "source": examples.source,
        "sections": tables.by_section_table(answer, dearest, place),
    }  # fmt: skip


def _hypotheses(quoted: QuotePaper) -> list[tuple[str, str]]:
    """All that the price was computed with, so that it can be computed again."""
    answer = quoted.answer
    versions, drawn = answer["versions"], answer["scenarios"]
    used = [
        f"{answer['terms']['product_fr']}, version {answer['product_version']}",
        f"statistiques {versions['statistics']}",
        f"estimations, version {versions['assumptions']}",
    ]
    if answer["seed"] is None:
        return [("Versions", " ; ".join(used))]
    used.append(f"dernière année de tarification calculée : {versions['horizon_rate_year']}")
    ends = [
        f"formule {at}, de {texts.euros(one['range']['low_total_eur'])} à {texts.euros(one['range']['high_total_eur'])}"
        for at, one in enumerate(answer["variants"], start=1)
    ]
    draws = (
        f"tirage n° {answer['seed']} (suite {drawn['stream']}), {_count(drawn['drawn'])} scénarios de plusieurs "
        f"sinistres tirés, {_count(drawn['enumerated'])} cas d'aucun ou d'un seul sinistre énumérés ; "
        f"{french_number(Fraction(drawn['expected_claims']), 4)} sinistre grave attendu par an"
    )
    range_fr = f"prix si toutes les estimations étaient à leur borne basse, ou haute : {' ; '.join(ends)}"
    return [("Versions", " ; ".join(used)), ("Tirages", draws), ("Fourchettes", range_fr)]


def _count(number: int) -> str:
    return french_number(Fraction(number))
