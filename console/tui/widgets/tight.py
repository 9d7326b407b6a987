"""The first second where there is little room: what warns stays whole, and what can wait gives way (80 x 24).

The points keep their order (docs/domain.md, "First second"). A line that gives way is one key away, and the title
of the pane says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from console.domain.casefile import DangerState, danger_summary
from console.domain.intervention import Intervention
from console.locale import _
from console.locale.words import word
from console.tui.glance import Glance
from console.tui.pane import joined, one_line, styled, wrapped
from console.tui.street import street
from console.tui.widgets.also import hinted, others
from console.tui.widgets.where import disputed, measured, no_fix_now, place, zone
from console.tui.widgets.who import contact_rule, danger, name_of, orders_of, vehicles_of, victim, words_used

STAYS: Final = 0
"""Never gives way."""

LAST: Final = 1
"""Gives way when nothing else is left to."""

SOON: Final = 2
FIRST: Final = 3


@dataclass(frozen=True, slots=True)
class Line:
    """What is said beside a label. ``waits``: how early it gives way. ``whole``: it is broken, never cut."""

    label: str
    said: Content
    waits: int = STAYS
    whole: bool = False


def tight(glance: Glance, watch: Sequence[Content], width: int, height: int) -> tuple[list[Content], bool]:
    """The points in ``width`` x ``height`` cells, and whether anything gave way.

    ``watch``: what must be watched. First goes what can wait; then dangers are said by their kinds alone.
    """
    laid: list[Content] = []
    for kinds_only in (False, True):
        lines = list(_points(glance, watch, kinds_only=kinds_only))
        label_width = min(9, max((len(line.label) for line in lines), default=0) + 2)
        for most in range(FIRST, STAYS - 1, -1):
            kept = [line for line in lines if line.waits <= most]
            laid = list(_laid(kept, label_width, width))
            if len(laid) <= height:
                return laid, kinds_only or len(kept) < len(lines)
    return laid[:height], True


def _laid(lines: Sequence[Line], label_width: int, width: int) -> Iterator[Content]:
    before = ""
    for line in lines:
        label = "" if line.label == before else line.label
        before = line.label
        room = width - label_width
        for said in wrapped(line.said, room) if line.whole else [one_line(line.said, room)]:
            yield styled(label[: label_width - 1].ljust(label_width), "$muted") + said
            label = ""


def _points(glance: Glance, watch: Sequence[Content], *, kinds_only: bool) -> Iterator[Line]:
    assert glance.seen is not None
    state = glance.seen.state
    for said in watch:
        yield Line(_("WATCH"), said, whole=True)
    yield Line(_("WHERE"), place(glance), whole=state.fix is None)
    if state.fix is not None:
        if len(named := street(glance, state.fix, brief=True)):
            yield Line(_("WHERE"), named, LAST)
        yield Line(_("WHERE"), measured(glance), whole=True)
    if (other := disputed(glance)) is not None:
        yield Line(_("WHERE"), other, whole=True)
    if (lost := no_fix_now(glance)) is not None:
        yield Line(_("WHERE"), lost, whole=True)
    yield Line(_("ZONE"), joined(zone(glance, brief=True)), whole=True)
    if kinds_only and (kinds := dangers_by_kind(state)) is not None:
        yield Line(_("DANGER"), kinds, whole=True)
    else:
        for said in danger(state, brief=True):
            yield Line(_("DANGER"), said, whole=True)
    yield from _who(glance, state, kinds_only)
    if state.extract is not None:
        for order in orders_of(glance, brief=True):
            yield Line(_("WHO"), order, whole=True)
        yield Line(_("WHO"), Content(state.extract.perpetrator.looks), FIRST)
    if (used := words_used(state)) is not None:
        yield Line(_("CONTACT"), used, whole=True)
    for said in contact_rule(glance, brief=True, words=False):
        # The line of the voice line says what is allowed as well, in its fixed place.
        yield Line(_("CONTACT"), said, STAYS if state.extract is None else LAST, whole=True)
    for said, warns in hinted(glance, brief=True):
        yield Line(_("ALSO"), said, STAYS if warns else SOON, whole=warns)
    if (more := others(glance)) is not None:
        yield Line(_("ALSO"), more, LAST, whole=True)
    for said in victim(state, brief=True):
        yield Line(_("VICTIM"), said, SOON)


def _who(glance: Glance, state: Intervention, kinds_only: bool) -> Iterator[Line]:
    """Name and plates; on one line where nothing else fits, the plates whole: they are what is looked for."""
    he = state.extract.perpetrator if state.extract else None
    vehicles = tuple(vehicles_of(he)) if he else ()
    if kinds_only and vehicles:
        plates = (plate for plate, _description in vehicles)
        yield Line(_("WHO"), joined([name_of(glance, relation=False), *plates]), whole=True)
        return
    yield Line(_("WHO"), name_of(glance))
    for plate, description in vehicles:
        yield Line(_("WHO"), joined([plate, description]))


def dangers_by_kind(state: Intervention) -> Content | None:
    """Every danger by its kind alone, on as few lines as they take; None where the file says nothing of any."""
    if state.extract is None:
        return None
    summary = danger_summary(state.extract.perpetrator)
    if summary.state is DangerState.NONE_KNOWN:
        return None
    kinds = [styled(f" ⚠ {word(one.kind).upper()} ", "bold $background on $error") for one in summary.dangers]
    if not summary.complete:
        said = _("NOT CHECKED") if not summary.dangers else _("others NOT CHECKED")
        kinds.append(styled(f"▲ {said}", "bold $warning"))
    return Content(" ").join(kinds)
