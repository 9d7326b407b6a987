"""Several control rooms on the screen (W8): asking, offering, answering, and what a glimpse shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from console.domain import commands as c
from console.domain import events as e
from console.domain.values import Role
from console.wire.console_frames import Operator
from tests.integration.test_screen_actions import in_hand, link_of
from tests.open_console import open_console
from tests.still_link import StillLink, picture_of
from tests.story import OPERATOR, Story
from tests.unit.test_several_rooms import ANTWERP

SUPERVISOR = Operator(id="4700", name="S. Verzonnen", role=Role.SUPERVISOR, room="VBR")
THEIRS = UUID(int=0x0195_0000_0000_7000_8000_0000_0000_9999)


async def test_f5_asks_a_room_for_support_and_f6_offers_it_the_lead_neighbours_first() -> None:
    story, leuven = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("f5")
        box = seat.box()
        assert (
            box.index("ANT  CIC Antwerpen") < box.index("LIE  CIC Liège") < box.index("LUX  CIC Luxembourg")
        )
        await seat.press("enter")
        await seat.press("f6", "down", "enter")
        assert [one.do for one in seat.link.sent] == [c.Support(room="ANT"), c.OfferLead(room="BRU")]
        assert {one.intervention for one in seat.link.sent} == {str(leuven)}


async def test_f7_takes_an_own_offer_back_and_says_why_where_nothing_is_asked() -> None:
    story, leuven = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("f7")
        assert "Nothing is asked of VBR" in seat.text("feedback")
        story.happens(leuven, e.RoomLeadOffered(room="ANT"), by=OPERATOR)
        await seat.show(story.room)
        assert "lead offered to ANT" in "\n".join(seat.rows())
        story.happens(leuven, e.NoteAdded(code=e.NoteCode.NOBODY_THERE, words="ANT"))
        await seat.show(story.room)
        assert "NOBODY LOGGED IN AT ANT: TELEPHONE" in "\n".join(seat.rows())
        await seat.press("f7", "enter")
        assert [one.do for one in seat.link.sent] == [c.Decline()]


async def test_what_another_room_asks_stands_in_header_row_and_next_and_f7_accepts_it() -> None:
    story, leuven = in_hand()
    story.happens(leuven, e.RoomLeadAccepted(room="ANT"), by=ANTWERP)
    story.happens(leuven, e.RoomLeadOffered(room="VBR"), by=ANTWERP)
    async with open_console(link_of(story)) as seat:
        assert "1 asked of us" in seat.text("header")
        assert "ANT leads" in "\n".join(seat.rows())
        assert "ANT OFFERS THE LEAD: F7" in seat.text("next")
        await seat.press("space")
        assert seat.link.sent == []
        await seat.press("f7", "enter")
        assert [one.do for one in seat.link.sent] == [c.AcceptLead()]


async def test_a_glimpse_shows_age_zone_and_owner_and_no_danger_that_nobody_here_may_know() -> None:
    story = Story()
    seen = e.InterventionGlimpsed(
        number="ANT-2026-0007", room="ANT", zone="5388", raised_at=story.now - timedelta(seconds=75)
    )
    story.happens(THEIRS, seen)
    async with open_console(StillLink(picture_of(story.room, story.now))) as seat:
        assert "01:15" in seat.rows()[0]
        assert "5388" in seat.rows()[0]
        assert "ANT leads" in "\n".join(seat.rows())
        first = seat.text("first-second")
        assert "CIC Antwerpen leads" in first
        assert "NO CASE FILE" not in first
        assert "1 elsewhere" in seat.text("header")
        assert "0 open" in seat.text("header")
        await seat.press("d")
        assert seat.link.sent == []
        assert "ANT leads this intervention" in seat.text("feedback")


async def test_a_supervisor_takes_over_a_room_by_its_own_key_after_one_question() -> None:
    story, _ = in_hand()
    boss = replace(picture_of(story.room, story.now), operator=SUPERVISOR)
    async with open_console(StillLink(boss)) as seat:
        await seat.press("T")
        assert "CIC Antwerpen" in seat.box()
        await seat.press("enter")
        await seat.type("fire in the building")
        await seat.press("enter")
        await seat.settle()
        assert "Take over everything that is open in CIC Antwerpen?" in " ".join(seat.box().split())
        assert seat.sent == []
        await seat.press("y")
        assert seat.sent == [c.TakeOverRoom(room="ANT", reason="fire in the building")]
        assert seat.link.sent[0].intervention is None


async def test_an_operator_is_told_that_only_a_supervisor_takes_over_a_room() -> None:
    story, _ = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("T")
        assert "Only a supervisor" in seat.text("feedback")
        assert seat.screen is seat.desk
