"""The company or establishment of a SIREN or SIRET as a person types it, among those that they see."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.parties.queries import find_company, find_establishment

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession


class TypedPlace(NamedTuple):
    """A company, and the establishment of it when a SIRET was typed."""

    company_id: int
    establishment_id: int | None = None


def place_of(session: ScopedSession, number: str) -> TypedPlace | None:
    """The place of a SIREN or a SIRET; None when nothing was typed.

    Raises:
        InvalidInput: neither a company nor an establishment that the viewer sees; its place is `siren`.
    """
    digits = "".join(number.split())
    if not digits:
        return None
    establishment = find_establishment(session, digits)
    if establishment is not None:
        return TypedPlace(establishment.company_id, establishment.id)
    company = find_company(session, digits)
    if company is None:
        raise InvalidInput.one(
            f"« {digits} » n'est pas connu ici", "Vérifier le numéro, ou ajouter d'abord l'entreprise", place="siren"
        )
    return TypedPlace(company.id)


def company_id_of(session: ScopedSession, siren: str) -> int | None:
    """The company of a SIREN, or of one of its SIRETs; None when nothing was typed.

    Raises:
        InvalidInput: no company that the viewer sees; its place is `siren`.
    """
    place = place_of(session, siren)
    return None if place is None else place.company_id
