"""The queue as a table of Textual's own: what P4 is held against.

    python -m benchmarks.table_screen URL

A `DataTable` of the same rows, told the same updates, and a line to type in. The socket is read and the frames are
taken apart in a thread, as in the console; what is left to the main thread is to set the cells that changed and to
paint, which is how the table is meant to be used.
"""

from __future__ import annotations

import asyncio
import sys
import threading

from pydantic_core import from_json
from textual.app import App, ComposeResult
from textual.widgets import DataTable, Input, Static
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from console.wire.limits import SUBPROTOCOL

READY = "told of the room"
COLUMNS = ("number", "state", "zone", "radius", "danger")


class TableScreen(App[None]):
    """A table and a line."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._table: DataTable[str] = DataTable(cursor_type="row")
        self._line = Input()
        self._head = Static("", markup=False)

    def compose(self) -> ComposeResult:
        """The line has the focus."""
        yield self._head
        yield self._line
        yield self._table

    def on_mount(self) -> None:
        """Read in a thread of its own."""
        for name in COLUMNS:
            self._table.add_column(name, key=name, width=24)
        self._line.focus()
        self._main = asyncio.get_running_loop()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with connect(
            self._url, subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None, proxy=None
        ) as socket:
            socket.send("{}")
            socket.recv()
            socket.send("{}")
            for message in socket:
                frame = from_json(message)
                if frame["type"] == "snapshot":
                    rows = [
                        _row(event) for event in frame["events"] if event["body"]["type"] == "alarm.raised"
                    ]
                    self._main.call_soon_threadsafe(self._add, rows, frame["last"])
                elif frame["type"] == "events":
                    cells = [
                        (item["event"]["intervention"], f"~{item['event']['body']['fix']['radius_m']:.0f} m")
                        for item in frame["items"]
                    ]
                    self._main.call_soon_threadsafe(self._set, cells)

    def _add(self, rows: list[tuple[str, tuple[str, ...]]], last: bool) -> None:
        for key, cells in rows:
            self._table.add_row(*cells, key=key)
        if last:
            self._head.update(READY, layout=False)

    def _set(self, cells: list[tuple[str, str]]) -> None:
        for key, said in cells:
            self._table.update_cell(key, "radius", said)


def _row(event: dict[str, object]) -> tuple[str, tuple[str, ...]]:
    body = event["body"]
    assert isinstance(body, dict)
    cells = (body["number"], "ACKNOWLEDGED", "5388 Leuven", f"~{body['fix']['radius_m']:.0f} m", "firearm")
    return str(event["intervention"]), cells


if __name__ == "__main__":
    TableScreen(sys.argv[1]).run()
