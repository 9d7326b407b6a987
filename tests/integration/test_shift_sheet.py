"""The hand-over sheet over a real backend, by `msa shift`, and in its box on the screen."""

from __future__ import annotations

from console.domain import events as e
from console.domain.response import ResponseTimes
from console.wire import console_frames as f
from tests.backend import LEUVEN, RunningBackend
from tests.integration.test_screen_actions import in_hand
from tests.open_console import open_console
from tests.programs import msa
from tests.still_link import StillLink, picture_of
from tests.story import START


async def test_the_sheet_has_what_is_open_and_the_times_of_the_shift(backend: RunningBackend) -> None:
    async with backend.device("VBR-B-0041") as phone:
        await phone.press(*LEUVEN)
    assert msa(backend, "act", "VBR-2026-0001", "acknowledge").code == 0
    text = msa(backend, "shift", LC_ALL="C.UTF-8", MSA_LANGUAGE="en").out
    assert "### VBR-2026-0001 · acknowledged · 5388 Leuven · 4711" in text
    assert "- **4711**: VBR-2026-0001" in text
    assert "1 alarm" in text
    assert "Exemple" not in text
    facts = msa(backend, "shift", "--json").json
    assert [one["kind"] for one in facts["times"]] == ["acknowledge"]
    assert facts["alarms"][0]["number"] == "VBR-2026-0001"
    assert facts["holdings"] == [{"operator": "4711", "handles": ["VBR-2026-0001"], "listens": []}]
    # Another control room knows nothing of it (S6).
    assert msa(backend, "shift", "--json", operator="3711").json == {
        "times": [],
        "alarms": [],
        "holdings": [],
    }
    on_paper = msa(backend, "shift", "--paper", MSA_LANGUAGE="en").out
    assert "**VBR-2026-0001**" in on_paper
    assert len(on_paper.splitlines()) <= 60, "one page"


async def test_f9_opens_the_sheet_and_it_follows_the_picture() -> None:
    story, leuven = in_hand()
    link = StillLink(picture_of(story.room, story.now))
    times = (ResponseTimes(number="VBR-2026-0412", raised_at=START, acknowledge=4.0),)
    link.answers["responses"] = f.Answer(id=leuven, responses=times)
    async with open_console(link) as seat:
        await seat.press("O")
        await seat.until(lambda: "00:04" in seat.box())
        assert "Who holds what" in seat.box()
        story.happens(leuven, e.PatrolDispatched(patrol="5388/L-12"))
        link.show(picture_of(story.room, story.now))
        await seat.until(lambda: "L-12 dispatched" in seat.box())


async def test_without_an_answer_the_sheet_says_so() -> None:
    story, _leuven = in_hand()
    async with open_console(StillLink(picture_of(story.room, story.now))) as seat:
        await seat.press("O")
        await seat.until(lambda: "the backend gave no answer" in seat.box())
