"""The sheets of a book of policies that comes from another system, and the columns of each one.

What nobody takes over yet is read, checked and kept all the same: `taken_by` says which part of the product will.
"""

from __future__ import annotations

from atmp_insure.guarantees.catalogue import GUARANTEES
from atmp_insure.kernel.labelled import Labelled
from atmp_insure.parties.body_models import ImportKind
from atmp_insure.parties.file_rows import FileColumn
from atmp_insure.parties.import_rows import COLUMNS as PARTY_COLUMNS

NET_OF = "_net_eur"  # after the code of a guarantee: its yearly premium


class BookSheet(Labelled):
    """A sheet of the workbook; its code, its name in French, and who takes over what is only kept for now."""

    COMPANIES = "companies", "Entreprises", ""
    POLICIES = "policies", "Contrats", ""
    SECTIONS = "sections", "Sections", ""
    MANDATES = "mandates", "Mandats", ""
    DEADLINES = "deadlines", "Échéances", ""
    BALANCES = "balances", "Soldes", "comptabilité"
    CLAIMS = "claims", "Sinistres ouverts", "sinistres"
    CASES = "cases", "Dossiers", "recours"
    CONTROLS = "controls", "Contrôles", ""

    taken_by: str

    def __init__(self, _code: str, _label: str, taken_by: str) -> None:
        self.taken_by = taken_by


KEPT = tuple(one for one in BookSheet if one.taken_by)
NEEDED = (BookSheet.POLICIES, BookSheet.SECTIONS)

_POLICY = FileColumn("reference", "Contrat", ("police", "référence", "n° de contrat"), is_required=True)
_ON = FileColumn("on", "À effet du", ("effet", "date d'effet"), is_required=True)
_SIRET = FileColumn("siret", "SIRET", ("établissement",), is_required=True)

COLUMNS: dict[BookSheet, tuple[FileColumn, ...]] = {
    BookSheet.COMPANIES: PARTY_COLUMNS[ImportKind.COMPANIES],
    BookSheet.POLICIES: (
        _POLICY,
        _ON,
        FileColumn("happening", "Nature", ("événement",)),
        FileColumn("siren", "SIREN", ("numéro SIREN", "n° SIREN"), is_required=True),
        FileColumn("product", "Produit"),
        FileColumn("product_version", "Version du produit", ("version",)),
        FileColumn("agreement", "Convention", ("convention de l'assureur", "délégation")),
        FileColumn("broker", "Courtier", ("apporteur", "Orias")),
        FileColumn("year_first_day", "Premier jour de l'année d'assurance", ("début d'année",)),
        FileColumn("year_last_day", "Dernier jour de l'année d'assurance", ("fin d'année",)),
        FileColumn("guarantees", "Garanties"),
        FileColumn("diseases", "Maladies professionnelles", ("MP",)),
        FileColumn("deductible_kind", "Nature de la franchise"),
        FileColumn("deductible", "Franchise"),
        FileColumn("section_year_eur", "Plafond par section et par an"),
        FileColumn("year_eur", "Plafond par an"),
        FileColumn("policy_eur", "Plafond par année d'assurance"),
        FileColumn("frequency", "Fractionnement"),
        FileColumn("surcharge_percent", "Frais de fractionnement (%)"),
        FileColumn("net_eur", "Prime nette annuelle", ("prime nette", "prime annuelle HT")),
        *(FileColumn(f"{code}{NET_OF}", f"Prime nette {code}") for code in (one.code for one in GUARANTEES)),
        FileColumn("minimum_eur", "Prime minimale"),
        FileColumn("commission_percent", "Commission (%)", ("commission",)),
        FileColumn("tax_percent", "Taxe (%)", ("taxe",)),
        FileColumn("ground", "Motif de résiliation", ("motif",)),
        FileColumn("is_kept", "Prime acquise", ("prime conservée",)),
    ),
    BookSheet.SECTIONS: (
        _POLICY,
        _ON,
        _SIRET,
        FileColumn("section", "Section", ("section AT", "SE"), is_required=True),
        FileColumn("risk_code", "Code risque"),
        FileColumn("wages_eur", "Masse salariale", ("salaires",), is_required=True),
        FileColumn("headcount", "Effectif"),
    ),
    BookSheet.MANDATES: (
        _POLICY,
        FileColumn("rum", "RUM", ("référence du mandat",), is_required=True),
        FileColumn("signed_on", "Signé le", is_required=True),
        FileColumn("iban", "IBAN", is_required=True),
        FileColumn("holder", "Titulaire"),
        FileColumn("signatory", "Signataire"),
    ),
    BookSheet.DEADLINES: (
        _POLICY,
        FileColumn("label", "Acte", ("échéance", "à faire"), is_required=True),
        FileColumn("due_on", "Dernier jour", ("date limite",), is_required=True),
        FileColumn("reason", "Motif"),
    ),
    BookSheet.BALANCES: (
        _POLICY,
        FileColumn("balance_eur", "Solde dû", ("solde",), is_required=True),
        FileColumn("as_of", "Au", ("arrêté au",), is_required=True),
    ),
    BookSheet.CLAIMS: (
        _POLICY,
        FileColumn("claim", "Sinistre", ("n° de sinistre",), is_required=True),
        FileColumn("event", "Événement", ("gravité",), is_required=True),
        FileColumn("occurred_on", "Survenu le", ("date de survenance",), is_required=True),
        FileColumn("siret", "SIRET"),
        FileColumn("paid_eur", "Indemnités versées"),
        FileColumn("provision_eur", "Provision"),
    ),
    BookSheet.CASES: (
        _POLICY,
        FileColumn("case", "Dossier", ("n° de dossier",), is_required=True),
        FileColumn("subject", "Objet", ("nature",), is_required=True),
        FileColumn("opened_on", "Ouvert le", is_required=True),
        FileColumn("law_firm", "Cabinet d'avocats", ("avocat",)),
        FileColumn("stage", "Stade", ("étape",)),
    ),
    BookSheet.CONTROLS: (
        FileColumn("total", "Contrôle", ("total",), is_required=True),
        FileColumn("value", "Valeur", ("montant",), is_required=True),
    ),
}  # fmt: skip


def sheet_named(name: str) -> BookSheet | None:
    """The sheet that a tab of a workbook is, by its name in French, without case nor accents.

    Source: none; names of this product.
    """
    return next((one for one in BookSheet if FileColumn("", one.label).is_headed(name)), None)
