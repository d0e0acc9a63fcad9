"""The lists of partners, doctors and agreements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for
from sqlalchemy import or_, select

from atmp_insure.access.models import Organisation, OrganisationKind
from atmp_insure.access.roles import Right
from atmp_insure.db.paging import starts_with
from atmp_insure.parties import agreement_queries, partner_queries
from atmp_insure.parties.agreement_models import Agreement, VersionState
from atmp_insure.parties.company_lists import digits_of
from atmp_insure.parties.partner_forms import PARTNER_KINDS
from atmp_insure.parties.partner_models import Doctor, OrganisationProfile
from atmp_insure.parties.shown import VERSION_STATES
from atmp_insure.web.environment import today
from atmp_insure.web.list_query import Cell, Column, Filter, Option
from atmp_insure.web.listing import Listing
from atmp_insure.web.lists import Empty, Row
from atmp_insure.web.request_scope import actor
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


def _partner_row(organisation: Organisation) -> Row:
    return Row(
        key=str(organisation.id),
        url=url_for("partners.show_partner", organisation_id=organisation.id),
        cells={
            "name": organisation.name,
            "kind": PARTNER_KINDS[organisation.kind],
            "identifier": organisation.identifier,
            "created_at": organisation.created_at,
        },
    )


def _partner_found_by(words: str) -> ColumnElement[bool]:
    """By the beginning of the name, or by the whole SIREN or ORIAS number."""
    digits, by_name = digits_of(words), starts_with(Organisation.search_name, words)
    known = (OrganisationProfile.siren == digits) | (OrganisationProfile.orias_number == digits)
    return (
        or_(by_name, Organisation.id.in_(select(OrganisationProfile.organisation_id).where(known)))
        if digits
        else by_name
    )


PARTNERS: Listing[Organisation] = Listing(
    name="partners",
    label=_l("partenaires"),
    endpoint="partners.list_partners",
    columns=(
        Column("name", _l("Partenaire"), sortable=True, main=True),
        Column("kind", _l("Nature")),
        Column("identifier", _l("Orias ou SIREN"), Cell.IDENTIFIER),
        Column("created_at", _l("Ajouté"), Cell.MOMENT),
    ),
    statement=partner_queries.organisations,
    sorts={"name": (Organisation.search_name, Organisation.id)},
    sort="name",
    row=_partner_row,
    empty=lambda: Empty(
        _("Aucun partenaire"), _("Courtiers, cabinets d'avocats, assureurs et groupes se trouveront ici."),
        _("Ajouter un partenaire") if actor().everywhere(Right.ADD_PARTNERS) else "",
        url_for("partners.add_partner"), "users",
    ),
    filters=(
        Filter("kind", _l("Nature"), tuple(Option(kind.value, str(name)) for kind, name in PARTNER_KINDS.items())),
    ),
    narrow={"kind": lambda query: Organisation.kind.in_([OrganisationKind(value) for value in query.values("kind")])},
    search=_partner_found_by,
)  # fmt: skip


def _doctor_row(doctor: Doctor) -> Row:
    return Row(
        key=str(doctor.id),
        url=url_for("doctors.show_doctor", doctor_id=doctor.id),
        muted=doctor.ended_at is not None,
        cells={
            "name": doctor.name,
            "speciality": doctor.speciality,
            "rpps_number": doctor.rpps_number,
            "created_at": doctor.created_at,
        },
    )


DOCTORS: Listing[Doctor] = Listing(
    name="doctors",
    label=_l("médecins"),
    endpoint="doctors.list_doctors",
    columns=(
        Column("name", _l("Médecin"), main=True),
        Column("speciality", _l("Spécialité")),
        Column("rpps_number", _l("RPPS"), Cell.IDENTIFIER),
        Column("created_at", _l("Ajouté"), Cell.MOMENT, sortable=True),
    ),
    statement=partner_queries.doctors,
    sorts={"created_at": (Doctor.created_at, Doctor.id)},
    sort="created_at",
    descending=True,
    row=_doctor_row,
    empty=lambda: Empty(
        _("Aucun médecin"), _("Les médecins que l'employeur ou son avocat peut mandater se trouveront ici."),
        _("Ajouter un médecin") if actor().everywhere(Right.WRITE_COMPANIES) else "", url_for("doctors.add_doctor"),
        "stethoscope",
    ),
    holds_people=True,
)  # fmt: skip


def _agreement_row(agreement: Agreement) -> Row:
    last = agreement.versions[-1] if agreement.versions else None
    return Row(
        key=str(agreement.id),
        url=url_for("agreements.show_agreement", agreement_id=agreement.id),
        detail=agreement.title,
        muted=agreement.last_day is not None and agreement.last_day < today(),
        cells={
            "reference": agreement.reference,
            "with": agreement.organisation_name,
            "state": VERSION_STATES[last.state if last is not None else VersionState.DRAFT],
            "first_day": last.first_day if last is not None else None,
            "last_day": agreement.last_day,
            "created_at": agreement.created_at,
        },
    )


AGREEMENTS: Listing[Agreement] = Listing(
    name="agreements",
    label=_l("conventions"),
    endpoint="agreements.list_agreements",
    columns=(
        Column("reference", _l("Convention"), main=True),
        Column("with", _l("Avec")),
        Column("state", _l("Dernière version"), Cell.STATE),
        Column("first_day", _l("À compter du"), Cell.DAY),
        Column("last_day", _l("Fin"), Cell.DAY),
        Column("created_at", _l("Ouverte"), Cell.MOMENT, sortable=True),
    ),
    statement=agreement_queries.agreements,
    sorts={"created_at": (Agreement.created_at, Agreement.id)},
    sort="created_at",
    descending=True,
    row=_agreement_row,
    empty=lambda: Empty(
        _("Aucune convention"),
        _("Ce que le bureau peut faire au nom de chaque assureur, et ce qu'il doit à chaque courtier."),
        _("Ouvrir une convention") if actor().everywhere(Right.WRITE_AGREEMENTS) else "",
        url_for("agreements.add_agreement"), "heart-handshake",
    ),
)  # fmt: skip
