"""Recordings for tests: those of a story, and one of ten hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from console.domain import events as e
from console.domain.patrols import Patrol, PatrolState
from console.domain.stamp import stamp
from console.domain.values import Actor, ActorKind, Mode
from console.wire.recorded import Header, Recorded, RecordedEvent, RecordedNote, RecordedPatrols, Recording
from tests.story import COLLEAGUE, DEVICE, OPERATOR, START, Story, case_file, near, patrol, shares


def header(**more: object) -> Header:
    """The header of a recording of the room VBR."""
    facts: dict[str, object] = {"title": "Leuven by night", "place": "Leuven", "room": "VBR"}
    return Header.model_validate(facts | {"starts_at": START, "mode": Mode.REPLAY} | more)


@dataclass
class Told(Story):
    """A story that is recorded while it is told."""

    items: list[Recorded] = field(default_factory=list)

    def __init__(self, start: datetime = START, room: str = "VBR") -> None:
        super().__init__(start, room)
        self.items = []

    def _enter(self, *events: e.Event) -> Story:
        position = self.room.position
        self.items += [
            RecordedEvent(at=self.now, position=position + place, event=event)
            for place, event in enumerate(events, start=1)
        ]
        return super()._enter(*events)

    def patrols(self, *patrols: Patrol) -> Story:
        """Patrols are known."""
        self.items.append(RecordedPatrols(at=self.now, patrols=patrols))
        return super().patrols(*patrols)

    def note(self, kind: str, text: str) -> Story:
        """Somebody writes a word beside the events."""
        self.items.append(RecordedNote(at=self.now, kind=kind, text=text))
        return self

    def recording(self, **more: object) -> Recording:
        """All of it, from the start of the story to now."""
        first = self.items[0].at if self.items else START
        length = (self.now - first).total_seconds()
        return Recording(header(starts_at=first, length_s=length, **more), tuple(self.items))


def afternoon() -> tuple[Told, dict[str, UUID]]:
    """Nine minutes in Leuven: a press that is taken late, a patrol sent in time that accepts late, arrives, and a close.

    Meanwhile a second victim presses in Haacht; she is acknowledged, and nothing is sent in time. Seconds from the
    start: 0 press, 24 acknowledged (missed at 20), 60 sent, 100 accepted (missed at 90), 150 press in Haacht,
    160 acknowledged, 300 sent (missed at 220), 400 on scene, 460 seen, 500 closed, 540 the end.
    """
    told = Told(START)
    leuven = told.press("VBR-2026-0412", near(at=told.now, name="L1"), case_file(), shares(("5388", 1.0)))
    told.patrols(patrol("5388/L-12", 900, -750, told.now), patrol("5395/L-21", 1_400, 9_800, told.now))
    told.wait(1).happens(leuven, e.LineOpened())
    told.wait(23).happens(leuven, e.Acknowledged(), by=OPERATOR)
    told.wait(36).happens(leuven, e.PatrolDispatched(patrol="5388/L-12", distance_m=1_170), by=OPERATOR)
    crew = Actor(kind=ActorKind.PATROL, id="5388/L-12")
    told.wait(30)
    told.patrols(patrol("5388/L-12", 600, -500, told.now, PatrolState.DISPATCHED, "VBR-2026-0412"))
    told.wait(10)
    told.happens(leuven, e.PatrolAccepted(patrol=crew.id), e.PatrolEnRoute(patrol=crew.id), by=crew)
    told.wait(20).happens(
        leuven, e.FixReported(fix=near(40, 60, at=told.now, name="L2", speed_mps=1.3, heading_deg=35))
    )
    told.wait(30)
    haacht = told.press(
        "VBR-2026-0413",
        near(2_000, 11_000, at=told.now, name="H1", radius_m=35),
        case_file("C. Stichprobe", "F. Fictief", firearm=False, file_zone="5395"),
        shares(("5395", 1.0)),
    )
    told.wait(10).happens(haacht, e.Acknowledged(), by=COLLEAGUE)
    told.wait(80)
    told.note("mark", "nobody looks at Haacht")
    told.wait(60).happens(haacht, e.PatrolDispatched(patrol="5395/L-21"), by=COLLEAGUE)
    told.wait(100).happens(leuven, e.PatrolOnScene(patrol=crew.id), by=crew)
    told.wait(60).happens(
        leuven, e.VictimSeen(patrol=crew.id, finding=e.Finding.SEEN_ALONE, words="unhurt"), by=crew
    )
    told.wait(40).happens(
        leuven,
        e.PatrolReleased(patrol=crew.id, code="closed"),
        e.InterventionClosed(
            outcome=e.Outcome.PERPETRATOR_GONE, verified_by=e.VerifiedBy.PATROL, words="he had left"
        ),
        by=OPERATOR,
    )
    told.wait(40)
    return told, {"leuven": leuven, "haacht": haacht}


EACH = 50
"""Events of one intervention of the long recording."""

OPEN_AT_ONCE = 8


def long_recording(events: int, hours: float = 10.0) -> Recording:
    """So many events in ten hours: eight interventions open at any moment, a report of patrols every ten seconds."""
    items = sorted(_lines(events, hours), key=lambda item: item.at)
    placed: list[Recorded] = []
    position = 0
    for item in items:
        position += isinstance(item, RecordedEvent)
        placed.append(
            item.model_copy(update={"position": position}) if isinstance(item, RecordedEvent) else item
        )
    return Recording(header(title="Ten hours", length_s=hours * 3600), tuple(placed))


def _lines(events: int, hours: float) -> Iterator[Recorded]:
    many = max(1, events // EACH)
    step_s = hours * 3600 / (many + OPEN_AT_ONCE)
    each_s = step_s * OPEN_AT_ONCE / EACH
    ids = iter(range(1, 10 * events + 1_000))
    for number in range(many):
        begins = START + timedelta(seconds=number * step_s)
        state = None
        intervention = UUID(int=0x0195 << 112 | 0x7000 << 64 | 0x8 << 60 | number)
        for place, body in enumerate(_bodies(number, begins, each_s)):
            at = begins + timedelta(seconds=place * each_s)
            by = DEVICE if place == 0 else OPERATOR
            (event,), state = stamp(state, intervention, [body], by, at, lambda: UUID(int=next(ids)))
            yield RecordedEvent(at=event.at, position=0, event=event)
    seconds = int(hours * 3600)
    for second in range(0, seconds, 10):
        at = START + timedelta(seconds=second)
        yield RecordedPatrols(
            at=at, patrols=tuple(patrol(f"5388/L-{one:02d}", second % 900, one * 90, at) for one in range(8))
        )


def _bodies(number: int, begins: datetime, each_s: float) -> Iterator[e.KnownBody]:
    yield e.AlarmRaised(
        number=f"VBR-2026-{number:04d}",
        room="VBR",
        button=f"B-{number}",
        button_status=e.ButtonStatus.ALLOCATED,
        press_id="p1",
        pressed_at=begins,
        fix=near(at=begins, name=f"{number}-0"),
    )
    yield e.Acknowledged()
    yield e.PatrolDispatched(patrol=f"5388/L-{number % 8:02d}")
    for place in range(3, EACH - 2):
        at = begins + timedelta(seconds=place * each_s)
        yield e.FixReported(fix=near(place * 9, place * 4, at=at, name=f"{number}-{place}"))
    yield e.PatrolReleased(patrol=f"5388/L-{number % 8:02d}", code="closed")
    yield e.InterventionClosed(outcome=e.Outcome.PERPETRATOR_GONE, words="he had left before the patrol came")
