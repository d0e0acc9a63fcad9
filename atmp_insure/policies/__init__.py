"""Policies: stacks of transactions that are never changed, what was in force on a day, and what was known of it."""
