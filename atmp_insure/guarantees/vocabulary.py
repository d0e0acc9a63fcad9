"""The words that products, guarantees, quotes and claims share: causes, insured events, trigger bases, deductibles."""

from __future__ import annotations

from enum import StrEnum

from atmp_insure.kernel.labelled import Labelled
from atmp_insure.regulation.vocabulary import CostCategory


class Cause(Labelled):
    """What an insured event comes from; commuting accidents are never charged to an account."""

    ACCIDENT = "AT", "accident du travail"
    DISEASE = "MP", "maladie professionnelle"


class InsuredEvent(Labelled):
    """A grave outcome that a guarantee may cover; death is charged as IP4, and may be insured apart from it."""

    IT6 = "IT6", "arrêt de plus de 150 jours", CostCategory.IT6
    IP2 = "IP2", "incapacité permanente de 10 % à 19 %", CostCategory.IP2
    IP3 = "IP3", "incapacité permanente de 20 % à 39 %", CostCategory.IP3
    IP4 = "IP4", "incapacité permanente de 40 % et plus", CostCategory.IP4
    DEATH = "death", "décès", CostCategory.IP4

    category: CostCategory

    def __init__(self, _code: str, _label: str, category: CostCategory) -> None:
        self.category = category


class TriggerBasis(Labelled):
    """Which day must fall into the cover period (base de déclenchement)."""

    OCCURRENCE = "occurrence", "la date de l'accident, ou de la première constatation médicale de la maladie"
    IP_NOTIFICATION = "ip_notification", "la date de notification du taux d'incapacité"
    ACCOUNT_LINE = "account_line", "l'année du compte employeur qui porte l'imputation"


class WhilePending(Labelled):
    """What is done with an indemnity while a recourse is pending."""

    WAIT = "wait", "l'indemnité attend l'issue du recours"
    PAY_PROVISIONALLY = "pay_provisionally", "l'indemnité est versée contre un engagement signé de restitution"


class DeductibleKind(Labelled):
    """What a deductible (franchise) is counted in, per section and rate year."""

    PERCENT_OF_WAGES = "percent_of_wages", "de la masse salariale"
    PERCENT_OF_RATE = "percent_of_rate", "de la cotisation au taux de base"
    EUROS = "euros", "en euros"


class Frequency(Labelled):
    """How often a premium is called (fractionnement)."""

    YEARLY = "yearly", "annuel", 1
    HALF_YEARLY = "half_yearly", "semestriel", 2
    QUARTERLY = "quarterly", "trimestriel", 4
    MONTHLY = "monthly", "mensuel", 12

    calls: int

    def __init__(self, _code: str, _label: str, calls: int) -> None:
        self.calls = calls


class PricingMethod(StrEnum):
    """What the expected cost of a guarantee is an expectation of."""

    INDEMNITY = "indemnity"  # what the guarantee adds to the indemnities, on the draws common to all
    FEES = "fees"  # contestation fees refunded on what recourses avoid
