"""What the pages of the diary share: their blueprint."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("diary", __name__)
