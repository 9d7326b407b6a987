"""W18 over real sockets: no name, address, word or plate is among the bytes that a wall view gets."""

from __future__ import annotations

from dataclasses import replace

from console.domain import commands as c
from console.domain import events as e
from console.domain.casefile import CaseFile
from console.domain.intervention import State
from console.domain.wall import shown
from console.tui.wall.view import WallRows
from console.wire import console_frames as f
from console.wire import field_frames as ff
from tests.backend import LEUVEN, ConsoleClient, RunningBackend
from tests.programs import msa, msa_stub
from tests.still_link import picture_of
from tests.wall import WALL, open_wall

BUTTON = "VBR-B-0041"
CANARY = "KANARIE-18"
EXCLUDES = "VBR-B-0003"
"""The demo's file that excludes one of the staff."""


def identities(file: CaseFile) -> list[str]:
    """Everything in a case file by which somebody is known."""
    she, he = file.victim, file.perpetrator
    found = [file.id, file.number, she.name, she.phone, he.name, he.id, he.looks, file.officer]
    found += [one.text for one in (*she.addresses, *he.addresses)]
    found += [one.plate for one in he.vehicles if one.plate]
    found += [one.words for one in he.dangers]
    found += [one.authority for one in he.orders]
    found += [word for word in (she.all_clear_word, she.duress_word, she.medical) if word]
    return found


async def test_w18_a_wall_gets_how_each_intervention_stands_and_nobodys_data(
    shared_backend: RunningBackend,
) -> None:
    shown_file = msa_stub("casefile", "show", BUTTON, "--database", shared_backend.database)
    file = CaseFile.model_validate_json(shown_file.out)
    async with (
        shared_backend.console("4711") as console,
        shared_backend.console("4780") as wall,
        shared_backend.patrol("5388/L-12") as patrol,
        shared_backend.device(BUTTON) as phone,
    ):
        await patrol.be_at(*LEUVEN)
        state = (await console.raised(await phone.press(*LEUVEN))).state
        await phone.send(ff.LineFrame(change=c.LineChange.OPENED))
        await console.event("line.opened", lambda event: event.intervention == state.id)
        for do in (
            c.Acknowledge(),
            c.Listen(),
            c.HeardOnLine(code=e.Heard.MAN, words=f"{CANARY} shouts"),
            c.Note(words=f"{CANARY} behind the church"),
            c.Chat(words=f"{CANARY} we come", override=f"{CANARY} she asked"),
            c.Dispatch(patrols=("5388/L-12",)),
        ):
            done = await console.do(state.id, do)
            assert done.refusal is None, done.refusal
        await patrol.step(c.PatrolStep.ON_SCENE)
        await console.event("patrol.on_scene")
        await wall.until(console.room.position)
        seen = wall.room.seen[state.id]
        body = shown(seen)
        assert body is not None
        assert (body.number, body.zone, body.state) == (state.number, state.zone, State.ON_SCENE)
        assert (body.danger, body.dangers[0], body.listened) == ("known", "firearm", True)
        assert [(one.patrol, one.state) for one in body.sent] == [("5388/L-12", "on_scene")]
        asked: tuple[c.AnyCommand, ...] = (c.Note(words="x"), c.OpenByHand(victim=BUTTON, reason="asks"))
        for one in asked:
            refused = await wall.do(state.id, one)
            assert refused.refusal is not None
            assert refused.refusal.code == "wrong_role"
        for ask in (
            f.AskTimeline(intervention=state.number),
            f.AskCasefile(intervention=state.number),
            f.AskVictims(intervention=state.number),
            f.AskHistory(day=state.raised_at.date()),
        ):
            (answer,) = await wall.ask(ask)
            assert answer.refusal is not None
            assert answer.refusal.code == "wrong_role"
        cursor = wall.cursor.model_copy(update={"position": 0})
    async with (
        shared_backend.console("4780", cursor=cursor) as behind,
        shared_backend.console("4780") as anew,
    ):
        await behind.until(wall.room.position)
        assert shown(behind.room.seen[state.id]) == shown(anew.room.seen[state.id]) == body
    texts = ["\n".join(one.raw) for one in (wall, behind, anew)]
    texts.append(msa(shared_backend, "tail", "--after", "0", "--until-idle", "1", operator="4780").out)
    texts.append(msa(shared_backend, "list", "--json", operator="4780").out)
    secrets = [*identities(file), CANARY, BUTTON, "4711", *map(str, LEUVEN), '"lon"', "press_id", '"words"']
    for text in texts:
        assert state.number in text
        for secret in secrets:
            assert secret not in text, secret
    whole = "\n".join(console.raw)
    assert all(secret in whole for secret in (file.victim.name, CANARY, BUTTON, '"lon"'))
    await _nothing_on_screen(wall, secrets)


async def _nothing_on_screen(wall: ConsoleClient, secrets: list[str]) -> None:
    """The same on the screen itself, at both ends of its sizes."""
    picture = replace(picture_of(wall.room, wall.welcome.now), operator=WALL)
    for size in ((80, 24), (200, 60)):
        async with open_wall(picture, size) as (app, _):
            rows = app.wall.query_one(WallRows).painted.plain
            assert "FIREARM" in rows
            assert "L-12 on scene" in rows
            assert not [secret for secret in secrets if secret in rows]


async def test_w19_what_a_case_file_keeps_from_anybody_is_not_on_the_wall(
    shared_backend: RunningBackend,
) -> None:
    async with (
        shared_backend.console("4711") as console,
        shared_backend.console("4780") as wall,
        shared_backend.device(EXCLUDES) as phone,
    ):
        state = (await console.raised(await phone.press(*LEUVEN))).state
        await wall.until(console.room.position)
        await wall.frame(f.Heartbeat)
        assert state.id not in wall.room.seen
        assert state.number not in "\n".join(wall.raw)


async def test_w18_a_wall_account_alone_leaves_a_room_empty_and_no_other_account_opens_a_wall(
    shared_backend: RunningBackend,
) -> None:
    async with shared_backend.console("4711") as console:
        picture = replace(picture_of(console.room, console.welcome.now), operator=console.welcome.operator)
    async with open_wall(picture, (80, 24)) as (app, _):
        assert app.stopped is not None
        assert app.stopped.code == 5
