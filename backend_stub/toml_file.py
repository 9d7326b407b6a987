"""A TOML file that a control room can replace, as tables that are still to be checked."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from console.wire.exits import Stop


def read_tables(path: Path, option: str) -> dict[str, Any]:
    """The tables of a file that ``option`` names.

    Raises:
        Stop: there is no such file, or it cannot be read, or is not TOML; the sentence names it.
    """
    try:
        with path.open("rb") as source:
            return tomllib.load(source)
    except FileNotFoundError:
        raise Stop(f"{path}: there is no such file; {option} names it.") from None
    except OSError as error:
        raise Stop(f"{path}: cannot be read ({(error.strerror or 'unknown reason').lower()}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Stop(f"{path}: is not a TOML file ({error}).") from error
