"""The texts of our mails: `templates/mail/<event>.txt`, the subject on the first line."""

from __future__ import annotations

from flask import render_template


def written(event: str, **about: object) -> tuple[str, str]:
    """Subject and body of a mail."""
    subject, _, body = render_template(f"mail/{event}.txt", **about).strip().partition("\n")
    return subject.strip(), body.strip() + "\n"
