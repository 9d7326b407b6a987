"""An operator's console, connected at `/console`."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel
from websockets.asyncio.server import ServerConnection

from backend_stub.access import Denied, Granted
from backend_stub.backend import Backend, Login, actor_of
from backend_stub.framing import encoded, snapshot_frames
from backend_stub.hub import ConsoleSession
from backend_stub.ledger import NotStored, Transaction
from backend_stub.lines import Frames, Sender, close, first_frame, turned_away
from backend_stub.log import LOG
from backend_stub.outbox import Outbox
from backend_stub.questions import answer
from backend_stub.registry.showings import put_shown
from backend_stub.shown import known
from console.domain.commands import Command, Refusal
from console.domain.need_to_know import exists_for
from console.domain.sight import Sight, sight_of
from console.domain.values import Role
from console.domain.wall import on_wall
from console.wire import console_frames as f
from console.wire.limits import LOGOUT, PROTOCOL_VERSION, SUBPROTOCOL, CloseCode

CATCH_UP_ROWS: Final = 200
"""Rows read at a time for a console that resumes; the next are read when these are sent."""

QUERIES_AT_ONCE: Final = 4

ONLY_SHOWS: Final = Refusal(code="wrong_role", facts={"role": Role.WALL})
"""What a wall view is answered, whatever it asks: it only shows what it is sent (W18)."""

TURNED_AWAY: Final = {
    "not_logged_in": "the first frame must be a login",
    "version": f"this backend speaks version {PROTOCOL_VERSION} of the protocol",
    "login_refused": "unknown operator or wrong password",
    "session_over": "the session is over: log in again",
    "too_many": "too many attempts: wait half a minute",
}
"""Code of the notice -> reason of the close."""


async def serve_console(ws: ServerConnection, backend: Backend, address: str) -> None:
    """Talk to one console until it is gone."""
    if ws.subprotocol != SUBPROTOCOL:
        await close(ws, CloseCode.VERSION, f"the sub-protocol is {SUBPROTOCOL}")
        return
    login = await first_frame(ws, f.from_console)
    if login is None:
        return
    if not isinstance(login, f.Login):
        await _turn_away(ws, "not_logged_in", CloseCode.NOT_LOGGED_IN)
        return
    if login.protocol != PROTOCOL_VERSION:
        await _turn_away(ws, "version", CloseCode.VERSION)
        return
    if await turned_away(ws, backend.ledger.mode, login.mode):
        backend.counts.refused_logins += 1
        return
    granted = await backend.access.login(login, address)
    if isinstance(granted, Denied):
        backend.counts.refused_logins += 1
        code = CloseCode.TOO_MANY if granted.code == "too_many" else CloseCode.NOT_LOGGED_IN
        await _turn_away(ws, granted.code, code)
        return
    await ConsoleLine(ws, backend, granted, address).run()


async def _turn_away(ws: ServerConnection, code: str, close_code: CloseCode) -> None:
    await ws.send(f.Notice(code=code).model_dump_json())
    await close(ws, close_code, TURNED_AWAY[code])


class ConsoleLine:
    """One console that is logged in."""

    def __init__(self, ws: ServerConnection, backend: Backend, granted: Granted, address: str) -> None:
        self._ws, self._backend, self._granted, self._address = ws, backend, granted, address
        account = granted.account
        self._actor = actor_of(account)
        self._room = account.room
        self._wall = account.role is Role.WALL
        self._session = ConsoleSession(
            account.room, account.id, Outbox(backend.settings.queue_frames), wall=self._wall
        )
        self._sender = Sender(ws, self._session.outbox, backend.ledger.mode)
        self._queries = asyncio.Semaphore(QUERIES_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._resuming: asyncio.Task[None] | None = None
        self._writing: asyncio.Task[None] | None = None
        self._unlocking: asyncio.Task[None] | None = None
        self._login = Login(granted, self._sender, self._revoke, self._too_many)

    async def run(self) -> None:
        """Welcome it, then answer what it asks until it is gone."""
        backend = self._backend
        login = self._login
        self._say(self._welcome())
        backend.hub.admit(self._session)
        backend.logged_in(login)
        sending = asyncio.create_task(self._sender.run())
        LOG.info("console_in", extra={"room": self._room, "role": self._actor.role})
        try:
            async for frame in Frames(self._ws, f.from_console, self._bad):
                await self._take(frame)
            if (self._ws.close_code, self._ws.close_reason) == (1000, LOGOUT):
                await self._log_out()
        finally:
            backend.logged_off(login)
            backend.hub.leave(self._session)
            for task in (sending, *self._tasks):
                task.cancel()
            LOG.info("console_out", extra={"room": self._room, "code": self._ws.close_code})

    async def _take(self, frame: f.FromConsole) -> None:
        if self._login.closing:
            return  # what was held goes to other hands now
        match frame:
            case f.CommandFrame() if self._wall:
                self._say(f.Result(id=frame.command.id, refusal=ONLY_SHOWS))
            case f.Query() if self._wall:
                self._say(f.Answer(id=frame.id, refusal=ONLY_SHOWS))
            case f.CommandFrame():
                await self._command(frame.command)
            case f.Resume():
                if self._resuming is not None:
                    self._resuming.cancel()
                self._resuming = self._spawn(self._resume(frame.cursor))
            case f.Query():
                await self._queries.acquire()
                self._spawn(self._answer(frame))
            case f.Ack():
                # What was put on a screen counts as shown (W7).
                self._session.shown = max(self._session.shown, min(frame.position, self._session.position))
                if self._session.to_show and (self._writing is None or self._writing.done()):
                    self._writing = self._spawn(self._write_shown())
            case f.Unlock():
                if self._unlocking is None or self._unlocking.done():
                    self._unlocking = self._spawn(self._unlock(frame))
                else:  # one at a time: whoever sends many guesses
                    self._say(f.Answer(id=frame.id, refusal=Refusal(code="too_many_attempts")))
            case f.Login():
                self._bad("This console is logged in already.")

    async def _command(self, command: Command) -> None:
        backend = self._backend
        job = backend.desk.command(
            self._actor, command, backend.patrols.at_large(self._room), backend.clock()
        )
        try:
            try:
                result = await backend.do(job)
            except NotStored as error:
                if not error.unsure:
                    raise
                # Asked again, the ledger says what became of it; where it has nothing, it is done now. Either way
                # once: a command is known by its id.
                result = await backend.do(job)
        except NotStored:
            result = f.Result(id=command.id, refusal=Refusal(code="not_recorded"))
        self._say(result)

    async def _write_shown(self) -> None:
        """Write down which extracts stood on the screen (W7); what cannot be stored waits for the next time."""
        session = self._session
        shown = [(position, key) for position, key in session.to_show if position <= session.shown]
        if not shown:
            return
        now = self._backend.clock()

        def do(tx: Transaction) -> None:
            keys = [key for _, key in shown]
            put_shown(tx.connection, keys, operator=session.operator, room=self._room, now=now)

        try:
            await self._backend.do(do)
        except NotStored:
            return
        session.to_show = [one for one in session.to_show if one not in shown]

    async def _unlock(self, frame: f.Unlock) -> None:
        account = self._granted.account
        refusal = await self._backend.access.unlock(account.id, frame.password, self._address)
        if refusal is not None:
            self._backend.counts.refused_logins += 1
        self._say(f.Answer(id=frame.id, refusal=refusal))

    async def _answer(self, query: f.Query) -> None:
        try:
            await self._sender.paced(await answer(self._backend, self._actor, query))
        except NotStored:
            self._say(f.Answer(id=query.id, refusal=Refusal(code="not_recorded")))
        except Exception:
            # Without an answer it would wait for ever: a console that is closed asks again.
            LOG.exception("question failed", extra={"room": self._room})
            self._session.outbox.overflow()
        finally:
            self._queries.release()

    async def _resume(self, cursor: f.Cursor | None) -> None:
        """Send what was missed, then turn live (R3)."""
        backend, hub, session = self._backend, self._backend.hub, self._session
        read = backend.ledger.read
        try:
            if cursor is not None and self._replayable(cursor):
                hub.rewind(session, cursor.position)
            else:
                session.live = False
                position, frames, seen = await asyncio.to_thread(self._picture)
                hub.picture(session, position)
                session.to_show = [(position, key) for key in seen]
                await self._sender.paced(frames)
            while not hub.go_live(session):
                feed = partial(read.feed, folded=self._wall)
                rows = await asyncio.to_thread(feed, self._room, session.position, CATCH_UP_ROWS)
                hub.catch_up(session, rows, await backend.timelines(rows))
                await self._sender.drained()
            hub.tell_unrecorded(session, backend.clock())
        except Exception:
            LOG.exception("resume failed", extra={"room": self._room})
            session.outbox.overflow()

    def _picture(self) -> tuple[int, Sequence[bytes], Sequence[UUID]]:
        """Position, frames, and the interventions of which they bring an extract."""
        seen = self._backend.ledger.read.picture(self._room)
        if self._wall:
            stands = (on_wall(one.timeline[-1], one.state, self._room) for one in seen.interventions)
            lines = (encoded(event) for event in stands if event is not None)
            return seen.pos, tuple(snapshot_frames(seen.pos, lines)), ()
        mine = [one for one in seen.interventions if exists_for(one.state, self._actor.id)]
        events = (encoded(event) for one in mine for event in known(one.timeline, self._actor.id))
        whole = [one.state.id for one in mine if sight_of(one.state, self._room) is not Sight.GLIMPSE]
        return seen.pos, tuple(snapshot_frames(seen.pos, events)), whole

    def _replayable(self, cursor: f.Cursor) -> bool:
        ledger = self._backend.ledger
        missed = self._backend.hub.head(self._room) - cursor.position
        same = (cursor.ledger, cursor.epoch) == (ledger.ledger_id, ledger.epoch)
        return same and cursor.position >= 0 and 0 <= missed <= self._backend.settings.replayable

    def _say(self, *frames: BaseModel) -> None:
        self._session.outbox.put(frame.model_dump_json().encode() for frame in frames)

    def _welcome(self) -> f.Welcome:
        backend, account = self._backend, self._granted.account
        return f.Welcome(
            mode=backend.ledger.mode,
            ledger=backend.ledger.ledger_id,
            epoch=backend.ledger.epoch,
            head=backend.hub.head(self._room),
            now=backend.clock(),
            operator=f.Operator(id=account.id, name=account.name, role=account.role, room=account.room),
            token=self._granted.token,
            journal_key=self._granted.journal_key,
        )

    def _bad(self, sentence: str) -> float:
        self._say(f.Notice(code="bad_frame", facts={"sentence": sentence}))
        return self._backend.bad_frame(self._actor.id)

    def _revoke(self) -> None:
        self._say(f.Notice(code="logged_out"))
        self._spawn(close(self._ws, CloseCode.LOGGED_OUT, "logged out elsewhere, or revoked"))

    def _too_many(self) -> None:
        """The oldest console of an operator who has too many: the newest is the one that is sat at."""
        self._spawn(close(self._ws, CloseCode.TOO_MANY, "too many consoles of this operator"))

    async def _log_out(self) -> None:
        try:
            await self._backend.access.logout(self._granted.token)
        except NotStored:
            LOG.warning("logout_not_stored")

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
