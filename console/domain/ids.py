"""Identities: UUIDv7 (RFC 9562), made from an injected clock and injected randomness."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID


def uuid7(now: datetime, random_bits: Callable[[int], int]) -> UUID:
    """Make a UUIDv7 for ``now``: 48 bits of Unix milliseconds, then 74 random bits (RFC 9562, 5.7).

    ``random_bits(n)`` returns an integer of n random bits, for example ``secrets.randbits``.
    """
    milliseconds = int(now.timestamp() * 1000)
    value = (milliseconds & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | random_bits(12) << 64
    value |= 0b10 << 62 | random_bits(62)
    return UUID(int=value)
