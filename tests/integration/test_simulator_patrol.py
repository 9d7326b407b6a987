"""A simulated patrol against a real backend: it accepts, drives, arrives, follows who runs, and goes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random
from uuid import UUID

from backend_stub.registry.records import PatrolUnit
from backend_stub.simulator.pace import Pace
from backend_stub.simulator.patrol import ARRIVED_M, DRIVE_MPS, Habits, SimulatedPatrol
from console.domain import commands as c
from console.domain import events as e
from console.domain.location import advanced, distance_m
from console.domain.patrols import Patrol, PatrolState
from console.wire import console_frames as f
from tests.backend import LEUVEN, ConsoleClient, RunningBackend
from tests.fault_proxy import FaultProxy

FAST = 60.0
"""A kilometre at 54 km/h takes a second."""

NEVER_BUSY = Habits(busy_share=0.0, free_s=(1e6, 1e6))
ALWAYS_BUSY = Habits(busy_share=1.0, busy_s=(1e6, 1e6))

STEPS = ("patrol.dispatched", "patrol.accepted", "patrol.read_danger", "patrol.en_route", "patrol.on_scene")


def two_km_away(patrol: str) -> PatrolUnit:
    """A patrol whose post is two kilometres from the market square of Leuven."""
    lon, lat = advanced(*LEUVEN, 90.0, 2_000.0)
    zone, sign = patrol.split("/")
    return PatrolUnit(
        id=patrol, call_sign=sign, zone=zone, room="VBR", language="nl", home_lon=lon, home_lat=lat
    )


@asynccontextmanager
async def driving(
    backend: RunningBackend,
    unit: PatrolUnit,
    *,
    habits: Habits = NEVER_BUSY,
    speed: float = FAST,
    servers: tuple[str, ...] = (),
) -> AsyncIterator[SimulatedPatrol]:
    """The patrol, on the road in the background of a test."""
    token = backend.tokens["patrols"][unit.id]
    patrol = SimulatedPatrol(servers or (backend.url,), token, unit, Pace(speed), Random(1), habits)
    life = asyncio.create_task(patrol.run())
    try:
        yield patrol
    finally:
        life.cancel()
        await asyncio.wait([life])


@asynccontextmanager
async def alarm(backend: RunningBackend, console: ConsoleClient) -> AsyncIterator[UUID]:
    """An intervention in Leuven that is acknowledged."""
    async with backend.device(backend.spare_button()) as phone:
        seen = await console.raised(await phone.press(*LEUVEN))
    result = await console.do(seen.state.id, c.Acknowledge())
    assert result.refusal is None
    yield seen.state.id


async def send(console: ConsoleClient, intervention: UUID, unit: PatrolUnit) -> None:
    result = await console.do(intervention, c.Dispatch(patrols=(unit.id,)))
    assert result.refusal is None


async def recall(console: ConsoleClient, intervention: UUID, unit: PatrolUnit) -> None:
    result = await console.do(intervention, c.Recall(patrol=unit.id, reason="needed elsewhere"))
    assert result.refusal is None


async def stepped(console: ConsoleClient, kind: str, intervention: UUID, after: int = 0) -> e.Event:
    """The event of this kind in this intervention, beyond so many of its events."""
    return await console.event(
        kind, lambda event: event.intervention == intervention and event.version > after
    )


async def shown(console: ConsoleClient, unit: PatrolUnit, wanted: Callable[[Patrol], bool]) -> Patrol:
    """The patrol as the console shows it, once it is as wanted."""
    while True:
        patrol = console.room.patrols.get(unit.id)
        if patrol is not None and wanted(patrol):
            return patrol
        await console.frame(f.Patrols)


def away_m(patrol: Patrol, lon: float, lat: float) -> float:
    assert patrol.lon is not None
    assert patrol.lat is not None
    return distance_m(patrol.lon, patrol.lat, lon, lat)


async def test_it_accepts_reads_the_danger_drives_arrives_and_goes_back(
    shared_backend: RunningBackend,
) -> None:
    unit = two_km_away("5388/L-11")
    async with (
        shared_backend.console() as console,
        driving(shared_backend, unit),
        alarm(shared_backend, console) as intervention,
    ):
        await shown(console, unit, lambda patrol: patrol.lon is not None)
        await send(console, intervention, unit)
        arrived = await stepped(console, "patrol.on_scene", intervention)
        steps = [item.event for item in console.events if item.event.type in STEPS]
        assert [step.type for step in steps] == list(STEPS)
        driven = (arrived.at - steps[-2].at).total_seconds() * FAST
        assert driven * DRIVE_MPS < 8_000  # it was at most some four kilometres away: no detour
        there = await shown(console, unit, lambda patrol: away_m(patrol, *LEUVEN) <= ARRIVED_M)
        assert there.state is PatrolState.ON_SCENE
        await console.event(
            "victim.seen",
            lambda event: (
                getattr(event.body, "finding", None) is e.Finding.SEEN_ALONE
                and event.intervention == intervention
            ),
        )
        await recall(console, intervention, unit)
        await shown(console, unit, lambda patrol: patrol.state is PatrolState.FREE)
        await shown(console, unit, lambda patrol: away_m(patrol, *LEUVEN) > 200)


async def test_on_the_scene_it_follows_the_victim_who_runs_off_but_not_the_error_of_a_position(
    shared_backend: RunningBackend,
) -> None:
    unit = two_km_away("5388/L-12")
    async with (
        shared_backend.console() as console,
        driving(shared_backend, unit),
        shared_backend.device(shared_backend.spare_button()) as phone,
    ):
        seen = await console.raised(await phone.press(*LEUVEN))
        intervention = seen.state.id
        await console.do(intervention, c.Acknowledge())
        await send(console, intervention, unit)
        await stepped(console, "patrol.on_scene", intervention)
        here = await shown(console, unit, lambda patrol: patrol.speed_mps == 0.0)
        trembled = advanced(*LEUVEN, 45.0, 70.0)
        await phone.fix(*trembled, radius_m=100.0)
        positions = [await shown_anew(console, unit) for _ in range(2)]
        assert {(one.lon, one.lat) for one in positions} == {(here.lon, here.lat)}
        elsewhere = advanced(*LEUVEN, 45.0, 250.0)  # farther in so short a time would be a jump
        await phone.fix(*elsewhere)
        followed = await shown(console, unit, lambda patrol: away_m(patrol, *elsewhere) <= ARRIVED_M)
        assert followed.state is PatrolState.ON_SCENE
        steps = [item.event.type for item in console.events if item.event.type == "patrol.on_scene"]
        assert len(steps) == 1


async def shown_anew(console: ConsoleClient, unit: PatrolUnit) -> Patrol:
    """The patrol after its next position."""
    before = console.room.patrols[unit.id].position_at
    return await shown(console, unit, lambda patrol: patrol.position_at != before)


async def test_a_release_on_the_way_turns_it_back_and_the_next_task_is_taken(
    shared_backend: RunningBackend,
) -> None:
    unit = two_km_away("5388/L-13")
    async with (
        shared_backend.console() as console,
        driving(shared_backend, unit, speed=10.0),
        alarm(shared_backend, console) as intervention,
    ):
        await shown(console, unit, lambda patrol: patrol.lon is not None)
        await send(console, intervention, unit)
        en_route = await stepped(console, "patrol.en_route", intervention)
        await recall(console, intervention, unit)
        await send(console, intervention, unit)
        await stepped(console, "patrol.accepted", intervention, after=en_route.version)
        kinds = [item.event.type for item in console.events if item.event.intervention == intervention]
        assert "patrol.on_scene" not in kinds


async def test_a_task_that_comes_while_it_becomes_busy_elsewhere_is_taken_at_once(
    shared_backend: RunningBackend,
) -> None:
    unit = two_km_away("5391/B-12")
    async with shared_backend.console() as console, alarm(shared_backend, console) as intervention:
        await send(console, intervention, unit)  # it is not connected yet, and then busy
        async with driving(shared_backend, unit, habits=ALWAYS_BUSY):
            await stepped(console, "patrol.accepted", intervention)
            await stepped(console, "patrol.on_scene", intervention)
            await recall(console, intervention, unit)
            await shown(console, unit, lambda patrol: patrol.state is PatrolState.FREE)


async def test_it_is_busy_elsewhere_and_says_so_again_to_a_restarted_backend(backend: RunningBackend) -> None:
    unit = two_km_away("5388/L-11")
    async with (
        FaultProxy(backend.url) as proxy,
        driving(backend, unit, habits=ALWAYS_BUSY, servers=(proxy.url,)),
    ):
        for _ in range(2):
            async with backend.console() as console:
                busy = await shown(console, unit, lambda patrol: patrol.state is PatrolState.BUSY)
                assert (busy.busy_with or "").startswith("call ")
            backend.restart()
            proxy.target = backend.url


async def test_cut_off_in_the_middle_it_goes_on_and_what_it_reported_meanwhile_is_not_lost(
    backend: RunningBackend,
) -> None:
    unit = two_km_away("5388/L-11")
    async with FaultProxy(backend.url) as proxy, driving(backend, unit, servers=(proxy.url,)):
        async with backend.console() as console, alarm(backend, console) as intervention:
            await send(console, intervention, unit)
            await stepped(console, "patrol.accepted", intervention)
        backend.kill()
        await asyncio.sleep(1.5)  # it drives on, and arrives, while nobody hears it
        backend.start()
        proxy.target = backend.url
        async with backend.console() as console:
            state = console.room.seen[intervention].state
            while state.patrol(unit.id) is None or state.state.value != "on_scene":
                await console.frame(f.Events)
                state = console.room.seen[intervention].state


async def test_a_release_while_it_was_cut_off_is_found_out_and_the_next_task_is_taken(
    backend: RunningBackend,
) -> None:
    unit = two_km_away("5388/L-11")
    async with (
        FaultProxy(backend.url) as proxy,
        driving(backend, unit, servers=(proxy.url,)),
        backend.console() as console,
        alarm(backend, console) as intervention,
    ):
        await send(console, intervention, unit)
        arrived = await stepped(console, "patrol.on_scene", intervention)
        proxy.refuse()
        await recall(console, intervention, unit)
        proxy.heal()
        await shown(console, unit, lambda patrol: away_m(patrol, *LEUVEN) > 200)
        await send(console, intervention, unit)
        await stepped(console, "patrol.on_scene", intervention, after=arrived.version)
