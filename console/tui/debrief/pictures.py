"""Pictures of the console's screen at the marked moments: the desk itself, drawn without a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from textual.pilot import Pilot

from console.domain.commands import AnyCommand
from console.domain.limits import Targets
from console.domain.room import Room
from console.domain.values import ActorKind, Role
from console.link.interface import Ask, BackendClock, Connection, Picture
from console.training.debrief.run import Note, Run
from console.tui.app import ConsoleApp, Look, Rest
from console.tui.atlas import Atlas
from console.tui.pane import Pane
from console.wire.console_frames import Answer, Operator
from console.wire.recorded import Recording, folded

SIZE: Final = (160, 48)
"""Columns and rows: the screen as it was designed."""

MOST: Final = 12
"""So many pictures of a run: each takes a second or two, and more would not be talked about."""

STANDS_AT_S: Final = 1000.0
PATIENCE_S: Final = 30.0


class _Recorded:
    """Stands behind the `Link` of a screen: one picture that never changes, and nobody to send to."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture

    def start(self, listener: Callable[[Picture], None]) -> None:
        listener(self.picture)

    def login(self, operator: str, password: str) -> None:
        pass

    def send(self, do: AnyCommand, intervention: UUID | str | None, seen_decision: int | None) -> UUID:
        raise ConnectionError("a recording takes no command")

    def confirm(self, command: UUID) -> None:
        pass

    def discard(self, command: UUID) -> None:
        pass

    def note_unrecorded(self) -> None:
        pass

    def ask(self, ask: Ask) -> Future[Answer]:
        return Future()

    def unlock(self, password: str) -> Future[Answer]:
        return Future()

    def close(self) -> None:
        pass


def with_pictures(run: Run, open_atlas: Callable[[], Atlas], targets: Targets) -> Run:
    """The run with a picture of the screen for each marked moment that has none yet, the first `MOST` of them."""
    wanted = [
        place for place, one in enumerate(run.notes) if one.picture is None or one.picture not in run.pictures
    ][:MOST]
    if not wanted:
        return run
    drawn = asyncio.run(_drawn(run, [run.notes[place].at for place in wanted], open_atlas, targets))
    notes: list[Note] = list(run.notes)
    pictures = dict(run.pictures)
    for place, svg in zip(wanted, drawn, strict=True):
        name = f"moment-{place + 1}.svg"
        pictures[name] = svg
        notes[place] = replace(notes[place], picture=name)
    return replace(run, notes=tuple(notes), pictures=pictures)


async def _drawn(
    run: Run, moments: Sequence[datetime], open_atlas: Callable[[], Atlas], targets: Targets
) -> list[str]:
    atlas = await asyncio.to_thread(open_atlas)
    return [await _photo(_picture(run, at), atlas, targets) for at in moments]


def room_at(recording: Recording, at: datetime) -> Room:
    """What the control room knew at a moment."""
    room = Room(code=recording.header.room)
    for item in recording.items:
        if item.at > at:
            break
        room = folded(room, item)
    return room


def _picture(run: Run, at: datetime) -> Picture:
    room = room_at(run.recording, at)
    acted = (
        one.event.actor.id
        for history in run.histories
        for one in history.moments
        if one.event.actor.kind is ActorKind.OPERATOR and one.event.actor.room == room.code
    )
    seat = next(acted, run.who or "–")
    return Picture(
        connection=Connection.LIVE,
        room=room,
        mode=run.mode,
        operator=Operator(id=seat, name=seat, role=Role.OPERATOR, room=room.code),
        clock=BackendClock(at, STANDS_AT_S),
        heard_s=STANDS_AT_S,
        head=room.position,
        patrols_known=bool(room.patrols),
    )


async def _photo(picture: Picture, atlas: Atlas, targets: Targets) -> str:
    """The desk as SVG, once nothing in it moves."""
    link = _Recorded(picture)
    app = ConsoleApp(lambda: Rest(link, Look(targets=targets), lambda: atlas), lambda: STANDS_AT_S)
    async with app.run_test(size=SIZE) as pilot:
        await _until(pilot, lambda: app.desk is not None and app.desk.is_mounted and app.desk.ready)
        before = ""
        for pane in app.screen.query(Pane):
            pane.refresh()
        async with asyncio.timeout(PATIENCE_S):
            while True:
                await pilot.pause(0.1)
                now = app.export_screenshot(title="MSA")
                if now == before:
                    return now
                before = now


async def _until(pilot: Pilot[int], true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not true():
            await pilot.pause(0.02)
