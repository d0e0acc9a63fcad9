"""Roles and what each may do: one table, read by the pages, the API and the tests.

A role is held within a scope: the office's own staff see every company; the others see those of their organisation, or
those, the establishments or the files named to them.
"""

from __future__ import annotations

import enum

from atmp_insure.kernel.labelled import Labelled


class Right(Labelled):
    """Something one may or may not do; the stored code, and its meaning in French."""

    READ_USERS = "users.read", "voir les utilisateurs et leurs droits"
    WRITE_USERS = "users.write", "créer des utilisateurs, donner et retirer des droits"
    READ_AUDIT = "audit.read", "lire les journaux"
    READ_RUNS = "runs.read", "suivre les traitements"
    WRITE_RUNS = "runs.write", "lancer, arrêter et rejouer des traitements"
    READ_SETTINGS = "settings.read", "voir les réglages en vigueur"
    READ_TABLES = "tables.read", "parcourir les tables de l'application"
    READ_REGULATION = "regulation.read", "consulter la réglementation"
    READ_COMPANIES = "companies.read", "voir les entreprises, leurs établissements, leurs effectifs et leurs contacts"
    ADD_COMPANIES = "companies.add", "ajouter des entreprises et leurs établissements"
    WRITE_COMPANIES = "companies.write", "corriger des entreprises, des partenaires et des organismes"
    ADD_PARTNERS = "partners.add", "ajouter des partenaires, dont les personnes pourront se connecter"
    WRITE_PAYROLL = "payroll.write", "déclarer des masses salariales et des effectifs"
    READ_BANK_ACCOUNTS = "bank_accounts.read", "voir les comptes bancaires"
    READ_AGREEMENTS = "agreements.read", "lire les conventions avec les assureurs et les courtiers"
    WRITE_AGREEMENTS = "agreements.write", "écrire et signer des conventions"
    READ_DOCUMENTS = "documents.read", "lire les documents"
    WRITE_DOCUMENTS = "documents.write", "déposer et classer des documents"
    ERASE_DOCUMENTS = "documents.erase", "effacer des documents, poser une conservation"
    READ_MEDICAL = "documents.medical", "lire les pièces médicales des dossiers nommés"
    READ_PRIVILEGED = "documents.privileged", "lire les pièces couvertes par le secret de l'avocat"
    READ_LEGAL_NOTICES = "documents.notices", "lire les notifications officielles"
    READ_NAMES = "people.names", "voir le nom des personnes"
    READ_RATES = "rates.read", "voir les taux, les comptes employeur et les constats"
    WRITE_RATES = "rates.write", "enregistrer des feuilles de calcul et des comptes employeur"
    READ_QUOTES = "quotes.read", "voir les devis et les produits"
    READ_PRICING = "quotes.pricing", "voir les demandes de tarification et comment un prix est établi"
    WRITE_QUOTES = "quotes.write", "établir et envoyer des devis"
    DECIDE_QUOTES = "quotes.decide", "statuer sur les devis soumis, comparer les versions de produit"
    READ_POLICIES = "policies.read", "voir les contrats"
    WRITE_POLICIES = "policies.write", "émettre, modifier et renouveler des contrats"
    WRITE_POLICY_CONTACTS = "policies.contacts", "changer l'interlocuteur d'un contrat"
    COLLECT_POLICIES = (
        "policies.collect", "changer le compte débité, suspendre, remettre en vigueur et régulariser des contrats"
    )  # fmt: skip
    REFUND_PREMIUMS = "premiums.refund", "accorder ou refuser des remboursements de primes"
    WRITE_OFF_PREMIUMS = "premiums.write_off", "abandonner de petits restes de primes"
    DECLARE_PREMIUMS = "premiums.declare", "déclarer des primes encaissées par un courtier"
    PLACE_POLICIES = "policies.place", "changer le courtier, l'assureur et la coassurance d'un contrat"
    END_POLICIES = "policies.end", "résilier des contrats, annuler une transaction ou l'insérer avant d'autres"
    TAKE_OVER_POLICIES = "policies.take_over", "reprendre un portefeuille d'un autre système"
    READ_LEDGER = "ledger.read", "lire la comptabilité du bureau"
    WRITE_LEDGER = "ledger.write", "extourner des écritures, lettrer et délettrer"
    CLOSE_LEDGER = "ledger.close", "clore des mois de la comptabilité"
    READ_COMMISSIONS = "commissions.read", "lire les commissions et leurs bordereaux"
    DISPUTE_COMMISSIONS = "commissions.dispute", "contester des lignes de ses bordereaux de commissions"
    FILE_MAIL = "mail.file", "classer le courrier reçu par le bureau"
    READ_MAIL = "mail.read", "voir le courrier sortant"
    WRITE_LETTERS = "letters.write", "écrire des courriers"
    READ_NOTES = "notes.read", "lire les notes"
    WRITE_NOTES = "notes.write", "écrire des notes"
    READ_DIARY = "diary.read", "voir les échéances et les tâches"
    WRITE_DIARY = "diary.write", "répondre aux échéances, écrire et finir des tâches, enregistrer des réclamations"
    READ_COMPLAINTS = "complaints.read", "suivre les réclamations"
    APPROVE = "approvals.decide", "donner une seconde validation"


class Reach(enum.Enum):
    """How far a role sees, and so what its grant must name."""

    OFFICE = "office"  # every company
    ORGANISATION = "organisation"  # the companies of one organisation
    COMPANY = "company"  # one company, possibly some of its establishments
    FILE = "file"  # one file, until a day


class Role(Labelled):
    """The roles, each with its French name and how far it sees."""

    ADMINISTRATOR = "administrator", "administrateur", Reach.OFFICE
    MANAGER = "manager", "responsable", Reach.OFFICE
    UNDERWRITER = "underwriter", "chargé de souscription", Reach.OFFICE
    CLAIMS_HANDLER = "claims_handler", "gestionnaire de sinistres", Reach.OFFICE
    PREMIUM_ACCOUNTANT = "premium_accountant", "comptable des primes", Reach.OFFICE
    AUDITOR = "auditor", "auditeur", Reach.OFFICE
    BROKER = "broker", "courtier", Reach.ORGANISATION
    LAWYER = "lawyer", "avocat", Reach.ORGANISATION
    LAW_FIRM_ASSISTANT = "law_firm_assistant", "assistant du cabinet d'avocats", Reach.ORGANISATION
    INSURER = "insurer", "assureur", Reach.ORGANISATION
    EMPLOYER = "employer", "employeur", Reach.COMPANY
    PAYROLL_AGENT = "payroll_agent", "tiers déclarant", Reach.COMPANY
    PREVENTION_ADVISER = "prevention_adviser", "préventeur", Reach.COMPANY
    MANDATED_DOCTOR = "mandated_doctor", "médecin mandaté", Reach.FILE

    reach: Reach

    def __init__(self, _code: str, _label: str, reach: Reach) -> None:
        self.reach = reach


_EVERYONE = frozenset({Right.READ_REGULATION})
_PAPERS = frozenset({Right.READ_DOCUMENTS, Right.WRITE_DOCUMENTS, Right.READ_LEGAL_NOTICES})
_NOTES = frozenset({Right.READ_NOTES, Right.WRITE_NOTES})
_RATES = frozenset({Right.READ_RATES, Right.WRITE_RATES})
_PRICES = frozenset({Right.READ_QUOTES, Right.READ_PRICING})
_QUOTES = _PRICES | {Right.WRITE_QUOTES}
_POLICIES = frozenset({Right.READ_POLICIES, Right.WRITE_POLICY_CONTACTS})
_COMPANIES = frozenset(
    {Right.READ_COMPANIES, Right.ADD_COMPANIES, Right.WRITE_COMPANIES, Right.ADD_PARTNERS, Right.WRITE_PAYROLL}
    | {Right.READ_BANK_ACCOUNTS, Right.READ_AGREEMENTS}
)
_CLIENTS = frozenset({Right.READ_COMPANIES, Right.WRITE_PAYROLL})
_DIARY = frozenset({Right.READ_DIARY, Right.WRITE_DIARY, Right.READ_COMPLAINTS})
_DESK = (
    _EVERYONE
    | _COMPANIES
    | _PAPERS
    | _NOTES
    | _DIARY
    | {Right.READ_RUNS, Right.WRITE_LETTERS, Right.READ_MAIL, Right.APPROVE}
)
_BOOKS = frozenset({Right.READ_LEDGER, Right.WRITE_LEDGER, Right.CLOSE_LEDGER, Right.READ_COMMISSIONS})
_MONEY = frozenset({Right.COLLECT_POLICIES, Right.REFUND_PREMIUMS, Right.WRITE_OFF_PREMIUMS, Right.DECLARE_PREMIUMS})
_TRAY = frozenset({Right.FILE_MAIL, Right.READ_NAMES})  # a letter names people: who files it may read it

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.ADMINISTRATOR: _EVERYONE
    | {Right.READ_USERS, Right.WRITE_USERS, Right.READ_AUDIT, Right.READ_RUNS, Right.WRITE_RUNS, Right.READ_SETTINGS}
    | {Right.READ_TABLES, Right.ERASE_DOCUMENTS, Right.READ_DOCUMENTS, Right.READ_MAIL, Right.APPROVE}
    | {Right.READ_COMPANIES, Right.READ_AGREEMENTS, Right.ADD_PARTNERS},
    Role.MANAGER: _DESK
    | {Right.WRITE_AGREEMENTS, Right.ERASE_DOCUMENTS}
    | {Right.READ_USERS, Right.READ_AUDIT, Right.WRITE_RUNS, Right.READ_SETTINGS}
    | {Right.DECIDE_QUOTES, Right.WRITE_POLICIES, Right.PLACE_POLICIES, Right.END_POLICIES}
    | {Right.TAKE_OVER_POLICIES}
    | _MONEY
    | _BOOKS
    | _POLICIES
    | _TRAY
    | _RATES
    | _QUOTES,
    Role.UNDERWRITER: _DESK
    | _RATES
    | _QUOTES
    | _POLICIES
    | {Right.DECIDE_QUOTES, Right.WRITE_POLICIES, Right.END_POLICIES, Right.WRITE_RUNS},
    Role.CLAIMS_HANDLER: _DESK | _RATES | _TRAY | _PRICES | {Right.WRITE_RUNS, Right.READ_POLICIES},
    Role.PREMIUM_ACCOUNTANT: _DESK | _BOOKS | _PRICES | _POLICIES | _MONEY | {Right.WRITE_RUNS, Right.READ_RATES},
    Role.AUDITOR: _EVERYONE
    | {Right.READ_COMPANIES, Right.READ_BANK_ACCOUNTS, Right.READ_AGREEMENTS}
    | {Right.READ_AUDIT, Right.READ_RUNS, Right.READ_DOCUMENTS, Right.READ_LEGAL_NOTICES, Right.READ_NOTES}
    | {Right.READ_USERS, Right.READ_SETTINGS, Right.READ_MAIL, Right.READ_RATES, Right.READ_DIARY}
    | {Right.READ_COMPLAINTS, Right.READ_POLICIES, Right.READ_LEDGER, Right.READ_COMMISSIONS}
    | _PRICES,
    Role.BROKER: _EVERYONE
    | _QUOTES
    | _POLICIES
    | _DIARY
    | _CLIENTS
    | _PAPERS
    | _NOTES
    | _RATES
    | {Right.ADD_COMPANIES, Right.READ_AGREEMENTS, Right.READ_BANK_ACCOUNTS}
    | {Right.READ_COMMISSIONS, Right.DISPUTE_COMMISSIONS, Right.DECLARE_PREMIUMS},
    Role.LAWYER: _EVERYONE
    | {Right.READ_POLICIES}
    | _DIARY
    | _PAPERS
    | _NOTES
    | _RATES
    | {Right.READ_COMPANIES, Right.READ_PRIVILEGED, Right.READ_NAMES, Right.WRITE_LETTERS},
    Role.LAW_FIRM_ASSISTANT: _EVERYONE
    | _DIARY
    | _PAPERS
    | _NOTES
    | _RATES
    | {Right.READ_COMPANIES, Right.READ_PRIVILEGED, Right.READ_NAMES},
    Role.INSURER: _EVERYONE
    | {Right.READ_DOCUMENTS, Right.READ_RATES, Right.READ_COMPLAINTS, Right.READ_POLICIES}
    | _PRICES
    | {Right.READ_COMPANIES, Right.READ_AGREEMENTS, Right.READ_BANK_ACCOUNTS},
    Role.EMPLOYER: _EVERYONE
    | _CLIENTS
    | _PAPERS
    | _RATES
    | {Right.READ_NAMES, Right.READ_BANK_ACCOUNTS, Right.READ_DIARY, Right.READ_QUOTES}
    | {Right.READ_POLICIES},
    Role.PAYROLL_AGENT: _EVERYONE | _CLIENTS | {Right.READ_DOCUMENTS, Right.WRITE_DOCUMENTS},
    Role.PREVENTION_ADVISER: _EVERYONE | {Right.READ_COMPANIES, Right.READ_DOCUMENTS, Right.READ_RATES},
    Role.MANDATED_DOCTOR: _EVERYONE | {Right.READ_DOCUMENTS, Right.READ_MEDICAL, Right.READ_NAMES},
}

STAFF = frozenset(role for role in Role if role.reach is Reach.OFFICE)
DATED = frozenset({Role.AUDITOR, Role.MANDATED_DOCTOR})  # given for a mission, and so until a day


def role_of(code: str) -> Role:
    """The role of a stored code.

    Raises:
        KeyError: no such role.
    """
    return {role.value: role for role in Role}[code]


def rights_of(role: Role) -> frozenset[Right]:
    """What one role may do."""
    return RIGHTS[role]
