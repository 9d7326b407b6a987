"""What leaves names nobody, is moved in time and space, and still is what happened (S13)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta
from functools import cache
from random import Random
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from console.domain import events as e
from console.domain.days import belgium
from console.domain.intervention import Intervention
from console.domain.location import distance_m
from console.domain.room import Room
from console.domain.zones.allocating import ZoneMap
from console.wire import recorded as kinds
from console.wire import recording as r
from console.wire.deidentified import NotFitError, deidentified, rule_of, texts_of
from console.wire.stand_ins import Known, StandIns
from console.wire.zones_file import read_zone_map
from tests.story import START, case_file, checked, near
from tests.unit.test_recording import told


@cache
def zones() -> ZoneMap:
    return read_zone_map()


def left(recording: r.Recording, seed: int = 1, **how: Any) -> r.Recording:
    return deidentified(recording, zones, Random(seed), **how)


def states(recording: r.Recording) -> list[list[Intervention]]:
    """How everything stands after each line."""
    room, made = Room(code=recording.header.room), []
    for item in recording.items:
        room = r.folded(room, item)
        assert not room.missing
        made.append([seen.state for seen in room.seen.values()])
    return made


def decided(state: Intervention) -> tuple[object, ...]:
    """What was decided and done, without whom it concerned and where."""
    return (
        state.state,
        state.version,
        state.decision,
        state.room,
        len(state.presses),
        tuple((sent.state, sent.patrol.rpartition("/")[2]) for sent in state.sent),
        state.zone is None,
        tuple((one.outcome, one.verified_by) for one in state.closings),
        tuple((one.code, one.to) for one in state.escalations),
    )


def test_the_moved_recording_reaches_the_same_states_and_decisions_line_by_line() -> None:
    before, after = states(told()), states(left(told()))
    assert len(before) == len(after)
    for was, now in zip(before, after, strict=True):
        assert [decided(one) for one in was] == [decided(one) for one in now]


def canaries() -> list[str]:
    """Everything of the story's people that must not be in the export."""
    file = case_file()
    words = [file.number, file.id, file.officer, file.victim.name, file.perpetrator.name, file.victim.phone]
    words += [one.text for one in (*file.victim.addresses, *file.perpetrator.addresses)]
    words += [vehicle.plate for vehicle in file.perpetrator.vehicles if vehicle.plate]
    words += [danger.words for danger in file.perpetrator.dangers]
    words += ["B-VBR-0001", "VBR-2026-0410", "VBR-2026-0411", "VBR-2026-0412", "What would you do now"]
    return words


def written(recording: r.Recording) -> str:
    return b"".join(r.lines_of(recording)).decode()


def test_no_known_identity_and_no_id_hash_or_position_of_the_source_is_in_the_file() -> None:
    text = written(left(told()))
    for canary in canaries():
        assert canary in written(told()), "else this test proves nothing"
        assert canary.casefold() not in text.casefold()
    for event in told().events():
        assert str(event.id) not in text
        assert str(event.intervention) not in text
        fix = getattr(event.body, "fix", None)
        if fix:
            assert f'"lon":{fix.lon}' not in text
    for line in r.lines_of(told()):
        assert line[-67:-3].decode() not in text


def test_the_same_person_has_the_same_stand_in_throughout_and_two_never_share_one() -> None:
    names: dict[str, set[str]] = {}
    for was, now in zip(told().events(), left(told()).events(), strict=True):
        if isinstance(was.body, e.AlarmRaised) and isinstance(now.body, e.AlarmRaised) and was.body.victim:
            assert now.body.victim is not None
            names.setdefault(was.body.victim.name, set()).add(now.body.victim.name)
    stand_ins = [name for found in names.values() for name in found]
    assert names
    assert all(len(found) == 1 for found in names.values())
    assert len(set(stand_ins)) == len(stand_ins)


@pytest.mark.parametrize("seed", range(5))
def test_it_is_moved_by_whole_weeks_and_less_than_half_an_hour_and_days_move_with_it(seed: int) -> None:
    made = left(told(), seed)
    moved = {now.at - was.at for was, now in zip(told().items, made.items, strict=True)}
    assert len(moved) == 1
    by = moved.pop()
    rest = (by + timedelta(minutes=30)) % timedelta(weeks=1) - timedelta(minutes=30)
    assert by < -timedelta(weeks=25)
    assert abs(rest) <= timedelta(minutes=30)
    days = round((by - rest) / timedelta(days=1))
    for was, now in zip(told().items, made.items, strict=True):
        for zone in (UTC, belgium()):
            assert (now.at.astimezone(zone).date() - was.at.astimezone(zone).date()).days == days
        if isinstance(was, r.RecordedCaseFile) and isinstance(now, r.RecordedCaseFile):
            assert (now.case_file.allocated_until - was.case_file.allocated_until).days == days


def test_positions_lie_in_the_zone_that_stands_for_theirs_of_the_same_control_room() -> None:
    made = left(told())
    pairs: dict[str, str] = {}
    looked = 0
    for was, now in zip(told().events(), made.events(), strict=True):
        if isinstance(was.body, e.ZoneAllocated) and isinstance(now.body, e.ZoneAllocated):
            assert was.body.zone
            assert now.body.zone
            assert pairs.setdefault(was.body.zone, now.body.zone) == now.body.zone
            assert zones().zones[now.body.zone].control_room == "VBR"
        before, after = getattr(was.body, "fix", None), getattr(now.body, "fix", None)
        if before and after:
            looked += 1
            assert distance_m(before.lon, before.lat, after.lon, after.lat) > 1_000
            allocated = zones().allocate(after.lon, after.lat, after.radius_m, after.confidence_pct).zone
            there = zones().allocate(before.lon, before.lat, before.radius_m, before.confidence_pct).zone
            assert pairs.get(str(there), allocated) == allocated
    assert looked
    assert len(set(pairs.values())) == len(pairs)
    assert "5388" not in {pairs["5388"]}


def test_text_stays_only_if_asked_and_then_with_stand_ins_for_whom_the_file_names() -> None:
    first = next(event for event in told().events() if isinstance(event.body, e.AlarmRaised))
    assert isinstance(first.body, e.AlarmRaised)
    assert first.body.victim is not None
    name = first.body.victim.name
    words = f"{name.upper()} runs, +32 000/11.22.33, plate 0 xxx 001, call 4711"
    note = first.model_copy(update={"version": 2, "body": e.NoteAdded(words=words)})
    items = (
        r.RecordedCaseFile(at=first.at, case_file=case_file()),
        r.RecordedEvent(at=first.at, position=1, event=first),
        r.RecordedEvent(at=first.at, position=2, event=note),
    )
    recording = r.Recording(r.Header(title="x", room="VBR", starts_at=first.at), items)
    dropped, kept = left(recording), left(recording, keep_text=True, approved_by=("1", "2"))
    assert _note(dropped) == "(tekst weggelaten)"
    assert "runs" in _note(kept)
    assert "plate" in _note(kept)
    for canary in (name, "11.22.33", "0 xxx 001"):
        assert canary.casefold() not in _note(kept).casefold()


def _note(recording: r.Recording) -> str:
    return next(event.body.words for event in recording.events() if isinstance(event.body, e.NoteAdded))


def test_a_title_that_names_somebody_gets_the_stand_in_too() -> None:
    recording = r.Recording(told().header.model_copy(update={"title": "E. Exemple by night"}), told().items)
    assert "Exemple" not in left(recording).header.title


def test_what_is_left_over_stops_the_export(monkeypatch: pytest.MonkeyPatch) -> None:
    from console.wire import deidentified as module

    monkeypatch.setitem(module._RULES, "name", module._Remaking._as_it_is)
    monkeypatch.setattr(StandIns, "found_in", lambda *_: Known.PERSON)
    with pytest.raises(NotFitError, match="would still hold a person"):
        left(told())


def test_where_no_other_place_fits_it_is_refused_with_what_can_be_done() -> None:
    first = next(event for event in told().events() if isinstance(event.body, e.AlarmRaised))
    far = near(at=START).model_copy(update={"lon": 2.3, "lat": 48.86})
    raised = first.model_copy(update={"body": first.body.model_copy(update={"fix": far})})
    allocation = zones().allocate(4.7, 50.88, 20).model_copy(update={"zone": "no zone"})
    given = first.model_copy(
        update={"version": 2, "body": e.ZoneAllocated(zone="5388", allocation=allocation)}
    )
    items = tuple(
        r.RecordedEvent(at=first.at, position=place, event=event)
        for place, event in enumerate((raised, given), start=1)
    )
    recording = r.Recording(r.Header(title="x", room="VBR", starts_at=first.at), items)
    with pytest.raises(NotFitError, match="no other place"):
        left(recording)
    assert left(recording, original_place=True).header.original_place


def models() -> Iterator[type[BaseModel]]:
    """Every model that a recording can hold."""
    todo: list[type[BaseModel]] = [kinds.RecordedEvent, kinds.RecordedPatrols, kinds.RecordedCaseFile]
    todo += [kinds.RecordedNote, kinds.RecordedSight, *e.BODIES.values()]
    seen = set()
    while todo:
        model = todo.pop()
        if model in seen or model.__name__ == "UnknownBody":
            continue
        seen.add(model)
        yield model
        for field in model.model_fields.values():
            todo += _models_in(field.annotation)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for one in get_args(annotation):
        yield from _models_in(one)


def _holds_text(annotation: Any) -> bool:
    return annotation is str or any(_holds_text(one) for one in get_args(annotation))


def test_every_text_field_that_a_recording_can_hold_has_a_rule() -> None:
    looked = 0
    for model in models():
        for name, field in model.model_fields.items():
            if _holds_text(field.annotation) and name not in {"hidden_from", "excluded"}:
                looked += 1
                rule_of(model, name)
    assert looked > 60


def test_an_event_of_a_later_version_leaves_nothing_but_its_name() -> None:
    first = next(iter(told().events()))
    later = e.UnknownBody.model_validate(
        {"type": "victim.wrote", "words": "secret", "place": {"street": "x"}}
    )
    items = (
        r.RecordedEvent(at=first.at, position=1, event=first),
        r.RecordedEvent(
            at=first.at,
            position=2,
            event=first.model_copy(update={"version": first.version + 1, "body": later}),
        ),
    )
    made = left(r.Recording(told().header, items))
    assert [event.body.model_dump() for event in made.events()][1] == {"type": "victim.wrote"}


def test_provenance_keeps_what_a_rule_of_contact_rests_on() -> None:
    made = next(item.case_file for item in left(told()).items if isinstance(item, r.RecordedCaseFile))
    assert all(rule.provenance.source.strip() for rule in made.victim.channels)
    assert made.victim.channels[0].provenance.checked_by != checked().checked_by
    assert list(texts_of(made))
