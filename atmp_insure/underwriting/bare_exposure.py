"""What a few words on the telephone expose to, before any paper: a SIREN, a risk code, people and wages.

Nothing is known of the company's own claims: its rate is taken to be the collective one of its activity, and to stay
so. The price that follows is an order of magnitude, and says so wherever it shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.kernel.identifiers import is_siren
from atmp_insure.kernel.labelled import Label
from atmp_insure.kernel.yearly import Yearly
from atmp_insure.rate_records.reconciliation import Status
from atmp_insure.rating.impact import ImpactQuestion
from atmp_insure.rating.rate import rate
from atmp_insure.rating.unit import GivenValues, RateQuestion, TariffUnit, triennium
from atmp_insure.regulation.vocabulary import CONSTRUCTION_COMMITTEE, Scope, normal_risk_code
from atmp_insure.underwriting.exposure import Exposure, NotifiedRate, SectionExposure
from atmp_insure.underwriting.frequency import ClientHistory

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.rating.rate import YearRate
    from atmp_insure.regulation.law import Law

_MOST_HEADS, _MOST_WAGES_EUR = 10**6, 10**11
_YEARS_BACK = 10  # how far an activity's last known collective rate is looked for
NON_CONTRACTUAL = Label(
    "Ordre de grandeur, sans valeur contractuelle : le taux net individuel de l'entreprise et ses sinistres ne sont "
    "pas connus ; le taux collectif de son activité en tient lieu. Seules ses feuilles de calcul et ses comptes "
    "donnent un prix."
)


@dataclass(frozen=True, slots=True)
class BareFacts:
    """What is said before any paper.

    Attributes:
        risk_code: activity (code risque), as `28.1AD`.
        headcount: of the company.
        wages_eur: yearly.
        naf: main activity, when it is known.
    """

    siren: str
    risk_code: str
    headcount: Fraction
    wages_eur: Fraction
    naf: str | None = None


def bare_exposure(facts: BareFacts, law: Law, on: date) -> Exposure:
    """An exposure of one section, without history nor ordinary claims.

    Raises:
        InvalidInput: every fact that is missing, wrong or out of all proportion.

    Source: art. D.242-6-2 CSS (mode by headcount); collective rate of the activity, yearly order.
    """
    code = normal_risk_code(facts.risk_code)
    faults = _faults(facts, code)
    found = None if code is None else _last_collective(code, law, on.year)
    if code is not None and found is None:
        faults.append(
            Fault(f"code risque {code} absent des barèmes", "Le relire sur une feuille de calcul", "risk_code")
        )
    if faults or found is None or code is None:
        raise InvalidInput(faults)
    year, ctn, percent = found
    unit = TariffUnit(ctn, risk_code=code, construction=ctn == CONSTRUCTION_COMMITTEE)
    section = _section(facts, unit, year, percent, law)
    return Exposure(facts.siren, "", facts.naf, (section,), (), (), (), ())


def _faults(facts: BareFacts, code: str | None) -> list[Fault]:
    faults = []
    if not is_siren(facts.siren):
        faults.append(Fault(f"SIREN « {facts.siren} » faux", "Relire ses neuf chiffres", "siren"))
    if code is None:
        faults.append(Fault(f"« {facts.risk_code} » n'est pas un code risque", "L'écrire comme 28.1AD", "risk_code"))
    if not 0 < facts.headcount <= _MOST_HEADS:
        faults.append(Fault("effectif nul ou hors limites", "Donner l'effectif", "headcount"))
    if not 0 < facts.wages_eur <= _MOST_WAGES_EUR:
        faults.append(
            Fault(
                "masse salariale nulle ou hors limites",
                "Indiquer la masse salariale d'une année",
                "wages_eur",
            )
        )
    return faults


def _last_collective(code: str, law: Law, year: int) -> tuple[int, str, Fraction] | None:
    """The last year whose table has the activity, its committee and its rate."""
    for one in range(year, year - _YEARS_BACK, -1):
        cell = law.find_collective_rate(one, code, Scope.GENERAL)
        if cell is not None:
            return one, cell.value.ctn, cell.value.rate_percent
    return None


def _section(facts: BareFacts, unit: TariffUnit, year: int, percent: Fraction, law: Law) -> SectionExposure:
    wages = dict.fromkeys(triennium(year), facts.wages_eur)
    given = GivenValues(collective_rate_percent=percent)
    question = RateQuestion(rate_year=year, unit=unit, headcount=facts.headcount, wages_eur=wages, given=given)
    found: YearRate = rate(question, law)
    return SectionExposure(
        key=f"{facts.siren}-{unit.risk_code}", siret="", section="", risk_code=unit.risk_code or "", ctn=unit.ctn,
        rate=found, rates=(NotifiedRate(year, percent, None, Status.AS_PRINTED),), wages_by_year=wages,
        headcount=facts.headcount, company_headcount=facts.headcount, temporary_workers=Fraction(0),
        history=ClientHistory((), Fraction(0), {}), ordinary={},
        chain=ImpactQuestion(
            unit=unit, first_rate_year=year + 1, last_rate_year=None, headcount=Yearly(facts.headcount),
            wages_eur=Yearly(facts.wages_eur, wages), studied_claims=(), previous_rate_percent=percent,
            given=Yearly(given), calculated_without_percent=Yearly(percent),
        ),
    )  # fmt: skip
