"""From the text of a regulation file to typed values, each with its line; nothing here opens a file."""
