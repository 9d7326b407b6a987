"""The voice line and the channels to the victim (W2, W3, W4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from console.domain import commands as c
from console.domain import events as e
from console.domain.casefile import Channel, ChannelAnswer, channel_answer
from console.domain.days import day_in_belgium
from console.domain.intervention import Intervention, State
from console.domain.rules.common import Bodies, Refused, in_hand, still_open
from console.domain.values import Actor
from console.domain.voice_line import LineState

DURESS: Final = "duress_word"
"""The code of the escalation that the duress word raises (W4)."""


def listen(state: Intervention, actor: Actor) -> Bodies:
    """Who listens on our side is shown to everyone (W2). The microphone of who listened before goes off."""
    _with_line(state)
    if state.line.listener == actor.id:
        raise Refused("already_listening", number=state.number)
    return *_switched_off(state), e.LineListenerChanged(operator=actor.id)


def stop_listening(state: Intervention, actor: Actor) -> Bodies:
    """From now on nobody listens, and everyone sees it (W2). No microphone stays live behind one's back."""
    if state.line.listener != actor.id:
        raise Refused("not_listening", number=state.number)
    return *_switched_off(state), e.LineListenerChanged(operator=None)


def leave_for_another(lines: Iterable[Intervention], actor: Actor) -> tuple[tuple[UUID, Bodies], ...]:
    """Nobody listens to two lines: on those that ``actor`` listened to so far, nobody does from now on (W2)."""
    return tuple((one.id, stop_listening(one, actor)) for one in lines if one.line.listener == actor.id)


def hung_up(state: Intervention, because: e.LeftBecause) -> Bodies:
    """Who listened is gone, or may no longer act: nobody listens from now on, and no microphone is live (W17, W2)."""
    return *_switched_off(state), e.LineListenerChanged(operator=None, because=because)


def with_the_lead(state: Intervention) -> Bodies:
    """The line goes with the lead (W8): who listened in the room before does so no longer."""
    return (
        () if state.line.listener is None else (*_switched_off(state), e.LineListenerChanged(operator=None))
    )


def mute(state: Intervention) -> Bodies:
    """Anyone of the room may switch our microphone off."""
    still_open(state)
    if state.line.muted:
        raise Refused("already_muted", number=state.number)
    return (e.LineMuted(),)


def unmute(state: Intervention, do: c.Unmute, actor: Actor, now: datetime) -> Bodies:
    """Only who listens speaks, and only if the file allows it (W3): a voice from her phone can betray her."""
    _with_line(state)
    if state.state is State.RAISED:
        raise Refused("not_acknowledged", number=state.number)
    if state.line.listener != actor.id:
        raise Refused("not_listening", number=state.number)
    if not state.line.muted:
        raise Refused("already_live", number=state.number)
    return *_permission(state, Channel.SPEAK, do.override, now), e.LineUnmuted()


def chat(state: Intervention, do: c.Chat, actor: Actor, now: datetime) -> Bodies:
    """Write to her app, if the file allows it (W3)."""
    _with_phone(state, actor)
    if not do.words.strip():
        raise Refused("text_empty")
    return *_permission(state, Channel.CHAT, do.override, now), e.ChatSent(words=do.words)


def ring(state: Intervention, do: c.Ring, actor: Actor, now: datetime) -> Bodies:
    """Make her phone ring, if the file allows it (W3)."""
    _with_phone(state, actor)
    return *_permission(state, Channel.RING, do.override, now), e.PhoneRung()


def call(state: Intervention, do: c.Call, actor: Actor, now: datetime) -> Bodies:
    """Call her, if the file allows it (W3)."""
    _with_phone(state, actor)
    return *_permission(state, Channel.CALL, do.override, now), e.PhoneCalled()


def push(state: Intervention, do: c.Push, actor: Actor, now: datetime) -> Bodies:
    """Put a message on her screen, if the file allows it (W3): who looks over her shoulder reads it."""
    _with_phone(state, actor)
    if not do.words.strip():
        raise Refused("text_empty")
    return *_permission(state, Channel.PUSH, do.override, now), e.PushSent(words=do.words)


def heard(state: Intervention, do: c.HeardOnLine) -> Bodies:
    """What is heard is logged, as a code with free text (W2). The duress word is an escalation (W4).

    What was heard just before the line was lost is still logged; but the all-clear word is proof only on an open
    line (W13).
    """
    still_open(state)
    if state.line.state is not LineState.LOST or do.code is e.Heard.ALL_CLEAR_WORD:
        _with_line(state)
    logged = e.LineHeard(code=do.code, words=do.words)
    if do.code is e.Heard.DURESS_WORD and do.code not in state.line.heard:
        return logged, e.EscalationRaised(code=DURESS)
    return (logged,)


def permitted(state: Intervention, channel: Channel, now: datetime) -> ChannelAnswer:
    """Whether the case file allows a channel to her today, and why. No file, or a sealed one, allows nothing."""
    channels = state.extract.victim.channels if state.extract else ()
    return channel_answer(channels, channel, day_in_belgium(now))


def after_close(state: Intervention) -> Bodies:
    """The line ends with the intervention; a word that was used must be changed, and the log says so (W4)."""
    ended: Bodies = (e.LineEnded(),) if state.line.state in {LineState.OPEN, LineState.LOST} else ()
    used: Bodies = (e.NoteAdded(code=e.NoteCode.WORDS_USED),) if state.line.words_used else ()
    return *ended, *used


def _permission(state: Intervention, channel: Channel, override: str | None, now: datetime) -> Bodies:
    """Nothing if the file allows the channel; with a typed reason the override, which everyone sees (W3)."""
    answer = permitted(state, channel, now)
    if answer.allowed:
        return ()
    reason = (override or "").strip()
    if not reason:
        raise Refused("channel_refused", channel=channel, why=answer.reason)
    return (e.ContactRuleOverridden(channel=channel, reason=reason),)


def _switched_off(state: Intervention) -> Bodies:
    return () if state.line.muted else (e.LineMuted(),)


def _with_line(state: Intervention) -> None:
    still_open(state)
    if state.line.state is not LineState.OPEN:
        raise Refused("no_line", number=state.number)


def _with_phone(state: Intervention, actor: Actor) -> None:
    in_hand(state, actor)
    if state.button is None:
        raise Refused("no_phone", number=state.number)
