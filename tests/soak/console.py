"""A console without a screen, for the busy province: it says what it shows, and an operator works in it.

    python -m tests.soak.console URL OPERATOR PASSWORD [--works]

Writes one JSON line for each press that comes on its picture, for each change of the connection, and for each
position of the feed that came twice, with the machine's monotonic clock. Ends when stdin ends.
"""

from __future__ import annotations

import json
import sys
import threading
import time

from console.domain import commands as c
from console.domain.events import Outcome
from console.domain.intervention import State
from console.link.interface import Picture
from console.link.live import LiveLink
from console.wire.console_frames import Positioned


class SoakConsole:
    """Watches its own picture. With ``works`` it takes each alarm, and closes it once it has been open a while."""

    def __init__(self, url: str, operator: str, *, works: bool) -> None:
        self.operator, self._works = operator, works
        self._shown: set[tuple[str, str]] = set()
        self._connection = ""
        self._position = 0
        self.link = LiveLink((url,), on_events=self._events)

    def listen(self, picture: Picture) -> None:
        """A new picture."""
        if picture.connection != self._connection:
            self._connection = picture.connection
            self._say(kind="connection", connection=picture.connection)
        for seen in picture.room.seen.values():
            for press in seen.state.presses:
                if press not in self._shown:
                    self._shown.add(press)
                    self._say(kind="shown", press=press)

    def work(self) -> None:
        """Take what is raised, close what has been taken."""
        picture = self.link.picture
        if not self._works or picture.pending:
            return
        for seen in picture.room.queue()[:5]:
            state = seen.state
            if state.state is State.RAISED:
                self.link.send(c.Acknowledge(), state.id, state.decision)
            elif (
                state.handler == self.operator
                and state.state is State.ACKNOWLEDGED
                and len(picture.room.seen) > 8
            ):
                do = c.Close(outcome=Outcome.PERPETRATOR_GONE, words="he has left")
                self.link.send(do, state.id, state.decision)

    def _events(self, items: tuple[Positioned, ...]) -> None:
        for item in items:
            if item.position <= self._position:
                self._say(kind="twice", position=item.position)
            self._position = max(self._position, item.position)

    @staticmethod
    def _say(**what: object) -> None:
        print(json.dumps(what | {"at": time.monotonic()}), flush=True)


def main(url: str, operator: str, password: str, *options: str) -> None:
    """Be a console until stdin ends."""
    console = SoakConsole(url, operator, works="--works" in options)
    console.link.start(console.listen)
    console.link.login(operator, password)
    ended = threading.Event()

    def until_stdin_ends() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=until_stdin_ends, daemon=True).start()
    while not ended.wait(0.5):
        console.work()
    console.link.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
