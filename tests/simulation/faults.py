"""What breaks, and when: drawn from the seed. Each seed has its own choice of kinds, so that some come together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Final

from tests.simulation.store import Mood

if TYPE_CHECKING:
    from tests.simulation.world import World

TOLD: Final = ((True, True), (True, False), (False, True), (False, False))


class Faults:
    """Breaks things, and mends them."""

    def __init__(self, world: World, random: Random) -> None:
        self._world, self._random = world, random
        kinds: list[Callable[[], None]] = [
            self._cut,
            self._black_hole,
            self._slow_line,
            self._refuse,
            self._disk,
            self._crash,
            self._crash_at_commit,
            self._kill_console,
            self._clock,
        ]
        self._kinds = random.sample(kinds, random.randint(1, len(kinds)))
        self._every_s = random.choice((0.7, 1.5, 3.0, 6.0))
        self._mends: list[asyncio.TimerHandle] = []

    async def rage(self, seconds: float) -> None:
        """Break things for so long."""
        loop = self._world.loop
        until = loop.time() + seconds
        while (left := until - loop.time()) > 0:
            await self._look(min(left, self._random.expovariate(1 / self._every_s)))
            if loop.time() < until:
                self._random.choice(self._kinds)()

    async def end(self) -> None:
        """Mend everything."""
        world = self._world
        for mend in self._mends:
            mend.cancel()
        self._mends.clear()
        for host in world.network.lines:
            world.network.heal(host)
        world.disk.mood = Mood.FINE
        world.disk.crash_in = None
        self._restart()
        for console in world.consoles:
            if not console.process.alive:
                console.start()
        world.trace.note("faults", "end")

    async def _look(self, seconds: float) -> None:
        """Wait, with an eye on the promises; a backend that lost its power comes back."""
        world, until = self._world, self._world.loop.time() + seconds
        while (left := until - world.loop.time()) > 0:
            await asyncio.sleep(min(0.25, left))
            world.watcher.step()
            if world.process is not None and not world.process.alive:
                world.process = None
                self._later(self._random.uniform(0.3, 4), self._restart)

    def _later(self, seconds: float, mend: Callable[[], None]) -> None:
        self._mends.append(self._world.loop.call_later(seconds, mend))

    def _restart(self) -> None:
        world = self._world
        if world.process is None or not world.process.alive:
            world.start_backend()

    def _host(self) -> str:
        return self._random.choice(list(self._world.network.lines))

    def _cut(self) -> None:
        told = TOLD[0] if self._random.random() < 0.5 else self._random.choice(TOLD)
        self._world.network.cut(self._host(), told=told)

    def _black_hole(self) -> None:
        network, host = self._world.network, self._host()
        ways = self._random.choice((("up",), ("down",), ("up", "down")))
        self._world.trace.note(host, f"black hole {ways}")
        for way in ways:
            network.lines[host].holed[way] = True
        self._later(self._random.uniform(0.5, 15), lambda: network.heal(host))

    def _slow_line(self) -> None:
        network, host = self._world.network, self._host()
        self._world.trace.note(host, "slow line")
        network.lines[host].delay_s = 0.02, self._random.choice((0.2, 1.0, 3.0))
        self._later(self._random.uniform(1, 10), lambda: network.heal(host))

    def _refuse(self) -> None:
        network, host = self._world.network, self._host()
        network.lines[host].refusing = True
        network.cut(host, told=(True, True))
        self._later(self._random.uniform(0.5, 8), lambda: network.heal(host))

    def _disk(self) -> None:
        disk = self._world.disk
        disk.mood = self._random.choice([mood for mood in Mood if mood is not Mood.FINE])
        self._world.trace.note("disk", disk.mood)

        def mend() -> None:
            disk.mood = Mood.FINE

        self._later(self._random.uniform(0.2, 6), mend)

    def _crash(self) -> None:
        self._world.crash("killed")

    def _crash_at_commit(self) -> None:
        disk = self._world.disk
        disk.crash_in = self._random.randint(1, 5)
        disk.crash_after = self._random.random() < 0.5
        self._world.trace.note("disk", f"loses power in {disk.crash_in}, after: {disk.crash_after}")

    def _kill_console(self) -> None:
        console = self._random.choice(self._world.consoles)
        if console.process.alive:
            console.kill()
            self._later(self._random.uniform(0.2, 3), console.start)

    def _clock(self) -> None:
        jump_s = self._random.choice((-3600.0, 3600.0, -5.0, 5.0, 0.5))
        self._world.jumped_s += jump_s
        self._world.trace.note("clock", f"jumps {jump_s:+}")
