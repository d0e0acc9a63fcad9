"""One relational schema on two engines: exact types, sessions that carry an actor, facts, runs, queue, numbers."""
