"""Choose patrols to keep for an intervention: the same ranking as for sending, none chosen beforehand."""

from __future__ import annotations

from textual.content import Content

from console.domain.patrols import Recommendation
from console.domain.room import Seen
from console.locale import _
from console.tui.screens.dispatch import DispatchDialog


class ReserveDialog(DispatchDialog):
    """The answer is the patrols to keep, by id."""

    def __init__(self, seen: Seen, advice: Recommendation) -> None:
        super().__init__(seen, advice)
        self._heading = _("Reserve")
        self._choices = tuple(one for one in self._choices if one.patrol.id not in seen.state.reserved)
        self._asks = ()
        self.chosen = set()

    def heading(self) -> Content:
        """What is asked."""
        return Content(_("Nobody else can send them; they are not told yet."))

    def keys(self) -> str:
        """What the keys do."""
        return _("space: choose · enter: keep the chosen ones · esc: back")
