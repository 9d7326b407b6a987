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
from console.journal.places import Place, take_place
from console.wire.console_frames import Cursor

NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32


class Kept(BaseModel):
    """What is in the journal."""

    model_config = ConfigDict(frozen=True)

    cursor: Cursor | None = None
    commands: tuple[Command, ...] = ()


class Journal:
    """The journal of one console of an operator: a single sealed file (AES-256-GCM), written anew as a whole and synced.

    Each console that runs has a file of its own, held by a lock that ends with its process. Whoever comes later
    takes over what the dead have left. ``key`` is the ``journal_key`` of the backend's welcome (base64, 256 bits):
    the disk alone opens nothing.

    Raises:
        ValueError: that is no such key.
    """

    def __init__(self, directory: Path, operator: str, key: str) -> None:
        self.operator = operator
        self._directory = directory
        self._key = b64decode(key)
        if len(self._key) != KEY_BYTES:
            raise ValueError("the backend's journal key is none: nothing can be kept here")
        self._place: Place | None = None
        self._adopted: list[Place] = []

    @property
    def path(self) -> Path:
        """The file of this console.

        Raises:
            OSError: the folder cannot be made, or nothing can be locked in it.
        """
        if self._place is None:
            self._place, self._adopted = take_place(self._directory, self.operator)
        return self._place.path

    def load(self) -> Kept:
        """Read what no running console holds; empty if there is none. It stays where it is until the next `save`.

        What this key does not open is put aside, never deleted.

        Raises:
            OSError: it is there, and cannot be read or put aside.
        """
        kept = self._read(self.path)
        commands = {one.id: one for one in kept.commands}
        for left in self._adopted:
            commands = {one.id: one for one in self._read(left.path).commands} | commands
        return Kept(cursor=kept.cursor, commands=tuple(commands.values()))

    def save(self, kept: Kept) -> None:
        """Write it, durably: after this returns a crash loses nothing of it.

        Raises:
            OSError: the disk is full or not writable; the file that was there stays.
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        path = self.path
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self._key).encrypt(nonce, kept.model_dump_json().encode(), self.operator.encode())
        beside = path.with_suffix(".new")
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(nonce + sealed)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _sync(path.parent)
        while self._adopted:  # what they held is in ours now
            left = self._adopted.pop()
            left.path.unlink(missing_ok=True)
            left.let_go()

    def close(self) -> None:
        """Let go of the file, for whoever comes next; what is in it stays."""
        for place in (*self._adopted, *filter(None, (self._place,))):
            place.let_go()
        self._place, self._adopted = None, []

    def _read(self, path: Path) -> Kept:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            stored = path.read_bytes()
        except FileNotFoundError:
            return Kept()
        try:
            opened = AESGCM(self._key).decrypt(
                stored[:NONCE_BYTES], stored[NONCE_BYTES:], self.operator.encode()
            )
            return Kept.model_validate_json(opened)
        except (InvalidTag, ValidationError, ValueError):
            aside = (path.with_suffix(f".unreadable-{place}") for place in count(1))
            path.rename(next(path for path in aside if not path.exists()))
            return Kept()


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
