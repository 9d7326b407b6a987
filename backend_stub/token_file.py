"""The tokens of the demo's devices and patrols, in a file that only its owner can read."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import ValidationError

from backend_stub.registry.tokens import Tokens
from console.wire.exits import Stop


def tokens_path(url_file: Path) -> Path:
    """Where the tokens lie: beside the URL file."""
    return url_file.with_name(url_file.name + ".tokens")


def read_tokens(path: Path) -> Tokens:
    """Read the file.

    Raises:
        Stop: it is not there, or is no token file.
    """
    try:
        return Tokens.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise Stop(f"There is no token file {path}: start the backend with --demo and --url-file.") from None
    except ValidationError:
        raise Stop(f"{path} is no token file: remove it and start the backend with --demo again.") from None


def write_privately(path: Path, text: str) -> None:
    """Put ``text`` in place at once, so that nobody ever reads half of it; mode 0600.

    Raises:
        OSError: the directory cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
