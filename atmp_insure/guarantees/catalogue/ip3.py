"""IP3: a permanent incapacity of 20 to 39 %.

What it asks of a claim, pays and says is that of every indemnity (`indemnified.py`); how its cost on the account is
found is the business of `rating/claim_cost.py`.
"""

from __future__ import annotations

from atmp_insure.guarantees.catalogue.indemnified import indemnity_guarantee
from atmp_insure.guarantees.vocabulary import InsuredEvent
from atmp_insure.kernel.labelled import Label

IP3 = indemnity_guarantee("IP3", Label("IP3, incapacité permanente de 20 % à 39 %"), frozenset({InsuredEvent.IP3}))
