"""Unlocking while no backend can be asked: an outage must not take the console from its operator (W17, W12).

The password is compared with the one that logged in here, which the link keeps for its next login anyway. Whoever
was disabled meanwhile sees no more than what stood on this console, and nothing of theirs goes out: the backend
decides anew when the link is back.
"""

from __future__ import annotations

import hmac
from math import ceil
from typing import Final

from console.domain.commands import Refusal

FREE: Final = 2
"""So many wrong passwords in a row cost nothing, as at the backend (S4)."""
LONGEST_S: Final = 8.0


class WithoutLink:
    """Counts wrong passwords on a clock that is handed in (seconds, monotonic)."""

    def __init__(self) -> None:
        self._wrong, self._from_s = 0, float("-inf")

    def refusal(self, password: str, known: str | None, now_s: float) -> Refusal | None:
        """Why the console stays locked; None: the password is ``known``, that of the login here."""
        if now_s < self._from_s:
            seconds = str(ceil(self._from_s - now_s))
            return Refusal(code="wait_to_unlock", facts={"seconds": seconds})
        if known is not None and hmac.compare_digest(_plain(password), _plain(known)):
            self._wrong = 0
            return None
        self._wrong += 1
        if self._wrong > FREE:
            self._from_s = now_s + min(LONGEST_S, 2.0 ** (self._wrong - FREE - 1))
        return Refusal(code="wrong_password")


def _plain(password: str) -> bytes:
    """The same characters, however the keyboard writes them (as the backend compares them)."""
    import unicodedata

    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
