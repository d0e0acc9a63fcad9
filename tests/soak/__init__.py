"""Long trials, run by hand: `python -m tests.soak` kills a working process two hundred times."""
