"""The sound command, run from the link's thread: a terminal that stalls, or a screen that hangs, rings too (W6).

The command is run without a shell, with nothing to read and nowhere to write. One sound at a time: the next one
waits until the last has ended, and one that does not end is ended.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final

from console.domain.sounds import Heard, calls
from console.domain.targets import DEFAULTS, Targets
from console.link.interface import Picture

LOOKS_EVERY_S: Final = 0.25
"""How soon a press is heard after it came, and silence after it was acknowledged."""

LONGEST_S: Final = 10.0
"""A sound that lasts longer hangs."""


class Ringer:
    """Rings with a command for as long as something calls.

    ``words``: the program and its arguments. ``trouble`` says why the last sound was not made, "" if it was:
    then the terminal's bell rings in its place.
    """

    def __init__(
        self, words: tuple[str, ...], every_s: float, targets: Targets, clock: Callable[[], float]
    ) -> None:
        self._words, self._every_s, self._targets, self._clock = words, every_s, targets, clock
        self._heard = Heard()
        self.trouble = ""

    def due(self, picture: Picture) -> bool:
        """Whether a sound is to be made now."""
        now_s = self._clock()
        wanted = calls(
            picture.room,
            picture.clock.at(now_s) if picture.clock else None,
            operator=picture.operator.id if picture.operator else "",
            unrecorded=len(picture.unrecorded.rings),
            targets=self._targets,
        )
        self._heard, sounds = self._heard.next(wanted, now_s, self._every_s)
        return sounds

    async def for_ever(self, picture: Callable[[], Picture], say: Callable[[str], None]) -> None:
        """Ring until cancelled. ``say`` hears of each change of ``trouble``."""
        while True:
            if self.due(picture()):
                before, self.trouble = self.trouble, await self._sound()
                if self.trouble != before:
                    say(self.trouble)
            await asyncio.sleep(LOOKS_EVERY_S)

    async def _sound(self) -> str:
        """Make one sound; why it was not made, or ""."""
        quiet = asyncio.subprocess.DEVNULL
        try:
            playing = await asyncio.create_subprocess_exec(
                *self._words, stdin=quiet, stdout=quiet, stderr=quiet
            )
        except (OSError, ValueError) as error:
            return (getattr(error, "strerror", None) or str(error)).lower()
        try:
            async with asyncio.timeout(LONGEST_S):
                code = await playing.wait()
        except TimeoutError:
            return f"it does not end within {LONGEST_S:.0f} s"
        finally:
            if playing.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    playing.kill()
        return f"it ends with {code}" if code else ""


def ringer_of(
    command: str | None, every_s: float, clock: Callable[[], float], targets: Targets = DEFAULTS
) -> Ringer | None:
    """The ringer for the command of the settings; None: there is none, and the bell rings.

    Raises:
        ValueError: the command cannot be taken apart into words (a quotation mark is not closed).
    """
    import shlex

    if command is None:
        return None
    words = tuple(shlex.split(command))
    return Ringer(words, every_s, targets, clock) if words else None
