"""Policy administration for the insurance of the AT/MP contribution rate."""

__version__ = "0.1.0"
