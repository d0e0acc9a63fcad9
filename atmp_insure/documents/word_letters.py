"""Letters as Word documents (docx), filled in by docxtpl: an option of the installation.

The office's own template, `documents/letter.docx` of its overlay, else a plain one with the same parts as our letters.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined, TemplateError

from atmp_insure import formatting
from atmp_insure.kernel.errors import InvalidInput

try:
    from docx import Document as WordDocument
    from docxtpl import DocxTemplate
except ImportError:
    DocxTemplate = None

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

OWN_TEMPLATE = "documents/letter.docx"
# the plain template: paragraphs in order, those in bold; `{%p … %}` repeats the paragraphs between its two ends
_STANDARD = (
    ("{{ letter.office.name }}", True),
    ("{%p for line in letter.office.lines %}", False), ("{{ line }}", False), ("{%p endfor %}", False),
    ("", False),
    ("{%p for line in letter.addressee %}", False), ("{{ line }}", False), ("{%p endfor %}", False),
    ("", False),
    ("{%p for label, text in letter.references %}", False), ("{{ label }} : {{ text }}", False),
    ("{%p endfor %}", False),
    ("{% if letter.place %}{{ letter.place }}, le{% else %}Le{% endif %} {{ letter.dated|day }}", False),
    ("", False),
    ("{{ letter.subject }}", True),
    ("{{ letter.greeting }},", False),
    ("{%p for block in blocks %}", False), ("{%p for line in block.lines %}", False),
    ("{% if block.is_list %}– {% endif %}{{ line }}", False),
    ("{%p endfor %}", False), ("{%p endfor %}", False),
    ("{{ letter.closing }}", False),
    ("", False),
    ("{{ letter.signatory }}", True), ("{{ letter.signatory_role }}", False),
    ("{%p if enclosures %}", False), ("Pièces jointes : {{ enclosures|join(' ; ') }}.", False), ("{%p endif %}", False),
    ("{%p for mention in letter.office.mentions %}", False), ("{{ mention }}", False), ("{%p endfor %}", False),
)  # fmt: skip


def is_installed() -> bool:
    """Whether this installation makes Word documents."""
    return DocxTemplate is not None


def letter_template(overlay: Path | None) -> bytes:
    """The template of the letters that people write: the office's own, else the plain one.

    Raises:
        InvalidInput: docxtpl is not installed.
    """
    own = overlay / OWN_TEMPLATE if overlay is not None else None
    if own is not None and own.is_file():
        return own.read_bytes()
    _require_installed()
    document = WordDocument()
    document.styles["Normal"].font.name = "Source Sans 3"
    for text, is_bold in _STANDARD:
        document.add_paragraph().add_run(text).bold = is_bold
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def word_letter(template: bytes, values: Mapping[str, object]) -> bytes:
    """The Word document filled with values; same filters as our own letters: `{{ total_eur|euros }}`.

    Raises:
        InvalidInput: docxtpl is not installed, the file is no Word template, or it names an unknown value.
    """
    _require_installed()
    environment = Environment(undefined=StrictUndefined, autoescape=True)
    environment.filters |= {
        "euros": formatting.euros,
        "percent": formatting.percent,
        "number": formatting.number,
        "day": formatting.day,
        "short_day": formatting.short_day,
    }
    filled = BytesIO()
    try:
        document = DocxTemplate(BytesIO(template))
        document.render(dict(values), environment)
        document.save(filled)
    except TemplateError as error:
        raise InvalidInput.one(f"modèle Word : {error}", "Corriger ce champ dans le modèle") from error
    except Exception as error:  # whatever a damaged file breaks in the reader
        raise InvalidInput.one("ce fichier n'est pas un modèle Word lisible", "Le réenregistrer en .docx") from error
    return filled.getvalue()


def _require_installed() -> None:
    if DocxTemplate is None:
        raise InvalidInput.one(
            "les lettres Word ne sont pas installées ici", "Installer l'option : pip install atmp-insure[docx]"
        )
