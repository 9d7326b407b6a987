"""What devices and patrols report, each as the sentence in the procedure."""

from datetime import timedelta

import pytest

from console.domain import commands as c
from console.domain import events as e
from console.domain.allocation import Allocation, Share
from console.domain.location import Fix
from console.domain.reports import Owner, PressFacts, owner_of, raise_alarm, report
from console.domain.voice_line import LineState
from tests.unit.test_evolve import NOW, fold

ROOM_OF_ZONE = {"5388": "VBR", "5345": "ANT"}
CLOSED = e.InterventionClosed(outcome=e.Outcome.ARREST, words="arrested")
SENT = (e.Acknowledged(), e.PatrolDispatched(patrol="5388/L-12"))


def fix(number: int = 1, lon: float = 4.7, lat: float = 50.879, late: int = 0) -> Fix:
    at = NOW + timedelta(seconds=late)
    return Fix(id=f"f{number}", lon=lon, lat=lat, radius_m=30, confidence_pct=95, taken_at=at, received_at=at)


def allocation(zone: str | None, outside_m: float = 0) -> Allocation:
    return Allocation(
        zone=zone,
        shares=(Share(zone=zone, share=1),),
        outside_m=outside_m,
        border_m=500,
        accuracy_m=0,
        approximate=True,
    )


def press(position: Fix | None = None) -> c.Press:
    return c.Press(button="B-1", press_id="p1", pressed_at=NOW, fix=position)


def types(bodies: object) -> list[str]:
    assert isinstance(bodies, tuple)
    return [body.type for body in bodies]


def test_the_zone_of_the_position_answers_not_the_file_zone() -> None:
    assert owner_of(allocation("5345"), "5388", ROOM_OF_ZONE, "BRU") == Owner("ANT", "5345", "position")
    assert owner_of(allocation("5345", 900), "5388", ROOM_OF_ZONE, "BRU").by == "nearest"


@pytest.mark.parametrize("position", [None, allocation(None, 40_000)])
def test_without_a_position_in_belgium_the_file_zones_room_answers(position: Allocation | None) -> None:
    assert owner_of(position, "5388", ROOM_OF_ZONE, "BRU") == Owner("VBR", "5388", "file_zone")
    assert owner_of(position, None, ROOM_OF_ZONE, "BRU") == Owner("BRU", None, "file_zone")


@pytest.mark.parametrize("status", list(e.ButtonStatus))
def test_every_press_is_an_alarm_whatever_its_button(status: e.ButtonStatus) -> None:
    facts = PressFacts("VBR-2026-0001", Owner("VBR", "5388", "position"), status)
    raised, allocated = raise_alarm(press(fix()), facts)
    assert isinstance(raised, e.AlarmRaised)
    assert (raised.button_status, raised.fix) == (status, fix())
    assert isinstance(allocated, e.ZoneAllocated)


def test_nought_nought_is_no_position() -> None:
    facts = PressFacts("VBR-2026-0001", Owner("VBR", "5388", "file_zone"), e.ButtonStatus.ALLOCATED)
    raised = raise_alarm(press(fix(lon=0, lat=0)), facts)[0]
    assert isinstance(raised, e.AlarmRaised)
    assert raised.fix is None


def test_nought_nought_during_an_intervention_is_recorded_and_nothing_to_choose() -> None:
    state = fold()
    bodies = report(state, c.FixReport(fix=fix(2, lon=0, lat=0)))
    assert not isinstance(bodies, c.Refusal)
    after = fold(*bodies)
    assert [body.type for body in bodies] == ["fix.reported"]
    assert (after.fix, after.disputed, after.trail) == (state.fix, None, state.trail)


def test_a_second_press_joins_the_open_intervention() -> None:
    bodies = report(fold(), press(fix()).model_copy(update={"press_id": "p2"}), allocation("5388"))
    assert types(bodies)[:2] == ["alarm.repeated", "fix.reported"]


def test_a_fix_in_another_zone_is_proposed_once_and_never_changes_the_zone_by_itself() -> None:
    state = fold(e.ZoneAllocated(zone="5388"))
    there = c.FixReport(fix=fix(late=30))
    bodies = report(state, there, allocation("5345"))
    assert types(bodies) == ["fix.reported", "zone.change_proposed"]
    assert isinstance(bodies, tuple)
    proposed = fold(e.ZoneAllocated(zone="5388"), *bodies)
    assert (proposed.zone, proposed.proposed_zone) == ("5388", "5345")
    again = c.FixReport(fix=fix(2, late=60))
    assert types(report(proposed, again, allocation("5345"))) == ["fix.reported"]
    back = report(proposed, again, allocation("5388"))
    assert isinstance(back, tuple)
    assert fold(e.ZoneAllocated(zone="5388"), *bodies, *back).proposed_zone is None


def test_an_impossible_jump_is_recorded_but_moves_neither_marker_nor_zone() -> None:
    here = e.FixReported(fix=fix())
    state = fold(e.ZoneAllocated(zone="5388"), here)
    bodies = report(state, c.FixReport(fix=fix(2, lon=3.2, lat=51.2, late=30)), allocation("5345"))
    assert types(bodies) == ["fix.reported"]
    assert isinstance(bodies, tuple)
    moved = fold(e.ZoneAllocated(zone="5388"), here, *bodies)
    assert (moved.fix, moved.disputed) == (fix(), fix(2, lon=3.2, lat=51.2, late=30))


def test_a_cancel_from_the_device_is_an_escalation_never_a_close() -> None:
    bodies = report(fold(), c.Cancel())
    assert types(bodies) == ["alarm.cancelled_by_device", "escalation.raised"]
    assert isinstance(bodies, tuple)
    assert fold(*bodies).state == fold().state


def test_the_line_opens_muted_and_a_lost_one_comes_back() -> None:
    opened = report(fold(), c.LineReport(change=c.LineChange.OPENED))
    assert types(opened) == ["line.opened"]
    line = fold(e.LineOpened()).line
    assert (line.state, line.muted) == (LineState.OPEN, True)
    lost = fold(e.LineOpened(), e.LineLost())
    assert types(report(lost, c.LineReport(change=c.LineChange.OPENED))) == ["line.restored"]
    assert types(report(lost, c.LineReport(change=c.LineChange.LOST))) == []


def test_what_is_heard_comes_over_a_line_that_is_open_also_where_its_opening_was_never_told() -> None:
    heard = c.LineReport(change=c.LineChange.CAPTION, words="a child crying")
    assert types(report(fold(), heard)) == ["line.opened", "line.heard"]
    opened = fold(e.LineOpened())
    assert types(report(opened, heard)) == ["line.heard"]
    assert types(report(fold(e.LineOpened(), e.LineLost()), heard)) == ["line.restored", "line.heard"]
    assert types(report(fold(e.LineOpened(), e.LineEnded()), heard)) == ["line.opened", "line.heard"]


def test_a_patrol_goes_forward_only_and_says_each_step_once() -> None:
    def step(what: c.PatrolStep, *history: e.KnownBody) -> list[str]:
        return types(report(fold(*SENT, *history), c.PatrolReport(patrol="5388/L-12", step=what)))

    accepted = e.PatrolAccepted(patrol="5388/L-12")
    assert step(c.PatrolStep.ACCEPTED) == ["patrol.accepted"]
    assert step(c.PatrolStep.ACCEPTED, accepted) == []
    assert step(c.PatrolStep.EN_ROUTE) == ["patrol.accepted", "patrol.en_route"]
    assert step(c.PatrolStep.EN_ROUTE, accepted, e.PatrolOnScene(patrol="5388/L-12")) == []
    assert step(c.PatrolStep.REFUSED) == ["patrol.released"]


def test_a_patrol_that_was_not_sent_changes_nothing() -> None:
    answer = report(fold(*SENT), c.PatrolReport(patrol="5388/L-07", step=c.PatrolStep.ON_SCENE))
    assert isinstance(answer, c.Refusal)
    assert answer.code == "patrol_not_on_it"


def test_nothing_is_added_to_what_is_closed() -> None:
    answer = report(fold(e.Acknowledged(), CLOSED), c.FixReport(fix=fix()))
    assert isinstance(answer, c.Refusal)
    assert answer.code == "closed"
