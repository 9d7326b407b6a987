"""Who is not at a console is reached by the control room's own command (W6): run once, without a name, harmlessly."""

from __future__ import annotations

import asyncio
import json
import sys
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from backend_stub.pager import facts_of, page_command, run
from console.domain import events as e
from console.domain.intervention import Intervention
from console.domain.watch import to_page
from console.wire.exits import Stop
from tests.backend import LEUVEN, RunningBackend
from tests.integration.test_never_unanswered import written
from tests.story import OPERATOR, START, Story, case_file, near, shares

FACTS = {"number": "VBR-2026-0412", "zone": "5388"}
CALLED = e.EscalationRaised(code="unacknowledged", to="officer_on_call")


def program(code: str) -> tuple[str, ...]:
    return sys.executable, "-c", code


def of_step(to: str, event: e.Event) -> bool:
    return isinstance(event.body, e.EscalationPaged) and event.body.to == to


def pressed(*bodies: e.KnownBody) -> Intervention:
    story = Story()
    one: UUID = story.press("VBR-2026-0412", near(0, 0, at=START), case_file(), shares(("5388", 1.0)))
    return story.happens(one, *bodies, by=OPERATOR).seen(one).state


def test_each_step_that_is_not_at_a_console_is_paged_once_and_only_while_nobody_has_answered() -> None:
    consoles, neighbour = (e.EscalationRaised(code="unacknowledged", to=to) for to in ("consoles", "ANT"))
    waiting = pressed(consoles, CALLED, neighbour)
    assert [one.to for one in to_page(waiting)] == ["officer_on_call"]
    for fault in (None, e.PageFault.FAILED):
        assert to_page(pressed(CALLED, e.EscalationPaged(to="officer_on_call", fault=fault))) == ()
    assert to_page(pressed(CALLED, e.Acknowledged())) == ()


def test_the_command_is_told_nothing_of_anyone() -> None:
    state = pressed(CALLED)
    facts = facts_of(state, to_page(state)[0])
    assert set(facts) == {"number", "room", "zone", "to", "code", "since"}
    assert state.extract is not None
    personal = {state.extract.victim.name, state.extract.perpetrator.name, state.button, state.extract.number}
    assert not personal & set(facts.values())


async def test_facts_come_in_the_environment_and_on_stdin_and_no_secret_of_the_backend_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MSA_MASTER_KEY", "secret")
    told = tmp_path / "told.json"
    code = (
        f"import json, os, sys; json.dump([dict(os.environ), json.load(sys.stdin)], open({str(told)!r}, 'w'))"
    )
    assert await run(program(code), FACTS) is None
    environment, given = json.loads(told.read_text())
    assert given == FACTS
    assert environment["MSA_PAGE_NUMBER"] == "VBR-2026-0412"
    assert "MSA_MASTER_KEY" not in environment


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        (("/nowhere/pager",), e.PageFault.NOT_STARTED),
        (program("raise SystemExit(3)"), e.PageFault.FAILED),
        (program("import time; time.sleep(60)"), e.PageFault.NO_END),
    ],
)
async def test_a_command_that_fails_is_said_and_harms_nothing(
    command: tuple[str, ...], fault: e.PageFault
) -> None:
    async with asyncio.timeout(30):
        assert await run(command, FACTS, longest_s=1.0 if fault is e.PageFault.NO_END else 20.0) is fault


def test_a_command_that_is_not_there_is_found_out_at_the_start() -> None:
    assert page_command(None) == ()
    for wrong in ("/nowhere/pager --now", "'unclosed", ""):
        with pytest.raises(Stop, match="--page"):
            page_command(wrong)


async def test_w6_supervisor_and_officer_on_call_are_paged_and_the_consoles_see_it(
    idle_backend: RunningBackend,
) -> None:
    chain = "[default]\nconsoles = 1\nsupervisor = 1\nofficer_on_call = 2\nneighbour = false\nempty = 600\n"
    script = idle_backend.directory / "page.py"
    script.write_text(
        "import os, sys\n"
        "open(sys.argv[1], 'a').write(os.environ['MSA_PAGE_TO'] + ' ' + os.environ['MSA_PAGE_NUMBER'] + '\\n')\n"
        "sys.exit(os.environ['MSA_PAGE_TO'] == 'officer_on_call')\n"
    )
    log = idle_backend.directory / "paged.txt"
    path = idle_backend.directory / "chain.toml"
    path.write_text(chain)
    idle_backend.options = ("--chain", str(path), "--page", f"{sys.executable} {script} {log}")
    idle_backend.start()
    async with idle_backend.console("4711") as console, idle_backend.device("VBR-B-0041") as phone:
        state = (await console.raised(await phone.press(*LEUVEN))).state
        for to, fault in (("supervisor", None), ("officer_on_call", e.PageFault.FAILED)):
            paged = await console.event("escalation.paged", partial(of_step, to))
            assert paged.body == e.EscalationPaged(to=to, fault=fault)
        await asyncio.sleep(1.5)
    assert log.read_text().splitlines() == [f"supervisor {state.number}", f"officer_on_call {state.number}"]
    assert len(written(idle_backend, state.number, "escalation.paged")) == 2
