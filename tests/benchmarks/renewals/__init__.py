"""Mass renewal of ten thousand policies on PostgreSQL: undisturbed, killed on the way, and beside its floor."""
