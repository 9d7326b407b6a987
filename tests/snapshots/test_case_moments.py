"""The moments that matter of the five cases (issue "The work and its rules", Proof), with a clock that stands still.

`docs/cases.md` tells the cases; pictures of real runs lie beside it. After a change that is meant:
``pytest tests/snapshots --snapshot-update``, and look at them.
"""

from __future__ import annotations

from uuid import UUID

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.image import SVGImageSnapshotExtension

from console.domain import events as e
from console.domain.location import Fix, Method
from console.domain.patrols import PatrolState, Service
from tests.open_console import Seat, open_console
from tests.snapshots.test_screen_snapshots import photo
from tests.still_link import StillLink, picture_of
from tests.story import DEVICE, LEUVEN, OPERATOR, Story, case_file, leuven_by_night, near, patrol, shares

SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda size: f"{size[0]}x{size[1]}")
OFFICER = "Insp. V. Model"
MARKET = e.NamedPlace(name="Grote Markt", lon=LEUVEN[0], lat=LEUVEN[1])


@pytest.fixture
def looks(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(SVGImageSnapshotExtension)


def in_hand() -> tuple[Story, UUID]:
    """The press of Leuven, taken and listened to."""
    story, places = leuven_by_night()
    leuven = places["leuven"]
    story.happens(leuven, e.Acknowledged(), e.LineListenerChanged(operator="4711"), by=OPERATOR)
    return story, leuven


async def looked_at(story: Story, intervention: UUID, size: tuple[int, int], *keys: str) -> str:
    """The screen with an intervention selected, after these keys."""
    async with open_console(StillLink(picture_of(story.room, story.now)), size=size) as seat:
        seat.desk.choose(intervention)
        await seat.until(lambda: seat.desk.ready)
        await _ranked(seat)
        if keys:
            await seat.pilot.press(
                *keys
            )  # without a moment passing: nothing is heard of the backend meanwhile
            await seat.settle()
        return await photo(seat)


async def _ranked(seat: Seat) -> None:
    """The ranking of patrols is computed in a thread."""
    await seat.until(lambda: seat.desk.shown.recommendation is not None)


@SIZES
async def test_silent_line_with_what_is_heard(looks: SnapshotAssertion, size: tuple[int, int]) -> None:
    story, leuven = in_hand()
    story.wait(4).happens(leuven, e.LineHeard(words="a man's voice, low"), by=DEVICE)
    story.wait(3).happens(leuven, e.LineHeard(code=e.Heard.MAN), by=OPERATOR)
    story.wait(5).happens(leuven, e.LineHeard(words="a child crying behind a door"), by=DEVICE)
    story.wait(2).happens(leuven, e.LineHeard(code=e.Heard.CHILD), by=OPERATOR)
    assert await looked_at(story, leuven, size) == looks


@SIZES
async def test_closing_refused_for_want_of_proof(looks: SnapshotAssertion, size: tuple[int, int]) -> None:
    story, leuven = in_hand()
    story.wait(9).happens(leuven, e.ChatReceived(words="sorry, I sat on it"), by=DEVICE)
    story.wait(4).happens(leuven, e.AlarmCancelledByDevice(button="B-VBR-0001"), by=DEVICE)
    assert await looked_at(story, leuven, size, "c", *("down",) * 7, "space", "space") == looks


@SIZES
async def test_planned_test_turned_real(looks: SnapshotAssertion, size: tuple[int, int]) -> None:
    story, leuven = in_hand()
    announced = e.TestAnnounced(button="B-VBR-0001", until=story.now, officer=OFFICER, place=MARKET)
    story.happens(leuven, announced)
    story.wait(20).happens(leuven, e.TestConfirmed(officer=OFFICER), by=OPERATOR)
    again = e.AlarmRepeated(button="B-VBR-0001", press_id="p-2", pressed_at=story.wait(25).now)
    story.happens(leuven, again, e.TestIsReal(because=e.RealBecause.SECOND_PRESS), by=DEVICE)
    assert await looked_at(story, leuven, size) == looks


@SIZES
async def test_car_with_highway_police_sent_and_lead_offered(
    looks: SnapshotAssertion, size: tuple[int, int]
) -> None:
    story = Story()
    car = story.press(
        "VBR-2026-0412",
        _driven(story, "L1", 0.0),
        case_file(),
        shares(("5388", 0.8), ("5393", 0.2)),
    )
    story.wait(6).happens(
        car, e.Acknowledged(), e.LineOpened(), e.LineListenerChanged(operator="4711"), by=OPERATOR
    )
    for number, gone_m in enumerate((900.0, 1_800.0, 2_700.0), start=2):
        story.wait(24 if number == 2 else 30)
        story.happens(car, e.FixReported(fix=_driven(story, f"L{number}", gone_m)), by=DEVICE)
    there = shares(("5393", 0.55), ("5395", 0.45))
    story.happens(
        car, e.ZoneChangeProposed(zone="5393", allocation=there), e.RoomReached(room="ANT", why="ahead")
    )
    story.wait(8).happens(car, e.PatrolDispatched(patrol="WPR/A-12"), by=OPERATOR)
    story.wait(9).happens(car, e.RoomLeadOffered(room="ANT"), by=OPERATOR)
    now = story.wait(7).now
    highway = {"zone": None, "service": Service.HIGHWAY, "room": "ANT", "intervention": car}
    story.patrols(
        patrol("5388/L-12", 900, -750, now),
        patrol("5393/H-11", -3_600, 5_400, now),
        patrol("WPR/A-12", -5_200, 7_400, now, PatrolState.DISPATCHED, "VBR-2026-0412").model_copy(
            update=highway
        ),
    )
    assert await looked_at(story, car, size) == looks


def _driven(story: Story, name: str, metres: float) -> Fix:
    """Where a car is that drives north-west at 110 km/h, after so many metres."""
    return near(
        -0.574 * metres,
        0.819 * metres,
        at=story.now,
        name=name,
        radius_m=40,
        method=Method.GNSS,
        speed_mps=110 / 3.6,
        heading_deg=325.0,
    )


@SIZES
async def test_two_victims_of_one_man(looks: SnapshotAssertion, size: tuple[int, int]) -> None:
    story = Story()
    first = story.press(
        "VBR-2026-0412",
        near(-18_000, 2_000, at=story.now, name="Z1"),
        case_file(firearm=False, file_zone="5400"),
        shares(("5400", 1.0)),
    )
    story.wait(9).happens(
        first, e.Acknowledged(), e.LineOpened(), e.LineListenerChanged(operator="4711"), by=OPERATOR
    )
    story.wait(14 * 60 - 9)
    second = story.press(
        "VBR-2026-0413",
        near(at=story.now, name="L1"),
        case_file(victim="F. Fictief", firearm=False),
        shares(("5388", 1.0)),
    )
    story.happens(first, e.NoteAdded(code=e.NoteCode.SAME_MAN, words="VBR-2026-0413, 5388"))
    story.wait(6).happens(second, e.Acknowledged(), e.LineOpened(), by=OPERATOR)
    story.wait(3).happens(first, e.LineListenerChanged(operator=None), by=OPERATOR)
    story.happens(second, e.LineListenerChanged(operator="4711"), by=OPERATOR)
    now = story.wait(11).now
    story.happens(first, e.FixReported(fix=near(-18_010, 2_000, at=now, name="Z2")))
    story.patrols(
        patrol("5388/L-11", -8_000, 1_000, now),
        patrol("5388/L-12", -8_500, -4_000, now),
    )
    assert await looked_at(story, second, size) == looks
