"""The AT/MP rate of a tariff unit: mode, value of the risk, gross and net rate, cap, and why it is what it is.

Start at `rate.py` (one year, explained) or `impact.py` (the chain with and without a claim).
"""
