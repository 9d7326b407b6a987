"""What there is before the first press: two control rooms of the demo, cut small, in a database to be copied."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from pydantic_core import from_json

from backend_stub.ledger import Ledger, Mode, Transaction
from backend_stub.registry.demo import DEMO_SEED, demo_content
from backend_stub.registry.demo_fill import fill
from backend_stub.registry.passwords import Cost, Passwords
from backend_stub.registry.registry import Registry
from backend_stub.registry.tokens import Tokens
from console.domain.zones.allocating import ZoneMap
from console.wire.zones_file import PACKAGED, packaged_bytes, read_zone_map
from tests.backend import PASSWORD

BUTTONS: Final = tuple(f"VBR-B-{number:04d}" for number in range(41, 49)) + tuple(
    f"ANT-B-{number:04d}" for number in range(1, 5)
)
PATROL_ZONES: Final = {"5388": 2, "5395": 2, "5400": 1, "5345": 2, "5359": 1}
"""Zone id -> so many of its patrols."""

OPERATORS: Final = ("4711", "4712", "3711")
"""Two of Flemish Brabant and one of Antwerp."""

NAME: Final = "room.db"


@dataclass(frozen=True)
class Content:
    """A filled database, what opens it, and the map."""

    directory: Path
    registry: Registry
    tokens: Tokens
    passwords: Passwords
    zones: ZoneMap
    rooms: dict[str, str]

    def copied_to(self, directory: Path) -> Path:
        """A database of one's own; returns its path."""
        shutil.copytree(self.directory, directory, dirs_exist_ok=True)
        return directory / NAME


_KEEP: list[TemporaryDirectory[str]] = []
"""Removed with this process."""


def memory_directory() -> str | None:
    """Where files need no disk; None: the usual place. What a power cut leaves is tested elsewhere (R1)."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


@cache
def content() -> Content:
    """Made once for a process; the same in each but for the tokens."""
    zones = read_zone_map(None)
    demo = demo_content(
        DEMO_SEED,
        date(2026, 3, 1),
        from_json(packaged_bytes(PACKAGED)),
        from_json(packaged_bytes("places.json")),
    )
    buttons = [one for one in demo.buttons if one.id in BUTTONS]
    files = {one.case_file for one in buttons}
    left = dict(PATROL_ZONES)
    patrols = []
    for unit in demo.patrols:
        if left.get(unit.zone or "", 0):
            left[unit.zone or ""] -= 1
            patrols.append(unit)
    small = demo.model_copy(
        update={
            "accounts": tuple(one for one in demo.accounts if one.id in OPERATORS),
            "buttons": tuple(buttons),
            "case_files": tuple(one for one in demo.case_files if one.id in files),
            "patrols": tuple(patrols),
            "devices": BUTTONS,
        }
    )
    made = TemporaryDirectory(prefix="msa-room-", dir=memory_directory())
    _KEEP.append(made)
    directory = Path(made.name)
    passwords = Passwords(Cost(1, 8, 1))
    hashed = passwords.hash(PASSWORD)
    bits = Random(0)
    ledger = Ledger.open(
        f"sqlite:///{directory / NAME}",
        mode=Mode.DEMO,
        environ={},
        clock=lambda: datetime(2026, 1, 1, tzinfo=UTC),
        random_bits=bits.getrandbits,
    )

    def do(tx: Transaction) -> tuple[Tokens, Registry]:
        tokens = fill(tx.connection, tx.keys, small, dict.fromkeys(OPERATORS, hashed))
        return tokens, Registry.load(tx.connection, tx.keys)

    tokens, registry = ledger.submit(do).result()
    ledger.close()
    (directory / f"{NAME}.lock").unlink(missing_ok=True)
    return Content(
        directory, registry, tokens, passwords, zones, {zone.id: zone.control_room for zone in zones.zones}
    )
