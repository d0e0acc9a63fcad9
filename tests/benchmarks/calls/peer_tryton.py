"""Tryton's side of the measure, run in an environment of its own: `peer_tryton.py INVOICES RUNS DUE_LINES`.

The database is the one that `DB_NAME` names, on the server of `TRYTOND_DATABASE_URI`; it is made anew. Prints one JSON
document: seconds of each run of posting invoices, seconds of one pass of dunning, and versions.

An invoice has two lines, one tax, two maturity lines by its payment term, a number of a strict sequence, and an account
move that is posted. Drafts are made beforehand, which is not measured. They are posted as Tryton posts many: one
call of `post` and one transaction for each hundred.
"""

import datetime as dt
import json
import sys
import time
from decimal import Decimal
from importlib.metadata import version

from proteus import Model, Wizard
from trytond.modules.account.tests.tools import create_chart, create_fiscalyear, create_tax, get_accounts
from trytond.modules.account_invoice.tests.tools import set_fiscalyear_invoice_sequences
from trytond.modules.company.tests.tools import create_company
from trytond.tests.tools import activate_modules

AT_ONCE = 100
CLIENTS = 20


def opened():
    """A company with its chart, a fiscal year and its sequences."""
    activate_modules(["account_invoice", "account_dunning"], create_company, create_chart)
    fiscalyear = set_fiscalyear_invoice_sequences(create_fiscalyear())
    fiscalyear.click("create_period")


def furnished():
    """What invoices name: clients, tax, product accounts, and a payment term in two halves."""
    accounts = get_accounts()
    tax = create_tax(Decimal(".09"))
    tax.save()
    term = Model.get("account.invoice.payment_term")(name="Deux échéances")
    half = term.lines.new(type="percent", ratio=Decimal(".5"))
    (delta,) = half.relativedeltas
    delta.days = 30
    rest = term.lines.new(type="remainder")
    (delta,) = rest.relativedeltas
    delta.days = 180
    term.save()
    dunning = Model.get("account.dunning.procedure")
    procedure = dunning(name="Relances")
    procedure.levels.new(sequence=1, overdue=dt.timedelta(5))
    procedure.save()
    party = Model.get("party.party")
    clients = [party(name=f"Client {number}", dunning_procedure=procedure) for number in range(CLIENTS)]
    party.save(clients)
    return accounts, tax, term, clients


def models(accounts, tax, term, clients):
    """An invoice for each client, not posted yet."""
    kind = Model.get("account.invoice")
    made = []
    for client in clients:
        invoice = kind(type="out")
        invoice.party, invoice.account, invoice.payment_term = client, accounts["receivable"], term
        for price in ("2007.35", "358.44"):
            line = invoice.lines.new()
            line.account, line.description, line.quantity = accounts["revenue"], "Garantie", 1
            line.unit_price = Decimal(price)
            line.taxes.append(type(tax)(tax.id))
        made.append(invoice)
    kind.save(made)
    return made


def drafts(count, made):
    """Copies of invoices, not posted yet; their numbers."""
    found = []
    while len(found) < count:
        found += [one.id for one in type(made[0]).duplicate(made[: count - len(found)])]
    return found


def posted(numbers):
    """Post invoices by the button of their list, a hundred in each transaction; the seconds of it all."""
    kind = Model.get("account.invoice")
    few = [[kind(one) for one in numbers[at : at + AT_ONCE]] for at in range(0, len(numbers), AT_ONCE)]
    began = time.perf_counter()
    for one in few:
        kind.click(one, "post")
    return time.perf_counter() - began


def is_sound(numbers):
    """Whether each is posted, under a number of its own, with the lines that it should have."""
    kind = Model.get("account.invoice")
    found = kind.find([("id", "in", numbers)])
    receivable = [line for line in found[0].move.lines if line.maturity_date]
    return (
        {one.state for one in found} == {"posted"}
        and len({one.number for one in found}) == len(numbers)
        and {one.move.state for one in found} == {"posted"}
        and len(receivable) == 2
        and len(found[0].lines) == 2
    )


def dunned(date):
    """Seconds of one pass over the due lines that are there, and how many lines it wrote to."""
    began = time.perf_counter()
    wizard = Wizard("account.dunning.create")
    wizard.form.date = date
    wizard.execute("create_")
    seconds = time.perf_counter() - began
    return seconds, len(Model.get("account.dunning").find([]))


def told(what):
    """Say on the error stream how far it is."""
    print(f"tryton: {what}", file=sys.stderr, flush=True)


def main(invoices, runs):
    opened()
    told("activated")
    made = models(*furnished())
    seconds = []
    for _ in range(runs + 1):  # the first is not counted
        numbers = drafts(invoices, made)
        told("drafts made")
        seconds.append(posted(numbers))
        assert is_sound(numbers)
    dunning_seconds, lines = dunned(dt.datetime.now(dt.UTC).date() + dt.timedelta(60))
    names = ("trytond", "trytond-account", "trytond-account-invoice", "trytond-account-dunning")
    print(
        json.dumps(
            {
                "seconds": seconds[1:],
                "dunning_seconds": dunning_seconds,
                "dunned": lines,
                "versions": {name: version(name) for name in names},
            }
        )
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
