"""What is done by hand: open without a press, enter what was done by voice, check a man's other victims."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from console.domain import commands as c
from console.domain.decide import View, decide
from console.locale import _
from console.locale.words import refusal
from console.tui.glance import Glance
from console.tui.keymap import key_of

if TYPE_CHECKING:
    from console.tui.screens.desk import Desk


def offer() -> str:
    """Said where a command did not go through in time: it may have been done by voice meanwhile (W12)."""
    return _("Done by voice? {key} enters it with its real time.", key=key_of("afterwards"))


async def open_by_hand(desk: Desk, victim: str = "", reason: str = "") -> None:
    """Ask who and why, then open it (W5)."""
    from console.tui.screens.by_hand import OpenDialog

    await desk.open(OpenDialog(lambda do: desk.send(do, None, None), victim, reason))


async def enter_afterwards(desk: Desk, glance: Glance) -> None:
    """Ask when and what; a command that waits unsent lies ready, and is dropped once it is entered (W12)."""
    from console.tui.screens.afterwards import AfterwardsDialog, unsent_of

    seen, actor, now = glance.seen, glance.actor, glance.now
    if seen is None or actor is None or now is None:
        return
    unsent = unsent_of(glance, seen.state.id)
    dropped = desk.dropped
    if unsent is None and dropped and dropped.command.intervention in {str(seen.state.id), seen.state.number}:
        unsent = dropped

    def check(do: c.Afterwards) -> str:
        asked = c.Command(id=UUID(int=0), do=do)
        answer = decide(seen.state, asked, actor, View(), desk.shown.now or now)
        return refusal(answer) if isinstance(answer, c.Refusal) else ""

    def entered(do: c.Afterwards | None) -> None:
        if do is not None:
            desk.send(do, seen.state.id, seen.state.decision)
            if unsent is not None:
                desk.forget(unsent.command.id)

    await desk.open(AfterwardsDialog(seen, glance, check, unsent), entered)


async def check_others(desk: Desk, glance: Glance) -> None:
    """Show his other victims; one that is chosen is sent a check: it is opened by hand, with this as the reason."""
    from console.tui.screens.others import OthersDialog

    seen = glance.seen
    assert seen is not None

    def chosen(button: str | None) -> None:
        if button is not None:
            reason = _("check: the same man, {number}", number=seen.state.number)
            desk.call_later(open_by_hand, desk, button, reason)

    await desk.open(OthersDialog(seen, glance, desk.ask), chosen)
