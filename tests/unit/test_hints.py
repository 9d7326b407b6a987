"""Several alarms, one man (W11): pointed out, never judged."""

from __future__ import annotations

from uuid import UUID

import pytest

from console.domain import casefile as cf
from console.domain import events as e
from console.domain.hints import (
    ByCar,
    HintKind,
    by_car,
    hints,
    proposed_to_others,
    same_man_in_queue,
    same_man_note,
    unpressed,
)
from tests.story import OPERATOR, Story, case_file, near, shares

HIS = case_file("D. Voorbeeld", "E. Exemple")
HIS_OTHER = case_file("D. Voorbeeld", "F. Fictief", file_zone="5395")
ANOTHER = case_file("A. Modèle", "B. Beispiel")


def two(
    apart_m: float = 12_000, minutes: float = 14, second: cf.CaseFile = HIS_OTHER
) -> tuple[Story, UUID, UUID]:
    """A press in Leuven, and another some metres north of it some minutes later."""
    story = Story()
    first = story.press("VBR-2026-0412", near(at=story.now), HIS, shares(("5388", 1.0)))
    story.wait(minutes * 60)
    fix = near(north_m=apart_m, at=story.now)
    other = story.press("VBR-2026-0413", fix, second, shares(("5395", 1.0)))
    return story, first, other


def test_two_victims_of_one_man_are_pointed_out_to_each_other_with_distance_gap_and_the_speed_he_needed() -> (
    None
):
    story, first, other = two()
    (hint,) = hints(story.seen(first), story.room)
    assert (hint.kind, hint.other, hint.number) == (HintKind.SAME_MAN, other, "VBR-2026-0413")
    assert (hint.zone, hint.gap_s) == ("5395", 840)
    assert hint.distance_m == pytest.approx(12_000, rel=0.01)
    assert hint.needed_mps == pytest.approx((12_000 - 2 * 25 * 1.62) / 840, rel=0.01)
    assert hint.by_car is ByCar.IN_A_HURRY
    (back,) = hints(story.seen(other), story.room)
    assert (back.number, back.needed_mps) == ("VBR-2026-0412", hint.needed_mps)
    assert same_man_in_queue(story.room) == {first, other}


def test_it_is_never_concluded_that_one_alarm_is_false() -> None:
    assert by_car(8_400, 0, 840) == (10.0, ByCar.EASILY)
    assert by_car(80_000, 0, 840)[1] is ByCar.HARDLY
    assert by_car(80_000, 0, 0)[1] is ByCar.HARDLY
    assert by_car(400, 500, 0) == (0.0, ByCar.EASILY)
    assert by_car(None, 0, 840) == (None, ByCar.UNKNOWN)
    assert {code.value for code in ByCar} == {"easily", "in_a_hurry", "hardly", "unknown"}


def test_of_repeated_presses_the_two_closest_in_time_count() -> None:
    story, first, other = two(minutes=14)
    moved = near(north_m=11_000, at=story.now, name="F2")
    story.happens(first, e.AlarmRepeated(button="B-VBR-0001", press_id="p2", pressed_at=story.now))
    story.happens(first, e.FixReported(fix=moved))
    (hint,) = hints(story.seen(first), story.room)
    assert hint.gap_s == 0
    assert hint.distance_m == pytest.approx(1_000, rel=0.01), "where she was when she pressed again"
    assert hint.other == other


def test_a_first_victim_who_was_helped_already_still_counts_and_says_that_it_is_closed() -> None:
    story, first, other = two()
    story.happens(first, e.Acknowledged(), by=OPERATOR)
    closed = e.InterventionClosed(outcome=e.Outcome.PERPETRATOR_GONE, words="gone")
    story.happens(first, closed, by=OPERATOR)
    (hint,) = hints(story.seen(other), story.room)
    assert not hint.open
    assert same_man_in_queue(story.room) == frozenset()


def test_without_a_position_it_is_not_known_whether_one_man_did_both() -> None:
    story = Story()
    first = story.press("VBR-2026-0412", near(at=story.now), HIS)
    story.wait(60).press("VBR-2026-0413", None, HIS_OTHER)
    (hint,) = hints(story.seen(first), story.room)
    assert (hint.distance_m, hint.needed_mps, hint.by_car) == (None, None, ByCar.UNKNOWN)


@pytest.mark.parametrize(
    ("apart_m", "minutes", "pointed_out"),
    [(1_900, 29, True), (2_100, 29, False), (1_900, 31, False)],
)
def test_another_mans_press_is_pointed_out_within_two_kilometres_and_half_an_hour(
    apart_m: float, minutes: float, pointed_out: bool
) -> None:
    story, first, other = two(apart_m, minutes, ANOTHER)
    for one in (first, other):
        found = hints(story.seen(one), story.room)
        assert [hint.kind for hint in found] == ([HintKind.NEARBY] if pointed_out else [])


def test_victims_of_different_men_far_apart_have_nothing_to_do_with_each_other() -> None:
    story, first, other = two(12_000, 14, ANOTHER)
    assert hints(story.seen(first), story.room) == hints(story.seen(other), story.room) == ()
    assert same_man_in_queue(story.room) == frozenset()


def test_patrols_on_the_other_are_named_and_those_proposed_to_it_are_marked() -> None:
    story, first, other = two()
    story.happens(first, e.Acknowledged(), e.PatrolDispatched(patrol="5388/L-12"), by=OPERATOR)
    (hint,) = hints(story.seen(other), story.room)
    assert hint.patrols == ("5388/L-12",)
    proposals = {first: ("5388/L-07",), other: ("5395/L-21",)}
    state = story.seen(first).state
    assert proposed_to_others(state, proposals, story.room) == {"5395/L-21": "VBR-2026-0413"}
    assert proposed_to_others(story.seen(other).state, proposals, story.room) == {}, (
        "the first has its patrol"
    )


def test_his_other_victims_are_listed_by_zone_until_something_is_open_for_them() -> None:
    others = (
        e.OtherVictim(case_file=HIS_OTHER.id, zone="5395", room="VBR"),
        e.OtherVictim(case_file="CF-third", zone="5345", room="ANT"),
    )
    story, first, _ = two()
    state = story.seen(first).state.model_copy(update={"others": others})
    assert unpressed(state, story.room) == (others[1],)


def test_what_the_other_intervention_is_told_has_its_number_and_zone_and_no_name() -> None:
    story, first, _ = two()
    note = same_man_note(story.seen(first).state)
    assert (note.code, note.words) == (e.NoteCode.SAME_MAN, "VBR-2026-0412, 5388")
