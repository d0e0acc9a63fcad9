"""Writes `atmp-spaces.woff2`, a font of one glyph: the narrow no-break space (U+202F) that Source Sans 3 lacks.

Without it a PDF would take that space from whatever font the machine has. `python -m tests.spaces_font` writes it anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

PLACE = Path(__file__).parents[1] / "atmp_insure" / "web" / "static" / "atmp" / "fonts" / "atmp-spaces.woff2"
WIDTH = 190  # in thousandths of an em; the word space of Source Sans 3 has 200, an ordinary narrow one 160
EPOCH_1904_SECONDS = 3_786_912_000  # 1 January 2024, so that the bytes never change


def _box() -> Any:
    """A box for what the font lacks: browsers refuse a font whose glyphs are all empty."""
    pen = TTGlyphPen(None)
    pen.moveTo((20, 0))
    for corner in ((20, 600), (170, 600), (170, 0)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


def main() -> None:
    """Write the font."""
    builder = FontBuilder(1000, isTTF=True)
    names = [".notdef", "narrowspace"]
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({0x202F: "narrowspace"})
    builder.setupGlyf({".notdef": _box(), "narrowspace": TTGlyphPen(None).glyph()})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (WIDTH, 0)))
    builder.setupHorizontalHeader(ascent=984, descent=-273)
    builder.setupNameTable({"familyName": "Atmp Spaces", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=984, sTypoDescender=-273, usWinAscent=984, usWinDescent=273)
    builder.setupPost()
    builder.updateHead(created=EPOCH_1904_SECONDS, modified=EPOCH_1904_SECONDS)
    builder.font.recalcTimestamp = False
    builder.font.flavor = "woff2"
    builder.save(PLACE)


if __name__ == "__main__":
    main()
