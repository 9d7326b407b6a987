"""`msa list`: what is open in the control room now, its patrols, or its planned tests."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime

import typer

from console.cli.login import operator_of, settings_with
from console.cli.login_options import Operator, Url
from console.cli.names import call_sign, zone_name, zones_of
from console.cli.talk import ANSWER_WITHIN_S, Talk, talking
from console.cli.worn import worn
from console.domain.intervention import Intervention, State
from console.domain.location import position_age_s, r95_of
from console.domain.patrols import Patrol
from console.domain.planned_test import AnnouncedTest
from console.link.interface import Ask, Picture
from console.locale import _
from console.locale.words import word
from console.tui.measures import age, clock_time, distance, running
from console.wire.console_frames import Answer, AskHealth, AskTests
from console.wire.exits import ExitCode, Stop

PATROLS_WITHIN_S = 5.0


def command(
    patrols: bool = typer.Option(False, "--patrols", help="The patrols instead of the interventions."),
    tests: bool = typer.Option(False, "--tests", help="The planned tests that are announced."),
    health: bool = typer.Option(False, "--health", help="What is wrong with the devices; no name."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line, for scripts."),
    url: Url = None,
    operator: Operator = None,
) -> None:
    """List the open interventions of the control room, its patrols, announced tests, or the health of its devices.

    Example: msa list --operator 4711 --json
    """
    settings = settings_with({"url": url, "operator": operator})
    with talking(settings.url, operator_of(settings)) as talk:
        if tests:
            _print_tests(talk, as_json)
            return
        if health:
            _print_health(talk, as_json, zone_name(zones_of(settings.zones)))
            return
        picture = talk.link.picture
        if patrols:
            picture = talk.wait(lambda now: now.patrols_known, PATROLS_WITHIN_S)
    assert picture.clock is not None
    now = picture.clock.at(time.monotonic())
    zone = zone_name(zones_of(settings.zones))
    if patrols:
        for patrol in sorted(picture.room.patrols.values(), key=lambda one: one.id):
            line = (
                patrol.model_dump_json() if as_json else _patrol_line(patrol, now, zone(patrol.zone or "–"))
            )
            print(worn(line, picture.mode))
        return
    for state in _open(picture):
        line = json.dumps(_facts(state, now), ensure_ascii=False) if as_json else _line(state, now, zone)
        print(worn(line, picture.mode))


def _answer(talk: Talk, ask: Ask) -> Answer:
    """Ask, and wait a little.

    Raises:
        Stop: no answer came.
    """
    try:
        return talk.link.ask(ask).result(ANSWER_WITHIN_S)
    except (TimeoutError, ConnectionError) as wrong:
        raise Stop("The backend gave no answer: try again.", ExitCode.NOT_REACHABLE) from wrong


def _print_health(talk: Talk, as_json: bool, zone: Callable[[str], str]) -> None:
    """The grave first."""
    for one in _answer(talk, AskHealth()).health:
        if as_json:
            print(worn(one.model_dump_json(), talk.link.picture.mode))
            continue
        battery = f" {one.battery_pct} %" if one.battery_pct is not None else ""
        grave = "▲" if one.grave else "·"
        line = f"{grave} {one.button}  {word(one.kind)}{battery}  {one.since:%Y-%m-%d %H:%M} UTC  {zone(one.zone or '–')}"
        print(worn(line, talk.link.picture.mode))


def _print_tests(talk: Talk, as_json: bool) -> None:
    """The announcements, the first to end first."""
    for test in _answer(talk, AskTests()).tests:
        line = test.model_dump_json() if as_json else _test_line(test)
        print(worn(line, talk.link.picture.mode))


def _test_line(test: AnnouncedTest) -> str:
    end = clock_time(test.until)
    said = _("until {time} at {place}, with {officer}", time=end, place=test.place.name, officer=test.officer)
    parts = [test.button, said, _("pressed") if test.pressed else ""]
    return "  ".join(part for part in parts if part)


def _open(picture: Picture) -> list[Intervention]:
    return [one.state for one in picture.room.queue() if one.state.state is not State.CLOSED]


def _facts(state: Intervention, now: datetime) -> dict[str, object]:
    """One intervention as plain facts; no name, no position: what stands on a terminal stays readable."""
    fix = state.fix
    return {
        "intervention": str(state.id),
        "number": state.number,
        "room": state.room,
        "glimpse": state.glimpsed,
        "state": None if state.glimpsed else state.state,
        "decision": state.decision,
        "version": state.version,
        "raised_at": state.model_dump(mode="json", include={"raised_at"})["raised_at"],
        "age_s": round((now - state.raised_at).total_seconds()),
        "zone": state.zone,
        "file_sealed": state.sealed,
        "button": state.button,
        "presses": len(state.presses),
        "planned_test": state.planned_test and state.planned_test.standing,
        "handler": state.handler,
        "radius_m": fix and round(r95_of(fix)),
        "position_age_s": fix and round(position_age_s(fix, now)),
        "patrols": [{"patrol": one.patrol, "state": one.state} for one in state.sent],
    }


def _line(state: Intervention, now: datetime, zone: Callable[[str], str]) -> str:
    where = zone(state.zone) if state.zone else _("no zone")
    who = ", ".join(f"{call_sign(one.patrol)} {word(one.state)}" for one in state.sent)
    waited = running((now - state.raised_at).total_seconds())
    if state.glimpsed:  # of another room's only age, zone and owner are known (W8)
        return "  ".join((waited, state.number, _("{room} leads", room=state.room), where))
    sealed = [f"~{distance(r95_of(state.fix))}" if state.fix else _("no position"), _("file sealed")]
    parts = [waited, state.number, word(state.state), where, state.handler or "–", who]
    parts += sealed if state.sealed else []  # what is known all the same (W17)
    return "  ".join(part for part in parts if part)


def _patrol_line(patrol: Patrol, now: datetime, zone: str) -> str:
    seen = _("no position")
    if patrol.position_at is not None:
        seen = _("position {age} old", age=age(max(0.0, (now - patrol.position_at).total_seconds())))
    busy = f" {patrol.busy_with}" if patrol.busy_with else ""
    return f"{patrol.id}  {zone}  {word(patrol.state)}{busy}  {seen}"
