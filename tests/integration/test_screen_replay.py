"""A replay at its screen: every key of it; nothing can be done; everything shows what was known then."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import get_args

import pytest
from textual.widgets import Input

from console.domain import commands as c
from console.domain.values import Mode
from console.training.bookmarks import Bookmarks, beside, read_bookmarks
from console.training.player import Player
from console.tui.actions import ACTIONS
from console.tui.replay.bindings import ACTING_KEYS, REPLAY_KEYS
from console.tui.replay.boxes import BookmarkDialog, BranchDialog, LaterDialog, MarksDialog
from console.tui.replay.desk import LOOKING
from console.tui.replay.link import ReplayLink
from console.wire.console_frames import AskCasefile, AskHealth, AskHistory, AskResponses, AskTimeline
from tests.open_replay import open_replay
from tests.replays import afternoon
from tests.still_link import Hands
from tests.story import START


async def test_space_plays_at_the_chosen_speed_and_pauses() -> None:
    async with open_replay(afternoon()[0].recording()) as watching:
        await watching.press("space")
        watching.clock.move(10)
        await watching.until(lambda: watching.at_s == 10)
        await watching.settle()
        assert "00:10 / 09:00" in watching.text("scrubber")
        await watching.press("greater_than_sign", "greater_than_sign", "greater_than_sign")
        watching.clock.move(4)
        await watching.until(lambda: watching.at_s == 10 + 4 * 8)
        await watching.press("space")
        watching.clock.move(100)
        await watching.settle()
        assert watching.at_s == 42
        assert "‖  8×" in watching.text("scrubber")


async def test_at_sixty_times_it_is_where_the_clock_says_and_stops_at_the_end() -> None:
    async with open_replay(afternoon()[0].recording()) as watching:
        await watching.press(*["greater_than_sign"] * 9, "space")
        watching.clock.move(5)
        await watching.until(lambda: watching.at_s == 300)
        watching.clock.move(500)
        await watching.until(lambda: not watching.link.stand.playing)
        assert watching.at_s == 540
        await watching.press("space")
        assert "ends here" in watching.text("feedback")


@pytest.mark.parametrize(
    ("keys", "leads_to"),
    [
        (["right", "right"], 60),
        (["right", "right", "left"], 24),
        (["A"], 150),
        (["A", "ctrl+a"], 0),
        (["D", "D"], 60),
        (["D", "D", "ctrl+d"], 24),
        (["X"], 20),
        (["X", "X", "ctrl+x"], 20),
        (["pagedown", "pagedown", "pageup"], 61),
        (["G", "4", ":", "0", "5", "enter"], 245),
    ],
)
async def test_each_key_leads_where_it_says(keys: list[str], leads_to: float) -> None:
    async with open_replay(afternoon()[0].recording(), at_s=1) as watching:
        await watching.press(*keys)
        assert watching.at_s == leads_to
        assert not watching.link.stand.playing


async def test_a_jump_selects_what_it_is_about() -> None:
    told, places = afternoon()
    async with open_replay(told.recording(), at_s=130) as watching:
        await watching.press("A")
        assert watching.desk.shown.seen is not None
        assert watching.desk.shown.seen.state.id == places["haacht"]
        await watching.press("ctrl+x")
        assert watching.desk.shown.seen is not None
        assert watching.desk.shown.seen.state.id == places["leuven"]
        assert "missed: patrol accepts (L-12)" in watching.text("scrubber")


async def test_everything_shows_what_was_known_then() -> None:
    async with open_replay(afternoon()[0].recording(), at_s=15) as watching:
        assert "00:15" in watching.text("first-second")  # the age of the alarm then, not of today
        assert "NEW" in "".join(str(row.lines) for row in watching.desk.query_one("#queue").rows)  # type: ignore[attr-defined]
        assert "L-12 sent" not in watching.text("timeline")
        await watching.press("G", "8", ":", "3", "0", "enter")
        assert "L-12 sent" in watching.text("timeline")
        await watching.press("G", "0", ":", "1", "5", "enter")
        assert "L-12 sent" not in watching.text("timeline")
        assert "15:03:25" in watching.text("header")


async def test_one_key_shows_what_was_known_later() -> None:
    async with open_replay(afternoon()[0].recording(), at_s=300) as watching:
        watching.desk.choose(next(iter(watching.desk.shown.picture.room.seen)))
        await watching.press("V")
        assert isinstance(watching.app.screen, LaterDialog)
        assert "+01:40" in watching.box()
        assert "on scene" in watching.box()
        assert "acknowledged" not in watching.box()


async def test_every_key_that_would_act_is_refused_with_a_sentence() -> None:
    """S10: a recording cannot act."""
    async with open_replay(afternoon()[0].recording(), at_s=130) as watching:
        for action in ACTIONS:
            if action.name in LOOKING:
                assert action.probe is None or action.name in {"others"}
                continue
            watching.desk.query_one("#feedback").said_s = float("-inf")  # type: ignore[attr-defined]
            await watching.desk.action_deed(action.name)
            assert watching.app.screen is watching.desk, action.name
            assert "This is a recording" in watching.text("feedback"), action.name


def test_the_link_refuses_every_command_there_is() -> None:
    """S10, below the keys: whatever a box or a palette would send comes back refused, and the picture is the same."""
    told, places = afternoon()
    link = ReplayLink(Player(told.recording()), Hands())
    link.start(lambda _picture: None)
    try:
        room = link.picture.room
        for kind in get_args(get_args(c.AnyCommand)[0]):
            command = link.send(kind.model_construct(), places["leuven"], 0)
            while all(one.id != command for one in link.picture.results):
                pass
            (result,) = (one for one in link.picture.results if one.id == command)
            assert result.refusal is not None
            assert result.refusal.code == "recorded"
        assert link.picture.room is room
        assert not link.picture.pending
        assert link.unlock("anything at all").result().refusal is not None
    finally:
        link.close()


def test_questions_are_answered_with_what_was_known_then() -> None:
    told, places = afternoon()
    player = Player(told.recording())
    link = ReplayLink(player, Hands(), begin=player.seek(START).at)
    number = "VBR-2026-0412"
    early = link.ask(AskTimeline(intervention=number)).result()
    assert [event.type for event in early.events] == ["alarm.raised", "zone.allocated"]
    link.go(player.seek(player.ends_at))
    assert link.ask(AskTimeline(intervention=number)).result().events == told.seen(places["leuven"]).timeline
    (late, first) = link.ask(AskHistory(day=START.date())).result().history
    assert (first.number, first.outcome, late.outcome) == (number, "perpetrator_gone", None)
    assert {one.acknowledge for one in link.ask(AskResponses()).result().responses} == {24.0, 10.0}
    for ask in (AskHealth(), AskCasefile(intervention=number)):
        refused = link.ask(ask).result().refusal
        assert refused is not None
        assert refused.code == "not_in_recording"


async def test_a_bookmark_lies_beside_the_recording_and_is_gone_to(tmp_path: Path) -> None:
    file = tmp_path / "night.msarec.jsonl"
    async with open_replay(afternoon()[0].recording(), at_s=100, file=file) as watching:
        await watching.press("N")
        assert isinstance(watching.app.screen, BookmarkDialog)
        watching.app.screen.query_one(Input).insert_text_at_cursor("why so late?")
        await watching.press("enter")
        assert "★" in watching.text("scrubber")
    notes = beside(file)
    assert stat.S_IMODE(notes.stat().st_mode) == 0o600
    assert [one.text for one in read_bookmarks(notes).notes] == ["why so late?"]
    async with open_replay(afternoon()[0].recording(), at_s=110, file=file) as watching:
        await watching.press("K")
        assert isinstance(watching.app.screen, MarksDialog)
        assert "why so late?" in watching.box()
        await watching.press("enter")
        assert watching.at_s == 100


def test_notes_that_are_none_are_never_written_over(tmp_path: Path) -> None:
    notes = tmp_path / "x.notes.json"
    notes.write_text("a shopping list", encoding="utf-8")
    with pytest.raises(ValueError, match="Move it away"):
        read_bookmarks(notes)
    assert read_bookmarks(tmp_path / "none") == Bookmarks()


async def test_b_shows_the_command_that_takes_over_from_here_and_enter_begins_it(tmp_path: Path) -> None:
    file = tmp_path / "night.msarec.jsonl"
    async with open_replay(afternoon()[0].recording(), at_s=140, file=file) as watching:
        await watching.press("b")
        assert isinstance(watching.app.screen, BranchDialog)
        assert f"msa exercise {file} --from 02:20" in watching.box()
        await watching.pilot.press("enter")
        await watching.until(lambda: watching.app.branch_at is not None)
    assert watching.app.branch_at == "02:20"
    assert [one.branch for one in read_bookmarks(beside(file)).notes] == [True]


@pytest.mark.parametrize("mode", [Mode.REPLAY, Mode.EXERCISE])
async def test_the_word_stands_around_the_screen_and_in_the_title_of_the_window(mode: Mode) -> None:
    """S10: whatever leaves it wears the word."""
    async with open_replay(afternoon()[0].recording(mode=mode), at_s=5) as watching:
        word = mode.value.upper()
        assert str(watching.desk.border_title).count(word) >= 2
        assert word in str(watching.desk.border_subtitle)
        assert f" {word} " in watching.text("header")
        await watching.press("O")
        await watching.until(lambda: word in watching.box())


async def test_it_makes_no_sound_unless_it_is_asked_to() -> None:
    rung: list[None] = []
    async with open_replay(afternoon()[0].recording()) as watching:
        watching.app.bell = lambda: rung.append(None)  # type: ignore[method-assign]
        await watching.press("right", "right")
        assert not rung


def test_no_key_does_two_things_and_each_has_its_word() -> None:
    from console.tui.keymap import use_keys
    from console.tui.replay.bindings import replay_desk_bindings

    use_keys({}, replay_desk_bindings())
    assert {one.name for one in ACTIONS} >= ACTING_KEYS | LOOKING
    assert all(one.tooltip and one.label for one in REPLAY_KEYS)
