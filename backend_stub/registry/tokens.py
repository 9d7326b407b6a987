"""Tokens of devices, patrols and logins: random, shown once, kept only as a digest.

A token of 256 random bits cannot be guessed or searched for, so a plain SHA-256 is enough here; passwords,
which people choose, go through `backend_stub.registry.passwords`.
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

from console.domain.values import Frozen

TOKEN_BYTES = 32
"""256 bits; at least 128 are promised (S2)."""


class Tokens(Frozen):
    """Clear tokens by device and by patrol id. They are stored nowhere else: keep them in a 0600 file."""

    devices: dict[str, str]
    patrols: dict[str, str]


def new_token() -> str:
    """Make a token: 43 characters that are safe in a file and in a header."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    """Return the SHA-256 of a token in hexadecimal; any text is accepted."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def fits(token: str, digest: str) -> bool:
    """Say whether a token belongs to a digest, in equal time for every wrong one."""
    return hmac.compare_digest(digest_of(token), digest)
