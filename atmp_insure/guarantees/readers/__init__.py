"""From the text of a product file to frozen values."""
