"""Loads that last: an hour of a busy province in a few minutes, with faults (`make soak`)."""
