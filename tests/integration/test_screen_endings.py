"""Planned tests, procedures and the close on the screen (W13, W14, W15)."""

from __future__ import annotations

from uuid import UUID, uuid4

from textual.widgets import OptionList

from console.domain import commands as c
from console.domain import events as e
from console.domain.planned_test import AnnouncedTest
from console.wire.console_frames import Answer, AskTests
from tests.integration.test_screen_actions import in_hand, link_of, on_scene
from tests.open_console import open_console
from tests.story import LEUVEN, OPERATOR, START, Story

OFFICER = "Insp. V. Model"
MARKET = e.NamedPlace(name="Grote Markt", lon=LEUVEN[0], lat=LEUVEN[1])


def announced() -> tuple[Story, UUID]:
    """The press of Leuven is the announced test; it is in our hands."""
    story, leuven = in_hand()
    test = e.TestAnnounced(button="B-VBR-0001", until=story.now, officer=OFFICER, place=MARKET)
    return story.happens(leuven, test), leuven


async def test_a_planned_test_is_said_and_its_confirmation_asked_for_with_the_time_left() -> None:
    story, _leuven = announced()
    async with open_console(link_of(story)) as seat:
        assert "planned test, not confirmed" in seat.text("first-second")
        assert "planned test, not confirmed" in " ".join(seat.rows())
        line = seat.text("next")
        assert f"have {OFFICER} on the phone" in line
        await seat.press("space")
        assert seat.link.sent == []


async def test_f_asks_whether_the_officer_is_on_the_phone_and_confirms_only_on_yes() -> None:
    story, leuven = announced()
    async with open_console(link_of(story)) as seat:
        await seat.press("f", "n")
        assert seat.link.sent == []
        await seat.press("f", "y")
        [command] = seat.link.sent
        assert command.do == c.ConfirmTest(officer=OFFICER)
        assert command.intervention == str(leuven)


async def test_without_an_announced_test_f_says_why_not() -> None:
    story, _leuven = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("f")
        assert "No test was announced" in seat.text("feedback")


async def test_a_second_press_is_real_on_the_screen_and_the_next_step_sends_a_patrol() -> None:
    story, leuven = announced()
    story.happens(leuven, e.TestConfirmed(officer=OFFICER), by=OPERATOR)
    async with open_console(link_of(story)) as seat:
        assert "close with an outcome" in seat.text("next")
        story.happens(
            leuven,
            e.AlarmRepeated(button="B-VBR-0001", press_id="p2", pressed_at=story.now),
            e.TestIsReal(because=e.RealBecause.SECOND_PRESS),
        )
        await seat.show(story.room)
        assert "IT IS REAL" in seat.text("first-second")
        assert "send L-12" in seat.text("next")
        assert "pressed a second time" in seat.text("timeline")


async def test_a_test_is_announced_listed_and_withdrawn_in_its_box() -> None:
    story, _leuven = in_hand()
    link = link_of(story)
    test = AnnouncedTest(
        id=uuid4(),
        room="VBR",
        button="B-VBR-0007",
        place=MARKET,
        officer=OFFICER,
        by="4711",
        announced_at=START,
        until=START,
    )
    link.answers["tests"] = Answer(id=uuid4(), tests=(test,))
    async with open_console(link) as seat:
        await seat.press("f8")
        assert seat.link.asked == [AskTests()]
        await seat.type("VBR-B-0041")
        await seat.press("enter", "enter", "enter")
        await seat.press("enter")
        assert "announce-test is followed by" in seat.box()
        await seat.type(OFFICER)
        await seat.press("enter")
        [announce] = seat.link.sent
        assert announce.do == c.AnnounceTest(button="VBR-B-0041", minutes=15, officer=OFFICER)
        assert announce.intervention is None
        seat.link.answer(announce.id, c.Refusal(code="unknown_button", facts={"button": "VBR-B-0041"}))
        await seat.pilot.pause()
        assert "There is no button VBR-B-0041" in seat.box()
        rows = seat.screen.query_one("#tests", OptionList)
        rows.focus()
        rows.highlighted = 0
        await seat.press("delete")
        [_first, withdraw] = seat.link.sent
        assert withdraw.do == c.WithdrawTest(button="B-VBR-0007")


async def test_the_procedure_shows_the_steps_with_reasons_and_marks_the_one_that_is_due() -> None:
    story, _leuven = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("j")
        said = seat.box()
        assert "PRESS" in said
        assert "▶ send patrols" in said
        assert "Only who has seen her alone can say that she is safe." in said


async def test_the_close_says_what_is_missing_before_it_is_tried() -> None:
    story, _leuven = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("c")
        outcomes = seat.screen.query_one("#outcome", OptionList)
        for outcome, says in (
            (e.Outcome.TEST_PRESS, "was not announced and confirmed as a planned test"),
            (e.Outcome.TECHNICAL_FAULT, "must be verified"),
            (e.Outcome.HANDED_OVER, "Nobody took"),
        ):
            outcomes.highlighted = list(e.Outcome).index(outcome)
            outcomes.action_select()
            await seat.pilot.pause()
            assert says in seat.box()
        outcomes.highlighted = list(e.Outcome).index(e.Outcome.ARREST)
        outcomes.action_select()
        await seat.pilot.pause()
        assert "Nobody took" not in seat.box()
        assert seat.link.sent == []


async def test_a_cancel_is_shown_until_the_all_clear_word_and_asks_for_a_check_never_for_a_close() -> None:
    story, leuven = on_scene()
    story.happens(leuven, e.AlarmCancelledByDevice(button="B-VBR-0001"))
    async with open_console(link_of(story)) as seat:
        assert "DEVICE ASKS TO CANCEL" in seat.text("first-second")
        assert "device asks to cancel" in " ".join(seat.rows())
        assert "never close on it" in seat.text("next")
        story.happens(leuven, e.LineHeard(code=e.Heard.ALL_CLEAR_WORD))
        await seat.show(story.room)
        assert "DEVICE ASKS TO CANCEL" not in seat.text("first-second")
