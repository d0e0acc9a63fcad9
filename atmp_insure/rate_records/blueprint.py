"""What the pages of rate records share: their blueprint, the office of this application, its vault."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import Blueprint, request

from atmp_insure.access.change_log import record_reading
from atmp_insure.documents import queries as documents_queries
from atmp_insure.documents.blueprint import reader
from atmp_insure.documents.shown import preview
from atmp_insure.documents.vault import DamagedObject
from atmp_insure.formatting import FRENCH
from atmp_insure.kernel.errors import InvalidInput, NotFound, Refused
from atmp_insure.rate_records.deposit_service import ReadVersion, file_to_read
from atmp_insure.rate_records.loader import open_office
from atmp_insure.rate_records.saved_mappings import installed_mappings
from atmp_insure.rate_records.shown import KIND_LABELS
from atmp_insure.rate_records.source_page import Asked, printed_spots, source_page
from atmp_insure.web.environment import today
from atmp_insure.web.languages import speaking
from atmp_insure.web.request_scope import actor, database, settings
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from atmp_insure.documents.models import Document, DocumentVersion
    from atmp_insure.documents.shown import Preview
    from atmp_insure.rate_records.documents import Document as RateDocument
    from atmp_insure.rate_records.models import RatePaper
    from atmp_insure.rate_records.office import Office
    from atmp_insure.rate_records.source_page import SourcePage, Spot

blueprint = Blueprint("rate_records", __name__)


def office() -> Office:
    """The law, the clocks and the mappings of this application."""
    return open_office(settings().config_overlay, database().key_ring, installed_mappings())


def note_reading(paper: RatePaper) -> None:
    """Write in the reading log that the viewer reads the lines of a paper."""
    with speaking(FRENCH):
        what = " ".join(filter(None, (str(KIND_LABELS[paper.kind]), str(paper.year or ""))))
    record_reading(database(), actor(), "read", f"rate_papers:{paper.id}", what, company_id=paper.company_id)


def read_from_vault(company_id: int, document_ids: Sequence[int]) -> list[ReadVersion]:
    """What papers of a company that lie in the vault hold, once each reading is written in the reading log.

    Raises:
        NotFound: a document that the viewer does not see.
        InvalidInput: a document that can give no rate here.
    """
    with database().reading(actor()) as session:
        chosen = [file_to_read(session, company_id, one) for one in dict.fromkeys(document_ids)]
    viewer = reader()
    contents = [(one, viewer.read(document, one, "valeurs du compte AT/MP")) for document, one in chosen]
    return [
        ReadVersion(one.document_id, one.number, office().read(one.file_name, content, today()))
        for one, content in contents
    ]


def version_read(document: Document, paper: RatePaper) -> DocumentVersion | None:
    """The file that a paper was read from: the latest that lay in the vault at that moment; None once erased."""
    found = [one for one in document.versions if one.received_at <= paper.read_at and one.object_key is not None]
    return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class Beside:
    """The file that a paper was read from, as it stands beside its values.

    Attributes:
        preview: the image of a page, of a file that has some.
        source: the cells or the lines of another file.
        spots: place of a value → where it is shown.
        trouble: why nothing is shown; "" when something is.
    """

    preview: Preview | None = None
    source: SourcePage | None = None
    spots: Mapping[str, Spot] = field(default_factory=dict)
    trouble: str = ""


def beside(paper: RatePaper, document: RateDocument, places: Sequence[str], *, named: bool) -> Beside:
    """A page of the file that a paper was read from: the one that is asked for, else that of the first value."""
    with database().reading(actor()) as session:
        try:
            kept = documents_queries.get_document(session, paper.document_id)
        except NotFound:
            return Beside(trouble=_("Le fichier d'origine ne se montre qu'à qui peut ouvrir cette pièce."))
    version = version_read(kept, paper)
    if version is None:
        return Beside(trouble=_("Le fichier d'origine n'est plus dans le coffre."))
    try:
        return _beside(document, kept, version, Asked(request.args.get("page", type=int), places, named))
    except (DamagedObject, Refused) as error:
        return Beside(trouble=str(error))
    except InvalidInput as error:
        said = error.faults[0]
        return Beside(trouble=said.sentence)


def _beside(document: RateDocument, kept: Document, version: DocumentVersion, asked: Asked) -> Beside:
    viewer = reader()
    if version.page_count is not None:
        spots = printed_spots(asked.places)
        page = asked.page or min((spot.page for spot in spots.values()), default=1)
        return Beside(preview(viewer, kept, version, page), spots=spots)
    content = viewer.read(kept, version, "fichier, à l'écran")
    source = source_page(document, content, asked)
    return Beside(source=source, spots=source.spots)
