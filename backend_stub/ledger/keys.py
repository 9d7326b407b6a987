"""The key store: one random key per case file, perpetrator or fileless intervention, apart from the ledger.

A SQLite file of its own beside the database (``<database>.keys``, mode 0600), so that it has a backup of its
own: erasing a person means destroying a key here, and no backup of the ledger brings it back. Each key lies
wrapped with the master key (AES-256-GCM), which comes from ``MSA_MASTER_KEY`` or from ``<database>.master``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend_stub.ledger.errors import DatabaseError

MASTER_VARIABLE = "MSA_MASTER_KEY"
KEY_BYTES = 32
NONCE_BYTES = 12
"""96 bits, as NIST SP 800-38D, 8.2.2 has it for random nonces: good for 2^32 messages under one key."""

NONCES_AT_ONCE = 256
CIPHERS = 64

LOCK_WAIT_S = 2.0
"""How long to wait for another program's lock on the key store, for example that of its backup."""

KNOWN = 20_000
"""Keys that are kept unwrapped in memory: more than are in use in a week. The others are read again."""

_APPLICATION = 0x4D53414B  # "MSAK"
_CHECK = "check"
_SCHEMA = """
CREATE TABLE keys (id TEXT PRIMARY KEY, wrapped BLOB, erased INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
"""


class Erased(LookupError):  # noqa: N818 - a destroyed key is a state, not a failure
    """The key was destroyed, or is damaged: nothing can be sealed under it, and it is never made again."""


def intervention_key(intervention: UUID) -> str:
    """Key id of an intervention without a case file, or whose case file was erased before the press."""
    return f"intervention:{intervention}"


def keys_path(database: Path) -> Path:
    """Where the key store of a database lies."""
    return database.with_name(database.name + ".keys")


def master_path(database: Path) -> Path:
    """Where the master key of a database lies when no environment variable holds it."""
    return database.with_name(database.name + ".master")


def master_key(database: Path, environ: Mapping[str, str], random_bytes: Callable[[int], bytes]) -> bytes:
    """Find the master key: environment first, then the file; made only where no key store stands yet.

    Raises:
        DatabaseError: not 32 bytes in hex or base64, not readable, or lost.
    """
    path = master_path(database)
    if text := environ.get(MASTER_VARIABLE):
        return _decode_master(text, MASTER_VARIABLE)
    if path.exists():
        try:
            return _decode_master(path.read_text("ascii"), str(path))
        except (OSError, UnicodeError) as error:
            raise DatabaseError(f"the master key in {path} cannot be read: {error}") from None
    if keys_path(database).exists():
        raise DatabaseError(
            f"the master key of {database} is missing: put {path} back or set {MASTER_VARIABLE}; "
            f"without it nothing personal in this ledger can be read"
        )
    key = random_bytes(KEY_BYTES)
    _write_private(path, key.hex().encode())
    return key


def _decode_master(text: str, where: str) -> bytes:
    text = text.strip()
    try:
        key = bytes.fromhex(text) if len(text) == 2 * KEY_BYTES else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != KEY_BYTES:
        raise DatabaseError(f"{where} does not hold a master key: 32 bytes in hex (64 digits) or base64")
    return key


def _write_private(path: Path, content: bytes) -> None:
    """Write a new file that only its owner can read, and make it durable with its directory entry."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    except OSError as error:
        raise DatabaseError(f"{path} cannot be written: {error.strerror}") from None


class KeyStore:
    """Seals and unseals by key id; every method may be called from any thread.

    A new key is only in memory until `flush`: the writer calls it before each commit, so that no stored record
    ever rests on a key that a power loss could take away.
    """

    def __init__(self, path: Path, master: bytes, random_bytes: Callable[[int], bytes]) -> None:
        """Open the key store, or make it where there is none.

        Raises:
            DatabaseError: no key store, damaged, or sealed with another master key.
        """
        self._path = path
        self._wrap = AESGCM(master)
        self._random = random_bytes
        self._lock = threading.RLock()
        self._known: dict[str, bytes | None] = {}
        self._pending: dict[str, bytes] = {}
        self._nonces: list[bytes] = []
        self._ciphers: dict[bytes, AESGCM] = {}
        try:
            self._file = self._connect()
            self._check_master()
        except sqlite3.Error as error:
            raise DatabaseError(f"{path} is no key store of this program: {error}") from None

    def _connect(self) -> sqlite3.Connection:
        if not self._path.exists():
            _write_private(self._path, b"")
        file = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=LOCK_WAIT_S)
        # A destroyed key must leave no trace: no WAL that keeps old pages, freed bytes overwritten.
        file.execute("PRAGMA journal_mode = DELETE")
        file.execute("PRAGMA synchronous = EXTRA")
        file.execute("PRAGMA secure_delete = ON")
        if file.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION:
            if file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                file.close()
                raise DatabaseError(f"{self._path} belongs to another program")
            file.executescript(f"BEGIN; {_SCHEMA} PRAGMA application_id = {_APPLICATION}; COMMIT;")
        return file

    def _check_master(self) -> None:
        row = self._file.execute("SELECT wrapped FROM keys WHERE id = ?", (_CHECK,)).fetchone()
        if row is None:
            self._pending[_CHECK] = self._random(KEY_BYTES)
            self.flush()
            return
        try:
            self._wrap.decrypt(row[0][:NONCE_BYTES], row[0][NONCE_BYTES:], _CHECK.encode())
        except InvalidTag:
            raise DatabaseError(
                f"{self._path} was sealed with another master key: check {MASTER_VARIABLE} and the .master file"
            ) from None

    def seal(self, key_id: str, data: bytes, context: bytes = b"") -> bytes:
        """Encrypt under a key, which is made at its first use; ``context`` must be the same at `open`.

        Raises:
            Erased: the key was destroyed.
            DatabaseError: the key store cannot be read at the moment.
        """
        with self._lock:
            cipher, nonce = self._cipher(self._key_to_seal(key_id)), self._nonce()
        return nonce + cipher.encrypt(nonce, data, context)

    def _nonce(self) -> bytes:
        """Random bytes that no other message gets. Drawn in blocks: asking the system for each costs as much as sealing."""
        if not self._nonces:
            block = self._random(NONCE_BYTES * NONCES_AT_ONCE)
            self._nonces = [block[at : at + NONCE_BYTES] for at in range(0, len(block), NONCE_BYTES)]
        return self._nonces.pop()

    def _cipher(self, key: bytes) -> AESGCM:
        """The cipher of a key; those of the last few are kept, as the events of an intervention have one key."""
        cipher = self._ciphers.pop(key, None) or AESGCM(key)
        self._ciphers[key] = cipher
        if len(self._ciphers) > CIPHERS:
            del self._ciphers[next(iter(self._ciphers))]
        return cipher

    def open(self, key_id: str, blob: bytes, context: bytes = b"") -> bytes | None:
        """Decrypt; None when the key was destroyed or is not here, or the bytes are not what was sealed.

        Raises:
            DatabaseError: the key store cannot be read at the moment.
        """
        key = self._find(key_id)
        if key is None:
            return None
        try:
            return AESGCM(key).decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], context)
        except InvalidTag:
            return None

    def tag(self, key_id: str, content: bytes) -> bytes:
        """A keyed digest (HMAC-SHA-256): without the key nobody can guess what it was made of.

        Raises:
            Erased: the key was destroyed.
        """
        return hmac.digest(self._key_to_seal(key_id), content, hashlib.sha256)

    def erased(self, key_id: str) -> bool:
        """Say whether the key was destroyed or is damaged."""
        with self._lock:
            return self._find(key_id) is None and key_id in self._known

    def flush(self) -> None:
        """Make new keys durable.

        Raises:
            DatabaseError: they could not be written; they stay in memory for the next try.
        """
        with self._lock:
            if not self._pending:
                return
            rows = [(key_id, self._wrapped(key_id, key)) for key_id, key in self._pending.items()]
            self._write("INSERT INTO keys (id, wrapped) VALUES (?, ?)", rows)
            self._known |= self._pending
            self._forget_old()
            self._pending = {}

    def erase(self, key_id: str) -> None:
        """Destroy a key for good; what was sealed under it can never be read again. The id stays as a mark.

        Raises:
            DatabaseError: it could not be written; the key still stands.
        """
        with self._lock:
            self.flush()
            self._write(
                "INSERT INTO keys (id, wrapped, erased) VALUES (?, NULL, 1) "
                "ON CONFLICT (id) DO UPDATE SET wrapped = NULL, erased = 1",
                [(key_id,)],
            )
            if key := self._known.get(key_id):
                self._ciphers.pop(key, None)
            self._known[key_id] = None

    def close(self) -> None:
        """Close the file and forget every key."""
        with self._lock:
            self._known.clear()
            self._ciphers.clear()
            self._file.close()

    def _write(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        try:
            self._file.execute("BEGIN IMMEDIATE")
            self._file.executemany(statement, rows)
            self._file.execute("COMMIT")
        except sqlite3.Error as error:
            # The handle is never used again: after a failed fsync it would lie the second time.
            self._file.close()
            self._file = self._connect()
            raise self._trouble(error) from None

    def _trouble(self, error: sqlite3.Error) -> DatabaseError:
        return DatabaseError(f"the key store {self._path} cannot be used: {error}")

    def _wrapped(self, key_id: str, key: bytes) -> bytes:
        nonce = self._random(NONCE_BYTES)
        return nonce + self._wrap.encrypt(nonce, key, key_id.encode())

    def _key_to_seal(self, key_id: str) -> bytes:
        with self._lock:
            if (key := self._find(key_id)) is not None:
                return key
            if key_id in self._known:
                raise Erased(key_id)
            key = self._pending[key_id] = self._random(KEY_BYTES)
            return key

    def _find(self, key_id: str) -> bytes | None:
        with self._lock:
            if key_id in self._pending:
                return self._pending[key_id]
            if key_id not in self._known:
                row = self._row(key_id)
                if row is None:
                    return None
                self._known[key_id] = self._unwrap(key_id, row[0])
                self._forget_old(key_id)
            return self._known[key_id]

    def _forget_old(self, keep: str = "") -> None:
        """Memory must not grow with every press there ever was."""
        while len(self._known) > KNOWN:
            oldest = next(iter(self._known))
            if oldest == keep:
                return
            del self._known[oldest]

    def _row(self, key_id: str) -> tuple[bytes | None, int] | None:
        try:
            found = self._file.execute("SELECT wrapped, erased FROM keys WHERE id = ?", (key_id,))
            row: tuple[bytes | None, int] | None = found.fetchone()
        except sqlite3.Error as error:
            raise self._trouble(error) from None
        return row

    def _unwrap(self, key_id: str, wrapped: bytes | None) -> bytes | None:
        if wrapped is None:
            return None
        try:
            return self._wrap.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], key_id.encode())
        except InvalidTag:
            return None
