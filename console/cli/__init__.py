"""The command `msa`: the console, and what scripts need of it."""

from __future__ import annotations

import gc
from typing import Final

from console.wire.program import SubCommand, run_program

ABOUT = "Dispatcher console for Belgium's mobile stalking alarm."

COMMANDS = (
    SubCommand("run", "console.cli.run", "Open the console: the screen of a dispatcher."),
    SubCommand("wall", "console.cli.wall", "Show the room on a wall: no names, addresses or words."),
    SubCommand("web", "console.cli.web", "Serve the console to browsers."),
    SubCommand("exercise", "console.cli.exercise", "Live through a scenario: list, check, begin one."),
    SubCommand("course", "console.cli.course", "Hold a course: seats join in a browser."),
    SubCommand("tail", "console.cli.tail", "Print the events of a control room as they come."),
    SubCommand("list", "console.cli.listing", "List what is open, or the patrols."),
    SubCommand("shift", "console.cli.shift", "Print the hand-over sheet of a shift, or a list for paper."),
    SubCommand("act", "console.cli.act", "Do one thing to an intervention."),
    SubCommand("record", "console.cli.record", "Record what this console sees, with stand-ins."),
    SubCommand(
        "replay", "console.cli.replay", "Watch a recording on the screen it was lived on, or check it."
    ),
    SubCommand("training", "console.cli.training", "Who has done a course, and until when it counts."),
    SubCommand("config", "console.cli.config", "Show the settings and where each value comes from."),
    SubCommand("keys", "console.cli.keys", "Print the keys of the console, to put beside it."),
    SubCommand(
        "procedures", "console.cli.procedures", "Show the procedures of each kind of alarm, or check a file."
    ),
    SubCommand("debrief", "console.cli.debrief", "Talk a run over: on the screen, or as a page to print."),
    SubCommand("zones", "console.cli.zones", "Find the zones of a position; check or import a zones file."),
)
"""Every sub-command. Its module is imported only when it is asked for (`console.wire.program`)."""


_COLLECT_AFTER: Final = 50_000
"""Objects. What a start imports stays: at Python's 700, looking for garbage among it is a tenth of the start."""


def main() -> int:
    """Run `msa` with the arguments of this process and return its exit code."""
    gc.set_threshold(_COLLECT_AFTER)
    return run_program("msa", ABOUT, COMMANDS)
