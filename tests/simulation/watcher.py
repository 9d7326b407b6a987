"""What must hold, whatever breaks (R1 to R6, R10, R12): looked at with every step, and whole in quiet moments."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy import text

from backend_stub.ledger import FeedKind, Ledger, verify
from backend_stub.ledger.store import reading_engine
from console.domain import events as e
from console.domain.intervention import Intervention, State, evolve
from console.domain.room import Room, Seen
from console.domain.sight import Sight, sight_of
from console.link.interface import Connection, Picture
from console.wire import field_frames as ff

if TYPE_CHECKING:
    from tests.simulation.people import Console, Typed
    from tests.simulation.world import World

STALE_S: Final = 5.0
"""So long after the last heartbeat a console may look live (R6)."""

JOURNAL_S: Final = 1.0
"""A command that was typed so shortly before its console was killed may not be in the journal yet."""

DECIDES: Final = frozenset(
    {"acknowledge", "release", "take-over", "dispatch", "close", "reopen", "accept-lead"}
)
"""Verbs that move the decision on: of two with the same one, one has lost (R5)."""


class Broken(AssertionError):  # noqa: N818 - a promise, not an error
    """A promise does not hold; the message says which, and of what."""


@dataclass(frozen=True)
class _Story:
    """One intervention as the log has it."""

    state: Intervention
    timeline: tuple[e.Event, ...]


class Watcher:
    """Looks at what the rooms, the phones and the ledger say of each other."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._reading = reading_engine(world.disk.path)
        self.broken: list[str] = []

    def close(self) -> None:
        """Let go of the database."""
        self._reading.dispose()

    def receipt(self, button: str, receipt: ff.Receipt) -> None:
        """R1: what a phone is told is in the ledger at that moment."""
        query = text("SELECT receipt FROM press WHERE button = :button AND press_id = :press")
        with self._reading.begin() as connection:
            kept = connection.execute(query, {"button": button, "press": receipt.press_id}).scalar()
        if kept is None:
            self._break(f"R1: {button} has a receipt for {receipt.press_id}, the ledger has no such press")
        elif ff.Receipt.model_validate_json(kept) != receipt:
            self._break(f"R2: {button} has another receipt for {receipt.press_id} than the first")

    def picture(self, console: Console, picture: Picture) -> None:
        """R6: a picture that is handed out as live is fresh."""
        if console.process.alive and picture.connection is Connection.LIVE:
            silent_s = self._world.loop.time() - self._world.network.heard_s.get(console.host, 0.0)
            if silent_s > STALE_S:
                self._break(f"R6: {console.host} looks live {silent_s:.1f} s after the last word")

    def step(self) -> None:
        """What holds at any moment."""
        for console in self._world.consoles:
            self.picture(console, console.link.picture)

    def caught_up(self, heads: dict[str, int], since_s: float) -> None:
        """R3: within five seconds each console is live and has what there was."""
        for console in self._world.consoles:
            picture = console.link.picture
            who = f"{console.host} {self._world.loop.time() - since_s:.1f} s after the faults"
            if picture.connection is not Connection.LIVE:
                self._break(f"R3: {who} is {picture.connection} ({picture.why})")
            elif picture.room.position < heads[console.room]:
                self._break(f"R3: {who} stands at {picture.room.position} of {heads[console.room]}")

    def rooms(self, ledger: Ledger) -> None:
        """R3, R4: each console shows what its room may see, in the ledger's order, nothing twice."""
        stories = self._stories(ledger)
        for room in dict.fromkeys(console.room for console in self._world.consoles):
            folded, feed = self._folded(ledger, room)
            self._sight(room, folded, stories)
            picture = ledger.read.picture(room)
            if picture.pos != folded.position:
                self._break(
                    f"R3: the picture of {room} stands at {picture.pos}, its feed at {folded.position}"
                )
            for console in self._world.consoles:
                if console.room == room:
                    self._console(console, folded, feed)

    def presses(self, ledger: Ledger) -> None:
        """R1, R2: each press that has its receipt is in the log once, and on the consoles while it is open."""
        stories = self._stories(ledger)
        logged: Counter[tuple[str, str]] = Counter()
        where: dict[tuple[str, str], UUID] = {}
        for key, story in stories.items():
            for event in story.timeline:
                match event.body:
                    case (
                        e.AlarmRaised(button=button, press_id=press_id)
                        | e.AlarmRepeated(button=button, press_id=press_id)
                    ):
                        logged[button, press_id] += 1
                        where[button, press_id] = key
        twice = [one for one, count in logged.items() if count > 1]
        if twice:
            self._break(f"R2: pressed once, logged more than once: {twice}")
        for phone in self._world.phones:
            for press_id, pressed in phone.pressed.items():
                press = phone.button, press_id
                if pressed.receipt_s is None:
                    continue
                if press not in logged:
                    self._break(f"R1: {press} has a receipt and is not in the log")
                    continue
                state = stories[where[press]].state
                for console in self._world.consoles:
                    shown = console.link.picture.room.seen.get(state.id)
                    whole = sight_of(state, console.room) in {Sight.LEAD, Sight.EXTRACT}
                    if (
                        state.state is not State.CLOSED
                        and whole
                        and (not shown or press not in shown.state.presses)
                    ):
                        self._break(f"R13: {press} of {state.number} is not on {console.host}")

    def answered(self) -> None:
        """Every press has its receipt once the network has been well for long enough."""
        for phone in self._world.phones:
            left = [press for press, one in phone.pressed.items() if one.receipt_s is None]
            if left:
                self._break(f"R1: {phone.button} still has no receipt for {left}")

    def commands(self, ledger: Ledger) -> None:
        """R5, R12: a command is done once, or its operator sees that it is not done; of a race one wins."""
        with self._reading.begin() as connection:
            done = set(connection.execute(text("SELECT id FROM command")).scalars())
        notes = Counter(
            event.body.words
            for story in self._stories(ledger).values()
            for event in story.timeline
            if isinstance(event.body, e.NoteAdded) and event.actor.kind == "operator"
        )
        winners: defaultdict[tuple[UUID, int], list[Typed]] = defaultdict(list)
        for console in self._world.consoles:
            waiting = console.link.picture.pending
            for typed in console.typed.values():
                self._command(console, typed, str(typed.command) in done, typed.command in waiting)
                result = typed.result
                if typed.do.verb == "note":
                    count = notes[typed.do.words]
                    # A disk that failed may have kept it all the same: "not recorded" promises nothing.
                    known = result and (result.refusal is None or result.refusal.code != "not_recorded")
                    if count > 1 or (result and known and (count == 1) != (result.refusal is None)):
                        self._break(f"R12: {typed.do.words!r} was written {count} times, result {result}")
                fine = result is not None and result.refusal is None
                if fine and result and typed.do.verb in DECIDES and result.intervention and result.decision:
                    winners[result.intervention, result.decision].append(typed)
        for (_, decision), won in winners.items():
            if len(won) > 1:
                who = [(one.operator, one.do.verb) for one in won]
                self._break(f"R5: {who} all won decision {decision} of one intervention")

    def chain(self, url: str) -> None:
        """S9: the log is whole."""
        verdict = verify(url)
        if not verdict.ok:
            self._break(f"S9: {verdict}")

    def _command(self, console: Console, typed: Typed, done: bool, waiting: bool) -> None:
        what = f"{typed.do.verb} of {typed.operator} typed at {typed.at_s:.3f}"
        if typed.result is None:
            killed = typed.killed_s is not None
            shortly = killed and typed.killed_s is not None and typed.killed_s - typed.at_s <= JOURNAL_S
            if not (waiting or typed.discarded or shortly or (killed and done)):
                self._break(f"R12: {what} has no result and is not shown on {console.host} (done: {done})")
        elif typed.result.refusal is None and not done:
            self._break(f"R12: {what} was confirmed, and the ledger does not know it")

    def _console(self, console: Console, folded: Room, feed: dict[int, UUID]) -> None:
        picture, who = console.link.picture, console.host
        if picture.room.position != folded.position or picture.gap:
            self._break(f"R3: {who} stands at {picture.room.position} of {folded.position}")
            return
        for key, seen in folded.seen.items():
            shown = picture.room.seen.get(key)
            if shown is None:
                if seen.state.state is not State.CLOSED:
                    self._break(f"R3: {who} does not show {seen.state.number}")
                continue
            if _content(shown) != _content(seen):
                self._break(f"R3: {who} shows {seen.state.number} otherwise than its feed")
        extra = [
            one.state.number
            for key, one in picture.room.seen.items()
            if key not in folded.seen and one.state.state is not State.CLOSED
        ]
        if extra:
            self._break(f"R3: {who} shows {extra}, which its room does not see")
        places = [place for place, _ in console.events]
        if places != sorted(set(places)):
            self._break(f"R3: {who} got events twice or out of order")
        wrong = [place for place, event in console.events if feed.get(place) != event]
        if wrong:
            self._break(f"R4: {who} got other events than the feed has at {wrong[:5]}")

    def _sight(self, room: str, folded: Room, stories: dict[UUID, _Story]) -> None:
        """W7, W8: the feed brings what the room may see, and nothing else."""
        for key, story in stories.items():
            may = sight_of(story.state, room)
            seen = folded.seen.get(key)
            if story.state.state is State.CLOSED:
                continue
            if may is None or seen is None:
                if (may is None) != (seen is None):
                    self._break(f"W8: {room} may see {may} of {story.state.number}, its feed has {seen}")
            elif may is Sight.GLIMPSE:
                if not seen.state.glimpsed:
                    self._break(f"W8: {room} sees all of {story.state.number} and may glimpse it")
            elif _content(seen) != _content(Seen(story.state, story.timeline, 0)):
                self._break(f"W8: the feed of {room} does not fold to {story.state.number}")

    def _folded(self, ledger: Ledger, room: str) -> tuple[Room, dict[int, UUID]]:
        """The room as its whole feed has it, and which event stands where."""
        folded = Room(room)
        feed: dict[int, UUID] = {}
        for row in ledger.read.feed(room, 0, 1_000_000):
            feed[row.pos] = row.event.id
            match row.kind:
                case FeedKind.EVENT | FeedKind.GLIMPSE:
                    folded, _ = folded.apply([(row.pos, row.event)])
                case FeedKind.SNAPSHOT:
                    timeline = ledger.read.timeline(row.event.intervention, row.event.version)
                    folded = folded.with_intervention(row.pos, timeline)
                case FeedKind.WITHDRAWN:
                    folded = replace(folded.without(row.event.intervention), position=row.pos)
            if folded.position != row.pos:
                self._break(f"R3: the feed of {room} has a gap at {row.pos}")
        if folded.missing:
            self._break(f"R3: the feed of {room} does not fold: {folded.missing}")
        return folded, feed

    def _stories(self, ledger: Ledger) -> dict[UUID, _Story]:
        with self._reading.begin() as connection:
            keys = connection.execute(text("SELECT id FROM intervention ORDER BY began")).scalars().all()
        stories = {}
        for key in map(UUID, keys):
            timeline = ledger.read.timeline(key)
            state: Intervention | None = None
            for event in timeline:
                state = evolve(state, event)
            assert state is not None
            stories[key] = _Story(state, timeline)
        return stories

    def _break(self, sentence: str) -> None:
        if sentence not in self.broken:
            self.broken.append(sentence)
            self._world.trace.note("BROKEN", sentence)
            self._world.trace.keep()


def _content(seen: Seen) -> tuple[Intervention, tuple[UUID, ...]]:
    return seen.state, tuple(event.id for event in seen.timeline)
