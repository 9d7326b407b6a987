"""The network in simulated time: websockets without sockets, and what networks do to them.

An `End` has the surface of the library's connections that the product uses, and raises the library's exceptions.
Within a connection everything arrives in order, as TCP has it; between connections the delays decide.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar
from dataclasses import dataclass, field
from random import Random
from types import SimpleNamespace, TracebackType
from typing import Any, Final
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed, ConnectionClosedError, ConnectionClosedOK
from websockets.frames import Close
from websockets.protocol import State

from tests.simulation.loop import Process, SimulatedLoop, current
from tests.simulation.trace import Trace

BUFFER_BYTES: Final = 256 * 1024
"""So much may be on its way or unread before a sender must wait."""

TICK_S: Final = 1e-6
"""A loop calls what is due within its clock's resolution a little early."""

PING_EVERY_S: Final = 20.0
"""The library's keepalive, where it is not told otherwise; so long it waits for the answer too."""

SECRETS: Final = ('"type":"welcome"', '"type":"login"', '"type":"hello"')
"""Frames with tokens, which come from no seed: the trace has their length alone."""

Message = str | bytes
Item = Message | Close | str


class _Ping:
    """Goes there, and comes back as `_Pong`."""


class _Pong:
    """The other end is alive."""


class _Reset:
    """The connection is gone without a word."""


@dataclass
class Line:
    """How the network between one machine and the backend is. ``up`` leads to the backend."""

    delay_s: tuple[float, float] = (0.0005, 0.005)
    holed: dict[str, bool] = field(default_factory=lambda: {"up": False, "down": False})
    refusing: bool = False


class _Pipe:
    """One direction of a connection."""

    def __init__(self, network: Network, line: Line, way: str, to: End) -> None:
        self._network, self._line, self._way, self._to = network, line, way, to
        self._items: deque[tuple[float, Any]] = deque()
        self._last_s = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.bytes = 0
        self.broken = False
        self._roomy: list[asyncio.Future[None]] = []

    def put(self, item: Any) -> None:
        """Send something on its way."""
        if self.broken:
            return
        network = self._network
        now = network.loop.time()
        self._last_s = max(self._last_s, now + network.random.uniform(*self._line.delay_s))
        self._items.append((self._last_s, item))
        self.bytes += len(item) if isinstance(item, str | bytes) else 0
        self.pump()

    def drop(self) -> None:
        """What is on its way never arrives."""
        self._items.clear()
        self.bytes = 0
        self.eased()

    def hurry(self) -> None:
        """The line is well again: what is on its way need not take as long as it was to."""
        soon_s = self._network.loop.time() + self._line.delay_s[1]
        self._items = deque((min(due, soon_s), item) for due, item in self._items)
        self._last_s = min(self._last_s, soon_s)
        self.pump()

    def pump(self) -> None:
        """Deliver what is due."""
        now = self._network.loop.time()
        while self._items and not self._line.holed[self._way]:
            due, item = self._items[0]
            if due > now + TICK_S:
                if self._timer is None or self._timer.when() > due:
                    self._stop_timer()
                    self._timer = self._network.later(due, self._timed)
                return
            self._items.popleft()
            self.bytes -= len(item) if isinstance(item, str | bytes) else 0
            self._to.arrive(item)

    def _timed(self) -> None:
        self._timer = None
        self.pump()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def eased(self) -> None:
        """Wake who waits for room."""
        if self.bytes + self._to.unread <= BUFFER_BYTES:
            waiting, self._roomy = self._roomy, []
            for one in waiting:
                if not one.done():
                    one.set_result(None)

    async def room(self) -> None:
        """Wait until the other end has read enough."""
        while self.bytes + self._to.unread > BUFFER_BYTES and not self._to.gone and not self.broken:
            waiter: asyncio.Future[None] = self._network.loop.create_future()
            self._roomy.append(waiter)
            await waiter


class _Protocol:
    """What `websockets.asyncio.server.broadcast` needs of a connection: it writes without waiting."""

    def __init__(self, end: End) -> None:
        self._end = end

    @property
    def state(self) -> State:
        return self._end.state

    def send_text(self, message: bytes) -> None:
        self._end.out.put(message.decode())


class End:
    """One end of a connection; ``at`` is the machine of the client, at either end."""

    def __init__(
        self, network: Network, at: str, path: str, *, server: bool, options: dict[str, Any]
    ) -> None:
        self._network = network
        self.at, self.server = at, server
        self.request = SimpleNamespace(path=path)
        self.remote_address = (at, 0)
        self.subprotocol = next(iter(options.get("subprotocols") or ()), None)
        self.transport = SimpleNamespace(
            abort=self.abort,
            get_write_buffer_size=lambda: self.out.bytes,
            get_extra_info=lambda _name: SimpleNamespace(setsockopt=lambda *_option: None),
        )
        self.protocol = _Protocol(self)
        self.send_in_progress: asyncio.Future[None] | None = None
        self.latency = 0.0
        self.unread = 0
        self.gone = False
        self.process = current()
        self._close_timeout: float = options.get("close_timeout", 10.0)
        self._inbox: deque[Message] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._ended: asyncio.Future[None] = network.loop.create_future()
        self._sent: Close | None = None
        self._rcvd: Close | None = None
        self._answered = True
        self.out: _Pipe
        self.back: _Pipe
        if options.get("ping_timeout", PING_EVERY_S) is not None:
            network.later(network.loop.time() + PING_EVERY_S, self._ping)

    @property
    def state(self) -> State:
        """Whether anything may be sent."""
        if self.gone:
            return State.CLOSED
        return State.OPEN if self._sent is None else State.CLOSING

    def send_data(self) -> None:
        """What was written is on its way already."""

    @property
    def close_code(self) -> int | None:
        """None while it is open; 1006: it ended without a word."""
        if not self.gone:
            return None
        return self._rcvd.code if self._rcvd else 1006

    @property
    def close_reason(self) -> str:
        """What the other end said at the close."""
        return self._rcvd.reason if self._rcvd else ""

    async def send(self, message: Message, text: bool | None = None) -> None:
        """Send a message; waits while too much is on its way."""
        await self.out.room()
        if self.gone or self._sent is not None:
            raise self._closed()
        self.out.put(message.decode() if text and isinstance(message, bytes) else message)

    async def recv(self) -> Message:
        """The next message."""
        while not self._inbox:
            if self.gone:
                raise self._closed()
            self._waiter = self._network.loop.create_future()
            await self._waiter
        message = self._inbox.popleft()
        self.unread -= len(message)
        self.back.eased()
        return message

    async def __aiter__(self) -> Any:
        """Messages until the connection is closed in order."""
        try:
            while True:
                yield await self.recv()
        except ConnectionClosedOK:
            return

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Say goodbye, and wait for the answer a while."""
        if self.gone:
            return
        if self._sent is None:
            self._sent = Close(code, reason)
            self.out.put(self._sent)
        try:
            async with asyncio.timeout(self._close_timeout):
                await asyncio.shield(self._ended)
        except TimeoutError:
            self.abort()

    def abort(self) -> None:
        """Give the connection up at once."""
        if self.gone:
            return
        self.out.drop()
        self.out.put(_Reset())
        self._end()

    def lose(self) -> None:
        """The network resets it."""
        if not self.gone:
            self._end()

    def arrive(self, item: Any) -> None:
        """Something came over the network."""
        if self.gone:
            return
        match item:
            case _Ping():
                self.out.put(_Pong())
            case _Pong():
                self._answered = True
            case _Reset():
                self._end()
            case Close():
                self._rcvd = item
                if self._sent is None:
                    self._sent = item
                    self.out.put(item)
                self._end()
            case _:
                self._network.delivered(self, item)
                self._inbox.append(item)
                self.unread += len(item)
                self._wake()

    def _end(self) -> None:
        self.gone = True
        if not self._ended.done():
            self._ended.set_result(None)
        self.out.eased()
        self.back.eased()
        self._wake()
        self._network.ended(self)

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _closed(self) -> ConnectionClosed:
        fine = self._rcvd is not None and self._rcvd.code in {1000, 1001}
        kind = ConnectionClosedOK if fine else ConnectionClosedError
        return kind(self._rcvd, self._sent, None if not (self._rcvd and self._sent) else True)

    def _ping(self) -> None:
        if self.gone:
            return
        if not self._answered:
            self.abort()
            return
        self._answered = False
        self.out.put(_Ping())
        self._network.later(self._network.loop.time() + PING_EVERY_S, self._ping)


class Network:
    """Connects machines with the one backend that listens."""

    def __init__(self, loop: SimulatedLoop, random: Random, trace: Trace) -> None:
        self.loop, self.random, self._trace = loop, random, trace
        self.lines: dict[str, Line] = {}
        self.heard_s: dict[str, float] = {}
        self._ends: dict[End, None] = {}
        self._listener: tuple[Process, Callable[[Any], Coroutine[Any, Any, None]]] | None = None
        self._healed: asyncio.Event = asyncio.Event()

    def later(self, at_s: float, do: Callable[[], None]) -> asyncio.TimerHandle:
        """Do something at a moment, as the network: no process need be alive."""
        return self.loop.call_at(at_s, do, context=Context())

    def listen(self, process: Process, serve: Callable[[Any], Coroutine[Any, Any, None]]) -> None:
        """From here on connections lead to this process."""
        self._listener = process, serve

    def of(self, host: str) -> list[End]:
        """Both ends of the connections of a machine."""
        return [end for end in self._ends if end.at == host]

    async def connect(self, url: str, options: dict[str, Any]) -> End:
        """Connect from the machine of the current process.

        Raises:
            OSError: nobody listens, the line refuses, or the answer does not come in time.
        """
        host, path = current().host, urlsplit(url).path
        line = self.lines[host]
        async with asyncio.timeout(options.get("open_timeout", 10.0)):
            await self._across(line, "up")
            if line.refusing or self._listener is None or not self._listener[0].alive:
                raise ConnectionRefusedError("connection refused")
            process, serve = self._listener
            near = End(self, host, path, server=False, options=options)
            offered = {"subprotocols": options.get("subprotocols")}
            far = process.run(lambda: End(self, host, path, server=True, options=offered))
            near.out = far.back = _Pipe(self, line, "up", far)
            far.out = near.back = _Pipe(self, line, "down", near)
            self._ends[near] = self._ends[far] = None
            process.spawn(self._serve(far, serve))
            try:
                await self._across(line, "down")
            except BaseException:
                near.abort()
                raise
        self._trace.note(host, f"connected {path}")
        return near

    def cut(self, host: str, *, told: tuple[bool, bool]) -> None:
        """Break the connections of a machine. ``told``: whether its end, and the backend's, hear of it."""
        self._trace.note(host, f"cut {told}")
        for end in self.of(host):
            end.out.broken = True
            end.out.drop()
            if told[end.server]:
                end.lose()

    def heal(self, host: str) -> None:
        """All is well with a line; what was held back arrives late, as TCP does."""
        line = self.lines[host]
        line.delay_s, line.refusing = Line().delay_s, False
        line.holed["up"] = line.holed["down"] = False
        self._healed.set()
        self._healed = asyncio.Event()
        for end in self.of(host):
            end.out.hurry()
            end.back.hurry()  # the other end may be gone, and its last word still on the way

    def delivered(self, end: End, message: Message) -> None:
        """A message arrived at an end."""
        if not end.server:
            self.heard_s[end.at] = self.loop.time()
        text = message if isinstance(message, str) else message.decode("utf-8", "replace")
        start = text.find('"type":"')
        kind = text[start + 8 : text.find('"', start + 8)]
        secret = text[start : start + 20].startswith(SECRETS) or start < 0
        self._trace.note(end.at, f"{'->' if end.server else '<-'} {kind}", b"" if secret else text.encode())

    def ended(self, end: End) -> None:
        """An end is gone."""
        self._ends.pop(end, None)
        if not end.server:
            self._trace.note(end.at, f"disconnected {end.close_code}")

    async def _across(self, line: Line, way: str) -> None:
        while line.holed[way]:
            await self._healed.wait()
        await asyncio.sleep(self.random.uniform(*line.delay_s))

    async def _serve(self, end: End, serve: Callable[[Any], Coroutine[Any, Any, None]]) -> None:
        try:
            await serve(end)
        except Exception:
            await end.close(1011)
        else:
            await end.close()

    def dead(self, process: Process) -> None:
        """A process ended: the system resets its connections."""
        for end in [end for end in self._ends if end.process is process]:
            end.abort()


NETWORK: ContextVar[Network] = ContextVar("network")


class Connect:
    """Stands where the library's ``connect`` is used."""

    def __init__(self, url: str, **options: Any) -> None:
        self._url, self._options = url, options
        self._end: End | None = None

    async def __aenter__(self) -> End:
        self._end = await NETWORK.get().connect(self._url, self._options)
        return self._end

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._end is not None
        await self._end.close()
