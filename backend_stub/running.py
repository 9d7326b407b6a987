"""Bring a backend up, keep it until it is told to end, and take it down so that nothing is lost."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import resource
import secrets
import signal
import socket
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random

from pydantic_core import from_json

from backend_stub.backend import Backend, Settings
from backend_stub.desk import BELGIUM
from backend_stub.file_watch import FileWatch
from backend_stub.leaving import Leaving
from backend_stub.ledger import DatabaseError, KeyStore, Ledger, Lock, Mode, Transaction
from backend_stub.log import LOG
from backend_stub.pager import Pager
from backend_stub.pipe import stop_when_stdin_ends
from backend_stub.registry.health import demo_health, health, put_health
from backend_stub.registry.passwords import Passwords, made_up_password
from backend_stub.registry.registry import Registry
from backend_stub.registry.tables import create_tables
from backend_stub.server import listen
from backend_stub.sirens_file import read_sirens
from backend_stub.standby import listening_socket, stand_by
from backend_stub.token_file import read_tokens, tokens_path, write_privately
from backend_stub.watch import Watch
from console.domain.chain import Chains
from console.domain.places import PlaceIndex
from console.domain.zones import ZonesFileError
from console.wire.exits import Stop
from console.wire.zones_file import PACKAGED, given_bytes, packaged_bytes, read_zone_map

FENCE_EVERY_S = 1.0

PASSWORD_VARIABLE = "MSA_DEMO_PASSWORD"  # noqa: S105 - the variable's name, not a password


@dataclass(frozen=True)
class Wanted:
    """What `msa-stub serve` was asked for."""

    host: str
    port: int
    database: str
    demo: bool
    exercise: bool = False
    url_file: Path | None = None
    zones: Path | None = None
    tls: ssl.SSLContext | None = None
    settings: Settings = field(default_factory=Settings)
    until_pipe_closes: bool = False
    chains: Chains = field(default_factory=Chains)
    sirens: Path | None = None
    page: tuple[str, ...] = ()
    standby: bool = False


def run(wanted: Wanted) -> None:
    """Run a backend until a signal or, if asked for, the end of stdin.

    Raises:
        Stop: it cannot start; the sentence says why.
    """
    _raise_file_limit()
    # Ids must differ, not be secret: asking the system for each costs a tenth of a millisecond under load.
    random_bits = Random(secrets.randbits(256)).getrandbits  # noqa: S311 - keys and tokens come from `secrets`
    if wanted.url_file is not None:
        wanted.url_file.unlink(missing_ok=True)
    listening: socket.socket | None = None
    lock: Lock | None = None
    try:
        zone_map = read_zone_map(wanted.zones)
        sirens = read_sirens(wanted.sirens, {zone.id for zone in zone_map.zones})
        if wanted.standby:
            listening = listening_socket(wanted.host, wanted.port)
            lock = asyncio.run(_stand_by(wanted, listening))
            if lock is None:
                return
        mode = Mode.EXERCISE if wanted.exercise else Mode.DEMO if wanted.demo else None
        ledger = Ledger.open(wanted.database, mode=mode, random_bits=random_bits, lock=lock)
    except (ZonesFileError, DatabaseError) as error:
        raise Stop(_sentence(error)) from None
    try:
        passwords = Passwords()
        if wanted.demo:
            _fill_demo(ledger, wanted, passwords)
        registry = ledger.submit(lambda tx: _registry(tx, ledger.keys)).result()
        reported = ledger.submit(lambda tx: health(tx.connection)).result()
        rooms = {zone.id: zone.control_room for zone in zone_map.zones}
        municipalities = {one.nis: one for zone in zone_map.zones for one in zone.municipalities}
        places = PlaceIndex.from_json(packaged_bytes("places.json"), municipalities)

        async def main() -> None:
            backend = Backend(
                ledger,
                wanted.database,
                registry,
                zone_map,
                rooms,
                wanted.settings,
                passwords,
                random_bits=random_bits,
                places=places,
                reported=reported,
                sirens=sirens,
            )
            await _serve(backend, wanted, listening)

        asyncio.run(main())
    finally:
        ledger.close()


async def _stand_by(wanted: Wanted, listening: socket.socket) -> Lock | None:
    """Wait until the live backend is gone; None: told to stop."""
    stop = _stopped_by_signals()
    if wanted.until_pipe_closes:
        stop_when_stdin_ends(asyncio.get_running_loop(), stop)
    _tell_url(listening, wanted, "standing by on")
    LOG.info("standing_by")
    lock = await stand_by(wanted.database, listening, wanted.tls, stop)
    LOG.info("stopping" if lock is None else "taking_over")
    if lock is None and wanted.url_file is not None:
        wanted.url_file.unlink(missing_ok=True)
    return lock


def _stopped_by_signals() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _fence(ledger: Ledger, stop: asyncio.Event) -> None:
    """End this backend when its right to write is gone: it stores nothing any more, and others can be reached."""
    while ledger.holds_lock:  # noqa: ASYNC110 - a file tells nobody
        await asyncio.sleep(FENCE_EVERY_S)
    LOG.critical("lock_lost")
    stop.set()


async def _serve(backend: Backend, wanted: Wanted, listening: socket.socket | None) -> None:
    stop = _stopped_by_signals()
    loop = asyncio.get_running_loop()
    # What is loaded stays. The collector would walk through all of it at some moment, a tenth of a second in which
    # no press is taken.
    gc.collect()
    gc.freeze()
    leaving = Leaving(backend)
    try:
        await leaving.look()  # before anybody who may no longer act is back
    except Exception:
        LOG.exception("leaving failed")
    server = await listen(backend, wanted.host, wanted.port, wanted.tls, listening)
    _tell_url(server.sockets[0], wanted, "listening on")
    _say_what_was_found(backend)
    LOG.info("listening", extra={"mode": backend.ledger.mode, "open": len(backend.board)})
    if wanted.until_pipe_closes:
        stop_when_stdin_ends(loop, stop)
    ticking = asyncio.create_task(backend.tick_for_ever())
    shutting = asyncio.create_task(leaving.for_ever())
    watching = asyncio.create_task(Watch(backend, wanted.chains).for_ever())
    paging = asyncio.create_task(Pager(backend, wanted.page).for_ever())
    fencing = asyncio.create_task(_fence(backend.ledger, stop))
    reading = asyncio.create_task(FileWatch(backend, wanted.database).for_ever())
    try:
        await stop.wait()
    finally:
        LOG.info("stopping")
        ticking.cancel()
        shutting.cancel()
        watching.cancel()
        paging.cancel()
        lock_lost = fencing.done()
        fencing.cancel()
        reading.cancel()
        await backend.tell_stop()
        server.close(code=1001, reason="the backend stops")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(server.wait_closed(), 10)
        await asyncio.to_thread(backend.close)
        if wanted.url_file is not None:
            wanted.url_file.unlink(missing_ok=True)
    if lock_lost:
        raise Stop(
            "The lock file beside the database was removed or replaced: another backend may write now."
        )


def _say_what_was_found(backend: Backend) -> None:
    """What the last backend left: a crash is no trouble, a broken tail is told to every console as well (R12)."""
    found, head = backend.ledger.found, backend.ledger.tip()
    LOG.info(
        "ledger_opened",
        extra={
            "left_open": found.left_open,
            "head": head.seq,
            "hash": head.hash.hex(),
            "epoch": backend.ledger.epoch,
        },
    )
    if not found.tail.ok:
        LOG.error("tail_broken", extra={"record": found.tail.broken_at, "why": found.tail.reason})


def _tell_url(listening: socket.socket, wanted: Wanted, words: str) -> None:
    """Say where this process can be reached, and write it where others look."""
    port = listening.getsockname()[1]
    host = f"[{wanted.host}]" if ":" in wanted.host else wanted.host
    url = f"{'wss' if wanted.tls else 'ws'}://{host}:{port}"
    if wanted.url_file is not None:
        write_privately(wanted.url_file, url + "\n")
    print(f"{words} {url}", flush=True)


def _registry(tx: Transaction, keys: KeyStore) -> Registry:
    create_tables(tx.connection)
    return Registry.load(tx.connection, keys)


def _fill_demo(ledger: Ledger, wanted: Wanted, passwords: Passwords) -> None:
    """Fill what is missing of the demo, and see that the token file beside the URL file opens every door."""
    from backend_stub.registry.demo import DEMO_SEED, demo_content
    from backend_stub.registry.demo_fill import fill, issue_tokens
    from backend_stub.registry.tokens import Tokens

    zones = packaged_bytes(PACKAGED) if wanted.zones is None else given_bytes(wanted.zones)
    try:
        content = demo_content(
            DEMO_SEED,
            datetime.now(BELGIUM).date(),
            from_json(zones),
            from_json(packaged_bytes("places.json")),
        )
    except ValueError as error:
        raise Stop(f"The demo cannot be set up on this map: {error}.") from None
    password = os.environ.get(PASSWORD_VARIABLE)
    if not password:
        password = made_up_password()
        print(f"password of every demo account: {password}", flush=True)
    hashed = passwords.hash(password)

    def do(tx: Transaction) -> Tokens:
        made = fill(tx.connection, ledger.keys, content, {one.id: hashed for one in content.accounts})
        put_health(tx.connection, demo_health(content, health(tx.connection), datetime.now(BELGIUM)))
        if wanted.url_file is None:
            return made
        registry = Registry.load(tx.connection, ledger.keys)
        path = tokens_path(wanted.url_file)
        known = read_tokens(path) if path.exists() else Tokens(devices={}, patrols={})
        devices = known.devices | made.devices
        patrols = known.patrols | made.patrols
        again = issue_tokens(
            tx.connection,
            [one for one in content.devices if not registry.device_proved(one, devices.get(one, ""))],
            [
                one.id
                for one in content.patrols
                if not registry.patrol_proved(one.id, patrols.get(one.id, ""))
            ],
        )
        return Tokens(devices=devices | again.devices, patrols=patrols | again.patrols)

    tokens = ledger.submit(do).result()
    if wanted.url_file is not None:
        write_privately(tokens_path(wanted.url_file), tokens.model_dump_json() + "\n")


def _raise_file_limit() -> None:
    """A thousand patrols are a thousand sockets: as many files as the system lets this process have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, 65_536) if hard != resource.RLIM_INFINITY else 65_536
    if soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _sentence(error: Exception) -> str:
    text = str(error)
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
