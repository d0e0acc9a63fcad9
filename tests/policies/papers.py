"""Papers under test: a frame with everything, one with nothing, and a paper of each kind from a stack."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

from atmp_insure.diary.complaint_remedies import Remedies
from atmp_insure.documents.letters import Office
from atmp_insure.guarantees.loader import installed_catalogue
from atmp_insure.policies.adjusting import charged_before, year_insured
from atmp_insure.policies.adjustment_letter import adjustment_letter
from atmp_insure.policies.contract_papers import certificate, endorsement, endorsement_number, special_conditions
from atmp_insure.policies.cover_letters import resumption_letter, suspension_letter
from atmp_insure.policies.ending_grounds import EndingGround
from atmp_insure.policies.paper_frame import Frame
from atmp_insure.policies.paper_values import (
    AdjustmentLetter,
    Certificate,
    CoverLetter,
    EndorsementPaper,
    RenewalLetter,
    Signed,
    Situation,
    SpecialConditions,
    TerminationLetter,
)
from atmp_insure.policies.policy_letters import renewal_letter, termination_letter
from atmp_insure.policies.state import counting, states
from atmp_insure.policies.transactions import Adjustment
from atmp_insure.underwriting.quote_pdf import Client, Intermediary
from tests.policies.builders import TAX, Stack

if TYPE_CHECKING:
    from atmp_insure.policies.transactions import Transaction

DATED = date(2026, 11, 22)
OFFICE = Office("Bureau EXEMPLE", ("12 rue de l'Exemple", "00000 EXEMPLE"), ("Bureau EXEMPLE, RCS 000 000 000.",))
CLIENT = Client("ÉPICERIE IMAGINAIRE DU MODÈLE", "000000026", ("1 rue de l'Essai", "00000 ESSAI"))
PARTIES = {
    1: Intermediary("Assurances FICTIVES", "", ("3 place du Modèle", "00000 MODÈLE")),
    2: Intermediary("Mutuelle INVENTÉE", "", ("5 quai du Specimen", "00000 MODÈLE")),
    3: Intermediary("Courtage FACTICE", "00000003", ("7 cours de l'Essai", "00000 ESSAI")),
}
FULL = Frame(
    reference="P-000012", dated=DATED, office=OFFICE, client=CLIENT, signatory="Camille EXEMPLE",
    signatory_role="Responsable de la souscription", town="Exemple", addressee="À l'attention de Dominique EXEMPLE",
    parties=PARTIES, contacts={5: "Dominique EXEMPLE, responsable paie"}, mandates={9: "ATMP-000009"},
    complaints=Remedies(("Service réclamations EXEMPLE", "12 rue de l'Essai"), ("Médiateur FICTIF", "1 rue du Calme")),
    data_protection="dpo@exemple.invalid", office_orias="00000001",
)  # fmt: skip
BARE = Frame("P-000012", DATED, Office("Bureau EXEMPLE", ()), Client("ÉPICERIE IMAGINAIRE", "000000026"), "")
NOTHING_KNOWN = Signed(None)
AT_DUE_DATE = EndingGround(
    "due_date_insured", "résiliation à l'échéance par le souscripteur",
    "article L.113-12 du code des assurances", by_insured=True, by_insurer=False,
)  # fmt: skip


def last_day_to_send(due_on: date) -> date:
    """Two months before the eve of the due date, where both are last days of a month."""
    first = due_on.replace(day=1)
    for _month in range(2):
        first = (first - timedelta(days=1)).replace(day=1)
    return first - timedelta(days=1)


def situation(stack: Stack, number: int, **changes: Any) -> tuple[Situation, Transaction]:
    """A transaction of a stack, with the policy before and after it."""
    for one, before, state in states(counting(stack.transactions)):
        if one.number == number:
            product = installed_catalogue(None).version(state.terms.product, state.terms.product_version)
            assert product is not None
            return replace(Situation(before, state, product, TAX, last_day_to_send), **changes), one
    raise AssertionError(f"transaction {number} does not count")


def conditions_of(stack: Stack, frame: Frame = FULL, signed: Signed | None = NOTHING_KNOWN) -> SpecialConditions:
    """The special conditions of a stack."""
    return special_conditions(frame, *situation(stack, 1), signed)


def endorsement_of(stack: Stack, number: int, frame: Frame = FULL) -> EndorsementPaper:
    """The paper of an endorsement."""
    return endorsement(frame, *situation(stack, number), endorsement_number(stack.transactions, number))


def renewal_of(stack: Stack, number: int, *, dated: date | None = None) -> RenewalLetter:
    """The letter of a renewal; dated, the notice of its terms."""
    found, one = situation(stack, number)
    frame = replace(FULL, dated=dated or DATED)
    return renewal_letter(frame, found, one.entry, is_notice=dated is not None)


def termination_of(stack: Stack, number: int, ground: EndingGround = AT_DUE_DATE) -> TerminationLetter:
    """The letter of a termination."""
    return termination_letter(FULL, *situation(stack, number), ground)


def suspension_of(stack: Stack, number: int) -> CoverLetter:
    """The letter of a suspension."""
    return suspension_letter(FULL, *situation(stack, number))


def resumption_of(stack: Stack, number: int) -> CoverLetter:
    """The letter of a resumption."""
    return resumption_letter(FULL, *situation(stack, number))


def adjustment_of(stack: Stack, number: int) -> AdjustmentLetter:
    """The letter of an adjustment."""
    found, one = situation(stack, number)
    content, counted = one.entry.content, counting(stack.transactions)
    assert isinstance(content, Adjustment)
    return adjustment_letter(FULL, found, one, year_insured(counted, content.year), charged_before(counted, number))


def certificate_of(stack: Stack, on: date, frame: Frame = FULL) -> Certificate:
    """The certificate of a policy on a day."""
    state = stack.on(on)
    assert state is not None
    return certificate(frame, situation(stack, 1, before=None, state=state)[0], on)


def words(html: str) -> str:
    """What a reader reads, with plain spaces, and no space inside numbers."""
    body = re.sub(r"</?strong>", "", html.partition("<body")[2])
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u202f", "").split())
