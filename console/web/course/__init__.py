"""The course room in a browser: the page on which one joins with a seat code, and what is done on each seat (W20)."""
