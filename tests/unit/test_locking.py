"""A console never locks while its operator holds an open intervention, whatever the sequence (W17)."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from console.domain import events as e
from console.domain.locking import ConsoleLock, HoldKind, holds, may_lock
from console.domain.watch import calling
from tests.story import COLLEAGUE, OPERATOR, Story, case_file, leuven_by_night, near, shares

CLOSED = e.InterventionClosed(outcome=e.Outcome.ARREST, words="arrested")
AFTER_S = 60.0
ME = OPERATOR.id


def test_who_handles_it_or_listens_holds_it_until_it_is_closed_or_let_go() -> None:
    story, places = leuven_by_night()

    def held() -> list[tuple[str, HoldKind]]:
        found = holds((one.state for one in story.room.seen.values()), ME)
        return [(one.number[-4:], one.kind) for one in found]

    assert held() == [("0411", HoldKind.HANDLES)]
    story.happens(places["leuven"], e.LineListenerChanged(operator=ME), by=OPERATOR)
    assert held() == [("0411", HoldKind.HANDLES), ("0412", HoldKind.LISTENS)]
    story.happens(places["leuven"], e.LineLost())
    assert len(held()) == 2, "a lost line may come back"
    story.happens(places["haacht"], CLOSED, by=OPERATOR)
    assert held() == [("0412", HoldKind.LISTENS)]
    story.happens(places["leuven"], e.LineEnded())
    assert held() == []


def test_the_refusal_names_what_is_held_and_says_what_to_do() -> None:
    story, places = leuven_by_night()
    handled = may_lock((one.state for one in story.room.seen.values()), ME)
    assert handled is not None
    assert handled.code == "holds_open"
    assert "VBR-2026-0411: hand it over or close it first" in handled.sentence
    story.happens(places["haacht"], CLOSED, by=OPERATOR)
    story.happens(places["leuven"], e.LineListenerChanged(operator=ME), by=OPERATOR)
    listened = may_lock((one.state for one in story.room.seen.values()), ME)
    assert listened is not None
    assert listened.code == "listens_open"
    assert may_lock((one.state for one in story.room.seen.values()), "4799") is None


def test_idleness_counts_only_while_nothing_is_held() -> None:
    held = holds((one.state for one in leuven_by_night()[0].room.seen.values()), ME)
    lock = ConsoleLock(0.0).looked(held, frozenset(), 1000.0, AFTER_S)
    lock = lock.looked((), frozenset(), 1001.0, AFTER_S)
    assert not lock.looked((), frozenset(), 1060.9, AFTER_S).locked
    assert lock.looked((), frozenset(), 1061.0, AFTER_S).locked


def test_an_alarm_that_arrives_begins_it_anew_one_that_goes_on_does_not() -> None:
    lock = ConsoleLock(0.0).looked((), frozenset({"a"}), 10.0, AFTER_S)
    lock = lock.looked((), frozenset({"a", "b"}), 50.0, AFTER_S)
    lock = lock.looked((), frozenset({"b"}), 80.0, AFTER_S)
    assert not lock.looked((), frozenset({"b"}), 109.0, AFTER_S).locked
    assert lock.looked((), frozenset({"b"}), 110.0, AFTER_S).locked


HAPPENS = st.sampled_from(
    (
        "press",
        "mine",
        "theirs",
        "taken",
        "given",
        "close",
        "reopen",
        "listen",
        "let go",
        "lost",
        "touch",
        "key",
        "password",
    )
)


def _happens(story: Story, intervention: UUID, what: str) -> None:
    state = story.seen(intervention).state
    match what:
        case "mine" if state.state == "raised":
            story.happens(intervention, e.Acknowledged(), by=OPERATOR)
        case "theirs" if state.state == "raised":
            story.happens(intervention, e.Acknowledged(), by=COLLEAGUE)
        case "taken" if state.handler not in {None, ME}:
            story.happens(intervention, e.TakenOver(from_operator=state.handler), by=OPERATOR)
        case "given" if state.handler == ME:
            story.happens(intervention, e.TakenOver(from_operator=ME), by=COLLEAGUE)
        case "close" if state.state not in {"raised", "closed"}:
            story.happens(intervention, CLOSED, e.LineEnded(), by=OPERATOR)
        case "reopen" if state.state == "closed":
            story.happens(intervention, e.InterventionReopened(reason="he is back"), by=OPERATOR)
        case "listen" if state.line.state == "open":
            story.happens(intervention, e.LineListenerChanged(operator=ME), by=OPERATOR)
        case "let go" if state.line.listener == ME:
            story.happens(intervention, e.LineListenerChanged(operator=None), by=OPERATOR)
        case "lost" if state.line.state == "open":
            story.happens(intervention, e.LineLost())


@given(st.lists(st.tuples(HAPPENS, st.integers(0, 3), st.sampled_from((0.0, 1.0, 30.0, 61.0, 700.0)))))
def test_whatever_happens_a_console_never_locks_while_something_is_held(
    steps: list[tuple[str, int, float]],
) -> None:
    story, places = leuven_by_night()
    story.happens(places["haacht"], e.TakenOver(from_operator=ME), by=COLLEAGUE)
    known = list(places.values())
    lock, now_s = ConsoleLock(0.0).looked((), frozenset({places["leuven"]}), 0.0, AFTER_S), 0.0
    for what, which, seconds in steps:
        story.wait(seconds)
        now_s += seconds
        before = lock
        if what == "press":
            number = f"VBR-2026-{500 + len(known):04d}"
            known.append(story.press(number, near(at=story.now), case_file(), shares(("5388", 1.0))))
            story.happens(known[-1], e.LineOpened())
        else:
            _happens(story, known[which % len(known)], what)
        found = holds((one.state for one in story.room.seen.values()), ME)
        alarms = frozenset(key for key, one in story.room.seen.items() if calling(one.state, "VBR"))
        if what == "touch":
            lock = lock.touched(now_s)
        elif what == "key":
            lock = lock.by_hand(found)
        elif what == "password":
            lock = lock.unlocked(now_s)
        lock = lock.looked(found, alarms, now_s, AFTER_S)
        if lock.locked and not before.locked:
            assert not found
            assert may_lock((one.state for one in story.room.seen.values()), ME) is None
