"""IP2: a permanent incapacity of 10 to 19 %.

What it asks of a claim, pays and says is that of every indemnity (`indemnified.py`); how its cost on the account is
found is the business of `rating/claim_cost.py`.
"""

from __future__ import annotations

from atmp_insure.guarantees.catalogue.indemnified import indemnity_guarantee
from atmp_insure.guarantees.vocabulary import InsuredEvent
from atmp_insure.kernel.labelled import Label

IP2 = indemnity_guarantee("IP2", Label("IP2, incapacité permanente de 10 % à 19 %"), frozenset({InsuredEvent.IP2}))
