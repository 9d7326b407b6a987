"""The records of the registry: button, account, patrol unit, credential, session, and a case file as held."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import model_validator

from console.domain.casefile import CaseFile, Perpetrator, Victim
from console.domain.events import ButtonStatus, CaseFileRef
from console.domain.patrols import Patrol, Service
from console.domain.values import Frozen, Lat, Lon, Role, Utc


class Button(Frozen):
    """A button of a province's stock (W21).

    ``stock`` is the control room of the province. ``allocated_until`` is the last day, included. Nothing
    here arms or disarms a button: a press is an alarm whatever the status says (W1). ``case_file`` stays
    after a withdrawal or a loss, so that such a press still shows whom it concerns.
    """

    id: str
    stock: str
    status: ButtonStatus
    case_file: str | None = None
    allocated_from: date | None = None
    allocated_until: date | None = None
    prosecutor: str | None = None
    last_test: date | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.status is ButtonStatus.UNKNOWN:
            raise ValueError(f"button {self.id}: 'unknown' is no status to record: leave the button out")
        if self.status is ButtonStatus.ALLOCATED and (
            self.allocated_from is None or self.allocated_until is None or self.prosecutor is None
        ):
            raise ValueError(f"button {self.id}: an allocation needs its office, its first and its last day")
        if self.allocated_from and self.allocated_until and self.allocated_until < self.allocated_from:
            raise ValueError(f"button {self.id}: the allocation ends before it begins")
        return self

    def status_on(self, today: date) -> ButtonStatus:
        """Return the status on ``today``: an allocation whose last day has passed is expired."""
        past = self.allocated_until is not None and self.allocated_until < today
        return ButtonStatus.EXPIRED if self.status is ButtonStatus.ALLOCATED and past else self.status


class Account(Frozen):
    """Someone who may log in. ``password_hash`` is argon2id; None: no password was set, nobody gets in."""

    id: str
    name: str
    role: Role
    room: str
    password_hash: str | None = None
    disabled: bool = False


class PatrolUnit(Frozen):
    """A patrol unit: who it is and where its post lies (lon, lat). ``id`` is ``zone/call sign``."""

    id: str
    call_sign: str
    zone: str | None
    service: Service = Service.LOCAL
    room: str
    language: str
    home_lon: Lon
    home_lat: Lat

    def patrol(self) -> Patrol:
        """Return the patrol as the control room first sees it: free, its position not known yet."""
        return Patrol(
            id=self.id,
            call_sign=self.call_sign,
            zone=self.zone,
            service=self.service,
            room=self.room,
            language=self.language,
        )


class CredentialKind(StrEnum):
    """Whose token it is."""

    DEVICE = "device"
    PATROL = "patrol"


class Credential(Frozen):
    """What proves that a device or a patrol is one of ours: the digest of its token.

    It stands apart from the button's record, so that an authenticated device whose button is withdrawn or
    unknown is an alarm all the same (W1).
    """

    kind: CredentialKind
    id: str
    digest: str


class Session(Frozen):
    """A login: the digest of its token, whose it is, and until when."""

    digest: str
    operator: str
    expires_at: Utc


class HeldCaseFile(Frozen):
    """The latest revision of a case file, as far as its keys open it.

    ``reference`` and ``perpetrator_id`` are clear facts. ``victim`` or ``perpetrator`` None: that key is
    gone or does not fit ("file sealed", W17); ``case_file`` is there only when both open. ``excluded``: staff to whom
    it does not exist (W19), as far as the victim's part opens.
    """

    reference: CaseFileRef
    perpetrator_id: str
    victim: Victim | None
    perpetrator: Perpetrator | None
    case_file: CaseFile | None
    excluded: tuple[str, ...] = ()
