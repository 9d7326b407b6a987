"""The instructor's screen of a course: each key asks the world what it says, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Static

from console.link.world_line import CannotHappenError
from console.training.seats import ALPHABET, SeatKind, Seats
from console.tui.course.app import CourseApp
from console.tui.course.keys import COURSE_BINDINGS, INJECT_KEYS
from console.tui.course.lead import Lead

NUMBERS = count()

STATE = {
    "type": "state",
    "at_s": 61.0,
    "now": "2026-11-24T13:06:01.000Z",
    "length_s": 900.0,
    "paused": False,
    "over": False,
    "interventions": [
        {
            "number": "VBR-2026-0001",
            "who": "her",
            "state": "raised",
            "handler": None,
            "patrols": [{"patrol": "5388/L-11", "state": "en_route"}],
        }
    ],
    "patrols": ["5388/L-11", "5388/L-12"],
    "people": {"her": "E. Exemple", "friend": "V. Voorbeeld"},
}


class World:
    """Writes down what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.refuses = False

    async def ask(self, do: str, **words: object) -> None:
        """Write it down."""
        if self.refuses:
            raise CannotHappenError("There is no patrol.")
        self.asked.append((do, {name: one for name, one in words.items() if one is not None}))


def seats_with(chance: Callable[[int], str] | None = None) -> Seats:
    """Seats whose codes are told by chance."""

    def drawn(signs: int) -> str:
        number = next(NUMBERS)
        return "".join(ALPHABET[number // len(ALPHABET) ** place % len(ALPHABET)] for place in range(signs))

    return Seats(chance or drawn, lambda: 0.0, lambda: f"key-{next(NUMBERS)}")


@asynccontextmanager
async def leading(
    state: dict[str, Any] | None = None, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[Pilot[int], World, Lead]]:
    """The screen over a world that stands still."""
    world, seats = World(), seats_with()
    seats.add("operator-1", SeatKind.OPERATOR, "4711")
    seats.add("operator-2", SeatKind.OPERATOR, "4712")

    async def free(name: str) -> None:
        seats.give_up(name)

    lead = Lead(
        "A clean press in Leuven",
        "http://127.0.0.1:8090",
        {"second-press": "Second press", "fix-lost": "Fix lost"},
        seats,
        at_console=lambda: frozenset({"operator-1"}),
        free=free,
        ask=world.ask,
    )
    lead.hear(STATE | (state or {}))
    app = CourseApp(lead)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        app.look()
        yield pilot, world, lead


def said(pilot: Pilot[int]) -> str:
    """Everything that stands on the screen."""
    return "\n".join(str(one.content) for one in pilot.app.query(Static))


async def test_space_pauses_a_world_that_runs_and_begins_one_that_stands() -> None:
    async with leading() as (pilot, world, _lead):
        await pilot.press("space")
        assert world.asked == [("pause", {})]
    async with leading({"paused": True, "at_s": 0.0}) as (pilot, world, _lead):
        assert "not begun" in said(pilot)
        await pilot.press("space")
        assert world.asked == [("go_on", {})]


async def test_a_digit_injects_for_the_chosen_victim_and_patrol() -> None:
    async with leading() as (pilot, world, _lead):
        await pilot.press("1", "v", "v", "p", "2", "9")
        assert world.asked == [
            ("inject", {"name": "second-press"}),
            ("inject", {"name": "fix-lost", "who": "friend", "patrol": "5388/L-11"}),
        ]


async def test_what_is_written_goes_where_it_was_meant_and_its_letters_are_no_keys() -> None:
    async with leading() as (pilot, world, _lead):
        for key in ("m", "w", "h", "r", "t"):
            await pilot.press(key, *"1pe", "enter")
        await pilot.press("w", *"never", "escape")
        assert world.asked == [
            ("mark", {"words": "1pe"}),
            ("say", {"who": "her", "words": "1pe", "heard": False}),
            ("say", {"who": "her", "words": "1pe", "heard": True}),
            ("radio", {"patrol": "5388/L-11", "words": "1pe", "who": "her"}),
            ("tell", {"words": "1pe"}),
        ]


async def test_a_refusal_of_the_world_is_said() -> None:
    async with leading() as (pilot, world, _lead):
        world.refuses = True
        await pilot.press("1")
        assert "There is no patrol." in said(pilot)


async def test_a_seat_gets_a_new_code_and_the_one_whose_holder_stopped_does_not() -> None:
    async with leading() as (pilot, _world, lead):
        before = lead.seats.all[1].code
        await pilot.press("down", "n")
        assert lead.seats.all[1].code not in {"", before}
        lead.seats.stop("operator-2")
        await pilot.press("n")
        assert lead.seats.all[1].code == ""
        assert "not given again" in said(pilot)


async def test_the_course_ends_only_with_the_second_key() -> None:
    async with leading() as (pilot, world, _lead):
        await pilot.press("e")
        assert "ends for everybody" in said(pilot)
        await pilot.press("1", "e")
        assert pilot.app.is_running
        assert pilot.app.return_value is None
        assert world.asked == [("inject", {"name": "second-press"})]
        await pilot.press("e")
        assert pilot.app.return_value == 0


async def test_every_line_fits_80_columns() -> None:
    async with leading(size=(80, 24)) as (pilot, _world, _lead):
        text = said(pilot)
        assert "code" in text
        assert "VBR-2026-0001 new" in text


def test_no_key_does_two_things() -> None:
    keys = [key for one in COURSE_BINDINGS for key in one.key.split(",")] + list(INJECT_KEYS)
    assert len(keys) == len(set(keys))
    assert all(one.tooltip for one in COURSE_BINDINGS)
