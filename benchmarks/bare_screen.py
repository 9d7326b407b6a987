"""The smallest Textual program that is of any use as a baseline: one line, which says the last key or message.

    python -m benchmarks.bare_screen [URL]

With a URL it shows what comes from that websocket.
"""

import sys

from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Static

READY = "ready for a key"


class BareScreen(App[None]):
    """A line of text."""

    def __init__(self, url: str | None) -> None:
        super().__init__()
        self._url = url
        self._line = Static(READY, markup=False)

    def compose(self) -> ComposeResult:
        """The line."""
        yield self._line

    def on_mount(self) -> None:
        """Listen, if there is somebody to listen to."""
        if self._url:
            self.run_worker(self._listen(self._url))

    def on_key(self, event: Key) -> None:
        """Show a key."""
        self._line.update(f"key {event.character}", layout=False)

    async def _listen(self, url: str) -> None:
        from websockets.asyncio.client import connect

        async with connect(url, compression=None, proxy=None) as socket:
            async for message in socket:
                self._line.update(str(message), layout=False)


if __name__ == "__main__":
    BareScreen(sys.argv[1] if len(sys.argv) > 1 else None).run()
