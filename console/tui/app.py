"""The console as a program for the terminal: it puts link, login and desk together, and nothing else.

What is heavy is loaded after the first frame: the first screen takes keys at once (docs/decisions.md).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import BindingType
from textual.events import Event, InputEvent, Paste
from textual.message import Message
from textual.reactive import Reactive, reactive
from textual.screen import Screen

from console.first_look import THEMES as THEME_NAMES
from console.first_look import ThemeName
from console.locale import _
from console.tui.keymap import APP_BINDINGS, use_keys
from console.tui.screens.login import Login
from console.tui.theme import THEMES
from console.tui.tidiness import TIDY_EVERY_S, settle, tidy
from console.wire.exits import Stop
from console.wire.failure import note_failure

if TYPE_CHECKING:
    from textual.command import Provider

    from console.domain.procedure import Procedures
    from console.domain.targets import Targets
    from console.link.interface import Link, Picture
    from console.link.streets import Streets
    from console.settings_file import OwnSettings
    from console.tui.atlas import Atlas
    from console.tui.first_time import FirstTime
    from console.tui.screens.desk import Desk


@dataclass(frozen=True, slots=True)
class Look:
    """Settings of the screen beside its theme: bell, keys by action, response targets, procedures.

    ``sound_command``: the link makes the sounds with a command, and the bell rings only if that fails.
    ``lock_after_s``: idle for so long, the console locks itself; 0: never.
    ``own``: the settings that the settings screen shows and changes. ``tour``: whether the tour is due.
    """

    bell: bool = True
    bell_every_s: float = 2.0
    sound_command: bool = False
    lock_after_s: float = 0.0
    keymap: Mapping[str, str] = field(default_factory=dict)
    targets: Targets | None = None
    procedures: Procedures | None = None
    test_every_days: int = 15
    own: OwnSettings | None = None
    tour: FirstTime | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """What the console needs beyond its first frame. ``open_atlas`` takes longest and is called last."""

    link: Link
    look: Look = field(default_factory=Look)
    open_atlas: Callable[[], Atlas] | None = None
    streets: Streets | None = None


def _palette() -> type[Provider]:
    from console.tui.palette import DeedProvider

    return DeedProvider


class ConsoleApp(App[int]):
    """The dispatcher's console.

    ``open_rest`` is called in a thread after the first frame. ``clock`` is monotonic, in seconds, the one that the
    link's pictures use. ``theme``: one of `console.first_look.THEMES`. ``ask_login``: operator or password are not known yet.
    ``stopped`` is why the console ended before it began: a setting that is not what it must be.
    """

    TITLE = "MSA"
    CSS_PATH = "screens/login.tcss"  # Textual reads no style of a default screen
    ENABLE_COMMAND_PALETTE = True
    COMMANDS = {_palette}  # noqa: RUF012 - Textual declares it so
    BINDINGS: ClassVar[list[BindingType]] = [*APP_BINDINGS]

    DESK: ClassVar[str] = "console.tui.screens.desk"
    """The module whose ``DESK`` is the desk that this program shows."""

    # For each change of these Textual would paint the whole screen; what they change is painted by the desk.
    picture: reactive[Picture | None] = reactive(None, always_update=True, repaint=False)
    title: Reactive[str] = Reactive("", compute=False, repaint=False)

    class PictureChanged(Message):
        """The link has a newer picture; whoever comes to it takes the latest."""

    def __init__(
        self,
        open_rest: Callable[[], Rest],
        clock: Callable[[], float],
        *,
        theme: ThemeName = THEME_NAMES[0],
        url: str = "",
        operator: str = "",
        ask_login: bool = False,
    ) -> None:
        super().__init__()
        for one in THEMES.values():
            self.register_theme(one)
        self.theme = THEMES[theme].name
        self._open_rest, self._clock = open_rest, clock
        self._url, self._operator, self._ask_login = url, operator, ask_login
        self._given: tuple[str, str] | None = None
        self._latest: Picture | None = None
        self._told, self._crowd = False, 0
        self._atlas: Atlas | None = None
        self._streets: Streets | None = None
        self.link: Link | None = None
        self.desk: Desk | None = None
        self.stopped: Stop | None = None

    def get_default_screen(self) -> Screen[None]:
        """The login lies below everything: it is the first frame."""
        return Login(self._url, self._operator, ask=self._ask_login)

    def on_mount(self) -> None:
        """Paint, then load the rest."""
        self.call_after_refresh(lambda: self.run_worker(self._load(), exit_on_error=True))

    async def _load(self) -> None:
        """Load the settings, the link and the desk in threads; the screen stays alive."""
        try:
            rest = await asyncio.to_thread(self._open_rest)
        except Stop as wrong:
            self._stop(wrong)
            return
        desk = await asyncio.to_thread(import_module, self.DESK)
        alerts = await asyncio.to_thread(import_module, "console.tui.alerts")
        self.link = link = rest.link
        self._streets = rest.streets
        look = rest.look
        try:
            self.rebind(look.keymap)
        except Stop as wrong:
            self._stop(wrong)
            return
        targets = {} if look.targets is None else {"targets": look.targets}
        sound = alerts.Sound(look.bell, look.bell_every_s, look.sound_command)
        self.desk = desk.DESK(
            link,
            self._clock,
            sound=sound,
            procedures=look.procedures,
            test_every_days=look.test_every_days,
            lock_after_s=look.lock_after_s,
            streets=rest.streets,
            own=look.own,
            tour=look.tour,
            **targets,
        )
        link.start(self._hear)
        if self._given is not None:
            link.login(*self._given)
        if rest.open_atlas is not None:
            self._atlas = await asyncio.to_thread(rest.open_atlas)
            self._lay()
        settle()
        self.set_interval(TIDY_EVERY_S, tidy)

    def _stop(self, wrong: Stop) -> None:
        self.stopped = wrong
        self.exit(return_code=wrong.code)

    def rebind(self, keymap: Mapping[str, str]) -> None:
        """Give actions other keys, here and wherever a key is named.

        Raises:
            Stop: an action or a key that does not exist, or a key that would do two things.
        """
        self.set_keymap(use_keys(keymap))

    def _lay(self) -> None:
        """Give the desk what is known of the country, once both are there."""
        if self._atlas is not None and self.desk is not None and self.desk.is_mounted:
            self.desk.lay(self._atlas)

    def _hear(self, picture: Picture) -> None:
        """In the link's thread: hand the picture over, never wait. One that waits is replaced by the latest, and the
        screen is woken once for it: waking it costs more than the picture.
        """
        self._latest = picture
        self._crowd += 1
        if not self._told:
            self._told = True
            self.post_message(self.PictureChanged())

    def on_console_app_picture_changed(self) -> None:
        """The one door by which anything changes."""
        self._told = False
        self.picture = self._latest

    async def watch_picture(self, picture: Picture | None) -> None:
        """Show a picture: on the desk or, while nobody is logged in, under the login."""
        if picture is None or self.desk is None:
            return
        asked = picture.connection == "login_needed"
        if picture.operator is not None and not self.desk.is_attached:
            await self.push_screen(self.desk)
            self._lay()
        if asked and not isinstance(self.screen, Login):
            operator = picture.operator.id if picture.operator else ""
            await self.push_screen(Login(picture.url, operator, ask=True))
        elif isinstance(self.screen, Login) and self.desk.is_attached and picture.connection == "live":
            self.pop_screen()
            self.desk.locker.proved()
        if isinstance(self.screen, Login):
            self._tell(self.screen, picture)
        if self.desk.is_attached:
            crowd, self._crowd = self._crowd, 0
            self.desk.show(picture, crowd)

    def _tell(self, login: Login, picture: Picture) -> None:
        if picture.connection == "login_needed":
            login.ask(True)
            login.say(picture.why)
        elif picture.connection in {"lost", "closed"}:
            login.say(_("no answer from {url}: {why}", url=picture.url, why=picture.why or "–"))

    def on_login_given(self, message: Login.Given) -> None:
        """Log in, as soon as there is a link."""
        self._given = (message.operator, message.password)
        if self.link is not None:
            self.link.login(*self._given)

    async def action_leave(self) -> None:
        """Leave: with something open the desk asks first; a second time is the answer."""
        if self.desk is None or not self.desk.is_attached or self.screen.name == "leave":
            self.exit(0)
        elif self.desk.locker.screen is not None:
            self.desk.locker.screen.leave()
        else:
            await self.desk.leave()

    async def on_event(self, event: Event) -> None:
        """Any key or mouse says that somebody sits here."""
        if self.desk is not None and isinstance(event, InputEvent | Paste):
            self.desk.locker.touched()
        await super().on_event(event)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is no palette over the lock: it would tell what lies behind."""
        if action == "command_palette" and self.desk is not None and self.desk.locker.screen is not None:
            return False
        return super().check_action(action, parameters)

    def action_command_palette(self) -> None:
        """The palette, asking in the language of the screen."""
        from textual.command import CommandPalette

        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(placeholder=_("Find an action by its name…")))

    def _fatal_error(self) -> None:
        # Textual would print the traceback with every local variable: case files among them.
        if (wrong := self._exception) is not None:
            note_failure("the console", wrong)
        self.panic(
            _(
                "The console stopped because of an error of its own; nothing it had sent is lost. Start it again."
            )
        )

    def watch_title(self, title: str) -> None:
        """The title of the terminal's window; a browser has its own."""
        if self._driver is not None and not self.is_web:
            # Textual has no public way to set it. The text is ours alone: numbers and a word.
            self._driver.write(f"\x1b]2;{title}\x07")

    def on_unmount(self) -> None:
        """Whoever leaves logs out."""
        if self.link is not None:
            self.link.close()
        if self._streets is not None:
            self._streets.close()
