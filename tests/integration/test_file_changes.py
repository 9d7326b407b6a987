"""A case file is changed beside a running backend: who works on it is told within a second or two (W3, W4, W10)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from console.domain import commands as c
from console.domain import events as e
from console.domain.casefile import Channel, FileChange
from console.domain.days import day_in_belgium
from console.wire import field_frames as ff
from tests.backend import LEUVEN, RunningBackend
from tests.programs import msa, msa_stub


def change(backend: RunningBackend, button: str, *options: str) -> str:
    done = msa_stub("casefile", "change", button, "--database", backend.database, *options)
    assert done.code == 0, done.err
    return done.out


async def test_w10_a_new_danger_reaches_the_console_and_the_patrol_under_way(
    shared_backend: RunningBackend,
) -> None:
    button = "VBR-B-0042"
    async with shared_backend.console("4711") as console, shared_backend.device(button) as phone:
        state = (await console.raised(await phone.press(*LEUVEN))).state
        await console.do(state.id, c.Acknowledge())
        patrol = await console.free_patrol(state.zone or "")
        async with shared_backend.patrol(patrol) as crew:
            await console.do(state.id, c.Dispatch(patrols=(patrol,)))
            await crew.receive(ff.Task)
            await crew.send(ff.PatrolReadFrame())
            await console.event("patrol.read_danger", lambda event: event.intervention == state.id)
            change(
                shared_backend, button, "--danger", "explosives=bag on the back seat", "--channel", "chat=yes"
            )
            told = await console.event("casefile.changed", lambda event: event.intervention == state.id)
            assert isinstance(told.body, e.CasefileChanged)
            assert told.body.new_danger
            assert {FileChange.DANGER, FileChange.CHANNELS} <= set(told.body.changes)
            update = await crew.receive(ff.Update)
            assert update.kind is ff.UpdateKind.DANGER
            assert update.perpetrator is not None
            assert "bag on the back seat" in {one.words for one in update.perpetrator.dangers}
            now = console.room.seen[state.id].state
            assert now.sent[0].read_danger_at is None
            assert (await console.do(state.id, c.Chat(words="Waar bent u?"))).refusal is None
            assert Channel.CHAT not in console.room.seen[state.id].state.overridden


async def test_w4_a_word_that_was_heard_is_due_in_the_file_and_on_the_next_alarm_until_both_are_changed(
    shared_backend: RunningBackend,
) -> None:
    button = "VBR-B-0041"
    async with shared_backend.console("4711") as console, shared_backend.device(button) as phone:
        state = (await console.raised(await phone.press(*LEUVEN))).state
        await phone.send(ff.LineFrame(change=c.LineChange.OPENED))
        await console.event("line.opened", lambda event: event.intervention == state.id)
        await console.do(state.id, c.Acknowledge())
        await console.do(state.id, c.HeardOnLine(code=e.Heard.ALL_CLEAR_WORD))
        closed = c.Close(
            outcome=e.Outcome.ACCIDENTAL, verified_by=e.VerifiedBy.ALL_CLEAR_WORD, words="sat on it"
        )
        assert (await console.do(state.id, closed)).refusal is None
        due = msa_stub("casefile", "due", "--database", shared_backend.database)
        assert state.extract is not None
        assert state.extract.number in due.out
        again = (await console.raised(await phone.press(*LEUVEN))).state
        assert again.extract is not None
        if again.extract.victim.words_used_on is None:  # pressed before the backend looked at the files again
            await console.event("casefile.changed", lambda event: event.intervention == again.id)
        again = console.room.seen[again.id].state
        assert again.extract is not None
        assert again.extract.victim.words_used_on is not None
        change(shared_backend, button, "--words", "haven,kaars")
        await console.event(
            "casefile.changed",
            lambda event: (
                event.intervention == again.id and FileChange.WORDS in getattr(event.body, "changes", ())
            ),
        )
    shown = msa_stub("casefile", "show", button, "--database", shared_backend.database)
    assert json.loads(shown.out)["victim"]["words_used_on"] is None


async def test_what_was_changed_while_the_backend_was_down_is_told_when_it_is_up(
    backend: RunningBackend, tmp_path: Path
) -> None:
    async with backend.console("4711") as console, backend.device("VBR-B-0041") as phone:
        state = (await console.raised(await phone.press(*LEUVEN))).state
    backend.stop()
    said = change(backend, "VBR-B-0043", "--danger", "explosives=said so on the phone")
    assert "the same man" in said
    change(backend, "VBR-B-0041", "--danger", "dog=a mastiff in the hall")
    sirens = tmp_path / "sirens.toml"
    sirens.write_text("[rooms]\nVBR = 650\n")
    backend.start("--sirens", str(sirens))
    async with backend.console("4711") as console:
        seen = console.room.seen.get(state.id)
        if seen is None or seen.state.file_changed_at is None:
            await console.event("casefile.changed", lambda event: event.intervention == state.id)
        after = console.room.seen[state.id].state
        assert FileChange.DANGER in after.file_changes
        assert after.extract is not None
        assert after.extract.victim.siren_off_m == 650


def test_a_file_that_is_not_there_and_an_edit_that_does_not_fit_say_so(idle_backend: RunningBackend) -> None:
    for words, says in (
        (("show", "VBR-B-9999"), "There is no case file"),
        (("change", "VBR-B-0041"), "Nothing would change"),
        (("change", "VBR-B-0041", "--channel", "smoke=yes"), "none of: ring"),
    ):
        refused = msa_stub("casefile", *words, "--database", idle_backend.database)
        assert refused.code == 2
        assert says in refused.err


async def test_w15_a_planned_test_that_is_closed_as_one_is_the_last_test_of_the_file(
    shared_backend: RunningBackend,
) -> None:
    button, place = "VBR-B-0043", f"{LEUVEN[1]},{LEUVEN[0]},Grote_Markt"
    said = msa(shared_backend, "act", "-", "announce-test", button, "15", place, "Insp.", "V.", "Model")
    assert said.code == 0, said.err
    async with shared_backend.console("4711") as console, shared_backend.device(button) as phone:
        state = (await console.raised(await phone.press(*LEUVEN))).state
        closed = c.Close(
            outcome=e.Outcome.TEST_PRESS, verified_by=e.VerifiedBy.CONTACT_OFFICER, words="as announced"
        )
        for do in (c.Acknowledge(), c.ConfirmTest(officer="Insp. V. Model"), closed):
            assert (await console.do(state.id, do)).refusal is None
    shown = msa_stub("casefile", "show", button, "--database", shared_backend.database)
    assert json.loads(shown.out)["last_test"] == day_in_belgium(datetime.now(UTC)).isoformat()
