"""Choose the patrols to send: the ranking with its reasons, the proposed ones chosen already."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.domain.patrols import Candidate, ReasonCode, Recommendation, Shortfall
from console.domain.room import Seen
from console.locale import N_, _, ngettext
from console.tui.glance import Glance
from console.tui.pane import stacked, styled
from console.tui.screens.dialog import Dialog
from console.tui.widgets.patrols import candidate, shortfall

CHOICES = 12
"""More than these nobody compares; a farther one is sent by ``/d``."""


ASKED = 5
"""So many nearer ones that cannot be sent from here may be asked for."""

TO_BE_ASKED_FOR = {ReasonCode.OTHER_ROOM, ReasonCode.BUSY, ReasonCode.RESERVED_ELSEWHERE}
"""Why a patrol is not sent that somebody else could send, or let go (W11)."""


class DispatchDialog(Dialog[tuple[str, ...]]):
    """The answer is the patrols to send and to ask for, by id (`parted`). The list does not move while it is open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "send", N_("send"), priority=True, id="dispatch.send", tooltip=N_("Send the chosen ones")
        ),
        Binding(
            "space",
            "pick",
            N_("choose"),
            priority=True,
            id="dispatch.choose",
            tooltip=N_("Choose it, or not"),
        ),
    ]

    FIRST = "#choices"

    def __init__(self, seen: Seen, advice: Recommendation | None) -> None:
        super().__init__(_("Dispatch"), seen)
        self._advice: Recommendation | None = None
        self._choices: tuple[Candidate, ...] = ()
        self._asks: tuple[Shortfall, ...] = ()
        self.chosen: set[str] = set()
        if advice is not None:
            self._take(advice, seen)

    def _take(self, advice: Recommendation, seen: Seen) -> None:
        """The ranking is here: what can be chosen, and what is proposed."""
        self._advice = advice
        self._choices = tuple(one for one in advice.ranked if one.eligible)[:CHOICES]
        self._asks = tuple(
            one
            for one in advice.shortfalls
            if one.why.code in TO_BE_ASKED_FOR and one.patrol.id not in seen.state.proposed
        )[:ASKED]
        self.chosen = {one.patrol.id for one in advice.proposed}

    def parted(self, patrols: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Of an answer: which are sent, and which are asked for because they cannot be sent from here."""
        asks = {one.patrol.id for one in self._asks}
        return tuple(one for one in patrols if one not in asks), tuple(one for one in patrols if one in asks)

    def body(self) -> ComposeResult:
        """How many are needed, who can go, and why nearer ones are missing."""
        yield Static(self.heading(), id="needed", markup=False)
        yield OptionList(id="choices", markup=False)
        yield Static("", id="missing", markup=False)

    def _ids(self) -> tuple[str, ...]:
        """What can be chosen, in the order in which it stands."""
        return (*(one.patrol.id for one in self._choices), *(one.patrol.id for one in self._asks))

    def heading(self) -> Content:
        """How many are needed."""
        if self._advice is None:
            return styled(_("The ranking is being computed …"), "$muted")
        needed = self._advice.needed
        return styled(ngettext("{n} patrol still to send", "{n} patrols still to send", needed), "bold")

    def show(self, glance: Glance) -> None:
        """The ranking that was still missing, or proposed nobody, is taken; after that the list does not move."""
        super().show(glance)
        seen, advice = glance.seen, glance.recommendation
        missing = self._advice is None or not (self._advice.proposed or self.chosen)
        better = advice is not None and (self._advice is None or bool(advice.proposed))
        if missing and better and advice and seen and seen.state.id == self.intervention:
            self._take(advice, seen)
            self._fill()
            self._write()

    def keys(self) -> str:
        """What the keys do."""
        return _("space: choose · enter: send the chosen ones · esc: back")

    def on_mount(self) -> None:
        """The cursor stands on the best one."""
        self._fill()

    def _fill(self) -> None:
        self.query_one("#needed", Static).update(self.heading())
        choices = self.query_one("#choices", OptionList)
        listed = [Option("", id=one) for one in self._ids()]
        if self._asks:
            listed.insert(
                len(self._choices),
                Option(_("Not to be sent from here: space asks for it"), disabled=True),
            )
        choices.clear_options()
        choices.add_options(listed)
        choices.highlighted = 0 if self._choices else None

    def on_resize(self) -> None:
        """Write the lines for the new width."""
        self.call_after_refresh(self._write)

    def _write(self) -> None:
        if self._advice is None:
            return
        choices = self.query_one("#choices", OptionList)
        width = max(20, self.query_one("#missing").size.width)
        for place, one in enumerate(self._choices):
            picked = one.patrol.id in self.chosen
            mark = styled("[✓] " if picked else "[ ] ", "bold" if picked else "$muted")
            choices.replace_option_prompt(one.patrol.id, mark + candidate(one, place + 1, width - 5, picked))
        for lacking in self._asks:
            picked = lacking.patrol.id in self.chosen
            mark = styled("[?] " if picked else "[ ] ", "bold" if picked else "$muted")
            choices.replace_option_prompt(lacking.patrol.id, mark + shortfall(lacking, width - 5))
        lines = [styled(_("straight lines, no travel times"), "$muted")]
        listed = set(self._ids())
        if nearer := [one for one in self._advice.shortfalls if one.patrol.id not in listed]:
            lines += [Content(""), styled(_("Nearer, but not to be sent:"), "$muted")]
            lines += [shortfall(one, width) for one in nearer[:5]]
        if not self._choices:
            lines.insert(0, styled(_("No patrol can be sent: use the radio."), "bold $warning"))
        self.query_one("#missing", Static).update(stacked(lines))

    def action_pick(self) -> None:
        """Choose the one under the cursor, or not."""
        place = self.query_one("#choices", OptionList).highlighted
        option = None if place is None else self.query_one("#choices", OptionList).get_option_at_index(place)
        if option is not None and option.id is not None:
            self.chosen ^= {option.id}
            self._write()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click chooses as well."""
        self.action_pick()

    def action_send(self) -> None:
        """Send them, in the order of the ranking."""
        patrols = tuple(one for one in self._ids() if one in self.chosen)
        if patrols:
            self.dismiss(patrols)
        elif self._advice is not None:
            self.say_wrong(_("Choose at least one patrol."))
