"""A story told in events: what happened in a control room, for tests that need a picture of it.

A `Story` stamps event bodies as the backend does and folds them into a `Room`; nothing in it is random, so a
story looks the same every time it is told. `leuven_by_night` is the typical one. All persons are invented.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID

from console.domain import casefile as cf
from console.domain import events as e
from console.domain.allocation import Allocation, Share
from console.domain.intervention import Intervention
from console.domain.location import Fix, Method
from console.domain.patrols import Patrol, PatrolState
from console.domain.room import Room, Seen
from console.domain.stamp import stamp
from console.domain.values import SYSTEM, Actor, ActorKind, Role

START = datetime(2026, 3, 1, 14, 3, 10, tzinfo=UTC)
OPERATOR = Actor(kind=ActorKind.OPERATOR, id="4711", role=Role.OPERATOR, room="VBR")
COLLEAGUE = Actor(kind=ActorKind.OPERATOR, id="4712", role=Role.OPERATOR, room="VBR")
DEVICE = Actor(kind=ActorKind.DEVICE, id="B-VBR-0001")

ZONES = {
    "5388": "5388 Leuven",
    "5393": "5393 Herent",
    "5395": "5395 Haacht",
    "5400": "5400 Zaventem",
    "5401": "5401 Vilvoorde",
}
"""Zone id -> its name on screen. Some of the zones of Flemish Brabant are enough for a story."""

LEUVEN = (4.7005, 50.8798)
"""Lon, lat of the Grote Markt in Leuven."""


def checked(source: str = "LE.43.L1.001234", on: date = date(2025, 9, 2)) -> cf.Provenance:
    """A provenance in order: checked, and to be looked at again in time."""
    return cf.Provenance(source=source, on=on, checked_by="5388/V", review_by=date(2026, 9, 2))


def case_file(
    name: str = "D. Voorbeeld",
    victim: str = "E. Exemple",
    *,
    firearm: bool = True,
    danger_check: cf.DangerCheck = cf.DangerCheck.CHECKED,
    file_zone: str = "5388",
) -> cf.CaseFile:
    """A case file as a zone would keep it."""
    dangers = [
        cf.Danger(
            kind=cf.DangerKind.VIOLENCE_AGAINST_POLICE, words="hit an inspector in 2024", provenance=checked()
        )
    ]
    if firearm:
        dangers.append(
            cf.Danger(kind=cf.DangerKind.FIREARM, words="hunting rifle, not handed in", provenance=checked())
        )
    source = checked("case meeting", date(2025, 10, 14))
    return cf.CaseFile(
        id=f"CF-{victim}",
        revision=3,
        number="LE.43.L1.001234/2025",
        file_zone=file_zone,
        officer="Insp. V. Model",
        allocated_from=date(2025, 10, 15),
        allocated_until=date(2026, 4, 15),
        last_test=date(2026, 2, 14),
        victim=cf.Victim(
            name=victim,
            phone="+32 000 11 22 33",
            languages=("nl", "fr"),
            channels=(
                cf.ChannelRule(channel=cf.Channel.RING, allowed=False, provenance=source),
                cf.ChannelRule(channel=cf.Channel.CHAT, allowed=True, provenance=checked()),
            ),
            all_clear_word="tulip",
            duress_word="umbrella",
            children=(cf.Child(age=6, school="De Voorbeeldschool", school_out="15:30"), cf.Child(age=2)),
            medical="asthma, inhaler in handbag",
            addresses=(
                cf.Address(
                    kind=cf.AddressKind.HOME,
                    text="Voorbeeldstraat 1, Leuven",
                    lon=4.7052,
                    lat=50.8771,
                    access="door code with the zone, second floor left",
                ),
                cf.Address(kind=cf.AddressKind.WORK, text="Modelplein 3, Leuven", lon=4.6921, lat=50.8836),
            ),
            contacts=(cf.Contact(name="S. Exemple", phone="+32 000 44 55 66", relation="sister"),),
            routes=("home to school on foot, 08:10 and 15:20",),
            provenance=source,
        ),
        perpetrator=cf.Perpetrator(
            id=f"P-{name}",
            name=name,
            born=1985,
            looks="1.85 m, shaved head, grey beard, scar on the left hand",
            languages=("nl",),
            relation="former husband",
            status=cf.LegalStatus.SUSPECTED,
            danger_check=danger_check,
            dangers=tuple(dangers) if danger_check is cf.DangerCheck.CHECKED else (),
            orders=(
                cf.Order(
                    kind=cf.OrderKind.CONTACT_BAN,
                    authority="prosecutor's office Leuven",
                    valid_from=date(2025, 10, 1),
                    valid_until=date(2026, 11, 30),
                    served_on=date(2025, 10, 3),
                    radius_m=500,
                    last_breach=date(2026, 1, 12),
                    provenance=source,
                ),
            ),
            vehicles=(
                cf.Vehicle(
                    description="grey VW Golf, dent on the right", plate="0-XXX-001", provenance=source
                ),
            ),
            addresses=(
                cf.Address(kind=cf.AddressKind.HOME, text="Exempellaan 20, Herent", lon=4.6702, lat=50.9085),
            ),
            helpers=("brother, drives a white van",),
            history=("2024-11: broke the front door", "2026-01: waited at the school"),
            risk=cf.Risk(
                level=cf.RiskLevel.LIFE_THREATENING,
                reasons=("death threats in writing", "firearm"),
                provenance=source,
            ),
            provenance=source,
        ),
    )


def near(
    east_m: float = 0,
    north_m: float = 0,
    *,
    at: datetime,
    name: str = "F1",
    radius_m: float = 25,
    confidence_pct: float | None = 68,
    method: Method = Method.GNSS,
    speed_mps: float | None = 0.0,
    heading_deg: float | None = None,
) -> Fix:
    """A fix some metres east and north of the Grote Markt in Leuven, taken and received at ``at``."""
    lon, lat = LEUVEN[0] + east_m / 70_200, LEUVEN[1] + north_m / 111_250
    return Fix(
        id=name,
        lon=round(lon, 6),
        lat=round(lat, 6),
        radius_m=radius_m,
        confidence_pct=confidence_pct,
        method=method,
        speed_mps=speed_mps,
        heading_deg=heading_deg,
        taken_at=at,
        received_at=at,
    )


def shares(*parts: tuple[str | None, float]) -> Allocation:
    """An allocation on the approximate map; the first part is the zone to send."""
    return Allocation(
        zone=parts[0][0],
        shares=tuple(Share(zone=zone, share=share) for zone, share in parts),
        outside_m=0,
        border_m=800,
        accuracy_m=1200,
        approximate=True,
    )


def patrol(
    name: str,
    east_m: float,
    north_m: float,
    at: datetime,
    state: PatrolState = PatrolState.FREE,
    busy_with: str | None = None,
) -> Patrol:
    """A patrol (``5388/L-12``) some metres from the Grote Markt, its position heard of at ``at``."""
    zone, call_sign = name.split("/")
    return Patrol(
        id=name,
        call_sign=call_sign,
        zone=zone,
        room="VBR",
        state=state,
        busy_with=busy_with,
        lon=LEUVEN[0] + east_m / 70_200,
        lat=LEUVEN[1] + north_m / 111_250,
        position_at=at,
    )


class Story:
    """Events as they come, and the `Room` they make. ``now`` is the backend's clock in the story."""

    def __init__(self, start: datetime = START, room: str = "VBR") -> None:
        self.now = start
        self.room = Room(code=room)
        self._ids = count(1)
        self._new: Callable[[], UUID] = lambda: UUID(int=next(self._ids))

    def wait(self, seconds: float) -> Story:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)
        return self

    def seen(self, intervention: UUID) -> Seen:
        """What the room knows of an intervention."""
        return self.room.seen[intervention]

    def happens(self, intervention: UUID, *bodies: e.KnownBody, by: Actor = SYSTEM) -> Story:
        """Bodies become events of an intervention, stamped as the backend does."""
        before: Intervention | None = None
        if intervention in self.room.seen:
            before = self.room.seen[intervention].state
        events, _ = stamp(before, intervention, bodies, by, self.now, self._new)
        return self._enter(*events)

    def later_version(self, intervention: UUID, type_: str) -> Story:
        """An event comes that only a later version knows."""
        state = self.seen(intervention).state
        event = e.Event(
            id=self._new(),
            intervention=intervention,
            version=state.version + 1,
            decision=state.decision,
            at=self.now,
            actor=SYSTEM,
            body=e.UnknownBody(type=type_),
        )
        return self._enter(event)

    def _enter(self, *events: e.Event) -> Story:
        entries = [(self.room.position + place, event) for place, event in enumerate(events, start=1)]
        self.room, _ = self.room.apply(entries)
        return self

    def press(
        self,
        number: str,
        fix: Fix | None = None,
        file: cf.CaseFile | None = None,
        zone: Allocation | None = None,
        *,
        sealed: bool = False,
        button: e.ButtonStatus = e.ButtonStatus.ALLOCATED,
    ) -> UUID:
        """Somebody presses; returns the intervention. ``sealed``: there is a file, and it cannot be opened."""
        intervention = UUID(int=0x0195_0000_0000_7000_8000_0000_0000_0000 + next(self._ids))
        extract = cf.extract_of(file, self.now.date()) if file else None
        raised = e.AlarmRaised(
            number=number,
            room=self.room.code,
            button="B-VBR-0001",
            button_status=button,
            press_id=f"p-{number}",
            pressed_at=self.now,
            fix=fix,
            case_file=e.CaseFileRef(
                id=extract.case_file,
                revision=extract.revision,
                number=extract.number,
                file_zone=extract.file_zone,
            )
            if extract
            else None,
            victim=extract.victim if extract and not sealed else None,
            perpetrator=extract.perpetrator if extract and not sealed else None,
        )
        allocated = e.ZoneAllocated(
            zone=zone.zone if zone else extract.file_zone if extract else None,
            allocation=zone,
            by="position" if zone else "file_zone",
        )
        self.happens(intervention, raised, allocated, by=DEVICE)
        return intervention

    def patrols(self, *patrols: Patrol) -> Story:
        """Patrols are known."""
        self.room = self.room.with_patrols(patrols)
        return self


def leuven_by_night() -> tuple[Story, dict[str, UUID]]:
    """Three interventions in one room: on scene in Zaventem, sent in Haacht, and a new press in Leuven.

    The one in Leuven is pressed last, with a firearm known and a circle that touches a second zone. Returns
    the story twelve seconds after that press, and the interventions by place.
    """
    story = Story(START - timedelta(seconds=690))
    zaventem = story.press(
        "VBR-2026-0410",
        near(-18_000, 2_000, at=story.now, name="Z1", radius_m=60),
        case_file("A. Modèle", "B. Beispiel", firearm=False, file_zone="5400"),
        shares(("5400", 1.0)),
    )
    story.wait(9).happens(zaventem, e.Acknowledged(), by=COLLEAGUE)
    story.wait(21).happens(zaventem, e.PatrolDispatched(patrol="5400/L-41"), by=COLLEAGUE)
    crew = Actor(kind=ActorKind.PATROL, id="5400/L-41")
    story.wait(8).happens(
        zaventem, e.PatrolAccepted(patrol=crew.id), e.PatrolEnRoute(patrol=crew.id), by=crew
    )
    story.wait(361).happens(zaventem, e.PatrolOnScene(patrol=crew.id), by=crew)
    haacht = story.press(
        "VBR-2026-0411",
        near(2_000, 11_000, at=story.now, name="H1", radius_m=35),
        case_file("C. Stichprobe", "F. Fictief", firearm=False, file_zone="5395"),
        shares(("5395", 1.0)),
    )
    story.wait(12).happens(haacht, e.Acknowledged(), by=OPERATOR)
    story.wait(30).happens(haacht, e.PatrolDispatched(patrol="5395/L-21"), by=OPERATOR)
    crew = Actor(kind=ActorKind.PATROL, id="5395/L-21")
    story.wait(11).happens(haacht, e.PatrolAccepted(patrol=crew.id), e.PatrolEnRoute(patrol=crew.id), by=crew)
    story.wait(226)
    story.happens(
        haacht,
        e.FixReported(
            fix=near(2_030, 11_080, at=story.now, name="H2", radius_m=30, speed_mps=1.2, heading_deg=40)
        ),
    )
    leuven = story.press(
        "VBR-2026-0412",
        near(at=story.now, name="L1"),
        case_file(),
        shares(("5388", 0.97), ("5393", 0.03)),
    )
    story.wait(1).happens(leuven, e.LineOpened())
    story.wait(11)
    now = story.now
    story.patrols(
        patrol("5388/L-12", 900, -750, now - timedelta(seconds=6)),
        patrol("5388/L-07", -2_300, 1_700, now - timedelta(seconds=4)),
        patrol("5388/L-03", 600, 500, now - timedelta(seconds=9), PatrolState.BUSY, "traffic accident"),
        patrol("5393/L-31", -4_100, 3_900, now - timedelta(seconds=95)),
        patrol("5395/L-21", 1_400, 9_800, now - timedelta(seconds=3), PatrolState.EN_ROUTE, "VBR-2026-0411"),
        patrol(
            "5400/L-41", -18_020, 2_010, now - timedelta(seconds=5), PatrolState.ON_SCENE, "VBR-2026-0410"
        ),
    )
    return story, {"zaventem": zaventem, "haacht": haacht, "leuven": leuven}
