"""A recording on the screen of a dispatcher: the desk over a link that reads a file, and cannot act (S10)."""
