"""W20: the course room end to end: the instructor in a terminal, a trainee in a real browser with a seat code."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path

import pytest

from console.wire.recording import RecordedEvent, RecordedNote, read_recording
from tests.end_to_end.browser import Page, needs_browser, page
from tests.end_to_end.processes import Mark
from tests.end_to_end.terminal import Terminal

CODE = re.compile(r"code ([2-9A-Z]{3} [2-9A-Z]{3})")


def codes(terminal: Terminal) -> list[str]:
    """The codes that the instructor reads aloud."""
    return CODE.findall(terminal.text())


def joins(seat: Page, address: str, code: str) -> None:
    """Open the page, type the code as it was read, and sit down."""
    seat.open(f"{address}/?language=en")
    seat.until("document.activeElement && document.activeElement.id === 'code'")
    seat.type(code.lower() + "\n")


def sends(seat: Page, patrol: Page) -> None:
    """Send the patrol in which somebody sits, by its name; it has the extract then."""
    for _ in range(5):
        seat.type("/")
        time.sleep(1.0)
        seat.type("dispatch L-11")
        time.sleep(0.5)
        seat.type("\n")
        for _ in range(10):
            if patrol.value("document.getElementById('readout').textContent.includes('Voorbeeld')"):
                return
            time.sleep(0.3)
    raise AssertionError("the patrol was not sent")


@pytest.mark.browser
@needs_browser
@pytest.mark.timeout(180)
def test_a_trainee_joins_with_a_code_and_acknowledges_and_the_run_is_kept(tmp_path: Path) -> None:
    mark = Mark.new()
    words = ["-m", "console", "course", "clean-press-leuven", "--language", "en", "--port", "0"]
    words += ["--out", str(tmp_path / "course"), "--operators", "2", "--patrols", "1"]
    with Terminal(words, mark.environment, columns=120, rows=40) as room, page() as seat, page() as other:
        room.until("not begun", within=60)
        address = re.search(r"Join at (\S+)", room.text())
        assert address is not None
        first, _free, third = codes(room)
        joins(seat, address[1], first)
        seat.until("document.body.classList.contains('-first-byte')")
        room.until("at the console")
        # The same code is used up; the second seat is another browser's.
        joins(other, address[1], first)
        other.until("document.getElementById('why').textContent.includes('used already')")
        joins(other, address[1], third)
        other.until("document.getElementById('stands')?.textContent === 'The world stands still.'")
        room.until("in the patrol")
        room.send("space")
        room.until("▶")
        room.send("1")  # the world has one victim: her second press is her first
        room.until("new", within=30)
        for _ in range(60):
            seat.type("a")
            time.sleep(0.5)
            if "acknowledged by 4711" in room.text():
                break
        room.until("acknowledged by 4711")
        # In one of the patrols somebody sits: it reads the extract and says how far it is.
        sends(seat, other)
        for says in ("accepted", "read", "en_route"):
            other.value(f"document.querySelector('[data-says={says}]').click()")
            other.until(f"document.querySelector('[data-says={says}]').ariaPressed === 'true'")
        room.until("L-11 en route")
        room.until("danger read")
        if folder := os.environ.get("MSA_PICTURES"):
            seat.picture(Path(folder) / "seat.png")
        other.value("document.querySelector('[data-radio]').click()")
        room.until("Clear: we are leaving.")
        if folder := os.environ.get("MSA_PICTURES"):
            other.picture(Path(folder) / "patrol.png")
            seat.picture(Path(folder) / "seat.png")
            (Path(folder) / "room.txt").write_text(room.text())
        room.send("m", "a good moment", "enter")
        room.until("mark: a good moment")
        # Who sits in the patrol stops, and nothing of it counts; the patrol goes on by itself.
        other.value("document.getElementById('stop').click()")
        other.value("document.getElementById('stop').click()")
        other.until("location.pathname === '/left'")
        room.until("stopped")
        room.send("e", "e")
        assert room.ended() == 0
    mark.until_none()
    assert seat.complaints == []
    # The code that was used is refused, as the browser says too.
    assert [one for one in other.complaints if "403" not in one] == []
    assert {one.split("/")[2] for one in seat.asked_for if one.startswith("http")} == {
        address[1].removeprefix("http://")
    }
    assert sorted(one.name for one in (tmp_path / "course").iterdir() if one.is_dir()) == ["operator-1"]
    run = tmp_path / "course" / "operator-1"
    about = json.loads((run / "run.json").read_text())
    assert (about["trainee"], about["operator"], about["ended"]) == ("operator-1", "4711", "over")
    items = read_recording(run / "run.msarec.jsonl").items
    taken = next(
        one.event
        for one in items
        if isinstance(one, RecordedEvent) and one.event.type == "intervention.acknowledged"
    )
    assert taken.actor.id == "4711"
    assert "a good moment" in [one.text for one in items if isinstance(one, RecordedNote)]
