"""Underwriting: what a client is exposed to, what it would cost, what is asked for it."""
