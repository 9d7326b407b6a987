"""The world of an exercise: its victims' phones, its patrols, what happens when, and what the trainer lets happen.

It reacts to the trainee: a patrol drives because it was sent, and a step that waits for a deed comes after it. What
is drawn by chance comes from the seed, a stream for each thing, so that the same deeds meet the same world.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final
from uuid import UUID

import shapely

from backend_stub.exercise.clock import WorldClock
from backend_stub.exercise.content import Content, operator_of, where
from backend_stub.exercise.recorder import Recorder
from backend_stub.exercise.seat import sit
from backend_stub.exercise.seat_patrol import NoTaskError, SeatPatrol
from backend_stub.exercise.server import Running
from backend_stub.ledger import FeedKind, FeedRow, NotStored, Transaction
from backend_stub.log import LOG
from backend_stub.simulator import phone as p
from backend_stub.simulator.client import FieldClient
from backend_stub.simulator.patrol import Habits, Look
from backend_stub.simulator.seeded import stream
from console.domain import events as e
from console.domain.commands import Command, LineChange, OpenByHand, PatrolStep
from console.domain.events import AlarmRaised, Event, Finding, InterventionOpenedByHand
from console.domain.ids import uuid7
from console.domain.intervention import State
from console.domain.location import advanced, distance_m
from console.domain.values import Actor, ActorKind, Mode
from console.domain.zones.allocating import to_metres
from console.wire import scenario as s
from console.wire.console_frames import Notice
from console.wire.recording import NoteKind

KMH: Final = 3.6
TOLD_FOR_S: Final = 60.0
"""What the trainee is told stands so long, in seconds of the exercise."""

LOOKS_EVERY_S: Final = 1.0
LOOKS_FOR_TRAINEE_S: Final = 0.05
"""By the wall: the world stands still until somebody sits at the desk."""
BESIDE_M: Final = 150.0
"""So near to her a patrol has found her."""

OVER_AFTER_S: Final = 5.0
"""So long after the last intervention was closed and the last step happened it is over."""


class CannotHappen(Exception):  # noqa: N818 - an answer to the trainer, not a fault
    """What was asked cannot happen in this world now: a code, and a sentence that says why and what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Target:
    """Whom, and which patrol, an inject is for; None where a step names it, or the world may choose."""

    who: str | None = None
    patrol: str | None = None


class World:
    """One running exercise. Belongs to the backend's loop."""

    def __init__(
        self,
        scenario: s.Scenario,
        injects: s.Injects,
        content: Content,
        running: Running,
        clock: WorldClock,
        recorder: Recorder,
        *,
        seed: int,
        language: s.Language,
        password: str = "",
        goes_on: bool = False,
    ) -> None:
        """``password``: of the colleagues that are played. ``goes_on``: the interventions of a recording are in the ledger; their phones follow it until she is found."""
        self._goes_on, self._found_since = goes_on, set[str]()
        self._password = password
        self.scenario, self.clock, self.language, self.seed = scenario, clock, language, seed
        self.injects: Mapping[str, s.InjectPlan] = injects.injects | scenario.injects
        self._stories = injects.stories | scenario.stories
        self._content, self._running, self._recorder = content, running, recorder
        self.room = scenario.rooms[0]
        self._victim_of = {victim.button: key for key, victim in scenario.victims.items()}
        self._opened: dict[UUID, str] = {}
        self._happened: dict[tuple[str, str], float] = {}
        self._waiting: dict[tuple[str, str], asyncio.Event] = {}
        self._found: dict[str, Sequence[Look]] = {
            victim.button: tuple(self._look(one) for one in victim.found)
            for victim in scenario.victims.values()
            if victim.found is not None
        }
        self._group: asyncio.TaskGroup | None = None
        self._due = 0
        self._crowd = iter(content.crowd)
        self.over = asyncio.Event()
        self.phones = {key: self._phone(key, victim) for key, victim in scenario.victims.items()}
        self.patrols = {plan.patrol: self._patrol(plan) for plan in scenario.patrols}
        self._listen()

    # life

    async def run(self, *, held: bool = False) -> None:
        """Let the world live until cancelled. `over` is set once nothing is left to happen, or its time is up.

        Its first second begins when every phone and patrol is there, and a console of the trainee's room; ``held``:
        when it is told to go on.
        """
        async with asyncio.TaskGroup() as group:
            self._group = group
            for patrol in self.patrols.values():
                group.create_task(patrol.run())
            for phone in self.phones.values():
                group.create_task(phone.run())
            played = {step.operator for step in self.scenario.timeline if isinstance(step, s.Colleague)}
            for operator in sorted(played - {None}, key=str):
                group.create_task(sit(self._running.url, str(operator), self._password))
            for client in self._clients():
                await client.connected.wait()
            for who in {self._opened[one] for one in self._opened if self._stands(one)}:
                await self.phones[who].goes_on()
            if not held:
                while not self._sat_at():  # noqa: ASYNC110 - a login tells nobody
                    await asyncio.sleep(LOOKS_FOR_TRAINEE_S)
                self.clock.go_on()
            self._due += len(self.scenario.timeline)
            group.create_task(self._by_the_clock(), name="timeline")
            for step in self.scenario.timeline:
                if step.at is None:
                    group.create_task(self._in_time(step))
            group.create_task(self._end())

    def _clients(self) -> list[FieldClient]:
        patrols = [patrol.client for patrol in self.patrols.values()]
        return [*patrols, *(phone.client for phone in self.phones.values())]

    def _sat_at(self) -> bool:
        played = {step.operator for step in self.scenario.timeline if isinstance(step, s.Colleague)}
        seated = [one.granted.account for one in self._running.backend.logins]
        return any(one.room == self.room and one.id not in played for one in seated)

    async def _end(self) -> None:
        quiet_s = 0.0
        while self.clock.now_s() < self.scenario.length_s:
            await self.clock.sleep(LOOKS_EVERY_S)
            if self._due or self._is_open() or not self._opened:
                quiet_s = 0.0
                continue
            quiet_s += LOOKS_EVERY_S
            if quiet_s >= OVER_AFTER_S:
                break
        self.over.set()
        self._tell("exercise_over", ())

    def _is_open(self) -> bool:
        return any(one.state is not State.CLOSED for one in self._running.backend.ledger.open_interventions())

    async def _by_the_clock(self) -> None:
        """The steps that have their second, one after the other: of two at the same second the first comes first."""
        timed = [(step.at + step.after, step) for step in self.scenario.timeline if step.at is not None]
        for at_s, step in sorted(timed, key=lambda one: one[0]):
            await self.clock.sleep(at_s - self.clock.now_s())
            await self._step(step)

    async def _in_time(self, step: s.Step) -> None:
        """Wait for what a step waits for, then let it happen."""
        if step.when is not None and not await self._until(step.when):
            self._due -= 1
            return
        await self.clock.sleep(step.after)
        await self._step(step)

    async def _step(self, step: s.Step) -> None:
        """Let a step of the timeline happen; one that cannot any more is left out."""
        try:
            if self._goes_on and getattr(step, "who", None) in self._found_since:
                return  # a patrol is with her: what was recorded is another story from here on
            await self._happen(step, Target())
        except CannotHappen as why:
            LOG.info("step_left_out", extra={"why": str(why)})
        finally:
            self._due -= 1

    async def _until(self, condition: s.Condition) -> bool:
        """Wait for a condition; False: it can no longer come true."""
        key = condition.of, condition.event
        if condition.missing_for is None:
            # What may never happen keeps nothing open.
            self._due -= 1
            try:
                await self._waiting.setdefault(key, asyncio.Event()).wait()
            finally:
                self._due += 1
            return True
        self._due -= 1
        try:
            await self._waiting.setdefault((condition.of, "alarm.raised"), asyncio.Event()).wait()
        finally:
            self._due += 1
        pressed_s = self._happened[condition.of, "alarm.raised"]
        await self.clock.sleep(pressed_s + condition.missing_for - self.clock.now_s())
        return key not in self._happened

    # what the trainer does

    def titles(self) -> dict[str, str]:
        """The injects that can happen here, by name, in the language of the exercise."""
        return {name: plan.title.spoken(self.language) for name, plan in self.injects.items()}

    async def inject(self, name: str, target: Target = Target()) -> None:
        """Let an inject happen now: its first steps at once, later ones in their time.

        Raises:
            CannotHappen: there is none of this name, or it does not fit this world now.
        """
        plan = self.injects.get(name)
        if plan is None:
            raise CannotHappen(
                "no_inject", f"There is no inject {name!r}; there is {', '.join(self.injects)}."
            )
        chosen = self._chosen(target)
        self._recorder.note(NoteKind.INJECT, plan.title.spoken(self.language))
        await self._steps(plan.steps, chosen)

    def pause(self) -> None:
        """Let the world stand still: nobody moves, no time goes by."""
        if not self.clock.paused:
            self.clock.pause()
            self._recorder.note("pause", "")
            self._tell("exercise_paused", ())

    def go_on(self) -> None:
        """Let it go on."""
        if self.clock.paused:
            self.clock.go_on()
            self._recorder.note("go_on", "")
            self._tell("", ())

    def who_of(self, intervention: UUID) -> str | None:
        """Whose intervention it is: a victim of the scenario, or the button of one of the crowd."""
        return self._opened.get(intervention)

    def name_of(self, who: str) -> str:
        """What a trainer calls her."""
        return self.scenario.victims[who].name if who in self.scenario.victims else who

    def mark(self, words: str) -> None:
        """Mark this moment for the debrief."""
        self._recorder.note(NoteKind.MARK, words)

    async def say(self, who: str, words: str) -> None:
        """Speak as a victim, through the chat of her app.

        Raises:
            CannotHappen: nobody of this name is in the scenario.
        """
        await self._phone_of(who).do(p.Chat(words))

    async def hear(self, who: str, words: str) -> None:
        """Let something be heard on her line.

        Raises:
            CannotHappen: nobody of this name is in the scenario.
        """
        await self._phone_of(who).do(p.Line(LineChange.CAPTION, words))

    async def radio(self, patrol: str, words: str, who: str | None = None) -> None:
        """Speak as a patrol over the radio: a note on the intervention that it is on, or on ``who``'s.

        Raises:
            CannotHappen: no such patrol, or no intervention to write it on.
        """
        speaking = self._patrol_of(patrol)
        on = speaking.on_task or (self._open_of(who) if who else None)
        if on is None:
            open_ones = [one for one in self._opened if self._stands(one)]
            on = open_ones[-1] if open_ones else None
        if on is None:
            raise CannotHappen("nothing_open", "No intervention is open: there is nothing to say it on.")
        actor = Actor(kind=ActorKind.PATROL, id=patrol)
        await self._append(on, (e.NoteAdded(words=words),), actor)

    def seat(self, patrol: str, *, taken: bool) -> None:
        """A person sits down in a patrol, or leaves it.

        Raises:
            CannotHappen: no such patrol.
        """
        sits = self._patrol_of(patrol)
        if taken:
            sits.sit()
        else:
            sits.rise()

    async def patrol_says(self, patrol: str, said: str) -> None:
        """What the person in a patrol says of its task: a step, ``read``, how she is, ``busy`` or ``free``.

        Raises:
            CannotHappen: no such patrol, nobody sits in it, it was sent nowhere, or the world stands still.
        """
        speaks = self._patrol_of(patrol)
        if not speaks.seated:
            raise CannotHappen("no_seat", "Nobody sits in this patrol.")
        if self.clock.paused:
            raise CannotHappen("paused", "The world stands still: wait until it goes on.")
        try:
            if said in set(PatrolStep):
                await speaks.reports(PatrolStep(said))
            elif said in set(Finding):
                await speaks.found(Finding(said))
            elif said == "read":
                await speaks.confirms()
            elif said == "busy":
                await speaks.is_busy("")
            else:
                await speaks.is_free()
        except NoTaskError as why:
            raise CannotHappen("no_task", str(why)) from None

    def tell(self, words: str) -> None:
        """Tell the trainee something from outside the console."""
        self._recorder.note("told", words)
        self._tell("told", (words,))
        if self._group is not None:
            self._group.create_task(self._untell(words))

    # steps

    async def _steps(self, steps: Sequence[s.Step], target: Target) -> None:
        """The first of them now, so that who asked hears if it cannot be; the rest in their time."""
        now = [step for step in steps if not step.after][: _at_once(steps)]
        for step in now:
            await self._happen(step, target)
        if self._group is not None and len(now) < len(steps):
            self._due += 1
            self._group.create_task(self._later(steps[len(now) :], target))

    async def _later(self, steps: Iterable[s.Step], target: Target) -> None:
        try:
            for step in steps:
                if step.when is not None and not await self._until(step.when):
                    continue
                await self.clock.sleep(step.after)
                with suppress(CannotHappen):
                    await self._happen(step, target)
        finally:
            self._due -= 1

    async def _happen(self, step: s.Step, target: Target) -> None:
        """Let one step happen.

        Raises:
            CannotHappen: who or what it names is not there.
        """
        spoken = self.language
        match step:
            case s.PressButton():
                await self._phone_for(step, target).do(p.Press())
            case s.ChangeLine():
                await self._phone_for(step, target).do(p.Line(step.change))
            case s.Caption():
                line = p.Line(LineChange.CAPTION, step.words.spoken(spoken))
                await self._phone_for(step, target).do(line)
            case s.Write():
                await self._phone_for(step, target).do(p.Chat(step.words.spoken(spoken)))
            case s.AskCancel():
                await self._phone_for(step, target).do(p.Cancel())
            case s.See():
                sees = p.Sees(step.radius, step.confidence, step.method, step.error)
                await self._phone_for(step, target).do(sees)
            case s.LoseFix():
                await self._phone_for(step, target).do(p.LosesFix())
            case s.Stick():
                await self._phone_for(step, target).do(p.Sticks())
            case s.GoSilent():
                await self._phone_for(step, target).do(p.GoesSilent())
            case s.MoveOn():
                await self._move(step, self._phone_for(step, target))
            case s.Jump():
                phone = self._phone_for(step, target)
                there = self._place(step.to, phone) if step.to is not None else None
                await phone.do(p.Stands(*(there or advanced(*phone.is_at, step.bearing, step.metres))))
            case s.FalseFix():
                await self._phone_for(step, target).do(p.FalseFix(step.metres, step.bearing))
            case s.PatrolBusy() | s.PatrolFree() | s.PatrolSlow() | s.PatrolSees() | s.Radio():
                await self._patrol_does(step, target)
            case _:
                await self._around(step, target)

    async def _patrol_does(
        self, step: s.PatrolBusy | s.PatrolFree | s.PatrolSlow | s.PatrolSees | s.Radio, target: Target
    ) -> None:
        spoken = self.language
        patrol = self._patrol_for(step, target)
        match step:
            case s.PatrolBusy():
                words = step.words.spoken(spoken) if step.words else ""
                await patrol.is_busy(words[:64])
            case s.PatrolFree():
                await patrol.is_free()
            case s.PatrolSlow():
                patrol.drives_at(step.kmh / KMH)
            case s.PatrolSees():
                words = step.words.spoken(spoken) if step.words else ""
                await patrol.sees(step.finding, words)
            case s.Radio():
                await self.radio(patrol.id, step.words.spoken(spoken), step.who or target.who)

    async def _around(self, step: s.Step, target: Target) -> None:
        """What happens neither to a phone nor to a patrol."""
        spoken = self.language
        match step:
            case s.Told():
                self.tell(step.words.spoken(spoken))
            case s.Colleague():
                await self._colleague(step, target)
            case s.CutLink():
                self._cut(step.room or self.room, step.seconds)
            case s.Flood():
                self._flood(step)
            case s.UseInject():
                await self.inject(step.inject, Target(step.who, step.patrol))
            case s.MarkMoment():
                self.mark(step.words.spoken(spoken))

    async def _move(self, step: s.MoveOn, phone: p.Phone) -> None:
        speed_mps = step.kmh / KMH
        if step.to is not None:
            await phone.do(p.GoesTo(speed_mps, *self._place(step.to, phone)))
        else:
            await phone.do(p.Move(speed_mps, step.bearing or 0.0))

    async def _colleague(self, step: s.Colleague, target: Target) -> None:
        """A second operator gives a command, over the same rules as everybody."""
        backend = self._running.backend
        operator = step.operator or operator_of(self.room, 12)
        account = backend.registry.account(operator)
        if account is None:
            raise CannotHappen("no_operator", f"There is no operator {operator}.")
        of = step.of or target.who
        on = self._open_of(of) if of else None
        on = on or next((one for one in reversed(self._opened) if self._stands(one)), None)
        actor = Actor(kind=ActorKind.OPERATOR, id=account.id, role=account.role, room=account.room)
        now = self.clock.now()
        ask = Command(
            id=uuid7(now, secrets.randbits),
            intervention=str(on) if on and not isinstance(step.command, OpenByHand) else None,
            do=step.command,
        )
        result = await backend.do(
            backend.desk.command(actor, ask, backend.patrols.at_large(account.room), now)
        )
        if result.refusal is not None:
            raise CannotHappen("refused", f"{operator} is refused: {result.refusal.code}.")

    def _cut(self, room: str, seconds: float) -> None:
        self._running.door.cut(room)

        async def later() -> None:
            await self.clock.sleep(seconds)
            self._running.door.restore(room)

        if self._group is not None:
            self._group.create_task(later())

    def _flood(self, step: s.Flood) -> None:
        """People of the crowd press, at moments of the seed."""
        random = stream(self.seed, f"flood:{step.count}:{step.within}")
        people = list(islice(self._crowd, step.count))
        if not people:
            raise CannotHappen("no_crowd", "Nobody of the crowd is left: everybody has pressed.")
        moments = sorted(random.uniform(0, step.within) for _ in people)
        for number, ((button, lon, lat), after_s) in enumerate(zip(people, moments, strict=True)):
            story = step.stories[number % len(step.stories)]
            if self._group is not None:
                self._due += 1
                self._group.create_task(self._signal(button, lon, lat, self._stories[story], after_s))

    async def _signal(
        self, button: str, lon: float, lat: float, steps: Sequence[s.Step], after_s: float
    ) -> None:
        """One of the crowd presses and lives a story."""
        try:
            await self.clock.sleep(after_s)
            self._victim_of[button] = button
            phone = self._made(button, button, lon, lat)
            self.phones[button] = phone
            assert self._group is not None
            self._group.create_task(phone.run())
            await phone.client.connected.wait()
            self._due += 1
            await self._later(steps, Target(who=button))
        finally:
            self._due -= 1

    # who is who

    def _phone(self, key: str, victim: s.VictimPlan) -> p.Phone:
        lon, lat = where(self.scenario, victim.at or victim.home)
        return self._made(key, victim.button, lon, lat)

    def _made(self, key: str, button: str, lon: float, lat: float) -> p.Phone:
        running = self._running
        return p.Phone(
            (running.url,),
            running.tokens.devices[button],
            p.PhoneScript(button, lon, lat, (), paced=True),
            self.clock,
            stream(self.seed, f"phone:{key}"),
            wall=self.clock.now,
            stays=True,
            mode=Mode.EXERCISE,
        )

    def _patrol(self, plan: s.PatrolPlan) -> SeatPatrol:
        unit = next(one for one in self._content.registry.patrols if one.id == plan.patrol)
        return SeatPatrol(
            (self._running.url,),
            self._running.tokens.patrols[unit.id],
            unit,
            self.clock,
            stream(self.seed, unit.id),
            Habits(
                busy_share=0.0,
                roam_m=0.0,
                busy_at_first_s=plan.busy,
                not_alone_share=0.0,
                drive_mps=plan.kmh / KMH,
            ),
            looks=self._seen_at,
            meets=self._is_beside,
            wall=self.clock.now,
            mode=Mode.EXERCISE,
        )

    def _seen_at(self, intervention: UUID) -> Sequence[Look] | None:
        state = self._running.backend.ledger.state(intervention)
        return self._found.get(state.button or "") if state else None

    def _is_beside(self, intervention: UUID, lon: float, lat: float, within_m: float) -> bool:
        """She is where the patrol stands, or as near as her phone can tell."""
        phone = self.phones.get(self._opened.get(intervention, ""))
        return phone is None or distance_m(lon, lat, *phone.is_at) <= max(BESIDE_M, within_m)

    def _look(self, look: s.Look) -> Look:
        return Look(look.after, look.finding, look.words.spoken(self.language) if look.words else "")

    def _phone_of(self, who: str) -> p.Phone:
        if who not in self.phones:
            raise CannotHappen(
                "nobody", f"There is no {who!r} in this exercise; there is {', '.join(self.phones)}."
            )
        return self.phones[who]

    def _phone_for(self, step: s.Step, target: Target) -> p.Phone:
        named = getattr(step, "who", None)
        if named == "other":
            named = self._other(target.who)
        return self._phone_of(named or target.who or next(iter(self.scenario.victims)))

    def _other(self, who: str | None) -> str:
        """Another victim of the same man, who has not pressed."""
        victims = self.scenario.victims
        him = victims[who].perpetrator if who in victims else None
        for key, victim in victims.items():
            same = key != who and victim.perpetrator == him
            if same and (key, "alarm.raised") not in self._happened:
                return key
        raise CannotHappen(
            "no_second_victim",
            "There is no second victim of this man who has not pressed: the scenario needs one.",
        )

    def _patrol_of(self, patrol: str) -> SeatPatrol:
        if patrol not in self.patrols:
            known = ", ".join(self.patrols)
            raise CannotHappen(
                "no_patrol", f"There is no patrol {patrol!r} in this exercise; there is {known}."
            )
        return self.patrols[patrol]

    def _patrol_for(self, step: s.Step, target: Target) -> SeatPatrol:
        named = getattr(step, "patrol", None) or target.patrol
        if named is None:
            raise CannotHappen("no_patrol", "This scenario has no patrol.")
        return self._patrol_of(named)

    def _chosen(self, target: Target) -> Target:
        """Whom an inject is for, where nobody said: the latest who pressed, and a patrol that was sent to her."""
        who = target.who
        if who is None:
            stand = [self._opened[one] for one in self._opened if self._stands(one)]
            own = [one for one in stand if one in self.scenario.victims]
            who = (own or stand or list(self.scenario.victims))[-1]
        self._phone_of(who)
        patrol = target.patrol
        if patrol is None:
            on = self._open_of(who)
            sent = [one.id for one in self.patrols.values() if on is not None and one.on_task == on]
            free = [one.id for one in self.patrols.values() if one.on_task is None]
            patrol = next(iter((*sent, *free)), None)
        else:
            self._patrol_of(patrol)
        return replace(target, who=who, patrol=patrol)

    def _place(self, named: str | s.Point, phone: p.Phone) -> tuple[float, float]:
        if named != s.BORDER:
            return where(self.scenario, named)
        zones = self._running.zones
        transform = to_metres().transform
        here = shapely.Point(*transform(*phone.is_at))
        owner = zones.allocate(*phone.is_at, 0.0).zone
        if owner is None:
            raise CannotHappen("no_border", "She is in no zone: there is no border to stand on.")
        edge = zones.shapes[zones.ids.index(owner)].boundary
        nearest = edge.interpolate(edge.project(here))
        lon, lat = to_metres().transform(nearest.x, nearest.y, direction="INVERSE")
        return float(lon), float(lat)

    def _open_of(self, who: str) -> UUID | None:
        found = [one for one, victim in self._opened.items() if victim == who and self._stands(one)]
        return found[-1] if found else None

    def _stands(self, intervention: UUID) -> bool:
        state = self._running.backend.ledger.state(intervention)
        return state is not None and state.state is not State.CLOSED

    # what the ledger says

    def _listen(self) -> None:
        """Hear what is committed, after the backend has."""
        ledger, loop = self._running.backend.ledger, asyncio.get_running_loop()
        backend = ledger.on_commit

        def committed(rows: Sequence[FeedRow]) -> None:
            backend(rows)
            loop.call_soon_threadsafe(self._heard, rows)

        ledger.on_commit = committed

    def _heard(self, rows: Sequence[FeedRow]) -> None:
        for event in {row.seq: row.event for row in rows if row.kind is not FeedKind.GLIMPSE}.values():
            self._know(event)

    def _know(self, event: Event) -> None:
        body = event.body
        if (
            isinstance(body, AlarmRaised | InterventionOpenedByHand)
            and event.intervention not in self._opened
        ):
            self._opened[event.intervention] = self._victim_of.get(body.button or "", body.button or "?")
        who = self._opened.get(event.intervention)
        if who is None:
            return
        if event.type == "patrol.on_scene" and self.clock.now_s() > 0:
            self._found_since.add(who)
        for kind in (event.type, *_ALSO.get(event.type, ())):
            self._happened.setdefault((who, kind), self.clock.now_s())
            self._waiting.setdefault((who, kind), asyncio.Event()).set()

    async def _append(self, on: UUID, bodies: tuple[e.KnownBody, ...], actor: Actor) -> None:
        now = self.clock.now()

        def do(tx: Transaction) -> None:
            tx.append(on, bodies, actor, now)

        try:
            await self._running.backend.do(do)
        except NotStored as error:
            raise CannotHappen("not_stored", "It could not be stored: try again.") from error

    def _tell(self, code: str, words: Sequence[str]) -> None:
        facts = {str(number): one for number, one in enumerate(words)}
        frame = Notice(code=code, facts=facts).model_dump_json().encode()
        for session in self._running.backend.hub.sessions(self.room):
            session.outbox.put((frame,))

    async def _untell(self, _words: str) -> None:
        await self.clock.sleep(TOLD_FOR_S)
        if not self.over.is_set():
            self._tell("", ())


_ALSO: Final[Mapping[str, tuple[str, ...]]] = {
    "intervention.taken_over": ("intervention.acknowledged",),
    "intervention.opened_by_hand": ("alarm.raised",),
}
"""What counts as another event for a condition that waits."""


def _at_once(steps: Sequence[s.Step]) -> int:
    """How many of the first steps wait for nothing."""
    for number, step in enumerate(steps):
        if step.after or step.when is not None:
            return number
    return len(steps)
