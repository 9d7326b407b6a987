"""The file of procedures: from a path that a control room gives, or as it ships with the program."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from console.domain.procedure import Procedures
from console.domain.procedure_file import LONGEST_BYTES, ProcedureFileError, read_procedures
from console.wire.zones_file import packaged_bytes

PACKAGED = "procedures.json"


def procedures_of(path: Path | None) -> Procedures:
    """The procedures of a file; without a path those that ship.

    Raises:
        ProcedureFileError: it cannot be read or used; the sentences say why.
        ZonesFileError: the installation is not complete.
    """
    return shipped_procedures() if path is None else read_procedures(_given(path))


@cache
def shipped_procedures() -> Procedures:
    """The procedures that ship with the program; read once."""
    return read_procedures(packaged_bytes(PACKAGED))


def _given(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LONGEST_BYTES + 1)
    except OSError as error:
        why = (error.strerror or "the system refuses").lower()
        raise ProcedureFileError(
            [f"{str(path)!a} cannot be read ({why}): give the path of a file."]
        ) from None
