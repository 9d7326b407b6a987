"""`msa tail`: the events of a control room as they come, for scripts and screen readers."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from typing import Final

import typer

from console.cli.login import Operator, Url, operator_of, settings_with
from console.cli.names import call_sign, zone_name, zones_of
from console.cli.talk import talking
from console.settings import Settings
from console.wire.console_frames import Positioned

POLL_S: Final = 0.2


def command(
    url: Url = None,
    operator: Operator = None,
    after: int | None = typer.Option(
        None, min=0, help="Begin after this position of the feed (0: all); without it, with what comes next."
    ),
    until_idle: float | None = typer.Option(
        None, min=0.1, help="End when nothing has come for this many seconds.", metavar="SECONDS"
    ),
    plain: bool = typer.Option(False, "--plain", help="Sentences in your language instead of JSON."),
) -> None:
    """Print each event of the control room as it comes: a JSON object a line, or with --plain a sentence.

    Example: msa tail --operator 4711 --after 0 --until-idle 2
    """
    settings = settings_with({"url": url, "operator": operator})
    heard: queue.SimpleQueue[tuple[Positioned, ...]] = queue.SimpleQueue()
    say = _sentence(settings) if plain else Positioned.model_dump_json
    with talking(settings.url, operator_of(settings), on_events=heard.put, after=after) as talk:
        last = time.monotonic()
        while until_idle is None or time.monotonic() - last < until_idle:
            try:
                items = heard.get(timeout=POLL_S)
            except queue.Empty:
                talk.check()
                continue
            last = time.monotonic()
            for item in items:
                print(say(item), flush=True)


def _sentence(settings: Settings) -> Callable[[Positioned], str]:
    from console.tui.sentences import happened

    zone = zone_name(zones_of(settings.zones))
    numbers: dict[object, str] = {}

    def say(item: Positioned) -> str:
        event = item.event
        number = getattr(event.body, "number", None) or numbers.get(event.intervention)
        numbers[event.intervention] = number = number or str(event.intervention)
        return f"{event.at.astimezone():%H:%M:%S} {number}: {happened(event, call_sign, zone)}"

    return say
