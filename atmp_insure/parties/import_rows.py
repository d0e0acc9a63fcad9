"""What files of parties may hold, kind by kind: their columns, with the headings by which each one is known.

Nothing here looks at what is known already; `import_service` compares and writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.parties.body_models import ImportKind
from atmp_insure.parties.file_rows import FileColumn, table_under

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from atmp_insure.parties.file_rows import Table

_SIRET = FileColumn("siret", "SIRET", ("numéro SIRET", "n° SIRET", "établissement"), is_required=True)
_NAF = FileColumn("naf_code", "Code NAF", ("NAF", "APE", "code APE"))
_ADDRESS = (
    FileColumn("address", "Adresse", ("adresse 1", "voie")),
    FileColumn("postcode", "Code postal", ("CP",)),
    FileColumn("town", "Commune", ("ville",)),
)
_SECTION = FileColumn("section", "Section", ("section AT", "SE", "numéro de section"))

COLUMNS: dict[ImportKind, tuple[FileColumn, ...]] = {
    ImportKind.COMPANIES: (
        FileColumn("siren", "SIREN", ("numéro SIREN", "n° SIREN"), is_required=True),
        FileColumn("name", "Dénomination sociale", ("raison sociale", "nom", "entreprise"), is_required=True),
        _NAF,
        FileColumn("activity", "Activité", ("libellé NAF",)),
    ),
    ImportKind.ESTABLISHMENTS: (
        _SIRET,
        FileColumn("name", "Nom d'usage", ("enseigne", "nom")),
        *_ADDRESS,
        _NAF,
        FileColumn("is_head_office", "Siège", ("est le siège",)),
        FileColumn("opened_on", "Premier jour d'activité", ("date de création", "ouvert le")),
        FileColumn("closed_on", "Dernier jour d'activité", ("date de fermeture", "fermé le")),
    ),
    ImportKind.SECTIONS: (
        _SIRET,
        FileColumn("section", "Section", _SECTION.others, is_required=True),
        FileColumn("label", "Ce qu'on y fait", ("libellé", "activité")),
        FileColumn("first_day", "À compter du", ("date d'effet", "applicable au")),
        FileColumn("ctn", "CTN", ("comité technique national",)),
        FileColumn("risk_code", "Code risque"),
        FileColumn("territory", "Territoire", ("région",)),
        FileColumn("sub_sector", "Sous-secteur du BTP", ("sous-secteur",)),
        FileColumn("has_single_rate", "Taux unique"),
        FileColumn("is_support", "Fonctions support", ("bureau", "taux bureau")),
    ),
    ImportKind.PAYROLL: (
        _SIRET,
        _SECTION,
        FileColumn("year", "Année", ("exercice",), is_required=True),
        FileColumn("payroll_eur", "Masse salariale", ("salaires", "masse salariale brute")),
        FileColumn("headcount", "Effectif", ("effectif moyen",)),
        FileColumn("is_estimate", "Provisoire", ("estimation",)),
    ),
    ImportKind.BODIES: (
        FileColumn("kind", "Nature", ("type",), is_required=True),
        FileColumn("code", "Code", ("numéro", "code organisme"), is_required=True),
        FileColumn("name", "Nom", ("libellé", "organisme"), is_required=True),
        FileColumn("departments", "Départements", ("ressort", "circonscription")),
        *_ADDRESS,
        FileColumn("email", "Adresse électronique", ("courriel", "mail")),
        FileColumn("phone", "Téléphone", ("tél",)),
    ),
}


def table_of(kind: ImportKind, lines: Iterable[tuple[int, Sequence[str]]]) -> Table:
    """The rows of a file under their headings.

    Args:
        kind: what the file holds.
        lines: number and texts of each line that holds something.

    Raises:
        InvalidInput: no line has the headings that are needed, no row follows, or there are too many.
    """
    return table_under(COLUMNS[kind], lines)
