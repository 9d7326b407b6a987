"""What sounds: a press until it is acknowledged, a watch once, health never, and nothing beside a live microphone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from console.domain import events as e
from console.domain.intervention import Intervention
from console.domain.room import Room, Seen
from console.domain.sounds import Calls, Heard, calls
from tests.unit.test_evolve import NOW, fold

EVERY_S = 2.0


def room_of(*states: Intervention, code: str = "VBR") -> Room:
    seen = {state.id: Seen(state, (), place) for place, state in enumerate(states)}
    return replace(Room(code), seen=MappingProxyType(seen))


def heard_by(
    room: Room, after: float = 0, *, operator: str = "4711", now: datetime | None = NOW, lost: int = 0
) -> Calls:
    then = None if now is None else now + timedelta(seconds=after)
    return calls(room, then, operator=operator, unrecorded=lost)


def sounded(moments: list[tuple[float, Calls]]) -> list[float]:
    """The moments at which it sounds."""
    heard, times = Heard(), []
    for second, now in moments:
        heard, sounds = heard.next(now, second, EVERY_S)
        times += [second] if sounds else []
    return times


def test_a_press_repeats_in_every_console_of_its_room_until_it_is_acknowledged() -> None:
    ringing, quiet = heard_by(room_of(fold())), heard_by(room_of(fold(e.Acknowledged())))
    assert (ringing.presses, quiet.presses) == (1, 0)
    assert sounded([(0, ringing), (1, ringing), (2, ringing), (4, ringing), (6, quiet), (8, quiet)]) == [
        0,
        2,
        4,
    ]


def test_a_press_sounds_in_the_room_it_was_escalated_to_and_in_no_other() -> None:
    state = fold(e.EscalationRaised(code="unacknowledged", to="ANT"))
    assert heard_by(room_of(state, code="ANT")).presses == 1
    assert heard_by(room_of(state, code="LIM")).presses == 0


def test_a_press_sounds_though_the_clock_of_the_backend_was_not_heard_yet() -> None:
    assert heard_by(room_of(fold()), now=None).presses == 1
    assert heard_by(room_of(), now=None, lost=2).presses == 2


def test_with_nothing_sent_at_the_breach_the_sound_returns_until_a_patrol_is_sent() -> None:
    taken = fold(e.Acknowledged())
    assert heard_by(room_of(taken), 59).presses == 0
    assert heard_by(room_of(taken), 60).presses == 1
    escalated = fold(e.Acknowledged(), e.EscalationRaised(code="nothing_sent", to="supervisor"))
    assert heard_by(room_of(escalated), 5).presses == 1
    sent = fold(
        e.Acknowledged(),
        e.EscalationRaised(code="nothing_sent", to="supervisor"),
        e.PatrolDispatched(patrol="5388/L-12"),
    )
    assert heard_by(room_of(sent), 60).presses == 0


def test_what_is_watched_sounds_once_and_again_only_when_it_comes_anew() -> None:
    taken = (e.Acknowledged(), e.PatrolDispatched(patrol="5388/L-12"), e.PatrolOnScene(patrol="5388/L-12"))
    lost = heard_by(room_of(fold(*taken, e.LineOpened(), e.LineLost())))
    good = heard_by(room_of(fold(*taken, e.LineOpened())))
    assert (lost.presses, len(lost.once)) == (0, 1)
    assert sounded([(0, good), (1, lost), (2, lost), (9, lost), (10, good), (11, lost)]) == [1, 11]


def test_what_another_room_leads_is_not_watched_here() -> None:
    lost = fold(e.Acknowledged(), e.LineOpened(), e.LineLost())
    assert heard_by(room_of(lost, code="ANT")) == Calls()


def test_it_is_silent_where_a_microphone_is_live_and_sounds_again_when_it_is_off() -> None:
    live = fold(e.LineOpened(), e.LineListenerChanged(operator="4711"), e.LineUnmuted())
    other = fold(e.LineOpened()).model_copy(update={"id": UUID(int=8)})
    assert heard_by(room_of(live, other)).silent
    assert not heard_by(room_of(live, other), operator="4712").silent
    speaking, muted = Calls(1, frozenset({"new"}), silent=True), Calls(0, frozenset({"new"}))
    assert sounded([(0, speaking), (2, speaking), (4, muted), (6, muted)]) == [4]


def test_a_timer_that_is_a_little_early_still_sounds() -> None:
    assert sounded([(0, Calls(1)), (1.95, Calls(1)), (3.0, Calls(1))]) == [0, 1.95]
