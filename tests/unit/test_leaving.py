"""Who may no longer act hands over first what they hold; nothing is left without a hand (W17)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain import events as e
from console.domain.chain import DEFAULT
from console.domain.intervention import Intervention, State
from console.domain.locking import holds
from console.domain.rules.leaving import Person, hand_on, in_order
from console.domain.sounds import calls
from console.domain.stamp import stamp
from console.domain.targets import ClockKind, clocks
from console.domain.values import SYSTEM, Role
from console.domain.watch import Staff, due, standing
from tests.story import COLLEAGUE, OPERATOR, Story, leuven_by_night

ROOM = {
    "4711": Person(Role.OPERATOR, "VBR"),
    "4712": Person(Role.OPERATOR, "VBR"),
    "4700": Person(Role.SUPERVISOR, "VBR"),
    "3700": Person(Role.SUPERVISOR, "ANT"),
}
HERE = Staff(staffed=frozenset({"VBR", "ANT"}))
LEFT = {
    e.LeftBecause.ACCOUNT_DISABLED: Person(Role.OPERATOR, "VBR", disabled=True),
    e.LeftBecause.ROLE_CHANGED: Person(Role.TRAINER, "VBR"),
    e.LeftBecause.ROOM_CHANGED: Person(Role.OPERATOR, "ANT"),
}
OF_THE_ACCOUNT = [*LEFT, e.LeftBecause.ACCOUNT_REMOVED]


def without(operator: str, because: e.LeftBecause = e.LeftBecause.ACCOUNT_DISABLED) -> dict[str, Person]:
    """The registry after something was done to an operator."""
    if because is e.LeftBecause.ACCOUNT_REMOVED:
        return {key: one for key, one in ROOM.items() if key != operator}
    return ROOM | {operator: LEFT[because]}


def under_way() -> tuple[Story, UUID]:
    """Leuven in the hands of 4711, who listens and speaks, a patrol sent and another one kept."""
    story, places = leuven_by_night()
    leuven = places["leuven"]
    story.happens(leuven, e.Acknowledged(), e.LineListenerChanged(operator="4711"), by=OPERATOR)
    story.happens(leuven, e.LineUnmuted(), e.PatrolDispatched(patrol="5388/L-12"), by=OPERATOR)
    story.happens(leuven, e.PatrolReserved(patrol="5388/L-07"), by=OPERATOR)
    return story, leuven


@pytest.mark.parametrize("because", OF_THE_ACCOUNT)
def test_it_goes_to_a_supervisor_of_the_room_who_is_there_and_says_why(because: e.LeftBecause) -> None:
    story, leuven = under_way()
    bodies = hand_on(story.seen(leuven).state, without("4711", because), ["4700"])
    assert bodies == (
        e.LineMuted(),
        e.LineListenerChanged(operator=None, because=because),
        e.TakenOver(from_operator="4711", to_operator="4700", because=because),
    )
    story.happens(leuven, *bodies)
    state = story.seen(leuven).state
    assert (state.handler, state.state) == ("4700", State.DISPATCHED)
    assert (state.line.listener, state.line.live) == (None, False)
    assert [one.patrol for one in state.sent] == ["5388/L-12"]
    assert state.reserved == ("5388/L-07",)


def test_without_a_supervisor_it_rings_again_for_the_room_and_the_patrols_go_on() -> None:
    story, leuven = under_way()
    people = without("4711")
    for there in ([], ["4711"], ["3700"], ["4712x"]):
        bodies = hand_on(story.seen(leuven).state, people, there)
        assert bodies[-1] == e.Released(from_operator="4711", because=e.LeftBecause.ACCOUNT_DISABLED), there
    before = calls(story.room, story.now, operator="4712").presses
    story.happens(leuven, *bodies)
    state = story.seen(leuven).state
    assert (state.state, state.handler, state.reserved) == (State.RAISED, None, ())
    assert [one.patrol for one in state.sent] == ["5388/L-12"]
    assert calls(story.room, story.now, operator="4712").presses == before + 1
    story.happens(leuven, e.PatrolOnScene(patrol="5388/L-12"))
    story.happens(leuven, e.Acknowledged(), by=COLLEAGUE)
    assert story.seen(leuven).state.state is State.ON_SCENE


def test_it_then_goes_along_the_chain_from_its_beginning() -> None:
    story, leuven = under_way()
    story.wait(600).happens(leuven, *hand_on(story.seen(leuven).state, without("4711"), []))
    released = story.now
    told: list[tuple[int, str | None]] = []
    for second in range(61):
        state = story.seen(leuven).state
        bodies = due(state, DEFAULT, HERE, released + timedelta(seconds=second))
        for body in bodies:
            if isinstance(body, e.EscalationRaised):
                told.append((second, body.to))
        if bodies:
            story.now = released + timedelta(seconds=second)
            story.happens(leuven, *bodies)
    assert told == [(15, "consoles"), (20, "supervisor"), (40, "officer_on_call"), (60, "ANT")]
    assert len(standing(story.seen(leuven).state)) == 4
    [waits] = [
        one for one in clocks(story.seen(leuven).state, story.now) if one.kind is ClockKind.ACKNOWLEDGE
    ]
    assert waits.elapsed_s == 60


def test_a_patrol_that_is_late_is_still_watched_while_it_rings_again() -> None:
    story, leuven = under_way()
    story.happens(leuven, *hand_on(story.seen(leuven).state, without("4711"), []))
    bodies = due(story.seen(leuven).state, DEFAULT, HERE, story.now + timedelta(seconds=31))
    assert e.PatrolOverdue(patrol="5388/L-12", awaited=e.Awaited.ACCEPT) in bodies


def test_who_only_listens_is_let_go_of_and_the_handler_stays() -> None:
    story, leuven = under_way()
    story.happens(leuven, e.LineListenerChanged(operator="4712"), by=COLLEAGUE)
    bodies = hand_on(story.seen(leuven).state, without("4712"), ["4700"])
    assert [body.type for body in bodies] == ["line.muted", "line.listener_changed"]
    assert hand_on(story.seen(leuven).state, ROOM, ["4700"]) == ()


def test_what_was_given_sounds_once_for_who_got_it() -> None:
    story, leuven = under_way()
    story.happens(leuven, *hand_on(story.seen(leuven).state, without("4711"), ["4700"]))
    new = (
        calls(story.room, story.now, operator="4700").once
        - calls(story.room, story.now, operator="4712").once
    )
    assert len(new) == 1
    story.happens(leuven, e.TakenOver(from_operator="4700"), by=COLLEAGUE)
    assert (
        not calls(story.room, story.now, operator="4712").once
        - calls(story.room, story.now, operator="4700").once
    )


def test_who_holds_least_is_given_it() -> None:
    story, _ = under_way()
    states = [one.state for one in story.room.seen.values()]
    assert in_order(["4712", "4711", "4700", "4700"], states) == ("4700", "4712", "4711")


OPERATORS = st.sampled_from(["4711", "4712", "4700", "nobody"])
PEOPLE = st.builds(Person, st.sampled_from(Role), st.sampled_from(["VBR", "ANT"]), disabled=st.booleans())


@given(
    st.dictionaries(OPERATORS, PEOPLE),
    st.lists(OPERATORS, max_size=3),
    st.sampled_from(["4711", "4712"]),
    OPERATORS,
)
def test_whatever_the_registry_says_nothing_stays_with_who_may_not_act_and_it_is_done_once(
    people: dict[str, Person], supervisors: list[str], handler: str, listener: str
) -> None:
    story, places = leuven_by_night()
    by = OPERATOR.model_copy(update={"id": handler})
    story.happens(places["leuven"], e.Acknowledged(), e.LineListenerChanged(operator=listener), by=by)
    for seen in tuple(story.room.seen.values()):
        before = seen.state
        bodies = hand_on(before, people, supervisors)
        after: Intervention | None = before
        if bodies:
            _, after = stamp(before, before.id, bodies, SYSTEM, story.now, lambda: UUID(int=1))
        assert after is not None
        assert hand_on(after, people, supervisors) == (), "once"
        for one in {handler, listener, *supervisors, "4711", "4712"}:
            person = people.get(one)
            may = person is not None and not person.disabled and person.role is not Role.TRAINER
            if not may or (person is not None and person.room != after.room):
                assert holds([after], one) == ()
        assert after.handler is not None or after.state is State.RAISED, "it rings, or it has a hand"
