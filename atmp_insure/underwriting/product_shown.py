"""What pages say of products: the versions sold, all that one says with its sources, what changes and for whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from atmp_insure import formatting
from atmp_insure.guarantees.catalogue import GUARANTEES, guarantee
from atmp_insure.guarantees.catalogue.conditions import causes_text
from atmp_insure.guarantees.touched import Touched, Whom
from atmp_insure.guarantees.vocabulary import Frequency, InsuredEvent
from atmp_insure.guarantees.written import (
    DAYS,
    PEOPLE,
    YEARS,
    amount_text,
    count_text,
    deductible_text,
    percent_text,
)
from atmp_insure.kernel.phrases import Listed
from atmp_insure.regulation.source_notes import SourceNote, number_of, source_notes
from atmp_insure.regulation.values import Confidence
from atmp_insure.regulation.vocabulary import Mode
from atmp_insure.underwriting.needs import SCHEMES
from atmp_insure.underwriting.shown import MODES
from atmp_insure.web.display import State, Tone
from atmp_insure.web.languages import current_language, french
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from fractions import Fraction

    from atmp_insure.guarantees.comparison import Change
    from atmp_insure.guarantees.product import Catalogue, GuaranteeTerms, InsuranceTax, ProductVersion
    from atmp_insure.kernel.labelled import Label
    from atmp_insure.underwriting.product_queries import TouchedQuote

SHOWN_CLIENTS = 20
TAX_CLASSES = {"ordinary": _l("taux ordinaire"), "legal_protection": _l("protection juridique")}
IN_FORCE = State(_l("en vigueur"), Tone.GOOD)
TO_COME = State(_l("à venir"), Tone.INFO, "calendar")
PAST = State(_l("passée"), Tone.NEUTRAL, "history")
# parts that say what the office, the insurer and the broker agreed among themselves
BETWEEN_PARTNERS = frozenset({"loadings", "authority"})


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version among those of its product.

    Attributes:
        last_day: on which a cover of it may begin; None: no later version is known.
    """

    version: str
    first_day: date
    last_day: date | None
    state: State


@dataclass(frozen=True, slots=True)
class SoldProduct:
    """A product with its versions, the latest first; the two that its form compares at first."""

    code: str
    label: str
    versions: tuple[VersionRow, ...]
    former: str
    latter: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, and the number of its source among those of its part; 0 when none is told."""

    cells: tuple[str, ...]
    note: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a product file in words: facts, or a table, then its clauses and its sources.

    Attributes:
        right: columns of the table that hold numbers, from 0.
        clauses: heading and texts of what the policy says.
    """

    key: str
    title: str
    notes: tuple[SourceNote, ...]
    facts: tuple[tuple[str, str], ...] = ()
    headings: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    right: frozenset[int] = frozenset()
    clauses: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Client:
    """A company that a change touches, with its accepted quotes: number and reference."""

    name: str
    quotes: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Concerned:
    """The clients that answer a criterion; the first are named, `others` are only counted.

    Attributes:
        anchor: of its place on the page.
    """

    anchor: str
    label: str
    count: int
    clients: tuple[Client, ...]
    others: int


def products(catalogue: Catalogue, on: date) -> tuple[SoldProduct, ...]:
    """Every product, with its versions on a day."""
    return tuple(sold_product(catalogue, code, on) for code in catalogue.products())


def sold_product(catalogue: Catalogue, code: str, on: date) -> SoldProduct:
    """A product with its versions on a day."""
    versions = [one for one in catalogue.versions if one.product == code]
    held = catalogue.version_on(code, on)
    rows = [VersionRow(one.version, one.first_day, last_day(catalogue, one), _state(one, held, on)) for one in versions]
    return SoldProduct(
        code, versions[-1].label_fr, tuple(reversed(rows)), versions[-2:][0].version, versions[-1].version
    )


def last_day(catalogue: Catalogue, version: ProductVersion) -> date | None:
    """The last day on which a cover of a version may begin: its own, or the eve of the next version."""
    later = (one for one in catalogue.versions if one.product == version.product and one.first_day > version.first_day)
    following = next(later, None)
    return version.last_day if version.last_day or following is None else following.first_day - timedelta(days=1)


def _state(version: ProductVersion, held: ProductVersion | None, on: date) -> State:
    if version == held:
        return IN_FORCE
    return TO_COME if version.first_day > on else PAST


def parts(version: ProductVersion, tax: InsuranceTax, *, between_partners: bool) -> tuple[Part, ...]:
    """All that a version says, in the order of its file.

    Args:
        between_partners: whether loadings and authority are told too, and where the office took each part from; a
            client is told the law's own texts only.
    """
    every = (
        _guarantees(version), _facts(version, "trigger", _("Déclenchement"), _trigger(version)),
        _facts(version, "recourse", _("Recours"), _recourse(version)), _deductibles(version),
        _facts(version, "limits", _("Plafonds"), _limits(version)), _exclusions(version),
        _facts(version, "eligibility", _("Clients admis"), _eligibility(version)),
        _facts(version, "loadings", _("Chargements et commission"), _loadings(version)),
        _facts(version, "authority", _("Renvoi au service souscription et remise"), _authority(version)),
        _instalments(version),
        _facts(version, "minimum_premium", _("Prime minimale"),
               ((_("Hors taxe, par année d'assurance"), amount_text(version.minimum_premium_eur)),)),
        _tax(version, tax),
        _facts(version, "validity", _("Validité du devis"),
               ((_("Le client peut accepter pendant"), count_text(version.validity_days, DAYS)),)),
    )  # fmt: skip
    return every if between_partners else tuple(_for_client(one) for one in every if one.key not in BETWEEN_PARTNERS)


def _for_client(part: Part) -> Part:
    """A part with the texts of the law that it rests on, and without how the office came to the rest."""
    notes = tuple(one for one in part.notes if one.confidence is Confidence.OFFICIAL)
    numbers = {one.number for one in notes}
    rows = tuple(replace(one, note=one.note if one.note in numbers else 0) for one in part.rows)
    return replace(part, notes=notes, rows=rows)


def _facts(version: ProductVersion, key: str, title: str, facts: tuple[tuple[str, str], ...]) -> Part:
    return Part(key, title, source_notes([version.citations[key]]), facts)


def _guarantees(version: ProductVersion) -> Part:
    sold = [(one, terms) for one in GUARANTEES if (terms := version.terms_of(one.code)) is not None]
    notes = source_notes(terms.citation for _one, terms in sold)
    rows = (
        Row((one.label_fr, _("au choix du client") if terms.is_optional else _("toujours comprise"),
             causes_text(terms.causes), _particular(terms)),
            number_of(terms.citation, notes))
        for one, terms in sold
    )  # fmt: skip
    headings = _("Garantie"), _("Choix"), _("Causes garanties"), _("Particularité")
    said = {one.label_fr: one.wording(version, terms) for one, terms in sold}
    return Part("guarantees", _("Garanties"), notes, headings=headings, rows=tuple(rows),
                clauses=_clauses(said))  # fmt: skip


def _particular(terms: GuaranteeTerms) -> str:
    """What only some guarantees say: death, and the share of fees."""
    if terms.fee_share is not None:
        return _("%(share)s au plus de ce que le recours fait recouvrer ou éviter", share=percent_text(terms.fee_share))
    if InsuredEvent.DEATH not in guarantee(terms.code).events:
        return "–"
    return _("décès garanti") if terms.includes_death else _("décès non garanti")


def _clauses(said: Mapping[Label, tuple[str, ...]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What each guarantee says by itself, then what several say in the same words, written once."""
    every = [text for texts in said.values() for text in texts]
    own = [(label, tuple(one for one in texts if every.count(one) == 1)) for label, texts in said.items()]
    shared = tuple(dict.fromkeys(one for one in every if every.count(one) > 1))
    return tuple(one for one in (*own, (_("Communes à plusieurs garanties"), shared)) if one[1])


def _trigger(version: ProductVersion) -> tuple[tuple[str, str], ...]:
    said = version.trigger
    years = said.run_off_years
    run_off = _("jusqu'à la fin de l'effet des sinistres sur le taux")
    if years is not None:
        run_off = _("%(years)s de tarification après l'année d'assurance", years=count_text(years, YEARS))
    return (
        (_("Doit tomber dans la période de garantie"), said.basis.label),
        (_("Délai de carence"), count_text(said.waiting_days, DAYS) if said.waiting_days else _("aucun")),
        (_("Suite de la garantie"), run_off),
    )


def _recourse(version: ProductVersion) -> tuple[tuple[str, str], ...]:
    engaged = version.recourse.must_be_engaged
    return (
        (_("Pendant un recours"), version.recourse.while_pending.label),
        (_("Recours préalable"), _("exigé") if engaged else _("non exigé")),
    )


def _deductibles(version: ProductVersion) -> Part:
    rows = (
        Row((deductible_text(one.deductible), _("par dérogation") if one.by_exception else _("proposée")), 1)
        for one in version.deductibles
    )
    headings = _("Par section et par année de tarification"), _("Offre")
    return _table(version, "deductibles", _("Franchises"), headings, tuple(rows))


def _table(
    version: ProductVersion, key: str, title: str, headings: tuple[str, ...], rows: tuple[Row, ...],
    *, right: frozenset[int] = frozenset(),
) -> Part:  # fmt: skip
    return Part(key, title, source_notes([version.citations[key]]), headings=headings, rows=rows, right=right)


def _limits(version: ProductVersion) -> tuple[tuple[str, str], ...]:
    said = version.limits
    return (
        (_("Par section et par année de tarification"), _limit(said.section_year_eur)),
        (_("Toutes sections, par année de tarification"), _limit(said.year_eur)),
        (_("Pour tout ce que paie une année d'assurance"), _limit(said.policy_eur)),
    )


def _limit(amount_eur: Fraction | None) -> str:
    return _("sans plafond") if amount_eur is None else amount_text(amount_eur)


def _exclusions(version: ProductVersion) -> Part:
    notes = source_notes([one.citation for one in version.exclusions] or [version.citations["exclusions"]])
    rows = tuple(Row((one.clause, french(one.text_fr)), number_of(one.citation, notes)) for one in version.exclusions)
    return Part("exclusions", _("Exclusions"), notes, headings=(_("Article"), _("Jamais garanti")), rows=rows)


def _eligibility(version: ProductVersion) -> tuple[tuple[str, str], ...]:
    said = version.eligibility
    smallest = _("%(people)s au moins", people=count_text(said.smallest_headcount, PEOPLE))
    return (
        (_("Effectif de l'entreprise"), smallest),
        (_("Mode de tarification des sections"), ", ".join(str(MODES[one]) for one in Mode if one in said.modes)),
        (_("Régime"), Listed(SCHEMES.get(one, one) for one in sorted(said.schemes))),
    )


def _loadings(version: ProductVersion) -> tuple[tuple[str, str], ...]:
    said = version.loadings

    def of_premium(share: Fraction) -> str:
        return _("%(share)s de la prime hors taxe", share=percent_text(share))

    capital = _(
        "%(share)s de ce qu'une année sur deux cents coûte de plus que la moyenne", share=percent_text(said.capital)
    )
    commission = _("%(share)s de la prime hors taxe, sauf convention du courtier",
                   share=percent_text(said.broker_commission))  # fmt: skip
    return (
        (_("Coût du capital"), capital),
        (_("Frais de gestion"), of_premium(said.management)),
        (_("Marge de l'assureur"), of_premium(said.insurer_margin)),
        (_("Commission du courtier"), commission),
    )


def _authority(version: ProductVersion) -> tuple[tuple[str, str], ...]:
    said = version.authority
    margin = _("à moins de %(people)s d'un seuil", people=count_text(said.headcount_margin, PEOPLE))
    return (
        (_("Masse salariale garantie, au-dessus de"), amount_text(said.largest_wages_eur)),
        (_("Coût dépassé une année sur deux cents, au-dessus de"), amount_text(said.largest_percentile_eur)),
        (_("Sinistres graves connus, à partir de"), formatting.number(said.open_grave_claims, 0, current_language())),
        (_("Effectif proche d'un changement de mode"), margin),
        (_("Intérimaires dans l'effectif, à partir de"), percent_text(said.temporary_share)),
        (_("Remise que le courtier accorde seul, au plus"), percent_text(said.largest_discount)),
    )


def _instalments(version: ProductVersion) -> Part:
    rows = (
        Row((one.label, str(one.calls), percent_text(version.instalments[one])), 1)
        for one in Frequency
        if one in version.instalments
    )
    headings = _("Paiement"), _("Appels de prime par an"), _("Supplément, sur la prime hors taxe")
    return _table(version, "instalments", _("Fractionnement"), headings, tuple(rows), right=frozenset({1, 2}))


def _tax(version: ProductVersion, tax: InsuranceTax) -> Part:
    """The classes that the guarantees choose, at the rate of the first day of the version."""
    classes = dict.fromkeys(one.tax_class for one in version.guarantees)
    held = {name: tax.rates[name].at(version.first_day) for name in classes}
    notes = source_notes(one.citation for one in held.values())
    rows = (
        Row((str(TAX_CLASSES.get(name, name)), Listed(_taxed_under(version, name), " ; "), percent_text(one.value)),
            number_of(one.citation, notes))
        for name, one in held.items()
    )  # fmt: skip
    on = formatting.short_day(version.first_day, current_language())
    headings = _("Classe"), _("Garanties"), _("Taux au %(day)s", day=on)
    return Part("tax", _("Taxe sur les conventions d'assurances"), notes, headings=headings, rows=tuple(rows),
                right=frozenset({2}))  # fmt: skip


def _taxed_under(version: ProductVersion, name: str) -> list[str]:
    return [guarantee(one.code).label_fr for one in version.guarantees if one.tax_class == name]


def told(found: Collection[Change], *, between_partners: bool) -> tuple[Change, ...]:
    """The changes that a page tells: the names of the versions stand in its heading."""
    hidden = {"version"} if between_partners else {"version", "citations", *BETWEEN_PARTNERS}
    return tuple(one for one in found if hidden.isdisjoint(one.field.split(".")[:2]))


def criteria(found: Collection[Change]) -> tuple[Touched, ...]:
    """The criteria of changes that touch clients, each once; quotes to come are nobody's yet."""
    return tuple(dict.fromkeys(one.touches for one in found if one.touches.whom is not Whom.FUTURE_QUOTES))


def concerned(asked: Sequence[Touched], quotes: Collection[TouchedQuote]) -> dict[Touched, Concerned]:
    """The clients that answer each criterion, a client once whatever the number of its quotes."""
    return {
        one: _concerned(f"touched-{place}", one, [quote for quote in quotes if one in quote.criteria])
        for place, one in enumerate(asked, start=1)
    }


def _concerned(anchor: str, criterion: Touched, quotes: Collection[TouchedQuote]) -> Concerned:
    found: dict[int, list[TouchedQuote]] = {}
    for one in quotes:
        found.setdefault(one.company_id, []).append(one)
    clients = tuple(
        Client(own[0].company_name or _("entreprise"), tuple((one.quote_id, one.reference) for one in own))
        for own in found.values()
    )
    others = max(0, len(clients) - SHOWN_CLIENTS)
    return Concerned(anchor, criterion.label_fr, len(clients), clients[:SHOWN_CLIENTS], others)
