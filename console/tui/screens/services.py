"""Ask another emergency service or zone to come along, and write down what it answers (W10)."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from console.domain.commands import Answered, Request
from console.domain.events import Rescue
from console.domain.intervention import Intervention
from console.domain.room import Seen
from console.locale import _
from console.tui.glance import Glance
from console.tui.screens.dialog import Dialog
from console.tui.sentences import service_name


class ServicesDialog(Dialog[Request | Answered]):
    """Those that have not answered yet stand first; a request goes out at once, an answer needs its line."""

    FIRST = "#choices"

    def __init__(self, seen: Seen, glance: Glance) -> None:
        super().__init__(_("Other services"), seen)
        self._waiting = tuple(one.service for one in seen.state.services if one.answer is None)
        others = (*(one.value for one in Rescue), *touched(seen.state))
        self._services = (*self._waiting, *(one for one in others if one not in self._waiting))
        self._names = [service_name(one, glance.atlas.zone) for one in self._services]

    def body(self) -> ComposeResult:
        """What can be asked for and what can have answered, and the line of the answer."""
        asks = len(self._waiting)
        said = [_("{service} answers", service=name) for name in self._names[:asks]]
        said += [_("ask for {service}", service=name) for name in self._names[asks:]]
        yield OptionList(*(Option(Content(line)) for line in said), id="choices")
        yield Static(_("Its answer"), classes="label", markup=False)
        yield Input(max_length=2000, id="words")

    def on_mount(self) -> None:
        """The cursor stands on the first one."""
        self.query_one("#choices", OptionList).highlighted = 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Chosen: ask for it, or write its answer."""
        service = self._services[event.option_index]
        if service in self._waiting:
            self.set_focus(self.query_one("#words"))
        else:
            self.dismiss(Request(service=service))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The answer of the one that is chosen."""
        place, words = self.query_one("#choices", OptionList).highlighted, event.value.strip()
        service = "" if place is None else self._services[place]
        if service not in self._waiting:
            self.say_wrong(_("Choose who answers: it must have been asked for."))
        elif not words:
            self.say_wrong(_("Write a line of text."))
        else:
            self.dismiss(Answered(service=service, answer=words))


def touched(state: Intervention) -> tuple[str, ...]:
    """Other zones that may be asked: those that the circle touches, that of the file, one she was seen in."""
    allocation = state.allocation
    zones = [part.zone for part in allocation.shares] if allocation else []
    named = [one for one in (*zones, state.proposed_zone, *state.declined_zones, state.file_zone) if one]
    return tuple(one for one in dict.fromkeys(named) if one != state.zone)
