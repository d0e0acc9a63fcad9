"""Papers made by hand for tests: small, invented, each showing one thing."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import xlsxwriter


def a_pdf(*pages: str, extra: dict[int, bytes] | None = None, catalog: bytes = b"") -> bytes:
    """A PDF of plain pages; `extra` are further objects from number 100, `catalog` further keys of the root."""
    texts = pages or ("Compte employeur",)
    objects: dict[int, bytes] = {1: b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>"}
    kids = b" ".join(b"%d 0 R" % (10 + 2 * at) for at in range(len(texts)))
    objects[2] = b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % len(texts)
    objects[3] = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    for at, text in enumerate(texts):
        drawn = b"BT /F1 18 Tf 60 760 Td (%s) Tj ET" % text.encode("cp1252").replace(b"(", b"\\(").replace(b")", b"\\)")
        objects[10 + 2 * at] = (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>"
            % (11 + 2 * at)
        )
        objects[11 + 2 * at] = b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn)
    objects |= extra or {}
    out, places = b"%PDF-1.7\n", {}
    for number, content in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in sorted(places.items()):
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    return out + b"trailer<</Size 200/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start


def a_pdf_with_script() -> bytes:
    return a_pdf(catalog=b"/OpenAction 100 0 R", extra={100: b"<</S/J#61vaScript/JS(app.alert(1))>>"})


def a_pdf_that_launches() -> bytes:
    return a_pdf(catalog=b"/OpenAction 100 0 R", extra={100: b"<</S/Launch/F(cmd.exe)>>"})


def a_pdf_that_hides_a_launch() -> bytes:
    """The action lies in a compressed object stream, where a search of the bytes sees nothing."""
    inner = {1: b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>", 2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>"}
    inner |= {3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>", 4: b"<</S/Launch/F(cmd.exe)>>"}
    head = body = b""
    for number, content in inner.items():
        head += b"%d %d " % (number, len(body))
        body += content + b" "
    packed = zlib.compress(head + body)
    out = b"%PDF-1.5\n"
    first = len(out)
    out += b"5 0 obj<</Type/ObjStm/N 4/First %d/Length %d/Filter/FlateDecode>>stream\n" % (len(head), len(packed))
    out += packed + b"\nendstream endobj\n"
    second = len(out)
    rows = [(0, 0, 65535), *((2, 5, at) for at in range(4)), (1, first, 0), (1, second, 0)]
    table = b"".join(bytes([kind]) + place.to_bytes(4) + more.to_bytes(2) for kind, place, more in rows)
    out += b"6 0 obj<</Type/XRef/Size 7/W[1 4 2]/Root 1 0 R/Length %d>>stream\n" % len(table)
    return out + table + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % second


def a_png(width: int = 4, height: int = 4) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    rows = b"".join(b"\x00" + b"\x20\x40\x80" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def an_xlsx() -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.add_worksheet().write(0, 0, "Masse salariale")
    return stream.getvalue()


def a_zip(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def a_docx(more: dict[str, bytes] | None = None) -> bytes:
    return a_zip({"word/document.xml": b"<w:document/>", "[Content_Types].xml": b"<Types/>"} | (more or {}))
