"""A disk that loses its power: from a program's recorded system calls to the files that would be left.

`record` runs a program under strace; `crashes` replays what it did to one directory and yields, at each moment
asked for, what a power cut would leave: only bytes that were synced, in files whose directory entry was synced;
with `torn` also any part of what was not (in sectors of 512 bytes, as disks write them). The shared memory of
SQLite's WAL (``-shm``) is no file that must survive.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

SECTOR = 512

_LINE = re.compile(r"^(\d+)\s+(.*)$")
_RESUMED = re.compile(r"^<\.\.\. \w+ resumed>(.*)$")
_CALL = re.compile(r"^(\w+)\((.*)\)\s+= (-?\d+)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


def record(program: Sequence[str], trace: Path) -> None:
    """Run a program and write its file calls to ``trace``.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    calls = "openat,close,write,pwrite64,fsync,fdatasync,ftruncate,unlink"
    strace = [
        "strace",
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-xx",
        "-s",
        "1000000",
        "-e",
        f"trace={calls}",
        "-o",
        str(trace),
    ]
    subprocess.run([*strace, *program], check=True, capture_output=True, timeout=120)


@dataclass
class _File:
    """``now``: as programs see it; ``synced``: as the disk has it; ``pending``: written since."""

    now: bytearray = field(default_factory=bytearray)
    synced: bytes = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def change(self, offset: int, data: bytes | None) -> None:
        """Write at ``offset``, or cut there when ``data`` is None."""
        _apply(self.now, offset, data)
        self.pending.append((offset, data))

    def sync(self) -> None:
        self.synced = bytes(self.now)
        self.pending.clear()

    def torn(self, random: Random) -> bytes:
        """What is synced, and of the rest whatever had reached the disk by chance."""
        left = bytearray(self.synced)
        for offset, data in self.pending:
            if data is None:
                if random.random() < 0.5:
                    _apply(left, offset, None)
                continue
            for start in range(0, len(data), SECTOR):
                if random.random() < 0.5:
                    _apply(left, offset + start, data[start : start + SECTOR])
        return bytes(left)


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    if data is None:
        del content[offset:]
    else:
        content[offset : offset + len(data)] = data


@dataclass
class _Disk:
    """One directory. ``entries``: names as programs see them; ``durable``: as the disk has them."""

    directory: str
    entries: dict[str, _File] = field(default_factory=dict)
    durable: dict[str, _File] = field(default_factory=dict)
    handles: dict[int, tuple[_File | None, int]] = field(default_factory=dict)

    def open(self, path: str, flags: str, handle: int) -> None:
        self.handles.pop(handle, None)
        if path == self.directory:
            self.handles[handle] = (None, 0)
            return
        parent, name = os.path.split(path)
        if parent != self.directory or name.endswith("-shm"):
            return
        if "O_CREAT" in flags:
            self.entries.setdefault(name, _File())
        file = self.entries[name]
        if "O_TRUNC" in flags:
            file.change(0, None)
        self.handles[handle] = (file, 0)

    def write(self, handle: int, data: bytes, offset: int | None) -> None:
        file, position = self.handles[handle]
        assert file is not None
        file.change(position if offset is None else offset, data)
        if offset is None:
            self.handles[handle] = (file, position + len(data))

    def sync(self, handle: int) -> None:
        file = self.handles[handle][0]
        if file is None:
            self.durable = dict(self.entries)
        else:
            file.sync()

    def left(self, random: Random | None) -> dict[str, bytes]:
        """The files after a power cut; with ``random``, some of what was not synced is there as well."""
        names = dict(self.durable)
        if random is not None:
            for name in {*self.entries, *self.durable}:
                if self.entries.get(name) is not self.durable.get(name) and random.random() < 0.5:
                    names.pop(name, None)
                    if name in self.entries:
                        names[name] = self.entries[name]
        return {name: file.torn(random) if random else file.synced for name, file in names.items()}


@dataclass(frozen=True)
class Crash:
    """What a power cut leaves: file contents by name; ``acknowledged``: what had been promised by then."""

    files: dict[str, bytes]
    acknowledged: tuple[str, ...]

    def rebuild(self, directory: Path) -> None:
        """Put the files there."""
        directory.mkdir()
        for name, content in self.files.items():
            (directory / name).write_bytes(content)


def crashes(
    trace: Path, directory: Path, promises: str, random: Random | None = None, *, before_syncs: int = 0
) -> Iterator[Crash]:
    """Cut the power at every promise (a write to the file of that name).

    ``before_syncs`` n > 0: instead, before every n-th sync is over: within a commit, a checkpoint, an unlink.
    """
    syncs = 0
    disk = _Disk(str(directory))
    said = ""
    for name, arguments, result in _calls(trace):
        if result < 0:
            continue
        handle = int(arguments.split(",", 1)[0]) if name not in {"openat", "unlink"} else result
        if name == "openat":
            disk.open(_bytes(arguments).decode(), arguments.rsplit('"', 1)[1], handle)
        elif name == "unlink":
            parent, unlinked = os.path.split(_bytes(arguments).decode())
            if parent == disk.directory:
                disk.entries.pop(unlinked, None)
        elif handle not in disk.handles:
            continue
        elif name == "close":
            del disk.handles[handle]
        elif name == "ftruncate":
            file = disk.handles[handle][0]
            assert file is not None
            file.change(int(arguments.split(",")[1]), None)
        elif name in {"fsync", "fdatasync"}:
            syncs += 1
            if before_syncs and syncs % before_syncs == 0:
                yield Crash(disk.left(random), tuple(said.split()))
            disk.sync(handle)
        elif disk.handles[handle][0] is disk.entries.get(promises):
            said += _bytes(arguments).decode()
            if not before_syncs:
                yield Crash(disk.left(random), tuple(said.split()))
        else:
            offset = int(arguments.rsplit(",", 1)[1]) if name == "pwrite64" else None
            disk.write(handle, _bytes(arguments)[: result or None], offset)


def _bytes(arguments: str) -> bytes:
    found = _TEXT.search(arguments)
    assert found is not None, arguments[:200]
    return bytes.fromhex(found[1].replace("\\x", ""))


def _calls(trace: Path) -> Iterator[tuple[str, str, int]]:
    """Calls in the order in which they ended: a sync counts only once it is over.

    A promise counts from its beginning, and one call of a thread hides none of another: a write that is not
    over yet is put where it began.
    """
    begun: dict[str, str] = {}
    with trace.open() as lines:
        for line in lines:
            found = _LINE.match(line.rstrip("\n"))
            assert found is not None, line[:200]
            thread, text = found[1], found[2]
            if text.endswith("<unfinished ...>"):
                begun[thread] = text.removesuffix("<unfinished ...>").rstrip()
                if begun[thread].startswith(("write(", "pwrite64(")):
                    yield _parsed(begun.pop(thread) + ") = 0")
                continue
            if resumed := _RESUMED.match(text):
                if thread not in begun:
                    continue  # a write, counted where it began
                text = begun.pop(thread) + resumed[1]
            if text.startswith(("+++", "---")):
                continue
            yield _parsed(text)


def _parsed(text: str) -> tuple[str, str, int]:
    found = _CALL.match(text)
    assert found is not None, text[:200]
    return found[1], found[2], int(found[3])
