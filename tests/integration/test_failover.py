"""Several addresses of one backend: whoever is silent or only stands by is left for the next, and nobody goes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from backend_stub.simulator.phone import Press
from console.domain import commands as c
from console.domain import events as e
from console.link.interface import Connection
from console.wire import console_frames as f
from console.wire.limits import SUBPROTOCOL, CloseCode
from tests.backend import LEUVEN, RunningBackend
from tests.fault_proxy import FaultProxy
from tests.integration.test_simulator_phone import living
from tests.linked_console import console, until
from tests.programs import run

SILENT_WITHIN_S = 5.0
MARGIN = 3


@asynccontextmanager
async def standby() -> AsyncIterator[str]:
    """A backend that stands by: it lets nobody in."""

    async def turn_away(ws: ServerConnection) -> None:
        await ws.close(CloseCode.STANDBY, "this backend stands by")

    async with serve(turn_away, "127.0.0.1", 0, subprotocols=[Subprotocol(SUBPROTOCOL)]) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_console_whose_backend_is_silent_goes_on_at_the_next_and_has_each_event_once(
    shared_backend: RunningBackend,
) -> None:
    async with (
        FaultProxy(shared_backend.url) as first,
        FaultProxy(shared_backend.url) as second,
        console(first.url, second.url) as seen,
        shared_backend.console("4712", resume=False) as feed,
        shared_backend.device(shared_backend.spare_button()) as phone,
    ):
        await feed.send(f.Resume(cursor=feed.cursor))
        raised = (await feed.raised(await phone.press(*LEUVEN))).state
        await until(lambda: seen.shows(feed))
        assert not seen.picture.backup
        first.black_hole()
        await feed.do(raised.number, c.Note(words="while it is silent"))
        await until(lambda: seen.picture.backup and seen.shows(feed), SILENT_WITHIN_S * MARGIN)
        assert seen.picture.url.startswith(second.url)
        assert seen.positions == list(range(1, feed.room.position + 1))
        first.heal()
        seen.link.send(c.Acknowledge(), raised.id, raised.decision)
        await until(lambda: seen.picture.room.seen[raised.id].state.handler == "4711")
        await asyncio.sleep(0.5)
        assert seen.picture.backup  # the first one answers again, and nobody goes back by itself


async def test_a_console_leaves_one_that_stands_by_at_once(shared_backend: RunningBackend) -> None:
    async with standby() as first, console(first, shared_backend.url) as seen:
        assert seen.picture.backup
        connections = [picture.connection for picture in seen.shown]
        assert Connection.STALE not in connections


async def test_a_press_goes_to_the_next_backend_when_one_stands_by_or_is_silent(
    shared_backend: RunningBackend,
) -> None:
    async with (
        standby() as first,
        FaultProxy(shared_backend.url) as second,
        living(
            shared_backend,
            (0.0, Press()),
            (3.0, Press()),
            servers=(first, second.url, shared_backend.url),
            speed=1.0,
        ) as phone,
    ):
        await phone.receipt()
        second.black_hole()
        async with asyncio.timeout(SILENT_WITHIN_S * MARGIN):
            await phone.receipt()


async def test_the_commands_take_several_addresses(shared_backend: RunningBackend) -> None:
    async with standby() as first:
        words = ("list", "--operator", "4711", "--url", first, "--url", shared_backend.url)
        listed = await asyncio.to_thread(run, "console", *words)
        assert listed.code == 0, listed.err
        urls = f"{first},{shared_backend.url}"
        listed = await asyncio.to_thread(run, "console", "list", "--operator", "4711", MSA_URL=urls)
        assert listed.code == 0, listed.err


async def test_a_command_that_comes_too_late_is_not_done_and_may_be_done_later_after_all(
    shared_backend: RunningBackend,
) -> None:
    async with (
        shared_backend.console("4711") as operator,
        shared_backend.device(shared_backend.spare_button()) as phone,
    ):
        raised = (await operator.raised(await phone.press(*LEUVEN))).state
        over = datetime.now(UTC) - timedelta(seconds=1)
        command = c.Command(
            id=uuid4(), intervention=str(raised.id), seen_decision=0, expires_at=over, do=c.Acknowledge()
        )
        late = await operator.command(command)
        assert late.refusal == c.Refusal(code="too_late")
        again = await operator.command(command.model_copy(update={"expires_at": over + timedelta(hours=1)}))
        assert again.refusal is None
        asked = await operator.command(command)  # what was done is told, whenever it is asked
        assert asked == again
        done = [one.type for one in operator.room.seen[raised.id].timeline]
        assert done.count(e.Acknowledged().type) == 1
