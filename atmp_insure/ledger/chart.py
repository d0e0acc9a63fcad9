"""The chart of accounts (plan de comptes): what each account is for, whose it is, and its number for the accountant.

Rules name accounts by their role; the number is a matter of presentation that each office may change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.kernel.labelled import Label, Labelled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from atmp_insure.regulation.values import Citation


class AccountHolder(Labelled):
    """Whose an account is: each of them has one of its own."""

    COMPANY = "company", "assuré"
    INSURER = "insurer", "assureur"
    BROKER = "broker", "courtier"
    LAW_FIRM = "law_firm", "cabinet d'avocats"
    NONE = "none", "le bureau"


class AccountRole(Labelled):
    """What an account is for."""

    CLIENT = "client", "primes à recevoir d'un assuré"
    DOUBTFUL_CLIENT = "doubtful_client", "primes douteuses d'un assuré"
    PREMIUM_CALLED = "premium_called", "primes appelées pour un assureur, non encaissées"
    PREMIUM_COLLECTED = "premium_collected", "primes encaissées pour un assureur"
    TAX_CALLED = "tax_called", "taxe appelée pour un assureur, non encaissée"
    TAX_COLLECTED = "tax_collected", "taxe encaissée pour un assureur"
    VAT_COLLECTED = "vat_collected", "TVA sur les honoraires du bureau"
    BROKER = "broker", "compte d'un courtier"
    BROKER_PREMIUMS = "broker_premiums", "primes encaissées par un courtier, à remettre"
    INDEMNITY = "indemnity", "indemnités à payer à un assuré"
    CLAIMS_FLOAT = "claims_float", "fonds reçus d'un assureur pour ses sinistres"
    LEGAL_COSTS = "legal_costs", "frais de contestation à payer à un cabinet"
    UNALLOCATED = "unallocated", "encaissements à identifier"
    CHEQUES = "cheques", "chèques remis, non encore encaissés"
    OWN_BANK = "own_bank", "compte en banque du bureau"
    PREMIUM_BANK = "premium_bank", "compte en banque des primes d'un assureur"
    CLAIMS_BANK = "claims_bank", "compte en banque des sinistres d'un assureur"
    TRANSFER = "transfer", "virements entre comptes du bureau"
    COMMISSION_PASSED = "commission_passed", "commissions laissées aux courtiers"
    BANK_COSTS = "bank_costs", "frais bancaires"
    WRITE_OFF = "write_off", "écarts de règlement à la charge du bureau"
    COMMISSION = "commission", "commissions du bureau"
    FEES = "fees", "honoraires du bureau"
    SETTLEMENT_GAIN = "settlement_gain", "écarts de règlement au profit du bureau"
    OPENING = "opening", "contrepartie des soldes repris"


class Journal(Labelled):
    """The journals; entries are numbered within one, year by year."""

    PREMIUMS = "PR", "Appels de primes"
    BANK = "BQ", "Banque"
    COMMISSIONS = "CO", "Commissions"
    CLAIMS = "SI", "Sinistres"
    FEES = "HO", "Honoraires"
    GENERAL = "OD", "Opérations diverses"
    OPENING = "AN", "À-nouveaux"


@dataclass(frozen=True, slots=True)
class ChartAccount:
    """An account of the chart.

    Attributes:
        number: at the French general chart (plan comptable général).
        is_lettered: whether its lines are matched with each other (lettrage).
    """

    role: AccountRole
    number: str
    label: Label
    holder: AccountHolder
    is_lettered: bool
    citation: Citation


@dataclass(frozen=True, slots=True)
class ChartOfAccounts:
    """The accounts there are, by role, in the order of their numbers."""

    accounts: Mapping[AccountRole, ChartAccount]

    def of(self, role: AccountRole) -> ChartAccount:
        """The account of a role; the reader of the file made sure of it."""
        return self.accounts[role]


@dataclass(frozen=True, slots=True, order=True)
class AccountKey:
    """One account: its role, and its holder by its number as a company or an organisation; None: the office itself."""

    role: AccountRole
    holder_id: int | None = None

    @property
    def code(self) -> str:
        """As the books know it: `client:12`."""
        return self.role.value if self.holder_id is None else f"{self.role.value}:{self.holder_id}"
