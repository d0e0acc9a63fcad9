"""An office of six years in a big broker's market: 40 000 companies, a million deadlines, their papers and their log.

Every name is invented. The same rows come out at every run: the dice are seeded, and no clock is read.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Role
from atmp_insure.deadlines.answers import deadline_answer
from atmp_insure.deadlines.clock import Event
from atmp_insure.deadlines.day_names import day_of
from atmp_insure.deadlines.due import due
from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.deadlines.question import Facts, Question
from atmp_insure.diary.deadline_models import DeadlineState
from atmp_insure.documents.models import Confidentiality
from atmp_insure.kernel.french import search_text
from atmp_insure.parties.reach_service import ReachReason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.db.keyring import KeyRing
    from atmp_insure.deadlines.law import DeadlineLaw

LAST_DAY = date(2026, 11, 20)  # the office's last working day; everything lies before it, but what is still to be done
DAYS = 2_400
COMPANIES, DEADLINES, DOCUMENTS, READINGS = 40_000, 1_000_000, 200_000, 100_000
BROKERS, LAW_FIRMS, INSURERS, COLLEAGUES = 60, 25, 2, 40
BROKER_CLIENTS = 400  # companies of the broker whose pages are measured; the other brokers share the rest
_TRADES = (
    "Charpentes", "Fonderie", "Transports", "Menuiserie", "Clinique", "Verrerie", "Tuilerie", "Conserverie",
    "Imprimerie", "Scierie", "Tôlerie", "Nettoyage", "Logistique", "Brasserie", "Papeterie", "Chaudronnerie",
    "Boulangerie", "Câblerie", "Maçonnerie", "Tissage",
)  # fmt: skip
_FIRST, _LAST = (
    "Bra", "Dor", "Quer", "Vil", "Mon", "Tar", "Lou", "Ser", "Fan", "Gri", "Hau", "Jou", "Kel", "Nor", "Orl", "Pel",
), (
    "velin", "vaux", "mont", "lande", "tigny", "zac", "berre", "court", "denne", "fosse", "guier", "hart", "jols",
    "lure", "nage", "peyre",
)  # fmt: skip
_TOWNS = ("Exempleville", "Saint-Essai", "Modèle-sur-Loire", "Bourg-Fictif", "Lez-Témoin")
_RULES = (
    ("rate_contest", Role.LAWYER, 24), ("cra", Role.CLAIMS_HANDLER, 22), ("cmra", Role.LAWYER, 12),
    ("court_after_cra", Role.LAWYER, 8), ("appeal", Role.LAWYER, 3), ("reserves", Role.CLAIMS_HANDLER, 18),
    ("claim_acknowledgement", Role.CLAIMS_HANDLER, 6),
)  # fmt: skip
_TYPED = (("Relancer le client", Role.BROKER, 12), ("Vérifier le décompte", Role.PREMIUM_ACCOUNTANT, 5),
          ("Revoir le tarif", Role.UNDERWRITER, 3), ("Valider la réponse", Role.MANAGER, 2))  # fmt: skip
_KINDS = (
    ("calculation_sheet", Confidentiality.PLAIN, 20), ("employer_account", Confidentiality.NAMED, 25),
    ("rate_notice", Confidentiality.NOTICE, 20), ("fund_decision", Confidentiality.NOTICE, 12),
    ("lawyer_letter", Confidentiality.PRIVILEGED, 5), ("contract", Confidentiality.PLAIN, 8),
    ("premium_call", Confidentiality.PLAIN, 10),
)  # fmt: skip
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """Rows of a table, in the order of their columns; the first is numbered 1 where `numbered` says so."""

    name: str
    columns: tuple[str, ...]
    rows: Iterator[Row]


def tables(keys: KeyRing) -> Iterator[Table]:
    """Every table, each after those it refers to."""
    yield _organisations()
    yield _users()
    yield _companies()
    yield _establishments()
    yield _company_reach()
    yield _deadlines(keys)
    yield _changes()
    yield _readings()
    yield _documents()
    yield _versions(keys)


def moment(day: date, hour: int = 9) -> datetime:
    """A moment of a day."""
    return datetime.combine(day, time(hour), UTC)


def _organisations() -> Table:
    kinds = (
        (OrganisationKind.BROKER, "Courtage", BROKERS), (OrganisationKind.LAW_FIRM, "Cabinet", LAW_FIRMS),
        (OrganisationKind.INSURER, "Assurances", INSURERS),
    )  # fmt: skip
    named = ((kind, f"{word} Exemple {number}") for kind, word, count in kinds for number in range(1, count + 1))
    began = moment(LAST_DAY - timedelta(days=DAYS))
    rows = ((at, kind.value, name, search_text(name), began) for at, (kind, name) in enumerate(named, start=1))
    return Table("organisations", ("id", "kind", "name", "search_name", "created_at"), rows)


def _users() -> Table:
    """Colleagues who own deadlines and never sign in; those who are measured come after, through the services."""
    began = moment(LAST_DAY - timedelta(days=DAYS))
    rows = (
        (
            at,
            f"collegue.{at}",
            f"Collègue {at}",
            f"collegue {at}",
            f"c{at}@exemple.invalid",
            "disabled",
            "fr",
            1,
            0,
            began,
        )
        for at in range(1, COLLEAGUES + 1)
    )
    columns = (
        "id", "sign_in", "display_name", "search_name", "email", "state", "language", "security_version",
        "failed_sign_ins", "created_at",
    )  # fmt: skip
    return Table("users", columns, rows)


def company_name(number: int) -> str:
    """The name of a company: a trade, an invented name, a town."""
    dice = random.Random(number * 31)
    trade, town = dice.choice(_TRADES), dice.choice(_TOWNS)
    return f"{trade} {dice.choice(_FIRST)}{dice.choice(_LAST)} {town} {number}"


def siren(number: int) -> str:
    """Nine digits that no company has: none begins with so many zeros."""
    return f"{number:09}"


def _companies() -> Table:
    dice = random.Random(2)
    codes = ("4120A", "2511Z", "4941B", "8610Z", "8121Z")
    rows = (
        (
            at,
            siren(at),
            name,
            search_text(name),
            moment(_some_day(dice), dice.randrange(7, 19)),
            dice.choice(codes),
            None,
        )
        for at in range(1, COMPANIES + 1)
        for name in [company_name(at)]
    )
    return Table("companies", ("id", "siren", "name", "search_name", "created_at", "naf_code", "activity"), rows)


def _some_day(dice: random.Random) -> date:
    return LAST_DAY - timedelta(days=dice.randrange(DAYS))


def broker_of(company_id: int) -> int:
    """The organisation that brought a company: one in a hundred is a client of the first broker."""
    share = COMPANIES // BROKER_CLIENTS
    return 1 if company_id % share == 0 else 2 + company_id * 7 % (BROKERS - 1)


def _establishments() -> Table:
    """From one to four for each company, one of which is its seat; a tenth of the others are closed."""

    def rows() -> Iterator[Row]:
        dice = random.Random(6)
        for company in range(1, COMPANIES + 1):
            for number in range(1, dice.choices((1, 2, 3, 4), (70, 18, 8, 4))[0] + 1):
                closed = _some_day(dice) if number > 1 and dice.random() < 0.1 else None
                yield (
                    company,
                    f"{siren(company)}{number:05}",
                    f"Site {number}",
                    dice.choice(_TOWNS),
                    number == 1,
                    closed,
                )

    return Table("establishments", ("company_id", "siret", "name", "town", "is_head_office", "closed_on"), rows())


def _company_reach() -> Table:
    def rows() -> Iterator[Row]:
        for company in range(1, COMPANIES + 1):
            yield broker_of(company), company, ReachReason.CLIENT.value
            yield BROKERS + LAW_FIRMS + 1 + company % INSURERS, company, ReachReason.INSURED.value
            if company % 3 == 0:
                yield BROKERS + 1 + company % LAW_FIRMS, company, ReachReason.MANDATE.value

    return Table("company_reach", ("organisation_id", "company_id", "reason"), rows())


@cache
def _law() -> DeadlineLaw:
    return installed_deadlines(None)


@cache
def _answer(rule: str, event: date) -> tuple[date, date, str, str]:
    """The last legal day, the safe day, the act and the reasoning of a rule, as the product writes them."""
    law = _law()
    counted = due(law, rule, Question(Event(event), law.territory("FR"), Facts(days={})))
    assert counted.counted.due is not None
    assert counted.counted.safe_due is not None
    legal, safe = day_of(counted.counted.due), day_of(counted.counted.safe_due)
    act = counted.rule.act_fr
    reasoning = json.dumps(deadline_answer(counted), ensure_ascii=False, sort_keys=True)
    return legal, min(legal, safe), act[:1].upper() + act[1:], reasoning


def company_of_deadline(number: int) -> int:
    """The company of a deadline: few companies have many, most have some."""
    return 1 + int(random.Random(number * 17).random() ** 1.6 * COMPANIES)


def _deadlines(keys: KeyRing) -> Table:
    said = [keys.encrypt(f"Courrier parti, référence invoquée {number}.".encode()) for number in range(50)]

    def rows() -> Iterator[Row]:
        dice = random.Random(3)
        for number in range(1, DEADLINES + 1):
            yield (number, f"bench:{number}", company_of_deadline(number), *_deadline(dice, said))

    columns = (
        "id", "key", "company_id", "subject", "label", "rule", "region", "event_on", "due_on", "safe_on", "reasoning",
        "team", "owner_id", "state", "reminded", "created_at", "answered_on", "outcome", "ended_at", "ended_by",
        "ended_reason", "given_days",
    )  # fmt: skip
    return Table("live_deadlines", columns, rows())


def _deadline(dice: random.Random, said: list[bytes]) -> Row:
    event = _some_day(dice)
    name, team, _weight = dice.choices(_RULES + _TYPED, [weight for _, _, weight in _RULES + _TYPED])[0]
    typed = name[0].isupper()
    if typed:
        legal = safe = event + timedelta(days=dice.randrange(5, 90))
        act, reasoning = name, json.dumps({"reason": "Demande du client", "typed_by": "collegue.1"}, sort_keys=True)
    else:
        legal, safe, act, reasoning = _answer(name, event)
    still_open = safe > LAST_DAY - timedelta(days=30) or dice.random() < 0.01
    state = DeadlineState.OPEN if still_open else DeadlineState.VOID if dice.random() < 0.06 else DeadlineState.ANSWERED
    answered = safe - timedelta(days=dice.randrange(6)) if state is DeadlineState.ANSWERED else None
    owner = dice.randrange(1, COLLEAGUES + 1) if dice.random() < 0.6 else None
    ended = state is not DeadlineState.OPEN
    return (
        f"rate_papers:{dice.randrange(1, 300_000)}", act, None if typed else name, None if typed else "FR",
        None if typed else event, legal, safe, reasoning, team.value, owner, state.value, 0, moment(event), answered,
        "in_time" if answered else None, moment(safe) if ended else None, "collegue.1" if ended else None,
        dice.choice(said) if ended else None, "{}",
    )  # fmt: skip


def _changes() -> Table:
    """One entry for each deadline that was opened, one for each company."""
    first = json.dumps({"state": [None, "open"], "team": [None, "lawyer"]}, sort_keys=True)

    def rows() -> Iterator[Row]:
        for number in range(1, COMPANIES + 1):
            yield moment(LAST_DAY), "collegue.1", "bench", "added", f"companies:{number}", number, first
        for number in range(1, DEADLINES + 1):
            subject, company = f"live_deadlines:{number}", company_of_deadline(number)
            yield moment(LAST_DAY), "système:bench", "bench", "added", subject, company, first

    return Table("change_log", ("at", "actor", "request_id", "action", "subject", "company_id", "changes"), rows())


def _readings() -> Table:
    dice = random.Random(4)
    rows = (
        (
            moment(LAST_DAY),
            "collegue.1",
            "bench",
            "read",
            f"documents:{dice.randrange(1, DOCUMENTS)}",
            None,
            "document",
        )
        for _ in range(READINGS)
    )
    return Table("reading_log", ("at", "actor", "request_id", "action", "subject", "company_id", "what"), rows)


def _documents() -> Table:
    dice = random.Random(5)

    def rows() -> Iterator[Row]:
        for number in range(1, DOCUMENTS + 1):
            kind, level, _weight = dice.choices(_KINDS, [weight for _, _, weight in _KINDS])[0]
            day, company = _some_day(dice), dice.randrange(1, COMPANIES + 1)
            title = f"{kind.replace('_', ' ').capitalize()} {day:%Y} n° {number}"
            keep = day + timedelta(days=1825) if dice.random() < 0.8 else None
            hold = "Contrôle en cours" if dice.random() < 0.003 else None
            over = keep is not None and keep < LAST_DAY and hold is None
            erased = moment(LAST_DAY) if over and dice.random() < 0.95 else None
            why = "Conservation achevée" if erased else None
            received = moment(day, 8)
            yield (
                number,
                kind,
                title,
                search_text(title),
                level.value,
                company,
                received,
                keep,
                hold,
                erased,
                why,
                "x",
            )

    columns = (
        "id", "kind", "title", "search_title", "confidentiality", "company_id", "received_at", "keep_until",
        "legal_hold", "erased_at", "erasure_reason", "received_by",
    )  # fmt: skip
    return Table("documents", columns, rows())


def _versions(keys: KeyRing) -> Table:
    names = [keys.encrypt(f"scan-{number}.pdf".encode()) for number in range(50)]
    rows = (
        (at, 1, names[at % 50], "application/pdf", 120_000 + at % 900, 2, f"{at:064x}", moment(LAST_DAY), "collegue.1",
         "upload")
        for at in range(1, DOCUMENTS + 1)
    )  # fmt: skip
    columns = (
        "document_id", "number", "file_name", "media_type", "byte_count", "page_count", "address", "received_at",
        "received_by", "channel",
    )  # fmt: skip
    return Table("document_versions", columns, rows)
