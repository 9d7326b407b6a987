"""Choose the patrols to send: the ranking with its reasons, the proposed ones chosen already."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.domain.patrols import Candidate, Recommendation
from console.domain.room import Seen
from console.locale import N_, _, ngettext
from console.tui.pane import stacked, styled
from console.tui.screens.dialog import Dialog
from console.tui.widgets.patrols import candidate, shortfall

CHOICES = 12
"""More than these nobody compares; a farther one is sent by ``/d``."""


class DispatchDialog(Dialog[tuple[str, ...]]):
    """The answer is the patrols to send, by id. The list does not move while it is open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "send", N_("send"), priority=True, id="dispatch.send", tooltip=N_("Send the chosen ones")
        ),
        Binding("space", "pick", N_("choose"), id="dispatch.choose", tooltip=N_("Choose it, or not")),
    ]

    FIRST = "#choices"

    def __init__(self, seen: Seen, advice: Recommendation) -> None:
        super().__init__(_("Dispatch"), seen)
        self._advice = advice
        self._choices: tuple[Candidate, ...] = tuple(one for one in advice.ranked if one.eligible)[:CHOICES]
        self.chosen = {one.patrol.id for one in advice.proposed}

    def body(self) -> ComposeResult:
        """How many are needed, who can go, and why nearer ones are missing."""
        yield Static(self.heading(), markup=False)
        yield OptionList(*(Option("", id=one.patrol.id) for one in self._choices), id="choices", markup=False)
        yield Static("", id="missing", markup=False)

    def heading(self) -> Content:
        """How many are needed."""
        needed = self._advice.needed
        return styled(ngettext("{n} patrol still to send", "{n} patrols still to send", needed), "bold")

    def keys(self) -> str:
        """What the keys do."""
        return _("space: choose · enter: send the chosen ones · esc: back")

    def on_mount(self) -> None:
        """The cursor stands on the best one."""
        self.query_one("#choices", OptionList).highlighted = 0 if self._choices else None

    def on_resize(self) -> None:
        """Write the lines for the new width."""
        self.call_after_refresh(self._write)

    def _write(self) -> None:
        choices = self.query_one("#choices", OptionList)
        width = max(20, self.query_one("#missing").size.width)
        for place, one in enumerate(self._choices):
            picked = one.patrol.id in self.chosen
            mark = styled("[✓] " if picked else "[ ] ", "bold" if picked else "$muted")
            choices.replace_option_prompt_at_index(place, mark + candidate(one, place + 1, width - 5, picked))
        lines = [styled(_("straight lines, no travel times"), "$muted")]
        listed = {one.patrol.id for one in self._choices}
        if nearer := [one for one in self._advice.shortfalls if one.patrol.id not in listed]:
            lines += [Content(""), styled(_("Nearer, but not to be sent:"), "$muted")]
            lines += [shortfall(one, width) for one in nearer[:5]]
        if not self._choices:
            lines.insert(0, styled(_("No patrol can be sent: use the radio."), "bold $warning"))
        self.query_one("#missing", Static).update(stacked(lines))

    def action_pick(self) -> None:
        """Choose the one under the cursor, or not."""
        place = self.query_one("#choices", OptionList).highlighted
        if place is not None:
            self.chosen ^= {self._choices[place].patrol.id}
            self._write()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click chooses as well."""
        self.action_pick()

    def action_send(self) -> None:
        """Send them, in the order of the ranking."""
        patrols = tuple(one.patrol.id for one in self._choices if one.patrol.id in self.chosen)
        if patrols:
            self.dismiss(patrols)
        else:
            self.say_wrong(_("Choose at least one patrol."))
