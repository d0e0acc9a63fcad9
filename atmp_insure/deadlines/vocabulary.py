"""The words that files, code and answers share: who acts, what a limit binds, and the readings of unsettled points."""

from __future__ import annotations

from enum import StrEnum

from atmp_insure.kernel.labelled import Labelled


class ActingParty(Labelled):
    """Who must act."""

    VICTIM = "victim", "la victime"
    EMPLOYER = "employer", "l'employeur"
    USER_COMPANY = "user_company", "l'entreprise utilisatrice"
    PARTIES = "parties", "les parties (victime et employeur)"
    FUND = "fund", "la caisse primaire (CPAM)"
    REGIONAL_FUND = "regional_fund", "la caisse régionale (Carsat, Cramif, CGSS)"
    DISEASE_COMMITTEE = "disease_committee", "le comité régional de reconnaissance (CRRMP)"
    AMICABLE_BOARD = "amicable_board", "la commission de recours amiable (CRA)"
    MEDICAL_BOARD = "medical_board", "la commission médicale de recours amiable (CMRA)"
    MEDICAL_SERVICE = "medical_service", "le service médical de la caisse"
    EMPLOYER_DOCTOR = "employer_doctor", "le médecin mandaté par l'employeur"
    LOSING_PARTY = "losing_party", "la partie perdante"
    URSSAF = "urssaf", "l'Urssaf"
    POLICYHOLDER = "policyholder", "l'assuré (souscripteur)"
    INSURER = "insurer", "l'assureur ou son délégataire"

    @property
    def is_ours(self) -> bool:
        """Whether the product's users act themselves: their calendar shows the safe date."""
        return self not in _AUTHORITIES


_AUTHORITIES = frozenset(
    {
        ActingParty.FUND,
        ActingParty.REGIONAL_FUND,
        ActingParty.DISEASE_COMMITTEE,
        ActingParty.AMICABLE_BOARD,
        ActingParty.MEDICAL_BOARD,
        ActingParty.MEDICAL_SERVICE,
        ActingParty.URSSAF,
    }
)


class Bound(Labelled):
    """What the date of a rule means."""

    LATEST = "latest", "au plus tard"  # the act must be done by then
    LAPSE = "lapse", "effet au"  # the effect comes by itself on that day
    EARLIEST = "earliest", "pas avant"  # the act may not come before


class Start(StrEnum):
    """From which day a clock counts, given its event."""

    EVENT = "event"
    END_OF_YEAR = "end_of_year"  # 31 December of the year of the event


class Distance(StrEnum):
    """Whether the distance period (délai de distance) is added for a party far from a mainland court."""

    NONE = "none"
    MAINLAND_COURT = "mainland_court"


class SuspendedAs(StrEnum):
    """How a legal suspension looks at a limit."""

    NONE = "none"
    ACT = "act"  # an act, an appeal, a limitation
    SILENCE = "silence"  # a decision that silence makes
    INSTRUCTION = "instruction"  # a step of the fund's instruction


class SuspensionEffect(StrEnum):
    """What a legal suspension does to a limit."""

    NEW_PERIOD = "new_period"  # a limit that would end inside starts anew at the end, within a maximum
    FROZEN = "frozen"  # the days inside do not run
    WARNING = "warning"  # the text moved limits by figures that we do not hold


class StepDating(StrEnum):
    """How a step without a rule of its own is dated, until its real day is known."""

    SAME_DAY = "same_day"  # as its trigger
    END = "end"  # at the limit of its trigger
    OPEN = "open"  # some unknown day after its trigger


class FrancReading(StrEnum):
    """The two readings of clear days."""

    STRICT = "strict"
    CNAM = "cnam"


class AuthorityWeekend(StrEnum):
    """Whether a limit that binds the fund is moved off a weekend."""

    KEPT = "kept"
    MOVED = "moved"


class UnreadNotice(StrEnum):
    """When an electronic rate notice that nobody read counts as notified."""

    STATUTE = "statute"  # at the end of the reading days
    ORDER = "order"  # on the day it was made available


class LucieStart(StrEnum):
    """From when a letter on the fund's portal starts a clock."""

    AVAILABILITY = "availability"
    FIRST_READING = "first_reading"


class Timeliness(Labelled):
    """How an act done on a day stands to its limit."""

    IN_TIME = "in_time", "dans le délai"
    DISPUTED = (
        "disputed",
        "discutable : après la date prudente, avant la dernière lecture possible",
    )  # between the safe and the legal date, or between the strict and the moved one
    LATE = "late", "hors délai"
    TOO_EARLY = "too_early", "trop tôt"
    NO_LIMIT = "no_limit", "aucun délai n'est imparti"
