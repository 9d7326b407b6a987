"""The lock over the screen: nothing of a case shows, no alarm is missed, one key takes it (W17)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from textual.command import CommandPalette
from textual.widgets import Input

from console.domain import commands as c
from console.domain import events as e
from console.link.interface import Connection, Waiting
from console.tui.app import ConsoleApp, Look
from console.tui.pane import Pane
from console.tui.screens.lock import LockScreen
from console.tui.screens.login import Login
from tests.open_console import Seat, open_console
from tests.still_link import OPERATOR as SITS_HERE
from tests.still_link import StillLink, picture_of
from tests.story import COLLEAGUE, OPERATOR, Story, case_file, leuven_by_night, near, shares

NAMES = ("Exemple", "Voorbeeld", "Beispiel", "Modèle", "Stichprobe", "Fictief", "straat", "VBR-2026", "0-XXX")
CLOSED = e.InterventionClosed(outcome=e.Outcome.ARREST, words="arrested")


def quiet() -> tuple[Story, dict[str, UUID]]:
    """Nothing calls, and nothing is held here: what is open is the colleague's."""
    story, places = leuven_by_night()
    story.happens(places["haacht"], CLOSED, by=OPERATOR)
    story.happens(places["leuven"], e.Acknowledged(), e.PatrolDispatched(patrol="5388/L-12"), by=COLLEAGUE)
    return story, places


def link_of(story: Story) -> StillLink:
    picture = picture_of(story.room, story.now)
    return StillLink(replace(picture, operator=SITS_HERE.model_copy(update={"name": "O. Dienst"})))


def pressed(story: Story, number: str = "VBR-2026-0413") -> UUID:
    """She presses in Leuven, twelve seconds ago."""
    made = story.press(number, near(at=story.now, name="N1"), case_file(), shares(("5388", 1.0)))
    story.wait(12)
    return made


def lock(seat: Seat) -> LockScreen:
    screen = seat.screen
    assert isinstance(screen, LockScreen)
    return screen


def reads(seat: Seat) -> str:
    """Everything that stands on the screen, as a passer-by reads it."""
    return seat.app.export_screenshot().replace("&#160;", " ")


def part(seat: Seat, name: str) -> str:
    return lock(seat).query_one(f"#{name}", Pane).painted.plain


def said(seat: Seat) -> str:
    return str(lock(seat).query_one("#lock-said").render())


async def later(seat: Seat, story: Story, seconds: float = 0) -> None:
    """Time passes, and the backend tells how things stand then."""
    from console.link.interface import BackendClock

    seat.clock.move(seconds)
    picture = replace(
        seat.link.picture,
        room=story.room,
        head=story.room.position,
        heard_s=seat.clock(),
        clock=BackendClock(story.now, seat.clock()),
    )
    seat.link.show(picture)
    await seat.settle()


async def test_locked_by_its_key_nothing_of_a_case_can_be_read_and_the_password_opens_it() -> None:
    story, _ = quiet()
    async with open_console(link_of(story)) as seat:
        await seat.press("ctrl+l")
        shown = reads(seat)
        assert "LOCKED" in shown
        assert [name for name in NAMES if name in shown] == []
        assert seat.app.title == "MSA"
        await seat.press(*"wrong", "enter")
        await seat.until(lambda: said(seat) == "The password is wrong.")
        await seat.press("enter")
        await seat.type("a long invented password")
        await seat.press("enter")
        await seat.until(lambda: seat.screen is seat.desk)
        assert seat.link.typed == ["wrong", "a long invented password"]


async def test_what_is_typed_goes_to_the_password_spaces_too() -> None:
    story, _ = quiet()
    link = link_of(story)
    link.password = "four invented words here"
    async with open_console(link) as seat:
        await seat.press("ctrl+l", *link.password, "enter")
        await seat.until(lambda: seat.screen is seat.desk)
        assert seat.sent == []


@pytest.mark.parametrize("how", ["handles", "listens"])
async def test_who_holds_an_intervention_is_never_locked_out_neither_by_key_nor_by_idling(how: str) -> None:
    story, places = quiet()
    if how == "handles":
        story.happens(places["leuven"], e.TakenOver(from_operator="4712"), by=OPERATOR)
    else:
        story.happens(places["leuven"], e.LineListenerChanged(operator="4711"), by=OPERATOR)
    async with open_console(link_of(story), look=Look(lock_after_s=60)) as seat:
        await seat.press("ctrl+l")
        assert "VBR-2026-0412" in seat.text("feedback")
        assert "first" in seat.text("feedback")
        for _ in range(5):
            await later(seat, story, 59)
        assert seat.screen is seat.desk


async def test_idle_for_the_time_of_the_setting_it_locks_and_any_key_counts() -> None:
    story, _ = quiet()
    async with open_console(link_of(story), look=Look(lock_after_s=60)) as seat:
        await later(seat, story, 50)
        await seat.pilot.press("f12")
        await later(seat, story, 50)
        assert seat.screen is seat.desk
        await seat.pilot.hover("#queue")
        await later(seat, story, 50)
        assert seat.screen is seat.desk
        await later(seat, story, 11)
        lock(seat)


async def test_zero_minutes_never_lock_and_an_alarm_that_arrives_begins_the_time_anew() -> None:
    story, _ = quiet()
    async with open_console(link_of(story), look=Look(lock_after_s=0)) as seat:
        await later(seat, story, 86_400)
        assert seat.screen is seat.desk
    async with open_console(link_of(story), look=Look(lock_after_s=60)) as seat:
        await later(seat, story, 50)
        pressed(story)
        await later(seat, story, 5)
        await later(seat, story, 50)
        assert seat.screen is seat.desk
        await later(seat, story, 20)
        lock(seat)


async def test_a_press_rings_shows_age_kind_and_zone_and_the_space_bar_takes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(ConsoleApp, "bell", lambda _: rung.append(1))
    story, _ = quiet()
    async with open_console(link_of(story), look=Look(bell_every_s=0.1)) as seat:
        await seat.press("ctrl+l")
        rung.clear()
        made = pressed(story)
        await later(seat, story, 1)
        await seat.until(lambda: len(rung) >= 3)
        assert part(seat, "lock-calls").split() == ["▲", "00:12", "press", "5388", "Leuven"]
        assert "␣ acknowledge  ▲ 00:12  press  5388 Leuven" in part(seat, "lock-offer")
        assert [name for name in NAMES if name in reads(seat)] == []
        assert seat.app.title == "▲ 1 – MSA"
        await seat.press("space")
        [command] = seat.link.sent
        assert (command.do, command.intervention, command.seen_decision) == (c.Acknowledge(), str(made), 0)
        assert isinstance(seat.screen.focused, Input), "the password is asked at once"
        story.happens(made, e.Acknowledged(), by=OPERATOR)
        seat.link.answer(command.id)
        await later(seat, story, 1)
        assert "in your hands" in part(seat, "lock-calls")
        await seat.type("a long invented password")
        await seat.press("enter")
        await seat.until(lambda: seat.screen is seat.desk)
        assert seat.desk.shown.seen is not None
        assert seat.desk.shown.seen.state.id == made
        await seat.press("ctrl+l")
        assert seat.screen is seat.desk, "it holds an open intervention now: it never locks again"


async def test_a_press_of_the_key_that_nobody_can_have_meant_takes_nothing() -> None:
    story, _ = quiet()
    async with open_console(link_of(story)) as seat:
        await seat.press("ctrl+l")
        pressed(story)
        await later(seat, story)
        for _ in range(20):  # a key that repeats, from before the alarm came
            seat.clock.move(0.03)
            await seat.pilot.press("space")
        assert seat.sent == []
        seat.clock.move(0.61)
        await seat.pilot.press("space")
        for _ in range(20):
            seat.clock.move(0.03)
            await seat.pilot.press("space")
        assert seat.sent == [c.Acknowledge()]
        assert lock(seat).query_one(Input).value == "", "no space got into the password"


async def test_of_several_the_oldest_is_taken_and_an_old_password_begun_gives_way() -> None:
    story, _ = quiet()
    async with open_console(link_of(story)) as seat:
        await seat.press("ctrl+l", "enter")
        first, second = pressed(story), pressed(story, "VBR-2026-0414")
        await later(seat, story)
        assert seat.screen.focused is None
        assert part(seat, "lock-calls").splitlines()[0].split()[1] == "00:24"
        await seat.press("space")
        assert [one.intervention for one in seat.link.sent] == [str(first)]
        story.happens(first, e.Acknowledged(), by=OPERATOR)
        seat.link.answer(seat.link.sent[0].id)
        await later(seat, story, 1)
        await seat.press("escape", "space")
        assert [one.intervention for one in seat.link.sent] == [str(first), str(second)]


async def test_a_click_on_the_line_is_the_key() -> None:
    story, _ = quiet()
    async with open_console(link_of(story)) as seat:
        await seat.press("ctrl+l")
        pressed(story)
        await later(seat, story)
        seat.clock.move(1)
        await seat.pilot.click("#lock-offer")
        await seat.settle()
        assert seat.sent == [c.Acknowledge()]


async def test_without_a_link_it_says_so_and_what_is_taken_is_not_sent() -> None:
    story, _ = quiet()
    async with open_console(link_of(story)) as seat:
        await seat.press("ctrl+l")
        pressed(story)
        await later(seat, story)
        seat.link.show(replace(seat.link.picture, connection=Connection.LOST))
        seat.clock.move(9)
        await seat.settle()
        link = str(lock(seat).query_one("#lock-link").render())
        assert "NO LINK since" in link
        assert "USE RADIO" in link
        await seat.press("space")
        seat.link.wait(seat.link.sent[0].id, Waiting.QUEUED)
        await seat.settle()
        assert "NOT SENT – USE RADIO" in part(seat, "lock-offer")


async def test_no_palette_over_the_lock_and_one_that_was_open_goes() -> None:
    story, _ = quiet()
    async with open_console(link_of(story), look=Look(lock_after_s=60)) as seat:
        await seat.press("ctrl+p")
        assert isinstance(seat.screen, CommandPalette)
        await later(seat, story, 61)
        await seat.press("ctrl+p")
        lock(seat)
        assert not any(isinstance(one, CommandPalette) for one in seat.app.screen_stack)


async def test_leaving_is_asked_twice_and_not_while_an_alarm_waits() -> None:
    story, _ = quiet()
    async with open_console(link_of(story)) as seat:
        await seat.press("ctrl+l")
        pressed(story)
        await later(seat, story)
        await seat.press("ctrl+q", "ctrl+q")
        assert "An alarm waits" in said(seat)
    story, _ = quiet()
    async with open_console(link_of(story)) as seat:
        await seat.press("ctrl+l", "ctrl+q")
        assert "ctrl+q again" in said(seat)
        await seat.press("ctrl+q")
    assert seat.app.return_value == 0


async def test_what_was_typed_in_a_box_is_still_there_after_the_lock() -> None:
    story, _ = quiet()
    async with open_console(link_of(story), look=Look(lock_after_s=60)) as seat:
        await seat.press("n")
        await seat.type("neighbour saw")
        box = seat.screen
        await later(seat, story, 61)
        assert "neighbour" not in reads(seat)
        await seat.press("enter")
        await seat.type("a long invented password")
        await seat.press("enter")
        await seat.until(lambda: seat.screen is box)
        assert box.query_one(Input).value == "neighbour saw"


async def test_a_session_that_is_over_asks_for_a_login_which_opens_the_lock_too() -> None:
    story, _ = quiet()
    async with open_console(link_of(story)) as seat:
        await seat.press("ctrl+l")
        live = seat.link.picture
        seat.link.show(replace(live, connection=Connection.LOGIN_NEEDED))
        await seat.settle()
        assert isinstance(seat.screen, Login)
        seat.link.show(replace(live, connection=Connection.CONNECTING))
        await seat.settle()
        assert isinstance(seat.screen, Login), "the password is not proved yet"
        seat.link.show(live)
        await seat.until(lambda: seat.screen is seat.desk)


async def test_who_leaves_while_holding_is_told_that_it_stays_theirs() -> None:
    story, places = quiet()
    story.happens(places["leuven"], e.TakenOver(from_operator="4712"), by=OPERATOR)
    async with open_console(link_of(story)) as seat:
        await seat.press("q")
        assert "neither locks nor logs out" in seat.box()
        assert "they stay yours" in seat.box()


async def test_what_is_given_to_who_sits_here_is_said_and_keeps_the_console_open() -> None:
    story, places = quiet()
    async with open_console(link_of(story)) as seat:
        given = e.TakenOver(from_operator="4712", to_operator="4711", because=e.LeftBecause.ACCOUNT_DISABLED)
        story.happens(places["leuven"], given)
        await later(seat, story)
        assert "VBR-2026-0412 is in your hands now" in seat.text("feedback")
        seat.desk.choose(places["leuven"])
        await seat.settle()
        assert "given to 4711, because 4712 may no longer act (account disabled)" in seat.text("timeline")
        await seat.press("ctrl+l")
        assert seat.screen is seat.desk
