"""On the screen: opening without a press, entering afterwards, one man with several victims (W5, W11, W12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from console.domain import commands as c
from console.domain import events as e
from console.domain.commands import Refusal
from console.domain.events import DoneByVoice
from console.link.interface import Connection, Waiting
from console.wire.console_frames import Answer, Result, VictimToCheck
from tests.open_console import Seat, open_console
from tests.still_link import StillLink, picture_of
from tests.story import OPERATOR, Story, case_file, leuven_by_night, near, patrol, shares


def still(story: Story) -> StillLink:
    return StillLink(picture_of(story.room, story.now))


def one_man() -> tuple[Story, UUID, UUID]:
    """Two victims of one man, 14 minutes and 12 km apart; a third has not pressed. The second is selected first."""
    story = Story()
    first = story.press(
        "VBR-2026-0412", near(at=story.now), case_file("D. Voorbeeld", "E. Exemple"), shares(("5388", 1.0))
    )
    story.happens(first, e.Acknowledged(), e.PatrolDispatched(patrol="5388/L-12"), by=OPERATOR)
    story.wait(840)
    other = case_file("D. Voorbeeld", "F. Fictief", file_zone="5395")
    second = story.press("VBR-2026-0413", near(north_m=12_000, at=story.now), other, shares(("5395", 1.0)))
    return story.wait(5), first, second


async def test_by_name_and_reason_an_intervention_is_opened_and_what_is_refused_can_be_put_right() -> None:
    story, _ = leuven_by_night()
    async with open_console(still(story)) as seat:
        await seat.press("f2")
        await seat.type("VBR-B-004")
        await seat.press("enter")
        await seat.type("neighbour called")
        await seat.press("enter")
        assert seat.sent == [c.OpenByHand(victim="VBR-B-004", reason="neighbour called")]
        assert seat.link.sent[0].intervention is None
        choices = "VBR-B-0041, VBR-B-0042"
        seat.link.answer(seat.link.sent[0].id, Refusal(code="ambiguous_victim", facts={"choices": choices}))
        await seat.settle()
        assert choices in seat.box()
        await seat.type("2")
        await seat.press("enter")
        assert seat.sent[-1] == c.OpenByHand(victim="VBR-B-0042", reason="neighbour called")


async def test_what_was_opened_is_selected_at_once() -> None:
    story, at = leuven_by_night()
    async with open_console(still(story)) as seat:
        await seat.press("slash")
        await seat.type("open E. Exemple: neighbour called")
        await seat.press("enter")
        (command,) = seat.link.sent
        assert command.do == c.OpenByHand(victim="E. Exemple", reason="neighbour called")
        result = Result(id=command.id, intervention=at["haacht"], number="VBR-2026-0411", decision=1)
        seat.link.show(replace(seat.link.picture, results=(result,)))
        await seat.settle()
        assert "VBR-2026-0411" in str(seat.desk.query_one("#first-second").border_title)


async def test_one_man_is_said_in_the_panel_and_marked_in_the_queue_and_nobody_calls_it_false() -> None:
    story, _, _ = one_man()
    async with open_console(still(story)) as seat:
        said = " ".join(seat.text("first-second").split())
        assert "SAME MAN VBR-2026-0412" in said
        for part in ("14 min apart", "12 km", "one man by car: only in a hurry (51 km/h)", "L-12 on it"):
            assert part in said
        assert "false" not in said
        assert sum("SAME MAN" in row for row in seat.rows()) == 2


async def test_his_other_victims_are_counted_for_everyone_and_named_for_who_handles_it() -> None:
    story, first, _ = one_man()
    others = (
        e.OtherVictim(case_file="CF-third", zone="5400", room="VBR"),
        e.OtherVictim(case_file="CF-fourth", zone="5345", room="ANT"),
    )
    seen = story.seen(first)
    state = seen.state.model_copy(update={"others": others})
    room = replace(story.room, seen={first: replace(seen, state=state)})
    link = StillLink(picture_of(room, story.now))
    victims = (
        VictimToCheck(zone="5400", room="VBR", button="VBR-B-0044", name="G. Model", home="Modelplein 3"),
        VictimToCheck(zone="5345", room="ANT"),
    )
    link.answers["victims"] = Answer(id=UUID(int=1), victims=victims)
    async with open_console(link) as seat:
        said = " ".join(seat.text("first-second").split())
        assert "2 other victims of his have not pressed" in said
        assert "G. Model" not in said
        await seat.press("f4")
        await seat.settle()
        assert "G. Model · VBR-B-0044 · Modelplein 3" in seat.box()
        assert "call CIC Antwerpen" in seat.box()
        await seat.press("down", "enter")
        assert "another control room" in seat.box()
        await seat.press("up", "enter")
        await seat.settle()
        await seat.press("enter")
        assert seat.sent == [c.OpenByHand(victim="VBR-B-0044", reason="check: the same man, VBR-2026-0412")]


async def dispatch_while_down(seat: Seat) -> c.Command:
    """A patrol is sent by voice because the link was down: the command waits, and asks."""
    await seat.press("slash")
    await seat.type("note he left by car")
    await seat.press("enter")
    (command,) = seat.link.sent
    asks = command.model_copy(update={"do": c.Dispatch(patrols=("5388/L-12",))})
    pending = replace(seat.link.picture.pending[command.id], command=asks, waiting=Waiting.ASKS)
    seat.link.show(replace(seat.link.picture, pending={command.id: pending}))
    await seat.settle()
    return asks


async def test_a_command_that_asks_is_entered_as_done_by_voice_with_its_time_and_is_not_sent_any_more() -> (
    None
):
    story, at = leuven_by_night()
    async with open_console(still(story)) as seat:
        command = await dispatch_while_down(seat)
        assert "F3 done by voice" in seat.text("feedback")
        await seat.press("f3")
        await seat.press("enter", "enter", "enter")
        entered = seat.sent[-1]
        assert isinstance(entered, c.Afterwards)
        assert (entered.what, entered.words) == (DoneByVoice.DISPATCHED, "dispatch L-12")
        assert story.now - entered.happened_at < timedelta(minutes=2)
        assert seat.link.sent[-1].intervention == str(at["leuven"])
        assert seat.link.discarded == [command.id]


async def test_a_time_that_is_none_or_lies_before_the_press_is_said_at_once() -> None:
    story, _ = leuven_by_night()
    async with open_console(still(story)) as seat:
        await seat.press("f3")
        await seat.press("enter", "enter")
        await seat.type("L-12 sent by radio")
        await seat.press("shift+tab", "shift+tab", "home", *["delete"] * 5)
        await seat.type("3pm")
        await seat.press("enter", "enter", "enter")
        assert "Write the time of day as 14:05." in seat.box()
        await seat.press("home", *["delete"] * 5)
        await seat.type("14:00")
        await seat.press("enter", "enter", "enter")
        assert "had not begun then" in seat.box()
        assert seat.sent == []


@pytest.mark.parametrize("waiting", [Waiting.QUEUED, Waiting.ASKS])
async def test_what_was_under_way_when_the_link_broke_is_not_said_to_be_unsent(waiting: Waiting) -> None:
    story, _ = leuven_by_night()
    async with open_console(still(story)) as seat:
        command = await dispatch_while_down(seat)
        pending = seat.link.picture.pending[command.id]
        for went_out, said, counted in (
            (False, "NOT SENT", "1 command NOT SENT"),
            (True, "NOT KNOWN WHETHER DONE", "1 command: NOT KNOWN whether done"),
        ):
            held = {command.id: replace(pending, waiting=waiting, went_out=went_out)}
            lost = replace(seat.link.picture, pending=held, connection=Connection.LOST)
            seat.link.show(lost)
            await seat.settle()
            assert said in seat.text("feedback")
            assert counted in seat.text("banner")
            assert ("NOT SENT" in seat.text("feedback")) is not went_out


async def test_that_waiting_commands_cannot_be_kept_on_this_machine_is_said() -> None:
    story, _ = leuven_by_night()
    async with open_console(still(story)) as seat:
        assert not seat.desk.query_one("#banner").display
        seat.link.show(replace(seat.link.picture, own_trouble="disk full"))
        await seat.settle()
        assert "cannot be kept on this machine: disk full" in seat.text("banner")


async def test_a_command_refused_after_the_link_came_back_offers_to_enter_what_was_done_by_voice() -> None:
    story, _ = leuven_by_night()
    async with open_console(still(story)) as seat:
        command = await dispatch_while_down(seat)
        seat.link.show(replace(seat.link.picture, connection=Connection.LOST))
        seat.clock.move(30)
        await seat.settle()
        seat.link.show(replace(seat.link.picture, connection=Connection.LIVE))
        await seat.settle()
        seat.link.answer(command.id, Refusal(code="changed_since_seen", facts={"number": "VBR-2026-0412"}))
        await seat.settle()
        assert "F3 enters it with its real time" in seat.text("feedback")


async def test_a_patrol_proposed_to_one_alarm_is_marked_in_the_other() -> None:
    story = Story()
    for number, name in (("VBR-2026-0412", "E. Exemple"), ("VBR-2026-0413", "F. Fictief")):
        file = case_file("D. Voorbeeld", name, firearm=False)
        story.press(number, near(at=story.now), file, shares(("5388", 1.0)))
        story.wait(20)
    story.patrols(patrol("5388/L-12", 900, -750, story.now), patrol("5388/L-07", -2_300, 1_700, story.now))
    async with open_console(still(story)) as seat:
        await seat.press("down")
        await seat.until(lambda: seat.desk.ready)
        (line,) = [one for one in seat.text("patrols").splitlines() if "1 L-12" in one]
        assert "▲0412" in line, "proposed to the first alarm, and marked in the second"
