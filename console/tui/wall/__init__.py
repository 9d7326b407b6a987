"""The wall view: a screen that is read from across the room and takes no work (W18)."""
