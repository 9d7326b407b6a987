"""A conversation with the backend for commands that run and end: connect, wait for something, or say why not."""

from __future__ import annotations

import getpass
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from console.cli.login import world_of
from console.domain.commands import TOO_LATE, AnyCommand, Refusal
from console.link.interface import Connection, Picture, Waiting
from console.link.live import LiveLink
from console.wire.console_frames import Positioned, Result
from console.wire.exits import ExitCode, Stop

ANSWER_WITHIN_S: Final = 15.0
"""Longer than the growing delay between two tries; a script should not wait for ever."""


def password_of(operator: str) -> str:
    """The password from ``MSA_PASSWORD``, or asked at the terminal."""
    given = os.environ.get("MSA_PASSWORD")
    if given:
        return given
    if not sys.stdin.isatty():
        raise Stop("No password: set MSA_PASSWORD, or run it in a terminal.", ExitCode.NOT_AUTHORISED)
    return getpass.getpass(f"Password of {operator}: ", stream=sys.stderr)


class Talk:
    """A link with its latest picture, for code that waits."""

    def __init__(self, link: LiveLink) -> None:
        self.link = link
        self._changed = threading.Condition()

    def heard(self, _picture: Picture) -> None:
        """Take a new picture from the link's thread."""
        with self._changed:
            self._changed.notify_all()

    def check(self) -> None:
        """End the program if the login was refused meanwhile."""
        self.wait(lambda _picture: True)

    def catch_up(self) -> bool:
        """Wait until the link is live and nothing is missing; False: it was.

        Raises:
            Stop: the login was refused, or nothing came in time.
        """
        if caught_up(self.link.picture):
            return False
        self.wait(caught_up)
        return True

    def act(self, intervention: str | None, do: AnyCommand, seen_decision: int | None) -> Result:
        """Send a command and wait for its result.

        Raises:
            Stop: none came; it may have been done all the same (R12).
        """
        command = self.link.send(do, intervention, seen_decision)

        def result(picture: Picture) -> Result | None:
            one = picture.pending.get(command)
            if one is not None and one.waiting is Waiting.ASKS and not one.went_out:
                return Result(id=command, refusal=Refusal(code=TOO_LATE))
            return next((one for one in picture.results if one.id == command), None)

        try:
            found = result(self.wait(lambda picture: result(picture) is not None))
        except Stop as stop:
            sentence = f"{stop.sentence} Whether it was done is not known: look before you repeat it."
            raise Stop(sentence, stop.code) from stop
        assert found is not None
        return found

    def wait(self, ready: Callable[[Picture], bool], within_s: float | None = ANSWER_WITHIN_S) -> Picture:
        """Wait until a picture is ``ready``; None waits as long as it takes.

        Raises:
            Stop: the login was refused, or nothing came in time.
        """
        until = None if within_s is None else time.monotonic() + within_s
        with self._changed:
            while True:
                picture = self.link.picture
                if picture.connection is Connection.LOGIN_NEEDED and picture.why:
                    raise Stop(f"Not logged in: {picture.why}.", ExitCode.NOT_AUTHORISED)
                if picture.connection is Connection.CLOSED:
                    raise Stop(f"The backend refuses this version: {picture.why}.", ExitCode.NOT_REACHABLE)
                if ready(picture):
                    return picture
                left = None if until is None else until - time.monotonic()
                if left is not None and left <= 0:
                    reason = picture.why or "no answer"
                    raise Stop(f"{picture.url} cannot be reached: {reason}.", ExitCode.NOT_REACHABLE)
                self._changed.wait(0.5 if left is None else min(left, 0.5))


@contextmanager
def talking(
    urls: tuple[str, ...],
    operator: str,
    *,
    on_events: Callable[[tuple[Positioned, ...]], None] | None = None,
    after: int | None = None,
) -> Iterator[Talk]:
    """Connect, log in and catch up with the feed; log out at the end.

    Raises:
        Stop: an address that is none, a refused login, or no answer.
    """
    try:
        link = LiveLink(urls, on_events=on_events, after=after, mode=world_of(os.environ))
    except ValueError as wrong:
        raise Stop(f"{wrong}.", ExitCode.USAGE) from wrong
    password = password_of(operator)
    talk = Talk(link)
    link.start(talk.heard)
    try:
        link.login(operator, password)
        talk.wait(caught_up)
        yield talk
    finally:
        link.close()


def caught_up(picture: Picture) -> bool:
    """The link is live, and no event is known to be missing."""
    return picture.connection is Connection.LIVE and not picture.gap
