"""Logins against the real tables, on a clock of the test's own and with cheap hashes (S2, S4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend_stub.access import SESSION_FOR, Access, Denied, Granted
from backend_stub.ledger import Ledger, Transaction
from backend_stub.registry import store
from backend_stub.registry.passwords import Cost, Passwords
from backend_stub.registry.records import Account
from backend_stub.registry.tables import create_tables
from console.domain.values import Role
from console.wire.console_frames import Login

PASSWORD = "vier-woorden-die-niet-samenhoren"
NOW = datetime(2026, 3, 1, 14, 3, 10, tzinfo=UTC)


class Clock:
    """A clock that only moves when something sleeps."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def access(tmp_path: Path, clock: Clock) -> Iterator[Access]:
    url = f"sqlite:///{tmp_path / 'logins.db'}"
    passwords = Passwords(Cost(passes=1, memory_kib=64, lanes=1))

    def fill(tx: Transaction) -> None:
        create_tables(tx.connection)
        store.put_accounts(
            tx.connection,
            [
                Account(
                    id=one, name=one, role=Role.OPERATOR, room="VBR", password_hash=passwords.hash(PASSWORD)
                )
                for one in ("4711", "4712")
            ],
        )

    ledger = Ledger.open(url)
    ledger.submit(fill).result()
    made = Access(ledger, url, passwords, clock.now, clock.monotonic, clock.sleep)
    yield made
    made.close()
    ledger.close()


async def test_s4_wrong_passwords_wait_longer_each_time_and_the_right_one_gets_in(
    access: Access, clock: Clock
) -> None:
    for _ in range(6):
        assert await access.login(Login(operator="4711", password="geraden"), "192.0.2.1") == Denied()
    assert clock.slept == [1.0, 2.0, 4.0]
    assert isinstance(await access.login(Login(operator="4711", password=PASSWORD), "192.0.2.1"), Granted)
    clock.slept.clear()
    assert isinstance(await access.login(Login(operator="4711", password=PASSWORD), "192.0.2.1"), Granted)
    assert clock.slept == [], "once in, nothing is held against anyone"


async def test_s4_an_unknown_operator_waits_as_long_as_a_known_one(access: Access, clock: Clock) -> None:
    for operator in ("4711", "nobody"):
        clock.slept.clear()
        for _ in range(5):
            assert await access.login(Login(operator=operator, password="geraden"), "192.0.2.1") == Denied()
        assert clock.slept == [1.0, 2.0]


async def test_s4_a_stranger_locks_nobody_out(access: Access, clock: Clock) -> None:
    for _ in range(12):
        await access.login(Login(operator="4711", password="geraden"), "192.0.2.66")
    clock.slept.clear()
    assert isinstance(await access.login(Login(operator="4711", password=PASSWORD), "192.0.2.1"), Granted)
    assert clock.slept == []


async def test_a_session_ends_after_its_shift(access: Access, clock: Clock) -> None:
    granted = await access.login(Login(operator="4711", password=PASSWORD), "192.0.2.1")
    assert isinstance(granted, Granted)
    again = Login(operator="4711", token=granted.token)
    assert isinstance(await access.login(again, "192.0.2.1"), Granted)
    assert access.gone([granted]) == frozenset()
    clock.seconds += SESSION_FOR.total_seconds()
    assert await access.login(again, "192.0.2.1") == Denied("session_over")
    assert access.gone([granted]) == {granted.digest}


async def test_s2_a_token_is_its_owners_and_a_logout_ends_it(access: Access) -> None:
    granted = await access.login(Login(operator="4711", password=PASSWORD), "192.0.2.1")
    assert isinstance(granted, Granted)
    stolen = await access.login(Login(operator="4712", token=granted.token), "192.0.2.1")
    assert stolen == Denied("session_over")
    await access.logout(granted.token)
    assert await access.login(Login(operator="4711", token=granted.token), "192.0.2.1") == Denied(
        "session_over"
    )
    assert access.gone([granted]) == {granted.digest}
