"""Who is bound by a policy, as its special conditions name them: insured, insurers, broker, manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.formatting import grouped_identifier
from atmp_insure.guarantees.written import percent_text
from atmp_insure.kernel.french import begun
from atmp_insure.underwriting.quote_texts import NOT_SET

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from atmp_insure.policies.paper_frame import Frame
    from atmp_insure.policies.state import PolicyState
    from atmp_insure.policies.terms import InsurerShare

Pairs = tuple[tuple[str, str], ...]


def parties_of(frame: Frame, state: PolicyState) -> Pairs:
    """Insured, insurers with their parts, broker and manager: each on one line, with what identifies it.

    Source: art. L.112-4 Code des assurances (names and addresses of the parties); special conditions (coassurance).
    """
    client, broker_id = frame.client, state.terms.broker_id
    broker = begun(frame.broker_name(None)) if broker_id is None else _broker(frame, broker_id)
    return (
        ("Souscripteur", _line(client.name, f"SIREN {grouped_identifier(client.siren)}", *client.lines)),
        *_insurers(frame, state.terms.shares),
        ("Courtier", broker),
        ("Gestionnaire", _line(frame.office.name, *frame.office.lines, _orias(frame.office_orias))),
    )


def _insurers(frame: Frame, shares: Sequence[InsurerShare]) -> Iterator[tuple[str, str]]:
    for one in sorted(shares, key=lambda one: not one.is_leader):
        role = "Apériteur" if one.is_leader else "Coassureur"
        label = f"{role}, {percent_text(one.share)}" if len(shares) > 1 else "Assureur"
        yield label, begun(_party(frame, one.organisation_id))


def _party(frame: Frame, organisation_id: int) -> str:
    found = frame.parties.get(organisation_id)
    return _line(frame.name_of(organisation_id), *(found.lines if found else ()))


def _broker(frame: Frame, broker_id: int) -> str:
    found = frame.parties.get(broker_id)
    return _line(begun(_party(frame, broker_id)), _orias(found.orias if found else ""))


def _orias(number: str) -> str:
    return f"numéro Orias : {number or NOT_SET}"


def _line(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
