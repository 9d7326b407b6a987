"""A case file that cannot be decrypted: the press shows zone, position and "file sealed" everywhere (W17, W1)."""

from __future__ import annotations

import asyncio
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

from backend_stub.ledger.keys import KeyStore, keys_path, master_key
from backend_stub.ledger.store import reading_engine
from backend_stub.registry import store
from backend_stub.registry.sealing import case_key, perpetrator_key
from console.domain.location import r95_of
from tests.backend import LEUVEN, RunningBackend
from tests.open_console import open_console
from tests.programs import msa
from tests.still_link import StillLink, picture_of


def destroy(database: Path, button: str, whose: str) -> None:
    """Destroy the key of her case file, or of the perpetrator in it, for good."""
    keys = KeyStore(
        keys_path(database), master_key(database, os.environ, secrets.token_bytes), secrets.token_bytes
    )
    engine = reading_engine(database)
    try:
        with engine.begin() as connection:
            case = next(one.case_file for one in store.buttons(connection) if one.id == button)
            [held] = [one for one in store.case_files(connection, keys) if one.reference.id == case]
        keys.erase(case_key(held.reference.id) if whose == "hers" else perpetrator_key(held.perpetrator_id))
    finally:
        engine.dispose()
        keys.close()


async def test_zone_position_and_file_sealed_on_the_screen_and_in_the_commands(
    idle_backend: RunningBackend,
) -> None:
    backend, button = idle_backend, "VBR-B-0041"
    destroy(backend.directory / "backend.db", button, "hers")
    backend.start()
    async with backend.console("4711") as console, backend.device(button) as phone:
        state = (await console.raised(await phone.press(*LEUVEN))).state
        assert state.sealed
        assert state.fix is not None
        assert (state.zone, round(r95_of(state.fix))) == ("5388", 20)
        room = console.room

    async with open_console(StillLink(picture_of(room, datetime.now(UTC)))) as seat:
        first_second = seat.text("first-second")
        assert "FILE SEALED" in first_second
        assert "5388" in first_second
        assert "~20 m" in first_second
        assert "file sealed" in seat.rows()[0]
        assert "~20 m" in seat.rows()[0]

    def ask(*words: str) -> str:
        return msa(backend, *words).out

    listed = await asyncio.to_thread(ask, "list")
    [line] = [line for line in listed.splitlines() if state.number in line]
    assert "5388" in line
    assert "~20 m" in line
    assert "file sealed" in line
    [row] = [
        row
        for row in (await asyncio.to_thread(lambda: msa(backend, "list", "--json").lines))
        if row["number"] == state.number
    ]
    assert (row["file_sealed"], row["zone"], row["radius_m"]) == (True, "5388", 20)
    told = await asyncio.to_thread(ask, "tail", "--plain", "--after", "0", "--until-idle", "1")
    said = [line for line in told.splitlines() if state.number in line]
    assert "file sealed, ~20 m" in said[0]
    assert any("zone 5388" in line for line in said)

    backend.restart()
    async with backend.console("4711") as console:
        again = console.room.seen[state.id].state
        assert (again.sealed, again.fix, again.zone) == (True, state.fix, "5388")


async def test_without_the_key_of_the_perpetrator_alone_it_is_sealed_too_and_rings(
    idle_backend: RunningBackend,
) -> None:
    backend, button = idle_backend, "VBR-B-0041"
    destroy(backend.directory / "backend.db", button, "his")
    backend.start()
    async with backend.console("4711") as console, backend.device(button) as phone:
        state = (await console.raised(await phone.press(*LEUVEN))).state
    assert (state.sealed, state.zone) == (True, "5388")
    assert state.fix is not None
