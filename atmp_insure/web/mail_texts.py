"""The texts of our mails to somebody whose language is known: that of the page, or the one spoken to them."""

from __future__ import annotations

from atmp_insure.documents.letters import mail_text
from atmp_insure.web.texts import translated


def written(event: str, **about: object) -> tuple[str, str]:
    """Subject and body of a mail: `mail/<event>.txt`, whose texts are asked by `_`."""
    return mail_text(event, _=translated, **about)
