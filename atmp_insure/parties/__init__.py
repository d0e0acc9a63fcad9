"""Companies and their establishments: who the product is about."""
