"""W18: a wall shows number, zone, age, state and what is waited for, the most urgent first; nothing else travels."""

from __future__ import annotations

from console.domain import events as e
from console.domain.targets import ClockKind
from console.domain.wall import awaited, by_urgency, on_wall, shown
from console.tui.wall.figures import large
from tests.story import COLLEAGUE, OPERATOR, leuven_by_night, shares
from tests.wall import wall_picture


def test_w18_no_name_address_word_plate_point_or_operator_is_in_what_a_wall_is_sent() -> None:
    story, places = leuven_by_night()
    leuven = places["leuven"]
    story.happens(leuven, e.Acknowledged(), e.NoteAdded(words="behind the church"), by=OPERATOR)
    story.happens(leuven, e.ChatReceived(words="he is here"), e.LineHeard(words="a man shouting"))
    seen = story.seen(leuven)
    extract = seen.state.extract
    assert extract is not None
    secrets = [
        extract.victim.name,
        extract.perpetrator.name,
        extract.number,
        "church",
        "he is here",
        "shouting",
    ]
    secrets += [one.text for one in (*extract.victim.addresses, *extract.perpetrator.addresses)]
    secrets += [one.plate for one in extract.perpetrator.vehicles if one.plate]
    secrets += [one.words for one in extract.perpetrator.dangers]
    secrets += [OPERATOR.id, seen.state.button or "?", '"lon"']
    for event in seen.timeline:
        sent = on_wall(event, seen.state, "VBR")
        assert sent is not None
        text = sent.model_dump_json()
        assert not [secret for secret in secrets if secret in text]
        assert sent.body.model_dump().keys() == e.InterventionOnWall.model_fields.keys()


def test_what_nobody_has_taken_comes_first_then_what_is_latest() -> None:
    story, _ = leuven_by_night()
    taken = story.press("VBR-2026-0413", zone=shares(("5401", 1.0)))
    story.happens(taken, e.Acknowledged(), by=COLLEAGUE)
    story.wait(200)
    fresh = story.press("VBR-2026-0414", zone=shares(("5393", 1.0)))
    rows = by_urgency(wall_picture(story).room.seen.values(), story.now)
    raised = [one.state.number for one in rows if one.state.state == "raised"]
    assert [one.state.number for one in rows[: len(raised)]] == raised
    assert rows[len(raised)].state.id == taken
    clock = awaited(rows[len(raised)], story.now)
    assert clock is not None
    assert clock.kind is ClockKind.SEND
    assert fresh in {one.state.id for one in rows}


def test_a_wall_keeps_no_timeline_and_forgets_what_is_closed() -> None:
    story, places = leuven_by_night()
    picture = wall_picture(story).room
    leuven = places["leuven"]
    position = picture.position
    story.happens(leuven, e.Acknowledged(), by=OPERATOR)
    for version, event in enumerate(story.seen(leuven).timeline[-2:], start=1):
        sent = on_wall(event, story.seen(leuven).state, "VBR")
        picture, _ = picture.apply([(position + version, sent)])
    assert len(picture.seen[leuven].timeline) == 1
    body = shown(picture.seen[leuven])
    assert body is not None
    assert body.state == "acknowledged"
    story.happens(leuven, e.InterventionClosed(outcome=e.Outcome.ARREST, words="over"), by=OPERATOR)
    last = on_wall(story.seen(leuven).timeline[-1], story.seen(leuven).state, "VBR")
    picture, _ = picture.apply([(picture.position + 1, last)])
    assert leuven not in {one.state.id for one in by_urgency(picture.seen.values(), story.now)}


def test_an_age_is_three_lines_high_and_as_wide_on_each() -> None:
    for text in ("00:12", "59:59", "12:05h"):
        assert len({len(line) for line in large(text)}) == 1
        assert len(large(text)[0]) < 22
