"""A broken part of the screen never takes the console down, and never the alarms from it (R11).

What is broken on purpose is taken from the desk's own lists, so that a new region or key is broken as well.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from console.domain import events as e
from console.tui.actions import ACTIONS
from console.tui.alerts import Alerts
from console.tui.map import MapView
from console.tui.screens import desk as desk_module
from console.tui.screens.desk import REGIONS, Desk
from console.tui.screens.details import DetailsDialog
from console.tui.screens.dialog import Dialog
from console.tui.screens.health import HealthDialog
from console.tui.screens.history import HistoryDialog
from console.tui.screens.shift import ShiftDialog
from console.tui.widgets.queue import Queue
from console.wire.console_frames import AskHistory, PressUnrecorded
from tests.open_console import open_console
from tests.still_link import StillLink, picture_of
from tests.story import START, Story, leuven_by_night, near


def link_of(story: Story) -> StillLink:
    return StillLink(picture_of(story.room, story.now))


def fail(*_arguments: object, **_named: object) -> Any:
    raise RuntimeError("broken on purpose")


async def test_each_region_that_fails_says_so_and_the_others_show_the_next_alarm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    story, _ = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        for waiting, region in enumerate(REGIONS, start=2):
            widget = seat.desk.query_one(f"#{region}")
            with monkeypatch.context() as broken:
                broken.setattr(widget, "show", fail)
                story.press(f"VBR-2026-0{500 + waiting}", near(waiting, at=story.now))
                await seat.show(story.room)
                shown = "".join(seat.rows()) if region == "header" else seat.text("header")
                assert shown.count("NEW") if region == "header" else f"{waiting} new" in shown, region
            seat.desk.hand_out()


STEPS = ("_hear_results", "_tell", "_select")


@pytest.mark.parametrize("step", STEPS)
async def test_a_step_that_fails_while_a_picture_is_shown_leaves_the_picture(
    step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, _ = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        monkeypatch.setattr(Desk, step, fail)
        story.press("VBR-2026-0600", near(7, at=story.now))
        await seat.show(story.room)
        assert "2 new" in seat.text("header")


async def test_alerts_that_fail_ring_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    story, _ = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        rung: list[bool] = []
        monkeypatch.setattr(seat.app, "bell", lambda: rung.append(True))
        monkeypatch.setattr(Alerts, "show", fail)
        story.press("VBR-2026-0600", near(7, at=story.now))
        await seat.show(story.room)
        assert rung


@pytest.mark.parametrize("widget", [Queue, MapView])
async def test_a_line_that_cannot_be_painted_does_not_end_the_console(
    widget: type[Queue] | type[MapView], monkeypatch: pytest.MonkeyPatch
) -> None:
    story, _ = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        monkeypatch.setattr(widget, "_paint", fail)
        story.press("VBR-2026-0600", near(7, at=story.now))
        await seat.show(story.room)
        await seat.press("down")
        assert "2 new" in seat.text("header")
        assert "NEW" in seat.rows()[0]


async def test_a_key_that_fails_says_so_and_the_next_one_works(monkeypatch: pytest.MonkeyPatch) -> None:
    story, places = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        with monkeypatch.context() as broken:
            broken.setattr(desk_module, "why_not", lambda _action, _glance: "")
            for action in ACTIONS:
                broken.setattr(seat.desk._deeds, action.name, fail)
                await seat.desk.action_deed(action.name)
                assert "This key failed" in seat.text("feedback"), action.name
        seat.desk.choose(places["leuven"])
        monkeypatch.undo()
        await seat.press("a")
        assert [one.do.verb for one in seat.link.sent] == ["acknowledge"]


async def test_a_press_that_is_never_recorded_is_quiet_once_the_operator_took_note() -> None:
    story, places = leuven_by_night()
    story.happens(places["leuven"], e.Acknowledged())
    link = link_of(story)
    lost = PressUnrecorded(button="B-VBR-0009", press_id="p9", received_at=START, zone="5395")
    async with open_console(link) as seat:
        quiet = seat.app.title
        link.show(replace(link.picture, unrecorded=link.picture.unrecorded.told(lost, story.room)))
        await seat.settle()
        assert seat.app.title != quiet
        await seat.press("f12")
        assert seat.app.title == quiet
        assert "NOT RECORDED" in "".join(seat.rows())


BOXES_THAT_ASK = {
    "enter": DetailsDialog.Answered(None, "too late"),
    "y": HistoryDialog.Answered(AskHistory(day=START.date()), None),
    "H": HealthDialog.Answered(None),
    "O": ShiftDialog.Answered(None),
}
"""Keys that open a box with a question, and an answer to it."""


@pytest.mark.parametrize("key", BOXES_THAT_ASK)
async def test_an_answer_that_comes_to_a_box_that_is_gone_ends_nothing(key: str) -> None:
    story, _ = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        await seat.press(key)
        box = seat.screen
        assert isinstance(box, Dialog)
        await seat.press("escape")
        assert seat.screen is seat.desk
        await box.remove_children()
        [take] = [getattr(box, name) for name in dir(box) if name.endswith("dialog_answered")]
        take(BOXES_THAT_ASK[key])
        await seat.press("a")
        assert [one.do.verb for one in seat.link.sent] == ["acknowledge"]
