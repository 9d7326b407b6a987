"""The registry changes a case file while this backend runs: noticed within a second, told to who works on it.

Whoever keeps the files writes a new revision into the database (`msa-stub casefile change` is the demo's hand for
it). Nothing is announced to this process; it looks once a second, so that a change that was made while it was down
is told as well. What an open intervention makes of it is `console.domain.file_changes`.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from backend_stub.backend import Backend
from backend_stub.desk import Job
from backend_stub.ledger import NotStored, Transaction
from backend_stub.ledger.store import path_of, reading_engine
from backend_stub.log import LOG
from backend_stub.registry import store
from backend_stub.registry.records import HeldCaseFile
from backend_stub.registry.registry import Registry
from backend_stub.registry.tables import METADATA, CaseFileRow
from console.domain.days import day_in_belgium
from console.domain.file_changes import file_changed
from console.domain.intervention import Intervention
from console.domain.sirens import Sirens
from console.domain.values import SYSTEM

EVERY_S: Final = 1.0

_COUNT = select(func.count()).select_from(METADATA.tables[str(CaseFileRow.__tablename__)])


class FileWatch:
    """Looks at the case files of one backend."""

    def __init__(self, backend: Backend, url: str) -> None:
        self._backend = backend
        self._engine = reading_engine(path_of(url))
        self._read = -1

    async def for_ever(self) -> None:
        """Look once a second; what goes wrong with one look never ends the next."""
        try:
            while True:
                try:
                    await self.look(self._backend.clock())
                except NotStored:
                    LOG.warning("file_change_not_stored")  # still due: the next look tries again
                except Exception:
                    LOG.exception("file watch failed")
                await asyncio.sleep(EVERY_S)
        finally:
            self._engine.dispose()

    async def look(self, now: datetime) -> None:
        """Take new revisions in, and tell the open interventions that they concern."""
        registry = self._backend.registry
        revisions = await asyncio.to_thread(self._revisions)
        if revisions != self._read:
            registry.renew(await asyncio.to_thread(self._files))
            self._read = revisions
        if any(_due(state, registry) for state in self._backend.ledger.open_interventions()):
            await self._backend.do(_tell(registry, self._backend.sirens, now))

    def _revisions(self) -> int:
        """How many revisions there are: they are only ever added."""
        with self._engine.begin() as connection:
            return connection.execute(_COUNT).scalar() or 0

    def _files(self) -> list[HeldCaseFile]:
        with self._engine.begin() as connection:
            return store.case_files(connection, self._backend.ledger.keys)


def _due(state: Intervention, registry: Registry) -> bool:
    known = state.case_file
    held = registry.held_case_file(known.id) if known else None
    if known is None or held is None or held.case_file is None:
        return False
    return held.reference.revision > known.revision


def _tell(registry: Registry, sirens: Sirens, now: datetime) -> Job[None]:
    def do(tx: Transaction) -> None:
        for state in tx.open_interventions():
            known = state.case_file
            after = registry.case_file(known.id) if known else None
            if known is None or after is None or after.revision <= known.revision:
                continue
            before = store.case_file_at(tx.connection, tx.keys, known.id, known.revision)
            bodies = file_changed(
                state,
                before.case_file if before else None,
                after,
                day_in_belgium(now),
                sirens.off_m(state.zone, state.room),
            )
            tx.append(state.id, bodies, SYSTEM, now, hidden_from=after.excluded)

    return do
