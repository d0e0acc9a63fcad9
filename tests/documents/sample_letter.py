"""An invented decision letter with amounts and the rate chart."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from atmp_insure.documents import chart_images, letters
from atmp_insure.web.showcase import sample_rate_chart

DATED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
OFFICE = letters.Office(
    "Bureau de démonstration",
    ("12 rue de l'Exemple", "69000 Lyon", "sinistres@exemple.invalid"),
    (
        "Bureau de démonstration, société par actions simplifiée, RCS Lyon 000 000 000, ORIAS 00 000 000.",
        "Réclamations : reclamations@exemple.invalid, réponse sous deux mois. Contrôle : ACPR, 75009 Paris.",
    ),
)
LETTER = letters.Letter(
    office=OFFICE,
    addressee=("Fonderie EXEMPLE", "À l'attention de Mme Claire EXEMPLE", "4 quai de l’Exemple", "00000 EXEMPLE"),
    references=(
        ("Notre référence", "SIN-2026-0412"),
        ("Votre référence", "AT 2021-07"),
        ("Contrat", "TX-2026-1041"),
        ("Établissement", "000 000 018 00010"),
    ),
    place="Lyon",
    dated=date(2026, 11, 1),
    subject="Indemnité de surcotisation AT/MP pour l'année 2025",
    signatory="Camille EXEMPLE",
    signatory_role="Gestionnaire de sinistres",
)
ROWS = [
    ("Surcotisation 2025", "Masse salariale 4 500 000 € × 1,60 point", Decimal("72000.00")),
    ("Part de garantie", "80 % de la surcotisation, le reste à votre charge", Decimal("-14400.00")),
    ("Franchise", "Article 4.2 des conditions particulières", Decimal("-3500.00")),
]
TOTAL_EUR = Decimal("54100.00")

REMEDIES = (
    "Si vous n'êtes pas d'accord, écrivez-nous à l'adresse des réclamations. Sans réponse satisfaisante sous deux "
    "mois, vous pouvez saisir le médiateur de l'assurance. Toute action se prescrit par deux ans (article L. 114-1 du "
    "code des assurances)."
)


def sample_letter_html() -> str:
    """The letter as HTML."""
    chart = sample_rate_chart()
    return letters.letter_html(
        "sample_decision",
        LETTER,
        year=2025,
        total_eur=TOTAL_EUR,
        rows=ROWS,
        reasons=[
            (
                "Le taux notifié pour 2025 est de 3,92 % ; sans l'accident du 12 mai 2021 il aurait été de 2,32 %.",
                "articles D. 242-6-4 et suivants du code de la sécurité sociale",
            ),
            (
                "L'accident est survenu pendant la période de garantie et a été déclaré dans le délai.",
                "conditions générales, 3.1",
            ),
            (
                "Le recours de votre avocat contre le taux d'incapacité est pendant : l'indemnité vous est avancée.",
                "conditions générales, 5.4",
            ),
        ],
        chart=chart,
        chart_image=chart_images.chart_image(chart, 680, 360),
        remedies=REMEDIES,
        enclosures=["notification du taux 2025", "détail du calcul"],
    )
