"""Locks of this process around libraries that work for one thread at a time."""

from __future__ import annotations

from threading import RLock

PDFIUM = RLock()  # papers are read and pages are drawn with it, from any thread
