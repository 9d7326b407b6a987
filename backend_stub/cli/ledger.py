"""`msa-stub ledger`: check the chain, or hand the events out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.wire.exits import ExitCode, Stop

if TYPE_CHECKING:
    from backend_stub.exporting.records import Export
    from backend_stub.ledger import Head

app = typer.Typer(help="The append-only log of everything that happened.")

Database = Annotated[str, typer.Option(help="sqlite:///path/to/file.db", metavar="URL")]


@app.callback()
def ledger() -> None:
    """The append-only log of everything that happened."""


@app.command()
def verify(
    database: Database,
    head: Annotated[
        str | None,
        typer.Option(help="The head as printed earlier: finds a tail that was cut off.", metavar="SEQ:HASH"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> int:
    """Check that every record is as it was written; no key is needed. Exit code 3: it is not.

    Example: msa-stub ledger verify --database sqlite:///var/backend.db

    A backend may go on writing meanwhile. The first record that is not as it was written is named.
    """
    from backend_stub.cli.backup import on_terminal
    from backend_stub.ledger import DatabaseError
    from backend_stub.ledger import verify as check

    tell = on_terminal()
    try:
        verdict = check(database, _head(head) if head else None, lambda done, of: tell("checked", done, of))
    except DatabaseError as error:
        raise Stop(f"{error}.") from None
    if as_json:
        last = {"seq": verdict.head.seq, "hash": verdict.head.hash.hex()} if verdict.head else None
        found = {"ok": verdict.ok, "records": verdict.records, "head": last}
        print(json.dumps(found | {"broken_at": verdict.broken_at, "reason": verdict.reason}))
    else:
        print(verdict)
    return ExitCode.DONE if verdict.ok else ExitCode.BAD_INPUT


@app.command()
def export(
    database: Database,
    intervention: Annotated[str | None, typer.Option(help="Only this one: number or id.")] = None,
    recording: Annotated[
        Path | None,
        typer.Option(help="Write a recording for training instead, with stand-ins.", metavar="FILE"),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="Of the room's feed, from here on.", metavar="TIME")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", help="Up to here.", metavar="TIME")] = None,
    operator: Annotated[
        str | None, typer.Option(help="Who exports: a trainer or supervisor; MSA_PASSWORD, or it is asked.")
    ] = None,
    second: Annotated[
        str | None,
        typer.Option(
            "--with", help="Who agrees (four eyes), MSA_SECOND_PASSWORD, or it is asked.", metavar="OPERATOR"
        ),
    ] = None,
    original_place: Annotated[
        bool, typer.Option("--original-place", help="Do not move it in space: four eyes.")
    ] = False,
    keep_text: Annotated[
        bool, typer.Option("--keep-text", help="Keep free text, with stand-ins for known names: four eyes.")
    ] = False,
    title: Annotated[str, typer.Option(help="Title of the recording.")] = "Recording",
    language: Annotated[str, typer.Option(help="nl, fr, de or en: of the texts in it.")] = "nl",
    teaches: Annotated[
        list[str] | None, typer.Option(help="What it teaches; may be given more than once.")
    ] = None,
    content_warning: Annotated[
        str | None, typer.Option(help="What a trainee should know beforehand.")
    ] = None,
    sign: Annotated[
        Path | None, typer.Option(help="Sign it with this private key (Ed25519, PEM).", metavar="FILE")
    ] = None,
) -> None:
    """Write every event as a line of JSON; or, with --recording, a recording to train with.

    Example: msa-stub ledger export --database sqlite:///var/backend.db --recording night.msarec.jsonl
    --intervention VBR-2026-0412 --operator 4790

    A recording has stand-ins for everybody, another time and another place. It is what the control room of the
    operator saw: one intervention, or with --from and --to (2026-03-01T14:00) a span of time. Every export, done or
    refused, is written down; msa-stub ledger exports lists them.
    """
    from backend_stub.ledger import DatabaseError
    from backend_stub.ledger import export as lines

    if recording is not None:
        from backend_stub.cli.recording import Wishes, export_to

        wishes = Wishes(
            database,
            recording,
            intervention,
            since,
            until,
            operator,
            second,
            original_place,
            keep_text,
            title,
            language,
            tuple(teaches or ()),
            content_warning,
            sign,
        )
        export_to(wishes)
        return
    if operator or second or since or until or original_place or keep_text or sign:
        raise Stop("These options are for a recording: add --recording FILE.", ExitCode.USAGE)
    try:
        for line in lines(database, intervention):
            print(line)
    except DatabaseError as error:
        raise Stop(f"{error}.") from None


@app.command()
def exports(
    database: Database,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> int:
    """List every recording that was exported, or asked for and refused. Exit code 3: the list was changed.

    Example: msa-stub ledger exports --database sqlite:///var/backend.db
    """
    from backend_stub.cli.recording import written_down

    for one in written_down(database):
        print(one.model_dump_json() if as_json else _told(one))
    return ExitCode.DONE


def _told(one: Export) -> str:
    what = one.intervention or (f"{one.since} to {one.until}" if one.since else "what the console sees, live")
    more = [
        word for word, is_so in (("original place", one.original_place), ("text", one.keep_text)) if is_so
    ]
    how = f" with {' and '.join(more)}" if more else ""
    who = f"{one.by} and {one.agreed}" if one.agreed else one.by
    became = f"REFUSED {one.refused}" if one.refused else f"{one.lines} lines"
    return f"{one.at:%Y-%m-%d %H:%M:%S}Z  {who}: {what}{how}: {became}"


def _head(text: str) -> Head:
    """A head as `backup` and `verify` print it.

    Raises:
        Stop: it is none.
    """
    from backend_stub.ledger import Head

    seq, _, digest = text.partition(":")
    try:
        head = Head(int(seq), bytes.fromhex(digest))
    except ValueError:
        head = Head(0, b"")
    if head.seq < 1 or len(head.hash) != 32:
        raise Stop(
            f"{text!r} is no head: it looks like 412:9f86d0…, as backup and verify print it.", ExitCode.USAGE
        )
    return head
