"""Forms of parties, one module for each family of pages."""
