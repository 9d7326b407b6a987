"""Who may come in: login by password or by the token of an earlier login, and who must go (S2, S4)."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from backend_stub.delays import Delays
from backend_stub.ledger import KeyStore, Ledger, NotStored, Transaction
from backend_stub.ledger.store import path_of, reading_engine
from backend_stub.registry import store
from backend_stub.registry.passwords import Passwords
from backend_stub.registry.records import Account, Session
from backend_stub.registry.sessions import (
    drop_expired_sessions,
    find_session,
    put_session,
    revoke_session,
)
from backend_stub.registry.tokens import digest_of, new_token
from console.domain.commands import Refusal
from console.wire.console_frames import Login

SESSION_FOR: Final = timedelta(hours=12)
"""How long a token logs in again without the password: a shift, and its hand-over."""

SERVER_KEY: Final = "server"
"""Key id of the backend's own secret, from which each operator's journal key is derived."""

HASHES_AT_ONCE: Final = 2
"""argon2id takes 64 MiB and 25 to 125 ms: never more than so many at once (architecture decision 13)."""


@dataclass(frozen=True)
class Granted:
    """A login that was let in."""

    account: Account
    token: str
    journal_key: str

    @property
    def digest(self) -> str:
        """What the session is known by; the token itself is kept nowhere."""
        return digest_of(self.token)


@dataclass(frozen=True)
class Denied:
    """A login that was not. The code is the same for an unknown operator and a wrong password."""

    code: str = "login_refused"


class Access:
    """Checks logins. Sessions lie in the registry's tables, so that a restarted backend still knows them."""

    def __init__(
        self,
        ledger: Ledger,
        url: str,
        passwords: Passwords,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._ledger = ledger
        self._reading = reading_engine(path_of(url))
        self._passwords = passwords
        self._clock, self._monotonic, self._sleep = clock, monotonic, sleep
        self._delays = Delays()
        self._hashing = ThreadPoolExecutor(HASHES_AT_ONCE, "password")
        self._unstored: dict[str, Session] = {}

    async def login(self, frame: Login, address: str) -> Granted | Denied:
        """Let an operator in, or not. An attempt with a password first waits for its delay."""
        if frame.password is None:
            return await self._by_token(frame)
        account = await self._proved(frame.operator, frame.password, address)
        if isinstance(account, Denied):
            return account
        token = new_token()
        await self._keep(token, account.id)
        return self._granted(account, token)

    async def unlock(self, operator: str, password: str, address: str) -> Refusal | None:
        """Say whether this is the operator's password, for a console of theirs that is locked (W17).

        It counts and waits as an attempt to log in does: the two are one way to guess (S4).
        """
        proved = await self._proved(operator, password, address)
        if not isinstance(proved, Denied):
            return None
        return Refusal(code="too_many_attempts" if proved.code == "too_many" else "wrong_password")

    async def logout(self, token: str) -> None:
        """End one login: its token is worth nothing from then on."""
        self._unstored.pop(digest_of(token), None)

        def do(tx: Transaction) -> bool:
            return revoke_session(tx.connection, token)

        await asyncio.wrap_future(self._ledger.submit(do))

    def gone(self, granted: Collection[Granted]) -> frozenset[str]:
        """Digests of sessions that must be closed: revoked, expired, disabled, or with another role or room.

        Reads the database: call it in a thread.
        """
        return self.standing(granted)[1]

    def standing(self, granted: Collection[Granted]) -> tuple[dict[str, Account], frozenset[str]]:
        """Every account by its id, and who is `gone`, of one moment. Reads the database: call it in a thread."""
        now = self._clock()
        with self._reading.begin() as connection:
            accounts = {account.id: account for account in store.accounts(connection)}
            known = {one.digest for one in granted if find_session(connection, one.token, now)}
        known |= {digest for digest, one in list(self._unstored.items()) if one.expires_at > now}
        return accounts, frozenset(
            one.digest
            for one in granted
            if one.digest not in known or not _same(one.account, accounts.get(one.account.id))
        )

    def close(self) -> None:
        """End the threads and the reading connection."""
        self._hashing.shutdown(wait=False, cancel_futures=True)
        self._reading.dispose()

    async def _proved(self, operator: str, password: str, address: str) -> Account | Denied:
        """The account whose password this is, after the delay that is due."""
        wait = self._delays.begin(operator, address, self._monotonic())
        if wait is None:
            return Denied("too_many")
        if wait:
            await self._sleep(wait)
        account = (await asyncio.to_thread(self._accounts)).get(operator)
        kept = account.password_hash if account is not None and not account.disabled else None
        loop = asyncio.get_running_loop()
        right = await loop.run_in_executor(self._hashing, self._passwords.verify, kept, password)
        if not right or account is None:
            return Denied()
        self._delays.succeeded(operator, address)
        return account

    async def _by_token(self, frame: Login) -> Granted | Denied:
        if frame.token is None:
            return Denied()
        session = await asyncio.to_thread(self._session, frame.token)
        if session is None or session.operator != frame.operator:
            return Denied("session_over")
        account = (await asyncio.to_thread(self._accounts)).get(session.operator)
        if account is None or account.disabled:
            return Denied("session_over")
        return self._granted(account, frame.token)

    def _session(self, token: str) -> Session | None:
        now = self._clock()
        unstored = self._unstored.get(digest_of(token))
        if unstored is not None and unstored.expires_at > now:
            return unstored
        with self._reading.begin() as connection:
            return find_session(connection, token, now)

    def _accounts(self) -> dict[str, Account]:
        with self._reading.begin() as connection:
            return {account.id: account for account in store.accounts(connection)}

    async def _keep(self, token: str, operator: str) -> None:
        now = self._clock()
        expires_at = now + SESSION_FOR

        def do(tx: Transaction) -> None:
            drop_expired_sessions(tx.connection, now)
            put_session(tx.connection, token, operator, expires_at)

        try:
            await asyncio.wrap_future(self._ledger.submit(do))
        except NotStored:
            # A disk that is full must not keep an operator from the alarms: this login lasts until a restart.
            self._unstored = {key: one for key, one in self._unstored.items() if one.expires_at > now}
            self._unstored[digest_of(token)] = Session(
                digest=digest_of(token), operator=operator, expires_at=expires_at
            )

    def _granted(self, account: Account, token: str) -> Granted:
        return Granted(account, token, journal_key(self._ledger.keys, account.id))


def journal_key(keys: KeyStore, operator: str) -> str:
    """The key of an operator's journal on the console's disk: 256 bits in base64, always the same one."""
    return base64.b64encode(keys.tag(SERVER_KEY, operator.encode())).decode()


def _same(then: Account, now: Account | None) -> bool:
    return now is not None and not now.disabled and (now.role, now.room) == (then.role, then.room)
