"""Who may take a recording away: one who trains or supervises; for more than stand-ins, two of them (S8, S13)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from backend_stub.registry.passwords import Passwords
from backend_stub.registry.records import Account
from console.domain.values import Role

MAY_EXPORT: Final = frozenset({Role.TRAINER, Role.SUPERVISOR})


class ExportRefusal(StrEnum):
    """Why a recording does not leave."""

    NOT_LOGGED_IN = "not_logged_in"
    WRONG_ROLE = "wrong_role"
    SECOND_NEEDED = "second_needed"
    SAME_PERSON = "same_person"
    OTHER_ROOM = "other_room"
    NOTHING_THERE = "nothing_there"
    NOT_FIT = "not_fit"

    @property
    def sentence(self) -> str:
        """Say what is wrong and what to do."""
        return _SENTENCES[self]


_SENTENCES: Final = {
    ExportRefusal.NOT_LOGGED_IN: "Operator or password is not right: try again, or ask for a new password",
    ExportRefusal.WRONG_ROLE: "Only a trainer or a supervisor may export a recording: ask one",
    ExportRefusal.SECOND_NEEDED: "The original place or text needs four eyes: name a second trainer or supervisor"
    " with --with, who logs in too",
    ExportRefusal.SAME_PERSON: "Four eyes are two people: name another trainer or supervisor with --with",
    ExportRefusal.OTHER_ROOM: "Who agrees must be of the same control room: name another with --with",
    ExportRefusal.NOTHING_THERE: "There is nothing of it that this control room may see: check number or times",
    ExportRefusal.NOT_FIT: "The recording cannot leave",
}


@dataclass(frozen=True, slots=True)
class Login:
    """Who logs in, with what was typed."""

    operator: str
    password: str


class ExportRefusedError(Exception):
    """The export is refused; ``why`` adds to the sentence of the code."""

    def __init__(self, code: ExportRefusal, why: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.sentence = f"{code.sentence}: {why}" if why else code.sentence


def let_in(accounts: list[Account], passwords: Passwords, login: Login) -> Account:
    """The account of a login that may export.

    Raises:
        ExportRefusedError: unknown, disabled, a wrong password (all the same to who asks), or another role.
    """
    account = next((one for one in accounts if one.id == login.operator), None)
    kept = account.password_hash if account is not None and not account.disabled else None
    if not passwords.verify(kept, login.password) or account is None or account.disabled:
        raise ExportRefusedError(ExportRefusal.NOT_LOGGED_IN)
    if account.role not in MAY_EXPORT:
        raise ExportRefusedError(ExportRefusal.WRONG_ROLE)
    return account


def agreed(
    accounts: list[Account], passwords: Passwords, by: Account, second: Login | None, *, needed: bool
) -> Account | None:
    """Who agrees beside the exporter; None: nobody, and nobody is needed.

    Raises:
        ExportRefusedError: it needs somebody; or who agrees is the same person, of another room, or may not.
    """
    if second is None:
        if needed:
            raise ExportRefusedError(ExportRefusal.SECOND_NEEDED)
        return None
    if second.operator == by.id:
        raise ExportRefusedError(ExportRefusal.SAME_PERSON)
    account = let_in(accounts, passwords, second)
    if account.room != by.room:
        raise ExportRefusedError(ExportRefusal.OTHER_ROOM)
    return account
