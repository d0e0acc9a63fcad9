"""Books that are in fault or that differ from what was expected: what is told, line by line, and what is left out."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.policies.book_controls import Control
from atmp_insure.policies.book_sheets import BookSheet
from atmp_insure.policies.queries import find_standing
from tests.policies import take_over_desk as book
from tests.policies.take_over_desk import FIVE_YEARS, RUN_OFF, SHEETS, SUSPENDED, TakingOver, with_line

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database

STATE, SUSPENSION = book.SUSPENDED_LINES
WRONG = (
    # what is wrong, the line as it should be, as it is, the place and the words of the fault
    ("day", STATE, STATE.replace("01/01/2026;;", "31/02/2026;;"),
     "Contrats, ligne 8, À effet du", "« 31/02/2026 » n'est pas un jour"),
    ("product", STATE, STATE.replace("2026-1", "1999-1"),
     "Contrats, ligne 8", "la version 1999-1 du produit taux_atmp n'est pas installée"),
    ("agreement", STATE, STATE.replace("DEL-REPRISE", "DEL-9"),
     "Contrats, ligne 8", "la convention « DEL-9 » n'est pas connue"),
    ("guarantee", STATE, STATE.replace("IP4", "IP9"),
     "Contrats, ligne 8, Garanties", "« IP9 » n'est pas une garantie"),
    ("minimum", STATE, STATE.replace("5000,50", "999,99"),
     "Contrats, ligne 8", "prime nette annuelle inférieure à la prime minimale"),
    ("siren", STATE, STATE.replace(book.TIMBER, "000000019"),
     "Contrats, ligne 8, SIREN", "« 000000019 » n'est pas un SIREN"),
    ("first line", STATE, book.other_line(SUSPENDED, book.TIMBER, "01/01/2026", "suspension"),
     "Contrats, ligne 8", "le contrat ne commence par aucun état"),
    ("same day", SUSPENSION, SUSPENSION.replace("16/10/2026", "01/01/2026"),
     "Contrats, ligne 9", "deux lignes du même contrat au 01/01/2026"),
    ("resumed", SUSPENSION, book.other_line(SUSPENDED, book.TIMBER, "16/10/2026", "remise en vigueur"),
     "Contrats, ligne 9", "La garantie n'est pas suspendue"),
    ("gap", book.RUN_OFF_LINES[1], book.state_line(RUN_OFF, book.TOYS, "01/01/2027", 2027, "3650"),
     "Contrats, ligne 11", "l'année d'assurance du 01/01/2027 au 31/12/2027 ne suit pas"),
    ("ground", book.RUN_OFF_LINES[1], book.RUN_OFF_LINES[1].replace("risk_lost", "parce que"),
     "Contrats, ligne 11", "le motif de résiliation « parce que » n'est pas connu"),
    ("no tax", book.FIVE_YEARS_LINES[0], book.FIVE_YEARS_LINES[0].replace(";9;;", ";;;"),
     "Contrats, ligne 2", "aucune valeur connue pour 2022-01-01"),
)  # fmt: skip


@pytest.fixture
def alone(embedded: Database) -> TakingOver:
    """A desk for what does not depend on the engine."""
    return TakingOver.of(embedded)


@pytest.mark.parametrize(("right", "wrong", "place", "said"), [one[1:] for one in WRONG], ids=[one[0] for one in WRONG])
def test_a_fault_names_its_line_and_leaves_its_policy_alone_out(
    alone: TakingOver, right: str, wrong: str, place: str, said: str
) -> None:
    found = alone.brought(with_line(right, wrong))
    preview = alone.preview(found)
    faults = [fault for one in preview.policies for fault in one.faults]
    assert place in [fault.place for fault in faults]
    assert any(said in fault.message for fault in faults), faults
    assert all(fault.remedy for fault in faults)
    assert [one.course for one in preview.policies].count(None) == 1
    assert alone.worked(alone.started(found, tuple(Control))).failed == 1
    assert said in alone.errors()[0]
    assert sum(alone.policy(reference) is not None for reference in (FIVE_YEARS, SUSPENDED, RUN_OFF)) == 2


GONE = book.RUN_OFF_LINES[1]


@pytest.mark.parametrize(("said", "code"), [
    ("risk_lost", "risk_lost"), ("Disparition du risque", "risk_lost"), ("DUE_DATE_INSURER", "due_date_insurer"),
    ("résiliation a l'echeance par l'assureur", "due_date_insurer"), ("", "due_date_insured"),
])  # fmt: skip
def test_a_ground_may_be_written_by_its_code_or_as_pages_name_it(alone: TakingOver, said: str, code: str) -> None:
    found = alone.brought(with_line(GONE, GONE.replace("risk_lost", said)))
    assert alone.worked(alone.started(found, tuple(Control))).failed == 0
    policy = alone.policy(RUN_OFF)
    assert policy is not None
    with alone.database.reading(alone.manager) as session:
        standing = find_standing(session, policy.id)
    assert standing is not None
    assert standing.ground == code


SECTION = book.SECTIONS[4]


@pytest.mark.parametrize(
    ("sheet", "right", "wrong", "said"),
    [
        (BookSheet.SECTIONS, SECTION, SECTION.replace(book.TIMBER_SIRET, book.TOYS_SIRET),
         f"l'établissement {book.TOYS_SIRET} n'est pas de l'entreprise {book.TIMBER}"),
        (BookSheet.SECTIONS, SECTION, SECTION.replace(";1000000;", ";0;"), "masse salariale nulle"),
        (BookSheet.SECTIONS, SECTION, SECTION.replace("01/01/2026", "02/01/2026"), "aucune section au 01/01/2026"),
        (BookSheet.MANDATES, book.MANDATES[1], book.MANDATES[1].replace("0189", "0188"), "cet IBAN n'a pas"),
        (BookSheet.CLAIMS, book.CLAIMS[1], book.CLAIMS[1].replace("IP4", "IP1"), "« IP1 » n'est pas connu ici"),
        (BookSheet.COMPANIES, book.COMPANIES[2], "000000042;Autre Exemple", "SIREN 000000026 inconnu"),
    ],
)  # fmt: skip
def test_a_fault_of_another_sheet_leaves_its_policy_out_too(
    alone: TakingOver, sheet: BookSheet, right: str, wrong: str, said: str
) -> None:
    preview = alone.preview(alone.brought(with_line(right, wrong, sheet)))
    assert [one.course for one in preview.policies].count(None) == 1
    assert said in str([fault.message for one in preview.policies for fault in one.faults])


def test_rows_of_policies_that_the_book_does_not_hold_are_told(alone: TakingOver) -> None:
    sheets = {**SHEETS, BookSheet.BALANCES: (*book.BALANCES, "ANC-9999;1;31/10/2026")}
    [fault] = alone.preview(alone.brought(sheets)).faults
    assert fault.place == "Soldes, ligne 4, Contrat"
    assert fault.message == "contrat ANC-9999 absent de la feuille Contrats"


def test_a_book_without_policies_or_with_an_unknown_control_is_not_kept(alone: TakingOver) -> None:
    for sheets, said in (
        ({BookSheet.POLICIES: SHEETS[BookSheet.POLICIES]}, "feuille absente ou vide : Sections"),
        ({**SHEETS, BookSheet.CONTROLS: ("Contrôle;Valeur", "lettres;3")}, "« lettres » n'est pas un contrôle"),
    ):
        with pytest.raises(InvalidInput, match=said):
            alone.brought(sheets)


def test_totals_that_differ_hold_the_book_back_until_each_is_confirmed(alone: TakingOver) -> None:
    found = alone.brought(expected={Control.POLICIES: Fraction(4), Control.NET: Fraction("38650.51")})
    assert [one.control for one in alone.preview(found).differences] == [Control.POLICIES, Control.NET]
    with pytest.raises(Refused, match="contrats, 3 lu et 4 attendu ; prime nette annuelle"):
        alone.started(found)
    with pytest.raises(Refused, match="totaux de contrôle diffèrent : prime nette annuelle"):
        alone.started(found, (Control.POLICIES,))
    assert alone.worked(alone.started(found, (Control.POLICIES, Control.NET))).done == 3
