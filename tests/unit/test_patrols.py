"""Which patrol to send: the nearest that can come, allowing for the age of its position; and why not others."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain import nearest
from console.domain.casefile import (
    Danger,
    DangerCheck,
    DangerKind,
    Extract,
    LegalStatus,
    PerpetratorExtract,
    Provenance,
    VictimExtract,
)
from console.domain.intervention import Intervention, Sent
from console.domain.location import Fix, advanced, distance_m, geodesic_m
from console.domain.patrols import (
    Candidate,
    Patrol,
    PatrolState,
    Recommendation,
    Service,
    patrols_needed,
    recommend,
    recommend_for,
)
from console.domain.patrols import ReasonCode as Why

NOW = datetime(2026, 3, 1, 14, 3, 10, tzinfo=UTC)
LON, LAT = 4.7009, 50.8796  # Leuven
ZONE = "5388"
HERE, ELSEWHERE = UUID(int=7), UUID(int=8)


def patrol(name: str, metres: float | None, bearing: float = 90.0, age: float = 0.0, **facts: Any) -> Patrol:
    """A free patrol of the allocated zone, so far from the victim; None: without a position."""
    place: dict[str, Any] = {}
    if metres is not None:
        lon, lat = advanced(LON, LAT, bearing, metres)
        place = {"lon": lon, "lat": lat, "position_at": NOW - timedelta(seconds=age)}
    whole = {"id": f"{ZONE}/{name}", "call_sign": name, "zone": ZONE, "room": "VBR"} | place | facts
    return Patrol.model_validate(whole)


def ask(*patrols: Patrol, **facts: Any) -> Recommendation:
    return recommend(patrols, LON, LAT, ZONE, NOW, **facts)


def names(candidates: tuple[Candidate, ...]) -> list[str]:
    return [candidate.patrol.call_sign for candidate in candidates]


def missing(found: Recommendation) -> list[tuple[str, Why]]:
    return [(one.patrol.call_sign, one.why.code) for one in found.shortfalls]


def an_extract(*dangers: DangerKind) -> Extract:
    source = Provenance(source="LE.43.L1.001234", on=date(2026, 2, 9), checked_by="G. Voorbeeld")
    return Extract(
        case_file="c-1",
        revision=1,
        number="LE-1",
        file_zone=ZONE,
        victim=VictimExtract(
            name="E. Exemple",
            languages=("nl",),
            channels=(),
            children=(),
            pregnant=False,
            medical=None,
            addresses=(),
        ),
        perpetrator=PerpetratorExtract(
            id="p-1",
            name="D. Voorbeeld",
            age=41,
            looks="1.85 m",
            relation="ex-partner",
            status=LegalStatus.SUSPECTED,
            danger_check=DangerCheck.CHECKED,
            dangers=tuple(Danger(kind=kind, words=kind, provenance=source) for kind in dangers),
            orders=(),
            vehicles=(),
            addresses=(),
        ),
    )


def an_intervention(**facts: Any) -> Intervention:
    known = {"id": HERE, "number": "VBR-2026-0412", "room": "VBR", "raised_at": NOW, "zone": ZONE}
    return Intervention.model_validate(known | facts)


def a_fix(**facts: Any) -> Fix:
    known = {"id": "f", "lon": LON, "lat": LAT, "radius_m": 20, "taken_at": NOW, "received_at": NOW}
    return Fix.model_validate(known | facts)


def test_the_nearest_free_patrol_is_proposed_with_its_distance_in_a_straight_line() -> None:
    found = ask(patrol("L-07", 2900), patrol("L-12", 1200))
    assert names(found.proposed) == ["L-12"]
    first = found.proposed[0]
    assert first.distance_m == pytest.approx(1200, rel=0.006)
    assert first.has(Why.NEAREST)
    assert first.has(Why.IN_ALLOCATED_ZONE)
    assert found.straight_line


def test_a_fresh_position_beats_a_slightly_nearer_old_one_and_says_so() -> None:
    found = ask(patrol("OLD", 1000, age=100), patrol("L-12", 1800, age=5))
    assert names(found.ranked) == ["L-12", "OLD"]
    assert found.proposed[0].has(Why.NEAREST_FOR_ITS_AGE)
    old = next(reason for reason in found.ranked[1].reasons if reason.code is Why.POSITION_OLD)
    assert old.facts == {"age_s": 100, "may_be_off_m": 1400}


def test_a_fast_patrol_may_be_farther_off_than_a_slow_one_of_the_same_age() -> None:
    fast, slow = patrol("FAST", 1000, age=30, speed_mps=40.0), patrol("SLOW", 1300, age=30, speed_mps=1.0)
    assert names(ask(fast, slow).ranked) == ["SLOW", "FAST"]


def test_between_equals_the_allocated_zone_goes_first() -> None:
    other = patrol("A-1", 500, zone="5393")
    found = ask(other, patrol("Z-9", 500))
    assert names(found.ranked) == ["Z-9", "A-1"]
    assert found.ranked[1].has(Why.OTHER_ZONE)


def test_nearer_patrols_that_are_missing_are_named_with_why() -> None:
    found = ask(
        patrol("L-03", 800, state=PatrolState.ON_SCENE, busy_with="VBR-2026-0400"),
        patrol("L-04", 700, state=PatrolState.OFF_DUTY),
        patrol("L-05", 600, state=PatrolState.RESERVED, intervention=ELSEWHERE, busy_with="VBR-2026-0401"),
        patrol("L-06", None),
        patrol("L-08", 400, age=600),
        patrol("L-09", 5000, state=PatrolState.BUSY),
        patrol("X-01", None, zone="5393"),
        patrol("L-12", 1200),
    )
    assert names(found.proposed) == ["L-12"]
    assert missing(found) == [
        ("L-08", Why.POSITION_TOO_OLD),
        ("L-05", Why.RESERVED_ELSEWHERE),
        ("L-04", Why.OFF_DUTY),
        ("L-03", Why.BUSY),
        ("L-06", Why.NO_POSITION),
    ]
    assert found.shortfalls[3].why.facts["number"] == "VBR-2026-0400"
    assert found.shortfalls[3].distance_m == pytest.approx(800, rel=0.006)


def test_a_missing_patrol_without_a_usable_position_is_named_only_in_the_allocated_zone() -> None:
    nowhere = patrol("L-02", None, lon=0.0, lat=0.0, position_at=NOW)
    timeless = patrol("X-03", 10, position_at=None, zone="5393")
    found = ask(nowhere, timeless, patrol("L-12", 1200))
    assert missing(found) == [("L-02", Why.NO_POSITION)]
    assert found.shortfalls[0].distance_m is None


def test_a_nearer_patrol_whose_position_is_just_old_ranks_lower_and_is_no_shortfall() -> None:
    assert ask(patrol("OLD", 1000, age=100), patrol("L-12", 1800)).shortfalls == ()


@pytest.mark.parametrize("bearing", range(0, 360, 30))
def test_the_only_one_is_the_nearest_whatever_the_error_of_the_cheap_distance(bearing: float) -> None:
    assert ask(patrol("L-12", 90_000, bearing)).proposed[0].has(Why.NEAREST)


def test_with_nobody_free_every_patrol_is_a_shortfall() -> None:
    found = ask(patrol("L-03", 9000, state=PatrolState.BUSY), patrol("L-04", 90, state=PatrolState.OFF_DUTY))
    assert found.proposed == ()
    assert missing(found) == [("L-04", Why.OFF_DUTY), ("L-03", Why.BUSY)]


def test_a_patrol_without_a_usable_position_ranks_last_and_never_vanishes() -> None:
    nowhere = patrol("L-02", None, lon=0.0, lat=0.0, position_at=NOW)
    timeless = patrol("L-03", 10, position_at=None)
    near = [patrol(f"N-{count}", 1000 + count) for count in range(20)]
    found = ask(patrol("L-01", None), nowhere, timeless, *near)
    assert names(found.ranked)[-3:] == ["L-01", "L-02", "L-03"]
    assert len(found.ranked) == 23
    assert all(one.has(Why.NO_POSITION) and one.distance_m is None for one in found.ranked[-3:])


def test_a_patrol_of_which_nobody_knows_whether_it_is_near_is_listed_last_and_never_proposed() -> None:
    lost, silent = patrol("L-02", None), patrol("L-03", 100, age=3600)
    found = ask(lost, silent, patrol("L-12", 60_000), needed=2)
    assert names(found.proposed) == ["L-12"]
    assert names(found.best)[0] == "L-12"
    assert {one.patrol.call_sign: one.reasons[-1].code for one in found.best[1:]} == {
        "L-02": Why.NO_POSITION,
        "L-03": Why.POSITION_TOO_OLD,
    }
    assert ("L-03", Why.POSITION_TOO_OLD) in missing(found)
    assert ask(lost, silent).proposed == ()


def test_a_patrol_reserved_for_this_intervention_can_be_sent() -> None:
    reserved = patrol("L-05", 600, state=PatrolState.RESERVED, intervention=HERE)
    found = ask(reserved, patrol("L-12", 1200), intervention=an_intervention())
    assert names(found.proposed) == ["L-05"]
    assert found.proposed[0].has(Why.RESERVED_HERE)
    assert ask(reserved).proposed == ()


def test_a_patrol_already_on_it_is_neither_proposed_nor_missed() -> None:
    sent = (Sent(patrol=f"{ZONE}/L-05", dispatched_at=NOW),)
    found = ask(patrol("L-05", 600), patrol("L-12", 1200), intervention=an_intervention(sent=sent), needed=2)
    assert names(found.proposed) == ["L-12"]
    assert found.needed == 1
    assert found.shortfalls == ()
    assert found.ranked[-1].has(Why.ON_IT)
    assert not found.ranked[-1].eligible


def test_federal_patrols_belong_to_no_zone_are_offered_and_marked() -> None:
    highway = patrol("A-31", 900, zone=None, service=Service.HIGHWAY, id="WPR/A-31")
    railway = patrol("R-02", 950, zone=None, service=Service.RAILWAY, id="SPC/R-02")
    found = ask(highway, railway, patrol("L-12", 1200))
    assert names(found.ranked) == ["A-31", "R-02", "L-12"]
    assert found.ranked[0].has(Why.HIGHWAY)
    assert found.ranked[1].has(Why.RAILWAY)
    assert not any(one.has(Why.OTHER_ZONE) for one in found.ranked)


def test_a_patrol_of_another_room_or_proposed_to_another_intervention_is_marked() -> None:
    found = ask(
        patrol("A-12", 1200, room="ANT", service=Service.HIGHWAY),
        intervention=an_intervention(),
        proposed_elsewhere={f"{ZONE}/A-12": "VBR-2026-0413"},
    )
    facts = {reason.code: reason.facts for reason in found.proposed[0].reasons}
    assert facts[Why.OTHER_ROOM] == {"room": "ANT"}
    assert facts[Why.PROPOSED_ELSEWHERE] == {"number": "VBR-2026-0413"}
    ours = ask(patrol("L-12", 1200), intervention=an_intervention()).proposed[0]
    assert not ours.has(Why.OTHER_ROOM)
    assert not ours.has(Why.PROPOSED_ELSEWHERE)


def test_a_local_patrol_of_another_room_is_never_proposed_and_says_why_it_is_missing() -> None:
    found = ask(
        patrol("L-99", 300, room="ANT"), patrol("L-12", 1200), intervention=an_intervention(), needed=1
    )
    assert [one.patrol.call_sign for one in found.proposed] == ["L-12"]
    assert [(one.patrol.call_sign, one.why.code, one.why.facts) for one in found.shortfalls] == [
        ("L-99", Why.OTHER_ROOM, {"room": "ANT"})
    ]
    theirs = ask(patrol("L-99", 300, room="ANT"), intervention=an_intervention(), room="ANT")
    assert [one.patrol.call_sign for one in theirs.proposed] == ["L-99"]


def test_two_patrols_are_needed_where_a_firearm_is_known() -> None:
    assert patrols_needed(an_extract(DangerKind.BLADE)) == 1
    assert patrols_needed(None) == 1
    assert patrols_needed(an_extract(DangerKind.BLADE, DangerKind.FIREARM)) == 2
    intervention = an_intervention(extract=an_extract(DangerKind.FIREARM), fix=a_fix())
    found = recommend_for(
        intervention, [patrol("L-07", 2900), patrol("L-12", 1200), patrol("L-08", 3000)], NOW
    )
    assert names(found.proposed) == ["L-12", "L-07"]
    assert found.proposed[1].has(Why.SECOND_NEEDED)


def test_patrols_say_ahead_or_behind_of_a_moving_victim_and_count_from_where_she_could_be() -> None:
    north, south, east = patrol("N", 3000, 0), patrol("S", 2000, 180), patrol("E", 3000, 90)
    fix = a_fix(speed_mps=110 / 3.6, heading_deg=0.0)
    found = recommend_for(an_intervention(fix=fix), [north, south, east], NOW + timedelta(seconds=30))
    assert found.advanced_m == pytest.approx(917, abs=1)
    assert distance_m(LON, LAT, found.lon or 0, found.lat or 0) == pytest.approx(917, abs=1)
    said = {one.patrol.call_sign: (one.has(Why.AHEAD), one.has(Why.BEHIND)) for one in found.ranked}
    assert said == {"N": (True, False), "S": (False, True), "E": (False, False)}
    assert names(found.proposed) == ["N"], "she drives towards it and away from the one that was nearer"


def test_a_still_victim_has_no_ahead_and_an_old_heading_does_not_carry_her_away() -> None:
    still = recommend_for(
        an_intervention(fix=a_fix(speed_mps=0.1, heading_deg=0.0)), [patrol("N", 3000, 0)], NOW
    )
    assert still.advanced_m == 0
    assert not still.proposed[0].has(Why.AHEAD)
    slow = ask(patrol("N", 3000, 0), heading_deg=0.0, speed_mps=0.1, fix_age_s=60.0)
    assert slow.advanced_m == 0
    assert not slow.proposed[0].has(Why.AHEAD)
    hours = ask(patrol("N", 3000, 0), heading_deg=0.0, speed_mps=30.0, fix_age_s=7200.0)
    assert hours.advanced_m == 30 * 120


def test_without_a_position_of_the_victim_patrols_of_the_zone_come_first_without_a_distance() -> None:
    other = patrol("A-1", 500, zone="5393", id="5393/A-1")
    for lon, lat in ((None, None), (0.0, 0.0)):
        found = recommend([other, patrol("Z-9", 9000)], lon, lat, ZONE, NOW)
        assert names(found.ranked) == ["Z-9", "A-1"]
        assert found.ranked[0].distance_m is None
        assert not found.ranked[0].has(Why.NEAREST)
        assert found.ranked[0].age_s == 0


def _brute_force(patrols: list[Patrol], lon: float, lat: float, count: int) -> list[str]:
    def score(one: Patrol) -> tuple[float, bool, str]:
        assert one.lon is not None
        assert one.lat is not None
        assert one.position_at is not None
        speed = min(max(one.speed_mps or 0.0, 14.0), 70.0)
        age = (NOW - one.position_at).total_seconds()
        return geodesic_m(lon, lat, one.lon, one.lat) + age * speed, one.zone != ZONE, one.id

    return [one.id for one in sorted(patrols, key=score)[:count]]


ANYWHERE = st.tuples(st.floats(-179, 179), st.floats(-89, 89))
IN_BELGIUM = st.tuples(st.floats(2.5, 6.4), st.floats(49.5, 51.5))
CLOSE_TOGETHER = st.tuples(st.floats(5.0, 5.03), st.floats(49.9, 49.92))


@pytest.mark.parametrize("places", [ANYWHERE, IN_BELGIUM, CLOSE_TOGETHER])
def test_the_winners_are_those_of_measuring_every_patrol(
    places: st.SearchStrategy[tuple[float, float]],
) -> None:
    @settings(deadline=None, max_examples=40)
    @given(
        st.lists(st.tuples(places, st.floats(0, 90), st.none() | st.floats(0, 60)), min_size=1, max_size=40),
        st.tuples(st.floats(2.5, 6.4), st.floats(49.5, 51.5)),
        st.integers(1, 3),
    )
    def same(
        given_: list[tuple[tuple[float, float], float, float | None]],
        target: tuple[float, float],
        needed: int,
    ) -> None:
        patrols = [
            patrol(
                f"L-{number:02d}",
                None,
                lon=lon,
                lat=lat,
                position_at=NOW - timedelta(seconds=age),
                speed_mps=speed,
            )
            for number, ((lon, lat), age, speed) in enumerate(given_)
            if abs(lon) > 0.001 or abs(lat) > 0.001
        ]
        found = recommend(patrols, *target, ZONE, NOW, needed=needed)
        assert [one.patrol.id for one in found.proposed] == _brute_force(patrols, *target, needed)
        assert len({one.patrol.id for one in found.ranked}) == len(patrols)

    same()


@settings(deadline=None, max_examples=200)
@given(IN_BELGIUM, st.floats(-6, 6), st.floats(-10, 10))
def test_the_cheap_distance_is_never_farther_off_than_the_error_it_is_used_with(
    target: tuple[float, float], up: float, right: float
) -> None:
    lon, lat = target
    there = patrol("L-1", None, lon=lon + right, lat=lat + up, position_at=NOW)
    (cheap, _), *_ = nearest.by_distance([there], lon, lat)
    exact = geodesic_m(lon, lat, lon + right, lat + up)
    assert abs(cheap - exact) <= nearest.PREFILTER_ERROR * exact + 1e-6


def test_only_the_best_eight_of_many_are_measured_on_the_ellipsoid(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[float] = []

    def counted(*points: float) -> float:
        measured.append(geodesic_m(*points))
        return measured[-1]

    monkeypatch.setattr("console.domain.nearest.geodesic_m", counted)
    ask(*(patrol(f"L-{count:03d}", 1000 + 150 * count, bearing=count) for count in range(300)))
    assert len(measured) == nearest.MEASURED
