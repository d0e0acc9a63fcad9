"""Legal clocks: how the law counts, which limit applies on which day, and the road of a file from one fact. Pure."""
