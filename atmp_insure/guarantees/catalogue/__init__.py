"""Every guarantee, in the order in which quotes and policies name them: the only list of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.guarantees.catalogue.contestation_fees import CONTESTATION_FEES
from atmp_insure.guarantees.catalogue.ip2 import IP2
from atmp_insure.guarantees.catalogue.ip3 import IP3
from atmp_insure.guarantees.catalogue.ip4 import IP4
from atmp_insure.guarantees.catalogue.it6 import IT6

if TYPE_CHECKING:
    from atmp_insure.guarantees.catalogue.guarantee import Guarantee

GUARANTEES: tuple[Guarantee, ...] = (IT6, IP2, IP3, IP4, CONTESTATION_FEES)
_BY_CODE = {one.code: one for one in GUARANTEES}


def guarantee(code: str) -> Guarantee:
    """The guarantee of a code.

    Raises:
        KeyError: no guarantee has this code; codes of product files and policies are checked when they come in.
    """
    return _BY_CODE[code]
