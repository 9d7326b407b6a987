"""From press to close at a real terminal, against a real backend process with a real database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from console.domain import commands as c
from tests.backend import LEUVEN, PASSWORD, PatrolClient, RunningBackend
from tests.end_to_end.terminal import Terminal
from tests.programs import msa_stub

FIRST = "VBR-B-0041"
NUMBER = "VBR-2026-0001"


@contextmanager
def console(
    backend: RunningBackend, operator: str = "4711", columns: int = 160, rows: int = 48
) -> Iterator[Terminal]:
    words = ["-m", "console", "run", "--url", backend.url, "--operator", operator, "--language", "en"]
    with Terminal(words, {"MSA_PASSWORD": PASSWORD}, columns, rows) as terminal:
        terminal.until("QUEUE", within=30)
        yield terminal


def events_of(backend: RunningBackend, number: str) -> list[dict[str, Any]]:
    """The ledger's events of an intervention, with who caused them."""
    exported = msa_stub("ledger", "export", "--database", backend.database, "--intervention", number)
    assert exported.code == 0
    return [json.loads(line)["event"] for line in exported.out.splitlines()]


def number_on(terminal: Terminal) -> str:
    text = terminal.until("STALKING ALARM", within=20)
    at = text.index("VBR-20")
    return text[at : at + len(NUMBER)]


async def drive(patrol: PatrolClient, *steps: c.PatrolStep) -> None:
    for step in steps:
        await patrol.step(step)


async def test_an_operator_takes_an_alarm_from_press_to_close(backend: RunningBackend) -> None:
    with console(backend) as terminal:
        async with (
            backend.device(FIRST) as phone,
            backend.patrol("5388/L-12") as near,
            backend.patrol("5388/L-13") as other,
        ):
            for patrol, lat in ((near, 50.88), (other, 50.89)):
                await patrol.be_at(LEUVEN[0], lat)
            await phone.press(*LEUVEN)
            number = number_on(terminal)
            terminal.until("5388 Leuven")
            terminal.until("FIREARM")
            assert "DEMO" in terminal.text()
            assert terminal.bells > 0
            terminal.send("a")
            terminal.until("acknowledged by 4711")
            terminal.until("2 L-13    1")  # both have said where they are, and are ranked
            terminal.send("d")
            terminal.until("[✓] 2 L-13")
            terminal.send("enter")
            terminal.until("L-13 sent")
            await drive(near, c.PatrolStep.ACCEPTED, c.PatrolStep.EN_ROUTE)
            terminal.until("L-12 en route")
            await drive(near, c.PatrolStep.ON_SCENE)
            terminal.until("L-12 on scene")
            terminal.send("n")
            terminal.until("Note")
            terminal.send("neighbour saw him leave", "enter")
            terminal.until("note of 4711: neighbour saw him leave")
            terminal.send("c")
            terminal.until("Outcome")
            terminal.send("space", "arrested at the door", "enter")
            terminal.until("CLOSED")
        terminal.send("q")
        assert terminal.ended() == 0
    story = [(event["body"]["type"], event["actor"]["id"]) for event in events_of(backend, number)]
    assert story == [
        ("alarm.raised", FIRST),
        ("zone.allocated", FIRST),
        ("intervention.acknowledged", "4711"),
        ("patrol.dispatched", "4711"),
        ("patrol.dispatched", "4711"),
        ("patrol.accepted", "5388/L-12"),
        ("patrol.en_route", "5388/L-12"),
        ("patrol.on_scene", "5388/L-12"),
        ("note.added", "4711"),
        ("intervention.closed", "4711"),
        ("patrol.released", "4711"),
        ("patrol.released", "4711"),
    ]


@pytest.mark.soak_only  # who was first: test_backend_consoles; that it is said: test_screen_actions
async def test_two_consoles_agree_and_the_second_is_told_who_was_first(backend: RunningBackend) -> None:
    with console(backend) as one, console(backend, "4712") as two:
        async with backend.device(FIRST) as phone:
            await phone.press(*LEUVEN)
        for terminal in (one, two):
            terminal.until("STALKING ALARM")
        one.send("a")
        two.until("acknowledged by 4711", within=3)
        two.send("a")
        two.until("4711 has already acknowledged")
        assert "acknowledged by 4712" not in one.text()


async def test_a_backend_killed_in_the_middle_is_resumed_with_everything_there(
    backend: RunningBackend,
) -> None:
    port = int(backend.url.rpartition(":")[2])
    with console(backend) as terminal:
        async with backend.device(FIRST) as phone:
            await phone.press(*LEUVEN)
        number = number_on(terminal)
        terminal.send("a")
        terminal.until("acknowledged by 4711")
        backend.kill()
        terminal.until("LOST", within=15)
        assert number in terminal.text()
        backend.start("--port", str(port))
        terminal.until_gone("LOST", within=20)
        async with backend.device("VBR-B-0042") as phone:
            await phone.press(*LEUVEN)
        terminal.until("1 new · 1 open", within=20)
        terminal.send("n")
        terminal.until("Note")
        terminal.send("after the cut", "enter")
        terminal.until("note of 4711: after the cut")


async def test_a_small_terminal_shows_the_first_second(backend: RunningBackend) -> None:
    with console(backend, columns=80, rows=24) as terminal:
        async with backend.device(FIRST) as phone:
            await phone.press(*LEUVEN)
        terminal.until("STALKING ALARM")
        shown = terminal.until("FIREARM")
        for words in ("5388 Leuven", "acknowledge", "LINE"):
            assert words in shown
        terminal.resize(160, 48)
        terminal.until("TIMELINE")
        terminal.until("approximate map")


def test_a_wrong_password_is_said_on_the_login_and_can_be_typed_again(backend: RunningBackend) -> None:
    words = ["-m", "console", "run", "--url", backend.url, "--operator", "4711", "--language", "en"]
    with Terminal(words, {"MSA_PASSWORD": "a wrong long password"}) as terminal:
        terminal.until("unknown operator or wrong password", within=30)
        terminal.send(PASSWORD, "enter")
        terminal.until("QUEUE")


def test_a_password_typed_in_one_go_with_the_operator_never_stands_in_clear_text(
    backend: RunningBackend,
) -> None:
    words = ["-m", "console", "run", "--url", backend.url, "--language", "en"]
    with Terminal(words) as terminal:
        terminal.until("operator", within=30)
        terminal.send("4711\r" + PASSWORD + "\r")
        terminal.until("QUEUE", within=30)
        assert PASSWORD.encode() not in terminal.came
