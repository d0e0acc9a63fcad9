"""The papers of a policy as PDF: what must be apparent is, unknown things are said unknown, same values same bytes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pypdfium2
import pytest

from atmp_insure.guarantees.vocabulary import Frequency
from atmp_insure.policies import policy_pdf
from atmp_insure.policies.changes import ChangeProductVersion
from atmp_insure.policies.paper_values import Signed
from atmp_insure.policies.policy_pdf import paper_html, policy_letter_html
from atmp_insure.policies.terms import InsurerShare
from atmp_insure.policies.transactions import Adjustment, Resumption, Suspension
from atmp_insure.underwriting.quote_tables import Table
from tests.policies.builders import OTHER, SIRET, Y2027, Y2028, Stack, a_section, paid
from tests.policies.papers import (
    BARE,
    FULL,
    adjustment_of,
    certificate_of,
    conditions_of,
    endorsement_of,
    renewal_of,
    resumption_of,
    suspension_of,
    termination_of,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Callable

MID_2027 = date(2027, 7, 1)
SHARED = (InsurerShare(2, Fraction(4, 10), False), InsurerShare(1, Fraction(6, 10), True))


def a_life() -> Stack:
    """A policy that was issued (1), endorsed (2), renewed (3) and ended (4)."""
    stack = Stack.issued(sections=(a_section(), a_section(OTHER, wages=1_000_000)), broker_id=3, mandate_id=9)
    stack.endorse(MID_2027, paid(SIRET, 5_000_000))
    stack.renew(Y2028, paid(SIRET, 5_100_000))
    stack.end(date(2028, 7, 1), "due_date_insured")
    return stack


def a_hard_life() -> Stack:
    """A policy that was suspended (2), resumed (3) and adjusted (4) on wages below its minimum premium."""
    stack = Stack.issued(
        sections=(a_section(), a_section(OTHER, wages=1_000_000)), broker_id=3, frequency=Frequency.QUARTERLY,
        surcharge=Fraction(2, 100), minimum_eur=Fraction(23_000),
    )  # fmt: skip
    stack.insert(date(2027, 4, 1), Suspension())
    stack.insert(date(2027, 5, 3), Resumption())
    wages = {f"{SIRET}/01": Fraction("3456789.10"), f"{OTHER}/01": Fraction(1_000_000)}
    stack.insert(date(2028, 1, 1), Adjustment(Y2027, wages))
    return stack


HARD: dict[str, Callable[[Stack], bytes]] = {
    "Suspension de la garantie": lambda stack: policy_pdf.cover_pdf(suspension_of(stack, 2)),
    "Remise en vigueur de votre contrat": lambda stack: policy_pdf.cover_pdf(resumption_of(stack, 3)),
    "Régularisation de la prime": lambda stack: policy_pdf.adjustment_pdf(adjustment_of(stack, 4)),
}
PDFS: dict[str, Callable[[Stack], bytes]] = {
    "Conditions particulières": lambda stack: policy_pdf.special_conditions_pdf(conditions_of(stack)),
    "Avenant n° 1": lambda stack: policy_pdf.endorsement_pdf(endorsement_of(stack, 2)),
    "Renouvellement de votre contrat": lambda stack: policy_pdf.renewal_pdf(renewal_of(stack, 3)),
    "Résiliation de votre contrat": lambda stack: policy_pdf.termination_pdf(termination_of(stack, 4)),
    "Attestation d'assurance": lambda stack: policy_pdf.certificate_pdf(certificate_of(stack, MID_2027)),
}


def pages(content: bytes) -> list[str]:
    """The text of each page, with plain spaces."""
    document = pypdfium2.PdfDocument(content)
    texts = []
    for page in document:
        textpage = page.get_textpage()
        texts.append(re.sub(r"\s+", " ", textpage.get_text_range()))
        textpage.close()
        page.close()
    document.close()
    return texts


@pytest.mark.parametrize("title", [*PDFS, *HARD])
def test_each_paper_has_its_title_its_policy_and_numbered_pages_and_comes_out_the_same_twice(title: str) -> None:
    made, life = (PDFS[title], a_life) if title in PDFS else (HARD[title], a_hard_life)
    content = made(life())
    found = pages(content)
    assert title in found[0]
    for number, text in enumerate(found, start=1):
        assert f"Page {number} sur {len(found)}" in text
        assert "P-000012" in text
    assert content == made(life())


def test_special_conditions_say_all_that_a_policy_must_say() -> None:
    said = words(paper_html("policy_special_conditions", conditions_of(a_life())))
    for text in (
        "ÉPICERIE IMAGINAIRE DU MODÈLE, SIREN 000 000 026", "Assurances FICTIVES, 3 place du Modèle",
        "Courtage FACTICE", "numéro Orias : 00000003", "numéro Orias : 00000001",
        "prend effet le 1er janvier 2027 à 0 h",
        "finit le 31 décembre 2027 à minuit (24 h)", "Il n'y a pas de délai de carence", "pendant 12 années",
        "123 456 789 00012", "Exclusions (article 5)", "5.11", "article L.113-2, 3°", "dans les quinze jours",
        "article L.113-8", "article L.113-9", "article L.121-12", "article L.114-1", "Médiateur FICTIF",
        "la prime minimale de 1500,00 €", "mandat ATMP-000009", "Camille EXEMPLE", "Pour le souscripteur",
        "Ce qui reste à confirmer par l'assureur", "27250,00",
    ):  # fmt: skip
        assert text in said, text
    assert "commission" not in said.replace("Commission nationale", "").lower()
    assert "Coassureur" not in said


def test_claims_known_at_the_signature_and_conditions_of_the_accord_are_part_of_the_special_conditions() -> None:
    known = Table("Sinistres connus, exclus nommément", ("Sinistre",), (("Accident du travail du 03/02/2024",),))
    for signed, said in (
        (Signed(known, "Plan de prévention signé avant la prise d'effet."), "Accident du travail du 03/02/2024"),
        (Signed(None), "Aucun sinistre grave n'était connu"),
        (None, "est celle du contrat d'origine"),
    ):
        text = words(paper_html("policy_special_conditions", conditions_of(Stack.issued(), FULL, signed)))
        assert said in text
        assert ("Plan de prévention signé" in text) == bool(signed and signed.conditions)


def test_a_shared_policy_names_each_insurer_with_its_part_the_leader_first() -> None:
    said = words(paper_html("policy_special_conditions", conditions_of(Stack.issued(shares=SHARED))))
    assert said.index("Apériteur, 60 % Assurances FICTIVES") < said.index("Coassureur, 40 % Mutuelle INVENTÉE")
    assert "sans solidarité" in said


def test_what_the_office_never_said_is_told_to_be_unknown() -> None:
    stack = Stack.issued(broker_id=3)
    said = words(paper_html("policy_special_conditions", conditions_of(stack, BARE)))
    for text in (
        "Assureur Non renseigné", "numéro Orias : non renseigné", "Le service des réclamations n'est pas renseigné",
        "Le médiateur compétent est non renseigné", "Contact : non renseigné ; écrivez à Bureau EXEMPLE",
    ):  # fmt: skip
        assert text in said, text
    assert "None" not in said
    attested = words(paper_html("policy_certificate", certificate_of(stack, MID_2027, BARE)))
    assert "l'assureur (non renseigné)" in attested


def test_an_endorsement_leaves_everything_else_as_it_is_and_is_signed_by_both() -> None:
    said = words(paper_html("policy_endorsement", endorsement_of(a_life(), 2)))
    assert "à compter du 1er juillet 2027 à 0 h" in said
    assert "Jusqu'alors" in said
    assert "demeure inchangé" in said
    assert "Pour l'assureur (Assurances FICTIVES), par délégation" in said


def test_another_version_of_the_product_brings_its_clauses_and_exclusions_and_another_price_does_not() -> None:
    stack = Stack.issued()  # 2027-1 asks for a recourse, 2026-1 does not
    stack.endorse(MID_2027, ChangeProductVersion("2026-1", Fraction(1500)))
    stack.endorse(date(2027, 8, 1), paid(SIRET, 5_000_000))
    reworded, same = (words(paper_html("policy_endorsement", endorsement_of(stack, number))) for number in (2, 3))
    assert "Clauses et exclusions désormais applicables" in reworded
    assert "Article 7. Recours. Tant qu'un recours est pendant" in reworded
    assert "5.11" in reworded
    assert "désormais applicables" not in same
    renewed = Stack.issued()
    renewed.renew(Y2028, ChangeProductVersion("2026-1", Fraction(1500)))
    assert "Article 7. Recours." in words(policy_letter_html("policy_renewal", renewal_of(renewed, 2)))


def test_a_renewal_without_change_says_so() -> None:
    stack = Stack.issued()
    stack.renew(Y2028)
    said = words(policy_letter_html("policy_renewal", renewal_of(stack, 2)))
    assert "aux mêmes conditions et aux mêmes taux de prime" in said
    assert "Jusqu'alors" not in said
    assert "21800,00 €, taxe comprise" in said


def test_a_certificate_commits_to_nothing_beyond_the_policy_and_says_that_cover_is_suspended() -> None:
    stack = Stack.issued(diseases=False)
    stack.insert(MID_2027, Suspension())
    said = words(paper_html("policy_certificate", certificate_of(stack, MID_2027)))
    assert "n'engage pas l'assureur au-delà des clauses et conditions du contrat" in said
    assert "aucune garantie acquise. La garantie est suspendue depuis le 1er juillet 2027" in said
    assert "des accidents du travail graves" in said
    assert "Maladies professionnelles Non garanties" in said


def test_an_article_of_a_code_is_never_cut_by_the_end_of_a_line() -> None:
    text = "\n".join(pages(policy_pdf.special_conditions_pdf(conditions_of(a_life()))))
    assert "L.113-15" in text
    assert not re.search(r"\bL\. \d", text)


def test_names_are_escaped_on_paper() -> None:
    frame = replace(FULL, client=replace(FULL.client, name="<b>Dupont & Exemple</b>"))
    assert "&lt;b&gt;Dupont &amp; Exemple" in paper_html(
        "policy_certificate", certificate_of(a_life(), MID_2027, frame)
    )


def test_a_suspension_says_from_when_what_stays_due_and_how_cover_comes_back() -> None:
    said = words(policy_letter_html("policy_cover", suspension_of(a_hard_life(), 2)))
    for text in (
        "suspendue à compter du 1er avril 2027 à 0 h (article L.113-3", "dernier jour garanti est le 31 mars 2027",
        "restent dues en entier, jours de suspension compris", "celles qui viennent à échéance pendant la suspension",
        "à midi le lendemain du jour où toutes ces sommes", "résilier le contrat dix jours après", "Médiateur FICTIF",
    ):  # fmt: skip
        assert text in said, text
    stack = Stack.issued()
    stack.insert(date(2027, 4, 1), Suspension())
    yearly = words(policy_letter_html("policy_cover", suspension_of(stack, 2)))
    assert "elle reste due en entier" in yearly
    assert "fraction" not in yearly, "the premium is called once"


def test_a_resumption_says_its_noon_and_that_the_suspended_days_stay_uncovered() -> None:
    said = words(policy_letter_html("policy_cover", resumption_of(a_hard_life(), 3)))
    for text in (
        "reprend le 3 mai 2027 à midi", "survenu du 1er avril 2027 à 0 h au 3 mai 2027 à midi reste sans garantie",
        "la date de l'accident", "finit comme prévu le 31 décembre 2027",
    ):  # fmt: skip
        assert text in said, text


def test_an_adjustment_shows_wages_by_section_and_premium_by_line_down_to_what_is_due() -> None:
    stack = a_hard_life()
    letter = adjustment_of(stack, 4)
    said = words(policy_letter_html("policy_adjustment", letter))
    assert [row[2] for row in letter.sections.rows] == ["365", "365"]
    assert letter.lines.rows[-1][0] == "Complément de prime minimale"
    # 4 456 789.10 € at 0.50 %: 22 283.94 € in three lines, brought to 23 000 €; 25 000 € were called: 2 000 € less,
    # and 9 % of tax, rounded line by line: 48.89 + 73.33 + 122.22 - 64.45
    for text in ("4456789,10", "23000,00 € hors taxe : elle y est portée", "ristourne de prime de 2179,99 €", "365"):
        assert text in said, text
    assert "majoration de fractionnement reste" in said
    stack.insert(date(2028, 1, 1), Adjustment(Y2027, {f"{SIRET}/01": Fraction(9_000_000), f"{OTHER}/01": Fraction(0)}))
    second = words(policy_letter_html("policy_adjustment", adjustment_of(stack, 5)))
    assert "complément de prime de 23979,99 €" in second, "45 000 € less the 23 000 € of the first, and tax"
    assert adjustment_of(stack, 4).lines == letter.lines, "the first is printed as it was, whatever came since"
    stack.insert(date(2028, 1, 1), stack.transactions[-1].entry.content)
    assert "rien n'est à payer ni à rendre" in words(policy_letter_html("policy_adjustment", adjustment_of(stack, 6)))
