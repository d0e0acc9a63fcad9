"""IT6: a stoppage of more than 150 days.

What it asks of a claim, pays and says is that of every indemnity (`indemnified.py`); how its cost on the account is
found is the business of `rating/claim_cost.py`.
"""

from __future__ import annotations

from atmp_insure.guarantees.catalogue.indemnified import indemnity_guarantee
from atmp_insure.guarantees.vocabulary import InsuredEvent
from atmp_insure.kernel.labelled import Label

IT6 = indemnity_guarantee("IT6", Label("IT6, arrêt de plus de 150 jours"), frozenset({InsuredEvent.IT6}))
