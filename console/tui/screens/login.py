"""The first screen: it takes keys before anything heavy is loaded, and asks who sits here."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static

from console.locale import _


class Login(Screen[None]):
    """Operator and password; without `ask` it only says what is being waited for."""

    CSS_PATH = "login.tcss"

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

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Operator: on to the password. Password: that is all."""
        operator = self.query_one("#operator", Input).value.strip()
        password = self.query_one("#password", Input)
        if event.input.id == "operator" or not operator:
            (password if operator else self.query_one("#operator")).focus()
            return
        self.say(_("logging in …"))
        self.post_message(self.Given(operator, password.value))
        password.value = ""
