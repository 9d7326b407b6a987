"""What leaves the ledger as a recording: read from it, agreed to by those who may, and written down (S8, S9, S13)."""
