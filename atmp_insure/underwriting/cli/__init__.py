"""`atmp quote`: the price of a cover from the papers of a client alone."""
