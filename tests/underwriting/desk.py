"""The desk where files are quoted: who works there, and a quote brought to a state by the services themselves.

Most tests need a price only to exist: it is computed once, of the metalworks, on few scenarios, beside an empty file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from atmp_insure.access import approvals
from atmp_insure.access.models import AuthorityLimit
from atmp_insure.access.roles import Role, rights_of
from atmp_insure.db.actor import Actor, ScopeGrant
from atmp_insure.db.scope import outside_scope
from atmp_insure.diary.request_service import RequestPractice
from atmp_insure.documents.kinds import document_kinds
from atmp_insure.documents.models import OutgoingMail
from atmp_insure.settings import Settings
from atmp_insure.underwriting import queries, referral_service, sending_service, service
from atmp_insure.underwriting.consents import CONSENTS, mandate_text
from atmp_insure.underwriting.decision import Decision, Verdict, VerdictReason
from atmp_insure.underwriting.link_views import CHECKLIST, DOOR
from atmp_insure.underwriting.pricing import Draw
from atmp_insure.underwriting.quotation import QuoteQuestion, quotation
from atmp_insure.underwriting.referral_service import Answered
from atmp_insure.underwriting.sending_service import Acceptance, Addressee
from atmp_insure.underwriting.service import NewSubmission, Prepared
from tests.db.builders import TESTER, a_company, a_document, a_user, an_organisation, broker_of
from tests.underwriting.builders import DAY, a_tariff, a_variant, book, exposure_of, prompt

if TYPE_CHECKING:
    from decimal import Decimal

    from atmp_insure.db.engine import Database
    from atmp_insure.underwriting.models import Quote, QuoteDecision, Submission
    from atmp_insure.underwriting.quotation import Quotation

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
PRODUCT = "taux_atmp"
_NUMBERS = count(100)
IBAN, OTHER_IBAN = "FR7630006000011234567890189", "FR1420041010050500013M02606"
CLIENT = Addressee("Dominique Exemple", "dominique@exemple.invalid")
NEEDS = {
    "need": "Protéger le taux avant un chantier.", "scheme": "general", "temporary_workers": "0", "injunction": "no",
    "additional_contribution": "no", "unlisted_events": "no",
}  # fmt: skip
WHY_REFERRED = "Deux sinistres graves : le service souscription examine."
GRANTED, REFUSED = Answered(True, "Le client a changé ses presses."), Answered(False, "Trop de sinistres.")
WITH_CONDITIONS = replace(GRANTED, conditions=" Plan de prévention signé avant la prise d'effet. ")
KINDS = document_kinds()
SIGNED = Acceptance(
    variant=1, signatory="Dominique Exemple", signatory_role="gérante", holder="Ateliers Fictifs", iban=IBAN, bic="",
    consents=CONSENTS, wanted_consents=CONSENTS, mandate_text=mandate_text("le bureau", "Ateliers Fictifs"),
    papers=[(KINDS[code], KINDS[code].label) for code in CHECKLIST],
)  # fmt: skip


def at(day: date) -> datetime:
    """That day, at the same hour."""
    return datetime.combine(day, NOW.timetz())


def practice(now: datetime = NOW) -> RequestPractice:
    """How the office writes, at a moment."""
    settings = Settings(environment="test")
    return RequestPractice(settings.site, settings.requests, now)


@cache
def a_quotation(verdict: Verdict = Verdict.ACCEPT) -> Quotation:
    """Two variants of the metalworks; with another verdict, the same price for a reason of the rules."""
    if verdict is not Verdict.ACCEPT:
        reason = VerdictReason("grave_claims", verdict, WHY_REFERRED, "", "règles du produit")
        return replace(a_quotation(), decision=Decision(verdict, (reason,)))
    variants = (a_variant(), a_variant(deductible="0.60"))
    question = QuoteQuestion(DAY, variants, draw=Draw(1, 50))
    found = quotation(exposure_of("metalworks"), question, a_tariff(assumptions=prompt()))
    assert found.decision.verdict is Verdict.ACCEPT
    return found


def of_office(role: Role, user_id: int) -> Actor:
    """Someone of the office."""
    rights = frozenset(right.value for right in rights_of(role))
    return Actor(f"bureau.{role.value}", user_id=user_id, grants=(ScopeGrant(rights, everywhere=True),))


@dataclass(frozen=True)
class Quoting:
    """A company that a broker follows, and those who quote it.

    Attributes:
        stranger: a broker who does not follow the company.
        second: who gives second accords.
    """

    database: Database
    company_id: int
    broker_id: int
    broker: Actor
    stranger: Actor
    underwriter: Actor
    second: Actor

    @classmethod
    def of(cls, database: Database) -> Quoting:
        """A desk of its own, with another company, other people: several may stand in one database."""
        number = next(_NUMBERS)
        ours, theirs = (an_organisation(database, f"{name} {number}") for name in ("Courtage", "Autre courtage"))
        people = [a_user(database, f"{name}.{number}") for name in ("courtage", "ailleurs", "souscription", "chef")]
        broker, stranger = (
            replace(broker_of(one, rights=rights_of(Role.BROKER)), user_id=user)
            for one, user in zip((ours, theirs), people, strict=False)
        )
        return cls(
            database, a_company(database, f"{number:09}", reached_by=(ours,)), ours, broker, stranger,
            of_office(Role.UNDERWRITER, people[2]), of_office(Role.MANAGER, people[3]),
        )  # fmt: skip

    def opened(self, starts_on: date = DAY, now: datetime = NOW, by: Actor | None = None, **facts: Any) -> int:
        """A file that the broker opens."""
        with self.database.writing(by or self.broker) as session:
            new = NewSubmission(self.company_id, facts.pop("product", PRODUCT), starts_on, self.broker_id)
            return service.open_submission(session, new, book(), now).id

    def kept(self, file: int, verdict: Verdict = Verdict.ACCEPT, now: datetime = NOW) -> int:
        """The next version of the quote of a file."""
        with self.database.writing(self.broker) as session:
            return service.keep_quote(
                session, queries.get_submission(session, file), self.prepared(file), a_quotation(verdict), now
            ).id

    @staticmethod
    def prepared(file: int) -> Prepared:
        """A file that rests on no paper of the database."""
        found = a_quotation()
        return Prepared(file, found.exposure, found.question.declared, found.tariff, (), DAY)

    def quoted(self, verdict: Verdict = Verdict.ACCEPT) -> int:
        """A first quote, of a new file."""
        return self.kept(self.opened(), verdict)

    def referred(self) -> int:
        """A quote that awaits the underwriter."""
        quote = self.quoted(Verdict.REFER)
        with self.database.writing(self.broker) as session:
            referral_service.refer_quote(session, queries.get_quote(session, quote), "Client de dix ans.", NOW)
        return quote

    def decided(self, quote: int, answered: Answered = GRANTED, *, by: Actor | None = None) -> QuoteDecision:
        """What somebody answers to a referred quote."""
        with self.database.writing(by or self.underwriter) as session:
            return referral_service.decide_quote(session, queries.get_quote(session, quote), answered, NOW)

    def applied(self, quote: int) -> None:
        """A decision takes effect, now that a second person agreed."""
        with self.database.writing(self.underwriter) as session:
            referral_service.apply_decision(session, queries.get_quote(session, quote), NOW)

    def may_accept(self, person: Actor, up_to: Decimal) -> None:
        """Give somebody an authority on insured wages."""
        assert person.user_id is not None
        with self.database.writing(TESTER) as session:
            session.add(AuthorityLimit(
                user_id=person.user_id, act=referral_service.ACT, largest_eur=up_to, first_day=date(2026, 1, 1),
                given_by="test",
            ))  # fmt: skip

    def accord(self, decision: QuoteDecision, by: Actor, *, granted: bool = True) -> None:
        """The second accord on a decision, or its refusal."""
        assert decision.approval_id is not None
        with self.database.writing(by) as session:
            approvals.decide_approval(session, decision.approval_id, granted=granted, reason="relu", now=NOW)

    def sent(self, quote: int | None = None, now: datetime = NOW, to: Addressee = CLIENT) -> str:
        """The token of the link of a quote that the broker sends."""
        number = self.quoted() if quote is None else quote
        document = a_document(self.database, self.company_id, "Devis")
        with self.database.writing(self.broker) as session:
            found = queries.get_quote(session, number)
            return sending_service.send_quote(session, found, to, document, practice(now)).token

    def accepted(self, token: str, given: Acceptance = SIGNED, now: datetime = NOW) -> None:
        """The client accepts by its link."""
        with self.database.writing(DOOR) as session:
            sending = sending_service.find_sending_of(session, token)
            sending_service.accept_quote(session, sending, given, practice(now))

    def quote(self, quote: int) -> Quote:
        """A quote as it stands."""
        with self.database.reading(TESTER) as session:
            return queries.get_quote(session, quote)

    def file(self, file: int) -> Submission:
        """A file as it stands."""
        with self.database.reading(TESTER) as session:
            return queries.get_submission(session, file)

    def all(self, table: type[Any]) -> list[Any]:
        """Every row of a table about the company, in the order they came."""
        with self.database.reading(TESTER) as session, outside_scope("a test looks at every row"):
            return list(session.scalars(select(table).where(table.company_id == self.company_id).order_by(table.id)))

    def count(self, *tables: type[Any]) -> tuple[int, ...]:
        """How many rows tables have about the company."""
        with self.database.reading(TESTER) as session, outside_scope("a test counts every row"):
            counts = [select(func.count(table.id)).where(table.company_id == self.company_id) for table in tables]
            return tuple(session.scalar(one) or 0 for one in counts)

    def mails(self) -> list[OutgoingMail]:
        """What was written to clients."""
        return self.all(OutgoingMail)
