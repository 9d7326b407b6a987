"""Class health over a real backend and on the screen: a number in the header, a list on demand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from console.domain.health import Ailment, HealthKind
from console.wire import console_frames as f
from console.wire import field_frames as ff
from tests.backend import RunningBackend
from tests.integration.test_screen_actions import in_hand
from tests.open_console import open_console
from tests.programs import msa
from tests.still_link import StillLink, picture_of

BUTTON = "VBR-B-0041"


def listed(backend: RunningBackend) -> list[Any]:
    rows = msa(backend, "list", "--health", "--json").lines
    return [(row["kind"], row["battery_pct"]) for row in rows if row["button"] == BUTTON]


async def test_a_report_is_counted_for_the_room_listed_without_a_name_and_kept_over_a_restart(
    backend: RunningBackend,
) -> None:
    async with backend.console("4711") as console, backend.device(BUTTON) as phone:
        before = await console.frame(f.Heartbeat)
        assert before.health > 0, "the demo has a few devices that are not well"
        assert listed(backend) == []
        await phone.send(ff.HealthFrame(battery_pct=9, button_linked=False))
        await console.frame(f.Heartbeat, lambda beat: beat.health == before.health + 2)
        assert sorted(listed(backend)) == [("battery_low", 9), ("not_linked", None)]
        assert not console.room.seen, "health is never an alarm"
    assert "Exemple" not in msa(backend, "list", "--health").out
    backend.restart()
    assert sorted(listed(backend)) == [("battery_low", 9), ("not_linked", None)]
    async with backend.device(BUTTON) as phone, backend.console("4711") as console:
        await phone.send(ff.HealthFrame(battery_pct=90, button_linked=True))
        await console.frame(f.Heartbeat, lambda beat: beat.health == before.health)


async def test_the_header_has_the_number_and_a_key_the_list() -> None:
    story, _ = in_hand()
    link = StillLink(replace(picture_of(story.room, story.now), health=3))
    silent = Ailment(
        button=BUTTON, zone="5388", kind=HealthKind.SILENT, since=story.now - timedelta(hours=50), grave=True
    )
    link.answers["health"] = f.Answer(id=story.seen(next(iter(story.room.seen))).state.id, health=(silent,))
    async with open_console(link) as seat:
        assert "health 3" in seat.text("header")
        await seat.press("H")
        await seat.settle()
        assert "no daily report" in seat.box()
        assert BUTTON in seat.box()
