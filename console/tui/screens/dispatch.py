"""Choose the patrols to send: the ranking with its reasons, the proposed ones chosen already."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import SelectionList, Static
from textual.widgets.selection_list import Selection

from console.domain.patrols import Candidate, Recommendation
from console.domain.room import Seen
from console.locale import N_, _, ngettext
from console.tui.pane import stacked, styled
from console.tui.screens.dialog import Dialog
from console.tui.widgets.patrols import candidate, shortfall

WIDTH = 92
CHOICES = 12
"""More than these nobody compares; a farther one is sent by ``/d``."""


class DispatchDialog(Dialog[tuple[str, ...]]):
    """The answer is the patrols to send, by id. The list does not move while it is open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "send", N_("send"), priority=True, id="dispatch.send", tooltip=N_("Send the chosen ones")
        ),
    ]

    def __init__(self, seen: Seen, advice: Recommendation) -> None:
        super().__init__(_("Dispatch"), seen)
        self._advice = advice
        self._choices: tuple[Candidate, ...] = tuple(one for one in advice.ranked if one.eligible)[:CHOICES]

    def body(self) -> ComposeResult:
        """How many are needed, who can go, and why nearer ones are missing."""
        advice = self._advice
        needed = ngettext("{n} patrol still to send", "{n} patrols still to send", advice.needed)
        yield Static(
            styled(needed, "bold")
            + styled(f"  {_('distances are straight lines, no travel times')}", "$muted"),
            markup=False,
        )
        yield SelectionList[str](
            *(
                Selection(
                    candidate(one, place, WIDTH, one in advice.proposed),
                    one.patrol.id,
                    one in advice.proposed,
                )
                for place, one in enumerate(self._choices, start=1)
            ),
            id="choices",
        )
        if advice.shortfalls:
            lines = [
                Content(_("Nearer, but not to be sent:")),
                *(shortfall(one, WIDTH) for one in advice.shortfalls[:5]),
            ]
            yield Static(stacked(lines), markup=False)

    def keys(self) -> str:
        """What the keys do."""
        return _("space: choose · enter: send the chosen ones · esc: back")

    def action_send(self) -> None:
        """Send them, in the order of the ranking."""
        chosen = set(self.query_one("#choices", SelectionList).selected)
        patrols = tuple(one.patrol.id for one in self._choices if one.patrol.id in chosen)
        if patrols:
            self.dismiss(patrols)
        else:
            self.say_wrong(_("Choose at least one patrol."))
