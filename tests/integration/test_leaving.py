"""An operator is disabled while a backend runs, or while it is down: what they hold goes to other hands first (W17, S2)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

from websockets.exceptions import ConnectionClosed

from console.domain import commands as c
from console.domain import events as e
from console.domain.intervention import State
from console.wire import console_frames as f
from console.wire import field_frames as ff
from console.wire.limits import CloseCode
from tests.backend import LEUVEN, ConsoleClient, RunningBackend, close_code
from tests.programs import msa_stub

TYPES = (
    "intervention.acknowledged",
    "line.muted",
    "line.unmuted",
    "line.listener_changed",
    "intervention.taken_over",
    "intervention.released",
)


def accounts(backend: RunningBackend, *words: str) -> list[dict[str, object]]:
    """Run `msa-stub accounts … --json` beside the backend."""
    done = msa_stub("accounts", *words, "--database", backend.database, "--json")
    assert done.code == 0, done.err
    return done.lines


@asynccontextmanager
async def held_by(console: ConsoleClient, backend: RunningBackend) -> AsyncIterator[UUID]:
    """An intervention that this console handles, on whose line it listens, with a patrol that was sent."""
    async with backend.device(backend.spare_button()) as phone:
        intervention = (await console.raised(await phone.press(*LEUVEN))).state.id
        await phone.send(ff.LineFrame(change=c.LineChange.OPENED))
        await console.event("line.opened", lambda event: event.intervention == intervention)
        patrol = await console.free_patrol("5388")
        for do in (
            c.Acknowledge(),
            c.Listen(),
            c.Unmute(override="she asked"),
            c.Dispatch(patrols=(patrol,)),
        ):
            assert (await console.do(intervention, do)).refusal is None
        yield intervention


async def story_of(console: ConsoleClient, intervention: UUID) -> list[tuple[str, str]]:
    """What happened to who holds it, and who did it."""
    answers = await console.ask(f.AskTimeline(intervention=str(intervention)))
    events = [event for part in answers for event in part.events]
    return [(event.type, event.actor.id) for event in events if event.type in TYPES]


async def test_disabled_while_holding_a_supervisor_has_it_and_then_the_console_is_shut(
    shared_backend: RunningBackend,
) -> None:
    backend = shared_backend
    async with backend.console("4700") as supervisor, backend.console("4711") as console:
        async with held_by(console, backend) as intervention:
            [said] = await asyncio.to_thread(accounts, backend, "disable", "4711")
            assert said == {"id": "4711", "role": "operator", "room": "VBR", "disabled": True}
            given = await console.event("intervention.taken_over")
            assert await close_code(console.ws) == CloseCode.LOGGED_OUT
            assert isinstance(given.body, e.TakenOver)
            assert (given.body.from_operator, given.body.to_operator) == ("4711", "4700")
            assert given.body.because is e.LeftBecause.ACCOUNT_DISABLED
            await supervisor.event("intervention.taken_over")
            state = supervisor.room.seen[intervention].state
            assert (state.handler, state.state, state.line.listener) == ("4700", State.DISPATCHED, None)
            note = await supervisor.do(intervention, c.Recall(patrol=state.sent[0].patrol, reason="seen"))
            assert note.refusal is None, "it is really theirs"
            assert (await story_of(supervisor, intervention))[-3:] == [
                ("line.muted", "system"),
                ("line.listener_changed", "system"),
                ("intervention.taken_over", "system"),
            ]
        await asyncio.to_thread(accounts, backend, "enable", "4711")
        async with backend.console("4711") as again:
            assert again.room.seen[intervention].state.handler == "4700"


async def test_without_a_supervisor_it_rings_again_for_the_room(shared_backend: RunningBackend) -> None:
    backend = shared_backend
    async with (
        backend.console("4712") as colleague,
        backend.console("4711") as console,
        held_by(console, backend) as intervention,
    ):
        await asyncio.to_thread(accounts, backend, "change", "4711", "--role", "trainer")
        released = await colleague.event("intervention.released")
        again = c.Command(id=uuid4(), intervention=str(intervention), do=c.Acknowledge())
        with contextlib.suppress(
            ConnectionClosed
        ):  # what was taken is not taken back before the socket is closed
            await console.send(f.CommandFrame(command=again))
        assert await close_code(console.ws) == CloseCode.LOGGED_OUT
        assert isinstance(released.body, e.Released)
        assert released.body.because is e.LeftBecause.ROLE_CHANGED
        state = colleague.room.seen[intervention].state
        assert state.state is State.RAISED
        assert len(state.sent) == 1
        assert (await colleague.do(intervention, c.Acknowledge())).refusal is None
    await asyncio.to_thread(accounts, backend, "change", "4711", "--role", "operator")


async def test_disabled_while_the_backend_is_down_it_is_done_at_its_start_and_once(
    backend: RunningBackend,
) -> None:
    async with backend.console("4711") as console, held_by(console, backend) as intervention:
        backend.kill()
    await asyncio.to_thread(accounts, backend, "change", "4711", "--room", "ANT")
    await asyncio.to_thread(backend.start)
    async with backend.console("4712") as colleague:
        assert colleague.room.seen[intervention].state.state is State.RAISED
        before = await story_of(colleague, intervention)
        assert before[-3:] == [
            ("line.muted", "system"),
            ("line.listener_changed", "system"),
            ("intervention.released", "system"),
        ]
        await asyncio.to_thread(backend.restart)
    async with backend.console("4712") as colleague:
        await colleague.frame(f.Heartbeat)
        await colleague.frame(f.Heartbeat)
        assert await story_of(colleague, intervention) == before


async def test_a_listener_whose_console_dies_listens_no_more_but_one_who_comes_back_does(
    idle_backend: RunningBackend,
) -> None:
    backend = idle_backend
    backend.start("--listener-returns", "3")
    async with backend.console("4712") as colleague:
        async with backend.console("4711") as console, held_by(console, backend) as intervention:
            console.ws.transport.abort()
        async with backend.console("4711") as again:  # the same operator, on whatever machine
            for _ in range(4):
                await colleague.frame(f.Heartbeat)
            assert colleague.room.seen[intervention].state.line.listener == "4711"
            again.ws.transport.abort()
        gone = await colleague.event("line.listener_changed", lambda event: event.actor.id == "system")
        assert isinstance(gone.body, e.LineListenerChanged)
        assert gone.body.because is e.LeftBecause.CONSOLE_GONE
        line = colleague.room.seen[intervention].state.line
        assert line.unheard
        assert line.muted
        assert colleague.room.seen[intervention].state.handler == "4711", (
            "a console that died is no hand-over"
        )


async def test_a_second_console_of_the_same_operator_goes_on_listening(idle_backend: RunningBackend) -> None:
    backend = idle_backend
    backend.start("--listener-returns", "0")
    async with (
        backend.console("4711") as second,
        backend.console("4711") as console,
        held_by(console, backend) as intervention,
    ):
        console.ws.transport.abort()
        for _ in range(3):
            await second.frame(f.Heartbeat)
        assert second.room.seen[intervention].state.line.listener == "4711"


def test_accounts_are_listed_and_a_mistake_is_said(shared_backend: RunningBackend) -> None:
    backend = shared_backend
    listed = accounts(backend, "list")
    assert {"id": "4711", "role": "operator", "room": "VBR", "disabled": False} in listed
    assert all(set(one) == {"id", "role", "room", "disabled"} for one in listed), "no password, no name"
    for words, sentence in (
        (("disable", "9999"), "There is no account '9999'"),
        (("change", "4711", "--role", "boss"), "'boss' is no role"),
        (("change", "4711", "--room", "XYZ"), "'XYZ' is no control room"),
        (("change", "4711"), "Give --role or --room"),
    ):
        ended = msa_stub("accounts", *words, "--database", backend.database)
        assert ended.code == 2
        assert sentence in ended.err
