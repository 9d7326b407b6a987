"""Passwords: what may be chosen, how it is kept (argon2id), and how it is checked (S4).

Everything here is a pure computation that takes its time on purpose (25 to 125 ms at the usual cost): call
it from a worker thread, so that a login never delays an alarm.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from enum import StrEnum
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

SHORTEST = 12
LONGEST = 256
"""64 characters are promised (S4); above 256 it is no password any more but a load on the machine."""

_WORDS = """
    abcdefghijkl administrator adminadmin alarm azerty azertyuiop azertyuiopqs azertyuiopqsdfghjklm belgie
    belgique belgien bonjour changeme changezmoi demo demopassword dispatch dispatcher geheim geheimnis
    gendarmerie hallo iloveyou jetaime letmein letmeinplease leuven login meldkamer monmotdepasse motdepasse
    mijnwachtwoord noodoproep parket parquet passe passphrase password passw passwort police policefederale
    politie politiezone polizei qwerty qwertyuiop qwertyuiopas qwertyuiopasdfghjklzxcvbnm qwertz qwertzuiop
    secret stalking stalkingalarm test trustno trustnoone vlaamsbrabant wachtwoord welcome welkom wilkommen
    willkommen bienvenue zomer winter lente herfst summer soleil
"""
_COMMON = frozenset(_WORDS.split())
"""Common words of Belgian offices, keyboards and leaked lists. A guess list would begin with these."""

_LEET = str.maketrans("01345@$!7", "oleasasit")
_RUNS = "01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz"


class PasswordFault(StrEnum):
    """Why a password may not be chosen."""

    TOO_SHORT = "password_too_short"
    TOO_LONG = "password_too_long"
    COMMON = "password_common"
    OWN_NAME = "password_own_name"

    @property
    def sentence(self) -> str:
        """Say what is wrong and what to do."""
        return _SENTENCES[self]


_SENTENCES = {
    PasswordFault.TOO_SHORT: f"This password is too short: take at least {SHORTEST} characters, for example four words.",
    PasswordFault.TOO_LONG: f"This password is too long: take at most {LONGEST} characters.",
    PasswordFault.COMMON: "This password is one of the first that would be guessed: take several words that do not belong together.",
    PasswordFault.OWN_NAME: "This password is made of your own name or number: take several words that do not belong together.",
}


def password_fault(password: str, *own: str) -> PasswordFault | None:
    """Judge a password that someone wants to choose; None: it may be chosen.

    Length counts characters (code points), any character is accepted. ``own`` are words of the person
    (operator id, name): a password made of nothing else is refused.
    """
    text = _normal(password)
    if len(text) < SHORTEST:
        return PasswordFault.TOO_SHORT
    if len(text) > LONGEST:
        return PasswordFault.TOO_LONG
    plain = text.casefold()
    for word in sorted((part.casefold() for name in own for part in name.split()), key=len, reverse=True):
        if len(word) > 1:
            plain = plain.replace(word, "")
    if plain != text.casefold() and not re.search(r"\w{6}", plain):
        return PasswordFault.OWN_NAME
    return PasswordFault.COMMON if _is_common(text.casefold()) else None


def _is_common(text: str) -> bool:
    """Common: one piece repeated, a run of the alphabet or digits, or common words with signs around them."""
    compact = "".join(text.split())
    if any(compact == (compact[:n] * len(compact))[: len(compact)] for n in range(1, 5)):
        return True
    if any(compact in run * 2 for run in _RUNS):
        return True
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", compact)
    for candidate in (core, core.translate(_LEET)):
        letters = "".join(sign for sign in unicodedata.normalize("NFD", candidate) if sign.isalpha())
        if letters and _made_of_common_words(letters):
            return True
    return compact.isdecimal() and len(compact) < 20  # dates, telephone and register numbers


def _made_of_common_words(letters: str) -> bool:
    reachable = {0}
    for start in range(len(letters)):
        if start in reachable:
            reachable.update(start + len(word) for word in _COMMON if letters.startswith(word, start))
    return len(letters) in reachable


def _normal(password: str) -> str:
    """Write the same characters the same way on every keyboard (NFKC, as NIST SP 800-63B advises)."""
    return unicodedata.normalize("NFKC", password)


class Cost(NamedTuple):
    """Cost of argon2id: passes, memory in KiB, lanes. The usual is RFC 9106's second choice."""

    passes: int = 3
    memory_kib: int = 65_536
    lanes: int = 4


class Passwords:
    """Makes and checks argon2id hashes at one cost."""

    def __init__(self, cost: Cost | None = None) -> None:
        """Take the usual cost unless another is handed in (tests: cheap). Makes one hash, to compare with."""
        cost = cost or Cost()
        self._hasher = PasswordHasher(
            time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes, type=Type.ID
        )
        self._nobody = self._hasher.hash(secrets.token_bytes(16))  # 128 bits that nobody can type

    def hash(self, password: str) -> str:
        """Return the hash to keep. Two hashes of one password differ."""
        return self._hasher.hash(_bytes(password))

    def verify(self, kept: str | None, password: str) -> bool:
        """Say whether ``password`` is the one that was kept.

        Without a kept hash (unknown operator, no password set) or with one that is none, a hash of nobody's
        is checked instead, so that the answer is the same and takes as long (S4).
        """
        try:
            return self._hasher.verify(self._nobody if kept is None else kept, _bytes(password))
        except InvalidHashError:
            return self.verify(None, password)
        except VerificationError:
            return False

    def outdated(self, kept: str) -> bool:
        """Say whether a hash was made at another cost: hash again at the next login."""
        return self._hasher.check_needs_rehash(kept)


def _bytes(password: str) -> bytes:
    # What is longer than a password may be is cut for checking: it cannot be right, and must not cost more.
    return _normal(password[: LONGEST + 1]).encode("utf-8", "surrogatepass")


def made_up_password() -> str:
    """Make up a password that can be read aloud and typed on any keyboard: five groups, 60 bits.

    No a, q, w, z, m or y: they lie elsewhere on an AZERTY or QWERTZ keyboard than on a QWERTY one.
    """
    syllables = [a + b for a in "bcdfghjklnprstvx" for b in "eiou"]
    return "-".join(secrets.choice(syllables) + secrets.choice(syllables) for _ in range(5))
