"""`msa act`: one command on an intervention, for scripts and for whoever works without the screen."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from console.cli.login import operator_of, settings_with
from console.cli.login_options import Operator, Url
from console.cli.talk import talking
from console.domain.commands import LONGEST_NAME
from console.domain.days import belgium
from console.domain.typed import MAKES_ONE, OF_NONE, VERBS, MistypedError, typed
from console.locale.words import refusal
from console.wire.console_frames import Result
from console.wire.exits import ExitCode, Stop

NONE: Final = "-"
"""Stands for no intervention: `open` makes one, a test is announced beforehand."""


def command(
    intervention: str = typer.Argument(
        help='Number or UUID; "-" for open, announce-test, withdraw-test and take-over-room.',
        metavar="INTERVENTION",
    ),
    verb: str = typer.Argument(help="One of: " + ", ".join(VERBS) + ".", metavar="VERB", show_default=False),
    words: Annotated[
        list[str] | None, typer.Argument(help="What the verb needs.", metavar="WORDS...", show_default=False)
    ] = None,
    verified_by: str | None = typer.Option(
        None, help="For close: patrol, all_clear_word or contact_officer.", metavar="PROOF"
    ),
    override: str | None = typer.Option(
        None,
        help="For chat, push, ring, call and unmute: why the contact rule is overridden. The supervisor sees it at once.",
        metavar="REASON",
    ),
    seen: int | None = typer.Option(
        None, help="The decision count it was seen at: refused if it has changed since.", metavar="N"
    ),
    url: Url = None,
    operator: Operator = None,
) -> int:
    """Do one thing to an intervention and print what became of it as JSON. Exit code 1: refused by a rule.

    Example: msa act --operator 4711 VBR-2026-0412 dispatch L-12 L-07
    Without a press: msa act --operator 4711 - open "E. Exemple:" neighbour called
    """
    settings = settings_with({"url": url, "operator": operator})
    try:
        do = typed(verb, words or [], verified_by, datetime.now(UTC).astimezone(belgium()), override=override)
    except MistypedError as wrong:
        raise Stop(str(wrong)[:1].upper() + str(wrong)[1:], ExitCode.USAGE) from wrong
    if len(intervention) > LONGEST_NAME:
        raise Stop("That is no number or UUID of an intervention: it is too long.", ExitCode.USAGE)
    alone = verb in MAKES_ONE | OF_NONE
    if alone != (intervention == NONE):
        said = f"{verb} acts on no intervention: write {NONE} in the place of its number."
        raise Stop(said if alone else f"{verb} needs an intervention.", ExitCode.USAGE)
    with talking(settings.url, operator_of(settings)) as talk:
        result = talk.act(None if intervention == NONE else intervention, do, seen)
    print(_told(result))
    if result.refusal is None:
        return ExitCode.DONE
    raise Stop(f"{result.refusal.code}: {refusal(result.refusal)}", ExitCode.REFUSED)


def _told(result: Result) -> str:
    told = result.model_dump(mode="json", exclude_none=True)
    told["done"] = result.refusal is None
    return json.dumps(told, ensure_ascii=False)
