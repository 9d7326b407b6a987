"""The boxes that open over the desk, at the smallest size: nothing of them may be cut off. The clock stands still.

After a change that is meant: ``pytest tests/snapshots --snapshot-update``, and look at them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.image import SVGImageSnapshotExtension
from textual.widgets import OptionList

from console.domain import events as e
from console.domain.health import Ailment, HealthKind
from console.domain.patrols import PatrolState
from console.domain.values import Role
from console.tui.screens.dispatch import DispatchDialog
from console.wire.console_frames import Answer, Operator
from tests.open_console import Seat, open_console
from tests.snapshots.test_screen_snapshots import photo
from tests.still_link import StillLink, picture_of
from tests.story import DEVICE, OPERATOR, Story, leuven_by_night, patrol

SUPERVISOR = Operator(id="4700", name="S. Verzonnen", role=Role.SUPERVISOR, room="VBR")
L12 = "5388/L-12"

BOXES = {
    "note": ("n",),
    "override-chat": ("w", "tab"),
    "override-call": ("B",),
    "closing-proof-missing": ("c",),
    "announce-test": ("f8",),
    "by-hand": ("f2",),
    "afterwards": ("f3",),
    "support": ("f5",),
    "read-out": ("v",),
    "how-she-is": ("S",),
    "recall": ("r",),
    "services": ("e",),
    "heard": ("h",),
    "procedure": ("j",),
    "health": ("H",),
    "take-over-room": ("T",),
}


@pytest.fixture
def looks(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(SVGImageSnapshotExtension)


def under_way() -> tuple[Story, UUID]:
    """Leuven in hand: the line open, one patrol on scene, one under way, one asked for."""
    story, places = leuven_by_night()
    leuven = places["leuven"]
    story.happens(leuven, e.LineOpened(), by=DEVICE)
    story.happens(leuven, e.Acknowledged(), e.PatrolDispatched(patrol=L12), by=OPERATOR)
    story.happens(leuven, e.PatrolDispatched(patrol="5388/L-07"), by=OPERATOR)
    story.happens(leuven, e.PatrolProposed(patrol="5388/L-03"), by=OPERATOR)
    story.happens(leuven, e.PatrolAccepted(patrol=L12), e.PatrolOnScene(patrol=L12))
    story.patrols(patrol(L12, 30, 20, story.now, PatrolState.ON_SCENE, "VBR-2026-0412"))
    return story, leuven


def linked(story: Story, leuven: UUID, *, supervisor: bool) -> StillLink:
    picture = picture_of(story.room, story.now)
    link = StillLink(replace(picture, operator=SUPERVISOR, health=3) if supervisor else picture)
    at = story.now
    link.answers["tests"] = Answer(id=leuven)
    link.answers["health"] = Answer(
        id=leuven,
        health=(
            Ailment(
                button="VBR-B-0012",
                zone="5388",
                kind=HealthKind.SILENT,
                since=at - timedelta(hours=53),
                grave=True,
            ),
            Ailment(
                button="VBR-B-0107",
                zone="5393",
                kind=HealthKind.NOT_LINKED,
                since=at - timedelta(hours=4),
                grave=True,
            ),
            Ailment(
                button="VBR-B-0044",
                zone="5400",
                kind=HealthKind.BATTERY_LOW,
                since=at - timedelta(hours=9),
                battery_pct=12,
            ),
        ),
    )
    return link


@pytest.mark.parametrize("box", BOXES)
async def test_box(looks: SnapshotAssertion, box: str) -> None:
    story, leuven = under_way()
    link = linked(story, leuven, supervisor=box in {"health", "take-over-room"})
    async with open_console(link, size=(80, 24)) as seat:
        await chosen(seat, leuven)
        await seat.press(*BOXES[box])
        if box == "closing-proof-missing":
            seat.screen.query_one("#outcome", OptionList).highlighted = list(e.Outcome).index(
                e.Outcome.ACCIDENTAL
            )
            await seat.press("enter")
        assert seat.screen is not seat.desk
        assert await photo(seat) == looks


async def test_take_over_room_asks_once(looks: SnapshotAssertion) -> None:
    story, leuven = under_way()
    async with open_console(linked(story, leuven, supervisor=True), size=(80, 24)) as seat:
        await chosen(seat, leuven)
        await seat.press("T", "enter")
        await seat.type("fire in the building")
        await seat.press("enter")
        await seat.settle()
        assert await photo(seat) == looks


async def test_a_patrol_that_cannot_be_sent_is_asked_for_below_those_that_can(
    looks: SnapshotAssertion,
) -> None:
    story, places = leuven_by_night()
    story.happens(places["leuven"], e.Acknowledged(), by=OPERATOR)
    async with open_console(StillLink(picture_of(story.room, story.now)), size=(80, 24)) as seat:
        await chosen(seat, places["leuven"])
        await seat.press("d")
        # Not by keys: with each of them a second passes, and the ranking behind the box is computed anew.
        box = seat.screen
        assert isinstance(box, DispatchDialog)
        choices = box.query_one("#choices", OptionList)
        choices.highlighted = choices.option_count - 1
        box.action_pick()
        assert await photo(seat) == looks


async def chosen(seat: Seat, intervention: UUID) -> None:
    """It is selected, and its ranking is there."""
    seat.desk.choose(intervention)
    await seat.until(lambda: seat.desk.ready)
