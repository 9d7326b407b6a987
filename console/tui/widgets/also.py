"""What else belongs to the picture of an alarm: the same man's other alarms and victims, a press nearby (W11)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from textual.content import Content

from console.domain.hints import Hint, HintKind, Looked, hints, unpressed
from console.domain.intervention import State
from console.locale import _, ngettext
from console.locale.words import word
from console.tui.glance import Glance
from console.tui.keymap import key_of
from console.tui.measures import age, distance
from console.tui.pane import joined, styled

AT_MOST = 3
"""More lines than these would push away what comes before them; the queue marks the others."""

WALKED_MPS = 1.0
"""Below this a speed tells nothing of a car."""

_found = Looked(lambda seen, room: hints(seen, room) if seen else ())


def also(glance: Glance, brief: bool = False) -> Iterator[Content]:
    """A line for each hint, then how many of his other victims have not pressed. It never says "false alarm"."""
    yield from (said for said, _warns in hinted(glance, brief))
    if (more := others(glance)) is not None:
        yield more


def hinted(glance: Glance, brief: bool) -> Iterator[tuple[Content, bool]]:
    """A line for each hint, with whether it warns: the same man does, a press nearby may be another's."""
    assert glance.seen is not None
    found = _found(glance.seen, glance.picture.room)
    for hint in found[:AT_MOST]:
        yield _line(hint, glance, brief), hint.kind is HintKind.SAME_MAN
    if len(found) > AT_MOST:
        yield styled(ngettext("{n} more", "{n} more", len(found) - AT_MOST), "$muted"), False


def others(glance: Glance) -> Content | None:
    """How many of his other victims have not pressed, and the key that sends a check; None: there is none."""
    assert glance.seen is not None
    state = glance.seen.state
    quiet = () if state.state is State.CLOSED else unpressed(state, glance.picture.room)
    if not quiet:
        return None
    said = ngettext(
        "{n} other victim of his has not pressed",
        "{n} other victims of his have not pressed",
        len(quiet),
    )
    zones = ", ".join(dict.fromkeys(glance.atlas.zone(one.zone) or one.zone for one in quiet))
    check = styled(f" {key_of('others')} " + _("send a check"), "bold $primary")
    return styled(f"▲ {said}", "bold $warning") + check + Content(f" · {zones}")


def _line(hint: Hint, glance: Glance, brief: bool) -> Content:
    same = hint.kind is HintKind.SAME_MAN
    head = styled("▲ " + _("SAME MAN"), "bold $warning") if same else styled("▲ " + _("press nearby"), "bold")
    where = glance.atlas.zone(hint.zone) or _("no zone")
    if brief:
        # One line, which may be cut: what decides comes first.
        figures = [hint.number[-4:], age(hint.gap_s)]
        figures += [distance(hint.distance_m)] if hint.distance_m is not None else []
        figures += [_speed(hint)] if same else []
        return head + Content(" ") + joined([*figures, where])
    parts = [hint.number if hint.open else _("{number}, closed", number=hint.number), where]
    parts.append(_("{time} apart", time=age(hint.gap_s)))
    if hint.distance_m is not None:
        parts.append(distance(hint.distance_m))
    if same:
        parts.append(_by_car(hint))
    if hint.patrols:
        signs = ", ".join(map(glance.call_sign, hint.patrols))
        parts.append(_("{patrols} on it", patrols=signs))
    return head + Content(" ") + joined(parts)


def _speed(hint: Hint) -> str:
    """The speed he needed, where it says something: he needed a car, and he had time."""
    needed = hint.needed_mps
    return f"{needed * 3.6:.0f} km/h" if needed is not None and WALKED_MPS <= needed < math.inf else ""


def _by_car(hint: Hint) -> str:
    speed = _speed(hint)
    return f"{word(hint.by_car)} ({speed})" if speed else word(hint.by_car)
