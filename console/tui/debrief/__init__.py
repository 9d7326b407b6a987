"""The debrief on the screen."""
