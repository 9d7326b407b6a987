"""How the registry asks for personal data to be sealed, and under which keys."""

from __future__ import annotations

from typing import Protocol


class Sealer(Protocol):
    """Seals bytes under a named key. The backend's key store is one."""

    def seal(self, key_id: str, data: bytes) -> bytes:
        """Return ``data`` sealed under the key, which is made if there is none."""
        ...

    def open(self, key_id: str, blob: bytes) -> bytes | None:
        """Return what was sealed, or None when the key is gone or does not fit ("file sealed")."""
        ...


def case_key(case_file: str) -> str:
    """Name the key of a case file: the victim and everything said in her interventions."""
    return f"case:{case_file}"


def perpetrator_key(perpetrator: str) -> str:
    """Name the key of a perpetrator; it lives as long as any victim's file names him."""
    return f"perpetrator:{perpetrator}"
