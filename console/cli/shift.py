"""`msa shift`: the hand-over sheet as Markdown, the list for when everything is down, or the shift's times."""

from __future__ import annotations

import json
import time

import typer

from console.cli.login import operator_of, settings_with
from console.cli.login_options import Operator, Url
from console.cli.names import zone_name, zones_of
from console.cli.talk import ANSWER_WITHIN_S, Talk, talking
from console.cli.worn import worn
from console.domain.response import percentiles
from console.domain.shift import holdings
from console.tui.atlas import Atlas
from console.tui.glance import Glance
from console.tui.shift_sheet import paper, sheet
from console.wire.console_frames import Answer, AskResponses
from console.wire.exits import ExitCode, Stop

PATROLS_WITHIN_S = 5.0


def command(
    hours: int = typer.Option(8, min=1, max=24 * 31, help="The times of so many hours."),
    on_paper: bool = typer.Option(False, "--paper", help="One page to go on with when everything is down."),
    as_json: bool = typer.Option(False, "--json", help="Times and who holds what, as one JSON object."),
    url: Url = None,
    operator: Operator = None,
) -> None:
    """Print what one shift hands to the next, as Markdown. No name, no address, no plate is on it.

    Example: msa shift --operator 4711 --hours 8 > hand-over.md
    """
    settings = settings_with({"url": url, "operator": operator})
    with talking(settings.url, operator_of(settings)) as talk:
        answer = None if on_paper else _answer(talk, hours)
        picture = talk.wait(lambda now: now.patrols_known, PATROLS_WITHIN_S)
    if as_json and answer is not None:
        found = percentiles(answer.responses, settings.targets)
        facts = {
            "times": [one.model_dump(mode="json") for one in found],
            "alarms": [one.model_dump(mode="json") for one in answer.responses],
            "holdings": [
                {"operator": one.operator, "handles": one.handled, "listens": one.listened}
                for one in holdings((seen.state for seen in picture.room.queue()), picture.room.code)
            ],
        }
        print(worn(json.dumps(facts, ensure_ascii=False), picture.mode))
        return
    zones = zones_of(settings.zones)
    known = {zone.id: zone_name(zones)(zone.id) for zone in zones}
    glance = Glance(picture, time.monotonic(), atlas=Atlas(zones=known), targets=settings.targets)
    print(paper(glance) if answer is None else sheet(glance, answer.responses, hours), end="")


def _answer(talk: Talk, hours: int) -> Answer:
    """Ask for the times, and wait a little.

    Raises:
        Stop: no answer came.
    """
    try:
        return talk.link.ask(AskResponses(hours=hours)).result(ANSWER_WITHIN_S)
    except (TimeoutError, ConnectionError) as wrong:
        raise Stop("The backend gave no answer: try again.", ExitCode.NOT_REACHABLE) from wrong
