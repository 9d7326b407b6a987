"""Records of training (W20): who has done a course, and until when that holds. They are no appraisal.

What a zone's person responsible sees is done, not done or to be renewed. Details (the score sheet of a run) are sealed
with a code of the trainee and one of the trainer, so that whoever has the file has nothing of them; they are deleted
after a period, and so is the record itself once it has not counted for long.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

DETAILS_DAYS: Final = 90
"""So long trainee and trainer can talk about a run."""

HOLDS_DAYS: Final = 365
"""So long a course counts; each zone trains again every year."""

KEPT_DAYS: Final = 365
"""So long a record that no longer counts still says that it is to be renewed."""

SOON_DAYS: Final = 30
"""From here on before its end it is to be renewed."""

SHORTEST_CODE: Final = 8

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS trainee (
    id TEXT PRIMARY KEY, zone TEXT NOT NULL, done_on TEXT, sealed BLOB, until TEXT
)
"""


class Standing(StrEnum):
    """How a trainee's training stands, for the zone's person responsible: no more than this."""

    DONE = "done"
    NOT_DONE = "not_done"
    RENEWAL = "renewal"


@dataclass(frozen=True, slots=True)
class Trained:
    """One trainee: an id as the zone knows it, never a name. ``done_on`` None: not yet."""

    trainee: str
    zone: str
    done_on: date | None = None

    @property
    def holds_until(self) -> date | None:
        """The last day on which it counts."""
        return None if self.done_on is None else self.done_on + timedelta(days=HOLDS_DAYS)

    def standing(self, today: date) -> Standing:
        """How it stands on ``today``."""
        last = self.holds_until
        if last is None:
            return Standing.NOT_DONE
        return Standing.RENEWAL if today > last - timedelta(days=SOON_DAYS) else Standing.DONE


class RecordsFault(ValueError):  # noqa: N818 - what is wrong is in what was given; the sentence says it
    """It cannot be done; the sentence says why and what to do."""


class TrainingRecords:
    """The records in a file of their own, readable by its owner alone. What is over is deleted at each opening."""

    def __init__(self, path: Path, today: date) -> None:
        """Open or make the file.

        Raises:
            OSError, sqlite3.Error: it cannot be used.
        """
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._file = sqlite3.connect(path)
        self._file.execute("PRAGMA secure_delete = ON")
        self._today = today
        with self._file:
            self._file.execute(_SCHEMA)
            self._file.execute(
                "UPDATE trainee SET sealed = NULL, until = NULL WHERE until < ?", (today.isoformat(),)
            )
            over = today - timedelta(days=HOLDS_DAYS + KEPT_DAYS)
            self._file.execute("DELETE FROM trainee WHERE done_on < ?", (over.isoformat(),))

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def expect(self, trainee: str, zone: str) -> None:
        """Somebody of a zone is to be trained; who is known already keeps what was done."""
        with self._file:
            self._file.execute(
                "INSERT INTO trainee (id, zone) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET zone = excluded.zone",
                (trainee, zone),
            )

    def done(self, trainee: str, zone: str, details: str, trainee_code: str, trainer_code: str) -> None:
        """A course was done today. Details of an earlier one are replaced.

        Raises:
            RecordsFault: a code is too short, or both are the same.
        """
        sealed = _sealed(details, trainee, trainee_code, trainer_code)
        until = self._today + timedelta(days=DETAILS_DAYS)
        self.expect(trainee, zone)
        with self._file:
            self._file.execute(
                "UPDATE trainee SET done_on = ?, sealed = ?, until = ? WHERE id = ?",
                (self._today.isoformat(), sealed, until.isoformat(), trainee),
            )

    def details(self, trainee: str, code: str) -> str:
        """The details of a trainee's last course, for the trainee and the trainer.

        Raises:
            RecordsFault: there are none any more, or this is the code of neither. Which of the two is not said.
        """
        row = self._file.execute("SELECT sealed FROM trainee WHERE id = ?", (trainee,)).fetchone()
        opened = _opened(row[0], trainee, code) if row and row[0] else None
        if opened is None:
            raise RecordsFault(
                "There are no details that this code opens: they are kept for "
                f"{DETAILS_DAYS} days, for the trainee and the trainer"
            )
        return opened

    def forget(self, trainee: str) -> bool:
        """Delete all that is known of a trainee; say whether there was anything."""
        with self._file:
            return self._file.execute("DELETE FROM trainee WHERE id = ?", (trainee,)).rowcount > 0

    def of_zone(self, zone: str | None = None) -> Iterator[Trained]:
        """Who of a zone is to be trained, by id; None: of every zone."""
        rows = self._file.execute(
            "SELECT id, zone, done_on FROM trainee WHERE ?1 IS NULL OR zone = ?1 ORDER BY zone, id", (zone,)
        )
        for trainee, of, done_on in rows.fetchall():
            yield Trained(trainee, of, date.fromisoformat(done_on) if done_on else None)


def csv_lines(trained: Iterator[Trained], today: date) -> Iterator[str]:
    """The list for a zone's person responsible: zone, trainee, standing, and until when it holds."""
    import csv
    import io

    with closing(io.StringIO()) as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("zone", "trainee", "standing", "holds_until"))
        for one in trained:
            writer.writerow(
                (_inert(one.zone), _inert(one.trainee), one.standing(today), one.holds_until or "")
            )
        yield from text.getvalue().splitlines()


def _inert(text: str) -> str:
    """A cell that a spreadsheet takes for text, never for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text


_SALT: Final = 16
_NONCE: Final = 12
_WRAPPED: Final = 32 + 16


def _sealed(details: str, trainee: str, *codes: str) -> bytes:
    """Salt, the key wrapped with each code, and the details under the key; AES-256-GCM, the trainee's id beside it."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if any(len(code) < SHORTEST_CODE for code in codes):
        raise RecordsFault(f"A code has at least {SHORTEST_CODE} characters: choose a longer one")
    if len(set(codes)) != len(codes):
        raise RecordsFault("Trainee and trainer have a code of their own each: choose another")
    salt, key = secrets.token_bytes(_SALT), secrets.token_bytes(32)
    beside = trainee.encode()
    parts = [salt]
    for code in codes:
        nonce = secrets.token_bytes(_NONCE)
        parts += [nonce, AESGCM(_key(code, salt)).encrypt(nonce, key, beside)]
    nonce = secrets.token_bytes(_NONCE)
    return b"".join([*parts, nonce, AESGCM(key).encrypt(nonce, details.encode(), beside)])


def _opened(sealed: bytes, trainee: str, code: str) -> str | None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, beside = sealed[:_SALT], trainee.encode()
    size = _NONCE + _WRAPPED
    content = sealed[_SALT + 2 * size :]
    given = AESGCM(_key(code, salt))
    for place in (_SALT, _SALT + size):
        wrapped = sealed[place : place + size]
        try:
            key = given.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], beside)
            return AESGCM(key).decrypt(content[:_NONCE], content[_NONCE:], beside).decode()
        except InvalidTag:
            continue
    return None


def _key(code: str, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return Scrypt(salt=salt, length=32, n=2**14, r=8, p=1).derive(code.encode())
