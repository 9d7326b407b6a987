"""Never unanswered (W6): once a second, what is due on the open interventions is put into the ledger.

The rule is `console.domain.watch.due`. It is asked twice: of what is committed, so that a quiet second costs the
writer nothing, and again in the writer's transaction, where nothing can have changed in between. So each step
is written exactly once, also when the backend was killed on the way to it. A control room that is named in an
escalation sees the intervention from then on (`console.domain.sight`).
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from backend_stub.backend import Backend
from backend_stub.desk import Job
from backend_stub.ledger import NotStored, Transaction
from backend_stub.log import LOG
from console.domain.chain import Chains
from console.domain.need_to_know import OnDuty, staff_for
from console.domain.values import SYSTEM, Role
from console.domain.watch import Staff, due

EVERY_S: Final = 1.0
ANSWERS: Final = frozenset({Role.OPERATOR, Role.SUPERVISOR})
"""Who may act on an alarm; a trainer alone leaves a room empty."""


class Watch:
    """Looks after the open interventions of one backend."""

    def __init__(self, backend: Backend, chains: Chains) -> None:
        """A backend that starts counts every room as empty from now: its consoles have a moment to come back."""
        self._backend, self._chains = backend, chains
        self._since = backend.clock()
        self._duty: dict[tuple[str, str], OnDuty] = {}

    async def for_ever(self) -> None:
        """Look once a second; what goes wrong with one look never ends the next."""
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self.look(self._backend.clock())
            except Exception:
                LOG.exception("watch failed")

    async def look(self, now: datetime) -> None:
        """Write what is due at ``now``."""
        duty = self._on_duty(now)
        for state in self._backend.ledger.open_interventions():
            staff = staff_for(state, duty, self._since)
            if not due(state, self._chains.of(state.room), staff, now):
                continue
            try:
                await self._backend.do(self._escalate(state.id, staff, now))
            except NotStored:
                # Still due, so the next look tries again; the others must not wait for it.
                LOG.warning("escalation_not_stored", extra={"room": state.room})

    def _on_duty(self, now: datetime) -> tuple[OnDuty, ...]:
        """Who is logged in and may act, and who was since this backend started."""
        accounts = [login.granted.account for login in self._backend.logins]
        there = {(one.id, one.room): one.role for one in accounts if one.role in ANSWERS}
        for key, one in self._duty.items():
            if key not in there and one.left is None:
                self._duty[key] = replace(one, left=now)
        self._duty |= {
            (operator, room): OnDuty(operator, room, role) for (operator, room), role in there.items()
        }
        return tuple(self._duty.values())

    def _escalate(self, intervention: UUID, staff: Staff, now: datetime) -> Job[None]:
        def do(tx: Transaction) -> None:
            state = tx.state(intervention)
            if state is None:
                return
            bodies = due(state, self._chains.of(state.room), staff, now)
            if bodies:
                tx.append(intervention, bodies, SYSTEM, now)

        return do
