"""Agreements: a draft is written part by part, shares add up to 100 % when it is signed, and then it never changes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Role
from atmp_insure.db.scope import OutOfScope
from atmp_insure.kernel.errors import InvalidInput, NotFound, Refused
from atmp_insure.parties import agreement_queries, agreement_service, partner_queries
from atmp_insure.parties.agreement_models import VersionState
from atmp_insure.parties.agreement_service import AgreementPractice, NewAgreement
from atmp_insure.parties.agreement_terms import Share, share_faults, signature_faults
from atmp_insure.parties.delegated_acts import DelegatedAct, TimedAct
from atmp_insure.parties.partner_models import AccountPurpose, AccountState, BankAccount
from tests.db.together import together
from tests.parties.desk import NOW, TESTER, TODAY, a_partner, of_office, of_organisation

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.db.actor import Actor
    from atmp_insure.db.engine import Database

INSURER = OrganisationKind.INSURER
FIRST_DAY = date(2026, 1, 1)
SOON = 30  # seconds: only a test that fails waits for them


@pytest.fixture
def insurer(database: Database) -> int:
    return a_partner(database, INSURER, "Assurances Exemple")


def begun(database: Database, organisation: int, reference: str = "DEL-1") -> int:
    """An agreement with its first draft; gives the draft."""
    with database.writing(of_office()) as session:
        partner = partner_queries.get_organisation(session, organisation)
        new = NewAgreement(reference, "Délégation de gestion", FIRST_DAY)
        return agreement_service.create_agreement(session, partner, new, NOW).versions[0].id


def change(database: Database, version: int, act: Callable[[Any, Any], Any], by: Actor | None = None) -> None:
    with database.writing(by or of_office()) as session:
        act(session, agreement_queries.get_version(session, version))


def product(database: Database, version: int, commission: str = "0.125", by: Actor | None = None) -> None:
    change(database, version, lambda session, one: agreement_service.put_product(
        session, one, "taux-atmp", Decimal(commission), None), by)  # fmt: skip


def share(database: Database, version: int, insurer: int, part: str, *, leads: bool = False) -> None:
    change(database, version, lambda session, one: agreement_service.put_share(
        session, one, partner_queries.get_organisation(session, insurer), Decimal(part), is_leader=leads))  # fmt: skip


def power(database: Database, version: int, largest: Decimal | None) -> None:
    change(database, version, lambda session, one: agreement_service.put_power(
        session, one, DelegatedAct.PAY, largest))  # fmt: skip


def service_level(database: Database, version: int, days: int) -> None:
    change(database, version, lambda session, one: agreement_service.put_service_level(
        session, one, TimedAct.QUOTE, days))  # fmt: skip


def remove(database: Database, version: int, part: str, number: int) -> None:
    change(database, version, lambda session, one: agreement_service.remove_part(session, one, part, number))


def practise(database: Database, version: int, practice: AgreementPractice) -> None:
    change(database, version, lambda session, one: agreement_service.set_practice(session, one, practice))


def sign(database: Database, version: int, signed_on: date = TODAY) -> None:
    with database.writing(of_office()) as session:
        found = agreement_queries.get_version(session, version)
        agreement = agreement_queries.get_agreement(session, found.agreement_id)
        agreement_service.sign_version(session, agreement, found, signed_on, TODAY)


def a_signed_version(database: Database, insurer: int) -> int:
    version = begun(database, insurer)
    product(database, version)
    share(database, version, insurer, "1", leads=True)
    sign(database, version)
    return version


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (("0.6", "0.4"), set()),
        (("1",), set()),
        (("0.6", "0.3999999999"), {"parts"}),  # a hundred millionth of a percent is missing
        (("0.6", "0.4000000001"), {"parts"}),
        (("0.6", "0.3"), {"parts"}),
        ((), {"parts", "apériteur"}),
    ],
)
def test_shares_add_up_to_exactly_one_hundred_percent(parts: tuple[str, ...], said: set[str]) -> None:
    shares = [Share(Decimal(part), is_leader=place == 0) for place, part in enumerate(parts)]
    found = " ".join(fault.message for fault in share_faults(shares))
    assert {word for word in ("parts", "apériteur") if word in found} == said


def test_one_insurer_leads() -> None:
    halves = [Share(Decimal("0.5"), is_leader=True), Share(Decimal("0.5"), is_leader=True)]
    assert [fault.message for fault in share_faults(halves)] == ["2 apériteurs"]
    assert [fault.place for fault in signature_faults([], [], with_insurer=False)] == ["products"]
    assert [fault.place for fault in signature_faults(["x"], halves, with_insurer=False)] == ["shares"]


def test_a_version_is_written_part_by_part_then_signed_once_nothing_is_missing(
    database: Database, insurer: int
) -> None:
    version, other = begun(database, insurer), a_partner(database, INSURER, "Mutuelle Exemple")
    share(database, version, insurer, "0.6", leads=True)
    with pytest.raises(InvalidInput) as error:
        sign(database, version)
    assert {fault.place for fault in error.value.faults} == {"products", "shares"}
    product(database, version)
    share(database, version, other, "0.4")
    sign(database, version)
    with database.reading(of_office()) as session:
        found = agreement_queries.get_version(session, version)
        assert (found.state, found.signed_on) == (VersionState.SIGNED, TODAY)
        assert {one.organisation_id: one.share for one in found.shares} == {
            insurer: Decimal("0.6"),
            other: Decimal("0.4"),
        }


def test_a_part_said_again_is_corrected_and_the_new_leader_takes_the_place(database: Database, insurer: int) -> None:
    version, other = begun(database, insurer), a_partner(database, INSURER, "Mutuelle Exemple")
    product(database, version, "0.1")
    product(database, version, "0.2")
    share(database, version, insurer, "0.6", leads=True)
    share(database, version, other, "0.5", leads=True)
    for largest in (None, Decimal(50_000)):
        power(database, version, largest)
    for days in (5, 6):
        service_level(database, version, days)
    with database.reading(of_office()) as session:
        found = agreement_queries.get_version(session, version)
        assert [one.commission_rate for one in found.products] == [Decimal("0.2")]
        assert [one.organisation_id for one in found.shares if one.is_leader] == [other]
        assert [(one.act, one.largest_eur) for one in found.powers] == [("pay_claim", Decimal(50_000))]
        assert [one.days for one in found.service_levels] == [6]


def test_a_signed_version_is_never_changed(database: Database, insurer: int) -> None:
    version = a_signed_version(database, insurer)
    attempts: tuple[Callable[[], None], ...] = (
        lambda: product(database, version),
        lambda: share(database, version, insurer, "0.5"),
        lambda: sign(database, version),
        lambda: remove(database, version, "shares", 1),
        lambda: practise(database, version, AgreementPractice(TODAY)),
    )
    for attempt in attempts:
        with pytest.raises(Refused, match="signée"):
            attempt()


def begin(database: Database, version: int, first_day: date) -> int:
    with database.writing(of_office()) as session:
        last = agreement_queries.get_version(session, version)
        agreement = agreement_queries.get_agreement(session, last.agreement_id)
        return agreement_service.begin_version(session, agreement, last, first_day, NOW).id


def test_an_agreement_says_on_a_day_what_the_version_signed_for_that_day_says(database: Database, insurer: int) -> None:
    first = a_signed_version(database, insurer)
    second = begin(database, first, date(2026, 7, 1))
    power(database, second, Decimal(1000))

    def on(day: date) -> tuple[int | None, bool]:
        with database.reading(of_office()) as session:
            found = agreement_queries.find_version_on(session, 1, day)
            power = agreement_queries.find_power_on(session, 1, DelegatedAct.PAY, day)
            return found.number if found is not None else None, power is not None

    assert on(date(2026, 7, 1)) == (1, False)  # a draft says nothing
    sign(database, second)
    assert [on(day) for day in (date(2025, 12, 31), FIRST_DAY)] == [(None, False), (1, False)]
    assert [on(day) for day in (date(2026, 6, 30), date(2026, 7, 1))] == [(1, False), (2, True)]
    with database.writing(of_office()) as session:
        agreement_service.terminate_agreement(session, agreement_queries.get_agreement(session, 1), date(2026, 12, 31))
    assert [on(day) for day in (date(2026, 12, 31), date(2027, 1, 1))] == [(2, True), (None, False)]


def test_another_version_begins_with_what_the_last_one_says(database: Database, insurer: int) -> None:
    first = a_signed_version(database, insurer)
    second = begin(database, first, date(2026, 7, 1))
    with database.reading(of_office()) as session:
        found = agreement_queries.get_version(session, second)
        assert [one.product for one in found.products] == ["taux-atmp"]
        assert [(one.share, one.is_leader) for one in found.shares] == [(Decimal(1), True)]
    with pytest.raises(Refused, match="en préparation"):
        begin(database, second, date(2026, 8, 1))


def test_versions_follow_each_other_in_time(database: Database, insurer: int) -> None:
    first = a_signed_version(database, insurer)
    with pytest.raises(InvalidInput, match="commence le 01/01/2026"):
        begin(database, first, FIRST_DAY)
    second = begin(database, first, date(2026, 1, 2))
    practise(database, second, AgreementPractice(FIRST_DAY))
    with pytest.raises(InvalidInput, match="une version signée commence le 01/01/2026"):
        sign(database, second)
    with pytest.raises(InvalidInput, match="à venir"):
        sign(database, second, date(2026, 11, 21))  # the day after today


def test_a_draft_may_be_given_up_when_it_is_not_all_there_is(database: Database, insurer: int) -> None:
    version = begun(database, insurer)
    with pytest.raises(Refused, match="seule version"):
        discard(database, version)
    product(database, version)
    share(database, version, insurer, "1", leads=True)
    sign(database, version)
    second = begin(database, version, date(2026, 7, 1))
    discard(database, second)
    with database.reading(of_office()) as session, pytest.raises(NotFound):
        agreement_queries.get_version(session, second)


def discard(database: Database, version: int) -> None:
    with database.writing(of_office()) as session:
        found = agreement_queries.get_version(session, version)
        agreement_service.discard_draft(session, agreement_queries.get_agreement(session, found.agreement_id), found)


def test_a_line_is_taken_out_of_its_own_draft_only(database: Database, insurer: int) -> None:
    version = begun(database, insurer)
    product(database, version)
    for part, number in (("products", 10**9), ("state", 1), ("versions", 1)):
        with pytest.raises(NotFound):
            remove(database, version, part, number)
    remove(database, version, "products", 1)
    with database.reading(of_office()) as session:
        assert agreement_queries.get_version(session, version).products == []


def test_an_agreement_names_confirmed_accounts_only(database: Database, insurer: int) -> None:
    version = begun(database, insurer)
    with database.writing(TESTER) as session:
        account = BankAccount(
            organisation_id=insurer, purpose=AccountPurpose.PREMIUMS, holder="x", iban="x", iban_digest=b"x", proof="x",
            state=AccountState.PROPOSED, proposed_by="x", proposed_at=NOW,
        )  # fmt: skip
        session.add(account)
    practice = AgreementPractice(FIRST_DAY, ("insurer",), ("claim",), 1, 15, account.id, None, Decimal(10_000))
    with pytest.raises(InvalidInput, match="n'est pas confirmé"):
        practise(database, version, practice)
    with database.writing(TESTER) as session:
        session.get_one(BankAccount, account.id).state = AccountState.IN_USE
    practise(database, version, practice)
    with database.reading(of_office()) as session:
        found = agreement_queries.get_version(session, version)
        assert (found.premium_layout, found.bordereau_months, found.premium_account_id) == (["insurer"], 1, account.id)


def test_each_fault_of_a_part_is_told(database: Database, insurer: int) -> None:
    version, broker = begun(database, insurer), a_partner(database)
    impossible = AgreementPractice(FIRST_DAY, ("x",), (), None, -1, None, None, Decimal(-1))
    attempts: tuple[tuple[Callable[[], None], str], ...] = (
        (lambda: product(database, version, "1.01"), "0 à 100"),
        (lambda: share(database, version, insurer, "0"), "part hors"),
        (lambda: share(database, version, insurer, "1.01"), "part hors"),
        (lambda: share(database, version, broker, "1"), "n'est pas un assureur"),
        (lambda: power(database, version, Decimal(-1)), "négatif"),
        (lambda: service_level(database, version, -1), "négatif"),
        (lambda: practise(database, version, impossible), "inconnue"),
    )
    for attempt, said in attempts:
        with pytest.raises(InvalidInput, match=said):
            attempt()


def test_an_agreement_is_with_an_insurer_or_a_broker_under_a_reference_of_its_own(
    database: Database, insurer: int
) -> None:
    begun(database, insurer)
    with pytest.raises(InvalidInput, match="existe déjà"):
        begun(database, insurer)
    firm = a_partner(database, OrganisationKind.LAW_FIRM, "Cabinet Exemple")
    with pytest.raises(InvalidInput, match="ni un assureur ni un courtier"):
        begun(database, firm, "DEL-2")
    broker = begun(database, a_partner(database), "DIST-1")
    product(database, broker)
    sign(database, broker)  # a broker bears no share


def test_an_agreement_ends_once_and_not_before_it_began(database: Database, insurer: int) -> None:
    a_signed_version(database, insurer)
    for last_day, error, said in (
        (date(2025, 12, 31), InvalidInput, "commence le"),
        (FIRST_DAY, None, ""),
        (FIRST_DAY, Refused, "déjà fin"),
    ):
        with database.writing(of_office()) as session:
            agreement = agreement_queries.get_agreement(session, 1)
            if error is None:
                agreement_service.terminate_agreement(session, agreement, last_day)
                continue
            with pytest.raises(error, match=said):
                agreement_service.terminate_agreement(session, agreement, last_day)
    with pytest.raises(Refused, match="résiliée"):
        begin(database, 1, date(2027, 1, 1))


def test_agreements_are_seen_by_their_partner_and_written_by_the_manager(database: Database, insurer: int) -> None:
    version, other = begun(database, insurer), a_partner(database, INSURER, "Mutuelle Exemple")
    with database.reading(of_organisation(insurer, Role.INSURER)) as session:
        assert agreement_queries.get_version(session, version).agreement_id == 1
    with database.reading(of_organisation(other, Role.INSURER)) as session, pytest.raises(NotFound):
        agreement_queries.get_version(session, version)
    with pytest.raises(OutOfScope):
        product(database, version, by=of_office(Role.UNDERWRITER))


def test_a_version_signed_meanwhile_takes_no_line_more(database: Database, insurer: int) -> None:
    """What was signed is what was read: a line written at the same moment waits, then is refused."""
    version = begun(database, insurer)
    product(database, version)
    share(database, version, insurer, "1", leads=True)
    seen, signed = Event(), Event()

    def act(number: int) -> str:
        if number == 0:
            assert seen.wait(SOON)
            sign(database, version)
            signed.set()
            return "signed"
        if database.is_embedded:  # one writes at a time: what was signed is seen as such
            seen.set()
            assert signed.wait(SOON)
        with database.writing(of_office()) as session:
            found = agreement_queries.get_version(session, version)
            seen.set()
            assert signed.wait(SOON)
            with pytest.raises(Refused, match="est signée"):
                agreement_service.put_product(session, found, "autre", Decimal("0.1"), None)
        return "refused"

    assert together(2, act) == ["signed", "refused"]
    with database.reading(TESTER) as session:
        assert [one.product for one in agreement_queries.get_version(session, version).products] == ["taux-atmp"]


def test_a_line_taken_out_meanwhile_is_not_signed(database: Database, insurer: int) -> None:
    version = begun(database, insurer)
    product(database, version)
    share(database, version, insurer, "1", leads=True)
    with database.reading(TESTER) as session:
        (line,) = agreement_queries.get_version(session, version).products
    seen, taken_out = Event(), Event()

    def act(number: int) -> str:
        if number == 0:
            assert seen.wait(SOON)
            remove(database, version, "products", line.id)
            taken_out.set()
            return "taken out"
        if database.is_embedded:
            seen.set()
            assert taken_out.wait(SOON)
        with database.writing(of_office()) as session:
            found = agreement_queries.get_version(session, version)
            agreement = agreement_queries.get_agreement(session, found.agreement_id)
            agreement_service.faults_before_signing(session, agreement, found)  # as its page shows it: lines are read
            seen.set()
            assert taken_out.wait(SOON)
            with pytest.raises(InvalidInput, match="produit"):
                agreement_service.sign_version(session, agreement, found, TODAY, TODAY)
        return "not signed"

    assert together(2, act) == ["taken out", "not signed"]
