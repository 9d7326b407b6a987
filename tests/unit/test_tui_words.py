"""What the screen says of times, distances and events, without a screen."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from textual.content import Content

from console.domain import events as e
from console.domain.casefile import Channel
from console.domain.location import Fix
from console.locale import use
from console.tui.actions import ACTIONS, BY_NAME, why_not
from console.tui.deeds import Deeds
from console.tui.glance import Glance
from console.tui.measures import age, clock_time, day, distance, running, share
from console.tui.pane import wrapped
from console.tui.sentences import happened
from console.tui.step_guard import StepGuard
from console.tui.widgets.queue_row import row_of, rows_of
from tests.still_link import Hands, picture_of
from tests.story import OPERATOR, START, leuven_by_night, near, shares

FIELDS: dict[str, object] = {
    "number": "VBR-2026-0001",
    "room": "VBR",
    "button": "B-1",
    "button_status": e.ButtonStatus.ALLOCATED,
    "press_id": "p1",
    "pressed_at": START,
    "until": START,
    "happened_at": START,
    "fix": near(at=START),
    "fix_id": "F1",
    "zone": "5388",
    "allocation": shares(("5388", 1.0)),
    "from_operator": "4712",
    "operator": "4711",
    "reason": "a reason",
    "code": "a_code",
    "patrol": "5388/L-12",
    "service": "ambulance",
    "state": "dispatched",
    "raised_at": START,
    "answer": "yes",
    "words": "some words",
    "channel": Channel.CHAT,
    "case_file": "CF-1",
    "revision": 2,
    "officer": "V. Model",
    "because": e.RealBecause.SECOND_PRESS,
    "outcome": e.Outcome.ARREST,
    "what": "dispatch",
    "why": "ahead",
    "desk": "DE-AC",
    "to": "officer_on_call",
    "finding": e.Finding.NOT_ALONE,
}


@pytest.mark.parametrize("kind", list(e.BODIES))
def test_every_event_has_a_sentence_of_its_own(kind: str) -> None:
    model = e.BODIES[kind]
    needed = {
        name: FIELDS[name]
        for name, field in model.model_fields.items()
        if field.is_required() or (name in {"words", "reason"} and field.annotation is str)
    }
    if kind == "patrol.released":
        needed["code"] = "recalled"
    body = model(**needed)
    event = e.Event(
        id=UUID(int=1), intervention=UUID(int=2), version=1, decision=0, at=START, actor=OPERATOR, body=body
    )
    said = happened(event, lambda patrol: patrol.rpartition("/")[2], lambda zone: f"{zone} Leuven")
    assert said
    assert kind not in said
    assert "5388/L-12" not in said
    for name in ("words", "reason", "officer", "answer"):
        if name in needed:
            assert str(FIELDS[name]) in said


def test_the_time_of_day_is_belgiums_in_summer_and_winter() -> None:
    assert clock_time(datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)) == "13:00:00"
    assert clock_time(datetime(2026, 7, 1, 12, 0, 0, tzinfo=UTC)) == "14:00:00"


def test_ages_and_distances_have_two_figures_that_count() -> None:
    assert [running(s) for s in (0, 72.9, 3600)] == ["00:00", "01:12", "1:00:00"]
    assert [age(s) for s in (8, 99, 100, 5400, 180_000)] == ["8 s", "99 s", "1 min", "1 h 30", "2 d"]
    assert [distance(m) for m in (7.2, 41.6, 783, 994, 1230, 23_400)] == [
        "7 m",
        "40 m",
        "780 m",
        "990 m",
        "1.2 km",
        "23 km",
    ]
    assert [share(p) for p in (0.97, 0.001, 0.999, 1.0)] == ["97 %", "<1 %", ">99 %", "100 %"]


def test_figures_and_days_are_written_as_the_language_writes_them() -> None:
    try:
        use("de")
        assert (distance(1230), day(date(2026, 11, 30))) == ("1,2 km", "30.11.2026")
    finally:
        use("en")


def test_a_line_is_never_broken_between_a_figure_and_its_unit() -> None:
    lines = [line.plain for line in wrapped(Content("the circle reaches 3 % of it, 500 m"), 20)]
    assert lines == ["the circle reaches", "3 % of it, 500 m"]
    assert [line.plain for line in wrapped(Content("one · two"), 5)] == ["one", "two"]


def test_a_wrapped_line_keeps_its_colours() -> None:
    content = Content.assemble("at ", ("500 m", "bold"), " more words")
    lines = wrapped(content, 10)
    assert [line.plain for line in lines] == ["at 500 m", "more words"]
    assert [(span.start, span.end) for span in lines[0].spans] == [(3, 8)]


def test_a_press_of_the_next_step_key_counts_only_after_six_tenths_of_quiet() -> None:
    clock = Hands()
    guard = StepGuard(clock)
    guard.selected(UUID(int=1))
    assert not guard.meant()
    clock.move(0.7)
    assert guard.meant()
    for _ in range(50):
        clock.move(0.5)
        assert not guard.meant(), "held down, it repeats: it never counts"
    clock.move(0.61)
    assert guard.meant()
    clock.move(0.7)
    guard.changed()
    clock.move(0.3)
    assert not guard.meant()


def test_the_table_of_actions_is_whole() -> None:
    keys = [action.key for action in ACTIONS]
    assert len(set(keys)) == len(keys)
    for action in ACTIONS:
        assert callable(getattr(Deeds, action.name))
        assert action.binding().id == action.name
        assert action.tooltip


def test_whether_a_key_can_act_is_what_the_rules_say() -> None:
    story, places = leuven_by_night()
    glance = Glance(picture_of(story.room, story.now), 1000.0, story.seen(places["leuven"]))
    possible = {action.name for action in ACTIONS if not why_not(action, glance)}
    assert {"acknowledge", "note", "details", "history"} <= possible
    assert not {"dispatch", "recall", "close", "reopen", "undo", "take_over"} & possible
    assert why_not(BY_NAME["dispatch"], glance) == "Acknowledge VBR-2026-0412 first."
    nothing = Glance(picture_of(story.room, story.now), 1000.0)
    assert why_not(BY_NAME["note"], nothing) == "Select an intervention first."


def test_a_row_says_state_in_a_shape_and_a_word() -> None:
    story, places = leuven_by_night()
    glance = Glance(picture_of(story.room, story.now), 1000.0)
    first = {
        name: "".join(text for text, _ in row_of(story.seen(one), glance).lines[0][0])
        for name, one in places.items()
    }
    assert first["leuven"].split()[:3] == ["▲", "00:12", "NEW"]
    assert first["haacht"].split()[0] == "●"
    assert "EN ROUTE" in first["haacht"]
    assert "ON SCENE" in first["zaventem"]
    assert [row.press for row in rows_of(glance)] == [True, False, False]


def test_a_row_changes_only_when_what_it_says_changes() -> None:
    story, _ = leuven_by_night()
    picture = picture_of(story.room, story.now)
    assert rows_of(Glance(picture, 1000.0)) == rows_of(Glance(picture, 1000.4))
    assert rows_of(Glance(picture, 1000.0)) != rows_of(Glance(picture, 1002.0))


def test_a_fix_from_the_future_is_not_younger_than_nothing() -> None:
    story, places = leuven_by_night()
    ahead = near(at=story.now + timedelta(seconds=30), name="L9")
    assert isinstance(ahead, Fix)
    story.happens(places["leuven"], e.FixReported(fix=ahead, verdict="future"))
    seen = story.seen(places["leuven"])
    glance = Glance(picture_of(story.room, story.now), 1000.0, seen)
    assert glance.age_s(ahead.received_at) == 0
    assert "position not shown: time in the future" in happened(seen.timeline[-1], str, str)


@pytest.mark.parametrize("module", ["console.tui.app", "console.tui.screens.desk", "console.tui.palette"])
def test_nothing_heavy_is_loaded_with_the_screen(module: str) -> None:
    heavy = "sqlmodel sqlalchemy geopy shapely pyproj numpy pydantic_settings argon2 cryptography"
    light = "pydantic console.domain console.link" if module == "console.tui.app" else ""
    code = f"import sys, {module}; print([m for m in '{heavy} {light}'.split() if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=50)
    assert out.stdout.strip() == "[]"
