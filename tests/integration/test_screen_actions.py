"""Keys become commands, bound to the intervention and the decision that were on screen."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from textual.events import Key
from textual.widgets import Input

from console.domain import commands as c
from console.domain import events as e
from console.domain.intervention import State
from console.domain.patrols import Recommendation, recommend_for
from console.link.interface import Waiting
from console.tui import advisor
from console.tui.map import MapView
from console.tui.widgets.queue import Queue
from tests.open_console import Seat, open_console
from tests.still_link import StillLink, picture_of
from tests.story import COLLEAGUE, OPERATOR, Story, leuven_by_night, near


def link_of(story: Story) -> StillLink:
    return StillLink(picture_of(story.room, story.now))


def in_hand() -> tuple[Story, UUID]:
    """The press of Leuven acknowledged by us, the others closed."""
    story, places = leuven_by_night()
    for other in (places["zaventem"], places["haacht"]):
        story.happens(other, e.InterventionClosed(outcome=e.Outcome.ARREST, words="arrested"), by=COLLEAGUE)
    story.happens(places["leuven"], e.Acknowledged(), by=OPERATOR)
    return story, places["leuven"]


def on_scene() -> tuple[Story, UUID]:
    story, leuven = in_hand()
    story.happens(leuven, e.PatrolDispatched(patrol="5388/L-12"), by=OPERATOR)
    story.happens(leuven, e.PatrolAccepted(patrol="5388/L-12"), e.PatrolReadDanger(patrol="5388/L-12"))
    story.happens(leuven, e.PatrolEnRoute(patrol="5388/L-12"), e.PatrolOnScene(patrol="5388/L-12"))
    return story, leuven


async def test_a_acknowledges_what_is_shown_with_the_decision_that_was_seen() -> None:
    story, places = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        await seat.press("a")
        [command] = seat.link.sent
        assert command.do == c.Acknowledge()
        assert (command.intervention, command.seen_decision) == (str(places["leuven"]), 0)
        assert "sending…" in seat.text("feedback")


async def test_nothing_looks_acknowledged_before_its_event_is_back() -> None:
    story, places = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        await seat.press("a")
        assert "STALKING ALARM" in seat.text("first-second")
        assert "NEW" in seat.rows()[0]
        story.happens(places["leuven"], e.Acknowledged(), by=OPERATOR)
        await seat.show(story.room)
        assert not any("NEW" in row for row in seat.rows())


async def test_d_proposes_two_patrols_where_a_firearm_is_known_and_sends_them() -> None:
    story, leuven = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("d")
        assert "[✓] 1 L-12" in seat.box()
        assert "[✓] 2 L-07" in seat.box()
        assert "[ ] 3 L-31" in seat.box()
        assert "L-03" in seat.box()
        assert "traffic accident" in seat.box()
        await seat.press("enter")
        [command] = seat.link.sent
        assert command.do == c.Dispatch(patrols=("5388/L-12", "5388/L-07"))
        assert (command.intervention, command.seen_decision) == (str(leuven), 1)


async def test_the_box_of_patrols_opens_at_once_and_sends_nothing_before_the_ranking_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    story, _ = in_hand()
    ranked = threading.Event()

    def late(*given: Any, **named: Any) -> Recommendation:
        ranked.wait(20)
        return recommend_for(*given, **named)

    monkeypatch.setattr(advisor, "recommend_for", late)
    async with open_console(link_of(story), ready=False) as seat:
        await seat.until(lambda: seat.desk.is_mounted and bool(seat.text("first-second")))
        await seat.press("d", "enter", "space")
        assert "being computed" in seat.box()
        assert seat.sent == []
        ranked.set()
        await seat.until(lambda: "[✓] 1 L-12" in seat.box())
        await seat.press("enter")
        assert seat.sent == [c.Dispatch(patrols=("5388/L-12", "5388/L-07"))]


async def test_in_the_picker_the_space_bar_chooses_and_nothing_chosen_is_not_sent() -> None:
    story, _ = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("d", "space", "down", "space", "enter")
        assert seat.sent == []
        assert "Choose at least one patrol." in seat.box()
        await seat.press("down", "space", "enter")
        assert seat.sent == [c.Dispatch(patrols=("5393/L-31",))]


async def test_a_note_is_written_in_a_line() -> None:
    story, _ = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("n", "enter")
        assert "Write a line of text." in seat.box()
        await seat.type("door is open")
        await seat.press("enter")
        assert seat.sent == [c.Note(words="door is open")]


async def test_recall_asks_for_the_reason() -> None:
    story, leuven = on_scene()
    async with open_console(link_of(story)) as seat:
        await seat.press("r")
        await seat.type("wrong street")
        await seat.press("enter")
        assert seat.sent == [c.Recall(patrol="5388/L-12", reason="wrong street")]
        assert seat.link.sent[0].seen_decision == story.seen(leuven).state.decision


async def test_take_over_names_from_whom_and_needs_no_reason() -> None:
    story, places = leuven_by_night()
    story.happens(places["leuven"], e.Acknowledged(), by=COLLEAGUE)
    async with open_console(link_of(story)) as seat:
        seat.desk.choose(places["leuven"])
        await seat.press("t")
        assert "4712" in seat.box()
        await seat.press("enter")
        assert seat.sent == [c.TakeOver(reason="")]


async def test_an_acknowledgement_can_be_taken_back_for_five_seconds_only() -> None:
    story, _ = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("u")
        assert seat.sent == [c.Release()]
        seat.clock.move(6)
        seat.desk.hand_out()
        await seat.press("u")
        assert len(seat.sent) == 1
        assert "5 seconds" in seat.text("feedback")


async def test_closing_stays_open_until_the_backend_agrees_and_a_refusal_can_be_put_right() -> None:
    story, _ = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("c", *["down"] * 7, "enter", "enter")
        await seat.type("sat on it")
        await seat.press("enter")
        accidental = c.Close(outcome=e.Outcome.ACCIDENTAL, words="sat on it")
        assert seat.sent == [accidental]
        seat.link.answer(
            seat.link.sent[0].id, c.Refusal(code="proof_needed", facts={"outcome": "accidental"})
        )
        await seat.settle()
        assert "must be verified" in seat.box()
        await seat.press("shift+tab", "down", "enter", "enter")
        assert seat.sent[1] == accidental.model_copy(update={"verified_by": e.VerifiedBy.PATROL})
        seat.link.answer(seat.link.sent[1].id)
        await seat.settle()
        assert seat.screen is seat.desk


async def test_an_outcome_is_never_chosen_beforehand() -> None:
    story, _ = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("c", "tab", "tab")
        await seat.type("he left")
        await seat.press("enter")
        assert seat.sent == []
        assert "Choose an outcome." in seat.box()


async def test_reopening_needs_a_reason() -> None:
    story, leuven = in_hand()
    story.happens(leuven, e.InterventionClosed(outcome=e.Outcome.PERPETRATOR_GONE, words="gone"), by=OPERATOR)
    async with open_console(link_of(story)) as seat:
        seat.desk.choose(leuven)
        await seat.press("o")
        await seat.type("he is back")
        await seat.press("enter")
        assert seat.sent == [c.Reopen(reason="he is back")]


async def test_what_is_heard_is_logged_as_a_code() -> None:
    story, _ = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("h", *["down"] * 7, "enter", "enter")
        assert seat.sent == [c.HeardOnLine(code=e.Heard.ALL_CLEAR_WORD)]


async def test_the_danger_read_by_radio_is_logged_for_each_patrol_that_has_not_read_it() -> None:
    story, leuven = in_hand()
    story.happens(
        leuven, e.PatrolDispatched(patrol="5388/L-12"), e.PatrolDispatched(patrol="5388/L-07"), by=OPERATOR
    )
    story.happens(leuven, e.PatrolReadDanger(patrol="5388/L-12"))
    async with open_console(link_of(story)) as seat:
        await seat.press("p")
        assert seat.sent == [c.DangerPassed(patrol="5388/L-07")]


@pytest.mark.parametrize("read_out_first", [False, True])
async def test_of_several_patrols_only_the_one_that_repeated_the_danger_has_it(read_out_first: bool) -> None:
    story, leuven = in_hand()
    story.happens(
        leuven, e.PatrolDispatched(patrol="5388/L-12"), e.PatrolDispatched(patrol="5388/L-07"), by=OPERATOR
    )
    keys = ("v", "enter") if read_out_first else ("p",)
    async with open_console(link_of(story)) as seat:
        await seat.press(*keys)
        assert "Which patrol has repeated it?" in seat.box()
        assert seat.sent == []
        await seat.press("down", "enter")
        assert seat.sent == [c.DangerPassed(patrol="5388/L-07")]
        await seat.press(*keys, "down", "down", "enter")
        assert seat.sent[1:] == [c.DangerPassed(patrol="5388/L-12"), c.DangerPassed(patrol="5388/L-07")]


async def test_a_key_that_cannot_act_stays_and_says_why() -> None:
    story, _ = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        assert "d dispatch" in seat.text("keys")
        await seat.press("d")
        assert seat.sent == []
        assert "Acknowledge VBR-2026-0412 first." in seat.text("feedback")
        assert seat.screen is seat.desk


async def test_a_key_that_was_meant_for_another_intervention_asks_once() -> None:
    story, leuven = in_hand()
    story.happens(leuven, e.InterventionClosed(outcome=e.Outcome.ARREST, words="-"), by=OPERATOR)
    async with open_console(link_of(story)) as seat:
        seat.desk.choose(leuven)
        await seat.settle()
        story.press("VBR-2026-0413", near(at=story.now))
        await seat.show(story.room)
        await seat.pilot.press("a")
        assert seat.sent == []
        assert "VBR-2026-0413 has just been selected by itself" in seat.text("feedback")
        await seat.press("a")
        assert seat.sent == [c.Acknowledge()]


async def test_a_key_that_acts_at_once_asks_where_somebody_else_has_just_decided_underneath() -> None:
    story, leuven = in_hand()
    story.happens(leuven, e.LineOpened())
    async with open_console(link_of(story)) as seat:
        await seat.press("i")
        assert seat.sent == [c.Listen()]
        story.happens(leuven, e.TakenOver(from_operator="4711", reason="supervisor"), by=COLLEAGUE)
        await seat.show(story.room)
        await seat.pilot.press("i")
        assert seat.sent == [c.Listen()], "the finger was on its way to what stood there before"
        assert "VBR-2026-0412 has just changed: " in seat.text("feedback")
        assert "4712" in seat.text("feedback")


async def test_what_the_operator_decided_themselves_asks_nothing() -> None:
    story, leuven = in_hand()
    story.happens(leuven, e.LineOpened())
    async with open_console(link_of(story)) as seat:
        story.happens(leuven, e.PatrolDispatched(patrol="5388/L-12"), by=OPERATOR)
        await seat.show(story.room)
        await seat.pilot.press("i")
        assert seat.sent == [c.Listen()]


async def test_to_switch_our_microphone_off_never_waits() -> None:
    story, leuven = in_hand()
    story.happens(leuven, e.LineOpened())
    story.happens(leuven, e.LineListenerChanged(operator="4711"), e.LineUnmuted(), by=OPERATOR)
    async with open_console(link_of(story)) as seat:
        story.happens(leuven, e.ZoneChanged(zone="5393"), by=COLLEAGUE)
        await seat.show(story.room)
        await seat.pilot.press("s")
        assert seat.sent == [c.Mute()]


async def test_who_lost_a_race_is_told_who_won() -> None:
    story, _ = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        await seat.press("a")
        refused = c.Refusal(code="already_acknowledged", facts={"by": "4712", "number": "VBR-2026-0412"})
        seat.link.answer(seat.link.sent[0].id, refused)
        await seat.settle()
        assert "4712 has already acknowledged VBR-2026-0412." in seat.text("feedback")


async def test_a_waiting_command_says_not_sent_and_is_confirmed_or_dropped() -> None:
    story, _ = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        await seat.press("a")
        command = seat.link.sent[0].id
        seat.link.wait(command, Waiting.QUEUED)
        await seat.settle()
        assert "NOT SENT – USE RADIO: acknowledge VBR-2026-0412" in seat.text("feedback")
        seat.link.wait(command, Waiting.ASKS)
        await seat.settle()
        assert "F9" in seat.text("feedback")
        await seat.press("f9", "f10")
        assert (seat.link.confirmed, seat.link.discarded) == ([command], [command])


async def test_leaving_with_something_open_asks() -> None:
    story, _ = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        await seat.press("q")
        assert "VBR-2026-0412" in seat.box()
        await seat.press("escape")
        assert seat.screen is seat.desk
        await seat.press("q", "y")
    assert seat.app.return_value == 0
    async with open_console(link_of(story)) as seat:
        await seat.press("n", "ctrl+c")
        assert "VBR-2026-0412" in seat.box()
        await seat.press("ctrl+c")
    assert seat.app.return_value == 0
    assert seat.link.closed


async def space(seat: Seat) -> None:
    seat.clock.move(1)
    seat.desk.hand_out()
    await seat.pilot.press("space")
    await seat.pilot.pause()


async def test_the_next_step_is_named_before_it_is_done() -> None:
    story, leuven = in_hand()
    async with open_console(link_of(story)) as seat:
        assert "send L-12 and L-07" in seat.text("next")
        await space(seat)
        assert seat.sent == [c.Dispatch(patrols=("5388/L-12", "5388/L-07"))]
        assert seat.link.sent[0].intervention == str(leuven)


async def test_a_space_bar_that_repeats_or_comes_too_early_does_nothing() -> None:
    story, places = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        for _ in range(8):
            seat.clock.move(0.03)
            await seat.pilot.press("space")
        assert seat.sent == []
        await space(seat)
        assert seat.sent == [c.Acknowledge()]
        for _ in range(8):
            seat.clock.move(0.03)
            await seat.pilot.press("space")
        assert len(seat.sent) == 1
        seat.clock.move(5)
        seat.desk.choose(places["haacht"])
        seat.clock.move(0.5)
        await seat.pilot.press("space")
        assert len(seat.sent) == 1


async def test_the_space_bar_never_closes() -> None:
    story, leuven = on_scene()
    story.happens(leuven, e.LineHeard(code=e.Heard.ALL_CLEAR_WORD), by=OPERATOR)
    async with open_console(link_of(story)) as seat:
        assert "close" in seat.text("next")
        await space(seat)
        assert seat.sent == []
        assert "needs your decision" in seat.text("feedback")
        assert seat.screen is seat.desk
        assert story.seen(leuven).state.state is State.ON_SCENE


async def test_a_box_says_that_its_intervention_has_changed_and_keeps_what_was_typed() -> None:
    story, leuven = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("n")
        await seat.type("half a no")
        story.happens(leuven, e.TakenOver(from_operator="4711"), by=COLLEAGUE)
        await seat.show(story.room)
        assert "changed since you opened this" in seat.box()
        await seat.type("te")
        await seat.press("enter")
        assert seat.sent == [c.Note(words="half a note")]
        assert seat.link.sent[0].seen_decision == 1


async def test_a_picture_with_results_of_others_says_nothing() -> None:
    story, _ = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        seat.link.answer(UUID(int=1), c.Refusal(code="text_empty"))
        await seat.settle()
        assert seat.text("feedback") == ""
        assert replace(seat.link.picture).results


async def test_keys_typed_without_a_pause_go_to_the_box_that_the_first_one_opens() -> None:
    story, places = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        for opening in ("n", "slash"):
            for key, letter in ((opening, None), ("a", "a"), ("t", "t"), ("a", "a")):
                seat.app.post_message(Key(key, letter))
            await seat.until(
                lambda: isinstance(seat.screen.focused, Input) and seat.screen.focused.value == "ata"
            )
            assert seat.sent == []
            await seat.press("escape")
        seat.app.post_message(Key("down", None))
        seat.app.post_message(Key("t", "t"))
        await seat.settle()
        assert "From 4712" in seat.box(), "the cursor had moved before the second key counted"
        assert str(places["zaventem"]) == str(seat.desk.shown.seen and seat.desk.shown.seen.state.id)


async def test_the_map_keeps_its_own_keys_while_it_has_the_focus() -> None:
    story, _ = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        view = seat.desk.query_one(MapView)
        await seat.press("tab", "tab")
        assert seat.desk.focused is view
        before = view.window
        await seat.press("h")
        assert seat.screen is seat.desk
        assert view.window != before
        await seat.press("a")
        assert seat.sent == [c.Acknowledge()]


async def test_the_queue_is_not_left_at_once_when_tab_leads_to_it() -> None:
    story, _ = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        seat.clock.move(60)
        await seat.press("tab")
        seat.desk._tick()
        assert isinstance(seat.desk.focused, Queue)
        seat.clock.move(60)
        seat.desk._tick()
        assert seat.desk.focused is None


async def test_the_palette_does_what_the_keys_do() -> None:
    story, _ = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        await seat.press("ctrl+p")
        await seat.type("acknowl")
        await seat.until(lambda: "acknowledge" in seat.box())
        await seat.press("down", "enter")
        await seat.until(lambda: seat.sent == [c.Acknowledge()])


async def test_a_click_on_a_key_is_the_key_and_a_click_on_a_row_selects_it() -> None:
    story, places = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        await seat.pilot.click("#keys", offset=(1, 0))
        await seat.settle()
        assert seat.sent == [c.Acknowledge()]
        await seat.pilot.click("#queue", offset=(5, 4))
        await seat.settle()
        assert seat.desk.shown.seen is not None
        assert seat.desk.shown.seen.state.id == places["zaventem"]


async def test_f1_says_that_the_map_is_an_approximation_how_far_off_and_whose_work_it_is() -> None:
    story, _ = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        await seat.press("f1")
        for words in ("EUPL-1.2", "A small country", "not an official map", "1.3 km", "Drawn for the tests"):
            assert words in seat.box()
