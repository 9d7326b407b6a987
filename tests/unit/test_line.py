"""The voice line and the channels to the victim, rule by rule (W2, W3, W4)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from console.domain import casefile as cf
from console.domain import commands as c
from console.domain import events as e
from console.domain.decide import View, decide, elsewhere
from console.domain.intervention import Intervention
from console.domain.listening import microphone_live, unheard_beside_others, unheard_s
from console.domain.patrols import recommend
from console.domain.procedure import StepCode, StepWhy, next_step
from console.domain.targets import DEFAULTS
from console.domain.typed import MistypedError, typed
from console.domain.values import Actor
from console.domain.voice_line import LineState
from tests.story import COLLEAGUE, OPERATOR, Story, case_file, checked, patrol

OPEN = (e.LineOpened(), e.Acknowledged())
MINE = (*OPEN, e.LineListenerChanged(operator=OPERATOR.id))
LIVE = (*MINE, e.LineUnmuted())
WHY = "she asked for it on the line"


def file_with(*rules: cf.ChannelRule) -> cf.CaseFile:
    """A case file whose channels are these."""
    file = case_file()
    return file.model_copy(update={"victim": file.victim.model_copy(update={"channels": rules})})


def rule(
    channel: cf.Channel, allowed: bool = True, review_by: date | None = date(2026, 9, 2)
) -> cf.ChannelRule:
    provenance = checked().model_copy(update={"review_by": review_by})
    return cf.ChannelRule(channel=channel, allowed=allowed, provenance=provenance)


EVERY = tuple(rule(channel) for channel in cf.Channel)


def told(*bodies: e.KnownBody, file: cf.CaseFile | None = None) -> tuple[Story, UUID]:
    """A press, and what then happened, by the operator."""
    story = Story()
    one = story.press("VBR-2026-0412", file=file)
    return story.happens(one, *bodies, by=OPERATOR), one


def ask(
    do: c.AnyCommand,
    *bodies: e.KnownBody,
    file: cf.CaseFile | None = None,
    by: Actor = OPERATOR,
    late_s: float = 0,
) -> tuple[e.KnownBody, ...] | c.Refusal:
    """What a command gives after this history."""
    story, one = told(*bodies, file=file)
    now = story.now + timedelta(seconds=late_s)
    return decide(story.seen(one).state, c.Command(id=UUID(int=1), do=do), by, View(), now)


def code(answer: tuple[e.KnownBody, ...] | c.Refusal) -> str:
    assert isinstance(answer, c.Refusal)
    return answer.code


# W2


def test_the_line_opens_muted_and_comes_back_muted_after_it_was_lost() -> None:
    story, one = told(*LIVE)
    assert story.seen(one).state.line.live
    story.happens(one, e.LineLost())
    lost = story.seen(one).state
    assert (lost.line.state, lost.line.muted, lost.state) == (LineState.LOST, True, "acknowledged")
    story.happens(one, e.LineRestored())
    assert (story.seen(one).state.line.state, story.seen(one).state.line.muted) == (LineState.OPEN, True)
    assert story.seen(one).state.line.listener == OPERATOR.id


def test_who_listens_is_known_and_letting_go_leaves_nobody() -> None:
    assert ask(c.Listen(), *OPEN) == (e.LineListenerChanged(operator="4711"),)
    assert code(ask(c.Listen(), *MINE)) == "already_listening"
    assert ask(c.StopListening(), *MINE) == (e.LineListenerChanged(operator=None),)
    assert code(ask(c.StopListening(), *MINE, by=COLLEAGUE)) == "not_listening"


def test_no_microphone_stays_live_behind_who_let_go_or_was_followed() -> None:
    assert ask(c.StopListening(), *LIVE) == (e.LineMuted(), e.LineListenerChanged(operator=None))
    assert ask(c.Listen(), *LIVE, by=COLLEAGUE) == (e.LineMuted(), e.LineListenerChanged(operator="4712"))


def test_only_who_listens_speaks_and_anyone_of_the_room_may_mute() -> None:
    file = file_with(*EVERY)
    assert ask(c.Unmute(), *MINE, file=file) == (e.LineUnmuted(),)
    assert code(ask(c.Unmute(), *MINE, file=file, by=COLLEAGUE)) == "not_listening"
    assert code(ask(c.Unmute(), *LIVE, file=file)) == "already_live"
    assert code(ask(c.Unmute(), *MINE, e.LineLost(), file=file)) == "no_line"
    assert ask(c.Mute(), *LIVE, by=COLLEAGUE) == (e.LineMuted(),)
    assert code(ask(c.Mute(), *MINE)) == "already_muted"


def test_nobody_speaks_before_it_is_acknowledged() -> None:
    unacknowledged = (e.LineOpened(), e.LineListenerChanged(operator=OPERATOR.id))
    assert code(ask(c.Unmute(), *unacknowledged, file=file_with(*EVERY))) == "not_acknowledged"


def test_who_listens_to_another_line_leaves_the_one_before_to_nobody() -> None:
    story, first = told(*LIVE)
    second = story.press("VBR-2026-0413")
    third = story.press("VBR-2026-0414")
    story.happens(second, e.LineOpened()).happens(third, e.LineOpened())
    story.happens(third, e.LineListenerChanged(operator=COLLEAGUE.id))
    others = [one.state for one in story.room.seen.values() if one.state.id != second]
    left = elsewhere(c.Command(id=UUID(int=1), do=c.Listen()), OPERATOR, others)
    assert left == ((first, (e.LineMuted(), e.LineListenerChanged(operator=None))),)
    assert elsewhere(c.Command(id=UUID(int=1), do=c.Mute()), OPERATOR, others) == ()


def test_the_line_goes_with_the_lead_and_nobody_of_the_old_room_stays_on_it() -> None:
    antwerp = COLLEAGUE.model_copy(update={"id": "3711", "room": "ANT"})
    passed = ask(c.AcceptLead(), *LIVE, e.RoomLeadOffered(room="ANT"), by=antwerp)
    assert passed == (
        e.RoomLeadAccepted(room="ANT"),
        e.LineMuted(),
        e.LineListenerChanged(operator=None),
    )


def test_of_two_open_lines_the_one_that_nobody_listens_to_says_for_how_long() -> None:
    story, first = told(*MINE)
    assert not unheard_beside_others(story.room, story.seen(first).state)
    second = story.wait(10).press("VBR-2026-0413")
    story.happens(second, e.LineOpened()).wait(34)
    assert unheard_beside_others(story.room, story.seen(second).state)
    assert not unheard_beside_others(story.room, story.seen(first).state)
    assert unheard_s(story.seen(second).state, story.now) == 34
    assert unheard_s(story.seen(first).state, story.now) is None
    story.happens(first, e.LineListenerChanged(operator=None)).wait(5)
    assert unheard_beside_others(story.room, story.seen(first).state)
    assert unheard_s(story.seen(first).state, story.now) == 5
    story.happens(second, e.LineLost())
    assert not unheard_beside_others(story.room, story.seen(first).state), "it is the only line"


def test_the_time_for_which_nobody_listens_goes_on_over_a_lost_line() -> None:
    story, one = told(*OPEN)
    story.wait(20).happens(one, e.LineLost()).wait(5).happens(one, e.LineRestored()).wait(5)
    assert unheard_s(story.seen(one).state, story.now) == 30


def test_a_microphone_is_live_here_only_for_who_speaks() -> None:
    story, one = told(*LIVE)
    assert microphone_live(story.room, OPERATOR.id)
    assert not microphone_live(story.room, COLLEAGUE.id)
    assert not microphone_live(story.room, None)
    story.happens(one, e.LineLost())
    assert not microphone_live(story.room, OPERATOR.id)


def test_a_caption_is_kept_until_the_next_one() -> None:
    story, one = told(*OPEN, e.LineHeard(words="a man shouting"), e.LineHeard(words="a child crying"))
    line = story.seen(one).state.line
    assert (line.caption, line.heard) == ("a child crying", ())


def test_what_was_heard_before_the_line_was_lost_is_logged_but_a_word_proves_only_on_an_open_line() -> None:
    lost = (*OPEN, e.LineLost())
    assert ask(c.HeardOnLine(code=e.Heard.SHOT), *lost) == (e.LineHeard(code=e.Heard.SHOT),)
    assert code(ask(c.HeardOnLine(code=e.Heard.ALL_CLEAR_WORD), *lost)) == "no_line"
    assert code(ask(c.HeardOnLine(code=e.Heard.SHOT), *lost, e.LineEnded())) == "no_line"


# W3


@pytest.mark.parametrize(
    ("channel", "do", "act"),
    [
        (cf.Channel.SPEAK, c.Unmute(), e.LineUnmuted()),
        (cf.Channel.CHAT, c.Chat(words="police on the way"), e.ChatSent(words="police on the way")),
        (cf.Channel.RING, c.Ring(), e.PhoneRung()),
    ],
)
def test_a_channel_is_refused_unless_the_case_file_allows_it_and_says_why(
    channel: cf.Channel, do: c.Unmute | c.Chat | c.Ring, act: e.KnownBody
) -> None:
    for file, why in (
        (None, "missing"),
        (file_with(), "missing"),
        (file_with(rule(channel, allowed=False)), "forbidden"),
        (file_with(rule(channel, review_by=None)), "not_checked"),
        (file_with(rule(channel, review_by=date(2026, 2, 28))), "overdue"),
    ):
        refused = c.Refusal(code="channel_refused", facts={"channel": channel, "why": why})
        assert ask(do, *MINE, file=file) == refused
        assert ask(do.model_copy(update={"override": "  "}), *MINE, file=file) == refused
        overridden = e.ContactRuleOverridden(channel=channel, reason=WHY)
        assert ask(do.model_copy(update={"override": WHY}), *MINE, file=file) == (overridden, act)
    allowed = file_with(rule(channel))
    assert ask(do, *MINE, file=allowed) == (act,)
    assert ask(do.model_copy(update={"override": WHY}), *MINE, file=allowed) == (act,), "nothing to override"


def test_a_permission_ends_with_its_last_day_in_belgium() -> None:
    last = file_with(rule(cf.Channel.RING, review_by=date(2026, 3, 1)))
    assert ask(c.Ring(), *MINE, file=last, late_s=8 * 3600) == (e.PhoneRung(),), "22:03 UTC, 23:03 in Belgium"
    assert code(ask(c.Ring(), *MINE, file=last, late_s=9 * 3600)) == "channel_refused"


def test_an_override_is_a_decision_and_is_refused_on_what_has_changed() -> None:
    story, one = told(*MINE)
    stale = c.Command(id=UUID(int=1), seen_decision=0, do=c.Ring(override=WHY))
    answer = decide(story.seen(one).state, stale, OPERATOR, View(), story.now)
    assert code(answer) == "changed_since_seen"


def test_only_who_handles_it_writes_or_rings() -> None:
    file = file_with(*EVERY)
    for do in (c.Chat(words="hello"), c.Ring()):
        assert code(ask(do, e.LineOpened(), file=file)) == "not_acknowledged"
        assert code(ask(do, *OPEN, file=file, by=COLLEAGUE)) == "not_yours"
    assert code(ask(c.Chat(words="  "), *OPEN, file=file)) == "text_empty"


def test_without_a_button_there_is_no_phone_to_ring() -> None:
    story, one = told(*OPEN, file=file_with(*EVERY))
    by_hand: Intervention = story.seen(one).state.model_copy(update={"button": None})
    answer = decide(by_hand, c.Command(id=UUID(int=1), do=c.Ring()), OPERATOR, View(), story.now)
    assert code(answer) == "no_phone"


def test_what_was_overridden_stays_in_sight() -> None:
    override = e.ContactRuleOverridden(channel=cf.Channel.RING, reason=WHY)
    story, one = told(*MINE, override, override)
    assert story.seen(one).state.overridden == (cf.Channel.RING,)


# W4


def test_the_duress_word_is_an_escalation_once() -> None:
    logged = e.LineHeard(code=e.Heard.DURESS_WORD)
    assert ask(c.HeardOnLine(code=e.Heard.DURESS_WORD), *OPEN) == (
        logged,
        e.EscalationRaised(code="duress_word"),
    )
    assert ask(c.HeardOnLine(code=e.Heard.DURESS_WORD), *OPEN, logged) == (logged,)


def test_the_line_ends_with_the_intervention_and_a_word_that_was_used_must_be_changed() -> None:
    close = c.Close(outcome=e.Outcome.ARREST, words="arrested at the door")
    closed = e.InterventionClosed(outcome=e.Outcome.ARREST, words="arrested at the door")
    used = e.NoteAdded(code=e.NoteCode.WORDS_USED)
    assert ask(close, e.Acknowledged()) == (closed,)
    assert ask(close, *OPEN, e.LineHeard(code=e.Heard.SHOT)) == (closed, e.LineEnded())
    for word in (e.Heard.ALL_CLEAR_WORD, e.Heard.DURESS_WORD):
        assert ask(close, *OPEN, e.LineHeard(code=word)) == (closed, e.LineEnded(), used)


def test_a_word_stays_used_over_a_second_press_and_is_said_once() -> None:
    again = e.AlarmRepeated(button="B-VBR-0001", press_id="p2", pressed_at=Story().now)
    story, one = told(*OPEN, e.LineHeard(code=e.Heard.ALL_CLEAR_WORD), again)
    assert story.seen(one).state.line.words_used
    story.happens(one, e.NoteAdded(code=e.NoteCode.WORDS_USED))
    assert not story.seen(one).state.line.words_used


def test_after_the_duress_word_the_next_step_is_to_send_whatever_else_was_heard() -> None:
    story, one = told(*OPEN, e.LineHeard(code=e.Heard.ALL_CLEAR_WORD))
    unit = patrol("5388/L-12", 0, 0, story.now)
    advice = recommend((unit,), None, None, None, story.now)
    assert next_step(story.seen(one).state, advice, DEFAULTS, story.now).code is StepCode.CLOSE
    story.happens(one, e.LineHeard(code=e.Heard.DURESS_WORD))
    step = next_step(story.seen(one).state, advice, DEFAULTS, story.now)
    assert (step.code, step.also) == (StepCode.DISPATCH, (StepWhy.DURESS_WORD,))


# as it is typed


def test_a_reason_to_override_is_typed_after_the_verb_or_as_an_option() -> None:
    assert typed("unmute", ["she", "asked"]) == c.Unmute(override="she asked")
    assert typed("ring", [], override=WHY) == c.Ring(override=WHY)
    assert typed("chat", ["hello", "there"], override=WHY) == c.Chat(words="hello there", override=WHY)
    assert typed("stop-listening", []) == c.StopListening()
    with pytest.raises(MistypedError, match="only chat, ring, call, push and unmute"):
        typed("note", ["hello"], override=WHY)
    with pytest.raises(MistypedError, match="give the reason once"):
        typed("ring", ["she", "asked"], override=WHY)
