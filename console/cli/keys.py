"""`msa keys`: the keys of the console as a sheet to print, with the keys that the settings give."""

from __future__ import annotations

from typing import Annotated

import typer

from console.cli.login import settings_with


def command(language: Annotated[str | None, typer.Option(help="nl, fr, de or en.")] = None) -> None:
    """Print every key of the console as Markdown, with the keys that the settings give.

    Example: msa keys --language nl > keys.md
    """
    from console.tui.keymap import use_keys
    from console.tui.keysheet import sheet

    use_keys(settings_with({"language": language}).keymap)
    print(sheet(), end="")
