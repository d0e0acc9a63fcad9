"""Sample values for the page that shows every component; invented, like everything on it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from atmp_insure.documents.charts.amount_bars import Amounts, AmountSeries, amount_bars
from atmp_insure.documents.charts.rate_chart import RateEvent, RateHistory, RateYear, rate_chart
from atmp_insure.documents.charts.rate_lines import RateComparison, RateSeries, rate_lines
from atmp_insure.web import display, lists
from atmp_insure.web.display import State, Tone
from atmp_insure.web.languages import current_language
from atmp_insure.web.list_query import Cell, Column, Filter, FilterKind, Option, read_query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from atmp_insure.documents.charts.chart import Chart

MOMENT = datetime(2026, 11, 20, 14, 32, tzinfo=UTC)
COLUMNS = (
    Column("company", "Entreprise", sortable=True, main=True),
    Column("state", "État", Cell.STATE),
    Column("due_on", "Échéance", Cell.DUE, sortable=True),
    Column("rate", "Taux notifié", Cell.PERCENT, sortable=True),
    Column("premium", "Prime annuelle TTC", Cell.EUROS, sortable=True),
    Column("siret", "SIRET", Cell.IDENTIFIER),
    Column("owner", "Gestionnaire", Cell.PERSON),
)
FILTERS = (
    Filter(
        "state", "État", (Option("due", "À traiter", 3), Option("running", "En cours", 41), Option("over", "Clos", 212))
    ),
    Filter("due", "Échéance", kind=FilterKind.DAYS),
)
COMPANIES = (
    ("Fonderie EXEMPLE", "due", -4, "0.0641", "18450.00", "Camille EXEMPLE"),
    ("Transports EXEMPLE", "running", 0, "0.0472", "9320.50", "Camille EXEMPLE"),
    ("Menuiserie EXEMPLE", "running", 3, "0.0515", "4118.00", "Idriss EXEMPLE"),
    ("Clinique EXEMPLE", "running", 12, "0.0230", "26900.00", "Idriss EXEMPLE"),
    ("Bâtiment EXEMPLE", "over", 140, "0.0798", "112340.75", "Louise EXEMPLE"),
)
STATES = {
    "due": State("À traiter", Tone.CARE),
    "running": State("En cours", Tone.INFO),
    "over": State("Clos", Tone.NEUTRAL),
}


class SampleForm(FlaskForm):
    """One field of each kind."""

    class Meta:
        """Nothing is sent from this page."""

        csrf = False

    company = StringField("Raison sociale", validators=[InputRequired("Donner la raison sociale de l'entreprise")])
    siret = StringField(
        "SIRET de l'établissement",
        validators=[InputRequired("Donner les quatorze chiffres du SIRET")],
        description="Quatorze chiffres, tels qu'ils figurent sur la feuille de calcul du taux.",
    )
    wages = StringField("Masse salariale brute", validators=[InputRequired("Donner la masse salariale")])
    sector = SelectField(
        "Comité technique national", choices=[SelectChoice("A", "A - Métallurgie"), SelectChoice("B", "B - Bâtiment")]
    )
    first_day = DateField("Premier jour de garantie")
    paper = FileField("Feuille de calcul (PDF ou tableur)")
    mode = RadioField(
        "Fractionnement",
        choices=[SelectChoice("1", "Annuel"), SelectChoice("4", "Trimestriel"), SelectChoice("12", "Mensuel")],
        default="4",
    )
    notes = TextAreaField("Précisions")
    agreed = BooleanField("L'entreprise a reçu la fiche d'information")


def sample(arguments: Mapping[str, Sequence[str]], today: date) -> dict[str, Any]:
    """Everything the page of all components shows."""
    form = SampleForm(
        formdata=None, data={"company": "", "sector": "A", "first_day": today, "siret": "123", "wages": "4 500 000"}
    )
    form.validate()
    form.siret.errors = ("« 123 » n'a pas quatorze chiffres : le recopier depuis la feuille de calcul",)
    return {
        "form": form,
        "view": sample_list(arguments, today),
        "today_shown": today,
        "rate_2026": Decimal("0.0338"),
        "premium_eur": Decimal("18450.00"),
        "change": Decimal("-0.0054"),
        "share": Decimal("0.8"),
        "deadlines": [today + timedelta(days=days) for days in (-4, 0, 1, 3, 30)],
        "states": [State(label, tone) for label, tone in zip(_WORDS, Tone, strict=True)],
        "rate": sample_rate_chart(),
        "amounts": _amounts(),
        "comparison": _comparison(),
        "explanation": _explanation(),
        "events": _events(),
        "notes": _notes(),
        "panel": _panel(today),
        "runs": _runs(),
    }


_WORDS = ("Brouillon", "En cours", "Gagné", "À compléter", "Refusé")


def sample_list(arguments: Mapping[str, Sequence[str]], today: date) -> lists.ListView:
    """A list with everything that a list can have; filters and search really narrow it."""
    query = read_query(arguments, COLUMNS, FILTERS)
    kept = [
        entry
        for entry in COMPANIES
        if query.search.lower() in entry[0].lower() and entry[1] in (query.values("state") or tuple(STATES))
    ]
    if query.sort:
        kept.sort(key=lambda entry: entry[2], reverse=query.descending)
    return lists.ListView(
        name="policies",
        label="contrats",
        path="/",
        columns=COLUMNS,
        rows=tuple(_row(index, entry, today) for index, entry in enumerate(kept)),
        query=query,
        empty=lists.Empty("Aucun contrat", "Les contrats émis se trouveront ici.", "Établir un devis", "#"),
        filters=FILTERS,
        saved_views=(
            lists.SavedView("Tous", "/", is_active=not query.chosen, count=256),
            lists.SavedView("À traiter", "/?state=due", is_active=query.values("state") == ("due",), count=3),
            lists.SavedView("Mes renouvellements", "/?sort=due_on"),
        ),
        next_cursor="bWVudWlzZXJpZQ",
        total=256,
        bulk_acts=(
            lists.BulkAct(
                "Relancer", "#", "send", "Une relance partira à chaque entreprise choisie. Elle ne se rappelle pas."
            ),
            lists.BulkAct("Confier à un collègue", "#", "users"),
        ),
        exports=(lists.Export("CSV", "#"), lists.Export("Tableur (XLSX)", "#", "file-spreadsheet")),
        save_view_url="#",
    )


def _row(index: int, entry: tuple[str, str, int, str, str, str], today: date) -> lists.Row:
    company, state, days, rate, premium, owner = entry
    cells = {
        "company": company,
        "state": STATES[state],
        "due_on": today + timedelta(days=days),
        "rate": Decimal(rate),
        "premium": Decimal(premium),
        "siret": f"0000000180{index:04d}",
        "owner": owner if index != 2 else None,
    }
    return lists.Row(f"policy-{index}", cells, url="#", detail=f"Contrat TX-2026-{1041 + index}", muted=state == "over")


def sample_rate_chart() -> Chart:
    """The rate of an invented establishment, with an accident, an indemnity and years to come."""
    rates = (
        ("0.0231", "0.0231", None), ("0.0224", "0.0224", None), ("0.0289", "0.0227", "23250.00"),
        ("0.0351", "0.0229", "45750.00"), ("0.0392", "0.0232", "60000.00"), ("0.0338", "0.0235", "38625.00"),
        ("0.0270", "0.0236", "12750.00"), ("0.0239", "0.0237", "750.00"),
    )  # fmt: skip
    years = tuple(
        RateYear(
            2021 + index,
            Decimal(notified),
            Decimal(other),
            lowest=Decimal(notified) - Decimal("0.0012") * (index - 4) if index > 4 else None,
            highest=Decimal(notified) + Decimal("0.0015") * (index - 4) if index > 4 else None,
            cap=Decimal("0.0289") if index == 2 else Decimal("0.0361") if index == 3 else None,
            indemnity_eur=Decimal(indemnity) if indemnity else None,
        )
        for index, (notified, other, indemnity) in enumerate(rates)
    )
    return rate_chart(
        RateHistory(
            "Taux AT/MP de la Fonderie EXEMPLE, premier établissement",
            years,
            first_future_year=2026,
            events=(RateEvent(2023, "Accident du 12/05/2021, IP 20 %"),),
            subtitle="Surcotisation en bleu ; à partir de 2026, taux attendu et sa fourchette",
            language=current_language(),
        )
    )


def _amounts() -> Chart:
    headings = ("2022", "2023", "2024", "2025", "2026")
    premiums = AmountSeries("Primes", tuple(map(Decimal, ("812000", "905500", "991200", "1104000", "1210750.50"))))
    paid = AmountSeries("Indemnités", tuple(map(Decimal, ("410000", "620300", "388000", "705100", "512000"))))
    return amount_bars(
        Amounts("Primes et indemnités par année", headings, (premiums, paid), language=current_language())
    )


def _comparison() -> Chart:
    years = (2022, 2023, 2024, 2025, 2026)
    series = (
        RateSeries("Premier établissement", tuple(map(Decimal, ("0.0224", "0.0289", "0.0351", "0.0392", "0.0338")))),
        RateSeries("Saint-Priest", tuple(map(Decimal, ("0.0251", "0.0248", "0.0243", "0.0240", "0.0244")))),
        RateSeries("Taux collectif", tuple(map(Decimal, ("0.0262", "0.0260", "0.0257", "0.0255", "0.0252")))),
    )
    return rate_lines(RateComparison("Taux notifiés par établissement", years, series, language=current_language()))


def _explanation() -> display.Explanation:
    return display.Explanation(
        "Taux net 2026",
        "3,38 %",
        (
            display.TraceStep(
                "Taux brut",
                "1,9214 %",
                (("Valeur du risque", "259 391,00 €"), ("Masse salariale de trois ans", "13 500 000,00 €")),
                "Article D.242-6-6 du code de la sécurité sociale",
            ),
            display.TraceStep("Majoration M1 (trajet)", "0,1700 %", (), "Arrêté du 27 décembre 2025, annexe"),
            display.TraceStep("Majorations M2, M3, M4", "1,2886 %", (("M2", "58 %"), ("M3", "0,14 %")), "Même arrêté"),
            display.TraceStep(
                "Taux arrondi",
                "3,38 %",
                (("Arrondi", "au plus proche, deux décimales"),),
                "Pratique constante (aucun texte)",
            ),
        ),
        version="Règles de 2026, vérifiées le 05/01/2026",
        link="#",
    )


def _events() -> tuple[display.Event, ...]:
    change = display.Change("Franchise", "2 000,00 €", "3 500,00 €")
    return (
        display.Event(MOMENT, "Camille EXEMPLE", "a proposé l'indemnité de 2026 à l'entreprise", "send", url="#"),
        display.Event(MOMENT - timedelta(days=2), "Idriss EXEMPLE", "a modifié le contrat", "edit", (change,)),
        display.Event(MOMENT - timedelta(days=40), "Le système", "a reçu la notification du taux 2026", "file-check"),
    )


def _notes() -> tuple[display.Note, ...]:
    text = "L'entreprise attend l'avis du médecin mandaté.\nRappeler la directrice des ressources humaines après le 3."
    return (display.Note("n1", MOMENT, "Camille EXEMPLE", text, is_pinned=True),)


def _panel(today: date) -> display.SidePanel:
    return display.SidePanel(
        display.Link("Proposer l'indemnité", "#"),
        "Le taux 2026 est notifié et le recours est pendant : l'avance est due dans trente jours.",
        (
            display.Clock(
                "Contester le taux 2026", today + timedelta(days=5), "Deux mois, articles L.242-5 et R.142-1-A III CSS"
            ),
            display.Clock("Réserves motivées", today - timedelta(days=20), is_done=True),
        ),
        (
            display.Link("Maître Hélène EXEMPLE", "#", "Avocate, dossier 2025-118"),
            display.Link("Carsat Rhône-Alpes", "#"),
        ),
        (display.Link("Notification du taux 2026", "#", "PDF, 2 pages, 84 ko"),),
    )


def _runs() -> tuple[display.RunProgress, ...]:
    failure = display.Failure("Contrat TX-2026-1043", "IBAN absent", "Le demander à l'entreprise", "#")
    return (
        display.RunProgress(
            "Appel des primes de janvier", State("En cours", Tone.INFO), 1248, 3100, 1, failures=(failure,)
        ),
        display.RunProgress("Relances de novembre", State("Terminé", Tone.GOOD), 212, 212, is_over=True),
    )
