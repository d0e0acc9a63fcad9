"""What the papers of a policy say, before they are laid out: figures that are the policy's, a sentence by change."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from atmp_insure.guarantees.loader import installed_catalogue
from atmp_insure.guarantees.product import Deductible, Limits
from atmp_insure.guarantees.vocabulary import DeductibleKind, Frequency
from atmp_insure.kernel.errors import Refused
from atmp_insure.policies import changes as made
from atmp_insure.policies.changes import Change, ChangeKind, Leaving
from atmp_insure.policies.ending_grounds import EndingGround
from atmp_insure.policies.paper_changes import SENTENCES, told_changes
from atmp_insure.policies.paper_clauses import clauses_of, to_confirm
from atmp_insure.policies.paper_days import first_ending_due
from atmp_insure.policies.premium_lines import charged_premium, total_of, yearly_premium
from atmp_insure.policies.premium_tables import rate_text
from atmp_insure.policies.terms import InsurerShare, PremiumRate
from atmp_insure.policies.transactions import InsuranceYear, Refunding, Resumption, Suspension, total_eur
from tests.policies.builders import (
    FIRST_DAY,
    OTHER,
    SIRET,
    TAX,
    THIRD,
    Y2027,
    Y2028,
    Stack,
    a_section,
    closed,
    opened,
    paid,
    some_rates,
    some_terms,
)
from tests.policies.papers import (
    BARE,
    FULL,
    certificate_of,
    conditions_of,
    endorsement_of,
    renewal_of,
    situation,
    termination_of,
)

MID_2027 = date(2027, 7, 1)
DEARER = some_rates(("IP2", "0.12"), ("IP3", "0.18"), ("IP4", "0.30"))
WITH_IT6 = (PremiumRate("IT6", Fraction(1, 1000), "ordinary"), *some_rates())
SHARED = (InsurerShare(1, Fraction(6, 10), True), InsurerShare(2, Fraction(4, 10), False))
EACH_CHANGE: dict[ChangeKind, tuple[Change, str]] = {
    ChangeKind.OPEN_SECTION: (opened(THIRD, wages=500_000), "00038, n° 01 (code risque 28.1AD) est assurée"),
    ChangeKind.CLOSE_SECTION: (
        made.CloseSection(OTHER, "01", Leaving.SOLD, "000000034"), "étant cédé à l'entreprise SIREN 000 000 034"
    ),
    ChangeKind.MOVE_SECTION: (made.MoveSection(SIRET, "01", THIRD), "transférée au SIRET 123 456 789 00038"),
    ChangeKind.WAGES: (paid(SIRET, 4_400_000), "passe de 4 000 000,00 € à 4 400 000,00 €"),
    ChangeKind.EXPOSURE: (
        made.RereadSection(SIRET, "01", "28.1AD", Fraction(92), Fraction(4_400_000)),
        "son effectif est de 92 et sa masse salariale annuelle passe de 4 000 000,00 € à 4 400 000,00 €",
    ),
    ChangeKind.COVER: (
        made.ChangeCover(frozenset({"IT6", "IP2", "IP3", "IP4"}), False, WITH_IT6),
        "Sont désormais garantis : IT6, arrêt de plus de 150 jours ; les maladies professionnelles ne sont plus",
    ),
    ChangeKind.DEDUCTIBLE: (
        made.ChangeDeductible(Deductible(DeductibleKind.PERCENT_OF_WAGES, Fraction(3, 1000)), DEARER),
        "passe de « sans franchise » à « 0,30 % de la masse salariale »",
    ),
    ChangeKind.LIMITS: (
        made.ChangeLimits(Limits(year_eur=Fraction(2_000_000)), DEARER),
        "sections : 2 000 000 € (jusqu'alors : sans plafond)"
    ),
    ChangeKind.PRICE: (made.ChangePrice(DEARER, Fraction(1800)), "minimale annuelle passe de 1 500,00 € à 1 800,00 €"),
    ChangeKind.PRODUCT_VERSION: (
        made.ChangeProductVersion("2026-1", Fraction(1500)), "version 2026-1 du produit remplacent"
    ),
    ChangeKind.INSTALMENTS: (
        made.ChangeInstalments(Frequency.QUARTERLY, Fraction(2, 100)), "devient trimestriel, avec une majoration de 2 %"
    ),
    ChangeKind.BROKER: (made.ChangeBroker(3, Fraction(1, 10)), "Courtage FACTICE (jusqu'alors : aucun"),
    ChangeKind.INSURER: (
        made.ChangeInsurer(2, SHARED), "FICTIVES (apériteur) 60 % et Mutuelle INVENTÉE 40 % (jusqu'alors"
    ),
    ChangeKind.CONTACT: (made.ChangeContact(5), "adressés à : Dominique EXEMPLE, responsable paie"),
    ChangeKind.MANDATE: (made.ChangeMandate(9), "réglées par prélèvement SEPA, mandat ATMP-000009"),
    ChangeKind.RESTATED: (made.Restated(some_terms(rates=DEARER)), "nette d'une année entière y est de 24 000,00 €"),
}  # fmt: skip


def plain(text: str) -> str:
    """A text with plain spaces."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def amount(text: str) -> Fraction:
    """An amount of a table."""
    return Fraction(plain(text).replace(" ", "").replace("−", "-").replace(",", "."))


def a_stack() -> Stack:
    """Two sections, twenty-five thousand euros a year."""
    return Stack.issued(sections=(a_section(), a_section(OTHER, wages=1_000_000)))


@pytest.mark.parametrize("kind", ChangeKind)
def test_each_kind_of_change_has_its_sentence(kind: ChangeKind) -> None:
    change, said = EACH_CHANGE[kind]
    before = a_stack().on(FIRST_DAY)
    assert before is not None
    [told] = told_changes((change,), before.terms, MID_2027, FULL)
    assert said in plain(told)
    assert told.endswith(".")
    assert set(SENTENCES) == set(ChangeKind)


def test_the_yearly_premium_on_paper_is_the_one_that_is_charged_for_a_whole_year() -> None:
    stack = Stack.issued(frequency=Frequency.MONTHLY, surcharge=Fraction(25, 1000))
    charges = stack.transactions[0].entry.charges
    terms = situation(stack, 1)[0].state.terms
    assert yearly_premium(terms, TAX, FIRST_DAY) == charged_premium(charges)
    premium = conditions_of(stack).premium
    # 20 000 € net, 500 € for instalments, 9 % of 20 500 €
    assert [plain(text) for text in premium.total] == ["Total", "20 000,00", "500,00", "", "1 845,00", "22 345,00"]
    assert amount(premium.total[5]) == total_eur(charges)
    for column in (1, 2, 4, 5):
        assert sum(amount(row[column]) for row in premium.rows) == amount(premium.total[column])


def test_the_complement_to_the_minimum_premium_is_a_line_of_its_own() -> None:
    premium = conditions_of(Stack.issued(minimum_eur=Fraction(21_000))).premium
    assert [(row[0], plain(row[1])) for row in premium.rows][-1] == ("Complément de prime minimale", "1 000,00")


def test_a_rate_is_written_with_the_decimals_that_give_its_premium_back_to_the_cent() -> None:
    wages, net = Fraction("5111111.10"), Fraction("1234.56")
    written = Fraction(plain(rate_text(net / wages, wages)).removesuffix(" %").replace(",", ".")) / 100
    assert round(written * wages, 2) == net
    fewer = Fraction(round(written * 10**8), 10**8)  # one decimal less does not
    assert round(fewer * wages, 2) != net
    assert plain(rate_text(Fraction(1, 1000), wages)) == "0,10 %"
    assert plain(rate_text(Fraction(12345, 10**7), wages)) == "0,12345 %"


def test_a_first_year_that_is_shorter_shows_what_it_is_charged_beside_the_price_of_a_whole_one() -> None:
    whole, short = conditions_of(Stack.issued()), Stack.issued(year=InsuranceYear(MID_2027, date(2027, 12, 31)))
    paper = conditions_of(short)
    assert whole.first_charges is None
    assert paper.first_charges is not None
    assert amount(paper.first_charges.total[5]) == short.total_eur
    assert amount(paper.premium.total[5]) == Fraction(21_800)


def test_the_clause_of_tacit_renewal_names_the_first_due_date_once_a_year_went_by() -> None:
    said = plain(conditions_of(Stack.issued()).renewal_fr)
    assert "pour l'échéance du 1er janvier 2028, au plus tard le 31 octobre 2027" in said
    assert "le 1er janvier de chaque année" in said
    short = InsuranceYear(date(2027, 1, 2), date(2027, 12, 31))  # a day less than a year
    assert first_ending_due(short.first_day, short) == date(2029, 1, 1)
    assert first_ending_due(Y2027.first_day, Y2027) == date(2028, 1, 1)


def test_clauses_without_diseases_are_those_of_accidents_alone() -> None:
    product = situation(Stack.issued(), 1)[0].product
    with_them, without = (
        " ".join(one.text for one in clauses_of(product, some_terms(diseases=given))) for given in (True, False)
    )
    assert "Causes garanties : accident du travail, maladie professionnelle." in with_them
    assert "Causes garanties : accident du travail." in without
    assert "maladie professionnelle." not in without


def test_what_the_insurer_must_still_confirm_is_said_and_what_concerns_the_office_alone_is_not() -> None:
    product = installed_catalogue(None).version("taux_atmp", "2027-1")
    assert product is not None
    said = " ".join(to_confirm(product, some_terms()))
    assert "Exclusions : usages de la branche" in said
    assert "commission" not in said
    assert "Frais de contestation" not in said  # not sold here
    sold = some_terms(guarantees=frozenset({"contestation_fees"}))
    assert "Frais de contestation" in " ".join(to_confirm(product, sold))


def test_an_endorsement_tells_what_it_adds_and_what_it_gives_back() -> None:
    stack = a_stack()
    stack.endorse(MID_2027, paid(SIRET, 5_000_000))
    stack.endorse(date(2027, 10, 1), closed(OTHER))
    more, less = endorsement_of(stack, 2), endorsement_of(stack, 3)
    for paper, number in ((more, 2), (less, 3)):
        assert paper.charges is not None
        assert amount(paper.charges.total[5]) == total_eur(stack.transactions[number - 1].entry.charges)
    # 5 000 € a year more for 184 days of 365, with 9 % of tax, line by line
    assert "un complément de prime de 2 747,40 €" in plain(more.charged_fr)
    assert "une ristourne de prime de" in less.charged_fr
    assert "−" in less.charges.total[5] if less.charges else False
    assert more.compared is not None
    assert [row[0] for row in more.compared.rows][1:] == ["Masse salariale assurée", "Prime nette d'une année entière"]


def test_an_endorsement_that_costs_nothing_says_so() -> None:
    stack = a_stack()
    stack.endorse(MID_2027, made.ChangeContact(5))
    paper = endorsement_of(stack, 2)
    assert paper.charges is None
    assert paper.charged_fr == "Cet avenant ne donne lieu ni à complément ni à ristourne de prime."
    assert paper.compared is not None
    assert [row[0] for row in paper.compared.rows] == ["Interlocuteur"]


def test_endorsements_are_numbered_among_those_that_count_and_keep_their_number_when_they_are_applied_again() -> None:
    stack = a_stack()
    stack.endorse(date(2027, 9, 1), paid(SIRET, 5_000_000))
    stack.endorse(date(2027, 3, 1), paid(OTHER, 1_100_000))  # before the first: reversed (3), inserted (4), again (5)
    assert [endorsement_of(stack, number).number for number in (5, 4)] == [1, 2]
    stack.endorse(date(2027, 2, 1), made.ChangePrice(DEARER, Fraction(1500)))  # both once more
    last = len(stack.transactions)
    numbers = {one.number: one for one in stack.transactions}
    assert numbers[last].effective_on == date(2027, 9, 1)
    assert [endorsement_of(stack, number).number for number in (last, last - 1, last - 2)] == [1, 2, 3]


def test_the_charges_of_a_renewal_are_the_premium_of_its_letter() -> None:
    stack = a_stack()
    stack.renew(Y2028, paid(SIRET, 4_400_000))
    letter = renewal_of(stack, 2)
    charges = stack.transactions[1].entry.charges
    assert amount(letter.premium.total[5]) == total_eur(charges) == total_of(charged_premium(charges))
    assert "échéance principale du 1er janvier 2029" in plain(letter.ending_fr)
    assert "au plus tard le 31 octobre 2028" in plain(letter.ending_fr)
    assert letter.changes


def test_a_notice_of_new_terms_leaves_while_the_client_may_still_end_the_policy() -> None:
    stack = a_stack()
    stack.renew(Y2028, paid(SIRET, 4_400_000))
    in_time = renewal_of(stack, 2, dated=date(2027, 10, 31))
    assert "au plus tard le 31 octobre 2027" in plain(in_time.ending_fr)
    assert "proposons" in in_time.opening_fr
    with pytest.raises(Refused, match=r"au plus tard le 31.octobre.2027"):  # 1 November: a day too late
        renewal_of(stack, 2, dated=date(2027, 11, 1))


def test_new_terms_are_not_announced_for_a_due_date_at_which_the_client_may_not_leave_yet() -> None:
    for first_day, is_free in ((date(2027, 1, 1), True), (date(2027, 1, 2), False)):  # a year of cover, a day less
        stack = Stack.issued(year=InsuranceYear(first_day, date(2027, 12, 31)))
        stack.renew(Y2028, paid(SIRET, 4_400_000))
        if is_free:
            assert renewal_of(stack, 2, dated=date(2027, 9, 1)).is_notice
        else:
            with pytest.raises(Refused, match="avant un an de contrat"):
                renewal_of(stack, 2, dated=date(2027, 9, 1))


GROUNDS = {
    "due_date_insured": (True, False, "Nous accusons réception de votre demande"),
    "due_date_insurer": (False, True, "L.113-12"),
    "non_payment": (False, True, "mise en demeure"),
    "aggravation": (False, True, "L.113-4"),
    "aggravation_refused": (False, True, "nouveau montant de prime"),
    "decrease_refused": (True, False, "Le risque a diminué"),
    "change_of_situation": (True, True, "L.113-16"),
    "after_claim": (False, True, "R.113-10"),
    "business_transfer": (True, True, "L.121-10"),
    "risk_lost": (False, False, "de plein droit"),
    "misdeclaration": (False, True, "L.113-9"),
    "mutual_agreement": (True, True, "d'un commun accord"),
    "of_the_office": (False, True, "pour le motif suivant : résiliation d'essai (article X du contrat)"),
}


@pytest.mark.parametrize("code", GROUNDS)
def test_each_ground_has_its_letter_with_last_day_refund_and_run_off(code: str) -> None:
    by_insured, by_insurer, said = GROUNDS[code]
    stack = a_stack()
    stack.end(MID_2027, code)
    ground = EndingGround(code, "résiliation d'essai", "article X du contrat", by_insured, by_insurer)
    letter = termination_of(stack, 2, ground)
    body = plain(" ".join(letter.paragraphs))
    assert said in body
    assert "prend fin le 30 juin 2027 à minuit (24 h)" in body
    # 184 days of 365 of 5 000, 7 500 and 12 500 €: 2 520.55, 3 780.82 and 6 301.37; tax of 226.85, 340.27 and 567.12
    given_back = -total_eur(stack.transactions[1].entry.charges)
    assert given_back == Fraction("13736.98")
    assert "du 1er juillet 2027 au 31 décembre 2027" in body
    assert "13 736,98 €, taxe comprise" in body
    assert letter.refund is not None
    assert amount(letter.refund.total[5]) == given_back
    assert "continuent d'être indemnisés après la fin du contrat" in body
    assert "{" not in body


def test_a_ground_of_the_client_or_of_the_law_without_its_own_text_is_told_by_its_side() -> None:
    stack = a_stack()
    stack.end(MID_2027, "other")
    for by_insured, by_insurer, said in (
        (True, False, "accusons réception"), (True, True, "est résilié"), (False, False, "de plein droit"),
    ):  # fmt: skip
        assert said in termination_of(stack, 2, EndingGround("other", "x", "", by_insured, by_insurer)).paragraphs[0]
    assert "Fin de votre contrat" in termination_of(stack, 2, EndingGround("other", "x", "", False, False)).subject


def test_a_void_policy_keeps_its_premiums_and_promises_no_run_off() -> None:
    stack = a_stack()
    stack.end(MID_2027, "nullity", refunding=Refunding.KEPT, voids=True)
    letter = termination_of(stack, 2, EndingGround("nullity", "nullité", "", False, True))
    body = " ".join(letter.paragraphs)
    assert letter.subject == "Nullité de votre contrat P-000012"
    assert "Les primes payées restent acquises" in body
    assert "continuent d'être indemnisés" not in body
    assert letter.refund is None


def test_at_the_due_date_nothing_is_given_back_and_a_premium_that_is_kept_is_said_to_be() -> None:
    stack = a_stack()
    stack.end(Y2028.first_day, "due_date_insured")
    assert "aucune prime n'est à rendre" in " ".join(termination_of(stack, 2).paragraphs)
    kept = a_stack()
    kept.end(MID_2027, "due_date_insured", refunding=Refunding.KEPT)
    assert "reste acquise à l'assureur" in " ".join(termination_of(kept, 2).paragraphs)


def test_a_policy_that_ends_while_suspended_covered_to_the_eve_of_the_suspension() -> None:
    stack = a_stack()
    stack.insert(date(2027, 5, 1), Suspension())
    stack.end(MID_2027, "non_payment")
    body = plain(" ".join(termination_of(stack, 3).paragraphs))
    assert "le dernier jour garanti est le 30 avril 2027" in body
    assert "jusqu'au 30 avril 2027 inclus" in body


def test_a_certificate_says_whether_the_day_is_covered() -> None:
    stack = a_stack()
    stack.insert(date(2027, 5, 1), Suspension())
    stack.insert(date(2027, 6, 1), Resumption())
    said = {
        day: (paper.is_covered, plain(paper.standing_fr))
        for day in (date(2027, 4, 30), date(2027, 5, 31), date(2027, 6, 1))
        for paper in (certificate_of(stack, day),)
    }
    assert [covered for covered, _ in said.values()] == [True, False, True]
    assert "suspendue depuis le 1er mai 2027 à 0 h" in said[date(2027, 5, 31)][1]
    assert "a repris ce jour à midi" in said[date(2027, 6, 1)][1]
    tacit = certificate_of(stack, date(2028, 1, 1))
    assert tacit.is_covered
    assert "reconduit tacitement depuis le 1er janvier 2028" in plain(tacit.standing_fr)
    stack.end(MID_2027)
    ended, eve = certificate_of(stack, MID_2027), certificate_of(stack, date(2027, 6, 30))
    assert (eve.is_covered, ended.is_covered) == (True, False)
    assert "a pris fin le 30 juin 2027 à minuit (24 h)" in plain(ended.standing_fr)


def test_a_certificate_of_a_void_policy_covers_nothing_on_any_day() -> None:
    stack = a_stack()
    stack.end(MID_2027, "nullity", refunding=Refunding.KEPT, voids=True)
    paper = certificate_of(stack, date(2027, 2, 1))
    assert not paper.is_covered
    assert "Le contrat est nul" in paper.standing_fr


def test_what_is_not_known_is_said_not_to_be() -> None:
    parties = dict(conditions_of(Stack.issued(broker_id=3, mandate_id=9), BARE).parties)
    assert parties["Assureur"] == "Non renseigné"
    assert parties["Courtier"] == "Non renseigné, numéro Orias : non renseigné"
    assert parties["Gestionnaire"] == "Bureau EXEMPLE, numéro Orias : non renseigné"
    said = conditions_of(Stack.issued(mandate_id=9), BARE).premium_fr
    assert "prélèvement SEPA, mandat de référence non renseignée" in " ".join(said)
