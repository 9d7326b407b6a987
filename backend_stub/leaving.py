"""Who may no longer act hands over what they hold and is shut out; who listens and is gone, listens no more (W17, S2).

The rule is `console.domain.rules.leaving`. It is asked of the registry as it stands, several times a second: an
account that was disabled while this backend was down is found at its first look, before anybody can log in again.
First what is held goes to other hands, then the sockets close, both within a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from backend_stub.backend import Backend, Login
from backend_stub.desk import Job
from backend_stub.ledger import NotStored, Transaction
from backend_stub.log import LOG
from backend_stub.registry import store
from backend_stub.registry.records import Account
from console.domain.events import LeftBecause
from console.domain.intervention import Intervention
from console.domain.rules.leaving import People, Person, hand_on, in_order
from console.domain.rules.line import hung_up
from console.domain.values import SYSTEM, Role

EVERY_S: Final = 0.4
"""Twice within the promised second."""


class Leaving:
    """Looks after those who go, of one backend."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._clock = asyncio.get_running_loop().time
        self._silent: dict[tuple[UUID, str], float] = {}

    async def for_ever(self) -> None:
        """Look several times a second; what goes wrong with one look never ends the next."""
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self.look()
            except Exception:
                LOG.exception("leaving failed")

    async def look(self) -> None:
        """Hand on what is held by who may no longer act, close their consoles, and end the listening of who is gone."""
        backend = self._backend
        logins = [login for login in backend.logins if not login.closing]
        granted = [login.granted for login in logins]
        accounts, gone = await asyncio.to_thread(backend.access.standing, granted)
        leave = [login for login in logins if login.granted.digest in gone]
        for login in leave:
            login.closing = True  # from here on no command of theirs is taken: what is handed on stays so
        try:
            await self._hand_on(accounts, [one for one in logins if not one.closing])
        except NotStored:
            # Still so at the next look. Whoever is disabled is shut out all the same.
            LOG.warning("hand_over_not_stored")
        finally:
            for login in leave:
                LOG.info("logged_out", extra={"room": login.granted.account.room})
                login.close()
        await self._end_listening()

    async def _hand_on(self, accounts: Mapping[str, Account], staying: list[Login]) -> None:
        """Without any account there is no registry to ask, and nobody is taken for removed."""
        opened = self._backend.ledger.open_interventions()
        supervisors = [
            one.granted.account.id for one in staying if one.granted.account.role is Role.SUPERVISOR
        ]
        people = _people(accounts)
        if not people:
            return
        for state in opened:
            if hand_on(state, people, in_order(supervisors, opened)):
                await self._backend.do(self._pass(state.id, supervisors))
                LOG.info("handed_on", extra={"room": state.room})

    def _pass(self, intervention: UUID, supervisors: list[str]) -> Job[None]:
        """Asked again in the writer's transaction: nothing can have changed since, so it is done once."""
        now = self._backend.clock()

        def do(tx: Transaction) -> None:
            state = tx.state(intervention)
            people = _people({one.id: one for one in store.accounts(tx.connection)})
            if state is None or not people:
                return
            bodies = hand_on(state, people, in_order(supervisors, tx.open_interventions()))
            if bodies:
                tx.append(intervention, bodies, SYSTEM, now)

        return do

    async def _end_listening(self) -> None:
        """A listener with no console anywhere for a while listens no more; the same operator may come back."""
        there = {login.granted.account.id for login in self._backend.logins if not login.closing}
        now_s = self._clock()
        alone = {
            (state.id, listener): state
            for state in self._backend.ledger.open_interventions()
            if (listener := state.line.listener) is not None and listener not in there
        }
        self._silent = {key: self._silent.get(key, now_s) for key in alone}
        for key, since_s in self._silent.items():
            if now_s - since_s >= self._backend.settings.listener_returns_s:
                try:
                    await self._backend.do(self._hang_up(*key))
                except NotStored:
                    LOG.warning("listener_gone_not_stored")

    def _hang_up(self, intervention: UUID, listener: str) -> Job[None]:
        now = self._backend.clock()

        def do(tx: Transaction) -> None:
            state: Intervention | None = tx.state(intervention)
            if state is not None and state.line.listener == listener:
                tx.append(intervention, hung_up(state, LeftBecause.CONSOLE_GONE), SYSTEM, now)

        return do


def _people(accounts: Mapping[str, Account]) -> People:
    return {key: Person(one.role, one.room, one.disabled) for key, one in accounts.items()}
