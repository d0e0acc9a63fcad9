"""IP4: a permanent incapacity of 40 % and more, or a death where insured.

What it asks of a claim, pays and says is that of every indemnity (`indemnified.py`); how its cost on the account is
found is the business of `rating/claim_cost.py`.
"""

from __future__ import annotations

from atmp_insure.guarantees.catalogue.indemnified import indemnity_guarantee
from atmp_insure.guarantees.vocabulary import InsuredEvent
from atmp_insure.kernel.labelled import Label

IP4 = indemnity_guarantee(
    "IP4",
    Label("IP4, incapacité permanente de 40 % et plus, ou décès"),
    frozenset({InsuredEvent.IP4, InsuredEvent.DEATH}),
)
