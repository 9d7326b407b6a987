"""Limits and codes of the wire, the same at both ends (docs/wire.md)."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

SUBPROTOCOL: Final = "msa.1"
PROTOCOL_VERSION: Final = 1

MAX_FRAME_BYTES: Final = 64 * 1024
"""A larger frame is refused by the socket itself (close code 1009)."""

MAX_FIRST_FRAME_BYTES: Final = 4 * 1024
FIRST_FRAME_WITHIN_S: Final = 5.0
"""Who says nothing for this long after connecting, or too much at once, is out (S3)."""

HEARTBEAT_EVERY_S: Final = 1.0
STALE_AFTER_S: Final = 4.0
"""After this long without a frame a console is no longer live; the banner stands within 5 s (R6)."""

REPLAYABLE_EVENTS: Final = 5_000
"""Up to here a resume sends the missed events one by one; beyond, a snapshot."""

QUEUE_FRAMES: Final = 1_000
"""Frames waiting for one console; more, and it is closed as too slow: it resumes from its cursor (R8)."""

OUTBOX_MAX_AGE_S: Final = 10.0
"""A command that waited longer than this for the link is not sent by itself: the operator is asked (W12)."""

DEVICE_FIX_EVERY_S: Final = 30.0


LOGOUT: Final = "logout"
"""The reason of a normal close (1000) by which a console also ends its session: its token is worth nothing then."""


class CloseCode(IntEnum):
    """Private websocket close codes."""

    BAD_FRAME = 4400
    NOT_LOGGED_IN = 4401
    NOT_ALLOWED = 4403
    TOO_SLOW = 4408
    STANDBY = 4409
    LOGGED_OUT = 4410
    VERSION = 4426
    TOO_MANY = 4429
