"""`msa tail`: the events of a control room as they come, for scripts and screen readers."""

from __future__ import annotations

import queue
import sys
import time
from collections.abc import Callable
from typing import Final

import typer

from console.cli.login import operator_of, settings_with
from console.cli.login_options import Operator, Url
from console.cli.names import call_sign, zone_name, zones_of
from console.cli.talk import talking
from console.cli.worn import worn
from console.domain.events import Withheld
from console.link.interface import Connection, Picture
from console.settings import Settings
from console.wire.console_frames import Positioned
from console.wire.exits import Stop, printable
from console.wire.limits import REPLAYABLE_EVENTS

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
        told = Connection.LIVE
        while until_idle is None or time.monotonic() - last < until_idle:
            try:
                items = heard.get(timeout=POLL_S)
            except queue.Empty:
                talk.check()
                told = _tell(talk.link.picture, told)
                if until_idle is not None and talk.catch_up():
                    last = time.monotonic()  # without a link nothing is idle
                continue
            last = time.monotonic()
            for item in items:
                if not isinstance(item.event.body, Withheld):
                    print(worn(say(item), talk.link.picture.mode), flush=True)


def _tell(picture: Picture, told: Connection) -> Connection:
    """Say on stderr that nothing comes because the link is down, and that it stands again (R6).

    Raises:
        Stop: events were missed that the backend does not send again.
    """
    notice, now = picture.notice, picture.connection
    if notice is not None and notice.code == "events_skipped":
        after, to = notice.facts["after"], notice.facts["to"]
        raise Stop(
            f"Events after position {after} are missing: the backend has gone on to {to} and sends no more than "
            f"{REPLAYABLE_EVENTS} at once, or it has another ledger. Begin again with a later --after."
        )
    if now is Connection.LIVE is not told:
        print("msa: connected again", file=sys.stderr, flush=True)
        return now
    if told is Connection.LIVE is not now:
        why = printable(picture.why or now)
        print(f"msa: no connection ({why}): nothing new is shown", file=sys.stderr, flush=True)
        return now
    return told


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
