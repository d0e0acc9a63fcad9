"""What people write beside the files: notes."""
