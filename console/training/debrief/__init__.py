"""The debrief: what is talked over after an exercise or a replay, on a screen or as one page."""
