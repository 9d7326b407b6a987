"""What can go wrong with a ledger, each with a sentence for a person."""

from __future__ import annotations


class DatabaseError(Exception):
    """The database cannot be used; the message says why and what to do."""


class InUse(DatabaseError):  # noqa: N818 - a state, not a failure
    """Another process has the right to write: a standby waits for it."""


class NotStored(Exception):  # noqa: N818 - the domain's word: NOT RECORDED is what the screen shows
    """Nothing of this job was kept: give no receipt; asking again is safe.

    ``unsure``: it was the commit itself that failed; it may turn out to have landed all the same.
    """

    def __init__(self, why: str, *, unsure: bool = False) -> None:
        super().__init__(why)
        self.unsure = unsure
