"""What the simulation tells: the demo's stories first, the same for the same seed, only in the rooms asked for."""

from __future__ import annotations

from itertools import islice

import pytest

from backend_stub.registry.demo import DEMO_BORDER, DEMO_FIRST, HOME_ROOM, DemoContent
from backend_stub.simulator.content import simulated_content
from backend_stub.simulator.phone import Press
from backend_stub.simulator.stories import Story, homes_of, stories_of, told
from console.domain.events import ButtonStatus

EVERY_S = 480.0


@pytest.fixture(scope="module")
def content() -> DemoContent:
    return simulated_content(None)


def first(
    content: DemoContent, rooms: set[str], seed: int = 1, *, with_told: bool = True, count: int = 60
) -> list[Story]:
    return list(islice(stories_of(content, frozenset(rooms), EVERY_S, seed, with_told=with_told), count))


def rooms_of(content: DemoContent, stories: list[Story]) -> set[str]:
    stock = {button.id: button.stock for button in content.buttons}
    return {stock.get(story.script.button, HOME_ROOM) for story in stories}


def test_the_same_seed_tells_the_same(content: DemoContent) -> None:
    assert first(content, {"VBR", "ANT"}, seed=7) == first(content, {"VBR", "ANT"}, seed=7)
    assert first(content, {"VBR", "ANT"}, seed=7) != first(content, {"VBR", "ANT"}, seed=8)


def test_leuven_presses_first_and_the_border_while_the_operator_is_busy_with_it(content: DemoContent) -> None:
    one, two = first(content, {"VBR"}, count=2)
    assert one.script.button == DEMO_FIRST
    assert one.at_s <= 5
    assert two.script.button == DEMO_BORDER
    assert 30 <= two.at_s - one.at_s <= 120


def test_stories_come_in_order_of_time_and_do_not_end(content: DemoContent) -> None:
    times = [story.at_s for story in first(content, {"VBR", "ANT", "BRU"}, count=300)]
    assert len(times) == 300
    assert times == sorted(times)


def test_the_room_of_the_told_stories_has_no_others_until_they_are_over(content: DemoContent) -> None:
    telling = told(homes_of(content))
    early = [
        story
        for story in first(content, {"VBR", "ANT"})
        if story.at_s <= telling[-1].at_s and rooms_of(content, [story]) == {HOME_ROOM}
    ]
    assert early == list(telling)


def test_other_rooms_are_not_silent_meanwhile(content: DemoContent) -> None:
    early = [story for story in first(content, {"VBR", "ANT"}) if story.at_s < 2 * EVERY_S]
    assert "ANT" in rooms_of(content, early)


@pytest.mark.parametrize("rooms", [{"VBR"}, {"ANT"}, {"BRU", "LIE"}])
def test_only_the_rooms_asked_for_press(content: DemoContent, rooms: set[str]) -> None:
    assert rooms_of(content, first(content, rooms)) <= rooms


def test_without_told_stories_the_first_press_comes_soon(content: DemoContent) -> None:
    story = first(content, {"VBR"}, with_told=False)[0]
    assert 0 < story.at_s <= 1.5 * EVERY_S


def test_every_story_presses_and_endless_ones_are_of_allocated_buttons(content: DemoContent) -> None:
    status = {button.id: button.status for button in content.buttons}
    stories = first(content, {"ANT", "LIE", "VBR"}, with_told=False, count=200)
    assert {status[story.script.button] for story in stories} == {ButtonStatus.ALLOCATED}
    assert all(any(isinstance(step, Press) for _, step in story.script.steps) for story in stories)
    assert all(
        list(story.script.steps) == sorted(story.script.steps, key=lambda step: step[0]) for story in stories
    )
