"""W19: to staff whom a case file excludes it does not exist; if they are alone on duty, others get the press."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from backend_stub.framing import encoded
from console.domain import events as e
from console.domain.chain import Chain
from console.domain.hints import same_man_note
from console.domain.intervention import Intervention
from console.domain.need_to_know import OnDuty, as_known_to, concerned, exists_for, staff_for
from console.domain.stamp import stamp
from console.domain.values import SYSTEM, Role
from console.domain.watch import due

NOW = datetime(2026, 3, 1, 14, 3, 10, tzinfo=UTC)
START = NOW - timedelta(hours=1)


def raised(*excluded: str, number: int = 412, others: tuple[e.OtherVictim, ...] = ()) -> Intervention:
    return made(*excluded, number=number, others=others)[1]


def made(
    *excluded: str, number: int = 412, others: tuple[e.OtherVictim, ...] = ()
) -> tuple[e.Event, Intervention]:
    body = e.AlarmRaised(
        number=f"VBR-2026-0{number}",
        room="VBR",
        button="VBR-B-0003",
        button_status=e.ButtonStatus.ALLOCATED,
        press_id="one",
        pressed_at=NOW,
        others=others or None,
    )
    ids = iter(range(1, 99))
    (event,), state = stamp(
        None, UUID(int=number), (body,), SYSTEM, NOW, lambda: UUID(int=next(ids)), excluded
    )
    assert state is not None
    return event, state


def written(state: Intervention, *duty: OnDuty, chain: Chain | None = None) -> list[tuple[str, str | None]]:
    """What is due a second after the press."""
    staff = staff_for(state, duty, START)
    bodies = due(state, chain or Chain(), staff, NOW + timedelta(seconds=1))
    return [(body.code, body.to) for body in bodies if isinstance(body, e.EscalationRaised)]


EXCLUDED = OnDuty("4712", "VBR", Role.OPERATOR)
COLLEAGUE = OnDuty("4711", "VBR", Role.OPERATOR)
SUPERVISOR = OnDuty("4700", "VBR", Role.SUPERVISOR)
NEXT_DOOR = OnDuty("3711", "ANT", Role.OPERATOR)
AT_ONCE = [("nobody_may_know", "supervisor")]


@pytest.mark.parametrize(
    ("duty", "expected"),
    [
        ((EXCLUDED, COLLEAGUE, NEXT_DOOR), []),
        ((EXCLUDED, SUPERVISOR, NEXT_DOOR), AT_ONCE),
        ((EXCLUDED, NEXT_DOOR), [*AT_ONCE, ("nobody_may_know", "ANT")]),
        ((NEXT_DOOR,), [("nobody_logged_in", "supervisor"), ("nobody_logged_in", "ANT")]),
    ],
)
def test_an_excluded_operator_who_is_alone_is_as_good_as_nobody(
    duty: tuple[OnDuty, ...], expected: list[tuple[str, str | None]]
) -> None:
    assert written(raised("4712"), *duty) == expected


def test_a_supervisor_may_be_excluded_as_well() -> None:
    told = written(raised("4712", "4700"), EXCLUDED, SUPERVISOR, NEXT_DOOR)
    assert told == [*AT_ONCE, ("nobody_may_know", "ANT")]


def test_the_next_room_is_one_where_somebody_may_know() -> None:
    walloon = OnDuty("5711", "BWR", Role.OPERATOR)
    told = written(raised("4712", "3711"), EXCLUDED, NEXT_DOOR, walloon)
    assert told == [*AT_ONCE, ("nobody_may_know", "BWR")]


def test_a_colleague_who_has_just_left_may_be_reconnecting() -> None:
    left = OnDuty("4711", "VBR", Role.OPERATOR, left=NOW - timedelta(seconds=2))
    assert written(raised("4712"), EXCLUDED, left, NEXT_DOOR, chain=Chain(empty=5)) == AT_ONCE
    assert len(written(raised("4712"), EXCLUDED, left, NEXT_DOOR, chain=Chain(empty=2))) == 2


def test_with_nobody_excluded_staff_is_whoever_is_logged_in() -> None:
    assert written(raised(), EXCLUDED, NEXT_DOOR) == []


def test_every_event_of_it_is_nothing_to_the_excluded_and_itself_to_others() -> None:
    event, state = made("4712")
    note = stamp(state, state.id, (e.NoteAdded(words="x"),), SYSTEM, NOW, lambda: UUID(int=5))[0][0]
    for one in (event, note):
        assert as_known_to(one, "4712") is None
        assert as_known_to(one, "4711") is one
        assert concerned(one) == {"4712"}
    assert (exists_for(state, "4712"), exists_for(state, "4711")) == (False, True)


def test_another_alarm_of_the_same_man_neither_names_it_nor_her() -> None:
    hidden = raised("4712")
    other = e.OtherVictim(case_file="VBR-C-0003", zone="5411", room="VBR", hidden_from=("4712",))
    opened, state = made(number=413, others=(other,))
    (note,), _ = stamp(state, state.id, (same_man_note(hidden),), SYSTEM, NOW, lambda: UUID(int=5))
    told = [as_known_to(event, "4712") for event in (opened, note)]
    assert all(event is not None for event in told)
    text = b"".join(encoded(event) for event in told if event)
    for name in (hidden.number, "VBR-C-0003", "5411", "same_man", "hidden_from"):
        assert name.encode() not in text
    assert [event.version for event in told if event] == [1, 2]
    assert as_known_to(note, "4711") is note


def test_whom_a_file_excludes_leaves_the_backend_in_no_event() -> None:
    other = e.OtherVictim(case_file="VBR-C-0003", zone="5411", room="VBR", hidden_from=("4712",))
    event, state = made("4700", others=(other,))
    (note,), _ = stamp(state, state.id, (same_man_note(raised("4712")),), SYSTEM, NOW, lambda: UUID(int=5))
    for one in (event, note):
        assert b"4700" not in encoded(one)
        assert b"4712" not in encoded(one)
        assert e.Event.model_validate_json(one.model_dump_json()) == one


def test_what_an_earlier_version_wrote_excludes_nobody() -> None:
    event, _ = made()
    text = event.model_dump_json()
    assert "hidden_from" not in text
    assert concerned(e.Event.model_validate_json(text)) == frozenset()
