"""What can be wrong with the backend itself, as a line that every console shows (`docs/operations.md`: what to do)."""

from __future__ import annotations

from enum import StrEnum


class Trouble(StrEnum):
    """A code of the heartbeat. While one up to `LOCK_LOST` stands, presses ring and read NOT RECORDED (R10)."""

    DISK_FULL = "disk_full"
    STORAGE_FAILS = "storage_fails"
    DATABASE_LOCKED = "database_locked"
    DATABASE_DAMAGED = "database_damaged"
    NOT_WRITABLE = "not_writable"
    KEYS_UNUSABLE = "keys_unusable"
    LEDGER_EXCHANGED = "ledger_exchanged"
    LOCK_LOST = "lock_lost"
    STORING_SLOW = "storing_slow"
    DISK_LOW = "disk_low"
    TAIL_BROKEN = "tail_broken"
