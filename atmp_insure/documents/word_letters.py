"""Letters from an office's own Word template (docx), filled in by docxtpl: an option of the installation."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined, TemplateError

from atmp_insure import formatting
from atmp_insure.kernel.errors import InvalidInput

try:
    from docxtpl import DocxTemplate
except ImportError:
    DocxTemplate = None

if TYPE_CHECKING:
    from collections.abc import Mapping


def word_letter(template: bytes, values: Mapping[str, object]) -> bytes:
    """The Word document filled with values; same filters as our own letters: `{{ total_eur|euros }}`.

    Raises:
        InvalidInput: docxtpl is not installed, the file is no Word template, or it names an unknown value.
    """
    if DocxTemplate is None:
        raise InvalidInput.one(
            "les lettres Word ne sont pas installées ici", "Installer l'option : pip install atmp-insure[docx]"
        )
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
