"""The command palette: every action of the table by name, and the themes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from console.locale import _
from console.tui.actions import ACTIONS
from console.tui.keymap import key_of
from console.tui.screens.desk import Desk
from console.tui.theme import THEME_LABELS, THEMES


class DeedProvider(Provider):
    """Offers what the keys do; an action that cannot be done now says why when it is chosen."""

    def _entries(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        """Name, help and what is then called."""
        desk = self.screen
        if isinstance(desk, Desk):
            for action in ACTIONS:
                yield (
                    f"{_(action.label)} ({key_of(action.name)})",
                    _(action.tooltip),
                    partial(desk.action_deed, action.name),
                )
            yield from desk.more_deeds()
        for name, theme in THEMES.items():
            yield (
                _(THEME_LABELS[name]),
                _("Colours of the screen"),
                partial(setattr, self.app, "theme", theme.name),
            )

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for name, about, call in self._entries():
            yield DiscoveryHit(name, call, help=about)

    async def search(self, query: str) -> Hits:
        """What fits what is typed."""
        matcher = self.matcher(query)
        for name, about, call in self._entries():
            if (score := matcher.match(name)) > 0:
                yield Hit(score, matcher.highlight(name), call, help=about)
