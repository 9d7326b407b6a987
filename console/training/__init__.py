"""Training: what is made of recordings: replay, scoring, debrief. Pure but for what reads and writes files."""
