"""The books of an office that holds the money of others: accounts, entries that balance, what is left to be settled."""
