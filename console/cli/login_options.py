"""The options that every command with a login has."""

from __future__ import annotations

from typing import Annotated

import typer

Url = Annotated[
    str | None, typer.Option("--url", help="Address of the backend, or MSA_URL.", metavar="WS-URL")
]
Operator = Annotated[
    str | None,
    typer.Option("--operator", help="Who logs in, or MSA_OPERATOR. The password is asked, or MSA_PASSWORD."),
]
