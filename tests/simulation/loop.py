"""An event loop in simulated time, and processes that can be killed in it.

No wall clock, no socket and no thread: when nothing is ready, time moves to what is due next. What a real loop
gives to a thread runs here between two moments that come from the seed, so that the world moves on meanwhile.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")

NEVER = "the simulation stands still: nothing is ready, and nothing is due"


class Process:
    """What runs together and dies together. Every task begun in it, or by its tasks, belongs to it."""

    def __init__(self, loop: SimulatedLoop, host: str) -> None:
        """``host``: the machine it runs on, by which the network knows it."""
        self._loop = loop
        self.host = host
        self.alive = True
        self.tasks: dict[asyncio.Task[Any], None] = {}
        self.at_death: list[Callable[[], None]] = []

    def run(self, work: Callable[[], T]) -> T:
        """Do something as this process."""
        token = CURRENT.set(self)
        try:
            return work()
        finally:
            CURRENT.reset(token)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Begin a task of this process."""
        return self.run(lambda: self._loop.create_task(work))

    def kill(self) -> None:
        """End it as SIGKILL does: its connections are reset, and nothing of it goes on."""
        if not self.alive:
            return
        self.alive = False
        for last in self.at_death:
            last()
        for task in self.tasks:
            task.cancel()


CURRENT: ContextVar[Process | None] = ContextVar("process", default=None)


def current() -> Process:
    """The process in which this runs."""
    process = CURRENT.get()
    assert process is not None, "outside every process"
    return process


class _Clockwork:
    """Stands where a real loop waits for sockets."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def select(self, timeout: float | None) -> list[Any]:
        """Let the time pass that a real loop would wait."""
        if timeout is None:
            raise RuntimeError(NEVER)
        self.now_s += max(0.0, timeout)
        return []

    def close(self) -> None:
        """Nothing is open."""


class SimulatedLoop(asyncio.BaseEventLoop):
    """Runs tasks as asyncio does, in the same order, on a clock that only moves when nothing is ready.

    ``faults`` collects what no task, and nobody who waited for it, has taken note of.
    """

    def __init__(self, random: Random) -> None:
        super().__init__()
        self._clockwork = self._selector = _Clockwork()
        self._random = random
        self.faults: list[str] = []
        self.set_exception_handler(lambda _loop, context: self._fault(context))
        self.set_task_factory(self._task)

    def time(self) -> float:
        """Seconds since the simulation began."""
        return self._clockwork.now_s

    def run_in_executor(  # type: ignore[override]  # without the types of the arguments
        self, executor: Any, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        """Run a function at some moment soon; its result comes some moments later."""
        future: asyncio.Future[T] = self.create_future()

        def deliver(result: T | None, error: BaseException | None) -> None:
            if future.done():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(result)  # type: ignore[arg-type]  # without an error there is a result

        def work() -> None:
            if not current().alive:
                return
            try:
                result, error = func(*args), None
            except Exception as raised:
                result, error = None, raised
            self.call_later(self._moment_s(), deliver, result, error)

        self.call_later(self._moment_s(), work)
        return future

    def faults_left(self) -> list[str]:
        """What went wrong unseen; tasks that were dropped with their exception count too."""
        gc.collect()
        return self.faults

    def _moment_s(self) -> float:
        """Mostly a millisecond or less; now and then the machine is busy."""
        return (
            self._random.uniform(0.0001, 0.001)
            if self._random.random() < 0.9
            else self._random.uniform(0, 0.2)
        )

    def _task(
        self, _loop: asyncio.AbstractEventLoop, work: Any, context: Context | None = None
    ) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(work, loop=self, context=context)
        process = CURRENT.get()
        if process is not None:
            process.tasks[task] = None
            task.add_done_callback(lambda done: process.tasks.pop(done, None))
            if not process.alive:
                task.cancel()
        return task

    def _fault(self, context: dict[str, Any]) -> None:
        error = context.get("exception")
        self.faults.append(f"{context.get('message')}: {error!r}")

    def _process_events(self, event_list: list[Any]) -> None:
        """No socket, no event."""

    def _write_to_self(self) -> None:
        """Nobody sleeps who must be woken: there is one thread."""
