"""Planned tests at the backend: what registry and map add to an announcement, and which press it is for (W15)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from backend_stub.ledger import Transaction
from backend_stub.ledger.keys import Erased
from backend_stub.registry.planned_tests import (
    buttons_announced,
    mark_pressed,
    mark_withdrawn,
    put_test,
    running_test,
    tests_of_room,
)
from backend_stub.registry.registry import Registry
from backend_stub.registry.sealing import case_key
from backend_stub.registry.tables import create_tables
from console.domain import commands as c
from console.domain.casefile import AddressKind
from console.domain.events import NamedPlace
from console.domain.planned_test import AnnouncedTest
from console.domain.rules.announcing import TestFacts, announce, withdraw
from console.domain.rules.common import Refused
from console.domain.values import Actor


class PlannedTests:
    """Used by the writer's thread alone: every method but the constructor runs inside a job."""

    def __init__(
        self,
        registry: Registry,
        zone_at: Callable[[float, float], str | None],
        room_of_zone: Mapping[str, str],
    ) -> None:
        """``zone_at``: the zone of a lon and lat; None outside Belgium."""
        self._registry, self._zone_at, self._room_of_zone = registry, zone_at, room_of_zone
        self._announced: set[str] | None = None

    def do(
        self, tx: Transaction, do: c.AnnounceTest | c.WithdrawTest, actor: Actor, now: datetime
    ) -> c.Refusal | None:
        """Announce or withdraw; None: it is done."""
        hidden = self._excludes(do.button, actor)
        running = None if hidden else self.running(tx, do.button, now)
        try:
            if isinstance(do, c.WithdrawTest):
                mark_withdrawn(tx.connection, withdraw(do, actor, running).id, actor.id)
                return None
            test = announce(do, actor, self._facts(tx, do, actor, running), tx.new_id(now), now)
        except Refused as refused:
            return refused.refusal
        self._put(tx, test)
        # Before the commit: a button too many only costs its next press a look into the table.
        self._known(tx, now).add(test.button)
        return None

    def running(self, tx: Transaction, button: str, now: datetime) -> AnnouncedTest | None:
        """The announcement into whose window a press now falls, also if its one press has come."""
        if button not in self._known(tx, now):
            return None
        return running_test(tx.connection, tx.keys, button, now)

    def pressed(self, tx: Transaction, test: AnnouncedTest | None, intervention: UUID) -> None:
        """Its one press has come: whatever follows is a second one."""
        if test is not None and test.pressed is None:
            mark_pressed(tx.connection, test.id, intervention)

    def of_room(self, tx: Transaction, actor: Actor, now: datetime) -> tuple[AnnouncedTest, ...]:
        """What is announced in the actor's control room."""
        found = tests_of_room(tx.connection, tx.keys, actor.room or "", now)
        return tuple(test for test in found if not self._excludes(test.button, actor))

    def _excludes(self, button: str, actor: Actor) -> bool:
        """The case file of this button does not exist for the actor (W19)."""
        return actor.id in self._registry.excluded(button)

    def _known(self, tx: Transaction, now: datetime) -> set[str]:
        """Buttons that may have an announcement; read once, so that other presses cost no query."""
        if self._announced is None:
            create_tables(tx.connection)  # a ledger without a registry has presses all the same
            self._announced = set(buttons_announced(tx.connection, now))
        return self._announced

    def _facts(
        self, tx: Transaction, do: c.AnnounceTest, actor: Actor, running: AnnouncedTest | None
    ) -> TestFacts:
        button = self._registry.button(do.button)
        held = self._registry.case_of_button(do.button)
        rooms = {button.stock if button else None}
        if held is not None:
            rooms.add(self._room_of_zone.get(held.reference.file_zone))
        opened = tx.open_of(do.button) or (tx.open_of_victim(held.reference.id) if held else None)
        place = do.place or self._home(do.button)
        zone = self._zone_at(place.lon, place.lat) if place else None
        return TestFacts(
            known=button is not None and actor.room in rooms and not self._excludes(do.button, actor),
            place=place,
            place_room=self._room_of_zone.get(zone) if zone else None,
            running=running,
            open_number=opened.number if opened else None,
        )

    def _home(self, button: str) -> NamedPlace | None:
        held = self._registry.case_of_button(button)
        addresses = held.victim.addresses if held and held.victim else ()
        home = next((one for one in addresses if one.kind is AddressKind.HOME), None)
        return NamedPlace(name=home.text, lon=home.lon, lat=home.lat) if home else None

    def _put(self, tx: Transaction, test: AnnouncedTest) -> None:
        held = self._registry.case_of_button(test.button)
        own = f"planned_test:{test.id}"
        try:
            put_test(tx.connection, tx.keys, test, case_key(held.reference.id) if held else own)
        except Erased:
            put_test(tx.connection, tx.keys, test, own)
