"""What the keys for planned tests and procedures do: confirm, announce, and show the steps (W15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain import commands as c
from console.locale import _
from console.tui.glance import Glance

if TYPE_CHECKING:
    from console.tui.screens.desk import Desk


def confirming(glance: Glance) -> c.AnyCommand:
    """The confirmation that the key would send: by the officer who was announced."""
    test = glance.seen.state.planned_test if glance.seen else None
    return c.ConfirmTest(officer=test.officer if test else "?")


async def confirm_test(desk: Desk, glance: Glance) -> None:
    """Ask whether the announced officer is on the phone, then confirm (W15)."""
    from console.tui.screens.ask import Confirm

    seen = glance.seen
    test = seen.state.planned_test if seen else None
    if seen is None or test is None:
        return
    question = _(
        "Is {officer} on the phone, beside her at {place}, and did they call you first?",
        officer=test.officer,
        place=test.place.name if test.place else "–",
    )

    def answered(yes: bool | None) -> None:
        if yes:
            desk.send(c.ConfirmTest(officer=test.officer), seen.state.id, seen.state.decision)

    title = _("Confirm the planned test") + f" {seen.state.number}"
    await desk.open(Confirm(title, question, name="confirm_test"), answered)


async def planned_tests(desk: Desk, glance: Glance) -> None:
    """Which tests are announced; announce one, withdraw one."""
    from console.tui.screens.announced import TestsDialog

    await desk.open(TestsDialog(desk.ask, lambda do: desk.send(do, None, None)))


async def procedure(desk: Desk, glance: Glance) -> None:
    """The procedure of the selected alarm."""
    from console.tui.screens.procedure import ProcedureDialog

    if glance.seen is not None:
        await desk.open(ProcedureDialog(glance.seen, glance))
