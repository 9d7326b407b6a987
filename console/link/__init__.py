"""The connection to the backend: what the screen gets from it, and the thread that keeps it."""
