"""The instructor's screen of a course room (W20): who sits where, what happened, and the keys that lead the world."""
