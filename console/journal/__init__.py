"""The console's own store: where it stands in the feed and the commands without a result, sealed.

No picture and no person is kept on disk: the picture comes again after login.
"""

from __future__ import annotations

import os
from base64 import b64decode
from itertools import count
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from console.domain.commands import Command
from console.wire.console_frames import Cursor

NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32


class Kept(BaseModel):
    """What is in the journal."""

    model_config = ConfigDict(frozen=True)

    cursor: Cursor | None = None
    commands: tuple[Command, ...] = ()


class Journal:
    """One operator's journal: a single sealed file (AES-256-GCM), written anew as a whole and synced.

    ``key`` is the ``journal_key`` of the backend's welcome (base64, 256 bits): the disk alone opens nothing.

    Raises:
        ValueError: that is no such key.
    """

    def __init__(self, directory: Path, operator: str, key: str) -> None:
        name = "".join(sign if sign.isalnum() else "_" for sign in operator)
        self.path = directory / f"outbox-{name}.sealed"
        self.operator = operator
        self._key = b64decode(key)
        if len(self._key) != KEY_BYTES:
            raise ValueError("the backend's journal key is none: nothing can be kept here")

    def load(self) -> Kept:
        """Read it; empty if there is none. One that this key does not open is put aside, never deleted.

        Raises:
            OSError: it is there, and cannot be read or put aside.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            stored = self.path.read_bytes()
        except FileNotFoundError:
            return Kept()
        try:
            opened = AESGCM(self._key).decrypt(
                stored[:NONCE_BYTES], stored[NONCE_BYTES:], self.operator.encode()
            )
            return Kept.model_validate_json(opened)
        except (InvalidTag, ValidationError, ValueError):
            aside = (self.path.with_suffix(f".unreadable-{place}") for place in count(1))
            self.path.rename(next(path for path in aside if not path.exists()))
            return Kept()

    def save(self, kept: Kept) -> None:
        """Write it, durably: after this returns a crash loses nothing of it.

        Raises:
            OSError: the disk is full or not writable; the file that was there stays.
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self._key).encrypt(nonce, kept.model_dump_json().encode(), self.operator.encode())
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = self.path.with_suffix(".new")
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(nonce + sealed)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
