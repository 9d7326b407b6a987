"""Terminals as they are: without colours and mouse, with the keys of kitty or xterm, and resized all the time."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.backend import LEUVEN, PASSWORD, RunningBackend
from tests.end_to_end.terminal import Terminal

F1 = {"xterm": "\x1bOP", "rxvt": "\x1b[11~", "kitty": "\x1b[P", "kitty, num lock": "\x1b[1;129P"}
ESCAPE = {"xterm": "\x1b", "kitty": "\x1b[27u", "kitty, num lock": "\x1b[27;129u"}
ENTER = {"xterm": "\r", "kitty, all keys": "\x1b[13u"}
SLASH = {"xterm": "/", "kitty, all keys": "\x1b[47u"}

RESIZES = 200 if os.environ.get("MSA_SOAK") else 60


def console(backend: RunningBackend, columns: int = 120, rows: int = 36, **env: str) -> Terminal:
    words = ["-m", "console", "run", "--url", backend.url, "--operator", "4711", "--language", "en"]
    return Terminal(words, {"MSA_PASSWORD": PASSWORD, **env}, columns, rows)


@pytest.fixture
def terminal(shared_backend: RunningBackend) -> Iterator[Terminal]:
    with console(shared_backend) as made:
        made.until("QUEUE", within=30)
        yield made


async def test_on_a_terminal_without_colours_and_without_a_mouse_everything_is_said(
    shared_backend: RunningBackend,
) -> None:
    with console(shared_backend, TERM="vt100", NO_COLOR="1", COLORTERM="") as terminal:
        terminal.until("QUEUE", within=30)
        async with shared_backend.device("VBR-B-0041") as phone:
            await phone.press(*LEUVEN)
        shown = terminal.until("FIREARM")
        for words in ("▲", "NEW", "⚠", "STALKING ALARM", "1 new", "NEXT"):
            assert words in shown
        inks = {ink for row in terminal.cells() for cell in row for ink in (cell.fg, cell.bg)}
        assert all(_grey(ink) for ink in inks), inks
        terminal.send("a")
        terminal.until("acknowledged by 4711")
        terminal.send("/", "n nothing but letters", "enter")
        terminal.until("note of 4711: nothing but letters")


def test_the_keys_of_kitty_and_of_xterm_do_the_same(terminal: Terminal) -> None:
    for name, key in F1.items():
        terminal.send(key)
        assert terminal.until("licence"), name
        terminal.send(ESCAPE["kitty" if "kitty" in name else "xterm"])
        terminal.until_gone("licence")
    for name, key in ESCAPE.items():
        terminal.send("?")
        terminal.until("Take this alarm")
        terminal.send(key)
        assert terminal.until_gone("Take this alarm") is not None, name
    for slash, enter in (
        (SLASH["xterm"], ENTER["kitty, all keys"]),
        (SLASH["kitty, all keys"], ENTER["xterm"]),
    ):
        terminal.send(slash, "dance", enter)
        terminal.until("is no verb")
        terminal.send("escape")
        terminal.until_gone("is no verb")


@pytest.mark.soak
async def test_after_a_storm_of_resizes_while_updates_arrive_the_screen_is_whole(
    shared_backend: RunningBackend,
) -> None:
    with console(shared_backend, 160, 48) as terminal:
        terminal.until("QUEUE", within=30)
        async with shared_backend.device("VBR-B-0041") as phone:
            await phone.press(*LEUVEN)  # of who was in hand already: it joins
            terminal.until("FIREARM")
            for turn in range(RESIZES):
                terminal.resize(80 + 37 * turn % 121, 24 + 17 * turn % 37)
                await phone.fix(LEUVEN[0] + turn * 1e-5, LEUVEN[1])
                await asyncio.sleep(0.01)
            terminal.resize(160, 48)
            after = await _seen(terminal)
            terminal.resize(120, 36)
            await asyncio.sleep(0.5)
            terminal.resize(160, 48)
            anew = await _seen(terminal)
        assert len(after) == 48
        assert "MSA" in "".join(after[0])
        for words in ("QUEUE", "FIREARM", "PATROLS", "TIMELINE", "NEXT"):
            assert any(words in line for seen in after for line in seen), words
        # A line that was left over from another size stays so, and is never what is painted anew.
        left_over = [(was, then) for was, then in zip(after, anew, strict=True) if not was & then]
        assert left_over == []
        terminal.send("/", "n after the storm", "enter")
        terminal.until("note of 4711: after the storm")


def test_what_is_typed_is_painted_while_a_thousand_rows_are_told_a_thousand_updates_a_second() -> None:
    teller = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.updates"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert teller.stdin is not None
    assert teller.stdout is not None
    try:
        url = teller.stdout.readline().strip()
        words = ["-m", "console", "run", "--url", url, "--operator", "4711", "--language", "en"]
        with Terminal(words, {"MSA_PASSWORD": PASSWORD}, 120, 36) as terminal:
            terminal.until("VBR-2020", within=60)
            terminal.send("/", "n keys go first")
            terminal.until("n keys go first", within=60)
            written = len(terminal.came)
            for _ in range(100):
                time.sleep(0.1)
                if len(terminal.came) > written + 2_000:
                    break
            assert len(terminal.came) > written + 2_000, "the updates go on"
            assert "n keys go first" in terminal.text(), "what was typed stays"
    finally:
        teller.stdin.close()
        teller.wait(20)
        teller.stdout.close()


async def _seen(terminal: Terminal) -> list[set[str]]:
    """What stands in each line in two seconds: some of it says how old things are."""
    seen: list[set[str]] = [set() for _line in _still(terminal)]
    await asyncio.sleep(1.0)
    for _look in range(8):
        for line, text in zip(seen, _still(terminal), strict=True):
            line.add(text)
        await asyncio.sleep(0.25)
    return seen


RUNNING = {"due", "overdue", "left", "too", "late", "s", "min", "amber", "red", "old"}
"""Words that come and go with the clocks."""


def _still(terminal: Terminal) -> list[str]:
    """The words of each line, but for those that run; figures, the map and what flashes are left out too."""
    return [
        " ".join(word for word in re.findall(r"[^\W\d_]+", line) if word not in RUNNING)
        for line in terminal.lines()
    ]


def _grey(ink: str) -> bool:
    """A grey as pyte names it: a hexadecimal with three equal parts, or no colour of its own."""
    return ink in {"default", "black", "white", "brightblack", "brightwhite"} or (
        len(ink) == 6 and ink[:2] == ink[2:4] == ink[4:]
    )
