"""By hand: opening without a press (W5), and entering afterwards what was done by voice (W12)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from console.domain import commands as c
from console.domain import events as e
from console.domain.casefile import Extract
from console.domain.intervention import Intervention
from console.domain.rules.common import Bodies, Refused, in_hand, may_act, still_open
from console.domain.values import Actor, Role

LEAST_LETTERS: Final = 3
"""With fewer, a search would list the victims instead of finding one."""

MOST_CHOICES: Final = 8
"""So many are named when several fit; if more do, more must be typed."""

LONGEST_AGO: Final = timedelta(hours=12)
"""What happened earlier is no matter of this shift: it belongs in a report."""

_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True)
class HandFacts:
    """What the registry knows of the victim who was named.

    ``zone`` is her file zone: there is no position, and her home address is none. ``extract`` None: the file is
    sealed. ``others``: where the other victims of the same man have their files.
    """

    number: str
    room: str
    zone: str | None
    button: str | None
    case_file: e.CaseFileRef
    extract: Extract | None = None
    others: tuple[e.OtherVictim, ...] = ()


def may_open(do: c.OpenByHand, actor: Actor) -> None:
    """Operators and supervisors open by hand, with a reason and with enough of a name to mean one person (W5)."""
    if actor.role not in {Role.OPERATOR, Role.SUPERVISOR} or actor.room is None:
        raise Refused("wrong_role", role=actor.role or actor.kind)
    if not do.reason.strip():
        raise Refused("text_empty")
    if len(do.victim.strip()) < LEAST_LETTERS:
        raise Refused("victim_too_short", letters=str(LEAST_LETTERS))


def one_victim(do: c.OpenByHand, buttons: Sequence[str]) -> str:
    """The one victim who is meant, by her button; of several the buttons are named, and no name (W5).

    ``buttons``: those of the victims who fit and whom this control room may know of.
    """
    if not buttons:
        raise Refused("unknown_victim", victim=do.victim)
    if len(buttons) > MOST_CHOICES:
        raise Refused("too_many_victims", count=str(len(buttons)))
    if len(buttons) > 1:
        raise Refused("ambiguous_victim", choices=", ".join(sorted(buttons)))
    return buttons[0]


def open_by_hand(facts: HandFacts, do: c.OpenByHand, already: Intervention | None) -> Bodies:
    """Open it; whoever opens it handles it, so it begins acknowledged (W5).

    ``already``: what is open for this victim. It is joined, not doubled: the refusal names it.
    """
    if already is not None:
        raise Refused("already_open", number=already.number, room=already.room)
    extract = facts.extract
    opened = e.InterventionOpenedByHand(
        number=facts.number,
        room=facts.room,
        button=facts.button,
        reason=do.reason.strip(),
        case_file=facts.case_file,
        victim=extract and extract.victim,
        perpetrator=extract and extract.perpetrator,
        others=facts.others or None,
    )
    return opened, e.ZoneAllocated(zone=facts.zone, by="file_zone"), e.Acknowledged()


def may_see_others(state: Intervention, actor: Actor) -> None:
    """The names of a man's other victims are for who handles the alarm, and for supervisors (W11)."""
    may_act(state, actor, c.OpenCasefile())
    if actor.role is not Role.SUPERVISOR:
        in_hand(state, actor)
    still_open(state)


def afterwards(state: Intervention, do: c.Afterwards, now: datetime) -> Bodies:
    """What was done by voice is written down with the time at which it happened, marked so (W12).

    It is no decision and changes no state. It is entered by the minute, so the minute of the press is not before
    the press. Like a note it is taken on a closed intervention too.
    """
    if not do.words.strip():
        raise Refused("text_empty")
    if do.happened_at > now:
        raise Refused("not_yet", number=state.number)
    if do.happened_at < state.raised_at.replace(second=0, microsecond=0):
        raise Refused("before_it_began", number=state.number)
    if now - do.happened_at > LONGEST_AGO:
        raise Refused("too_long_ago", hours=f"{LONGEST_AGO.total_seconds() / 3600:.0f}")
    return (e.EnteredAfterwards(happened_at=do.happened_at, what=do.what, words=do.words.strip()),)


def moment_of(text: str, now: datetime) -> datetime:
    """The latest ``HH:MM`` that is not after ``now``, on the clock of the zone that ``now`` carries.

    Raises:
        ValueError: it is no time of day.
    """
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no time of day: write it as 14:05")
    moment = now.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
    return moment if moment <= now else moment - timedelta(days=1)
