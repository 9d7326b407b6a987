"""What nobody has answered, and what must be watched, on the screen: a word and a shape, without a touch of the keys."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain import events as e
from console.domain.values import SYSTEM, Role
from console.tui.app import ConsoleApp, Look
from console.tui.widgets.banner import Banner
from tests.open_console import Seat, open_console
from tests.still_link import OPERATOR as SITS_HERE
from tests.still_link import StillLink, picture_of
from tests.story import COLLEAGUE, OPERATOR, Story, leuven_by_night


def link_of(story: Story, *, role: Role = Role.OPERATOR, room: str = "VBR") -> StillLink:
    picture = picture_of(replace(story.room, code=room), story.now)
    operator = SITS_HERE.model_copy(update={"role": role, "room": room})
    return StillLink(replace(picture, operator=operator))


def banner(seat: Seat) -> str:
    """What the line across the screen says; "" if it is not there."""
    one = seat.desk.query_one(Banner)
    return one.painted.plain.strip() if one.display else ""


def escalated(to: str) -> tuple[Story, str]:
    story, places = leuven_by_night()
    story.happens(places["leuven"], e.EscalationRaised(code="unacknowledged", to=to), by=SYSTEM)
    return story, story.room.seen[places["leuven"]].state.number


async def test_a_supervisor_sees_an_escalation_at_once_and_the_focus_stays() -> None:
    story, number = escalated("supervisor")
    async with open_console(link_of(story, role=Role.SUPERVISOR)) as seat:
        focused = seat.screen.focused
        assert f"{number}: nobody has acknowledged" in banner(seat)
        assert "told: the supervisor" in banner(seat)
        assert seat.screen.focused is focused
        assert "told: the supervisor" in seat.rows()[0]
        assert "escalation: nobody has acknowledged – told: the supervisor" in seat.text("timeline")
    async with open_console(link_of(story)) as seat:
        assert banner(seat) == ""


async def test_it_is_gone_from_the_banner_once_somebody_has_acknowledged() -> None:
    story, number = escalated("consoles")
    leuven = next(key for key, seen in story.room.seen.items() if seen.state.number == number)
    async with open_console(link_of(story)) as seat:
        assert "told: the other consoles" in banner(seat)
        story.happens(leuven, e.Acknowledged(), by=COLLEAGUE)
        await seat.show(story.room)
        assert banner(seat) == ""


async def test_the_next_room_rings_for_a_press_that_was_escalated_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(ConsoleApp, "bell", lambda _: rung.append(1))
    story, number = escalated("ANT")
    async with open_console(link_of(story, room="ANT"), look=Look(bell_every_s=0.1)) as seat:
        assert f"{number}: nobody has acknowledged" in banner(seat)
        assert "told: CIC Antwerpen" in banner(seat)
        await seat.until(lambda: len(rung) >= 3)


async def test_a_lost_line_is_watched_in_its_row_and_in_the_first_second_and_sounds_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(ConsoleApp, "bell", lambda _: rung.append(1))
    story, places = leuven_by_night()
    story.happens(places["leuven"], e.Acknowledged(), by=OPERATOR)
    async with open_console(link_of(story), look=Look(bell_every_s=0.1)) as seat:
        seat.desk.choose(places["leuven"])
        assert "WATCH" not in seat.text("first-second")
        before = len(rung)
        story.happens(places["leuven"], e.LineLost())
        await seat.show(story.room)
        assert "WATCH    ◇ line lost 00:00" in seat.text("first-second")
        assert any("◇ line lost" in row for row in seat.rows())
        await seat.pilot.pause(0.5)
        assert len(rung) == before + 1


async def test_a_patrol_that_is_late_is_watched_and_overdue_in_the_timeline() -> None:
    story, places = leuven_by_night()
    story.happens(places["leuven"], e.Acknowledged(), e.PatrolDispatched(patrol="5388/L-12"), by=OPERATOR)
    story.wait(35).happens(
        places["leuven"], e.PatrolOverdue(patrol="5388/L-12", awaited=e.Awaited.ACCEPT), by=SYSTEM
    )
    async with open_console(link_of(story)) as seat:
        seat.desk.choose(places["leuven"])
        assert "◇ L-12 has not accepted 00:35" in seat.text("first-second")
        assert "L-12 overdue: should have accepted" in seat.text("timeline")


async def test_a_sound_command_that_fails_is_said_and_the_bell_rings_in_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(ConsoleApp, "bell", lambda _: rung.append(1))
    story, _ = leuven_by_night()
    link = link_of(story)
    async with open_console(link, look=Look(bell_every_s=0.1, sound_command=True)) as seat:
        await seat.pilot.pause(0.3)
        assert rung == []
        link.show(replace(link.picture, sound_trouble="it ends with 3"))
        await seat.until(lambda: len(rung) >= 2)
        assert "the sound command fails (it ends with 3)" in banner(seat)


async def test_the_room_that_did_not_answer_reads_who_did() -> None:
    story, number = escalated("ANT")
    leuven = next(key for key, seen in story.room.seen.items() if seen.state.number == number)
    story.happens(leuven, e.RoomLeadAccepted(room="ANT", code="escalated"), e.Acknowledged(), by=COLLEAGUE)
    async with open_console(link_of(story)) as seat:
        seat.desk.choose(leuven)
        assert "ANT answered what nobody had acknowledged" in seat.text("timeline")
        assert banner(seat) == ""
