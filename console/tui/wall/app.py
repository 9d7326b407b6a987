"""The wall view as a program for the terminal: it puts link and screen together, and takes no work (W18)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.message import Message

from console.domain.targets import DEFAULTS, Targets
from console.domain.values import Role
from console.first_look import ThemeName
from console.link.interface import Connection, Link, Picture
from console.locale import LANGUAGES, N_, current, use
from console.tui.atlas import Atlas
from console.tui.glance import Glance
from console.tui.theme import THEMES
from console.tui.wall.view import Wall
from console.wire.exits import ExitCode, Stop
from console.wire.failure import note_failure

EVERY_S = 0.5
"""Ages and clocks move on twice a second."""


class WallApp(App[int]):
    """``clock`` is monotonic, in seconds, the one that the link's pictures use. ``open_atlas`` is called in a thread.

    ``stopped`` is why it ended by itself: the login was refused, or it is not that of a wall.
    """

    TITLE = "MSA"
    CSS_PATH = "wall.tcss"  # Textual reads no style of a default screen
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,ctrl+q,ctrl+c", "leave", N_("quit"), show=False, priority=True),
        Binding("l", "language", N_("language"), show=False),
        Binding("t", "theme", "theme", show=False),
    ]

    class PictureChanged(Message):
        """The link has a newer picture. One that waits is replaced: only the latest is painted."""

        def __init__(self, picture: Picture) -> None:
            self.picture = picture
            super().__init__()

        def can_replace(self, message: Message) -> bool:
            """A newer picture makes an older one superfluous."""
            return isinstance(message, WallApp.PictureChanged)

    def __init__(
        self,
        link: Link,
        clock: Callable[[], float],
        open_atlas: Callable[[], Atlas],
        *,
        theme: ThemeName = "dark",
        targets: Targets = DEFAULTS,
    ) -> None:
        super().__init__()
        for one in THEMES.values():
            self.register_theme(one)
        self.theme = THEMES[theme].name
        self._link, self._clock, self._open_atlas, self._targets = link, clock, open_atlas, targets
        self._atlas = Atlas()
        self._picture: Picture | None = None
        self.wall = Wall()
        self.stopped: Stop | None = None

    def get_default_screen(self) -> Wall:
        """There is one screen."""
        return self.wall

    def on_mount(self) -> None:
        """Paint, then load the map's names."""
        self._link.start(self._hear)
        self.set_interval(EVERY_S, self.look)
        self.run_worker(self._read_atlas(), exit_on_error=True)

    def _hear(self, picture: Picture) -> None:
        """In the link's thread: hand the picture over, never wait."""
        self.post_message(self.PictureChanged(picture))

    async def _read_atlas(self) -> None:
        self._atlas = await asyncio.to_thread(self._open_atlas)
        self.look()

    def on_wall_app_picture_changed(self, message: PictureChanged) -> None:
        """The one door by which anything changes."""
        self._picture = picture = message.picture
        operator = picture.operator
        if picture.connection is Connection.LOGIN_NEEDED:
            self._end(f"The login was refused: {picture.why or 'log in again'}.")
        elif operator is not None and operator.role is not Role.WALL:
            # What a wall must not show would be in this process; and the key to it on the wall.
            self._end(
                f"{operator.id} is no account of a wall view: its role is {operator.role}. For work: msa run."
            )
        else:
            self.look()

    def look(self) -> None:
        """Show how things stand now."""
        if self._picture is not None and self.wall.is_mounted:
            self.wall.show(
                Glance(
                    picture=self._picture,
                    at_s=self._clock(),
                    atlas=self._atlas,
                    targets=self._targets,
                    language=current(),
                )
            )

    def action_leave(self) -> None:
        """Quit at once: nothing is held here."""
        self.exit(ExitCode.DONE)

    def action_language(self) -> None:
        """The next language."""
        use(LANGUAGES[(LANGUAGES.index(current()) + 1) % len(LANGUAGES)])
        self.look()

    def action_theme(self) -> None:
        """The next theme: dark, light, more contrast, without colour."""
        names = [one.name for one in THEMES.values()]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]

    def _end(self, sentence: str) -> None:
        self.stopped = Stop(sentence, ExitCode.NOT_AUTHORISED)
        self.exit(ExitCode.NOT_AUTHORISED)

    def _fatal_error(self) -> None:
        # Textual would print the traceback with every local variable.
        if (wrong := self._exception) is not None:
            note_failure("the wall view", wrong)
        self.panic("The wall view stopped because of an error of its own. Start it again.")

    def on_unmount(self) -> None:
        """Whoever leaves logs out."""
        self._link.close()
