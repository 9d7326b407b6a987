"""What is to be heard in one console now, by class: a press until it is acknowledged, a watch once, health never.

Pure, so that the screen's bell and the sound command of the link's thread decide alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from console.domain.intervention import Intervention, State
from console.domain.listening import microphone_live
from console.domain.room import Room
from console.domain.targets import DEFAULTS, Level, Targets
from console.domain.watch import calling, standing, watched

SLACK_S: Final = 0.1
"""A timer that is a little early still rings, and does not wait for its next turn."""


@dataclass(frozen=True, slots=True)
class Calls:
    """What calls at a moment. ``presses``: how many repeat. ``once``: what is heard once, each by its name.

    ``silent``: a microphone of this console is live, and he would hear it (W6).
    """

    presses: int = 0
    once: frozenset[str] = frozenset()
    silent: bool = False


def calls(
    room: Room, now: datetime | None, *, operator: str, unrecorded: int = 0, targets: Targets = DEFAULTS
) -> Calls:
    """What calls in a console of ``room`` where ``operator`` sits.

    ``unrecorded``: presses that could not be stored; they ring as well (R10). ``now`` is the backend's clock, None
    before it was heard.
    """
    states = [one.state for one in room.seen.values() if one.state.state is not State.CLOSED]
    repeats = sum(calling(state, room.code) or unsent(state, room.code, now, targets) for state in states)
    once: set[str] = set()
    for state in states if now is not None else ():
        if now is not None and state.room == room.code:
            once |= {
                f"{state.id} {one.kind} {one.patrol}" for one in watched(state, now, targets, room.patrols)
            }
    once |= set(_of_rooms(states, room.code))
    once |= {f"{one.id} given {one.given_at}" for one in states if one.given_at and one.handler == operator}
    return Calls(repeats + unrecorded, frozenset(once), microphone_live(room, operator))


def _of_rooms(states: Iterable[Intervention], room: str) -> Iterator[str]:
    """A press that joins is heard in both rooms, and so is what another room asks of this one (W8)."""
    for state in states:
        if state.state is State.CLOSED:
            continue
        if len(state.presses) > 1 and room in {state.room, *state.called}:
            yield f"{state.id} press {len(state.presses)}"
        if room in state.asked:
            yield f"{state.id} support"
        if room == state.lead_offered_to:
            yield f"{state.id} lead"


def unsent(state: Intervention, room: str, now: datetime | None, targets: Targets) -> bool:
    """In hand, and nothing sent at the breach: the sound returns (W6), also while the link is down."""
    if state.room != room or state.unsent_since is None:
        return False
    if standing(state):
        return True
    waited_s = 0.0 if now is None else (now - state.unsent_since).total_seconds()
    return targets.send.level(waited_s) is Level.BREACH


@dataclass(frozen=True, slots=True)
class Heard:
    """What has sounded so far: when last (seconds of a monotonic clock), and what of class watch."""

    last_s: float = float("-inf")
    told: frozenset[str] = frozenset()

    def next(self, now: Calls, now_s: float, every_s: float) -> tuple[Heard, bool]:
        """Whether it sounds now, and what has sounded then. What came while it was silent sounds afterwards."""
        if now.silent:
            return Heard(self.last_s, self.told & now.once), False
        again = now.presses > 0 and now_s - self.last_s >= every_s - SLACK_S
        if again or now.once - self.told:
            return Heard(now_s, now.once), True
        return Heard(self.last_s, now.once), False
