"""The texts of templates and pages, and their English: `python -m tests.translations` adds the new ones to `en.po`.

Each new text is then translated by hand in the file; a test fails while one lacks its English.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

import atmp_insure
from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.documents.kinds import document_kinds
from atmp_insure.guarantees.loader import installed_catalogue
from atmp_insure.kernel.french import begun
from atmp_insure.kernel.labelled import Labelled
from atmp_insure.layered_config import layers
from atmp_insure.ledger.loader import CHART, load_charts
from atmp_insure.policies.loader import installed_grounds
from atmp_insure.web.catalogue import CATALOGUE, english_catalogue
from atmp_insure.web.field_labels import FIELD_LABELS, VALUE_LABELS, VALUE_LABELS_OF
from atmp_insure.web.log_sentences import OBJECTS, PARTS
from atmp_insure.web.problems import PROBLEMS

ROOT = Path(__file__).parents[1]
_WHOLE = ("Label", "Phrase", "_", "_l", "gettext", "lazy_gettext")
KEYWORDS = {**dict.fromkeys(_WHOLE), "ngettext": (1, 2)}
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
    for label in names_of_codes():
        catalogue.add(label)
    return catalogue


def names_of_codes() -> list[str]:
    """The French name of each code that a page may show, and of what the logs name."""
    for module in walk_packages(atmp_insure.__path__, "atmp_insure."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    of_files = [kind.label for kind in document_kinds().values()]
    of_files += [one.label_fr for one in installed_catalogue(None).versions]
    of_files += installed_grounds(None).labels().values()
    charts = [entry.sourced.value for one in load_charts(layers(CHART, None)) for entry in one.entries]
    of_files += [account.label for accounts in charts for account in accounts.values()]
    rules = [entry.sourced.value for one in installed_deadlines(None).rules.values() for entry in one.entries]
    of_files += [said for rule in rules for said in (rule.label_fr, begun(rule.act_fr))]
    of_files += [said for one in PROBLEMS for said in (one.title, one.meaning, one.remedy)]
    logged = [*OBJECTS.values(), *PARTS.values(), *FIELD_LABELS.values()]
    of_fields = [VALUE_LABELS, *VALUE_LABELS_OF.values()]
    logged += [label for fields in of_fields for labels in fields.values() for label in labels.values()]
    return of_files + logged + [one.label for listed in _below(Labelled) for one in listed if one.label]


def _below(kind: type[Labelled]) -> list[type[Labelled]]:
    return [one for direct in kind.__subclasses__() for one in (direct, *_below(direct))]


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
