"""The invented companies whose papers carry faults; `expected/` says, company by company, what must be found."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tests.samples.model import Charge, Company, alternating

THIRD, HALF = Fraction(1, 3), Fraction(1, 2)

# A claim of 2024 is charged twice in the same account; a relapse is charged in 2023. The tables lack the IT3 of 2025
# and the IP of 10 % and over of 2026: the sheet's own value stands in, and the rate is told as printed.
BUILDER = Company(
    slug="builder",
    title="Menuiserie du bâtiment (second œuvre) au taux mixte",
    name="MENUISERIES FACTICES DU CHANTIER MODÈLE",
    siret="00000003400017",
    section="01",
    ctn="B",
    risk_code="45.4CE",
    risk_label="Travaux de menuiserie extérieure",
    fund="CARSAT DE DÉMONSTRATION",
    claim_suffix="702",
    mode="mixte",
    headcounts={2022: "86.20", 2023: "88.45", 2024: "91.30"},
    wages_eur={2020: 2_488_000, 2021: 2_561_300, 2022: 2_674_900, 2023: 2_782_600, 2024: 2_871_450},
    rate_2023="5.80",
    counts_before_accounts={
        2020: {"IT1": 2, "IT2": 3, "IT3": 2, "IT5": 2, "IP1": 1},
        2021: {"IT2": 3, "IT3": 1, "IT4": 2, "IT6": 1, "IP1": 1},
    },
    charges=(
        Charge(2022, 1, "EXEMPLE-UN", "AT", date(2022, 2, 8), 127, it="IT5"),
        Charge(2022, 2, "EXEMPLE-DEUX", "AT", date(2022, 4, 19), 30, it="IT3"),
        Charge(2022, 3, "EXEMPLE-TROIS", "AT", date(2022, 12, 14), 203, it="IT6"),
        Charge(2022, 4, "EXEMPLE-QUATRE", "TR", date(2022, 9, 27), 20),
        Charge(
            2023,
            1,
            "EXEMPLE-UN",
            "AT",
            date(2022, 2, 8),
            127,
            ip="IP2",
            ip_percent=15,
            ip_notified_on=date(2023, 6, 20),
        ),
        # the relapse: an accident of December may stand in the next account, not in both
        Charge(2023, 3, "EXEMPLE-TROIS", "AT", date(2022, 12, 14), 203, it="IT6"),
        Charge(2023, 5, "EXEMPLE-CINQ", "AT", date(2023, 5, 11), 8, it="IT2"),
        Charge(2024, 6, "EXEMPLE-SIX", "AT", date(2024, 3, 5), 219, it="IT6"),
        Charge(2024, 6, "EXEMPLE-SIX", "AT", date(2024, 3, 5), 219, it="IT6"),  # the same line again
        Charge(2024, 7, "EXEMPLE-SEPT", "AT", date(2024, 9, 17), 13, it="IT2"),
    ),
    formats=alternating("csv", "xlsx") | {"feuille_calcul_2025": "pdf"},
)

# The rate of 2025 was notified without its cap, which in Alsace-Moselle holds rates of every mode.
ALSACE_BUILDER = Company(
    slug="alsace_builder",
    title="Menuiserie du bâtiment en Alsace-Moselle",
    name="FENÊTRES DU VILLAGE INVENTÉ",
    siret="00000004200010",
    section="01",
    ctn="B",
    risk_code="45.4CE",
    risk_label="Travaux de menuiserie extérieure",
    fund="CARSAT ALSACE-MOSELLE (DÉMONSTRATION)",
    claim_suffix="703",
    mode="mixte",
    headcounts={2022: "114.60", 2023: "118.40", 2024: "121.75"},
    wages_eur={2020: 3_310_500, 2021: 3_402_700, 2022: 3_541_200, 2023: 3_688_900, 2024: 3_790_300},
    rate_2023="4.60",
    counts_before_accounts={
        2020: {"IT1": 3, "IT2": 2, "IT4": 2, "IT5": 1, "IP1": 1},
        2021: {"IT1": 1, "IT2": 4, "IT4": 1, "IT6": 1},
    },
    charges=(
        Charge(2022, 1, "EXEMPLE-ANNA", "AT", date(2022, 1, 18), 84, it="IT4"),
        Charge(
            2022, 2, "EXEMPLE-BRUNO", "AT", date(2022, 3, 22), 148, "IT5", "IP2", 11, ip_notified_on=date(2022, 12, 6)
        ),
        Charge(2022, 3, "EXEMPLE-CARLA", "TR", date(2022, 11, 9), 5),
        Charge(
            2023, 4, "EXEMPLE-DENIS", "AT", date(2023, 2, 14), 290, "IT6", "IP4", 45, ip_notified_on=date(2023, 12, 19)
        ),
        Charge(2023, 5, "EXEMPLE-ELSA", "AT", date(2023, 6, 7), 4, it="IT2"),
        Charge(
            2024, 6, "EXEMPLE-FÉLIX", "MP", date(2024, 1, 25), 61, "IT4", "IP3", 22, ip_notified_on=date(2024, 11, 14)
        ),
        Charge(2024, 7, "EXEMPLE-GILDA", "AT", date(2024, 8, 29), 3, it="IT1"),
    ),
    formats=alternating("xlsx", "csv") | {"compte_employeur_2023": "pdf"},
    delimited=("utf-8", ";"),
    uncapped=frozenset({2025}),
)

# One temporary worker is charged in full; another one's share is that of the law of 2024, a year too early.
TEMPORARY_USER = Company(
    slug="temporary_user",
    title="Entrepôt utilisateur de travail temporaire",
    name="ENTREPÔTS IRRÉELS DE LA DÉMONSTRATION",
    siret="00000005900014",
    section="01",
    ctn="C",
    risk_code="63.1EE",
    risk_label="Entreposage et stockage non frigorifique",
    fund="CARSAT DE DÉMONSTRATION",
    claim_suffix="704",
    mode="mixte",
    headcounts={2022: "92.10", 2023: "96.55", 2024: "99.80"},
    wages_eur={2020: 2_702_400, 2021: 2_795_100, 2022: 2_918_600, 2023: 3_041_300, 2024: 3_150_900},
    rate_2023="3.40",
    counts_before_accounts={
        2020: {"IT1": 2, "IT2": 4, "IT3": 2, "IT4": 1, "IT6": 1, "IP1": 1},
        2021: {"IT1": 1, "IT2": 2, "IT3": 3, "IT5": 1},
    },
    charges=(
        Charge(2022, 1, "EXEMPLE-LUNDI", "AT", date(2022, 2, 21), 37, it="IT3"),
        Charge(
            2022,
            2,
            "EXEMPLE-MARDI",
            "AT",
            date(2022, 3, 15),
            101,
            ip="IP2",
            ip_percent=14,
            ip_notified_on=date(2022, 12, 8),
            user_share=THIRD,
            charged_whole=True,
        ),
        Charge(2022, 3, "EXEMPLE-MERCREDI", "AT", date(2022, 10, 4), 7, it="IT2"),
        Charge(
            2023,
            4,
            "EXEMPLE-JEUDI",
            "AT",
            date(2022, 11, 24),
            160,
            ip="IP3",
            ip_percent=21,
            ip_notified_on=date(2023, 9, 12),
            user_share=HALF,
            lawful_share=THIRD,
        ),
        Charge(
            2023,
            5,
            "EXEMPLE-VENDREDI",
            "AT",
            date(2023, 1, 17),
            66,
            ip="IP2",
            ip_percent=10,
            ip_notified_on=date(2023, 11, 28),
            user_share=THIRD,
        ),
        Charge(2023, 6, "EXEMPLE-SAMEDI", "AT", date(2023, 7, 4), 50, it="IT4"),
        Charge(  # classified in 2024: half of everything, IT and small IP included
            2024,
            7,
            "EXEMPLE-DIMANCHE",
            "AT",
            date(2024, 2, 13),
            55,
            "IT4",
            "IP1",
            4,
            ip_notified_on=date(2024, 10, 22),
            user_share=HALF,
        ),
        Charge(2024, 8, "EXEMPLE-FÉRIÉ", "AT", date(2024, 5, 28), 18, it="IT3"),
    ),
    delimited=("utf-8-sig", ";"),
)

# Two depots that share one single rate: sheets and accounts are those of the seat, lines name their depot. A commuting
# accident of the first depot has a cost; at the second one the share of a third party is left, and a disease of the
# special account is charged all the same.
_SECOND_DEPOT = "00000006700025"

MULTI_SITE = Company(
    slug="multi_site",
    title="Transport routier en deux dépôts au taux unique",
    name="TRANSPORTS CHIMÉRIQUES DE L'ESSAI",
    siret="00000006700017",
    section="01",
    ctn="C",
    risk_code="60.2MG",
    risk_label="Transports routiers de marchandises",
    fund="CARSAT DE DÉMONSTRATION",
    claim_suffix="705",
    mode="mixte",
    headcounts={2022: "124.30", 2023: "128.90", 2024: "131.05"},
    wages_eur={2020: 3_475_700, 2021: 3_592_400, 2022: 3_739_700, 2023: 3_880_500, 2024: 3_980_000},
    rate_2023="5.20",
    counts_before_accounts={
        2020: {"IT1": 4, "IT2": 6, "IT3": 2, "IT4": 2, "IT5": 2, "IT6": 1, "IP1": 2},
        2021: {"IT1": 2, "IT2": 4, "IT3": 3, "IT4": 2, "IT5": 2, "IT6": 1, "IP1": 1},
    },
    charges=(
        Charge(2022, 1, "EXEMPLE-CHÊNE", "AT", date(2022, 3, 8), 233, it="IT6"),
        Charge(2022, 2, "EXEMPLE-HÊTRE", "AT", date(2022, 9, 20), 15, it="IT2"),
        Charge(2022, 21, "EXEMPLE-PLATANE", "AT", date(2022, 5, 17), 95, it="IT5", site=_SECOND_DEPOT),
        Charge(2022, 22, "EXEMPLE-TILLEUL", "AT", date(2022, 7, 26), 40, it="IT3", site=_SECOND_DEPOT),
        Charge(2023, 3, "EXEMPLE-ORME", "TR", date(2023, 3, 16), 181, it="IT6"),
        Charge(
            2023, 4, "EXEMPLE-FRÊNE", "AT", date(2023, 4, 25), 88, "IT4", "IP2", 10, ip_notified_on=date(2023, 12, 12)
        ),
        Charge(
            2023,
            23,
            "EXEMPLE-CHARME",
            "AT",
            date(2023, 1, 31),
            170,
            "IT6",
            "IP1",
            7,
            date(2023, 12, 5),
            third_party_percent=60,
            charged_whole=True,
            site=_SECOND_DEPOT,
        ),
        Charge(2024, 5, "EXEMPLE-BOULEAU", "AT", date(2024, 1, 9), 22, it="IT3"),
        Charge(2024, 6, "EXEMPLE-CÈDRE", "AT", date(2024, 11, 5), 100, it="IT5"),
        Charge(2024, 24, "EXEMPLE-SAULE", "AT", date(2024, 6, 20), 47, it="IT4", site=_SECOND_DEPOT),
        Charge(2024, 25, "EXEMPLE-AULNE", "MP CS", date(2024, 2, 15), 160, it="IT6", site=_SECOND_DEPOT),
    ),
    formats=alternating("csv", "xlsx"),
    single_rate_sirets=("00000006700017", _SECOND_DEPOT),
)

# The sheet of 2025 has another collective rate than its year's; that of 2026 starts from a rate nobody notified.
SMALL = Company(
    slug="small",
    title="Boulangerie de 14 salariés au taux collectif",
    name="FOURNIL SUPPOSÉ DU SPÉCIMEN",
    siret="00000007500010",
    section="01",
    ctn="D",
    risk_code="15.8CD",
    risk_label="Commerce de détail de pain, pâtisserie, confiserie et chocolats",
    fund="CARSAT DE DÉMONSTRATION",
    claim_suffix="706",
    mode="collectif",
    headcounts={2022: "13.40", 2023: "14.00", 2024: "14.25"},
    wages_eur={2020: 342_600, 2021: 351_800, 2022: 368_400, 2023: 384_900, 2024: 397_200},
    rate_2023="2.20",
    counts_before_accounts={2020: {"IT2": 1}, 2021: {"IT1": 1, "IT3": 1}},
    charges=(
        Charge(2022, 1, "EXEMPLE-SEIGLE", "AT", date(2022, 6, 1), 10, it="IT2"),
        Charge(2023, 2, "EXEMPLE-ORGE", "TR", date(2023, 2, 9), 24),
        Charge(2024, 3, "EXEMPLE-AVOINE", "AT", date(2024, 4, 2), 20, it="IT3"),
    ),
    printed_collective={2025: "2.60"},
    printed_previous={2026: "2.11"},
)

FAULTY_COMPANIES = (BUILDER, ALSACE_BUILDER, TEMPORARY_USER, MULTI_SITE, SMALL)
