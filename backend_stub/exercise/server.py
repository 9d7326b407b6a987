"""The backend of an exercise: the real one on loopback, with a ledger of its own in mode exercise."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from pydantic_core import from_json
from websockets.asyncio.server import ServerConnection

from backend_stub.backend import Backend, Settings
from backend_stub.exercise.clock import WorldClock
from backend_stub.exercise.content import Content
from backend_stub.leaving import Leaving
from backend_stub.ledger import DatabaseError, Ledger, Mode, Transaction
from backend_stub.registry.demo_fill import fill
from backend_stub.registry.health import put_health
from backend_stub.registry.passwords import Cost, Passwords
from backend_stub.registry.registry import Registry
from backend_stub.registry.tables import create_tables
from backend_stub.registry.tokens import Tokens
from backend_stub.server import Doorkeeper, listen
from backend_stub.watch import Watch
from console.domain.chain import Chains
from console.domain.health import Reported
from console.domain.places import PlaceIndex
from console.domain.zones.allocating import ZoneMap
from console.wire.exits import Stop
from console.wire.zones_file import PACKAGED, packaged_bytes

QUICK: Final = Cost(1, 8_192, 1)
"""Of an exercise's passwords: they live as long as it does, on this machine."""


class Door(Doorkeeper):
    """Lets the consoles of a room in, but while their link is cut."""

    def __init__(self, backend: Backend) -> None:
        super().__init__(backend)
        self._cut: set[str] = set()
        self._exercise = backend

    async def serve(self, ws: ServerConnection) -> None:
        """As always; a console that comes while its link is cut hears nothing at all."""
        if self._cut and ws.request is not None and ws.request.path.startswith("/console"):
            ws.transport.abort()
            return
        await super().serve(ws)

    def cut(self, room: str) -> None:
        """End the links of a room's consoles, and let none in until `restore`."""
        self._cut.add(room)
        for login in tuple(self._exercise.logins):
            if login.granted.account.room == room:
                login.sender.cut()

    def restore(self, room: str) -> None:
        """Let them in again."""
        self._cut.discard(room)


@dataclass
class Running:
    """A backend that listens."""

    backend: Backend
    door: Door
    url: str
    tokens: Tokens
    zones: ZoneMap


@asynccontextmanager
async def running(
    folder: Path, content: Content, zones: ZoneMap, clock: WorldClock, password: str, fallback_room: str
) -> AsyncIterator[Running]:
    """Open a ledger in ``folder``, fill it, and serve it on a free port of loopback until the block ends.

    Raises:
        Stop: the ledger cannot be made, or is none of an exercise.
    """
    url = f"sqlite:///{folder / 'exercise.db'}"
    random_bits = Random(secrets.randbits(256)).getrandbits  # noqa: S311 - ids differ; keys come from `secrets`
    passwords = Passwords(QUICK)
    try:
        ledger = Ledger.open(url, mode=Mode.EXERCISE, clock=clock.now, random_bits=random_bits)
    except DatabaseError as error:
        raise Stop(f"{error}.") from None
    try:
        hashed = passwords.hash(password)

        # Every device has said today that it is well: what is wrong in an exercise, its scenario says.
        well = [
            Reported(button=one, at=clock.now(), battery_pct=80, button_linked=True)
            for one in content.registry.devices
        ]

        def filled(tx: Transaction) -> Tokens:
            hashes = {one.id: hashed for one in content.registry.accounts}
            made = fill(tx.connection, ledger.keys, content.registry, hashes)
            put_health(tx.connection, well)
            return made

        def loaded(tx: Transaction) -> Registry:
            create_tables(tx.connection)
            return Registry.load(tx.connection, ledger.keys)

        tokens = await asyncio.wrap_future(ledger.submit(filled))
        registry = await asyncio.wrap_future(ledger.submit(loaded))
    except BaseException:
        ledger.close()
        raise
    backend = Backend(
        ledger,
        url,
        registry,
        zones,
        {zone.id: zone.control_room for zone in zones.zones},
        Settings(fallback_room=fallback_room),
        passwords,
        clock=clock.now,
        random_bits=random_bits,
        places=PlaceIndex.from_json(
            packaged_bytes("places.json"),
            {one.nis: one for zone in zones.zones for one in zone.municipalities},
        ),
        reported={one.button: one for one in well},
    )
    leaving = Leaving(backend)
    door = Door(backend)
    server = await listen(backend, "127.0.0.1", 0, door=door)
    tending = [
        asyncio.create_task(work)
        for work in (
            backend.tick_for_ever(),
            leaving.for_ever(),
            Watch(backend, Chains()).for_ever(),
        )
    ]
    port = server.sockets[0].getsockname()[1]
    try:
        yield Running(backend, door, f"ws://127.0.0.1:{port}", tokens, zones)
    finally:
        for task in tending:
            task.cancel()
        await backend.tell_stop()
        server.close(code=1001, reason="the exercise ends")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(server.wait_closed(), 5)
        await asyncio.to_thread(backend.close)


def raw_map() -> tuple[dict[str, object], dict[str, object]]:
    """The zones and the named places that ship, as they stand in their files."""
    return from_json(packaged_bytes(PACKAGED)), from_json(packaged_bytes("places.json"))
