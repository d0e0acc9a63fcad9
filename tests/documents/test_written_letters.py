"""Letters that people write: their text cut into paragraphs, their parts checked, their PDF and their Word document."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import docx
import pytest

from atmp_insure.documents import pdf, word_letters
from atmp_insure.documents.letters import Office
from atmp_insure.documents.written_letters import (
    Block,
    Sender,
    WrittenLetter,
    address_lines,
    blocks_of,
    reference_pairs,
    sender_of,
    word_values,
    written_html,
)
from atmp_insure.kernel.errors import ExternalServiceError, InvalidInput
from atmp_insure.settings import SiteSettings
from tests.documents.test_letters import a_word_template, pages

if TYPE_CHECKING:
    from pathlib import Path

DATED = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
DAY = date(2026, 11, 2)
SENDER = Sender(Office("Bureau Exemple", ("12 rue de l'Exemple", "69000 Lyon"), ("RCS Lyon 000 000 000",)), "Lyon")
WRITTEN = WrittenLetter(
    addressee=("Courtage Exemple", "1 place d'Essai", "33000 Bordeaux"),
    references=(("Notre référence", "C-12"), ("Contrat", "TX-2026-1041")),
    subject="Pièces du dossier",
    body="Il nous manque :\n- la feuille de calcul 2026 ;\n- le compte employeur.\n\nMerci & à bientôt <vite>.",
    signatory="Camille Exemple",
    signatory_role="Gestionnaire de sinistres",
    enclosures=("notification du taux 2026",),
    greeting="Cher confrère",
)


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("Un.\n\nDeux.", (Block(("Un.",)), Block(("Deux.",)))),
        ("Un,\r\nsuite.\r\n\r\n \r\nDeux.", (Block(("Un,", "suite.")), Block(("Deux.",)))),
        ("Voici :\n- un\n– deux\n• trois\nFin.", (Block(("Voici :",)), Block(("un", "deux", "trois"), is_list=True),
                                                  Block(("Fin.",)))),
        ("-5 % n'est pas une liste", (Block(("-5 % n'est pas une liste",)),)),
        ("\n\n", ()),
    ],
)  # fmt: skip
def test_a_text_is_cut_into_paragraphs_and_lists(text: str, blocks: tuple[Block, ...]) -> None:
    assert blocks_of(text) == blocks


def test_an_address_is_lines_that_a_window_shows() -> None:
    assert address_lines(" Courtage  Exemple \n\n33000 Bordeaux", "addressee") == ("Courtage Exemple", "33000 Bordeaux")
    assert len(address_lines("\n".join("1234567"), "addressee")) == 7
    assert address_lines("x" * 60, "addressee") == ("x" * 60,)
    for text, message in ((" \n", "vide"), ("\n".join("12345678"), "8 lignes, 7 au plus"), ("x" * 61, "60 caractères")):
        with pytest.raises(InvalidInput, match=message) as raised:
            address_lines(text, "addressee")
        assert raised.value.faults[0].place == "addressee"


def test_references_are_a_label_and_a_text_and_each_wrong_line_is_told() -> None:
    assert reference_pairs("Dossier : accident:12\n\nContrat: X", "r") == (("Dossier", "accident:12"), ("Contrat", "X"))
    with pytest.raises(InvalidInput) as raised:
        reference_pairs(f"Contrat : X\nsans rien\n : Y\nVide :\n{'L' * 25} : Z", "r")
    assert [(fault.place, fault.message.split(" : ")[0]) for fault in raised.value.faults] == [
        ("r", "ligne 2"), ("r", "ligne 3"), ("r", "ligne 4"), ("r", "ligne 5")
    ]  # fmt: skip


def test_the_office_stands_at_the_head_as_its_settings_say() -> None:
    site = SiteSettings("Bureau", "12 rue X | 69000 Lyon |", " Lyon ", "Mention une | Mention deux")
    assert sender_of(site) == Sender(
        Office("Bureau", ("12 rue X", "69000 Lyon"), ("Mention une", "Mention deux")), "Lyon"
    )
    assert sender_of(SiteSettings("Bureau")) == Sender(Office("Bureau", ()))


def test_the_pdf_says_what_was_written_and_nothing_in_it_is_code() -> None:
    [page] = pages(pdf.pdf_of(written_html(WRITTEN, SENDER, DAY), dated=DATED))
    for text in (
        "Bureau Exemple", "69000 Lyon", "Courtage Exemple", "Contrat", "TX-2026-1041", "Lyon, le 2 novembre 2026",
        "Pièces du dossier", "Cher confrère,", "le compte employeur.", "Merci & à bientôt <vite>.",
        "Nous vous prions d'agréer, Cher confrère,", "Camille Exemple", "Pièces jointes : notification du taux 2026.",
        "RCS Lyon", "Page 1 sur 1",
    ):  # fmt: skip
        assert text in page.replace("\n", " "), text


def test_a_letter_without_references_town_nor_enclosure_is_written_too() -> None:
    bare = WrittenLetter(("Claire Exemple",), (), "Objet", "Texte.", "Camille", "Gestionnaire")
    [page] = pages(pdf.pdf_of(written_html(bare, Sender(Office("Bureau", ())), DAY), dated=DATED))
    assert "Le 2 novembre 2026" in page
    assert "Pièces jointes" not in page
    assert "Madame, Monsieur," in page


def test_the_same_letter_gives_the_same_file() -> None:
    assert pdf.pdf_of(written_html(WRITTEN, SENDER, DAY), dated=DATED) == pdf.pdf_of(
        written_html(WRITTEN, SENDER, DAY), dated=DATED
    )


def test_the_word_document_holds_the_same_letter() -> None:
    content = word_letters.word_letter(word_letters.letter_template(None), word_values(WRITTEN, SENDER, DAY))
    lines = [paragraph.text for paragraph in docx.Document(BytesIO(content)).paragraphs if paragraph.text]
    assert lines == [
        "Bureau Exemple", "12 rue de l'Exemple", "69000 Lyon", "Courtage Exemple", "1 place d'Essai", "33000 Bordeaux",
        "Notre référence : C-12", "Contrat : TX-2026-1041", "Lyon, le 2 novembre 2026", "Pièces du dossier",
        "Cher confrère,", "Il nous manque :", "– la feuille de calcul 2026 ;", "– le compte employeur.",
        "Merci & à bientôt <vite>.",
        "Nous vous prions d'agréer, Cher confrère, l'expression de nos salutations distinguées.", "Camille Exemple",
        "Gestionnaire de sinistres", "Pièces jointes : notification du taux 2026.", "RCS Lyon 000 000 000",
    ]  # fmt: skip


def test_an_office_uses_its_own_word_template(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    assert word_letters.letter_template(tmp_path) is not None  # none of its own: the plain one
    own = a_word_template("Objet de chez nous : {{ letter.subject }}")
    (tmp_path / word_letters.OWN_TEMPLATE).write_bytes(own)
    assert word_letters.letter_template(tmp_path) == own


def test_without_pango_the_pages_of_letters_load_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango-1.0-0')", "utf-8")
    script = "from atmp_insure.documents import letter_views, pdf; print(letter_views.blueprint.name, pdf.HTML)"
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    answer = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "letters None"


def test_a_machine_without_pango_says_what_letters_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "HTML", None)
    with pytest.raises(ExternalServiceError, match="libpango"):
        pdf.pdf_of("<html></html>", dated=DATED)
