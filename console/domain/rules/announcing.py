"""Announcing a planned test, and taking it back (W15). It acts on no intervention: none is open yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from console.domain import commands as c
from console.domain.events import NamedPlace
from console.domain.planned_test import LONGEST, AnnouncedTest
from console.domain.rules.common import Refused
from console.domain.values import Actor, Role


@dataclass(frozen=True)
class TestFacts:
    """What the registry, the map and the ledger know of a button that a test is announced for.

    ``known``: the button is one of this control room's. ``place``: the one that is meant; None: she has no home
    address on file. ``place_room``: the control room in whose area it lies; None: outside Belgium.
    ``running``: the announcement that stands already. ``open_number``: what is open for her.
    """

    __test__ = False  # the name is no test of ours

    known: bool
    place: NamedPlace | None = None
    place_room: str | None = None
    running: AnnouncedTest | None = None
    open_number: str | None = None


def announce(
    do: c.AnnounceTest, actor: Actor, facts: TestFacts, identity: UUID, now: datetime
) -> AnnouncedTest:
    """The announcement: from now on, for at most 15 minutes, for one press at the named place (W15).

    Raises:
        Refused: not this person's to do, or it would not be clear which press is the test.
    """
    room = _room(actor)
    if not facts.known:
        raise Refused("unknown_button", button=do.button)
    if not do.officer.strip():
        raise Refused("text_empty")
    if facts.open_number is not None:
        raise Refused("test_after_alarm", number=facts.open_number, button=do.button)
    if facts.running is not None and facts.running.pressed is None:
        raise Refused("test_already_announced", button=do.button)
    if facts.place is None:
        raise Refused("no_home_address", button=do.button)
    if facts.place_room != room:
        raise Refused("place_elsewhere", room=facts.place_room or "–")
    return AnnouncedTest(
        id=identity,
        room=room,
        button=do.button,
        place=facts.place,
        officer=" ".join(do.officer.split()),
        by=actor.id,
        announced_at=now,
        until=now + min(timedelta(minutes=do.minutes), LONGEST),
    )


def withdraw(do: c.WithdrawTest, actor: Actor, running: AnnouncedTest | None) -> AnnouncedTest:
    """The announcement taken back: from now on a press is real. Another control room's does not exist here.

    Raises:
        Refused: there is none, or its press has come.
    """
    room = _room(actor)
    if running is None or running.pressed is not None or running.room != room:
        raise Refused("no_test_to_withdraw", button=do.button)
    return running.model_copy(update={"withdrawn_by": actor.id})


def _room(actor: Actor) -> str:
    """Operators and supervisors announce, for their own control room."""
    if actor.role not in {Role.OPERATOR, Role.SUPERVISOR} or actor.room is None:
        raise Refused("wrong_role", role=actor.role or actor.kind)
    return actor.room
