"""What papers, findings and differences look like in an answer; no social security number leaves in clear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields

from atmp_insure.api.values import Euros, codes_of
from atmp_insure.rate_records.documents import DocumentKind, EmployerAccount, Severity
from atmp_insure.rate_records.masking import masked_claim_number, masked_nir
from atmp_insure.rate_records.models import PaperState
from atmp_insure.rate_records.paper_values import label_of, names_people, values_of
from atmp_insure.rate_records.plain_values import percent_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atmp_insure.rate_records.documents import AccountLine, Document, Finding
    from atmp_insure.rate_records.effects import Difference, Effect, MovedRate
    from atmp_insure.rate_records.models import RatePaper
    from atmp_insure.rate_records.paper_values import PaperValue

_CODE = {"enum": codes_of(Severity), "description": "à examiner, à vérifier, ou pour information"}


class PaperSchema(Schema):
    """A paper of the AT/MP account, as lists know it."""

    id = fields.Integer(required=True)
    deposit_id = fields.Integer(required=True)
    company_id = fields.Integer(required=True)
    establishment_id = fields.Integer(required=True, allow_none=True)
    document_id = fields.Integer(required=True)
    state = fields.Enum(PaperState, by_value=fields.String, required=True)
    kind = fields.String(required=True, metadata={"enum": codes_of(DocumentKind)})
    siret = fields.String(required=True)
    section = fields.String(required=True, allow_none=True)
    risk_code = fields.String(required=True, allow_none=True)
    year = fields.Integer(required=True, allow_none=True)
    file_name = fields.String(required=True)
    to_review = fields.Boolean(required=True, metadata={"description": "sa mise en page a été devinée : à relire"})
    read_at = fields.AwareDateTime(required=True)
    superseded_by = fields.Integer(required=True, allow_none=True)


class ValueSchema(Schema):
    """A value of a paper, under the name by which it is corrected."""

    name = fields.String(required=True, metadata={"description": "par exemple « notified_percent »"})
    label = fields.String(required=True)
    value = fields.String(required=True, metadata={"description": "comme sur la pièce ; vide : elle n'en dit rien"})
    place = fields.String(required=True, metadata={"description": "où elle se trouve dans le fichier"})


class CorrectionSchema(Schema):
    """A value put right by hand."""

    name = fields.String(required=True)
    label = fields.String(required=True)
    former = fields.String(required=True, allow_none=True)
    value = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True)
    author_name = fields.String(required=True)
    written_at = fields.AwareDateTime(required=True)


class FindingSchema(Schema):
    """What differs between papers, or from the law, with what it is worth."""

    severity = fields.String(required=True, metadata=_CODE)
    code = fields.String(required=True)
    message = fields.String(required=True)
    place = fields.String(required=True)
    legal_basis = fields.String(required=True, allow_none=True)
    saving_eur = Euros(required=True, allow_none=True, metadata={"description": "enjeu estimé sur les cotisations"})
    contest_before = fields.Date(required=True, allow_none=True)


def _text(description: str = "") -> fields.String:
    return fields.String(required=True, allow_none=True, metadata={"description": description})


class LineSchema(Schema):
    """A line of an account; its values are corrected under `lines.<at>.<name>`."""

    at = fields.Integer(required=True, metadata={"description": "rang, à partir de 0"})
    place = fields.String(required=True)
    account_year = fields.Integer(required=True)
    siret = _text()
    section = _text()
    risk_code = _text()
    claim_number = _text("le numéro de sécurité sociale par lequel il commence est masqué")
    nir = _text("masqué")
    last_name = _text("nul pour qui ne voit pas le nom des personnes")
    first_name = _text("nul pour qui ne voit pas le nom des personnes")
    nature = _text()
    occurred_on = fields.Date(required=True, allow_none=True)
    notified_on = fields.Date(required=True, allow_none=True)
    absence_days = fields.Integer(required=True, allow_none=True)
    it_category = _text()
    it_cost_eur = Euros(required=True, allow_none=True)
    ip_notified_on = fields.Date(required=True, allow_none=True)
    ip_percent = _text()
    ip_category = _text()
    ip_cost_eur = Euros(required=True, allow_none=True)
    third_party_percent = _text()
    agency_percent = _text()
    user_percent = _text()
    value_eur = Euros(required=True, allow_none=True)
    special_account = fields.Boolean(required=True, allow_none=True)
    is_charged = fields.Boolean(required=True, metadata={"description": "compte dans le taux"})


class ChangedValueSchema(Schema):
    """A value that is not the same in both versions of a paper."""

    name = fields.String(required=True)
    label = fields.String(required=True)
    former = fields.String(required=True)
    newer = fields.String(required=True)


class LineCountsSchema(Schema):
    """What became of the lines of an account in its newer version."""

    new = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    vanished = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    findings = fields.List(fields.Nested(FindingSchema), required=True)


class DifferenceSchema(Schema):
    """What a paper changes in one that it takes the place of."""

    paper_id = fields.Integer(required=True)
    former_id = fields.Integer(required=True)
    values = fields.List(fields.Nested(ChangedValueSchema), required=True)
    lines = fields.Nested(LineCountsSchema, required=True, allow_none=True)


class MovedRateSchema(Schema):
    """A rate as it is known, and as it would be."""

    siret = fields.String(required=True)
    section = fields.String(required=True)
    risk_code = fields.String(required=True)
    rate_year = fields.Integer(required=True)
    notified_before_percent = fields.String(required=True, allow_none=True)
    notified_after_percent = fields.String(required=True, allow_none=True)
    recomputed_before_percent = fields.String(required=True, allow_none=True)
    recomputed_after_percent = fields.String(required=True, allow_none=True)


class EffectSchema(Schema):
    """What keeping the papers of a deposit would do."""

    differences = fields.List(fields.Nested(DifferenceSchema), required=True)
    rates = fields.List(fields.Nested(MovedRateSchema), required=True)
    findings = fields.List(fields.Nested(FindingSchema), required=True, metadata={"description": "qui apparaissent"})
    ended = fields.List(fields.Nested(FindingSchema), required=True, metadata={"description": "qui disparaissent"})


def read_values(values: Iterable[PaperValue]) -> list[dict[str, str]]:
    """Values as they stand on a paper."""
    return [{"name": one.name, "label": one.label_fr, "value": one.typed, "place": one.place} for one in values]


def head_of(document: Document) -> list[dict[str, str]]:
    """The values of the head of a paper."""
    return read_values(values_of(document))


def corrections_of(paper: RatePaper, document: Document, *, named: bool) -> list[dict[str, Any]]:
    """The corrections of a paper, the latest first; what names a victim is left out for whoever sees no names."""
    return [
        {
            "name": one.field,
            "label": label_of(document, one.field),
            "former": one.former if named or not names_people(one.field) else None,
            "value": one.value if named or not names_people(one.field) else None,
            "reason": one.reason,
            "author_name": one.author_name,
            "written_at": one.written_at,
        }
        for one in reversed(paper.corrections)
    ]


def lines_of(document: Document, *, named: bool) -> list[dict[str, Any]]:
    """The lines of an account; none of another paper."""
    lines = document.lines if isinstance(document, EmployerAccount) else ()
    return [_line(at, line, named=named) for at, line in enumerate(lines)]


def _line(at: int, line: AccountLine, *, named: bool) -> dict[str, Any]:
    claim, place = line.claim, line.establishment
    same = ("account_year", "it_cost_eur", "ip_notified_on", "ip_cost_eur", "value_eur", "special_account", "place")
    percents = ("ip_percent", "third_party_percent", "agency_percent", "user_percent")
    codes = {"nature": claim.nature, "it_category": line.it_category, "ip_category": line.ip_category}
    return {
        "at": at,
        **{name: getattr(line, name) for name in same},
        **{name: getattr(place, name) for name in ("siret", "section", "risk_code")},
        **{name: getattr(claim, name) for name in ("occurred_on", "notified_on", "absence_days")},
        **{name: getattr(claim, name) if named else None for name in ("last_name", "first_name")},
        **{name: percent_text(getattr(line, name)) for name in percents},
        **{name: None if code is None else code.value for name, code in codes.items()},
        "claim_number": None if claim.claim_number is None else masked_claim_number(claim.claim_number),
        "nir": None if claim.nir is None else masked_nir(claim.nir),
        "is_charged": not line.is_never_charged and bool(line.categories),
    }


def finding_values(finding: Finding) -> dict[str, Any]:
    """A finding of the engine, as one that is stored."""
    return {
        "severity": finding.severity.value,
        "code": finding.code,
        "message": finding.message_fr,
        "place": finding.place,
        "legal_basis": finding.legal_basis,
        "saving_eur": finding.estimated_saving_eur,
        "contest_before": finding.contest_before,
    }


def difference_values(found: Difference) -> dict[str, Any]:
    """What a paper changes in its former version: the values of its head one by one, its lines by count."""
    changed = [
        {"name": one.newer.name, "label": one.newer.label_fr, "former": one.former.typed, "newer": one.newer.typed}
        for one in found.values
    ]
    lines = found.lines
    counts = None
    if lines is not None:
        findings = [finding_values(one) for one in lines.findings]
        counts = {
            "new": len(lines.new), "changed": len(lines.changed), "vanished": len(lines.vanished),
            "unchanged": lines.unchanged, "findings": findings,
        }  # fmt: skip
    return {"paper_id": found.paper.id, "former_id": found.former.id, "values": changed, "lines": counts}


def effect_values(effect: Effect) -> dict[str, Any]:
    """What keeping papers would do."""
    return {
        "differences": [difference_values(one) for one in effect.differences],
        "rates": [_moved(one) for one in effect.rates],
        "findings": [finding_values(one) for one in effect.findings],
        "ended": [finding_values(one) for one in effect.ended],
    }


def _moved(rate: MovedRate) -> dict[str, Any]:
    moments = ("notified_before", "notified_after", "recomputed_before", "recomputed_after")
    told = {f"{name}_percent": percent_text(getattr(rate, name)) for name in moments}
    return {name: getattr(rate, name) for name in ("siret", "section", "risk_code", "rate_year")} | told
