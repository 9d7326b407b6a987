"""The settings: what each is, where its value comes from, what is allowed; changed here, kept in the file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from console.locale import N_, _, preferred, use
from console.settings import DEFAULT, Settings, flag, values_of, variable
from console.settings_file import (
    NotAllowedError,
    NotWrittenError,
    OwnSettings,
    choices,
    limits,
    notes,
    shown,
)
from console.tui.keymap import checked
from console.tui.pane import one_line, styled
from console.tui.screens.dialog import Dialog
from console.tui.theme import THEMES
from console.wire.exits import Stop

if TYPE_CHECKING:
    from console.tui.screens.desk import Desk

LIVE: Final = ("language", "theme", "sound.bell", "targets.", "test_every_days", "lock_after", "keymap")
"""Settings that take effect at once; the others do at the next start."""


class SettingsDialog(Dialog[None]):
    """A list of every declared setting; below it what the chosen one is, and the line in which it is changed."""

    BROAD = True
    FIRST = "#settings"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", N_("back"), id="settings.back", tooltip=N_("Do nothing, go back")),
    ]

    def __init__(self, desk: Desk, own: OwnSettings) -> None:
        super().__init__(_("Settings"))
        self._desk, self._own = desk, own
        self._names = tuple(notes())
        self._told = ""
        self._origins: dict[str, str] = {}

    def body(self) -> ComposeResult:
        """The list, what is said of the chosen one, and its line."""
        yield OptionList(id="settings")
        yield Static("", id="about-setting", markup=False)
        yield Input(id="value", disabled=True)

    def keys(self) -> str:
        """What the keys do."""
        if self._own.fixed:
            return _("↑↓: choose · esc: back")
        return _("↑↓: choose · enter: change it · esc: back")

    def on_mount(self) -> None:
        """The first one is chosen; the list is laid out by then, so that no line of it breaks."""
        self.call_after_refresh(lambda: self._list(0))

    def _list(self, chosen: int) -> None:
        """Read the settings anew and show them."""
        try:
            loaded = self._own.loaded()
        except Stop as wrong:
            self.say_wrong(wrong.sentence)
            return
        options = self.query_one("#settings", OptionList)
        options.clear_options()
        values = values_of(loaded.settings)
        self._origins = {name: origin for name, origin in loaded.origins.items() if origin != DEFAULT}
        wide = max(map(len, self._names)) + 2
        for name in self._names:
            line = styled(f"{name:<{wide}}", "bold") + Content(_value(values[name])) + self._from(name)
            options.add_option(Option(one_line(line, max(40, options.size.width - 2)), id=name))
        options.highlighted = chosen
        self._about(self._names[chosen])

    def _from(self, name: str) -> Content:
        origin = self._origins.get(name)
        short = "config.toml" if origin == str(self._own.file) else origin
        return styled(f"  ← {short}", "$muted") if short else Content("")

    def _about(self, name: str) -> None:
        self._told = name
        note = _(notes()[name]).replace("`", "") if notes()[name] else ""
        lines = [note, _("Allowed: {what}", what=_allowed(name))]
        if origin := self._origins.get(name):
            lines.append(_("from {origin}", origin=origin))
        lines.append(
            _("takes effect at once") if name.startswith(LIVE) else _("takes effect at the next start")
        )
        if self._own.fixed:
            lines.append(_("In a browser the settings are those of the server: change them there."))
        said = Content("\n").join([Content(lines[0]), *(styled(line, "$muted") for line in lines[1:])])
        self.query_one("#about-setting", Static).update(said)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Say what it is; what was said of another one goes."""
        if self._names[event.option_index] != self._told:
            self.say_wrong("")
        self._about(self._names[event.option_index])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """One of a few values: the next one. Any other: its line."""
        if self._own.fixed:
            return
        name = self._names[event.option_index]
        try:
            now = shown(values_of(self._own.loaded().settings)[name])
        except Stop as wrong:
            self.say_wrong(wrong.sentence)
            return
        if few := choices(name):
            self._change(name, few[(few.index(now) + 1) % len(few)] if now in few else few[0])
            return
        line = self.query_one("#value", Input)
        line.disabled = False
        line.value = now
        line.cursor_position = len(now)
        self.set_focus(line)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The value is typed."""
        if (name := self._chosen) is not None and self._change(name, event.value):
            self._leave_line()

    def action_cancel(self) -> None:
        """Out of the line first, then out of the box."""
        if self.query_one("#value", Input).has_focus:
            self._leave_line()
        else:
            self.dismiss(None)

    def _leave_line(self) -> None:
        line = self.query_one("#value", Input)
        self.set_focus(self.query_one("#settings"))
        line.value, line.disabled = "", True

    @property
    def _chosen(self) -> str | None:
        place = self.query_one("#settings", OptionList).highlighted
        return None if place is None else self._names[place]

    def _change(self, name: str, text: str) -> bool:
        """Keep a value, take it into use where that is possible, and say what became of it."""
        try:
            if name == "keymap":
                _keys(text)
            value = self._own.change(name, text)
            loaded = self._own.loaded()
        except NotAllowedError:
            self.say_wrong(
                _("{value}: not possible. Allowed: {what}", value=text or "–", what=_allowed(name))
            )
            return False
        except NotWrittenError:
            self.say_wrong(_("{file} cannot be changed from here: change it by hand.", file=self._own.file))
            return False
        except Stop as wrong:
            self.say_wrong(wrong.sentence)
            return False
        origin = loaded.origins[name]
        if origin in {variable(name), flag(name)}:
            said = _("kept; {origin} goes before the file for as long as it is given", origin=origin)
        elif name.startswith(LIVE):
            self._use(name, value, loaded.settings)
            said = _("kept, and in effect")
        else:
            said = _("kept; takes effect at the next start")
        self._list(self._names.index(name))
        self.say_wrong(f"✓ {said}")
        return True

    def _rebind(self, keymap: Mapping[str, str]) -> None:
        from console.tui.app import ConsoleApp

        assert isinstance(self.app, ConsoleApp)
        self.app.rebind(keymap)

    def _use(self, name: str, value: Any, settings: Settings) -> None:
        match name:
            case "language":
                use(value or preferred(os.environ))
            case "theme":
                self.app.theme = THEMES[settings.theme].name
            case "keymap":
                self._rebind(settings.keymap)
            case _:
                self._desk.adopt(
                    bell=settings.sound.bell,
                    targets=settings.targets,
                    test_every_days=settings.test_every_days,
                    lock_after_s=settings.lock_after * 60,
                )
        self._desk.hand_out()
        if name == "language":
            self.query_one("#box").border_title = styled(_("Settings")).markup
            self.query_one("#hint", Static).update(styled(self.keys(), "$muted"))


def _keys(text: str) -> None:
    """A key map is looked at before it is kept: one that clashes would end the next start.

    Raises:
        Stop: what is wrong with it.
        NotAllowedError: it is no key map.
    """
    parts = [part.partition("=") for part in text.split(",") if part.strip()]
    if not all(name.strip() and keys.strip() for name, _sign, keys in parts):
        raise NotAllowedError("keymap")
    checked({name.strip(): keys.strip() for name, _sign, keys in parts})


def _value(value: object) -> str:
    said = shown(value)
    return {"yes": _("yes"), "no": _("no"), "": "–"}.get(said, said)


def _allowed(name: str) -> str:
    """What a setting can be, in words."""
    if few := choices(name):
        words = {"": _("that of the terminal"), "yes": _("yes"), "no": _("no")}
        return ", ".join(words.get(one, one) for one in few)
    kind, low, high = limits(name)
    if kind == "number" and low is not None and high is not None:
        return _("a number from {low} to {high}", low=f"{low:g}", high=f"{high:g}")
    return {
        "number": _("a number above 0; amber, red and breach must rise"),
        "addresses": _("addresses such as ws://127.0.0.1:8765, with a comma between them"),
        "keys": _("action=key, with a comma between them; the help (?) has the names"),
        "path": _("the path of a file"),
        "text": _("a text"),
    }[kind]
