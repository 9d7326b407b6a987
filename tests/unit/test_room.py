"""What a control room sees is the fold of its feed, however the feed arrives."""

from itertools import count
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from console.domain import events as e
from console.domain.intervention import Intervention, State
from console.domain.room import KEPT_CLOSED, Room
from console.domain.stamp import stamp
from tests.unit.test_decide import OPERATOR
from tests.unit.test_evolve import NOW

CLOSED = e.InterventionClosed(outcome=e.Outcome.ARREST, words="arrested")


def feed(*steps: tuple[int, e.KnownBody]) -> list[tuple[int, e.Event]]:
    """Events of several interventions, each step naming which; the first of each raises it."""
    ids = count(1)
    states: dict[int, Intervention | None] = {}
    entries: list[tuple[int, e.Event]] = []
    for which, body in steps:
        state = states.get(which)
        bodies = [body] if state else [raised(which), body]
        events, states[which] = stamp(
            state, UUID(int=which), bodies, OPERATOR, NOW, lambda: UUID(int=next(ids))
        )
        entries += [(len(entries) + at, event) for at, event in enumerate(events, start=1)]
    return entries


def raised(which: int) -> e.AlarmRaised:
    return e.AlarmRaised(
        number=f"VBR-2026-{which:04d}",
        room="VBR",
        button=f"B-{which}",
        button_status=e.ButtonStatus.ALLOCATED,
        press_id="p1",
        pressed_at=NOW,
    )


NOTE = e.NoteAdded(words="neighbour saw him leave")
STEPS = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from([NOTE, e.Acknowledged(), CLOSED])), min_size=1, max_size=20
)


@given(STEPS, st.integers(0, 20), st.integers(0, 20))
def test_overlapping_parts_give_the_same_picture_as_the_whole(
    steps: list[tuple[int, e.KnownBody]], cut: int, overlap: int
) -> None:
    entries = feed(*steps)
    whole, _ = Room("VBR").apply(entries)
    first, _ = Room("VBR").apply(entries[:cut])
    second, _ = first.apply(entries[max(0, cut - overlap) :])
    assert second == whole
    assert whole.position == len(entries)


@given(STEPS)
def test_a_snapshot_gives_the_same_picture_as_the_events(steps: list[tuple[int, e.KnownBody]]) -> None:
    entries = feed(*steps)
    lived, _ = Room("VBR").apply(entries)
    shown = Room("VBR").with_snapshot(len(entries), [event for _, event in entries])
    assert [one.state for one in shown.queue()] == [one.state for one in lived.queue()]
    assert [one.timeline for one in shown.queue()] == [one.timeline for one in lived.queue()]


def test_an_event_without_its_beginning_is_missing_not_guessed() -> None:
    entries = feed((1, NOTE), (1, NOTE), (2, NOTE))
    room, changed = Room("VBR").apply(entries[1:])
    assert set(room.missing) == {UUID(int=1)}
    assert changed == {UUID(int=2)}
    whole = room.with_intervention(5, [event for _, event in entries if event.intervention == UUID(int=1)])
    assert not whole.missing
    assert whole.find("vbr-2026-0001") is not None


def test_unacknowledged_presses_come_first_and_closed_ones_last_in_the_order_of_the_ledger() -> None:
    entries = feed((1, NOTE), (2, e.Acknowledged()), (3, e.Acknowledged()), (4, NOTE), (2, CLOSED))
    room, _ = Room("VBR").apply(entries)
    assert [one.state.number[-1] for one in room.queue()] == ["1", "4", "3", "2"]


def test_an_open_intervention_is_never_trimmed_away() -> None:
    steps: list[tuple[int, e.KnownBody]] = [(1, NOTE)]
    for which in range(2, KEPT_CLOSED + 12):
        steps += [(which, e.Acknowledged()), (which, CLOSED)]
    room, _ = Room("VBR").apply(feed(*steps))
    states = [one.state.state for one in room.queue()]
    assert states.count(State.CLOSED) == KEPT_CLOSED
    assert states[0] is State.RAISED


def test_losing_sight_takes_it_out_of_the_picture() -> None:
    room, _ = Room("VBR").apply(feed((1, NOTE), (2, NOTE)))
    assert [one.state.number for one in room.without(UUID(int=1)).queue()] == ["VBR-2026-0002"]


def test_what_was_closed_last_is_kept_however_early_it_was_raised() -> None:
    steps: list[tuple[int, e.KnownBody]] = [(1, e.Acknowledged())]
    for which in range(2, KEPT_CLOSED + 2):
        steps += [(which, e.Acknowledged()), (which, CLOSED)]
    entries = feed(*steps, (1, CLOSED))
    room, _ = Room("VBR").apply(entries[:-1])
    room, changed = room.apply(entries[-1:])
    assert changed == {UUID(int=1)}
    assert room.find("VBR-2026-0001") is not None
    assert room.find("VBR-2026-0002") is None


def test_an_event_that_came_while_its_timeline_was_fetched_is_not_lost() -> None:
    entries = feed((1, NOTE), (1, e.Acknowledged()), (1, CLOSED))
    timeline = [event for _, event in entries]
    room, _ = Room("VBR", position=2).apply(entries[2:])
    fetched_too_early = room.with_intervention(4, timeline[:3])
    assert set(fetched_too_early.missing) == {UUID(int=1)}
    whole = fetched_too_early.with_intervention(4, timeline)
    assert not whole.missing
    assert whole.seen[UUID(int=1)].state.state is State.CLOSED


def test_an_older_timeline_never_takes_a_newer_picture_back() -> None:
    entries = feed((1, NOTE), (1, e.Acknowledged()), (1, CLOSED))
    room, _ = Room("VBR").apply(entries)
    assert room.with_intervention(4, [event for _, event in entries[:2]]) == room


def test_a_timeline_with_a_hole_hides_no_other_intervention() -> None:
    entries = feed((1, NOTE), (1, NOTE), (2, NOTE))
    events = [event for _, event in entries]
    room = Room("VBR").with_snapshot(5, [events[0], *events[2:]])
    assert dict(room.missing) == {UUID(int=1): 3}
    assert [one.state.number for one in room.queue()] == ["VBR-2026-0002"]
    assert room.with_intervention(5, events[1:3]).seen == room.seen
