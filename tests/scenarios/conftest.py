"""Scenarios use the machine's Chromium."""

from __future__ import annotations

from tests.chromium import browser

__all__ = ["browser"]
