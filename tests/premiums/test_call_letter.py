"""The paper of a call as the client reads it, and that of a credit note."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from pypdfium2 import PdfDocument

from atmp_insure.policies.policy_pdf import letter_pdf, policy_letter_html
from atmp_insure.policies.state import after_all
from atmp_insure.premiums.call_letter import Payee, call_letter, spaced
from atmp_insure.premiums.models import PremiumCall, PremiumCallLine
from tests.policies.builders import Stack
from tests.policies.papers import BARE, FULL, words

if TYPE_CHECKING:
    from atmp_insure.policies.state import PolicyState
    from atmp_insure.premiums.call_letter import CallLetter

PAYEE = Payee("Bureau EXEMPLE, primes", "FR7630006000011234567890189", 14)
DUE = date(2027, 4, 1)


def state_of(mandate_id: int | None = None) -> PolicyState:
    state = after_all(one.entry for one in Stack.issued(mandate_id=mandate_id).transactions)
    assert state is not None
    return state


def a_line(code: str, net: str, tax: str) -> PremiumCallLine:
    return PremiumCallLine(
        code=code, net_eur=Decimal(net), surcharge_eur=Decimal(0), tax_rate=Decimal("0.09"), tax_eur=Decimal(tax),
        commission_eur=Decimal(0), agreement_version_id=1, broker_id=None,
    )  # fmt: skip


def a_call(sign: int = 1, instalment: int = 2) -> PremiumCall:
    lines = [a_line("IP3", "2000.00", "180.00"), a_line("IT6", "1000.00", "90.00"), a_line("IT6", "500.00", "45.00")]
    for one in lines:
        one.net_eur, one.tax_eur = sign * one.net_eur, sign * one.tax_eur
    return PremiumCall(
        year=2027, number=12, year_first_day=date(2027, 1, 1), year_last_day=date(2027, 12, 31), instalment=instalment,
        instalments=4, due_on=DUE, reference="RF95AP2027000012", net_eur=sign * Decimal(3500),
        surcharge_eur=Decimal(0), tax_eur=sign * Decimal(315), total_eur=sign * Decimal(3815), lines=lines,
    )  # fmt: skip


def told(letter: CallLetter) -> str:
    return words(policy_letter_html("premium_call", letter))


def test_a_call_says_what_for_how_much_by_when_how_to_pay_and_what_follows() -> None:
    letter = call_letter(FULL, state_of(), a_call(), PAYEE)
    said = told(letter)
    for text in (
        "Appel de prime AP-2027-000012, contrat P-000012", "échéance 2 sur 4 : 3815,00 €, taxe comprise",
        "au plus tard le 1er avril 2027", "IBAN FR76 3000 6000 0112 3456 7890 189",
        "RF95 AP20 2700 0012", "article L.113-3", "au nom et pour le compte de Assurances FICTIVES",
        "ORIAS sous le n° 00000001", "Médiateur FICTIF",
    ):  # fmt: skip
        assert text in said, text
    assert [row[0] for row in letter.lines.rows] == ["IT6", "IP3"], "one line a guarantee, in the order of the product"
    assert letter.lines.rows[0][1:] == ("1 500,00".replace(" ", "\u202f"), "0,00", "9 %".replace(" ", "\u00a0"),
                                        "135,00", "1 635,00".replace(" ", "\u202f"))  # fmt: skip


def test_a_direct_debit_is_announced_fourteen_days_before_it_is_taken() -> None:
    late = replace(FULL, dated=date(2027, 3, 25))
    for frame, day in ((FULL, "1er avril 2027"), (late, "8 avril 2027")):
        said = told(call_letter(frame, state_of(mandate_id=9), a_call(), PAYEE))
        assert f"mandat ATMP-000009, le {day}" in said
        assert "vaut notification préalable" in said
        assert "virement" not in said


def test_an_account_that_was_never_set_is_said_not_to_be() -> None:
    said = told(call_letter(BARE, state_of(), a_call(), Payee("", "", 14)))
    assert "par virement (coordonnées bancaires non renseignées)" in said
    assert "ORIAS (numéro non renseigné)" in said


def test_a_credit_note_gives_back_and_asks_nothing() -> None:
    said = told(call_letter(FULL, state_of(), a_call(-1), PAYEE))
    assert "Avoir de prime AP-2027-000012" in said
    assert "3815,00 €, taxe comprise, vous sont rendus" in said
    assert "s'imputent sur ce qui resterait à payer" in said
    assert "RF95" not in said
    assert "L.113-3" not in said


def test_the_pdf_is_one_page_and_comes_out_the_same_twice() -> None:
    first, second = (letter_pdf("premium_call", call_letter(FULL, state_of(), a_call(), PAYEE)) for _ in range(2))
    assert first == second
    assert len(PdfDocument(first)) == 1


def test_a_reference_is_read_in_groups_of_four() -> None:
    assert spaced("RF95AP2027000012") == "RF95 AP20 2700 0012"
