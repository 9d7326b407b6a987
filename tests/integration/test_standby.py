"""Two backends on one database: one is live, the other takes over within seconds, and never do both write."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from backend_stub.ledger import Ledger, NotStored, verify
from console.wire.limits import CloseCode
from tests.backend import LEUVEN, WITHIN_S, RunningBackend, close_code
from tests.ledger_story import raise_alarm, url
from tests.programs import msa_stub


class Beside(RunningBackend):
    """A standby with the database and the tokens of another backend, and a directory of its own."""

    first: RunningBackend

    @property
    def database(self) -> str:
        return self.first.database

    @property
    def tokens(self) -> dict[str, dict[str, str]]:
        return self.first.tokens


def beside(first: RunningBackend, directory: Path) -> Beside:
    """Start a standby."""
    directory.mkdir()
    made = Beside(directory)
    made.first = first
    made.start("--standby")
    return made


@pytest.fixture
def standby(backend: RunningBackend, tmp_path: Path) -> Iterator[Beside]:
    made = beside(backend, tmp_path / "standby")
    yield made
    if made.process is not None and made.process.poll() is None:
        assert made.stop() == 0


async def until_ready(backend: RunningBackend) -> None:
    """Wait until it takes presses."""
    async with asyncio.timeout(WITHIN_S):
        while (await asyncio.to_thread(backend.get, "/readyz"))[0] != 200:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)


async def test_a_standby_turns_everyone_away_and_takes_over_when_the_live_one_is_killed(
    backend: RunningBackend, standby: Beside, tmp_path: Path
) -> None:
    assert await asyncio.to_thread(standby.get, "/readyz") == (503, "standby\n")
    assert await asyncio.to_thread(standby.get, "/healthz") == (200, "ok\n")
    assert (await asyncio.to_thread(standby.figure, "standby")) == 1
    for path in "/console", "/device", "/patrol":
        async with standby.socket(path) as ws:
            assert await close_code(ws) == CloseCode.STANDBY
    async with backend.console("4711") as console, backend.device("VBR-B-0101") as phone:
        first = await phone.press(*LEUVEN, press_id="before")
        seen = (await console.raised(first)).state
        cursor, token = console.cursor, console.welcome.token
        await asyncio.to_thread(backend.kill)
        await until_ready(standby)
    async with standby.console("4711", cursor=cursor) as console, standby.device("VBR-B-0101") as phone:
        assert (console.welcome.ledger, console.welcome.epoch) == (cursor.ledger, cursor.epoch)
        assert token
        again = await phone.press(*LEUVEN, press_id="before")
        assert again.id == first.id, "what was acknowledged before is known"
        await phone.press(*LEUVEN, press_id="after")
        await console.event("alarm.repeated")
        assert console.events[0].position == cursor.position + 1
    # The one that was killed comes back: it is the standby now.
    third = await asyncio.to_thread(beside, standby, tmp_path / "third")
    try:
        assert await asyncio.to_thread(third.get, "/readyz") == (503, "standby\n")
        assert (await asyncio.to_thread(standby.get, "/readyz"))[0] == 200
        assert (await asyncio.to_thread(standby.stop)) == 0
        await until_ready(third)
    finally:
        assert third.stop() == 0
    with closing(sqlite3.connect(backend.directory / "backend.db")) as file:
        numbers = file.execute("SELECT number FROM intervention").fetchall()
    assert numbers == [(seen.number,)]
    assert verify(backend.database).ok


async def test_a_backend_whose_lock_is_taken_away_stores_nothing_more_and_ends(
    backend: RunningBackend, standby: Beside
) -> None:
    """Somebody removed the lock file: both could hold a lock of that name now, and only one may write."""
    async with backend.device("VBR-B-0101") as phone:
        await phone.press(*LEUVEN)
        (backend.directory / "backend.db.lock").unlink()
        await until_ready(standby)
        with pytest.raises(ConnectionClosed):
            await phone.press(*LEUVEN, press_id="too late")
    assert backend.process is not None
    assert await asyncio.to_thread(backend.process.wait, WITHIN_S) == 3
    async with standby.device("VBR-B-0101") as phone:
        await phone.press(*LEUVEN, press_id="too late")
    assert verify(backend.database).ok


def test_nothing_is_written_once_the_lock_file_is_another(tmp_path: Path) -> None:
    first = Ledger.open(url(tmp_path))
    (tmp_path / "ledger.db.lock").unlink()
    second = Ledger.open(url(tmp_path))
    with pytest.raises(NotStored, match="another backend may write"):
        first.submit(raise_alarm("B-1")).result()
    second.submit(raise_alarm("B-2")).result()
    first.close()
    second.close()
    assert verify(url(tmp_path)).records == 1


def test_a_standby_says_what_it_needs(tmp_path: Path) -> None:
    for words in (("--demo", "--database", url(tmp_path)), ()):
        refused: Any = msa_stub("serve", "--standby", "--port", "0", *words)
        assert (refused.code, "give --standby its --database" in refused.err) == (3, True)
