"""Premiums: called in instalments for what is owed and not called yet, collected, chased by the law's clock."""
