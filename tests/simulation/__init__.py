"""The whole room from one seed, in simulated time (R13)."""
