"""The desk: the only place that turns frames into jobs for the writer.

A method looks up what the registry and the map know and returns a job; the writer runs it over a `Transaction`,
where the domain decides and the events are appended. No socket, no clock and no thread in here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from backend_stub.by_hand import ByHand
from backend_stub.ledger import Transaction
from backend_stub.neighbours import Allocator, Neighbours
from backend_stub.patrol_board import with_tasks
from backend_stub.planned_tests import PlannedTests
from backend_stub.registry import store
from backend_stub.registry.records import HeldCaseFile
from backend_stub.registry.registry import Registry
from console.domain import commands as c
from console.domain import events as e
from console.domain.allocation import Allocation
from console.domain.casefile import CaseFile, Extract, extract_of
from console.domain.could_be_now import circle_that_counts
from console.domain.days import day_in_belgium
from console.domain.decide import View, decide, elsewhere
from console.domain.file_changes import with_test, with_words_used
from console.domain.intervention import Intervention
from console.domain.location import Fix, is_nowhere
from console.domain.need_to_know import exists_for
from console.domain.patrols import Patrol
from console.domain.planned_test import AnnouncedTest
from console.domain.reports import Owner, PressFacts, join, owner_of, raise_alarm, report
from console.domain.rules.by_hand import may_see_others
from console.domain.rules.common import Refused
from console.domain.sight import Sight, sight_of
from console.domain.sirens import USUAL, Sirens
from console.domain.values import SYSTEM, Actor, ActorKind, Frozen
from console.wire.console_frames import Result, VictimToCheck
from console.wire.field_frames import FixSent, PressFrame, Receipt

T = TypeVar("T")
Job = Callable[[Transaction], T]

BELGIUM = ZoneInfo("Europe/Brussels")
"""Days and years of people: a number's year, an order's last day, a day of the history."""


class _Kept(Frozen):
    """The answer to a command, as the ledger keeps it."""

    by: str
    result: Result


@dataclass(frozen=True)
class PressJob:
    """A press, looked up. ``room`` is where it rings if it cannot be stored."""

    room: str
    zone: str | None
    do: Job[Receipt]


class Desk:
    """Takes what is reported and asked. Reads the registry and the map, which never change under it."""

    def __init__(
        self,
        registry: Registry,
        allocator: Allocator,
        room_of_zone: Mapping[str, str],
        fallback_room: str,
        new_id: Callable[[datetime], UUID],
        sirens: Sirens = USUAL,
    ) -> None:
        """``fallback_room`` answers where neither position nor file nor stock names one (W1). ``sirens``: from how
        far patrols come without siren, where the case file says nothing (W10).
        """
        self._registry = registry
        self._allocator = allocator
        self._room_of_zone = room_of_zone
        self._zones = frozenset(room_of_zone)
        self._neighbours = Neighbours(allocator, room_of_zone)
        self._fallback = fallback_room
        self._new_id = new_id
        self._sirens = sirens
        self._by_hand = ByHand(registry, room_of_zone, sirens)
        self._tests = PlannedTests(
            registry, lambda lon, lat: allocator.allocate(lon, lat, 0).zone, room_of_zone
        )

    # devices

    def fix(self, sent: FixSent | None, now: datetime) -> Fix | None:
        """A position as the backend received it at ``now``."""
        if sent is None:
            return None
        return Fix(id=str(self._new_id(now)), received_at=now, **dict(sent))

    def allocation(self, fix: Fix | None, trail: Sequence[Fix] = ()) -> Allocation | None:
        """The zones of a position by the circle that counts (W9); None without one, and at 0,0."""
        if fix is None or is_nowhere(fix.lon, fix.lat):
            return None
        circle = circle_that_counts(fix, trail)
        return self._allocator.allocate(fix.lon, fix.lat, circle.radius_m, circle.confidence_pct)

    def press(
        self, button: str, frame: PressFrame, now: datetime, room_of_open: str | None = None
    ) -> PressJob:
        """A press: the first receipt again, or it joins the victim's open intervention, or it opens one (R2, W1).

        ``room_of_open``: the control room of an intervention that is known to be open for it.
        """
        known = self._registry.button(button)
        held = self._registry.case_of_button(button)
        fix = self.fix(frame.fix, now)
        allocation = self.allocation(fix)
        owner = owner_of(
            allocation,
            held.reference.file_zone if held else None,
            self._room_of_zone,
            known.stock if known else self._fallback,
        )
        press = c.Press(button=button, press_id=frame.press_id, pressed_at=frame.pressed_at, fix=fix)
        content = frame.model_dump_json().encode()
        actor = Actor(kind=ActorKind.DEVICE, id=button)

        def do(tx: Transaction) -> Receipt:
            seen = tx.press_seen(button, frame.press_id, content)
            if seen is not None:
                if not seen.same:
                    note = e.NoteAdded(code=e.NoteCode.CONFLICTING_DUPLICATE)
                    tx.append(seen.intervention, (note,), actor, now)
                return Receipt.model_validate_json(seen.receipt)
            announced = self._tests.running(tx, button, now)
            state = tx.open_of(button) or (tx.open_of_victim(held.reference.id) if held else None)
            if state is not None:
                intervention = state.id
                tx.append(intervention, join(state, press, allocation), actor, now)
                self._neighbours.follow(tx, intervention, now, pressed_in=owner.room)
            else:
                intervention = tx.new_id(now)
                number = tx.next_number(owner.room, now.astimezone(BELGIUM).year)
                facts = self._facts(button, number, owner, allocation, held, now, announced)
                bodies = _marked_sealed(raise_alarm(press, facts), held)
                excluded = held.excluded if held else ()
                tx.append(intervention, bodies, actor, now, rooms={owner.room}, hidden_from=excluded)
                self._by_hand.tell_same_man(tx, intervention, held, now)
                self._neighbours.follow(tx, intervention, now)
            self._tests.pressed(tx, announced, intervention)
            receipt = Receipt(press_id=frame.press_id, id=tx.new_id(now), received_at=now)
            tx.remember_press(button, frame.press_id, content, receipt.model_dump_json(), intervention)
            return receipt

        return PressJob(room_of_open or owner.room, owner.zone, do)

    def device_report(self, button: str, said: c.Report, now: datetime) -> Job[bool]:
        """What a device reports on its open intervention; False: there is none."""
        actor = Actor(kind=ActorKind.DEVICE, id=button)

        def do(tx: Transaction) -> bool:
            state = tx.open_of(button)
            if state is None:
                return False
            allocation = self.allocation(said.fix, state.trail) if isinstance(said, c.FixReport) else None
            bodies = report(state, said, allocation)
            if isinstance(bodies, c.Refusal):
                return False
            tx.append(state.id, bodies, actor, now)
            if isinstance(said, c.FixReport):
                self._neighbours.follow(tx, state.id, now)
            return True

        return do

    def not_reached(self, intervention: UUID, now: datetime) -> Job[None]:
        """Log that what was sent to a phone found none connected: it is not kept for later, when it could betray."""

        def do(tx: Transaction) -> None:
            tx.append(intervention, (e.NoteAdded(code=e.NoteCode.PHONE_NOT_REACHED),), SYSTEM, now)

        return do

    # patrols

    def patrol_report(
        self, patrol: str, room: str, said: c.PatrolReport | c.PatrolRead | c.PatrolSaw, now: datetime
    ) -> Job[bool]:
        """A step of a patrol's task; False: it has none."""
        actor = Actor(kind=ActorKind.PATROL, id=patrol, room=room)

        def do(tx: Transaction) -> bool:
            state = tx.open_with_patrol(patrol)
            if state is None:
                return False
            bodies = report(state, said)
            if isinstance(bodies, c.Refusal):
                return False
            tx.append(state.id, bodies, actor, now)
            return True

        return do

    # consoles

    def command(
        self, actor: Actor, command: c.Command, patrols: Mapping[str, Patrol], now: datetime
    ) -> Job[Result]:
        """An operator's command. The same id again has the same result, for whoever gave it.

        ``patrols``: what the control room knows of them beside interventions. An intervention that the room
        does not see answers as one that is not there (S5).
        """

        def do(tx: Transaction) -> Result:
            done = tx.command_done(command.id)
            if done is not None:
                kept = _Kept.model_validate_json(done.result)
                return kept.result if kept.by == actor.id else _unknown(command.id, command.intervention)
            if (late := command.too_late(now)) is not None:
                return Result(id=command.id, refusal=late)  # not remembered: it may be confirmed later
            if isinstance(command.do, c.AnnounceTest | c.WithdrawTest):
                result = Result(id=command.id, refusal=self._tests.do(tx, command.do, actor, now))
                tx.remember_command(command.id, _Kept(by=actor.id, result=result).model_dump_json())
                return result
            if isinstance(command.do, c.OpenByHand):
                return self._opened_by_hand(tx, command, command.do, actor, now)
            if isinstance(command.do, c.TakeOverRoom):
                refusal = self._neighbours.take_over_room(tx, command, command.do, actor, now)
                result = Result(id=command.id, refusal=refusal)
                tx.remember_command(command.id, _Kept(by=actor.id, result=result).model_dump_json())
                return result
            state = _known(tx, command.intervention, actor)
            if state is None:
                result = _unknown(command.id, command.intervention)
                tx.remember_command(command.id, _Kept(by=actor.id, result=result).model_dump_json())
                return result
            view = View(
                patrols=with_tasks(patrols, tx.open_interventions(), actor),
                zones=self._zones,
                also_open=_also_open(tx, state),
            )
            bodies = decide(state, command, actor, view, now)
            refusal = bodies if isinstance(bodies, c.Refusal) else None
            if not isinstance(bodies, c.Refusal):
                others = [one for one in tx.open_interventions() if one.id != state.id]
                for other, more in elsewhere(command, actor, others):
                    tx.append(other, more, actor, now)
                tx.append(state.id, bodies, actor, now)
                self._to_the_file(tx, state, bodies, now)
                state = tx.state(state.id) or state
            result = Result(
                id=command.id,
                refusal=refusal,
                intervention=state.id,
                number=state.number,
                decision=state.decision,
            )
            tx.remember_command(
                command.id, _Kept(by=actor.id, result=result).model_dump_json(), state.decision
            )
            return result

        return do

    def _opened_by_hand(
        self, tx: Transaction, command: c.Command, do: c.OpenByHand, actor: Actor, now: datetime
    ) -> Result:
        """The answer to `open`: it names no intervention and makes one (W5)."""
        opened = self._by_hand.open(tx, do, actor, now)
        if isinstance(opened, c.Refusal):
            result = Result(id=command.id, refusal=opened)
        else:
            self._neighbours.follow(tx, opened.id, now)
            opened = tx.state(opened.id) or opened
            result = Result(
                id=command.id, intervention=opened.id, number=opened.number, decision=opened.decision
            )
        tx.remember_command(command.id, _Kept(by=actor.id, result=result).model_dump_json(), result.decision)
        return result

    def _to_the_file(
        self, tx: Transaction, state: Intervention, bodies: tuple[e.KnownBody, ...], now: datetime
    ) -> None:
        """What a close changes in her file, as a revision in the same transaction: one of her two words was used, so
        that both must be changed (W4), or it was a planned test, from which the rhythm counts (W15).
        """
        used = any(isinstance(body, e.NoteAdded) and body.code is e.NoteCode.WORDS_USED for body in bodies)
        tested = any(
            isinstance(body, e.InterventionClosed) and body.outcome is e.Outcome.TEST_PRESS for body in bodies
        )
        reference = state.case_file
        if reference is None or not (used or tested):
            return
        revisions = store.case_file_revisions(tx.connection)
        held = store.case_file_at(tx.connection, tx.keys, reference.id, revisions.get(reference.id, 0))
        file = held.case_file if held is not None else None
        if file is None:
            return
        today = day_in_belgium(now)
        later = with_test(file, today) if tested else file
        later = with_words_used(later, today) if used else later
        later = later.model_copy(update={"revision": file.revision + 1})
        store.put_case_files(tx.connection, tx.keys, (later,))

    def tests(self, actor: Actor, now: datetime) -> Job[tuple[AnnouncedTest, ...]]:
        """The tests announced in the actor's control room whose window has not ended (W15)."""
        return lambda tx: self._tests.of_room(tx, actor, now)

    def victims(
        self, actor: Actor, intervention: str, now: datetime
    ) -> Job[tuple[VictimToCheck, ...] | c.Refusal]:
        """Log that a man's other victims are shown, and return them (W11)."""

        def do(tx: Transaction) -> tuple[VictimToCheck, ...] | c.Refusal:
            state = _visible(tx, intervention, actor)
            if state is None:
                return _not_here(intervention)
            try:
                may_see_others(state, actor)
            except Refused as refused:
                return refused.refusal
            return self._by_hand.to_check(tx, state, actor, now)

        return do

    def casefile(self, actor: Actor, intervention: str, now: datetime) -> Job[CaseFile | c.Refusal | None]:
        """Log that the full case file is opened, and return it (W7); None: it is sealed."""
        asked = c.Command(id=self._new_id(now), intervention=intervention, do=c.OpenCasefile())

        def do(tx: Transaction) -> CaseFile | c.Refusal | None:
            state = _visible(tx, intervention, actor)
            if state is None:
                return _not_here(intervention)
            bodies = decide(state, asked, actor, View(), now)
            if isinstance(bodies, c.Refusal):
                return bodies
            tx.append(state.id, bodies, actor, now)
            return self._registry.case_file(state.case_file.id) if state.case_file else None

        return do

    def visible(self, actor: Actor, intervention: str) -> Job[UUID | c.Refusal]:
        """The id of an intervention that the actor sees."""

        def do(tx: Transaction) -> UUID | c.Refusal:
            state = _visible(tx, intervention, actor)
            return _not_here(intervention) if state is None else state.id

        return do

    def _facts(
        self,
        button: str,
        number: str,
        owner: Owner,
        allocation: Allocation | None,
        held: HeldCaseFile | None,
        now: datetime,
        announced: AnnouncedTest | None,
    ) -> PressFacts:
        today = now.astimezone(BELGIUM).date()
        extract: Extract | None = None
        if held is not None and held.case_file is not None:
            extract = extract_of(held.case_file, today, self._sirens.off_m(owner.zone, owner.room))
        return PressFacts(
            number=number,
            owner=owner,
            button_status=self._registry.button_status(button, today),
            extract=extract,
            allocation=allocation,
            others=self._by_hand.others(held),
            announced=announced,
        )


def _marked_sealed(bodies: tuple[e.KnownBody, ...], held: HeldCaseFile | None) -> tuple[e.KnownBody, ...]:
    """A file that cannot be opened is named all the same: the screen says "file sealed" (W17)."""
    return tuple(
        body.model_copy(update={"case_file": held.reference})
        if isinstance(body, e.AlarmRaised) and body.case_file is None and held is not None
        else body
        for body in bodies
    )


def _visible(tx: Transaction, intervention: str | None, actor: Actor) -> Intervention | None:
    """What the actor sees whole: a glimpse opens neither timeline nor file (W8)."""
    state = _known(tx, intervention, actor)
    return None if state is None or sight_of(state, actor.room or "") is Sight.GLIMPSE else state


def _known(tx: Transaction, intervention: str | None, actor: Actor) -> Intervention | None:
    """What the actor's control room sees at all, and exists for the actor (W19): of a glimpse it may be told who
    leads it.
    """
    state = tx.find(intervention) if intervention else None
    if state is None or actor.room not in tx.rooms(state.id) or not exists_for(state, actor.id):
        return None
    return state


def _also_open(tx: Transaction, state: Intervention) -> Intervention | None:
    """Another intervention that is open for the same victim."""
    found = tx.open_of(state.button) if state.button else None
    if found is None and state.case_file is not None:
        found = tx.open_of_victim(state.case_file.id)
    return None if found is None or found.id == state.id else found


def _not_here(intervention: str | None) -> c.Refusal:
    return c.Refusal(code="unknown_intervention", facts={"intervention": intervention or "?"})


def _unknown(command: UUID, intervention: str | None) -> Result:
    return Result(id=command, refusal=_not_here(intervention))
