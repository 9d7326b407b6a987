"""W19 over real sockets: to staff whom a case file excludes it does not exist, in no byte that their console gets."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from console.domain import commands as c
from console.domain import events as e
from console.domain.intervention import Intervention
from console.wire import console_frames as f
from tests.backend import LEUVEN, ConsoleClient, RunningBackend
from tests.programs import msa, msa_stub

HIDDEN, OTHER = "VBR-B-0044", "VBR-B-0043"
"""Two victims of one man. The file of the first excludes 4712, that of the second nobody."""

AARSCHOT = (4.8323, 50.9848)
"""Lon, lat: another zone than Leuven, so that its name is a canary."""

CANARY = "KANARIE-19"

ALONE = "[default]\nempty = 1\n"


def exclude(backend: RunningBackend, button: str, *operators: str) -> None:
    """Write into a case file whom it excludes."""
    words = ("--patch", json.dumps({"excluded": operators}), "--database", backend.database)
    said = msa_stub("casefile", "change", button, *words)
    assert said.code == 0, said.err


@pytest.fixture
def discreet(idle_backend: RunningBackend) -> RunningBackend:
    """A backend whose file of `HIDDEN` excludes 4712."""
    exclude(idle_backend, HIDDEN, "4712")
    idle_backend.start()
    return idle_backend


async def told(console: ConsoleClient, backend: RunningBackend) -> tuple[Intervention, Intervention]:
    """The whole story of both alarms, seen by a colleague; returns them, the hidden one first."""
    async with (
        backend.patrol("5388/L-12") as patrol,
        backend.device(HIDDEN) as phone,
        backend.device(OTHER) as other_phone,
    ):
        await patrol.be_at(*LEUVEN)
        other = (await console.raised(await other_phone.press(*LEUVEN))).state
        hidden = (await console.raised(await phone.press(*AARSCHOT))).state
        assert hidden.zone != other.zone
        await console.event("note.added", lambda event: event.intervention == other.id)
        for do in (
            c.Acknowledge(),
            c.Note(words=f"{CANARY} she hides in the cellar"),
            c.Dispatch(patrols=("5388/L-12",)),
            c.Chat(words=f"{CANARY} we are coming", override="she asked for it"),
        ):
            done = await console.do(hidden.id, do)
            assert done.refusal is None, done.refusal
        await phone.fix(AARSCHOT[0] + 0.001, AARSCHOT[1])
        await console.event("fix.reported", lambda event: event.intervention == hidden.id)
        await console.frame(f.Patrols, lambda frame: any(one.busy_with for one in frame.patrols))
        await patrol.step(c.PatrolStep.ON_SCENE)
        await console.event("patrol.on_scene")
        seen = console.room.seen
        return seen[hidden.id].state, seen[other.id].state


async def everything_asked(console: ConsoleClient, hidden: Intervention, other: Intervention) -> list[str]:
    """Ask whatever could show something of it; the codes of the refusals."""
    codes = []
    asks: list[f.AskTimeline | f.AskCasefile | f.AskVictims] = []
    for name in (str(hidden.id), hidden.number):
        asks += [
            f.AskTimeline(intervention=name),
            f.AskCasefile(intervention=name),
            f.AskVictims(intervention=name),
        ]
    for ask in asks:
        (answer,) = await console.ask(ask)
        codes.append(answer.refusal.code if answer.refusal else "")
    for do in (c.Acknowledge(), c.TakeOver(), c.Note(words="what is it?"), c.Listen(), c.Ring()):
        result = await console.do(hidden.id, do)
        codes.append(result.refusal.code if result.refusal else "")
    for text in ("", hidden.number, HIDDEN, CANARY):
        await console.ask(f.AskHistory(day=other.raised_at.date(), text=text))
    await console.ask(f.AskTimeline(intervention=other.number))
    assert (await console.do(other.id, c.Acknowledge())).refusal is None
    assert (await console.do(other.id, c.Dispatch(patrols=("5388/L-12",)))).refusal is not None
    await console.ask(f.AskVictims(intervention=other.number))
    await console.ask(f.AskCasefile(intervention=other.number))
    return codes


def about(raw: list[str], *asked: str) -> str:
    """What a console got, but for the patrols' own zones and the names it typed itself."""
    frames = []
    for text in raw:
        frame = json.loads(text)
        if frame["type"] == "patrols":
            assert not any(one["busy_with"] or one["intervention"] for one in frame["patrols"]), text
        if frame["type"] in {"answer", "result"} and (refusal := frame.get("refusal")):
            refusal["facts"] = {name: said for name, said in refusal["facts"].items() if said not in asked}
        if frame["type"] not in {"patrols", "welcome"}:
            frames.append(json.dumps(frame, ensure_ascii=False))
    return "\n".join(frames)


async def test_w19_no_byte_of_an_intervention_reaches_whom_its_case_file_excludes(
    discreet: RunningBackend,
) -> None:
    async with discreet.console("4711") as colleague, discreet.console("4712") as excluded:
        hidden, other = await told(colleague, discreet)
        codes = await everything_asked(excluded, hidden, other)
        assert set(codes) == {"unknown_intervention"}
        named = await excluded.do(None, c.OpenByHand(victim=HIDDEN, reason="her neighbour called"))
        stranger = await excluded.do(None, c.OpenByHand(victim="VBR-B-0998", reason="her neighbour called"))
        assert named.refusal
        assert stranger.refusal
        assert named.refusal.code == stranger.refusal.code == "unknown_victim"
        test = c.AnnounceTest(button=HIDDEN, minutes=5, officer="Insp. V. Model")
        refused = await excluded.do(None, test)
        assert refused.refusal
        assert refused.refusal.code == "unknown_button"
        closed = c.Close(outcome=e.Outcome.PERPETRATOR_GONE, words=CANARY)
        assert (await colleague.do(hidden.id, closed)).refusal is None
        await colleague.event("intervention.closed")
        await excluded.until(colleague.room.position)
        beat = await excluded.frame(f.Heartbeat)
        assert beat.head == excluded.room.position  # R3: no gap, so that nothing is missed
        assert hidden.id in colleague.room.seen
        assert set(excluded.room.seen) == {other.id}
        cursor = excluded.cursor.model_copy(update={"position": 0})
    async with (
        discreet.console("4712", cursor=cursor) as behind,
        discreet.console("4712") as anew,
    ):
        await behind.until(excluded.room.position)
        assert set(behind.room.seen) == set(anew.room.seen) == {other.id}
    tail = msa(discreet, "tail", "--after", "0", "--until-idle", "1", operator="4712")
    plain = msa(discreet, "tail", "--after", "0", "--until-idle", "1", "--plain", operator="4712")
    listed = msa(discreet, "list", "--json", operator="4712")
    acted = msa(discreet, "act", hidden.number, "acknowledge", operator="4712")
    assert (acted.code, acted.json["refusal"]["code"]) == (1, "unknown_intervention")
    assert hidden.extract is not None
    secrets = [HIDDEN, hidden.number, str(hidden.id), CANARY, hidden.extract.victim.name]
    secrets += [
        "VBR-C-0044",
        hidden.extract.number,
        f'"{hidden.zone}"',
        str(AARSCHOT[0]),
        '"4711"',
        "hidden_from",
    ]
    seen = [about(one.raw, HIDDEN, hidden.number, str(hidden.id)) for one in (excluded, behind, anew)]
    seen += [tail.out, plain.out, listed.out]
    for text in seen:
        for secret in secrets:
            assert secret not in text, (secret, text[max(0, text.find(secret) - 300) :][:600])
    assert all(other.number in text for text in (*seen[:3], tail.out, plain.out, listed.out))
    whole = "\n".join(colleague.raw)
    assert all(secret in whole for secret in secrets[:8])
    assert "hidden_from" not in whole  # S6: whom a file excludes is told to nobody


async def test_w19_if_the_excluded_operator_is_alone_on_duty_the_next_room_gets_the_press_at_once(
    idle_backend: RunningBackend,
) -> None:
    exclude(idle_backend, HIDDEN, "4712")
    path = idle_backend.directory / "chain.toml"
    path.write_text(ALONE)
    idle_backend.start("--chain", str(path))
    async with idle_backend.console("4712") as excluded, idle_backend.console("3711") as next_door:
        await asyncio.sleep(1.2)
        async with idle_backend.device(HIDDEN) as phone:
            await phone.press(*LEUVEN)
            while not next_door.room.seen:
                await next_door.frame(f.Heartbeat)
        (seen,) = next_door.room.seen.values()
        steps = [(one.code, one.to) for one in seen.state.escalations]
        assert steps == [("nobody_may_know", "supervisor"), ("nobody_may_know", "ANT")]
        assert (await next_door.do(seen.state.id, c.Acknowledge())).refusal is None
        await next_door.event("room.lead_accepted")
        await excluded.frame(f.Heartbeat, lambda beat: beat.head == excluded.room.position)
        assert not excluded.room.seen


async def test_w19_a_supervisor_who_may_know_gets_it_at_once_and_no_other_room_does(
    idle_backend: RunningBackend,
) -> None:
    exclude(idle_backend, HIDDEN, "4712")
    path = idle_backend.directory / "chain.toml"
    path.write_text(ALONE)
    idle_backend.start("--chain", str(path))
    async with idle_backend.console("4712"), idle_backend.console("4700") as supervisor:
        async with idle_backend.device(HIDDEN) as phone:
            state = (await supervisor.raised(await phone.press(*LEUVEN))).state
        raised = await supervisor.event("escalation.raised")
        assert isinstance(raised.body, e.EscalationRaised)
        assert (raised.body.code, raised.body.to) == ("nobody_may_know", "supervisor")
        assert (await supervisor.do(state.id, c.Acknowledge())).refusal is None
        await supervisor.event("intervention.acknowledged")
        assert [one.to for one in supervisor.room.seen[state.id].state.escalations] == ["supervisor"]


async def test_w19_whom_the_file_excludes_while_it_is_open_loses_sight_of_it_and_of_what_was_held(
    discreet: RunningBackend, tmp_path: Path
) -> None:
    async with (
        discreet.console("4711") as leaving,
        discreet.console("4700") as supervisor,
        discreet.device("VBR-B-0041") as phone,
    ):
        state = (await leaving.raised(await phone.press(*LEUVEN))).state
        assert (await leaving.do(state.id, c.Acknowledge())).refusal is None
        exclude(discreet, "VBR-B-0041", "4711")
        gone = await leaving.frame(f.InterventionWithdrawn)
        assert gone.intervention == state.id
        taken = await supervisor.event("intervention.taken_over")
        assert isinstance(taken.body, e.TakenOver)
        assert (taken.body.to_operator, taken.body.because) == ("4700", e.LeftBecause.EXCLUDED)
        result = await leaving.do(state.id, c.Note(words="I was here"))
        assert result.refusal is not None
        assert result.refusal.code == "unknown_intervention"


def test_w19_the_demo_has_a_file_that_excludes_one_of_the_staff(filled_directory: Path) -> None:
    from backend_stub.registry.demo import DEMO_EXCLUDES

    database = f"sqlite:///{filled_directory / 'backend.db'}"
    shown = msa_stub("casefile", "show", DEMO_EXCLUDES, "--database", database)
    assert json.loads(shown.out)["excluded"] == ["4712"]
