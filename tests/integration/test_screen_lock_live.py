"""A locked console over a real backend: the alarm comes through the lock, the password opens it, also in an outage."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from console.link.interface import Connection, Link
from console.link.live import LiveLink
from console.tui.app import ConsoleApp, Look, Rest
from console.tui.pane import Pane
from console.tui.screens.lock import LockScreen
from tests.backend import LEUVEN, PASSWORD, WITHIN_S, RunningBackend
from tests.small_country import small_country

WRONG = "not-this-one-by-far"


@asynccontextmanager
async def console_at(backend: RunningBackend) -> AsyncIterator[tuple[ConsoleApp, Pilot[int], Link]]:
    """The console of 4711, live, over a link of its own."""
    link = LiveLink((backend.url,))
    app = ConsoleApp(lambda: Rest(link, Look(bell=False), small_country), time.monotonic)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: app.link is not None)
        link.login("4711", PASSWORD)
        await until(lambda: app.desk is not None and app.screen is app.desk)
        yield app, pilot, link


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while True:
            if true():
                return
            await asyncio.sleep(0.02)


def lock(app: ConsoleApp) -> LockScreen:
    assert isinstance(app.screen, LockScreen)
    return app.screen


def said(app: ConsoleApp) -> str:
    return str(lock(app).query_one("#lock-said").render())


async def test_an_alarm_comes_through_the_lock_and_only_the_right_password_opens_it(
    backend: RunningBackend,
) -> None:
    async with console_at(backend) as (app, pilot, link):
        await pilot.press("ctrl+l")
        async with backend.device("VBR-B-0101") as phone:
            await phone.press(*LEUVEN)
            calls = lock(app).query_one("#lock-calls", Pane)
            await until(lambda: "press" in calls.painted.plain)
            assert "5388" in calls.painted.plain
            await asyncio.sleep(0.7)  # a key within the first 600 ms is not meant for it (W16)
            await pilot.press("space")
            await until(lambda: link.picture.room.queue()[0].state.handler == "4711")
            await pilot.press(*WRONG, "enter")
            await until(lambda: said(app) == "The password is wrong.")
            lock(app)
            backend.kill()
            await until(lambda: link.picture.connection is not Connection.LIVE)
            await until(lambda: "NO LINK since" in str(lock(app).query_one("#lock-link").render()))
            await pilot.press(*WRONG, "enter")
            await until(lambda: said(app) == "The password is wrong.")
            await pilot.press(*PASSWORD, "enter")
            await until(lambda: app.screen is app.desk)
            assert app.desk is not None
            assert app.desk.shown.seen is not None
            assert app.desk.shown.seen.state.id in link.picture.room.seen
            await pilot.press("ctrl+l")
            assert app.screen is app.desk, "it holds an open intervention"
    for wrong in (WRONG, PASSWORD):
        assert wrong not in backend.log
