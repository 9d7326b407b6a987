"""The replay as a program for the terminal: the console with another desk, and its word on the window's title."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from console.locale.words import word
from console.tui.app import ConsoleApp
from console.tui.keymap import use_keys
from console.tui.worn import WORN

if TYPE_CHECKING:
    from pathlib import Path

    from console.link.interface import Picture


class ReplayApp(ConsoleApp):
    """``file``: the recording, for what lies beside it."""

    CSS_PATH = "../screens/login.tcss"
    DESK: ClassVar[str] = "console.tui.replay.desk"
    file: Path | None = None

    def rebind(self, keymap: Mapping[str, str]) -> None:
        """Give actions other keys; of a replay's keys too none may do two things.

        Raises:
            Stop: as `ConsoleApp.rebind`.
        """
        from console.tui.replay.bindings import replay_desk_bindings

        self.set_keymap(use_keys(keymap, replay_desk_bindings()))

    async def watch_picture(self, picture: Picture | None) -> None:
        """Show a picture; with the first, what was noted beside the recording."""
        from console.tui.replay.desk import ReplayDesk

        if isinstance(self.desk, ReplayDesk) and self.file is not None and self.desk.file is None:
            self.desk.opened(self.file)
        await super().watch_picture(picture)

    def watch_title(self, title: str) -> None:
        """The word goes before whatever stands in the title of the window."""
        mode = self.picture.mode if self.picture is not None else None
        super().watch_title(f"{word(mode)} – {title}" if mode in WORN and mode else title)

    @property
    def branch_at(self) -> str | None:
        """From where somebody wants to take over, once it has ended."""
        from console.tui.replay.desk import ReplayDesk

        return self.desk.branch_at if isinstance(self.desk, ReplayDesk) else None
