"""Who stands around the text of a policy paper: office, client, insurers, broker, remedies, as the edge names them.

What is not known is said not to be; nothing is made up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from atmp_insure.diary.complaint_remedies import Remedies
from atmp_insure.guarantees.written import percent_text
from atmp_insure.rate_records.wording import list_fr
from atmp_insure.underwriting.quote_texts import NOT_SET

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from atmp_insure.documents.letters import Office
    from atmp_insure.policies.terms import InsurerShare
    from atmp_insure.underwriting.quote_pdf import Client, Intermediary

NO_BROKER = "aucun, contrat suivi par notre bureau"


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds every paper of a policy.

    Attributes:
        reference: of the policy.
        dated: the day of the paper.
        addressee: whom the office writes to, at the client's; empty: the company.
        parties: insurers and brokers, by the number of their organisation.
        contacts: persons to write to, by their number.
        mandates: references of the SEPA mandates, by their number.
        complaints: of the settings; each may be empty.
        data_protection: whom to write to about personal data, on one line.
        office_orias: the office's own number at the ORIAS register.
    """

    reference: str
    dated: date
    office: Office
    client: Client
    signatory: str
    signatory_role: str = ""
    town: str = ""
    addressee: str = ""
    parties: Mapping[int, Intermediary] = field(default_factory=dict)
    contacts: Mapping[int, str] = field(default_factory=dict)
    mandates: Mapping[int, str] = field(default_factory=dict)
    complaints: Remedies = field(default_factory=Remedies)
    data_protection: str = ""
    office_orias: str = ""

    def name_of(self, organisation_id: int) -> str:
        """The name of an insurer or of a broker."""
        found = self.parties.get(organisation_id)
        return found.name if found is not None and found.name else NOT_SET

    def broker_name(self, broker_id: int | None) -> str:
        """The name of the broker; the office itself when there is none."""
        return NO_BROKER if broker_id is None else self.name_of(broker_id)

    def contact_name(self, contact_id: int | None) -> str:
        """Whom the office writes to."""
        return "le siège de l'entreprise" if contact_id is None else self.contacts.get(contact_id) or NOT_SET

    def mandate_name(self, mandate_id: int | None) -> str:
        """How premiums are paid."""
        if mandate_id is None:
            return "par le souscripteur, sans prélèvement"
        return f"par prélèvement SEPA, mandat {self.mandates.get(mandate_id) or f'de référence {NOT_SET}e'}"


def insurers_text(frame: Frame, shares: Sequence[InsurerShare]) -> str:
    """The insurers on one line, the leader first: `Assureur A (apériteur) 60 % et Assureur B 40 %`.

    Source: special conditions (coassurance).
    """
    ordered = sorted(shares, key=lambda one: not one.is_leader)
    if len(ordered) == 1:
        return frame.name_of(ordered[0].organisation_id)
    return list_fr([
        f"{frame.name_of(one.organisation_id)}{' (apériteur)' if one.is_leader else ''} {percent_text(one.share)}"
        for one in ordered
    ])  # fmt: skip


def leader_name(frame: Frame, shares: Sequence[InsurerShare]) -> str:
    """The insurer who leads.

    Source: special conditions (coassurance).
    """
    return next((frame.name_of(one.organisation_id) for one in shares if one.is_leader), NOT_SET)
