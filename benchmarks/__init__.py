"""Figures of speed (the promises P1 to P11): one script per figure, each beside its baseline."""
