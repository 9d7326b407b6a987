"""Line and channels over a real backend: one transaction for two lines, frames to the phone (W2, W3)."""

from __future__ import annotations

from uuid import UUID

from console.domain import commands as c
from console.domain import events as e
from console.domain.casefile import Channel
from console.wire import field_frames as ff
from tests.backend import LEUVEN, ConsoleClient, Device, RunningBackend
from tests.programs import msa, msa_stub

WHY = "zij vroeg het op de lijn"


async def _open_line(console: ConsoleClient, phone: Device, intervention: UUID) -> None:
    await phone.send(ff.LineFrame(change=c.LineChange.OPENED))
    await console.event("line.opened", lambda event: event.intervention == intervention)


async def test_listening_to_another_line_leaves_the_earlier_one_to_nobody(
    shared_backend: RunningBackend,
) -> None:
    first, second = shared_backend.spare_button(), shared_backend.spare_button()
    async with (
        shared_backend.console("4711") as console,
        shared_backend.device(first) as one,
        shared_backend.device(second) as two,
    ):
        left = (await console.raised(await one.press(*LEUVEN))).state
        taken = (await console.raised(await two.press(*LEUVEN))).state
        for phone, state in ((one, left), (two, taken)):
            await _open_line(console, phone, state.id)
        await console.do(left.id, c.Listen())
        await console.do(left.id, c.Acknowledge())
        await console.do(left.id, c.Unmute(override=WHY))
        assert console.room.seen[left.id].state.line.live
        before = len(console.events)
        done = await console.do(taken.id, c.Listen())
        assert done.refusal is None
        at = [
            (item.event.intervention, item.event.type)
            for item in console.events[before:]
            if item.event.intervention in {left.id, taken.id}
        ]
        assert at == [
            (left.id, "line.muted"),
            (left.id, "line.listener_changed"),
            (taken.id, "line.listener_changed"),
        ]
        now = console.room.seen[left.id].state.line
        assert (now.listener, now.live, now.unheard_since is not None) == (None, False, True)
        assert console.room.seen[taken.id].state.line.listener == "4711"


async def test_chat_and_ring_reach_the_phone_only_by_an_override_or_the_file(
    shared_backend: RunningBackend,
) -> None:
    button = shared_backend.spare_button()
    async with (
        shared_backend.console("4711") as console,
        shared_backend.console("4712") as colleague,
        shared_backend.device(button) as phone,
    ):
        state = (await console.raised(await phone.press(*LEUVEN))).state
        await console.do(state.id, c.Acknowledge())
        for do in (c.Chat(words="Waar bent u?"), c.Ring(), c.Call(), c.Push(words="Politie komt.")):
            refused = (await console.do(state.id, do)).refusal
            assert refused is not None
            assert (refused.code, refused.facts["why"]) == ("channel_refused", "missing")
        assert not any(item.event.type in {"chat.sent", "phone.rung"} for item in console.events)
        done = await console.do(state.id, c.Chat(words="Politie komt.", override=WHY), seen_decision=1)
        assert done.refusal is None
        assert (await phone.receive(ff.ChatFrame)).words == "Politie komt."
        assert (await console.do(state.id, c.Ring(override=WHY))).refusal is None
        await phone.receive(ff.Ring)
        assert msa(shared_backend, "act", state.number, "call", WHY).code == 0
        await phone.receive(ff.Call)
        assert (
            msa(shared_backend, "act", state.number, "push", "Politie", "komt.", "--override", WHY).code == 0
        )
        assert (await phone.receive(ff.Push)).words == "Politie komt."
        seen = await colleague.event("contact_rule.overridden", lambda event: event.intervention == state.id)
        assert seen.body == e.ContactRuleOverridden(channel=Channel.CHAT, reason=WHY)
        assert colleague.room.seen[state.id].state.overridden[:1] == (Channel.CHAT,)


async def test_a_phone_that_is_not_there_is_said_and_hears_nothing_later(
    shared_backend: RunningBackend,
) -> None:
    button = shared_backend.spare_button()
    async with shared_backend.console("4711") as console:
        async with shared_backend.device(button) as phone:
            state = (await console.raised(await phone.press(*LEUVEN))).state
        await console.do(state.id, c.Acknowledge())
        await console.do(state.id, c.Ring(override=WHY))
        note = await console.event("note.added", lambda event: event.intervention == state.id)
        assert note.body == e.NoteAdded(code=e.NoteCode.PHONE_NOT_REACHED)
        async with shared_backend.device(button) as phone:
            await console.do(state.id, c.Chat(words="Bent u daar?", override=WHY))
            first = ff.to_device.validate_json(await phone.ws.recv())
            assert first == ff.ChatFrame(words="Bent u daar?"), "no ring from before"


async def test_a_duress_word_escalates_and_at_the_close_the_words_are_due_for_a_change(
    shared_backend: RunningBackend,
) -> None:
    button = shared_backend.spare_button()
    async with shared_backend.console("4711") as console, shared_backend.device(button) as phone:
        state = (await console.raised(await phone.press(*LEUVEN))).state
        await _open_line(console, phone, state.id)
        await console.do(state.id, c.Acknowledge())
        await console.do(state.id, c.HeardOnLine(code=e.Heard.DURESS_WORD))
        await console.do(state.id, c.Close(outcome=e.Outcome.ARREST, words="Aangehouden."))
        kinds = [event.type for event in console.room.seen[state.id].timeline]
        assert kinds[-5:] == [
            "line.heard",
            "escalation.raised",
            "intervention.closed",
            "line.ended",
            "note.added",
        ]


async def test_by_commands_a_refused_channel_says_why_and_takes_a_reason(
    shared_backend: RunningBackend,
) -> None:
    button = shared_backend.spare_button()
    async with shared_backend.console("4711") as console, shared_backend.device(button) as phone:
        number = (await console.raised(await phone.press(*LEUVEN))).state.number
        assert msa(shared_backend, "act", number, "acknowledge").code == 0
        refused = msa(shared_backend, "act", number, "chat", "Waar", "bent", "u?")
        assert refused.code == 1
        assert "channel_refused" in refused.err
        assert "nothing recorded" in refused.err
        assert msa(shared_backend, "act", number, "chat", "Waar", "bent", "u?", "--override", WHY).code == 0
        assert (await phone.receive(ff.ChatFrame)).words == "Waar bent u?"
        assert msa(shared_backend, "act", number, "ring", *WHY.split()).code == 0
        await phone.receive(ff.Ring)
    exported = msa_stub("ledger", "export", "--database", shared_backend.database, "--intervention", number)
    types = [line["event"]["body"]["type"] for line in exported.lines]
    assert types[-4:] == ["contact_rule.overridden", "chat.sent", "contact_rule.overridden", "phone.rung"]
