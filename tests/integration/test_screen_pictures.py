"""What the desk shows of a picture, and what it never does with one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from console.domain import casefile as cf
from console.domain import events as e
from console.domain.patrols import PatrolState
from console.link.interface import BackendClock, Connection, Picture
from console.link.unrecorded import Unrecorded
from console.locale import use
from console.tui.app import ConsoleApp, Look
from console.tui.screens import details
from console.tui.widgets.first_second import FirstSecond
from console.tui.widgets.map_pane import MapPane
from console.tui.widgets.queue import Queue
from console.wire.console_frames import Answer, AskCasefile, AskHistory, AskTimeline, PressUnrecorded, Summary
from tests.open_console import Seat, open_console
from tests.still_link import StillLink, picture_of
from tests.story import COLLEAGUE, OPERATOR, START, Story, case_file, leuven_by_night, near, patrol, shares


def link_of(story: Story) -> StillLink:
    return StillLink(picture_of(story.room, story.now))


def one_press(file: cf.CaseFile | None = None, **press: object) -> tuple[Story, UUID]:
    story = Story()
    intervention = story.press(
        "VBR-2026-0500",
        near(at=story.now),
        file,
        shares(("5388", 1.0)),
        **press,  # type: ignore[arg-type]
    )
    return story.wait(3), intervention


async def test_the_first_second_is_read_in_its_order() -> None:
    story, _ = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        shown = seat.text("first-second")
        order = (
            "STALKING ALARM 00:12",
            "first press",
            "Leuven",
            "~40 m @95 %",
            "GPS",
            "12 s old",
            "still",
            "5388 Leuven 97 %",
            "5393 Herent 3 %",
            "approximate map",
            "FIREARM",
            "hunting rifle, not handed in",
            "LE.43.L1.001234, 02/09/2025",
            "VIOLENCE AGAINST POLICE",
            "D. Voorbeeld",
            "0-XXX-001",
            "contact ban",
            "chat",
        )
        places = [shown.index(words) for words in order]
        assert places == sorted(places)
        assert "acknowledge" in seat.text("next")


async def test_none_known_is_not_not_checked() -> None:
    calm = case_file(firearm=False)
    none = calm.model_copy(update={"perpetrator": calm.perpetrator.model_copy(update={"dangers": ()})})
    story, _ = one_press(none)
    async with open_console(link_of(story)) as seat:
        assert "none known" in seat.text("first-second")
        assert "NOT CHECKED" not in seat.text("first-second")
    story, _ = one_press(case_file(danger_check=cf.DangerCheck.NOT_CHECKED))
    async with open_console(link_of(story)) as seat:
        assert "NOT CHECKED" in seat.text("first-second")


async def test_a_sealed_file_still_shows_zone_and_position() -> None:
    story, _ = one_press(case_file(), sealed=True)
    async with open_console(link_of(story)) as seat:
        shown = seat.text("first-second")
        assert "FILE SEALED" in shown
        assert "5388 Leuven" in shown
        assert "~40 m" in shown
        assert "NOTHING ALLOWED" in shown
        assert "D. Voorbeeld" not in shown


async def test_a_withdrawn_button_is_an_alarm_and_says_so() -> None:
    story, _ = one_press(case_file(), button=e.ButtonStatus.WITHDRAWN)
    async with open_console(link_of(story)) as seat:
        assert "BUTTON WITHDRAWN" in seat.text("first-second")
        assert "NEW" in seat.rows()[0]
        assert "button: withdrawn" in seat.rows()[0]


async def test_a_moving_victim_has_a_heading_in_words() -> None:
    story = Story()
    leuven = story.press("VBR-2026-0500", near(at=story.now), case_file(), shares(("5388", 1.0)))
    story.wait(30)
    moved = near(90, 90, at=story.now, name="F2", speed_mps=1.4, heading_deg=45)
    story.happens(leuven, e.FixReported(fix=moved))
    async with open_console(link_of(story)) as seat:
        assert "on foot · heading NE · 5 km/h" in seat.text("first-second")


async def test_without_a_position_the_file_zone_is_named_and_no_point_is_drawn() -> None:
    story = Story()
    story.press("VBR-2026-0500", None, case_file(), None)
    async with open_console(link_of(story)) as seat:
        assert "NO POSITION" in seat.text("first-second")
        scene = seat.desk.query_one(MapPane).view.scene
        assert (scene.victim, scene.no_position, scene.zone) == (None, True, "5388")


async def test_markup_in_foreign_text_is_shown_as_it_is() -> None:
    nasty = "[bold red]E[/] [@click=app.quit]x[/] [/"
    file = case_file(name=nasty, victim=nasty)
    story, intervention = one_press(file)
    story.happens(intervention, e.NoteAdded(words=nasty), by=COLLEAGUE)
    story.patrols(patrol("5388/[b]L", 100, 100, story.now, PatrolState.BUSY, "[b]E[/] [/"))
    link = link_of(story)
    link.answers["casefile"] = Answer(id=UUID(int=1), case_file=file)
    async with open_console(link) as seat:
        assert seat.text("first-second").count(nasty) == 2
        assert nasty in seat.text("timeline")
        assert "[b]L" in seat.text("patrols")
        await seat.press("enter")
        assert nasty in seat.box()


async def test_the_order_stands_still_while_the_cursor_is_in_the_queue() -> None:
    story, places = leuven_by_night()
    story.happens(places["leuven"], e.Acknowledged(), by=OPERATOR)
    async with open_console(link_of(story)) as seat:
        queue = seat.desk.query_one(Queue)
        await seat.press("down")
        before, top = seat.rows(), queue.scroll_offset.y
        story.press("VBR-2026-0413", near(500, 500, at=story.now), case_file("G. Gelijkenis", "H. Fiktion"))
        await seat.show(story.room)
        # What is seen stays where it was; the new one lies above, and the title says so.
        assert seat.rows()[1:] == before
        assert queue.scroll_offset.y == top + 2
        assert "1 new above" in str(queue.border_title)
        assert queue.has_focus
        await seat.press("g")
        assert not queue.has_focus
        assert "NEW" in seat.rows()[0]
        assert queue.scroll_offset.y == 0
        assert seat.desk.shown.seen is not None
        assert seat.desk.shown.seen.state.number == "VBR-2026-0413"


async def test_the_cursor_leaves_the_queue_by_itself_after_ten_seconds() -> None:
    story, _ = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        await seat.press("down")
        assert seat.desk.query_one(Queue).has_focus
        seat.clock.move(11)
        await seat.until(lambda: not seat.desk.query_one(Queue).has_focus)


async def test_a_press_out_of_view_is_counted_in_the_title() -> None:
    story = Story()
    for number in range(20):
        story.press(f"VBR-2026-{number:04}", near(number * 100, at=story.now), zone=shares(("5388", 1.0)))
    async with open_console(link_of(story), size=(80, 24)) as seat:
        queue = seat.desk.query_one(Queue)
        shown = queue.size.height // 2
        assert f"{20 - shown} new below" in str(queue.border_title)


async def test_a_new_press_does_not_take_the_screen_from_an_open_intervention() -> None:
    story, places = leuven_by_night()
    story.happens(places["leuven"], e.Acknowledged(), by=OPERATOR)
    async with open_console(link_of(story)) as seat:
        seat.desk.choose(places["leuven"])
        story.press("VBR-2026-0413", near(at=story.now))
        await seat.show(story.room)
        assert seat.desk.shown.seen is not None
        assert seat.desk.shown.seen.state.number == "VBR-2026-0412"
        assert "1 new" in seat.text("header")


async def test_a_press_that_could_not_be_recorded_is_in_the_queue_and_rings() -> None:
    link = StillLink(picture_of(Story().room, START))
    async with open_console(link) as seat:
        assert seat.rows() == []
        lost = PressUnrecorded(button="B-VBR-0009", press_id="p9", received_at=START, zone="5395")
        link.show(replace(link.picture, unrecorded=Unrecorded((lost,))))
        await seat.settle()
        assert "NOT RECORDED  5395 Haacht" in seat.rows()[0]
        assert "1 new" in seat.text("header")
        assert seat.app.title.startswith("▲ 1")


@pytest.mark.parametrize(
    ("connection", "words"),
    [
        (Connection.STALE, "STALE – nothing heard for 7 s – this is the picture of 15:03:10"),
        (Connection.LOST, "LINK LOST for 7 s – this is the picture of 15:03:10 – USE RADIO"),
        (Connection.CONNECTING, "NOT CONNECTED"),
    ],
)
async def test_a_link_that_is_not_live_cannot_look_live(connection: Connection, words: str) -> None:
    story, _ = leuven_by_night()
    link = link_of(story)
    async with open_console(link) as seat:
        assert not seat.desk.query_one("#banner").display
        seat.clock.move(7)
        link.show(replace(link.picture, connection=connection))
        await seat.settle()
        assert seat.desk.query_one("#banner").display
        assert words in seat.text("banner")
        assert seat.desk.query_one("#banner").size.width == 160
        assert "live" not in seat.text("header")


async def test_a_gap_is_said() -> None:
    story, _ = leuven_by_night()
    link = link_of(story)
    async with open_console(link) as seat:
        link.show(replace(link.picture, head=link.picture.head + 3))
        await seat.settle()
        assert "3 events missing" in seat.text("banner")


async def test_an_event_of_a_later_version_is_said() -> None:
    story, intervention = one_press(case_file())
    story.later_version(intervention, "drone.launched")
    async with open_console(link_of(story)) as seat:
        assert "drone.launched" in seat.text("timeline")
        assert "update needed" in seat.rows()[0]


async def test_one_broken_pane_leaves_the_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken on purpose")

    story, _ = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        monkeypatch.setattr(FirstSecond, "draw", broken)
        monkeypatch.setattr(MapPane, "show", broken)
        monkeypatch.setattr("console.tui.widgets.queue.rows_of", broken)
        seat.clock.move(5)
        seat.desk.hand_out()
        await seat.settle()
        assert "this pane failed" in seat.text("first-second")
        assert seat.desk.query_one(Queue).failed
        assert "15:03:15" in seat.text("header")
        monkeypatch.undo()
        seat.desk.hand_out()
        await seat.settle()
        assert "STALKING ALARM" in seat.text("first-second")
        assert not seat.desk.query_one(Queue).failed


async def test_the_two_words_are_masked_but_for_three_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    story, places = leuven_by_night()
    story.happens(places["leuven"], e.Acknowledged(), by=OPERATOR)
    link = link_of(story)
    link.answers["casefile"] = Answer(id=UUID(int=1), case_file=case_file())
    assert details.WORDS_SHOWN_S == 3
    monkeypatch.setattr(details, "WORDS_SHOWN_S", 2.0)
    async with open_console(link) as seat:
        seat.desk.choose(places["leuven"])
        await seat.press("enter")
        assert link.asked == [AskCasefile(intervention=str(places["leuven"]))]
        assert "S. Exemple" in seat.box()
        assert "umbrella" not in seat.box()
        await seat.press("w")
        assert "umbrella" in seat.box()
        await seat.until(lambda: "umbrella" not in seat.box())


async def test_the_history_of_a_day_is_searched_and_opened() -> None:
    story, places = leuven_by_night()
    link = link_of(story)
    row = Summary(
        id=places["haacht"],
        number="VBR-2026-0411",
        state=story.seen(places["haacht"]).state.state,
        raised_at=START,
        zone="5395",
        victim="F. Fictief",
    )
    link.answers["history"] = Answer(id=UUID(int=1), history=(row,), more=True)
    link.answers["timeline"] = Answer(id=UUID(int=2), events=story.seen(places["haacht"]).timeline)
    async with open_console(link) as seat:
        await seat.press("y")
        await seat.type("Haacht")
        await seat.press("enter")
        asked = link.asked[-1]
        assert isinstance(asked, AskHistory)
        assert (asked.day, asked.text) == (START.date(), "Haacht")
        assert "VBR-2026-0411" in seat.box()
        await seat.press("tab", "down", "enter")
        assert link.asked[-1] == AskTimeline(intervention=str(places["haacht"]))
        assert "L-21 sent" in seat.box()
        await seat.press("pageup")
        before = link.asked[-1]
        assert isinstance(before, AskHistory)
        assert before.day == START.date() - timedelta(days=1)


async def test_the_language_changes_while_it_runs() -> None:
    story, _ = leuven_by_night()
    try:
        async with open_console(link_of(story)) as seat:
            use("en")
            await seat.press("l")
            assert seat.desk.shown.language == "nl"
            await seat.press("l", "l", "l")
            assert seat.desk.shown.language == "en"
    finally:
        use("en")


async def test_help_is_made_from_the_bindings() -> None:
    story, _ = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        await seat.press("question_mark")
        for words in ("Take this alarm", "Choose patrols and send them", "Keep the victim in the middle"):
            assert words in seat.box()


async def test_on_a_small_screen_one_key_shows_the_map() -> None:
    story, _ = leuven_by_night()
    async with open_console(link_of(story), size=(80, 24)) as seat:
        assert not seat.desk.query_one(MapPane).display
        await seat.press("m")
        assert seat.desk.query_one(MapPane).display
        assert not seat.desk.query_one(FirstSecond).display
        await seat.press("m")
        assert seat.desk.query_one(FirstSecond).display


async def test_nothing_moves_when_an_alarm_arrives() -> None:
    story, places = leuven_by_night()
    story.happens(places["leuven"], e.Acknowledged(), by=OPERATOR)
    async with open_console(link_of(story)) as seat:

        def regions() -> dict[str, object]:
            return {str(one.id): one.region for one in seat.desk.query("*") if one.id}

        before = regions()
        story.press("VBR-2026-0413", near(at=story.now), case_file())
        await seat.show(story.room)
        assert regions() == before


async def login_at(seat: Seat, operator: str, password: str) -> None:
    await seat.type(operator)
    await seat.press("enter")
    await seat.type(password)
    await seat.press("enter")


async def test_the_login_asks_and_says_why_it_was_refused() -> None:
    story, _ = leuven_by_night()
    live = picture_of(story.room, story.now)
    link = StillLink(Picture(connection=Connection.LOGIN_NEEDED, url="ws://127.0.0.1:8765"))
    async with open_console(link, ready=False) as seat:
        await seat.settle()
        await login_at(seat, "4711", "a long password")
        assert link.logins == [("4711", "a long password")]
        link.show(replace(link.picture, why="Operator or password are wrong."))
        await seat.settle()
        assert "Operator or password are wrong." in seat.box()
        link.show(live)
        await seat.until(lambda: seat.screen is seat.desk)
        link.show(replace(live, connection=Connection.LOGIN_NEEDED, why="Logged out elsewhere."))
        await seat.until(lambda: seat.screen is not seat.desk)
        assert "Logged out elsewhere." in seat.box()
        link.show(live)
        await seat.until(lambda: seat.screen is seat.desk)


async def test_under_a_hundred_and_fifty_widgets_are_mounted() -> None:
    story, _ = leuven_by_night()
    async with open_console(link_of(story)) as seat:
        await seat.press("n")
        assert sum(len(screen.query("*")) for screen in seat.app.screen_stack) < 150


async def test_the_clock_on_screen_is_the_backends() -> None:
    story, _ = leuven_by_night()
    link = link_of(story)
    link.picture = replace(link.picture, clock=BackendClock(START + timedelta(hours=2), 1000.0))
    async with open_console(link) as seat:
        assert "17:03:10" in seat.text("header")


async def test_the_bell_repeats_until_acknowledged_and_is_silent_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(ConsoleApp, "bell", lambda _: rung.append(1))
    story, places = leuven_by_night()
    async with open_console(link_of(story), look=Look(bell_every_s=0.1)) as seat:
        await seat.until(lambda: len(rung) >= 3)
        story.happens(places["leuven"], e.Acknowledged(), by=COLLEAGUE)
        await seat.show(story.room)
        before = len(rung)
        await seat.pilot.pause(0.4)
        assert len(rung) == before
        assert seat.app.title == "MSA"


async def test_positions_do_not_push_what_people_did_out_of_the_timeline() -> None:
    story, places = leuven_by_night()
    for second in range(30):
        story.wait(1).happens(
            places["leuven"], e.FixReported(fix=near(second, at=story.now, name=f"F{second}", radius_m=30))
        )
    async with open_console(link_of(story)) as seat:
        assert seat.text("timeline").count("position") == 1
        assert "button pressed" in seat.text("timeline")


async def test_a_patrol_is_listed_once_even_if_nobody_knows_where_it_is() -> None:
    story, _ = one_press(case_file(firearm=False))
    lost = patrol("5388/L-12", 0, 0, story.now).model_copy(
        update={"lon": None, "lat": None, "position_at": None}
    )
    story.patrols(lost, patrol("5388/L-07", 500, 0, story.now))
    async with open_console(link_of(story)) as seat:
        assert seat.text("patrols").count("L-12") == 1


async def test_r6_a_picture_that_has_grown_old_does_not_look_live_whatever_it_says() -> None:
    story, _ = leuven_by_night()
    link = link_of(story)
    async with open_console(link) as seat:
        assert seat.desk.shown.live
        seat.clock.move(6)
        seat.desk.hand_out()
        assert not seat.desk.shown.live
        assert seat.desk.has_class("-stale")
        assert "STALE" in seat.text("banner")
        assert "STALE" in seat.text("header")
