"""A recording: an intervention, or a span of time of a control room, as one file that anyone can read.

JSON lines: a header, one line for each thing that happened, and an end. Each line carries its number and a hash over
the line before and its own text, so that a file that was changed or cut off is found, with the line. The format is
written down in `docs/recording.md`; `docs/wire/recording.schema.json` has its schema.
"""

from __future__ import annotations

import gc
import hashlib
import io
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from console.wire.cleaning import read_cleaned
from console.wire.recorded import (
    FORMAT,
    SUFFIX,
    VERSION,
    End,
    Header,
    NoteKind,
    Recorded,
    RecordedCaseFile,
    RecordedEvent,
    RecordedNote,
    RecordedPatrols,
    RecordedSight,
    RecordedZone,
    Recording,
    RosterEntry,
    ScenarioRef,
    folded,
    item_adapter,
)

__all__ = [
    "FORMAT",
    "SUFFIX",
    "VERSION",
    "End",
    "Header",
    "NoteKind",
    "Recorded",
    "RecordedCaseFile",
    "RecordedEvent",
    "RecordedNote",
    "RecordedPatrols",
    "RecordedSight",
    "RecordedZone",
    "Recording",
    "RecordingFault",
    "RosterEntry",
    "ScenarioRef",
    "Signer",
    "folded",
    "lines_of",
    "read_recording",
    "recording_of",
    "write_recording",
]

MAX_LINE_BYTES: Final = 8 * 1024 * 1024
"""Every patrol of the country is a quarter of this."""

SIGNED_BEFORE_CHAIN: Final = f"{FORMAT} {VERSION} ".encode()

_ANOTHER: Final = "Ask for the file again"
_ONLY_REPLACED: Final = "Nothing of it is read; ask for the file again, or take the copy that was kept"
_CHAIN: Final = re.compile(rb'(.*),"chain":"([0-9a-f]{64})"\}\n', re.DOTALL)
_NUMBER: Final = re.compile(rb'\{"n":([1-9][0-9]*),')

_header: Final = TypeAdapter(Header)
_end: Final = TypeAdapter(End)


class RecordingFault(ValueError):  # noqa: N818 - the fault is in the file; the error is how it is told
    """A file that cannot be used. ``line``: where, from 1; ``wrong``: what is; ``do``: what to do about it."""

    def __init__(self, line: int, wrong: str, do: str) -> None:
        super().__init__(f"line {line}: {wrong}. {do}")
        self.line = line
        self.wrong = wrong
        self.do = do


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: the public key in hex, and what signs with the private one (Ed25519)."""

    key: str
    sign: Callable[[bytes], bytes]


def read_recording(path: Path) -> Recording:
    """Read a whole recording, and check every line of it and its signature.

    Raises:
        RecordingFault: it is no recording, of a later version, was changed, or is cut off; the line is named.
        OSError: it cannot be read at all.
    """
    collecting = gc.isenabled()
    gc.disable()  # nothing of it is garbage, and looking for some is a third of the time
    try:
        with path.open("rb") as file:
            return _read(file)
    finally:
        if collecting:
            gc.enable()


def recording_of(lines: Iterable[bytes]) -> Recording:
    """A recording from the lines of its file.

    Raises:
        RecordingFault: as `read_recording`.
    """
    return _read(io.BytesIO(b"".join(lines)))


def write_recording(recording: Recording, path: Path, signer: Signer | None = None) -> None:
    """Write a recording in place of ``path``, whole or not at all, readable by its owner alone.

    Raises:
        OSError: it cannot be written; what stood there before stands.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for line in lines_of(recording, signer):
                file.write(line)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def lines_of(recording: Recording, signer: Signer | None = None) -> Iterator[bytes]:
    """The lines of the file, each with its number and its chain."""
    chain = ""
    number = 1
    header = recording.header.model_copy(update={"exporter_key": signer.key if signer else None})
    line, chain = numbered(number, header.model_dump_json().encode(), chain)
    yield line
    for item in recording.items:
        number += 1
        line, chain = numbered(number, item.model_dump_json().encode(), chain)
        yield line
    signature = signer.sign(SIGNED_BEFORE_CHAIN + chain.encode()).hex() if signer else None
    end = End(lines=number + 1, signature=signature)
    yield numbered(number + 1, end.model_dump_json().encode(), chain)[0]


def numbered(number: int, content: bytes, chain: str) -> tuple[bytes, str]:
    text = b'{"n":%d,%b' % (number, content[1:-1])
    made = chained(chain, text)
    return b'%b,"chain":"%b"}\n' % (text, made.encode()), made


def chained(chain: str, text: bytes) -> str:
    """The chain of a line: SHA-256 of the chain of the line before (none: nothing) and its text up to its chain."""
    return hashlib.sha256(chain.encode() + text).hexdigest()


def _read(file: IO[bytes]) -> Recording:
    header: Header | None = None
    items: list[Recorded] = []
    chain, number = "", 0
    while line := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        if number == 1:
            _ours(line)
        before = chain
        content, chain = _content(line, number, before)
        if header is None:
            header = _header_of(content)
            continue
        if content.startswith(b'{"type":"end",'):
            signed = _ended(content, number, header, before)
            if file.read(1):
                raise RecordingFault(number + 1, "the file goes on after its end", _ONLY_REPLACED)
            return Recording(header, tuple(items), signed)
        item = _item_of(content, number)
        if items and item.at < items[-1].at:
            raise RecordingFault(number, "the time goes back", "Write the lines in the order of their times")
        items.append(item)
    if number == 0:
        raise RecordingFault(1, "the file is empty", _ANOTHER)
    raise RecordingFault(number + 1, "the file ends here without its end: it was cut off", _ANOTHER)


def _content(line: bytes, number: int, before: str) -> tuple[bytes, str]:
    """The JSON of a line without its number and chain, and the chain."""
    if len(line) > MAX_LINE_BYTES:
        raise RecordingFault(
            number, f"the line is longer than {MAX_LINE_BYTES} bytes", "This is no recording of ours"
        )
    if not line.endswith(b"\n"):
        raise RecordingFault(number, "the line is cut off", _ANOTHER)
    parts = _CHAIN.fullmatch(line)
    if parts is None:
        raise RecordingFault(number, "the line does not end in its chain: it was changed", _ONLY_REPLACED)
    text, chain = parts[1], parts[2].decode()
    named = _NUMBER.match(text)
    if named is None or int(named[1]) != number:
        found = (
            f"it says that it is line {named[1].decode()}" if named else "it does not say which line it is"
        )
        raise RecordingFault(number, f"a line was taken out, put in or moved: {found}", _ONLY_REPLACED)
    if chained(before, text) != chain:
        raise RecordingFault(
            number, "the line, or the one before it, is not as it was written", _ONLY_REPLACED
        )
    return b"{" + text[named.end() :] + b"}", chain


def _ours(line: bytes) -> None:
    """Say of a file that is not ours, or is of a later version, what it is, before its chain is looked at."""
    try:
        value = from_json(line)
    except ValueError:
        value = None
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise RecordingFault(
            1, "this is no recording", f"A recording ends in {SUFFIX} and its first line names {FORMAT}"
        )
    version = value.get("version")
    if isinstance(version, int) and version > VERSION:
        raise RecordingFault(
            1,
            f"the recording is of version {version}, and this program reads version {VERSION}",
            "Update the program, or export the recording anew with this version",
        )


def _header_of(content: bytes) -> Header:
    try:
        return read_cleaned(_header, content)
    except ValueError as wrong:
        raise RecordingFault(1, f"the header cannot be read ({_where(wrong)})", _ANOTHER) from None


def _item_of(content: bytes, number: int) -> Recorded:
    try:
        return read_cleaned(item_adapter, content)
    except ValueError as wrong:
        raise RecordingFault(
            number, f"the line cannot be read ({_where(wrong)})", "Mend it and chain the file anew"
        ) from None


def _ended(content: bytes, number: int, header: Header, before: str) -> bool:
    """Check the end; say whether the file is signed, by the key that the header names."""
    try:
        end = read_cleaned(_end, content)
    except ValueError as wrong:
        raise RecordingFault(number, f"the end cannot be read ({_where(wrong)})", _ANOTHER) from None
    if end.lines != number:
        raise RecordingFault(
            number, f"the end counts {end.lines} lines and there are {number}", _ONLY_REPLACED
        )
    if header.exporter_key is None and end.signature is None:
        return False
    if header.exporter_key is None or end.signature is None:
        raise RecordingFault(number, "the signature or its key was taken out", _ONLY_REPLACED)
    if not _fits(header.exporter_key, end.signature, SIGNED_BEFORE_CHAIN + before.encode()):
        raise RecordingFault(number, "the signature is not that of the exporter", _ONLY_REPLACED)
    return True


def _fits(key: str, signature: str, signed: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def _where(wrong: ValueError) -> str:
    """Where in the line and why, without the value: it may be somebody's name."""
    if not isinstance(wrong, ValidationError):
        return "it is no JSON"
    first = wrong.errors(include_input=False, include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else first["msg"]
