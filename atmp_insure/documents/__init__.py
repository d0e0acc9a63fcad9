"""The vault of documents, letters and their PDF, charts, outgoing mail."""
