"""The first screen: it takes keys before anything heavy is loaded, and asks who sits here."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static

from console.locale import N_, _


class Login(Screen[None]):
    """Operator and password; without `ask` it only says what is being waited for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # Priority: a password typed right after the operator must never stand in the field that can be read.
        Binding("enter", "enter", N_("go on"), show=False, priority=True, id="login.enter"),
    ]

    class Given(Message):
        """Somebody says who they are."""

        def __init__(self, operator: str, password: str) -> None:
            self.operator, self.password = operator, password
            super().__init__()

    def __init__(self, url: str = "", operator: str = "", *, ask: bool) -> None:
        super().__init__()
        self._url, self._operator, self._ask = url, operator, ask

    def compose(self) -> ComposeResult:
        """A small box in the middle."""
        with Vertical(id="login"):
            yield Static("MSA", id="title", markup=False)
            yield Static(_("Console for the mobile stalking alarm"), classes="label", markup=False)
            yield Input(self._operator, placeholder=_("operator"), max_length=64, id="operator")
            yield Input(placeholder=_("password"), password=True, max_length=256, id="password")
            yield Static("", id="state", markup=False)

    def on_mount(self) -> None:
        """Show the fields if they are asked for."""
        self.ask(self._ask)
        if not self._ask:
            self.say(_("connecting to {url} …", url=self._url))

    def ask(self, asked: bool) -> None:
        """Show or hide the two fields."""
        self._ask = asked
        for name in ("#operator", "#password"):
            self.query_one(name).display = asked
        if asked:
            self.query_one("#password" if self.query_one("#operator", Input).value else "#operator").focus()

    def say(self, sentence: str) -> None:
        """Say what is waited for, or why the login was refused."""
        self.query_one("#state", Static).update(sentence)

    def action_enter(self) -> None:
        """Operator: on to the password, before the next key is looked at. Password: that is all."""
        password = self.query_one("#password", Input)
        if self.focused is password:
            # Through the field's own queue: what was typed before this key is in it by then.
            password.call_later(self._submit)
        elif self._ask:
            self.set_focus(password)

    def _submit(self) -> None:
        operator, password = self.query_one("#operator", Input), self.query_one("#password", Input)
        if not operator.value.strip():
            self.set_focus(operator)
            return
        self.say(_("logging in …"))
        self.post_message(self.Given(operator.value.strip(), password.value))
        password.value = ""
