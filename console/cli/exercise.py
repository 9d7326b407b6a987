"""`msa exercise`: a trainee lives through a scenario, with the same screen as on the day.

The world of the exercise (its backend, its victims and patrols) is a process of its own, `msa-stub exercise`, which
ends with its pipe; the console of it is another. So nothing of an exercise is ever in the process of a live console.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from console.cli.world import Stage, our_program, own_folder, world
from console.domain.values import Mode
from console.locale import _, ngettext, preferred, use
from console.locale.words import word
from console.wire.exits import ExitCode, Stop

if TYPE_CHECKING:
    from console.wire.scenario import Language, Scenario

RECORDING_SUFFIX: Final = ".msarec.jsonl"


def command(
    named: Annotated[
        str | None,
        typer.Argument(help="A scenario that ships, a scenario's file, or a recording.", metavar="NAME|FILE"),
    ] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="List the scenarios that ship, from easy to hard.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Only say whether the file can be used.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --list: one JSON object a line.")] = False,
    begin_at: Annotated[
        str | None,
        typer.Option("--from", help="Of a recording: act from this moment on.", metavar="MM:SS"),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Instead of the scenario's own: other chances.")] = None,
    speed: Annotated[
        float, typer.Option(min=0.1, max=100, help="How many times as fast as the wall clock.")
    ] = 1.0,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the run; without it a new one in your state folder.", metavar="FOLDER"),
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="nl, fr, de or en; without it that of the terminal.")
    ] = None,
    trainee: Annotated[
        str | None, typer.Option(help="Pseudonym or seat that stands in the run; no name is needed.")
    ] = None,
) -> int:
    """Live through a scenario. Goals and warning first; q ends it at any moment, and nothing of it counts then.

    Example: msa exercise clean-press-leuven

    From a moment of a recording on: msa exercise run.msarec.jsonl --from 02:30
    """
    spoken = _language(language)
    use(spoken)
    if listed:
        return _list(spoken, as_json=as_json)
    if named is None:
        raise Stop("Which scenario? msa exercise --list names those that ship.", ExitCode.USAGE)
    if check:
        return _check(named)
    branch = named.endswith(RECORDING_SUFFIX) or Path(named).is_dir()
    if branch is (begin_at is None):
        sentence = (
            "Say from which moment of the recording on: --from MM:SS."
            if branch
            else "--from is for a recording; a scenario begins at its beginning."
        )
        raise Stop(sentence, ExitCode.USAGE)
    before = _told_of_recording(Path(named)) if branch else _told(_scenario(named), spoken)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Stop("An exercise needs a terminal. Without one: msa-stub exercise.", ExitCode.USAGE)
    print(before)
    if not _goes_on():
        return ExitCode.DONE
    folder = out or own_folder(Path(named).name.split(".")[0])
    words = [named, "--out", str(folder), "--language", spoken, "--speed", str(speed), "--until-pipe-closes"]
    words += [] if seed is None else ["--seed", str(seed)]
    words += [] if begin_at is None else ["--from", begin_at]
    words += [] if trainee is None else ["--trainee", trainee]
    with world(words) as stage:
        _console(stage, spoken)
    return _ended(folder)


def _language(asked: str | None) -> Language:
    from console.wire.scenario import LANGUAGES

    wanted = asked or preferred(os.environ)
    for known in LANGUAGES:
        if known == wanted:
            return known
    raise Stop(f"--language: {wanted!r} is none of {', '.join(LANGUAGES)}.", ExitCode.USAGE)


def _list(spoken: Language, *, as_json: bool) -> int:
    from console.wire.scenario_file import shipped_scenarios

    for one in shipped_scenarios():
        title = one.title.spoken(spoken)
        if as_json:
            facts = {
                "name": one.name,
                "level": one.level,
                "minutes": one.minutes,
                "place": one.place,
                "title": title,
                "rooms": one.rooms,
                "goals": one.goals.spoken(spoken),
                "content_warning": one.content_warning.spoken(spoken),
            }
            print(json.dumps(facts, ensure_ascii=False))
        else:
            length = ngettext("{n} minute", "{n} minutes", round(one.minutes))
            print(f"{one.level}  {one.name:<26} {length:<12} {title}")
    return ExitCode.DONE


def _check(named: str) -> int:
    """Every fault, each on its line; the exit code says whether there is one."""
    from console.wire.scenario_file import ScenarioError, scenario_from

    try:
        found = scenario_from(named)
    except ScenarioError as error:
        for sentence in error.sentences():
            print(f"msa: {sentence}.", file=sys.stderr)
        return ExitCode.BAD_INPUT
    print(f"{found.name}: " + _("the scenario can be used"))
    return ExitCode.DONE


def _scenario(named: str) -> Scenario:
    from console.wire.scenario_file import ScenarioError, scenario_from

    try:
        return scenario_from(named)
    except ScenarioError as error:
        raise Stop(f"{next(error.sentences())}. All of it: msa exercise --check {named}") from None


def _told(scenario: Scenario, spoken: Language) -> str:
    """What a trainee must know before it begins; the solution and the trainer's notes are not among it."""
    return _before(
        scenario.title.spoken(spoken),
        scenario.content_warning.spoken(spoken),
        scenario.goals.spoken(spoken),
        scenario.briefing.spoken(spoken),
    )


def _told_of_recording(path: Path) -> str:
    from console.wire.recording import RecordingFault, read_recording

    file = path / f"run{RECORDING_SUFFIX}" if path.is_dir() else path
    try:
        header = read_recording(file).header
    except RecordingFault as fault:
        raise Stop(f"{file.name}: {fault}.") from None
    return _before(header.title, header.content_warning or "", header.teaches, "")


def _before(title: str, warning: str, goals: tuple[str, ...], briefing: str) -> str:
    """The page that a trainee reads; what is empty is left out."""
    warned, about = _("What you will hear and see"), _("What it is about")
    parts = [
        f"{word(Mode.EXERCISE)}  {title}",
        f"{warned}:\n  {warning}" if warning else "",
        f"{about}:\n" + "\n".join(f"  - {goal}" for goal in goals) if goals else "",
        briefing,
        _("You may stop at any moment: q ends the exercise, and nothing of it counts."),
    ]
    width = min(100, shutil.get_terminal_size().columns)
    lines = [_wrapped(line, width) for part in parts if part for line in (*part.splitlines(), "")]
    return "\n".join(lines)


def _wrapped(line: str, width: int) -> str:
    """A line broken between words, what follows as far in as it was."""
    indent = line[: len(line) - len(line.lstrip(" -"))]
    return textwrap.fill(line, width, subsequent_indent=" " * len(indent)) if line else ""


def _goes_on() -> bool:
    """Wait for enter; anything else is no."""
    try:
        return input(_("enter: begin   q and enter: not now") + " ").strip() == ""
    except (EOFError, KeyboardInterrupt):
        print()
        return False


def _console(stage: Stage, spoken: Language) -> None:
    """The console as usual, in a process of its own, until the trainee leaves it."""
    words = our_program(
        "console", "run", "--url", stage.url, "--operator", stage.operator, "--language", spoken
    )
    environment = {
        "MSA_TOUR": "no",
        **os.environ,
        "MSA_PASSWORD": stage.password,
        "MSA_EXERCISE": "1",
    }
    kept = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a ctrl+c is the console's
    try:
        subprocess.run(words, env=environment, check=False)
    finally:
        signal.signal(signal.SIGINT, kept)


def _ended(folder: Path) -> int:
    """Say where the run lies, and whether it counts."""
    about = folder / "run.json"
    if not about.exists():
        raise Stop(f"The run could not be written; {folder / 'exercise.log'} says why.")
    facts = json.loads(about.read_text(encoding="utf-8"))
    if facts["ended"] == "stopped":
        print(_("You stopped before the end: nothing of it counts."))
    print(_("The run lies in {folder}. Look back at it: msa debrief {folder}", folder=folder))
    return ExitCode.DONE
