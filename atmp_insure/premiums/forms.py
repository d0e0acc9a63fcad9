"""Forms of premiums: up to which due date everything that is owed is called."""

from __future__ import annotations

from wtforms import DateField, HiddenField

from atmp_insure.web.forms import Form, required
from atmp_insure.web.texts import lazy as _l


class CallForm(Form):
    """Calls of many policies together.

    Attributes:
        seen: what the page showed; only that run is started.
    """

    until = DateField(
        _l("Échéances jusqu'au"), [required()],
        description=_l("Tout ce qui est exigible d'ici là et n'a pas encore été appelé."),
    )  # fmt: skip
    seen = HiddenField()
