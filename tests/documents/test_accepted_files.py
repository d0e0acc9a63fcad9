"""The vault takes files for what they hold, and refuses by name what could do harm."""

from __future__ import annotations

import pytest

from atmp_insure.documents import accepted_files as files
from atmp_insure.documents.accepted_files import accepted, clean_name
from atmp_insure.documents.page_images import page_png, page_text
from atmp_insure.kernel.errors import InvalidInput, NotFound
from tests.documents.papers import (
    a_docx,
    a_pdf,
    a_pdf_that_hides_a_launch,
    a_pdf_that_launches,
    a_pdf_with_script,
    a_png,
    a_zip,
    an_xlsx,
)

LARGEST = 5 * 1024 * 1024
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 40
XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


@pytest.mark.parametrize(
    ("name", "content", "media_type", "pages"),
    [
        ("compte.pdf", a_pdf("Un", "Deux"), files.PDF, 2),
        ("COMPTE.PDF", a_pdf(), files.PDF, 1),
        ("photo.png", a_png(), files.PNG, 1),
        ("photo.jpeg", JPEG, files.JPEG, 1),
        ("paie.xlsx", an_xlsx(), files.XLSX, None),
        ("paie.xls", XLS, files.XLS, None),
        ("paie.csv", "SIRET;Coût\n1;2,5\n".encode(), files.CSV, None),
        ("paie.csv", "SIRET;Coût\n1;2,5\n".encode("cp1252"), files.CSV, None),
        ("note.txt", "\ufeffBonjour\n".encode(), files.TEXT, None),
        ("lettre.docx", a_docx(), files.DOCX, None),
        ("lot.zip", a_zip({"a.pdf": a_pdf(), "b/c.csv": b"x;y"}), files.ZIP, None),
    ],
)
def test_a_paper_is_taken_for_what_it_holds(name: str, content: bytes, media_type: str, pages: int | None) -> None:
    found = accepted(name, content, LARGEST)
    assert (found.media_type, found.page_count, found.active_content) == (media_type, pages, None)
    assert found.content == content


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("compte.pdf", b"", "fichier vide"),
        ("compte.exe", b"MZ", "type de fichier non accepté « exe »"),
        ("compte", a_pdf(), "type de fichier non accepté"),
        ("compte.csv", a_pdf(), "n'est pas celui que son nom annonce"),
        ("photo.png", JPEG, "n'est pas celui que son nom annonce"),
        ("compte.pdf", b"hello", "n'est pas celui que son nom annonce"),
        ("compte.pdf", b"%PDF-1.7 broken", "PDF illisible"),
        ("compte.xlsx", a_zip({"a.pdf": a_pdf()}), "n'est pas celui que son nom annonce"),
        ("note.txt", b"a\x00b", "n'est pas un texte"),
        ("compte.pdf", a_pdf_that_launches(), "lance un programme"),
        ("compte.pdf", a_pdf_that_hides_a_launch(), "lance un programme"),
        ("lettre.docx", a_docx({"word/vbaProject.bin": b"x"}), "macros"),
        ("lot.zip", a_zip({"a.exe": b"MZ"}), "fichiers non acceptés : exe"),
        ("lot.zip", a_zip({"a.zip": a_zip({"b.pdf": a_pdf()})}), "fichiers non acceptés : zip"),
        ("lot.zip", a_zip({"../a.csv": b"x"}), "mène ailleurs"),
        ("lot.zip", a_zip({"a.csv": b"0" * 4_000_000}), "bombe ZIP"),
        ("lot.zip", b"PK\x03\x04 broken", "endommagé"),
        ("lot.zip", a_zip({}), "n'est pas celui que son nom annonce"),
        ("lot.zip", a_zip({f"f{at}.csv": b"x" for at in range(files.MOST_MEMBERS + 1)}), "500 au plus"),
    ],
)
def test_what_could_do_harm_is_refused_by_name(name: str, content: bytes, message: str) -> None:
    with pytest.raises(InvalidInput, match=message) as refused:
        accepted(name, content, LARGEST)
    assert all(fault.remedy and fault.place == "file" for fault in refused.value.faults)


def test_the_largest_size_is_still_taken_and_one_byte_more_is_not() -> None:
    assert accepted("a.txt", b"x" * LARGEST, LARGEST).media_type == files.TEXT
    with pytest.raises(InvalidInput, match="plus de 5 Mo"):
        accepted("a.txt", b"x" * (LARGEST + 1), LARGEST)


def test_a_script_in_a_pdf_is_told_and_kept() -> None:
    assert accepted("cerfa.pdf", a_pdf_with_script(), LARGEST).active_content == "JavaScript"


def test_words_of_the_format_in_the_text_of_a_paper_are_only_words() -> None:
    paper = a_pdf("le mot /JavaScript et le mot /Launch", extra={100: b"(/Launch /JS)"})
    assert accepted("note.pdf", paper, LARGEST).active_content is None


def test_macros_of_an_old_workbook_are_told() -> None:
    content = XLS + "_VBA_PROJECT".encode("utf-16-le")
    assert accepted("paie.xls", content, LARGEST).active_content == "macros"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\x\\compte.pdf", "compte.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("a\r\nb\x00.pdf", "ab.pdf"),
        ("\x00", "document"),
        (".pdf", "document.pdf"),
    ],
)
def test_a_name_is_the_name_alone(given: str, kept: str) -> None:
    assert clean_name(given) == kept
    assert len(clean_name("é" * 500 + ".pdf")) == files.LONGEST_NAME


def test_a_page_gives_its_image_and_its_text() -> None:
    paper = a_pdf("Compte employeur 2024", "Deuxième page")
    assert page_text(paper, 1) == "Compte employeur 2024"
    assert page_text(paper, 2) == "Deuxième page"
    assert page_png(paper, 2).startswith(b"\x89PNG")
    for number in (0, 3):
        with pytest.raises(NotFound, match=f"page {number}"):
            page_png(paper, number)


def test_a_huge_page_costs_no_more_than_a4() -> None:
    huge = a_pdf().replace(b"[0 0 595 842]", b"[0 0 9e5 9e5]")
    image = page_png(huge, 1)
    assert int.from_bytes(image[16:20]) <= 1240
    assert int.from_bytes(image[20:24]) <= 1754
