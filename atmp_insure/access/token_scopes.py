"""What a personal token may open: reading or writing, domain by domain; never more than its owner may do that day.

Some rights are in no scope, and `IN_NO_SCOPE` says which: a program never does what they allow, or nothing of the API
asks for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from atmp_insure.access.roles import Right
from atmp_insure.kernel.labelled import Label, Labelled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atmp_insure.db.actor import Actor

_COMPANY = frozenset({Right.READ_COMPANIES})  # whatever belongs to a company names it
_PRICES = frozenset({Right.READ_QUOTES, Right.READ_PRICING})
_PAPERS = frozenset({Right.READ_DOCUMENTS, Right.READ_LEGAL_NOTICES})
_AGREED = frozenset({Right.READ_AGREEMENTS})


class TokenScope(Labelled):
    """A scope: the stored code, its meaning in French, the rights that make it, and those that it needs beside them.

    Attributes:
        label: what it opens.
        own: who holds none of these is not offered the scope.
        rights: all that it opens.
    """

    READ_COMPANIES = "companies:read", "lire entreprises, partenaires et conventions", {*_COMPANY, *_AGREED}
    WRITE_COMPANIES = (
        "companies:write", "écrire entreprises, masses salariales, partenaires et conventions",
        {Right.ADD_COMPANIES, Right.WRITE_COMPANIES, Right.ADD_PARTNERS, Right.WRITE_PAYROLL, Right.WRITE_AGREEMENTS},
        {*_COMPANY, *_AGREED},
    )  # fmt: skip
    READ_ACCOUNTS = "accounts:read", "voir les comptes bancaires", {Right.READ_BANK_ACCOUNTS}, _COMPANY
    READ_RATES = "rates:read", "lire taux, pièces de tarification et constats, simuler", {Right.READ_RATES}, _COMPANY
    WRITE_RATES = (
        "rates:write", "déposer, corriger et enregistrer des pièces de tarification",
        {Right.WRITE_RATES}, {*_COMPANY, *_PAPERS, Right.READ_RATES, Right.WRITE_DOCUMENTS},
    )  # fmt: skip
    READ_DIARY = "diary:read", "lire échéances et tâches", {Right.READ_DIARY}, _COMPANY
    WRITE_DIARY = (
        "diary:write", "répondre aux échéances, écrire et finir des tâches",
        {Right.WRITE_DIARY}, {*_COMPANY, *_PAPERS, Right.READ_DIARY},
    )  # fmt: skip
    READ_COMPLAINTS = (
        "complaints:read", "lire les réclamations ; les traiter, avec diary:write", {Right.READ_COMPLAINTS}, _COMPANY
    )  # fmt: skip
    WRITE_LETTERS = (
        "letters:write", "écrire les courriers des réclamations que le jeton traite",
        {Right.WRITE_LETTERS}, {*_COMPANY, *_PAPERS, Right.WRITE_DOCUMENTS},
    )  # fmt: skip
    FILE_MAIL = (
        "mail:write", "lire et classer le courrier reçu par le bureau",
        {Right.FILE_MAIL}, {*_COMPANY, *_PAPERS, Right.WRITE_DOCUMENTS},
    )  # fmt: skip
    READ_QUOTES = "quotes:read", "lire demandes de tarification et devis", _PRICES, _COMPANY
    WRITE_QUOTES = (
        "quotes:write", "établir, soumettre et envoyer des devis",
        {Right.WRITE_QUOTES}, {*_COMPANY, *_PAPERS, *_PRICES, Right.READ_RATES, Right.WRITE_DOCUMENTS},
    )  # fmt: skip
    READ_POLICIES = "policies:read", "lire les contrats", {Right.READ_POLICIES}, _COMPANY
    WRITE_POLICIES = (
        "policies:write", "émettre, modifier, renouveler, suspendre et résilier des contrats",
        {
            Right.WRITE_POLICIES, Right.WRITE_POLICY_CONTACTS, Right.COLLECT_POLICIES, Right.PLACE_POLICIES,
            Right.END_POLICIES,
        },
        {*_COMPANY, *_PAPERS, Right.READ_POLICIES, Right.READ_QUOTES, Right.READ_AGREEMENTS, Right.WRITE_DOCUMENTS},
    )  # fmt: skip
    WRITE_PREMIUMS = (
        "premiums:write", "appeler des primes, enregistrer des encaissements, mettre en demeure",
        {Right.COLLECT_POLICIES},
        {
            *_COMPANY, *_PAPERS, *_AGREED, Right.READ_POLICIES, Right.WRITE_DOCUMENTS, Right.READ_LEDGER,
            Right.WRITE_LEDGER,
        },
    )  # fmt: skip
    READ_BOOKS = "books:read", "lire balance âgée, chiffres des primes et positions des assureurs", {Right.READ_LEDGER}
    READ_COMMISSIONS = "commissions:read", "lire les bordereaux de commissions", {Right.READ_COMMISSIONS}
    DISPUTE_COMMISSIONS = (
        "commissions:write", "contester des lignes de ses bordereaux de commissions",
        {Right.DISPUTE_COMMISSIONS}, {Right.READ_COMMISSIONS},
    )  # fmt: skip
    READ_DOCUMENTS = "documents:read", "lire et télécharger les documents", _PAPERS, _COMPANY
    WRITE_DOCUMENTS = "documents:write", "déposer des documents", {Right.WRITE_DOCUMENTS}, {*_COMPANY, *_PAPERS}
    READ_NOTES = "notes:read", "lire les notes de ce que le jeton laisse voir", {Right.READ_NOTES}
    WRITE_NOTES = "notes:write", "écrire des notes", {Right.WRITE_NOTES}, {Right.READ_NOTES}
    READ_NAMES = "names:read", "voir le nom des personnes", {Right.READ_NAMES}
    READ_PRIVILEGED = "privileged:read", "lire les pièces et notes de l'avocat", {Right.READ_PRIVILEGED}
    READ_MEDICAL = "medical:read", "lire les pièces médicales des dossiers nommés", {Right.READ_MEDICAL}
    READ_RUNS = "runs:read", "suivre les traitements", {Right.READ_RUNS}
    WRITE_RUNS = "runs:write", "arrêter et rejouer des traitements", {Right.WRITE_RUNS}, {Right.READ_RUNS}
    READ_USERS = "users:read", "trouver les utilisateurs", {Right.READ_USERS}

    label: Label
    own: frozenset[Right]
    rights: frozenset[Right]

    def __new__(cls, code: str, label: str, own: Iterable[Right], beside: Iterable[Right] = ()) -> Self:
        """A member whose value is the code."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label, member.own = Label(label), frozenset(own)
        member.rights = member.own | frozenset(beside)
        return member


IN_NO_SCOPE = frozenset({
    # a person does these, on screen: second accords, decisions on quotes, people, erasing, take-overs
    Right.APPROVE, Right.DECIDE_QUOTES, Right.WRITE_USERS, Right.ERASE_DOCUMENTS, Right.TAKE_OVER_POLICIES,
    # pages have these alone: the administration, the mail that leaves, the regulation, the closing of books
    Right.READ_AUDIT, Right.READ_SETTINGS, Right.READ_TABLES, Right.READ_MAIL, Right.READ_REGULATION,
    Right.CLOSE_LEDGER,
    # what a broker collected is declared on screen, where each line is checked with it
    Right.DECLARE_PREMIUMS,
    # money that is given back or given up is a person's to grant
    Right.REFUND_PREMIUMS, Right.WRITE_OFF_PREMIUMS,
})  # fmt: skip


def offered(actor: Actor) -> tuple[TokenScope, ...]:
    """The scopes that someone may give to a token: those of which they hold a right of their own somewhere."""
    return tuple(scope for scope in TokenScope if any(actor.may(right) for right in scope.own))


def rights_opened(codes: Iterable[str]) -> frozenset[str]:
    """All that some scopes open; a code that is a scope no more opens nothing."""
    known = {scope.value: scope for scope in TokenScope}
    return frozenset[str]().union(*(known[code].rights for code in codes if code in known))
