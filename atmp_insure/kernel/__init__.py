"""What every other folder stands on: exact numbers, identifiers, errors. Standard library and python-stdnum only."""
