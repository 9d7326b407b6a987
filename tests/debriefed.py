"""Two runs of one exercise, for tests of the debrief: one with every step in time, one with much to talk about."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Final

from console.domain import events as e
from console.domain.casefile import Channel
from console.domain.values import Actor, ActorKind
from console.training.bookmarks import Bookmark, Bookmarks, beside, write_bookmarks
from console.training.debrief.page import Reader
from console.training.debrief.run import Run, run_of
from console.training.words import Names
from console.tui.sentences import happened
from console.wire.recording import write_recording
from console.wire.zones_file import read_zones
from tests.story import START, case_file, near, patrol, shares
from tests.tape import TRAINEE, Tape

NUMBER: Final = "VBR-2026-0412"
L12, L07, L03 = "5388/L-12", "5388/L-07", "5388/L-03"
HOSTILE: Final = '<script>document.title="owned"</script><img src="http://127.0.0.1:9/x"> & "quoted"'
"""What a note may not do to the page (S11)."""


def crew(name: str) -> Actor:
    """A patrol that says something."""
    return Actor(kind=ActorKind.PATROL, id=name)


def told(*, in_time: bool) -> Tape:
    """A press in Leuven with a firearm known; she walks, a second position is an impossible jump."""
    tape = Tape()
    tape.patrols(*(patrol(name, east, north, tape.now) for name, east, north in PLACES))
    tape.note("the press comes in the middle of a call")
    one = tape.press(
        NUMBER, near(at=tape.now, name="P0"), case_file(), shares(("5388", 0.97), ("5393", 0.03))
    )
    tape.happens(one, e.LineOpened())
    tape.wait(8 if in_time else 19).happens(one, e.Acknowledged(), by=TRAINEE)
    if in_time:
        tape.wait(4).happens(one, e.LineListenerChanged(operator=TRAINEE.id), by=TRAINEE)
    tape.wait(14 if in_time else 50)
    sent = (L12, L07) if in_time else (L07,)
    tape.happens(one, *(e.PatrolDispatched(patrol=name) for name in sent), by=TRAINEE)
    for name in sent:
        tape.wait(4).happens(one, e.PatrolAccepted(patrol=name), e.PatrolEnRoute(patrol=name), by=crew(name))
    if in_time:
        tape.happens(one, *(e.DangerPassedOn(patrol=name) for name in sent), by=TRAINEE)
    tape.note(HOSTILE)
    for step in range(8):
        tape.wait(30)
        fix = near(
            step * 60, step * 45, at=tape.now, name=f"P{step + 1}", radius_m=20 + 5 * step, speed_mps=1.4
        )
        tape.happens(one, e.FixReported(fix=fix, allocation=shares(("5388", 1.0))))
        tape.patrols(
            *(
                patrol(
                    name,
                    east + (step * 60 - east) * step / 8,
                    north + (step * 45 - north) * step / 8,
                    tape.now,
                )
                for name, east, north in PLACES
            )
        )
        if step == 3:
            jump = near(900, 700, at=tape.now, name="J1", radius_m=60)
            tape.happens(one, e.FixReported(fix=jump, verdict="jump"))
        if step == 4 and not in_time:
            reason = e.ContactRuleOverridden(channel=Channel.RING, reason="she does not answer")
            tape.happens(one, reason, e.PhoneRung(), by=TRAINEE)
    for name in sent:
        tape.wait(10).happens(one, e.PatrolOnScene(patrol=name), by=crew(name))
    seen = e.VictimSeen(patrol=sent[0], finding=e.Finding.SEEN_ALONE)
    tape.wait(70).happens(one, seen, by=crew(sent[0]))
    gone = e.InterventionClosed(outcome=e.Outcome.PERPETRATOR_GONE, words="he left before the patrol came")
    tape.wait(30).happens(one, gone, e.LineEnded(), by=TRAINEE).wait(20)
    return tape


PLACES: Final = ((L12, 900, -750), (L07, -2_300, 1_700))


def a_run(*, in_time: bool, name: str = "seat-1") -> Run:
    """The run as read."""
    return run_of(told(in_time=in_time).recording(), name, who=name)


def a_reader() -> Reader:
    """A reader as the command makes one, with the zones that ship."""
    zones = read_zones()
    names = Names(zone=lambda zone: zones.by_id[zone].label if zone in zones.by_id else zone)
    return Reader(lambda event: happened(event, names.patrol, names.zone), names, zones)


def folder_of(parent: Path, name: str, *, in_time: bool) -> Path:
    """The folder of a run on disk, with a bookmark beside the recording."""
    folder = parent / name
    folder.mkdir()
    file = folder / "run.msarec.jsonl"
    write_recording(told(in_time=in_time).recording(), file)
    (folder / "run.json").write_text(json.dumps({"format": 1, "trainee": name}))
    note = Bookmark(at=START + timedelta(seconds=60), text="ask about the jump")
    write_bookmarks(beside(file), Bookmarks().with_one(note))
    return folder
