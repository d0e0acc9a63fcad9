"""From portfolio files to arrays and back, in batches: nothing here holds a whole file."""
