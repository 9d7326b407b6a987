"""`msa-stub serve`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.wire.exits import Stop
from console.wire.limits import QUEUE_FRAMES, REPLAYABLE_EVENTS


def command(
    host: Annotated[
        str, typer.Option(help="Address to listen on; beyond this machine it needs TLS.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 chooses a free one.")] = 8765,
    database: Annotated[
        str | None, typer.Option(help="sqlite:///path/to/file.db; made if it is not there.", metavar="URL")
    ] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Fill in invented accounts, buttons and patrols.")
    ] = False,
    exercise: Annotated[
        bool,
        typer.Option(
            "--exercise",
            help="Make the ledger one of an exercise: only who says to belong to an exercise gets in (MSA_EXERCISE=1).",
        ),
    ] = False,
    url_file: Annotated[
        Path | None, typer.Option(help="Gets the URL once the backend listens; demo tokens lie beside it.")
    ] = None,
    zones: Annotated[
        Path | None, typer.Option(help="Map of the police zones, instead of the one that ships.")
    ] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate chain (PEM).")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its key (PEM).")] = None,
    origin: Annotated[list[str] | None, typer.Option(help="Origin of a browser that may connect.")] = None,
    fallback_room: Annotated[
        str, typer.Option(help="Control room that answers where nothing names one.")
    ] = "VBR",
    per_address: Annotated[int, typer.Option(min=1, help="Most connections from one address.")] = 2_000,
    replayable: Annotated[
        int, typer.Option(min=0, help="Up to so many missed events are sent one by one.")
    ] = REPLAYABLE_EVENTS,
    queue_frames: Annotated[
        int, typer.Option(min=10, help="So many frames may wait for one console; more, and it is closed.")
    ] = QUEUE_FRAMES,
    burst_frames: Annotated[
        int, typer.Option(min=1, help="Frames of a kind that one device may send at once; presses always.")
    ] = 1_000,
    monitor: Annotated[
        list[str] | None, typer.Option(help="Address beside this machine that may read /metrics.")
    ] = None,
    chain: Annotated[
        Path | None,
        typer.Option(
            help="Whom an alarm goes to that nobody takes, per control room (TOML).", metavar="FILE"
        ),
    ] = None,
    sirens: Annotated[
        Path | None,
        typer.Option(
            help="From how far patrols come without siren, per control room and zone (TOML).", metavar="FILE"
        ),
    ] = None,
    listener_returns: Annotated[
        float,
        typer.Option(
            min=0, help="So long a listener's console may be gone before nobody listens.", metavar="SECONDS"
        ),
    ] = 10.0,
    page: Annotated[
        str | None,
        typer.Option(
            help="Command that reaches the supervisor and the officer on call; facts in MSA_PAGE_… and on its stdin.",
            metavar="COMMAND",
        ),
    ] = None,
    standby: Annotated[
        bool,
        typer.Option(
            "--standby", help="Wait for the end of the backend that has this database, and take over."
        ),
    ] = False,
    log_file: Annotated[Path | None, typer.Option(help="JSON lines; without it they go to stderr.")] = None,
    until_pipe_closes: Annotated[
        bool, typer.Option("--until-pipe-closes", help="End when stdin ends.")
    ] = False,
) -> None:
    """Run the backend: one port for devices, patrols and consoles.

    Example: msa-stub serve --database sqlite:///var/backend.db
    A second one beside it: msa-stub serve --database sqlite:///var/backend.db --port 8766 --standby
    """
    from backend_stub.address import check_address
    from console.domain.rooms import ROOMS

    if standby and (demo or database is None):
        raise Stop(
            "A standby takes over what is there: give --standby its --database, and --demo to the first."
        )
    if (tls_cert is None) is not (tls_key is None):
        raise Stop("TLS needs both --tls-cert and --tls-key.")
    check_address(host, tls=tls_cert is not None)
    if fallback_room not in ROOMS:
        raise Stop(f"{fallback_room} is no control room; the codes are {', '.join(sorted(ROOMS))}.")

    from backend_stub.chain_file import read_chains
    from backend_stub.pager import page_command

    chains = read_chains(chain)
    paging = page_command(page)

    from backend_stub.backend import Settings
    from backend_stub.log import start_log
    from backend_stub.running import Wanted, run
    from backend_stub.server import tls_context

    if demo and database is None and url_file is None:
        from backend_stub.cli.reaching import default_url_file

        url_file = default_url_file()
    start_log(log_file)
    run(
        Wanted(
            host=host,
            port=port,
            database=database or default_database(demo=demo, exercise=exercise),
            demo=demo,
            exercise=exercise,
            url_file=url_file,
            zones=zones,
            tls=tls_context(tls_cert, tls_key) if tls_cert and tls_key else None,
            settings=Settings(
                fallback_room=fallback_room,
                replayable=replayable,
                queue_frames=queue_frames,
                per_address=per_address,
                burst_frames=burst_frames,
                origins=tuple(origin or ()),
                monitors=frozenset(monitor or ()),
                listener_returns_s=listener_returns,
            ),
            until_pipe_closes=until_pipe_closes,
            chains=chains,
            sirens=sirens,
            page=paging,
            standby=standby,
        )
    )


def default_database(*, demo: bool, exercise: bool = False) -> str:
    """The database of this user: one for the demo, one for exercises, one for anything else."""
    from platformdirs import user_data_path

    name = "exercise.db" if exercise else "demo.db" if demo else "backend.db"
    return f"sqlite:///{user_data_path('stalking-alarm-console') / name}"
