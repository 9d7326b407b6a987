"""The registry as the backend reads it: in memory, small (some 300 buttons, 1,000 patrols).

After a change in the database the case files are loaded again and swapped as a whole: who reads meanwhile sees the
earlier ones or the later, never a mixture.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from backend_stub.registry.records import (
    Account,
    Button,
    Credential,
    CredentialKind,
    HeldCaseFile,
    PatrolUnit,
)
from backend_stub.registry.tokens import fits
from console.domain.casefile import CaseFile
from console.domain.events import ButtonStatus, CaseFileRef

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from backend_stub.registry.sealing import Sealer


class Registry:
    """Who has which button, what is known of her case, who may log in, and which patrols there are."""

    def __init__(
        self,
        buttons: Iterable[Button] = (),
        case_files: Iterable[HeldCaseFile] = (),
        accounts: Iterable[Account] = (),
        patrols: Iterable[PatrolUnit] = (),
        credentials: Iterable[Credential] = (),
    ) -> None:
        self.buttons: Mapping[str, Button] = MappingProxyType({button.id: button for button in buttons})
        self.accounts: Mapping[str, Account] = MappingProxyType({account.id: account for account in accounts})
        self.patrols: Mapping[str, PatrolUnit] = MappingProxyType({unit.id: unit for unit in patrols})
        self.case_files: Mapping[str, HeldCaseFile] = MappingProxyType(
            {held.reference.id: held for held in case_files}
        )
        self._digests = {(credential.kind, credential.id): credential.digest for credential in credentials}
        self._buttons_of: dict[str, list[str]] = {}
        for button in self.buttons.values():
            if button.case_file is not None:
                self._buttons_of.setdefault(button.case_file, []).append(button.id)

    @classmethod
    def load(cls, connection: Connection, sealer: Sealer) -> Self:
        """Read the whole registry; the tables must be there."""
        from backend_stub.registry import store

        return cls(
            buttons=store.buttons(connection),
            case_files=store.case_files(connection, sealer),
            accounts=store.accounts(connection),
            patrols=store.patrols(connection),
            credentials=store.credentials(connection),
        )

    def renew(self, case_files: Iterable[HeldCaseFile]) -> None:
        """Take the case files as they stand in the database now."""
        self.case_files = MappingProxyType({held.reference.id: held for held in case_files})

    def button(self, button: str) -> Button | None:
        """Return a button, or None when nobody knows it."""
        return self.buttons.get(button)

    def button_status(self, button: str, today: date) -> ButtonStatus:
        """Say what is known of a button on ``today``. Whatever it is, a press of it is an alarm (W1)."""
        known = self.buttons.get(button)
        return ButtonStatus.UNKNOWN if known is None else known.status_on(today)

    def held_case_file(self, case_file: str | None) -> HeldCaseFile | None:
        """Return a case file as far as its keys open it; None: there is none."""
        return None if case_file is None else self.case_files.get(case_file)

    def case_file(self, case_file: str | None) -> CaseFile | None:
        """Return a whole case file; None: there is none, or it is sealed."""
        held = self.held_case_file(case_file)
        return None if held is None else held.case_file

    def case_file_reference(self, case_file: str | None) -> CaseFileRef | None:
        """Return number, revision and file zone: clear facts that stand even when the file is sealed."""
        held = self.held_case_file(case_file)
        return None if held is None else held.reference

    def case_of_button(self, button: str) -> HeldCaseFile | None:
        """Return the case file that a button belongs to, also after its allocation ended."""
        known = self.buttons.get(button)
        return None if known is None else self.held_case_file(known.case_file)

    def excluded(self, button: str) -> tuple[str, ...]:
        """Return the staff to whom this button does not exist, by the case file that it belongs to (W19)."""
        held = self.case_of_button(button)
        return held.excluded if held else ()

    def buttons_of_case(self, case_file: str) -> tuple[str, ...]:
        """Return the ids of the buttons of a case file."""
        return tuple(self._buttons_of.get(case_file, ()))

    def cases_of_perpetrator(self, perpetrator: str) -> tuple[HeldCaseFile, ...]:
        """Return every case file that names this perpetrator: several victims, one man (W11)."""
        return tuple(held for held in self.case_files.values() if held.perpetrator_id == perpetrator)

    def account(self, operator: str) -> Account | None:
        """Return an account, or None."""
        return self.accounts.get(operator)

    def patrol(self, patrol: str) -> PatrolUnit | None:
        """Return a patrol unit, or None."""
        return self.patrols.get(patrol)

    def device_proved(self, button: str, token: str) -> bool:
        """Say whether the token is that device's. Its button need not be known or allocated (W1)."""
        return self._proved(CredentialKind.DEVICE, button, token)

    def patrol_proved(self, patrol: str, token: str) -> bool:
        """Say whether the token is that patrol's."""
        return self._proved(CredentialKind.PATROL, patrol, token)

    def _proved(self, kind: CredentialKind, identity: str, token: str) -> bool:
        return fits(token, self._digests.get((kind, identity), ""))

    def victims(self, words: str) -> tuple[HeldCaseFile, ...]:
        """Find case files by the victim's name, her phone or a button (W5); sorted by number.

        Case, accents and the spacing of a phone number do not matter. A part of a name or of a button is
        enough; of a phone at least the last six digits are asked. A sealed file is found by its button only.
        Who may search what is decided elsewhere (`wire.md`, need to know).
        """
        wanted = _plain(words)
        if not wanted:
            return ()
        digits = _digits(words) if all(sign.isdigit() or sign in "+ ./-()" for sign in wanted) else ""
        phone_ends = [end for end in (digits, _national(digits)) if len(end) >= 6]
        found = [held for held in self.case_files.values() if self._matches(held, wanted, phone_ends)]
        return tuple(sorted(found, key=lambda held: held.reference.number))

    def _matches(self, held: HeldCaseFile, wanted: str, phone_ends: list[str]) -> bool:
        if any(wanted in _plain(button) for button in self.buttons_of_case(held.reference.id)):
            return True
        if held.victim is None:
            return False
        if any(_digits(held.victim.phone).endswith(end) for end in phone_ends):
            return True
        return wanted in _plain(held.victim.name)


def _plain(words: str) -> str:
    """Return words without case, accents and doubled spaces."""
    letters = unicodedata.normalize("NFD", words.casefold())
    return " ".join("".join(sign for sign in letters if not unicodedata.combining(sign)).split())


def _digits(words: str) -> str:
    return "".join(sign for sign in words if sign.isdigit())


def _national(digits: str) -> str:
    """Return the digits of a Belgian number after +32, 0032 or the leading 0."""
    for prefix in ("0032", "32", "0"):
        if digits.startswith(prefix):
            return digits.removeprefix(prefix)
    return digits
