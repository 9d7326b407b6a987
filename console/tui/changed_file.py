"""What the registry changed in a case file while its intervention is open, in words: banner, and mark at the field."""

from __future__ import annotations

from console.domain.casefile import FileChange
from console.domain.file_changes import fresh
from console.domain.intervention import Intervention, State
from console.locale import _
from console.locale.words import word
from console.tui.glance import Glance

MARK = "✎"
"""Stands before what is no longer as it was at the press."""


def changed_files(glance: Glance) -> str:
    """For the banner: which file has just changed, and what; "" where none has."""
    now = glance.now
    if now is None:
        return ""
    states = [seen.state for seen in glance.picture.room.seen.values()]
    found = [state for state in states if state.state is not State.CLOSED and fresh(state, now)]
    return "  ".join(_("{number}: CASE FILE CHANGED", number=state.number) + _what(state) for state in found)


def marked(label: str, state: Intervention, *changes: FileChange) -> str:
    """The label of a field, marked if any of these has changed since the press."""
    return f"{MARK} {label}" if set(changes) & set(state.file_changes) else label


def _what(state: Intervention) -> str:
    what = ", ".join(map(word, state.file_changes))
    return f": {what}" if what else ""
