"""Positions in dispute, zones, read-out, reserve and services by keys: each key is a command, shown in its place."""

from __future__ import annotations

from uuid import UUID

from console.domain import commands as c
from console.domain import events as e
from console.domain.patrols import PatrolState
from console.tui.scenery import scene_of
from tests.integration.test_screen_actions import in_hand, link_of
from tests.open_console import Seat, open_console
from tests.still_link import StillLink, picture_of
from tests.story import OPERATOR, Story, near, patrol, shares

L12 = "5388/L-12"


def first_second(seat: Seat) -> str:
    """What the panel says, however its lines are broken."""
    return " ".join(seat.text("first-second").split())


def disputed() -> tuple[Story, UUID]:
    story, leuven = in_hand()
    far = near(30_000, 0, at=story.now, name="L2", radius_m=1_500)
    story.happens(leuven, e.FixReported(fix=far, verdict="jump", allocation=shares(("5400", 1.0))))
    return story, leuven


def proposed() -> tuple[Story, UUID]:
    story, leuven = in_hand()
    story.happens(leuven, e.ZoneChangeProposed(zone="5393", allocation=shares(("5393", 1.0))))
    return story, leuven


def under_way(language: str = "nl") -> tuple[Story, UUID]:
    story, leuven = in_hand()
    story.happens(leuven, e.PatrolDispatched(patrol=L12), by=OPERATOR)
    sent = patrol(L12, 900, -750, story.now, PatrolState.DISPATCHED, "VBR-2026-0412")
    story.patrols(sent.model_copy(update={"language": language}))
    return story, leuven


async def test_of_two_positions_one_key_chooses_and_the_other_stands_first() -> None:
    story, leuven = disputed()
    async with open_console(link_of(story)) as seat:
        assert "[x]" in first_second(seat)
        await seat.press("x")
        assert "30" in seat.box()
        await seat.press("enter")
        assert seat.sent == [c.ChooseFix(fix_id="L2")]
        assert seat.link.sent[0].seen_decision == story.seen(leuven).state.decision
        await seat.press("x", "down", "enter")
        assert seat.sent[1:] == [c.ChooseFix(fix_id="L1")]


async def test_without_a_second_position_the_key_says_why_nothing_is_to_choose() -> None:
    story, _ = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("x")
        assert seat.sent == []
        assert "No other position of VBR-2026-0412" in seat.text("feedback")


async def test_a_proposed_zone_is_taken_or_kept_with_one_key_and_kept_is_shown() -> None:
    story, leuven = proposed()
    async with open_console(link_of(story)) as seat:
        assert "[z]" in first_second(seat)
        await seat.press("z", "enter")
        await seat.press("z", "down", "enter")
        assert seat.sent == [c.ChangeZone(zone="5393"), c.KeepZone()]
        story.happens(leuven, e.ZoneKept(zone="5393"), by=OPERATOR)
        await seat.show(story.room)
        assert "[z]" not in first_second(seat)
        assert "kept, though she was seen in" in first_second(seat)


async def test_the_read_out_is_in_the_patrols_language_and_repeated_back_the_danger_is_passed_on() -> None:
    story, _ = under_way("fr")
    async with open_console(link_of(story)) as seat:
        await seat.press("v")
        box = seat.box()
        assert "FR · for L-12" in box
        assert "ARME À FEU" in box
        assert "signifiée" in box
        await seat.press("space")
        assert "SCHUSSWAFFE" in seat.box()
        await seat.press("enter")
        assert seat.sent == [c.DangerPassed(patrol=L12)]


async def test_an_open_read_out_follows_what_is_heard_on_the_line() -> None:
    story, leuven = under_way()
    async with open_console(link_of(story)) as seat:
        await seat.press("v")
        assert "SCHOT" not in seat.box()
        story.happens(leuven, e.LineHeard(code=e.Heard.SHOT))
        await seat.show(story.room)
        assert "SCHOT" in seat.box()


async def test_nothing_is_passed_on_while_no_patrol_is_on_it() -> None:
    story, _ = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("v", "enter")
        assert seat.sent == []
        assert "No patrol on it waits" in seat.box()


async def test_patrols_are_reserved_by_key_shown_and_let_go_by_recall() -> None:
    story, leuven = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("k", "space", "enter")
        assert seat.sent == [c.Reserve(patrols=(L12,))]
        story.happens(leuven, e.PatrolReserved(patrol=L12), by=OPERATOR)
        await seat.show(story.room)
        assert "▹ L-12   reserved" in seat.text("patrols")
        await seat.press("r")
        await seat.type("not needed")
        await seat.press("enter")
        assert seat.sent[1:] == [c.Recall(patrol=L12, reason="not needed")]


async def test_an_ambulance_is_asked_for_and_its_answer_is_written_down() -> None:
    story, leuven = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("e", "enter")
        assert seat.sent == [c.Request(service="ambulance")]
        story.happens(leuven, e.ServiceRequested(service="ambulance"), by=OPERATOR)
        story.wait(40)
        seat.link.show(picture_of(story.room, story.now))
        await seat.settle()
        assert "✚ ambulance · asked 00:4" in seat.text("patrols")
        await seat.press("e", "enter", "enter")
        assert "Write a line of text" in seat.box()
        await seat.type("under way, 6 minutes")
        await seat.press("enter")
        assert seat.sent[1:] == [c.Answered(service="ambulance", answer="under way, 6 minutes")]
        story.happens(leuven, e.ServiceAnswered(service="ambulance", answer="under way, 6 minutes"))
        await seat.show(story.room)
        assert "✚ ambulance: under way, 6 minutes" in seat.text("patrols")


async def test_a_zone_that_the_circle_touches_can_be_asked_for() -> None:
    story, _ = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("e", "down", "down", "enter")
        assert seat.sent == [c.Request(service="5393")]


async def test_for_a_moving_victim_the_circle_that_counts_is_said_on_map_and_panel() -> None:
    story, leuven = in_hand()
    car = near(10, 10, at=story.now, name="L3", speed_mps=30.6, heading_deg=44)
    story.happens(leuven, e.FixReported(fix=car, allocation=shares(("5388", 0.6), ("5393", 0.4))))
    story.wait(30)
    async with open_console(StillLink(picture_of(story.room, story.now))) as seat:
        assert "by now within" in first_second(seat)
        assert "40 %" in first_second(seat)
        assert "by now within" in str(seat.desk.query_one("#map").border_title)


async def test_a_position_that_is_stuck_is_marked_on_panel_and_map() -> None:
    story, leuven = in_hand()
    for number in range(2, 5):
        same = near(at=story.wait(30).now, name=f"L{number}")
        story.happens(leuven, e.FixReported(fix=same))
    async with open_console(link_of(story)) as seat:
        assert "STUCK" in first_second(seat)
        victim = scene_of(seat.desk.shown).victim
        assert victim is not None
        assert victim.note == "STUCK"


async def test_a_patrol_under_way_says_whether_it_is_ahead_of_or_behind_a_moving_victim() -> None:
    story, leuven = under_way()
    for heading, course in ((130, "ahead"), (310, "behind")):  # L-12 is to the south-east
        car = near(10, 10, at=story.wait(30).now, name=f"C{heading}", speed_mps=10, heading_deg=heading)
        story.happens(leuven, e.FixReported(fix=car))
        async with open_console(link_of(story)) as seat:
            assert course in seat.text("patrols").splitlines()[0]


async def test_a_nearer_patrol_of_another_alarm_is_asked_for_in_the_picker_and_marked() -> None:
    story, leuven = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("d")
        assert "space asks for it" in seat.box()
        await seat.press("end", "space", "enter")
        assert c.Propose(patrol="5388/L-03") in seat.sent
        assert all("5388/L-03" not in do.patrols for do in seat.sent if isinstance(do, c.Dispatch))
        story.happens(leuven, e.PatrolProposed(patrol="5388/L-03"), by=OPERATOR)
        seat.link.show(picture_of(story.room, story.now))
        await seat.settle()
        assert "L-03" in seat.text("patrols")
        assert "asked for" in seat.text("patrols")
        await seat.press("r")
        await seat.type("not needed")
        await seat.press("enter")
        assert seat.sent[-1] == c.LetGo(patrol="5388/L-03", reason="not needed")


async def test_what_a_patrol_says_of_her_is_entered_by_a_key_and_stands_beside_the_patrol() -> None:
    story, leuven = under_way()
    story.happens(leuven, e.PatrolOnScene(patrol=L12))
    async with open_console(link_of(story)) as seat:
        await seat.press("S", "down", "enter")
        await seat.type("her brother")
        await seat.press("enter")
        assert seat.sent == [c.Saw(patrol=L12, finding=e.Finding.NOT_ALONE, words="her brother")]
        story.happens(leuven, e.VictimSeen(patrol=L12, finding=e.Finding.NOT_ALONE))
        seat.link.show(picture_of(story.room, story.now))
        await seat.settle()
        assert "seen, not alone" in seat.text("patrols")


async def test_a_slip_of_shift_never_opens_the_microphone() -> None:
    story, leuven = under_way()
    story.happens(leuven, e.PatrolOnScene(patrol=L12))
    async with open_console(link_of(story)) as seat:
        await seat.press("slash")
        await seat.type("s L-12 seen alone")
        await seat.press("enter")
        assert seat.sent == [c.Saw(patrol=L12.split("/")[1], finding=e.Finding.SEEN_ALONE)]
