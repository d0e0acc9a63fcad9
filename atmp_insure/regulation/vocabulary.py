"""The words of the tariff that tables, engine and papers share: scopes, modes, activities, cost categories, codes."""

from __future__ import annotations

import re
from enum import StrEnum

from atmp_insure.kernel.labelled import Labelled

FIRST_RATE_YEAR = 2012  # the rules of decree 2010-753; earlier rates follow another law
NATIONAL_COMMITTEES = tuple("ABCDEFGHI")  # CTN (comités techniques nationaux)
CONSTRUCTION_COMMITTEE = "B"


class Scope(StrEnum):
    """Territory whose tariff rules apply, whatever the seat of the company."""

    GENERAL = "general"
    ALSACE_MOSELLE = "alsace_moselle"  # departments 57, 67, 68


class Mode(Labelled):
    """Tarification mode (mode de tarification)."""

    COLLECTIVE = "collective", "collective"
    MIXED = "mixed", "mixte"
    INDIVIDUAL = "individual", "individuelle"


class Activity(StrEnum):
    """Rows of the schedule of average costs inside one committee."""

    ALL = "-"
    GROS_OEUVRE = "gros_oeuvre"
    SECOND_OEUVRE = "second_oeuvre"
    FONCTIONS_SUPPORT = "fonctions_support"  # called "bureau" up to 2019
    ALSACE_MOSELLE = "alsace_moselle"  # construction there keeps IP2, IP3 and IP4 apart


SUB_SECTORS = (Activity.GROS_OEUVRE, Activity.SECOND_OEUVRE, Activity.FONCTIONS_SUPPORT)


class CostCategory(StrEnum):
    """Categories of claims that have an average cost (coût moyen): temporary (IT) and permanent incapacity (IP)."""

    IT1 = "IT1"
    IT2 = "IT2"
    IT3 = "IT3"
    IT4 = "IT4"
    IT5 = "IT5"
    IT6 = "IT6"
    IP1 = "IP1"
    IP2 = "IP2"
    IP3 = "IP3"
    IP4 = "IP4"  # 40 % and over, or death

    @property
    def is_temporary(self) -> bool:
        """Whether this is a temporary-incapacity (IT) category."""
        return self.value.startswith("IT")

    @property
    def is_grave(self) -> bool:
        """IP of 10 % and over, or death: one single cost in construction outside Alsace-Moselle."""
        return self in _GRAVE


_GRAVE = frozenset({CostCategory.IP2, CostCategory.IP3, CostCategory.IP4})
CONSTRUCTION_GRAVE = "IP2-4"  # the one column of the construction schedule for every grave category
SCHEDULE_COLUMNS = (*(category.value for category in CostCategory), CONSTRUCTION_GRAVE)


class TemporaryWorkerRole(Labelled):
    """Which of the two companies of a temporary worker (travailleur intérimaire) is being rated."""

    AGENCY = "agency", "entreprise de travail temporaire"
    USER = "user", "entreprise utilisatrice"


_RISK_CODE = re.compile(r"([0-9]{2})\.?([0-9][A-Z]{2}|[0-9]{2}[A-Z])", re.ASCII)  # 28.1AD; 00.00B for support functions


def normal_risk_code(text: str) -> str | None:
    """A risk code as the arrêtés print it: `281AD`, `28. 1AD`, `28.1ad` → `28.1AD`; None when it is not one."""
    match = _RISK_CODE.fullmatch(re.sub(r"\s", "", text).upper())
    return f"{match[1]}.{match[2]}" if match else None
