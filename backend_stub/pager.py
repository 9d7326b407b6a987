"""Reach who is not at a console (W6): a command of the control room's own, run once for each step that needs one.

What it gets says nothing of anyone: number, control room, zone, step, why and since when, in its environment and as
one JSON line on its stdin. Exit code 0 is a success; anything else, or no end within some seconds, is a failure that
every console sees. It runs beside the loop, and nothing waits for it: the chain goes on.
"""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import shutil
from datetime import datetime
from typing import Final
from uuid import UUID

from backend_stub.backend import Backend
from backend_stub.desk import Job
from backend_stub.ledger import NotStored, Transaction
from backend_stub.log import LOG
from console.domain.events import EscalationPaged, PageFault
from console.domain.intervention import Escalation, Intervention
from console.domain.values import SYSTEM, rfc3339
from console.domain.watch import to_page
from console.wire.exits import Stop

EVERY_S: Final = 0.5
LONGEST_S: Final = 10.0
"""A command that takes longer is ended: nobody knows any more what it does."""

OWN: Final = "MSA_"
"""Variables of this name are the backend's own (keys and passwords among them): the command gets none of them."""


def page_command(text: str | None) -> tuple[str, ...]:
    """The words of ``--page``; none where none is wanted.

    Raises:
        Stop: it cannot be read, or there is no such program.
    """
    if text is None:
        return ()
    try:
        words = shlex.split(text)
    except ValueError as wrong:
        raise Stop(f"--page cannot be read ({str(wrong).lower()}): {text!r}.") from wrong
    if not words or shutil.which(words[0]) is None:
        raise Stop(f"--page: there is no program {words[0] if words else text!r} here.")
    return tuple(words)


class Pager:
    """Runs the command for what is due; what became of it is an event. Belongs to the backend's loop."""

    def __init__(self, backend: Backend, command: tuple[str, ...]) -> None:
        self._backend, self._command = backend, command
        self._running: dict[tuple[UUID, str, datetime], asyncio.Task[None]] = {}

    async def for_ever(self) -> None:
        """Look twice a second; without a command there is nothing to do."""
        try:
            while self._command:
                self.look()
                await asyncio.sleep(EVERY_S)
        finally:
            for task in self._running.values():
                task.cancel()

    def look(self) -> None:
        """Start what is due and does not run. A step that was written before a kill is paged after it."""
        for state in self._backend.ledger.open_interventions():
            for step in to_page(state):
                key = state.id, step.to or "", step.at
                if key not in self._running:
                    self._running[key] = asyncio.create_task(self._page(state, step))
        open_now = {state.id for state in self._backend.ledger.open_interventions()}
        self._running = {
            key: task for key, task in self._running.items() if key[0] in open_now or not task.done()
        }

    async def _page(self, state: Intervention, step: Escalation) -> None:
        fault = await run(self._command, facts_of(state, step))
        LOG.info("paged", extra={"room": state.room, "to": step.to, "fault": fault})
        try:
            await self._backend.do(_written(state.id, step, fault, self._backend.clock()))
        except NotStored:
            LOG.warning("paged_not_stored", extra={"room": state.room})


def facts_of(state: Intervention, step: Escalation) -> dict[str, str]:
    """What the command is told: nothing of a person."""
    return {
        "number": state.number,
        "room": state.room,
        "zone": state.zone or "",
        "to": step.to or "",
        "code": step.code,
        "since": rfc3339(state.unsent_since or state.raised_at),
    }


async def run(
    command: tuple[str, ...], facts: dict[str, str], longest_s: float = LONGEST_S
) -> PageFault | None:
    """Run the command with these facts; None: it succeeded."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
    environment |= {f"{OWN}PAGE_{name.upper()}": value for name, value in facts.items()}
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
    except OSError:
        return PageFault.NOT_STARTED
    try:
        async with asyncio.timeout(longest_s):
            await process.communicate(json.dumps(facts).encode() + b"\n")
    except TimeoutError:
        return PageFault.NO_END
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return PageFault.FAILED if process.returncode else None


def _written(intervention: UUID, step: Escalation, fault: PageFault | None, now: datetime) -> Job[None]:
    def do(tx: Transaction) -> None:
        if tx.state(intervention) is not None:
            tx.append(intervention, (EscalationPaged(to=step.to or "", fault=fault),), SYSTEM, now)

    return do
