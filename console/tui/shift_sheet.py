"""The sheet that one shift hands to the next, and the list for when everything is down: as plain Markdown.

One text for the screen, for a file and for a printer. No name, no address, no plate: who holds a sheet of paper need
not be who may read a case file. What is needed of these stands on the screen, or is read out by who knows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from console.domain.casefile import by_gravity, channel_answer
from console.domain.days import belgium, day_in_belgium
from console.domain.intervention import Intervention
from console.domain.location import r95_of
from console.domain.patrols import Patrol
from console.domain.response import Percentiles, ResponseTimes, percentiles
from console.domain.shift import Holding, Open, holdings, still_open
from console.domain.targets import Clock, Level
from console.locale import _, ngettext
from console.locale.words import trouble_word, word
from console.tui.glance import Glance
from console.tui.measures import age, clock_time, day, distance, running, share
from console.tui.sentences import service_name
from console.tui.unanswered import in_full
from console.tui.widgets.who import SHOWN_CHANNELS

FOR_NOTES = 12
"""Empty lines on the list, for what is done by voice."""


def sheet(glance: Glance, responses: Sequence[ResponseTimes] | None, hours: int) -> str:
    """The hand-over sheet of what a picture shows. ``responses``: those of the last ``hours``; None: not known.

    Raises:
        ValueError: nothing was heard of the backend yet.
    """
    now = _now(glance)
    picture = glance.picture
    found = still_open(_states(glance), now, picture.room.patrols, glance.targets)
    lines = ["# " + _title(glance, _("Hand-over")), "", "## " + _("Open"), ""]
    lines += [line for one in found for line in _open(one, glance)] or [_("Nothing is open."), ""]
    lines += ["## " + _("Who holds what"), ""]
    lines += [f"- {_held(one)}" for one in holdings(_states(glance), picture.room.code)] or [
        "- " + _("Nobody holds anything.")
    ]
    lines += ["", "## " + _("To watch"), ""]
    lines += [f"- {line}" for line in _to_watch(glance)] or ["- " + _("Nothing.")]
    lines += ["", "## " + ngettext("Times of the last hour", "Times of the last {n} hours", hours), ""]
    lines += (
        [_("They are not known: the backend gave no answer.")]
        if responses is None
        else _times(responses, glance)
    )
    return "\n".join(lines) + "\n"


def paper(glance: Glance) -> str:
    """One page to go on with by radio and telephone, when no screen works any more.

    Raises:
        ValueError: nothing was heard of the backend yet.
    """
    now = _now(glance)
    lines = ["# " + _title(glance, _("When everything is down")), ""]
    for one in still_open(_states(glance), now, glance.picture.room.patrols, glance.targets):
        lines += [*_by_radio(one, glance), ""]
    free = [patrol for patrol in glance.picture.room.patrols.values() if patrol.state == "free"]
    if free:
        signs = ", ".join(f"{one.call_sign} ({glance.atlas.zone(one.zone) or '–'})" for one in _by_zone(free))
        lines += [_("Free patrols:") + " " + signs, ""]
    lines += ["| " + " | ".join((_("time"), _("number"), _("what"), _("who"))) + " |", "|---|---|---|---|"]
    lines += ["| | | | |"] * FOR_NOTES
    return "\n".join(lines) + "\n"


def _now(glance: Glance) -> datetime:
    if glance.now is None:
        raise ValueError("no clock yet")
    return glance.now


def _states(glance: Glance) -> list[Intervention]:
    return [one.state for one in glance.picture.room.queue()]


def _title(glance: Glance, what: str) -> str:
    now, mode = _now(glance), glance.picture.mode
    word_of_mode = "" if mode in {None, "live"} else f" · {word(mode)}"
    operator = glance.picture.operator
    by = f" · {operator.id}" if operator else ""
    when = f"{day(day_in_belgium(now))} {now.astimezone(belgium()):%H:%M}"
    return f"{what} {glance.picture.room.code} · {when}{by}{word_of_mode}"


def _open(one: Open, glance: Glance) -> Iterator[str]:
    state = one.state
    where = glance.atlas.zone(state.zone) or _("no zone")
    handler = state.handler or _("nobody")
    yield f"### {state.number} · {word(state.state)} · {where} · {handler}"
    yield ""
    yield "- " + _(
        "pressed {time}, {age} ago",
        time=clock_time(state.raised_at)[:5],
        age=age(glance.age_s(state.raised_at)),
    )
    for clock in one.awaited:
        yield "- " + _("awaited:") + f" {_awaited(clock, glance)}"
    for watch in one.watch:
        yield "- " + _("to watch:") + f" {in_full(watch, glance)}"
    if state.sent:
        yield (
            "- "
            + _("patrols:")
            + " "
            + ", ".join(f"{glance.call_sign(p.patrol)} {word(p.state)}" for p in state.sent)
        )
    for service in state.services:
        name = service_name(service.service, glance.atlas.zone)
        yield f"- {name}: " + (service.answer or _("no answer yet"))
    yield "- " + _("danger:") + f" {_dangers(one)}"
    yield "- " + _("allowed towards her:") + f" {_allowed(one, glance)}"
    if state.cancel_unchecked:
        yield "- " + _("DEVICE ASKS TO CANCEL: check")
    yield ""


def _by_radio(one: Open, glance: Glance) -> Iterator[str]:
    state = one.state
    where = glance.atlas.zone(state.zone) or _("no zone")
    yield f"**{state.number}** · {word(state.state)} · {where}"
    yield ""
    if state.fix is None:
        yield "- " + _("no position")
    else:
        fix = state.fix
        yield (f"- {fix.lat:.5f} N {fix.lon:.5f} E, ~{distance(r95_of(fix))}, {clock_time(fix.received_at)}")
    yield "- " + _("danger:") + f" {_dangers(one)}"
    yield "- " + _("allowed towards her:") + f" {_allowed(one, glance)}"
    signs = ", ".join(f"{glance.call_sign(p.patrol)} {word(p.state)}" for p in state.sent)
    yield "- " + _("patrols:") + f" {signs or '–'} · " + _("in hand of {by}", by=state.handler or "–")


def _awaited(clock: Clock, glance: Glance) -> str:
    patrol = f" ({glance.call_sign(clock.patrol)})" if clock.patrol else ""
    left = (
        _("{time} left", time=running(clock.left_s))
        if clock.left_s >= 0
        else _("{time} late", time=running(-clock.left_s))
    )
    # "late" says what red says.
    level = "" if clock.level in {Level.OK, Level.RED} else f" – {word(clock.level)}"
    return f"{word(clock.kind)}{patrol}, {left}{level}"


def _dangers(one: Open) -> str:
    extract = one.state.extract
    if extract is None or extract.perpetrator is None:
        return _("see the case file")
    kinds = [word(danger.kind) for danger in by_gravity(extract.perpetrator.dangers)]
    return ", ".join(dict.fromkeys(kinds)) or word(extract.perpetrator.danger_check)


def _allowed(one: Open, glance: Glance) -> str:
    extract, now = one.state.extract, glance.now
    if extract is None or now is None:
        return _("NOTHING")
    answers = (channel_answer(extract.victim.channels, kind, day_in_belgium(now)) for kind in SHOWN_CHANNELS)
    return ", ".join(word(one.channel) for one in answers if one.allowed) or _("NOTHING")


def _held(one: Holding) -> str:
    who = one.operator or _("nobody")
    parts = [", ".join(one.handled)] if one.handled else []
    if one.listened:
        parts.append(_("listens: {numbers}", numbers=", ".join(one.listened)))
    return f"**{who}**: " + " · ".join(parts)


def _to_watch(glance: Glance) -> Iterator[str]:
    """What belongs to no intervention alone; the rest stands with each of them."""
    if glance.picture.health:
        yield ngettext("{n} device is not well", "{n} devices are not well", glance.picture.health)
    yield from map(trouble_word, glance.picture.trouble)


def _times(responses: Sequence[ResponseTimes], glance: Glance) -> list[str]:
    tests = sum(one.planned_test for one in responses)
    counted = [ngettext("{n} alarm", "{n} alarms", len(responses) - tests)]
    counted += [ngettext("{n} planned test", "{n} planned tests", tests)] if tests else []
    lines = [" · ".join(counted), ""]
    found = percentiles(responses, glance.targets)
    if not found:
        return lines
    heads = (_("time"), _("how many"), "50 %", "90 %", "95 %", _("longest"), _("in time"))
    lines += ["| " + " | ".join(heads) + " |", "|---|" + "---:|" * (len(heads) - 1)]
    return lines + [f"| {_row(one)} |" for one in found]


def _row(one: Percentiles) -> str:
    times = (running(value) for value in (one.p50, one.p90, one.p95, one.longest))
    return " | ".join((word(one.kind), str(one.count), *times, share(one.in_time)))


def _by_zone(patrols: Iterable[Patrol]) -> list[Patrol]:
    return sorted(patrols, key=lambda one: (one.zone or "", one.call_sign))
