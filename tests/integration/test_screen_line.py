"""The voice line and the channels on the screen: keys, boxes, what everyone and the supervisor sees (W2, W3)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from console.domain import commands as c
from console.domain import events as e
from console.domain.casefile import Channel
from console.domain.values import Role
from tests.integration.test_screen_actions import in_hand, link_of, space
from tests.open_console import open_console
from tests.story import COLLEAGUE, OPERATOR, Story, leuven_by_night

WHY = "she nods on the camera of the shop"


def listening() -> tuple[Story, UUID]:
    """The press of Leuven in hand, and we listen."""
    story, leuven = in_hand()
    return story.happens(leuven, e.LineListenerChanged(operator=OPERATOR.id), by=OPERATOR), leuven


async def test_i_listens_and_lets_go() -> None:
    story, leuven = in_hand()
    async with open_console(link_of(story)) as seat:
        assert "nobody listens" in seat.text("line")
        await seat.press("i")
        story.happens(leuven, e.LineListenerChanged(operator="4711"), by=OPERATOR)
        await seat.show(story.room)
        assert "you listen · MUTED on our side" in seat.text("line")
        await seat.press("i")
        assert seat.sent == [c.Listen(), c.StopListening()]


async def test_speaking_without_permission_says_why_and_asks_for_the_reason() -> None:
    story, leuven = listening()
    async with open_console(link_of(story)) as seat:
        await seat.press("s")
        assert seat.sent == []
        assert "The case file does not allow it: speak, nothing recorded" in seat.box()
        await seat.press("enter")
        assert seat.sent == []
        assert "Type the reason" in seat.box()
        await seat.type(WHY)
        await seat.press("enter")
        assert seat.sent == [c.Unmute(override=WHY)]
        [command] = seat.link.sent
        assert (command.intervention, command.seen_decision) == (str(leuven), 1)
        seat.link.answer(command.id, c.Refusal(code="changed_since_seen", facts={"number": "VBR-2026-0412"}))
        await seat.settle()
        assert "has changed since it was shown" in seat.box(), "what was typed stays"
        await seat.press("enter")
        seat.link.answer(seat.link.sent[1].id)
        await seat.settle()
        assert seat.screen is seat.desk


async def test_a_live_microphone_is_shown_and_the_same_key_switches_it_off_at_once() -> None:
    story, leuven = listening()
    override = e.ContactRuleOverridden(channel=Channel.SPEAK, reason=WHY)
    story.happens(leuven, override, e.LineUnmuted(), by=OPERATOR)
    async with open_console(link_of(story)) as seat:
        assert "YOUR MICROPHONE IS LIVE" in seat.text("line")
        assert "RULE OVERRIDDEN: speak" in seat.text("line")
        await seat.press("s")
        assert seat.sent == [c.Mute()]
        assert seat.screen is seat.desk


async def test_an_allowed_chat_asks_for_its_words_only_and_a_refused_ring_for_its_reason() -> None:
    story, _ = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("w")
        assert "The case file allows it: chat" in seat.box()
        await seat.type("police on the way")
        await seat.press("enter")
        assert seat.sent == [c.Chat(words="police on the way")]
        seat.link.answer(seat.link.sent[0].id)
        await seat.settle()
        await seat.press("b")
        assert "The case file does not allow it: ring, forbidden" in seat.box()
        assert "case meeting, 14/10/2025" in seat.box()
        await seat.press("escape")
        assert len(seat.sent) == 1, "nothing is done without the reason"


async def test_the_key_for_the_next_step_never_speaks_chats_or_rings() -> None:
    story, leuven = listening()
    story.happens(leuven, e.PatrolDispatched(patrol="5388/L-12"), e.PatrolDispatched(patrol="5388/L-07"))
    async with open_console(link_of(story)) as seat:
        for _ in range(3):
            await space(seat)
        assert not any(isinstance(do, c.Unmute | c.Chat | c.Ring) for do in seat.sent)


@pytest.mark.parametrize(("key", "code"), [("1", e.Heard.MAN), ("5", e.Heard.SHOT)])
async def test_one_key_and_a_digit_log_what_is_heard(key: str, code: e.Heard) -> None:
    story, _ = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("h", key)
        assert seat.sent == [c.HeardOnLine(code=code)]
        assert seat.screen is seat.desk


async def test_a_slip_of_the_finger_logs_neither_of_the_two_words() -> None:
    story, _ = in_hand()
    async with open_console(link_of(story)) as seat:
        await seat.press("h", "9")
        assert seat.sent == []
        await seat.press("enter")
        assert seat.sent == [c.HeardOnLine(code=e.Heard.DURESS_WORD)]


async def test_of_two_open_lines_strip_and_row_say_for_how_long_nobody_listens() -> None:
    story, places = leuven_by_night()
    haacht, leuven = places["haacht"], places["leuven"]
    story.happens(haacht, e.LineOpened(), e.LineListenerChanged(operator="4711"), by=OPERATOR)
    story.wait(22)
    async with open_console(link_of(story)) as seat:
        seat.desk.choose(leuven)
        await seat.settle()
        assert "nobody listens 00:33" in seat.text("line")
        [row] = [row for row in seat.rows() if "5388" in row]
        assert "00:33 nobody listens" in row
        [other] = [row for row in seat.rows() if "5395" in row]
        assert "nobody listens" not in other


async def test_a_lost_line_and_a_caption_stand_in_the_strip_and_nothing_closes() -> None:
    story, leuven = listening()
    story.happens(leuven, e.LineHeard(words="a man shouting, a child crying"))
    async with open_console(link_of(story)) as seat:
        assert "“a man shouting, a child crying”" in seat.text("line")
        story.happens(leuven, e.LineLost())
        await seat.show(story.room)
        assert "▲ LOST" in seat.text("line")
        assert story.seen(leuven).state.state != "closed"


async def test_a_supervisor_sees_an_override_at_once_and_who_did_it_sees_the_mark() -> None:
    story, leuven = in_hand()
    link = link_of(story)
    operator = link.picture.operator
    assert operator is not None
    supervisor = operator.model_copy(update={"id": "4700", "role": Role.SUPERVISOR})
    link.picture = replace(link.picture, operator=supervisor)
    async with open_console(link) as seat:
        assert "overrode" not in seat.text("feedback")
        override = e.ContactRuleOverridden(channel=Channel.RING, reason=WHY)
        story.happens(leuven, override, e.PhoneRung(), by=COLLEAGUE)
        await seat.show(story.room)
        assert f"4712 overrode the contact rule on VBR-2026-0412 (ring): {WHY}" in seat.text("feedback")
        assert any("RULE OVERRIDDEN: ring" in row for row in seat.rows())
        assert "overrode the contact rule (ring)" in seat.text("timeline")


async def test_an_operator_is_not_interrupted_by_the_override_of_a_colleague() -> None:
    story, leuven = in_hand()
    async with open_console(link_of(story)) as seat:
        story.happens(leuven, e.ContactRuleOverridden(channel=Channel.RING, reason=WHY), by=COLLEAGUE)
        await seat.show(story.room)
        assert "overrode" not in seat.text("feedback")
