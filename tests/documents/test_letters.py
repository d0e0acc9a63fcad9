"""Letters: read back from their PDF; nothing fetched from elsewhere; the same letter gives the same bytes."""

from __future__ import annotations

import re
import zlib
from contextlib import suppress
from io import BytesIO

import docx
import pypdfium2
import pytest
from jinja2 import UndefinedError

from atmp_insure.documents import letters, pdf, word_letters
from atmp_insure.kernel.errors import InvalidInput
from tests.documents.sample_letter import DATED, LETTER, ROWS, TOTAL_EUR, sample_letter_html


@pytest.fixture(scope="module")
def letter() -> bytes:
    return pdf.pdf_of(sample_letter_html(), dated=DATED)


def plain(content: bytes) -> bytes:
    """The file with its streams readable."""
    parts = [content]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        with suppress(zlib.error):
            parts.append(zlib.decompress(stream))
    return b"\n".join(parts)


def pages(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    texts = []
    for page in document:
        textpage = page.get_textpage()
        texts.append(textpage.get_text_range().replace("\r\n", "\n").replace("\u00a0", " "))
        textpage.close()
        page.close()
    document.close()
    return texts


def test_the_letter_says_its_decision_first_and_its_amounts_add_up(letter: bytes) -> None:
    first = pages(letter)[0]
    body = first.partition("Madame, Monsieur,")[2].strip()
    assert body.startswith("Nous vous accordons une indemnité de 54 100,00 €")
    assert sum(amount for _, _, amount in ROWS) == TOTAL_EUR
    for amount in ("72 000,00", "−14 400,00", "−3 500,00", "54 100,00"):
        assert amount in first


def test_each_page_has_its_number_and_the_legal_mentions(letter: bytes) -> None:
    texts = pages(letter)
    for number, text in enumerate(texts, start=1):
        assert f"Page {number} sur {len(texts)}" in text
        assert "ORIAS" in text
    assert "SIN-2026-0412" in texts[1]
    assert "000 000 018 00010" in texts[0]


def test_the_chart_of_the_screen_stands_in_the_letter(letter: bytes) -> None:
    assert any("Accident du 12/05/2021, IP 20 %" in text for text in pages(letter))


def test_the_same_letter_gives_the_same_bytes(letter: bytes) -> None:
    assert pdf.pdf_of(sample_letter_html(), dated=DATED) == letter


def test_the_file_is_made_to_be_kept_and_read_aloud(letter: bytes) -> None:
    document = pypdfium2.PdfDocument(letter)
    assert document.get_metadata_value("Title") == LETTER.subject
    assert document.get_metadata_value("CreationDate").startswith("D:20261102")
    document.close()
    assert b"OutputIntents" in plain(letter)
    assert b'pdfaid:part="3" pdfaid:conformance="A"' in plain(letter)
    assert b"/Lang (fr)" in plain(letter)
    assert b"/StructTreeRoot" in plain(letter)


def test_only_our_own_fonts_are_embedded(letter: bytes) -> None:
    embedded = {name.partition(b"+")[2] for name in re.findall(rb"/FontName /([\w+-]+)", plain(letter))}
    assert {name.split(b"-")[0] for name in embedded} == {b"Source"}


@pytest.mark.parametrize(
    "address",
    [
        "http://elsewhere.invalid/a.png",
        "https://elsewhere.invalid/a.png",
        "ftp://elsewhere.invalid/a.png",
        "file:///etc/hostname",
        "//elsewhere.invalid/a.png",
        "/../../settings.py",
        "/vendor/nothing.css",
        "http://assets.invalid.elsewhere.invalid/a.png",
    ],
)
def test_a_letter_may_fetch_nothing_from_elsewhere(address: str) -> None:
    html = f'<html lang="fr"><head><title>t</title></head><body><img src="{address}" alt=""></body></html>'
    with pytest.raises(pdf.AddressRefused, match=r"refusée|absent"):
        pdf.pdf_of(html, dated=DATED)


def test_a_letter_with_an_unknown_value_is_not_written() -> None:
    with pytest.raises(UndefinedError):
        letters.letter_html("sample_decision", LETTER, year=2025, total_eur=TOTAL_EUR)


def a_word_template(text: str) -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_a_word_template_is_filled_in() -> None:
    template = a_word_template("Indemnité : {{ total_eur|euros }}, Dupont & fils")
    filled = word_letters.word_letter(template, {"total_eur": TOTAL_EUR})
    [paragraph] = docx.Document(BytesIO(filled)).paragraphs
    assert paragraph.text == "Indemnité : 54\u202f100,00\u00a0€, Dupont & fils"


def test_a_word_template_that_names_an_unknown_value_is_refused() -> None:
    with pytest.raises(InvalidInput, match="modèle Word"):
        word_letters.word_letter(a_word_template("{{ unheard_of }}"), {})


def test_a_file_that_is_no_word_template_is_refused() -> None:
    with pytest.raises(InvalidInput, match="lisible"):
        word_letters.word_letter(b"%PDF-1.7", {})


def test_without_the_option_word_letters_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_letters, "DocxTemplate", None)
    with pytest.raises(InvalidInput, match="docx"):
        word_letters.word_letter(b"", {})
