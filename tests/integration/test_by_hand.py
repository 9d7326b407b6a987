"""Opened by hand, and two victims of one man, over real processes (W5, W11)."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from uuid import UUID, uuid4

import pytest

from backend_stub.registry.demo import DEMO_SAME_MAN
from console.domain import commands as c
from console.domain import events as e
from console.domain.days import belgium
from console.domain.events import NoteAdded, NoteCode, OtherVictim
from console.domain.hints import HintKind, hints, unpressed
from console.domain.intervention import State
from console.domain.patrols import PatrolState
from console.wire import console_frames as f
from console.wire import field_frames as ff
from tests.backend import ANTWERP, LEUVEN, ConsoleClient, RunningBackend
from tests.programs import msa, msa_stub

REASON = "neighbour called: a man shouts"


async def open_for(console: ConsoleClient, victim: str) -> f.Result:
    return await console.command(
        c.Command(id=uuid4(), do=c.OpenByHand(victim=victim, reason=REASON), intervention=None)
    )


def same_man(intervention: UUID, event: e.Event) -> bool:
    noted = isinstance(event.body, NoteAdded) and event.body.code is NoteCode.SAME_MAN
    return noted and event.intervention == intervention


async def test_a_closed_one_is_not_reopened_while_another_is_open_for_the_same_victim(
    shared_backend: RunningBackend,
) -> None:
    async with (
        shared_backend.console("4711") as console,
        shared_backend.device(button := shared_backend.spare_button()) as phone,
    ):
        first = (await console.raised(await phone.press(*LEUVEN))).state
        await console.do(first.id, c.Acknowledge())
        closed = await console.do(first.id, c.Close(outcome=e.Outcome.ARREST, words="held"))
        assert closed.refusal is None
        assert (await console.do(first.id, c.Reopen(reason="he is back"))).refusal is None
        assert (await console.do(first.id, c.Close(outcome=e.Outcome.ARREST, words="held"))).refusal is None
        second = (await console.raised(await phone.press(*LEUVEN))).state
        assert second.button == first.button == button
        again = await console.do(first.id, c.Reopen(reason="he is back"))
        assert again.refusal is not None
        assert (again.refusal.code, again.refusal.facts["number"]) == ("already_open", second.number)


async def test_a_neighbour_calls_and_the_operator_opens_it_by_name_without_a_press(
    backend: RunningBackend,
) -> None:
    async with backend.console("4711") as console, backend.console("4712") as colleague:
        opened = await open_for(console, "e. exemple")
        assert opened.refusal is None
        assert opened.intervention is not None
        for one in (console, colleague):
            await one.event("intervention.acknowledged")
            seen = one.room.seen[opened.intervention].state
            assert (seen.number, seen.state, seen.handler) == (opened.number, State.ACKNOWLEDGED, "4711")
            assert (seen.zone, seen.fix, seen.presses) == ("5388", None, ())
            assert seen.extract is not None
            assert seen.extract.victim.name == "E. Exemple"
        again = await open_for(colleague, "VBR-B-0041")
        assert again.refusal is not None
        assert (again.refusal.code, again.refusal.facts["number"]) == ("already_open", opened.number)
        async with backend.device("VBR-B-0041") as phone:
            await phone.press(*LEUVEN)
        await console.event("alarm.repeated")
        joined = console.room.seen[opened.intervention].state
        assert [button for button, _ in joined.presses] == ["VBR-B-0041"]


async def test_by_phone_by_a_part_of_a_button_and_not_for_another_control_room(
    shared_backend: RunningBackend,
) -> None:
    async with shared_backend.console("4711") as console, shared_backend.console("3711") as antwerp:
        several = await open_for(console, "VBR-B-004")
        assert several.refusal is not None
        assert several.refusal.code == "ambiguous_victim"
        assert "VBR-B-0041" in several.refusal.facts["choices"]
        assert "Exemple" not in several.refusal.sentence
        elsewhere = await open_for(antwerp, "VBR-B-0042")
        nobody = await open_for(console, "Niemand Bekend")
        for refused in (elsewhere, nobody):
            assert refused.refusal is not None
            assert refused.refusal.code == "unknown_victim", (
                "who may not know of her is told what a stranger is"
            )
        numbers = [(await open_for(console, "VBR-B-0042")).number, (await open_for(console, "0")).number]
        assert numbers[0] is not None
        assert numbers[1] is None


def test_msa_act_opens_by_hand_and_enters_afterwards(backend: RunningBackend) -> None:
    opened = msa(backend, "act", "-", "open", "E.", "Exemple:", "her", "mother", "called")
    assert (opened.code, opened.json["done"]) == (0, True)
    number = opened.json["number"]
    wrong = msa(backend, "act", number, "open", "VBR-B-0042", "again")
    assert wrong.code == 2
    assert "-" in wrong.err
    time = datetime.now(UTC).astimezone(belgium()).strftime("%H:%M")
    entered = msa(backend, "act", number, "afterwards", time, "dispatched", "L-12", "by", "radio")
    assert (entered.code, entered.json["done"]) == (0, True)
    exported = msa_stub("ledger", "export", "--database", backend.database, "--intervention", number)
    last = exported.lines[-1]["event"]["body"]
    assert (last["type"], last["what"], last["words"]) == (
        "entered.afterwards",
        "dispatched",
        "L-12 by radio",
    )
    later = msa(backend, "act", number, "afterwards", "00:00", "dispatched", "L-12", "by", "radio")
    assert later.code == 1
    assert "before_it_began" in later.err or "too_long_ago" in later.err


@pytest.mark.parametrize("by_hand", [False, True], ids=["she presses", "she is checked by hand"])
async def test_a_second_victim_of_the_same_man_is_pointed_out_and_the_first_patrols_are_told(
    backend: RunningBackend, by_hand: bool
) -> None:
    first, second = DEMO_SAME_MAN
    async with backend.console() as console, backend.device(first) as phone, backend.device(second) as other:
        one = (await console.raised(await phone.press(*LEUVEN))).state
        assert one.extract is not None
        assert unpressed(one, console.room) == one.others
        assert [type(found) for found in one.others] == [OtherVictim]
        await console.do(one.id, c.Acknowledge())
        patrol = await console.free_patrol("5388")
        assert (await console.do(one.id, c.Dispatch(patrols=(patrol,)))).refusal is None
        shown = (await console.ask(f.AskVictims(intervention=one.number)))[0].victims
        assert [victim.button for victim in shown] == [second]
        assert shown[0].name
        assert shown[0].home
        async with backend.patrol(patrol) as crew:
            await crew.receive(ff.Task)
            if by_hand:
                assert (await open_for(console, second)).refusal is None
            else:
                await console.raised(await other.press(LEUVEN[0] + 0.1, LEUVEN[1]))
            told = await crew.receive(ff.Update)
            while told.kind is not ff.UpdateKind.SAME_MAN:
                told = await crew.receive(ff.Update)
        two = next(seen.state for seen in console.room.seen.values() if seen.state.id != one.id)
        later = next(
            unit.id
            for unit in console.room.patrols.values()
            if unit.zone == "5388" and unit.id != patrol and unit.state is PatrolState.FREE
        )
        async with backend.patrol(later) as crew:
            assert (await console.do(one.id, c.Dispatch(patrols=(later,)))).refusal is None
            readout = (await crew.receive(ff.Task)).readout or ""
            number = two.number.rpartition("-")[2].lstrip("0")
            assert f"ZELFDE MAN, ander alarm: {number} in zone {two.zone}" in readout
        assert told.intervention == one.id
        assert told.words.startswith(two.number)
        for mine in (one.id, two.id):
            await console.event("note.added", partial(same_man, mine))
        pointed = hints(console.room.seen[one.id], console.room)
        assert [(hint.kind, hint.number) for hint in pointed] == [(HintKind.SAME_MAN, two.number)]
        assert unpressed(console.room.seen[one.id].state, console.room) == ()


async def test_the_names_of_his_other_victims_are_only_for_who_handles_it(backend: RunningBackend) -> None:
    async with (
        backend.console("4711") as console,
        backend.console("4712") as colleague,
        backend.device(DEMO_SAME_MAN[0]) as phone,
    ):
        one = (await console.raised(await phone.press(*LEUVEN))).state
        await console.do(one.id, c.Acknowledge())
        for who, code in ((colleague, "not_yours"), (console, None)):
            answer = (await who.ask(f.AskVictims(intervention=str(one.id))))[0]
            assert (answer.refusal.code if answer.refusal else None) == code
            assert bool(answer.victims) is (code is None)
        shown = await console.event(
            "note.added", lambda event: getattr(event.body, "code", None) is NoteCode.OTHER_VICTIMS_SHOWN
        )
        assert shown.actor.id == "4711"


async def test_the_same_man_is_told_across_control_rooms_by_number_and_zone(backend: RunningBackend) -> None:
    first, second = DEMO_SAME_MAN
    async with (
        backend.console("4711") as leuven,
        backend.console("3711") as antwerp,
        backend.device(first) as phone,
        backend.device(second) as other,
    ):
        one = (await leuven.raised(await phone.press(*LEUVEN))).state
        two = (await antwerp.raised(await other.press(*ANTWERP))).state
        told = await leuven.event("note.added", partial(same_man, one.id))
        back = await antwerp.event("note.added", partial(same_man, two.id))
        assert two.number.startswith("ANT-")
        for event, number, zone in ((told, two.number, two.zone), (back, one.number, one.zone)):
            assert isinstance(event.body, NoteAdded)
            assert event.body.words == f"{number}, {zone}"
