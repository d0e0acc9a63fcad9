"""Typed, dated values of the law. `loader.py` alone reads `config/regulation` and the office's overlay of it."""
