"""What is asked and what comes in parts: answers, snapshots, and the timelines that the picture misses.

Nothing of it changes the picture before its last part is here.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from console.domain.events import Event
from console.domain.response import ResponseTimes
from console.wire import console_frames as f

FETCH_AGAIN_AFTER_S: Final = 1.0
"""A timeline that did not come, or came too old, is asked for again no sooner than this."""

FETCH_SELDOM_S: Final = 60.0
"""One that comes again and again and cannot be put together is asked for ever more seldom, up to this."""

SNAPSHOT: Final = "snapshot"


@dataclass
class _Coming:
    """Something of which not all parts are here."""

    future: Future[f.Answer] | None = None
    intervention: UUID | None = None
    events: tuple[Event, ...] = ()
    history: tuple[f.Summary, ...] = ()
    responses: tuple[ResponseTimes, ...] = ()


class Parts:
    """What is under way on one connection."""

    def __init__(self) -> None:
        self._coming: dict[UUID | str, _Coming] = {}
        self._asked_s: dict[UUID, float] = {}
        self._wait_s: dict[UUID, float] = {}

    def asked(
        self, question: UUID, future: Future[f.Answer] | None, intervention: UUID | None = None
    ) -> None:
        """A question went out: its answer is for the ``future``, or for the picture of an intervention."""
        self._coming[question] = _Coming(future, intervention)

    def snapshot(self, frame: f.Snapshot) -> tuple[Event, ...] | None:
        """The events of a whole snapshot, once its last part is here."""
        return self._timeline(SNAPSHOT, frame.events, last=frame.last)

    def sight(self, frame: f.InterventionSnapshot) -> tuple[Event, ...] | None:
        """The whole timeline of what came into sight, once its last part is here."""
        return self._timeline(str(frame.intervention), frame.events, last=frame.last)

    def answer(self, frame: f.Answer) -> tuple[Event, ...]:
        """Take in an answer; the events of a timeline that was fetched for the picture, once it is whole."""
        coming = self._coming.get(frame.id)
        if coming is None:
            return ()
        coming.events += frame.events
        coming.history += frame.history
        coming.responses += frame.responses
        if not frame.last:
            return ()
        del self._coming[frame.id]
        if coming.future is None:
            return coming.events
        whole = {"events": coming.events, "history": coming.history, "responses": coming.responses}
        coming.future.set_result(frame.model_copy(update=whole))
        return ()

    def to_fetch(self, missing: Iterable[UUID], now_s: float) -> tuple[UUID, ...]:
        """Which timelines to ask for now: each once at a time, and what fails again and again ever more seldom."""
        missing = frozenset(missing)
        for known in self._wait_s.keys() - missing:
            del self._wait_s[known]
        under_way = {coming.intervention for coming in self._coming.values()}
        due = []
        for one in missing - under_way:
            wait_s = self._wait_s.get(one, 0.0)
            if now_s - self._asked_s.get(one, float("-inf")) >= wait_s:
                due.append(one)
                self._asked_s[one] = now_s
                self._wait_s[one] = min(max(wait_s * 2, FETCH_AGAIN_AFTER_S), FETCH_SELDOM_S)
        return tuple(due)

    def lost(self) -> None:
        """The connection is gone, and with it every answer: who waits for one is told."""
        for coming in self._coming.values():
            if coming.future:
                coming.future.set_exception(ConnectionError("the connection was lost"))
        self._coming.clear()
        self._asked_s.clear()
        self._wait_s.clear()

    def _timeline(self, key: str, events: tuple[Event, ...], *, last: bool) -> tuple[Event, ...] | None:
        coming = self._coming.setdefault(key, _Coming())
        coming.events += events
        if not last:
            return None
        del self._coming[key]
        return coming.events
