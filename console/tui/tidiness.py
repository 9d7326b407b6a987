"""When memory is tidied up: not while a press is on its way to the screen.

Python's collector of cyclic garbage walks through everything there is, sooner or later: a tenth of a second, at any
moment. What is loaded at the start stays for good, so it is left out; the rest is walked through at times of ours.
"""

from __future__ import annotations

import gc
from typing import Final

TIDY_EVERY_S: Final = 60.0
"""Seconds from one whole collection to the next: some 40 ms each."""

_YOUNG, _MIDDLE = 700, 10
"""As Python has them: new objects until they are looked through, and how often until those that stayed are, too."""

_OLD: Final = 1_000
"""So many collections of the younger objects until the old ones are walked through after all: a bound, for a minute
in which more happens than in any real one."""


def settle() -> None:
    """Everything is loaded: leave it out from now on."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)


def tidy() -> None:
    """Collect what nothing refers to any more."""
    gc.collect()
