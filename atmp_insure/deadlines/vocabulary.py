"""The words that files, code and answers share: who acts, what a limit binds, and the readings of unsettled points."""

from __future__ import annotations

from enum import StrEnum


class Actor(StrEnum):
    """Who must act."""

    VICTIM = "victim"
    EMPLOYER = "employer"
    USER_COMPANY = "user_company"
    PARTIES = "parties"
    FUND = "fund"
    REGIONAL_FUND = "regional_fund"
    DISEASE_COMMITTEE = "disease_committee"
    AMICABLE_BOARD = "amicable_board"
    MEDICAL_BOARD = "medical_board"
    MEDICAL_SERVICE = "medical_service"
    EMPLOYER_DOCTOR = "employer_doctor"
    LOSING_PARTY = "losing_party"
    URSSAF = "urssaf"
    POLICYHOLDER = "policyholder"
    INSURER = "insurer"

    @property
    def label_fr(self) -> str:
        """The actor, in French."""
        return _ACTORS[self]

    @property
    def is_ours(self) -> bool:
        """Whether the product's users act themselves: their calendar shows the safe date."""
        return self not in _AUTHORITIES


_ACTORS = {
    Actor.VICTIM: "la victime",
    Actor.EMPLOYER: "l'employeur",
    Actor.USER_COMPANY: "l'entreprise utilisatrice",
    Actor.PARTIES: "les parties (victime et employeur)",
    Actor.FUND: "la caisse primaire (CPAM)",
    Actor.REGIONAL_FUND: "la caisse régionale (Carsat, Cramif, CGSS)",
    Actor.DISEASE_COMMITTEE: "le comité régional de reconnaissance (CRRMP)",
    Actor.AMICABLE_BOARD: "la commission de recours amiable (CRA)",
    Actor.MEDICAL_BOARD: "la commission médicale de recours amiable (CMRA)",
    Actor.MEDICAL_SERVICE: "le service médical de la caisse",
    Actor.EMPLOYER_DOCTOR: "le médecin mandaté par l'employeur",
    Actor.LOSING_PARTY: "la partie qui a perdu",
    Actor.URSSAF: "l'URSSAF",
    Actor.POLICYHOLDER: "l'assuré (souscripteur)",
    Actor.INSURER: "l'assureur ou son délégataire",
}
_AUTHORITIES = frozenset(
    {
        Actor.FUND,
        Actor.REGIONAL_FUND,
        Actor.DISEASE_COMMITTEE,
        Actor.AMICABLE_BOARD,
        Actor.MEDICAL_BOARD,
        Actor.MEDICAL_SERVICE,
        Actor.URSSAF,
    }
)


class Bound(StrEnum):
    """What the date of a rule means."""

    LATEST = "latest"  # the act must be done by then
    LAPSE = "lapse"  # the effect comes by itself on that day
    EARLIEST = "earliest"  # the act may not come before

    @property
    def label_fr(self) -> str:
        """What the date is, in French."""
        return {"latest": "au plus tard", "lapse": "effet au", "earliest": "pas avant"}[self.value]


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


class Fact(StrEnum):
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


class Outcome(StrEnum):
    """How an act done on a day stands to its limit."""

    IN_TIME = "in_time"
    DISPUTED = "disputed"  # between the safe and the legal date, or between the strict and the moved one
    LATE = "late"
    TOO_EARLY = "too_early"
    NO_LIMIT = "no_limit"

    @property
    def label_fr(self) -> str:
        """The outcome, in French."""
        return {
            "in_time": "dans le délai",
            "disputed": "discutable : après la date prudente, avant la dernière lecture possible",
            "late": "hors délai",
            "too_early": "trop tôt",
            "no_limit": "sans délai",
        }[self.value]
