"""The texts of templates and pages, and their English: `python -m tests.translations` adds the new ones to `en.po`.

Each new text is then translated by hand in the file; a test fails while one lacks its English.
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from atmp_insure.web.languages import CATALOGUE, english_catalogue

ROOT = Path(__file__).parents[1]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
METHODS = [("**.html", "jinja2"), ("**.txt", "jinja2"), ("**.py", "python")]
OPTIONS = {kind: {"trimmed": "true", "silent": "false"} for kind in ("**.html", "**.txt")}
FRENCH_ONLY = ("letters",)


def extracted() -> Catalog:
    """Every text that the pages ask in the language of the visitor."""
    catalogue = Catalog(locale="en", fuzzy=False)
    for folder in (ROOT / "templates", ROOT / "atmp_insure"):
        found = extract_from_dir(str(folder), METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=())
        for path, _line, message, _comments, _context in found:
            if not path.startswith(FRENCH_ONLY):
                catalogue.add(message)
    return catalogue


def untranslated() -> list[str]:
    """The texts that lack their English."""
    english = english_catalogue()
    missing = []
    for message in extracted():
        known = english.get(message.id) if message.id else message
        texts = known.string if known and isinstance(known.string, tuple | list) else [known.string if known else ""]
        if message.id and not all(texts):
            missing.append(str(message.id))
    return missing


def main() -> None:
    """Renew the catalogue, keeping every translation, and print what remains to be translated."""
    catalogue = english_catalogue()
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = ""
    catalogue.update(extracted(), no_fuzzy_matching=True, update_creation_date=False)
    with CATALOGUE.open("wb") as stream:
        write_po(
            stream, catalogue, width=0, no_location=True, sort_output=True, ignore_obsolete=True, omit_header=False
        )
    print("\n".join(untranslated()) or "Tout est traduit.")


if __name__ == "__main__":
    main()
