"""The options that every command with a login has."""

from __future__ import annotations

from typing import Annotated

import typer

Url = Annotated[
    list[str] | None,
    typer.Option(
        "--url",
        help="Address of the backend, or MSA_URL. Given more than once: the others are backups, in this order.",
        metavar="WS-URL",
        show_default=False,
    ),
]
Operator = Annotated[
    str | None,
    typer.Option("--operator", help="Who logs in, or MSA_OPERATOR. The password is asked, or MSA_PASSWORD."),
]
