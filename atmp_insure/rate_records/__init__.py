"""The papers of a client's AT/MP account: calculation sheets and employer accounts, read, recomputed, compared.

Start at `readers/` (from bytes to documents) or `reconciliation.py` (from documents to rates and findings).
"""
