"""What the ledger's tests write: alarms of invented people."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from backend_stub.ledger import Transaction
from console.domain import events as e
from console.domain.casefile import (
    DangerCheck,
    Extract,
    LegalStatus,
    PerpetratorExtract,
    Provenance,
    Vehicle,
    VictimExtract,
)
from console.domain.location import Fix
from console.domain.values import Actor, ActorKind

NOW = datetime(2026, 3, 1, 14, 3, 10, tzinfo=UTC)
DEVICE = Actor(kind=ActorKind.DEVICE, id="B-1")
OPERATOR = Actor(kind=ActorKind.OPERATOR, id="4711", room="VBR")
CANARY = "canary-E.Exemple-0-XXX-001"
"""Stands in every personal field: no file of the ledger may hold it."""


def url(directory: Path) -> str:
    """The database of a test."""
    return f"sqlite:///{directory}/ledger.db"


def extract(case_file: str) -> Extract:
    """A case file's first second."""
    told = Provenance(source="invented", on=date(2026, 1, 2), checked_by="file zone")
    return Extract(
        case_file=case_file,
        revision=1,
        number=f"PV-{case_file}",
        file_zone="5388",
        victim=VictimExtract(
            name=f"E. Exemple {CANARY}",
            languages=("fr",),
            channels=(),
            children=(),
            pregnant=False,
            medical=None,
            addresses=(),
        ),
        perpetrator=PerpetratorExtract(
            id=f"man of {case_file}",
            name=f"D. Voorbeeld {CANARY}",
            age=41,
            looks="tall",
            relation="ex-partner",
            status=LegalStatus.SUSPECTED,
            danger_check=DangerCheck.NOT_CHECKED,
            dangers=(),
            orders=(),
            vehicles=(Vehicle(description="grey van", plate="0-XXX-001", provenance=told),),
            addresses=(),
        ),
    )


def raise_alarm(button: str, known: Extract | None = None) -> Callable[[Transaction], UUID]:
    """A job: the button is pressed, VBR answers, ANT sees it too. Answers with the intervention."""

    def job(tx: Transaction) -> UUID:
        raised = tx.new_id(NOW)
        body = e.AlarmRaised(
            number=tx.next_number("VBR", 2026),
            room="VBR",
            button=button,
            button_status=e.ButtonStatus.ALLOCATED if known else e.ButtonStatus.UNKNOWN,
            press_id="p1",
            pressed_at=NOW,
            case_file=known
            and e.CaseFileRef(
                id=known.case_file, revision=known.revision, number=known.number, file_zone=known.file_zone
            ),
            victim=known and known.victim,
            perpetrator=known and known.perpetrator,
            fix=Fix(id="f1", lon=4.7009, lat=50.8798, radius_m=30, taken_at=NOW, received_at=NOW),
        )
        tx.append(raised, [body], DEVICE, NOW, rooms={"VBR", "ANT"})
        return raised

    return job


def note(
    intervention: UUID, words: str, rooms: Collection[str] | None = None
) -> Callable[[Transaction], tuple[e.Event, ...]]:
    """A job: an operator notes something."""
    return lambda tx: tx.append(intervention, [e.NoteAdded(words=words)], OPERATOR, NOW, rooms)
