"""Choose one of a few: which of two positions to show, and whether to change the zone or to keep it (W9)."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.domain.location import Fix, distance_m, r95_of
from console.domain.room import Seen
from console.locale import _
from console.locale.words import word
from console.tui.glance import Glance
from console.tui.measures import distance
from console.tui.pane import joined, styled
from console.tui.screens.dialog import Dialog
from console.tui.widgets.where import old, place_words

KEEP = ""
"""The choice to leave the zone as it is; every other one is the id of a zone."""

ALL = "all"
"""The choice that every patrol has repeated the danger; every other one is the id of a patrol."""


class PickOne(Dialog[str]):
    """One of several, with one key; the answer is the key of the choice."""

    FIRST = "#choices"

    def __init__(self, title: str, seen: Seen, label: str, choices: Sequence[tuple[str, Content]]) -> None:
        super().__init__(title, seen)
        self._label, self._choices = label, choices

    def body(self) -> ComposeResult:
        """What is asked, and the choices."""
        yield Static(self._label, classes="label", markup=False)
        yield OptionList(*(Option(said, id=key or None) for key, said in self._choices), id="choices")

    def keys(self) -> str:
        """What the keys do."""
        return _("↑↓: choose · enter: take it · esc: back")

    def on_mount(self) -> None:
        """The cursor stands on the first one."""
        self.query_one("#choices", OptionList).highlighted = 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Chosen."""
        self.dismiss(self._choices[event.option_index][0])


def of_two_fixes(seen: Seen, glance: Glance) -> PickOne | None:
    """Ask which of two disputed positions is shown; the other one stands first. None: there is one only."""
    shown, other = seen.state.fix, seen.state.disputed
    if other is None:
        return None
    choices = [(other.id, styled("? ", "bold") + _fix(other, shown, glance))]
    if shown is not None:
        choices.append((shown.id, styled("✚ ", "bold") + _fix(shown, None, glance)))
    return PickOne(_("Position"), seen, _("Which position is hers?"), choices)


def of_two_zones(seen: Seen, glance: Glance) -> PickOne | None:
    """Ask whether the proposed zone is taken; None: none is proposed."""
    state, name = seen.state, glance.atlas.zone
    if state.proposed_zone is None:
        return None
    choices = [
        (state.proposed_zone, styled(_("change to {zone}", zone=name(state.proposed_zone)), "bold")),
        (KEEP, styled(_("keep {zone}, and do not ask again", zone=name(state.zone)), "bold")),
    ]
    return PickOne(_("Zone"), seen, _("she is now in {zone}", zone=name(state.proposed_zone)), choices)


def of_those_who_repeat(seen: Seen, patrols: Sequence[str], glance: Glance) -> PickOne:
    """Ask which patrol has repeated the danger: one that has not may not have heard it (W10)."""
    names = [glance.call_sign(one) for one in patrols]
    choices = [(one, styled(name, "bold")) for one, name in zip(patrols, names, strict=True)]
    choices.append((ALL, styled(_("all of them: {patrols}", patrols=", ".join(names)), "bold")))
    return PickOne(_("Danger passed on"), seen, _("Which patrol has repeated it?"), choices)


def _fix(fix: Fix, shown: Fix | None, glance: Glance) -> Content:
    apart = ""
    if shown is not None:
        metres = distance_m(shown.lon, shown.lat, fix.lon, fix.lat)
        apart = _("{far} from the one shown", far=distance(metres))
    radius = _("~{radius} @95 %", radius=distance(r95_of(fix)))
    return joined(
        [place_words(glance, fix), radius, word(fix.method), _("{age} old", age=old(fix, glance)), apart]
    )
