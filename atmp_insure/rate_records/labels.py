"""The labels that papers print above or beside a value, and the one name of the value in this product.

Here: how labels are matched, and those of employer accounts; those of sheets and rate histories are in `sheet_labels`.

Matching follows input-formats 9.4: an exact alias first, then all the words of an alias; never on one short word. Two
labels on one value, or a value that is needed and has no label, are told to the user: nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING

from atmp_insure.rate_records.record import NamedTuple
from atmp_insure.regulation.vocabulary import CostCategory

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBER_WORDS = frozenset({"n", "no", "nb", "nbre", "nombre", "num", "numero"})
_LINK_WORDS = frozenset({"a", "au", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "par", "sur"})
_LONGEST_LABEL = 80
_MOST_REMEMBERED = 5000
_MOST_EXTRA_WORDS = 3  # a label says little more than its alias; a sentence is not a label
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_UNIT_WORDS = frozenset({"pourcent", "eur", "euro", "euros"})
_CAMEL_CASE = r"(?<=[a-z])(?=[A-Z])"  # `dateSinistre`, as the vendor's JSON writes its keys
_CATEGORY = r"(?:(?:ccm|cat|categorie|sinistres?|n) )*(it|ip) ?([1-6])"


class Field(NamedTuple):
    """A value that papers carry, under the labels seen or to accept; the first one names it in messages."""

    name: str
    aliases: tuple[str, ...]

    @property
    def label_fr(self) -> str:
        """How a message names the value."""
        return self.aliases[0]


class Labels:
    """The labels of one kind of paper: finds the field that a printed label means."""

    def __init__(self, *fields: Field) -> None:
        """Take the fields; their aliases are indexed when a label is first looked for."""
        self.by_name = {field.name: field for field in fields}
        self._found: dict[str, str | None] = {}  # what was looked for: pages repeat their labels

    @cached_property
    def _exact(self) -> dict[str, str]:
        fields = self.by_name.values()
        own_names = {normal_label(field.name): field.name for field in fields}  # as our own answers write them
        return own_names | {normal_label(alias): field.name for field in fields for alias in field.aliases}

    @cached_property
    def _by_words(self) -> list[tuple[frozenset[str], str]]:
        return [(frozenset(_meaningful(alias)), name) for alias, name in self._exact.items()]

    def find(self, label: str) -> str | None:
        """The name of the field meant by a printed label; None when none is, or when two could be."""
        if label not in self._found:
            if len(self._found) > _MOST_REMEMBERED:
                self._found.clear()
            self._found[label] = self._find(label)
        return self._found[label]

    def find_exact(self, label: str) -> str | None:
        """The name of the field that a printed label names word for word, its unit left aside."""
        normal = normal_label(label)
        if not normal or len(normal) > _LONGEST_LABEL:
            return None
        without_unit = " ".join(word for word in normal.split() if word not in _UNIT_WORDS)
        return self._exact.get(normal) or self._exact.get(without_unit)

    def _find(self, label: str) -> str | None:
        if (exact := self.find_exact(label)) is not None:
            return exact
        normal = normal_label(label)
        if not normal or len(normal) > _LONGEST_LABEL:
            return None
        said = frozenset(_meaningful(normal))
        close = [
            (len(words), name)
            for words, name in self._by_words
            if len(words) > 1 and words <= said and len(said) <= len(words) + _MOST_EXTRA_WORDS
        ]
        longest = max((length for length, _ in close), default=0)
        names = {name for length, name in close if length == longest}
        return names.pop() if len(names) == 1 else None

    def label_fr(self, name: str) -> str:
        """How a message names a field."""
        return self.by_name[name].label_fr

    def missing(self, needed: Iterable[str], found: Iterable[str]) -> list[str]:
        """Names of the fields that are needed and were not found."""
        known = set(found)
        return [name for name in needed if name not in known]


def normal_label(label: str) -> str:
    """A label in lower case, without accents or punctuation; "n°", "nb", "nbre" and "nombre" are one word."""
    if not (label.islower() or label.isupper() or label.istitle() or " " in label):
        label = re.sub(_CAMEL_CASE, " ", label)
    plain = label.lower().replace("n°", "n ").replace("nº", "n ").replace("%", " pourcent ")
    if not plain.isascii():
        plain = unicodedata.normalize("NFD", plain)
        plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = _NOT_A_WORD.sub(" ", plain).split()
    return " ".join("n" if word in _NUMBER_WORDS else word for word in words)


def _meaningful(normal: str) -> list[str]:
    return [word for word in normal.split() if word not in _LINK_WORDS]


_TOTALS = ("total", "totaux", "sous total", "cumul", "ensemble")
_TOTAL_INITIALS = frozenset("tscTSCeE")


def is_total(label: str) -> bool:
    """Whether a row is a total: it is a control, not a line."""
    return label[:1] in _TOTAL_INITIALS and len(label) <= 60 and normal_label(label).startswith(_TOTALS)


def is_subtotal(label: str) -> bool:
    """Whether a total covers only a part of the lines."""
    return normal_label(label).startswith(("sous total", "cumul"))


def is_before_reform(label: str) -> bool:
    """Whether a label belongs to the accounts of before 2010, which listed real spending claim by claim."""
    return _meaningful_text(label) in _BEFORE_REFORM


def _meaningful_text(label: str) -> str:
    return " ".join(_meaningful(normal_label(label)))


def category_of_row(label: str) -> CostCategory | None:
    """The cost category that a row of a sheet counts: "IT1", "CCM IP 3"."""
    match = re.fullmatch(_CATEGORY, normal_label(label))
    name = f"{match[1]}{match[2]}".upper() if match else ""
    return CostCategory(name) if name in CostCategory.__members__ else None


def is_unit_cost(label: str) -> bool:
    """Whether a column of a sheet holds the cost of each category."""
    return normal_label(label) in _UNIT_COSTS


_UNIT_COSTS = frozenset({"tarif", "cout moyen", "couts moyens", "tarif ccm", "cout unitaire", "cout moyen categorie"})

_BEFORE_REFORM = frozenset(
    {
        "frais medicaux", "frais pharmacie", "pharmacie", "frais pharmaceutiques", "hospitalisation",
        "frais hospitalisation", "indemnites journalieres", "capital representatif", "capitaux representatifs",
        "rente", "rentes", "capitaux", "capital deces", "prestations nature",
    }
)  # fmt: skip

SIRET = Field("siret", ("SIRET", "N° SIRET", "Établissement", "N° d'établissement", "SIRET de l'établissement"))
NIC = Field("nic", ("NIC", "SIREN + NIC", "SIREN NIC"))
SECTION = Field("section", ("Section", "Section d'établissement", "SE", "N° de section"))
RISK_CODE = Field("risk_code", ("Code risque", "Risque", "N° risque", "N° de risque", "N° de code risque"))
SUPPORT_STAFF = Field("support_staff", ("Bureau", "Taux bureau", "Fonctions supports", "B"))
COMMITTEE = Field("ctn", ("CTN", "Comité technique", "Comité technique national"))
FUND = Field("fund", ("Caisse", "Carsat", "Cramif", "CGSS", "CRAM", "Caisse régionale", "Région", "Région Carsat"))
COMPANY = Field("company", ("Raison sociale", "Entreprise", "Dénomination", "Employeur", "Nom de l'entreprise"))
ADDRESS = Field("address", ("Adresse", "Lieu du risque", "Adresse de l'établissement", "Adresse du risque"))
RISK_LABEL = Field("risk_label", ("Nature du risque", "Libellé du risque", "Activité", "Libellé"))

ISSUED_ON = Field("issued_on", ("Date d'édition", "Édité le", "Date d'extraction", "Extrait du", "Situation au"))

ACCOUNT_COLUMNS = Labels(
    Field("account_year", ("Exercice", "Année", "Année d'imputation", "Compte", "Exercice d'imputation")),
    SIRET,
    NIC,
    SECTION,
    RISK_CODE,
    SUPPORT_STAFF,
    COMMITTEE,
    Field("claim_number", ("N° sinistre", "NNS", "N° national de sinistre", "N° de sinistre", "N° de dossier")),
    Field("nir", ("NIR", "N° de sécurité sociale", "N° SS", "Immatriculation", "N° d'immatriculation")),
    Field("last_name", ("Nom", "Nom de la victime", "Victime", "Nom et prénom", "Nom prénom")),
    Field("first_name", ("Prénom", "Prénom de la victime")),
    Field("nature", ("Nature", "Type", "Nature du sinistre", "Type de sinistre", "AT/MP/TR", "AT/MP")),
    Field(
        "occurred_on",
        (
            "Date du sinistre",
            "Date sinistre",
            "Date de l'accident",
            "Date AT/MP",
            "Date de survenance",
            "Date accident",
        ),
    ),
    Field(
        "notified_on",
        (
            "Date de notification",
            "Date de reconnaissance",
            "Date notif. décision",
            "Date de notification de la décision",
        ),
    ),
    Field(
        "absence_days",
        (
            "Nb jours d'arrêt",
            "Nb jours arrêt",
            "Jours IT",
            "Jours d'arrêt",
            "Jours d'arrêt prescrits",
            "Nb de jours d'arrêt",
        ),
    ),
    Field("it_category", ("Catégorie IT", "Niveau CCM IT", "CCM IT", "CCMIT", "Cat. IT")),
    Field("it_cost_eur", ("Coût moyen IT", "Tarif CCM IT", "Montant IT", "Coût IT")),
    Field(
        "ip_notified_on",
        (
            "Date de notification IP",
            "Date notification IP/décès",
            "Date notif. IP",
            "Date de notification du taux d'IP",
        ),
    ),
    Field("ip_percent", ("Taux d'IP", "% IP", "Taux IP", "IPP", "Taux d'incapacité", "Taux d'IPP")),
    Field("ip_category", ("Catégorie IP", "Niveau CCM IP", "CCM IP", "CCMIP", "Cat. IP")),
    Field("ip_cost_eur", ("Coût moyen IP", "Tarif CCM IP", "Montant IP", "Coût IP")),
    Field("third_party_percent", ("% RCT", "RCT", "Recours contre tiers", "Taux RCT", "% RCT tiers")),
    Field("agency_percent", ("% ETT", "ETT", "Part ETT")),
    Field("user_percent", ("% EUT", "EUT", "% EU", "Part EUT", "Part entreprise utilisatrice")),
    Field("value_eur", ("Valeur du risque", "Valeur risque", "Coût", "Montant imputé", "Total")),
    Field("special_account", ("Compte spécial", "Imputation au compte spécial", "Mention", "Observations")),
    FUND,
)
IDENTIFIES_A_CLAIM = ("claim_number", "nir", "last_name")
NEEDED_COLUMNS = ("it_category", "ip_category", "value_eur")

ACCOUNT_HEADER = Labels(
    COMPANY,
    SIRET,
    NIC,
    SECTION,
    RISK_CODE,
    RISK_LABEL,
    COMMITTEE,
    FUND,
    ADDRESS,
    Field("account_year", ("Exercice", "Année", "Année d'imputation", "Compte employeur", "Compte de l'année")),
    Field("headcount", ("Effectif", "Effectif moyen", "Effectif de l'entreprise", "Effectif au 31/12")),
    Field(
        "wages_eur",
        ("Salaires", "Masse salariale", "Masse des salaires", "Assiette", "Total des salaires", "Salaires au 31/12"),
    ),
    ISSUED_ON,
    Field("total", ("Total valeur du risque", "Total", "Valeur du risque", "Total de l'exercice", "Total général")),
)
